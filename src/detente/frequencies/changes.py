"""Changes of a channel said on the line, and the plan that is in force because of them.

A change takes effect at its time only where every party that flies had acknowledged it by then; else the old record
stands, and a new change needs a new time. From that time both channels are watched for the agreed window, and every
proof on the channel is over until a radio check renews it. A change that would leave somebody unable to talk is in
force for nobody, whoever acknowledged it: the same checks judge it that judge a memorandum before it is signed.

The time of an acknowledgement is the one that its author claims, as everywhere on the line, so that all nodes agree
once they hold the same journals. A party that claims too early a time can at most bring into force what all said
yes to.
Source: practice (f), check 9; casebook tone-change-2008.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import Literal, TypeAlias

import msgspec

from detente.frequencies.finding import Finding
from detente.memorandum import check_channels, check_radio
from detente.memorandum.channel_names import band_around, channel_of
from detente.memorandum.model import Memorandum
from detente.memorandum.model_talk import Channel, Relay
from detente.memorandum.problem import Problem

What: TypeAlias = Literal["change", "failure", "interference"]
Status: TypeAlias = Literal["waiting", "agreed", "window", "in_force", "lapsed", "refused"]
"""`waiting`, `agreed`: before its time; `lapsed`: somebody had not acknowledged; `refused`: no plan allows it."""

_CHANGED = "changed"
_PROBLEMS_MAX = 100


@dataclass(frozen=True, kw_only=True)
class ChannelChange:
    """What a party said of a channel in a sector. `name` is how people name the entry, and unique.

    `tone_dhz` is in tenths of a hertz: None leaves the tone as it is, 0 takes it away.
    """

    name: str
    party: str
    what: What
    channel_khz: int
    new_khz: int | None
    tone_dhz: int | None
    sector: str
    effective_ms: int
    fall_back_khz: int | None
    said_ms: int
    understood_ms: Mapping[str, int] = field(default_factory=dict)
    """By party, when it acknowledged that it understood."""


@dataclass(frozen=True, kw_only=True)
class ChangeState:
    """A change at a moment: its status, who is still missing, and what it would break."""

    change: ChannelChange
    status: Status
    missing: tuple[str, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PlanInForce:
    """The memorandum as it is to be used now, and what of it is in motion.

    `watch_too_khz`: by sector, pairs of names both of which are to be watched. `out_khz`: by sector, channels that
    fail or are disturbed, with where to go meanwhile. `ended_ms`: by name, before when no proof counts.
    """

    memorandum: Memorandum
    changes: tuple[ChangeState, ...] = ()
    watch_too_khz: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    out_khz: Mapping[str, Mapping[int, int | None]] = field(default_factory=dict)
    ended_ms: Mapping[int, int] = field(default_factory=dict)


def plan_in_force(
    memorandum: Memorandum,
    changes: Iterable[ChannelChange],
    *,
    now_ms: int,
    answered_ms: Mapping[tuple[str, int], int] | None = None,
) -> PlanInForce:
    """The plan at a moment: the memorandum's, with every change in its order of taking effect.

    Args:
        answered_ms: by sector and channel name the newest radio check that was answered: a failure is over then.
    """
    answered_ms = answered_ms or {}
    plan = memorandum
    states: list[ChangeState] = []
    watch: dict[str, tuple[tuple[int, int], ...]] = {}
    out: dict[str, dict[int, int | None]] = {}
    ended: dict[int, int] = {}
    for change in sorted(changes, key=lambda one: (one.effective_ms, one.name)):
        if change.what != "change":
            is_over = answered_ms.get((change.sector, change.channel_khz), -1) > change.effective_ms
            begun = change.effective_ms <= now_ms
            states.append(
                ChangeState(
                    change=change, status="in_force" if begun and not is_over else "agreed", missing=()
                )
            )
            if begun and not is_over:
                out.setdefault(change.sector, {})[change.channel_khz] = change.fall_back_khz
            continue
        state = state_of(plan, change, now_ms=now_ms)
        states.append(state)
        if state.status in ("window", "in_force"):
            plan = changed(plan, change)
            name = change.channel_khz if change.new_khz is None else change.new_khz
            ended[name] = change.effective_ms
            if state.status == "window" and name != change.channel_khz:
                watch[change.sector] = (*watch.get(change.sector, ()), (change.channel_khz, name))
    return PlanInForce(
        memorandum=plan, changes=tuple(states), watch_too_khz=watch, out_khz=out, ended_ms=ended
    )


def state_of(memorandum: Memorandum, change: ChannelChange, *, now_ms: int) -> ChangeState:
    """A change over a plan at a moment."""
    missing = tuple(
        party.id
        for party in memorandum.party
        if party.role == "party"
        and party.id != change.party
        and change.understood_ms.get(party.id, change.effective_ms + 1) > change.effective_ms
    )
    is_lapsed = bool(missing) and now_ms >= change.effective_ms
    problems = () if is_lapsed else problems_of(memorandum, change)
    until_ms = change.effective_ms + memorandum.frequencies.change_window_s * 1000
    if problems:
        status: Status = "refused"
    elif now_ms < change.effective_ms:
        status = "waiting" if missing else "agreed"
    elif is_lapsed:
        status = "lapsed"
    else:
        status = "window" if now_ms < until_ms else "in_force"
    return ChangeState(change=change, status=status, missing=missing, problems=problems)


def problems_of(memorandum: Memorandum, change: ChannelChange) -> tuple[Problem, ...]:
    """What a change would break, as the checks of the memorandum say it."""
    targets = _targets(memorandum, change)
    if not targets:
        text = f"{change.channel_khz} is no channel of {change.sector}."
        return (Problem(path="channel", message=text, cure="Name a channel of that sector."),)
    if change.new_khz is None and change.tone_dhz is None:
        return (
            Problem(path="channel", message="The change changes nothing.", cure="Give a name or a tone."),
        )
    return _broken_in(changed(memorandum, change))


@lru_cache(maxsize=64)
def _broken_in(memorandum: Memorandum) -> tuple[Problem, ...]:
    """Every rule about radios that a plan breaks. Kept, for a peer may say many changes, and a face asks often."""
    found = (problem for one in (*check_channels.CHECKS, *check_radio.CHECKS) for problem in one(memorandum))
    return tuple(islice(found, _PROBLEMS_MAX))


def changed(memorandum: Memorandum, change: ChannelChange) -> Memorandum:
    """The memorandum with the channel changed in that sector; what other sectors have stays as it was."""
    channels: list[Channel] = []
    renamed: dict[str, str] = {}
    targets = _targets(memorandum, change)
    for index, channel in enumerate(memorandum.channel):
        if index not in targets:
            channels.append(channel)
            continue
        new = _changed_channel(channel, change)
        rest = tuple(name for name in channel.sectors if name != change.sector)
        if rest:
            renamed[channel.id] = f"{channel.id}-{_CHANGED}-{change.sector}"
            channels.append(msgspec.structs.replace(channel, sectors=rest))
            new = msgspec.structs.replace(new, id=renamed[channel.id])
        channels.append(msgspec.structs.replace(new, sectors=(change.sector,)))
    rows = tuple(
        msgspec.structs.replace(
            row,
            primary=renamed.get(row.primary, row.primary),
            secondary=renamed.get(row.secondary, row.secondary),
        )
        if row.sector == change.sector
        else row
        for row in memorandum.assignment
    )
    return msgspec.structs.replace(
        memorandum,
        channel=tuple(channels),
        assignment=rows,
        station=tuple(
            msgspec.structs.replace(
                one, channels=(*one.channels, *(renamed[name] for name in one.channels if name in renamed))
            )
            for one in memorandum.station
        ),
        relay=tuple(part for one in memorandum.relay for part in _parts_of(one, change.sector, renamed)),
    )


def check_changes(states: Sequence[ChangeState]) -> Iterator[Finding]:
    """9: a change that lapsed, waits, or would break the plan."""
    for state in states:
        change = state.change
        if state.status not in ("waiting", "lapsed", "refused"):
            continue
        missing = " and ".join(state.missing)
        message = {
            "waiting": f"{missing} has not acknowledged {change.name} yet.",
            "lapsed": f"{change.name} is not in force: {missing} had not acknowledged it at its time.",
            "refused": f"{change.name} is in force for nobody: {state.problems[0].message if state.problems else ''}",
        }[state.status]
        yield Finding(
            check=9,
            gravity="invalid" if state.status == "refused" else "screening",
            sector=change.sector,
            pair=state.missing,
            path=change.name,
            message=message,
            cure="Acknowledge it before its time."
            if state.status == "waiting"
            else "Say a new change with a new time.",
        )


def _parts_of(relay: Relay, sector: str, renamed: Mapping[str, str]) -> Iterator[Relay]:
    """A relay, parted where one of its channels has another name in one of its sectors."""
    if sector not in relay.sectors or not renamed.keys() & set(relay.channels):
        yield relay
        return
    rest = tuple(name for name in relay.sectors if name != sector)
    if rest:
        yield msgspec.structs.replace(relay, sectors=rest)
    here = tuple(renamed.get(name, name) for name in relay.channels)
    yield msgspec.structs.replace(relay, sectors=(sector,), channels=here)


def _targets(memorandum: Memorandum, change: ChannelChange) -> frozenset[int]:
    return frozenset(
        index
        for index, channel in enumerate(memorandum.channel)
        if channel.name_khz == change.channel_khz and change.sector in channel.sectors
    )


def _changed_channel(channel: Channel, change: ChannelChange) -> Channel:
    if change.tone_dhz is not None:
        tone_hz = Decimal(change.tone_dhz) / 10 if change.tone_dhz else None
        channel = msgspec.structs.replace(channel, tone_hz=tone_hz, tone_receive_hz=tone_hz)
    if change.new_khz is None:
        return channel
    band = band_around(change.new_khz) or channel.band
    meant = channel_of(change.new_khz, band)
    return msgspec.structs.replace(
        channel,
        name_khz=change.new_khz,
        band=band,
        spacing=channel.spacing if meant is None else meant.spacing,
    )
