"""A conflict at the console: how near, how much too near, noted by itself, its ways out, one that both take."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from browser_pair import Desk
from console_session import client_of, conflict, said, serious_faults, shows, two_watches
from e2e_session import Runner, wait_until


@pytest.mark.slow
def test_a_conflict_is_looked_at_and_its_way_out_is_proposed_here_and_accepted_there(
    browser: Any, desks: list[Desk], nodes: Runner, tmp_path: Path, pictures: Path
) -> None:
    with two_watches(browser, desks, nodes) as (english, arabic):
        sierra, coast = (client_of(desk) for desk in desks)
        conflict(sierra, coast, tmp_path)

        # From its alarm to the panel; the figures stand beside the agreed least, and only what is short is marked.
        english.page.locator(".alarm").filter(has_text="conflict found").get_by_role(
            "button", name="Look at it"
        ).click()
        shows(english, ".panel .conflict", "SIERRA#")
        row = english.page.locator(".panel .conflict").first
        assert row.locator("tbody tr").count() == 3
        assert row.locator("td.bad").count() >= 1
        row.get_by_role("button", name="Take note").click()
        shows(english, ".panel .conflict", "noted by")

        row.get_by_role("button", name="Show on the map").click()
        centre = english.page.evaluate(
            "() => document.querySelector('detente-chart').map.getView().getCenter()"
        )
        assert centre[0] == pytest.approx(-13_514_186, abs=2_000), "in metres of the map, at 121.4 W"

        # While another looks, the node says 503: it is asked again until it is our turn.
        asked: list[int] = []

        def busy_once(route: Any) -> None:
            asked.append(1)
            if len(asked) == 1:
                told = {"code": "busy", "message": "Ways out are being looked for.", "cure": "Ask again."}
                route.fulfill(status=503, json=told, headers={"retry-after": "3"})
            else:
                route.continue_()

        english.page.route("**/api/ways*", busy_once)
        row.get_by_role("button", name="Look for ways out").click()
        shows(english, ".panel", "asked again")
        english.page.locator(".offers").first.wait_for()
        assert len(asked) == 2
        english.complaints[:] = [one for one in english.complaints if "503" not in one]
        costs = [
            [int(cell) for cell in table.locator("tbody td:nth-child(3)").all_inner_texts()]
            for table in row.locator(".offers").all()
        ]
        assert len(costs) == 2, "each side's ways beside the other's"
        assert all(column == sorted(column) for column in costs)
        english.page.screenshot(path=pictures / "panel-conflicts-en.png")
        assert serious_faults(english) == []

        # What the other side would change is proposed; it reads it in its own language, and accepts in the conflict.
        row.locator(".offers").nth(1).get_by_role("button", name="Propose").first.click()
        wait_until(lambda: said(coast, "PRO"), "the proposal is on the line")
        arabic.page.keyboard.press("Alt+c")
        arabic.page.keyboard.press("Alt+n")
        arabic.page.locator(".panel .proposal button.primary").wait_for()
        arabic.page.locator(".panel .conflict").get_by_role("button", name="البحث عن مخارج").click()
        arabic.page.locator(".offers").first.wait_for()
        arabic.page.screenshot(path=pictures / "panel-conflicts-ar-night.png")
        assert serious_faults(arabic) == []
        arabic.page.locator(".panel .proposal button.primary").click()
        for watched, words in ((english, "No conflict is known"), (arabic, "لا تعارض معروف")):
            shows(watched, ".panel", words)
        assert said(sierra, "AMD")

        # The address opens the panel again; Escape closes it.
        english.page.reload()
        shows(english, ".panel", "No conflict is known")
        english.page.keyboard.press("Escape")
        english.page.locator(".panel").wait_for(state="detached")
