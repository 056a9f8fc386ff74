"""Which reports are of one event: proposed by place and time, accepted by both sides, and then one number stands.

1. Two reports of different parties are proposed as a match where they share a sector and their events lie within the
   memorandum's `match_window_s`. A report without a place is never proposed; people may match it all the same.
2. A side accepts by saying its report again with `same_as` the other's number. When both have, the two are one. A
   report whose first filing names another number in `same_as` was filed under that number, and needs no more.
3. Of numbers that are one, the one that another party received first stands: the time is the one that the receiver
   signed in its receipt. A tie, or no receipt at all, is settled by the lower digest. A report that was filed under
   another number does not compete.

Which number stands decides nothing else: all the others lead to it.
Source: practice (b), incident numbers; casebook rival-counts-2023.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from detente.incidents.register import Filed, Register
from detente.incidents.sector import sectors_of
from detente.line.bodies_duty import IncidentReport
from detente.memorandum.model import Memorandum


class Proposed(NamedTuple):
    """Two numbers that may be one event, the lower first, and what has been accepted of that by whom."""

    first: str
    second: str
    apart_s: int
    accepted_by: tuple[str, ...]


def reports_of(register: Register) -> dict[str, Filed]:
    """The report that made each number: the first in its party's journal; what follows only accepts matches.

    A time that its author signed cannot put a later report in place of the first.
    """
    first: dict[tuple[str, str], Filed] = {}
    for filed in sorted(register.filed.values(), key=lambda one: one.ref.seq):
        if isinstance(filed.body, IncidentReport):
            first.setdefault((filed.body.number, filed.ref.origin), filed)
    found: dict[str, Filed] = {}
    for filed in sorted(first.values(), key=lambda one: one.place):
        found.setdefault(filed.body.number, filed)
    return found


def standing_numbers(register: Register) -> dict[str, str]:
    """By every number that was ever made: the number that stands for it."""
    reports = reports_of(register)
    group = {number: {number} for number in reports}
    for first, second in _merged(register, reports):
        joined = group[first] | group[second]
        for number in joined:
            group[number] = joined
    return {number: _standing(together, reports, register) for number, together in group.items()}


def proposed(register: Register, memorandum: Memorandum) -> tuple[Proposed, ...]:
    """Every match that is open: by place and time, or because one side has accepted it already."""
    reports = reports_of(register)
    standing, accepted = standing_numbers(register), _accepted(register, reports)
    pairs = {_pair(one, other) for one, others in accepted.items() for other in others}
    pairs.update(_near(reports, memorandum))
    found = []
    for first, second in sorted(pairs):
        if reports[first].party == reports[second].party or standing[first] == standing[second]:
            continue
        by = tuple(
            str(reports[one].party)
            for one, other in ((first, second), (second, first))
            if other in accepted.get(one, ())
        )
        apart_ms = abs(_at_ms(reports[first]) - _at_ms(reports[second]))
        found.append(Proposed(first, second, apart_ms // 1000, by))
    return tuple(found)


def _near(reports: Mapping[str, Filed], memorandum: Memorandum) -> Iterator[tuple[str, str]]:
    """Every pair inside the window that shares a sector."""
    window_ms = memorandum.incidents.match_window_s * 1000
    where = {number: set(_sectors(filed, memorandum)) for number, filed in reports.items()}
    in_time = sorted(reports, key=lambda number: (_at_ms(reports[number]), number))
    for place, first in enumerate(in_time):
        for second in in_time[place + 1 :]:
            if _at_ms(reports[second]) - _at_ms(reports[first]) > window_ms:
                break
            if where[first] & where[second]:
                yield _pair(first, second)


def _pair(first: str, second: str) -> tuple[str, str]:
    return (first, second) if first < second else (second, first)


def _accepted(register: Register, reports: Mapping[str, Filed]) -> dict[str, set[str]]:
    """By number: which others its own party has called the same."""
    found: dict[str, set[str]] = {}
    for filed in register.filed.values():
        body = filed.body
        if not isinstance(body, IncidentReport) or body.same_as is None:
            continue
        first, other = reports.get(body.number), reports.get(body.same_as)
        if first is not None and other is not None and first.party == filed.party != other.party:
            found.setdefault(body.number, set()).add(body.same_as)
    return found


def _merged(register: Register, reports: Mapping[str, Filed]) -> Iterator[tuple[str, str]]:
    accepted = _accepted(register, reports)
    for number, others in accepted.items():
        for other in others:
            if number in accepted.get(other, ()) or _filed_under(reports[number]) == other:
                yield number, other


def _standing(together: set[str], reports: Mapping[str, Filed], register: Register) -> str:
    free = {number for number in together if _filed_under(reports[number]) not in together} or together

    times: dict[str, list[int]] = {}
    for ref, held in register.receipts.items():
        filed = register.filed[ref]
        if isinstance(filed.body, IncidentReport):
            times.setdefault(filed.body.number, []).extend(held.values())

    def received(number: str) -> tuple[bool, int, str]:
        at_ms = times.get(number, [])
        return not at_ms, min(at_ms, default=0), reports[number].ref.leaf

    return min(free, key=received)


def _filed_under(filed: Filed) -> str | None:
    assert isinstance(filed.body, IncidentReport), "a number is made by a report"
    return filed.body.same_as


def _at_ms(filed: Filed) -> int:
    assert isinstance(filed.body, IncidentReport), "a number is made by a report"
    return filed.body.at_ms


def _sectors(filed: Filed, memorandum: Memorandum) -> tuple[str, ...]:
    assert isinstance(filed.body, IncidentReport), "a number is made by a report"
    return () if filed.body.at is None else sectors_of(filed.body.at, memorandum)
