"""What the parties have said of the line: suspended, resumed, out of service. It never changes what is observed.

A suspension covers what is said while it is in force: no reply is owed, but for an ALERT and for what stands in
the memorandum's floor. It ends at the time said, but not before a line check by hand and a radio check have
passed since. A suspension on shorter notice than agreed is SHORT, and counts.
Source: practice (d) rule 5; casebook suspensions-2017-declared-not-observed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from detente.line.bodies_duty import Outage, RadioCheck, Resumption, Suspension
from detente.node.effects import Effect, Write
from detente.node.line_held import OutageHeld, SuspensionHeld
from detente.node.open_item import OpenItem
from detente.node.state import State
from detente.node.state_with import state_with
from detente.quantities import PartyId, UtcMs, utc_text
from detente.record.statement import Ref, Statement

EVERYTHING = "all"
"""The scope that takes the duty to reply from whatever is said; a narrower one is shown, and people judge."""

DECLARED_MAX = 64
"""Outages and suspensions of a party that are kept; of more the oldest go."""


def take_suspension(
    state: State, *, party: PartyId, ref: Ref, statement: Statement, body: Suspension, at_ms: UtcMs
) -> tuple[State, tuple[Effect, ...]]:
    """A party suspends towards everybody addressed."""
    said_ms = min(statement.sent_ms, at_ms)
    is_short = body.effective_ms - said_ms < state.memorandum.suspension.notice_s * 1000
    new = tuple(
        SuspensionHeld(
            party=party,
            other=other,
            ref=ref,
            scope=body.scope,
            effective_ms=UtcMs(body.effective_ms),
            is_short=is_short,
        )
        for other in _others(state, party, statement)
    )
    stamp = ", SHORT" if is_short else ""
    text = f"{party} suspends {body.scope} from {utc_text(body.effective_ms)}{stamp}"
    theirs = tuple(one for one in state.suspensions if one.party == party) + new
    rest = tuple(one for one in state.suspensions if one.party != party)
    return state_with(state, suspensions=rest + theirs[-DECLARED_MAX:]), (Write(kind="line", text=text),)


def take_resumption(state: State, *, party: PartyId, of: Ref | None, body: Resumption) -> State:
    """The party that suspended says from when on it resumes; the checks are still to come."""
    return state_with(
        state,
        suspensions=tuple(
            replace(one, resumes_ms=UtcMs(body.effective_ms))
            if one.ref == of and one.party == party and one.resumes_ms is None
            else one
            for one in state.suspensions
        ),
    )


def take_outage(state: State, *, party: PartyId, body: Outage) -> State:
    """A party says which path or post will not serve, and when."""
    held = OutageHeld(
        party=party,
        what=body.what,
        name=body.name,
        start_ms=UtcMs(body.start_ms),
        end_ms=UtcMs(body.end_ms),
        alternate=body.alternate,
    )
    theirs = (*(one for one in state.outages if one.party == party), held)
    rest = tuple(one for one in state.outages if one.party != party)
    return state_with(state, outages=rest + theirs[-DECLARED_MAX:])


def take_radio_check(state: State, *, party: PartyId, statement: Statement, body: RadioCheck) -> State:
    """A radio check that was answered; it counts between its author and those it is told to."""
    if not body.readability:
        return state
    when_ms = UtcMs(min(body.at_ms, state.now_ms))
    others = _others(state, party, statement)
    peers = others if party == state.me else (party,)
    heard = {peer: max(when_ms, state.radio_good_ms.get(peer, when_ms)) for peer in peers}
    state = state_with(state, radio_good_ms={**state.radio_good_ms, **heard})
    for peer in peers:
        state = _resumed(state, peer, radio_ms=when_ms)
    return state


def checked_by_hand(state: State, peer: PartyId, good_ms: UtcMs) -> State:
    """A line check with a peer was answered."""
    return _resumed(state, peer, checked_ms=good_ms)


def reply_is_owed(state: State, item: OpenItem) -> bool:
    """Whether a suspension leaves the duty to reply standing; judged when it was said, so that both sides agree."""
    if item.precedence == "ALERT" or item.code in state.memorandum.suspension.floor:
        return True
    pair = {item.owed_by, item.owed_to}
    return not any(
        one.scope == EVERYTHING and {one.party, one.other} == pair and one.covers(item.said_ms)
        for one in state.suspensions
    )


def suspensions_between(state: State, peer: PartyId, *, by: PartyId) -> tuple[SuspensionHeld, ...]:
    """What one side has suspended towards the other and has not ended yet, announced ones too."""
    pair = {state.me, peer}
    return tuple(
        one
        for one in state.suspensions
        if one.party == by
        and {one.party, one.other} == pair
        and (one.ends_ms is None or one.ends_ms > state.now_ms)
    )


def outage_of(state: State, path: str, posts: Iterable[str], at_ms: int) -> bool:
    """Whether somebody said that a path, or a post at one of its ends, would not serve now."""
    ends = set(posts)
    return any(
        one.covers(at_ms) and (one.name == path if one.what == "path" else one.name in ends)
        for one in state.outages
    )


def _resumed(
    state: State, peer: PartyId, *, checked_ms: UtcMs | None = None, radio_ms: UtcMs | None = None
) -> State:
    """The first line check and the first radio check after the word count."""
    pair = {state.me, peer}
    if not any(one.resumes_ms is not None and one.ends_ms is None for one in state.suspensions):
        return state
    return state_with(
        state,
        suspensions=tuple(
            replace(
                one,
                checked_ms=one.checked_ms if one.checked_ms is not None else checked_ms,
                radio_ms=one.radio_ms if one.radio_ms is not None else radio_ms,
            )
            if one.resumes_ms is not None and {one.party, one.other} == pair
            else one
            for one in state.suspensions
        ),
    )


def _others(state: State, party: PartyId, statement: Statement) -> tuple[PartyId, ...]:
    if party != state.me:
        return (state.me,)
    told = (state.party_of(post) for post in statement.to)
    return tuple(dict.fromkeys(one for one in told if one is not None and one != state.me))
