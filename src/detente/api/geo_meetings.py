"""Where aircraft and notices come too near, as GeoJSON: encounters in progress, and conflicts with their gap.

An encounter is two lines, from each aircraft to its own place at the closest point, and a third that joins those two
places. A conflict is the line between the two nearest places of its volumes, or a point where they touch or overlap.
Both carry what is short of the minima in numbers; the words are the reader's.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from detente.airspace.moving import section
from detente.airspace.nearness import nearest_places
from detente.airspace.outline import Outline, outline_of
from detente.airspace.shapes import DEGREES_E7, MovingBlock
from detente.airspace.volumes import Volume
from detente.api.bodies import Items
from detente.api.geo import page_of
from detente.api.house import House
from detente.conflicts.decide import Conflict, NotChecked, agreed, between
from detente.encounters.approach import Fix
from detente.memorandum.model import Memorandum
from detente.node.state import State
from detente.node.views import short_ref
from detente.notices.notice import Notice
from detente.quantities import utc_text
from detente.tracks.position import PositionReport


def encounter_items(house: House, asked: Items) -> dict[str, Any]:
    """A feature for each encounter that is not over."""
    found = (
        {
            "type": "Feature",
            "id": f"{one['own']}.{one['foreign']}",
            "geometry": {"type": "MultiLineString", "coordinates": one["lines"]},
            "properties": {name: value for name, value in one.items() if name != "lines"},
        }
        for one in encounters_of(house)
    )
    return page_of("encounters", found, asked, house)


def encounters_of(house: House) -> Iterator[dict[str, Any]]:
    """Encounters that are not over: both aircraft, the predicted closest point, seconds to it, and the misses.

    `ref` is the question or alert that was said of it, where one was; `seconds` are negative once it is past.
    """
    state, now_ms = house.node.state, house.clock.now_ms()
    for one in house.node.watcher.under_way():
        held = state.alerts.get((one.own.aircraft, one.foreign.aircraft))
        closest = one.approach
        places = (_place(closest.a), _place(closest.b))
        yield {
            "own": one.own.aircraft,
            "own_name": one.own.call_sign or one.own.aircraft,
            "foreign": one.foreign.aircraft,
            "foreign_name": one.foreign.call_sign or one.foreign.aircraft,
            "closest": utc_text(closest.closest_ms),
            "closest_ms": closest.closest_ms,
            "seconds": (closest.closest_ms - now_ms) // 1000,
            "miss_nm": round(closest.miss_nm, 2),
            "miss_ft": round(closest.miss_ft),
            "lat": round(closest.lat_deg, 6),
            "lon": round(closest.lon_deg, 6),
            "own_level_palt_ft": round(closest.a.level_palt_ft),
            "foreign_level_palt_ft": round(closest.b.level_palt_ft),
            "is_predicted": one.is_predicted,
            "ref": short_ref(held.statement) if held is not None and held.statement is not None else None,
            "lines": [
                [_now(one.own), places[0]],
                [_now(one.foreign), places[1]],
                list(places),
            ],
        }


def _now(report: PositionReport) -> list[float]:
    return [round(report.lon_deg, 6), round(report.lat_deg, 6)]


def _place(fix: Fix) -> list[float]:
    return [round(fix.lon_deg, 6), round(fix.lat_deg, 6)]


def conflict_items(house: House, asked: Items) -> dict[str, Any]:
    """A feature for each conflict between notices in force."""
    return page_of("conflicts", _conflicts(house.node.state), asked, house)


def _conflicts(state: State) -> Iterator[dict[str, Any]]:
    for held in state.conflicts.values():
        own, foreign = state.notices[held.own], state.notices[held.foreign]
        if not (own.until_ms > state.now_ms and foreign.until_ms > state.now_ms):
            continue
        yield conflict_feature(
            held.conflict,
            ends=gap_of(own.notice, foreign.notice, held.conflict, state.memorandum),
            own=short_ref(held.own),
            foreign=short_ref(held.foreign),
            stated_by=sorted(held.stated_by),
        )


def conflict_feature(
    conflict: Conflict, *, ends: tuple[list[float], list[float]] | None, own: str, foreign: str, **more: Any
) -> dict[str, Any]:
    """One conflict; `ends` are the nearest places of its volumes, own one first, where there is a gap."""
    where = [conflict.where.lon_e7 / DEGREES_E7, conflict.where.lat_e7 / DEGREES_E7]
    geometry = (
        {"type": "Point", "coordinates": where}
        if ends is None
        else {"type": "LineString", "coordinates": list(ends)}
    )
    return {
        "type": "Feature",
        "id": f"{own}.{foreign}",
        "geometry": geometry,
        "properties": {
            "own": own,
            "foreign": foreign,
            "article": conflict.article,
            "mode": conflict.mode,
            "lon": where[0],
            "lat": where[1],
            "lateral_gap_m": conflict.lateral_gap_m,
            "lateral_min_m": conflict.lateral_min_m,
            "vertical_gap_ft": conflict.vertical_gap_ft,
            "vertical_min_ft": conflict.vertical_min_ft,
            "time_gap_s": conflict.time_gap_s,
            "time_min_s": conflict.time_min_s,
            "from": utc_text(conflict.from_ms),
            "until": utc_text(conflict.until_ms),
            "from_ms": conflict.from_ms,
            "until_ms": conflict.until_ms,
            **more,
        },
    }


@lru_cache(maxsize=1_024)
def gap_of(
    own: Notice, foreign: Notice, conflict: Conflict, memorandum: Memorandum
) -> tuple[list[float], list[float]] | None:
    """The nearest places of the two volumes that a conflict was decided by; None where they touch or overlap.

    Degrees, longitude first. Of two blocks that move there is no line: they are there at different moments.
    """
    minima = agreed(own, foreign, memorandum)
    if isinstance(minima, NotChecked) or conflict.lateral_gap_m == 0:
        return None
    for one in own.volumes:
        for other in foreign.volumes:
            if between(one, other, minima, memorandum.area.atmosphere) == conflict:
                return _gap(one, other)
    return None


def _gap(one: Volume, other: Volume) -> tuple[list[float], list[float]] | None:
    if isinstance(one.shape, MovingBlock) and isinstance(other.shape, MovingBlock):
        return None
    outlines = (_there(one, other), _there(other, one))
    if outlines[0] is None or outlines[1] is None:
        return None
    ends = nearest_places(outlines[0], outlines[1])
    if ends is None:
        return None
    (first_lat, first_lon), (last_lat, last_lon) = ends
    return [float(first_lon), float(first_lat)], [float(last_lon), float(last_lat)]


def _there(volume: Volume, other: Volume) -> Outline | None:
    """What a volume is while the other is there."""
    if isinstance(volume.shape, MovingBlock):
        return section(volume.shape, from_ms=other.start_ms, until_ms=other.end_ms)
    return outline_of(volume.shape)
