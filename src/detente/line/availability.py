"""How long a path was open: the share of a time that its journaled changes of state give it.

What a path was before its first change is not known and not counted; a path that never changed has no share. Both
sides journal their own view, so each can differ from the other's.
"""

from __future__ import annotations

from collections.abc import Iterable

from detente.line.bodies_duty import LineState
from detente.wire import Record


class PathShare(Record, frozen=True, kw_only=True):
    """One path to a party: seconds in each state, and how often it left `open`."""

    party: str
    path: str
    known_s: int
    open_s: int
    late_s: int
    silent_s: int
    own_fault_s: int
    untested_s: int
    losses: int


def shares_of(changes: Iterable[LineState], *, from_ms: int, until_ms: int) -> tuple[PathShare, ...]:
    """The share of each path, by party and path; a change holds until the next one of its path."""
    by_path: dict[tuple[str, str], list[LineState]] = {}
    for change in changes:
        by_path.setdefault((change.party, change.path), []).append(change)
    return tuple(
        _share(sorted(found, key=lambda one: one.since_ms), from_ms=from_ms, until_ms=until_ms)
        for _, found in sorted(by_path.items())
    )


def _share(changes: list[LineState], *, from_ms: int, until_ms: int) -> PathShare:
    spent_ms = {"open": 0, "late": 0, "silent": 0, "own_fault": 0, "untested": 0}
    losses = 0
    for place, change in enumerate(changes):
        end_ms = changes[place + 1].since_ms if place + 1 < len(changes) else until_ms
        begun_ms = max(change.since_ms, from_ms)
        spent_ms[change.state] += max(0, min(end_ms, until_ms) - begun_ms)
        is_loss = place > 0 and changes[place - 1].state == "open" and change.state != "open"
        losses += is_loss and from_ms <= change.since_ms < until_ms
    whole_s = {state: ms // 1000 for state, ms in spent_ms.items()}
    return PathShare(
        party=changes[0].party,
        path=changes[0].path,
        known_s=sum(whole_s.values()),
        open_s=whole_s["open"],
        late_s=whole_s["late"],
        silent_s=whole_s["silent"],
        own_fault_s=whole_s["own_fault"],
        untested_s=whole_s["untested"],
        losses=losses,
    )
