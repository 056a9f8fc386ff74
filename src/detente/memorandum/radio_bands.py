"""Which channels serve whom: the bands of levels of each sector, who may meet there, and who hears whom.

A sector without a row [[assignment]] is one band, whose first two channels for contact are its primary and its
secondary. A band has its own two, guard, and what of the sector no row takes for another band.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from detente.memorandum.channel_names import Channel as Meaning
from detente.memorandum.channel_names import channel_of
from detente.memorandum.model import Memorandum, Sector
from detente.memorandum.model_talk import Channel

CONTACT = frozenset({"contact", "working", "air_air"})


@dataclass(frozen=True, kw_only=True)
class RadioBand:
    """Levels of one sector with their channels; places are indices into the memorandum's tables.

    `channels` are all that serve it, primary and secondary first. `row` is its [[assignment]], if it has one.
    """

    sector: int
    lower: str
    upper: str
    primary: int | None
    secondary: int | None
    channels: tuple[int, ...]
    row: int | None = None


@lru_cache(maxsize=16)
def bands_of(memorandum: Memorandum) -> tuple[RadioBand, ...]:
    """Every band, sector by sector, in the order of the file."""
    here: dict[str, list[int]] = {sector.id: [] for sector in memorandum.sector}
    for index, channel in enumerate(memorandum.channel):
        for name in channel.sectors:
            here.get(name, []).append(index)
    rows: dict[str, list[int]] = {}
    for index, row in enumerate(memorandum.assignment):
        rows.setdefault(row.sector, []).append(index)
    found: list[RadioBand] = []
    for index, sector in enumerate(memorandum.sector):
        if sector.id in rows:
            found += _assigned(memorandum, index, here[sector.id], rows[sector.id])
        else:
            contact = [one for one in here[sector.id] if memorandum.channel[one].use in CONTACT]
            first, second = (*contact, None, None)[:2]
            rest = [one for one in here[sector.id] if one not in (first, second)]
            found.append(
                RadioBand(
                    sector=index,
                    lower=sector.lower,
                    upper=sector.upper,
                    primary=first,
                    secondary=second,
                    channels=(*contact[:2], *rest),
                )
            )
    return tuple(found)


def users_of(memorandum: Memorandum, sector: Sector) -> tuple[str, ...]:
    """PARTY/class of everybody who may be in a sector."""
    everybody = tuple(
        f"{party.id}/{one.id}"
        for party in memorandum.party
        if party.role == "party"
        for one in memorandum.class_
    )
    if not sector.users:
        return everybody
    named = frozenset(sector.users)
    return tuple(user for user in everybody if user in named)


def pairs_that_meet(memorandum: Memorandum, sector: Sector) -> Iterator[tuple[str, str]]:
    """Users of different parties that may meet in a sector.

    One without any radio is left out only where the two classes keep their own blocks.
    """
    silent = {one.id for one in memorandum.class_ if "none" in one.radios}
    apart = {frozenset(row.pair) for row in memorandum.separation if row.mode == "own_block"}
    for one, other in combinations(users_of(memorandum, sector), 2):
        (party, _, class_), (other_party, _, other_class) = one.partition("/"), other.partition("/")
        if party == other_party:
            continue
        if silent & {class_, other_class} and frozenset({class_, other_class}) in apart:
            continue
        yield one, other


def hearing_of(memorandum: Memorandum, channels: Sequence[int]) -> Mapping[str, int]:
    """By user: a bit for each channel that it monitors, the place of the channel in the memorandum."""
    heard: dict[str, int] = {}
    for index in channels:
        for user in memorandum.channel[index].monitored_by:
            heard[user] = heard.get(user, 0) | 1 << index
    return heard


def relays_of(memorandum: Memorandum, sector: Sector) -> tuple[int, ...]:
    """For each relay that serves a sector a bit for each of its channels."""
    places = {channel.id: index for index, channel in enumerate(memorandum.channel)}
    return tuple(
        sum(1 << places[name] for name in dict.fromkeys(relay.channels) if name in places)
        for relay in memorandum.relay
        if sector.id in relay.sectors
    )


def can_talk(heard: int, other_heard: int, relays: Sequence[int]) -> bool:
    """Whether two users share a monitored channel, or each one that a relay joins."""
    return bool(heard & other_heard) or any(heard & relay and other_heard & relay for relay in relays)


def meaning_of(channel: Channel) -> Meaning | None:
    """What a channel's name means in its band; None where it is not a name."""
    return channel_of(channel.name_khz, channel.band)


def can_tune(radios: frozenset[str], channel: Channel) -> bool:
    """Whether a class with these radios can tune a channel: a set for 25 kHz alone cannot use an 8.33 name."""
    match channel.band:
        case "vhf":
            return "vhf_833" in radios or (channel.spacing == "25" and "vhf_25" in radios)
        case "uhf":
            return "uhf" in radios
        case "fm" | "marine":
            return "fm" in radios


def _assigned(
    memorandum: Memorandum, sector: int, here: Sequence[int], rows: Sequence[int]
) -> Iterator[RadioBand]:
    places = {memorandum.channel[index].id: index for index in here}
    taken = {
        places.get(name)
        for index in rows
        for name in (memorandum.assignment[index].primary, memorandum.assignment[index].secondary)
    }
    for index in rows:
        row = memorandum.assignment[index]
        own = [places[name] for name in dict.fromkeys((row.primary, row.secondary)) if name in places]
        yield RadioBand(
            sector=sector,
            lower=row.lower,
            upper=row.upper,
            primary=places.get(row.primary),
            secondary=places.get(row.secondary),
            channels=(*own, *(one for one in here if one not in taken)),
            row=index,
        )
