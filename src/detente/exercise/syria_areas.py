"""Where each side says that it will fly on the played day, and the corridor of a hazard four days later.

All of it is invented: round figures inside the template's area, on each side of the exercise's own boundary. About
thirty flights a day of one side is the rate that was published; which areas, classes and levels is our assumption.
Windows are within the day; a notice says no more than the template lets it say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from detente.airspace.levels import Level
from detente.airspace.nearness import nearness
from detente.airspace.outline import outline_of
from detente.airspace.shapes import DEGREES_E7, Circle, Corridor, Point, Shape
from detente.airspace.volumes import Volume
from detente.line.bodies import Crossing
from detente.memorandum.model import NoticeKind
from detente.notices.notice import CountBand, HazardKind, Notice
from detente.quantities import METRES_PER_NM, UtcMs, parse_utc_text

Places: TypeAlias = tuple[tuple[float, float], ...]
"""Latitude and longitude, degrees; one is a circle's centre, several are the path of a corridor."""

DAY_MS = parse_utc_text("2015-11-05T00:00:00Z")
GATE = (36.3, 38.6308)
"""Where the crossing meets the boundary."""
CROSSING_LAT_DEG = GATE[0]


def at_ms(clock: str, *, days: int = 0) -> UtcMs:
    """A time of the played day, "10:05" or "10:05:30", UTC; or so many days later."""
    hours, minutes, seconds = (*map(int, clock.split(":")), 0)[:3]
    return UtcMs(DAY_MS + ((days * 24 + hours) * 3600 + minutes * 60 + seconds) * 1000)


@dataclass(frozen=True, kw_only=True)
class Area:
    """One activity of one side: where, how high, when, and how many flights of a class it has that day.

    `reach_nm` is the radius of a circle or half the width of a corridor; several paths are one notice.
    """

    name: str
    party: str
    class_: str
    paths: tuple[Places, ...]
    reach_nm: float
    floor_ft: int
    ceiling_ft: int
    start: str
    end: str
    flights: int
    khz: tuple[int, ...]
    kind: NoticeKind = "routine"
    hazard: HazardKind | None = None
    days: int = 0

    def notice(self) -> Notice:
        """What is said of it."""
        return Notice(
            kind=self.kind,
            volumes=tuple(
                Volume(
                    shape=_shape(path, self.reach_nm),
                    floor=Level(datum="palt", value=self.floor_ft),
                    ceiling=Level(datum="palt", value=self.ceiling_ft),
                    start_ms=at_ms(self.start, days=self.days),
                    end_ms=at_ms(self.end, days=self.days),
                )
                for path in self.paths
            ),
            class_=self.class_,
            count_band=_band(self.flights) if self.flights else None,
            transponder="on" if self.class_ in ("transport", "uncrewed") else "intermittent",
            frequency_monitored_khz=self.khz,
            hazard_kind=self.hazard,
            movement="within",
        )


NORTH_KHZ, SOUTH_KHZ = 251_250, 262_750
_N, _S = (NORTH_KHZ,), (SOUTH_KHZ,)
_BOTH = (NORTH_KHZ, SOUTH_KHZ)


def _area(
    name: str,
    class_: str,
    paths: Places,
    reach_nm: float,
    levels: tuple[int, int],
    when: str,
    flights: int,
    khz: tuple[int, ...],
) -> Area:
    start, _, end = when.partition("-")
    return Area(
        name=name,
        party="WEST" if name.startswith("W") else "EAST",
        class_=class_,
        paths=(paths,),
        reach_nm=reach_nm,
        floor_ft=levels[0],
        ceiling_ft=levels[1],
        start=start,
        end=end,
        flights=flights,
        khz=khz,
    )


AREAS = (
    _area("E-A", "combat", ((35.7, 36.9),), 50.0, (21_000, 27_000), "05:30-13:30", 12, _BOTH),
    _area("E-B", "combat", ((34.3, 37.6),), 42.0, (15_000, 25_000), "05:30-13:30", 8, _S),
    _area("E-C", "transport", ((35.1, 36.75), (33.6, 36.95)), 8.0, (9_000, 14_000), "06:00-13:30", 4, _S),
    _area("E-D", "rotary", ((34.95, 36.95),), 18.0, (2_000, 6_000), "06:00-12:00", 3, _S),
    _area("E-E", "uncrewed", ((35.93, 37.4),), 14.0, (18_000, 20_000), "07:00-13:00", 3, _N),
    _area("W-A", "combat", ((36.1, 40.45),), 54.0, (24_000, 31_000), "05:30-13:30", 8, _BOTH),
    _area("W-B", "combat", ((34.2, 41.05),), 44.0, (24_000, 31_000), "05:30-13:30", 4, _S),
    _area("W-C", "transport", ((36.95, 39.3), (36.95, 41.3)), 7.0, (32_000, 35_000), "05:30-13:30", 3, _N),
    _area("W-D", "uncrewed", ((35.3, 40.0),), 25.0, (17_000, 22_000), "06:00-13:30", 4, _BOTH),
)
"""The morning's notices; thirty flights of EAST, nineteen of WEST, and two more by the crossing."""

CROSSING = Area(
    name="W-X",
    party="WEST",
    class_="transport",
    paths=(((36.3, 39.3), (36.3, 37.5)), ((36.3, 37.6), (37.4, 37.3))),
    reach_nm=4.0,
    floor_ft=18_000,
    ceiling_ft=20_000,
    start="09:45",
    end="10:45",
    flights=2,
    khz=_N,
    kind="crossing",
)
HAZARD = Area(
    name="E-H",
    party="EAST",
    class_="combat",
    paths=(((34.2, 36.85), (34.4, 38.6)),),
    reach_nm=8.0,
    floor_ft=0,
    ceiling_ft=45_000,
    start="06:00",
    end="09:00",
    flights=0,
    khz=_S,
    kind="hazard",
    hazard="firing",
    days=4,
)
CIVIL_ROUTES: tuple[Places, ...] = (
    ((37.5, 38.1), (32.1, 37.6)),
    ((37.0, 36.1), (32.2, 38.3)),
)
"""Two routes of third parties, invented, which the corridor lies across."""


def crossing_asked() -> Crossing:
    """The XNG of the two transports: gate, window, levels, class."""
    volume = CROSSING.notice().volumes[0]
    return Crossing(
        boundary="L1",
        gate=_point(*GATE),
        start_ms=at_ms("09:55"),
        end_ms=at_ms("10:15"),
        floor=volume.floor,
        ceiling=volume.ceiling,
        class_=CROSSING.class_,
    )


def lies_across(area: Area, route: Places) -> bool:
    """Whether a route passes through an area; its ends on the ground and its levels are not asked about."""
    way = outline_of(Corridor(points=tuple(_point(*place) for place in route), half_width_cm=0))
    return any(
        nearness(outline_of(_shape(path, area.reach_nm)), way, within_m=0.0) is not None
        for path in area.paths
    )


def _shape(path: Places, reach_nm: float) -> Shape:
    reach_cm = round(reach_nm * METRES_PER_NM * 100.0)
    points = tuple(_point(*place) for place in path)
    if len(points) == 1:
        return Circle(centre=points[0], radius_cm=reach_cm)
    return Corridor(points=points, half_width_cm=reach_cm)


def _point(lat_deg: float, lon_deg: float) -> Point:
    return Point(lat_e7=round(lat_deg * DEGREES_E7), lon_e7=round(lon_deg * DEGREES_E7))


def _band(flights: int) -> CountBand:
    return "1" if flights == 1 else "2-4" if flights <= 4 else "5-12"
