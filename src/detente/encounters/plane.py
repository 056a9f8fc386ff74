"""From latitude and longitude to a plane that is true at ownship, with the motion of both aircraft on it.

`wgs84` is ours: a place lies at its geodesic distance and true bearing from ownship, so ranges are exact on the
ellipsoid; a motion is what a second along its own geodesic changes there. `daidalus` is the plane of the
DO-365 reference implementation, for comparison only: a sphere on which a minute of arc is a nautical mile, dropped at
right angles onto the plane that touches it at ownship, and motions of ten seconds along great circles. They differ by
up to 0.5 per cent of the range.

Altitude does not enter: separation is judged horizontally and vertically apart.
"""

from __future__ import annotations

import math
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from detente.airspace.geodesy import destination, inverse
from detente.quantities import METRES_PER_NM

Geometry = Literal["wgs84", "daidalus"]
State: TypeAlias = NDArray[np.float64]
"""Shape (6,): metres and m/s, east, north, up."""

MOTION_S = 1.0
REFERENCE_MOTION_S = 10.0
REFERENCE_RADIUS_M = METRES_PER_NM * 60.0 * 180.0 / math.pi


def on_plane(
    origin_deg: tuple[float, float],
    place_deg: tuple[float, float],
    height_m: float,
    velocity_mps: tuple[float, float, float],
    *,
    geometry: Geometry,
) -> State:
    """Where an aircraft is on the plane of another, and how it moves there.

    Args:
        origin_deg, place_deg: latitude and longitude of ownship and of the aircraft (which may be ownship).
        height_m: altitude, any datum that both share.
        velocity_mps: eastwards, northwards, upwards, at the aircraft's own place.
    """
    project = _azimuthal if geometry == "wgs84" else _orthographic
    x, y = project(origin_deg, place_deg)
    east, north, up = velocity_mps
    if geometry == "wgs84":
        ahead = project(origin_deg, _geodesic(place_deg, east, north, MOTION_S))
        behind = project(origin_deg, _geodesic(place_deg, -east, -north, MOTION_S))
        vx, vy = (ahead[0] - behind[0]) / (2.0 * MOTION_S), (ahead[1] - behind[1]) / (2.0 * MOTION_S)
    else:
        later = project(origin_deg, _great_circle(place_deg, east, north, REFERENCE_MOTION_S))
        vx, vy = (later[0] - x) / REFERENCE_MOTION_S, (later[1] - y) / REFERENCE_MOTION_S
    return np.array([x, y, height_m, vx, vy, up])


def _azimuthal(origin_deg: tuple[float, float], place_deg: tuple[float, float]) -> tuple[float, float]:
    azimuth_deg, length_m = inverse(*origin_deg, *place_deg)
    return (
        length_m * math.sin(math.radians(azimuth_deg)),
        length_m * math.cos(math.radians(azimuth_deg)),
    )


def _geodesic(
    place_deg: tuple[float, float], east_mps: float, north_mps: float, seconds: float
) -> tuple[float, float]:
    bearing_deg = math.degrees(math.atan2(east_mps, north_mps)) % 360.0
    lat_deg, lon_deg = destination(
        *place_deg, bearing_deg=bearing_deg, distance_m=math.hypot(east_mps, north_mps) * seconds
    )
    return lat_deg, lon_deg


def _orthographic(origin_deg: tuple[float, float], place_deg: tuple[float, float]) -> tuple[float, float]:
    lat_0, lat = math.radians(origin_deg[0]), math.radians(place_deg[0])
    east = math.radians(place_deg[1] - origin_deg[1])
    return (
        REFERENCE_RADIUS_M * math.cos(lat) * math.sin(east),
        REFERENCE_RADIUS_M
        * (math.cos(lat_0) * math.sin(lat) - math.sin(lat_0) * math.cos(lat) * math.cos(east)),
    )


def _great_circle(
    place_deg: tuple[float, float], east_mps: float, north_mps: float, seconds: float
) -> tuple[float, float]:
    lat, lon = math.radians(place_deg[0]), math.radians(place_deg[1])
    arc = math.hypot(east_mps, north_mps) * seconds / REFERENCE_RADIUS_M
    bearing = math.atan2(east_mps, north_mps)
    lat_1 = math.asin(math.sin(lat) * math.cos(arc) + math.cos(lat) * math.sin(arc) * math.cos(bearing))
    lon_1 = lon + math.atan2(
        math.sin(bearing) * math.sin(arc) * math.cos(lat),
        math.cos(arc) - math.sin(lat) * math.sin(lat_1),
    )
    return math.degrees(lat_1), math.degrees(lon_1)
