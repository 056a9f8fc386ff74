"""How long notices stay in the state, and how many of a party's are open, without a look at each for each.

A sweep looks at every notice; it comes once a minute, and after so many new ones. In between a count per party
only grows: it is never too low. Where it reaches what is agreed, all are counted again, at most once a second, so
a notice is at worst refused one second after another's end, and a flood costs one look a second.
"""

from __future__ import annotations

from dataclasses import replace

from detente.node import duty
from detente.node.state import State
from detente.node.state_with import state_with
from detente.quantities import PartyId
from detente.record.statement import Ref

KEEP_AFTER_END_MS = 86_400_000
"""Expired notices stay a day for questions afterwards; the record keeps them for ever."""

OVER_KEPT = 256
"""Of one party: notices refused, replaced or withdrawn. The oldest go first, or a peer could fill the state."""

SWEEP_NOTICES = 256
SWEEP_MS = 60_000
_RECOUNT_MS = 1_000


def without_expired(state: State) -> State:
    """Where a sweep is due: what is long over leaves the state, and with it what it was part of."""
    tally = state.tally
    is_due = tally.taken >= SWEEP_NOTICES or state.now_ms - tally.swept_ms >= SWEEP_MS
    if not is_due:
        return state
    state = state_with(state, tally=replace(tally, taken=0, swept_ms=state.now_ms))
    surplus = _surplus(state)
    gone = [
        ref
        for ref, held in state.notices.items()
        if held.until_ms + KEEP_AFTER_END_MS <= state.now_ms or ref in surplus
    ]
    if not gone:
        return state
    kept = {ref: held for ref, held in state.notices.items() if ref not in frozenset(gone)}
    return replace(
        duty.without_notices(state, gone),
        notices=kept,
        stamps={ref: words for ref, words in state.stamps.items() if ref in kept},
        conflicts={pair: held for pair, held in state.conflicts.items() if kept.keys() >= set(pair)},
        proposals={ref: held for ref, held in state.proposals.items() if held.proposal.notice in kept},
    )


def counted(state: State, party: PartyId) -> tuple[State, bool]:
    """Whether a party has as many open notices as are agreed."""
    tally, limit = state.tally, state.memorandum.notices.max_open_per_party
    if tally.open_at_most.get(party, 0) >= limit and state.now_ms - tally.counted_ms >= _RECOUNT_MS:
        exact = {one: state.open_notices_of(one) for one in (state.me, *state.peers)}
        state = state_with(state, tally=replace(tally, counted_ms=state.now_ms, open_at_most=exact))
    return state, state.tally.open_at_most.get(party, 0) >= limit


def one_more(state: State, party: PartyId, *, is_open: bool) -> State:
    """A notice was taken."""
    tally = state.tally
    counts = dict(tally.open_at_most)
    counts[party] = counts.get(party, 0) + is_open
    return state_with(state, tally=replace(tally, taken=tally.taken + 1, open_at_most=counts))


def _surplus(state: State) -> frozenset[Ref]:
    """The oldest of what no longer counts, of each party that has too many of it."""
    over: dict[PartyId, list[Ref]] = {}
    for ref, held in state.notices.items():
        if not held.counts:
            over.setdefault(held.party, []).append(ref)
    return frozenset(ref for refs in over.values() for ref in refs[:-OVER_KEPT])
