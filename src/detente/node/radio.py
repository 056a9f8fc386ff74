"""What the parties have said of radios: checks that prove who can talk, and changes of channels with who agreed.

A radio check counts where its author took part in it, and only for ends that the memorandum has: PARTY/class, or a
post. A change is kept with the acknowledgements of all parties, whoever was addressed, so that every node has the
same plan once it has the same journals. An acknowledgement may arrive before the change that it names: it is kept
until then.
Source: practice (f), checks 8 and 9; casebook tone-change-2008, test-proves-only-its-path-2015.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from detente.frequencies.changes import ChannelChange, PlanInForce, plan_in_force, problems_of
from detente.frequencies.proof import Proof
from detente.frequencies.where import where
from detente.line.bodies import Acknowledgement
from detente.line.bodies_duty import FrequencyChange, RadioCheck
from detente.memorandum.radio_bands import users_of
from detente.node.effects import Effect, Write
from detente.node.state import State
from detente.node.state_with import state_with
from detente.notices.notice import CountBand, Notice
from detente.quantities import PartyId, UtcMs
from detente.record.statement import Ref, Statement

CHANGES_MAX = 64
"""Changes of one party that are kept; of more the newer are told to the operator and not applied."""

AHEAD_MAX = 1024
"""Entries that are not here yet whose acknowledgements are kept: no peer is further behind than that on the line."""

_COUNTS: dict[CountBand, int] = {"1": 1, "2-4": 4, "5-12": 12, "13+": 13}


def take_check(state: State, *, party: PartyId, statement: Statement, body: RadioCheck) -> State:
    """A radio check of the author with somebody: the newest between two ends on a channel is kept, good or bad."""
    ends = tuple(sorted((body.caller, body.called)))
    parties = {_party_of(state, end) for end in ends}
    if len(set(ends)) < 2 or None in parties or party not in parties or not body.readability:
        return state
    proof = Proof(
        sector=body.sector,
        channel_khz=body.channel_khz,
        ends=(ends[0], ends[1]),
        how=body.how,
        readability=body.readability,
        at_ms=min(body.at_ms, statement.sent_ms),
    )
    held = state.radio_proofs.get(proof.key)
    if held is not None and (held.at_ms, held.readability) >= (proof.at_ms, proof.readability):
        return state
    return state_with(state, radio_proofs={**state.radio_proofs, proof.key: proof})


def take_change(
    state: State, *, party: PartyId, ref: Ref, statement: Statement, body: FrequencyChange
) -> tuple[State, tuple[Effect, ...]]:
    """A party says that a channel changes, fails or is disturbed."""
    if sum(1 for one in state.channel_changes.values() if one.party == party) >= CHANGES_MAX:
        return state, (Write(kind="refused", text=f"{party} has said {CHANGES_MAX} changes of channels."),)
    waiting = state.acknowledged_ahead.get(ref, {})
    change = change_of(
        body, name=f"{party}#{ref.seq}", party=party, said_ms=statement.sent_ms, understood_ms=waiting
    )
    ahead = {other: acks for other, acks in state.acknowledged_ahead.items() if other != ref}
    state = state_with(
        state, channel_changes={**state.channel_changes, ref: change}, acknowledged_ahead=ahead
    )
    problems = problems_of(plan(state).memorandum, change) if body.what == "change" else ()
    return state, tuple(
        Write(kind="radio", text=f"{change.name} is in force for nobody: {one.message}")
        for one in problems[:1]
    )


def take_acknowledgement(
    state: State, *, party: PartyId, of: Ref | None, statement: Statement, body: Acknowledgement
) -> State:
    """A party has understood a change; of what is not here yet, the word is kept until it comes."""
    if of is None or state.party_of(body.post) != party:
        return state
    change = state.channel_changes.get(of)
    if change is not None:
        if party in change.understood_ms:
            return state
        told = replace(change, understood_ms={**change.understood_ms, party: statement.sent_ms})
        return state_with(state, channel_changes={**state.channel_changes, of: told})
    author = PartyId(of.origin.partition("/")[0])
    is_here = of.seq < state.heard.get(author, 0)
    if author in (party, state.me) or is_here or len(state.acknowledged_ahead) >= AHEAD_MAX:
        return state
    acks = {**state.acknowledged_ahead.get(of, {}), party: UtcMs(statement.sent_ms)}
    return state_with(state, acknowledged_ahead={**state.acknowledged_ahead, of: acks})


def forget_ahead(state: State, ref: Ref) -> State:
    """An entry is here now, and a change has taken what was kept for it: what is left was for none."""
    if ref not in state.acknowledged_ahead:
        return state
    ahead = {other: acks for other, acks in state.acknowledged_ahead.items() if other != ref}
    return state_with(state, acknowledged_ahead=ahead)


def plan(state: State) -> PlanInForce:
    """The plan in force now: the memorandum's and every change that all parties acknowledged."""
    answered: dict[tuple[str, int], int] = {}
    for proof in state.radio_proofs.values():
        key = (proof.sector, proof.channel_khz)
        answered[key] = max(proof.at_ms, answered.get(key, 0))
    return plan_in_force(
        state.memorandum, state.channel_changes.values(), now_ms=state.now_ms, answered_ms=answered
    )


def call_khz_at(state: State, *, lat_deg: float, lon_deg: float, level_palt_ft: float | None) -> int | None:
    """The channel on which crews at a place are called first, by the plan in force; guard where no sector is."""
    level = f"{round(level_palt_ft or 0.0)} PALT"
    found = where(
        plan(state),
        lat_deg=lat_deg,
        lon_deg=lon_deg,
        level=level,
        user=None,
        proofs=state.radio_proofs,
        now_ms=state.now_ms,
    )
    for call in (call for band in found for call in band.calls if call.role != "guard"):
        if not call.is_out:
            return call.channel.name_khz
        if call.fall_back_khz is not None:
            return call.fall_back_khz
    return next(iter(state.memorandum.frequencies.guard), None)


def faults_of_change(state: State, body: FrequencyChange, *, at_ms: UtcMs) -> Iterator[tuple[str, str]]:
    """Why a change should not be said: it breaks the plan, or nobody could acknowledge it in time."""
    if body.what != "change":
        return
    change = change_of(body, name="this change", party=state.me, said_ms=at_ms, understood_ms={})
    for problem in problems_of(plan(state).memorandum, change)[:1]:
        yield "plan_invalid", f"{problem.message} {problem.cure}"
    if body.effective_ms <= at_ms:
        yield (
            "too_soon",
            "A change takes effect at a time at which all can have acknowledged it: give a later one.",
        )


def noticed_on(state: State) -> dict[int, int]:
    """By channel name how many aircraft the notices in force now have on it at most."""
    found: dict[int, int] = {}
    for held in state.notices.values():
        if not held.counts or not _is_now(held.notice, state.now_ms):
            continue
        for name_khz in held.notice.frequency_monitored_khz:
            count = _COUNTS[held.notice.count_band] if held.notice.count_band is not None else 1
            found[name_khz] = found.get(name_khz, 0) + count
    return found


def change_of(
    body: FrequencyChange,
    *,
    name: str,
    party: str,
    said_ms: int,
    understood_ms: Mapping[PartyId, UtcMs],
) -> ChannelChange:
    """A change as the plan takes it."""
    return ChannelChange(
        name=name,
        party=party,
        what=body.what,
        channel_khz=body.channel_khz,
        new_khz=body.new_khz,
        tone_dhz=body.tone_dhz,
        sector=body.sector,
        effective_ms=body.effective_ms,
        fall_back_khz=body.fall_back_khz,
        said_ms=said_ms,
        understood_ms={one: int(at) for one, at in understood_ms.items()},
    )


def _is_now(notice: Notice, now_ms: int) -> bool:
    return any(volume.start_ms <= now_ms < volume.end_ms for volume in notice.volumes)


def _party_of(state: State, end: str) -> PartyId | None:
    """Whose crew or post an end of a check is; None for one that the memorandum does not have."""
    post = state.party_of(end)
    if post is not None:
        return post
    users = {user for sector in state.memorandum.sector for user in users_of(state.memorandum, sector)}
    return PartyId(end.partition("/")[0]) if end in users else None
