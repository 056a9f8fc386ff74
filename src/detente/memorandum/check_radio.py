"""Checks on the plan of frequencies: each band complete, every pair able to talk, relays and stations real.

What is physical and depends on distance (line of sight, reuse, products) is screened in `detente.frequencies`: only
an authority can judge that. What stands here no authority can mend, so it keeps a memorandum from being signed.
Source: practice (f), checks 1 to 3 and 6.
"""

from __future__ import annotations

from collections.abc import Iterator

from detente.airspace.levels import parse_level
from detente.errors import PeerError
from detente.memorandum.hours import first_gap, staffed_minutes
from detente.memorandum.model import Memorandum
from detente.memorandum.problem import Problem
from detente.memorandum.radio_bands import (
    RadioBand,
    bands_of,
    can_talk,
    hearing_of,
    pairs_that_meet,
    relays_of,
    users_of,
)

ANTENNA_MAX_FT = 3_000


def sectors_have_channels(memorandum: Memorandum) -> Iterator[Problem]:
    """Each band of each sector has a primary, a secondary and guard."""
    for band in bands_of(memorandum):
        sector = memorandum.sector[band.sector]
        count = len({one for one in (band.primary, band.secondary) if one is not None})
        if count < 2:
            yield _problem(
                f"sector[{band.sector}]",
                f"{_place(memorandum, band)} has {count} channel(s) for contact.",
                "Give a primary and a secondary [[channel]].",
                sector=sector.id,
            )
        if not any(memorandum.channel[one].use == "guard" for one in band.channels):
            yield _problem(
                f"sector[{band.sector}]",
                f"{sector.id} has no guard channel.",
                'Give a [[channel]] with use = "guard".',
                sector=sector.id,
            )


def everybody_can_call(memorandum: Memorandum) -> Iterator[Problem]:
    """Whoever lacks the band or the spacing of the primary can tune the secondary."""
    silent = {one.id for one in memorandum.class_ if "none" in one.radios}
    for band in bands_of(memorandum):
        contact = [
            memorandum.channel[one]
            for one in dict.fromkeys((band.primary, band.secondary))
            if one is not None
        ]
        tunable = {user for channel in contact for user in channel.tunable_by}
        for user in users_of(memorandum, memorandum.sector[band.sector]) if contact else ():
            if user not in tunable and user.partition("/")[2] not in silent:
                yield _problem(
                    f"sector[{band.sector}]",
                    f"{user} can tune neither the primary nor the secondary of {_place(memorandum, band)}.",
                    "Take a secondary in a band that it has.",
                    sector=memorandum.sector[band.sector].id,
                    pair=(user,),
                )


def assignments_are_whole(memorandum: Memorandum) -> Iterator[Problem]:
    """The bands of a sector follow each other from its lower to its upper level, and name channels that serve it."""
    by_sector: dict[str, list[int]] = {}
    sectors = {sector.id: sector for sector in memorandum.sector}
    serves = {(channel.id, name) for channel in memorandum.channel for name in channel.sectors}
    for index, row in enumerate(memorandum.assignment):
        path = f"assignment[{index}]"
        if row.sector not in sectors:
            yield _problem(f"{path}.sector", f"There is no sector {row.sector}.", "Name a [[sector]].")
            continue
        by_sector.setdefault(row.sector, []).append(index)
        for key, name in (("primary", row.primary), ("secondary", row.secondary)):
            if (name, row.sector) not in serves:
                yield _problem(
                    f"{path}.{key}",
                    f"{name} is no channel that serves {row.sector}.",
                    "Name a [[channel]] that lists this sector.",
                )
    for index, row in enumerate(memorandum.assignment):
        if (fault := _fault_of_levels(row.lower, row.upper)) is not None:
            yield _problem(
                f"assignment[{index}].upper", fault, "Write FL080 or 1500 AMSL, lower below upper."
            )
    for name, rows in by_sector.items():
        sector, bands = sectors[name], [memorandum.assignment[index] for index in rows]
        edges = [sector.lower, *(band.upper for band in bands)]
        for index, band, below in zip(rows, bands, edges, strict=False):
            if band.lower != below:
                yield _problem(
                    f"assignment[{index}].lower",
                    f"In {name} nothing is assigned between {below} and {band.lower}.",
                    f'Write lower = "{below}".',
                )
        if edges[-1] != sector.upper:
            yield _problem(
                f"assignment[{rows[-1]}].upper",
                f"In {name} nothing is assigned between {edges[-1]} and {sector.upper}.",
                f'Write upper = "{sector.upper}".',
            )


def sectors_name_their_users(memorandum: Memorandum) -> Iterator[Problem]:
    """Who may be in a sector is a class of a party that flies; a count of aircraft is not negative."""
    users = {
        f"{party.id}/{one.id}"
        for party in memorandum.party
        if party.role == "party"
        for one in memorandum.class_
    }
    for index, sector in enumerate(memorandum.sector):
        for user in sector.users:
            if user not in users:
                yield _problem(
                    f"sector[{index}].users",
                    f"{user} is no PARTY/class of this memorandum.",
                    "For example ALFA/combat.",
                )
        if sector.aircraft_expected is not None and sector.aircraft_expected < 0:
            yield _problem(f"sector[{index}].aircraft_expected", "This is below zero.", "Write 0 or more.")


def every_pair_can_talk(memorandum: Memorandum) -> Iterator[Problem]:
    """Classes of different parties that may meet in a sector monitor one common channel there, or a relay joins them.

    In November 2015 each side used *a* right channel, not the same. A class without any radio is excused only
    where it keeps its own block.
    """
    for band in bands_of(memorandum):
        sector = memorandum.sector[band.sector]
        heard = hearing_of(memorandum, band.channels)
        relays = relays_of(memorandum, sector)
        for one, other in pairs_that_meet(memorandum, sector):
            if not can_talk(heard.get(one, 0), heard.get(other, 0), relays):
                yield _problem(
                    f"sector[{band.sector}]",
                    f"{' and '.join(sorted((one, other)))} share no monitored channel in"
                    f" {_place(memorandum, band)}.",
                    "Have both monitor one channel there, or name a [[relay]] post that hears both.",
                    sector=sector.id,
                    pair=(one, other),
                )


def relays_are_staffed(memorandum: Memorandum) -> Iterator[Problem]:
    """A relay is a post that is always kept, with two channels to join in sectors that they serve."""
    posts = {post.id: post for post in memorandum.post}
    sectors = {sector.id for sector in memorandum.sector}
    serves = {(channel.id, name) for channel in memorandum.channel for name in channel.sectors}
    for index, relay in enumerate(memorandum.relay):
        path = f"relay[{index}]"
        post = posts.get(relay.post)
        if post is None:
            yield _problem(f"{path}.post", f"There is no post {relay.post}.", "Name a [[post]].")
        elif (hours := staffed_minutes(post.hours)) is not None and (gap := first_gap(hours)) is not None:
            yield _problem(f"{path}.post", f"{relay.post} relays nothing {gap}.", "Staff it 24/7.")
        for name in relay.sectors:
            if name not in sectors:
                yield _problem(f"{path}.sectors", f"There is no sector {name}.", "Name a [[sector]].")
                continue
            for channel in relay.channels:
                if (channel, name) not in serves:
                    yield _problem(
                        f"{path}.channels",
                        f"{channel} is no channel that serves {name}.",
                        "Name channels that serve every sector of the relay.",
                    )
        if len(set(relay.channels)) < 2:
            yield _problem(f"{path}.channels", "A relay joins two channels or more.", "Name two channels.")


def stations_are_placed(memorandum: Memorandum) -> Iterator[Problem]:
    """A ground station stands somewhere, at a post, with an antenna above the surface and channels of the plan."""
    posts = {post.id for post in memorandum.post}
    channels = {channel.id for channel in memorandum.channel}
    seen: set[str] = set()
    for index, station in enumerate(memorandum.station):
        path = f"station[{index}]"
        if station.id in seen:
            yield _problem(f"{path}.id", f"{station.id} is defined twice.", "Rename or remove one of them.")
        seen.add(station.id)
        if station.post not in posts:
            yield _problem(f"{path}.post", f"There is no post {station.post}.", "Name a [[post]].")
        if not (-90 <= station.at.lat <= 90 and -180 <= station.at.lon <= 180):
            yield _problem(
                f"{path}.at", "This point is not on Earth.", "Latitude -90 to 90, longitude -180 to 180."
            )
        if not 0 <= station.antenna_agl_ft <= ANTENNA_MAX_FT:
            yield _problem(
                f"{path}.antenna_agl_ft",
                f"An antenna at {station.antenna_agl_ft} ft above the surface cannot be.",
                f"Write 0 to {ANTENNA_MAX_FT}.",
            )
        for name in station.channels:
            if name not in channels:
                yield _problem(
                    f"{path}.channels", f"There is no channel {name}.", "Name [[channel]]s by their ids."
                )


def _fault_of_levels(lower: str, upper: str) -> str | None:
    try:
        low, high = parse_level(lower), parse_level(upper)
    except PeerError as why:
        return why.message
    if low.reference == high.reference and high.value <= low.value:
        return f"{upper} is not above {lower}."
    return None


def _place(memorandum: Memorandum, band: RadioBand) -> str:
    """The sector, with its levels where it has more than one band."""
    name = memorandum.sector[band.sector].id
    return name if band.row is None else f"{name} from {band.lower} to {band.upper}"


def _problem(path: str, message: str, cure: str, *, sector: str = "", pair: tuple[str, ...] = ()) -> Problem:
    return Problem(path=path, message=message, cure=cure, sector=sector, pair=pair)


CHECKS = (
    sectors_have_channels,
    everybody_can_call,
    assignments_are_whole,
    sectors_name_their_users,
    every_pair_can_talk,
    relays_are_staffed,
    stations_are_placed,
)
