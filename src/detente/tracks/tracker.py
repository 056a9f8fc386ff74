"""One track for each aircraft, of all feeds: what cannot be true is rejected by reason, the rest is joined and aged.

What `see` asks of a report, in this order:

1. It is not from the future (`future_time`), nor older than anything still followed (`too_old`).
2. It is later than the last of its aircraft (`out_of_order`), and not the same one again (`duplicate`).
3. It does not stand still while claiming flight (`stale_position`): a feed can be fresh and its content old.
4. Another source's report, while the own one speaks, is a copy (`duplicate`) or contradicts it (`disputed`): then it
   is followed beside it, under the aircraft's name with `?` and the source's.
5. Its aircraft can have flown there (`teleport`), unless the next report bears the leap out.
6. There is room (`no_room`): a flood of invented addresses pushes out neither what is followed nor what is own.

Time is an argument; the same reports at the same times give the same tracks. Raw reports are kept beside the
estimate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from detente.quantities import METRES_PER_FT, MPS_PER_KT, UtcMs
from detente.tracks.motion import METRES_PER_DEGREE, Motion
from detente.tracks.plausible import SLACK_M, SPEED_MAX_MPS, is_teleport
from detente.tracks.position import PositionReport
from detente.tracks.reading import name_of
from detente.tracks.whose import Ownership, Whose

Reason: TypeAlias = Literal[
    "future_time",
    "too_old",
    "out_of_order",
    "duplicate",
    "stale_position",
    "disputed",
    "teleport",
    "no_room",
]
State: TypeAlias = Literal["live", "coasting", "lost"]

FUTURE_MS: Final = 2_000
"""Clocks of receivers differ by less, or somebody should hear of it."""
SOURCE_KEPT_MS: Final = 3_000
"""For as long after its last report a track's own source is believed alone."""
SAME_MS: Final = 1_000
STILL_M: Final = 30.0
FLYING_MPS: Final = 50.0 * MPS_PER_KT
LIVE_S: Final = 12.0
"""A radar turns in as long; older than this a track is flown on (`coasting`)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """How long tracks last, and how many there may be.

    Args:
        coast_s: after as long without a report an aircraft is lost (the memorandum's `coast_s`).
        forget_s: after as long it is no track any more; its call sign is still remembered.
        tracks_max: aircraft confirmed by a second report.
        new_max: aircraft heard once; of these the oldest give way after `new_s`.
    """

    coast_s: float = 60.0
    forget_s: float = 600.0
    tracks_max: int = 20_000
    new_max: int = 5_000
    new_s: float = 10.0
    call_signs_max: int = 50_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Track:
    """An aircraft at one moment: its last report as it came, and the estimate flown on from it.

    `error_m` and `level_error_ft` hold the truth in 95 of 100 cases. `level_palt_ft` is None where no pressure
    altitude was ever reported; `height_hae_m` is the last reported one, and is not flown on.
    """

    aircraft: str
    call_sign: str
    whose: Whose
    state: State
    at_ms: UtcMs
    age_s: float
    last: PositionReport
    lat_deg: float
    lon_deg: float
    error_m: float
    level_palt_ft: float | None
    level_error_ft: float | None
    height_hae_m: float | None
    ground_speed_mps: float | None
    track_deg: float | None
    vertical_rate_mps: float | None
    reports: int
    is_disputed: bool


class _Held:
    """What is kept of one aircraft."""

    __slots__ = ("disputed_ms", "doubt", "last", "motion", "reports")

    def __init__(self, report: PositionReport) -> None:
        self.last = report
        self.motion = Motion(report)
        self.doubt: PositionReport | None = None
        self.disputed_ms: int | None = None
        self.reports = 1


class Tracker:
    """All tracks of one node."""

    def __init__(self, *, rules: Rules, ownership: Ownership | None = None) -> None:
        self.rejected: Counter[str] = Counter()
        self.evicted = 0
        self.accepted = 0
        self.jumps = 0
        self.disputed = 0
        self.ownership = ownership or Ownership()
        self._rules = rules
        self._new: dict[str, _Held] = {}
        self._held: dict[str, _Held] = {}
        self._call_signs: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._held) + len(self._new)

    def see(self, report: PositionReport, now_ms: UtcMs) -> PositionReport | Reason:
        """Take a report, or say why not.

        Returns: the report, under the name of its track, with the call sign that its aircraft is known by, and with
        an estimated speed and track where none was reported; or the reason against it, which has been counted.
        """
        reason = self._judge(report, now_ms)
        if reason == "disputed" and self.ownership.of(report.aircraft, report.call_sign, now_ms) != "own":
            # Either may be the true one, so both are watched; an own aircraft would only be warned of itself.
            report = replace(report, aircraft=f"{report.aircraft}?{name_of(report.source)}")
            reason = self._judge(report, now_ms)
            self.disputed += reason is None
        if reason is not None:
            self.rejected[reason] += 1
            return reason
        self.accepted += 1
        return self._completed(report)

    def _judge(self, report: PositionReport, now_ms: int) -> Reason | None:
        """Steps 1 to 6; a report that passes has been taken into its track."""
        aircraft = report.aircraft
        if report.time_ms > now_ms + FUTURE_MS:
            return "future_time"
        held = self._held.get(aircraft) or self._new.get(aircraft)
        if held is None:
            return self._begin(report, now_ms)
        last = held.last
        span_ms = report.time_ms - last.time_ms
        if report.lat_deg == last.lat_deg and report.lon_deg == last.lon_deg:
            if -SAME_MS <= span_ms <= SAME_MS:
                return "duplicate"
            speed_mps = report.ground_speed_mps
            if speed_mps is not None and speed_mps > FLYING_MPS and speed_mps * span_ms > STILL_M * 1000.0:
                return "stale_position"
        if span_ms <= 0:
            return "out_of_order"
        if report.source != last.source and span_ms < SOURCE_KEPT_MS:
            north_m, east_m = held.motion.offset_m(report)
            gate_m = held.motion.error_m(report.time_ms) + (report.accuracy_m or 0.0) + STILL_M
            gate_m += held.motion.speed_mps * FUTURE_MS / 1000.0
            if north_m * north_m + east_m * east_m <= gate_m * gate_m:
                return "duplicate"
            held.disputed_ms = report.time_ms
            return "disputed"
        if self._is_far(last, report, span_ms) and is_teleport(last, report):
            if held.doubt is None or is_teleport(held.doubt, report):
                held.doubt = report
                return "teleport"
            self.jumps += 1
            held.motion.restart(report)
        elif span_ms > self._rules.forget_s * 1000.0:
            held.motion.restart(report)
        else:
            held.motion.update(report)
        held.doubt = None
        held.last = report
        held.reports += 1
        self._touch(aircraft, held)
        return None

    @staticmethod
    def _is_far(last: PositionReport, report: PositionReport, span_ms: int) -> bool:
        """Whether the geodesic is worth asking: degrees of latitude and longitude are never longer than this."""
        off_deg = abs(report.lat_deg - last.lat_deg) + abs(report.lon_deg - last.lon_deg)
        return off_deg * METRES_PER_DEGREE * 1.01 > SLACK_M + SPEED_MAX_MPS * span_ms / 1000.0

    def _begin(self, report: PositionReport, now_ms: int) -> Reason | None:
        """A first report: there must be room, or the oldest that was heard only once gives way."""
        if now_ms - report.time_ms > self._rules.forget_s * 1000.0:
            return "too_old"
        is_own = report.aircraft in self.ownership.aircraft
        if len(self._new) >= self._rules.new_max:
            oldest = next(iter(self._new))
            is_young = now_ms - self._new[oldest].last.time_ms < self._rules.new_s * 1000.0
            if is_young and not is_own:
                return "no_room"
            del self._new[oldest]
            self.evicted += 1
        self._new[report.aircraft] = _Held(report)
        return None

    def _touch(self, aircraft: str, held: _Held) -> None:
        """The last heard stands last; a second report makes a track of a new one, where there is room."""
        if self._held.pop(aircraft, None) is None:
            if len(self._held) >= self._rules.tracks_max and not self._make_room(held.last.time_ms):
                if aircraft not in self.ownership.aircraft:
                    # Followed on among the new ones: it is reported, and may give way.
                    self._new[aircraft] = self._new.pop(aircraft)
                    return
                oldest = next(iter(self._held))
                del self._held[oldest]
                self.evicted += 1
            self._new.pop(aircraft, None)
        self._held[aircraft] = held

    def _make_room(self, now_ms: int) -> bool:
        """Drop the one heard longest ago, if it is lost."""
        oldest = next(iter(self._held))
        if now_ms - self._held[oldest].last.time_ms <= self._rules.coast_s * 1000.0:
            return False
        del self._held[oldest]
        self.evicted += 1
        return True

    def _completed(self, report: PositionReport) -> PositionReport:
        """With a remembered call sign, and an estimated motion, where the report has none."""
        aircraft = report.aircraft
        if report.call_sign:
            if self._call_signs.get(aircraft) != report.call_sign:
                self._call_signs.pop(aircraft, None)
                if len(self._call_signs) >= self._rules.call_signs_max:
                    del self._call_signs[next(iter(self._call_signs))]
                self._call_signs[aircraft] = report.call_sign
        elif known := self._call_signs.get(aircraft):
            report = replace(report, call_sign=known)
        if report.ground_speed_mps is None or report.track_deg is None:
            held = self._held.get(aircraft) or self._new.get(aircraft)
            if held is not None and held.motion.has_velocity and not report.is_on_ground:
                motion = held.motion
                report = replace(
                    report,
                    ground_speed_mps=min(motion.speed_mps, SPEED_MAX_MPS),
                    track_deg=motion.course_deg,
                    is_motion_estimated=True,
                )
        return report

    def pass_time(self, now_ms: UtcMs) -> int:
        """Forget what has not been heard for `forget_s`; how many that were."""
        limit_ms = now_ms - self._rules.forget_s * 1000.0
        gone = [
            (tracks, aircraft)
            for tracks in (self._held, self._new)
            for aircraft, held in tracks.items()
            if held.last.time_ms < limit_ms
        ]
        for tracks, aircraft in gone:
            del tracks[aircraft]
        return len(gone)

    def tracks(self, now_ms: UtcMs) -> Iterator[Track]:
        """Every track as it is at a time, the longest unheard first."""
        for held in (*self._held.values(), *self._new.values()):
            yield self._track(held, now_ms)

    def track(self, aircraft: str, now_ms: UtcMs) -> Track | None:
        """One track; None where it is not followed."""
        held = self._held.get(aircraft) or self._new.get(aircraft)
        return None if held is None else self._track(held, now_ms)

    def _track(self, held: _Held, now_ms: UtcMs) -> Track:
        last, motion = held.last, held.motion
        age_s = max(0.0, (now_ms - last.time_ms) / 1000.0)
        state: State = "live" if age_s <= LIVE_S else "coasting" if age_s <= self._rules.coast_s else "lost"
        # Nobody flies on for ever: a lost aircraft stays where it was flown on to last, and its error grows no more.
        until_ms = int(min(now_ms, last.time_ms + self._rules.coast_s * 1000.0))
        lat_deg, lon_deg = motion.place_at(until_ms)
        level = motion.level_at(until_ms)
        call_sign = last.call_sign or self._call_signs.get(last.aircraft, "")
        return Track(
            aircraft=last.aircraft,
            call_sign=call_sign,
            whose=self.ownership.of(last.aircraft, call_sign, now_ms),
            state=state,
            at_ms=now_ms,
            age_s=age_s,
            last=last,
            lat_deg=lat_deg,
            lon_deg=lon_deg,
            error_m=motion.error_m(until_ms),
            level_palt_ft=None if level is None else level[0],
            level_error_ft=None if level is None else level[1],
            height_hae_m=last.height_hae_m,
            ground_speed_mps=motion.speed_mps if motion.has_velocity else None,
            track_deg=motion.course_deg if motion.has_velocity else None,
            vertical_rate_mps=None if level is None else motion.climb_ftps * METRES_PER_FT,
            reports=held.reports,
            is_disputed=held.disputed_ms is not None and now_ms - held.disputed_ms <= 60_000,
        )
