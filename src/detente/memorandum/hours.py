"""When a post is staffed, from text like "24/7" or "Mon-Fri 08:00-18:00, Sat 10:00-14:00"; always UTC."""

from __future__ import annotations

import re

WEEK_MIN = 7 * 24 * 60
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAY = f"({'|'.join(_DAYS)})"
_TIME = "([0-2][0-9]):([0-5][0-9])"
_RANGE = re.compile(f"{_DAY}(?:-{_DAY})? {_TIME}-{_TIME}")


def staffed_minutes(text: str) -> frozenset[int] | None:
    """Minutes of the week, Monday 00:00 UTC first; None where the text cannot be read.

    A range ends before its last minute begins to be over: 08:00-18:00 is 600 minutes; 24:00 is midnight. One that
    ends before it starts goes on into the next day.
    """
    if text == "24/7":
        return frozenset(range(WEEK_MIN))
    staffed: set[int] = set()
    for part in text.split(", "):
        found = _RANGE.fullmatch(part)
        if found is None:
            return None
        first, last = _DAYS.index(found[1]), _DAYS.index(found[2] or found[1])
        start, end = int(found[3]) * 60 + int(found[4]), int(found[5]) * 60 + int(found[6])
        if start >= 1440 or end > 1440:
            return None
        length = (end - start) % 1440 or 1440
        for day in range(first, first + (last - first) % 7 + 1):
            staffed.update((day * 1440 + start + minute) % WEEK_MIN for minute in range(length))
    return frozenset(staffed)


def first_gap(staffed: frozenset[int]) -> str | None:
    """The first time of the week at which nobody is there, as people write it; None where somebody always is."""
    empty = sorted(set(range(WEEK_MIN)) - staffed)
    if not empty:
        return None
    start = end = empty[0]
    for minute in empty[1:]:
        if minute != end + 1:
            break
        end = minute
    return f"{_moment(start)} to {_moment(end + 1)}"


def _moment(minute: int) -> str:
    day, of_day = divmod(minute % WEEK_MIN, 1440)
    return f"{_DAYS[day]} {of_day // 60:02d}:{of_day % 60:02d}"
