"""Fire traffic of September 2020 as the business of two agencies: whose an aircraft is, and what was announced.

The rules, all of them ours. *Agency*: by the first call sign an aircraft reports; a registration (N and a
digit) flies for COAST, a tactical call sign (T72, AA410, C305 ...) for SIERRA. *Class*: T is a tanker, A or AA
air attack, C a helicopter, FFS a lead plane, a registration a tanker. *Notices*: for each agency, class and UTC
day, where its own aircraft flew that day, and nothing of the other side's; split where nobody flew for 90
minutes and where the outline would be wider than 25 NM; drawn 2 NM outside the flown positions, levels to
the next 1,000 ft outwards, times to the next half hour outwards; sent three hours before the day's first start.
That the flown day stands in for the planned one is hindsight, and the summary says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from detente.airspace.levels import Level
from detente.airspace.shapes import Point, Polygon
from detente.airspace.volumes import Volume
from detente.encounters.motion import metres_per_degree
from detente.memorandum.model import Memorandum
from detente.notices.conformance import Plan, PlanPoint
from detente.notices.notice import Notice
from detente.quantities import METRES_PER_NM, UtcMs
from detente.tracks.position import PositionReport

TEMPLATE = "fires-2020"
PARTIES = ("SIERRA", "COAST")
PATH_ID = "data-1"

_DAY_MS = 86_400_000
_HALF_HOUR_MS = 1_800_000
_ISSUED_AHEAD_MS = 3 * 3_600_000
_IDLE_MS = 90 * 60_000
_RADIUS_MAX_M = 25.0 * METRES_PER_NM
_MARGIN_M = 2.0 * METRES_PER_NM
_SIMPLER_BY_M = 0.5 * METRES_PER_NM
_EDGE_OF_AREA_DEG = 0.15
_LEVEL_STEP_FT = 1000
_REGISTRATION = re.compile(r"N[0-9]")
_CLASS_OF = {"T": "tanker", "A": "air_attack", "C": "helicopter", "F": "lead"}


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A notice as its dispatcher would have sent it, with the private plans that must lie inside it."""

    party: str
    issue_ms: UtcMs
    notice: Notice
    plans: tuple[Plan, ...]


def agencies(reports: Iterable[PositionReport]) -> Mapping[str, str]:
    """The party of each aircraft, by its first call sign that says anything."""
    found: dict[str, str] = {}
    for report in reports:
        if report.call_sign or report.aircraft not in found:
            found.setdefault(report.aircraft, _agency_of(report.call_sign))
    return found


def dispatch(
    reports: Sequence[PositionReport], *, party: str, memorandum: Memorandum
) -> tuple[Drawn, ...]:
    """What one agency sends in the whole recording, from its own aircraft's reports alone, by issue time."""
    days: dict[int, dict[str, list[PositionReport]]] = {}
    classes: dict[str, str] = {}
    for report in reports:
        aircraft_class = classes.setdefault(report.aircraft, _class_of(report.call_sign))
        if report.level_palt_ft is not None and _is_well_inside(report, memorandum):
            days.setdefault(report.time_ms // _DAY_MS, {}).setdefault(aircraft_class, []).append(report)
    drawn: list[Drawn] = []
    for of_day in days.values():
        volumes = [
            (aircraft_class, piece, _volume_around(piece))
            for aircraft_class, flown in of_day.items()
            for piece in _pieces(flown)
        ]
        first_ms = min(volume.start_ms for _, _, volume in volumes)
        drawn += [
            Drawn(
                party=party,
                issue_ms=UtcMs(first_ms - _ISSUED_AHEAD_MS),
                notice=_notice(aircraft_class, piece, volume),
                plans=_plans(piece),
            )
            for aircraft_class, piece, volume in volumes
        ]
    return tuple(sorted(drawn, key=lambda one: (one.issue_ms, one.notice.volumes[0].start_ms)))


def _agency_of(call_sign: str) -> str:
    return "COAST" if _REGISTRATION.match(call_sign) else "SIERRA"


def _class_of(call_sign: str) -> str:
    return "tanker" if _REGISTRATION.match(call_sign) else _CLASS_OF.get(call_sign[:1], "tanker")


def _is_well_inside(report: PositionReport, memorandum: Memorandum) -> bool:
    """The area of this memorandum is a box; what lies at its edge or outside is not this agreement's."""
    lats = [float(point.lat) for point in memorandum.area.polygon]
    lons = [float(point.lon) for point in memorandum.area.polygon]
    edge = _EDGE_OF_AREA_DEG
    return min(lats) + edge < report.lat_deg < max(lats) - edge and min(
        lons
    ) + edge < report.lon_deg < max(lons) - edge


def _pieces(flown: Sequence[PositionReport]) -> Iterator[Sequence[PositionReport]]:
    """Split at the longest pause, then across the longer side, until each piece can be one outline."""
    flown = sorted(flown, key=lambda report: report.time_ms)
    pauses = [later.time_ms - sooner.time_ms for sooner, later in zip(flown, flown[1:], strict=False)]
    if pauses and max(pauses) > _IDLE_MS:
        cut = pauses.index(max(pauses)) + 1
        yield from _pieces(flown[:cut])
        yield from _pieces(flown[cut:])
        return
    places_m, _ = _on_plane(flown)
    if shapely.minimum_bounding_radius(shapely.MultiPoint(places_m)) <= _RADIUS_MAX_M:
        yield flown
        return
    axis = int(np.argmax(np.ptp(places_m, axis=0)))
    middle = (places_m[:, axis].min() + places_m[:, axis].max()) / 2.0
    below = places_m[:, axis] <= middle
    yield from _pieces([report for report, is_below in zip(flown, below, strict=True) if is_below])
    yield from _pieces([report for report, is_below in zip(flown, below, strict=True) if not is_below])


def _on_plane(flown: Sequence[PositionReport]) -> tuple[NDArray[np.float64], tuple[float, float, float, float]]:
    """Metres east and north of the first report, shape (n, 2), and what undoes it."""
    origin = flown[0]
    north_m, east_m = metres_per_degree(origin.lat_deg)
    places_m = np.array(
        [
            ((report.lon_deg - origin.lon_deg) * east_m, (report.lat_deg - origin.lat_deg) * north_m)
            for report in flown
        ]
    )
    return places_m, (origin.lat_deg, origin.lon_deg, north_m, east_m)


def _volume_around(piece: Sequence[PositionReport]) -> Volume:
    places_m, (lat_deg, lon_deg, north_m, east_m) = _on_plane(piece)
    hull = shapely.convex_hull(shapely.MultiPoint(places_m))
    simpler = shapely.simplify(hull, _SIMPLER_BY_M)
    outline = shapely.buffer(simpler, _MARGIN_M + 2.0 * _SIMPLER_BY_M, quad_segs=2)
    levels = [report.level_palt_ft for report in piece if report.level_palt_ft is not None]
    floor = int(min(levels) // _LEVEL_STEP_FT) * _LEVEL_STEP_FT
    ceiling = -int(-max(levels) // _LEVEL_STEP_FT) * _LEVEL_STEP_FT
    return Volume(
        shape=Polygon(
            points=tuple(
                Point(
                    lat_e7=round((lat_deg + y / north_m) * 1e7), lon_e7=round((lon_deg + x / east_m) * 1e7)
                )
                for x, y in shapely.get_coordinates(outline)[:-1]
            )
        ),
        floor=Level(datum="palt", value=floor),
        ceiling=Level(datum="palt", value=max(ceiling, floor + _LEVEL_STEP_FT)),
        start_ms=piece[0].time_ms // _HALF_HOUR_MS * _HALF_HOUR_MS,
        end_ms=(piece[-1].time_ms // _HALF_HOUR_MS + 1) * _HALF_HOUR_MS,
    )


def _notice(aircraft_class: str, piece: Sequence[PositionReport], volume: Volume) -> Notice:
    count = len({report.aircraft for report in piece})
    return Notice(
        kind="routine",
        volumes=(volume,),
        class_=aircraft_class,
        count_band="1" if count == 1 else "2-4" if count < 5 else "5-12",
        transponder="on",
        frequency_monitored_khz=(),
        hazard_kind=None,
        movement="within",
    )


def _plans(piece: Sequence[PositionReport]) -> tuple[Plan, ...]:
    flights: dict[str, list[PlanPoint]] = {}
    for report in piece:
        assert report.level_palt_ft is not None, "pieces hold reports with a level"
        flights.setdefault(report.aircraft, []).append(
            PlanPoint(
                lat_e7=round(report.lat_deg * 1e7),
                lon_e7=round(report.lon_deg * 1e7),
                time_ms=report.time_ms,
                level=round(report.level_palt_ft),
            )
        )
    return tuple(Plan(datum="palt", points=tuple(points)) for points in flights.values())
