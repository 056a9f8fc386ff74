"""Encounters of random flights: nothing is missed, order and side change nothing, alerts cover what is measured."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from detente.encounters import watcher as watcher_module
from detente.encounters.episodes import Episode, episodes
from detente.encounters.motion import Minima, State, after, meeting
from detente.encounters.watcher import Found, Over, Watcher
from detente.memorandum.model import Tracks
from detente.quantities import UtcMs
from detente.tracks.position import PositionReport

GEOD = Geod(ellps="WGS84")
MINIMA = Minima(lateral_nm=1.0, vertical_ft=500.0)
RULES = Tracks(
    own_rule="own_list", lookahead_s=60, clear_after_s=120, max_gap_s=90, coast_s=90, identity_valid_s=3600
)
START_MS = 1_600_000_000_000
AIRCRAFT = ("aaaaaa", "aaaaab", "bbbbbb", "bbbbbc")

states = st.builds(
    State,
    lat_deg=st.floats(36.95, 37.05),
    lon_deg=st.floats(-120.06, -119.94),
    level_palt_ft=st.floats(4000, 6000),
    lat_rate=st.floats(-1e-3, 1e-3),
    lon_rate=st.floats(-1e-3, 1e-3),
    level_rate=st.floats(-40, 40),
)
"""A box of 6 NM, up to 250 kt and 2,400 ft a minute."""


@st.composite
def traffic(draw: st.DrawFn) -> tuple[PositionReport, ...]:
    """Four aircraft wandering in a small box, heard now and then, in the order of time."""
    reports = []
    for aircraft in AIRCRAFT:
        at_s = 0
        for gap_s in draw(st.lists(st.integers(5, 130), min_size=2, max_size=12)):
            at_s += gap_s
            reports.append(
                PositionReport(
                    aircraft=aircraft,
                    call_sign="",
                    time_ms=UtcMs(START_MS + at_s * 1000),
                    lat_deg=37.0 + draw(st.integers(-30, 30)) / 1000,
                    lon_deg=-120.0 + draw(st.integers(-30, 30)) / 1000,
                    level_palt_ft=float(draw(st.sampled_from((4500, 5000, 5250, 5500, 6000)))),
                    height_hae_m=None,
                    ground_speed_mps=draw(st.sampled_from((None, 0.0, 80.0))),
                    track_deg=float(draw(st.integers(0, 359))),
                    vertical_rate_mps=draw(st.sampled_from((None, -5.0, 5.0))),
                )
            )
    return tuple(sorted(reports, key=lambda report: (report.time_ms, report.aircraft)))


def is_own(aircraft: str) -> bool:
    return aircraft.startswith("a")


def key(one: Episode) -> tuple[object, ...]:
    return (*sorted((one.a, one.b)), one.start_ms, one.end_ms, round(one.under_s, 6), one.closest.closest_ms)


@settings(deadline=None, max_examples=200)
@given(a=states, b=states)
def test_no_second_under_the_minima_is_missed(a: State, b: State) -> None:
    """Each second by the geodesic; 0.1 % inside the minimum must be found, 0.1 % outside must not."""
    found = meeting(a, b, minima=MINIMA, span_s=90)
    for second in range(91):
        one, other = after(a, second), after(b, second)
        apart_nm = GEOD.inv(one.lon_deg, one.lat_deg, other.lon_deg, other.lat_deg)[2] / 1852
        apart_ft = abs(one.level_palt_ft - other.level_palt_ft)
        inside = found is not None and found.start_s <= second <= found.end_s
        if apart_nm < 0.999 and apart_ft < 499.9 and 0 < second < 90:
            assert inside
        if apart_nm > 1.001 or apart_ft > 500.1:
            assert not inside


@settings(deadline=None, max_examples=200)
@given(a=states, b=states)
def test_either_may_come_first(a: State, b: State) -> None:
    one, other = meeting(a, b, minima=MINIMA, span_s=90), meeting(b, a, minima=MINIMA, span_s=90)
    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert (one.start_s, one.end_s, one.closest.at_s, one.nearest.at_s) == (
            other.start_s,
            other.end_s,
            other.closest.at_s,
            other.nearest.at_s,
        )


@settings(deadline=None, max_examples=150)
@given(reports=traffic())
def test_watching_report_by_report_measures_what_the_whole_recording_shows(
    reports: tuple[PositionReport, ...],
) -> None:
    """And each episode lies under one alert, which is not over before the episode is."""
    watcher = Watcher(is_own=is_own, minima_of=lambda _own, _foreign: MINIMA, widest=MINIMA, rules=RULES)
    said = [(report.time_ms, finding) for report in reports for finding in watcher.see(report)]
    said += [
        (UtcMs(reports[-1].time_ms + 10**6), one) for one in watcher.flush(UtcMs(reports[-1].time_ms + 10**6))
    ]
    whole = episodes(
        reports, minima=MINIMA, max_gap_s=90, apart_s=120, is_wanted=lambda a, b: is_own(a) != is_own(b)
    )
    assert sorted(key(one) for one in watcher.completed) == sorted(key(one) for one in whole)
    opened: dict[tuple[str, str], int] = {}
    covered = set()
    for at_ms, finding in said:
        match finding:
            case Found():
                opened[finding.own.aircraft, finding.foreign.aircraft] = at_ms
            case Over():
                found_ms = opened.pop((finding.own, finding.foreign))
                for episode in watcher.completed:
                    is_pair = (episode.a, episode.b) == (finding.own, finding.foreign)
                    if (
                        is_pair
                        and found_ms <= episode.end_ms + 90_000
                        and episode.end_ms <= finding.parted_ms
                    ):
                        assert key(episode) not in covered
                        covered.add(key(episode))
    assert opened == {}
    assert covered == {key(one) for one in watcher.completed}


@settings(deadline=None, max_examples=50)
@given(reports=traffic())
def test_the_two_sides_find_and_clear_the_same_pairs_at_the_same_times(
    reports: tuple[PositionReport, ...],
) -> None:
    """Both see the same sky; whose aircraft is own must not matter."""
    told = []
    for mine in (True, False):
        watcher = Watcher(
            is_own=lambda aircraft, mine=mine: is_own(aircraft) == mine,  # type: ignore[misc]  # bound early
            minima_of=lambda _own, _foreign: MINIMA,
            widest=MINIMA,
            rules=RULES,
        )
        told.append(
            sorted(
                (report.time_ms, type(one).__name__, tuple(sorted(_pair(one))))
                for report in reports
                for one in watcher.see(report)
            )
        )
    assert told[0] == told[1]


@settings(deadline=None, max_examples=100)
@given(reports=traffic())
def test_with_an_index_the_same_is_found_as_by_comparing_all(reports: tuple[PositionReport, ...]) -> None:
    """What is over may be said up to a second later; how long they were near may not differ."""
    told = []
    for compared in (0, 10**9):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(watcher_module, "COMPARED_AIRCRAFT", compared)
            watcher = Watcher(
                is_own=is_own, minima_of=lambda _own, _foreign: MINIMA, widest=MINIMA, rules=RULES
            )
            found = []
            for report in reports:
                if watcher.must_warm():
                    watcher.warm()
                    watcher.begin_index()
                found += [one for one in watcher.see(report) if isinstance(one, Found)]
            watcher.finish()
        told.append((sorted(found, key=repr), sorted(key(one) for one in watcher.completed)))
    assert told[0] == told[1]


def _pair(finding: Found | Over) -> tuple[str, str]:
    match finding:
        case Found():
            return finding.own.aircraft, finding.foreign.aircraft
        case Over():
            return finding.own, finding.foreign
