"""A display on a wall for a day: what it holds at the end is what it held after the first hours.

The node is pretended (`flat_day.js`), so that its day passes in seconds; the page is the true one. Counted is what is
left after the browser was made to collect its garbage: bytes that scripts hold, nodes of the document, listeners.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from wall_page import ORIGIN, serve

GROWTH_BYTES_MAX = 1_500_000
GROWTH_MAX = 0.05


def held(page: Any, cdp: Any) -> dict[str, float]:
    """What is left after garbage is collected."""
    page.evaluate("() => new Promise((go) => requestAnimationFrame(() => setTimeout(go, 50)))")
    for _ in range(3):
        cdp.send("HeapProfiler.collectGarbage")
    found = {one["name"]: one["value"] for one in cdp.send("Performance.getMetrics")["metrics"]}
    return {name: found[name] for name in ("JSHeapUsedSize", "Nodes", "JSEventListeners")}


def wall(browser: Any, *, hours: float, step_s: int) -> list[dict[str, float]]:
    """A wall display for some hours, counted after a third, two thirds and at the end."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page, complaints = context.new_page(), []
    page.on("pageerror", lambda why: complaints.append(str(why)))
    page.add_init_script(path=Path(__file__).with_name("flat_day.js"))
    context.route("**/*", serve)
    page.goto(f"{ORIGIN}?lang=ar#panel=conflicts")
    page.locator("detente-thread").wait_for()
    page.wait_for_function("() => window.day.streams.length === 1")
    page.evaluate("() => day.all()")
    page.locator(".panel .conflict").first.wait_for()
    cdp = context.new_cdp_session(page)
    cdp.send("Performance.enable")
    counts = []
    for _ in range(3):
        page.evaluate("([seconds, step]) => day.pass(seconds, step)", [round(hours * 1200), step_s])
        counts.append(held(page, cdp))
    assert complaints == []
    assert page.locator(".entry").count() == 80, "a ring: the oldest leave the screen"
    context.close()
    return counts


def judge(counts: list[dict[str, float]], record_property: Any) -> None:
    record_property("held", json.dumps(counts))
    print(counts)
    middle, end = counts[1], counts[2]
    grown = end["JSHeapUsedSize"] - middle["JSHeapUsedSize"]
    assert grown < GROWTH_BYTES_MAX, counts
    for name in ("Nodes", "JSEventListeners"):
        assert end[name] <= middle[name] * (1 + GROWTH_MAX) + 50, counts


@pytest.mark.slow
def test_the_events_of_a_day_leave_nothing_behind(browser: Any, record_property: Any) -> None:
    """24 h, four minutes at a time: what comes more often than that comes once in them."""
    judge(wall(browser, hours=24, step_s=240), record_property)


@pytest.mark.soak
def test_a_day_second_by_second_leaves_nothing_behind(browser: Any, record_property: Any) -> None:
    judge(wall(browser, hours=24, step_s=1), record_property)
