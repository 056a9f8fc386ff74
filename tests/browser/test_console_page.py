"""Two officers at two consoles, one reading English and one Arabic: what they see, press and hear of each other."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from browser_pair import PASSWORD, Desk, Watched, login, opened, running
from console_session import client_of, drawn, said, say, shows
from e2e_session import Runner

from detente.api.accounts import Accounts


@pytest.fixture
def pair(browser: Any, desks: list[Desk], nodes: Runner) -> Any:
    with running(nodes, desks):
        english = opened(browser, desks[0], language="en")
        arabic = opened(browser, desks[1], language="ar")
        yield english, arabic
        for watched in (english, arabic):
            assert watched.strayed == [], "nothing leaves the node"
            watched.page.context.close()


@pytest.mark.slow
def test_an_alert_is_filled_from_the_track_that_was_picked(
    pair: tuple[Watched, Watched], desks: list[Desk], tmp_path: Path, pictures: Path
) -> None:
    """The track lies in the middle of the map; a thousand others, with names of a stranger's making, lie around."""
    english, _ = pair
    client_of(desks[0]).order("/api/notices", text=drawn(tmp_path, "first", north=39.9))

    numbers = range(1_000)
    now_ms = 1_900_000_000_000
    told = {
        "mark": "sky",
        "names": [
            [f"a{one:05x}", "TANKER41" if one == 0 else HOSTILE[:300], one % 2 == 0] for one in numbers
        ],
        "now_ms": now_ms,
        "total": len(numbers),
        "lon_e5": [round(1e5 * (-121.4 + 0.01 * (one % 40 - 20) * bool(one))) for one in numbers],
        "lat_e5": [round(1e5 * (39.9 + 0.01 * (one // 40 - 12) * bool(one))) for one in numbers],
        "age_s": [1 if one % 3 == 0 else 60 for one in numbers],
        "level_palt_ft": [4_500] * len(numbers),
        "track_deg": [90] * len(numbers),
    }
    english.page.route("**/api/tracks*", lambda route: route.fulfill(json=told))
    login(english)
    shows(english, ".peer", "COAST")
    english.page.wait_for_function("() => document.querySelector('detente-chart').tracks.count === 1000")
    english.page.wait_for_function("() => document.querySelector('detente-chart').isFramed")
    pixel = english.page.evaluate(
        "() => { const chart = document.querySelector('detente-chart'); chart.map.renderSync();"
        " return chart.tracks.place(0); }"
    )
    english.page.locator(".chart").click(position={"x": pixel[0], "y": pixel[1]})
    shows(english, ".picked", "TANKER41 FL045")
    english.page.screenshot(path=pictures / "tracks-en.png")
    english.page.locator(".alertbutton").click()
    english.page.locator("dialog.say output, dialog.say input").first.wait_for()
    values = english.page.locator("dialog.say input").evaluate_all("all => all.map((one) => one.value)")
    assert values[:4] == ["39.90000 -121.40000", "2030-03-17T17:46:39Z", "FL045", "90"]
    beside = "() => document.querySelector('detente-say').beside()"
    assert english.page.evaluate(beside) == {"aircraft": "a00000"}, "our own node is told which one it is"
    english.page.locator("dialog.say input[name=level]").fill("FL100")
    assert english.page.evaluate(beside) == {}, "what a hand has changed is no longer what our track says"
    assert english.complaints == []


@pytest.mark.slow
def test_a_session_that_ends_in_the_middle_of_an_alert_loses_nothing_and_says_it_once(
    pair: tuple[Watched, Watched], desks: list[Desk], pictures: Path
) -> None:
    english, arabic = pair
    login(english)
    shows(english, ".path.open", "data-1")
    english.page.keyboard.press("Alt+a")
    place = english.page.locator("dialog.say input").first
    place.fill("39.9 -121.4")
    english.page.locator("dialog.say button.primary").click()
    shows(english, "dialog.say output", "They will read")

    Accounts(desks[0].seat.home.accounts_file).set_password("officer", PASSWORD)
    english.page.locator("dialog.enter").wait_for()
    login(english)
    assert english.page.locator("dialog.say").is_visible()
    assert place.input_value() == "39.9 -121.4"
    english.page.locator("dialog.say button.primary").click()
    english.page.locator("dialog.say").wait_for(state="detached")
    assert len(said(client_of(desks[0]), "ALR")) == 1

    # While the form is open another raises the same: it stands above the button at once, and pressing says nothing
    # second; pressing what the button then says does.
    Accounts(desks[0].seat.home.accounts_file).add("chief", "commander", PASSWORD)
    chief = client_of(desks[0], "chief")
    english.page.keyboard.press("Alt+a")
    place.fill("39.8 -121.3")
    english.page.locator("dialog.say button.primary").click()
    shows(english, "dialog.say output", "They will read")
    assert english.page.locator("dialog.say .raised").count() == 0, "the own one needs no telling"
    first = say(
        chief, "ALR", "COAST", what="approaching", at="39.8 -121.3", at_ms="now", ask="call_on_channel"
    )
    shows(english, "dialog.say .raised", first)
    shows(english, "dialog.say .raised", "commander chief")
    english.page.locator("dialog.say button.primary").click()
    shows(english, "dialog.say .raised", "Nothing second was said.")
    english.page.screenshot(path=pictures / "raised-en.png")
    assert len(said(chief, "ALR")) == 2
    english.page.locator("dialog.say").get_by_role("button", name="Say it all the same").click()
    english.page.locator("dialog.say").wait_for(state="detached")
    assert len(said(chief, "ALR")) == 3

    # Whatever is refused is said in the reader's language, with the node's own words beside it.
    words = (
        "async () => (await import('/part.js')).wordsOf("
        "{ code: 'outside_area', message: 'It is out.', cure: 'Move it.' })"
    )
    told = {watched.page.evaluate(words) for watched in (english, arabic)}
    assert told == {
        "It is out. Move it.",
        "ليس كله داخل المنطقة المتفق عليها: انقلوه أو صغّروه. [\u2068It is out. Move it.\u2069]",
    }


@pytest.mark.slow
def test_a_node_that_ends_is_shown_and_after_its_return_the_page_is_whole(
    pair: tuple[Watched, Watched], desks: list[Desk], nodes: Runner
) -> None:
    english, _ = pair
    home = desks[0].seat.home.folder
    login(english)
    shows(english, ".path.open", "data-1")
    nodes.kill(home)
    shows(english, "header", "NODE IS SILENT")
    nodes.start(home)
    shows(english, "header", "node answers")
    shows(english, ".path.open", "data-1")
    assert english.page.locator("dialog.enter").count() == 0, "nobody was logged out"
    english.page.locator(".take button").click()
    shows(english, ".posts", "sierra.air")


HOSTILE = "<img src=x onerror=window.pwned=1><script>window.pwned=1</script>\u202e" + "x" * 10_000


def poisoned(value: Any) -> Any:
    """Every text of an answer is a hostile one."""
    if isinstance(value, dict):
        return {name: poisoned(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [poisoned(inner) for inner in value]
    is_time = isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT.*Z", value) is not None
    return HOSTILE if isinstance(value, str) and not is_time else value


@pytest.mark.slow
def test_words_of_a_stranger_are_words_and_an_injected_script_does_not_run(
    browser: Any, pair: tuple[Watched, Watched], desks: list[Desk], tmp_path: Path
) -> None:
    """Script, a direction mark and ten kilobytes in every text that the page is told, of names and codes alike."""
    english, _ = pair
    client = client_of(desks[0])
    client.order("/api/notices", text=drawn(tmp_path, "first", north=39.9))
    client.order("/api/watch/take", post="sierra.air")
    boards = []
    for event in client.events():
        if event.name == "board":
            boards.append({"topic": event.data["topic"], "data": poisoned(event.data["data"])})
        if event.name == "board" and event.data["topic"] == "incidents":
            break
    events = "".join(f"event: board\ndata: {json.dumps(board)}\n\n" for board in boards)
    entries = poisoned(client.get("/api/transcript", count=50))
    hello = f"event: hello\ndata: {json.dumps({'now_ms': 1_600_000_000_000})}\n\n"
    english.page.route(
        "**/api/events", lambda route: route.fulfill(body=hello + events, content_type="text/event-stream")
    )
    english.page.route("**/api/transcript*", lambda route: route.fulfill(json=entries))
    login(english)
    shows(english, ".entry", "<img src=x")
    shows(english, "li.owed", "<img src=x")
    shows(english, ".peer", "<img src=x")
    assert english.page.locator("detente-console img, detente-console script").count() == 0
    english.page.evaluate(
        "() => { const one = document.createElement('script'); one.textContent = 'window.pwned = 1';"
        " document.body.append(one); document.body.setAttribute('onclick', 'window.pwned = 1'); }"
    )
    english.page.locator("footer").click()
    assert english.page.evaluate("() => window.pwned") is None
    assert any("Content Security Policy" in one for one in english.complaints), "the policy has stopped it"
    width = english.page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    assert width <= 0, "a long word does not push the page apart"

    # Without the policy a page could ask elsewhere: that these tests would see, and it gets nowhere.
    loose = opened(browser, desks[0], language="en", bypass_csp=True)
    others = ["https://example.com/", "https://127.0.0.2:1/", "wss://example.com/"]
    asked = loose.page.evaluate(
        "(all) => Promise.allSettled(all.map((one) => one.startsWith('wss') ? new Promise((_, no) => {"
        " new WebSocket(one).onerror = no; }) : fetch(one)))",
        others,
    )
    assert [one["status"] for one in asked] == ["rejected"] * len(others)
    assert sorted(loose.strayed) == sorted(others)
    loose.page.context.close()


@pytest.mark.slow
def test_axe_finds_no_serious_fault(pair: tuple[Watched, Watched], desks: list[Desk]) -> None:
    from axe_playwright_python.sync_playwright import Axe

    english, arabic = pair
    found = []
    for watched in (english, arabic):
        states = ["login", "page", "night", "alert"]
        for state in states:
            if state == "page":
                login(watched)
                shows(watched, ".path.open", "data-1")
            elif state == "night":
                watched.page.keyboard.press("Alt+n")
            elif state == "alert":
                watched.page.keyboard.press("Alt+a")
                watched.page.locator("dialog.say").wait_for()
            # axe's own script comes by the debugger's door, which no policy of ours closes.
            told = Axe().run(watched.page).response
            found += [
                (state, one["id"], [node["html"][:160] for node in one["nodes"]][:3])
                for one in told["violations"]
                if one["impact"] in ("serious", "critical")
            ]
    assert found == []
