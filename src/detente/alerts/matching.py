"""Which own aircraft a peer means: the nearest at that moment, within what a stale position can be wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from detente.airspace.geodesy import destination, distance_m
from detente.airspace.levels import Level
from detente.airspace.shapes import Point
from detente.quantities import METRES_PER_NM, UtcMs
from detente.tracks.position import PositionReport

MATCH_LATERAL_NM = 2.0
"""Half a minute at 240 kt: the age that a sparse feed's last position commonly has."""
MATCH_LEVEL_FT = 1_000
MATCH_AGE_S = 90.0


@dataclass(frozen=True, kw_only=True)
class Match:
    """The own aircraft that is meant, and by how much it misses the place asked about."""

    aircraft: str
    off_nm: float


def match_own(
    reports: Iterable[PositionReport], *, at: Point, at_ms: UtcMs, level: Level | None
) -> Match | None:
    """The own aircraft nearest to a place, level and moment; None where none is near enough.

    Args:
        reports: the last report of each own aircraft.
        level: pressure altitude where known; an aircraft or a question without one is matched by place.
    """
    best: Match | None = None
    for report in reports:
        age_s = (at_ms - report.time_ms) / 1000.0
        if abs(age_s) > MATCH_AGE_S or not _levels_agree(report, level):
            continue
        lat_deg, lon_deg = moved(report, age_s)
        off_nm = float(distance_m(lat_deg, lon_deg, at.lat_e7 / 1e7, at.lon_e7 / 1e7)) / METRES_PER_NM
        if off_nm <= MATCH_LATERAL_NM and (best is None or off_nm < best.off_nm):
            best = Match(aircraft=report.aircraft, off_nm=off_nm)
    return best


def can_tell(reports: Iterable[PositionReport], *, at_ms: UtcMs) -> bool:
    """Whether any own aircraft was heard near a moment: if not, that none matches says nothing."""
    return any(abs(at_ms - report.time_ms) <= MATCH_AGE_S * 1000 for report in reports)


def moved(report: PositionReport, by_s: float) -> tuple[float, float]:
    """Latitude and longitude after `by_s` seconds of straight flight; where it was, if its speed is unknown."""
    if report.ground_speed_mps is None or report.track_deg is None:
        return report.lat_deg, report.lon_deg
    return destination(
        report.lat_deg,
        report.lon_deg,
        bearing_deg=report.track_deg,
        distance_m=report.ground_speed_mps * by_s,
    )


def _levels_agree(report: PositionReport, asked: Level | None) -> bool:
    if report.level_palt_ft is None or asked is None or asked.datum != "palt":
        return True
    return abs(report.level_palt_ft - asked.value) <= MATCH_LEVEL_FT + report.level_slack_ft
