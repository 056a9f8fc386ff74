"""How fine and how wide a shape is, as one radius each, for the limits of the memorandum.

Fineness: a circle's radius, a corridor's half width, for a polygon the radius of the circle of equal area.
Width: the radius of the least circle that holds the whole shape.
"""

from __future__ import annotations

import math

import shapely

from detente.airspace.geodesy import area_m2
from detente.airspace.outline import outline_of
from detente.airspace.plane import skeleton_on_plane_m
from detente.airspace.shapes import Polygon, Shape


def fineness_m(shape: Shape) -> float:
    """The radius that must not be below the agreed least one, metres."""
    outline = outline_of(shape)
    if isinstance(shape, Polygon):
        return math.sqrt(area_m2(outline.lat_deg, outline.lon_deg) / math.pi)
    return outline.radius_m


def width_m(shape: Shape) -> float:
    """The radius that must not be above the agreed greatest one, metres, to one per cent."""
    outline = outline_of(shape)
    places_m = skeleton_on_plane_m(outline, around=outline)
    return float(shapely.minimum_bounding_radius(shapely.MultiPoint(places_m))) + outline.radius_m
