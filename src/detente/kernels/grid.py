"""A hash grid over latitude, longitude and time, in four sizes of cells: how volumes lie in it, and in which cells.

A volume lies in the finest size in which it covers at most `CELLS_MAX` cells (3 km x 30 min, then eight times as
much each way and in time, and so on); one that is too wide for all lies in a list of its own, which every
question reads from end to end. A cell's number is hashed to a bucket: a chain of nodes of fifteen volumes, one
cache line each, of which only the first may have free places. Two cells in one bucket only add candidates.
East-west cells of a latitude band divide the circle evenly, so the antimeridian is an edge like any
other, and near a pole a band has few cells or one.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from detente.kernels.compiled import compiled
from detente.kernels.layout import (
    HALF_TURN_E7,
    QUARTER_E7,
    ROW,
    TURN_E7,
    Int32,
    Int64,
    Points,
    Row,
    Rows,
)

LEVELS = 4
CELLS_MAX = 32
"""Of one volume: drone volumes cover up to 3 x 3 x 3 of the finest."""

ASKED_CELLS_MAX = 4096
"""A question that covers more cells reads every volume instead."""

NODE_ITEMS = 15
_CELL_E7 = 270_000
"""3 km of latitude: measured at a million drone volumes, 2 and 5 km are slower."""
_CELL_MS = 1_800_000
_WIDER = 3
"""Each size of cells has 2^3 times the sides of the one before, in time too."""

# Where a number stands in `Grid.counts`.
ROWS_TOP, ROWS_FREE, ROWS_LIVE, POINTS_TOP, POINTS_DEAD, NODES_TOP, NODES_FREE = range(7)
WIDE, QUESTIONS, GROUPS, LEVEL_0 = range(7, 11)
COUNTS = LEVEL_0 + LEVELS

# The columns of `Grid.links`.
NOTICE, SIBLING, STAMP = range(3)


class Grid(NamedTuple):
    """The arrays of one grid; kernels write into them, whoever owns them grows them.

    `links`, shape (n, 3), beside each row: the first row of its notice (`NOTICE`), the next row of that notice or -1
    (`SIBLING`), and the number of the last question that saw it (`STAMP`); in a free row `NOTICE` is -1 and
    `SIBLING` the next free row. `nodes`, shape (m, 16): the next node, then fifteen volumes or -1. `wide`: volumes
    in no cell.

    Kernels called from Python take these arrays one by one at their end (`*parts`): handing over a tuple with
    names costs three microseconds more, which is a third of a question.
    """

    rows: Rows
    points: Points
    links: Int32
    buckets: Int32
    nodes: Int32
    wide: Int32
    counts: Int64


@compiled
def grid_of(parts: tuple[Any, ...]) -> Grid:
    """The grid whose arrays were handed over one by one."""
    return Grid(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5], parts[6])


def empty_grid(*, rows: int, points: int, nodes: int, wide: int, buckets: int) -> Grid:
    """A grid that holds nothing and has room for so many; `buckets` is a power of two."""
    assert buckets & (buckets - 1) == 0
    counts = np.zeros(COUNTS, dtype=np.int64)
    counts[[ROWS_FREE, NODES_FREE]] = -1
    return Grid(
        rows=np.zeros(rows, dtype=ROW),
        points=np.zeros((points, 2), dtype=np.int32),
        links=np.full((rows, 3), -1, dtype=np.int32),
        buckets=np.full(buckets, -1, dtype=np.int32),
        nodes=np.full((nodes, NODE_ITEMS + 1), -1, dtype=np.int32),
        wide=np.full(wide, -1, dtype=np.int32),
        counts=counts,
    )


def _bands() -> Int32:
    """How many cells a latitude band has eastwards, by size and band; each size starts `_band_start` in."""
    found = []
    for level in range(LEVELS):
        side_e7 = _CELL_E7 << (_WIDER * level)
        edges_e7 = np.arange(-QUARTER_E7, QUARTER_E7 + 2 * side_e7, side_e7)
        tops = np.minimum(np.maximum(np.abs(edges_e7[:-1]), np.abs(edges_e7[1:])), QUARTER_E7)
        lengths_e7 = TURN_E7 * np.cos(np.radians(tops / 1e7))
        found.append(np.maximum(1, np.floor(lengths_e7 / side_e7)).astype(np.int32))
    starts = np.cumsum([LEVELS, *(len(one) for one in found)])[:LEVELS].astype(np.int32)
    return np.concatenate([starts, *found])


_BANDS = _bands()


@compiled
def buckets_over(
    grid: Grid,
    level: int,
    lat_lo: int,
    lat_hi: int,
    lon_lo: int,
    lon_width: int,
    start_ms: int,
    end_ms: int,
    out: Int64,
) -> int:
    """Write the buckets of the cells of one size that a box touches; how many, or -1 if more than `out` holds.

    `lat` is clipped to the poles; `lon_lo` is from -180 degrees, `lon_width` not negative. Ends are included.
    """
    side_e7 = _CELL_E7 << (_WIDER * level)
    long_ms = _CELL_MS << (_WIDER * level)
    south = (max(lat_lo, -QUARTER_E7) + QUARTER_E7) // side_e7
    north = (min(lat_hi, QUARTER_E7) + QUARTER_E7) // side_e7
    early, late = start_ms // long_ms, end_ms // long_ms
    if (north - south + 1) * (late - early + 1) > len(out):
        return -1
    mask = len(grid.buckets) - 1
    west_e7 = lon_lo + HALF_TURN_E7
    found = 0
    for band in range(south, north + 1):
        cells = int(_BANDS[_BANDS[level] + band])
        west = west_e7 * cells // TURN_E7
        east = (west_e7 + lon_width) * cells // TURN_E7
        if east - west >= cells:
            west, east = 0, cells - 1
        if found + (east - west + 1) * (late - early + 1) > len(out):
            return -1
        for column in range(west, east + 1):
            place = (band << 20) ^ (column % cells) ^ (level << 40)
            for when in range(early, late + 1):
                mixed = np.uint64(place) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(when) * np.uint64(
                    0xC2B2AE3D27D4EB4F
                )
                mixed ^= mixed >> np.uint64(29)
                mixed *= np.uint64(0xBF58476D1CE4E5B9)
                out[found] = int(mixed >> np.uint64(32)) & mask
                found += 1
    return found


@compiled
def level_of(grid: Grid, row: Row, out: Int64) -> tuple[int, int]:
    """The size of cells in which a volume lies, and how many cells; `LEVELS` if it is too wide for all."""
    for level in range(LEVELS):
        cells = buckets_over(
            grid,
            level,
            int(row.lat_lo),
            int(row.lat_hi),
            int(row.lon_lo),
            int(row.lon_width),
            row.start_ms,
            row.end_ms,
            out,
        )
        if cells >= 0:
            return level, cells
    return LEVELS, 0
