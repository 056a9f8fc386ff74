"""Compact position reporting: where an aircraft is, of two Mode S messages, or of one near a known place.

Source: ICAO Doc 9871, 2nd edition, C.2.6 (airborne and surface; NL of C.2.6.2 d); J. Sun, "The 1090 Megahertz
Riddle", 2nd edition, chapters 5 and 6. Latitude and longitude come as 17 bits each: fractions of a zone, whose
number is not sent.
"""

from __future__ import annotations

import math
from bisect import bisect_right

_UNIT = 131_072.0
_AIRBORNE_DEG, _SURFACE_DEG = 360.0, 90.0


def _transitions() -> list[float]:
    """Latitudes at which the number of longitude zones falls, from the equator up."""
    cosine = 1.0 - math.cos(math.pi / 30.0)
    return [
        math.degrees(math.acos(math.sqrt(cosine / (1.0 - math.cos(2.0 * math.pi / zones)))))
        for zones in range(59, 1, -1)
    ]


_TRANSITIONS_DEG = _transitions()


def zones_at(lat_deg: float) -> int:
    """NL: how many longitude zones there are at a latitude, 59 at the equator to 1 near the poles."""
    return 59 - bisect_right(_TRANSITIONS_DEG, abs(lat_deg))


def airborne_of_pair(
    even: tuple[int, int], odd: tuple[int, int], *, is_odd_newer: bool
) -> tuple[float, float] | None:
    """Latitude and longitude of the newer of two messages that came within 10 s; None where they straddle zones."""
    even_lat, even_lon = even[0] / _UNIT, even[1] / _UNIT
    odd_lat, odd_lon = odd[0] / _UNIT, odd[1] / _UNIT
    index = math.floor(59.0 * even_lat - 60.0 * odd_lat + 0.5)
    lat_even = 6.0 * (index % 60 + even_lat)
    lat_odd = (360.0 / 59.0) * (index % 59 + odd_lat)
    if lat_even >= 270.0:
        lat_even -= 360.0
    if lat_odd >= 270.0:
        lat_odd -= 360.0
    if not (-90.0 <= lat_even <= 90.0 and -90.0 <= lat_odd <= 90.0):
        return None
    zones = zones_at(lat_even)
    if zones != zones_at(lat_odd):
        return None
    number = math.floor(even_lon * (zones - 1) - odd_lon * zones + 0.5)
    if is_odd_newer:
        count = max(zones - 1, 1)
        lat_deg, lon_deg = lat_odd, (360.0 / count) * (number % count + odd_lon)
    else:
        count = max(zones, 1)
        lat_deg, lon_deg = lat_even, (360.0 / count) * (number % count + even_lon)
    return lat_deg, lon_deg - 360.0 if lon_deg >= 180.0 else lon_deg


def near(
    fractions: tuple[int, int], reference: tuple[float, float], *, is_odd: bool, is_surface: bool
) -> tuple[float, float] | None:
    """The place nearest to a reference: right within 180 NM of it in the air, within 45 NM on the surface."""
    whole_deg = _SURFACE_DEG if is_surface else _AIRBORNE_DEG
    lat_part, lon_part = fractions[0] / _UNIT, fractions[1] / _UNIT
    lat_zone_deg = whole_deg / (59.0 if is_odd else 60.0)
    index = math.floor(0.5 + reference[0] / lat_zone_deg - lat_part)
    lat_deg = lat_zone_deg * (index + lat_part)
    if not -90.0 <= lat_deg <= 90.0:
        return None
    lon_zone_deg = whole_deg / max(zones_at(lat_deg) - is_odd, 1)
    number = math.floor(0.5 + reference[1] / lon_zone_deg - lon_part)
    lon_deg = lon_zone_deg * (number + lon_part)
    return lat_deg, (lon_deg + 180.0) % 360.0 - 180.0
