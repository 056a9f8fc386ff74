"""Hand-over at the console: what the on-coming watch reads first; the off-going one stays until it may leave."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from browser_pair import Desk
from console_session import client_of, said, serious_faults, shows, two_watches
from e2e_session import Runner, wait_until


@pytest.mark.slow
def test_the_off_going_watch_stays_until_the_check_of_the_on_coming_one_is_answered(
    browser: Any, desks: list[Desk], nodes: Runner, pictures: Path
) -> None:
    with two_watches(browser, desks, nodes) as (english, arabic):
        sierra, coast = (client_of(desk) for desk in desks)
        coast.order("/api/watch/take", post="coast.air")
        sierra.order("/api/watch/take", post="sierra.air")
        wait_until(lambda: len(said(sierra, "WCH")) == 2, "each has told the other")

        # Before taking over: who is at the other end, with which languages; what was said; what is due.
        english.page.keyboard.press("Alt+w")
        shows(english, ".panel .card", "coast.air")
        shows(english, ".panel", "Said since the watch was taken")
        shows(english, ".panel .checks", "data-1")
        shows(english, ".panel .checks", "never proven")
        english.page.screenshot(path=pictures / "panel-watch-en.png")
        assert serious_faults(english) == []

        # A radio check that is due opens its form, filled.
        english.page.locator(".panel .checks button", has_text="radio check").first.click()
        english.page.locator("dialog.say select, dialog.say input").first.wait_for()
        shows(english, "dialog.say", "radio check")
        values = english.page.locator("dialog.say :is(input, select)").evaluate_all(
            "all => all.map((one) => one.value)"
        )
        assert any(value.startswith("SIERRA/") for value in values)
        english.page.locator("dialog.say").get_by_role("button", name="Cancel").click()

        # The on-coming watch takes the post in other languages; the button to hand over waits for the answered check.
        checks = len(said(sierra, "LCK"))
        english.page.locator(".panel input[name=languages]").fill("en ru")
        english.page.locator(".panel form").get_by_role("button", name="Take the watch").click()
        wait_until(lambda: len(said(sierra, "LCK")) > checks, "the new watch's checks are out")
        shows(english, ".panel", "Stay on watch")
        over = english.page.locator(".panel .card").get_by_role("button", name="Hand over")
        assert over.is_disabled()
        english.page.screenshot(path=pictures / "panel-watch-stays-en.png")

        arabic.page.keyboard.press("Alt+w")
        shows(arabic, ".panel .card", "en ru")
        arabic.page.keyboard.press("Alt+n")
        arabic.page.screenshot(path=pictures / "panel-watch-ar-night.png")
        assert serious_faults(arabic) == []
        newest = said(coast, "LCK")[-3:]
        for ref in newest:
            owed = [row for row in coast.get("/api/owed")["owed"] if row["ref"] == ref and row["by_us"]]
            if owed:
                coast.order("/api/line/answer-check", ref=ref, quality=5)
        english.page.wait_for_function(
            "() => [...document.querySelectorAll('.panel .card button')]"
            ".some((one) => one.textContent === 'Hand over' && !one.disabled)",
        )
        over.click()
        shows(english, "footer detente-told", "The watch is handed over")
        over.wait_for(state="detached")
        shows(arabic, ".entry", "SIERRA#")
