"""shapely's STRtree as an engine: a static tree of outlines on a plane, then levels and windows, then distances.

The tree is asked for everything within the widest minimum (`dwithin`), which is its own exact test; windows, levels
and each pair's minimum follow over the arrays of what it found. It cannot insert: a new tree is built.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np
import shapely

from bench.skies import LAT_DEG, LON_DEG, METRES_EAST, METRES_NORTH, minima
from detente.conflicts.packing import Packed
from detente.kernels.layout import CIRCLE, POLYGON, Floats


class StrTree:
    """See the module."""

    name = "shapely STRtree"
    durable = False

    def __enter__(self) -> StrTree:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def load(self, volumes: Packed) -> float:
        self._rows = volumes.rows
        skeletons = outlines(volumes)
        self._radius_m = volumes.rows["radius_cm"] / 100.0
        # What has a radius is a buffer of its skeleton for the tree, so that one query serves all.
        self._shapes = np.where(
            self._radius_m > 0.0, shapely.buffer(skeletons, self._radius_m, quad_segs=16), skeletons
        )
        began = time.perf_counter()
        self._tree = shapely.STRtree(self._shapes)
        self._tree.query(self._shapes[0])
        return len(skeletons) / (time.perf_counter() - began)

    def insert_each(self, volumes: Packed) -> None:
        del volumes

    def prepare(self, asked: Packed) -> Iterator[Callable[[], set[int]]]:
        table, rows = minima(), self._rows
        lateral_m = table.lateral_m[rows["group"]]
        vertical_cm, time_ms = int(table.vertical_um[0]) // 10_000, int(table.time_ms[0])
        radius_m = asked.rows["radius_cm"] / 100.0
        skeletons = outlines(asked)
        shapes = np.where(radius_m > 0.0, shapely.buffer(skeletons, radius_m, quad_segs=16), skeletons)
        widest_m = float(table.lateral_m.max())
        start_ms, end_ms, floor, ceiling = (rows[name] for name in ("start_ms", "end_ms", "floor", "ceiling"))
        start_ms, end_ms, floor, ceiling = (
            np.ascontiguousarray(one) for one in (start_ms, end_ms, floor, ceiling)
        )

        def act(shape: shapely.Geometry, query: np.void) -> set[int]:
            west, south, east, north = shapely.bounds(shape)
            near = self._tree.query(
                shapely.box(west - widest_m, south - widest_m, east + widest_m, north + widest_m)
            )
            near = near[
                (start_ms[near] <= query["end_ms"] + time_ms)
                & (end_ms[near] >= query["start_ms"] - time_ms)
                & (floor[near] <= query["ceiling"] + vertical_cm)
                & (ceiling[near] >= query["floor"] - vertical_cm)
            ]
            if not len(near):
                return set()
            return set(near[shapely.distance(self._shapes[near], shape) <= lateral_m[near]].tolist())

        for row, shape in enumerate(shapes):
            yield lambda shape=shape, query=asked.rows[row]: act(shape, query)


def outlines(volumes: Packed) -> np.ndarray:
    """Skeletons on a plane scaled at the middle latitude, metres; shape (k,)."""
    rows = volumes.rows
    plane_m: Floats = (volumes.points / 1e7 - (LAT_DEG, LON_DEG)) * (METRES_NORTH, METRES_EAST)
    plane_m = np.ascontiguousarray(plane_m[:, ::-1])
    found = np.empty(len(rows), dtype=object)
    of = np.repeat(np.arange(len(rows)), rows["count"])
    kinds = rows["kind"][of]
    circles, rings = kinds == CIRCLE, kinds == POLYGON
    lines = ~(circles | rings)
    found[rows["kind"] == CIRCLE] = shapely.points(plane_m[circles])
    for some, make in ((lines, shapely.linestrings), (rings, shapely.linearrings)):
        _, number = np.unique(of[some], return_inverse=True)
        shapes = make(plane_m[some], indices=number)
        found[np.unique(of[some])] = shapely.polygons(shapes) if make is shapely.linearrings else shapes
    return found
