"""The dossier of an incident: one number, and what each side claims, beside each other. It never says who is right.

Everything is computed from the register, so both nodes and any third party have the same dossier. Deadlines are the
memorandum's:

1. A first report is late where it came more than `first_report_s` after the event that it tells of.
2. Whoever reported owes a full statement `full_statement_s` after the report. A side that did not report owes a
   counter-statement as long after the first full statement of another side; before that it owes nothing.
3. An incident is closed when the newest full statement of every side that it concerns says so, or of every side that
   reported where the memorandum has `close_by = "reporter"`. A later word that does not close opens it again.

An alert that is named in a report or a statement and was never answered adds the category `unanswered_call`, where
the memorandum has it; it makes no number of its own.
Source: practice (a) [incidents], (b) INC1, INC2, PRT.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from detente.incidents.calls import Case, cases_of
from detente.incidents.category import UNANSWERED, all_categories, counted_category
from detente.incidents.matching import reports_of, standing_numbers
from detente.incidents.register import Filed, Register
from detente.incidents.sector import sectors_of
from detente.line.bodies_duty import IncidentReport, IncidentStatement, Protest
from detente.memorandum.model import Memorandum
from detente.quantities import PartyId, UtcMs
from detente.record.statement import Ref


@dataclass(frozen=True, kw_only=True)
class Due:
    """A statement that a side owes, or has made: `done_ms` is None while it is owed."""

    what: Literal["full_statement", "counter_statement"]
    owed_by: PartyId
    due_ms: UtcMs
    done_ms: UtcMs | None


@dataclass(frozen=True, kw_only=True)
class Side:
    """What one side has said, each in the order of its times."""

    party: PartyId
    reports: tuple[Filed, ...]
    statements: tuple[Filed, ...]
    protests: tuple[Filed, ...]
    is_late: bool
    closes_ms: UtcMs | None
    """When it said last that it closes; None where its newest word does not."""


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """One incident. `also` are numbers that lead here; `event_ms` and `sectors` are the standing report's."""

    number: str
    also: tuple[str, ...]
    event_ms: UtcMs
    reported_ms: UtcMs
    sectors: tuple[str, ...]
    sides: tuple[Side, ...]
    categories: tuple[str, ...]
    articles: tuple[str, ...]
    dues: tuple[Due, ...]
    calls: tuple[Case, ...]
    closed_ms: UtcMs | None

    @property
    def filed(self) -> tuple[Filed, ...]:
        """Every statement of it, in the order of their times."""
        every = (one for side in self.sides for one in (*side.reports, *side.statements, *side.protests))
        return tuple(sorted(every, key=lambda one: one.place))

    @property
    def cited(self) -> tuple[Ref, ...]:
        """Every entry that a statement of it rests on, in the order of journals."""
        refs = {ref for one in self.filed for ref in _entries_of(one)}
        return tuple(sorted(refs, key=lambda ref: (ref.origin, ref.seq, ref.leaf)))


def dossiers_of(register: Register, memorandum: Memorandum, *, until_ms: int) -> tuple[Dossier, ...]:
    """Every incident, in the order of their numbers; whether an alert was answered is judged at `until_ms`."""
    standing, reports = standing_numbers(register), reports_of(register)
    together: dict[str, list[Filed]] = {}
    for filed in sorted(register.filed.values(), key=lambda one: one.place):
        if (number := standing.get(filed.body.number)) is not None:
            together.setdefault(number, []).append(filed)
    named = {ref for filed in register.filed.values() for ref in _entries_of(filed)}
    cases = cases_of(register) if named.intersection(register.calls) else ()
    return tuple(
        _dossier(number, reports, together[number], cases, memorandum, until_ms)
        for number in sorted(together)
    )


def dossier_of(register: Register, memorandum: Memorandum, number: str, *, until_ms: int) -> Dossier | None:
    """The incident that a number leads to; None for a number that nobody has made."""
    standing = standing_numbers(register).get(number)
    found = (one for one in dossiers_of(register, memorandum, until_ms=until_ms) if one.number == standing)
    return next(found, None)


def _dossier(
    number: str,
    reports: Mapping[str, Filed],
    filed: Iterable[Filed],
    cases: Iterable[Case],
    memorandum: Memorandum,
    until_ms: int,
) -> Dossier:
    every = tuple(filed)
    made = {one.ref for one in reports.values()}
    first = reports[number]
    assert isinstance(first.body, IncidentReport), "a number is made by a report"
    own = [one for one in every if one.ref in made]
    concerned = sorted({party for one in own for party in (one.party, *one.to)})
    sides = tuple(_side(party, every, memorandum) for party in concerned)
    refs = {ref for one in every for ref in _entries_of(one)}
    calls = tuple(case for case in cases if refs.intersection(case.refs))
    closed_ms = _closed_ms(sides, memorandum)
    return Dossier(
        number=number,
        also=tuple(sorted({one.body.number for one in own} - {number})),
        event_ms=UtcMs(first.body.at_ms),
        reported_ms=UtcMs(min(one.sent_ms for one in own)),
        sectors=() if first.body.at is None else sectors_of(first.body.at, memorandum),
        sides=sides,
        categories=_categories(own, calls, memorandum, until_ms),
        articles=_articles(every, memorandum),
        dues=_dues(sides, memorandum),
        calls=calls,
        closed_ms=closed_ms,
    )


def _side(party: PartyId, every: Iterable[Filed], memorandum: Memorandum) -> Side:
    own = [one for one in every if one.party == party]
    reports = tuple(one for one in own if isinstance(one.body, IncidentReport))
    statements = tuple(one for one in own if isinstance(one.body, IncidentStatement))
    newest = statements[-1] if statements else None
    return Side(
        party=party,
        reports=reports,
        statements=statements,
        protests=tuple(one for one in own if isinstance(one.body, Protest)),
        is_late=bool(reports) and _is_late(reports[0], memorandum),
        closes_ms=newest.sent_ms if newest is not None and _closes(newest) else None,
    )


def _is_late(report: Filed, memorandum: Memorandum) -> bool:
    assert isinstance(report.body, IncidentReport), "a report is late"
    return report.sent_ms - report.body.at_ms > memorandum.incidents.first_report_s * 1000


def _closes(filed: Filed) -> bool:
    return isinstance(filed.body, IncidentStatement) and filed.body.closes


def _closed_ms(sides: Iterable[Side], memorandum: Memorandum) -> UtcMs | None:
    asked = [side for side in sides if memorandum.incidents.close_by == "both" or side.reports]
    times = [side.closes_ms for side in asked]
    return max((at for at in times if at is not None), default=None) if None not in times else None


def _dues(sides: tuple[Side, ...], memorandum: Memorandum) -> tuple[Due, ...]:
    allowed_ms = memorandum.incidents.full_statement_s * 1000
    found = []
    for side in sides:
        done_ms = side.statements[0].sent_ms if side.statements else None
        if side.reports:
            due_ms = side.reports[0].sent_ms + allowed_ms
            found.append(
                Due(what="full_statement", owed_by=side.party, due_ms=UtcMs(due_ms), done_ms=done_ms)
            )
            continue
        others = [one.statements[0].sent_ms for one in sides if one is not side and one.statements]
        if others:
            due_ms = min(others) + allowed_ms
            found.append(
                Due(what="counter_statement", owed_by=side.party, due_ms=UtcMs(due_ms), done_ms=done_ms)
            )
    return tuple(found)


def _categories(
    reports: Iterable[Filed], calls: Iterable[Case], memorandum: Memorandum, until_ms: int
) -> tuple[str, ...]:
    found = {
        counted_category(one.body, memorandum) for one in reports if isinstance(one.body, IncidentReport)
    }
    if any(case.outcome(until_ms) == "overdue" for case in calls):
        found.add(UNANSWERED)
    return tuple(name for name in all_categories(memorandum) if name in found)


def _articles(every: Iterable[Filed], memorandum: Memorandum) -> tuple[str, ...]:
    found: set[str] = set()
    for one in every:
        match one.body:
            case IncidentReport():
                found.update(one.body.articles)
            case Protest():
                found.add(one.body.article)
            case IncidentStatement():
                continue
    return tuple(name for name in memorandum.conduct.rules if name in found)


def _entries_of(filed: Filed) -> tuple[Ref, ...]:
    match filed.body:
        case IncidentReport() | IncidentStatement():
            return filed.body.entries
        case Protest():
            return ()
