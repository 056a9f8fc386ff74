"""Checks on the channels themselves: names, carriers, tones, who can tune, guard and data links kept clear."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from detente.memorandum.channel_names import (
    DATA_KHZ,
    SAR_SCENE_KHZ,
    SIXTHS_PER_KHZ,
    band_of,
    channel_of,
    nearest_names,
)
from detente.memorandum.model import Memorandum
from detente.memorandum.model_talk import Channel
from detente.memorandum.problem import Problem
from detente.memorandum.radio_bands import can_tune, meaning_of


def channel_names_are_valid(memorandum: Memorandum) -> Iterator[Problem]:
    """A name is one of its band's table of names, with the spacing that it implies."""
    for index, channel in enumerate(memorandum.channel):
        path = f"channel[{index}]"
        meant = meaning_of(channel)
        if meant is None:
            near = " or ".join(map(str, nearest_names(channel.name_khz, channel.band)))
            yield _problem(
                f"{path}.name_khz",
                f"{channel.name_khz} is not the name of a channel ({channel.band}).",
                f"The nearest are {near}.",
            )
        elif channel.spacing not in (meant.spacing, "none") or (
            channel.spacing == "none" and channel.band in ("vhf", "uhf")
        ):
            yield _problem(
                f"{path}.spacing",
                f"{channel.name_khz} is a {meant.spacing} kHz name.",
                f'Write "{meant.spacing}".',
            )


def one_carrier_has_one_name(memorandum: Memorandum) -> Iterator[Problem]:
    """Two names on one carrier are two crews who believe that they are apart."""
    seen: dict[int, Channel] = {}
    for index, channel in enumerate(memorandum.channel):
        meant = meaning_of(channel)
        if meant is None:
            continue
        other = seen.setdefault(meant.carrier_khz_6, channel)
        if other.name_khz != channel.name_khz:
            yield _problem(
                f"channel[{index}].name_khz",
                f"{channel.name_khz} and {other.name_khz} are one carrier.",
                "Use one of the two names.",
            )


def one_name_has_one_tone(memorandum: Memorandum) -> Iterator[Problem]:
    """Who sends another tone, or none, is not heard by who waits for one: a frequency is more than a number.

    In 2008 a tone that became required cut off everybody whose radio lacked it.
    """
    seen: dict[int, Channel] = {}
    for index, channel in enumerate(memorandum.channel):
        if channel.tone_receive_hz is not None and channel.tone_receive_hz != channel.tone_hz:
            yield _problem(
                f"channel[{index}].tone_receive_hz",
                f"{channel.id} waits for {_tone(channel.tone_receive_hz)}, but {_tone(channel.tone_hz)} is sent.",
                "Send the tone that is waited for, or wait for none.",
            )
        other = seen.setdefault(channel.name_khz, channel)
        if (other.tone_hz, other.tone_receive_hz) != (channel.tone_hz, channel.tone_receive_hz):
            yield _problem(
                f"channel[{index}].tone_hz",
                f"{channel.name_khz} has two tones: {_tone(other.tone_hz)} and {_tone(channel.tone_hz)}.",
                "Give the name one tone everywhere.",
            )


def channels_name_what_exists(memorandum: Memorandum) -> Iterator[Problem]:
    """Sectors, parties, classes and the back-up of a channel are defined; who owns its floor is a party."""
    sectors = {sector.id for sector in memorandum.sector}
    parties = {party.id for party in memorandum.party}
    users = {f"{party}/{one.id}" for party in parties for one in memorandum.class_}
    channels = {channel.id for channel in memorandum.channel}
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
        if channel.back_up is not None and (channel.back_up not in channels or channel.back_up == channel.id):
            yield _problem(
                f"{path}.back_up",
                f"{channel.back_up} cannot stand in for {channel.id}.",
                "Name another [[channel]] by its id.",
            )


def who_listens_can_tune(memorandum: Memorandum) -> Iterator[Problem]:
    """Nobody monitors what they cannot tune, and every class that tunes a channel has a radio for it."""
    radios = {one.id: frozenset(one.radios) for one in memorandum.class_}
    for index, channel in enumerate(memorandum.channel):
        tunable = frozenset(channel.tunable_by)
        for user in channel.monitored_by:
            if user not in tunable:
                yield _problem(
                    f"channel[{index}].monitored_by",
                    f"{user} listens to what it cannot tune.",
                    "Add it to tunable_by.",
                )
        for user in channel.tunable_by:
            has = radios.get(user.partition("/")[2])
            if has is not None and not can_tune(has, channel):
                yield _problem(
                    f"channel[{index}].tunable_by",
                    f"{user} has no radio for {channel.name_khz} ({channel.band} {channel.spacing}).",
                    "Correct [[class]] radios, or take it off.",
                )


def tones_can_be_sent(memorandum: Memorandum) -> Iterator[Problem]:
    """A tone cuts off whoever cannot send it."""
    tones = {one.id: one.tones for one in memorandum.class_}
    for index, channel in enumerate(memorandum.channel):
        has_tone = channel.tone_hz is not None or channel.tone_receive_hz is not None
        for user in channel.tunable_by if has_tone else ():
            if tones.get(user.partition("/")[2]) is False:
                yield _problem(
                    f"channel[{index}].tone_hz",
                    f"{user} cannot send a tone, and {channel.id} has {_tone(channel.tone_hz)}.",
                    "Drop the tone, or take that class off.",
                )


def guard_is_one_list(memorandum: Memorandum) -> Iterator[Problem]:
    """The guard frequencies and the guard channels are the same."""
    listed = set(memorandum.frequencies.guard)
    channels = {channel.name_khz for channel in memorandum.channel if channel.use == "guard"}
    for name in sorted(listed ^ channels):
        where = "has no [[channel]]" if name in listed else "is not in frequencies.guard"
        yield _problem("frequencies.guard", f"{name} {where}.", "List each guard channel in both places.")


def guard_is_kept_clear(memorandum: Memorandum) -> Iterator[Problem]:
    """Nothing is spoken beside guard: `guard_keep_out_khz` on both sides, but for guard and the scene of a rescue."""
    keep_khz = memorandum.frequencies.guard_keep_out_khz
    guards = [
        (name, meant.carrier_khz_6)
        for name in memorandum.frequencies.guard
        if (band := band_of(name)) is not None and (meant := channel_of(name, band)) is not None
    ]
    for index, channel in enumerate(memorandum.channel):
        meant = meaning_of(channel)
        if meant is None or channel.use == "guard" or channel.name_khz in SAR_SCENE_KHZ:
            continue
        for name, carrier_khz_6 in guards:
            if abs(meant.carrier_khz_6 - carrier_khz_6) < keep_khz * SIXTHS_PER_KHZ:
                yield _problem(
                    f"channel[{index}].name_khz",
                    f"{channel.name_khz} lies within {keep_khz} kHz of guard {name}.",
                    f"Take a channel {keep_khz} kHz or more away from it.",
                )


def data_links_are_kept_clear(memorandum: Memorandum) -> Iterator[Problem]:
    """Where aircraft exchange data, a voice is heard by nobody."""
    first, last = DATA_KHZ
    for index, channel in enumerate(memorandum.channel):
        if channel.band == "vhf" and first <= channel.name_khz <= last:
            yield _problem(
                f"channel[{index}].name_khz",
                f"{channel.name_khz} is a channel of data links.",
                f"Take a name below {first}.",
            )


def frequency_rules_are_positive(memorandum: Memorandum) -> Iterator[Problem]:
    """Proof ages, a channel holds somebody, and a change takes time."""
    for name in ("proven_max_days", "max_aircraft_per_channel", "change_window_s"):
        if getattr(memorandum.frequencies, name) <= 0:
            yield _problem(f"frequencies.{name}", "This is not above zero.", "Write 1 or more.")
    for name, least in (("guard_keep_out_khz", 0), ("reuse_ratio", 1), ("neighbour_nm", 0)):
        value = Decimal(getattr(memorandum.frequencies, name))
        if value < least:
            yield _problem(f"frequencies.{name}", f"This is below {least}.", f"Write {least} or more.")


def _tone(tone_hz: Decimal | None) -> str:
    return "no tone" if tone_hz is None else f"a tone of {tone_hz} Hz"


def _problem(path: str, message: str, cure: str) -> Problem:
    return Problem(path=path, message=message, cure=cure)


CHECKS = (
    channel_names_are_valid,
    one_carrier_has_one_name,
    one_name_has_one_tone,
    channels_name_what_exists,
    who_listens_can_tune,
    tones_can_be_sent,
    guard_is_one_list,
    guard_is_kept_clear,
    data_links_are_kept_clear,
    frequency_rules_are_positive,
)
