"""Whether two skeletons are nearer than asked, on a plane, outside a proven error bound; undecided inside it.

The plane touches the ellipsoid in the middle of the question, and points are dropped onto it at right angles
(orthographic). Three facts, each erring to the safe side; r = b²/a is the least radius of curvature:

1. Dropping a point onto a plane makes no distance longer, and the way over the surface is not shorter than
   the straight line. So a distance on the plane is never more than the true one.
2. A geodesic of length L is within L²/8r of the straight line between its ends (`geodesy.leaving_m`), on the
   plane too. So a gap between straight edges is right to within the sum of the two.
3. At most p metres from the middle the surface is tilted against the plane by t, tan²(t) <= 1.02 (p/r)², so two
   surface points h apart on the plane are at most h (1 + tan²(t)/2) apart; and a straight line of c metres
   stands for at most c (1 + c²/23r²) of surface. Together `_stretch`. All for p up to `FAR_M`.

The bound for a pair is thus the sum of both edges' L²/8r, 4 cm, and half of 1.02 (p/r)² of the distance: for
edges of 1 km and 3 km from the middle 8 cm; for 100 km edges 400 m. What the reference adds to be safe (2 cm, and
1 cm of resolution) is in the 4 cm, so a verdict given here is the reference's own. Edges that cross farther from
their ends than the bound do cross (`_cross`), whatever the minimum.
"""

from __future__ import annotations

import math

from detente.kernels.boxes import LEAST_RADIUS_M, SEMI_MAJOR_M
from detente.kernels.compiled import compiled
from detente.kernels.layout import DEGREE_E7, HALF_TURN_E7, POLYGON, TURN_E7, Floats, Points

APART, MEETS, UNCLEAR = 0, 1, 2

FAR_M = 600_000.0
MARGIN_M = 0.04
_ECCENTRICITY2 = (2.0 - 1.0 / 298.257223563) / 298.257223563
_TILT2 = 1.02 / (LEAST_RADIUS_M * LEAST_RADIUS_M)
_LEAVES = 1.015 / (8.0 * LEAST_RADIUS_M)
"""L²/8r, with L from its length on the plane: at most 0.75 per cent more squared within `FAR_M`."""


@compiled
def project(
    points: Points, first: int, count: int, lat_e7: int, lon_e7: int, x_m: Floats, y_m: Floats
) -> float:
    """Write east and north of a middle, metres; the distance of the farthest point, infinite beyond the horizon."""
    sin_0, cos_0 = math.sin(math.radians(lat_e7 / DEGREE_E7)), math.cos(math.radians(lat_e7 / DEGREE_E7))
    across_0 = SEMI_MAJOR_M / math.sqrt(1.0 - _ECCENTRICITY2 * sin_0 * sin_0)
    far2_m2 = 0.0
    for k in range(count):
        lat = math.radians(points[first + k, 0] / DEGREE_E7)
        step_e7 = (int(points[first + k, 1]) - lon_e7 + HALF_TURN_E7) % TURN_E7 - HALF_TURN_E7
        east = math.radians(step_e7 / DEGREE_E7)
        sin_1, cos_1 = math.sin(lat), math.cos(lat)
        across = SEMI_MAJOR_M / math.sqrt(1.0 - _ECCENTRICITY2 * sin_1 * sin_1)
        outward_m = across * cos_1 * math.cos(east)
        x_m[k] = across * cos_1 * math.sin(east)
        y_m[k] = cos_0 * (1.0 - _ECCENTRICITY2) * (across * sin_1 - across_0 * sin_0) - sin_0 * (
            outward_m - across_0 * cos_0
        )
        if outward_m * cos_0 + across * sin_1 * sin_0 <= 0.0:
            return math.inf
        far2_m2 = max(far2_m2, x_m[k] * x_m[k] + y_m[k] * y_m[k])
    return math.sqrt(far2_m2)


@compiled
def clip(
    points: Points, first: int, count: int, from_ms: int, until_ms: int, x_m: Floats, y_m: Floats
) -> tuple[int, float]:
    """Cut a moving volume's projected path to what its times allow within a window, in place.

    Where it is between two points is taken in proportion on the plane, which is as wrong as its edge is bent.
    Returns: how many points are left, 0 if it is nowhere in the window; and that error, metres.
    """
    early_ms, late_ms = int(points[first + 2 * count, 0]), int(points[first + 2 * count, 1])
    begin_ms, end_ms = from_ms - late_ms, until_ms + early_ms
    kept, loose_m = 0, 0.0
    last_x, last_y = x_m[0], y_m[0]
    for k in range(count - 1):
        start_ms = (int(points[first + count + k, 0]) << 31) | int(points[first + count + k, 1])
        stop_ms = (int(points[first + count + k + 1, 0]) << 31) | int(points[first + count + k + 1, 1])
        ax, ay, bx, by = last_x, last_y, x_m[k + 1], y_m[k + 1]
        last_x, last_y = bx, by
        if stop_ms < begin_ms or start_ms > end_ms:
            continue
        low = max(0.0, (begin_ms - start_ms) / (stop_ms - start_ms))
        high = min(1.0, (end_ms - start_ms) / (stop_ms - start_ms))
        loose_m = max(loose_m, _LEAVES * ((bx - ax) ** 2 + (by - ay) ** 2))
        if kept == 0:
            x_m[0], y_m[0] = ax + low * (bx - ax), ay + low * (by - ay)
            kept = 1
        x_m[kept], y_m[kept] = ax + high * (bx - ax), ay + high * (by - ay)
        kept += 1
    return kept, loose_m


@compiled
def verdict(
    ax_m: Floats,
    ay_m: Floats,
    a_count: int,
    a_kind: int,
    bx_m: Floats,
    by_m: Floats,
    b_count: int,
    b_kind: int,
    within_m: float,
    far_m: float,
    loose_m: float,
) -> int:
    """`MEETS` if two skeletons are certainly `within_m` (over the surface) or nearer, `APART`, or `UNCLEAR`.

    A polygon's inside belongs to it. `within_m` is the minimum and both radii together; `far_m` the distance
    of the farthest point of both from the middle of the plane; `loose_m` how far places beyond those of edges may
    be from where they are said to be, of both together (`clip`).
    """
    if far_m > FAR_M:
        return UNCLEAR
    stretch = (1.0 + 0.5 * _TILT2 * far_m * far_m) * (
        1.0 + within_m * within_m / (23.0 * LEAST_RADIUS_M * LEAST_RADIUS_M)
    )
    enough_m = within_m / stretch - 0.005
    beyond_m = within_m + MARGIN_M
    a_low_x, a_high_x, a_low_y, a_high_y = _extent(ax_m, ay_m, a_count)
    a_edges = a_count if a_kind == POLYGON else max(1, a_count - 1)
    b_edges = b_count if b_kind == POLYGON else max(1, b_count - 1)
    lower_m = math.inf
    upper_m = math.inf
    a_leaves_most = 0.0
    for i in range(a_edges):
        j = (i + 1) % a_count
        a_leaves_most = max(a_leaves_most, _LEAVES * ((ax_m[j] - ax_m[i]) ** 2 + (ay_m[j] - ay_m[i]) ** 2))
    for k in range(b_edges):
        m = (k + 1) % b_count
        rx, ry, sx, sy = bx_m[k], by_m[k], bx_m[m], by_m[m]
        b_leaves = loose_m + _LEAVES * ((sx - rx) ** 2 + (sy - ry) ** 2)
        gap_x = max(0.0, min(rx, sx) - a_high_x, a_low_x - max(rx, sx))
        gap_y = max(0.0, min(ry, sy) - a_high_y, a_low_y - max(ry, sy))
        boxes_m = math.sqrt(gap_x * gap_x + gap_y * gap_y) - b_leaves - a_leaves_most
        if boxes_m > beyond_m:
            lower_m = min(lower_m, boxes_m)
            continue
        for i in range(a_edges):
            j = (i + 1) % a_count
            px, py, qx, qy = ax_m[i], ay_m[i], ax_m[j], ay_m[j]
            leaves = b_leaves + _LEAVES * ((qx - px) ** 2 + (qy - py) ** 2)
            between = math.sqrt(_between2(px, py, qx, qy, rx, ry, sx, sy))
            lower_m = min(lower_m, between - leaves)
            upper_m = min(upper_m, between + leaves)
            if upper_m <= enough_m or (
                between == 0.0 and _cross(px, py, qx, qy, rx, ry, sx, sy, leaves + MARGIN_M)
            ):
                return MEETS
    if lower_m > MARGIN_M and (
        (a_kind == POLYGON and _surrounds(ax_m, ay_m, a_count, bx_m[0], by_m[0]))
        or (b_kind == POLYGON and _surrounds(bx_m, by_m, b_count, ax_m[0], ay_m[0]))
    ):
        return MEETS
    return APART if lower_m > beyond_m else UNCLEAR


@compiled
def _extent(x_m: Floats, y_m: Floats, count: int) -> tuple[float, float, float, float]:
    low_x, high_x, low_y, high_y = x_m[0], x_m[0], y_m[0], y_m[0]
    for k in range(1, count):
        low_x, high_x = min(low_x, x_m[k]), max(high_x, x_m[k])
        low_y, high_y = min(low_y, y_m[k]), max(high_y, y_m[k])
    return low_x, high_x, low_y, high_y


@compiled
def _between2(
    px: float, py: float, qx: float, qy: float, rx: float, ry: float, sx: float, sy: float
) -> float:
    """Squared distance between the straight edges pq and rs; 0 if they cross."""
    ux, uy, vx, vy = qx - px, qy - py, sx - rx, sy - ry
    of_p, of_q = vx * (py - ry) - vy * (px - rx), vx * (qy - ry) - vy * (qx - rx)
    of_r, of_s = ux * (ry - py) - uy * (rx - px), ux * (sy - py) - uy * (sx - px)
    if of_p * of_q < 0.0 and of_r * of_s < 0.0:
        return 0.0
    return min(
        _to_edge2(px, py, rx, ry, sx, sy),
        _to_edge2(qx, qy, rx, ry, sx, sy),
        _to_edge2(rx, ry, px, py, qx, qy),
        _to_edge2(sx, sy, px, py, qx, qy),
    )


@compiled
def _cross(
    px: float, py: float, qx: float, qy: float, rx: float, ry: float, sx: float, sy: float, clear_m: float
) -> bool:
    """Whether any lines within less than `clear_m` of two straight edges, with the same ends, cross.

    True if each end is farther from the other's straight line than that, and the two ends of each on different
    sides: a line within the strip around rs, prolonged straight on at both ends, parts p from q; and its
    prolongations only lead away from the strip around pq.
    """
    ux, uy, vx, vy = qx - px, qy - py, sx - rx, sy - ry
    clear_v, clear_u = clear_m * math.sqrt(vx * vx + vy * vy), clear_m * math.sqrt(ux * ux + uy * uy)
    of_p, of_q = vx * (py - ry) - vy * (px - rx), vx * (qy - ry) - vy * (qx - rx)
    of_r, of_s = ux * (ry - py) - uy * (rx - px), ux * (sy - py) - uy * (sx - px)
    return (
        min(abs(of_p), abs(of_q)) > clear_v
        and min(abs(of_r), abs(of_s)) > clear_u
        and of_p * of_q < 0.0
        and of_r * of_s < 0.0
    )


@compiled
def _to_edge2(x: float, y: float, px: float, py: float, qx: float, qy: float) -> float:
    ux, uy = qx - px, qy - py
    length2 = ux * ux + uy * uy
    share = 0.0
    if length2 > 0.0:
        share = min(1.0, max(0.0, ((x - px) * ux + (y - py) * uy) / length2))
    dx, dy = x - px - share * ux, y - py - share * uy
    return dx * dx + dy * dy


@compiled
def _surrounds(x_m: Floats, y_m: Floats, count: int, x: float, y: float) -> bool:
    """Whether a place that is not near the ring is inside it: a ray northwards crosses it an odd number of times."""
    inside = False
    for k in range(count):
        m = (k + 1) % count
        if (x_m[k] > x) != (x_m[m] > x):
            crossing = y_m[k] + (y_m[m] - y_m[k]) * (x - x_m[k]) / (x_m[m] - x_m[k])
            if crossing > y:
                inside = not inside
    return inside
