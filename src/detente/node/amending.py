"""A notice that is replaced (AMD) or withdrawn (CNX, REL) by its author, and what goes with it.

With a notice go its conflicts, what was proposed for it, and what is owed for either: an amended notice is a new one
and its levels begin again. What a withdrawal leaves standing is cut at its moment, and judged as it then is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import msgspec

from detente.airspace.volumes import Volume
from detente.conflicts.at_rest import moves
from detente.conflicts.decide import Conflict, decide
from detente.line.bodies import Acceptance, ConflictStated, Proposal, Withdrawal
from detente.line.catalogue import Body
from detente.node import duty
from detente.node.state import NoticeHeld, State
from detente.node.state_with import state_with
from detente.quantities import PartyId
from detente.record.statement import Ref


def in_force(state: State, ref: Ref | None, *, of: PartyId) -> NoticeHeld | None:
    """The notice of a party that an entry stands for: itself or what has replaced it; None if none is in force."""
    held = state.notices.get(ref) if ref is not None else None
    while held is not None and held.replaced_by is not None:
        held = state.notices.get(held.replaced_by)
    return held if held is not None and held.party == of and held.counts else None


def first_of(state: State, held: NoticeHeld) -> Ref:
    """The first entry of the notices that one has replaced one after the other, as far as they are held."""
    seen = {held.ref}
    while held.amends is not None and held.amends in state.notices and held.amends not in seen:
        held = state.notices[held.amends]
        seen.add(held.ref)
    return held.ref


def gone(state: State, held: NoticeHeld, *, replaced_by: Ref | None = None) -> State:
    """A notice no longer counts."""
    ref = held.ref
    over = replace(held, over_ms=state.now_ms, replaced_by=replaced_by)
    state = duty.without_notices(state, (ref,))
    for item in tuple(state.open_items.values()):
        if ref in _named(item.body):
            state = duty.without(state, item)
    return state_with(
        state,
        notices={**state.notices, ref: over},
        conflicts={pair: one for pair, one in state.conflicts.items() if ref not in pair},
        proposals={key: one for key, one in state.proposals.items() if one.proposal.notice != ref},
    )


def take_withdrawal(state: State, *, party: PartyId, of: Ref | None, body: Withdrawal) -> State:
    """Its author withdraws a notice from a moment on; what lies before that stands."""
    held = in_force(state, of, of=party)
    if held is None:
        return state
    left = tuple(_until(held.notice.volumes, body.from_ms))
    if not left:
        return gone(state, held)
    held = replace(held, notice=msgspec.structs.replace(held.notice, volumes=left))
    return _judged_anew(state_with(state, notices={**state.notices, held.ref: held}), held.ref)


def _until(volumes: Iterable[Volume], end_ms: int) -> Iterable[Volume]:
    """What begins before a moment, up to it; a block that moves stays whole, for its times say where it is."""
    for volume in volumes:
        if volume.start_ms < end_ms:
            is_cut = volume.end_ms > end_ms and not moves(volume)
            yield msgspec.structs.replace(volume, end_ms=end_ms) if is_cut else volume


def _judged_anew(state: State, ref: Ref) -> State:
    """Conflicts of a notice that has become less: those that are still there."""
    conflicts = dict(state.conflicts)
    for pair, held in state.conflicts.items():
        if ref in pair:
            own, foreign = (state.notices[one].notice for one in pair)
            found = decide(own, foreign, state.memorandum)
            if isinstance(found, Conflict):
                conflicts[pair] = replace(held, conflict=found)
            else:
                del conflicts[pair]
    return state_with(state, conflicts=conflicts)


def _named(body: Body) -> tuple[Ref | None, ...]:
    match body:
        case ConflictStated():
            return body.first, body.second
        case Proposal() | Acceptance():
            return (body.notice,)
        case _:
            return ()
