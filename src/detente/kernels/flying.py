"""Aircraft in straight flight as rows of numbers, and when two of them are nearer than a cylinder.

A place is a point on the WGS 84 ellipsoid, Earth-centred, with the normal there; a height never enters a horizontal
distance. The plane of two aircraft is square to the mean of their normals: on it, the distance of two that
are 100 km apart is 1 m less than the geodesic, of two that are 20 km apart less than 1 cm, anywhere on Earth,
poles and antimeridian included. Both then fly straight on that plane. Heights are in feet as reported, so that 1,000
ft are 1,000 ft exactly.

"Nearer" is strict: two that keep exactly a minimum are apart, and a time under `INSTANT_S` is a touch.
Source: closest-point-of-approach algebra; NIMA TR8350.2 for the ellipsoid.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from detente.kernels.compiled import compiled
from detente.kernels.layout import Floats

PX, PY, PZ, UX, UY, UZ, VX, VY, VZ, LEVEL_FT, CLIMB_FTPS = range(11)
COLUMNS = 11
"""Place and normal, horizontal velocity (m, m/s, Earth-centred), level, climb."""

INSTANT_S = 0.001
"""Times are whole milliseconds; two that pass exactly at a minimum would meet or not by the last bit."""

SEMI_MAJOR_M = 6_378_137.0
ECCENTRICITY_SQUARED = 0.006694379990141316


class Meeting(NamedTuple):
    """When two are under both minima, seconds from now, and how near they come horizontally.

    `end_s` below `start_s` says that they are not. `nearest_s` is when they are horizontally nearest within the time
    asked about; `miss_m` and `apart_ft` are the distances at that moment.
    """

    start_s: float
    end_s: float
    nearest_s: float
    miss_m: float
    apart_ft: float


@compiled
def fill(
    lat_deg: Floats,
    lon_deg: Floats,
    level_ft: Floats,
    track_deg: Floats,
    speed_mps: Floats,
    climb_ftps: Floats,
    rows: Floats,
) -> bool:
    """Rows of shape (n, COLUMNS) from what is reported, each of shape (n,); whether all of it is finite."""
    is_finite = True
    for k in range(len(lat_deg)):
        total = lat_deg[k] + lon_deg[k] + level_ft[k] + track_deg[k] + speed_mps[k] + climb_ftps[k]
        is_finite = is_finite and math.isfinite(total)
        fill_one(lat_deg[k], lon_deg[k], level_ft[k], track_deg[k], speed_mps[k], climb_ftps[k], rows[k])
    return is_finite


@compiled
def fill_one(
    lat_deg: float,
    lon_deg: float,
    level_ft: float,
    track_deg: float,
    speed_mps: float,
    climb_ftps: float,
    row: Floats,
) -> None:
    """One row, shape (COLUMNS,)."""
    lat, lon, track = math.radians(lat_deg), math.radians(lon_deg), math.radians(track_deg)
    east_mps, north_mps = speed_mps * math.sin(track), speed_mps * math.cos(track)
    sin_lat, cos_lat = math.sin(lat), math.cos(lat)
    sin_lon, cos_lon = math.sin(lon), math.cos(lon)
    normal_m = SEMI_MAJOR_M / math.sqrt(1.0 - ECCENTRICITY_SQUARED * sin_lat * sin_lat)
    row[UX], row[UY], row[UZ] = cos_lat * cos_lon, cos_lat * sin_lon, sin_lat
    row[PX], row[PY] = normal_m * row[UX], normal_m * row[UY]
    row[PZ] = normal_m * (1.0 - ECCENTRICITY_SQUARED) * sin_lat
    row[VX] = -sin_lon * east_mps - sin_lat * cos_lon * north_mps
    row[VY] = cos_lon * east_mps - sin_lat * sin_lon * north_mps
    row[VZ] = cos_lat * north_mps
    row[LEVEL_FT], row[CLIMB_FTPS] = level_ft, climb_ftps


@compiled
def meeting(a: Floats, b: Floats, lateral_m: float, vertical_ft: float, span_s: float) -> Meeting:
    """The time within [0, `span_s`] for which two rows are under both minima; both minima are over 0."""
    wx, wy, wz = a[UX] + b[UX], a[UY] + b[UY], a[UZ] + b[UZ]
    if wx * wx + wy * wy + wz * wz < 1.0:
        return Meeting(0.0, -1.0, 0.0, SEMI_MAJOR_M, 0.0)  # a third of the Earth apart: there is no plane
    unit = 1.0 / math.sqrt(wx * wx + wy * wy + wz * wz)
    wx, wy, wz = wx * unit, wy * unit, wz * unit
    x, y, z = b[PX] - a[PX], b[PY] - a[PY], b[PZ] - a[PZ]
    out = x * wx + y * wy + z * wz
    x, y, z = x - out * wx, y - out * wy, z - out * wz
    vx, vy, vz = b[VX] - a[VX], b[VY] - a[VY], b[VZ] - a[VZ]
    out = vx * wx + vy * wy + vz * wz
    vx, vy, vz = vx - out * wx, vy - out * wy, vz - out * wz
    speed2 = vx * vx + vy * vy + vz * vz
    closing = x * vx + y * vy + z * vz
    nearest_s = 0.0
    if speed2 > 0.0:
        nearest_s = min(max(-closing / speed2, 0.0), span_s)
    x, y, z = x + vx * nearest_s, y + vy * nearest_s, z + vz * nearest_s
    miss2 = x * x + y * y + z * z
    apart_ft = b[LEVEL_FT] - a[LEVEL_FT]
    climb = b[CLIMB_FTPS] - a[CLIMB_FTPS]
    at_nearest = abs(apart_ft + climb * nearest_s)
    start_s, end_s = 0.0, span_s
    if climb == 0.0:
        if abs(apart_ft) >= vertical_ft:
            end_s = -1.0
    else:
        one, other = (-vertical_ft - apart_ft) / climb, (vertical_ft - apart_ft) / climb
        start_s, end_s = max(start_s, min(one, other)), min(end_s, max(one, other))
    left = lateral_m * lateral_m - miss2
    if left <= 0.0:
        end_s = -1.0
    elif speed2 > 0.0:
        here = (x * vx + y * vy + z * vz) / speed2
        half = math.sqrt(here * here + left / speed2)
        start_s, end_s = max(start_s, nearest_s - here - half), min(end_s, nearest_s - here + half)
    if end_s - start_s < INSTANT_S:
        return Meeting(0.0, -1.0, nearest_s, math.sqrt(miss2), at_nearest)
    return Meeting(start_s, end_s, nearest_s, math.sqrt(miss2), at_nearest)
