"""How a volume lies in memory: one cache line of whole numbers, and its points in a pool.

| field | unit | meaning |
|---|---|---|
| `start_ms`, `end_ms` | ms UTC | both included; a row that holds nothing ends before it starts |
| `lat_lo`, `lat_hi` | 1e-7 degree | outward box of everything within `radius_cm` of the skeleton |
| `lon_lo`, `lon_width` | 1e-7 degree | the same eastwards; from -180 degrees, at most a full turn wide |
| `floor`, `ceiling` | cm or ft | as announced, in the unit of their datum (`datums`: bit 0 floor, bit 1 ceiling) |
| `floor_cm`, `ceiling_cm` | cm | least and greatest height: `hae` above the ellipsoid, `palt` above sea level |
| `radius_cm` | cm | a circle's radius, half a corridor's width, 0 for a polygon |
| `first`, `count` | | the points of the skeleton in the pool |
| `group` | | whose and which class: an index into the minima of a question |
| `kind` | | circle, corridor, polygon, or a path along which a disc moves |

Points are pairs (latitude, longitude) of 1e-7 degree, WGS 84. A moving volume's points are followed by as many
pairs of a time in ms UTC (high and low 31 bits), and one pair of what it may be early and late.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from detente.kernels.compiled import compiled

ROW = np.dtype(
    [
        ("start_ms", np.int64),
        ("end_ms", np.int64),
        ("lat_lo", np.int32),
        ("lat_hi", np.int32),
        ("lon_lo", np.int32),
        ("lon_width", np.uint32),
        ("floor", np.int32),
        ("ceiling", np.int32),
        ("floor_cm", np.int32),
        ("ceiling_cm", np.int32),
        ("radius_cm", np.int32),
        ("first", np.int32),
        ("count", np.uint16),
        ("group", np.uint16),
        ("kind", np.uint8),
        ("datums", np.uint8),
        ("unused", np.uint16),
    ]
)
assert ROW.itemsize == 64, "one cache line"

CIRCLE, CORRIDOR, POLYGON, MOVING = 0, 1, 2, 3
FLOOR_IS_PALT, CEILING_IS_PALT = 1, 2

DEGREE_E7 = 10_000_000
QUARTER_E7 = 90 * DEGREE_E7
HALF_TURN_E7 = 180 * DEGREE_E7
TURN_E7 = 360 * DEGREE_E7

UM_PER_FT = 304_800
UM_PER_CM = 10_000

Rows: TypeAlias = NDArray[Any]
"""Of dtype `ROW`, shape (n,)."""

Row: TypeAlias = Any
"""One of them: fields are read as attributes, which only compiled code does."""

Points: TypeAlias = NDArray[np.int32]
"""Shape (n, 2)."""

Int32: TypeAlias = NDArray[np.int32]
Int64: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]


@compiled
def pool_pairs(kind: int, count: int) -> int:
    """How many pairs of the pool a volume of so many points takes."""
    return 2 * count + 1 if kind == MOVING else count
