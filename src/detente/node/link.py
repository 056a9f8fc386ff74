"""The state of the line, of the record and of the disk, as a watch officer must see it."""

from __future__ import annotations

from detente.line.bodies_duty import Fork
from detente.node import clocks, duty, line_state, notices
from detente.node.effects import Effect, Say, Write
from detente.node.events import (
    Cosigned,
    DeliveredEarly,
    DiskChanged,
    Forked,
    PathChecked,
    Receipted,
)
from detente.node.state import State
from detente.node.state_with import state_with
from detente.quantities import PartyId
from detente.record.statement import Ref


def receipted(state: State, event: Receipted) -> tuple[State, tuple[Effect, ...]]:
    """A receipt never shrinks; what it adds was delivered when the peer signed it."""
    before = state.receipted.get(event.peer, 0)
    if event.size <= before:
        return state, ()
    state = state_with(state, receipted={**state.receipted, event.peer: event.size})

    def is_new(ref: Ref) -> bool:
        return ref.origin == state.own_origin and before <= ref.seq < event.size

    state = duty.delivered(
        state,
        is_covered=lambda item: item.owed_by == event.peer and is_new(item.ref),
        signed_ms=event.signed_ms,
        at_ms=event.at_ms,
    )
    if event.signed_ms is None:
        return state, ()
    refs = [ref for ref in state.notices if is_new(ref)]
    return notices.take_receipt(state, party=event.peer, refs=refs, signed_ms=event.signed_ms), ()


def delivered_early(state: State, event: DeliveredEarly) -> tuple[State, tuple[Effect, ...]]:
    """A peer holds our ALERT, before its receipt can say so."""
    return duty.delivered(
        state,
        is_covered=lambda item: item.owed_by == event.peer and event.ref in (item.ref, *item.repeats),
        signed_ms=event.signed_ms,
        at_ms=event.at_ms,
    ), ()


def cosigned(state: State, event: Cosigned) -> tuple[State, tuple[Effect, ...]]:
    """What we hold of a peer was delivered when we signed for it, by the very time that it reads there.

    What was heard in an earlier run was signed for then; its time must not be taken for that of a later one.
    """
    since_ms = state.started_ms or 0

    def is_new(ref: Ref) -> bool:
        return ref.origin == event.origin and ref.seq < event.size

    state = duty.delivered(
        state,
        is_covered=lambda item: item.owed_by == state.me and is_new(item.ref) and item.since_ms >= since_ms,
        signed_ms=event.signed_ms,
        at_ms=event.at_ms,
    )
    refs = [
        ref
        for ref, held in state.notices.items()
        if is_new(ref) and held.heard_ms >= since_ms and state.me not in state.stamps.get(ref, {})
    ]
    return notices.take_receipt(state, party=state.me, refs=refs, signed_ms=event.signed_ms), ()


def path_checked(state: State, event: PathChecked) -> tuple[State, tuple[Effect, ...]]:
    """What a check says of the path, and of the peer's clock."""
    state, effects = line_state.checked(state, event)
    if event.offset_ms is None:
        return state, effects
    state, alarms = clocks.take_offset(state, event.peer, event.offset_ms, event.at_ms)
    return state, (*effects, *alarms)


def forked(state: State, event: Forked) -> tuple[State, tuple[Effect, ...]]:
    """A peer's journal has two pasts: all parties are told, and the own journal keeps it for ever."""
    if event.journal in state.forked:
        return state, ()
    say = Say(
        to=tuple(state.desk_of(peer) for peer in state.peers),
        code="FRK",
        body=Fork(journal=event.journal),
        precedence="PRIORITY",
        reply_to=None,
    )
    write = Write(kind="fork", text=f"Two pasts of {event.journal} are signed; the proof is kept.")
    return _disputed(state, event.journal), (write, say)


def take_fork(state: State, *, party: PartyId, journal: str) -> tuple[State, tuple[Effect, ...]]:
    """An own FRK marks the journal for ever; a peer's is its word, for people to look into."""
    if party == state.me:
        return _disputed(state, journal), ()
    return state, (Write(kind="fork", text=f"{party} says that two pasts of {journal} are signed."),)


def _disputed(state: State, journal: str) -> State:
    return state_with(state, forked=state.forked | {journal})


def disk_changed(state: State, event: DiskChanged) -> tuple[State, tuple[Effect, ...]]:
    """A full disk stops everything new but ALERTs; the faces say so from the state."""
    return state_with(state, disk_is_full=event.is_full, store_is_away=event.is_full and event.is_away), ()
