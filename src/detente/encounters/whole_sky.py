"""A whole sky at once: every pair of aircraft that will be nearer than the minima, from one update's states.

Places in degrees on WGS 84, levels in feet of one datum (pressure altitude), straight flight. The pairs are those
that `kernels.flying.meeting` would find among all pairs: the grid only leaves out what cannot meet. No clock, no
chance; the same states give the same pairs in the same order, in one part or several.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from detente.kernels import flying
from detente.kernels import whole_sky as kernel
from detente.kernels.layout import Floats, Int32

Each: TypeAlias = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]

_CELL_SHARE = 1.2
"""Of half the longest reach: measured fastest, for airliners and for drones."""
_LAYER_SHARE = 12.0
"""Of the vertical minimum, likewise."""
_CELLS_EACH = 4
_CELLS_LEAST = 1 << 16


@dataclass(frozen=True, kw_only=True, eq=False)
class Flights:
    """The state of a sky: arrays of shape (n,), one place for each aircraft.

    `sides`: aircraft of one side are not compared with each other, but those of a negative side with everybody.
    `rows` is what the kernels read.
    """

    rows: Floats
    sides: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, kw_only=True, eq=False)
class Pairs:
    """Pairs under the minima: numbers of the two, shape (m, 2), and by pair when they are, and how near they come.

    `start_s` to `end_s` both minima are broken; `nearest_s` is when they are horizontally nearest within the
    look-ahead, `miss_m` and `apart_ft` what is between them then.
    """

    numbers: Int32
    start_s: Floats
    end_s: Floats
    nearest_s: Floats
    miss_m: Floats
    apart_ft: Floats

    def __len__(self) -> int:
        return len(self.numbers)


def flights(
    *,
    lat_deg: Floats,
    lon_deg: Floats,
    level_palt_ft: Floats,
    track_deg: Floats,
    ground_speed_mps: Floats,
    climb_ftps: Floats,
    sides: NDArray[np.int8] | None = None,
) -> Flights:
    """States as reported, each shape (n,) and finite. Raises ValueError where one is not."""
    given = (lat_deg, lon_deg, level_palt_ft, track_deg, ground_speed_mps, climb_ftps)
    lat, lon, level_ft, track, speed, climb = (np.ascontiguousarray(one, dtype=np.float64) for one in given)
    rows = np.empty((len(lat), flying.COLUMNS))
    if not flying.fill(lat, lon, level_ft, track, speed, climb, rows):
        raise ValueError("A state that is not a finite number must not come here.")
    return Flights(rows=rows, sides=np.full(len(rows), -1, dtype=np.int8) if sides is None else sides)


def near_pairs(
    sky: Flights,
    *,
    lateral_m: float,
    vertical_ft: float,
    lookahead_s: float,
    parts: int = 1,
    each: Each = map,
) -> Pairs:
    """All pairs that are under both minima within the look-ahead; both minima are over 0.

    Args:
        each: as `map`; that of a pool of threads does as many parts at once, and the kernels let it.
    """
    if len(sky) < 2:
        return _pairs([_room(0)])
    minima = kernel.Minima(lateral_m, vertical_ft, lookahead_s)
    lat_rad, lon_rad, bounds = _middles(sky, lookahead_s, parts, each)
    grid = _grid_over(len(sky), bounds, minima)
    sorted_sky = kernel.Sky(
        rows=sky.rows,
        sides=sky.sides,
        lat_rad=lat_rad,
        lon_rad=lon_rad,
        order=np.empty(len(sky), dtype=np.int32),
        starts=np.zeros(2 * grid.layers * grid.rows * grid.columns + 1, dtype=np.int32),
        packed=np.empty((8, len(sky)), dtype=np.float32),
    )
    cells, starts = np.empty(len(sky), dtype=np.int32), sorted_sky.starts
    kernel.cells_of(sorted_sky, grid, lookahead_s, cells)
    kernel.sort(sorted_sky, cells, starts.copy(), lookahead_s)

    def part(ends: tuple[int, int]) -> kernel.Found:
        found = _room(max(1_024, 2 * int(starts[ends[1]] - starts[ends[0]])))
        while (count := kernel.sweep(sorted_sky, grid, minima, *ends, found)) > len(found.pairs):
            found = _room(count)
        return kernel.Found(found.pairs[:count], found.figures[:count])

    shares = np.linspace(0, len(sky), parts + 1)[1:-1]
    return _pairs(each(part, pairwise([0, *np.searchsorted(starts, shares).tolist(), len(starts) - 1])))


def near_one(sky: Flights, one: int, *, lateral_m: float, vertical_ft: float, lookahead_s: float) -> Pairs:
    """The pairs of `near_pairs` that one aircraft is part of."""
    minima, found = kernel.Minima(lateral_m, vertical_ft, lookahead_s), _room(64)
    while (count := kernel.against_all(sky.rows, sky.sides, one, minima, found)) > len(found.pairs):
        found = _room(count)
    return _pairs([kernel.Found(found.pairs[:count], found.figures[:count])])


@dataclass(frozen=True, kw_only=True)
class _Bounds:
    """What a sky fits into; longitude from `lon_min_rad` eastwards, to about a degree."""

    speed_mps: float
    climb_ftps: float
    south_rad: float
    north_rad: float
    lowest_ft: float
    highest_ft: float
    lon_min_rad: float
    width_rad: float


def _middles(sky: Flights, lookahead_s: float, parts: int, each: Each) -> tuple[Floats, Floats, _Bounds]:
    lat_rad, lon_rad = np.empty(len(sky)), np.empty(len(sky))
    degrees = np.zeros((parts, 360), dtype=np.bool_)

    def part(number: int) -> tuple[float, ...]:
        mine = slice(len(sky) * number // parts, len(sky) * (number + 1) // parts)
        return kernel.middles(sky.rows[mine], lookahead_s, lat_rad[mine], lon_rad[mine], degrees[number])

    speeds, climbs, south, north, low, high = zip(*each(part, range(parts)), strict=True)
    taken = np.flatnonzero(degrees.any(axis=0))
    gaps = np.diff(np.append(taken, taken[0] + 360))
    widest = int(gaps.argmax())
    first = int(taken[(widest + 1) % len(taken)])
    return (
        lat_rad,
        lon_rad,
        _Bounds(
            speed_mps=max(speeds),
            climb_ftps=max(climbs),
            south_rad=min(south),
            north_rad=max(north),
            lowest_ft=min(low),
            highest_ft=max(high),
            lon_min_rad=math.radians(first if first < 180 else first - 360),
            width_rad=math.radians(361 - int(gaps[widest])),
        ),
    )


def _grid_over(count: int, bounds: _Bounds, minima: kernel.Minima) -> kernel.Grid:
    """Cells as wide as suits the reach, and wider where they would be more than a few for each aircraft."""
    lateral_m, vertical_ft, lookahead_s = minima
    half_max_m = 0.5 * bounds.speed_mps * lookahead_s
    reach_m = 2.0 * half_max_m + lateral_m
    out_m = 2.0 * half_max_m * reach_m / kernel.EARTH_MIN_M
    near_m = math.hypot(lateral_m, out_m) + kernel.MARGIN_M
    wraps = bounds.width_rad > math.pi
    rise_ft = bounds.climb_ftps * lookahead_s
    level_min_ft, layer_ft = bounds.lowest_ft - rise_ft, _LAYER_SHARE * vertical_ft
    layers = min(64, int((bounds.highest_ft + rise_ft - level_min_ft) / layer_ft) + 1)
    cell_rad = max(_CELL_SHARE * (half_max_m + near_m), 10.0) / kernel.EARTH_MIN_M
    cos_min = math.cos(min(1.55, max(-bounds.south_rad, bounds.north_rad, 0.0)))
    while True:
        rows = int((bounds.north_rad - bounds.south_rad) / cell_rad) + 1
        wide_rad = cell_rad / cos_min
        columns = max(1, int((2.0 * math.pi if wraps else bounds.width_rad) / wide_rad) + (not wraps))
        if 2 * layers * rows * columns <= max(_CELLS_EACH * count, _CELLS_LEAST):
            break
        cell_rad *= 1.3
    return kernel.Grid(
        cells_lat_rad=cell_rad,
        lat_min_rad=bounds.south_rad,
        rows=rows,
        lon_min_rad=bounds.lon_min_rad,
        cells_lon_rad=2.0 * math.pi / columns if wraps else wide_rad,
        columns=columns,
        wraps=wraps,
        level_min_ft=level_min_ft,
        layer_ft=layer_ft,
        layers=layers,
        half_max_m=half_max_m,
        near_m=near_m,
        limit_m2=(lateral_m + kernel.MARGIN_M + 0.004 * out_m + 1e-6 * reach_m) ** 2,
        flatness=(0.5 / kernel.EARTH_MIN_M / math.cos(min(0.5, (reach_m + near_m) / kernel.EARTH_MIN_M)))
        ** 2,
        rise_level_ft=2.0 * vertical_ft,
        rise_climbing_ft=rise_ft if rise_ft > 2.0 * vertical_ft else -1.0,
    )


def _room(pairs: int) -> kernel.Found:
    return kernel.Found(np.empty((pairs, 2), dtype=np.int32), np.empty((pairs, kernel.FIGURES)))


def _pairs(parts: Iterable[kernel.Found]) -> Pairs:
    found = list(parts)
    figures = np.concatenate([part.figures for part in found])
    return Pairs(
        numbers=np.concatenate([part.pairs for part in found]),
        start_s=figures[:, 0],
        end_s=figures[:, 1],
        nearest_s=figures[:, 2],
        miss_m=figures[:, 3],
        apart_ft=figures[:, 4],
    )
