"""All pairs of a whole sky that come too near, as brute force would find them, without looking at all pairs.

Each aircraft stands in a grid at the middle of the way that it flies within the look-ahead: by whether it climbs, by
layer of height, by row of latitude, by column of longitude, sorted so that the cells of one row lie together.
Every other that can come near it lies within half its way, half the longest way, and the minimum. What lies so
near to a cell is gathered once for all in it; a filter in single precision measures outwards and lets too many
through, never too few; `flying.meeting` decides what is left, in double precision. Each pair comes once.

Filter errors, and what covers them: places of 4 to 8 thousand km in single precision are 0.25 m off in each of three
axes; the plane of a pair is taken square to the middle of its places as seen from the Earth's centre, up to
0.0034 rad from the normal, and without dividing by a length, which `flatness` makes up for; the moment of closest
approach may be wrong by what one millionth of the way is. `Grid.limit_m2` holds these, `MARGIN_FT` is for levels.
Source: counting sort; the swept-box method of `../shared/notes/encounters.md`, on the ellipsoid.
"""

from __future__ import annotations

import math
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from detente.kernels.compiled import compiled
from detente.kernels.flying import CLIMB_FTPS, LEVEL_FT, PX, PY, PZ, VX, VY, VZ, meeting
from detente.kernels.layout import Floats, Int32

Singles: TypeAlias = NDArray[np.float32]
Sides: TypeAlias = NDArray[np.int8]

MARGIN_M, MARGIN_FT = 5.0, 1.0
EARTH_MIN_M = 6_335_000.0
"""Below every radius of curvature of the ellipsoid, and every distance from its centre: angles come out large."""

FIGURES = 5
"""For each pair found: start, end, nearest (s), miss (m), apart (ft)."""

_BATCH = 512
_LAST_BITS_RAD = 1e-9
"""Six millimetres: far more than the rounding of a longitude, far less than the slack of every reach."""


class Minima(NamedTuple):
    """What is too near, and how far ahead."""

    lateral_m: float
    vertical_ft: float
    span_s: float


class Grid(NamedTuple):
    """How the sky is cut up."""

    cells_lat_rad: float
    lat_min_rad: float
    rows: int
    cells_lon_rad: float
    lon_min_rad: float
    columns: int
    wraps: bool
    """Whether the columns go round the Earth."""
    level_min_ft: float
    layer_ft: float
    layers: int
    half_max_m: float
    """Half the longest way."""
    near_m: float
    """How far apart two can be, out of their plane too, that are under the lateral minimum."""
    limit_m2: float
    """The square of the lateral minimum, with what the filter adds for its errors."""
    flatness: float
    rise_level_ft: float
    rise_climbing_ft: float
    """The tallest way of those that fly level, or nearly, and of those that do not; negative if there are none."""


class Sky(NamedTuple):
    """All aircraft, and their order by cell. Shapes: (n, COLUMNS), (n,), (n,), (n,), (n,), (cells + 1,), (8, n).

    `starts` says where each cell begins in `order`; `packed` is in that order: place, velocity, lowest and highest
    level.
    """

    rows: Floats
    sides: Sides
    lat_rad: Floats
    lon_rad: Floats
    order: Int32
    starts: Int32
    packed: Singles


class Found(NamedTuple):
    """Room for pairs, shape (m, 2), and their figures, shape (m, FIGURES)."""

    pairs: Int32
    figures: Floats


class _Near(NamedTuple):
    """What lies near a cell: as `Sky.packed`, with its sorted places, and what the filter says of each."""

    packed: Singles
    places: Int32
    hits: NDArray[np.uint8]


@compiled
def middles(
    rows: Floats, span_s: float, lat_rad: Floats, lon_rad: Floats, degrees: NDArray[np.bool_]
) -> tuple[float, float, float, float, float, float]:
    """Latitude and longitude half-way, each shape (n,), and which whole degrees of longitude, shape (360,), hold any.

    Returns: the largest speed and climb, the least and largest latitude, the lowest and highest level.
    """
    speed2, climb = 0.0, 0.0
    south, north, low, high = math.inf, -math.inf, math.inf, -math.inf
    half_s = span_s / 2.0
    for k in range(len(rows)):
        row = rows[k]
        x, y, z = row[PX] + row[VX] * half_s, row[PY] + row[VY] * half_s, row[PZ] + row[VZ] * half_s
        lat, lon = math.atan2(z, math.sqrt(x * x + y * y)), math.atan2(y, x)
        lat_rad[k], lon_rad[k] = lat, lon
        degrees[math.floor(math.degrees(lon)) % 360] = True
        speed2 = max(speed2, row[VX] * row[VX] + row[VY] * row[VY] + row[VZ] * row[VZ])
        climb = max(climb, abs(row[CLIMB_FTPS]))
        south, north = min(south, lat), max(north, lat)
        low, high = min(low, row[LEVEL_FT]), max(high, row[LEVEL_FT])
    return math.sqrt(speed2), climb, south, north, low, high


@compiled
def cells_of(sky: Sky, grid: Grid, span_s: float, cells: Int32) -> None:
    """The cell of each aircraft, and where each cell begins once they are sorted; `starts` comes full of 0."""
    for k in range(len(sky.rows)):
        row = sky.rows[k]
        kind = 0 if abs(row[CLIMB_FTPS]) * span_s <= grid.rise_level_ft else 1
        level_ft = row[LEVEL_FT] + row[CLIMB_FTPS] * span_s / 2.0
        layer = min(max(int((level_ft - grid.level_min_ft) / grid.layer_ft), 0), grid.layers - 1)
        line = min(max(int((sky.lat_rad[k] - grid.lat_min_rad) / grid.cells_lat_rad), 0), grid.rows - 1)
        column = min(int(_east(sky.lon_rad[k], grid) / grid.cells_lon_rad), grid.columns - 1)
        cells[k] = _line(grid, kind, layer, line) + column
        sky.starts[cells[k] + 1] += 1
    for cell in range(len(sky.starts) - 1):
        sky.starts[cell + 1] += sky.starts[cell]


@compiled
def sort(sky: Sky, cells: Int32, next_: Int32, span_s: float) -> None:
    """Fill `order` and `packed`; `next_` is a copy of `starts`, and is used up."""
    for k in range(len(sky.rows)):
        at = next_[cells[k]]
        next_[cells[k]] += 1
        sky.order[at] = k
        row, packed = sky.rows[k], sky.packed
        packed[0, at], packed[1, at], packed[2, at] = row[PX], row[PY], row[PZ]
        packed[3, at], packed[4, at], packed[5, at] = row[VX], row[VY], row[VZ]
        later_ft = row[LEVEL_FT] + row[CLIMB_FTPS] * span_s
        packed[6, at] = min(row[LEVEL_FT], later_ft)
        packed[7, at] = max(row[LEVEL_FT], later_ft)


@compiled
def sweep(sky: Sky, grid: Grid, minima: Minima, first: int, stop: int, found: Found) -> int:
    """Pairs of which one stands in a cell of [first, stop) and the other in it or a later one; how many there are.

    Two of the same side are not compared, unless it is negative. `found` is filled as far as it reaches.
    """
    count = 0
    near = _Near(
        np.empty((8, _BATCH), dtype=np.float32),
        np.empty(_BATCH, dtype=np.int32),
        np.zeros(_BATCH, dtype=np.uint8),
    )
    for cell in range(first, stop):
        begin, end = sky.starts[cell], sky.starts[cell + 1]
        if begin == end:
            continue
        row_lo, row_hi, column_lo, column_hi, low, high = _ends(sky, grid, minima, begin, end)
        gathered = 0
        for kind in range(2):
            rise_ft = grid.rise_level_ft if kind == 0 else grid.rise_climbing_ft
            if rise_ft < 0.0:
                continue
            lowest = (low - rise_ft / 2.0 - grid.level_min_ft) / grid.layer_ft
            layer_lo = int(min(max(lowest, 0.0), grid.layers - 1.0))  # the last layer has no top
            layer_hi = int(min((high + rise_ft / 2.0 - grid.level_min_ft) / grid.layer_ft, grid.layers - 1.0))
            for layer in range(layer_lo, layer_hi + 1):
                for line in range(row_lo, row_hi + 1):
                    base = _line(grid, kind, layer, line)
                    if base + grid.columns <= cell:
                        continue
                    for part in range(3 if grid.wraps else 1):
                        left, right = max(column_lo, 0), min(column_hi, grid.columns - 1)
                        if part == 1:
                            left, right = column_lo + grid.columns, grid.columns - 1
                        elif part == 2:
                            left, right = 0, column_hi - grid.columns
                        if left > right:
                            continue
                        for at in range(max(sky.starts[base + left], begin), sky.starts[base + right + 1]):
                            gathered = _gather(sky.packed, at, low, high, near, gathered)
                            if gathered == _BATCH:
                                count = _meet(sky, grid, minima, near, gathered, begin, end, found, count)
                                gathered = 0
        count = _meet(sky, grid, minima, near, gathered, begin, end, found, count)
    return count


@compiled
def against_all(rows: Floats, sides: Sides, one: int, minima: Minima, found: Found) -> int:
    """One aircraft against all others, as `sweep` decides it, without a grid; pairs in the order of the numbers."""
    count = 0
    row = rows[one]
    speed_mps = _speed_mps(row)
    for other in range(len(rows)):
        if other == one or (sides[one] >= 0 and sides[other] == sides[one]):
            continue
        way = rows[other]
        rise_ft = abs(way[CLIMB_FTPS] - row[CLIMB_FTPS]) * minima.span_s
        if abs(way[LEVEL_FT] - row[LEVEL_FT]) > minima.vertical_ft + rise_ft + MARGIN_FT:
            continue
        x, y, z = way[PX] - row[PX], way[PY] - row[PY], way[PZ] - row[PZ]
        reach_m = (minima.lateral_m + (speed_mps + _speed_mps(way)) * minima.span_s) * 1.01 + MARGIN_M
        if x * x + y * y + z * z > reach_m * reach_m:
            continue
        count = _decide(rows, one, other, minima, found, count)
    return count


@compiled
def _line(grid: Grid, kind: int, layer: int, line: int) -> int:
    """The first cell of a row of latitude."""
    return ((kind * grid.layers + layer) * grid.rows + line) * grid.columns


@compiled
def _east(lon_rad: float, grid: Grid) -> float:
    """How far east of the first column; a last bit west of it, as whole degrees can be, is still in it."""
    east_rad = lon_rad - grid.lon_min_rad
    if east_rad < -_LAST_BITS_RAD:
        east_rad += 2.0 * math.pi
    if east_rad > 2.0 * math.pi - _LAST_BITS_RAD:
        east_rad -= 2.0 * math.pi
    return max(east_rad, 0.0)


@compiled
def _speed_mps(row: Floats) -> float:
    return math.sqrt(row[VX] * row[VX] + row[VY] * row[VY] + row[VZ] * row[VZ])


@compiled
def _ends(
    sky: Sky, grid: Grid, minima: Minima, begin: int, end: int
) -> tuple[int, int, int, int, float, float]:
    """Rows, columns and levels in which anything can come near one of the sorted places [begin, end) of a cell."""
    row_lo, row_hi, column_lo, column_hi = grid.rows, -1, 1 << 30, -(1 << 30)
    low, high = math.inf, -math.inf
    for place in range(begin, end):
        one = sky.order[place]
        half_m = 0.5 * minima.span_s * _speed_mps(sky.rows[one])
        reach_rad = (half_m + grid.half_max_m + grid.near_m) * 1.01 / EARTH_MIN_M
        lat = sky.lat_rad[one]
        south = (lat - reach_rad - grid.lat_min_rad) / grid.cells_lat_rad
        north = (lat + reach_rad - grid.lat_min_rad) / grid.cells_lat_rad
        row_lo = min(row_lo, int(max(south, 0.0)))
        row_hi = max(row_hi, int(min(north, grid.rows - 1.0)))
        wide_rad = math.pi
        if abs(lat) + reach_rad < 0.5 * math.pi - 1e-6:
            ratio = math.sin(reach_rad) / math.cos(lat)
            if ratio < 1.0:
                wide_rad = math.asin(ratio)
        east = _east(sky.lon_rad[one], grid)
        column_lo = min(column_lo, math.floor((east - wide_rad) / grid.cells_lon_rad))
        column_hi = max(column_hi, math.floor((east + wide_rad) / grid.cells_lon_rad))
        low, high = min(low, sky.packed[6, place]), max(high, sky.packed[7, place])
    if column_hi - column_lo >= grid.columns - 1:
        column_lo, column_hi = 0, grid.columns - 1
    more_ft = minima.vertical_ft + MARGIN_FT
    return row_lo, row_hi, column_lo, column_hi, low - more_ft, high + more_ft


@compiled
def _gather(packed: Singles, at: int, low_ft: float, high_ft: float, near: _Near, gathered: int) -> int:
    """One sorted place more, if its levels are among those of the cell; how many there are then."""
    if packed[6, at] > high_ft or packed[7, at] < low_ft:
        return gathered
    for column in range(8):
        near.packed[column, gathered] = packed[column, at]
    near.places[gathered] = at
    return gathered + 1


@compiled
def _meet(
    sky: Sky,
    grid: Grid,
    minima: Minima,
    near: _Near,
    gathered: int,
    begin: int,
    end: int,
    found: Found,
    count: int,
) -> int:
    """Every one of a cell against what is gathered and sorted after it; how many pairs there are by now."""
    words = near.hits.view(np.uint64)
    for place in range(begin, end):
        one = sky.order[place]
        side = sky.sides[one]
        _filter(sky.packed, place, near, gathered, minima, grid)
        for word in range((gathered + 7) // 8):
            if words[word] == 0:
                continue
            for k in range(8 * word, min(8 * word + 8, gathered)):
                if near.hits[k] == 0 or near.places[k] <= place:
                    continue
                other = sky.order[near.places[k]]
                if side < 0 or sky.sides[other] != side:
                    count = _decide(sky.rows, one, other, minima, found, count)
    return count


@compiled
def _filter(packed: Singles, me: int, near: _Near, gathered: int, minima: Minima, grid: Grid) -> None:
    """Which of those gathered may come within the limits of the sorted place `me`.

    The loop does not branch, is in single precision, and reads every array in order: sixteen are done at a time.
    """
    flatness, limit_m2 = np.float32(grid.flatness), np.float32(grid.limit_m2)
    low_ft = np.float32(packed[6, me] - minima.vertical_ft - MARGIN_FT)
    high_ft = np.float32(packed[7, me] + minima.vertical_ft + MARGIN_FT)
    zero, tiny, span_s = np.float32(0.0), np.float32(1e-12), np.float32(minima.span_s)
    x, y, z = near.packed[0][:gathered], near.packed[1][:gathered], near.packed[2][:gathered]
    vx, vy, vz = near.packed[3][:gathered], near.packed[4][:gathered], near.packed[5][:gathered]
    lowest, highest = near.packed[6][:gathered], near.packed[7][:gathered]
    px, py, pz = packed[0, me], packed[1, me], packed[2, me]
    ax, ay, az = packed[3, me], packed[4, me], packed[5, me]
    hits = near.hits
    for k in range(len(x)):
        dx, dy, dz = x[k] - px, y[k] - py, z[k] - pz
        wx, wy, wz = x[k] + px, y[k] + py, z[k] + pz
        rx, ry, rz = vx[k] - ax, vy[k] - ay, vz[k] - az
        t = -(dx * rx + dy * ry + dz * rz) / (rx * rx + ry * ry + rz * rz + tiny)
        t = t if t > zero else zero
        t = t if t < span_s else span_s
        dx, dy, dz = dx + rx * t, dy + ry * t, dz + rz * t
        out = dx * wx + dy * wy + dz * wz
        flat = dx * dx + dy * dy + dz * dz - flatness * out * out
        hits[k] = (flat < limit_m2) & (lowest[k] < high_ft) & (highest[k] > low_ft)


@compiled
def _decide(rows: Floats, one: int, other: int, minima: Minima, found: Found, count: int) -> int:
    """The verdict on a pair, the smaller number first, so that it is the same whoever asks."""
    a, b = min(one, other), max(one, other)
    met = meeting(rows[a], rows[b], minima.lateral_m, minima.vertical_ft, minima.span_s)
    if met.end_s < met.start_s:
        return count
    if count < len(found.pairs):
        found.pairs[count, 0], found.pairs[count, 1] = a, b
        found.figures[count, 0], found.figures[count, 1] = met.start_s, met.end_s
        found.figures[count, 2], found.figures[count, 3] = met.nearest_s, met.miss_m
        found.figures[count, 4] = met.apart_ft
    return count + 1
