"""Named numbers: what is swapped silently gets a type of its own, and units stand last in every name.

Source of the factors: ICAO Annex 5 (international foot, nautical mile, knot).
Takes: nothing. Gives: types and conversions for every layer. Next: `detente.wire`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NewType

UtcMs = NewType("UtcMs", int)
"""Milliseconds since 1970-01-01T00:00:00Z, without leap seconds."""

PartyId = NewType("PartyId", str)
PostId = NewType("PostId", str)
Digest = NewType("Digest", str)
"""SHA-256 as 64 lower-case hexadecimal digits."""

METRES_PER_NM = 1852.0
METRES_PER_FT = 0.3048
MPS_PER_KT = 1852.0 / 3600.0


def utc_ms_of(moment: datetime) -> UtcMs:
    """Milliseconds of an aware datetime, exact to the millisecond; raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone says nothing: write it with Z or an offset")
    delta = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return UtcMs((delta.days * 86_400 + delta.seconds) * 1000 + delta.microseconds // 1000)


def utc_text(when_ms: int) -> str:
    """ISO 8601 in UTC with a Z, with milliseconds only where they are not zero."""
    moment = datetime.fromtimestamp(when_ms // 1000, tz=UTC)
    millis = when_ms % 1000
    tail = f".{millis:03d}Z" if millis else "Z"
    return moment.strftime("%Y-%m-%dT%H:%M:%S") + tail


def minute_text(when_ms: int) -> str:
    """Month, day and minute for a narrow screen, for example ``09-08 03:00Z``; seconds are cut off."""
    text = utc_text(when_ms)
    return f"{text[5:10]} {text[11:16]}Z"


def parse_utc_text(text: str) -> UtcMs:
    """The inverse of `utc_text`, also with an offset; raises ValueError without a zone."""
    return utc_ms_of(datetime.fromisoformat(text))
