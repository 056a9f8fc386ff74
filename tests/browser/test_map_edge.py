"""The two edges of the map are one meridian; and an ALERT is filled from where the picked aircraft is, not was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from browser_map import chart, looks_at, on_screen
from browser_pair import Desk, login, opened
from e2e_session import Runner

NOW_MS = 1_900_000_000_000


def one_aircraft(*, lon: float, age_s: int) -> dict[str, Any]:
    """A look at one aircraft over the Bering Sea, below the sea level of the standard day."""
    return {
        "mark": "one",
        "names": [["a1", "T1", False]],
        "now_ms": NOW_MS,
        "total": 1,
        "lon_e5": [round(lon * 1e5)],
        "lat_e5": [5_200_000],
        "age_s": [age_s],
        "level_palt_ft": [-200],
        "track_deg": [270],
    }


@pytest.mark.slow
def test_nothing_breaks_at_the_180th_meridian_and_an_alert_is_filled_from_where_the_aircraft_is(
    browser: Any, desks: list[Desk], nodes: Runner, pictures: Path
) -> None:
    nodes.start(desks[0].seat.home.folder)
    watched = opened(browser, desks[0], language="en")
    page = watched.page
    told = one_aircraft(lon=-179.95, age_s=1)
    page.route("**/api/tracks*", lambda route: route.fulfill(json=told))
    login(watched)
    page.wait_for_function("() => document.querySelector('detente-chart').tracks.count === 1")

    # Land is where it is, and no country lies as a band across the map.
    script = (
        "const source = chart.map.getLayers().getArray().find((one) => one.get('name') === arg).getSource();"
        " const k = Math.PI / 180; const y = (lat) => 6378137 * Math.log(Math.tan(Math.PI / 4 + lat * k / 2));"
        " const at = ([lat, lon]) => source.getFeaturesAtCoordinate([6378137 * lon * k, y(lat)]).length;"
        " return [[70, 0], [66, -30], [-16.4, 0], [40, -40]].map(at)"
        ".concat([[67, -175], [67, 178], [-80, 0], [-80, -100], [25, 10]].map(at));"
    )
    for name, zoom in (("world", 2), ("land", 5)):
        looks_at(page, 40.0, 0.0, zoom)
        loaded = (
            "(arg) => document.querySelector('detente-chart').map.getLayers().getArray()"
            ".find((one) => one.get('name') === arg).getSource().getFeatures().length > 100"
        )
        page.wait_for_function(loaded, arg=name)
        found = chart(page, script, name)
        page.screenshot(path=pictures / f"edge-{name}.png")
        assert found[:4] == [0, 0, 0, 0], f"open sea in {name}: {found}"
        assert all(one > 0 for one in found[4:]), f"land in {name}: {found}"

    # A view from the other side of the meridian shows the aircraft, and a click finds it there.
    looks_at(page, 52.0, 180.0, 8)
    looks_at(page, 52.0, 180.0 - 0.05, 11)
    chart(page, "chart.tracks.again(); chart.map.renderSync();")
    x, y = on_screen(page, 52.0, 180.05)
    script = (
        "const t = chart.tracks; const m = t.canvas.getBoundingClientRect(); return t.canvas.getContext('2d')"
        ".getImageData(Math.round(arg[0] - m.x), Math.round(arg[1] - m.y), 1, 1).data[3];"
    )
    assert chart(page, script, [x, y]) > 0, "it is drawn there"
    page.mouse.click(x, y)
    page.locator(".picked").filter(has_text="-179.9500 T1").wait_for()

    # Without a mouse: what lies in the middle of the map is picked.
    page.locator(".chart").focus()
    looks_at(page, 52.0, 180.05, 11)
    chart(page, "chart.selected = null; chart.requestUpdate(); chart.tracks.again(); chart.map.renderSync();")
    page.locator(".picked").filter(has_text="T1").wait_for(state="detached")
    page.keyboard.press("Enter")
    page.locator(".picked").filter(has_text="-179.9500 T1").wait_for()

    # It flies on; minutes later the ALERT speaks of where and when it was last seen.
    told = one_aircraft(lon=179.9, age_s=12)
    page.locator(".picked").filter(has_text="179.9000 T1").wait_for()
    page.keyboard.press("Alt+a")
    form = page.locator("dialog.say")
    form.locator("input[name=at]").wait_for()
    assert form.locator("input[name=at]").input_value() == "52.00000 179.90000"
    assert form.locator("input[name=at_ms]").input_value() == "2030-03-17T17:46:28Z"
    assert form.locator("input[name=level]").input_value() == "-200 PALT"

    # Two quick clicks look at it, and say nothing that nobody has read.
    form.locator("button.primary").dblclick()
    form.locator("output.draft").wait_for()
    page.wait_for_timeout(500)
    assert form.locator("output.draft").is_visible()
    assert watched.complaints == []
    page.context.close()
