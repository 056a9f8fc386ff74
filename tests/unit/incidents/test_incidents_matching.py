"""Two reports of one event find each other by place and time, and both sides decide: practice (b)."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from detente.airspace.shapes import DEGREES_E7, Point
from detente.errors import OperatorError
from detente.incidents.matching import proposed, reports_of, standing_numbers
from detente.incidents.number import is_numbered_by, next_number
from detente.incidents.sector import holds, sectors_of
from detente.quantities import PartyId

IN_S1 = Point(lat_e7=450_000_000, lon_e7=-300_000_000)
OUTSIDE = Point(lat_e7=100_000_000, lon_e7=100_000_000)
START_MS = 1_893_456_000_000


def point(lat: float, lon: float) -> Point:
    return Point(lat_e7=round(lat * DEGREES_E7), lon_e7=round(lon * DEGREES_E7))


def accept(talk: Any, party: str, other: str, *, at_s: float, reply_to: Any) -> Any:
    _, ref = talk.report(party, at_s=at_s, event_s=0, same_as=other, reply_to=reply_to)
    return ref


def test_a_number_is_made_by_its_party_alone_for_the_day_of_the_event() -> None:
    alfa = PartyId("ALFA")
    first = next_number("EX-1", alfa, at_ms=START_MS, taken=())
    assert first == "EX-1-20300101-ALFA-01"
    assert next_number("EX-1", alfa, at_ms=START_MS, taken=(first,)) == "EX-1-20300101-ALFA-02"
    assert next_number("EX-1", alfa, at_ms=START_MS - 1, taken=(first,)) == "EX-1-20291231-ALFA-01"
    assert is_numbered_by(first, "EX-1", "ALFA")
    assert not is_numbered_by(first, "EX-1", "BRAVO")
    assert not is_numbered_by(first, "EX", "1-20300101-ALFA")


def test_a_day_with_too_many_incidents_is_told_to_the_operator() -> None:
    taken = [f"EX-1-20300101-ALFA-{count:02d}" for count in range(1, 100)]
    with pytest.raises(OperatorError, match="99 incidents"):
        next_number("EX-1", PartyId("ALFA"), at_ms=START_MS, taken=taken)


@pytest.mark.parametrize(
    ("at", "is_inside"),
    [
        (point(0.5, 0.5), True),
        (point(0, 0), True),
        (point(1, 0.5), True),
        (point(0.5, 1), True),
        (point(1.0000001, 0.5), False),
        (point(-0.0000001, 0.5), False),
        (point(0.5, 2), False),
        (point(0.5, -2), False),
    ],
)
def test_a_place_on_the_edge_of_a_sector_lies_in_it(at: Point, is_inside: bool) -> None:
    square = (point(0, 0), point(0, 1), point(1, 1), point(1, 0))
    for start in range(4):
        turned = square[start:] + square[:start]
        assert holds(turned, at) == is_inside
        assert holds(turned[::-1], at) == is_inside


def test_a_sector_over_the_antimeridian_holds_what_lies_on_both_sides() -> None:
    square = (point(0, 179), point(0, -179), point(1, -179), point(1, 179))
    assert holds(square, point(0.5, 179.5))
    assert holds(square, point(0.5, -179.5))
    assert not holds(square, point(0.5, 178.5))
    assert not holds(square, point(0.5, 0))


def test_reports_of_two_parties_in_one_sector_within_the_window_are_proposed(talk: Any, ex_1: Any) -> None:
    first, _ = talk.report("ALFA", at_s=60, event_s=0)
    second, _ = talk.report("BRAVO", at_s=60, event_s=300)
    (found,) = proposed(talk.register(), ex_1)
    assert (found.first, found.second, found.apart_s, found.accepted_by) == (first, second, 300, ())
    assert sectors_of(IN_S1, ex_1) == ("S1",)


@pytest.mark.parametrize(
    "other",
    [
        {"event_s": 300.001},
        {"event_s": -300.001},
        {"event_s": 0, "at": OUTSIDE},
        {"event_s": 0, "at": None},
    ],
)
def test_what_is_later_or_elsewhere_or_nowhere_is_not_proposed(talk: Any, ex_1: Any, other: Any) -> None:
    talk.report("ALFA", at_s=60, event_s=0)
    talk.report("BRAVO", at_s=600, **other)
    assert proposed(talk.register(), ex_1) == ()


def test_two_reports_of_one_party_are_two_events(talk: Any, ex_1: Any) -> None:
    talk.report("ALFA", 1, at_s=60, event_s=0)
    talk.report("ALFA", 2, at_s=60, event_s=0)
    assert proposed(talk.register(), ex_1) == ()


def test_one_side_alone_cannot_make_two_numbers_one(talk: Any, ex_1: Any) -> None:
    first, of_alfa = talk.report("ALFA", at_s=60, event_s=0)
    second, _ = talk.report("BRAVO", at_s=61, event_s=0)
    accept(talk, "BRAVO", first, at_s=70, reply_to=of_alfa)
    assert standing_numbers(talk.register()) == {first: first, second: second}
    (found,) = proposed(talk.register(), ex_1)
    assert found.accepted_by == ("BRAVO",)


@pytest.mark.parametrize(("alfa_s", "bravo_s", "stands"), [(80, 90, "BRAVO"), (90, 80, "ALFA")])
def test_when_both_accept_the_number_that_was_received_first_stands(
    talk: Any, ex_1: Any, alfa_s: int, bravo_s: int, stands: str
) -> None:
    """ALFA's word is the receipt of BRAVO's number, and the other way round."""
    first, of_alfa = talk.report("ALFA", at_s=60, event_s=0)
    second, of_bravo = talk.report("BRAVO", at_s=61, event_s=0)
    accept(talk, "ALFA", second, at_s=alfa_s, reply_to=of_bravo)
    accept(talk, "BRAVO", first, at_s=bravo_s, reply_to=of_alfa)
    number = first if stands == "ALFA" else second
    assert standing_numbers(talk.register()) == {first: number, second: number}
    assert proposed(talk.register(), ex_1) == ()


def test_a_tie_is_settled_by_the_lower_digest(talk: Any) -> None:
    first, of_alfa = talk.report("ALFA", at_s=60, event_s=0)
    second, of_bravo = talk.report("BRAVO", at_s=60, event_s=0)
    accept(talk, "BRAVO", first, at_s=70, reply_to=of_alfa)
    accept(talk, "ALFA", second, at_s=70, reply_to=of_bravo)
    assert of_alfa.leaf < of_bravo.leaf
    assert set(standing_numbers(talk.register()).values()) == {first}


def test_a_report_filed_under_the_other_sides_number_needs_no_acceptance(talk: Any) -> None:
    first, of_alfa = talk.report("ALFA", at_s=60, event_s=0)
    second, of_bravo = talk.report("BRAVO", at_s=90, event_s=0, same_as=first, reply_to=of_alfa)
    assert standing_numbers(talk.register()) == {first: first, second: first}
    talk.receipt("ALFA", of_bravo, at_s=10)
    assert standing_numbers(talk.register())[second] == first, "a clock that is behind moves no number"


def test_a_number_that_nobody_made_leads_nowhere(talk: Any) -> None:
    first, _ = talk.report("ALFA", at_s=60, same_as="EX-1-20300101-BRAVO-77")
    assert standing_numbers(talk.register()) == {first: first}


def test_a_party_cannot_call_its_own_two_numbers_one(talk: Any) -> None:
    first, _ = talk.report("ALFA", 1, at_s=60)
    second, _ = talk.report("ALFA", 2, at_s=61, same_as=first)
    assert standing_numbers(talk.register()) == {first: first, second: second}


def test_a_report_that_is_dated_back_does_not_take_the_place_of_the_first(talk: Any) -> None:
    number, first = talk.report("ALFA", at_s=60, event_s=0)
    talk.report("ALFA", at_s=1, event_s=-9000, number=number)
    (made,) = reports_of(talk.register()).values()
    assert made.ref == first


def test_three_reports_of_one_event_have_one_number_in_whatever_order_they_are_taken(talk: Any) -> None:
    first, of_alfa = talk.report("ALFA", 1, at_s=60, event_s=0)
    talk.receipt("BRAVO", of_alfa, at_s=61)
    second, _ = talk.report("BRAVO", 1, at_s=70, event_s=0, same_as=first)
    third, _ = talk.report("BRAVO", 2, at_s=80, event_s=0, same_as=first)
    reports = [one for one in talk.said if one.statement.code == "INC1"]
    rest = [one for one in talk.said if one not in reports]
    for order in itertools.permutations(reports):
        standing = standing_numbers(talk.register([*order, *rest]))
        assert standing == {first: first, second: first, third: first}
