"""Ten thousand aircraft on the map: the picture is shifted, not drawn, and what is picked is what is seen."""

from __future__ import annotations

from typing import Any

import pytest
from browser_map import TRACKS, chart, looks_at, sky
from browser_pair import Desk, login, opened
from e2e_session import Runner


@pytest.mark.slow
def test_picks_stay_right_while_ten_thousand_aircraft_are_panned(
    browser: Any, desks: list[Desk], nodes: Runner
) -> None:
    nodes.start(desks[0].seat.home.folder)
    watched = opened(browser, desks[0], language="en")
    page = watched.page
    page.route("**/api/tracks*", lambda route: route.fulfill(json=sky()))
    login(watched)
    page.wait_for_function(f"() => document.querySelector('detente-chart').tracks.count === {TRACKS}")
    looks_at(page, 39.9, -121.4, 10)
    box = page.locator("detente-chart .chart").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.route("**/api/tracks*", lambda route: route.abort())  # from here on nothing but the hand moves them
    page.wait_for_timeout(1_500)
    before = chart(
        page,
        "window.maps = 0; chart.map.on('postrender', () => { window.maps += 1; });"
        " chart.tracks.again(); chart.map.renderSync(); return chart.tracks.drawings;",
    )
    page.mouse.move(*middle)
    page.mouse.down()
    for step in range(1, 21):
        page.mouse.move(middle[0] - 5 * step, middle[1] + 4 * step)
    page.mouse.up()
    told = chart(page, "return [window.maps, chart.tracks.drawings];")
    assert told[0] >= 10, "the map has moved in steps"
    assert told[1] - before <= 4, "and the picture was not drawn in each of them"

    # The ink of an aircraft lies where a click finds it.
    script = (
        "chart.map.renderSync(); const t = chart.tracks; const at = t.place(arg);"
        " const m = t.canvas.getBoundingClientRect();"
        " const c = chart.querySelector('.chart').getBoundingClientRect(); const pen = t.canvas.getContext('2d');"
        " const ink = pen.getImageData(Math.round(c.x + at[0] - m.x), Math.round(c.y + at[1] - m.y), 1, 1).data[3];"
        " return [c.x + at[0], c.y + at[1], ink];"
    )
    for number in (5_050, 5_049, 5_051, 5_150):
        x, y, ink = chart(page, script, number)
        assert ink > 0, f"aircraft {number} is drawn at its place"
        page.mouse.click(x, y)
        page.locator(".picked").filter(has_text=f"T{number} ").wait_for()
        page.locator(".card").wait_for()  # it takes its room from the map
        page.wait_for_timeout(300)
    assert [one for one in watched.complaints if "ERR_FAILED" not in one] == []
    page.context.close()
