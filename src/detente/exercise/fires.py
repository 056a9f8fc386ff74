"""Fire traffic of September 2020 as the business of two agencies: whose an aircraft is, what they announce.

The rules are ours; no agency flew by them.

- *Agency*: by the last figure of the call sign that an aircraft reports most often; even numbers fly for
  SIERRA (T72, AA410, N426DF), odd ones for COAST (T71, C305, N427DF). So tankers, air attack and
  helicopters of both sides work the same fires.
- *Class*: by the same call sign. T and N420DF to N459DF are tankers, A, AA and N400DF to N419DF air attack,
  C, N480DF to N499DF and the other registrations helicopters, everything else lead planes.
- *Notices*: for each agency, UTC day and class from the agency's own flights of that day alone. Positions
  that chain within 20 NM are one activity, cut across its longer side until each place fits a circle of
  25 NM: a notice. It has a volume for each time between pauses of 90 minutes: twelve sides 2 NM outside
  everything flown, levels outwards to the next 1,000 ft of pressure altitude, times to the next half hour.
- *Sent* three hours before the agency's first start of the day.

That the day as flown stands in for the day as planned is hindsight, and whoever shows it says so.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from detente.airspace.geodesy import Floats
from detente.airspace.levels import Level, parse_level
from detente.airspace.shapes import DEGREES_E7, Point, Polygon
from detente.airspace.volumes import Volume
from detente.encounters.motion import metres_per_degree
from detente.memorandum.model import Memorandum
from detente.notices.conformance import Plan, PlanPoint
from detente.notices.notice import CountBand, Notice
from detente.quantities import METRES_PER_NM, UtcMs
from detente.tracks.position import PositionReport

TEMPLATE = "fires-2020"
PARTIES = ("SIERRA", "COAST")
PATH_ID = "data-1"

MARGIN_NM = 2.0
ISSUED_AHEAD_MS = 3 * 3_600_000

_DAY_MS = 86_400_000
_WINDOW_STEP_MS = 1_800_000
_IDLE_MS = 90 * 60_000
_CHAIN_M = 20.0 * METRES_PER_NM
_RADIUS_MAX_M = 25.0 * METRES_PER_NM
_SIDES = 12
_REACH_NM = 9.0
"""How far from what was flown a corner of twelve sides can lie: 25 NM tan 15° + 2 NM / cos 15°."""
_LEVEL_STEP_FT = 1000
_SEVERAL: tuple[tuple[int, CountBand], ...] = ((1, "1"), (4, "2-4"), (12, "5-12"))
_STATE_OWNED = re.compile(r"N4(\d)\dDF")
_CLASS_OF_TENS = {"0": "air_attack", "1": "air_attack", "8": "helicopter", "9": "helicopter"} | dict.fromkeys(
    "2345", "tanker"
)
_CLASS_OF_LETTER = {"T": "tanker", "A": "air_attack", "C": "helicopter", "N": "helicopter"}


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A notice as its dispatcher would have sent it, with the private plans that must lie inside it."""

    party: str
    issue_ms: UtcMs
    notice: Notice
    plans: tuple[Plan, ...]


@dataclass(frozen=True, kw_only=True)
class _Plane:
    """Metres east and north of a point, for one activity."""

    lat_deg: float
    lon_deg: float
    north_m: float
    east_m: float

    def places_m(self, flown: Sequence[PositionReport]) -> Floats:
        """Shape (n, 2): east, north."""
        places_deg = np.array([(report.lon_deg, report.lat_deg) for report in flown])
        return (places_deg - (self.lon_deg, self.lat_deg)) * (self.east_m, self.north_m)

    def point(self, east_m: float, north_m: float) -> Point:
        """The position, to the nearest 1e-7 degree."""
        return Point(
            lat_e7=round((self.lat_deg + north_m / self.north_m) * DEGREES_E7),
            lon_e7=round((self.lon_deg + east_m / self.east_m) * DEGREES_E7),
        )


def call_signs(reports: Iterable[PositionReport]) -> Mapping[str, str]:
    """The call sign that each aircraft reports most often; of equally frequent ones the first by alphabet."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for report in reports:
        counts[report.aircraft][report.call_sign] += 1
    return {
        aircraft: min(count, key=lambda sign: (sign == "", -count[sign], sign))
        for aircraft, count in counts.items()
    }


def agencies(reports: Iterable[PositionReport]) -> Mapping[str, str]:
    """The party of each aircraft."""
    return {aircraft: agency_of(call_sign) for aircraft, call_sign in call_signs(reports).items()}


def agency_of(call_sign: str) -> str:
    """The party of a call sign; one without any figure counts as even."""
    figures = re.findall(r"[0-9]", call_sign)
    return PARTIES[int(figures[-1]) % 2] if figures else PARTIES[0]


def class_of(call_sign: str) -> str:
    """The memorandum's class of a call sign."""
    if found := _STATE_OWNED.fullmatch(call_sign):
        return _CLASS_OF_TENS.get(found[1], "lead")
    return _CLASS_OF_LETTER.get(call_sign[:1], "lead")


def dispatch(reports: Iterable[PositionReport], *, party: str, memorandum: Memorandum) -> tuple[Drawn, ...]:
    """What one agency sends in the whole recording, by issue time.

    Args:
        reports: the agency's own aircraft, and no others; in the order of their times.
    """
    reports = tuple(reports)
    classes = {aircraft: class_of(call_sign) for aircraft, call_sign in call_signs(reports).items()}
    drawn: list[Drawn] = []
    for _, of_day in groupby(covered(reports, memorandum), key=lambda report: report.time_ms // _DAY_MS):
        by_class: dict[str, list[PositionReport]] = defaultdict(list)
        for report in of_day:
            by_class[classes[report.aircraft]].append(report)
        drawn += _day(party, by_class)
    return tuple(sorted(drawn, key=lambda one: (one.issue_ms, one.notice.volumes[0].start_ms)))


def covered(reports: Iterable[PositionReport], memorandum: Memorandum) -> tuple[PositionReport, ...]:
    """The reports with a level around which a notice lies inside the memorandum's area and levels."""
    ring = [(float(point.lon), float(point.lat)) for point in memorandum.area.polygon]
    _, east_m = metres_per_degree(max(abs(lat_deg) for _, lat_deg in ring))
    inner = shapely.buffer(shapely.Polygon(ring), -_REACH_NM * METRES_PER_NM / east_m)
    lower, upper = (parse_level(text) for text in (memorandum.area.lower, memorandum.area.upper))
    assert lower.reference == upper.reference == "PALT", "fires are bounded by pressure altitude"
    with_level = [
        report
        for report in reports
        if report.level_palt_ft is not None
        and lower.value <= _step_below_ft(report.level_palt_ft) <= upper.value - _LEVEL_STEP_FT
    ]
    places_deg = np.array([(report.lon_deg, report.lat_deg) for report in with_level]).reshape(-1, 2)
    is_inside = shapely.contains_xy(inner, places_deg)
    return tuple(report for report, inside in zip(with_level, is_inside, strict=True) if inside)


def _day(party: str, by_class: Mapping[str, Sequence[PositionReport]]) -> Iterator[Drawn]:
    """The notices of one agency and day, all sent at once."""
    places = [
        (aircraft_class, place)
        for aircraft_class, flown in sorted(by_class.items())
        for activity in _chained(flown)
        for place in _places(activity)
    ]
    first_ms = min(place[0].time_ms for _, place in places) // _WINDOW_STEP_MS * _WINDOW_STEP_MS
    for aircraft_class, place in places:
        yield Drawn(
            party=party,
            issue_ms=UtcMs(first_ms - ISSUED_AHEAD_MS),
            notice=_notice(aircraft_class, place),
            plans=_plans(place),
        )


def _plane_of(flown: Sequence[PositionReport]) -> _Plane:
    lat_deg = (min(one.lat_deg for one in flown) + max(one.lat_deg for one in flown)) / 2.0
    lon_deg = (min(one.lon_deg for one in flown) + max(one.lon_deg for one in flown)) / 2.0
    north_m, east_m = metres_per_degree(lat_deg)
    return _Plane(lat_deg=lat_deg, lon_deg=lon_deg, north_m=north_m, east_m=east_m)


def _chained(flown: Sequence[PositionReport]) -> list[list[PositionReport]]:
    """Activities by single linkage: two places within `_CHAIN_M` of each other belong together."""
    places_m = _plane_of(flown).places_m(flown)
    waiting = np.ones(len(flown), dtype=bool)
    activities: list[list[PositionReport]] = []
    for first in range(len(flown)):
        if not waiting[first]:
            continue
        members: NDArray[np.bool_] = np.zeros(len(flown), dtype=bool)
        edge = [first]
        members[first] = True
        while edge:
            apart_m = np.hypot(*(places_m - places_m[edge.pop()]).T)
            new = (apart_m <= _CHAIN_M) & ~members
            members |= new
            edge += np.flatnonzero(new).tolist()
        waiting &= ~members
        activities.append([report for report, is_in in zip(flown, members, strict=True) if is_in])
    return activities


def _places(flown: Sequence[PositionReport]) -> Iterator[Sequence[PositionReport]]:
    """Cut an activity across its longer side until every place is narrow enough."""
    places_m = _plane_of(flown).places_m(flown)
    if shapely.minimum_bounding_radius(shapely.MultiPoint(places_m)) <= _RADIUS_MAX_M:
        yield flown
        return
    axis = int(np.argmax(np.ptp(places_m, axis=0)))
    is_low = places_m[:, axis] <= 0.0
    yield from _places([report for report, low in zip(flown, is_low, strict=True) if low])
    yield from _places([report for report, low in zip(flown, is_low, strict=True) if not low])


def _sorties(flown: Sequence[PositionReport]) -> Iterator[Sequence[PositionReport]]:
    """Cut at every long pause."""
    first = 0
    for index, (sooner, later) in enumerate(pairwise(flown), start=1):
        if later.time_ms - sooner.time_ms > _IDLE_MS:
            yield flown[first:index]
            first = index
    yield flown[first:]


def _step_below_ft(level_palt_ft: float) -> int:
    return math.floor(level_palt_ft / _LEVEL_STEP_FT) * _LEVEL_STEP_FT


def _volume_around(flown: Sequence[PositionReport]) -> Volume:
    levels_ft = [report.level_palt_ft for report in flown if report.level_palt_ft is not None]
    floor_ft = _step_below_ft(min(levels_ft))
    ceiling_ft = math.ceil(max(levels_ft) / _LEVEL_STEP_FT) * _LEVEL_STEP_FT
    return Volume(
        shape=_outline_around(flown),
        floor=Level(datum="palt", value=floor_ft),
        ceiling=Level(datum="palt", value=max(ceiling_ft, floor_ft + _LEVEL_STEP_FT)),
        start_ms=flown[0].time_ms // _WINDOW_STEP_MS * _WINDOW_STEP_MS,
        end_ms=(flown[-1].time_ms // _WINDOW_STEP_MS + 1) * _WINDOW_STEP_MS,
    )


def _outline_around(flown: Sequence[PositionReport]) -> Polygon:
    """The polygon whose sides touch, in evenly spaced directions, the margin around everything flown."""
    plane = _plane_of(flown)
    turn = 2.0 * math.pi / _SIDES
    bearings = np.arange(_SIDES) * turn
    towards = np.stack((np.sin(bearings), np.cos(bearings)))
    reach_m = (plane.places_m(flown) @ towards).max(axis=0) + MARGIN_NM * METRES_PER_NM
    points = []
    for side, (here_m, next_m) in enumerate(zip(reach_m, np.roll(reach_m, -1), strict=True)):
        # Where this side meets the next: `here_m` along this direction, and this far to its right.
        right_m = (next_m - here_m * math.cos(turn)) / math.sin(turn)
        east, north = towards[:, side]
        points.append(plane.point(here_m * east + right_m * north, here_m * north - right_m * east))
    return Polygon(points=tuple(points))


def _notice(aircraft_class: str, flown: Sequence[PositionReport]) -> Notice:
    count = len({report.aircraft for report in flown})
    return Notice(
        kind="routine",
        volumes=tuple(_volume_around(sortie) for sortie in _sorties(flown)),
        class_=aircraft_class,
        count_band=next((band for most, band in _SEVERAL if count <= most), "13+"),
        transponder="on",
        frequency_monitored_khz=(),
        hazard_kind=None,
        movement="within",
    )


def _plans(flown: Sequence[PositionReport]) -> tuple[Plan, ...]:
    """Each sortie of each aircraft at this place."""
    flights: list[Plan] = []
    for sortie in _sorties(flown):
        points: dict[str, list[PlanPoint]] = defaultdict(list)
        for report in sortie:
            assert report.level_palt_ft is not None, "only reports with a level are covered"
            points[report.aircraft].append(
                PlanPoint(
                    lat_e7=round(report.lat_deg * DEGREES_E7),
                    lon_e7=round(report.lon_deg * DEGREES_E7),
                    time_ms=report.time_ms,
                    level=round(report.level_palt_ft),
                )
            )
        flights += [Plan(datum="palt", points=tuple(one)) for one in points.values()]
    return tuple(flights)
