"""The hot line at the console: one post, two languages, read-backs compared with what was sent, one-press answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from browser_pair import Desk
from console_session import client_of, drawn, said, serious_faults, shows, two_watches
from e2e_session import Runner, wait_until


@pytest.mark.slow
def test_a_question_about_a_picked_track_is_answered_by_one_press_and_a_read_back_is_compared(
    browser: Any, desks: list[Desk], nodes: Runner, tmp_path: Path, pictures: Path
) -> None:
    with two_watches(browser, desks, nodes) as (english, arabic):
        sierra, coast = (client_of(desk) for desk in desks)

        # A wrong place is told beside its field, in the form that stays; a grid and seconds are places.
        english.page.evaluate(
            "() => dispatchEvent(new CustomEvent('detente-picked', { detail:"
            " { lat: 39.9, lon: -121.4, level: 'FL045', track: 90, name: 'TANKER41' } }))"
        )
        english.page.locator("detente-thread").get_by_role("button", name="is this yours").click()
        place = english.page.locator("dialog.say input[name=at]")
        assert place.input_value() == "39.90000 -121.40000"
        place.fill("somewhere else")
        english.page.locator("dialog.say button.primary").click()
        shows(english, "dialog.say small", "cannot be read")
        assert place.get_attribute("aria-invalid") == "true"
        assert place.evaluate("one => one === document.activeElement")
        english.page.screenshot(path=pictures / "form-fault-en.png")
        assert serious_faults(english) == []
        place.fill("118LV15")
        english.page.locator("dialog.say button.primary").click()
        shows(english, "dialog.say output", "They will read")
        place.fill("39°54'00\"N 121°24'00\"W")
        english.page.locator("dialog.say button.primary").click()
        shows(english, "dialog.say output", "39°54.00'N 121°24.00'W")
        english.page.locator("dialog.say button.primary").click()
        english.page.locator("dialog.say").wait_for(state="detached")

        # The other side answers in the thread, by one press.
        shows(arabic, ".entry.theirs .acts", "لا")
        arabic.page.locator(".entry.theirs .acts").get_by_role("button", name="لا", exact=True).click()
        wait_until(lambda: said(sierra, "ANS"), "it is answered")
        english.complaints[:] = [one for one in english.complaints if "422" not in one]

        # A read-back is held against what was sent; the verdict stands beside it.
        sierra.order("/api/notices", text=drawn(tmp_path, "first", north=39.9))
        wait_until(lambda: coast.get("/api/notices")["notices"], "COAST has the notice")
        coast.order("/api/read-back", ref=coast.get("/api/notices")["notices"][0]["ref"])
        wait_until(lambda: said(coast, "RBC"), "the verdict is said")
        for watched, words in (
            (english, "What was understood is what was sent"),
            (arabic, "ما فُهم هو ما أُرسل"),
        ):
            watched.page.locator(".entry").get_by_role("button").filter(
                has_text="Sent and understood" if watched is english else "المُرسل والمفهوم"
            ).click()
            shows(watched, ".entry", words)
        shows(english, ".entry p.good", "correct")

        # A second language beside one's own; one post of all.
        arabic.page.locator("detente-thread select").nth(1).select_option("en")
        arabic.page.locator(".entry .pair").first.wait_for()
        pair = arabic.page.locator(".entry .pair").last.locator(".words")
        assert [one.get_attribute("dir") for one in pair.all()] == ["rtl", "ltr"]
        arabic.page.keyboard.press("Alt+n")
        arabic.page.screenshot(path=pictures / "thread-ar-night.png")
        assert serious_faults(arabic) == []
        # Who reads further up is left there, and told what is below; one press brings the newest back.
        english.page.locator(".thread").hover()
        english.page.mouse.wheel(0, -3_000)
        english.page.locator(".newer").click()
        english.page.locator(".newer").wait_for(state="detached")
        rows = english.page.locator(".entry").count()
        english.page.locator("detente-thread select").first.select_option("coast.air")
        assert 0 < english.page.locator(".entry").count() <= rows
        english.page.screenshot(path=pictures / "thread-en.png")
