"""Incident numbers without a server: `<memorandum>-<date>-<party>-<nn>`, made by whoever reports first.

Each party counts its own, so no two can be alike. The date is the day of the event, UTC.
Source: practice (b), incident numbers.
"""

from __future__ import annotations

from collections.abc import Iterable

from detente.errors import OperatorError
from detente.quantities import PartyId, utc_text

COUNT_MAX = 99


def next_number(memorandum_id: str, party: PartyId, *, at_ms: int, taken: Iterable[str]) -> str:
    """The next free number of a party for an event; raises OperatorError `numbers_used_up`."""
    day = utc_text(at_ms)[:10].replace("-", "")
    start = f"{memorandum_id}-{day}-{party}-"
    used = {number for number in taken if number.startswith(start)}
    for count in range(1, COUNT_MAX + 1):
        if (number := f"{start}{count:02d}") not in used:
            return number
    raise OperatorError(
        "numbers_used_up",
        f"{party} has reported {COUNT_MAX} incidents of that day.",
        cure="Put what belongs together under one number.",
    )


def is_numbered_by(number: str, memorandum_id: str, party: str) -> bool:
    """Whether a number is one that a party may make under a memorandum."""
    start, _, _ = number.rpartition("-")
    whole, _, by = start.removeprefix(f"{memorandum_id}-").partition("-")
    return start.startswith(f"{memorandum_id}-") and by == party and len(whole) == 8
