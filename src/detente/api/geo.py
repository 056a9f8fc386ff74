"""Notices and tracks as GeoJSON feature collections, in the shape that GIS tools page through; pages of any such.

Source: OGC API Features part 1 (17-069r4), sections 7.14 to 7.16, for `items`; RFC 7946 for the geometry. A
circle is a ring that lies outside it, so that what is drawn is never too small; a corridor or moving block is its
middle line with `half_width_nm`, or a ring too where `outline` is asked for. Heights stay words with their datum:
GeoJSON's third number has none.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from detente.airspace.drawn import around, ring_of
from detente.airspace.levels import Level
from detente.airspace.moving import section
from detente.airspace.shapes import DEGREES_E7, Circle, MovingBlock, Polygon, points_of
from detente.airspace.volumes import Volume
from detente.api.bodies import Items
from detente.api.house import House
from detente.api.refusals import ApiError
from detente.memorandum.model import Memorandum
from detente.node.views import short_ref
from detente.notices.geojson import to_geojson
from detente.notices.ground import atmosphere_of
from detente.notices.notice import Notice
from detente.notices.verdict import Admitted
from detente.quantities import METRES_PER_FT, METRES_PER_NM, MPS_PER_KT, utc_text
from detente.tracks.level_bounds import level_bounds_ft

MEDIA_TYPE = "application/geo+json"
COLLECTIONS = {
    "notices": "Notices in force of all parties",
    "tracks": "Live aircraft",
    "terms": "Areas, sectors, boundaries and points of the memorandum in force",
    "conflicts": "Where two notices are nearer than agreed",
    "encounters": "Own and foreign aircraft that are, or will be, under the minima",
}


def collections() -> dict[str, Any]:
    """What there is."""
    return {
        "collections": [
            {
                "id": name,
                "title": title,
                "itemType": "feature",
                "links": [_link("items", f"/collections/{name}/items")],
            }
            for name, title in COLLECTIONS.items()
        ]
    }


def notice_items(house: House, asked: Items) -> dict[str, Any]:
    """A feature for each volume of each notice in force."""
    state = house.node.state
    features = (
        feature
        for held in state.notices.values()
        if held.until_ms > state.now_ms - asked.ended_within_s * 1000 and isinstance(held.verdict, Admitted)
        if held.counts or asked.ended_within_s
        for feature in volume_features(
            short_ref(held.ref),
            held.party,
            held.notice,
            memorandum=state.memorandum,
            outline=asked.outline,
            until_ms=held.until_ms,
        )
    )
    return page_of("notices", features, asked, house)


def track_items(house: House, asked: Items) -> dict[str, Any]:
    """A point for each aircraft heard within the longest agreed gap, with the age of its position."""
    now_ms = house.clock.now_ms()
    features = (
        {
            "type": "Feature",
            "id": report.aircraft,
            "geometry": {"type": "Point", "coordinates": [report.lon_deg, report.lat_deg]},
            "properties": {
                "call_sign": report.call_sign,
                "own": is_own,
                "measured": utc_text(report.time_ms),
                "age_s": max(0.0, (now_ms - report.time_ms) / 1000),
                "level_palt_ft": report.level_palt_ft,
                "height_hae_ft": None
                if report.height_hae_m is None
                else round(report.height_hae_m / METRES_PER_FT),
                "ground_speed_kt": None
                if report.ground_speed_mps is None
                else round(report.ground_speed_mps / MPS_PER_KT, 1),
                "track_deg": report.track_deg,
            },
        }
        for report, is_own in house.node.watcher.heard()
    )
    return page_of("tracks", features, asked, house)


def volume_features(
    ref: str,
    party: str,
    notice: Notice,
    *,
    memorandum: Memorandum,
    outline: bool,
    until_ms: int | None = None,
) -> Iterable[dict[str, Any]]:
    """A feature for each volume, with its window and its levels as numbers beside the words.

    `floor_palt_ft` is the least pressure altitude that the floor can have in any agreed weather, `ceiling_palt_ft`
    the greatest. A notice that was over at `until_ms` ends there.
    """
    told = msgspec.json.decode(to_geojson([notice], [ref]))["features"]
    for number, (feature, volume) in enumerate(zip(told, notice.volumes, strict=True)):
        if isinstance(volume.shape, Circle) or (outline and not isinstance(volume.shape, Polygon)):
            feature["geometry"] = {"type": "Polygon", "coordinates": [ring_of(volume.shape)]}
        least_ft, most_ft = band_palt_ft(volume, memorandum)
        more = {
            "party": party,
            "start_ms": volume.start_ms,
            "end_ms": volume.end_ms if until_ms is None else min(volume.end_ms, until_ms),
            "floor_palt_ft": least_ft,
            "ceiling_palt_ft": most_ft,
            "moves": isinstance(volume.shape, MovingBlock),
        }
        yield {**feature, "id": f"{ref}.{number}", "properties": {**feature["properties"], **more}}


def band_palt_ft(volume: Volume, memorandum: Memorandum) -> tuple[int, int]:
    """The levels of a volume in pressure altitude, rounded outwards over all agreed weather."""
    at = points_of(volume.shape)[0]

    def bounds_ft(level: Level) -> tuple[float, float]:
        if level.datum == "palt":
            return level.value, level.value
        return level_bounds_ft(
            level.value / 100.0,
            lat_deg=at.lat_e7 / DEGREES_E7,
            lon_deg=at.lon_e7 / DEGREES_E7,
            atmosphere=atmosphere_of(memorandum.area.atmosphere),
        )

    return math.floor(bounds_ft(volume.floor)[0]), math.ceil(bounds_ft(volume.ceiling)[1])


def page_of(name: str, features: Iterable[dict[str, Any]], asked: Items, house: House) -> dict[str, Any]:
    """A page of a collection: what meets the box, from the offset on; links to itself and to the page after it."""
    box = _box(asked.bbox)
    found = [feature for feature in features if box is None or _meets(feature, box)]
    page = found[asked.offset : asked.offset + asked.limit]
    links = [_link("self", f"/collections/{name}/items")]
    if asked.offset + len(page) < len(found):
        more = (f"&bbox={asked.bbox}" if asked.bbox else "") + ("&outline=true" if asked.outline else "")
        more += f"&ended_within_s={asked.ended_within_s}" if asked.ended_within_s else ""
        following = f"limit={asked.limit}&offset={asked.offset + asked.limit}{more}"
        links.append(_link("next", f"/collections/{name}/items?{following}"))
    return {
        "type": "FeatureCollection",
        "features": page,
        "numberMatched": len(found),
        "numberReturned": len(page),
        "timeStamp": utc_text(house.clock.now_ms()),
        "links": links,
    }


def _box(text: str | None) -> tuple[float, float, float, float] | None:
    if text is None:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
        if not all(math.isfinite(one) for one in (west, south, east, north)) or south > north:
            raise ValueError
    except ValueError as why:
        raise ApiError(
            "bbox",
            "The box cannot be read.",
            status=422,
            cure="Write west,south,east,north in degrees, for example -122,39,-121,40.",
        ) from why
    return west, south, east, north


def _meets(feature: Mapping[str, Any], box: tuple[float, float, float, float]) -> bool:
    """Whether the extents meet; a box whose west is greater than its east goes over the antimeridian."""
    west, south, east, north = box
    places = _places(feature["geometry"]["coordinates"], feature["properties"])
    lats, lons = [lat for _, lat in places], [lon for lon, _ in places]
    if max(lats) < south or min(lats) > north:
        return False
    if west > east:
        return max(lons) >= west or min(lons) <= east
    return max(lons) >= west and min(lons) <= east


def _places(coordinates: Any, properties: Mapping[str, Any]) -> list[tuple[float, float]]:
    """Corners of what the geometry reaches, its half width on all sides."""
    if isinstance(coordinates[0], int | float):
        lon, lat = coordinates[:2]
        out_deg = float(properties.get("half_width_nm", 0.0)) * METRES_PER_NM / 111_000.0
        wide_deg = out_deg / max(0.01, math.cos(math.radians(lat)))
        return [(lon - wide_deg, lat - out_deg), (lon + wide_deg, lat + out_deg)]
    return [place for part in coordinates for place in _places(part, properties)]


def _link(rel: str, href: str) -> dict[str, str]:
    return {"rel": rel, "href": href, "type": MEDIA_TYPE}


def blocks_at(house: House, at_ms: int) -> dict[str, Any]:
    """Where every block that moves may be at a moment, a feature each, as wide as its times leave open."""
    state = house.node.state
    features = []
    for held in state.notices.values():
        if not isinstance(held.verdict, Admitted) or held.until_ms <= at_ms:
            continue
        for number, volume in enumerate(held.notice.volumes):
            if isinstance(volume.shape, MovingBlock):
                there = section(volume.shape, from_ms=at_ms, until_ms=at_ms)
                if there is not None:
                    ref = short_ref(held.ref)
                    features.append(
                        {
                            "type": "Feature",
                            "id": f"{ref}.{number}",
                            "geometry": {"type": "Polygon", "coordinates": [around(there)]},
                            "properties": {"notice": ref, "party": held.party},
                        }
                    )
    return {"type": "FeatureCollection", "features": features}
