"""Notices drawn by mouse and by typed places: what they meet is known before anything is sent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser_map import looks_at, on_screen
from browser_pair import PASSWORD, Desk, Watched, login, opened, running
from console_session import client_of, said, shows
from e2e_session import Runner, wait_until

from detente.api.accounts import Accounts
from detente.api.client import ApiClient


@pytest.fixture
def english(browser: Any, desks: list[Desk], nodes: Runner) -> Iterator[Watched]:
    with running(nodes, desks):
        watched = opened(browser, desks[0], language="en")
        login(watched)
        watched.page.locator(".path.open").first.wait_for()
        yield watched
        assert watched.strayed == [], "nothing leaves the node"
        watched.page.context.close()


def send_theirs(coast: ApiClient, page: Any) -> str:
    """A circle of COAST's at 39.9 N 121.0 W, 12 NM, in the hours of a fresh drawing."""
    start, end = (page.locator(f".draw input[name={name}]").input_value() for name in ("start", "end"))
    times = [f"{one[:10]}T{one[11:16]}:00Z" for one in (start, end)]
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [-121.0, 39.9]},
        "properties": {
            "kind": "sar_fire_medical",
            "class": "tanker",
            "radius_nm": 12,
            "floor": "FL040",
            "ceiling": "FL090",
            "start": times[0],
            "end": times[1],
            "transponder": "on",
        },
    }
    ref: str = coast.order("/api/notices", text=json.dumps(feature))["sent"][0]["ref"]
    return ref


@pytest.mark.slow
def test_a_polygon_by_mouse_and_a_circle_by_mgrs_show_their_conflict_before_anything_is_sent(
    english: Watched, desks: list[Desk], pictures: Path
) -> None:
    page = english.page
    sierra, coast = (client_of(desk) for desk in desks)
    page.locator(".draw > summary").click()
    page.locator(".draw select[name=class]").select_option("tanker")
    page.locator(".draw select[name=kind]").select_option("sar_fire_medical")
    ref = send_theirs(coast, page)
    wait_until(lambda: sierra.get("/api/notices")["notices"], "SIERRA has COAST's notice")
    looks_at(page, 39.9, -121.3, 8)

    # By mouse: four corners, the last twice.
    page.get_by_role("button", name="Draw on the map").click()
    corners = [(39.7, -121.6), (39.7, -121.1), (40.1, -121.1), (40.1, -121.6)]
    for lat, lon in corners:
        page.mouse.click(*on_screen(page, lat, lon))
        page.wait_for_timeout(320)  # two clicks within a quarter of a second would be a double one
    page.mouse.dblclick(*on_screen(page, *corners[-1]))
    page.locator(".judged .met").filter(has_text=ref).wait_for()
    assert len(page.locator(".draw textarea").input_value().splitlines()) == 4
    page.screenshot(path=pictures / "draw-polygon-en.png")

    # By text: a circle round the middle of a grid square; the conflict is another one.
    page.locator(".draw select[name=shape]").select_option("circle")
    page.locator(".draw input[name=radius]").fill("8")
    page.locator(".draw textarea").fill("10SFK7000017883")
    page.locator(".judged").filter(has_text="8.00 NM").wait_for(state="attached")
    page.locator(".judged .met").filter(has_text=ref).wait_for()
    assert [row["party"] for row in coast.get("/api/notices")["notices"]] == ["COAST"], "nothing was sent"

    page.locator(".draw .send").click()
    wait_until(
        lambda: {row["party"] for row in coast.get("/api/notices")["notices"]} == {"COAST", "SIERRA"},
        "COAST has it after it was sent",
    )
    page.locator(".draw textarea").wait_for()
    assert page.locator(".draw textarea").input_value() == "", "what was sent is no draft any more"
    assert english.complaints == []


@pytest.mark.slow
def test_a_draft_survives_a_reload_and_the_end_of_a_session_and_a_plan_is_never_sent(
    english: Watched, desks: list[Desk], tmp_path: Path
) -> None:
    page = english.page
    asked: list[tuple[str, str]] = []
    page.on("request", lambda one: asked.append((one.url, one.post_data or "")))
    page.locator(".draw > summary").click()
    page.locator(".draw select[name=class]").select_option("tanker")
    page.locator(".draw select[name=kind]").select_option("sar_fire_medical")
    page.locator(".draw select[name=shape]").select_option("circle")
    page.locator(".draw textarea").fill("39°54'00\"N 121°24'00\"W")
    page.locator(".judged .good").first.wait_for()

    start = page.locator(".draw input[name=start]").input_value()
    flight = {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": [[-121.45, 39.9], [-121.35, 40.9]]},
        "properties": {"start": f"{start[:10]}T{start[11:16]}:00Z", "speed_kt": 120, "level": "FL060"},
    }
    file = tmp_path / "plan.geojson"
    file.write_text(json.dumps(flight))
    page.locator(".draw input[type=file]").set_input_files(file)
    page.locator(".judged .bad").filter(has_text="own plan lies outside").wait_for()
    assert page.locator(".draw .send").is_disabled(), "what does not hold its plan is not sent"

    Accounts(desks[0].seat.home.accounts_file).set_password("officer", PASSWORD)
    page.locator("dialog.enter").wait_for()
    login(english)
    assert "39°54'00" in page.locator(".draw textarea").input_value()
    page.reload()
    page.locator(".draw textarea").wait_for()
    assert "39°54'00" in page.locator(".draw textarea").input_value()
    page.locator(".judged .bad").filter(has_text="own plan lies outside").wait_for()
    page.get_by_role("button", name="Forget the plan").click()

    # It is sent, and the answer is lost: whoever presses again, or loads the page anew and presses, sends it once.
    page.route("**/api/notices", lambda route: route.fetch(), times=1)
    page.locator(".draw .send:enabled").click()
    shows(english, "footer detente-told", "has not answered")
    page.locator(".draw .send:enabled").wait_for()
    page.reload()
    page.locator(".draw .send:enabled").click()
    shows(english, "footer detente-told", "nothing was done twice")
    assert page.locator(".draw textarea").input_value() == ""
    assert len(said(client_of(desks[0]), "NTC")) == 1
    coast = client_of(desks[1])
    wait_until(lambda: coast.get("/api/notices")["notices"], "COAST has the notice")
    with_plan = {re.sub(r".*/api/", "", url) for url, body in asked if "40.9" in body}
    assert with_plan <= {"notices/look"}, "the plan went to the own node's look, and to no order"
    entries = coast.get("/api/transcript", count=200)
    assert "40.9" not in json.dumps(entries)


@pytest.mark.slow
def test_the_slider_shows_a_notice_in_its_window_and_hides_it_outside(
    english: Watched, desks: list[Desk]
) -> None:
    page = english.page
    page.locator(".draw > summary").click()
    send_theirs(client_of(desks[1]), page)
    page.locator(".draw > summary").click()
    shown = (
        "() => { const s = document.querySelector('detente-chart').sides;"
        " return s.notices.getFeatures().filter((one) => s.style(one) !== undefined).length; }"
    )
    held = "() => document.querySelector('detente-chart')?.sides.notices.getFeatures().length === 1"
    page.wait_for_function(held)
    page.get_by_label("hide what is not in force then").check()
    page.wait_for_function(f"() => ({shown})() === 0")
    start, end = page.evaluate(
        "() => { const of = document.querySelector('detente-chart').sides.notices.getFeatures()[0];"
        " return [of.get('start_ms'), of.get('end_ms')].map((ms) => new Date(ms).toISOString()); }"
    )
    when = page.locator(".slider .when")
    when.fill(f"{start[:10]} {start[11:16]}Z")
    when.press("Tab")
    page.wait_for_function(f"() => ({shown})() === 1")
    assert "t=" in page.url
    page.reload()
    page.wait_for_function(held)
    page.wait_for_function(f"() => ({shown})() === 1")
    when.fill(f"{end[:10]} {end[11:16]}Z")
    when.press("Tab")
    page.wait_for_function(f"() => ({shown})() === 0")
    page.locator(".slider b", has_text="FUTURE").wait_for()
    just_now = "() => dispatchEvent(new CustomEvent('detente-time', { detail: { ms: Date.now() - 5_000 } }))"
    page.evaluate(just_now)
    page.locator(".slider b", has_text="PAST").wait_for()
    page.get_by_role("button", name="now", exact=True).click()
    assert "t=" not in page.url
    assert english.complaints == []
