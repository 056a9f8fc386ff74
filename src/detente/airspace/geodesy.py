"""Distances, bearings and positions on the WGS 84 ellipsoid, and how straight lines through it bound them.

Source: C. F. F. Karney, "Algorithms for geodesics", J. Geodesy 87 (2013), through `pyproj.Geod`, accurate to
nanometres. Latitude comes first in every argument list; GeoJSON's order exists only in `notices.geojson`.

Two bounds make decisions exact without any map projection. R is a radius of curvature of the ellipsoid,
b²/a = 6,335,439 m at least (`_LEAST_RADIUS_M`) and a²/b = 6,399,594 m at most (`_GREATEST_RADIUS_M`).

1. A geodesic bends with a radius of at least b²/a, so over a length L it leaves its chord by at most L²/8R
   (the error bound of linear interpolation). `leaving_m`.
2. The ellipsoid rolls inside a ball of radius a²/b (Blaschke), so the way over its surface is never shorter
   than the arc of that ball over the same chord: 2R asin(chord/2R). `arc_over_m`. At 30 NM the bound is 4 mm
   short of the geodesic, at 500 NM 17 m.
"""

from __future__ import annotations

import math
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

Floats: TypeAlias = NDArray[np.float64]
Number = TypeVar("Number", float, Floats)
"""One value, or arrays of one shape."""

_GEOD = Geod(ellps="WGS84")
_SEMI_MAJOR_M = 6_378_137.0
_FLATTENING = 1.0 / 298.257223563
_SEMI_MINOR_M = _SEMI_MAJOR_M * (1.0 - _FLATTENING)
_LEAST_RADIUS_M = _SEMI_MINOR_M**2 / _SEMI_MAJOR_M
_GREATEST_RADIUS_M = _SEMI_MAJOR_M**2 / _SEMI_MINOR_M


def distance_m(lat_a_deg: Number, lon_a_deg: Number, lat_b_deg: Number, lon_b_deg: Number) -> Number:
    """Length of the geodesic from a to b."""
    return inverse(lat_a_deg, lon_a_deg, lat_b_deg, lon_b_deg)[1]


def bearing_deg(lat_a_deg: Number, lon_a_deg: Number, lat_b_deg: Number, lon_b_deg: Number) -> Number:
    """True bearing at a of the geodesic to b, from 0 to 360."""
    return inverse(lat_a_deg, lon_a_deg, lat_b_deg, lon_b_deg)[0] % 360.0


def inverse(
    lat_a_deg: Number, lon_a_deg: Number, lat_b_deg: Number, lon_b_deg: Number
) -> tuple[Number, Number]:
    """Azimuth at a (degrees, -180 to 180) and length (metres) of the geodesic from a to b."""
    azimuth_deg, _, length_m = _GEOD.inv(lon_a_deg, lat_a_deg, lon_b_deg, lat_b_deg)
    return azimuth_deg, length_m


def destination(
    lat_deg: Number, lon_deg: Number, *, bearing_deg: Number, distance_m: Number
) -> tuple[Number, Number]:
    """Latitude and longitude at the end of a geodesic that starts with a true bearing."""
    lon_end_deg, lat_end_deg, _ = _GEOD.fwd(lon_deg, lat_deg, bearing_deg, distance_m)
    return lat_end_deg, lon_end_deg


def area_m2(lat_deg: Floats, lon_deg: Floats) -> float:
    """Area inside a ring of geodesic edges that closes itself; the smaller side."""
    signed_m2, _ = _GEOD.polygon_area_perimeter(lon_deg, lat_deg)
    return abs(float(signed_m2))


def earth_centred_m(lat_deg: Floats, lon_deg: Floats) -> Floats:
    """Earth-centred, Earth-fixed coordinates on the ellipsoid; shape (n,) in, (n, 3) out."""
    lat, lon = np.radians(lat_deg), np.radians(lon_deg)
    eccentricity2 = _FLATTENING * (2.0 - _FLATTENING)
    across_m = _SEMI_MAJOR_M / np.sqrt(1.0 - eccentricity2 * np.sin(lat) ** 2)
    return np.stack(
        (
            across_m * np.cos(lat) * np.cos(lon),
            across_m * np.cos(lat) * np.sin(lon),
            across_m * (1.0 - eccentricity2) * np.sin(lat),
        ),
        axis=-1,
    )


def leaving_m(length_m: Number) -> Number:
    """How far a geodesic of this length can at most be from its chord."""
    return length_m * length_m / (8.0 * _LEAST_RADIUS_M)


def arc_over_m(chord_m: float) -> float:
    """What the way over the surface between two points is at least, from the straight line between them."""
    return 2.0 * _GREATEST_RADIUS_M * math.asin(min(1.0, chord_m / (2.0 * _GREATEST_RADIUS_M)))


def arcs_over_m(chord_m: Floats) -> Floats:
    """`arc_over_m` for an array."""
    return 2.0 * _GREATEST_RADIUS_M * np.arcsin(np.minimum(1.0, chord_m / (2.0 * _GREATEST_RADIUS_M)))


def geographic_deg(earth_centred: tuple[float, float, float]) -> tuple[float, float]:
    """Latitude and longitude of a point on the ellipsoid; for one 80 km below it, to 0.005 degree."""
    x_m, y_m, z_m = earth_centred
    across_m = math.hypot(x_m, y_m) * (1.0 - _FLATTENING) ** 2
    return math.degrees(math.atan2(z_m, across_m)), math.degrees(math.atan2(y_m, x_m))
