"""When two aircraft in straight flight are nearer than the minima: the intersection of two intervals.

Horizontal and vertical are judged apart, as a cylinder: minima differ tenfold, and one 3D distance would
hide the smaller. Between two reports position and level change linearly. "Nearer" is strict: two aircraft
that keep exactly the vertical minimum are separated, and a time shorter than `INSTANT_S` is a touch.

Source: the usual closest-point-of-approach algebra on a plane with the radii of curvature of WGS 84 at the
pair's latitude when it is nearest. Below latitude 70 and 40 NM a distance so measured is within 0.01 % of
the geodesic at that moment; elsewhere in the flight by as much more as the length of a degree of longitude
has changed since (0.4 % for 90 s at 250 kt at latitude 60). The tests hold both figures against pyproj.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from detente.quantities import METRES_PER_NM
from detente.tracks.position import PositionReport

INSTANT_S = 0.001
"""Times are whole milliseconds; two that pass exactly at a minimum would meet or not by the last bit."""

_SEMI_MAJOR_M = 6_378_137.0
_ECCENTRICITY_SQUARED = 0.006694379990141316


@dataclass(frozen=True, kw_only=True)
class Minima:
    """Nearer than both is an encounter; exactly at either is not. Both more than 0."""

    lateral_nm: float
    vertical_ft: float


WELL_CLEAR = Minima(lateral_nm=0.66, vertical_ft=450.0)
"""The well clear volume of RTCA DO-365, phase I, now: what live aircraft are watched for where no figure is agreed.

An agreement on airmanship alone has no figure to be broken, but two aircraft so near are nobody's intention.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """Where an aircraft is, and how it moves: degrees, feet of pressure altitude, their rates by second."""

    lat_deg: float
    lon_deg: float
    level_palt_ft: float
    lat_rate: float = 0.0
    lon_rate: float = 0.0
    level_rate: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """Both aircraft at one moment, in seconds from their states', and how near they are."""

    at_s: float
    a: State
    b: State
    miss_nm: float
    miss_ft: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Meeting:
    """A time under both minima, in seconds from the states' moment.

    `closest` weighs both minima alike: the moment at which the larger of horizontal miss by lateral minimum
    and vertical miss by vertical minimum is least. `nearest` is the moment of the least horizontal miss.
    """

    start_s: float
    end_s: float
    closest: Moment
    nearest: Moment


@dataclass(frozen=True, kw_only=True, slots=True)
class _Relative:
    """b minus a: metres east and north, feet up, and their rates by second."""

    x: float
    y: float
    z: float
    vx: float
    vy: float
    vz: float

    def miss_m(self, at_s: float) -> float:
        return math.hypot(self.x + self.vx * at_s, self.y + self.vy * at_s)

    def miss_ft(self, at_s: float) -> float:
        return abs(self.z + self.vz * at_s)


def state_between(first: PositionReport, second: PositionReport, at_ms: float) -> State:
    """Linear motion between two reports of one aircraft that both have a level."""
    assert first.level_palt_ft is not None, "a segment has levels"
    assert second.level_palt_ft is not None, "a segment has levels"
    span_s = (second.time_ms - first.time_ms) / 1000.0
    state = State(
        lat_deg=first.lat_deg,
        lon_deg=first.lon_deg,
        level_palt_ft=first.level_palt_ft,
        lat_rate=(second.lat_deg - first.lat_deg) / span_s,
        lon_rate=_wrapped(second.lon_deg - first.lon_deg) / span_s,
        level_rate=(second.level_palt_ft - first.level_palt_ft) / span_s,
    )
    return after(state, (at_ms - first.time_ms) / 1000.0)


def after(state: State, seconds: float) -> State:
    """The same straight flight, some seconds later."""
    return State(
        lat_deg=state.lat_deg + state.lat_rate * seconds,
        lon_deg=_wrapped(state.lon_deg + state.lon_rate * seconds),
        level_palt_ft=state.level_palt_ft + state.level_rate * seconds,
        lat_rate=state.lat_rate,
        lon_rate=state.lon_rate,
        level_rate=state.level_rate,
    )


def meeting(a: State, b: State, *, minima: Minima, span_s: float) -> Meeting | None:
    """The time within [0, span_s] for which both minima are broken; None where there is none."""
    near_s = _nearest_s(_relative(a, b, 0.0), 0.0, span_s)
    between = _relative(a, b, near_s)
    lateral_m = minima.lateral_nm * METRES_PER_NM
    horizontal = _within_disc(between, lateral_m)
    vertical = _within_band(between, minima.vertical_ft)
    if horizontal is None or vertical is None:
        return None
    start_s = max(0.0, horizontal[0], vertical[0])
    end_s = min(span_s, horizontal[1], vertical[1])
    if end_s - start_s < INSTANT_S:
        return None

    def moment(at_s: float) -> Moment:
        return Moment(
            at_s=at_s,
            a=after(a, at_s),
            b=after(b, at_s),
            miss_nm=between.miss_m(at_s) / METRES_PER_NM,
            miss_ft=between.miss_ft(at_s),
        )

    return Meeting(
        start_s=start_s,
        end_s=end_s,
        closest=moment(_closest_s(between, start_s, end_s, lateral_m, minima.vertical_ft)),
        nearest=moment(_nearest_s(between, start_s, end_s)),
    )


def metres_per_degree(lat_deg: float) -> tuple[float, float]:
    """Northwards and eastwards on WGS 84 at a latitude."""
    sine = math.sin(math.radians(lat_deg))
    w2 = 1.0 - _ECCENTRICITY_SQUARED * sine * sine
    meridian_m = _SEMI_MAJOR_M * (1.0 - _ECCENTRICITY_SQUARED) / w2**1.5
    parallel_m = _SEMI_MAJOR_M / math.sqrt(w2) * math.cos(math.radians(lat_deg))
    return math.radians(meridian_m), math.radians(parallel_m)


def middle(a: State, b: State) -> tuple[float, float]:
    """Latitude and longitude half-way between two aircraft."""
    return (a.lat_deg + b.lat_deg) / 2.0, _wrapped(a.lon_deg + _wrapped(b.lon_deg - a.lon_deg) / 2.0)


def _relative(a: State, b: State, at_s: float) -> _Relative:
    """The motion on the plane that is true at the pair's latitude at one moment."""
    lat_deg = (a.lat_deg + b.lat_deg + (a.lat_rate + b.lat_rate) * at_s) / 2.0
    north_m, east_m = metres_per_degree(min(max(lat_deg, -89.9), 89.9))
    return _Relative(
        x=_wrapped(b.lon_deg - a.lon_deg) * east_m,
        y=(b.lat_deg - a.lat_deg) * north_m,
        z=b.level_palt_ft - a.level_palt_ft,
        vx=(b.lon_rate - a.lon_rate) * east_m,
        vy=(b.lat_rate - a.lat_rate) * north_m,
        vz=b.level_rate - a.level_rate,
    )


def _nearest_s(between: _Relative, start_s: float, end_s: float) -> float:
    """When the two are horizontally nearest; the start where they do not move against each other."""
    speed2 = between.vx * between.vx + between.vy * between.vy
    if speed2 == 0.0:
        return start_s
    at_s = -(between.x * between.vx + between.y * between.vy) / speed2
    return min(max(at_s, start_s), end_s)


def _closest_s(
    between: _Relative, start_s: float, end_s: float, lateral_m: float, vertical_ft: float
) -> float:
    """When the larger share of the minima is least: both are convex, so at either's least, where they
    cross, or at an end."""
    moments = [start_s, end_s, _nearest_s(between, start_s, end_s)]
    if between.vz != 0.0:
        moments.append(-between.z / between.vz)
    k = (lateral_m / vertical_ft) ** 2
    moments += _roots(
        between.vx**2 + between.vy**2 - k * between.vz**2,
        between.x * between.vx + between.y * between.vy - k * between.z * between.vz,
        between.x**2 + between.y**2 - k * between.z**2,
    )
    return min(
        (at_s for at_s in moments if start_s <= at_s <= end_s),
        key=lambda at_s: (
            max(between.miss_m(at_s) / lateral_m, between.miss_ft(at_s) / vertical_ft),
            at_s,
        ),
    )


def _within_disc(between: _Relative, radius_m: float) -> tuple[float, float] | None:
    inside = between.x**2 + between.y**2 - radius_m**2
    speed2 = between.vx**2 + between.vy**2
    if speed2 == 0.0:
        return (-math.inf, math.inf) if inside < 0.0 else None
    roots = _roots(speed2, between.x * between.vx + between.y * between.vy, inside)
    return (roots[0], roots[1]) if roots else None


def _within_band(between: _Relative, half_ft: float) -> tuple[float, float] | None:
    if between.vz == 0.0:
        return (-math.inf, math.inf) if abs(between.z) < half_ft else None
    ends = (-half_ft - between.z) / between.vz, (half_ft - between.z) / between.vz
    return min(ends), max(ends)


def _roots(a: float, half_b: float, c: float) -> tuple[float, ...]:
    """Both roots of a t² + 2 half_b t + c, the smaller first where a is positive; none unless two."""
    discriminant = half_b * half_b - a * c
    if a == 0.0 or discriminant <= 0.0:
        return ()
    root = math.sqrt(discriminant)
    return (-half_b - root) / a, (-half_b + root) / a


def _wrapped(degrees: float) -> float:
    return (degrees + 180.0) % 360.0 - 180.0
