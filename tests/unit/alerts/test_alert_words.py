"""How an aircraft is described to the other side, and which own one a description means."""

from __future__ import annotations

from typing import Any

import pytest

from detente.airspace.levels import Level
from detente.airspace.shapes import Point
from detente.alerts.describing import level_of, place_of, speed_kt_of, track_of
from detente.alerts.matching import MATCH_AGE_S, can_tell, match_own
from detente.quantities import UtcMs
from detente.tracks.position import PositionReport

NOW_MS = 1_599_523_200_000
HERE = Point(lat_e7=399_000_000, lon_e7=-1_214_000_000)


def report(aircraft: str = "aaaaaa", **other: Any) -> PositionReport:
    values: dict[str, Any] = {
        "aircraft": aircraft,
        "call_sign": "T72",
        "time_ms": UtcMs(NOW_MS),
        "lat_deg": 39.9,
        "lon_deg": -121.4,
        "level_palt_ft": 5000.0,
        "height_hae_m": None,
        "ground_speed_mps": 0.0,
        "track_deg": 0.0,
        "vertical_rate_mps": None,
    }
    return PositionReport(**{**values, **other})


def test_a_place_is_said_to_the_nearest_1e_7_degree() -> None:
    assert place_of(report(lat_deg=39.900000049, lon_deg=-121.40000006)) == Point(
        lat_e7=399_000_000, lon_e7=-1_214_000_001
    )


@pytest.mark.parametrize(("track_deg", "said"), [(359.4, 359), (359.6, 0), (0.4, 0), (None, None)])
def test_a_track_is_said_in_whole_degrees_below_360(track_deg: float | None, said: int | None) -> None:
    assert track_of(report(track_deg=track_deg)) == said


def test_levels_and_speeds_are_whole_and_nothing_is_made_up() -> None:
    assert level_of(report(level_palt_ft=-12.6)) == Level(datum="palt", value=-13)
    assert level_of(report(level_palt_ft=None)) is None
    assert speed_kt_of(report(ground_speed_mps=100.0)) == 194
    assert speed_kt_of(report(ground_speed_mps=None)) is None


def matched(reports: list[PositionReport], **other: Any) -> str | None:
    asked: dict[str, Any] = {"at": HERE, "at_ms": UtcMs(NOW_MS), "level": Level(datum="palt", value=5000)}
    found = match_own(reports, **{**asked, **other})
    return None if found is None else found.aircraft


def test_the_nearest_own_aircraft_is_meant() -> None:
    assert matched([report("aaaaaa", lat_deg=39.92), report("bbbbbb", lat_deg=39.91)]) == "bbbbbb"


def test_two_miles_are_near_and_more_are_not() -> None:
    assert matched([report(lat_deg=39.9 + 1.99 / 60)]) == "aaaaaa"
    assert matched([report(lat_deg=39.9 + 2.02 / 60)]) is None


def test_another_level_is_another_aircraft_but_an_unknown_one_excludes_nobody() -> None:
    assert matched([report(level_palt_ft=6000.0)]) == "aaaaaa"
    assert matched([report(level_palt_ft=6001.0)]) is None
    assert matched([report(level_palt_ft=None)]) == "aaaaaa"
    assert matched([report(level_palt_ft=9000.0)], level=None) == "aaaaaa"
    assert matched([report(level_palt_ft=9000.0)], level=Level(datum="hae", value=1)) == "aaaaaa"


def test_an_aircraft_is_looked_for_where_it_had_flown_to_or_come_from() -> None:
    """60 s at 100 m/s are 3.2 NM: too far without its movement."""
    late = report(time_ms=UtcMs(NOW_MS - 60_000), lat_deg=39.9 - 6000 / 111_030, ground_speed_mps=100.0)
    early = report(time_ms=UtcMs(NOW_MS + 60_000), lat_deg=39.9 + 6000 / 111_030, ground_speed_mps=100.0)
    assert matched([late]) == "aaaaaa"
    assert matched([early]) == "aaaaaa"
    assert matched([report(time_ms=late.time_ms, lat_deg=late.lat_deg, ground_speed_mps=None)]) is None


@pytest.mark.parametrize(
    ("age_s", "is_known"), [(MATCH_AGE_S, True), (MATCH_AGE_S + 0.001, False), (-91, False)]
)
def test_who_was_not_heard_near_that_moment_can_neither_match_nor_deny(age_s: float, is_known: bool) -> None:
    """No match then means nothing: silence and old news are never a `no`."""
    old = [report(time_ms=UtcMs(NOW_MS - round(age_s * 1000)))]
    assert (matched(old) is not None) == is_known
    assert can_tell(old, at_ms=UtcMs(NOW_MS)) == is_known


def test_a_node_without_tracks_can_tell_nothing() -> None:
    assert matched([]) is None
    assert not can_tell([], at_ms=UtcMs(NOW_MS))


@pytest.mark.parametrize("at_ms", [0, 2**60])
def test_a_question_about_any_moment_is_answered(at_ms: int) -> None:
    assert matched([report()], at_ms=UtcMs(at_ms)) is None
