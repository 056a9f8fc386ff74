"""What opens beneath the map: the frequency card of the picked point, the side view; and axe over all of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from browser_map import looks_at, on_screen
from browser_pair import PASSWORD, Desk, Watched, login, opened
from e2e_session import Runner

from detente.api.client import ApiClient


@pytest.fixture
def alone(browser: Any, desks: list[Desk], nodes: Runner) -> Iterator[Any]:
    """SIERRA's node with one own notice; gives a way to open its console in a language."""
    nodes.start(desks[0].seat.home.folder)
    client = ApiClient(
        desks[0].url.rstrip("/"), certificate=desks[0].seat.home.keys_folder / "console-certificate.pem"
    )
    client.login("officer", PASSWORD)
    start = datetime.now(UTC) + timedelta(minutes=1)
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [-121.4, 39.9]},
        "properties": {
            "kind": "sar_fire_medical",
            "class": "tanker",
            "radius_nm": 10,
            "floor": "FL040",
            "ceiling": "FL090",
            "start": f"{start:%Y-%m-%dT%H:%M:%SZ}",
            "end": f"{start + timedelta(hours=3):%Y-%m-%dT%H:%M:%SZ}",
            "transponder": "on",
        },
    }
    client.order("/api/notices", text=json.dumps(feature))
    pages: list[Watched] = []

    def open_in(language: str) -> Watched:
        watched = opened(browser, desks[0], language=language)
        pages.append(watched)
        login(watched)
        watched.page.wait_for_function(
            "() => document.querySelector('detente-chart').sides.notices.getFeatures().length === 1"
        )
        looks_at(watched.page, 39.9, -121.4, 8)
        return watched

    yield open_in
    for watched in pages:
        assert watched.strayed == []
        watched.page.context.close()


@pytest.mark.slow
def test_a_picked_place_has_its_card_and_none_before(alone: Any, pictures: Path) -> None:
    watched = alone("en")
    page = watched.page
    assert page.locator(".card").count() == 0
    page.mouse.click(*on_screen(page, 40.3, -121.4))
    page.locator(".card .channel").filter(has_text="123.975").wait_for()
    assert page.locator(".card .said").first.inner_text() == "one two three decimal nine seven five"
    assert "UNTESTED" in page.locator(".card .banner").inner_text()
    page.screenshot(path=pictures / "card-en.png")
    href = page.locator(".card a.button").first.get_attribute("href")
    head = page.evaluate(
        "async (href) => { const answer = await fetch(href); return [answer.status,"
        " String.fromCharCode(...new Uint8Array(await answer.arrayBuffer()).slice(0, 4))]; }",
        href,
    )
    assert head == [200, "%PDF"]
    page.locator(".card input").fill("FL600")
    page.locator(".card input").press("Tab")
    page.locator(".card .none").filter(has_text="121.500").wait_for()
    assert watched.complaints == []


@pytest.mark.slow
def test_the_side_view_of_a_picked_notice_can_be_read_as_a_table(alone: Any, pictures: Path) -> None:
    watched = alone("en")
    page = watched.page
    page.locator("detente-side > details > summary").click()
    page.mouse.click(*on_screen(page, 39.9, -121.4))
    page.locator("detente-side .text > summary").click()
    row = page.locator("detente-side tbody tr").first
    row.filter(has_text="SIERRA#").wait_for()
    assert "4000–9000 ft" in row.inner_text()
    inked = (
        "() => { const canvas = document.querySelector('detente-side canvas');"
        " return canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some((one) => one); }"
    )
    assert page.evaluate(inked)
    page.screenshot(path=pictures / "side-en.png")
    assert watched.complaints == []


@pytest.mark.slow
def test_axe_finds_no_serious_fault_with_every_panel_open(alone: Any, pictures: Path) -> None:
    from axe_playwright_python.sync_playwright import Axe

    found = []
    for language, is_night in (("en", False), ("ar", True)):
        page = alone(language).page
        if is_night:
            page.keyboard.press("Alt+n")
        page.mouse.click(*on_screen(page, 39.9, -121.4))
        page.locator(".card .channel").first.wait_for()
        page.locator(".draw > summary").click()
        page.locator(".draw textarea").fill("39.9 -121.2\nnowhere")
        page.locator(".draw .fields .bad").wait_for()
        page.locator("detente-side > details > summary").click()
        page.locator("detente-side .text > summary").click()
        page.locator(".slider button").nth(2).click()
        page.locator(".past").wait_for()
        told = Axe().run(page, context="detente-chart").response
        found += [
            (language, one["id"], [node["html"][:160] for node in one["nodes"]][:3])
            for one in told["violations"]
            if one["impact"] in ("serious", "critical")
        ]
        page.screenshot(path=pictures / f"map-panels-{language}.png")
    assert found == []
