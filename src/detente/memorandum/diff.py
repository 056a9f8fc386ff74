"""What a new version of a memorandum changes, in words: rows matched by what names them, values with their keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from detente.memorandum.model import Memorandum

_ROW_WORDS = {
    "party": "Party",
    "member": "Member",
    "post": "Post",
    "path": "Path",
    "annex": "Annex",
    "sector": "Sector",
    "reference_point": "Reference point",
    "boundary": "Boundary",
    "special_area": "Special area",
    "class": "Class",
    "separation": "Separation of",
    "channel": "Channel",
    "assignment": "Assignment in",
    "station": "Station",
    "relay": "Relay",
    "permission": "Permission",
    "answer": "Answer times of",
    "ladder": "Rung",
}
_UNITS = {
    "nm": "NM",
    "ft": "ft",
    "s": "s",
    "kt": "kt",
    "hpa": "hPa",
    "k": "K",
    "khz": "kHz",
    "ms": "ms",
    "days": "days",
    "hz": "Hz",
}


def differences(old: Memorandum, new: Memorandum) -> tuple[str, ...]:
    """One sentence for each change, in the order of the file; empty where nothing changes."""
    return tuple(_tables("", msgspec.to_builtins(old), msgspec.to_builtins(new)))


def _tables(where: str, old: dict[str, Any], new: dict[str, Any], *, unit: str = "") -> Iterator[str]:
    for key in [*old, *(key for key in new if key not in old)]:
        was, now = old.get(key), new.get(key)
        if was == now:
            continue
        if _is_rows(was) or _is_rows(now):
            yield from _rows(key, was or (), now or ())
        elif isinstance(was, dict) and isinstance(now, dict):
            yield from _tables(f"{where}{_words(key)}, ", was, now, unit=_unit(key))
        else:
            told = unit or _unit(key)
            yield f"{where}{_words(key)}: {_value(was, told)} -> {_value(now, told)}"


def _rows(key: str, old: Sequence[dict[str, Any]], new: Sequence[dict[str, Any]]) -> Iterator[str]:
    word = _ROW_WORDS.get(key, _words(key))
    was, now = ({_name(row): row for row in rows} for rows in (old, new))
    for name in was:
        if name not in now:
            yield f"{word} {name} is removed"
        elif was[name] != now[name]:
            yield from _tables(f"{word} {name}: ", was[name], now[name])
    yield from (f"{word} {name} is added" for name in now if name not in was)
    if was == now and old != new:
        yield f"{word}: the order of the rows changes"


def _is_rows(value: object) -> bool:
    return (
        isinstance(value, list | tuple)
        and bool(value)
        and all(isinstance(row, dict) and _name(row) for row in value)
    )


def _name(row: dict[str, Any]) -> str:
    """What names a row: its id, its pair of classes, its sector and levels, its role, post, or what it is about."""
    if "pair" in row:
        return " and ".join(sorted(row["pair"]))
    if "primary" in row:
        return f"{row['sector']} from {row['lower']}"
    return str(row.get("id") or row.get("role") or row.get("of") or row.get("post") or "")


def _words(key: str) -> str:
    """The key as words; its unit stands with the value."""
    name, _, unit = key.rpartition("_")
    return (name if unit in _UNITS and name else key).replace("_", " ")


def _unit(key: str) -> str:
    return _UNITS.get(key.rpartition("_")[2], "")


def _value(value: object, unit: str) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, list | tuple):
        return ", ".join(_value(one, unit) for one in value) or "nothing"
    if isinstance(value, dict):
        return " ".join(str(one) for one in value.values())
    if isinstance(value, bool):
        return "yes" if value else "no"
    is_number = not isinstance(value, str) or value[:1].isdigit() or value[:1] == "-"
    return f"{value} {unit}".strip() if is_number else str(value)
