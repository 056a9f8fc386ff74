"""The ground that the parties agreed on, as GeoJSON: area, sectors, boundaries, special areas, reference points.

From the memorandum in force alone. `kind` says what a feature is; a boundary comes with a strip on each side that
has a buffer, named by the party whose strip it is; a special area with its contact ring. Levels are the
words of the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from detente.airspace.drawn import around, ring_of, strip_of
from detente.airspace.outline import outline_of, outline_through
from detente.airspace.shapes import DEGREES_E7, Corridor, Point, Polygon
from detente.api.bodies import Items
from detente.api.geo import page_of
from detente.api.house import House
from detente.memorandum.model import Boundary, LatLon, Memorandum, SpecialArea
from detente.notices.ground import point_of, polygon_of
from detente.quantities import METRES_PER_NM


def term_items(house: House, asked: Items) -> dict[str, Any]:
    """A feature for each thing of the memorandum that has a place."""
    return page_of("terms", terms_of(house.node.state.memorandum), asked, house)


def terms_of(memorandum: Memorandum) -> Iterator[dict[str, Any]]:
    """Every feature, the widest first, so that a map can draw them in this order."""
    area = memorandum.area
    yield _feature("area", "area", _polygon(area.polygon), lower=area.lower, upper=area.upper)
    for sector in memorandum.sector:
        more = {"name": sector.name, "lower": sector.lower, "upper": sector.upper}
        yield _feature("sector", sector.id, _polygon(sector.polygon), **more)
    for line in memorandum.boundary:
        yield from _boundary(line)
    for special in memorandum.special_area:
        yield from _special(special)
    for fix in memorandum.reference_point:
        at = point_of(fix.at)
        yield _feature("reference_point", fix.id, {"type": "Point", "coordinates": _position(at)})


def _boundary(line: Boundary) -> Iterator[dict[str, Any]]:
    path = Corridor(points=tuple(map(point_of, line.line)), half_width_cm=0)
    outline = outline_of(path)
    sides = (("left", line.left, line.buffer_nm[0]), ("right", line.right, line.buffer_nm[1]))
    for side, party, width_nm in sides:
        if width_nm:
            ring = strip_of(
                outline,
                side="left" if side == "left" else "right",
                width_m=float(width_nm) * METRES_PER_NM,
            )
            yield _feature(
                "buffer", f"{line.id}.{side}", _ring(ring), of=line.id, party=party, width_nm=float(width_nm)
            )
    geometry = {"type": "LineString", "coordinates": [_position(point) for point in path.points]}
    more = {"version": line.version, "left": line.left, "right": line.right, "crossing": line.crossing}
    yield _feature("boundary", line.id, geometry, **more, warn_own_s=line.warn_own_s)


def _special(special: SpecialArea) -> Iterator[dict[str, Any]]:
    more = {"rule": special.rule, "lower": special.lower, "upper": special.upper}
    if special.contact_ring_nm:
        ring = _around(polygon_of(special.polygon), float(special.contact_ring_nm) * METRES_PER_NM)
        yield _feature(
            "contact_ring",
            f"{special.id}.ring",
            _ring(ring),
            of=special.id,
            width_nm=float(special.contact_ring_nm),
        )
    yield _feature("special_area", special.id, _polygon(special.polygon), **more)


def _around(polygon: Polygon, width_m: float) -> list[list[float]]:
    """The ring so far outside of a polygon: what its closed edge reaches."""
    closed = outline_of(Corridor(points=(*polygon.points, polygon.points[0]), half_width_cm=0))
    wide = outline_through(
        closed.lat_deg,
        closed.lon_deg,
        azimuth_deg=closed.azimuth_deg,
        length_m=closed.length_m,
        filled=False,
        radius_m=width_m,
    )
    return [list(place) for place in around(wide)]


def _polygon(ring: tuple[LatLon, ...]) -> dict[str, Any]:
    return _ring(ring_of(polygon_of(ring)))


def _ring(ring: list[list[float]]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [ring]}


def _position(point: Point) -> list[float]:
    return [point.lon_e7 / DEGREES_E7, point.lat_e7 / DEGREES_E7]


def _feature(kind: str, id_: str, geometry: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": f"{kind}.{id_}",
        "geometry": geometry,
        "properties": {"kind": kind, "id": id_, **properties},
    }
