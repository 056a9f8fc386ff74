"""What calls the working group together out of turn, by the memorandum's own list, and by when it has to meet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from detente.incidents.calls import Case
from detente.incidents.dossier import Dossier
from detente.memorandum.model import Memorandum
from detente.quantities import UtcMs, utc_text
from detente.wire import Record

DAY_MS = 86_400_000
OVERDUE_IN_A_DAY = 3


class Trigger(Record, frozen=True, kw_only=True):
    """One reason of the memorandum that has come about: when, for which incident, and until when to meet."""

    trigger: str
    number: str | None
    at_utc: str
    meet_by_utc: str


def triggers_of(
    dossiers: Iterable[Dossier], cases: Iterable[Case], memorandum: Memorandum, *, until_ms: int
) -> tuple[Trigger, ...]:
    """Every reason that has come about before a moment, in the order of their times."""
    rules = memorandum.working_group
    found = [*_of_incidents(dossiers, until_ms), *_of_calls(cases, until_ms)]
    return tuple(
        Trigger(
            trigger=name,
            number=number,
            at_utc=utc_text(at_ms),
            meet_by_utc=utc_text(at_ms + rules.extraordinary_within_s * 1000),
        )
        for at_ms, name, number in sorted(found, key=lambda one: (one[0], one[1], one[2] or ""))
        if name in rules.triggers
    )


def _of_incidents(dossiers: Iterable[Dossier], until_ms: int) -> Iterator[tuple[UtcMs, str, str | None]]:
    for one in dossiers:
        if "damage" in one.categories:
            yield one.reported_ms, "damage", one.number
        late = [due.due_ms for due in one.dues if due.done_ms is None and due.due_ms < until_ms]
        if late and one.closed_ms is None:
            yield min(late), "overdue_statement", one.number


def _of_calls(cases: Iterable[Case], until_ms: int) -> Iterator[tuple[UtcMs, str, str | None]]:
    """The third overdue answer within a day, counted from when each was due; then a new count begins."""
    missed: list[UtcMs] = []
    due = (case.due_ms for case in cases if case.outcome(until_ms) in ("overdue", "answered_late"))
    for at_ms in sorted(at for at in due if at is not None):
        missed = [*(one for one in missed if at_ms - one < DAY_MS), at_ms]
        if len(missed) == OVERDUE_IN_A_DAY:
            yield at_ms, "3_overdue_answers_in_24h", None
            missed = []
