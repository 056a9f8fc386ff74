"""Alarms: one at a time, by one person, silent and not gone; and the hot line in the reader's language."""

from __future__ import annotations

from typing import Any

import pytest

KEY = "key-12345678"


@pytest.fixture
def pair(served: Any) -> tuple[Any, Any]:
    """An officer and a commander, and a watch that leaves other posts unkept, which warns."""
    browsers = served.browser(), served.browser()
    for browser, role in zip(browsers, ("watch_officer", "commander"), strict=True):
        browser.login(role)
    assert browsers[0].order("/api/watch/take", {"post": "sierra.air"}, KEY).status == 200
    return browsers


def alarms(browser: Any) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = browser.ask("GET", "/api/alarms").told["alarms"]
    return told


def test_taking_note_silences_one_alarm_for_all_and_removes_none(served: Any, pair: tuple[Any, Any]) -> None:
    officer, commander = pair
    before = alarms(officer)
    assert len(before) >= 2
    assert officer.ask("POST", "/api/alarms/note", {"id": before[0]["id"]}).status == 200
    after = alarms(commander)
    assert [one["id"] for one in after] == [one["id"] for one in before]
    assert [one["noted_by"] for one in after].count(None) == len(before) - 1
    again = commander.ask("POST", "/api/alarms/note", {"id": before[0]["id"]})
    assert (again.status, again.told["code"]) == (409, "done_already")
    assert "watch_officer watch_officer" in again.told["message"]
    assert any(line.startswith("alarm: watch_officer watch_officer takes note of") for line in served.log())
    assert commander.ask("POST", "/api/alarms/note", {"id": "all"}).status == 404


def test_an_alarm_that_comes_again_sounds_again(served: Any, pair: tuple[Any, Any]) -> None:
    officer, commander = pair
    gone = next(one for one in alarms(officer) if "sierra.duty" in one["id"])
    officer.ask("POST", "/api/alarms/note", {"id": gone["id"]})
    alarms_of = served.api._acts["alarms"].__self__._alarms
    house = alarms_of._house
    true_look, hidden = type(house).look, gone["text"]

    def look(self: Any, name: str, **args: object) -> dict[str, Any]:
        told = true_look(self, name, **args)
        if name == "status":
            told["warnings"] = [one for one in told["warnings"] if one != hidden]
        return told

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(house), "look", look)
        assert gone["id"] not in [one["id"] for one in alarms(officer)]
    back = next(one for one in alarms(commander) if one["id"] == gone["id"])
    assert back["noted_by"] is None


def test_an_observer_hears_and_silences_nothing(served: Any, pair: tuple[Any, Any]) -> None:
    display = served.browser()
    display.login("observer")
    heard = alarms(display)
    assert heard
    assert display.ask("POST", "/api/alarms/note", {"id": heard[0]["id"]}).status == 403


@pytest.mark.parametrize(
    ("language", "title", "direction"),
    [
        ("en", "ADMIN: Watch taken", "ltr"),
        ("ar", "إداري: استلام المناوبة", "rtl"),
        ("xx", "ADMIN: Watch taken", "ltr"),
    ],
)
def test_the_hot_line_is_read_in_the_reader_s_language(
    pair: tuple[Any, Any], language: str, title: str, direction: str
) -> None:
    rows = pair[0].ask("GET", f"/api/transcript?count=50&language={language}").told["entries"]
    row = next(one for one in rows if one["code"] == "WCH")
    isolated = row["title"].translate({0x2068: None, 0x2069: None})
    assert (isolated, row["direction"]) == (title, direction)
    assert "\u2068" in row["title"], "what goes into a sentence keeps its order inside another script"
    assert row["lines"]
