"""What no aircraft does: between two reports of one address nothing flies faster than this."""

from __future__ import annotations

from detente.airspace.geodesy import distance_m
from detente.tracks.position import PositionReport

SPEED_MAX_MPS = 700.0
"""1,360 kt: above every aircraft that shares a sky with others, below most errors of decoding."""
_METRES_PER_DEGREE_MAX = 111_700.0
"""No degree of latitude or longitude on the ellipsoid is longer; most ways need no geodesic."""
SLACK_M = 2_000.0
"""What times in whole seconds, and a receiver's own clock, can add."""


def is_teleport(first: PositionReport, second: PositionReport) -> bool:
    """Whether the way between two reports of one aircraft is more than their time allows, in either order."""
    time_s = abs(second.time_ms - first.time_ms) / 1000.0
    most_m = SPEED_MAX_MPS * time_s + SLACK_M
    degrees = abs(second.lat_deg - first.lat_deg) + abs(second.lon_deg - first.lon_deg)
    if degrees * _METRES_PER_DEGREE_MAX <= most_m:
        return False
    way_m = distance_m(first.lat_deg, first.lon_deg, second.lat_deg, second.lon_deg)
    return float(way_m) > most_m
