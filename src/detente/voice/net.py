"""The net as a memorandum makes it: a channel for each common frequency, its owner, and the rules of talking."""

from __future__ import annotations

from dataclasses import dataclass

from detente.memorandum.model import Memorandum


@dataclass(frozen=True, kw_only=True)
class NetChannel:
    """One channel of the net; several records of the memorandum with one name are one channel."""

    khz: int
    ids: tuple[str, ...]
    use: str
    sectors: tuple[str, ...]
    owner: str


@dataclass(frozen=True, kw_only=True)
class NetTerms:
    """What was agreed about talking; without `[voice]` in the memorandum there is no net."""

    recorded: bool
    talk_max_s: int
    voice_days: int


def terms_of(memorandum: Memorandum) -> NetTerms | None:
    """The rules of the net, or None where none is agreed."""
    voice = memorandum.voice
    if voice is None:
        return None
    return NetTerms(
        recorded=voice.recorded, talk_max_s=voice.talk_max_s, voice_days=memorandum.retention.voice_days
    )


def channels_of(memorandum: Memorandum) -> dict[int, NetChannel]:
    """The channels by name in kHz, in the order of the file; the first record of a name says who owns its floor."""
    found: dict[int, NetChannel] = {}
    for one in memorandum.channel:
        held = found.get(one.name_khz)
        found[one.name_khz] = NetChannel(
            khz=one.name_khz,
            ids=(one.id,) if held is None else (*held.ids, one.id),
            use=one.use if held is None else held.use,
            sectors=one.sectors if held is None else tuple(dict.fromkeys((*held.sectors, *one.sectors))),
            owner=one.floor_owner if held is None else held.owner,
        )
    return found
