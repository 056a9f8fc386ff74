"""Notices and tracks as GeoJSON feature collections, in the shape that GIS tools page through.

Source: OGC API Features part 1 (17-069r4), sections 7.14 to 7.16, for `items`; RFC 7946 for the geometry. A
circle is a ring of 64 points that lies outside it, so that what is drawn is never too small; a corridor or moving
block is its middle line with `half_width_nm`. Heights stay words with their datum: GeoJSON's third number has none.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import numpy as np

from detente.airspace.geodesy import destination
from detente.airspace.shapes import DEGREES_E7, Circle
from detente.api.bodies import Items
from detente.api.house import House
from detente.api.refusals import ApiError
from detente.node.views import short_ref
from detente.notices.geojson import to_geojson
from detente.notices.notice import Notice
from detente.quantities import METRES_PER_FT, METRES_PER_NM, MPS_PER_KT, utc_text

MEDIA_TYPE = "application/geo+json"
CIRCLE_POINTS = 64
COLLECTIONS = ("notices", "tracks")


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
            for name, title in zip(
                COLLECTIONS, ("Notices in force of all parties", "Live aircraft"), strict=True
            )
        ]
    }


def notice_items(house: House, asked: Items) -> dict[str, Any]:
    """A feature for each volume of each notice in force."""
    state = house.node.state
    features = (
        feature
        for held in state.notices.values()
        if held.counts and held.until_ms > state.now_ms
        for feature in _volumes(short_ref(held.ref), held.party, held.notice)
    )
    return _page("notices", features, asked, house)


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
    return _page("tracks", features, asked, house)


def _volumes(ref: str, party: str, notice: Notice) -> Iterable[dict[str, Any]]:
    told = msgspec.json.decode(to_geojson([notice], [ref]))["features"]
    for number, (feature, volume) in enumerate(zip(told, notice.volumes, strict=True)):
        if isinstance(volume.shape, Circle):
            feature["geometry"] = {"type": "Polygon", "coordinates": [_ring(volume.shape)]}
        yield {**feature, "id": f"{ref}.{number}", "properties": {**feature["properties"], "party": party}}


def _ring(circle: Circle) -> list[list[float]]:
    """Points on a wider circle, whose chords do not cut into the true one; anticlockwise and closed."""
    bearing_deg = -np.linspace(0.0, 360.0, CIRCLE_POINTS, endpoint=False)
    radius_m = circle.radius_cm / 100.0 / math.cos(math.pi / CIRCLE_POINTS)
    lat_deg, lon_deg = destination(
        np.full(CIRCLE_POINTS, circle.centre.lat_e7 / DEGREES_E7),
        np.full(CIRCLE_POINTS, circle.centre.lon_e7 / DEGREES_E7),
        bearing_deg=bearing_deg,
        distance_m=np.full(CIRCLE_POINTS, radius_m),
    )
    ring = [[round(float(lon), 7), round(float(lat), 7)] for lat, lon in zip(lat_deg, lon_deg, strict=True)]
    return [*ring, ring[0]]


def _page(name: str, features: Iterable[dict[str, Any]], asked: Items, house: House) -> dict[str, Any]:
    box = _box(asked.bbox)
    found = [feature for feature in features if box is None or _meets(feature, box)]
    page = found[asked.offset : asked.offset + asked.limit]
    links = [_link("self", f"/collections/{name}/items")]
    if asked.offset + len(page) < len(found):
        bbox = f"&bbox={asked.bbox}" if asked.bbox else ""
        following = f"limit={asked.limit}&offset={asked.offset + asked.limit}{bbox}"
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
