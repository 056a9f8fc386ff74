"""Notices from any flights, not only those of one recorded week: all inside, all admitted, nothing peeked at."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.airspace.inside import outside_m
from detente.exercise.fires import ISSUED_AHEAD_MS, TEMPLATE, agencies, call_signs, covered, dispatch
from detente.memorandum.load import read_memorandum
from detente.memorandum.model import Memorandum
from detente.memorandum.template import template
from detente.notices.admit import Admitted, admit
from detente.notices.conformance import Conforms, conformance
from detente.quantities import UtcMs
from detente.tracks.position import PositionReport

DAY_MS = 86_400_000
FIRST_DAY_MS = 1_599_523_200_000
READ = read_memorandum(template(TEMPLATE))
assert isinstance(READ, Memorandum)
FIRES = READ


def report(
    aircraft: str,
    sign: str,
    time_ms: int,
    lat_deg: float = 39.9,
    lon_deg: float = -121.4,
    level_ft: float | None = 5000.0,
) -> PositionReport:
    return PositionReport(
        aircraft=aircraft,
        call_sign=sign,
        time_ms=UtcMs(time_ms),
        lat_deg=lat_deg,
        lon_deg=lon_deg,
        level_palt_ft=level_ft,
        height_hae_m=None,
        ground_speed_mps=None,
        track_deg=None,
        vertical_rate_mps=None,
    )


# Call signs of all four classes; the first letters of an address keep them apart.
SIGNS = {"a0": "T72", "a1": "AA410", "a2": "C106", "a3": "FFS20"}
REPORTS = st.lists(
    st.builds(
        lambda name, time_ms, lat, lon, level: report(name, SIGNS[name], time_ms, lat, lon, level),
        st.sampled_from(sorted(SIGNS)),
        st.integers(FIRST_DAY_MS, FIRST_DAY_MS + 2 * DAY_MS - 1),
        st.floats(30.0, 45.0) | st.floats(39.5, 40.5),
        st.floats(-127.0, -112.0) | st.floats(-121.5, -120.5),
        st.none() | st.integers(-4000, 80_000).map(lambda half_ft: half_ft / 2.0),
    ),
    min_size=1,
    max_size=25,
    unique_by=lambda one: (one.time_ms, one.aircraft),
).map(lambda flown: sorted(flown, key=lambda one: (one.time_ms, one.aircraft)))


@settings(deadline=None, max_examples=60)
@given(REPORTS)
def test_whatever_is_flown_lies_in_a_notice_that_is_admitted_in_time(flown: list[PositionReport]) -> None:
    """Every covered position, in place, window and level; every plan conforms; every notice is IN_TIME."""
    drawn = dispatch(flown, party="SIERRA", memorandum=FIRES)
    for one in covered(flown, FIRES):
        assert any(
            volume.start_ms <= one.time_ms <= volume.end_ms
            and volume.floor.value <= (one.level_palt_ft or 0.0) <= volume.ceiling.value
            and float(outside_m(volume.shape, np.array([one.lat_deg]), np.array([one.lon_deg]))[0]) == 0.0
            for notice in drawn
            for volume in notice.notice.volumes
        ), one
    for one in drawn:
        verdict = admit(one.notice, FIRES, now_ms=one.issue_ms)
        assert isinstance(verdict, Admitted), verdict
        assert (verdict.stamp, verdict.precedence) == ("IN_TIME", "ROUTINE")
        assert verdict.lead_s * 1000 >= ISSUED_AHEAD_MS
        for plan in one.plans:
            assert isinstance(conformance(plan, one.notice, FIRES), Conforms)


@settings(deadline=None, max_examples=30)
@given(REPORTS, REPORTS)
def test_what_one_agency_draws_does_not_change_with_what_the_other_flies(
    ours: list[PositionReport], theirs: list[PositionReport]
) -> None:
    """Neither whose an aircraft is, nor any notice, looks at the other side: nobody peeks."""
    others = [report(f"b{one.aircraft}", "T71", one.time_ms, one.lat_deg, one.lon_deg) for one in theirs]
    for sky in (ours, [*ours, *others]):
        party_of = agencies(sky)
        mine = [one for one in sky if party_of[one.aircraft] == "SIERRA"]
        assert mine == ours
        assert dispatch(mine, party="SIERRA", memorandum=FIRES) == dispatch(
            ours, party="SIERRA", memorandum=FIRES
        )


def test_nothing_is_announced_of_flights_without_a_level_or_above_the_agreed_ones() -> None:
    """The memorandum ends at FL250: a notice above it would be refused, and take all below with it."""
    flown = [
        report("a0", "T72", FIRST_DAY_MS + 1, level_ft=None),
        report("a0", "T72", FIRST_DAY_MS + 2, level_ft=30_000.0),
        report("a0", "T72", FIRST_DAY_MS + 3, level_ft=9000.0),
    ]
    assert [one.level_palt_ft for one in covered(flown, FIRES)] == [9000.0]
    (drawn,) = dispatch(flown, party="SIERRA", memorandum=FIRES)
    assert isinstance(admit(drawn.notice, FIRES, now_ms=drawn.issue_ms), Admitted)


def test_no_flights_no_notices() -> None:
    assert dispatch([], party="SIERRA", memorandum=FIRES) == ()


def test_a_pause_of_more_than_ninety_minutes_makes_two_volumes_of_one_notice() -> None:
    minute_ms = 60_000
    for pause_min, volumes in ((90, 1), (91, 2)):
        flown = [report("a0", "T72", FIRST_DAY_MS + at * minute_ms) for at in (600, 600 + pause_min)]
        (drawn,) = dispatch(flown, party="SIERRA", memorandum=FIRES)
        assert len(drawn.notice.volumes) == volumes


def test_the_count_is_told_in_bands() -> None:
    for count, band in ((1, "1"), (2, "2-4"), (4, "2-4"), (5, "5-12"), (12, "5-12"), (13, "13+")):
        flown = [report(f"{number:06x}", "T72", FIRST_DAY_MS + number) for number in range(count)]
        (drawn,) = dispatch(flown, party="SIERRA", memorandum=FIRES)
        assert drawn.notice.count_band == band


def test_of_equally_frequent_call_signs_the_first_by_the_alphabet_counts_and_an_empty_one_last() -> None:
    signs = ["T72", "", "C106", "", "T72", "C106", ""]
    flown = [report("a0", sign, FIRST_DAY_MS + number) for number, sign in enumerate(signs)]
    assert call_signs(flown[:6]) == {"a0": "C106"}
    assert agencies(flown[:1]) == {"a0": "SIERRA"}


@pytest.mark.parametrize("empty", [1, 3])
def test_an_aircraft_that_never_says_its_call_sign_counts_as_even(empty: int) -> None:
    flown = [report("a0", "", FIRST_DAY_MS + number) for number in range(empty)]
    assert agencies(flown) == {"a0": "SIERRA"}
