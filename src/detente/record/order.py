"""The joint record: all statements of all journals in one order, the same on every node.

Source: line.md section 1 (causal heads). An entry comes after every entry below the heads that it names, after
the entry that it answers (an ALERT may be answered ahead of its place), and after its journal's earlier
entries; what is left open is settled by (origin, seq). Claimed times order nothing.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence

from detente.record.statement import Statement

Place = tuple[str, int]
"""Origin and seq."""


def merged_order(statements: Iterable[Statement]) -> tuple[Place, ...]:
    """Origin and seq of every statement, in the joint order; none is lost.

    Heads that name entries not given are ignored. Heads in a circle cannot be signed, for each holds the hash
    of the other; if they are given all the same, the circle is cut at its least (origin, seq).
    """
    by_place = {(statement.origin, statement.seq): statement for statement in statements}
    held: dict[str, list[int]] = defaultdict(list)
    for origin, seq in sorted(by_place):
        held[origin].append(seq)
    waits: dict[Place, set[Place]] = {}
    frees: dict[Place, list[Place]] = defaultdict(list)
    for place, statement in by_place.items():
        below = [(statement.origin, statement.seq), *((head.origin, head.size) for head in statement.heads)]
        if (answered := statement.reply_to) is not None:
            below.append((answered.origin, answered.seq + 1))
        waits[place] = {
            (origin, seq) for origin, size in below for seq in _last_below(held.get(origin, ()), size)
        }
        for earlier in waits[place]:
            frees[earlier].append(place)
    ready = [place for place, earlier in waits.items() if not earlier]
    heapq.heapify(ready)
    order: list[Place] = []
    left = set(by_place)
    while left:
        place = heapq.heappop(ready) if ready else min(left)
        if place not in left:
            continue
        left.remove(place)
        order.append(place)
        for later in frees[place]:
            waits[later].discard(place)
            if not waits[later] and later in left:
                heapq.heappush(ready, later)
    return tuple(order)


def _last_below(seqs: Sequence[int], size: int) -> Sequence[int]:
    """The largest seq below a size, as a sequence of one, or of none."""
    at = bisect_left(seqs, size)
    return seqs[max(at - 1, 0) : at]
