"""Which aircraft of the other side one that was just heard may be near, now, soon, or since it was last heard.

Names too many rather than too few: the decision is `detente.encounters.motion`'s. Two may be under the minima in the
look-ahead, flown on from their last reports; or may have been since the earlier of the two reports before: then
the boxes of what they flew meet. Flights along a constant track bend away from the straight ones of `flying`, by at
most half the square of the way times the tangent of the latitude over the Earth's radius; that is added.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detente.kernels.compiled import compiled
from detente.kernels.flying import (
    CLIMB_FTPS,
    COLUMNS,
    LEVEL_FT,
    PX,
    UX,
    UY,
    UZ,
    VX,
    VY,
    VZ,
    fill_one,
    meeting,
)
from detente.kernels.layout import Floats, Int32, Int64
from detente.kernels.whole_sky import EARTH_MIN_M, MARGIN_FT, Minima

FREE = -2
"""The side of a place in the store that holds nobody."""

LEVEL_ONLY = 3
"""In a box: the corner's coordinates (m), then its level (ft)."""

SLACK_M = 50.0
SLACK_SHARE = 1.005


class Store(NamedTuple):
    """Aircraft by place: rows of `flying` at the time of the last report, sides, and boxes of what was flown.

    `since_ms` is when the newest segment began, negative if there is none; `newest` is its box, shape (n, 2, 4).
    What was flown before and may still matter lies in `older` and `newer`, the boxes of two spans of time, each as
    long as a gap; `began_ms` is when the newer began.
    """

    rows: Floats
    sides: NDArray[np.int8]
    time_ms: Int64
    since_ms: Int64
    newest: Floats
    older: Floats
    newer: Floats
    began_ms: Int64


@compiled
def nearby(store: Store, one: int, now_ms: int, minima: Minima, age_max_ms: int, out: Int32) -> int:
    """Fill `out`, as long as the store, with places of the other side; how many there are."""
    found = 0
    a, b = np.empty(COLUMNS), np.empty(COLUMNS)
    is_fresh = _flown_on(store, one, now_ms, age_max_ms, a)
    for other in range(len(store.sides)):
        side = store.sides[other]
        if side == FREE or side == store.sides[one]:  # compiled code has no `in`
            continue
        if _shared(store, one, other, minima) or (
            is_fresh and _flown_on(store, other, now_ms, age_max_ms, b) and _will_meet(a, b, minima)
        ):
            out[found] = other
            found += 1
    return found


@compiled
def fly(
    store: Store,
    place: int,
    first_ms: int,
    first: tuple[float, float, float],
    second: tuple[float, float, float],
    gap_ms: int,
) -> None:
    """An aircraft has flown a segment: from degrees and a level (ft) to others, linear in degrees.

    Such a line leaves the chord between its ends by the Earth's curve and its own; the box is so much larger.
    """
    row, box = np.empty(COLUMNS), store.newest[place]
    box[0, :], box[1, :] = math.inf, -math.inf
    for end in (first, second):
        fill_one(end[0], end[1], end[2], 0.0, 0.0, 0.0, row)
        for axis in range(4):
            at = row[PX + axis] if axis < LEVEL_ONLY else row[LEVEL_FT]
            box[0, axis], box[1, axis] = min(box[0, axis], at), max(box[1, axis], at)
    way2 = 0.0
    for axis in range(LEVEL_ONLY):
        way2 += (box[1, axis] - box[0, axis]) ** 2
    slope = abs(math.tan(math.radians(min(max(first[0], -89.9), 89.9))))
    bulge_m = min(math.sqrt(way2), way2 * (1.0 + slope) / (8.0 * EARTH_MIN_M))
    for axis in range(LEVEL_ONLY):
        box[0, axis] -= bulge_m
        box[1, axis] += bulge_m
    store_newer, store_older = store.newer[place], store.older[place]
    is_first = store.since_ms[place] < 0
    if is_first or first_ms - store.began_ms[place] > gap_ms:
        store_older[:, :] = box if is_first else store_newer
        store_newer[:, :] = box
        store.began_ms[place] = first_ms
    else:
        for axis in range(4):
            store_newer[0, axis] = min(store_newer[0, axis], box[0, axis])
            store_newer[1, axis] = max(store_newer[1, axis], box[1, axis])
    store.since_ms[place] = first_ms


@compiled
def _flown_on(store: Store, place: int, now_ms: int, age_max_ms: int, row: Floats) -> bool:
    """The row of an aircraft by now; False where it is too old or has no level."""
    age_s = (now_ms - store.time_ms[place]) / 1000.0
    if age_s * 1000.0 >= age_max_ms or math.isnan(store.rows[place, LEVEL_FT]):
        return False
    for column in range(COLUMNS):
        row[column] = store.rows[place, column]
    for axis in range(3):
        row[PX + axis] += row[VX + axis] * age_s
    row[LEVEL_FT] += row[CLIMB_FTPS] * age_s
    return True


@compiled
def _will_meet(a: Floats, b: Floats, minima: Minima) -> bool:
    span_s = minima.span_s + 1.0
    way_a = math.sqrt(a[VX] * a[VX] + a[VY] * a[VY] + a[VZ] * a[VZ]) * (span_s + 1.0)
    way_b = math.sqrt(b[VX] * b[VX] + b[VY] * b[VY] + b[VZ] * b[VZ]) * (span_s + 1.0)
    lateral_m = minima.lateral_m * SLACK_SHARE + SLACK_M
    rise_ft = abs(a[CLIMB_FTPS] - b[CLIMB_FTPS]) * span_s
    if abs(a[LEVEL_FT] - b[LEVEL_FT]) > minima.vertical_ft + rise_ft + MARGIN_FT:
        return False
    x, y, z = a[PX] - b[PX], a[PX + 1] - b[PX + 1], a[PX + 2] - b[PX + 2]
    reach_m = (lateral_m + way_a + way_b) * 1.02
    if x * x + y * y + z * z > reach_m * reach_m:
        return False
    lateral_m += _bend_m(a, way_a) + _bend_m(b, way_b)
    met = meeting(a, b, lateral_m, minima.vertical_ft + MARGIN_FT, span_s)
    return met.end_s > met.start_s


@compiled
def _bend_m(row: Floats, way_m: float) -> float:
    """How far a flight along a constant track ends from a straight one; near a pole, all of the way."""
    across = math.sqrt(row[UX] * row[UX] + row[UY] * row[UY])
    bend_m: float = way_m * way_m * abs(row[UZ]) / (across * EARTH_MIN_M + 1.0)
    return min(2.0 * way_m, bend_m)


@compiled
def _shared(store: Store, one: int, other: int, minima: Minima) -> bool:
    """Whether what the newest segment of one and the flight of the other passed through lies within the minima."""
    if store.since_ms[one] < 0 or store.since_ms[other] < 0:
        return False
    is_newest = store.since_ms[other] <= store.since_ms[one]
    mine = store.newest[one]
    for axis in range(4):
        low, high = store.newest[other, 0, axis], store.newest[other, 1, axis]
        if not is_newest:
            low = min(low, store.older[other, 0, axis], store.newer[other, 0, axis])
            high = max(high, store.older[other, 1, axis], store.newer[other, 1, axis])
        gap = max(mine[0, axis] - high, low - mine[1, axis])
        most = (
            minima.lateral_m * SLACK_SHARE + SLACK_M if axis < LEVEL_ONLY else minima.vertical_ft + MARGIN_FT
        )
        if gap > most:
            return False
    return True
