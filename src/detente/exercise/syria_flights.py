"""Synthetic flights of one day, from a seed: each within what its side announced, but for one that drifts out of it.

No aircraft flew so. Addresses are of ICAO's block for temporary use, call signs are letters and numbers. The day's
meeting is written, not drawn by lot: two transports in trail cross the boundary, and an uncrewed aircraft of the
other side has drifted out of its notice onto their way; it passes the first, and descends before the second. That it
descends after it was told to is written too, and does not follow from what the nodes say. Everybody else keeps to its
own side and its own levels. Each side has its own picture: its own aircraft as they report, all others a little
beside where they are.
"""

from __future__ import annotations

import gzip
import json
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from detente.encounters.motion import metres_per_degree
from detente.exercise.syria_areas import AREAS, CIVIL_ROUTES, CROSSING, CROSSING_LAT_DEG, GATE, Area, at_ms
from detente.quantities import METRES_PER_FT, METRES_PER_NM, MPS_PER_KT, UtcMs
from detente.tracks.position import PositionReport

REPORT_MS, NEAR_REPORT_MS = 30_000, 10_000
"""How often an aircraft is seen; those of the meeting more often, so that it is found when it can be."""
SEEN_OFF_M = 60.0
"""How far beside its place a foreign aircraft is seen, one standard deviation north and east."""

_SPEED_KT = {"combat": 400.0, "transport": 280.0, "rotary": 110.0, "uncrewed": 150.0, "civil": 460.0}
_MINUTES = {"combat": (40, 65), "transport": (60, 80), "rotary": (35, 55), "uncrewed": (150, 200)}
_LETTER = {"combat": "C", "transport": "T", "rotary": "R", "uncrewed": "U", "civil": "V"}
_ADDRESSES = {"WEST": 0xF00100, "EAST": 0xF00200, "CIVIL": 0xF00300}
_STEP_FT = 1000
_TURN_STEPS = 9
"""A half turn is drawn with so many corners."""

FIRST_CROSSES = "10:00:00"
TRAIL_MS = 360_000
MEETING_LON_DEG = 37.95
DRIFTER_TOLD_S = 50
"""The drifter descends so long before it would be too near to the second transport."""


@dataclass(frozen=True, kw_only=True)
class Fix:
    """A corner of a way: when, where, and at which pressure altitude."""

    time_ms: UtcMs
    lat_deg: float
    lon_deg: float
    level_ft: float


@dataclass(frozen=True, kw_only=True)
class Flight:
    """One synthetic flight; `party` is CIVIL for those of third parties, `area` names what it flies under."""

    party: str
    aircraft: str
    call_sign: str
    class_: str
    area: str
    way: tuple[Fix, ...]
    drifts: bool = False
    """Whether it does what nobody planned: its plan is not held against its notice."""


def flights(seed: int) -> tuple[Flight, ...]:
    """The whole day's, by party and number; the same seed gives the same flights."""
    rng = random.Random(seed)
    found: list[Flight] = []
    for area in AREAS:
        written = 1 if area.name == "E-E" else 0
        for place in range(area.flights - written):
            found.append(_routine(rng, area, place, area.flights - written))
        if written:
            found.append(replace(_flight(area, _drifter()), drifts=True))
    first = _transport()
    found.append(_flight(CROSSING, first))
    found.append(
        _flight(CROSSING, tuple(replace(fix, time_ms=UtcMs(fix.time_ms + TRAIL_MS)) for fix in first))
    )
    found += _civil()
    return tuple(_named(found))


def reports(flown: Sequence[Flight]) -> list[PositionReport]:
    """Where everybody was, in the order of times and addresses."""
    made = [report for flight in flown for report in _reports(flight)]
    return sorted(made, key=lambda one: (one.time_ms, one.aircraft))


def recording_for(party: str, flown: Sequence[Flight], *, seed: int) -> bytes:
    """One side's picture as a recording: exact for its own aircraft, a little off for all others."""
    rng = random.Random(f"{party} {seed}")
    own = {flight.aircraft for flight in flown if flight.party == party}
    rows = [_row(one if one.aircraft in own else _seen(one, rng)) for one in reports(flown)]
    return gzip.compress(json.dumps(rows).encode(), mtime=0)


def _routine(rng: random.Random, area: Area, place: int, count: int) -> Flight:
    """One flight of several that share the window: inside the area, at one whole level, at the class's speed."""
    first_ms, last_ms = at_ms(area.start), at_ms(area.end)
    long_ms = rng.randint(*_MINUTES[area.class_]) * 60_000
    free_ms = last_ms - first_ms - long_ms - 1_800_000
    begin_ms = first_ms + 300_000 + free_ms * place // max(1, count - 1) + rng.randint(-240_000, 240_000)
    begin_ms = -(-begin_ms // REPORT_MS) * REPORT_MS
    level_ft = rng.randrange(area.floor_ft + _STEP_FT, area.ceiling_ft, _STEP_FT)
    corners = _oval(rng, area) if len(area.paths[0]) == 1 else _to_and_fro(rng, area)
    at = corners[0]
    way = [Fix(time_ms=UtcMs(begin_ms), lat_deg=at[0], lon_deg=at[1], level_ft=level_ft)]
    place = 0
    while way[-1].time_ms < begin_ms + long_ms:
        place += 1
        way.append(_next(way[-1], corners[place % len(corners)], _SPEED_KT[area.class_]))
    return _flight(area, tuple(way))


def _oval(rng: random.Random, area: Area) -> list[tuple[float, float]]:
    """A holding pattern somewhere in a circle: two straight legs and two half turns, wholly inside."""
    bearing, away_nm = rng.uniform(0.0, 2.0 * math.pi), area.reach_nm * 0.40 * math.sqrt(rng.random())
    middle = _moved(
        area.paths[0][0], north_nm=away_nm * math.cos(bearing), east_nm=away_nm * math.sin(bearing)
    )
    leg_nm, turn_nm = area.reach_nm * rng.uniform(0.15, 0.36), area.reach_nm * rng.uniform(0.08, 0.15)
    return _round(middle, leg_nm=leg_nm, turn_nm=turn_nm, towards=rng.uniform(0.0, math.pi))


def _round(
    middle: tuple[float, float], *, leg_nm: float, turn_nm: float, towards: float
) -> list[tuple[float, float]]:
    """The corners of a holding pattern: half its straight legs, the radius of its turns, where its legs point."""
    corners = []
    for step in range(2 * _TURN_STEPS):
        angle = math.pi * (step % _TURN_STEPS) / (_TURN_STEPS - 1) + math.pi * (step // _TURN_STEPS)
        along = math.sin(angle) * turn_nm + (leg_nm if step < _TURN_STEPS else -leg_nm)
        beside = math.cos(angle) * turn_nm
        north_nm = along * math.cos(towards) - beside * math.sin(towards)
        east_nm = along * math.sin(towards) + beside * math.cos(towards)
        corners.append(_moved(middle, north_nm=north_nm, east_nm=east_nm))
    return corners


def _to_and_fro(rng: random.Random, area: Area) -> list[tuple[float, float]]:
    """The length of a corridor and back, a little beside its middle each way."""
    first, last = area.paths[0][0], area.paths[0][-1]
    beside_nm = area.reach_nm * rng.uniform(0.15, 0.45)
    corners = []
    for share, sign in ((0.06, 1), (0.94, 1), (0.94, -1), (0.06, -1)):
        place = (first[0] + share * (last[0] - first[0]), first[1] + share * (last[1] - first[1]))
        corners.append(_moved(place, north_nm=sign * beside_nm, east_nm=sign * beside_nm))
    return corners


def _transport() -> tuple[Fix, ...]:
    """Westwards over the boundary at the gate, then north and out of the area."""
    speed = _SPEED_KT["transport"]
    gate = Fix(time_ms=at_ms(FIRST_CROSSES), lat_deg=GATE[0], lon_deg=GATE[1], level_ft=19_200.0)
    start = _next(gate, (CROSSING_LAT_DEG, 39.28), -speed)
    turn = _next(gate, (CROSSING_LAT_DEG, 37.56), speed)
    return (start, gate, turn, _next(turn, (37.38, 37.31), speed))


def _drifter() -> tuple[Fix, ...]:
    """Round and round inside the notice, then out of it to the north-east, along the others' way, down and home."""
    speed, level_ft = _SPEED_KT["uncrewed"], 19_000.0
    closing_kt = speed + _SPEED_KT["transport"]
    lat_deg = CROSSING_LAT_DEG + 0.006
    meets_ms = at_ms(FIRST_CROSSES) + _flown_ms(GATE, (GATE[0], MEETING_LON_DEG), _SPEED_KT["transport"])
    meeting = Fix(time_ms=UtcMs(meets_ms), lat_deg=lat_deg, lon_deg=MEETING_LON_DEG, level_ft=level_ft)
    joins = _next(meeting, (lat_deg, 37.70), -speed)
    leaves = _next(joins, (36.02, 37.47), -speed)
    behind_nm = _SPEED_KT["transport"] * TRAIL_MS / 3_600_000
    second_ms = meets_ms + round(behind_nm / closing_kt * 3_600_000)
    down_ms = second_ms - (DRIFTER_TOLD_S + 6) * 1000
    down = _along(meeting, ms=down_ms - meets_ms, speed_kt=speed)
    level_off = replace(_along(meeting, ms=down_ms - meets_ms + 80_000, speed_kt=speed), level_ft=17_000.0)
    back = _next(level_off, (36.10, 37.85), speed)
    home = _next(back, (35.95, 37.45), speed)
    pattern = _round((35.93, 37.40), leg_nm=3.0, turn_nm=4.0, towards=0.6)
    before: list[Fix] = [leaves]
    for corner in reversed(pattern * 3):
        before.insert(0, _next(before[0], corner, -speed))
    after = [replace(home, level_ft=18_500.0)]
    for corner in pattern:
        after.append(_next(after[-1], corner, speed))
    return (*before, joins, meeting, down, level_off, back, *after)


def _civil() -> Iterator[Flight]:
    """Two airliners on each of the routes, far above everybody."""
    for number, (route, begin, level_ft) in enumerate(
        (
            (CIVIL_ROUTES[0], "06:40", 36_000.0),
            (CIVIL_ROUTES[1], "08:05", 37_000.0),
            (CIVIL_ROUTES[0][::-1], "11:20", 38_000.0),
            (CIVIL_ROUTES[1][::-1], "12:10", 39_000.0),
        ),
        start=1,
    ):
        first = Fix(time_ms=at_ms(begin), lat_deg=route[0][0], lon_deg=route[0][1], level_ft=level_ft)
        yield Flight(
            party="CIVIL",
            aircraft="",
            call_sign=f"V{number:02d}",
            class_="civil",
            area="",
            way=(first, _next(first, route[1], _SPEED_KT["civil"])),
        )


def _flight(area: Area, way: tuple[Fix, ...]) -> Flight:
    return Flight(party=area.party, aircraft="", call_sign="", class_=area.class_, area=area.name, way=way)


def _named(found: Sequence[Flight]) -> Iterator[Flight]:
    """Addresses and call signs by party and class, in the order in which they begin: WC01, EU02."""
    counts: dict[str, int] = {}
    numbers = dict(_ADDRESSES)
    for flight in sorted(found, key=lambda one: (one.party, one.class_, one.way[0].time_ms)):
        numbers[flight.party] += 1
        kind = flight.party[0] + _LETTER[flight.class_]
        counts[kind] = counts.get(kind, 0) + 1
        name = flight.call_sign or f"{kind}{counts[kind]:02d}"
        yield replace(flight, aircraft=f"{numbers[flight.party]:06x}", call_sign=name)


def _reports(flight: Flight) -> Iterator[PositionReport]:
    every_ms = NEAR_REPORT_MS if flight.drifts or flight.area == CROSSING.name else REPORT_MS
    for before, after in pairwise(flight.way):
        begin_ms = -(-before.time_ms // every_ms) * every_ms
        north_m, east_m = metres_per_degree((before.lat_deg + after.lat_deg) / 2.0)
        long_s = (after.time_ms - before.time_ms) / 1000.0
        north, east = (after.lat_deg - before.lat_deg) * north_m, (after.lon_deg - before.lon_deg) * east_m
        for time_ms in range(begin_ms, after.time_ms, every_ms):
            share = (time_ms - before.time_ms) / (after.time_ms - before.time_ms)
            yield PositionReport(
                aircraft=flight.aircraft,
                call_sign=flight.call_sign,
                time_ms=UtcMs(time_ms),
                lat_deg=before.lat_deg + share * (after.lat_deg - before.lat_deg),
                lon_deg=before.lon_deg + share * (after.lon_deg - before.lon_deg),
                level_palt_ft=before.level_ft + share * (after.level_ft - before.level_ft),
                height_hae_m=None,
                ground_speed_mps=math.hypot(north, east) / long_s,
                track_deg=math.degrees(math.atan2(east, north)) % 360.0,
                vertical_rate_mps=(after.level_ft - before.level_ft) * METRES_PER_FT / long_s,
                is_on_ground=False,
                squawk="",
            )


def _seen(report: PositionReport, rng: random.Random) -> PositionReport:
    north_nm, east_nm = (rng.gauss(0.0, SEEN_OFF_M) / METRES_PER_NM for _ in range(2))
    lat_deg, lon_deg = _moved((report.lat_deg, report.lon_deg), north_nm=north_nm, east_nm=east_nm)
    return replace(report, lat_deg=lat_deg, lon_deg=lon_deg)


def _row(report: PositionReport) -> dict[str, object]:
    assert report.level_palt_ft is not None
    assert report.ground_speed_mps is not None
    assert report.vertical_rate_mps is not None
    return {
        "timestamp": report.time_ms,
        "icao24": report.aircraft,
        "callsign": report.call_sign,
        "latitude": round(report.lat_deg, 6),
        "longitude": round(report.lon_deg, 6),
        "altitude": round(report.level_palt_ft / 25.0) * 25,
        "groundspeed": round(report.ground_speed_mps / MPS_PER_KT, 1),
        "track": round(report.track_deg or 0.0, 1),
        "vertical_rate": round(report.vertical_rate_mps / METRES_PER_FT * 60.0 / 64.0) * 64,
    }


def _next(fix: Fix, to: tuple[float, float], speed_kt: float) -> Fix:
    """The fix at another place, reached at a speed; a negative speed asks where from."""
    ms = round(math.copysign(_flown_ms((fix.lat_deg, fix.lon_deg), to, abs(speed_kt)), speed_kt))
    return replace(fix, time_ms=UtcMs(fix.time_ms + (ms or 1)), lat_deg=to[0], lon_deg=to[1])


def _along(fix: Fix, *, ms: int, speed_kt: float) -> Fix:
    """So long eastwards."""
    place = _moved((fix.lat_deg, fix.lon_deg), north_nm=0.0, east_nm=speed_kt * ms / 3_600_000)
    return replace(fix, time_ms=UtcMs(fix.time_ms + ms), lat_deg=place[0], lon_deg=place[1])


def _flown_ms(one: tuple[float, float], other: tuple[float, float], speed_kt: float) -> int:
    north_m, east_m = metres_per_degree((one[0] + other[0]) / 2.0)
    apart_m = math.hypot((other[0] - one[0]) * north_m, (other[1] - one[1]) * east_m)
    return round(apart_m / (speed_kt * MPS_PER_KT) * 1000.0)


def _moved(place: tuple[float, float], *, north_nm: float, east_nm: float) -> tuple[float, float]:
    north_m, east_m = metres_per_degree(place[0])
    return place[0] + north_nm * METRES_PER_NM / north_m, place[1] + east_nm * METRES_PER_NM / east_m
