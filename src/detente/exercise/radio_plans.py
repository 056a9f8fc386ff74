"""Plans of frequencies to check and to propose for: sectors on a grid, classes with unlike radios, from a seed.

Every plan stands on a template that ships, so that everything but its sky and its radios is a real memorandum.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal
from typing import TypeAlias

import msgspec

from detente.memorandum.channel_names import Band, channel_of
from detente.memorandum.load import read_memorandum
from detente.memorandum.model import AircraftClass, LatLon, Memorandum, ReferencePoint, Sector, Separation
from detente.memorandum.model_talk import Channel, Station
from detente.memorandum.template import template

Radios: TypeAlias = "tuple[str, ...]"
KINDS: Sequence[Radios] = (("uhf", "vhf_25"), ("vhf_833",), ("vhf_25",), ("uhf", "vhf_833"))
GUARDS = (121_500, 243_000)
_BASE = "neighbours-2030"
_ORIGIN_LAT, _ORIGIN_LON = Decimal(40), Decimal(-10)
_PLACES = Decimal("0.0000001")


def grid_plan(
    *,
    columns: int,
    rows: int,
    size_deg: str = "0.5",
    upper: str = "FL100",
    class_count: int = 4,
    two_channels: bool = True,
    stations: bool = True,
) -> Memorandum:
    """A memorandum with columns x rows sectors, each with a VHF and a UHF channel of its own, and guard in all."""
    base = read_memorandum(template(_BASE))
    assert isinstance(base, Memorandum)
    size = Decimal(size_deg)
    sectors = tuple(
        _sector(f"S{row * columns + column:03d}", column, row, size, upper)
        for row in range(rows)
        for column in range(columns)
    )
    classes = tuple(_class(index, KINDS[index % len(KINDS)]) for index in range(class_count))
    memorandum = msgspec.structs.replace(
        base,
        area=msgspec.structs.replace(
            base.area,
            polygon=_square(_ORIGIN_LAT, _ORIGIN_LON, columns * size, rows * size),
            lower="0 AMSL",
            upper=upper,
        ),
        sector=sectors,
        reference_point=tuple(_points(sector) for sector in sectors for _ in range(1)),
        class_=classes,
        separation=tuple(
            Separation(pair=(one.id, other.id), mode="airmanship_only")
            for place, one in enumerate(classes)
            for other in classes[place:]
        ),
        boundary=(),
        special_area=(),
        member=(),
    )
    channels = [_guard(memorandum, khz) for khz in GUARDS]
    if two_channels:
        vhf, uhf = iter(names("vhf", step_khz=25)), iter(names("uhf", step_khz=25))
        for sector in sectors:
            channels.append(channel(memorandum, f"{sector.id}-V", next(vhf), "vhf", (sector.id,)))
            channels.append(channel(memorandum, f"{sector.id}-U", next(uhf), "uhf", (sector.id,)))
    return msgspec.structs.replace(
        memorandum,
        channel=tuple(channels),
        station=tuple(_station(memorandum, sector) for sector in sectors) if stations else (),
    )


def names(band: Band, *, step_khz: int) -> list[int]:
    """Names of a band that may be spoken on, away from guard and data links, in an order without products nearby."""
    first, last = (118_000, 136_875) if band == "vhf" else (225_000, 399_975)
    found = [
        khz
        for khz in range(first, last + 1, step_khz)
        if channel_of(khz, band) and all(abs(khz - guard) >= 200 for guard in GUARDS)
    ]
    random.Random(1).shuffle(found)
    return found


def channel(
    memorandum: Memorandum,
    id_: str,
    name_khz: int,
    band: Band,
    sectors: tuple[str, ...],
    *,
    use: str = "contact",
) -> Channel:
    """A channel that everybody who has a radio for it monitors."""
    meant = channel_of(name_khz, band)
    assert meant is not None
    users = tuple(
        f"{party.id}/{one.id}"
        for party in memorandum.party
        if party.role == "party"
        for one in memorandum.class_
        if band in one.radios
        or "vhf_833" in one.radios * (band == "vhf")
        or _has_25(one, band, meant.spacing)
    )
    return msgspec.convert(
        {
            "id": id_,
            "name_khz": name_khz,
            "band": band,
            "spacing": meant.spacing,
            "use": use,
            "sectors": sectors,
            "monitored_by": users,
            "tunable_by": users,
            "floor_owner": memorandum.party[0].id,
        },
        Channel,
    )


def _has_25(one: AircraftClass, band: Band, spacing: str) -> bool:
    return band == "vhf" and spacing == "25" and "vhf_25" in one.radios


def _guard(memorandum: Memorandum, khz: int) -> Channel:
    sectors = tuple(sector.id for sector in memorandum.sector)
    band: Band = "vhf" if khz < 200_000 else "uhf"
    return channel(memorandum, f"GUARD-{band}", khz, band, sectors, use="guard")


def _sector(id_: str, column: int, row: int, size: Decimal, upper: str) -> Sector:
    lat, lon = _ORIGIN_LAT + row * size, _ORIGIN_LON + column * size
    return Sector(id=id_, name=id_, polygon=_square(lat, lon, size, size), lower="0 AMSL", upper=upper)


def _square(lat: Decimal, lon: Decimal, width: Decimal, height: Decimal) -> tuple[LatLon, ...]:
    corners = ((lat, lon), (lat + height, lon), (lat + height, lon + width), (lat, lon + width))
    return tuple(LatLon(lat=one.quantize(_PLACES), lon=other.quantize(_PLACES)) for one, other in corners)


def _points(sector: Sector) -> ReferencePoint:
    return ReferencePoint(id=f"{sector.id}-R", at=sector.polygon[0])


def _class(index: int, radios: Radios) -> AircraftClass:
    return msgspec.convert(
        {
            "id": f"class{index:02d}",
            "name": f"Class {index}",
            "max_speed_kt": 400,
            "standoff_nm": Decimal(1),
            "radios": radios,
            "tones": False,
        },
        AircraftClass,
    )


def _station(memorandum: Memorandum, sector: Sector) -> Station:
    (south, west), (north, east) = (
        (sector.polygon[0].lat, sector.polygon[0].lon),
        (sector.polygon[2].lat, sector.polygon[2].lon),
    )
    return Station(
        id=f"{sector.id}-G",
        post=memorandum.post[0].id,
        at=LatLon(lat=(south + north) / 2, lon=(west + east) / 2),
        antenna_agl_ft=Decimal(1_500),
        channels=(f"{sector.id}-V", f"{sector.id}-U"),
    )
