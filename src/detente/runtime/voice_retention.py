"""What may not be deleted although its time is over, and whether the clock that says so can be believed.

A recording that is gone does not come back: a clock that jumps years ahead, after a fault of what sets it, would
take all with the next sweep. So nothing goes unless a peer's clock is known and no peer's is an hour off ours. What
was said around an incident, or is cited in it, stays until both have closed it, and for its evidence days.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from detente.incidents.dossier import Dossier, dossiers_of
from detente.line.recordings import said
from detente.node.state import State
from detente.record.statement import peek_statement
from detente.runtime.node import Node

CLOCK_APART_MS_MAX = 3_600_000
DAY_MS = 86_400_000
AROUND_DAYS = 1


def is_clock_agreed(state: State) -> bool:
    """Whether the peers' clocks, of which there is at least one, say about our time."""
    offsets = [clock.offset_ms for clock in state.clocks.values() if clock.offset_ms is not None]
    return bool(offsets) and all(abs(one) <= CLOCK_APART_MS_MAX for one in offsets)


def days_needed(state: State) -> frozenset[str]:
    """The days, as 2030-05-17, of incidents that are open, or whose evidence may still be asked for."""
    needed: set[str] = set()
    for one in _dossiers(state):
        event_ms = min(one.event_ms, state.now_ms + DAY_MS)  # a peer's word, and it could be any year's
        day = datetime.fromtimestamp(event_ms / 1_000, UTC)
        for off in range(-AROUND_DAYS, AROUND_DAYS + 1):
            needed.add(f"{day + timedelta(days=off):%Y-%m-%d}")
    return frozenset(needed)


async def recordings_cited(node: Node) -> frozenset[str]:
    """The hashes of recordings whose VOX such an incident cites, on whatever day that was said.

    Other tasks go on between two entries, for a peer may cite many; raises DamageError where the store is away.
    """
    refs = {ref for one in _dossiers(node.state) for ref in one.cited}
    cited: set[str] = set()
    for ref in refs:
        rows = node.keeper.book.store.entries(ref.origin, ref.seq, ref.seq + 1)
        statements = [peek_statement(row.envelope) for row in rows if row.envelope]
        cited.update(one.sha256 for _, one in said(statements, node.state.memorandum.disclosure))
        await asyncio.sleep(0)
    return frozenset(cited)


def _dossiers(state: State) -> Iterator[Dossier]:
    keep_ms = state.memorandum.incidents.evidence_days * DAY_MS
    for one in dossiers_of(state.register, state.memorandum, until_ms=state.now_ms + 1):
        if one.closed_ms is None or state.now_ms - one.closed_ms < keep_ms:
            yield one
