"""Published services as a plan to be screened: one sector for each volume of airspace that a call sign controls.

It is nobody's memorandum: its parties and classes are stand-ins, one with a radio for 8.33 kHz and one for 25 kHz
alone. What it shows is what real airspace asks of the checks: names, spacings, reuse, neighbours. Volumes whose
outline no memorandum takes, for it crosses itself, are left out and told.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import msgspec

from detente.adapters.yaixm import Published, PublishedVolume, Service
from detente.airspace.levels import parse_level
from detente.airspace.volumes import shape_fault_of
from detente.memorandum.channel_names import channel_of
from detente.memorandum.load import read_memorandum
from detente.memorandum.model import AircraftClass, LatLon, Memorandum, Sector, Separation
from detente.memorandum.model_talk import Channel
from detente.memorandum.template import template
from detente.notices.ground import polygon_of

_BASE = "neighbours-2030"
_GUARD_KHZ = 121_500
_CLASSES = (("any", ("vhf_833",)), ("old", ("vhf_25",)))


@dataclass(frozen=True, kw_only=True)
class PublishedPlan:
    """The plan, the volumes left out with the reason, and services that have no volume at all."""

    memorandum: Memorandum
    left_out: tuple[tuple[str, str], ...]
    without_area: tuple[str, ...]


def plan_of(published: Published) -> PublishedPlan:
    """A memorandum over published airspace."""
    base = read_memorandum(template(_BASE))
    assert isinstance(base, Memorandum)
    classes = tuple(_class(name, radios) for name, radios in _CLASSES)
    users = {
        radio: tuple(
            f"{party.id}/{name}" for party in base.party for name, radios in _CLASSES if radio in radios
        )
        for radio in ("vhf_833", "vhf_25")
    }
    sectors: list[Sector] = []
    channels: list[Channel] = []
    left_out: list[tuple[str, str]] = []
    without: list[str] = []
    for number, service in enumerate(published.services):
        own: list[str] = []
        for volume in _volumes(published, service):
            fault = _fault_of(volume)
            if fault is not None:
                left_out.append((volume.area, fault))
                continue
            name = f"S{len(sectors):04d}"
            sectors.append(
                Sector(
                    id=name, name=volume.area, polygon=volume.polygon, lower=volume.lower, upper=volume.upper
                )
            )
            own.append(name)
        if not own:
            without.append(service.call_sign)
            continue
        channels.append(_channel(f"C{number:04d}", service, tuple(own), users, base.party[0].id))
    guard = _channel(
        "GUARD",
        Service(call_sign="GUARD", name_khz=_GUARD_KHZ, controls=()),
        tuple(one.id for one in sectors),
        users,
        base.party[0].id,
    )
    memorandum = msgspec.structs.replace(
        base,
        area=msgspec.structs.replace(base.area, polygon=_around(sectors), lower="0 AMSL", upper="FL660"),
        sector=tuple(sectors),
        class_=classes,
        separation=tuple(
            Separation(pair=pair, mode="airmanship_only")
            for pair in (("any", "any"), ("any", "old"), ("old", "old"))
        ),
        member=(),
        boundary=(),
        special_area=(),
        reference_point=(),
        frequencies=msgspec.structs.replace(base.frequencies, guard=(_GUARD_KHZ,)),
        channel=(*channels, msgspec.structs.replace(guard, use="guard")),
    )
    return PublishedPlan(memorandum=memorandum, left_out=tuple(left_out), without_area=tuple(without))


def _volumes(published: Published, service: Service) -> list[PublishedVolume]:
    """Every volume that a service controls, each once though an area and its volume may both be named."""
    found: dict[PublishedVolume, None] = {}
    for name in service.controls:
        for volume in published.volumes.get(name, ()):
            found.setdefault(volume)
    return list(found)


def _fault_of(volume: PublishedVolume) -> str | None:
    if len(volume.polygon) < 3:
        return f"it has {len(volume.polygon)} corners"
    lower, upper = parse_level(volume.lower), parse_level(volume.upper)
    if lower.reference == upper.reference and upper.value <= lower.value:
        return f"its upper level {volume.upper} is not above {volume.lower}"
    fault = shape_fault_of(polygon_of(volume.polygon))
    return None if fault is None else fault.message


def _channel(
    id_: str, service: Service, sectors: tuple[str, ...], users: dict[str, tuple[str, ...]], owner: str
) -> Channel:
    meant = channel_of(service.name_khz)
    spacing = "25" if meant is None else meant.spacing
    can = (*users["vhf_833"], *(users["vhf_25"] if spacing == "25" else ()))
    return msgspec.convert(
        {
            "id": id_,
            "name_khz": service.name_khz,
            "band": "vhf",
            "spacing": spacing,
            "use": "contact",
            "sectors": sectors,
            "monitored_by": can,
            "tunable_by": can,
            "floor_owner": owner,
            "authority": service.call_sign,
        },
        Channel,
    )


def _class(name: str, radios: tuple[str, ...]) -> AircraftClass:
    return msgspec.convert(
        {
            "id": name,
            "name": name,
            "max_speed_kt": 250,
            "standoff_nm": Decimal(1),
            "radios": radios,
            "tones": False,
        },
        AircraftClass,
    )


def _around(sectors: list[Sector]) -> tuple[LatLon, ...]:
    lats = [point.lat for one in sectors for point in one.polygon]
    lons = [point.lon for one in sectors for point in one.polygon]
    south, north, west, east = min(lats) - 1, max(lats) + 1, min(lons) - 1, max(lons) + 1
    corners = ((south, west), (north, west), (north, east), (south, east))
    return tuple(LatLon(lat=lat, lon=lon) for lat, lon in corners)
