"""The state of the line, of the record and of the disk, as a watch officer must see it."""

from __future__ import annotations

from dataclasses import replace

from detente.line.catalogue import Fork
from detente.node.effects import Effect, Say, Write
from detente.node.events import DiskChanged, Forked, LinkChanged, Receipted
from detente.node.state import LinkHeld, State
from detente.quantities import PartyId


def receipted(state: State, event: Receipted) -> tuple[State, tuple[Effect, ...]]:
    """A receipt never shrinks."""
    size = max(event.size, state.receipted.get(event.peer, 0))
    return replace(state, receipted={**state.receipted, event.peer: size}), ()


def changed(state: State, event: LinkChanged) -> tuple[State, tuple[Effect, ...]]:
    """Note a path's answer or failure; only a change of state goes into the logbook."""
    key = (event.peer, event.path_id)
    before = state.links.get(key)
    last_good_ms = event.at_ms if event.is_up else (before.last_good_ms if before else None)
    is_change = before is None or before.is_up != event.is_up
    now = LinkHeld(
        is_up=event.is_up,
        since_ms=event.at_ms if is_change or before is None else before.since_ms,
        last_good_ms=last_good_ms,
        reason=event.reason,
    )
    state = replace(state, links={**state.links, key: now})
    if not is_change:
        return state, ()
    word = "open" if event.is_up else f"down: {event.reason}"
    return state, (Write(kind="link", text=f"{event.peer} over {event.path_id}: {word}"),)


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
    return replace(state, forked=state.forked | {journal})


def disk_changed(state: State, event: DiskChanged) -> tuple[State, tuple[Effect, ...]]:
    """A full disk stops everything new but ALERTs; the faces say so from the state."""
    return replace(state, disk_is_full=event.is_full), ()
