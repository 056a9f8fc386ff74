"""The article of a memorandum about frequencies, in words: channels, who listens, levels, stations, relays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from detente.memorandum.model import Memorandum
from detente.memorandum.model_talk import Channel
from detente.memorandum.wording import duration_text, listed, table


def radio_paragraphs(memorandum: Memorandum) -> Iterable[str]:
    """The rules first, then the tables; a table of what is not agreed is left out."""
    rules = memorandum.frequencies
    guard = listed([f"{khz / 1000:.3f}" for khz in rules.guard])
    yield (
        f"Records: {rules.annex}. Guard: {guard} MHz, kept clear by {rules.guard_keep_out_khz} kHz. A proof holds"
        f" {rules.proven_max_days} days; at most {rules.max_aircraft_per_channel} aircraft on a channel; in a change"
        f" both channels are watched for {duration_text(rules.change_window_s)}. A carrier is used again where the"
        f" unwanted is {rules.reuse_ratio} times farther than the wanted; channels that touch stay {rules.neighbour_nm}"
        f" NM apart. Names are spoken names, not carriers. This assigns nothing: the national authority does."
    )
    yield table(
        ("channel", "name (MHz)", "band", "spacing", "tone", "use", "sectors", "floor"),
        (
            (
                one.id,
                f"{one.name_khz / 1000:.3f}",
                one.band,
                one.spacing,
                _tones(one),
                one.use,
                listed(one.sectors),
                one.floor_owner,
            )
            for one in memorandum.channel
        ),
    )
    yield table(
        ("channel", "listens", "can tune"),
        ((one.id, listed(one.monitored_by), listed(one.tunable_by)) for one in memorandum.channel),
    )
    yield from _records(memorandum.channel)
    if memorandum.assignment:
        yield table(
            ("sector", "from", "to", "primary", "secondary"),
            ((one.sector, one.lower, one.upper, one.primary, one.secondary) for one in memorandum.assignment),
        )
    if memorandum.station:
        yield table(
            ("ground station", "post", "latitude", "longitude", "antenna above ground", "channels"),
            (
                (one.id, one.post, one.at.lat, one.at.lon, f"{one.antenna_agl_ft} ft", listed(one.channels))
                for one in memorandum.station
            ),
        )
    for relay in memorandum.relay:
        yield (
            f"The post {relay.post} hears {listed(relay.channels)} in {listed(relay.sectors)} and passes on what"
            " it hears."
        )


def _records(channels: Sequence[Channel]) -> Iterable[str]:
    """What of a channel's record most have not agreed."""
    rows = [
        (one.id, one.language, one.back_up, one.authority, one.licence)
        for one in channels
        if any((one.language, one.back_up, one.authority, one.licence))
    ]
    if rows:
        yield table(
            ("channel", "language", "back-up", "assigned by", "licence"),
            (tuple(cell or "not stated" for cell in row) for row in rows),
        )


def _tones(channel: Channel) -> str:
    sent = _tone(channel.tone_hz)
    if channel.tone_receive_hz is None:
        return sent
    return f"{sent}, waits for {_tone(channel.tone_receive_hz)}"


def _tone(tone_hz: Decimal | None) -> str:
    return "none" if tone_hz is None else f"{tone_hz} Hz"
