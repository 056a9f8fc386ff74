"""Notices from GeoJSON and back; the only place where longitude comes first.

A feature is one volume: a Polygon, a Point with `radius_nm` (circle), or a LineString with `half_width_nm`
(corridor). A LineString that also has `times`, one for each position, and perhaps `early_s` and `late_s`, is a
block that moves; its start and end follow from them and may be left out. Features with the same `notice`
property form one notice; a feature without it is one by itself. Edges are taken as geodesics, not as straight
lines of longitude and latitude (RFC 7946 section 3.1.1): draw long edges with more points. Holes, multiple
geometries and heights in positions cannot be said in a notice and are refused, as is every property that no
notice has. Numbers are read as exact decimals and rounded outwards.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal, InvalidOperation
from typing import Any

import msgspec

from detente.airspace.levels import level_text
from detente.airspace.shapes import (
    DEGREES_E7,
    Circle,
    Corridor,
    MovingBlock,
    Point,
    Polygon,
    Shape,
    points_of,
)
from detente.airspace.volumes import EARLY_LATE_MAX_MS, Volume, fault_of, shape_fault_of, window_of
from detente.errors import PeerError
from detente.memorandum.model import Memorandum
from detente.notices.ground import levels_over
from detente.notices.notice import Notice, refuse_strange_fields
from detente.quantities import parse_utc_text, utc_text
from detente.wire.limits import GEOJSON_BYTES_MAX, NAME_CHARS_MAX, NOTICE_VOLUMES_MAX, VOLUME_POINTS_MAX

FEATURES_MAX = 4_096
_CM_PER_NM = 185_200
_RADIUS_MAX_NM = 1_350

_TOP = frozenset({"type", "features", "name", "bbox", "crs"})
_FEATURE = frozenset({"type", "geometry", "properties", "id", "bbox"})
_GEOMETRY = frozenset({"type", "coordinates", "bbox"})
_SHARED = ("kind", "class", "count_band", "transponder", "frequency_monitored_khz", "hazard_kind", "movement")
_OWN = ("floor", "ceiling", "start", "end")
_SCHEDULE = ("times", "early_s", "late_s")
_PROPERTIES = frozenset({"notice", *_SHARED, *_OWN, *_SCHEDULE, "radius_nm", "half_width_nm"})
_BELOW_A_MILLISECOND = re.compile(r"[.,]\d{3}\d*[1-9]")
_PLAIN_CRS = ("urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84")


def notices_from_geojson(data: bytes, memorandum: Memorandum) -> tuple[Notice, ...]:
    """The notices of a Feature or FeatureCollection, in the order of their first features.

    Raises: PeerError saying which feature: `malformed`, `too_large`, `never_list`, `unknown_field`,
    `bad_level`, `no_surface`, or the code of a volume's fault. Admission is another matter: `admit`.
    """
    return tuple(notice for _, notice in named_notices_from_geojson(data, memorandum))


def named_notices_from_geojson(data: bytes, memorandum: Memorandum) -> tuple[tuple[str, Notice], ...]:
    """As `notices_from_geojson`, each with the name of its `notice` property, or its feature's number."""
    groups: dict[str, list[tuple[Mapping[str, Any], Volume]]] = {}
    for number, feature in enumerate(_features(data, memorandum.disclosure.never), start=1):
        try:
            properties, volume = _volume(feature, memorandum)
            name = _name(properties, number)
        except PeerError as why:
            raise PeerError(why.code, f"Feature {number}: {why.message}", cure=why.cure) from why
        groups.setdefault(name, []).append((properties, volume))
    return tuple((name, _notice(name, parts)) for name, parts in groups.items())


def to_geojson(notices: Sequence[Notice], names: Sequence[str] | None = None) -> bytes:
    """A FeatureCollection that `notices_from_geojson` reads back as the same notices, with their names if given."""
    called = names or [f"N{number}" for number in range(1, len(notices) + 1)]
    features = [
        {
            "type": "Feature",
            "geometry": _geometry(volume.shape),
            "properties": {
                "notice": name,
                **{name: value for name, value in _shared(notice).items() if value is not None},
                "floor": level_text(volume.floor),
                "ceiling": level_text(volume.ceiling),
                "start": utc_text(volume.start_ms),
                "end": utc_text(volume.end_ms),
                **_radius(volume.shape),
                **_schedule(volume.shape),
            },
        }
        for name, notice in zip(called, notices, strict=True)
        for volume in notice.volumes
    ]
    return msgspec.json.encode({"type": "FeatureCollection", "features": features})


def _features(data: bytes, never: tuple[str, ...]) -> list[Mapping[str, Any]]:
    if len(data) > GEOJSON_BYTES_MAX:
        raise PeerError(
            "too_large", f"The file has {len(data)} bytes; at most {GEOJSON_BYTES_MAX} are taken."
        )
    try:
        top = msgspec.json.Decoder(float_hook=_decimal).decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError, ValueError) as why:
        raise PeerError("malformed", f"The file is not JSON that can be read: {why}.") from why
    if not isinstance(top, dict) or top.get("type") not in ("Feature", "FeatureCollection"):
        raise PeerError("malformed", "The file is not a GeoJSON Feature or FeatureCollection.")
    if top["type"] == "Feature":
        features: Any = [top]
    else:
        refuse_strange_fields(iter(top), known=_TOP, never=never, what="collection")
        _check_crs(top.get("crs"))
        features = top.get("features")
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
        raise PeerError("malformed", "The collection has no list of features.")
    if not 0 < len(features) <= FEATURES_MAX:
        raise PeerError("malformed", f"The file has {len(features)} features; 1 to {FEATURES_MAX} are taken.")
    for number, feature in enumerate(features, start=1):
        refuse_strange_fields(iter(feature), known=_FEATURE, never=never, what=f"feature {number}")
        properties = feature.get("properties")
        if isinstance(properties, dict):
            refuse_strange_fields(iter(properties), known=_PROPERTIES, never=never, what=f"feature {number}")
    return features


def _volume(feature: Mapping[str, Any], memorandum: Memorandum) -> tuple[Mapping[str, Any], Volume]:
    properties = feature.get("properties")
    if feature.get("type") != "Feature" or not isinstance(properties, dict):
        raise _malformed("it is not a Feature with properties.")
    shape = _shape(feature.get("geometry"), properties)
    fault = shape_fault_of(shape)
    if fault is not None:
        raise PeerError(fault.code, fault.message)
    if isinstance(shape, MovingBlock):
        start_ms, end_ms = window_of(shape)
        properties = {"start": utc_text(start_ms), "end": utc_text(end_ms), **properties}
    texts = {name: properties.get(name) for name in _OWN}
    for name, text in texts.items():
        if not isinstance(text, str):
            raise _malformed(f"the property {name!r} is missing or is not text.")
    floor, ceiling = levels_over(
        shape, floor=properties["floor"], ceiling=properties["ceiling"], memorandum=memorandum
    )
    volume = Volume(
        shape=shape,
        floor=floor,
        ceiling=ceiling,
        start_ms=_time_ms(properties["start"], late=False),
        end_ms=_time_ms(properties["end"], late=True),
    )
    fault = fault_of(volume)
    if fault is not None:
        raise PeerError(fault.code, fault.message)
    return properties, volume


def _shape(geometry: object, properties: Mapping[str, Any]) -> Shape:
    if not isinstance(geometry, dict) or not set(geometry) <= _GEOMETRY:
        raise _malformed("its geometry is missing or has unknown members.")
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    for name, of in (("radius_nm", "Point"), ("half_width_nm", "LineString")):
        if (name in properties) != (kind == of):
            raise _malformed(f"{name!r} goes with a {of}, and a {of} with {name!r}.")
    if any(name in properties for name in _SCHEDULE) and not (kind == "LineString" and "times" in properties):
        raise _malformed("'times' go with a LineString, and 'early_s' and 'late_s' with 'times'.")
    match kind:
        case "Point":
            return Circle(centre=_point(coordinates), radius_cm=_length_cm(properties["radius_nm"]))
        case "LineString":
            points, half_width_cm = _points(coordinates), _length_cm(properties["half_width_nm"])
            if "times" not in properties:
                return Corridor(points=points, half_width_cm=half_width_cm)
            return MovingBlock(
                points=points,
                times_ms=_times_ms(properties["times"]),
                half_width_cm=half_width_cm,
                early_ms=_duration_ms(properties.get("early_s", 0)),
                late_ms=_duration_ms(properties.get("late_s", 0)),
            )
        case "Polygon":
            if not isinstance(coordinates, list) or len(coordinates) != 1:
                raise _malformed("a polygon is one ring; holes cannot be said in a notice.")
            ring = _points(coordinates[0])
            if len(ring) < 4 or ring[0] != ring[-1]:
                raise _malformed("a ring has four positions or more, and the last is the first.")
            return Polygon(points=ring[:-1])
        case _:
            raise _malformed("its geometry is not a Polygon, a Point or a LineString.")


def _points(coordinates: object) -> tuple[Point, ...]:
    if not isinstance(coordinates, list):
        raise _malformed("its coordinates are not a list of positions.")
    if len(coordinates) > VOLUME_POINTS_MAX + 1:
        raise PeerError(
            "too_many_points",
            f"The outline has {len(coordinates)} points; at most {VOLUME_POINTS_MAX} are taken.",
        )
    return tuple(_point(position) for position in coordinates)


def _point(position: object) -> Point:
    if not isinstance(position, list) or len(position) != 2:
        raise _malformed("a position is [longitude, latitude]; levels are properties.")
    lon, lat = (_number(value) for value in position)
    if not (abs(lat) <= 90 and abs(lon) <= 180):
        raise PeerError("bad_position", "A position is not on the Earth: [longitude, latitude] in degrees.")
    return Point(lat_e7=round(lat * DEGREES_E7), lon_e7=round(lon * DEGREES_E7))


def _length_cm(value: object) -> int:
    length_nm = _number(value)
    if not 0 < length_nm <= _RADIUS_MAX_NM:
        raise PeerError(
            "bad_radius", f"A radius or half width is more than 0 and at most {_RADIUS_MAX_NM} NM."
        )
    return math.ceil(length_nm * _CM_PER_NM)


def _number(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise _malformed("a number is expected.")
    return Decimal(value)


def _decimal(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation as why:
        raise ValueError("a number is out of range") from why
    if value and not -12 <= value.adjusted() <= 12:
        raise ValueError("a number is out of range")
    return value


def _time_ms(text: str, *, late: bool) -> int:
    try:
        when_ms = parse_utc_text(text)
    except (ValueError, OverflowError) as why:
        raise PeerError("bad_time", f"{text[:40]!r} is not a time in ISO 8601 with a zone.") from why
    return when_ms + (1 if late and _BELOW_A_MILLISECOND.search(text) else 0)


def _times_ms(times: object) -> tuple[int, ...]:
    """Refused where finer than a millisecond: there is no outward for a moment that something passes."""
    if not isinstance(times, list) or not all(isinstance(text, str) for text in times):
        raise _malformed("'times' is not a list of times.")
    if len(times) > VOLUME_POINTS_MAX + 1:
        raise _malformed("'times' is longer than any path.")
    if any(_BELOW_A_MILLISECOND.search(text) for text in times):
        raise PeerError("bad_time", "The times of a block are whole milliseconds.")
    return tuple(_time_ms(text, late=False) for text in times)


def _duration_ms(value: object) -> int:
    """Rounded up: earlier, and later."""
    seconds = _number(value)
    if not 0 <= seconds <= EARLY_LATE_MAX_MS // 1000:
        raise PeerError("bad_schedule", "A block is from 0 to a day early or late.")
    return math.ceil(seconds * 1000)


def _name(properties: Mapping[str, Any], number: int) -> str:
    name = properties.get("notice", f"feature {number}")
    if not isinstance(name, str) or not 0 < len(name) <= NAME_CHARS_MAX:
        raise _malformed("the property 'notice' is not a short text.")
    return name


def _notice(name: str, parts: list[tuple[Mapping[str, Any], Volume]]) -> Notice:
    first = parts[0][0]
    for properties, _ in parts[1:]:
        for field in _SHARED:
            if properties.get(field) != first.get(field):
                raise PeerError("malformed", f"The features of notice {name[:40]!r} differ in {field!r}.")
    if len(parts) > NOTICE_VOLUMES_MAX:
        raise PeerError(
            "too_many_volumes", f"Notice {name[:40]!r} has more than {NOTICE_VOLUMES_MAX} volumes."
        )
    frequencies = first.get("frequency_monitored_khz") or []
    said = {
        **{field: first.get(field) for field in _SHARED},
        "frequency_monitored_khz": frequencies if isinstance(frequencies, list) else [frequencies],
        "volumes": (),
    }
    try:
        return msgspec.structs.replace(
            msgspec.convert(said, Notice), volumes=tuple(volume for _, volume in parts)
        )
    except msgspec.ValidationError as why:
        raise PeerError("malformed", f"Notice {name[:40]!r}: {why}.") from why


def _shared(notice: Notice) -> dict[str, object]:
    said = msgspec.to_builtins(msgspec.structs.replace(notice, volumes=()))
    return {name: said[name] for name in _SHARED}


def _geometry(shape: Shape) -> dict[str, object]:
    places = [[point.lon_e7 / DEGREES_E7, point.lat_e7 / DEGREES_E7] for point in points_of(shape)]
    match shape:
        case Circle():
            return {"type": "Point", "coordinates": places[0]}
        case Corridor() | MovingBlock():
            return {"type": "LineString", "coordinates": places}
        case Polygon():
            return {"type": "Polygon", "coordinates": [[*places, places[0]]]}


def _radius(shape: Shape) -> dict[str, float]:
    match shape:
        case Circle():
            return {"radius_nm": _length_nm(shape.radius_cm)}
        case Corridor() | MovingBlock():
            return {"half_width_nm": _length_nm(shape.half_width_cm)}
        case Polygon():
            return {}


def _schedule(shape: Shape) -> dict[str, object]:
    if not isinstance(shape, MovingBlock):
        return {}
    return {
        "times": [utc_text(when_ms) for when_ms in shape.times_ms],
        "early_s": shape.early_ms / 1000,
        "late_s": shape.late_ms / 1000,
    }


def _length_nm(length_cm: int) -> float:
    """Nautical miles with nine decimals, rounded down, so that reading, which rounds up, gives the same."""
    return float((Decimal(length_cm) / _CM_PER_NM).quantize(Decimal("1e-9"), rounding=ROUND_FLOOR))


def _check_crs(crs: object) -> None:
    if crs is None:
        return
    name = crs.get("properties", {}) if isinstance(crs, dict) else {}
    if not isinstance(name, dict) or name.get("name") not in _PLAIN_CRS:
        raise PeerError(
            "malformed", "The file is not in WGS 84 longitude and latitude.", cure="Export as EPSG:4326."
        )


def _malformed(message: str) -> PeerError:
    return PeerError("malformed", message)
