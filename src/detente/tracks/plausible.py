"""What no aircraft does: between two reports of one address nothing flies faster than this."""

from __future__ import annotations

from detente.airspace.geodesy import distance_m
from detente.tracks.position import PositionReport

SPEED_MAX_MPS = 700.0
"""1,360 kt: above every aircraft that shares a sky with others, below most errors of decoding."""
SLACK_M = 2_000.0
"""What times in whole seconds, and a receiver's own clock, can add."""


def is_teleport(first: PositionReport, second: PositionReport) -> bool:
    """Whether the way between two reports of one aircraft is more than their time allows, in either order."""
    time_s = abs(second.time_ms - first.time_ms) / 1000.0
    way_m = distance_m(first.lat_deg, first.lon_deg, second.lat_deg, second.lon_deg)
    return float(way_m) > SPEED_MAX_MPS * time_s + SLACK_M
