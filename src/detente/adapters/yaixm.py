"""Published airspace and its services (YAIXM): areas as volumes, call signs with the areas that they control.

Everything is read as text, so that 133.130 stays a name and never becomes 133.13. Arcs and circles become corners
that lie outside of them, never inside. References to areas that do not exist are told, not dropped.
Source: YAIXM, github.com/ahsparrow/airspace; positions DDMMSSN DDDMMSSW, limits in feet above the sea, FL or SFC.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import yaml

from detente.airspace.geodesy import bearing_deg, destination
from detente.errors import PeerError
from detente.memorandum.model import LatLon
from detente.quantities import METRES_PER_NM
from detente.wire.limits import PUBLISHED_FILE_BYTES_MAX

_POSITION = re.compile(r"(\d{2})(\d{2})(\d{2})([NS]) (\d{3})(\d{2})(\d{2})([EW])", re.ASCII)
_LEVEL = re.compile(r"SFC|FL\d{2,3}|(\d{1,5}) ft", re.ASCII)
_RADIUS = re.compile(r"(\d{1,3}(?:\.\d{1,6})?) nm", re.ASCII)
_NAME = re.compile(r"(\d{3})\.(\d{3})", re.ASCII)
_STEP_DEG = 15.0
_PLACES = Decimal("0.0000001")


@dataclass(frozen=True, kw_only=True)
class PublishedVolume:
    """One volume of an area: its corners and its levels as a memorandum writes them."""

    area: str
    polygon: tuple[LatLon, ...]
    lower: str
    upper: str


@dataclass(frozen=True, kw_only=True)
class Service:
    """A call sign, the spoken name of its channel, and the areas it controls."""

    call_sign: str
    name_khz: int
    controls: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Published:
    """Volumes by what services call them (an area's id, or a volume's own), all services, and what does not fit.

    `dangling` are references to areas that are not there, with who refers to them.
    """

    areas: int
    volumes: Mapping[str, tuple[PublishedVolume, ...]]
    volume_count: int
    services: tuple[Service, ...]
    dangling: tuple[tuple[str, str], ...]


def parse_published(airspace: bytes, service: bytes) -> Published:
    """Both files.

    Raises: PeerError `too_large`, `malformed` naming what cannot be read.
    """
    areas, count = _list(airspace, "airspace"), 0
    volumes: dict[str, list[PublishedVolume]] = {}
    for area in areas:
        for one in _get(area, "geometry", list):
            count += 1
            volume = _volume(_get(area, "name", str), one)
            for name in (area.get("id"), one.get("id")):
                if isinstance(name, str):
                    volumes.setdefault(name, []).append(volume)
    services = tuple(map(_service, _list(service, "service")))
    return Published(
        areas=len(areas),
        volumes={name: tuple(one) for name, one in volumes.items()},
        volume_count=count,
        services=services,
        dangling=tuple(
            (one.call_sign, name) for one in services for name in one.controls if name not in volumes
        ),
    )


def _list(data: bytes, key: str) -> list[dict[str, Any]]:
    if len(data) > PUBLISHED_FILE_BYTES_MAX:
        raise PeerError(
            "too_large", f"The file has {len(data)} bytes; at most {PUBLISHED_FILE_BYTES_MAX} are taken."
        )
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        read = yaml.load(data, loader)  # the plainest loader: texts, lists and maps
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as why:
        raise PeerError("malformed", f"The file cannot be read as YAML: {str(why)[:120]}.") from why
    rows = read.get(key) if isinstance(read, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise PeerError("malformed", f"The file has no list {key}.")
    return rows


def _get(row: Mapping[str, Any], key: str, kind: type) -> Any:
    value = row.get(key)
    if not isinstance(value, kind):
        raise PeerError("malformed", f"{str(row.get('name', row))[:60]} has no {key}.")
    return value


def _service(row: Mapping[str, Any]) -> Service:
    text = _get(row, "frequency", str)
    match = _NAME.fullmatch(text)
    if match is None:
        raise PeerError("malformed", f"{row.get('callsign')}: {text[:20]!r} is not a frequency in MHz.")
    controls = _get(row, "controls", list)
    return Service(
        call_sign=_get(row, "callsign", str),
        name_khz=int(match[1]) * 1000 + int(match[2]),
        controls=tuple(map(str, controls)),
    )


def _volume(area: str, row: Any) -> PublishedVolume:
    if not isinstance(row, dict):
        raise PeerError("malformed", f"{area[:60]}: a volume is not a table.")
    points: list[LatLon] = []
    for part in _get(row, "boundary", list):
        for kind, shape in part.items() if isinstance(part, dict) else ():
            try:
                points += _corners(kind, shape, points)
            except (KeyError, TypeError, ValueError, AttributeError) as why:
                raise PeerError("malformed", f"{area[:60]}: its boundary cannot be read: {why}.") from why
    return PublishedVolume(
        area=area,
        polygon=_without_repeats(points),
        lower=_level(_get(row, "lower", str)),
        upper=_level(_get(row, "upper", str)),
    )


def _corners(kind: str, shape: Any, before: list[LatLon]) -> Iterator[LatLon]:
    match kind:
        case "line":
            yield from map(_position, shape)
        case "circle":
            centre, radius_m = _position(shape["centre"]), _radius_m(shape["radius"])
            turns = round(360.0 / _STEP_DEG)
            out_m = radius_m / math.cos(math.pi / turns)
            yield from (_at(centre, 360.0 * turn / turns, out_m) for turn in range(turns))
        case "arc":
            yield from _arc(shape, before[-1])
        case _:
            raise ValueError(f"there is no shape {kind[:20]}")


def _arc(shape: Any, start: LatLon) -> Iterator[LatLon]:
    """Corners from after the start to the end; those between lie on tangents, outside where the arc bulges out."""
    centre, end, radius_m = _position(shape["centre"]), _position(shape["to"]), _radius_m(shape["radius"])
    first_deg, last_deg = _bearing_deg(centre, start), _bearing_deg(centre, end)
    sign = 1.0 if shape["dir"] == "cw" else -1.0
    sweep_deg = (sign * (last_deg - first_deg)) % 360.0 or 360.0
    parts = max(1, math.ceil(sweep_deg / _STEP_DEG))
    half_rad = math.radians(sweep_deg / parts / 2.0)
    out_m = radius_m / math.cos(half_rad)
    for part in range(parts):
        yield _at(centre, first_deg + sign * sweep_deg * (part + 0.5) / parts, out_m)
    yield end


def _position(text: str) -> LatLon:
    match = _POSITION.fullmatch(text)
    if match is None:
        raise ValueError(f"{text[:40]!r} is no position")
    lat = Decimal(match[1]) + Decimal(match[2]) / 60 + Decimal(match[3]) / 3600
    lon = Decimal(match[5]) + Decimal(match[6]) / 60 + Decimal(match[7]) / 3600
    return LatLon(
        lat=(lat if match[4] == "N" else -lat).quantize(_PLACES),
        lon=(lon if match[8] == "E" else -lon).quantize(_PLACES),
    )


def _at(centre: LatLon, bearing: float, distance_m: float) -> LatLon:
    lat_deg, lon_deg = destination(
        float(centre.lat), float(centre.lon), bearing_deg=bearing, distance_m=distance_m
    )
    return LatLon(lat=Decimal(str(lat_deg)).quantize(_PLACES), lon=Decimal(str(lon_deg)).quantize(_PLACES))


def _bearing_deg(one: LatLon, other: LatLon) -> float:
    return float(bearing_deg(float(one.lat), float(one.lon), float(other.lat), float(other.lon)))


def _radius_m(text: str) -> float:
    match = _RADIUS.fullmatch(text)
    if match is None:
        raise ValueError(f"{text[:20]!r} is no radius")
    return float(match[1]) * METRES_PER_NM


def _level(text: str) -> str:
    match = _LEVEL.fullmatch(text)
    if match is None:
        raise PeerError("malformed", f"{text[:20]!r} is no level.")
    if text == "SFC":
        return "0 AMSL"
    return text if match[1] is None else f"{match[1]} AMSL"


def _without_repeats(points: list[LatLon]) -> tuple[LatLon, ...]:
    """Each corner once in a row, and the ring not closed by hand: a ring closes itself."""
    kept: list[LatLon] = []
    for point in points:
        if not kept or kept[-1] != point:
            kept.append(point)
    while len(kept) > 1 and kept[0] == kept[-1]:
        kept.pop()
    return tuple(kept)
