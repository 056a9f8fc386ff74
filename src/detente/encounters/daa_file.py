"""An encounter as a table of states, one row an aircraft and second: the `.daa` and `.xyz` files of the field.

`#` starts a remark. The first line names the columns, the second their units in brackets; both are read, and neither
an order nor a unit is assumed. Columns are parted by commas or blanks. The first aircraft is ownship; rows of one
time form a step, and a step without traffic is legal. Ground velocity is `trk gs vs` or `vx vy vz`; where there is
`heading airspeed`, the difference to it is the wind.

The bytes are a stranger's: sizes are bounded, and every fault names its line.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from detente.encounters.configuration import UNITS
from detente.encounters.plane import Geometry, State, on_plane
from detente.errors import PeerError
from detente.wire.limits import ENCOUNTER_LINES_MAX

AIRCRAFT_MAX = 1_000
FASTEST_MPS = 1_000.0
FARTHEST_M = 1_000_000.0
_SPEEDS = ("gs", "vs", "vx", "vy", "vz", "airspeed")
_LENGTHS = ("alt", "sx", "sy", "sz")
_PARTED = re.compile(r"\s*,\s*|\s+")
_NO_UNIT = ("", "none", "unitless")
_DEVIATIONS = ("s_EW_std", "s_NS_std", "s_EN_std", "sz_std", "v_EW_std", "v_NS_std", "v_EN_std", "vz_std")


@dataclass(frozen=True, kw_only=True, slots=True)
class Deviation:
    """Standard deviations of a state, metres and m/s; `cross` is the east-north term."""

    east_m: float = 0.0
    north_m: float = 0.0
    cross_m: float = 0.0
    up_m: float = 0.0
    east_mps: float = 0.0
    north_mps: float = 0.0
    cross_mps: float = 0.0
    up_mps: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Flown:
    """One row: an aircraft at one time. Metres, m/s, degrees; altitude in the datum of the file."""

    name: str
    time_s: float
    place_deg: tuple[float, float] | None
    """Latitude and longitude; None in a file on a plane."""
    place_m: tuple[float, float]
    """East and north in a file on a plane; else zeros."""
    height_m: float
    velocity_mps: tuple[float, float, float]
    """Over the ground: east, north, up."""
    air_mps: tuple[float, float] | None
    """Through the air, where the file tells."""
    alerter: int
    deviation: Deviation


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """Ownship and its traffic at one time."""

    time_s: float
    own: Flown
    traffic: tuple[Flown, ...]


def parse_daa(text: str) -> tuple[Step, ...]:
    """The steps of a file, in the order of time.

    Raises:
        PeerError: it is too long, or a line is not as it must be.
    """
    lines = text.splitlines()
    if len(lines) > ENCOUNTER_LINES_MAX:
        raise _wrong(f"It has more than {ENCOUNTER_LINES_MAX} lines.")
    kept = [
        (n, line) for n, line in enumerate(lines, 1) if line.strip() and not line.lstrip().startswith("#")
    ]
    if len(kept) < 3:
        raise _wrong("It must have a line of names, a line of units, and rows.")
    names, units = _cut(kept[0][1]), _cut(kept[1][1])
    if len(units) != len(names) or len(set(names)) != len(names):
        raise _wrong("Its line of units must have one unit for every name, and each name once.")
    scales = {name: _scale(name, unit.strip("[]")) for name, unit in zip(names[1:], units[1:], strict=True)}
    rows = [_row(names, scales, line, number) for number, line in kept[2:]]
    return _steps(rows)


def _steps(rows: Sequence[Flown]) -> tuple[Step, ...]:
    by_time: dict[float, list[Flown]] = {}
    for row in rows:
        by_time.setdefault(row.time_s, []).append(row)
    own = rows[0].name
    steps = []
    for time_s in sorted(by_time):
        here = by_time[time_s]
        mine = [row for row in here if row.name == own]
        if len(mine) != 1 or len({row.name for row in here}) != len(here):
            raise _wrong(f"At {time_s:g} s, ownship `{own}` or another aircraft is not there exactly once.")
        if len(here) > AIRCRAFT_MAX:
            raise _wrong(f"At {time_s:g} s there are more than {AIRCRAFT_MAX} aircraft.")
        steps.append(Step(time_s=time_s, own=mine[0], traffic=tuple(row for row in here if row.name != own)))
    return tuple(steps)


def states_of(step: Step, *, geometry: Geometry) -> tuple[State, tuple[State, ...]]:
    """Ownship and its traffic on ownship's plane, moving through ownship's air where its wind is known.

    A file that is already on a plane is taken as it is.

    Raises:
        PeerError: an aircraft is more than 1,000 km away, where no plane is true.
    """
    own = step.own
    wind = (0.0, 0.0)
    if own.air_mps is not None:
        wind = (own.velocity_mps[0] - own.air_mps[0], own.velocity_mps[1] - own.air_mps[1])

    def place(flown: Flown) -> State:
        east, north, up = flown.velocity_mps
        moves = (east - wind[0], north - wind[1], up)
        if flown.place_deg is None or own.place_deg is None:
            return np.array([*flown.place_m, flown.height_m, *moves])
        state = on_plane(own.place_deg, flown.place_deg, flown.height_m, moves, geometry=geometry)
        if max(abs(float(state[0])), abs(float(state[1]))) > FARTHEST_M:
            raise _wrong(f"At {step.time_s:g} s, `{flown.name[:40]}` is too far away to be of one encounter.")
        return state

    return place(own), tuple(place(other) for other in step.traffic)


def _row(names: Sequence[str], scales: Mapping[str, float], line: str, number: int) -> Flown:
    cells = _cut(line)
    if len(cells) != len(names):
        raise _wrong(f"Line {number} has {len(cells)} columns, not {len(names)}.")
    values: dict[str, float] = {}
    for name, cell in zip(names[1:], cells[1:], strict=True):
        try:
            values[name] = float(cell) * scales[name]
        except ValueError:
            raise _wrong(f"Line {number}: `{name}` must be a number, not `{cell[:40]}`.") from None
        if not math.isfinite(values[name]):
            raise _wrong(f"Line {number}: `{name}` must be finite.")
    try:
        return _flown(cells[0], values)
    except KeyError as missing:
        raise _wrong(f"It has no column {missing}.") from None


def _flown(name: str, values: Mapping[str, float]) -> Flown:
    on_a_plane = "sx" in values
    if not all(abs(value) <= FASTEST_MPS for key, value in values.items() if key in _SPEEDS):
        raise _wrong(f"At {values['time']:g} s, `{name[:40]}` is faster than any aircraft.")
    if not all(abs(value) <= FARTHEST_M for key, value in values.items() if key in _LENGTHS):
        raise _wrong(f"At {values['time']:g} s, `{name[:40]}` is where no aircraft flies.")
    place = None if on_a_plane else (math.degrees(values["lat"]), math.degrees(values["lon"]))
    if place is not None and not (abs(place[0]) <= 90.0 and abs(place[1]) <= 360.0):
        raise _wrong(f"At {values['time']:g} s, `{name[:40]}` is not on the Earth.")
    if "vx" in values:
        velocity = values["vx"], values["vy"], values["vz"]
    else:
        velocity = (
            values["gs"] * math.sin(values["trk"]),
            values["gs"] * math.cos(values["trk"]),
            values["vs"],
        )
    air = None
    if "airspeed" in values and "heading" in values:
        air = (
            values["airspeed"] * math.sin(values["heading"]),
            values["airspeed"] * math.cos(values["heading"]),
        )
    return Flown(
        name=name,
        time_s=values["time"],
        place_deg=place,
        place_m=(values["sx"], values["sy"]) if on_a_plane else (0.0, 0.0),
        height_m=values["sz"] if on_a_plane else values["alt"],
        velocity_mps=velocity,
        air_mps=air,
        alerter=int(values.get("alerter", 1.0)),
        deviation=_deviation(values),
    )


def _deviation(values: Mapping[str, float]) -> Deviation:
    told = [values.get(name, 0.0) for name in _DEVIATIONS]
    return Deviation(
        east_m=told[0],
        north_m=told[1],
        cross_m=told[2],
        up_m=told[3],
        east_mps=told[4],
        north_mps=told[5],
        cross_mps=told[6],
        up_mps=told[7],
    )


def _cut(line: str) -> list[str]:
    return [cell for cell in _PARTED.split(line.strip()) if cell]


def _scale(name: str, unit: str) -> float:
    if unit in _NO_UNIT:
        return 1.0
    if unit not in UNITS:
        raise _wrong(f"Column `{name[:40]}` has the unknown unit `{unit[:40]}`.")
    return UNITS[unit]


def _wrong(what: str) -> PeerError:
    return PeerError(
        "encounter_invalid",
        f"The encounter file is not as it must be. {what}",
        cure="It needs a line of column names, a line of units in brackets, and a row an aircraft and time.",
    )
