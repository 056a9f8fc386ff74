"""An alert level that does not flicker: a level shows when M of the last N evaluations of a track reached it.

Two rules are ours alone, on top of M of N: a track without history shows its raw level at once, and steadiness may
delay clearing, never a first alert. `as_published` leaves them off, to compare with the reference implementation,
which delays a new level too.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Steadiness:
    """The last raw levels of one track, the newest last, and the level that shows."""

    recent: tuple[int, ...] = ()
    shown: int = 0


def steady(before: Steadiness | None, raw: int, *, m: int, n: int, as_published: bool = False) -> Steadiness:
    """The state after one more evaluation.

    Args:
        before: None for a track without history.
        raw: the level of this evaluation.
        m, n: as the configuration says; 0 of 0 shows every level as it comes.
    """
    recent = ((*before.recent, raw) if before is not None else (raw,))[-max(n, 1) :]
    if m <= 0 or n <= 0:
        return Steadiness(recent=recent, shown=raw)
    reached = 0
    for level in sorted(set(recent)):
        if sum(one >= level for one in recent) >= m:
            reached = max(reached, level)
    if not as_published:
        reached = max(reached, raw)
    return Steadiness(recent=recent, shown=reached)
