"""Volumes put into a grid, taken out and expired; free rows and nodes are used again, holes in the points closed.

Compiled code checks no index: rows come through `conflicts.packing.packed`, which asserts what is relied on here.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from detente.kernels.compiled import compiled
from detente.kernels.grid import (
    CELLS_MAX,
    GROUPS,
    LEVEL_0,
    LEVELS,
    NODE_ITEMS,
    NODES_FREE,
    NODES_TOP,
    NOTICE,
    POINTS_DEAD,
    POINTS_TOP,
    ROWS_FREE,
    ROWS_LIVE,
    ROWS_TOP,
    SIBLING,
    WIDE,
    Grid,
    grid_of,
    level_of,
)
from detente.kernels.layout import Int32, Points, Rows, pool_pairs


@compiled
def insert(new: Rows, points: Points, notices: Int32, handles: Int32, begin: int, *parts: Any) -> int:
    """Put in rows from `begin` on until all are in or room is short; the first that is not in.

    Args:
        new: shape (k,), boxes filled, `first` counted in `points`.
        notices: shape (k,); rows of one notice stand together and have one number.
        handles: shape (k,), written: the first row of each row's notice, by which it is taken out again.
    """
    grid = grid_of(parts)
    counts, out = grid.counts, np.empty(CELLS_MAX, dtype=np.int64)
    for k in range(begin, len(new)):
        pairs = pool_pairs(new[k].kind, new[k].count)
        if (
            (counts[ROWS_FREE] < 0 and counts[ROWS_TOP] == len(grid.rows))
            or counts[POINTS_TOP] + pairs > len(grid.points)
            or counts[NODES_TOP] + CELLS_MAX > len(grid.nodes)
            or counts[WIDE] == len(grid.wide)
        ):
            return k
        place = counts[ROWS_FREE]
        if place >= 0:
            counts[ROWS_FREE] = grid.links[place, SIBLING]
        else:
            place = counts[ROWS_TOP]
            counts[ROWS_TOP] += 1
        counts[ROWS_LIVE] += 1
        counts[GROUPS] = max(counts[GROUPS], int(new[k].group) + 1)
        grid.rows[place] = new[k]
        grid.rows[place].first = counts[POINTS_TOP]
        for j in range(pairs):
            grid.points[counts[POINTS_TOP] + j, 0] = points[new[k].first + j, 0]
            grid.points[counts[POINTS_TOP] + j, 1] = points[new[k].first + j, 1]
        counts[POINTS_TOP] += pairs
        if k > 0 and notices[k] == notices[k - 1]:
            handles[k] = handles[k - 1]
            grid.links[place, SIBLING] = grid.links[handles[k], SIBLING]
            grid.links[handles[k], SIBLING] = place
        else:
            handles[k] = place
            grid.links[place, SIBLING] = -1
        grid.links[place, NOTICE] = handles[k]
        level, cells = level_of(grid, grid.rows[place], out)
        if level == LEVELS:
            grid.wide[counts[WIDE]] = place
            counts[WIDE] += 1
        else:
            counts[LEVEL_0 + level] += 1
            for c in range(cells):
                _push(grid, out[c], place)
    return len(new)


@compiled
def remove(handle: int, *parts: Any) -> int:
    """Take out a notice with all its volumes; how many there were, 0 if there is no such notice."""
    return _remove(grid_of(parts), handle)


@compiled
def _remove(grid: Grid, handle: int) -> int:
    if handle < 0 or handle >= grid.counts[ROWS_TOP] or grid.links[handle, NOTICE] != handle:
        return 0
    counts, out = grid.counts, np.empty(CELLS_MAX, dtype=np.int64)
    place, removed = handle, 0
    while place >= 0:
        row = grid.rows[place]
        level, cells = level_of(grid, row, out)
        if level == LEVELS:
            _take_wide(grid, place)
        else:
            counts[LEVEL_0 + level] -= 1
            for c in range(cells):
                _take(grid, out[c], place)
        counts[POINTS_DEAD] += pool_pairs(row.kind, row.count)
        row.start_ms, row.end_ms = 1, 0
        after = grid.links[place, SIBLING]
        grid.links[place, NOTICE] = -1
        grid.links[place, SIBLING] = counts[ROWS_FREE]
        counts[ROWS_FREE] = place
        counts[ROWS_LIVE] -= 1
        removed += 1
        place = after
    return removed


@compiled
def remove_all(handles: Int32, *parts: Any) -> None:
    """`remove` each."""
    grid = grid_of(parts)
    for handle in handles:
        _remove(grid, handle)


@compiled
def ended(before_ms: int, handles: Int32, *parts: Any) -> int:
    """Write the notices whose every volume ends before a time; how many. One pass over all rows."""
    grid = grid_of(parts)
    found = 0
    for place in range(grid.counts[ROWS_TOP]):
        if grid.links[place, NOTICE] != place:
            continue
        volume, over = place, True
        while volume >= 0 and over:
            over = grid.rows[volume].end_ms < before_ms
            volume = grid.links[volume, SIBLING]
        if over:
            handles[found] = place
            found += 1
    return found


@compiled
def compact_points(into: Points, *parts: Any) -> None:
    """Copy the points of all live rows, in the order of rows, to the start of another pool, and count anew."""
    grid = grid_of(parts)
    top = 0
    for place in range(grid.counts[ROWS_TOP]):
        if grid.links[place, NOTICE] < 0:
            continue
        row = grid.rows[place]
        for j in range(pool_pairs(row.kind, row.count)):
            into[top + j, 0] = grid.points[row.first + j, 0]
            into[top + j, 1] = grid.points[row.first + j, 1]
        row.first = top
        top += pool_pairs(row.kind, row.count)
    grid.counts[POINTS_TOP], grid.counts[POINTS_DEAD] = top, 0


@compiled
def _push(grid: Grid, bucket: int, place: int) -> None:
    node = grid.buckets[bucket]
    if node >= 0 and grid.nodes[node, NODE_ITEMS] < 0:
        slot = NODE_ITEMS
        while slot > 1 and grid.nodes[node, slot - 1] < 0:
            slot -= 1
        grid.nodes[node, slot] = place
        return
    new = grid.counts[NODES_FREE]
    if new >= 0:
        grid.counts[NODES_FREE] = grid.nodes[new, 0]
    else:
        new = grid.counts[NODES_TOP]
        grid.counts[NODES_TOP] += 1
    for slot in range(2, NODE_ITEMS + 1):
        grid.nodes[new, slot] = -1
    grid.nodes[new, 0] = node
    grid.nodes[new, 1] = place
    grid.buckets[bucket] = new


@compiled
def _take(grid: Grid, bucket: int, place: int) -> None:
    """Put the last volume of the first node in the place of the one that leaves; free the node if it is empty."""
    head = grid.buckets[bucket]
    last = NODE_ITEMS
    while grid.nodes[head, last] < 0:
        last -= 1
    node = head
    while node >= 0:
        for slot in range(1, NODE_ITEMS + 1):
            if grid.nodes[node, slot] == place:
                grid.nodes[node, slot] = grid.nodes[head, last]
                grid.nodes[head, last] = -1
                if last == 1:
                    grid.buckets[bucket] = grid.nodes[head, 0]
                    grid.nodes[head, 0] = grid.counts[NODES_FREE]
                    grid.counts[NODES_FREE] = head
                return
        node = grid.nodes[node, 0]


@compiled
def _take_wide(grid: Grid, place: int) -> None:
    last = grid.counts[WIDE] - 1
    for k in range(last + 1):
        if grid.wide[k] == place:
            grid.wide[k] = grid.wide[last]
            grid.counts[WIDE] = last
            return
