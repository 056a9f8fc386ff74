"""shapely's STRtree as an engine: a static tree of boxes on a plane, then windows and levels, then distances.

It cannot insert: a new tree is built.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np
import shapely

from bench.plane import boxes, radii_m, skeletons
from bench.skies import minima
from detente.conflicts.packing import Packed


class StrTree:
    """See the module."""

    name = "shapely STRtree"
    durable = False

    def __enter__(self) -> StrTree:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def load(self, volumes: Packed) -> float:
        self._rows, self._radii_m = volumes.rows, radii_m(volumes)
        self._shapes = skeletons(volumes)
        grown = boxes(self._shapes, self._radii_m)
        began = time.perf_counter()
        self._tree = shapely.STRtree(grown)
        self._tree.query(grown[0])
        return len(grown) / (time.perf_counter() - began)

    def insert_each(self, volumes: Packed) -> None:
        del volumes

    def prepare(self, asked: Packed) -> Iterator[Callable[[], set[int]]]:
        table, shapes, radii = minima(), skeletons(asked), radii_m(asked)
        grown = boxes(shapes, radii + table.lateral_m.max())
        reach_m = table.lateral_m[self._rows["group"]] + self._radii_m
        names = ("start_ms", "end_ms", "floor", "ceiling")
        start_ms, end_ms, floor, ceiling = (np.ascontiguousarray(self._rows[name]) for name in names)
        vertical_cm, time_ms = int(table.vertical_um[0]) // 10_000, int(table.time_ms[0])

        def act(row: int) -> set[int]:
            query = asked.rows[row]
            near = self._tree.query(grown[row])
            near = near[
                (start_ms[near] <= query["end_ms"] + time_ms)
                & (end_ms[near] >= query["start_ms"] - time_ms)
                & (floor[near] <= query["ceiling"] + vertical_cm)
                & (ceiling[near] >= query["floor"] - vertical_cm)
            ]
            if not len(near):
                return set()
            apart_m = shapely.distance(self._shapes[near], shapes[row])
            return set(near[apart_m <= reach_m[near] + radii[row]].tolist())

        for row in range(len(shapes)):
            yield lambda row=row: act(row)
