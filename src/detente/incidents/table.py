"""A count as one long table for any spreadsheet: which table, which row, what, and how many. RFC 4180, UTF-8, CRLF.

No cell can be taken for a formula: one that begins like one has a quote before it.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from detente.incidents.statistics import Statistics

HEADINGS = ("table", "row", "what", "value")
_OF_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NAMES: dict[str, tuple[str, ...]] = {
    "by_article": ("article",),
    "by_category": ("category",),
    "by_side": ("party",),
    "alerts": ("by", "to"),
    "proximity": ("number", "party"),
    "triggers": ("trigger", "number", "at_utc"),
    "rows": ("number",),
}
"""What names a row of each table."""


def csv_of(statistics: Statistics) -> bytes:
    """Every figure of a count, one a line."""
    lines = [HEADINGS, *_rows(statistics)]
    return "".join(",".join(map(_cell, line)) + "\r\n" for line in lines).encode()


def _rows(statistics: Statistics) -> Iterator[tuple[str, str, str, str]]:
    plain = msgspec.to_builtins(statistics)
    for name, value in plain.items():
        if name not in _NAMES:
            yield "count", "", name, _text(value)
            continue
        for row in value:
            called = " ".join(_text(row[key]) for key in _NAMES[name] if row[key] is not None)
            for what, figure in row.items():
                if what not in _NAMES[name]:
                    yield name, called, what, _text(figure)


def _text(value: object) -> str:
    if isinstance(value, list | tuple):
        return " ".join(map(str, value))
    return "" if value is None else str(value)


def _cell(text: str) -> str:
    safe = f"'{text}" if text.startswith(_OF_A_FORMULA) else text
    return '"' + safe.replace('"', '""') + '"' if any(mark in safe for mark in ',"\r\n') else safe
