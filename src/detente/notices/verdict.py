"""The verdicts on a notice: values to record and to show, not errors."""

from __future__ import annotations

from typing import Literal

from detente.wire import Record


class Admitted(Record, frozen=True, kw_only=True):
    """The notice counts. LATE where its lead was under the agreed minimum."""

    stamp: Literal["IN_TIME", "LATE"]
    precedence: Literal["ALERT", "PRIORITY", "ROUTINE"]
    lead_s: int
    """Start minus receipt, rounded down; negative where it has begun."""


class Refused(Record, frozen=True, kw_only=True):
    """The notice does not count: a stable code, a sentence without positions, and the field at fault."""

    code: str
    message: str
    field: str | None
