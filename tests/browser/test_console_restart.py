"""A node that is killed in the middle of an alert: officer, form and note stay, and it is said once."""

from __future__ import annotations

from typing import Any

import pytest
from browser_pair import Desk
from console_session import client_of, said, shows, two_watches
from e2e_session import Runner


@pytest.mark.slow
def test_a_restart_in_the_middle_of_an_alert_loses_neither_officer_nor_form_nor_note(
    browser: Any, desks: list[Desk], nodes: Runner
) -> None:
    with two_watches(browser, desks, nodes) as (english, _):
        home = desks[0].seat.home.folder
        client_of(desks[0]).order("/api/watch/take", post="sierra.air")
        unkept = english.page.locator(".alarm").filter(has_text="sierra.senior")
        unkept.get_by_role("button", name="Take note").click()
        shows(english, ".alarm.noted", "sierra.senior")

        english.page.keyboard.press("Alt+a")
        english.page.locator("dialog.say input[name=at]").fill("39.9 -121.4")
        english.page.locator("dialog.say button.primary").click()
        shows(english, "dialog.say output", "They will read")
        nodes.kill(home)
        shows(english, "header", "NODE IS SILENT")
        english.page.locator("dialog.say button.primary").click()
        shows(english, "dialog.say detente-told", "fetch")
        nodes.start(home)
        shows(english, "header", "node answers")
        assert english.page.locator("dialog.enter").count() == 0
        english.page.locator("dialog.say button.primary").click()
        english.page.locator("dialog.say").wait_for(state="detached")
        assert len(said(client_of(desks[0]), "ALR")) == 1
        shows(english, ".alarm.noted", "sierra.senior")
        english.complaints[:] = [one for one in english.complaints if "ERR_" not in one]
