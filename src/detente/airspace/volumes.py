"""A 4D volume: an outline, a floor and a ceiling, a start and an end; and what is wrong with one.

Source: ASTM F3548-21 4D volumes, restricted to constant floor and ceiling. All ends are included.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Literal, TypeAlias

import numpy as np

from detente.airspace.atmosphere import Atmosphere
from detente.airspace.geodesy import Floats, inverse
from detente.airspace.geoid import undulation_bounds_cm
from detente.airspace.levels import Level, is_in_range, rise_um
from detente.airspace.nearness import nearest_edges, nearness
from detente.airspace.outline import Outline, outline_of
from detente.airspace.shapes import DEGREES_E7, Circle, MovingBlock, Point, Polygon, Shape, points_of
from detente.wire import Record
from detente.wire.limits import VOLUME_POINTS_MAX

POLE_M = 100_000.0
"""Nearer to a pole, east and west, and with them bearings and read-backs, mean too little."""

EXTENT_MAX_M = 2_500_000.0
"""Radius of the ball that must hold a shape: far below a hemisphere, so a ring has a smaller side."""

CROSSING_M = 0.1
"""Edges that are not neighbours must be farther apart than this."""

SPEED_MAX_MPS = 1_500.0
SCHEDULE_MAX_MS = 864_000_000
EARLY_LATE_MAX_MS = 86_400_000

_POLES = tuple(Circle(centre=Point(lat_e7=sign * 90 * DEGREES_E7, lon_e7=0), radius_cm=0) for sign in (1, -1))
_TURN_BACK_DEG = 0.01
TIME_MAX_MS = 253_402_300_799_999
"""The end of the year 9999: later times have no ISO 8601 text."""

FaultCode: TypeAlias = Literal[
    "bad_position",
    "too_few_points",
    "too_many_points",
    "repeated_point",
    "self_crossing",
    "too_large",
    "bad_radius",
    "bad_level",
    "ceiling_below_floor",
    "bad_time",
    "bad_schedule",
    "near_pole",
    "end_before_start",
]


class Volume(Record, frozen=True, kw_only=True):
    """Where and when: outline, floor and ceiling with their datum, start and end."""

    shape: Shape
    floor: Level
    ceiling: Level
    start_ms: int
    end_ms: int


class Fault(Record, frozen=True, kw_only=True):
    """Why a volume cannot be judged: a stable code, a sentence, and the field at fault."""

    code: FaultCode
    message: str
    field: str


def fault_of(volume: Volume) -> Fault | None:
    """The first fault of a volume, or None if it can be judged.

    A ceiling and a floor of different datum are compared at admission, where the atmosphere is known.
    """
    return (
        shape_fault_of(volume.shape)
        or _level_fault_of(volume)
        or _window_fault_of(volume)
        or _schedule_window_fault_of(volume)
    )


def shape_fault_of(shape: Shape) -> Fault | None:
    """The first fault of an outline, or None."""
    points = points_of(shape)
    fewest = 3 if isinstance(shape, Polygon) else 1 if isinstance(shape, Circle) else 2
    if len(points) < fewest:
        return _fault("too_few_points", f"The outline has {len(points)} points; it needs {fewest}.")
    if len(points) > VOLUME_POINTS_MAX:
        return _fault(
            "too_many_points", f"The outline has {len(points)} points; at most {VOLUME_POINTS_MAX} are taken."
        )
    if any(abs(point.lat_e7) > 90 * DEGREES_E7 or abs(point.lon_e7) > 180 * DEGREES_E7 for point in points):
        return _fault(
            "bad_position", "A point is not on the Earth: latitude within 90, longitude within 180."
        )
    radius_cm = radius_cm_of(shape)
    if (radius_cm <= 0 and not isinstance(shape, Polygon)) or radius_cm > EXTENT_MAX_M * 100:
        return _fault("bad_radius", "A radius or half width is more than 0 and at most 2,500 km.")
    outline = outline_of(shape)
    if outline.ball_radius_m + outline.radius_m > EXTENT_MAX_M:
        return _fault("too_large", "The outline is more than 2,500 km from its middle: split it.")
    if not isinstance(shape, Circle) and float(outline.length_m.min()) < CROSSING_M:
        return _fault("repeated_point", "Two points in a row are the same; a polygon closes itself.")
    if _is_near_a_pole(outline):
        return _fault(
            "near_pole", "The outline comes within 100 km of a pole, where bearings say too little."
        )
    if isinstance(shape, Polygon) and _crosses_itself(outline):
        return _fault("self_crossing", "The polygon's edges cross or touch each other.")
    return schedule_fault_of(shape, outline.length_m) if isinstance(shape, MovingBlock) else None


def radius_cm_of(shape: Shape) -> int:
    """The radius around the skeleton, centimetres; 0 for a polygon."""
    if isinstance(shape, Circle):
        return shape.radius_cm
    return 0 if isinstance(shape, Polygon) else shape.half_width_cm


def rise_between_um(a: Volume, b: Volume, atmosphere: Atmosphere) -> int:
    """The vertical gap between two volumes, micrometres, never too much; negative by the depth they share."""
    sea_level_cm = (0, 0)
    if len({a.floor.datum, a.ceiling.datum, b.floor.datum, b.ceiling.datum}) > 1:
        (low_a, high_a), (low_b, high_b) = (undulation_bounds_cm(outline_of(one.shape)) for one in (a, b))
        sea_level_cm = (min(low_a, low_b), max(high_a, high_b))
    return max(
        rise_um(a.ceiling, b.floor, atmosphere=atmosphere, sea_level_cm=sea_level_cm),
        rise_um(b.ceiling, a.floor, atmosphere=atmosphere, sea_level_cm=sea_level_cm),
    )


def _level_fault_of(volume: Volume) -> Fault | None:
    floor, ceiling = volume.floor, volume.ceiling
    for level, field in ((floor, "floor"), (ceiling, "ceiling")):
        if not is_in_range(level):
            return Fault(
                code="bad_level",
                message=f"The {field} is not between 2,000 ft below and 100,000 ft above sea level.",
                field=field,
            )
    if floor.datum == ceiling.datum and ceiling.value < floor.value:
        return Fault(code="ceiling_below_floor", message="The ceiling is below the floor.", field="ceiling")
    return None


def _window_fault_of(volume: Volume) -> Fault | None:
    for when_ms, field in ((volume.start_ms, "start_ms"), (volume.end_ms, "end_ms")):
        if not 0 <= when_ms <= TIME_MAX_MS:
            return Fault(code="bad_time", message="A time is before 1970 or after 9999.", field=field)
    if volume.end_ms <= volume.start_ms:
        return Fault(code="end_before_start", message="The end is not after the start.", field="end_ms")
    return None


def schedule_fault_of(shape: MovingBlock, length_m: Floats) -> Fault | None:
    """What is wrong with the times of a block that moves along edges of these lengths, or None."""
    times_ms = shape.times_ms
    sound = (
        len(times_ms) == len(shape.points)
        and all(0 <= when_ms <= TIME_MAX_MS for when_ms in times_ms)
        and all(one < other for one, other in pairwise(times_ms))
        and 0 <= shape.early_ms <= EARLY_LATE_MAX_MS
        and 0 <= shape.late_ms <= EARLY_LATE_MAX_MS
        and times_ms[-1] - times_ms[0] <= SCHEDULE_MAX_MS
    )
    if not sound:
        return _fault(
            "bad_schedule",
            "A block has one time for each point, each later than the one before, at most ten days in all, and is "
            "at most a day early or late.",
        )
    if bool((length_m > SPEED_MAX_MPS / 1000.0 * np.diff(times_ms)).any()):
        return _fault("bad_schedule", "The block moves faster than 1,500 m/s.")
    return None


def window_of(shape: MovingBlock) -> tuple[int, int]:
    """From when until when a block is anywhere at all, ms."""
    return shape.times_ms[0] - shape.early_ms, shape.times_ms[-1] + shape.late_ms


def _schedule_window_fault_of(volume: Volume) -> Fault | None:
    shape = volume.shape
    if isinstance(shape, MovingBlock) and (volume.start_ms, volume.end_ms) != window_of(shape):
        return Fault(
            code="bad_schedule",
            message="The window is not from the first time, early, to the last, late.",
            field="start_ms",
        )
    return None


def _is_near_a_pole(outline: Outline) -> bool:
    return any(nearness(outline, outline_of(pole), within_m=POLE_M) is not None for pole in _POLES)


def _crosses_itself(outline: Outline) -> bool:
    edges = len(outline.length_m)
    back_deg, _ = inverse(
        outline.lat_deg, outline.lon_deg, np.roll(outline.lat_deg, 1), np.roll(outline.lon_deg, 1)
    )
    turn_deg = outline.azimuth_deg - back_deg
    turn_deg -= 360.0 * np.round(turn_deg / 360.0)
    if float(np.abs(turn_deg).min()) < _TURN_BACK_DEG:
        return True
    first, second = np.triu_indices(edges, k=2)
    apart = ~((first == 0) & (second == edges - 1))
    if not apart.any():
        return False
    return (
        nearest_edges(outline, outline, first[apart], second[apart], beyond_m=CROSSING_M, enough_m=CROSSING_M)
        is not None
    )


def _fault(code: FaultCode, message: str) -> Fault:
    return Fault(code=code, message=message, field="shape")
