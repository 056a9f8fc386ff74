"""One question to a grid: which stored volumes meet a new one, which may, outside and inside the error bound.

For each stored volume that lies in a cell of the question, once: the gap between the windows and the vertical gap
in whole units, exactly as the reference computes them; outward boxes; then `lateral`. Levels of different datum are
compared through the weather's bounds and the lowest and highest sea level on Earth, so a pair that passes only so
is undecided and never said to meet. A moving volume is the corridor of what it may pass within the other's window;
two that both move are never said to meet here.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from detente.kernels.boxes import MARGIN_M as BOX_MARGIN_M
from detente.kernels.boxes import grown, reach_m
from detente.kernels.compiled import compiled
from detente.kernels.grid import (
    ASKED_CELLS_MAX,
    LEVEL_0,
    LEVELS,
    NODE_ITEMS,
    NOTICE,
    QUESTIONS,
    ROWS_TOP,
    STAMP,
    WIDE,
    Grid,
    buckets_over,
    grid_of,
)
from detente.kernels.lateral import APART, MEETS, UNCLEAR, clip, project, verdict
from detente.kernels.layout import (
    CEILING_IS_PALT,
    FLOOR_IS_PALT,
    MOVING,
    TURN_E7,
    UM_PER_CM,
    UM_PER_FT,
    Floats,
    Int32,
    Int64,
    Points,
    Row,
    Rows,
)

POINTS_MAX = 512
"""Above `wire.limits.VOLUME_POINTS_MAX`."""

SEA_LOW_CM, SEA_HIGH_CM = -10_800, 8_700
"""Mean sea level above the ellipsoid, everywhere (EGM96)."""

_STAMP_MAX = 2**31 - 1


@compiled
def ask(
    asked: Rows,
    points: Points,
    which: int,
    lateral_m: Floats,
    vertical_um: Int64,
    time_ms: Int64,
    found: Int32,
    *parts: Any,
) -> int:
    """Write the rows that meet or may meet row `which` of `asked`, and `MEETS` or `UNCLEAR` for each.

    Args:
        lateral_m, vertical_um, time_ms: minima by group, shape (groups,); a negative lateral minimum means that the
            group is not compared. Equality counts as near.
        found: shape (room, 3), written: row, verdict, and the row's notice.
    Returns: how many; more than `found` holds if room was short, and then the rest is not written.
    """
    grid = grid_of(parts)
    query = asked[which]
    widest_m, longest_ms = -1.0, 0
    for group in range(len(lateral_m)):
        if lateral_m[group] >= 0.0:
            widest_m, longest_ms = max(widest_m, lateral_m[group]), max(longest_ms, time_ms[group])
    if widest_m < 0.0:
        return 0
    south, north, west, width = grown(
        int(query.lat_lo),
        int(query.lat_hi),
        int(query.lon_lo),
        int(query.lon_width),
        reach_m(widest_m) + BOX_MARGIN_M,
    )
    begin_ms, end_ms = query.start_ms - longest_ms, query.end_ms + longest_ms
    lat_e7, lon_e7 = (south + north) // 2, west + width // 2
    x_m, y_m = np.empty(query.count), np.empty(query.count)
    far_m = project(points, query.first, query.count, lat_e7=lat_e7, lon_e7=lon_e7, x_m=x_m, y_m=y_m)
    other_x_m, other_y_m = np.empty(POINTS_MAX), np.empty(POINTS_MAX)
    stamp = _next_stamp(grid)
    count = 0
    cells = np.empty(ASKED_CELLS_MAX, dtype=np.int64)
    reads_all = False
    for level in range(LEVELS):
        if grid.counts[LEVEL_0 + level] == 0:
            continue
        asked_cells = buckets_over(grid, level, south, north, west, width, begin_ms, end_ms, cells)
        if asked_cells < 0:
            reads_all = True
            break
        for c in range(asked_cells):
            node = grid.buckets[cells[c]]
            while node >= 0:
                for slot in range(1, NODE_ITEMS + 1):
                    place = grid.nodes[node, slot]
                    if place < 0:
                        break
                    if not _boxes_meet(grid.rows[place], south, north, west, width, begin_ms, end_ms):
                        continue
                    if grid.links[place, STAMP] == stamp:
                        continue
                    grid.links[place, STAMP] = stamp
                    said = _judge(
                        grid, place, query, points, x_m, y_m, far_m, lat_e7, lon_e7,
                        lateral_m, vertical_um, time_ms, other_x_m, other_y_m,
                    )  # fmt: skip
                    if said != APART:
                        if count < len(found):
                            found[count, 0], found[count, 1], found[count, 2] = (
                                place,
                                said,
                                grid.links[place, NOTICE],
                            )
                        count += 1
                node = grid.nodes[node, 0]
    for k in range(grid.counts[ROWS_TOP] if reads_all else grid.counts[WIDE]):
        place = k if reads_all else grid.wide[k]
        row = grid.rows[place]
        if grid.links[place, STAMP] != stamp and _boxes_meet(
            row, south, north, west, width, begin_ms, end_ms
        ):
            grid.links[place, STAMP] = stamp
            said = _judge(
                grid, place, query, points, x_m, y_m, far_m, lat_e7, lon_e7,
                lateral_m, vertical_um, time_ms, other_x_m, other_y_m,
            )  # fmt: skip
            if said != APART:
                if count < len(found):
                    found[count, 0], found[count, 1], found[count, 2] = place, said, grid.links[place, NOTICE]
                count += 1
    return count


@compiled
def _next_stamp(grid: Grid) -> int:
    if grid.counts[QUESTIONS] == _STAMP_MAX:
        grid.links[:, STAMP] = -1
        grid.counts[QUESTIONS] = 0
    grid.counts[QUESTIONS] += 1
    return int(grid.counts[QUESTIONS])


@compiled
def _boxes_meet(row: Row, south: int, north: int, west: int, width: int, begin_ms: int, end_ms: int) -> bool:
    if row.start_ms > end_ms or row.end_ms < begin_ms or row.lat_lo > north or row.lat_hi < south:
        return False
    east = int(row.lon_lo) - west
    if east < 0:
        east += TURN_E7
    return east <= width or TURN_E7 - east <= int(row.lon_width)


@compiled
def _judge(
    grid: Grid,
    place: int,
    query: Row,
    points: Points,
    x_m: Floats,
    y_m: Floats,
    far_m: float,
    lat_e7: int,
    lon_e7: int,
    lateral_m: Floats,
    vertical_um: Int64,
    time_ms: Int64,
    other_x_m: Floats,
    other_y_m: Floats,
) -> int:
    """One pair whose boxes meet: time, level, then place."""
    row = grid.rows[place]
    within_m = lateral_m[row.group]
    if within_m < 0.0:
        return APART
    if max(row.start_ms, query.start_ms) - min(row.end_ms, query.end_ms) > time_ms[row.group]:
        return APART
    above_um, is_above_exact = _rise_um(query, row)
    below_um, is_below_exact = _rise_um(row, query)
    if max(above_um, below_um) > vertical_um[row.group]:
        return APART
    far_m = max(
        far_m,
        project(
            grid.points, row.first, row.count, lat_e7=lat_e7, lon_e7=lon_e7, x_m=other_x_m, y_m=other_y_m
        ),
    )
    count, asked_count, loose_m = int(row.count), int(query.count), 0.0
    if row.kind == MOVING:
        count, loose_m = clip(
            grid.points,
            row.first,
            count,
            query.start_ms - time_ms[row.group],
            query.end_ms + time_ms[row.group],
            other_x_m,
            other_y_m,
        )
    if query.kind == MOVING:
        x_m, y_m = x_m.copy(), y_m.copy()
        asked_count, asked_loose_m = clip(
            points,
            query.first,
            asked_count,
            row.start_ms - time_ms[row.group],
            row.end_ms + time_ms[row.group],
            x_m,
            y_m,
        )
        loose_m += asked_loose_m
    if count == 0 or asked_count == 0:
        return APART
    said = verdict(
        x_m, y_m, asked_count, query.kind, other_x_m, other_y_m, count, row.kind,
        within_m=within_m + (query.radius_cm + row.radius_cm) / 100.0, far_m=far_m, loose_m=loose_m,
    )  # fmt: skip
    both_move = query.kind == MOVING and row.kind == MOVING
    if said == MEETS and (both_move or not (is_above_exact and is_below_exact)):
        return UNCLEAR
    return said


@compiled
def _rise_um(lower: Row, upper: Row) -> tuple[int, bool]:
    """From a ceiling up to a floor, never too much, and whether it is the very number; see `levels.rise_um`."""
    ceiling_is_palt = (lower.datums & CEILING_IS_PALT) != 0
    floor_is_palt = (upper.datums & FLOOR_IS_PALT) != 0
    if ceiling_is_palt == floor_is_palt:
        unit_um = UM_PER_FT if floor_is_palt else UM_PER_CM
        return (int(upper.floor) - int(lower.ceiling)) * unit_um, True
    floor_cm = int(upper.floor_cm) + (SEA_LOW_CM if floor_is_palt else 0)
    ceiling_cm = int(lower.ceiling_cm) + (SEA_HIGH_CM if ceiling_is_palt else 0)
    return (floor_cm - ceiling_cm) * UM_PER_CM, False
