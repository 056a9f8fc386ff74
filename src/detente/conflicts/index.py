"""All volumes in force, ready to be asked which of them a new one meets: a cache that can be rebuilt at any time.

Put in, replaced, taken out and expired without rebuilding. `propose` never leaves out a volume that the
reference would call near, and says of most what the reference would say; `check` lets the reference decide the
rest, so its answer is that of `decide` for every pair. Own notices and pairs without agreed minima are not
compared (`grouping`). No clock, no chance, no file; the same calls in the same order give the same answer.

A volume takes a row of 64 bytes, 12 bytes beside it, 8 for each point, and 4 for each cell in nodes of 64: about
170 bytes for drone volumes of three or four points at a million (330 at 100,000, where nodes are emptier), and one
megabyte for the table of buckets.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from detente.airspace.atmosphere import Atmosphere
from detente.airspace.volumes import Volume
from detente.conflicts.decide import near
from detente.conflicts.grouping import MinimaTable
from detente.conflicts.packing import Packed, packed, volume_of
from detente.kernels import grid as cells
from detente.kernels import storing
from detente.kernels.ask import ask
from detente.kernels.lateral import MEETS
from detente.kernels.layout import CIRCLE, ROW, Int32

Handle: TypeAlias = int
"""Names a notice in the index until it is taken out; then it may name another."""

_BUCKETS = 1 << 18
_FOUND_AT_FIRST = 1_024
_COMPACT_FROM = 4_096
"""Pairs in the pool of points below which holes are not worth a copy."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposed:
    """Notices that certainly meet what was asked, and pairs (row asked, row stored) that the reference must decide.

    A notice in `meeting` may have further rows in `unclear`.
    """

    meeting: tuple[Handle, ...]
    unclear: tuple[tuple[int, int], ...]


class VolumeIndex:
    """See the module; one thread at a time."""

    def __init__(self, atmosphere: Atmosphere, *, volumes: int = 1_024) -> None:
        """Room for about so many volumes; it grows by itself."""
        self._atmosphere = atmosphere
        self._grid = cells.empty_grid(
            rows=volumes, points=volumes * 6, nodes=max(4_096, volumes // 2), wide=64, buckets=_BUCKETS
        )
        self._found = np.empty((_FOUND_AT_FIRST, 3), dtype=np.int32)

    def __len__(self) -> int:
        """How many volumes are in."""
        return int(self._grid.counts[cells.ROWS_LIVE])

    @property
    def bytes_held(self) -> int:
        """Memory of all arrays, with what is kept free for growth."""
        return sum(array.nbytes for array in self._grid)

    def insert(self, new: Packed) -> Int32:
        """Put in notices; the handle of each row's notice, shape (k,)."""
        handles = np.empty(len(new.rows), dtype=np.int32)
        done = storing.insert(new.rows, new.points, new.notices, handles, 0, *self._grid)
        while done < len(new.rows):
            self._make_room(len(new.points))
            done = storing.insert(new.rows, new.points, new.notices, handles, done, *self._grid)
        return handles

    def cancel(self, handle: Handle) -> bool:
        """Take out a notice with all its volumes; whether it was in."""
        removed = storing.remove(handle, *self._grid)
        self._close_holes()
        return removed > 0

    def amend(self, handle: Handle, new: Packed) -> Handle:
        """Put one notice in the place of another; its new handle."""
        self.cancel(handle)
        return int(self.insert(new)[0])

    def expire(self, *, before_ms: int) -> tuple[Handle, ...]:
        """Take out every notice whose last volume ends before a time; reads all rows once."""
        handles = np.empty(len(self), dtype=np.int32)
        over = handles[: storing.ended(before_ms, handles, *self._grid)]
        storing.remove_all(over, *self._grid)
        self._close_holes()
        return tuple(over.tolist())

    def volume(self, row: int) -> Volume:
        """The volume in a stored row, as it was announced."""
        return volume_of(self._grid.rows, self._grid.points, row)

    def notice_of(self, row: int) -> Handle:
        """The notice that a stored row belongs to."""
        return int(self._grid.links[row, cells.NOTICE])

    def propose(self, asked: Packed, minima: MinimaTable, which: int | None = None) -> Proposed:
        """What one notice (all rows of `asked`, or one of them) meets, and what only the reference can say."""
        found = self._ask(asked, minima, which)
        return Proposed(
            meeting=tuple(sorted({handle for _, _, said, handle in found if said == MEETS})),
            unclear=tuple(sorted((row, place) for row, place, said, _ in found if said != MEETS)),
        )

    def check(self, asked: Packed, minima: MinimaTable, which: int | None = None) -> tuple[Handle, ...]:
        """The notices that come nearer to what is asked than the minima, exactly as the reference says."""
        found = self._ask(asked, minima, which)
        near_ones = {handle for _, _, said, handle in found if said == MEETS}
        for row, place, said, handle in found:
            if said != MEETS and handle not in near_ones and self._is_near(asked, row, place, minima):
                near_ones.add(handle)
        return tuple(sorted(near_ones))

    def _ask(
        self, asked: Packed, minima: MinimaTable, which: int | None
    ) -> list[tuple[int, int, int, Handle]]:
        """Row asked, row stored, verdict, and the stored row's notice."""
        assert len(minima.lateral_m) >= self._grid.counts[cells.GROUPS], "every group stored has its minima"
        found: list[tuple[int, int, int, Handle]] = []
        for row in range(len(asked.rows)) if which is None else (which,):
            count = ask(asked.rows, asked.points, row, *minima, self._found, *self._grid)
            if count > len(self._found):
                self._found = np.empty((2 * count, 3), dtype=np.int32)
                count = ask(asked.rows, asked.points, row, *minima, self._found, *self._grid)
            if count:
                found += [(row, *one) for one in self._found[:count].tolist()]
        return found

    def _is_near(self, asked: Packed, row: int, place: int, minima: MinimaTable) -> bool:
        group = int(self._grid.rows[place]["group"])
        return (
            near(
                volume_of(asked.rows, asked.points, row),
                self.volume(place),
                within_m=float(minima.lateral_m[group]),
                vertical_um=int(minima.vertical_um[group]),
                time_ms=int(minima.time_ms[group]),
                atmosphere=self._atmosphere,
            )
            is not None
        )

    def _make_room(self, points: int) -> None:
        """Twice as much of whatever is full; `points` more must fit into the pool."""
        grid, counts = self._grid, self._grid.counts
        rows, pool, nodes, wide = len(grid.rows), len(grid.points), len(grid.nodes), len(grid.wide)
        if counts[cells.ROWS_FREE] < 0 and counts[cells.ROWS_TOP] == rows:
            more = max(1_024, rows)
            grid = grid._replace(
                rows=_longer(grid.rows, more),
                links=_longer(grid.links, more),
            )
        if counts[cells.POINTS_TOP] + points > pool:
            grid = grid._replace(points=_longer(grid.points, max(pool, points)))
        if counts[cells.NODES_TOP] + cells.CELLS_MAX > nodes:
            grid = grid._replace(nodes=_longer(grid.nodes, nodes))
        if counts[cells.WIDE] == wide:
            grid = grid._replace(wide=_longer(grid.wide, wide))
        self._grid = grid

    def _close_holes(self) -> None:
        """Copy the points that are in use together once more than half of the pool is not."""
        counts = self._grid.counts
        if (
            counts[cells.POINTS_TOP] > _COMPACT_FROM
            and 2 * counts[cells.POINTS_DEAD] > counts[cells.POINTS_TOP]
        ):
            points = np.empty_like(self._grid.points)
            storing.compact_points(points, *self._grid)
            self._grid = self._grid._replace(points=points)


def warm(atmosphere: Atmosphere) -> None:
    """Have every kernel compiled or fetched from its cache now, and not at the first notice."""
    rows = np.zeros(1, dtype=ROW)
    rows["count"], rows["kind"], rows["radius_cm"], rows["end_ms"] = 1, CIRCLE, 100, 1
    one = packed(rows, np.zeros((1, 2), dtype=np.int32), np.zeros(1, dtype=np.int32))
    minima = MinimaTable(np.zeros(1), np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64))
    index = VolumeIndex(atmosphere)
    index.amend(int(index.insert(one)[0]), one)
    index.check(one, minima)
    index.expire(before_ms=2)
    storing.compact_points(np.empty_like(index._grid.points), *index._grid)


def _longer(array: np.ndarray, by: int) -> np.ndarray:
    longer = (
        np.full((len(array) + by, *array.shape[1:]), -1, dtype=array.dtype)
        if array.dtype != ROW
        else (np.zeros(len(array) + by, dtype=ROW))
    )
    longer[: len(array)] = array
    return longer
