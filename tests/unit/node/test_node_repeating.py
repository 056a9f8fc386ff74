"""When a second ALERT says nothing new: narrow on purpose, since one held back wrongly is worse than one too many."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from detente.airspace.levels import Level
from detente.airspace.shapes import Point
from detente.line.bodies import Alert, Answer, Cleared
from detente.node.events import GiveAnswer, SayNow
from detente.node.repeating import is_unanswered, says_no_more
from detente.quantities import PartyId, PostId, UtcMs

SIERRA, COAST = PartyId("SIERRA"), PartyId("COAST")
AT_MS = 1_599_523_200_000
HERE = Point(lat_e7=399_000_000, lon_e7=-1_214_000_000)
HALF_A_MILE_NORTH_E7 = 83_300
FIRST = Alert(
    what="approaching",
    at=HERE,
    at_ms=AT_MS,
    level=Level(datum="palt", value=8_500),
    track_deg=350,
    call_on_khz=123_975,
    ask="turn",
)


def second(**changed: Any) -> Alert:
    return msgspec.structs.replace(FIRST, **changed)


def north(e7: int) -> Point:
    return Point(lat_e7=HERE.lat_e7 + e7, lon_e7=HERE.lon_e7)


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"at_ms": AT_MS + 30_000},
        {"at_ms": AT_MS - 30_000},
        {"call_on_khz": None},
        {"level": None, "track_deg": None},
        {"level": Level(datum="palt", value=8_800)},
        {"track_deg": 20},
        {"at": north(HALF_A_MILE_NORTH_E7)},
    ],
    ids=str,
)
def test_what_is_left_out_or_has_hardly_changed_is_nothing_new(changed: dict[str, Any]) -> None:
    assert says_no_more(second(**changed), FIRST, is_same_aircraft=None)
    assert says_no_more(second(**changed), FIRST, is_same_aircraft=True)


@pytest.mark.parametrize(
    "changed",
    [
        {"what": "crossed"},
        {"ask": "descend"},
        {"call_on_khz": 122_800},
        {"level": Level(datum="palt", value=8_801)},
        {"level": Level(datum="hae", value=8_500)},
        {"track_deg": 21},
        {"track_deg": 319},
        {"at_ms": AT_MS + 30_001},
        {"at_ms": AT_MS - 30_001},
    ],
    ids=str,
)
@pytest.mark.parametrize("is_same_aircraft", [None, True])
def test_whatever_the_first_has_not_said_is_said(
    changed: dict[str, Any], is_same_aircraft: bool | None
) -> None:
    """Also of one aircraft: it has climbed or turned, or something else is asked of it."""
    assert not says_no_more(second(**changed), FIRST, is_same_aircraft=is_same_aircraft)


@pytest.mark.parametrize("field", ["level", "track_deg", "call_on_khz"])
def test_a_figure_that_the_first_lacks_is_new(field: str) -> None:
    assert not says_no_more(FIRST, second(**{field: None}), is_same_aircraft=True)


def test_levels_over_the_ellipsoid_are_compared_in_feet_too() -> None:
    first = second(level=Level(datum="hae", value=250_000))
    for apart_cm, is_nothing_new in ((9_144, True), (9_145, False)):
        level = Level(datum="hae", value=250_000 + apart_cm)
        assert says_no_more(second(level=level), first, is_same_aircraft=None) is is_nothing_new


def test_two_aircraft_of_our_tracks_are_two_in_one_place_and_one_is_one_where_it_has_flown_on() -> None:
    assert not says_no_more(FIRST, FIRST, is_same_aircraft=False)
    flown_on = second(at=north(400_000))
    assert says_no_more(flown_on, FIRST, is_same_aircraft=True)
    assert not says_no_more(flown_on, FIRST, is_same_aircraft=None)


def test_by_places_alone_more_than_half_a_mile_is_another_aircraft() -> None:
    """926 m along this meridian are 83,4xx ten-millionths of a degree."""
    assert not says_no_more(second(at=north(83_600)), FIRST, is_same_aircraft=None)


def say(table: Any, code: str, body: Any, *, reply_to: Any = None) -> None:
    order = SayNow(
        at_ms=UtcMs(table.now_ms),
        code=code,
        body=body,
        to=(PostId("coast.air"),),
        precedence=None,
        reply_to=reply_to,
        exercise=False,
    )
    (reply,) = table.give("SIERRA", order)
    assert reply.ok, reply


def test_an_alert_is_unanswered_until_it_is_answered(table: Any) -> None:
    say(table, "ALR", FIRST)
    (item,) = [one for one in table.states[SIERRA].open_items.values() if one.code == "ALR"]
    assert is_unanswered(table.states[SIERRA], item.ref, [COAST])
    assert not is_unanswered(table.states[SIERRA], item.ref, [])
    assert not is_unanswered(table.states[SIERRA], item.ref, [COAST, SIERRA])
    given = GiveAnswer(at_ms=UtcMs(table.now_ms), ref=item.ref, answer=Answer(answer="yes", action="turn"))
    (reply,) = table.give("COAST", given)
    assert reply.ok
    assert not is_unanswered(table.states[SIERRA], item.ref, [COAST])


def test_an_alert_that_was_cleared_holds_none_back(table: Any) -> None:
    say(table, "ALR", FIRST)
    (item,) = [one for one in table.states[SIERRA].open_items.values() if one.code == "ALR"]
    say(table, "CLR", Cleared(parted_ms=table.now_ms), reply_to=item.ref)
    assert not is_unanswered(table.states[SIERRA], item.ref, [COAST])
