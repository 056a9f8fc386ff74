"""A shape as a ring for people and GIS tools to look at, never narrower than it is; nothing is decided by it.

Circles and corridors are buffered on a plane around their middle, where distances are at most 0.7 % short (`plane`),
and a little more than their radius, so that neither chords nor the plane cut into them. Polygons keep their
geodesic edges by points every 50 km. A strip lies on one side of a line, as a buffer of a boundary does.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Literal, TypeAlias

import numpy as np
import shapely

from detente.airspace.geodesy import Floats, destination, geographic_deg
from detente.airspace.outline import Outline, outline_of
from detente.airspace.plane import cut_evenly, skeleton_on_plane_m
from detente.airspace.shapes import Polygon, Shape

Ring: TypeAlias = list[list[float]]
"""Longitude and latitude, degrees, anticlockwise and closed."""

_QUARTER = 16
"""Chords to a quarter of a circle."""
_WIDER = 1.007 / math.cos(math.pi / (4 * _QUARTER))
_EDGE_M = 50_000.0


def ring_of(shape: Shape) -> Ring:
    """The outline of a shape; of a block that moves, of everything it passes."""
    return [list(place) for place in _ring(shape)]


@lru_cache(maxsize=8_192)
def _ring(shape: Shape) -> tuple[tuple[float, float], ...]:
    outline = outline_of(shape)
    if not isinstance(shape, Polygon):
        return around(outline)
    edges, fractions, _ = cut_evenly(outline, _EDGE_M)
    lat_deg, lon_deg = outline.along(edges, fractions)
    ring = [*zip(_rounded(lon_deg), _rounded(lat_deg), strict=True)]
    return _anticlockwise([*ring, ring[0]])


def around(outline: Outline) -> tuple[tuple[float, float], ...]:
    """Everything within an outline's radius of its open skeleton, as a ring; holes are filled."""
    places_m = _spread(skeleton_on_plane_m(outline, around=outline))
    skeleton = shapely.Point(places_m[0]) if len(places_m) == 1 else shapely.LineString(places_m)
    grown = shapely.buffer(skeleton, max(1.0, outline.radius_m) * _WIDER, quad_segs=_QUARTER)
    return _on_earth(grown, outline)


def strip_of(line: Outline, *, side: Literal["left", "right"], width_m: float) -> Ring:
    """What lies within `width_m` of an open line on one side of it."""
    places_m = _spread(skeleton_on_plane_m(line, around=line))
    grown = shapely.buffer(
        shapely.LineString(places_m),
        width_m if side == "left" else -width_m,
        single_sided=True,
        join_style="mitre",
    )
    return [list(place) for place in _on_earth(grown, line)]


def _spread(places_m: Floats) -> Floats:
    """Without places that repeat the one before."""
    keep = np.append(True, np.abs(np.diff(places_m, axis=0)).max(axis=1) > 0.01)
    kept: Floats = places_m[keep]
    return kept


def _on_earth(grown: shapely.Geometry, middle: Outline) -> tuple[tuple[float, float], ...]:
    if isinstance(grown, shapely.MultiPolygon):
        grown = max(grown.geoms, key=shapely.area)
    assert isinstance(grown, shapely.Polygon), "a line that is buffered is a polygon"
    east_m, north_m = np.array(grown.exterior.coords).T
    lat, lon = geographic_deg(middle.ball_centre_m)
    lat_deg, lon_deg = destination(
        np.full(len(east_m), lat),
        np.full(len(east_m), lon),
        bearing_deg=np.degrees(np.arctan2(east_m, north_m)),
        distance_m=np.hypot(east_m, north_m),
    )
    return _anticlockwise([*zip(_rounded(lon_deg), _rounded(lat_deg), strict=True)])


def _anticlockwise(ring: list[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """Also without a leap at the antimeridian: longitudes go on beyond 180 degrees there."""
    lon_deg = np.unwrap([lon for lon, _ in ring], period=360.0)
    ring = [*zip(_rounded(lon_deg), (lat for _, lat in ring), strict=True)]
    return tuple(ring if shapely.is_ccw(shapely.LinearRing(ring)) else ring[::-1])


def _rounded(degrees: Floats) -> list[float]:
    return [round(float(one), 6) for one in degrees]
