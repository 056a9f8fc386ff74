"""What may not be deleted although its time is over, and whether the clock that says so can be believed.

A recording that is gone does not come back: a clock that jumps years ahead, after a fault of what sets it, would
take all with the next sweep. So nothing goes unless a peer's clock is known and no peer's is an hour off ours. What
was said around an incident stays until both have closed it, and for its evidence days.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from detente.incidents.dossier import dossiers_of
from detente.node.state import State

CLOCK_APART_MS_MAX = 3_600_000
DAY_MS = 86_400_000
AROUND_DAYS = 1


def is_clock_agreed(state: State) -> bool:
    """Whether the peers' clocks, of which there is at least one, say about our time."""
    offsets = [clock.offset_ms for clock in state.clocks.values() if clock.offset_ms is not None]
    return bool(offsets) and all(abs(one) <= CLOCK_APART_MS_MAX for one in offsets)


def days_needed(state: State) -> frozenset[str]:
    """The days, as 2030-05-17, of incidents that are open, or whose evidence may still be asked for."""
    keep_ms = state.memorandum.incidents.evidence_days * DAY_MS
    needed: set[str] = set()
    for one in dossiers_of(state.register, state.memorandum, until_ms=state.now_ms + 1):
        if one.closed_ms is None or state.now_ms - one.closed_ms < keep_ms:
            event_ms = min(one.event_ms, state.now_ms + DAY_MS)  # a peer's word, and it could be any year's
            day = datetime.fromtimestamp(event_ms / 1_000, UTC)
            for off in range(-AROUND_DAYS, AROUND_DAYS + 1):
                needed.add(f"{day + timedelta(days=off):%Y-%m-%d}")
    return frozenset(needed)
