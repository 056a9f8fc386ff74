"""Checks on the radio: names, carriers, who can tune and who listens, sector by sector."""

from __future__ import annotations

from collections.abc import Iterator, Set
from itertools import combinations_with_replacement

from detente.memorandum.channel_names import channel_of, nearest_names
from detente.memorandum.model import Memorandum
from detente.memorandum.model_talk import Channel
from detente.memorandum.problem import Problem

_CONTACT = frozenset({"contact", "working", "air_air"})
_UHF_KHZ = range(225_000, 400_001, 25)


def channel_names_are_valid(memorandum: Memorandum) -> Iterator[Problem]:
    """A VHF name is one of the table of names, with the spacing that it implies; UHF stands on whole 25 kHz."""
    for index, channel in enumerate(memorandum.channel):
        path = f"channel[{index}]"
        if channel.band == "vhf":
            meant = channel_of(channel.name_khz)
            if meant is None:
                near = " or ".join(map(str, nearest_names(channel.name_khz)))
                yield _problem(
                    f"{path}.name_khz",
                    f"{channel.name_khz} is not the name of a channel.",
                    f"The nearest are {near}.",
                )
            elif meant.spacing != channel.spacing:
                yield _problem(
                    f"{path}.spacing",
                    f"{channel.name_khz} is a {meant.spacing} kHz name.",
                    f'Write "{meant.spacing}".',
                )
        elif channel.band == "uhf" and channel.name_khz not in _UHF_KHZ:
            yield _problem(
                f"{path}.name_khz",
                f"{channel.name_khz} is not a UHF channel.",
                "225000 to 400000 in steps of 25.",
            )


def one_carrier_has_one_name(memorandum: Memorandum) -> Iterator[Problem]:
    """Two names on one carrier are two crews who believe that they are apart."""
    seen: dict[int, Channel] = {}
    for index, channel in enumerate(memorandum.channel):
        meant = channel_of(channel.name_khz) if channel.band == "vhf" else None
        if meant is None:
            continue
        other = seen.setdefault(meant.carrier_khz_3, channel)
        if other.name_khz != channel.name_khz:
            yield _problem(
                f"channel[{index}].name_khz",
                f"{channel.name_khz} and {other.name_khz} are one carrier.",
                "Use one of the two names.",
            )


def channels_name_what_exists(memorandum: Memorandum) -> Iterator[Problem]:
    """Sectors, parties and classes of a channel are defined; who owns its floor is a party."""
    sectors = {sector.id for sector in memorandum.sector}
    parties = {party.id for party in memorandum.party}
    users = {f"{party}/{one.id}" for party in parties for one in memorandum.class_}
    for index, channel in enumerate(memorandum.channel):
        path = f"channel[{index}]"
        for name in channel.sectors:
            if name not in sectors:
                yield _problem(
                    f"{path}.sectors",
                    f"There is no sector {name}.",
                    f"Write one of {', '.join(sorted(sectors))}.",
                )
        for key, names in (("monitored_by", channel.monitored_by), ("tunable_by", channel.tunable_by)):
            for name in names:
                if name not in users:
                    yield _problem(
                        f"{path}.{key}",
                        f"{name} is no PARTY/class of this memorandum.",
                        "For example ALFA/combat.",
                    )
        if channel.floor_owner not in parties:
            yield _problem(
                f"{path}.floor_owner",
                f"There is no party {channel.floor_owner}.",
                f"Write one of {', '.join(sorted(parties))}.",
            )


def who_listens_can_tune(memorandum: Memorandum) -> Iterator[Problem]:
    """Nobody monitors what they cannot tune, and every class that tunes a channel has a radio for it."""
    radios = {one.id: set(one.radios) for one in memorandum.class_}
    for index, channel in enumerate(memorandum.channel):
        for user in channel.monitored_by:
            if user not in channel.tunable_by:
                yield _problem(
                    f"channel[{index}].monitored_by",
                    f"{user} listens to what it cannot tune.",
                    "Add it to tunable_by.",
                )
        for user in channel.tunable_by:
            has = radios.get(user.partition("/")[2])
            if has is not None and not _can_tune(has, channel):
                yield _problem(
                    f"channel[{index}].tunable_by",
                    f"{user} has no radio for {channel.name_khz} ({channel.band} {channel.spacing}).",
                    "Correct [[class]] radios, or take it off.",
                )


def tones_can_be_sent(memorandum: Memorandum) -> Iterator[Problem]:
    """A tone cuts off whoever cannot send it."""
    tones = {one.id: one.tones for one in memorandum.class_}
    for index, channel in enumerate(memorandum.channel):
        for user in channel.tunable_by if channel.tone_hz is not None else ():
            if tones.get(user.partition("/")[2]) is False:
                yield _problem(
                    f"channel[{index}].tone_hz",
                    f"{user} cannot send a tone.",
                    "Drop the tone, or take that class off.",
                )


def sectors_have_channels(memorandum: Memorandum) -> Iterator[Problem]:
    """Each sector has a primary, a secondary and guard."""
    for index, sector in enumerate(memorandum.sector):
        here = [channel for channel in memorandum.channel if sector.id in channel.sectors]
        contact = [channel for channel in here if channel.use in _CONTACT]
        if len(contact) < 2:
            yield _problem(
                f"sector[{index}]",
                f"{sector.id} has {len(contact)} channel(s) for contact.",
                "Give a primary and a secondary [[channel]].",
            )
        if not any(channel.use == "guard" for channel in here):
            yield _problem(
                f"sector[{index}]",
                f"{sector.id} has no guard channel.",
                'Give a [[channel]] with use = "guard".',
            )


def every_pair_can_talk(memorandum: Memorandum) -> Iterator[Problem]:
    """Classes of different parties that may meet in a sector monitor one common channel there.

    In November 2015 each side used *a* right channel, not the same. A class without any radio is excused only
    where it keeps its own block.
    """
    parties = [party.id for party in memorandum.party if party.role == "party"]
    for index, sector in enumerate(memorandum.sector):
        here = [set(channel.monitored_by) for channel in memorandum.channel if sector.id in channel.sectors]
        for one, other in combinations_with_replacement(memorandum.class_, 2):
            if "none" in (*one.radios, *other.radios) and _keeps_apart(memorandum, one.id, other.id):
                continue
            for first in parties:
                for second in parties:
                    if first == second or (one is other and first > second):
                        continue
                    pair = {f"{first}/{one.id}", f"{second}/{other.id}"}
                    if not any(pair <= monitored for monitored in here):
                        yield _problem(
                            f"sector[{index}]",
                            f"{' and '.join(sorted(pair))} share no monitored channel in {sector.id}.",
                            "Have both monitor one channel there.",
                        )


def guard_is_one_list(memorandum: Memorandum) -> Iterator[Problem]:
    """The guard frequencies and the guard channels are the same."""
    listed = set(memorandum.frequencies.guard)
    channels = {channel.name_khz for channel in memorandum.channel if channel.use == "guard"}
    for name in sorted(listed ^ channels):
        where = "has no [[channel]]" if name in listed else "is not in frequencies.guard"
        yield _problem("frequencies.guard", f"{name} {where}.", "List each guard channel in both places.")


def frequency_rules_are_positive(memorandum: Memorandum) -> Iterator[Problem]:
    """Proof ages, a channel holds somebody, and a change takes time."""
    for name in ("proven_max_days", "max_aircraft_per_channel", "change_window_s"):
        if getattr(memorandum.frequencies, name) <= 0:
            yield _problem(f"frequencies.{name}", "This is not above zero.", "Write 1 or more.")


def _can_tune(radios: Set[str], channel: Channel) -> bool:
    match channel.band:
        case "vhf":
            return "vhf_833" in radios or (channel.spacing == "25" and "vhf_25" in radios)
        case "uhf":
            return "uhf" in radios
        case "fm" | "marine":
            return "fm" in radios


def _keeps_apart(memorandum: Memorandum, one: str, other: str) -> bool:
    return any(set(row.pair) == {one, other} and row.mode == "own_block" for row in memorandum.separation)


def _problem(path: str, message: str, cure: str) -> Problem:
    return Problem(path=path, message=message, cure=cure)


CHECKS = (
    channel_names_are_valid,
    one_carrier_has_one_name,
    channels_name_what_exists,
    who_listens_can_tune,
    tones_can_be_sent,
    sectors_have_channels,
    every_pair_can_talk,
    guard_is_one_list,
    frequency_rules_are_positive,
)
