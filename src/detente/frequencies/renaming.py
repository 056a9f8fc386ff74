"""The names of a proposed plan dealt out anew until no product of a site falls on a channel of it.

How many names a plan takes does not depend on which they are, as long as no two touch. So where a site with the
channels of several sectors makes a product, other names of the pool are dealt to the same groups of needs: first
those that a walk along the bands finds to make no product with each other or with guard, then the rest in many
orders.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from detente.frequencies.proposal import Answer, Task, channels_of, free_of_each_other
from detente.frequencies.screening import falls_on, products
from detente.memorandum.channel_names import Channel as Meaning
from detente.memorandum.model import Memorandum
from detente.memorandum.radio_bands import meaning_of

DEALS = 100
"""Orders of the pool that are tried; the one with the fewest products counts."""

_FACTOR, _PRIME = 7_919, 104_729


def without_products(memorandum: Memorandum, task: Task, answer: Answer) -> Answer:
    """The same plan under other names, with the fewest products found; the answer itself where none is better."""
    best, fewest = answer, _count(memorandum, task, answer)
    for dealt in _deals(memorandum, task, answer) if fewest else ():
        count = _count(memorandum, task, dealt)
        if count < fewest:
            best, fewest = dealt, count
        if not fewest:
            break
    return best


def free_of_products(task: Task, places: Sequence[int], guards: Sequence[Meaning]) -> tuple[int, ...]:
    """Places in the pool of which no two make a product on a third, or on guard: as many as one walk finds."""
    kept: list[int] = []
    heard: list[Meaning] = list(guards)
    for place in places:
        meaning = task.pool[place].meaning
        if not _makes_a_product(meaning, heard):
            kept.append(place)
            heard.append(meaning)
    return tuple(kept)


def _count(memorandum: Memorandum, task: Task, answer: Answer) -> int:
    return sum(1 for _ in products(channels_of(memorandum, task, answer.chosen)))


def _deals(memorandum: Memorandum, task: Task, answer: Answer) -> Iterator[Answer]:
    """Other names for the same groups of needs; none where a kind has too few names that do not touch each other.

    What is barred in one sector is kept to: a deal that breaks it is left out.
    """
    kinds = sorted({need.kind for need in task.needs})
    alike = {
        kind: free_of_each_other(task.pool, [at for at, one in enumerate(task.pool) if one.kind == kind])
        for kind in kinds
    }
    used = {kind: sorted({at for at in answer.chosen if task.pool[at].kind == kind}) for kind in kinds}
    if len({band for band, _ in kinds}) < len(kinds) or any(
        len(alike[one]) < len(used[one]) for one in kinds
    ):
        return
    guards = [meaning for one in memorandum.channel if one.use == "guard" and (meaning := meaning_of(one))]
    quiet = free_of_products(task, [place for kind in kinds for place in alike[kind]], guards)
    for turn in range(DEALS):
        names: dict[int, int] = {}
        for kind in kinds:
            names |= dict(zip(used[kind], _ordered(alike[kind], quiet, turn), strict=False))
        chosen = tuple(names[place] for place in answer.chosen)
        if not any(
            (chosen[first], chosen[second]) == (one, other) for (first, one), (second, other) in task.barred
        ):
            yield replace(answer, chosen=chosen)


def _ordered(alike: Sequence[int], quiet: Sequence[int], turn: int) -> list[int]:
    """First what makes no product, then the rest, in another order each turn."""
    known = frozenset(quiet)
    return sorted(alike, key=lambda place: (place not in known, (place + 1) * _FACTOR * (turn + 1) % _PRIME))


def _makes_a_product(new: Meaning, heard: Sequence[Meaning]) -> bool:
    """Whether a carrier is a product of two others, makes one with another on a third, or lies between two evenly."""
    for one in heard:
        for other in heard:
            if one is other:
                continue
            if falls_on(2 * one.carrier_khz_6 - other.carrier_khz_6, new):
                return True
            if falls_on(2 * new.carrier_khz_6 - one.carrier_khz_6, other):
                return True
            if falls_on(2 * one.carrier_khz_6 - new.carrier_khz_6, other):
                return True
    return False
