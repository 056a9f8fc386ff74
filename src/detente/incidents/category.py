"""Under what a report is counted: `proximity` is a figure that was agreed, not a word that was said.

Where two classes have no agreed figure there is nothing to check, and the report is counted as not checkable; where
what is reported is not under both figures, it is counted as other. The factor for a silent transponder is not used:
the figures are those of the pair.
Source: practice (a) [[separation]]; casebook helene-2024-disputed-count.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from detente.line.bodies_duty import IncidentReport
from detente.memorandum.model import Memorandum

NOT_CHECKABLE = "not_checkable"
OTHER = "other"
UNANSWERED = "unanswered_call"

_METRES_PER_NM = 1852


class Figure(NamedTuple):
    """The agreed figures of two classes; both are None where none are agreed."""

    mode: str
    lateral_nm: Decimal | None
    vertical_ft: int | None


def counted_category(report: IncidentReport, memorandum: Memorandum) -> str:
    """The category that a report counts under."""
    if report.category != "proximity":
        return report.category
    figure = figure_of(report, memorandum)
    if figure is None or figure.lateral_nm is None or figure.vertical_ft is None:
        return NOT_CHECKABLE
    assert report.passing is not None, "a figure is of a passing"
    is_under = (
        report.passing.lateral_m < figure.lateral_nm * _METRES_PER_NM
        and report.passing.vertical_ft < figure.vertical_ft
    )
    return "proximity" if is_under else OTHER


def figure_of(report: IncidentReport, memorandum: Memorandum) -> Figure | None:
    """What the memorandum has for the two classes of a report; None where it names none."""
    if report.passing is None:
        return None
    row = memorandum.separation_of(report.passing.own_class, report.passing.other_class)
    if row.mode != "figures":
        return Figure(row.mode, None, None)
    return Figure(row.mode, row.lateral_nm, row.vertical_ft)


def all_categories(memorandum: Memorandum) -> tuple[str, ...]:
    """Every row of a count, in the order of the memorandum."""
    return (*memorandum.incidents.categories, NOT_CHECKABLE, OTHER)
