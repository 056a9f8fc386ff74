"""An incident at two consoles: reported, stated by each side, replayed, taken away as evidence; and the counts."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
from browser_pair import Desk
from console_session import client_of, said, say, serious_faults, shows, two_watches
from e2e_session import Runner, wait_until

from detente.incidents.bundle_verify import verify_bundle


@pytest.mark.slow
def test_an_incident_is_reported_stated_replayed_and_its_evidence_verifies(
    browser: Any, desks: list[Desk], nodes: Runner, tmp_path: Path, pictures: Path
) -> None:
    with two_watches(browser, desks, nodes, role="commander") as (english, arabic):
        sierra, coast = (client_of(desk) for desk in desks)
        alert = say(sierra, "ALR", "COAST", what="unsafe_closure", at="39.9 -121.4", at_ms="now", ask="turn")
        wait_until(lambda: said(coast, "ALR"), "the alert is there")
        coast.order("/api/answer", ref=alert, answer="yes", action="turn")

        # Reported in a form; the other side finds it in its own list, counts down, and states its side.
        english.page.keyboard.press("Alt+i")
        english.page.locator(".panel summary").first.click()
        english.page.locator(".panel select[name=category]").select_option("proximity")
        for name in ("own_class", "other_class"):
            english.page.locator(f".panel select[name={name}]").select_option("tanker")
        english.page.locator(".panel input[name=lateral_nm]").fill("0.4")
        english.page.locator(".panel input[name=vertical_ft]").fill("300")
        english.page.locator(".panel input[name=at]").fill("39.9 -121.4")
        english.page.locator(".panel input[name=entries]").fill(alert)
        assert english.page.locator(".panel textarea").count() == 0, "free text is not agreed here"
        english.page.locator(".panel form button.primary").click()
        shows(english, ".panel .card", "Full statement")
        arabic.page.keyboard.press("Alt+i")
        arabic.page.locator(".panel .card button.link").first.click()
        shows(arabic, ".panel .side", "SIERRA")
        arabic.page.locator(".panel summary").filter(has_text="بيان موقفنا").click()
        arabic.page.locator(".panel details form button.primary").first.click()
        wait_until(lambda: said(sierra, "INC2"), "COAST has stated its side")

        # Both sides in columns, in the reader's language.
        english.page.locator(".panel .card button.link").first.click()
        shows(english, ".panel .side.theirs", "full statement")
        shows(english, ".panel .side.ours", "first report")
        shows(arabic, ".panel .side.theirs", "حادث")

        # The scrubber tells the map which moment to show; leaving the panel gives the map the present back.
        english.page.evaluate(
            "() => { window.told = []; addEventListener('detente-time', (event) => told.push(event.detail.ms)); }"
        )
        slider = english.page.locator(".panel input[type=range]")
        low, high = (int(slider.get_attribute(name) or 0) for name in ("min", "max"))
        slider.focus()
        english.page.keyboard.press("Home")
        assert english.page.evaluate("() => told.at(-1)") == low
        moment = "() => document.querySelector('detente-chart').atMs"
        assert english.page.evaluate(moment) == low, "the map has heard it"
        shows(english, "detente-slider b", "PAST")
        assert english.page.locator(".panel .log li.later").count() > 0
        english.page.locator(".replay button").first.click()
        english.page.wait_for_function("(low) => told.at(-1) > low + 20000", arg=low)
        english.page.locator(".replay button").first.click()
        assert low < english.page.evaluate("() => told.at(-1)") <= high
        english.page.screenshot(path=pictures / "panel-incident-en.png")
        assert serious_faults(english) == []
        arabic.page.keyboard.press("Alt+n")
        arabic.page.screenshot(path=pictures / "panel-incident-ar-night.png")
        assert serious_faults(arabic) == []

        # The evidence is one file; a stranger verifies it, and the logbook says who took it.
        wait_until(lambda: sierra.get("/api/status")["to_deliver"] == 0, "all is cosigned")
        with english.page.expect_download() as coming:
            english.page.get_by_role("button", name="Download the evidence").click()
        path = tmp_path / "evidence.zip"
        coming.value.save_as(path)
        with zipfile.ZipFile(path) as packed:
            (folder,) = {name.partition("/")[0] for name in packed.namelist()}
            files = {name.partition("/")[2]: packed.read(name) for name in packed.namelist()}
        assert verify_bundle(files).ok, verify_bundle(files).problems
        assert coming.value.suggested_filename == f"{folder}.zip"
        lines = sierra.get("/api/logbook", count=50)["lines"]
        assert any(line["kind"] == "evidence" and "commander officer" in line["text"] for line in lines)
        english.page.keyboard.press("Escape")
        english.page.locator(".panel").wait_for(state="detached")
        assert english.page.evaluate("() => told.at(-1)") is None
        assert english.page.evaluate(moment) is None


@pytest.mark.slow
def test_counts_are_plots_that_are_tables_and_files(
    browser: Any, desks: list[Desk], nodes: Runner, pictures: Path
) -> None:
    with two_watches(browser, desks, nodes) as (english, arabic):
        sierra, coast = (client_of(desk) for desk in desks)
        alert = say(sierra, "ALR", "COAST", what="crossed", at="39.9 -121.4", at_ms="now", ask="turn")
        wait_until(lambda: said(coast, "ALR"), "the alert is there")
        coast.order("/api/answer", ref=alert, answer="no")
        sierra.order("/api/incidents", category="conduct", event="now", articles=["C01"])
        check = {
            "channel_khz": "123.975",
            "sector": "NORTH",
            "caller": "SIERRA/tanker",
            "called": "COAST/tanker",
            "how": "air_air",
            "readability": "5",
            "at_ms": "now",
        }
        say(sierra, "RCK", "COAST", **check)
        wait_until(lambda: coast.get("/api/incidents")["incidents"], "the report is there")
        wait_until(lambda: sierra.get("/api/status")["to_deliver"] == 0, "all is cosigned")
        english.page.keyboard.press("Alt+s")
        shows(english, ".plot", "SIERRA → COAST")
        shows(english, ".plot", "SIERRA/tanker")
        shows(english, ".plot", "data-1")
        drawn = english.page.locator(".plot path.one").evaluate_all(
            "all => all.filter((one) => one.getAttribute('d')).length"
        )
        assert drawn >= 3
        with english.page.expect_download() as coming:
            english.page.get_by_role("button", name="CSV").click()
        assert "by_article,C01,incidents,1" in Path(coming.value.path()).read_text()
        english.page.screenshot(path=pictures / "panel-statistics-en.png")
        english.page.locator(".panel .inside").evaluate("one => one.scrollTo(0, 900)")
        english.page.screenshot(path=pictures / "panel-statistics-2-en.png")
        assert serious_faults(english) == []
        arabic.page.keyboard.press("Alt+s")
        arabic.page.keyboard.press("Alt+n")
        shows(arabic, ".plot", "data-1")
        arabic.page.screenshot(path=pictures / "panel-statistics-ar-night.png")
        assert serious_faults(arabic) == []
