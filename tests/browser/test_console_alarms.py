"""What the page must say by itself: that it hears nothing any more. And whose it is: nobody sees another's plan."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from datetime import datetime
from typing import Any

import pytest
from browser_pair import PASSWORD, Desk, login, opened
from console_session import serious_faults, shows
from e2e_session import Runner, wait_until
from playwright.sync_api import Error

from detente.api.accounts import Accounts

NODE = "const { node } = await import('/node.js');"


def is_so(page: Any, body: str) -> None:
    """Waits until a module of the page says so; `wait_for_function` takes the promise of an answer for a yes."""

    def says_so() -> bool:
        with suppress(Error):  # the page is being loaded anew
            return bool(page.evaluate(f"async () => {{ {body} }}"))
        return False

    wait_until(says_so, body)


@pytest.mark.slow
def test_a_silent_node_and_an_ended_session_are_alarms_and_a_plan_is_of_who_drew_it(
    browser: Any, desks: list[Desk], nodes: Runner
) -> None:
    desk = desks[0]
    Accounts(desk.seat.home.accounts_file).add("wall", "observer", PASSWORD)
    nodes.start(desk.seat.home.folder)
    watched = opened(browser, desk, language="en")
    page = watched.page
    login(watched)
    shows(watched, "header", "node answers")
    assert page.locator(".alarm").filter(has_text="No word from the node").count() == 0

    # A clock of the browser that was set back hides no silence; taking note is for this page.
    node = nodes.running[desk.seat.home.folder].process
    os.kill(node.pid, signal.SIGSTOP)
    page.evaluate(f"async () => {{ {NODE} node.heardAt -= 50_000; node.heardMs += 3_600_000; }}")
    alarm = page.locator(".alarm").filter(has_text="No word from the node")
    alarm.get_by_role("button", name="Take note").click()
    shows(watched, ".alarm.noted", "No word from the node")
    assert "No word from the node" not in page.locator("detente-alarms .unseen").inner_text()
    assert serious_faults(watched) == []
    os.kill(node.pid, signal.SIGCONT)

    # A connection that died without a word is made anew, and then all is well again.
    page.evaluate(
        f"async () => {{ {NODE} window.first = node.stream; node.heardAt -= 50_000; node.followedAt -= 50_000; }}"
    )
    is_so(page, f"{NODE} return node.stream !== window.first && node.isLive;")
    alarm.wait_for(state="detached")

    # A page too many of one browser is told so, and follows as soon as another is closed.
    full = {"code": "streams", "message": "Too many pages follow.", "cure": "Close some."}
    page.route("**/api/events", lambda route: route.fulfill(status=503, json=full))
    page.evaluate(f"async () => {{ {NODE} node.follow(); }}")
    shows(watched, "footer detente-told", "Too many pages follow. Close some.")
    page.unroute("**/api/events")
    shows(watched, "header", "node answers")
    watched.complaints[:] = [one for one in watched.complaints if "503" not in one]

    # Keys are letters, wherever a keyboard has them; where it has none, their places.
    press = (
        "(more) => dispatchEvent(new KeyboardEvent('keydown', { altKey: true, cancelable: true, ...more }))"
    )
    for letter, code, opens in (("q", "KeyA", ""), ("a", "KeyQ", "ALR"), ("ф", "KeyA", "ALR")):
        page.evaluate(press, {"key": letter, "code": code})
        assert page.evaluate("() => document.querySelector('detente-say').code") == opens, letter
        if opens:
            page.locator("dialog.say").get_by_role("button", name="Cancel").click()

    # An ALERT that is begun in the moment in which a form was closed is not closed with it.
    page.evaluate(
        "async () => { const say = document.querySelector('detente-say'); await say.open('ALR'); say.close();"
        " say.open('ALR'); await new Promise((go) => setTimeout(go, 500)); }"
    )
    assert page.evaluate("() => document.querySelector('detente-say').code") == "ALR"
    page.locator("dialog.say").get_by_role("button", name="Cancel").click()

    # Hours of a fresh notice are by the node's clock, whatever this computer's says.
    day_ago = f"async () => {{ {NODE} node.offsetMs = -86_400_000; return node.nowMs(); }}"
    now_ms = page.evaluate(day_ago)
    page.locator("detente-draw summary").first.click()
    start = page.locator(".draw input[name=start]").input_value()
    ahead_s = datetime.fromisoformat(start).timestamp() - now_ms / 1000
    assert 7_000 < ahead_s < 11_000, "two to three hours ahead"
    page.locator("detente-draw summary").first.click()

    # A form that is being written outlives a reload, with the key that keeps it from being said twice.
    page.keyboard.press("Alt+a")
    page.locator("dialog.say input[name=at]").fill("39.9 -121.4")
    page.locator("dialog.say button.primary").click()
    shows(watched, "dialog.say output", "They will read")
    key = page.evaluate("() => document.querySelector('detente-say').key")
    page.reload()
    shows(watched, "dialog.say output", "They will read")
    assert page.locator("dialog.say input[name=at]").input_value() == "39.9 -121.4"
    assert page.evaluate("() => document.querySelector('detente-say').key") == key
    page.locator("dialog.say").get_by_role("button", name="Cancel").click()
    page.reload()
    shows(watched, "header", "node answers")
    assert page.locator("dialog.say").count() == 0

    # A session that ended by itself is told at every page of the browser. Who comes in then is shown no plan of
    # another, and is in at the other page too.
    second = page.context.new_page()
    second.goto(f"{desk.url}?lang=en")
    second.locator("header").filter(has_text="node answers").wait_for()
    page.evaluate("() => sessionStorage.setItem('own-plan', '{}')")
    page.evaluate("() => sessionStorage.setItem('own-plan-of', 'officer')")
    page.evaluate("() => { document.querySelector('detente-draw').plan = '{}'; }")
    page.evaluate(f"async () => {{ {NODE} await node.send('api/logout', {{}}); }}")
    shows(watched, ".alarm", "The session is over")
    second.locator("dialog.enter").wait_for()
    assert page.title().startswith("(")
    login(watched, "wall")
    second.locator("dialog.enter").wait_for(state="detached")
    second.locator("header").filter(has_text="wall").wait_for()
    second.close()
    page.wait_for_function("() => sessionStorage.getItem('own-plan') === null")

    # Who leaves takes along what he was told. (A socket that is just being opened would be refused aloud.)
    is_so(page, "const { net } = await import('/net.js'); return net.isOpen;")
    page.get_by_role("button", name="Log out").click()
    page.locator("dialog.enter").wait_for()
    is_so(page, f"{NODE} return !node.board.status && !node.isCutOff;")
    assert [one for one in watched.complaints if "401" not in one] == []
    page.context.close()
