"""Read-back: the receiver returns what it understood, as range and bearing from points both sides know.

A wrong place typed by the sender arrives intact; only a second description, in terms that a person can hold
against the plan, shows it (17 September 2016: a place about 9 km off, told and taken as told).
Places given: the centre of a circle, every point of a line or polygon up to eight, beyond that the four
farthest north, east, south and west. Reference points: the two nearest to the place, in the file's order.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from detente.airspace.geodesy import inverse
from detente.airspace.levels import Level
from detente.airspace.shapes import DEGREES_E7, Point, Shape, points_of
from detente.memorandum.model import Memorandum
from detente.notices.ground import point_of
from detente.notices.notice import Notice
from detente.quantities import METRES_PER_NM
from detente.wire import Record

PLACES_MAX = 8
REFERENCES_PER_PLACE = 2
_BEARING_TOLERANCE_DEG = 1
_RANGE_TOLERANCE_CNM = 1


class ReadBackFix(Record, frozen=True, kw_only=True):
    """One place from one reference point: true bearing, 1 to 360, range in hundredths of a nautical mile."""

    point: int
    reference: str
    bearing_deg: int
    range_cnm: int


class ReadBackVolume(Record, frozen=True, kw_only=True):
    """One volume as understood."""

    fixes: tuple[ReadBackFix, ...]
    floor: Level
    ceiling: Level
    start_ms: int
    end_ms: int


class ReadBack(Record, frozen=True, kw_only=True):
    """The body of RBK."""

    volumes: tuple[ReadBackVolume, ...]
    class_: str = msgspec.field(name="class")


def read_back(notice: Notice, memorandum: Memorandum) -> ReadBack:
    """What a receiver says back about an admitted notice."""
    references = [(row.id, point_of(row.at)) for row in memorandum.reference_point]
    return ReadBack(
        volumes=tuple(
            ReadBackVolume(
                fixes=_fixes(volume.shape, references),
                floor=volume.floor,
                ceiling=volume.ceiling,
                start_ms=volume.start_ms,
                end_ms=volume.end_ms,
            )
            for volume in notice.volumes
        ),
        class_=notice.class_,
    )


def compare(
    own: Notice, heard: ReadBack, memorandum: Memorandum
) -> Literal["volumes", "place", "levels", "window", "class"] | None:
    """The first field in which a read-back differs from what was meant; None if it is correct.

    One degree and one hundredth of a mile of rounding are allowed.
    """
    meant = read_back(own, memorandum)
    if len(heard.volumes) != len(meant.volumes):
        return "volumes"
    for back, said in zip(heard.volumes, meant.volumes, strict=True):
        if not _same_places(back.fixes, said.fixes):
            return "place"
        if (back.floor, back.ceiling) != (said.floor, said.ceiling):
            return "levels"
        if (back.start_ms, back.end_ms) != (said.start_ms, said.end_ms):
            return "window"
    return None if heard.class_ == meant.class_ else "class"


def fix_text(fix: ReadBackFix) -> str:
    """As spoken and shown: "R1 064/11.11"."""
    return f"{fix.reference} {fix.bearing_deg:03d}/{fix.range_cnm // 100}.{fix.range_cnm % 100:02d}"


def _fixes(shape: Shape, references: list[tuple[str, Point]]) -> tuple[ReadBackFix, ...]:
    points = points_of(shape)
    fixes = []
    for index in _places(points):
        from_all = [_fix(index, name, reference, points[index]) for name, reference in references]
        nearest = sorted(range(len(from_all)), key=lambda row: (from_all[row].range_cnm, row))
        fixes += [from_all[row] for row in sorted(nearest[:REFERENCES_PER_PLACE])]
    return tuple(fixes)


def _places(points: tuple[Point, ...]) -> list[int]:
    """Indices of the points that are read back."""
    if len(points) <= PLACES_MAX:
        return list(range(len(points)))
    turn, half = 360 * DEGREES_E7, 180 * DEGREES_E7
    east = [(point.lon_e7 - points[0].lon_e7 + half) % turn for point in points]
    every = range(len(points))
    return sorted(
        {
            max(every, key=lambda index: points[index].lat_e7),
            min(every, key=lambda index: points[index].lat_e7),
            max(every, key=lambda index: east[index]),
            min(every, key=lambda index: east[index]),
        }
    )


def _fix(index: int, name: str, reference: Point, point: Point) -> ReadBackFix:
    azimuth_deg, length_m = inverse(
        reference.lat_e7 / DEGREES_E7,
        reference.lon_e7 / DEGREES_E7,
        point.lat_e7 / DEGREES_E7,
        point.lon_e7 / DEGREES_E7,
    )
    return ReadBackFix(
        point=index,
        reference=name,
        bearing_deg=(round(azimuth_deg) - 1) % 360 + 1,
        range_cnm=round(length_m / METRES_PER_NM * 100.0),
    )


def _same_places(heard: tuple[ReadBackFix, ...], meant: tuple[ReadBackFix, ...]) -> bool:
    return len(heard) == len(meant) and all(
        (back.point, back.reference) == (said.point, said.reference)
        and abs((back.bearing_deg - said.bearing_deg + 180) % 360 - 180) <= _BEARING_TOLERANCE_DEG
        and abs(back.range_cnm - said.range_cnm) <= _RANGE_TOLERANCE_CNM
        for back, said in zip(heard, meant, strict=True)
    )
