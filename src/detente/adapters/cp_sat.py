"""The exact solver: CP-SAT finds the least number of names, and proves it or says by how much it may be off.

An extra (`pip install detente[planning]`), imported only when it is asked for: a node needs no solver, and the import
takes a second. The greedy plan is its first solution, so that it is never worse than without it.
Source: Perron and Didier, OR-tools CP-SAT, Apache-2.0.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

from detente.errors import OperatorError
from detente.frequencies import greedy
from detente.frequencies.proposal import Answer, Task, free_of_each_other, may_not_meet, parts_of

SEED = 1


def propose(task: Task, *, limit_s: float, threads: int = 2) -> Answer:
    """The least number of names that serves every need, within a time.

    Band by band. Where the pool has enough names that do not even touch, any may stand for any other, and what is
    left is the colouring of a graph: one name fewer is tried until that is proven impossible. Elsewhere names are
    chosen one by one.

    Raises: OperatorError `no_solver` where the extra is not installed, `pool_too_small` where no plan exists.
    """
    cp_model = _cp_model()
    parts = parts_of(task)
    chosen: dict[int, int] = {}
    at_least = 0
    solvers = set()
    for places, part in parts:
        search = _Search(cp_model=cp_model, limit_s=limit_s / len(parts), threads=threads)
        answer = _coloured(part, search) or _named(part, search)
        chosen |= dict(zip(places, answer.chosen, strict=True))
        at_least += answer.at_least
        solvers.add(answer.solver)
    ordered = tuple(chosen[need] for need in range(len(task.needs)))
    solver = "cp-sat" if "cp-sat" in solvers else "greedy"
    return Answer(chosen=ordered, names=len(set(ordered)), at_least=at_least, solver=solver)


@dataclass(frozen=True, kw_only=True)
class _Search:
    cp_model: Any
    limit_s: float
    threads: int

    def solver(self, limit_s: float) -> Any:
        solver = self.cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = max(0.1, limit_s)
        solver.parameters.num_workers = self.threads
        solver.parameters.random_seed = SEED
        return solver


def _coloured(task: Task, search: _Search) -> Answer | None:
    """The part as the colouring of a graph; None where names are not alike or too few of them do not touch."""
    kinds = {need.kind for need in task.needs}
    if task.barred or len(kinds) != 1:
        return None
    alike = free_of_each_other(task.pool, task.candidates[0])
    loose = replace(task, candidates=tuple(alike for _ in task.needs), near=frozenset())
    start = _greedy(loose)
    if start is None:
        return None
    beside = greedy.neighbours_of(loose)
    largest = max(greedy.cliques_of(loose, beside), key=len)
    chosen, at_least, left_s = start.chosen, len(largest), search.limit_s
    solver_name = "greedy"
    while len(set(chosen)) > at_least and left_s > 0.0:
        solver_name = "cp-sat"
        solver = search.solver(left_s)
        found = _with_at_most(loose, search, solver, beside, largest, len(set(chosen)) - 1)
        left_s -= solver.wall_time
        if found is None:
            break
        if not found:
            at_least = len(set(chosen))
            break
        chosen = tuple(alike[colour] for colour in found)
    return Answer(chosen=chosen, names=len(set(chosen)), at_least=at_least, solver=solver_name)


def _with_at_most(
    task: Task,
    search: _Search,
    solver: Any,
    beside: tuple[frozenset[int], ...],
    largest: frozenset[int],
    count: int,
) -> tuple[int, ...] | None:
    """A colour below `count` for each need: empty where that is proven impossible, None where time ran out.

    The largest group has the first colours, which loses nothing, for any colour may stand for any other.
    """
    model = search.cp_model.CpModel()
    taken = [
        [model.new_bool_var(f"n{need}c{colour}") for colour in range(count)]
        for need in range(len(task.needs))
    ]
    for row in taken:
        model.add_exactly_one(row)
    covered = set()
    for group in greedy.cliques_of(task, beside):
        for colour in range(count):
            model.add_at_most_one([taken[need][colour] for need in group])
        covered |= {(one, other) for one in group for other in group if one < other}
    for one, other in sorted(task.apart - covered):
        for colour in range(count):
            model.add_bool_or([taken[one][colour].negated(), taken[other][colour].negated()])
    for colour, need in enumerate(sorted(largest)):
        model.add(taken[need][colour] == 1)
    status = solver.solve(model)
    if status == search.cp_model.INFEASIBLE:
        return ()
    if status not in (search.cp_model.OPTIMAL, search.cp_model.FEASIBLE):
        return None
    return tuple(next(c for c, cell in enumerate(row) if solver.value(cell)) for row in taken)


def _named(task: Task, search: _Search) -> Answer:
    """The part with its names chosen one by one."""
    cp_model, start = search.cp_model, _greedy(task)
    if start is not None and start.gap == 0.0:
        return start
    model, taken = _model(task, cp_model, start)
    solver = search.solver(search.limit_s)
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        raise OperatorError(
            "pool_too_small",
            f"No plan exists with these {len(task.pool)} channels: that is proven.",
            cure="Widen the pool (--pool).",
        )
    at_least = max(math.ceil(solver.best_objective_bound - 1e-6), 0 if start is None else start.at_least)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        if start is not None:
            return Answer(chosen=start.chosen, names=start.names, at_least=at_least, solver="greedy")
        raise OperatorError(
            "no_plan_in_time",
            f"No plan was found in {search.limit_s:.0f} s.",
            cure="Give it longer: --limit-s.",
        )
    chosen = tuple(
        next(place for place in places if solver.value(taken[need, place]))
        for need, places in enumerate(task.candidates)
    )
    names = len(set(chosen))
    return Answer(chosen=chosen, names=names, at_least=min(at_least, names), solver="cp-sat")


def _greedy(task: Task) -> Answer | None:
    try:
        return greedy.propose(task)
    except OperatorError:
        return None


def _cp_model() -> Any:
    try:
        from ortools.sat.python import cp_model
    except ImportError as why:
        raise OperatorError(
            "no_solver",
            "The exact solver is not installed.",
            cure='Install it: pip install "detente[planning]"; or ask for --solver greedy.',
        ) from why
    return cp_model


def _model(task: Task, cp_model: Any, start: Answer | None) -> tuple[Any, dict[tuple[int, int], Any]]:
    model = cp_model.CpModel()
    taken = {
        (need, place): model.new_bool_var(f"n{need}c{place}")
        for need, places in enumerate(task.candidates)
        for place in places
    }
    used = {
        place: model.new_bool_var(f"u{place}")
        for place in sorted({place for places in task.candidates for place in places})
    }
    for need, places in enumerate(task.candidates):
        model.add_exactly_one([taken[need, place] for place in places])
        for place in places:
            model.add_implication(taken[need, place], used[place])
    beside = greedy.neighbours_of(task)
    cliques = greedy.cliques_of(task, beside)
    in_a_clique = set()
    for group in cliques:
        _one_each(model, task, taken, used, group)
        in_a_clique |= {(one, other) for one in group for other in group if one < other}
    clashes = _clashes_of_names(task)
    for pair in task.apart | task.near:
        first, second = pair
        for one in task.candidates[first]:
            if pair in task.apart and pair not in in_a_clique and (second, one) in taken:
                model.add_bool_or([taken[first, one].negated(), taken[second, one].negated()])
            for other in clashes[one]:
                if (second, other) in taken and may_not_meet(task, pair, one, other):
                    model.add_bool_or([taken[first, one].negated(), taken[second, other].negated()])
    for (first, one), (second, other) in task.barred:
        model.add_bool_or([taken[first, one].negated(), taken[second, other].negated()])
    model.add(sum(used.values()) >= greedy.len_of_cliques(task, beside))
    model.minimize(sum(used.values()))
    if start is not None:
        for (need, place), variable in taken.items():
            model.add_hint(variable, int(start.chosen[need] == place))
        for place, variable in used.items():
            model.add_hint(variable, int(place in start.chosen))
    return model, taken


def _one_each(
    model: Any, task: Task, taken: dict[tuple[int, int], Any], used: dict[int, Any], group: frozenset[int]
) -> None:
    """Of a group that is all too near each other one need at most has a name: far stronger than pair by pair."""
    by_place: dict[int, list[Any]] = defaultdict(list)
    for need in group:
        for place in task.candidates[need]:
            by_place[place].append(taken[need, place])
    for place, variables in by_place.items():
        if len(variables) > 1:
            model.add(sum(variables) <= used[place])


def _clashes_of_names(task: Task) -> list[list[int]]:
    """By name the other names that overlap or touch it; few, so that pairs of needs stay cheap."""
    count = len(task.pool)
    found: list[list[int]] = [[] for _ in range(count)]
    pair = (-1, -2)
    probe = Task(
        needs=task.needs,
        pool=task.pool,
        candidates=task.candidates,
        apart=frozenset({pair}),
        near=frozenset({pair}),
        barred=frozenset(),
    )
    for one in range(count):
        for other in range(count):
            if one != other and may_not_meet(probe, pair, one, other):
                found[one].append(other)
    return found
