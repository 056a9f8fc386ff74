"""What an officer chose on the net stays what he chose: the true page, and a socket that the test plays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from wall_page import served

CHANNELS = """() => [...document.querySelectorAll('detente-talk .channel')].map((row) =>
  (row.querySelector('input').checked ? '(o) ' : '') + row.querySelector('label .code').textContent
  + (row.classList.contains('chosen') ? ' chosen' : ''))"""
OTHERS = """() => [...document.querySelectorAll('detente-talk details:first-of-type li')]
  .map((row) => [row.querySelector('.code').textContent.slice(0, 7), row.querySelector('input').checked])"""


@contextmanager
def opened_page(browser: Any, *, fails_once: str = "") -> Iterator[Any]:
    with served(fails_once=fails_once) as address:
        context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
        page = context.new_page()
        for name in ("flat_day.js", "talk_page.js"):
            page.add_init_script(path=Path(__file__).with_name(name))
        page.goto(f"{address}?lang=en")
        page.evaluate("() => day.all()")
        page.locator("detente-talk .channel").first.wait_for()
        yield page
        context.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    with opened_page(browser) as made:
        yield made


def radio(page: Any, channel: str) -> Any:
    return page.locator("detente-talk .channel").filter(has_text=channel).locator("input[type=radio]")


def tick(page: Any, channel: str) -> None:
    others = page.locator("detente-talk details").first
    if others.get_attribute("open") is None:
        others.locator("summary").click()
    others.locator("li label").filter(has_text=channel).locator("input").click()
    radio(page, channel).wait_for()


def label(page: Any) -> str:
    told: str = page.locator("detente-talk button.hold").inner_text()
    return told


def heard(page: Any) -> list[int]:
    told: list[int] = page.evaluate("() => [...day.sockets.at(-1).heard].sort()")
    return told


@pytest.mark.slow
def test_the_channel_that_is_shown_is_the_one_that_is_chosen(page: Any) -> None:
    """Rows that come and go take no dot, tick or button with them; what a channel was left for is heard on."""
    tick(page, "124.500")
    page.wait_for_function("() => day.sockets.at(-1).heard.includes(124500)")
    assert page.evaluate(OTHERS) == [["123.975", False], ["125.000", False]]
    radio(page, "124.500").click()
    page.wait_for_function("() => document.querySelector('detente-talk').listening.khz === 124500")
    radio(page, "122.925").wait_for(state="detached")  # nobody chose that by hand
    assert page.evaluate(CHANNELS) == ["(o) 124.500 chosen", "121.500"]
    radio(page, "121.500").click()
    page.wait_for_function("() => document.querySelector('detente-talk').listening.khz === 121500")
    assert page.evaluate(CHANNELS) == ["124.500", "(o) 121.500 chosen"]
    assert "121.500" in label(page)
    assert heard(page) == [121500, 124500], "what was chosen by hand is heard until it is left"
    page.locator("detente-talk .channel").filter(has_text="124.500").get_by_role(
        "button", name="stop"
    ).click()
    page.wait_for_function("() => day.sockets.at(-1).heard.length === 1")

    # An emergency brings a row above the one that has the focus: Enter mutes what it would have muted.
    page.locator("detente-talk .channel").filter(has_text="121.500").locator("button").first.focus()
    page.evaluate(
        "() => day.socket({ say: 'floor', channel_khz: 122925, is_known: true, why: 'granted', holder:"
        " { party: 'COAST', post: 'coast.air', transmission: '00000000000000aa', precedence: 'emergency' } })"
    )
    radio(page, "122.925").wait_for()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('detente-talk').listening.muted.size === 1")
    assert page.evaluate("() => [...document.querySelector('detente-talk').listening.muted]") == ["G"]


@pytest.mark.slow
def test_a_choice_outlives_a_reload_and_follows_the_plan_and_no_other_takes_its_place(page: Any) -> None:
    tick(page, "125.000")
    tick(page, "124.500")
    radio(page, "124.500").click()
    page.locator("detente-talk .channel").filter(has_text="121.500").locator("button").first.click()
    before = (page.evaluate(CHANNELS), heard(page))
    page.reload()
    page.evaluate("() => day.all()")
    radio(page, "124.500").wait_for()
    page.wait_for_function("() => day.sockets.at(-1)?.heard.length > 0")
    assert (page.evaluate(CHANNELS), heard(page)) == before
    assert "124.500" in label(page)
    assert page.evaluate("() => [...document.querySelector('detente-talk').listening.muted]") == ["G"]

    # The plan moves it: it is followed, and that is told and sounds.
    page.evaluate(
        "() => { const all = day.channels(); all[2] = day.channel(124525, 'N3'); day.channels = () => all;"
        " day.socket(day.net()); }"
    )
    page.locator("detente-talk .outcome.bad").filter(has_text="has moved").wait_for()
    assert "124.525" in label(page)
    assert 124525 in heard(page)

    # It is taken off the net: nobody talks on another without having chosen it.
    page.evaluate(
        "() => { const all = day.channels().filter((one) => one.khz !== 124525); day.channels = () => all;"
        " day.socket(day.net()); }"
    )
    page.locator("detente-talk .outcome.bad").filter(has_text="no longer on the net").wait_for()
    assert label(page) == "Choose a channel"
    assert page.evaluate("() => document.querySelector('detente-talk').sounded") == "lost"

    # Two points are picked one after the other: the last counts, whichever is answered first.
    page.evaluate(
        """() => { const before = window.fetch; const answers = { 1: [123975, 400], 2: [125000, 10] };
        window.fetch = (asked, given) => { const lat = /frequencies.*lat=([0-9])/.exec(String(asked))?.[1];
          if (!lat) return before(asked, given);
          const [name_khz, ms] = answers[lat];
          const told = JSON.stringify({ sectors: [{ sector: "S", calls: [{ name_khz }] }] });
          return new Promise((done) => setTimeout(() => { window.answered = lat; done(new Response(told)); }, ms)); };
        for (const lat of [1, 2])
          dispatchEvent(new CustomEvent("detente-picked", { detail: { lat, lon: 0, level: "" } })); }"""
    )
    page.wait_for_function("() => window.answered === '1'")
    page.wait_for_timeout(100)
    assert "125.000" in label(page)


@pytest.mark.slow
def test_a_page_that_could_not_load_its_loudspeaker_says_so_and_tries_again(browser: Any) -> None:
    """A node that restarts while the page loads leaves no desk deaf for the watch."""
    audio = "document.querySelector('detente-talk').audio"
    no_sound = "detente-talk button.mute"
    with opened_page(browser, fails_once="speaker.js") as page:
        page.wait_for_function(f"() => {audio}.context === null")
        page.locator(no_sound).filter(has_text="No sound").wait_for()
        page.wait_for_function(f"() => {audio}.speaker !== null")
        page.mouse.click(5, 5)
        page.evaluate("() => document.querySelector('detente-talk').allow()")
        page.wait_for_function(f"() => {audio}.isRunning")
        page.locator(no_sound).filter(has_text="No sound").wait_for(state="detached")


@pytest.mark.slow
def test_lost_words_are_told_to_who_speaks_and_a_call_is_logged_on_the_channel_that_was_meant(
    page: Any,
) -> None:
    page.evaluate(
        """async () => { const { net } = await import("/net.js");
        document.querySelector("detente-talk").audio.speaks = () => {};
        net.press = { khz: 122925, transmission: "a", state: "talking", unheardBy: [] };
        day.socket({ say: "words_lost", transmission: "b", channel_khz: 122925 }); }"""
    )
    outcome = page.locator("detente-talk .outcome.bad")
    page.wait_for_timeout(100)
    assert outcome.count() == 0, "that is another press"
    page.evaluate("() => day.socket({ say: 'words_lost', transmission: 'a', channel_khz: 122925 })")
    outcome.filter(has_text="are lost").wait_for()
    assert page.evaluate("() => document.querySelector('detente-talk').sounded") == "lost"

    # The form for a call on real radio begins with the channel that is talked on, and keeps what somebody writes for.
    page.evaluate(
        """() => { const before = window.fetch;
        window.fetch = (asked, given) => String(asked).startsWith("api/radio/calls")
          ? Promise.resolve(new Response(JSON.stringify({ calls: [], proofs: day.channels().map((one) =>
            ({ channel_khz: one.khz, state: "never", age_days: null })) }))) : before(asked, given); }"""
    )
    radio(page, "121.500").click()
    page.locator("detente-calls summary").click()
    channel = page.locator("detente-calls select[name=khz]")
    page.locator("detente-calls option").nth(4).wait_for(state="attached")
    assert channel.input_value() == "121500"
    page.locator("detente-calls input[name=called]").fill("COAST/tanker")
    tick(page, "122.925")
    radio(page, "122.925").click()
    page.wait_for_function("() => document.querySelector('detente-talk').listening.khz === 122925")
    page.evaluate("() => dispatchEvent(new Event('detente-second'))")
    page.wait_for_timeout(100)
    assert channel.input_value() == "121500"
