"""Whether a second ALERT says nothing that an open one of ours has not said: of that alone a watch is told first.

Each ALERT is one more that the other watch must answer while it should call a crew. Yet one held back wrongly is
worse than one too many, so this errs towards "it says more":

1. The first is of the last half minute, and everybody for whom the second is still owes the answer to it.
2. `what` and `ask` are the same, and the second names no channel, level or direction that the first does not.
3. It is the same aircraft: by our own tracks where both are known by them, else by its place. Two that our tracks
   know as two are never one, however near they fly.
4. Its level and direction are still what was said: an aircraft that has climbed or turned since is news.

Source of the level's tolerance: ICAO Doc 4444 (PANS-ATM), 8.5.5, 300 ft outside RVSM airspace.
"""

from __future__ import annotations

from collections.abc import Iterable

from detente.airspace.geodesy import distance_m
from detente.airspace.levels import CM_PER_FT, Level
from detente.airspace.shapes import DEGREES_E7, Point
from detente.line.bodies import Alert
from detente.node import duty
from detente.node.state import State
from detente.quantities import PartyId
from detente.record.statement import Ref

WINDOW_MS = 30_000
"""So long after the first, and so far apart in the times that both give for the aircraft."""
PLACE_M = 926.0
"""Half a nautical mile: as two people read one place off a map by hand."""
LEVEL_FT = 300
DIRECTION_DEG = 30


def says_no_more(second: Alert, first: Alert, *, is_same_aircraft: bool | None) -> bool:
    """Whether the second says nothing that the first does not.

    Args:
        is_same_aircraft: by our own tracks; None where they do not tell, and the places must.
    """
    if is_same_aircraft is False or abs(second.at_ms - first.at_ms) > WINDOW_MS:
        return False
    if (second.what, second.ask) != (first.what, first.ask):
        return False
    if second.call_on_khz not in (None, first.call_on_khz):
        return False
    if not _is_level_said(second.level, first.level):
        return False
    if not _is_direction_said(second.track_deg, first.track_deg):
        return False
    return is_same_aircraft is True or _apart_m(second.at, first.at) <= PLACE_M


def is_unanswered(state: State, ref: Ref, parties: Iterable[PartyId]) -> bool:
    """Whether every one of these parties still owes the answer to an own ALERT; False where there are none."""
    items = [duty.item_of(state, ref, party) for party in parties]
    return bool(items) and all(item is not None and "substance" in item.owed for item in items)


def _is_level_said(second: Level | None, first: Level | None) -> bool:
    if second is None:
        return True
    if first is None or second.datum != first.datum:
        return False
    apart = abs(second.value - first.value)
    return apart <= (LEVEL_FT if second.datum == "palt" else LEVEL_FT * CM_PER_FT)


def _is_direction_said(second_deg: int | None, first_deg: int | None) -> bool:
    if second_deg is None:
        return True
    if first_deg is None:
        return False
    apart_deg = abs(second_deg - first_deg) % 360
    return min(apart_deg, 360 - apart_deg) <= DIRECTION_DEG


def _apart_m(a: Point, b: Point) -> float:
    return distance_m(
        a.lat_e7 / DEGREES_E7, a.lon_e7 / DEGREES_E7, b.lat_e7 / DEGREES_E7, b.lon_e7 / DEGREES_E7
    )
