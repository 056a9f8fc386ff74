"""The closest point of approach of two live aircraft, each flown on straight from its last report."""

from __future__ import annotations

import math
from dataclasses import dataclass

from detente.encounters.motion import (
    Meeting,
    Minima,
    Moment,
    State,
    after,
    meeting,
    metres_per_degree,
    middle,
)
from detente.quantities import METRES_PER_FT, UtcMs
from detente.tracks.position import PositionReport


@dataclass(frozen=True, kw_only=True)
class Fix:
    """One aircraft at one moment; `level_palt_ft` at 1013.25 hPa."""

    lat_deg: float
    lon_deg: float
    level_palt_ft: float


@dataclass(frozen=True, kw_only=True)
class Approach:
    """When and where two aircraft are, or will be, under the minima.

    `from_ms` is the first moment under both; misses, the place half-way between the two, and both aircraft's
    own places are those of `closest_ms`.
    """

    from_ms: UtcMs
    closest_ms: UtcMs
    miss_nm: float
    miss_ft: float
    lat_deg: float
    lon_deg: float
    a: Fix
    b: Fix


def predict(
    a: PositionReport,
    b: PositionReport,
    *,
    at_ms: UtcMs,
    lookahead_s: float,
    age_max_s: float,
    minima: Minima,
) -> Approach | None:
    """The first time under both minima from `at_ms` to `lookahead_s` later; None where there is none.

    Without a speed, track or vertical rate an aircraft is taken to keep its place or level; without a level
    nothing is predicted, and nothing from a report as old as `age_max_s`.
    """
    first, second = _flown_on(a, at_ms, age_max_s), _flown_on(b, at_ms, age_max_s)
    if first is None or second is None:
        return None
    found = meeting(first, second, minima=minima, span_s=lookahead_s)
    return None if found is None else approach_of(found, found.closest, at_ms)


def approach_of(found: Meeting, moment: Moment, at_ms: float) -> Approach:
    """A meeting and one of its moments, with times in UTC; `at_ms` is when its seconds begin."""
    lat_deg, lon_deg = middle(moment.a, moment.b)
    return Approach(
        from_ms=UtcMs(round(at_ms + found.start_s * 1000.0)),
        closest_ms=UtcMs(round(at_ms + moment.at_s * 1000.0)),
        miss_nm=moment.miss_nm,
        miss_ft=moment.miss_ft,
        lat_deg=lat_deg,
        lon_deg=lon_deg,
        a=_fix(moment.a),
        b=_fix(moment.b),
    )


def _fix(state: State) -> Fix:
    return Fix(lat_deg=state.lat_deg, lon_deg=state.lon_deg, level_palt_ft=state.level_palt_ft)


def _flown_on(report: PositionReport, at_ms: UtcMs, age_max_s: float) -> State | None:
    age_s = (at_ms - report.time_ms) / 1000.0
    if report.level_palt_ft is None or age_s >= age_max_s:
        return None
    north_m, east_m = metres_per_degree(min(max(report.lat_deg, -89.9), 89.9))
    speed_mps, track = 0.0, 0.0
    if report.ground_speed_mps is not None and report.track_deg is not None:
        speed_mps, track = report.ground_speed_mps, math.radians(report.track_deg)
    reported = State(
        lat_deg=report.lat_deg,
        lon_deg=report.lon_deg,
        level_palt_ft=report.level_palt_ft,
        lat_rate=speed_mps * math.cos(track) / north_m,
        lon_rate=speed_mps * math.sin(track) / east_m,
        level_rate=(report.vertical_rate_mps or 0.0) / METRES_PER_FT,
    )
    return after(reported, age_s)
