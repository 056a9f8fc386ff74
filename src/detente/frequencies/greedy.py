"""A plan at once, and a bound that no plan beats: needs in the order of how hard they are, each the fewest new names.

Saturation first, as in colouring a graph: the need with the fewest names left goes next and takes a name that is in
use already if it may. It does not go back. The bound is the largest group found of needs that are all too near each
other: each of them takes a name of its own. Where both meet, the plan is proven to be the best without a solver.
Source: Brélaz, "New methods to color the vertices of a graph", CACM 22 (1979).
"""

from __future__ import annotations

from detente.errors import OperatorError
from detente.frequencies.proposal import Answer, Task, may_not_meet

RESTARTS = 24
"""Orders of the pool that are tried; the best plan of them counts."""


def propose(task: Task) -> Answer:
    """The best of a few greedy plans.

    Raises: OperatorError `pool_too_small` where none of them assigns every need.
    """
    beside = neighbours_of(task)
    at_least = len_of_cliques(task, beside)
    best: tuple[int, ...] | None = None
    for turn in range(RESTARTS):
        if best is not None and len(set(best)) == at_least:
            break
        found = _once(task, beside, turn)
        if found is not None and (best is None or len(set(found)) < len(set(best))):
            best = found
    if best is None:
        raise OperatorError(
            "pool_too_small",
            f"No plan was found with {len(task.pool)} channels; some {at_least} are needed at least.",
            cure="Widen the pool (--pool).",
        )
    return Answer(chosen=best, names=len(set(best)), at_least=at_least, solver="greedy")


def neighbours_of(task: Task) -> tuple[frozenset[int], ...]:
    """By need the others that it may not share a signal with."""
    found: list[set[int]] = [set() for _ in task.needs]
    for one, other in task.apart:
        found[one].add(other)
        found[other].add(one)
    return tuple(map(frozenset, found))


def cliques_of(task: Task, beside: tuple[frozenset[int], ...]) -> list[frozenset[int]]:
    """For each need a group that is all too near each other and holds it, grown from its hardest neighbours."""
    found: dict[frozenset[int], None] = {}
    for start in range(len(task.needs)):
        group, left = {start}, set(_of_band(task, start, beside[start]))
        while left:
            widest = max(left, key=lambda one: (len(beside[one] & left), -one))
            group.add(widest)
            left &= beside[widest]
        found.setdefault(frozenset(group))
    return sorted(found, key=lambda group: (-len(group), sorted(group)))


def len_of_cliques(task: Task, beside: tuple[frozenset[int], ...]) -> int:
    """How many names any plan takes: the largest group of each band, for a name is of one band."""
    largest: dict[str, int] = {}
    for group in cliques_of(task, beside):
        band = task.needs[min(group)].kind[0]
        largest[band] = max(largest.get(band, 0), len(group))
    return sum(largest.values())


def _of_band(task: Task, need: int, others: frozenset[int]) -> frozenset[int]:
    band = task.needs[need].kind[0]
    return frozenset(one for one in others if task.needs[one].kind[0] == band)


def _once(task: Task, beside: tuple[frozenset[int], ...], turn: int) -> tuple[int, ...] | None:
    linked: list[set[int]] = [set(one) for one in beside]
    for one, other in task.near:
        linked[one].add(other)
        linked[other].add(one)
    open_ = {need: dict.fromkeys(places) for need, places in enumerate(task.candidates)}
    chosen: dict[int, int] = {}
    used: dict[int, int] = {}
    while open_:
        need = min(
            open_, key=lambda one: (len(open_[one]), -len(linked[one]), (one * 7919 * turn) % 104_729, one)
        )
        places = open_.pop(need)
        if not places:
            return None
        shift = turn * 13 % max(1, len(task.pool))
        place = min(
            places,
            key=lambda one: (one not in used, -used.get(one, 0), (one + shift) % len(task.pool)),
        )
        chosen[need], used[place] = place, used.get(place, 0) + 1
        for other in linked[need] & open_.keys():
            pair = (min(need, other), max(need, other))
            for taken in [one for one in open_[other] if _clashes(task, pair, need, place, one)]:
                del open_[other][taken]
    return tuple(chosen[need] for need in range(len(task.needs)))


def _clashes(task: Task, pair: tuple[int, int], need: int, place: int, its_place: int) -> bool:
    first, second = (place, its_place) if pair[0] == need else (its_place, place)
    return may_not_meet(task, pair, first, second)
