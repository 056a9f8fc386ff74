"""Volumes as rows of numbers for the index, and back, without loss: what is packed unpacks to the same volume."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from detente.airspace.atmosphere import Atmosphere, amsl_bounds_cm
from detente.airspace.levels import Level
from detente.airspace.shapes import Circle, Corridor, MovingBlock, Point, Polygon, Shape, points_of
from detente.airspace.volumes import Volume, radius_cm_of
from detente.kernels.ask import POINTS_MAX
from detente.kernels.boxes import fill_boxes
from detente.kernels.layout import (
    CEILING_IS_PALT,
    CIRCLE,
    CORRIDOR,
    FLOOR_IS_PALT,
    MOVING,
    POLYGON,
    ROW,
    Int32,
    Points,
    Rows,
)

_LOW_BITS = 31


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Packed:
    """Volumes of notices: rows of `layout.ROW` with their boxes, their points, and each row's notice, counted from 0.

    Rows of one notice stand together. `rows` and `notices` have shape (k,), `points` (m, 2).
    """

    rows: Rows
    points: Points
    notices: Int32


def pack(notices: Iterable[tuple[int, Iterable[Volume]]], atmosphere: Atmosphere) -> Packed:
    """Volumes without fault (`volumes.fault_of`), each notice with its group (`grouping`)."""
    rows: list[tuple[int, ...]] = []
    points: list[tuple[int, int]] = []
    numbers: list[int] = []
    for number, (group, volumes) in enumerate(notices):
        for volume in volumes:
            pairs = _pairs(volume.shape)
            rows.append(_row(volume, group, len(points), atmosphere))
            points.extend(pairs)
            numbers.append(number)
    return packed(
        np.array(rows, dtype=ROW),
        np.array(points, dtype=np.int32).reshape(-1, 2),
        np.array(numbers, dtype=np.int32),
    )


def packed(rows: Rows, points: Points, notices: Int32) -> Packed:
    """Arrays that are right in all but their boxes, which are filled in here.

    Compiled code checks no index, so what it relies on is asserted at this door.
    """
    counts = rows["count"].astype(np.int64)
    pairs = np.where(rows["kind"] == MOVING, 2 * counts + 1, counts)
    assert len(rows) == len(notices)
    assert (counts > 0).all()
    assert (counts <= POINTS_MAX).all()
    assert (rows["first"] >= 0).all()
    assert (rows["first"] + pairs <= len(points)).all()
    assert (rows["start_ms"] >= 0).all()
    assert (rows["end_ms"] >= rows["start_ms"]).all()
    fill_boxes(rows, points)
    return Packed(rows=rows, points=points, notices=notices)


def volume_of(rows: Rows, points: Points, place: int) -> Volume:
    """The volume in a row."""
    row = rows[place]
    datums = int(row["datums"])
    return Volume(
        shape=_shape(rows, points, place),
        floor=Level(datum="palt" if datums & FLOOR_IS_PALT else "hae", value=int(row["floor"])),
        ceiling=Level(datum="palt" if datums & CEILING_IS_PALT else "hae", value=int(row["ceiling"])),
        start_ms=int(row["start_ms"]),
        end_ms=int(row["end_ms"]),
    )


def _row(volume: Volume, group: int, first: int, atmosphere: Atmosphere) -> tuple[int, ...]:
    floor, ceiling = volume.floor, volume.ceiling
    return (
        volume.start_ms,
        volume.end_ms,
        0,
        0,
        0,
        0,
        floor.value,
        ceiling.value,
        amsl_bounds_cm(floor.value, atmosphere)[0] if floor.datum == "palt" else floor.value,
        amsl_bounds_cm(ceiling.value, atmosphere)[1] if ceiling.datum == "palt" else ceiling.value,
        radius_cm_of(volume.shape),
        first,
        len(points_of(volume.shape)),
        group,
        _kind(volume.shape),
        (FLOOR_IS_PALT if floor.datum == "palt" else 0) | (CEILING_IS_PALT if ceiling.datum == "palt" else 0),
        0,
    )


def _kind(shape: Shape) -> int:
    match shape:
        case Circle():
            return CIRCLE
        case Corridor():
            return CORRIDOR
        case Polygon():
            return POLYGON
        case MovingBlock():
            return MOVING


def _pairs(shape: Shape) -> list[tuple[int, int]]:
    pairs = [(point.lat_e7, point.lon_e7) for point in points_of(shape)]
    if isinstance(shape, MovingBlock):
        pairs += [_split(when_ms) for when_ms in shape.times_ms]
        pairs.append((shape.early_ms, shape.late_ms))
    return pairs


def _shape(rows: Rows, points: Points, place: int) -> Shape:
    row = rows[place]
    first, count, radius_cm = int(row["first"]), int(row["count"]), int(row["radius_cm"])
    drawn = tuple(
        Point(lat_e7=lat_e7, lon_e7=lon_e7) for lat_e7, lon_e7 in points[first : first + count].tolist()
    )
    match int(row["kind"]):
        case 0:
            return Circle(centre=drawn[0], radius_cm=radius_cm)
        case 1:
            return Corridor(points=drawn, half_width_cm=radius_cm)
        case 2:
            return Polygon(points=drawn)
        case _:
            times = points[first + count : first + 2 * count].tolist()
            early_ms, late_ms = points[first + 2 * count].tolist()
            return MovingBlock(
                points=drawn,
                times_ms=tuple(high << _LOW_BITS | low for high, low in times),
                half_width_cm=radius_cm,
                early_ms=early_ms,
                late_ms=late_ms,
            )


def _split(when_ms: int) -> tuple[int, int]:
    return when_ms >> _LOW_BITS, when_ms & ((1 << _LOW_BITS) - 1)
