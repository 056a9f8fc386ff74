"""Alarms: one at a time, by one person, silent and not gone; and the hot line in the reader's language."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from detente.encounters.own_flights import Warned
from detente.node.events import Tick
from detente.node.state_with import state_with
from detente.node.warned import warned
from detente.quantities import UtcMs, utc_text
from detente.tracks.position import PositionReport

KEY = "key-12345678"


def flying(aircraft: str, lon_deg: float, track_deg: float, at_ms: int) -> PositionReport:
    return PositionReport(
        aircraft=aircraft,
        time_ms=UtcMs(at_ms),
        lat_deg=39.9,
        lon_deg=lon_deg,
        level_palt_ft=5_000.0,
        height_hae_m=None,
        call_sign=f"T{aircraft}",
        ground_speed_mps=100.0,
        track_deg=track_deg,
        vertical_rate_mps=0.0,
    )


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


def test_a_restart_forgets_no_note_and_none_of_an_alarm_that_had_ended(
    served: Any, pair: tuple[Any, Any], make_served: Any
) -> None:
    """The notes stand in the logbook; what is found again only after a while keeps its own meanwhile."""
    officer, _ = pair
    noted = alarms(officer)[0]
    officer.ask("POST", "/api/alarms/note", {"id": noted["id"]})
    served.clock.at_ms += 5_000
    again = make_served(store=served.store, clock=served.clock)
    browser = again.browser()
    browser.login("commander")
    after = {one["id"]: one["noted_by"] for one in alarms(browser)}
    assert after[noted["id"]] == "watch_officer watch_officer"
    assert list(after.values()).count(None) == len(after) - 1

    held = again.api._acts["alarms"].__self__._alarms
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(held, "_found", lambda: iter(()))
        assert held.shown() == []
    assert any(line.startswith("alarm: over: [") for line in again.log())
    third = make_served(store=served.store, clock=served.clock)
    assert third.api._acts["alarms"].__self__._alarms._noted == {}


def test_what_is_not_found_at_once_after_a_restart_is_waited_for_a_while(
    served: Any, pair: tuple[Any, Any], make_served: Any
) -> None:
    officer, _ = pair
    noted = alarms(officer)[0]
    officer.ask("POST", "/api/alarms/note", {"id": noted["id"]})
    held = make_served(store=served.store, clock=served.clock).api._acts["alarms"].__self__._alarms
    found, rows = held._found, list(held._found())
    held._found = lambda: iter(())
    held.shown()
    held._found = lambda: iter(dict(row) for row in rows)
    assert next(one for one in held.shown() if one["id"] == noted["id"])["noted_by"] is not None
    held._found = lambda: iter(())
    held.shown()
    held._found = found
    assert next(one for one in held.shown() if one["id"] == noted["id"])["noted_by"] is None, "it came again"


def test_of_two_who_press_at_once_one_wins_and_the_other_is_told_who(pair: tuple[Any, Any]) -> None:
    import asyncio

    officer, commander = pair
    id_ = alarms(officer)[0]["id"]

    async def both() -> list[Any]:
        asked = [one.asked("POST", "/api/alarms/note", {"id": id_}) for one in (officer, commander)]
        return list(await asyncio.gather(*asked))

    answers = sorted(asyncio.run(both()), key=lambda one: one.status)
    assert [one.status for one in answers] == [200, 409]
    winner = next(one["noted_by"] for one in alarms(officer) if one["id"] == id_)
    assert winner in answers[1].told["message"]


def test_words_of_a_peer_in_an_alarm_are_not_taken_for_another_s_mark(
    served: Any, pair: tuple[Any, Any], make_served: Any
) -> None:
    """A reason that a machine gave stands in the text of a warning, brackets and all."""
    officer, _ = pair
    held = served.api._acts["alarms"].__self__._alarms
    rows = list(held._found())
    hostile = {**rows[0], "id": "warning [SSL: x] takes note of: y [0000]", "text": "late: [SSL: x] [0000]"}
    held._found = lambda: iter([dict(hostile), *(dict(row) for row in rows)])
    assert officer.ask("POST", "/api/alarms/note", {"id": hostile["id"]}).status == 200
    again = make_served(store=served.store, clock=served.clock).api._acts["alarms"].__self__._alarms
    again._found = held._found
    assert [one["id"] for one in again.shown() if one["noted_by"] is not None] == [hostile["id"]]


def test_two_paths_that_differ_by_a_figure_are_two_alarms_and_a_new_silence_is_another(
    served: Any, pair: tuple[Any, Any]
) -> None:
    """Noting that data-1 is silent must not silence data-2, nor data-1 when it falls silent anew."""
    officer, _ = pair
    house = served.api._acts["alarms"].__self__._alarms._house
    true_look, paths = type(house).look, {"data-1": 1_000, "data-2": 1_000}

    def look(self: Any, name: str, **args: object) -> dict[str, Any]:
        told = true_look(self, name, **args)
        if name == "status":
            silent = [
                warned(
                    "path-silent",
                    f"The path {path} to COAST is SILENT since {utc_text(UtcMs(at_ms))}: {slow} s",
                    path=path,
                    peer="COAST",
                    reason=f"{slow} s",
                    at=utc_text(UtcMs(at_ms)),
                ).row()
                for path, at_ms in paths.items()
            ]
            told["warned"] = silent
            told["warnings"] = [one["text"] for one in silent]
        return told

    slow = 5
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(house), "look", look)
        first = next(one for one in alarms(officer) if one["args"]["path"] == "data-1")
        officer.ask("POST", "/api/alarms/note", {"id": first["id"]})
        slow = 6
        noted = {one["args"]["path"]: one["noted_by"] is not None for one in alarms(officer)}
        assert noted == {"data-1": True, "data-2": False}
        paths["data-1"] = 900_000
        assert [one["noted_by"] for one in alarms(officer)] == [None, None]


def test_an_encounter_of_an_own_aircraft_sounds_at_its_own_desk_until_it_is_over(
    served: Any, pair: tuple[Any, Any]
) -> None:
    """It owes us nothing, for it is we who ask: yet nothing must be heard sooner."""
    officer, _ = pair
    served.node._own.add("0000aa")
    at_ms = served.clock.at_ms
    served.node.see([flying("0000aa", -121.5, 90.0, at_ms), flying("0000bb", -121.4, 270.0, at_ms)])
    first = alarms(officer)[0]
    assert (first["weight"], first["warning"]) == ("alert", "encounter")
    assert first["args"] == {"own": "T0000aa", "foreign": "T0000bb"}
    assert 30_000 < first["until_ms"] - at_ms < 60_000
    officer.ask("POST", "/api/alarms/note", {"id": first["id"]})
    served.clock.at_ms += 10_000
    assert alarms(officer)[0]["noted_by"] is not None
    served.clock.at_ms += 600_000
    served.node.look()
    assert all(one.get("warning") != "encounter" for one in alarms(officer))


def test_own_aircraft_that_differ_by_a_figure_are_two_alarms(served: Any, pair: tuple[Any, Any]) -> None:
    officer, _ = pair
    state = served.node.state
    own = {
        (name, "boundary", "L1"): (
            Warned(
                aircraft=name,
                kind="boundary_ahead",
                what="L1",
                due_ms=UtcMs(0),
                reason="will cross L1",
                report=flying(name, -121.5, 90.0, served.clock.at_ms),
            ),
            UtcMs(0),
        )
        for name in ("tanker41", "tanker42")
    }
    served.node.state = replace(state, own_warnings=own)
    told = [one for one in alarms(officer) if one.get("warning") == "own-aircraft"]
    assert len({one["id"] for one in told}) == 2
    officer.ask("POST", "/api/alarms/note", {"id": told[0]["id"]})
    noted = [one["noted_by"] is not None for one in alarms(officer) if one.get("warning") == "own-aircraft"]
    assert noted == [True, False]


def raised(served: Any, officer: Any) -> str:
    fields = {"what": "approaching", "at": "39.9 -121.4", "at_ms": "now", "level": "FL085", "ask": "turn"}
    body = officer.ask("POST", "/api/draft", {"code": "ALR", "fields": fields}).told["body"]
    return str(
        officer.order("/api/say", {"code": "ALR", "body": body, "to": ["COAST"]}, "key-of-first").told["ref"]
    )


def sounded(served: Any, officer: Any, of: str, *, seconds: int) -> list[dict[str, Any]]:
    """Every alarm of an entry in the order of their sounding; the officer takes note of each at once."""
    found = []
    for _ in range(seconds):
        served.clock.at_ms += 1_000
        served.seconds[0] += 1
        served.node.happen(Tick(at_ms=UtcMs(served.clock.at_ms)))
        for one in alarms(officer):
            if one["ref"] == of and one["noted_by"] is None:
                found.append(one)
                assert officer.ask("POST", "/api/alarms/note", {"id": one["id"]}).status == 200
    return found


def test_an_own_alert_that_does_not_arrive_sounds_here_and_anew_with_every_rung(
    served: Any, pair: tuple[Any, Any]
) -> None:
    """Whoever raised it must reach that post another way: the ladder rings at the console, not in a terminal."""
    officer, _ = pair
    ref = raised(served, officer)
    assert [one for one in alarms(officer) if one["ref"] == ref] == [], "it is not late yet"
    found = sounded(served, officer, ref, seconds=400)
    assert {(one["weight"], one["warning"]) for one in found} == {("alert", "unanswered-delivered")}
    rungs = [one["rung"]["post"] for one in found if one["rung"] is not None]
    assert rungs[:2] == ["coast.duty", "coast.senior"]
    assert len(rungs) > len(set(rungs)), "after the last rung it sounds again and again"
    assert not any(one["rung"]["is_ours"] for one in found if one["rung"] is not None)


def test_each_rung_of_what_we_owe_sounds_though_the_one_before_was_noted(
    served: Any, pair: tuple[Any, Any]
) -> None:
    """An ALERT that nobody here answers climbs to our duty officer: a note that the desk took silences none of it."""
    officer, _ = pair
    ref = raised(served, officer)
    state = served.node.state
    items = {
        (item.ref, item.owed_to): replace(item, owed_by=item.owed_to, owed_to=item.owed_by)
        for item in state.open_items.values()
        if item.code == "ALR"
    }
    served.node.state = state_with(state, open_items=items)
    found = sounded(served, officer, ref, seconds=400)
    assert {one["weight"] for one in found} == {"alert"}
    rungs = [one["rung"]["post"] for one in found if one["rung"] is not None]
    assert rungs[:3] == ["sierra.air", "sierra.duty", "sierra.senior"]
    assert all(one["rung"]["is_ours"] for one in found if one["rung"] is not None)
