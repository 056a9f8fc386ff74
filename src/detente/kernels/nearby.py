"""Which aircraft of the other side one that was just heard may be near, now, soon, or since it was last heard.

Names too many rather than too few: the decision is `detente.encounters.motion`'s. Two may be under the minima in the
look-ahead, flown on from their last reports; or may have been since the earlier of the two reports before: then
the boxes of what they flew meet. Flights along a constant track bend away from the straight ones of `flying`, by at
most half the square of the way times the tangent of the latitude over the Earth's radius; that is added.

Aircraft lie in cubes of `CUBE_M` by where they were last heard, and only the cubes within the farthest reach of any
are looked at: neither a pole nor the antimeridian is anything special.
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
from detente.kernels.whole_sky import EARTH_MIN_M, MARGIN_FT, Minima, Singles

FREE = -2
"""The side of a place in the store that holds nobody."""

LEVEL_ONLY = 3
"""In a box: the corner's coordinates (m), then its level (ft)."""

CUBE_M = 50_000.0
BUCKETS = 1 << 14
_CUBES_EACH = 8
"""With more cubes to look into than so many for each place, all places are looked at instead."""

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
    extents_m: Floats
    """How far any corner of its boxes is from where it was last heard."""
    slacks_ft: Floats
    """How wrong a level can be that is known only within bounds."""
    brief: Singles
    """Shape (n, 8): place, level, speed, climb without its sign, extent, side: what most are turned away by."""
    cubes: Int32
    """Shape (n, 3)."""
    links: Int32
    """The next place in the same bucket."""
    heads: Int32
    """The first place in each bucket, negative if there is none."""
    most: Floats
    """The fastest speed (m/s) and the largest extent (m) since the store was made: neither shrinks."""


@compiled
def nearby(store: Store, one: int, now_ms: int, minima: Minima, age_max_ms: int, out: Int32) -> int:
    """Fill `out`, as long as the store, with places of the other side; how many there are."""
    found = 0
    a, b = np.empty(COLUMNS), np.empty(COLUMNS)
    is_fresh = _flown_on(store, one, now_ms, age_max_ms, a)
    row = store.rows[one]
    span_s = minima.span_s + age_max_ms / 1000.0 + 2.0
    far_m = (_speed_mps(row) + store.most[0]) * span_s
    reach_m = minima.lateral_m * SLACK_SHARE + SLACK_M
    reach_m += max(far_m * 1.02, store.extents_m[one] + store.most[1])
    cubes = int(min(reach_m / CUBE_M + 1.0, 300.0))
    if (2 * cubes + 1) ** 3 > _CUBES_EACH * len(store.sides):
        for other in range(len(store.sides)):
            if (
                store.sides[other] != FREE
                and _may_be_near(store.brief[one], store.brief[other], minima, span_s)
                and _is_near(store, one, other, now_ms, minima, age_max_ms, is_fresh, a, b)
            ):
                out[found] = other
                found += 1
        return found
    cx, cy, cz = store.cubes[one, 0], store.cubes[one, 1], store.cubes[one, 2]
    for x in range(cx - cubes, cx + cubes + 1):
        for y in range(cy - cubes, cy + cubes + 1):
            for z in range(cz - cubes, cz + cubes + 1):
                other = store.heads[_bucket(x, y, z)]
                while other >= 0:
                    if (
                        store.cubes[other, 0] == x
                        and store.cubes[other, 1] == y
                        and store.cubes[other, 2] == z
                        and _may_be_near(store.brief[one], store.brief[other], minima, span_s)
                        and _is_near(store, one, other, now_ms, minima, age_max_ms, is_fresh, a, b)
                    ):
                        out[found] = other
                        found += 1
                    other = store.links[other]
    return found


@compiled
def _is_near(
    store: Store,
    one: int,
    other: int,
    now_ms: int,
    minima: Minima,
    age_max_ms: int,
    is_fresh: bool,
    a: Floats,
    b: Floats,
) -> bool:
    """Whether a place must be named; `a` is the row of `one` by now, where `is_fresh`, and `b` room for another."""
    wide = Minima(
        minima.lateral_m,
        minima.vertical_ft + store.slacks_ft[one] + store.slacks_ft[other],
        minima.span_s,
    )
    if _shared(store, one, other, wide):
        return True
    return bool(is_fresh and _flown_on(store, other, now_ms, age_max_ms, b) and _will_meet(a, b, wide))


@compiled
def put(store: Store, place: int, side: int, time_ms: int, slack_ft: float, is_new: bool) -> None:
    """The row of a place was written: it lies in its cube from now on."""
    row = store.rows[place]
    x, y, z = int(row[PX] // CUBE_M), int(row[PX + 1] // CUBE_M), int(row[PX + 2] // CUBE_M)
    cube = store.cubes[place]
    if is_new or cube[0] != x or cube[1] != y or cube[2] != z:
        if not is_new:
            _unlink(store, place)
        cube[0], cube[1], cube[2] = x, y, z
        bucket = _bucket(x, y, z)
        store.links[place] = store.heads[bucket]
        store.heads[bucket] = place
    if is_new:
        store.since_ms[place], store.extents_m[place] = -1, 0.0
    elif store.since_ms[place] >= 0:
        _measure_extent(store, place)
    store.sides[place], store.time_ms[place], store.slacks_ft[place] = side, time_ms, slack_ft
    _write_brief(store, place)
    store.most[0] = max(store.most[0], _speed_mps(row))


@compiled
def take_out(store: Store, place: int) -> None:
    """A place holds nobody."""
    _unlink(store, place)
    store.sides[place] = FREE


@compiled
def _unlink(store: Store, place: int) -> None:
    cube = store.cubes[place]
    bucket = _bucket(cube[0], cube[1], cube[2])
    before = store.heads[bucket]
    if before == place:
        store.heads[bucket] = store.links[place]
        return
    while store.links[before] != place:
        before = store.links[before]
    store.links[before] = store.links[place]


@compiled
def _bucket(x: int, y: int, z: int) -> int:
    return (x * 73_856_093 ^ y * 19_349_663 ^ z * 83_492_791) & (BUCKETS - 1)


@compiled
def _speed_mps(row: Floats) -> float:
    return math.sqrt(row[VX] * row[VX] + row[VY] * row[VY] + row[VZ] * row[VZ])


@compiled
def _may_be_near(a: Singles, b: Singles, minima: Minima, span_s: float) -> bool:
    """A first look at two of different sides, by their last reports alone, whatever their ages."""
    if a[7] == b[7]:
        return False
    x, y, z = a[0] - b[0], a[1] - b[1], a[2] - b[2]
    reach_m = minima.lateral_m * SLACK_SHARE + SLACK_M
    reach_m += max((a[4] + b[4]) * span_s * 1.02, float(a[6] + b[6]))
    return bool(x * x + y * y + z * z <= reach_m * reach_m)


@compiled
def _write_brief(store: Store, place: int) -> None:
    row, brief = store.rows[place], store.brief[place]
    brief[0], brief[1], brief[2], brief[3] = row[PX], row[PX + 1], row[PX + 2], row[LEVEL_FT]
    brief[4], brief[5], brief[6] = _speed_mps(row), abs(row[CLIMB_FTPS]), store.extents_m[place]
    brief[7] = store.sides[place]


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
    _measure_extent(store, place)


@compiled
def _measure_extent(store: Store, place: int) -> None:
    older, newer, extent_m = store.older[place], store.newer[place], 0.0
    for axis in range(LEVEL_ONLY):
        at = store.rows[place, PX + axis]
        low, high = min(older[0, axis], newer[0, axis]), max(older[1, axis], newer[1, axis])
        extent_m = max(extent_m, at - low, high - at)
    store.extents_m[place] = extent_m * 1.7321
    store.most[1] = max(store.most[1], store.extents_m[place])
    store.brief[place, 6] = store.extents_m[place]


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
    way_a, way_b = _speed_mps(a) * (span_s + 1.0), _speed_mps(b) * (span_s + 1.0)
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
