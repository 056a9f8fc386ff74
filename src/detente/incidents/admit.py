"""What the memorandum lets be said of an incident: its categories, articles and classes, and numbers of one's own.

The same rule judges an own order before it is signed and a peer's statement after it came, so that both nodes leave
out the same.
"""

from __future__ import annotations

from typing import NamedTuple

from detente.incidents.number import is_numbered_by
from detente.line.bodies_duty import IncidentReport, IncidentStatement, Protest
from detente.memorandum.model import Memorandum
from detente.quantities import PartyId


class Fault(NamedTuple):
    """Why a statement about an incident is outside the memorandum: a stable code, the field, and a sentence."""

    code: str
    field: str
    message: str


def fault_of(
    body: IncidentReport | IncidentStatement | Protest, *, party: PartyId, memorandum: Memorandum
) -> Fault | None:
    """The first reason against a statement of a party; None where there is none."""
    match body:
        case IncidentReport():
            return _of_report(body, party, memorandum)
        case IncidentStatement():
            names = [one.name for one in body.attachments]
            if len(set(names)) < len(names):
                return Fault("attachment_twice", "attachments", "Two attachments have one name.")
            return None
        case Protest():
            return _of_article(body.article, memorandum)


def _of_report(report: IncidentReport, party: PartyId, memorandum: Memorandum) -> Fault | None:
    if not is_numbered_by(report.number, memorandum.memorandum.id, party):
        return Fault("not_your_number", "number", f"{party} numbers its own incidents under this memorandum.")
    if report.same_as == report.number:
        return Fault("same_number", "same_as", "A number is not the same as itself.")
    agreed = memorandum.incidents.categories
    if report.category not in agreed:
        return Fault(
            "not_agreed", "category", f"{report.category} is no agreed category: one of {', '.join(agreed)}."
        )
    for article in report.articles:
        if (fault := _of_article(article, memorandum)) is not None:
            return fault
    if (report.category == "proximity") != (report.passing is not None):
        return Fault(
            "passing", "passing", "How near they came stands in a report of proximity, and only there."
        )
    if report.passing is None:
        return None
    classes = {one.id for one in memorandum.class_}
    for name in (report.passing.own_class, report.passing.other_class):
        if name not in classes:
            return Fault(
                "not_agreed", "passing", f"{name} is no agreed class: one of {', '.join(sorted(classes))}."
            )
    if report.passing.lateral_m < 0 or report.passing.vertical_ft < 0:
        return Fault("passing", "passing", "A distance is not below zero.")
    return None


def _of_article(article: str, memorandum: Memorandum) -> Fault | None:
    agreed = memorandum.conduct.rules
    if article not in agreed:
        return Fault("not_agreed", "article", f"{article} is no agreed article: one of {', '.join(agreed)}.")
    return None
