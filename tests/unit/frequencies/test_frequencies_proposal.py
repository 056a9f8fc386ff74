"""A proposed plan passes every check, takes no more names than it must, and says how sure that is."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from decimal import Decimal

import msgspec
import pytest

from detente.adapters import cp_sat
from detente.errors import OperatorError
from detente.exercise.radio_plans import grid_plan, names
from detente.frequencies import greedy
from detente.frequencies.check import check
from detente.frequencies.proposal import (
    Answer,
    Need,
    Task,
    channels_of,
    kinds_for,
    may_not_meet,
    pool_of,
    task_of,
)
from detente.frequencies.renaming import without_products
from detente.frequencies.screening import products
from detente.memorandum.channel_names import Band
from detente.memorandum.model import Memorandum
from detente.memorandum.model_talk import Station

PLAN = grid_plan(columns=4, rows=3, size_deg="2.0", upper="FL050", stations=False)


def pool(count: int, *bands: Band) -> list[tuple[int, Band]]:
    return [(khz, band) for band in bands for khz in sorted(names(band, step_khz=25))[:count]]


def task(memorandum: Memorandum = PLAN, count: int = 30) -> Task:
    return task_of(memorandum, pool_of(memorandum, pool(count, "vhf", "uhf")))


def holds(one: Task, answer: Answer) -> bool:
    return all(
        not may_not_meet(one, pair, answer.chosen[pair[0]], answer.chosen[pair[1]])
        for pair in one.apart | one.near
    )


@pytest.fixture(scope="module")
def whole() -> Task:
    return task()


@pytest.mark.parametrize("solver", ["greedy", "exact"])
def test_a_proposal_passes_every_check(whole: Task, solver: str) -> None:
    answer = greedy.propose(whole) if solver == "greedy" else cp_sat.propose(whole, limit_s=10)
    assert holds(whole, answer)
    assert check(channels_of(PLAN, whole, answer.chosen)).findings == ()
    assert answer.names == len(set(answer.chosen))
    assert answer.at_least <= answer.names
    assert 0.0 <= answer.gap < 1.0


def test_the_exact_solver_is_never_worse_and_proves_its_number(whole: Task) -> None:
    quick, exact = greedy.propose(whole), cp_sat.propose(whole, limit_s=10)
    assert exact.names <= quick.names
    assert exact.gap == 0.0


def test_names_are_dealt_anew_where_a_site_of_many_sectors_makes_products() -> None:
    """One mast for all sectors, and a pool in even steps: as many names, none of them on a product of two others."""
    mast = Station(
        id="MAST",
        post="alfa.air",
        at=PLAN.sector[0].polygon[0],
        antenna_agl_ft=Decimal(50),
        channels=tuple(one.id for one in PLAN.channel if one.id.endswith("-V")),
    )
    plan = msgspec.structs.replace(PLAN, station=(mast,))
    one = task(plan, count=120)
    answer = cp_sat.propose(one, limit_s=10)
    assert list(products(channels_of(plan, one, answer.chosen)))
    dealt = without_products(plan, one, answer)
    assert list(products(channels_of(plan, one, dealt.chosen))) == []
    assert (dealt.names, len(set(dealt.chosen))) == (answer.names, answer.names)
    assert holds(one, dealt)


def drawn(seed: int) -> Task:
    """Seven needs of one kind and five names, with chance for who is too near."""
    chance = random.Random(seed)
    taken = pool_of(PLAN, [(khz, "vhf") for khz in range(118_000, 118_300, chance.choice((25, 50)))])[:5]
    pairs = list(itertools.combinations(range(7), 2))
    apart = frozenset(pair for pair in pairs if chance.random() < 0.45)
    near = frozenset(pair for pair in apart if chance.random() < chance.choice((0.0, 0.4)))
    needs = tuple(Need(sector=index, place=0, kind=("vhf", "25")) for index in range(7))
    every = tuple(range(len(taken)))
    return Task(needs=needs, pool=taken, candidates=(every,) * 7, apart=apart, near=near, barred=frozenset())


def fewest(one: Task) -> int | None:
    """By trying everything."""
    best = None
    for chosen in itertools.product(*one.candidates):
        count = len(set(chosen))
        if (best is None or count < best) and all(
            not may_not_meet(one, pair, chosen[pair[0]], chosen[pair[1]]) for pair in one.apart | one.near
        ):
            best = count
    return best


@pytest.mark.parametrize("seed", range(12))
def test_small_tasks_are_solved_as_by_trying_everything(seed: int) -> None:
    one = drawn(seed)
    best = fewest(one)
    if best is None:
        with pytest.raises(OperatorError, match="No plan"):
            cp_sat.propose(one, limit_s=10)
        return
    answer = cp_sat.propose(one, limit_s=10)
    assert (answer.names, answer.at_least) == (best, best), f"seed {seed}"
    assert holds(one, answer)


@pytest.mark.parametrize("seed", range(12))
def test_the_greedy_bound_is_never_too_high(seed: int) -> None:
    one = replace(drawn(seed), near=frozenset())
    best = fewest(one)
    try:
        answer = greedy.propose(one)
    except OperatorError:
        return
    assert best is not None
    assert answer.at_least <= best <= answer.names, f"seed {seed}"


def test_a_pool_that_is_too_small_is_told(whole: Task) -> None:
    small = task(count=4)
    for attempt in (greedy.propose, lambda one: cp_sat.propose(one, limit_s=10)):
        with pytest.raises(OperatorError) as caught:
            attempt(small)
        assert caught.value.code == "pool_too_small"


def test_a_pool_leaves_out_what_may_not_be_spoken_on() -> None:
    bad = [121_550, 136_925, 123_100, 118_020, 118_000, 118_005]
    assert [one.name_khz for one in pool_of(PLAN, [(khz, "vhf") for khz in bad])] == [118_000]


def test_kinds_are_chosen_so_that_everybody_can_talk() -> None:
    """Two bands where that serves all; else two of one band; and a sector that nothing serves is named."""
    sector = PLAN.sector[0]
    assert kinds_for(PLAN, sector, {("vhf", "25"), ("uhf", "25")}) == (("vhf", "25"), ("uhf", "25"))
    assert kinds_for(PLAN, sector, {("vhf", "25")}) == (("vhf", "25"), ("vhf", "25"))
    with pytest.raises(OperatorError, match="In S000 no 3 kinds"):
        kinds_for(PLAN, sector, {("vhf", "8.33")})
    eights = msgspec.structs.replace(sector, users=("ALFA/class01", "BRAVO/class03"))
    assert kinds_for(PLAN, eights, {("vhf", "8.33")}) == (("vhf", "8.33"), ("vhf", "8.33"))


def test_without_the_extra_the_exact_solver_says_how_to_get_it(
    whole: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "ortools.sat.python", None)
    with pytest.raises(OperatorError) as caught:
        cp_sat.propose(whole, limit_s=1)
    assert caught.value.code == "no_solver"
    assert "--solver greedy" in caught.value.cure
