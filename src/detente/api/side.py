"""The air along a line from the side: distance across, level up; bands of both sides, aircraft near it, conflicts.

The line is drawn by hand, or lies through a notice or along an aircraft's way. It is looked at in `LOOKS` places, so
a band's end is true to a four-hundredth of its length; levels are bounds over all agreed weather
(`geo.band_palt_ft`). To look at only: conflicts are decided elsewhere, and are shown here as they were.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from detente.airspace.geodesy import Floats, destination, distance_m
from detente.airspace.inside import outside_block_m, outside_m
from detente.airspace.outline import Outline, outline_of, straight_m
from detente.airspace.shapes import DEGREES_E7, Circle, Corridor, MovingBlock, Point, Shape, points_of
from detente.airspace.volumes import Volume
from detente.api.bodies_map import SideAsked
from detente.api.geo import band_palt_ft
from detente.api.house import House
from detente.errors import OperatorError
from detente.node.state import State
from detente.node.views import short_ref
from detente.notices.verdict import Admitted
from detente.quantities import METRES_PER_NM
from detente.runtime.desk_give import ref_of
from detente.tracks.position import PositionReport

LOOKS = 401
NEAR_NM = 10.0
"""Aircraft and conflicts no farther from the line are shown."""
NOW_MS = 60_000
"""Nearer to now than this, aircraft are shown where they are."""
BEHIND_NM, AHEAD_NM = 20.0, 60.0
BEYOND = 1.5
"""How much farther than a notice the line through it goes, of the notice's radius."""
BANDS_MAX = 200


@dataclass(frozen=True, kw_only=True)
class Still:
    """What a look at the air needs, as it was at one moment: it takes a core for a while, and the node goes on."""

    state: State
    heard: tuple[tuple[PositionReport, bool], ...]
    points: tuple[Point, ...]
    at_ms: int
    is_now: bool


def still(house: House, asked: SideAsked) -> Still:
    """The line and all that may lie near it.

    Raises: OperatorError where what the line should go through is not there.
    """
    return Still(
        state=house.node.state,
        heard=tuple(house.node.watcher.heard()),
        points=_points(house, asked),
        at_ms=asked.at_ms,
        is_now=abs(asked.at_ms - house.clock.now_ms()) < NOW_MS,
    )


def side_of_air(seen: Still) -> dict[str, Any]:
    """What lies along the line at a moment; may be reckoned in another thread.

    Raises: OperatorError where the line has no length.
    """
    line = outline_of(Corridor(points=seen.points, half_width_cm=0))
    length_m = float(line.length_m.sum())
    if length_m < 1.0:
        raise OperatorError("no_line", "The line has no length.", cure="Give two places that are apart.")
    lat_deg, lon_deg, along_m = _looks(line, length_m)
    bands = list(_bands(seen, line, lat_deg, lon_deg, along_m))
    return {
        "line": [[one.lon_e7 / DEGREES_E7, one.lat_e7 / DEGREES_E7] for one in seen.points],
        "length_nm": round(length_m / METRES_PER_NM, 2),
        "at_ms": seen.at_ms,
        "bands": bands[:BANDS_MAX],
        "left_out": max(0, len(bands) - BANDS_MAX),
        "tracks": list(_tracks(seen, lat_deg, lon_deg, along_m)) if seen.is_now else [],
        "conflicts": list(_conflicts(seen, lat_deg, lon_deg, along_m)),
    }


def _points(house: House, asked: SideAsked) -> tuple[Point, ...]:
    if len(asked.points) >= 2:
        return tuple(
            Point(lat_e7=round(lat * DEGREES_E7), lon_e7=round(lon * DEGREES_E7)) for lon, lat in asked.points
        )
    if asked.notice:
        held = house.node.state.notices.get(ref_of(house.node, asked.notice))
        if held is None:
            raise OperatorError("unknown_notice", f"{asked.notice[:80]!r} is no notice here.")
        return _through(held.notice.volumes[0].shape)
    for report, _ in house.node.watcher.heard():
        if report.aircraft == asked.aircraft:
            course_deg = report.track_deg or 0.0
            return _across(report.lat_deg, report.lon_deg, course_deg, -BEHIND_NM, AHEAD_NM)
    raise OperatorError(
        "nothing_to_see",
        "No such aircraft is heard now, and no line was given.",
        cure="Pick an aircraft or a notice, or draw a line.",
    )


def _through(shape: Shape) -> tuple[Point, ...]:
    """Along a path; from west to east through the middle of anything else."""
    if isinstance(shape, Corridor | MovingBlock):
        return shape.points
    outline = outline_of(shape)
    lats = np.array([one.lat_e7 for one in points_of(shape)]) / DEGREES_E7
    lons = np.unwrap(np.array([one.lon_e7 for one in points_of(shape)]) / DEGREES_E7, period=360.0)
    lat, lon = float(lats.min() + lats.max()) / 2.0, float(lons.min() + lons.max()) / 2.0
    reach_m = outline.radius_m if isinstance(shape, Circle) else outline.ball_radius_m
    reach_nm = BEYOND * max(1.0, reach_m / METRES_PER_NM)
    return _across(lat, lon, 90.0, -reach_nm, reach_nm)


def _across(lat: float, lon: float, course_deg: float, from_nm: float, to_nm: float) -> tuple[Point, ...]:
    ends = (
        destination(lat, lon, bearing_deg=course_deg, distance_m=nm * METRES_PER_NM)
        for nm in (from_nm, to_nm)
    )
    return tuple(Point(lat_e7=round(at * DEGREES_E7), lon_e7=round(on * DEGREES_E7)) for at, on in ends)


def _looks(line: Outline, length_m: float) -> tuple[Floats, Floats, Floats]:
    """Latitude, longitude and the way from the start, each (LOOKS,)."""
    along_m = np.linspace(0.0, length_m, LOOKS)
    starts_m = np.concatenate(([0.0], np.cumsum(line.length_m)))
    edges = np.clip(np.searchsorted(starts_m, along_m, side="right") - 1, 0, len(line.length_m) - 1)
    fractions = (along_m - starts_m[edges]) / np.maximum(line.length_m[edges], 1e-9)
    lat_deg, lon_deg = line.along(edges, np.clip(fractions, 0.0, 1.0))
    return lat_deg, lon_deg, along_m


def _bands(
    seen: Still, line: Outline, lat_deg: Floats, lon_deg: Floats, along_m: Floats
) -> Iterator[dict[str, Any]]:
    state, at_ms = seen.state, seen.at_ms
    for held in state.notices.values():
        if not isinstance(held.verdict, Admitted) or held.until_ms <= min(at_ms, state.now_ms):
            continue
        for volume in held.notice.volumes:
            outline = outline_of(volume.shape)
            if straight_m(outline, line) > outline.radius_m:
                continue
            is_now = volume.start_ms <= at_ms < min(volume.end_ms, held.until_ms)
            for first, last in _runs(_inside(volume, lat_deg, lon_deg, at_ms, is_now=is_now)):
                least_ft, most_ft = band_palt_ft(volume, state.memorandum)
                yield {
                    "notice": short_ref(held.ref),
                    "party": held.party,
                    "from_nm": round(float(along_m[first]) / METRES_PER_NM, 2),
                    "to_nm": round(float(along_m[last]) / METRES_PER_NM, 2),
                    "floor_palt_ft": least_ft,
                    "ceiling_palt_ft": most_ft,
                    "start_ms": volume.start_ms,
                    "end_ms": volume.end_ms,
                    "in_force": is_now,
                }


def _inside(volume: Volume, lat_deg: Floats, lon_deg: Floats, at_ms: int, *, is_now: bool) -> Any:
    if isinstance(volume.shape, MovingBlock) and is_now:
        return outside_block_m(volume.shape, lat_deg, lon_deg, np.full(len(lat_deg), float(at_ms))) <= 0.0
    return outside_m(volume.shape, lat_deg, lon_deg) <= 0.0


def _runs(inside: Any) -> Iterator[tuple[int, int]]:
    """First and last places of each unbroken stretch."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], inside.astype(np.int8), [0]))))
    for first, after in zip(edges[::2], edges[1::2], strict=True):
        yield int(first), int(after) - 1


def _tracks(seen: Still, lat_deg: Floats, lon_deg: Floats, along_m: Floats) -> Iterator[dict[str, Any]]:
    for report, is_own in seen.heard:
        found = _beside(report.lat_deg, report.lon_deg, lat_deg, lon_deg, along_m)
        if found is not None and report.level_palt_ft is not None:
            yield {
                "aircraft": report.aircraft,
                "name": report.call_sign or report.aircraft,
                "own": is_own,
                "along_nm": found[0],
                "off_nm": found[1],
                "level_palt_ft": round(report.level_palt_ft),
                "slack_ft": round(report.level_slack_ft),
            }


def _conflicts(seen: Still, lat_deg: Floats, lon_deg: Floats, along_m: Floats) -> Iterator[dict[str, Any]]:
    state = seen.state
    for held in state.conflicts.values():
        if any(state.notices[ref].until_ms <= state.now_ms for ref in (held.own, held.foreign)):
            continue  # over: kept for questions, and no conflict any more
        one = held.conflict
        found = _beside(
            one.where.lat_e7 / DEGREES_E7, one.where.lon_e7 / DEGREES_E7, lat_deg, lon_deg, along_m
        )
        if found is not None:
            yield {
                "own": short_ref(held.own),
                "foreign": short_ref(held.foreign),
                "along_nm": found[0],
                "off_nm": found[1],
                "lateral_gap_m": one.lateral_gap_m,
                "lateral_min_m": one.lateral_min_m,
                "vertical_gap_ft": one.vertical_gap_ft,
                "vertical_min_ft": one.vertical_min_ft,
            }


def _beside(
    lat: float, lon: float, lat_deg: Floats, lon_deg: Floats, along_m: Floats
) -> tuple[float, float] | None:
    """How far along the line a place lies, and how far beside it, NM; None where it is not near."""
    east_deg = ((lon_deg - lon + 180.0) % 360.0 - 180.0) * math.cos(math.radians(lat))
    nearest = int(np.argmin((lat_deg - lat) ** 2 + east_deg**2))
    off_nm = float(distance_m(lat, lon, float(lat_deg[nearest]), float(lon_deg[nearest]))) / METRES_PER_NM
    if off_nm > NEAR_NM:
        return None
    return round(float(along_m[nearest]) / METRES_PER_NM, 2), round(off_nm, 2)
