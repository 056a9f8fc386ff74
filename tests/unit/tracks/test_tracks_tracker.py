"""One track for each aircraft: what cannot be true is rejected by its reason; a flood pushes nobody out."""

from __future__ import annotations

import math
from typing import Any

import pytest

from detente.quantities import PartyId, UtcMs
from detente.tracks.motion import METRES_PER_DEGREE
from detente.tracks.position import PositionReport
from detente.tracks.tracker import FUTURE_MS, LIVE_S, SOURCE_KEPT_MS, Rules, Tracker
from detente.tracks.whose import Ownership

START_MS = 1_720_267_200_000
SPEED_MPS = 100.0


def report(after_s: float = 0.0, **changes: Any) -> PositionReport:
    """One aircraft at 100 m/s due north at 5,000 ft, from 40 N 120 W."""
    said: dict[str, Any] = {
        "aircraft": "abcdef",
        "call_sign": "T72",
        "time_ms": UtcMs(round(START_MS + after_s * 1000)),
        "lat_deg": 40.0 + SPEED_MPS * after_s / METRES_PER_DEGREE,
        "lon_deg": -120.0,
        "level_palt_ft": 5_000.0,
        "height_hae_m": None,
        "accuracy_m": 30.0,
        "source": "roof",
        "ground_speed_mps": SPEED_MPS,
        "track_deg": 0.0,
        "vertical_rate_mps": 0.0,
        **changes,
    }
    return PositionReport(**said)


def tracker(**rules: Any) -> Tracker:
    return Tracker(rules=Rules(**rules))


def see(one: Tracker, *reports: PositionReport) -> list[str]:
    """Each report at its own time; the reason against it, or an empty text."""
    answers = [one.see(each, each.time_ms) for each in reports]
    return [answer if isinstance(answer, str) else "" for answer in answers]


def test_a_flight_is_one_track() -> None:
    one = tracker()
    assert set(see(one, *(report(second) for second in range(60)))) == {""}
    track = one.track("abcdef", UtcMs(START_MS + 59_500))
    assert track is not None
    assert (track.state, track.call_sign, track.reports, track.last) == ("live", "T72", 60, report(59))
    assert track.lat_deg == pytest.approx(report(59.5).lat_deg, abs=1e-6)
    assert track.level_palt_ft == 5_000.0


def test_a_report_from_the_future_is_none() -> None:
    """By the node's own clock; the slack is what clocks of receivers differ by."""
    one = tracker()
    assert one.see(report(), UtcMs(START_MS - FUTURE_MS - 1)) == "future_time"
    assert not isinstance(one.see(report(), UtcMs(START_MS - FUTURE_MS)), str)


def test_a_future_report_of_a_liar_does_not_lock_its_aircraft_out() -> None:
    one = tracker()
    see(one, report(0))
    assert one.see(report(3_600), UtcMs(START_MS + 1_000)) == "future_time"
    assert one.see(report(2), UtcMs(START_MS + 2_000)) == report(2)


def test_what_is_older_than_anything_followed_begins_no_track() -> None:
    assert tracker().see(report(), UtcMs(START_MS + 601_000)) == "too_old"


def test_out_of_order_and_repeated_reports_change_nothing() -> None:
    one = tracker()
    assert see(one, report(0), report(2), report(1), report(2), report(2.5, lat_deg=report(2).lat_deg)) == [
        *("", "", "out_of_order", "duplicate", "duplicate"),
    ]
    track = one.track("abcdef", UtcMs(START_MS + 2_000))
    assert track is not None
    assert track.last == report(2)


def test_a_position_that_stands_still_while_it_claims_flight_is_stale() -> None:
    """34 stretches of a real feed did, one for 311 s: fresh times, old content. The track ages instead."""
    one = tracker()
    hung = [report(second, lat_deg=40.0) for second in range(30)]
    answers = see(one, *hung)
    assert answers[:3] == ["", "duplicate", "stale_position"]
    track = one.track("abcdef", UtcMs(START_MS + 29_000))
    assert track is not None
    assert (track.state, track.age_s) == ("coasting", 29.0)
    assert see(one, report(30)) == [""], "and goes on when it moves again"


def test_an_aircraft_that_hovers_or_stands_is_not_stale() -> None:
    one = tracker()
    hover = [report(second, lat_deg=40.0, ground_speed_mps=0.5) for second in range(0, 30, 2)]
    parked = [
        report(second, aircraft="abcdee", lat_deg=40.0, is_on_ground=True, ground_speed_mps=0.0)
        for second in range(0, 30, 2)
    ]
    assert set(see(one, *hover, *parked)) == {""}


def test_one_leap_is_rejected_and_two_that_bear_each_other_out_are_taken() -> None:
    """The recording's rule, live: a wrong first position must not lock the true ones out."""
    one = tracker()
    away = [report(second, lon_deg=-119.0) for second in (2, 3)]
    assert see(one, report(0), away[0], report(2.5), away[1]) == ["", "teleport", "", "teleport"]
    two = tracker()
    assert see(two, report(0), *away) == ["", "teleport", ""]
    assert two.jumps == 1


def test_a_second_source_is_a_copy_while_the_first_one_speaks() -> None:
    """Two receivers, one aircraft: alternating between clocks that differ would shake the track."""
    one = tracker()
    other = [report(second + 0.4, source="hill") for second in range(5)]
    ours = [report(second) for second in range(5)]
    mixed = [each for pair in zip(ours, other, strict=True) for each in pair]
    assert see(one, *mixed) == ["", "duplicate"] * 5
    silence_s = SOURCE_KEPT_MS / 1000.0
    assert see(one, report(4 + silence_s, source="hill")) == [""], "the first one fell silent"


def test_a_source_that_contradicts_another_is_shown_and_both_are_watched() -> None:
    """Which of the two lies nobody can know here; whoever spoke first must not hide the other."""
    one = tracker()
    see(one, report(0), report(1))
    seen = one.see(report(1.5, source="hill", lat_deg=40.03), UtcMs(START_MS + 1_500))
    assert isinstance(seen, PositionReport)
    assert seen.aircraft == "abcdef?hill"
    assert not isinstance(one.see(report(2.5, source="hill", lat_deg=40.031), UtcMs(START_MS + 2_500)), str)
    track = one.track("abcdef", UtcMs(START_MS + 3_000))
    assert track is not None
    assert track.is_disputed
    assert (track.last, one.disputed, len(one)) == (report(1), 2, 2)
    later = one.track("abcdef", UtcMs(START_MS + 70_000))
    assert later is not None
    assert not later.is_disputed


def test_an_own_aircraft_in_dispute_is_not_warned_of_itself() -> None:
    one = Tracker(rules=Rules(), ownership=Ownership(aircraft=frozenset({"abcdef"})))
    see(one, report(0), report(1))
    assert see(one, report(1.5, source="hill", lat_deg=40.03)) == ["disputed"]
    assert len(one) == 1


def test_sources_whose_clocks_differ_do_not_contradict_each_other() -> None:
    """A second and a half at 100 m/s is no lie."""
    one = tracker()
    late = [
        report(second + 0.5, source="hill", lat_deg=report(second - 1).lat_deg) for second in range(2, 20)
    ]
    ours = [report(second) for second in range(2, 20)]
    answers = see(one, *(each for pair in zip(ours, late, strict=True) for each in pair))
    assert answers == ["", "duplicate"] * 18


def test_a_track_coasts_then_is_lost_then_forgotten() -> None:
    one = tracker(coast_s=60.0, forget_s=600.0)
    see(one, report(0), report(1))
    states = {}
    for after_s in (1, LIVE_S + 0.9, LIVE_S + 1.1, 61, 61.1, 600):
        track = one.track("abcdef", UtcMs(round(START_MS + after_s * 1000)))
        assert track is not None
        states[after_s] = track.state
    assert list(states.values()) == ["live", "live", "coasting", "coasting", "lost", "lost"]
    assert one.pass_time(UtcMs(START_MS + 600_000)) == 0
    assert one.pass_time(UtcMs(START_MS + 602_000)) == 1
    assert len(one) == 0


def test_a_lost_aircraft_is_not_flown_on_for_ever() -> None:
    one = tracker(coast_s=60.0)
    see(one, report(0), report(1))
    at_end, later = (one.track("abcdef", UtcMs(START_MS + after)) for after in (61_000, 500_000))
    assert at_end is not None
    assert later is not None
    assert (at_end.lat_deg, at_end.error_m) == (later.lat_deg, later.error_m)


def test_a_call_sign_outlives_the_gap() -> None:
    """QGroundControl lost it with the track; here a nameless report an hour later has it again."""
    one = tracker()
    see(one, report(0))
    one.pass_time(UtcMs(START_MS + 3_600_000))
    assert len(one) == 0
    seen = one.see(report(3_600, call_sign=""), UtcMs(START_MS + 3_600_000))
    assert isinstance(seen, PositionReport)
    assert seen.call_sign == "T72"


def test_where_no_motion_is_reported_it_is_estimated_and_says_so() -> None:
    """Else two that close on each other would be predicted to stand still."""
    one = tracker()
    bare = [report(second, ground_speed_mps=None, track_deg=None) for second in range(5)]
    seen = [one.see(each, each.time_ms) for each in bare]
    first, last = seen[0], seen[-1]
    assert isinstance(first, PositionReport)
    assert isinstance(last, PositionReport)
    assert (first.ground_speed_mps, first.is_motion_estimated) == (None, False)
    assert last.is_motion_estimated
    assert last.ground_speed_mps == pytest.approx(SPEED_MPS, rel=0.01)
    assert last.track_deg is not None
    assert min(last.track_deg, 360 - last.track_deg) < 0.5
    track = one.track("abcdef", UtcMs(START_MS + 4_000))
    assert track is not None
    assert track.last == bare[-1], "the raw report is kept as it came"


def test_heights_of_two_datums_are_never_mixed() -> None:
    """A report with only a geometric height leaves the level as it was, and ageing."""
    one = tracker()
    see(one, report(0), report(5, level_palt_ft=None, height_hae_m=1_700.0))
    track = one.track("abcdef", UtcMs(START_MS + 5_000))
    assert track is not None
    assert (track.level_palt_ft, track.height_hae_m) == (5_000.0, 1_700.0)
    assert track.level_error_ft is not None
    assert track.level_error_ft > 100.0
    bare = tracker()
    see(bare, report(0, level_palt_ft=None, height_hae_m=1_700.0))
    only = bare.track("abcdef", UtcMs(START_MS))
    assert only is not None
    assert (only.level_palt_ft, only.height_hae_m) == (None, 1_700.0)


def test_whose_an_aircraft_is_follows_the_memorandum() -> None:
    claimed = {"abc001": (PartyId("COAST"), UtcMs(START_MS))}
    by_list = Ownership(
        aircraft=frozenset({"abc000"}), call_signs=frozenset({"T72"}), known=claimed, identity_valid_s=60
    )
    assert by_list.of("abc000", "", START_MS) == "own"
    assert by_list.of("abc001", "", START_MS + 60_000) == "foreign"
    assert by_list.of("abc001", "", START_MS + 60_001) == "third_party"
    assert by_list.of("abc002", "T72", START_MS) == "third_party", "a call sign is anybody's to set"
    by_call_sign = Ownership(call_signs=frozenset({"T72"}), rule="own_list_then_call_sign")
    assert by_call_sign.of("abc002", "T72", START_MS) == "own"


def flood(one: Tracker, count: int, *, after_s: float) -> list[str]:
    """Invented aircraft, each heard once."""
    return see(one, *(report(after_s, aircraft=f"{number:06x}", lat_deg=1.0) for number in range(1, count)))


def test_a_flood_of_invented_addresses_pushes_out_neither_tracks_nor_own() -> None:
    own = Ownership(aircraft=frozenset({"abc000"}))
    one = Tracker(rules=Rules(new_max=100, tracks_max=50), ownership=own)
    see(one, report(0), report(1))
    answers = flood(one, 1_000, after_s=2)
    assert answers.count("no_room") == 899
    assert len(one) == 101
    assert see(one, report(3), report(3, aircraft="abc000"), report(4, aircraft="abc000")) == ["", "", ""]
    assert len(one) <= 151


def test_the_oldest_of_those_heard_once_give_way_in_time() -> None:
    one = tracker(new_max=100, new_s=10.0)
    flood(one, 101, after_s=0)
    assert see(one, report(11)) == [""]
    assert one.evicted == 1


def test_confirmed_tracks_are_bounded_and_lost_ones_give_way_first() -> None:
    one = tracker(tracks_max=10, new_max=10, coast_s=60.0)
    for number in range(10):
        address = f"abc00{number}"
        see(one, report(0, aircraft=address), report(1, aircraft=address))
    see(one, report(2), report(3))
    assert len(one) == 11, "it stays among the new ones: nobody is lost yet"
    see(one, report(70))
    assert one.track("abc000", UtcMs(START_MS + 70_000)) is None
    assert one.evicted == 1
    assert len(one) == 10


def test_the_same_reports_at_the_same_times_give_the_same_tracks() -> None:
    made = [
        report(second, lat_deg=40.0 + 0.001 * math.sin(second), aircraft=f"abc00{second % 7}")
        for second in range(200)
    ]
    first, second = tracker(), tracker()
    assert see(first, *made) == see(second, *made)
    assert list(first.tracks(UtcMs(START_MS))) == list(second.tracks(UtcMs(START_MS)))
