"""The fire week as two agencies' business: each draws its own flights, all of them, by the memorandum's rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from detente.airspace.inside import outside_m
from detente.airspace.shapes import points_of
from detente.conflicts.decide import Conflict, decide
from detente.encounters.episodes import episodes
from detente.encounters.motion import Minima
from detente.exercise.announced import StatedConflict, announced
from detente.exercise.fires import (
    ISSUED_AHEAD_MS,
    PARTIES,
    TEMPLATE,
    Drawn,
    agencies,
    agency_of,
    call_signs,
    class_of,
    covered,
    dispatch,
)
from detente.memorandum.load import read_memorandum
from detente.memorandum.model import Memorandum
from detente.memorandum.template import template
from detente.notices.admit import Admitted, admit
from detente.notices.conformance import Conforms, conformance
from detente.quantities import METRES_PER_NM, UtcMs
from detente.tracks.position import PositionReport
from detente.tracks.recording import read_recording

RECORDING = Path(__file__).resolve().parents[3] / "../shared/data/adsb_traffic_mit/calfire.json.gz"


@pytest.fixture(scope="module")
def memorandum() -> Memorandum:
    read = read_memorandum(template(TEMPLATE))
    assert isinstance(read, Memorandum)
    return read


@pytest.fixture(scope="module")
def reports() -> tuple[PositionReport, ...]:
    if not RECORDING.exists():
        pytest.skip("../shared is absent: calfire.json.gz")
    return read_recording(RECORDING.read_bytes()).reports


@pytest.fixture(scope="module")
def own(reports: tuple[PositionReport, ...]) -> Mapping[str, tuple[PositionReport, ...]]:
    party_of = agencies(reports)
    return {party: tuple(one for one in reports if party_of[one.aircraft] == party) for party in PARTIES}


@pytest.fixture(scope="module")
def drawn(
    own: Mapping[str, tuple[PositionReport, ...]], memorandum: Memorandum
) -> Mapping[str, tuple[Drawn, ...]]:
    return {party: dispatch(flown, party=party, memorandum=memorandum) for party, flown in own.items()}


@pytest.fixture(scope="module")
def stated(drawn: Mapping[str, tuple[Drawn, ...]], memorandum: Memorandum) -> list[StatedConflict]:
    """Every conflict, stated the moment the later of its notices is sent."""
    return [
        StatedConflict(notices=(one.notice, other.notice), stated_ms=max(one.issue_ms, other.issue_ms))
        for one in drawn["SIERRA"]
        for other in drawn["COAST"]
        if isinstance(decide(one.notice, other.notice, memorandum), Conflict)
    ]


def test_an_even_call_sign_flies_for_sierra_and_an_odd_one_for_coast() -> None:
    assert [agency_of(sign) for sign in ("T72", "AA410", "N426DF", "")] == ["SIERRA"] * 4
    assert [agency_of(sign) for sign in ("T71", "C305", "N427DF", "N407KC")] == ["COAST"] * 4


def test_the_class_follows_the_call_sign() -> None:
    of_class = {
        "tanker": ("T82", "N426DF", "N439DF"),
        "air_attack": ("AA460", "A230", "N410DF"),
        "helicopter": ("C106", "N481DF", "N342WN"),
        "lead": ("FFS20", "N470DF", ""),
    }
    for aircraft_class, signs in of_class.items():
        assert {class_of(sign) for sign in signs} == {aircraft_class}


def test_an_aircraft_with_two_call_signs_has_the_one_it_reports_most(
    reports: tuple[PositionReport, ...],
) -> None:
    """a544de flies as N439DF 84 times and as T74 152 times."""
    assert call_signs(reports)["a544de"] == "T74"


def test_both_agencies_have_a_fair_share_of_the_fleet(reports: tuple[PositionReport, ...]) -> None:
    """28 and 17 aircraft, with tankers and helicopters on both sides."""
    party_of, signs = agencies(reports), call_signs(reports)
    assert Counter(party_of.values()) == {"SIERRA": 28, "COAST": 17}
    for party in PARTIES:
        classes = {class_of(signs[aircraft]) for aircraft, owner in party_of.items() if owner == party}
        assert {"tanker", "helicopter"} <= classes


def test_the_week_has_166_notices_each_admitted_in_time(
    drawn: Mapping[str, tuple[Drawn, ...]], memorandum: Memorandum
) -> None:
    """By the ordinary rules of admission, at the moment each is sent."""
    assert {party: len(notices) for party, notices in drawn.items()} == {"SIERRA": 111, "COAST": 55}
    for one in (*drawn["SIERRA"], *drawn["COAST"]):
        verdict = admit(one.notice, memorandum, now_ms=one.issue_ms)
        assert isinstance(verdict, Admitted)
        assert verdict.stamp == "IN_TIME"
        assert verdict.lead_s * 1000 >= ISSUED_AHEAD_MS
        assert all(len(points_of(volume.shape)) == 12 for volume in one.notice.volumes)


@pytest.mark.parametrize("party", PARTIES)
def test_every_own_position_lies_two_miles_inside_an_own_notice_of_its_day(
    party: str,
    own: Mapping[str, tuple[PositionReport, ...]],
    drawn: Mapping[str, tuple[Drawn, ...]],
    memorandum: Memorandum,
) -> None:
    """In place, window and level; two miles less one per cent, since the outline is drawn on a plane."""
    flown = covered(own[party], memorandum)
    assert len(flown) > 0.8 * len(own[party])
    lat_deg = np.array([one.lat_deg for one in flown])
    lon_deg = np.array([one.lon_deg for one in flown])
    time_ms = np.array([one.time_ms for one in flown])
    level_ft = np.array([one.level_palt_ft for one in flown], dtype=float)
    held = np.zeros(len(flown), dtype=bool)
    for volume in (volume for one in drawn[party] for volume in one.notice.volumes):
        inside = (volume.start_ms <= time_ms) & (time_ms <= volume.end_ms)
        inside &= (volume.floor.value <= level_ft) & (level_ft <= volume.ceiling.value)
        inside[inside] = outside_m(volume.shape, lat_deg[inside], lon_deg[inside]) == 0.0
        held |= inside
    assert held.all()


def test_the_outline_keeps_two_miles_from_everything_flown(
    own: Mapping[str, tuple[PositionReport, ...]], memorandum: Memorandum
) -> None:
    """Positions pushed 1.98 NM any way stay inside the volume of a lone position."""
    lone = own["SIERRA"][0]
    (one,) = dispatch([lone], party="SIERRA", memorandum=memorandum)
    (volume,) = one.notice.volumes
    bearings = np.radians(np.arange(0.0, 360.0, 5.0))
    north = 1.98 * METRES_PER_NM / 111_000 * np.cos(bearings)
    east = 1.98 * METRES_PER_NM / 111_000 / np.cos(np.radians(lone.lat_deg)) * np.sin(bearings)
    assert (outside_m(volume.shape, lone.lat_deg + north, lone.lon_deg + east) == 0.0).all()


def test_every_plan_conforms_to_its_notice(
    drawn: Mapping[str, tuple[Drawn, ...]], memorandum: Memorandum
) -> None:
    """The private check passes, so a node sends what is drawn."""
    for one in (*drawn["SIERRA"], *drawn["COAST"]):
        assert one.plans
        for plan in one.plans:
            assert isinstance(conformance(plan, one.notice, memorandum), Conforms)


def test_a_dispatcher_needs_nothing_but_the_own_flights_of_that_day(
    own: Mapping[str, tuple[PositionReport, ...]],
    drawn: Mapping[str, tuple[Drawn, ...]],
    memorandum: Memorandum,
) -> None:
    """One day's own reports alone give exactly that day's notices."""
    day = own["COAST"][0].time_ms // 86_400_000
    alone = dispatch(
        [one for one in own["COAST"] if one.time_ms // 86_400_000 == day],
        party="COAST",
        memorandum=memorandum,
    )
    of_day = [one for one in drawn["COAST"] if one.notice.volumes[0].start_ms // 86_400_000 == day]
    assert [one.notice for one in alone] == [one.notice for one in of_day]


def test_flights_outside_the_area_are_not_announced(
    memorandum: Memorandum, reports: tuple[PositionReport, ...]
) -> None:
    """Washington, Montana and Florida are not this memorandum's."""
    kept = covered(reports, memorandum)
    assert all(31.5 < one.lat_deg < 43.5 and -125.5 < one.lon_deg < -113.5 for one in kept)
    assert "a3d1e2" not in {one.aircraft for one in kept}


def test_in_hindsight_every_encounter_of_the_week_was_announced(
    reports: tuple[PositionReport, ...], stated: list[StatedConflict], memorandum: Memorandum
) -> None:
    """57 of 57, by 52 conflicts: no wonder, since the notices were drawn from what was flown."""
    party_of = agencies(reports)
    met = episodes(
        reports,
        minima=Minima(lateral_nm=1.0, vertical_ft=500.0),
        max_gap_s=90,
        apart_s=120,
        is_wanted=lambda a, b: party_of[a] != party_of[b],
    )
    assert (len(met), len(stated)) == (57, 52)
    assert all(announced(one, stated, memorandum) for one in met)


def test_a_conflict_stated_too_late_or_elsewhere_announces_nothing(
    reports: tuple[PositionReport, ...], stated: list[StatedConflict], memorandum: Memorandum
) -> None:
    """A statement at the very start of an encounter is too late; a conflict over another fire is another's."""
    party_of = agencies(reports)
    first, *_, last = episodes(
        reports,
        minima=Minima(lateral_nm=1.0, vertical_ft=500.0),
        max_gap_s=90,
        apart_s=120,
        is_wanted=lambda a, b: party_of[a] != party_of[b],
    )
    of_first = announced(first, stated, memorandum)
    assert of_first is not None
    assert announced(first, [replace(of_first, stated_ms=first.start_ms)], memorandum) is None
    assert announced(first, [replace(of_first, stated_ms=UtcMs(first.start_ms - 1))], memorandum) is not None
    assert announced(last, [of_first], memorandum) is None
