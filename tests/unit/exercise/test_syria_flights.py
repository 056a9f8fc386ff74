"""The synthetic day: of the published rate, where its notices say, and with one meeting that is really one."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from detente.airspace.outline import outline_of
from detente.airspace.shapes import DEGREES_E7, Circle, Corridor, Point
from detente.airspace.sides import side_of
from detente.encounters.episodes import episodes
from detente.encounters.motion import WELL_CLEAR
from detente.exercise.syria_areas import AREAS, CIVIL_ROUTES, CROSSING, HAZARD, at_ms, lies_across
from detente.exercise.syria_day import plan_of
from detente.exercise.syria_flights import Flight, flights, recording_for, reports
from detente.exercise.syria_terms import TEMPLATE, boundary_of, terms, terms_read
from detente.memorandum.template import template
from detente.notices.admit import Admitted, admit
from detente.notices.conformance import Conforms, conformance
from detente.notices.ground import point_of
from detente.tracks.recording import read_recording

SEED = 2015
SEEDS = (SEED, 1, 7)


def test_the_terms_are_the_template_s_and_one_boundary() -> None:
    """An exercise that changed a clock or a figure would prove nothing about the template."""
    ours = terms_read()
    added = terms().decode().splitlines()
    for line in template(TEMPLATE).decode().splitlines():
        assert line in added
    assert [line.id for line in ours.boundary] == ["L1"]
    assert terms().count(b"our assumption") > template(TEMPLATE).count(b"our assumption")


def test_every_notice_of_the_day_is_admitted_in_time() -> None:
    memorandum = terms_read()
    for area, sent in ((HAZARD, "05:00"), (CROSSING, "09:20"), *((area, "02:50") for area in AREAS)):
        verdict = admit(area.notice(), memorandum, now_ms=at_ms(sent))
        assert isinstance(verdict, Admitted), (area.name, verdict)
        assert verdict.stamp == "IN_TIME", area.name


def test_the_hazard_lies_across_routes_of_third_parties() -> None:
    assert [lies_across(HAZARD, route) for route in CIVIL_ROUTES] == [True, True]


def test_rates_are_the_published_ones() -> None:
    """About thirty missions a day on one side; the same seed gives the same day."""
    for seed in SEEDS:
        found = flights(seed)
        assert Counter(flight.party for flight in found) == {"EAST": 30, "WEST": 21, "CIVIL": 4}
        assert found == flights(seed)
        assert len({flight.aircraft for flight in found}) == len(found)


def test_every_flight_lies_inside_its_notice_but_the_one_that_drifts() -> None:
    memorandum = terms_read()
    notices = {area.name: area.notice() for area in (*AREAS, CROSSING)}
    for seed in SEEDS:
        outside = {
            flight.call_sign
            for flight in flights(seed)
            if flight.area
            and not isinstance(conformance(plan_of(flight), notices[flight.area], memorandum), Conforms)
        }
        assert outside == {flight.call_sign for flight in flights(seed) if flight.drifts}, f"seed {seed}"


def test_each_side_keeps_to_its_side_but_the_two_that_ask() -> None:
    """The rule of the boundary is a call, so anybody else beyond it would be warned all day."""
    line = boundary_of(terms_read())
    path = outline_of(Corridor(points=tuple(map(point_of, line.line)), half_width_cm=0))
    strayed = set()
    for flight in flights(SEED):
        mine = {"WEST": "left", "EAST": "right"}.get(flight.party)
        for fix in flight.way:
            at = Point(lat_e7=round(fix.lat_deg * DEGREES_E7), lon_e7=round(fix.lon_deg * DEGREES_E7))
            if mine is not None and side_of(outline_of(Circle(centre=at, radius_cm=0)), path) != mine:
                strayed.add(flight.area)
    assert strayed == {CROSSING.name}


def test_without_its_descent_the_drifter_would_come_too_near_to_the_second_too() -> None:
    """The ALERT of the day is about a real meeting: flown on at its level, the two are under the minima."""
    day = flights(SEED)
    assert met(day) == {("EU02", "WT03")}
    level = [
        replace(flight, way=tuple(replace(fix, level_ft=19_000.0) for fix in flight.way))
        if flight.drifts
        else flight
        for flight in day
    ]
    assert met(level) == {("EU02", "WT03"), ("EU02", "WT04")}


def test_each_side_s_recording_is_read_whole() -> None:
    day = flights(SEED)
    for party in ("WEST", "EAST"):
        read = read_recording(recording_for(party, day, seed=SEED))
        assert dict(read.rejected) == {}
        assert len(read.reports) == len(reports(day))
    assert recording_for("WEST", day, seed=SEED) != recording_for("EAST", day, seed=SEED)


def met(day: list[Flight] | tuple[Flight, ...]) -> set[tuple[str, str]]:
    """Pairs of different parties that were under the minima, by call sign."""
    party = {flight.aircraft: flight.party for flight in day}
    names = {flight.aircraft: flight.call_sign for flight in day}
    found = episodes(reports(day), minima=WELL_CLEAR, max_gap_s=60.0, apart_s=120.0)
    return {
        (min(names[one.a], names[one.b]), max(names[one.a], names[one.b]))
        for one in found
        if party[one.a] != party[one.b]
    }
