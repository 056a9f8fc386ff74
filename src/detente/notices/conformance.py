"""The private check that the own plan lies inside the own notice, before the notice leaves.

The plan never leaves the node, and neither do positions: a message says how far outside, not where.
A plan is one flight as timed points, flown along geodesics at even speed and climb between them. It is
looked at every 200 m of way or 10 seconds, whichever gives more looks, so what is farther than `TOLERANCE_M`
and half a step outside at any moment is found.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from detente.airspace.geodesy import Floats, destination, inverse
from detente.airspace.inside import TOLERANCE_M, outside_block_m, outside_m
from detente.airspace.levels import MICROMETRES_PER_FT, Level, rise_um
from detente.airspace.shapes import DEGREES_E7, MovingBlock
from detente.airspace.volumes import Volume
from detente.errors import OperatorError
from detente.memorandum.model import Memorandum
from detente.notices.ground import atmosphere_of, sea_level_cm
from detente.notices.notice import Notice
from detente.quantities import METRES_PER_NM
from detente.wire import Record

POINTS_MAX = 2_000
_STEP_M = 200.0
_STEP_S = 10.0
_LOOKS_MAX = 200_000

_Whole: TypeAlias = NDArray[np.int64]


class PlanPoint(Record, frozen=True, kw_only=True):
    """Where an own flight means to be, when, and at what level in the datum of its plan."""

    lat_e7: int
    lon_e7: int
    time_ms: int
    level: int


class Plan(Record, frozen=True, kw_only=True):
    """One own flight. `datum` says what every level is: `hae` centimetres or `palt` feet."""

    datum: Literal["hae", "palt"]
    points: tuple[PlanPoint, ...]


class Conforms(Record, frozen=True, kw_only=True):
    """The plan lies inside the notice."""


class Outside(Record, frozen=True, kw_only=True):
    """The plan leaves the notice: in which field, and by how much, without any position."""

    field: Literal["place", "window", "levels"]
    message: str


def conformance(plan: Plan, notice: Notice, memorandum: Memorandum) -> Conforms | Outside:
    """Whether every moment of a plan lies in some volume of a notice that can be judged.

    Raises: OperatorError `bad_plan` for a plan with no points or too many, off the Earth or out of order.
    """
    _check(plan)
    lat_deg, lon_deg, time_ms, level = _looks(plan)
    place_m = np.stack(
        [
            outside_block_m(volume.shape, lat_deg, lon_deg, time_ms)
            if isinstance(volume.shape, MovingBlock)
            else outside_m(volume.shape, lat_deg, lon_deg)
            for volume in notice.volumes
        ]
    )
    window_ms = np.stack([_outside_window(volume, time_ms) for volume in notice.volumes])
    levels_um = np.stack(
        [_outside_levels(volume, plan.datum, level, memorandum) for volume in notice.volumes]
    )
    in_place, in_window, in_levels = place_m <= TOLERANCE_M, window_ms == 0, levels_um <= 0
    missed = ~(in_place & in_window & in_levels).any(axis=0)
    if not missed.any():
        return Conforms()
    farthest_m = float(place_m.min(axis=0)[missed].max())
    if farthest_m == np.inf:
        return Outside(field="window", message="plan outside the times of the moving block")
    if farthest_m > TOLERANCE_M:
        return Outside(
            field="place",
            message=f"plan {farthest_m / METRES_PER_NM:.2f} NM ({farthest_m / 1000.0:.2f} km) outside",
        )
    late_ms = float(np.where(in_place, window_ms, np.inf).min(axis=0)[missed].max())
    if late_ms > 0:
        return Outside(field="window", message=f"plan {int(late_ms) // 1000} s outside the window")
    off_um = np.where(in_place & in_window, levels_um, np.inf).min(axis=0)[missed].max()
    return Outside(
        field="levels", message=f"plan {-int(-off_um // MICROMETRES_PER_FT)} ft outside the levels"
    )


def _check(plan: Plan) -> None:
    points = plan.points
    sound = (
        0 < len(points) <= POINTS_MAX
        and all(
            abs(point.lat_e7) <= 90 * DEGREES_E7
            and abs(point.lon_e7) <= 180 * DEGREES_E7
            and 0 <= point.time_ms < 2**48
            and abs(point.level) < 2**31
            for point in points
        )
        and all(one.time_ms <= other.time_ms for one, other in pairwise(points))
    )
    if not sound:
        raise OperatorError(
            "bad_plan",
            f"A plan is 1 to {POINTS_MAX} positions on the Earth in the order of their times.",
            cure="Correct the plan; it stays on this node.",
        )


def _looks(plan: Plan) -> tuple[Floats, Floats, Floats, Floats]:
    """Latitude, longitude, time and level at every moment that is looked at, each shape (n,)."""
    lat_deg = np.array([point.lat_e7 for point in plan.points]) / DEGREES_E7
    lon_deg = np.array([point.lon_e7 for point in plan.points]) / DEGREES_E7
    time_ms = np.array([point.time_ms for point in plan.points], dtype=np.float64)
    level = np.array([point.level for point in plan.points], dtype=np.float64)
    if len(plan.points) == 1:
        return lat_deg, lon_deg, time_ms, level
    azimuth_deg, length_m = inverse(lat_deg[:-1], lon_deg[:-1], lat_deg[1:], lon_deg[1:])
    wanted = np.maximum(length_m / _STEP_M, np.diff(time_ms) / (_STEP_S * 1000.0))
    parts: _Whole = np.maximum(1, np.ceil(wanted)).astype(np.int64)
    if int(parts.sum()) > _LOOKS_MAX:
        raise OperatorError(
            "bad_plan", "The plan is too long to check.", cure="Split it into several flights."
        )
    leg = np.repeat(np.arange(len(parts)), parts)
    fraction = (np.arange(len(leg)) - np.repeat(np.cumsum(parts) - parts, parts)) / parts[leg]
    along_lat_deg, along_lon_deg = destination(
        lat_deg[leg], lon_deg[leg], bearing_deg=azimuth_deg[leg], distance_m=length_m[leg] * fraction
    )
    return (
        np.append(along_lat_deg, lat_deg[-1]),
        np.append(along_lon_deg, lon_deg[-1]),
        np.append(time_ms[leg] + fraction * np.diff(time_ms)[leg], time_ms[-1]),
        np.append(level[leg] + fraction * np.diff(level)[leg], level[-1]),
    )


def _outside_window(volume: Volume, time_ms: Floats) -> Floats:
    outside: Floats = np.maximum(0.0, np.maximum(volume.start_ms - time_ms, time_ms - volume.end_ms))
    return outside


def _outside_levels(
    volume: Volume, datum: Literal["hae", "palt"], level: Floats, memorandum: Memorandum
) -> Floats:
    """How far each level may be outside a volume's in any agreed weather, micrometres; 0 or less inside."""
    atmosphere, sea_cm = atmosphere_of(memorandum.area.atmosphere), sea_level_cm(volume.shape)

    def outside_um(value: int) -> int:
        planned = Level(datum=datum, value=value)
        above = rise_um(volume.floor, planned, atmosphere=atmosphere, sea_level_cm=sea_cm)
        below = rise_um(planned, volume.ceiling, atmosphere=atmosphere, sea_level_cm=sea_cm)
        return -min(above, below)

    values, back = np.unique(
        np.stack((np.floor(level), np.ceil(level))).astype(np.int64), return_inverse=True
    )
    outside = np.array([outside_um(int(value)) for value in values], dtype=np.float64)
    worst: Floats = outside[back.reshape(2, -1)].max(axis=0)
    return worst
