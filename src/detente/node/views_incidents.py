"""Incidents as the faces show them: what each side claims, in columns of equal weight; never who is right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from detente.incidents.calls import Case
from detente.incidents.category import counted_category, figure_of
from detente.incidents.dossier import Dossier, Due, Side, dossier_of, dossiers_of
from detente.incidents.matching import proposed
from detente.incidents.register import Filed
from detente.line.bodies_duty import IncidentReport, IncidentStatement
from detente.line.wording import IN_WORDS, named, receipt_note, render
from detente.node.state import State
from detente.node.views_line import short_ref
from detente.quantities import utc_text
from detente.record.statement import Ref


def incidents(state: State) -> dict[str, Any]:
    """Every incident in short, and the matches that are open."""
    every = dossiers_of(state.register, state.memorandum, until_ms=state.now_ms + 1)
    return {
        "incidents": [_short(state, one) for one in every],
        "matches": [
            {
                "first": one.first,
                "second": one.second,
                "apart_s": one.apart_s,
                "accepted_by": list(one.accepted_by),
                "waits_for_us": state.me not in one.accepted_by,
            }
            for one in proposed(state.register, state.memorandum)
        ],
        "categories": list(state.memorandum.incidents.categories),
        "articles": list(state.memorandum.conduct.rules),
        "text_chars_max": state.memorandum.disclosure.free_text_max,
        "classes": [one.id for one in state.memorandum.class_],
    }


def incident(state: State, number: str) -> dict[str, Any] | None:
    """One incident whole; None for a number that nobody has made."""
    found = dossier_of(state.register, state.memorandum, number, until_ms=state.now_ms + 1)
    if found is None:
        return None
    return {
        **_short(state, found),
        "sides": [_side(state, side) for side in found.sides],
        "calls": [_call(state, case) for case in found.calls],
        "note": receipt_note(),
    }


def refs_of_incident(state: State, number: str) -> list[Ref] | None:
    """Every entry that an incident rests on: reports, statements, what they cite, alerts; None as above."""
    found = dossier_of(state.register, state.memorandum, number, until_ms=state.now_ms + 1)
    if found is None:
        return None
    refs = [
        *(one.ref for one in found.filed),
        *found.cited,
        *(ref for case in found.calls for ref in case.refs),
    ]
    return list(dict.fromkeys(refs))


def statements_due(state: State) -> Iterator[dict[str, Any]]:
    """Statements that are owed, in the shape of the owed list: there is no entry yet, so the number stands for it."""
    for dossier in dossiers_of(state.register, state.memorandum, until_ms=state.now_ms + 1):
        for due in dossier.dues:
            if due.done_ms is None and dossier.closed_ms is None:
                yield _owed(state, dossier, due)


def _short(state: State, dossier: Dossier) -> dict[str, Any]:
    return {
        "number": dossier.number,
        "also": list(dossier.also),
        "event_utc": utc_text(dossier.event_ms),
        "reported_utc": utc_text(dossier.reported_ms),
        "sectors": list(dossier.sectors),
        "reported_by": [side.party for side in dossier.sides if side.reports],
        "stated_by": [side.party for side in dossier.sides if side.statements],
        "categories": list(dossier.categories),
        "articles": list(dossier.articles),
        "state": "open" if dossier.closed_ms is None else "closed",
        "closed_utc": None if dossier.closed_ms is None else utc_text(dossier.closed_ms),
        "due": [
            {
                "what": due.what,
                "owed_by": due.owed_by,
                "due_utc": utc_text(due.due_ms),
                "done_utc": None if due.done_ms is None else utc_text(due.done_ms),
                "is_overdue": _is_overdue(state, dossier, due),
            }
            for due in dossier.dues
        ],
    }


def _side(state: State, side: Side) -> dict[str, Any]:
    every = (*side.reports, *side.statements, *side.protests)
    return {
        "party": side.party,
        "report_is_late": side.is_late,
        "closes": side.closes_ms is not None,
        "said": [_filed(state, one) for one in sorted(every, key=lambda one: one.place)],
    }


def _filed(state: State, filed: Filed) -> dict[str, Any]:
    body = filed.body
    code = "INC1" if isinstance(body, IncidentReport) else "PRT"
    code = "INC2" if isinstance(body, IncidentStatement) else code
    shown = render(code, body, language="en", written_in=filed.language)
    row: dict[str, Any] = {
        "ref": short_ref(filed.ref),
        "code": code,
        "in_words": IN_WORDS[code],
        "sent_utc": utc_text(filed.sent_ms),
        "number": body.number,
        "lines": list(shown.lines),
        "receipts": [
            {"by": party, "at_utc": utc_text(at_ms), "note": receipt_note()}
            for party, at_ms in sorted(state.register.receipts.get(filed.ref, {}).items())
        ],
        "attachments": [],
    }
    if isinstance(body, IncidentReport):
        row["counted"] = counted_category(body, state.memorandum)
        figure = figure_of(body, state.memorandum)
        row["figure"] = None
        if figure is not None and figure.lateral_nm is not None:
            row["figure"] = {"lateral_nm": str(figure.lateral_nm), "vertical_ft": figure.vertical_ft}
    if isinstance(body, IncidentStatement):
        row["attachments"] = [
            {"name": one.name, "sha256": one.sha256, "length": one.length} for one in body.attachments
        ]
    return row


def _call(state: State, case: Case) -> dict[str, Any]:
    return {
        "refs": [short_ref(ref) for ref in case.refs],
        "by": case.party,
        "to": case.to,
        "said_utc": utc_text(case.said_ms),
        "due_utc": None if case.due_ms is None else utc_text(case.due_ms),
        "answered_utc": None if case.answered_ms is None else utc_text(case.answered_ms),
        "outcome": case.outcome(state.now_ms + 1),
    }


def _is_overdue(state: State, dossier: Dossier, due: Due) -> bool:
    return due.done_ms is None and dossier.closed_ms is None and due.due_ms <= state.now_ms


def _owed(state: State, dossier: Dossier, due: Due) -> dict[str, Any]:
    others = [side.party for side in dossier.sides if side.party != due.owed_by]
    return {
        "ref": dossier.number,
        "leaf": None,
        "code": "INC2",
        "in_words": named("code", "INC2"),
        "act": "state",
        "by_us": due.owed_by == state.me,
        "owed_by": due.owed_by,
        "owed_to": state.me if due.owed_by != state.me else ", ".join(others),
        "precedence": "ROUTINE",
        "since_ms": dossier.reported_ms,
        "due_ms": due.due_ms,
        "seconds_left": (due.due_ms - state.now_ms) // 1000,
        "is_overdue": _is_overdue(state, dossier, due),
        "no_reply_owed": False,
        "levels": [],
        "times_said": 0,
        "rungs": [],
        "suggestion": None,
    }
