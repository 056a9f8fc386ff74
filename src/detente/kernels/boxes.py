"""Outward boxes in latitude and longitude around shapes with geodesic edges; never too small.

Latitude along a geodesic of length L is a function of the way with second derivative at most
(tan(lat) + 0.011) / r² (Clairaut's relation; 0.011 bounds how the meridian's curvature changes), r = b²/a the
least radius of curvature. So it leaves the straight line between its ends by at most L²/8 times that. Longitude
along a geodesic is monotonic, so a ring reaches no farther east or west than its points. Everything within e
metres of a place lies within e/r of its latitude and e/(a cos(lat)) of its longitude, at the greatest
latitude reached. Around a pole, and past 89 degrees, a box goes all the way round.

A reference that measures chords may call two skeletons near although they are a little farther apart than
asked (`geodesy.arc_over_m`): by at most 5e-17 x³ for x metres in all up to 8,000 km. Since (x + y + z)³ is at
most 9 (x³ + y³ + z³), each of two radii and the minimum may grow by its own part: `reach_m`.
"""

from __future__ import annotations

import math

from detente.kernels.compiled import compiled
from detente.kernels.layout import (
    DEGREE_E7,
    HALF_TURN_E7,
    POLYGON,
    QUARTER_E7,
    TURN_E7,
    Points,
    Rows,
)

LEAST_RADIUS_M = 6_335_439.0
GREATEST_RADIUS_M = 6_399_594.0
SEMI_MAJOR_M = 6_378_137.0
MARGIN_M = 0.05
"""Above what the reference adds: 2 cm for rounded positions, 1 cm of resolution, 1 mm of arithmetic."""

_TOP_DEG = 89.0
_EDGE_MAX_M2 = 2.7e13
"""No edge of a shape within 2,500 km of its middle is longer than 5,200 km."""


@compiled
def reach_m(length_m: float) -> float:
    """How far apart on the ellipsoid two places can be that the reference calls `length_m` apart; see above."""
    return length_m + 4.5e-16 * length_m * length_m * length_m


@compiled
def grown(lat_lo: int, lat_hi: int, lon_lo: int, lon_width: int, by_m: float) -> tuple[int, int, int, int]:
    """A box around everything within `by_m` metres of a box; 1e-7 degree, rounded outwards."""
    rise = math.degrees(by_m / LEAST_RADIUS_M) * DEGREE_E7
    low = math.floor(lat_lo - rise)
    high = math.ceil(lat_hi + rise)
    top_e7 = max(abs(low), abs(high))
    if top_e7 > _TOP_DEG * DEGREE_E7:
        north, south = high > _TOP_DEG * DEGREE_E7, low < -_TOP_DEG * DEGREE_E7
        return (
            -QUARTER_E7 if south else low,
            QUARTER_E7 if north else high,
            -HALF_TURN_E7,
            TURN_E7,
        )
    narrow = math.cos(math.radians(top_e7 / DEGREE_E7))
    side = math.ceil(math.degrees(by_m / (SEMI_MAJOR_M * narrow)) * DEGREE_E7) + 1
    width = lon_width + 2 * side
    if width >= TURN_E7:
        return low, high, -HALF_TURN_E7, TURN_E7
    west = (lon_lo - side + HALF_TURN_E7) % TURN_E7 - HALF_TURN_E7
    return low, high, west, width


@compiled
def bounding_box(
    points: Points, first: int, count: int, kind: int, radius_m: float
) -> tuple[int, int, int, int]:
    """South, north, west and width of a shape with its radius, 1e-7 degree, rounded outwards.

    Longitudes may cross the antimeridian; a ring around a pole reaches to it.
    """
    low, high = points[first, 0], points[first, 0]
    east, west_most, east_most = 0, 0, 0
    bulge = 0.0
    edges = count if kind == POLYGON else count - 1
    for k in range(edges):
        here, there = first + k, first + (k + 1) % count
        lat_a, lat_b = int(points[here, 0]), int(points[there, 0])
        step = (int(points[there, 1]) - int(points[here, 1]) + HALF_TURN_E7) % TURN_E7 - HALF_TURN_E7
        east += step
        if k < count - 1:
            west_most, east_most = min(west_most, east), max(east_most, east)
            low, high = min(low, lat_b), max(high, lat_b)
        nearest = 0 if (lat_a < 0) != (lat_b < 0) else min(abs(lat_a), abs(lat_b))
        north_m = math.radians(abs(lat_b - lat_a) / DEGREE_E7) * GREATEST_RADIUS_M
        east_m = (
            math.radians(abs(step) / DEGREE_E7)
            * GREATEST_RADIUS_M
            * math.cos(math.radians(nearest / DEGREE_E7))
        )
        length2 = min(north_m * north_m + east_m * east_m, _EDGE_MAX_M2)
        top = (
            math.radians(max(abs(lat_a), abs(lat_b)) / DEGREE_E7) + 0.5 * math.sqrt(length2) / LEAST_RADIUS_M
        )
        if top > math.radians(_TOP_DEG):
            bulge = max(bulge, 0.5 * math.sqrt(length2))
        else:
            bulge = max(bulge, length2 * (math.tan(top) + 0.011) / (8.0 * LEAST_RADIUS_M))
    around = kind == POLYGON and abs(east) > HALF_TURN_E7
    width = east_most - west_most
    if around or width >= TURN_E7:
        west, width = -HALF_TURN_E7, TURN_E7
        if around and high + low > 0:
            high = QUARTER_E7
        elif around:
            low = -QUARTER_E7
    else:
        west = (int(points[first, 1]) + west_most + HALF_TURN_E7) % TURN_E7 - HALF_TURN_E7
    rise = math.ceil(math.degrees(bulge / LEAST_RADIUS_M) * DEGREE_E7)
    return grown(low - rise, high + rise, west, width, reach_m(radius_m) + MARGIN_M)


@compiled
def fill_boxes(rows: Rows, points: Points) -> None:
    """Write the box of every row from its points and radius."""
    for k in range(len(rows)):
        row = rows[k]
        low, high, west, width = bounding_box(points, row.first, row.count, row.kind, row.radius_cm / 100.0)
        row.lat_lo, row.lat_hi, row.lon_lo, row.lon_width = low, high, west, width
