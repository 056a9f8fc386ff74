"""Moves over the ground that clear a notice of others, the shortest first.

Along each of `BEARINGS_DEG` the notice is carried (`changes.carried`) in whole steps. A conflict says by how much the
lateral gap falls short, and no shorter move than that can clear it, so the search jumps there; where shapes overlap
the gap says nothing more, and the jumps grow with the way gone. Between the last place in conflict and the first that
is clear it halves, to one step. So a move is clear, and the least to a step along its bearing where what is in the
way is in one piece; a gap between two others that is narrower than a jump can be passed over.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Sequence

import msgspec

from detente.airspace.outline import outline_of, straight_m
from detente.conflicts.at_rest import at_rest
from detente.conflicts.changes import Change, carried
from detente.conflicts.decide import Conflict, decide
from detente.memorandum.model import Memorandum
from detente.notices.notice import Notice
from detente.quantities import METRES_PER_NM

BEARINGS_DEG = tuple(range(0, 360, 15))
STEP_M = 100
FARTHEST_M = 100_000
"""Farther than 54 NM another place is another activity."""

_FARTHEST = FARTHEST_M // STEP_M


def sideways(notice: Notice, others: Sequence[Notice], memorandum: Memorandum) -> Iterator[Change]:
    """The moves that clear a notice of the others, one for each bearing that has one, shortest first; lazy."""
    near = [other for other in others if is_within_reach(notice, other, memorandum)]
    ahead = [(1, bearing_deg, 0, 1, False) for bearing_deg in BEARINGS_DEG]
    while ahead:
        least, bearing_deg, low, at, is_found = heapq.heappop(ahead)
        if is_found:
            yield Change(move_m=least * STEP_M, bearing_deg=bearing_deg)
            continue
        short_m = _shortfall_m(notice, near, memorandum, at, bearing_deg)
        if short_m == 0:
            at = _halved(notice, near, memorandum, bearing_deg, low=low, clear=at)
            heapq.heappush(ahead, (at, bearing_deg, low, at, True))
        elif at < _FARTHEST:
            after = min(_FARTHEST, at + max(1, at // 4, math.floor(short_m / STEP_M)))
            heapq.heappush(ahead, (at + 1, bearing_deg, at, after, False))


def _halved(
    notice: Notice,
    others: list[Notice],
    memorandum: Memorandum,
    bearing_deg: int,
    *,
    low: int,
    clear: int,
) -> int:
    """The least clear number of steps between one in conflict and one that is clear."""
    while clear - low > 1:
        middle = (low + clear) // 2
        if _shortfall_m(notice, others, memorandum, middle, bearing_deg) > 0:
            low = middle
        else:
            clear = middle
    return clear


def _shortfall_m(
    notice: Notice, others: list[Notice], memorandum: Memorandum, steps: int, bearing_deg: int
) -> int:
    """By how much it is at least too near to one of them, which is asked first from now on; 0 where it is clear."""
    moved = msgspec.structs.replace(
        notice, volumes=carried(notice.volumes, move_m=steps * STEP_M, bearing_deg=bearing_deg)
    )
    for place, other in enumerate(others):
        found = decide(moved, other, memorandum)
        if isinstance(found, Conflict):
            others.insert(0, others.pop(place))
            return max(1, found.lateral_min_m - found.lateral_gap_m)
    return 0


def is_within_reach(notice: Notice, other: Notice, memorandum: Memorandum) -> bool:
    """Whether a move could bring two notices near each other, at any time; straight lines are never too long."""
    minima_nm = ((row.lateral_nm or 0) * (row.no_transponder_factor or 1) for row in memorandum.separation)
    reach_m = FARTHEST_M + float(max(minima_nm, default=0)) * METRES_PER_NM * 1.01
    return any(
        straight_m(ours, theirs) - ours.radius_m - theirs.radius_m <= reach_m
        for ours in (outline_of(volume.shape) for volume in at_rest(notice).volumes)
        for theirs in (outline_of(volume.shape) for volume in at_rest(other).volumes)
    )
