"""Words of a stranger in every panel: they are words, and ten kilobytes of them do not push the page apart."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from test_console_page import HOSTILE
from wall_page import ORIGIN, serve

PANELS = {
    "conflicts": ".conflict",
    "watch": ".checks",
    "incidents": ".card",
    "incidents&of=X": ".side",
    "statistics": ".plot",
}
OVERFLOW = (
    "(one) => { const panel = document.querySelector(one); return panel.scrollWidth - panel.clientWidth; }"
)


@pytest.mark.slow
def test_every_panel_shows_a_stranger_s_words_and_runs_none(browser: Any) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page, complaints = context.new_page(), []
    page.on("pageerror", lambda why: complaints.append(str(why)))
    page.add_init_script(path=Path(__file__).with_name("flat_day.js"))
    context.route("**/*", serve)
    page.goto(f"{ORIGIN}?lang=en")
    page.wait_for_function("() => window.day.streams.length === 1")
    page.evaluate("(text) => { day.hostile = text; day.all(); }", HOSTILE)
    for panel, part in PANELS.items():
        page.evaluate("(panel) => { location.hash = `panel=${panel}`; }", panel)
        page.locator(f".panel {part}").first.wait_for()
        page.locator(".panel").filter(has_text="<img src=x").wait_for()
        assert page.locator("detente-console img, detente-console script").count() == 0, panel
        assert page.evaluate("() => window.pwned") is None, panel
        assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0, panel
        assert page.evaluate(OVERFLOW, ".panel") <= 0, panel
    assert complaints == []
    context.close()


@pytest.mark.slow
def test_the_age_of_a_check_goes_on_while_nothing_is_told(browser: Any) -> None:
    """A line that is dead tells nothing: just then who takes the watch must read how long ago the last check was."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.add_init_script(path=Path(__file__).with_name("flat_day.js"))
    context.route("**/*", serve)
    page.goto(f"{ORIGIN}?lang=en#panel=watch")
    page.wait_for_function("() => window.day.streams.length === 1")
    page.evaluate("() => { day.checkedUtc = new Date(Date.now() - 600_000).toISOString(); day.all(); }")
    page.locator(".panel .checks").filter(has_text=re.compile("good .10:")).first.wait_for()
    page.evaluate("() => day.tell('clock', { now_ms: Date.now() + 7_200_000 })")
    page.locator(".panel .checks").filter(has_text=re.compile("good .2:10:")).first.wait_for()
    context.close()
