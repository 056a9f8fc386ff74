"""A day of drone volumes as plain arrays: half spread evenly over a square, half gathered around forty places.

150 m to 3 km across (evenly by order of size), 10 to 50 m thick below 120 m, 5 to 60 minutes long, within 24 hours; a
third circles, a third corridors of up to three legs, a third polygons of four to eight points.
"""

from __future__ import annotations

import numpy as np

from bench.cases import START_MS
from detente.conflicts.grouping import MinimaTable
from detente.conflicts.packing import Packed, packed
from detente.kernels.layout import CIRCLE, CORRIDOR, ROW

SIDE_M = 300_000.0
LAT_DEG, LON_DEG = 45.0, 9.0
MINIMA_M = (250.0, 100.0, 50.0, 0.0)
VERTICAL_M = 30.0
TIME_S = 60
DAY_MS = 86_400_000

METRES_NORTH, METRES_EAST = 111_132.0, 111_320.0 * float(np.cos(np.radians(LAT_DEG)))


def minima() -> MinimaTable:
    """By group, up to 250 m; as if every stored volume were of one of four classes."""
    groups = len(MINIMA_M)
    return MinimaTable(
        np.array(MINIMA_M),
        np.full(groups, round(VERTICAL_M * 1e6), dtype=np.int64),
        np.full(groups, TIME_S * 1_000, dtype=np.int64),
    )


def drones(count: int, *, seed: int, side_m: float = SIDE_M) -> Packed:
    """So many volumes, each a notice by itself."""
    rng = np.random.default_rng(seed)
    half_m = side_m / 2.0
    centre_m = rng.uniform(-half_m, half_m, (count, 2))
    towns_m = rng.uniform(-half_m, half_m, (40, 2))
    in_town = rng.random(count) < 0.5
    around_m = towns_m[rng.integers(0, len(towns_m), count)] + rng.normal(0.0, side_m / 40.0, (count, 2))
    centre_m = np.where(in_town[:, None], np.clip(around_m, -half_m, half_m), centre_m)
    reach_m = np.exp(rng.uniform(np.log(150.0), np.log(3_000.0), count)) / 2.0
    kind = rng.integers(0, 3, count)
    points = np.where(
        kind == CIRCLE, 1, np.where(kind == CORRIDOR, rng.integers(2, 5, count), rng.integers(4, 9, count))
    )
    first = np.cumsum(points) - points
    of = np.repeat(np.arange(count), points)
    within = np.arange(points.sum()) - first[of]
    turn = 2.0 * np.pi * (within + rng.uniform(0.0, 0.8, len(of))) / points[of]
    out_m = np.where(kind[of] == CIRCLE, 0.0, reach_m[of])
    east_m, north_m = centre_m[of, 0] + out_m * np.cos(turn), centre_m[of, 1] + out_m * np.sin(turn)
    rows = np.zeros(count, dtype=ROW)
    rows["first"], rows["count"], rows["kind"] = first, points, kind
    rows["group"] = rng.integers(0, len(MINIMA_M), count)
    half_width_m = np.minimum(reach_m * 0.2, 100.0)
    rows["radius_cm"] = 100.0 * np.where(
        kind == CIRCLE, reach_m, np.where(kind == CORRIDOR, half_width_m, 0.0)
    )
    rows["floor"] = rng.integers(0, 11_000, count)
    rows["ceiling"] = rows["floor"] + rng.integers(1_000, 5_000, count)
    rows["floor_cm"], rows["ceiling_cm"] = rows["floor"], rows["ceiling"]
    rows["start_ms"] = START_MS + rng.integers(0, DAY_MS, count)
    rows["end_ms"] = rows["start_ms"] + rng.integers(300_000, 3_600_000, count)
    places = np.stack((LAT_DEG + north_m / METRES_NORTH, LON_DEG + east_m / METRES_EAST), axis=1)
    return packed(rows, np.round(places * 1e7).astype(np.int32), np.arange(count, dtype=np.int32))
