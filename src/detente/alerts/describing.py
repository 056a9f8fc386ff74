"""How an aircraft is described to the other side: one position, time, level, heading and speed, no more."""

from __future__ import annotations

from detente.airspace.levels import Level
from detente.airspace.shapes import Point
from detente.quantities import MPS_PER_KT
from detente.tracks.position import PositionReport


def place_of(report: PositionReport) -> Point:
    """The reported position to the nearest 1e-7 degree."""
    return Point(lat_e7=round(report.lat_deg * 1e7), lon_e7=round(report.lon_deg * 1e7))


def level_of(report: PositionReport) -> Level | None:
    """The reported pressure altitude in whole feet; None where none was reported, only bounded."""
    if report.level_palt_ft is None or report.level_slack_ft:
        return None
    return Level(datum="palt", value=round(report.level_palt_ft))


def track_of(report: PositionReport) -> int | None:
    """Degrees true, 0 to 359; None where not reported."""
    return None if report.track_deg is None else round(report.track_deg) % 360


def speed_kt_of(report: PositionReport) -> int | None:
    """Ground speed in whole knots; None where not reported."""
    return None if report.ground_speed_mps is None else round(report.ground_speed_mps / MPS_PER_KT)


def name_of(report: PositionReport) -> str:
    """What our own people call it: its call sign, and its address."""
    return f"{report.call_sign} ({report.aircraft})" if report.call_sign else report.aircraft
