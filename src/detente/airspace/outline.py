"""A shape made ready for measuring: its skeleton of geodesic edges, and how far it reaches beyond them.

Every shape is a skeleton (a point, an open path, a ring with its inside) and a radius around it: the
circle's, the corridor's half width, none for a polygon. A block that moves has the outline of everything it
passes, a corridor; where it is when, is asked of `moving`. One measure of distance then serves all
nine pairings.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from detente.airspace.geodesy import Floats, destination, earth_centred_m, inverse, leaving_m
from detente.airspace.shapes import DEGREES_E7, Circle, Polygon, Shape, points_of


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Outline:
    """The skeleton of one shape.

    Vertices are arrays of shape (n,). Edge k leads from vertex k to the next; a circle has one edge of no
    length. `ball` holds the whole skeleton: its centre, Earth-centred, and its radius, measured straight.
    """

    lat_deg: Floats
    lon_deg: Floats
    azimuth_deg: Floats
    length_m: Floats
    filled: bool
    radius_m: float
    ball_centre_m: tuple[float, float, float]
    ball_radius_m: float

    def along(self, edges: np.ndarray, fractions: Floats) -> tuple[Floats, Floats]:
        """Latitude and longitude at fractions of edges; 0 is the start of an edge, 1 its end."""
        return destination(
            self.lat_deg[edges],
            self.lon_deg[edges],
            bearing_deg=self.azimuth_deg[edges],
            distance_m=self.length_m[edges] * fractions,
        )

    def at_m(self, edges: np.ndarray, fractions: Floats) -> Floats:
        """Earth-centred points at fractions of edges, shape (len(edges), 3)."""
        return earth_centred_m(*self.along(edges, fractions))


@lru_cache(maxsize=8192)
def outline_of(shape: Shape) -> Outline:
    """The outline of a shape whose points are positions; lengths are not limited here."""
    points = points_of(shape)
    lat_deg = np.array([point.lat_e7 for point in points], dtype=np.float64) / DEGREES_E7
    lon_deg = np.array([point.lon_e7 for point in points], dtype=np.float64) / DEGREES_E7
    if isinstance(shape, Circle):
        starts, ends, radius_cm = np.array([0]), np.array([0]), shape.radius_cm
    elif isinstance(shape, Polygon):
        starts = np.arange(len(points))
        ends, radius_cm = np.roll(starts, -1), 0
    else:
        starts = np.arange(len(points) - 1)
        ends, radius_cm = starts + 1, shape.half_width_cm
    azimuth_deg, length_m = inverse(lat_deg[starts], lon_deg[starts], lat_deg[ends], lon_deg[ends])
    return outline_through(
        lat_deg,
        lon_deg,
        azimuth_deg=azimuth_deg,
        length_m=length_m,
        filled=isinstance(shape, Polygon),
        radius_m=radius_cm / 100.0,
    )


def outline_through(
    lat_deg: Floats,
    lon_deg: Floats,
    *,
    azimuth_deg: Floats,
    length_m: Floats,
    filled: bool,
    radius_m: float,
) -> Outline:
    """The outline of a skeleton whose edges are measured already, with its ball."""
    vertices_m = earth_centred_m(lat_deg, lon_deg)
    centre_m = (vertices_m.min(axis=0) + vertices_m.max(axis=0)) / 2.0
    reach_m = float(np.sqrt(((vertices_m - centre_m) ** 2).sum(axis=1)).max())
    return Outline(
        lat_deg=lat_deg,
        lon_deg=lon_deg,
        azimuth_deg=azimuth_deg,
        length_m=length_m,
        filled=filled,
        radius_m=radius_m,
        ball_centre_m=(float(centre_m[0]), float(centre_m[1]), float(centre_m[2])),
        ball_radius_m=reach_m + float(leaving_m(length_m).max()),
    )


def straight_m(a: Outline, b: Outline) -> float:
    """What the straight line between the skeletons of two outlines is at least, from their balls."""
    return math.dist(a.ball_centre_m, b.ball_centre_m) - a.ball_radius_m - b.ball_radius_m
