"""What can be changed of a notice to clear its conflicts, and the notice that comes of it.

- `shift_s`: every window is later (or, below zero, earlier) by whole seconds; times along a path go with it.
- `floor`, `ceiling`: the lowest floor becomes `floor` and all floors move with it, the highest ceiling becomes
  `ceiling` and all ceilings move with it. Only where all of them have one datum.
- `move_m`, `bearing_deg`: the whole notice is carried along a geodesic from its middle without turning: each point
  keeps its distance from the middle and its bearing against that geodesic. On the ellipsoid this keeps lengths to
  millimetres within the widths that notices have; what comes of it is judged anew in any case.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

import msgspec
import numpy as np

from detente.airspace.geodesy import Floats, destination, earth_centred_m, geographic_deg, inverse
from detente.airspace.levels import Level
from detente.airspace.shapes import DEGREES_E7, Circle, Point, Shape, points_of
from detente.airspace.volumes import Volume
from detente.notices.notice import Notice
from detente.notices.verdict import Refused
from detente.wire import Record

SHIFT_MAX_S = 366 * 86_400
MOVE_MAX_M = 1_000_000
_BEARING_MAX_DEG = 360

_End: TypeAlias = Literal["floor", "ceiling"]


class Change(Record, frozen=True, kw_only=True):
    """What is not None would change."""

    shift_s: int | None = None
    floor: Level | None = None
    ceiling: Level | None = None
    move_m: int | None = None
    bearing_deg: int | None = None


def changed(notice: Notice, change: Change) -> Notice | Refused:
    """The notice after a change; refused where the change cannot be made. Admission is another matter."""
    if not any((change.shift_s, change.floor, change.ceiling, change.move_m)):
        return _no("nothing_changes", "The proposal changes nothing.", None)
    volumes = notice.volumes
    if change.shift_s:
        if abs(change.shift_s) > SHIFT_MAX_S:
            return _no("bad_change", "A shift is at most a year.", "shift_s")
        volumes = tuple(_later(volume, change.shift_s * 1000) for volume in volumes)
    ends: tuple[tuple[_End, Level | None], ...] = (("floor", change.floor), ("ceiling", change.ceiling))
    for which, wanted in ends:
        if wanted is not None:
            levelled = _levelled(volumes, wanted, which)
            if isinstance(levelled, Refused):
                return levelled
            volumes = levelled
    if change.move_m:
        bearing_deg = change.bearing_deg
        if bearing_deg is None or not 0 <= bearing_deg <= _BEARING_MAX_DEG:
            return _no("bad_change", "A move has a bearing from 0 to 360.", "bearing_deg")
        if abs(change.move_m) > MOVE_MAX_M:
            return _no("bad_change", f"A move is at most {MOVE_MAX_M // 1000} km.", "move_m")
        volumes = carried(volumes, move_m=change.move_m, bearing_deg=bearing_deg)
    return msgspec.structs.replace(notice, volumes=volumes)


def carried(volumes: tuple[Volume, ...], *, move_m: float, bearing_deg: float) -> tuple[Volume, ...]:
    """Volumes carried over the ground together, without turning."""
    points = [point for volume in volumes for point in points_of(volume.shape)]
    lat_deg = np.array([point.lat_e7 for point in points]) / DEGREES_E7
    lon_deg = np.array([point.lon_e7 for point in points]) / DEGREES_E7
    places_m = earth_centred_m(lat_deg, lon_deg)
    middle = (places_m.min(axis=0) + places_m.max(axis=0)) / 2.0
    from_lat, from_lon = geographic_deg((float(middle[0]), float(middle[1]), float(middle[2])))
    to_lat, to_lon = destination(from_lat, from_lon, bearing_deg=bearing_deg, distance_m=move_m)
    back_deg, _ = inverse(to_lat, to_lon, from_lat, from_lon)
    turn_deg = back_deg + (180.0 if move_m >= 0 else 0.0) - bearing_deg
    count = len(points)
    azimuth_deg, length_m = inverse(np.full(count, from_lat), np.full(count, from_lon), lat_deg, lon_deg)
    new_lat, new_lon = destination(
        np.full(count, to_lat),
        np.full(count, to_lon),
        bearing_deg=azimuth_deg + turn_deg,
        distance_m=length_m,
    )
    moved = iter(_points(new_lat, new_lon))
    return tuple(
        msgspec.structs.replace(volume, shape=_with_points(volume.shape, lambda: next(moved)))
        for volume in volumes
    )


def _points(lat_deg: Floats, lon_deg: Floats) -> list[Point]:
    return [
        Point(lat_e7=round(lat * DEGREES_E7), lon_e7=round(lon * DEGREES_E7))
        for lat, lon in zip(lat_deg.tolist(), lon_deg.tolist(), strict=True)
    ]


def _with_points(shape: Shape, point: Callable[[], Point]) -> Shape:
    if isinstance(shape, Circle):
        return msgspec.structs.replace(shape, centre=point())
    return msgspec.structs.replace(shape, points=tuple(point() for _ in shape.points))


def _later(volume: Volume, by_ms: int) -> Volume:
    shape = volume.shape
    times_ms = getattr(shape, "times_ms", ())
    if times_ms:
        shape = msgspec.structs.replace(shape, times_ms=tuple(when_ms + by_ms for when_ms in times_ms))
    return msgspec.structs.replace(
        volume, shape=shape, start_ms=volume.start_ms + by_ms, end_ms=volume.end_ms + by_ms
    )


def _levelled(volumes: tuple[Volume, ...], wanted: Level, which: _End) -> tuple[Volume, ...] | Refused:
    levels: list[Level] = [getattr(volume, which) for volume in volumes]
    if {level.datum for level in levels} != {wanted.datum}:
        return _no("two_datums", f"Not every {which} has the datum of the one proposed.", which)
    values = [level.value for level in levels]
    rise = wanted.value - (min(values) if which == "floor" else max(values))
    return tuple(
        msgspec.structs.replace(volume, **{which: Level(datum=wanted.datum, value=level.value + rise)})
        for volume, level in zip(volumes, levels, strict=True)
    )


def _no(code: str, message: str, field: str | None) -> Refused:
    return Refused(code=code, message=message, field=field)
