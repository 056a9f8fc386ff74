"""How one aircraft moves, as an estimate between and after its reports, and how wrong that can be.

An alpha-beta filter on a plane at the aircraft: the new place lies between the predicted and the reported one,
never outside, so nothing overshoots. A reported velocity is taken as it is; only where none is reported is it
estimated. A report outside the gate starts the estimate anew at the report: a real turn is followed at once,
not averaged into a wide one. The gate and the growth of the error with age are one figure, `error_m`.

Source of the gains: T. R. Benedict and G. W. Bordner, "Synthesis of an optimal set of radar track-while-scan
smoothing equations", IRE Trans. AC-7 (1962): beta = alpha² / (2 - alpha).
"""

from __future__ import annotations

import math

from detente.quantities import METRES_PER_FT
from detente.tracks.position import PositionReport

METRES_PER_DEGREE = 111_320.0
"""At the equator; a filter's plane need not be a geodesist's."""
ACCURACY_UNKNOWN_M = 200.0
"""What a source that states nothing is given: the 95 % of NACp 7."""
TURN_MPS2 = 9.8
"""A bank of 45 degrees: aircraft over fires fly it, and airliners must not."""
SPEED_ERROR_MPS = 3.0
LEVEL_ERROR_FT = 75.0
"""Quantised to 25 or 100 ft, and the tolerance of an encoder."""
CLIMB_CHANGE_FTPS2 = 4.0
CLIMB_MOST_FTPS = 100.0
SETTLE_S = 2.0
"""The interval at which prediction and report weigh alike; after a longer one the report weighs more."""
ALPHA_LEAST = 0.5
LEVELS_GAP_S = 60.0
LEVEL_KEPT_S = 300.0
"""A level that was not repeated for as long says nothing any more."""


class Motion:
    """One aircraft's estimate. Times in milliseconds UTC, velocities in m/s north and east."""

    __slots__ = (
        "accuracy_m",
        "climb_ftps",
        "east_mps",
        "has_velocity",
        "lat_deg",
        "level_ft",
        "level_ms",
        "lon_deg",
        "north_mps",
        "restarts",
        "time_ms",
    )

    def __init__(self, report: PositionReport) -> None:
        self.restarts = 0
        self.level_ft: float | None = None
        self.level_ms = 0
        self.climb_ftps = 0.0
        self._start(report, 0.0, 0.0, has_velocity=False)
        self._take_level(report)

    def _start(
        self, report: PositionReport, north_mps: float, east_mps: float, *, has_velocity: bool
    ) -> None:
        self.time_ms: int = report.time_ms
        self.lat_deg = report.lat_deg
        self.lon_deg = report.lon_deg
        self.accuracy_m = ACCURACY_UNKNOWN_M if report.accuracy_m is None else report.accuracy_m
        if report.ground_speed_mps is not None and report.track_deg is not None:
            course = math.radians(report.track_deg)
            north_mps = report.ground_speed_mps * math.cos(course)
            east_mps = report.ground_speed_mps * math.sin(course)
            has_velocity = True
        self.north_mps, self.east_mps, self.has_velocity = north_mps, east_mps, has_velocity

    def restart(self, report: PositionReport) -> None:
        """Begin anew: what was before says nothing of now."""
        self.restarts += 1
        self._start(report, 0.0, 0.0, has_velocity=False)
        self._take_level(report)

    def offset_m(self, report: PositionReport) -> tuple[float, float]:
        """Where a report lies from where the aircraft is expected at its time, metres north and east."""
        span_s = (report.time_ms - self.time_ms) / 1000.0
        east_scale = METRES_PER_DEGREE * max(0.01, math.cos(math.radians(report.lat_deg)))
        lon_off = (report.lon_deg - self.lon_deg + 180.0) % 360.0 - 180.0
        return (
            (report.lat_deg - self.lat_deg) * METRES_PER_DEGREE - self.north_mps * span_s,
            lon_off * east_scale - self.east_mps * span_s,
        )

    def error_m(self, at_ms: int) -> float:
        """The radius that holds the true place at a time in 95 of 100 cases.

        It grows with age by an error of speed and by a turn, and never faster than the aircraft can leave its
        predicted place: twice its speed.
        """
        age_s = abs(at_ms - self.time_ms) / 1000.0
        speed_mps = math.hypot(self.north_mps, self.east_mps)
        grown_m = SPEED_ERROR_MPS * age_s + 0.5 * TURN_MPS2 * age_s * age_s
        if self.has_velocity:
            grown_m = min(grown_m, (2.0 * speed_mps + SPEED_ERROR_MPS) * age_s)
        return self.accuracy_m + grown_m

    def update(self, report: PositionReport) -> None:
        """Take the next report of the aircraft, later than the one before."""
        span_s = (report.time_ms - self.time_ms) / 1000.0
        north_m, east_m = self.offset_m(report)
        accuracy_m = ACCURACY_UNKNOWN_M if report.accuracy_m is None else report.accuracy_m
        off_m = math.hypot(north_m, east_m)
        if not self.has_velocity:
            # The second report gives the first velocity, whole.
            self._start(report, north_m / span_s, east_m / span_s, has_velocity=True)
        elif off_m > self.error_m(report.time_ms) + accuracy_m:
            self.restarts += 1
            self._start(
                report,
                self.north_mps + north_m / span_s,
                self.east_mps + east_m / span_s,
                has_velocity=True,
            )
        else:
            alpha = max(ALPHA_LEAST, span_s / (span_s + SETTLE_S))
            beta = alpha * alpha / (2.0 - alpha)
            kept = 1.0 - alpha
            lat_deg = report.lat_deg - kept * north_m / METRES_PER_DEGREE
            east_scale = METRES_PER_DEGREE * max(0.01, math.cos(math.radians(report.lat_deg)))
            lon_deg = report.lon_deg - kept * east_m / east_scale
            north_mps = self.north_mps + beta * north_m / span_s
            east_mps = self.east_mps + beta * east_m / span_s
            self._start(report, north_mps, east_mps, has_velocity=True)
            self.lat_deg = min(90.0, max(-90.0, lat_deg))
            self.lon_deg = lon_deg if -180.0 <= lon_deg <= 180.0 else (lon_deg + 180.0) % 360.0 - 180.0
        self._take_level(report)

    def _take_level(self, report: PositionReport) -> None:
        """Levels are steps of 25 or 100 ft: kept as reported; their rate is estimated where none is given."""
        level_ft = report.level_palt_ft
        if report.is_on_ground:
            self.level_ft = None
            return
        if level_ft is None:
            return
        if report.vertical_rate_mps is not None:
            self.climb_ftps = report.vertical_rate_mps / METRES_PER_FT
        elif self.level_ft is not None and 0 < report.time_ms - self.level_ms <= LEVELS_GAP_S * 1000.0:
            span_s = (report.time_ms - self.level_ms) / 1000.0
            weight = span_s / (span_s + 4.0 * SETTLE_S)
            rate = max(-CLIMB_MOST_FTPS, min(CLIMB_MOST_FTPS, (level_ft - self.level_ft) / span_s))
            self.climb_ftps += weight * (rate - self.climb_ftps)
        else:
            self.climb_ftps = 0.0
        self.level_ft, self.level_ms = level_ft, report.time_ms

    def place_at(self, at_ms: int) -> tuple[float, float]:
        """Latitude and longitude, flown on straight."""
        span_s = (at_ms - self.time_ms) / 1000.0
        east_scale = METRES_PER_DEGREE * max(0.01, math.cos(math.radians(self.lat_deg)))
        lat_deg = self.lat_deg + self.north_mps * span_s / METRES_PER_DEGREE
        lon_deg = self.lon_deg + self.east_mps * span_s / east_scale
        return min(90.0, max(-90.0, lat_deg)), (lon_deg + 180.0) % 360.0 - 180.0

    def level_at(self, at_ms: int) -> tuple[float, float] | None:
        """Pressure altitude and its error, feet, flown on at the last rate; None where none was reported lately."""
        age_s = abs(at_ms - self.level_ms) / 1000.0
        if self.level_ft is None or age_s > LEVEL_KEPT_S:
            return None
        grown_ft = min(0.5 * CLIMB_CHANGE_FTPS2 * age_s * age_s, CLIMB_MOST_FTPS * age_s)
        return self.level_ft + self.climb_ftps * (at_ms - self.level_ms) / 1000.0, LEVEL_ERROR_FT + grown_ft

    @property
    def speed_mps(self) -> float:
        """Over ground."""
        return math.hypot(self.north_mps, self.east_mps)

    @property
    def course_deg(self) -> float:
        """Degrees true, 0 to 360."""
        return math.degrees(math.atan2(self.east_mps, self.north_mps)) % 360.0
