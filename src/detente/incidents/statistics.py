"""Counts for the working group, computed from the journals: both parties get the same bytes.

Counted is what was said between all the parties named, from `from_ms` on and before `until_ms`; an incident belongs
to the time of its first report, an alert to the time when it was first said. An incident counts once under each of
its categories and articles. Times are those that the authors signed; medians are the lower middle one, in whole
seconds.
Source: practice (a) [working_group]; casebook rival-counts-2023, helene-2024-disputed-count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from statistics import median_low
from typing import Literal

import msgspec

from detente.incidents.calls import Case, cases_of
from detente.incidents.category import all_categories, counted_category, figure_of
from detente.incidents.dossier import Dossier, Side, dossiers_of
from detente.incidents.register import Register
from detente.incidents.shared import shared_by
from detente.incidents.triggers import Trigger, triggers_of
from detente.line.bodies_duty import IncidentReport, IncidentStatement
from detente.memorandum.model import Memorandum
from detente.quantities import PartyId, UtcMs, utc_text
from detente.wire import Record, encode


class ArticleCount(Record, frozen=True, kw_only=True):
    """How many incidents name an article, and how often it was protested."""

    article: str
    incidents: int
    protests: int


class CategoryCount(Record, frozen=True, kw_only=True):
    """How many incidents have a category; one incident may have several."""

    category: str
    incidents: int


class SideCount(Record, frozen=True, kw_only=True):
    """What one party said; times from the event to the report, in seconds."""

    party: str
    reports: int
    reports_late: int
    protests: int
    statements_in_time: int
    statements_late: int
    statements_overdue: int
    report_s_median: int | None
    report_s_longest: int | None


class AlertCount(Record, frozen=True, kw_only=True):
    """What became of the alerts of one party to another; times from the alert to its answer, in seconds."""

    by: str
    to: str
    raised: int
    answered: int
    answered_late: int
    cleared: int
    overdue: int
    open: int
    answer_s_median: int | None
    answer_s_longest: int | None


class Compared(Record, frozen=True, kw_only=True):
    """A report of proximity beside the agreed figure that it was held against."""

    number: str
    party: str
    own_class: str
    other_class: str
    lateral_m: int
    vertical_ft: int
    mode: str
    figure_lateral_nm: str | None
    figure_vertical_ft: int | None
    counted: str


class IncidentRow(Record, frozen=True, kw_only=True):
    """One incident in one line."""

    number: str
    also: tuple[str, ...]
    event_utc: str
    reported_utc: str
    sectors: tuple[str, ...]
    reported_by: tuple[str, ...]
    stated_by: tuple[str, ...]
    categories: tuple[str, ...]
    articles: tuple[str, ...]
    state: Literal["open", "closed"]


class Statistics(Record, frozen=True, kw_only=True):
    """Everything that is counted; `reports` above `incidents` are those that were found to be of one event."""

    v: Literal[1]
    memorandum: str
    identity: str
    parties: tuple[str, ...]
    from_utc: str
    until_utc: str
    incidents: int
    open: int
    closed: int
    reports: int
    by_article: tuple[ArticleCount, ...]
    by_category: tuple[CategoryCount, ...]
    by_side: tuple[SideCount, ...]
    alerts: tuple[AlertCount, ...]
    proximity: tuple[Compared, ...]
    triggers: tuple[Trigger, ...]
    rows: tuple[IncidentRow, ...]


def statistics_of(
    register: Register,
    memorandum: Memorandum,
    *,
    identity: str,
    parties: Sequence[PartyId],
    from_ms: UtcMs,
    until_ms: UtcMs,
) -> Statistics:
    """Count what the parties said to each other."""
    ours = tuple(sorted(parties))
    register = shared_by(register, ours, until_ms=until_ms)
    every = [
        one
        for one in dossiers_of(register, memorandum, until_ms=until_ms)
        if from_ms <= one.reported_ms < until_ms
    ]
    cases = [case for case in cases_of(register) if from_ms <= case.said_ms < until_ms and case.to in ours]
    made = {number for one in every for number in (one.number, *one.also)}
    closed = sum(1 for one in every if one.closed_ms is not None)
    return Statistics(
        v=1,
        memorandum=memorandum.memorandum.id,
        identity=identity,
        parties=ours,
        from_utc=utc_text(from_ms),
        until_utc=utc_text(until_ms),
        incidents=len(every),
        open=len(every) - closed,
        closed=closed,
        reports=len(made),
        by_article=tuple(_of_article(name, every) for name in memorandum.conduct.rules),
        by_category=tuple(
            CategoryCount(category=name, incidents=sum(1 for one in every if name in one.categories))
            for name in all_categories(memorandum)
        ),
        by_side=tuple(_of_side(party, every, until_ms) for party in ours),
        alerts=tuple(
            _of_alerts([case for case in cases if (case.party, case.to) == (by, to)], by, to, until_ms)
            for by in ours
            for to in ours
            if by != to
        ),
        proximity=tuple(one for dossier in every for one in _compared(dossier, memorandum)),
        triggers=triggers_of(every, cases, memorandum, until_ms=until_ms),
        rows=tuple(_row(one) for one in every),
    )


def json_of(statistics: Statistics) -> bytes:
    """The one layout of a count, spread out for people; it ends in a newline."""
    return msgspec.json.format(encode(statistics), indent=2) + b"\n"


def _of_article(article: str, every: Iterable[Dossier]) -> ArticleCount:
    named = [one for one in every if article in one.articles]
    protests = [
        filed
        for one in named
        for side in one.sides
        for filed in side.protests
        if getattr(filed.body, "article", "") == article
    ]
    return ArticleCount(article=article, incidents=len(named), protests=len(protests))


def _of_side(party: PartyId, every: Iterable[Dossier], until_ms: int) -> SideCount:
    dossiers = list(every)
    sides = [side for one in dossiers for side in one.sides if side.party == party]
    dues = [due for one in dossiers for due in one.dues if due.owed_by == party]
    in_time = sum(1 for due in dues if due.done_ms is not None and due.done_ms <= due.due_ms)
    done = sum(1 for due in dues if due.done_ms is not None)
    overdue = sum(
        1
        for one in dossiers
        for due in one.dues
        if due.owed_by == party and due.done_ms is None and one.closed_ms is None and due.due_ms < until_ms
    )
    delays_s = [delay_s for side in sides for delay_s in _delays_s(side)]
    return SideCount(
        party=party,
        reports=len({one.body.number for side in sides for one in side.reports}),
        reports_late=sum(1 for side in sides if side.is_late),
        protests=sum(len(side.protests) for side in sides),
        statements_in_time=in_time,
        statements_late=done - in_time,
        statements_overdue=overdue,
        report_s_median=median_low(delays_s) if delays_s else None,
        report_s_longest=max(delays_s, default=None),
    )


def _delays_s(side: Side) -> Iterator[int]:
    """From the event to the first report of each of its numbers."""
    seen = set()
    for filed in side.reports:
        if filed.body.number not in seen and isinstance(filed.body, IncidentReport):
            seen.add(filed.body.number)
            yield (filed.sent_ms - filed.body.at_ms) // 1000


def _of_alerts(cases: Sequence[Case], by: str, to: str, until_ms: int) -> AlertCount:
    outcomes = [case.outcome(until_ms) for case in cases]
    waits_s = [
        (case.answered_ms - case.said_ms) // 1000
        for case in cases
        if case.answered_ms is not None and case.answered_ms < until_ms
    ]
    return AlertCount(
        by=by,
        to=to,
        raised=len(cases),
        answered=outcomes.count("answered"),
        answered_late=outcomes.count("answered_late"),
        cleared=outcomes.count("cleared"),
        overdue=outcomes.count("overdue"),
        open=outcomes.count("open"),
        answer_s_median=median_low(waits_s) if waits_s else None,
        answer_s_longest=max(waits_s, default=None),
    )


def _compared(dossier: Dossier, memorandum: Memorandum) -> Iterator[Compared]:
    seen = set()
    for filed in dossier.filed:
        report = filed.body
        if not isinstance(report, IncidentReport) or report.passing is None or report.number in seen:
            continue
        seen.add(report.number)
        figure = figure_of(report, memorandum)
        assert figure is not None, "a passing has two classes"
        yield Compared(
            number=report.number,
            party=filed.party,
            own_class=report.passing.own_class,
            other_class=report.passing.other_class,
            lateral_m=report.passing.lateral_m,
            vertical_ft=report.passing.vertical_ft,
            mode=figure.mode,
            figure_lateral_nm=None if figure.lateral_nm is None else str(figure.lateral_nm),
            figure_vertical_ft=figure.vertical_ft,
            counted=counted_category(report, memorandum),
        )


def _row(dossier: Dossier) -> IncidentRow:
    return IncidentRow(
        number=dossier.number,
        also=dossier.also,
        event_utc=utc_text(dossier.event_ms),
        reported_utc=utc_text(dossier.reported_ms),
        sectors=dossier.sectors,
        reported_by=tuple(side.party for side in dossier.sides if side.reports),
        stated_by=tuple(
            side.party
            for side in dossier.sides
            if any(isinstance(one.body, IncidentStatement) for one in side.statements)
        ),
        categories=dossier.categories,
        articles=dossier.articles,
        state="open" if dossier.closed_ms is None else "closed",
    )
