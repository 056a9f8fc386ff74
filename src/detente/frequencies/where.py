"""Where am I, what do I call: the channels of a place and a level, who listens there, and since when that is proven.

A place on an edge, and a level that the weather can put into two bands, get both: whoever is in doubt calls on both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from detente.airspace.geodesy import distance_m
from detente.airspace.levels import StatedLevel, parse_level
from detente.airspace.nearness import nearness
from detente.airspace.outline import outline_of
from detente.airspace.shapes import DEGREES_E7, Circle, Point
from detente.errors import OperatorError
from detente.frequencies.changes import PlanInForce
from detente.frequencies.horizon import radio_horizon_nm
from detente.frequencies.proof import PairProof, Proofs, pair_proof
from detente.frequencies.sky import above_surface_ft
from detente.memorandum.model import Memorandum, Sector
from detente.memorandum.model_talk import Channel
from detente.memorandum.radio_bands import RadioBand, bands_of, pairs_that_meet, users_of
from detente.notices.ground import polygon_of
from detente.quantities import METRES_PER_NM

EDGE_M = 10.0
"""Nearer than this to an edge a place is in both sectors: nobody flies by metres."""


@dataclass(frozen=True, kw_only=True)
class Reach:
    """A ground station: how far it is, and how far it reaches at the level asked for, NM; terrain not included."""

    station: str
    post: str
    channels: tuple[str, ...]
    distance_nm: float
    reach_nm: float

    @property
    def is_heard(self) -> bool:
        """Whether the place lies within its horizon."""
        return self.distance_nm <= self.reach_nm


@dataclass(frozen=True, kw_only=True)
class ToCall:
    """One channel here: what it is, who listens on it, and what is to be known of it now."""

    role: str
    """primary | secondary | guard | other"""
    channel: Channel
    listens: tuple[str, ...]
    tunable: bool
    """By the class that asks; True where none does."""
    monitored: bool
    watch_too_khz: int | None = None
    fall_back_khz: int | None = None
    is_out: bool = False


@dataclass(frozen=True, kw_only=True)
class Here:
    """One band of one sector at a place: what to call, in order, who is proven, and the stations in reach."""

    sector: str
    lower: str
    upper: str
    calls: tuple[ToCall, ...]
    pairs: tuple[PairProof, ...]
    stations: tuple[Reach, ...]


def where(
    plan: PlanInForce,
    *,
    lat_deg: float,
    lon_deg: float,
    level: str,
    user: str | None,
    proofs: Proofs,
    now_ms: int,
) -> tuple[Here, ...]:
    """Every band that holds a place, in the order of the memorandum; empty outside all sectors.

    Args:
        user: PARTY/class, or a class of any party; None asks for everybody.

    Raises: OperatorError `unknown_class`; PeerError `bad_level`.
    """
    memorandum = plan.memorandum
    stated = parse_level(level)
    found = []
    for band in bands_of(memorandum):
        sector = memorandum.sector[band.sector]
        if not _holds_place(sector, lat_deg, lon_deg) or not _holds_level(
            memorandum, sector, band, stated, level
        ):
            continue
        found.append(
            here(
                plan,
                band,
                users=users_named(memorandum, user),
                at=(lat_deg, lon_deg, level),
                proofs=proofs,
                now_ms=now_ms,
            )
        )
    return tuple(found)


def here(
    plan: PlanInForce,
    band: RadioBand,
    *,
    users: tuple[str, ...],
    at: tuple[float, float, str] | None,
    proofs: Proofs,
    now_ms: int,
) -> Here:
    """One band as its card shows it; `at` is a place and a level for the reach of stations, None for none."""
    memorandum = plan.memorandum
    sector = memorandum.sector[band.sector]
    asked = frozenset(users)
    pairs = (pair for pair in pairs_that_meet(memorandum, sector) if not asked or asked.intersection(pair))
    return Here(
        sector=sector.id,
        lower=band.lower,
        upper=band.upper,
        calls=tuple(_calls(plan, band, sector, asked)),
        pairs=tuple(
            pair_proof(memorandum, band, pair, proofs, now_ms=now_ms, ended_ms=plan.ended_ms)
            for pair in pairs
        ),
        stations=() if at is None else tuple(_reaches(memorandum, band, sector, at)),
    )


def users_named(memorandum: Memorandum, user: str | None) -> tuple[str, ...]:
    """PARTY/class for what was asked: all parties' where only a class is given; none where nothing is.

    Raises: OperatorError `unknown_class` naming those that exist.
    """
    if user is None:
        return ()
    everybody = dict.fromkeys(one for sector in memorandum.sector for one in users_of(memorandum, sector))
    found = tuple(one for one in everybody if user in (one, one.partition("/")[2]))
    if not found:
        raise OperatorError(
            "unknown_class",
            f"There is no class {user[:40]!r} in this memorandum.",
            cure="Classes: " + ", ".join(one.id for one in memorandum.class_) + ", or PARTY/class.",
        )
    return found


def _calls(plan: PlanInForce, band: RadioBand, sector: Sector, asked: frozenset[str]) -> Iterable[ToCall]:
    memorandum = plan.memorandum
    present = frozenset(users_of(memorandum, sector))
    too = {new: old for old, new in plan.watch_too_khz.get(sector.id, ())}
    out: Mapping[int, int | None] = plan.out_khz.get(sector.id, {})
    ordered = sorted(band.channels, key=lambda one: _rank(memorandum.channel[one], one, band))
    for index in ordered:
        channel = memorandum.channel[index]
        yield ToCall(
            role=_role(channel, index, band),
            channel=channel,
            listens=tuple(one for one in channel.monitored_by if one in present),
            tunable=not asked or bool(asked.intersection(channel.tunable_by)),
            monitored=not asked or bool(asked.intersection(channel.monitored_by)),
            watch_too_khz=too.get(channel.name_khz),
            fall_back_khz=out.get(channel.name_khz),
            is_out=channel.name_khz in out,
        )


def _role(channel: Channel, index: int, band: RadioBand) -> str:
    if index == band.primary:
        return "primary"
    if index == band.secondary:
        return "secondary"
    return "guard" if channel.use == "guard" else "other"


def _rank(channel: Channel, index: int, band: RadioBand) -> tuple[int, int]:
    order = ("primary", "secondary", "guard", "other")
    return order.index(_role(channel, index, band)), index


def _reaches(
    memorandum: Memorandum, band: RadioBand, sector: Sector, at: tuple[float, float, str]
) -> Iterable[Reach]:
    lat_deg, lon_deg, level = at
    height_ft, _ = above_surface_ft(level, sector, memorandum)
    serving = {memorandum.channel[one].id for one in band.channels}
    for station in memorandum.station:
        channels = tuple(name for name in station.channels if name in serving)
        if not channels:
            continue
        apart_m = float(distance_m(lat_deg, lon_deg, float(station.at.lat), float(station.at.lon)))
        yield Reach(
            station=station.id,
            post=station.post,
            channels=channels,
            distance_nm=round(apart_m / METRES_PER_NM, 1),
            reach_nm=round(radio_horizon_nm(height_ft, float(station.antenna_agl_ft)), 1),
        )


def _holds_place(sector: Sector, lat_deg: float, lon_deg: float) -> bool:
    at = Point(lat_e7=round(lat_deg * DEGREES_E7), lon_e7=round(lon_deg * DEGREES_E7))
    here, ring = Circle(centre=at, radius_cm=0), polygon_of(sector.polygon)
    return nearness(outline_of(here), outline_of(ring), within_m=EDGE_M) is not None


def _holds_level(
    memorandum: Memorandum, sector: Sector, band: RadioBand, stated: StatedLevel, level: str
) -> bool:
    """Whether a level can be in a band: exact where all three have one reference, else by the agreed weather."""
    lower, upper = parse_level(band.lower), parse_level(band.upper)
    low_ft, high_ft = above_surface_ft(level, sector, memorandum)
    is_above = (
        stated.value >= lower.value
        if stated.reference == lower.reference
        else high_ft >= above_surface_ft(band.lower, sector, memorandum)[0]
    )
    is_below = (
        stated.value <= upper.value
        if stated.reference == upper.reference
        else low_ft <= above_surface_ft(band.upper, sector, memorandum)[1]
    )
    return is_above and is_below
