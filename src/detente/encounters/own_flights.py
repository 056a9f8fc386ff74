"""Own aircraft about to do what was not announced: to cross a boundary, or to leave the notice they flew under.

The rules, for each report of an own aircraft:

1. Flown on straight, it crosses a boundary of its party within the boundary's `warn_own_s`, or is beyond it: a
   warning, unless the rule is `notice` and an own notice of the kind `crossing` holds the place at that time.
2. It was inside an own notice in force, is now inside none, and that notice has not ended: a warning.
3. A warning is given once, and is over when its reason was not there for `clear_after_s`.

Who was inside no notice is not warned: which flights need one is the party's own affair. Without a pressure
altitude nothing is said of notices, without speed and track nothing of boundaries ahead. This is advice to the own
watch alone; nothing of it leaves the node.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import shapely

from detente.airspace.geodesy import destination
from detente.airspace.inside import TOLERANCE_M, outside_m
from detente.airspace.outline import Outline, outline_of
from detente.airspace.plane import onto_plane_m
from detente.airspace.shapes import DEGREES_E7, Circle, Corridor, MovingBlock, Point
from detente.airspace.sides import side_of
from detente.memorandum.model import Boundary, Memorandum
from detente.notices.conformance import Conforms, Outside, Plan, PlanPoint, conformance
from detente.notices.ground import point_of
from detente.notices.notice import Notice
from detente.quantities import PartyId, UtcMs
from detente.tracks.position import PositionReport

LOOK_MS = 5_000
"""How often an aircraft that flies under no notice is looked for in all of them."""

_REACH_M = 2_000_000.0
"""A boundary farther from an aircraft than this, as the plane sees it, is not ahead of it."""


@dataclass(frozen=True, kw_only=True)
class Warned:
    """An own aircraft to be told something.

    `what` names the boundary or, by the caller's name, the notice; `due_ms` is when it crosses or left; `reason` says
    it in words, without any position.
    """

    aircraft: str
    kind: Literal["boundary_ahead", "boundary_crossed", "left_notice"]
    what: str
    due_ms: UtcMs
    reason: str
    report: PositionReport


@dataclass(frozen=True, kw_only=True)
class Eased:
    """The reason of a warning was not there for as long as agreed."""

    aircraft: str
    kind: Literal["boundary", "left_notice"]
    what: str


OwnFinding: TypeAlias = Warned | Eased
_Key: TypeAlias = tuple[str, Literal["boundary", "left_notice"], str]


class OwnFlights:
    """Watches the own aircraft of one party; give it their reports in the order of their times."""

    def __init__(self, *, party: PartyId, memorandum: Memorandum) -> None:
        self._party = party
        self._memorandum = memorandum
        self._clear_ms = memorandum.tracks.clear_after_s * 1000
        self._lines = [
            (line, outline_of(Corridor(points=tuple(map(point_of, line.line)), half_width_cm=0)))
            for line in memorandum.boundary
            if party in (line.left, line.right)
        ]
        self._under: dict[str, str] = {}
        """By aircraft, the notice that it flies under."""
        self._looked_ms: dict[str, int] = {}
        self._last_true_ms: dict[_Key, int] = {}
        """By warning that was given, when its reason was last there."""

    def see(self, report: PositionReport, own: Iterable[tuple[str, Notice]]) -> tuple[OwnFinding, ...]:
        """What one report shows; `own` are the own notices in force by name."""
        notices = dict(own)
        found: list[OwnFinding] = []
        for warned in (*self._boundaries(report, notices), *self._left(report, notices)):
            key: _Key = (
                warned.aircraft,
                "left_notice" if warned.kind == "left_notice" else "boundary",
                warned.what,
            )
            if key not in self._last_true_ms:
                found.append(warned)
            self._last_true_ms[key] = report.time_ms
        return (*found, *self.flush(report.time_ms))

    def flush(self, now_ms: UtcMs) -> tuple[Eased, ...]:
        """Let time pass: what is over."""
        over = [key for key, at_ms in self._last_true_ms.items() if now_ms - at_ms > self._clear_ms]
        for key in over:
            del self._last_true_ms[key]
        return tuple(Eased(aircraft=aircraft, kind=kind, what=what) for aircraft, kind, what in over)

    def _boundaries(self, report: PositionReport, notices: dict[str, Notice]) -> Iterator[Warned]:
        for line, path in self._lines:
            crossed = self._crossing(report, line, path)
            if crossed is None:
                continue
            after_s, at = crossed
            due_ms = UtcMs(report.time_ms + round(after_s * 1000.0))
            if line.crossing == "notice" and _is_announced(at, due_ms, notices.values()):
                continue
            is_ahead = after_s > 0.0
            then = (
                "needs a notice"
                if line.crossing == "notice"
                else "needs a call"
                if line.crossing == "call"
                else "is never allowed"
            )
            yield Warned(
                aircraft=report.aircraft,
                kind="boundary_ahead" if is_ahead else "boundary_crossed",
                what=line.id,
                due_ms=due_ms,
                reason=(
                    f"crosses the boundary {line.id} in {after_s:.0f} s; crossing {then}"
                    if is_ahead
                    else f"is beyond the boundary {line.id}; crossing {then}"
                ),
                report=report,
            )

    def _crossing(self, report: PositionReport, line: Boundary, path: Outline) -> tuple[float, Point] | None:
        """After how many seconds, and where, it crosses the line straight ahead; now, if it is beyond it."""
        here = _point(report.lat_deg, report.lon_deg)
        around = outline_of(Circle(centre=here, radius_cm=0))
        mine = "left" if line.left == self._party else "right"
        if side_of(around, path) != mine:
            return 0.0, here
        if not report.ground_speed_mps or report.track_deg is None:
            return None
        vertices = onto_plane_m(path.lat_deg, path.lon_deg, around=around)
        if float(np.abs(vertices).min()) > _REACH_M:
            return None
        way_m = report.ground_speed_mps * line.warn_own_s
        track = np.radians(report.track_deg)
        ahead = shapely.LineString([(0.0, 0.0), (way_m * np.sin(track), way_m * np.cos(track))])
        met = shapely.intersection(ahead, shapely.LineString(vertices))
        if met.is_empty:
            return None
        off_m = float(shapely.distance(shapely.Point(0.0, 0.0), met))
        lat, lon = destination(report.lat_deg, report.lon_deg, bearing_deg=report.track_deg, distance_m=off_m)
        return max(off_m / report.ground_speed_mps, 0.1), _point(float(lat), float(lon))

    def _left(self, report: PositionReport, notices: dict[str, Notice]) -> Iterator[Warned]:
        aircraft, was = report.aircraft, self._under.get(report.aircraft)
        if report.level_palt_ft is None:
            return
        verdict = None
        if was is not None and was in notices:
            verdict = self._fits(report, notices[was])
            if isinstance(verdict, Conforms):
                return
        if was is None and report.time_ms - self._looked_ms.get(aircraft, 0) < LOOK_MS:
            return
        self._looked_ms[aircraft] = report.time_ms
        for name, notice in notices.items():
            if (
                name != was
                and any(one.start_ms <= report.time_ms <= one.end_ms for one in notice.volumes)
                and isinstance(self._fits(report, notice), Conforms)
            ):
                self._under[aircraft] = name
                return
        if was is None:
            return
        if not isinstance(verdict, Outside) or not _is_in_force(notices[was], report.time_ms):
            del self._under[aircraft]
            return
        yield Warned(
            aircraft=aircraft,
            kind="left_notice",
            what=was,
            due_ms=report.time_ms,
            reason=f"is outside the notice {was} that it flew under, by {_by(verdict)}",
            report=report,
        )

    def _fits(self, report: PositionReport, notice: Notice) -> Conforms | Outside:
        here = _point(report.lat_deg, report.lon_deg)
        assert report.level_palt_ft is not None, "asked of reports with a level alone"
        point = PlanPoint(
            lat_e7=here.lat_e7,
            lon_e7=here.lon_e7,
            time_ms=report.time_ms,
            level=round(report.level_palt_ft),
        )
        return conformance(Plan(datum="palt", points=(point,)), notice, self._memorandum)


def _by(verdict: Outside) -> str:
    return verdict.message.removeprefix("plan ").removesuffix(" outside")


def _point(lat_deg: float, lon_deg: float) -> Point:
    return Point(lat_e7=round(lat_deg * DEGREES_E7), lon_e7=round(lon_deg * DEGREES_E7))


def _is_in_force(notice: Notice, at_ms: int) -> bool:
    """Between two volumes of one notice it is in force too: who flies on in the gap has left it."""
    starts, ends = zip(*((volume.start_ms, volume.end_ms) for volume in notice.volumes), strict=True)
    return bool(min(starts) <= at_ms <= max(ends))


def _is_announced(at: Point, at_ms: int, notices: Iterable[Notice]) -> bool:
    """Whether a notice of the kind `crossing` holds a place at a time; a block that moves is not asked about."""
    lat_deg, lon_deg = np.array([at.lat_e7 / DEGREES_E7]), np.array([at.lon_e7 / DEGREES_E7])
    return any(
        volume.start_ms <= at_ms <= volume.end_ms
        and not isinstance(volume.shape, MovingBlock)
        and float(outside_m(volume.shape, lat_deg, lon_deg)[0]) <= TOLERANCE_M
        for notice in notices
        if notice.kind == "crossing"
        for volume in notice.volumes
    )
