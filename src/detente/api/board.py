"""What every open page shows, kept once for all of them: the views of the desk by topic, and which have changed.

What only counts up or down with the clock is left to the page: a view is another one when anything else in it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from detente.api.alarms import Alarms
from detente.api.house import House
from detente.api.raised import Raised

COUNTING = frozenset({"now_utc", "seconds_left", "machine_age_s", "human_age_s"})
"""Fields that differ at every look; a page reckons them from the times beside them: none is told because it grew."""

BY_CLOCK = ("status", "line", "owed", "alarms", "raised")
"""Looked at every second: they change without any news, when something becomes late."""


class Board:
    """The topics, encoded."""

    def __init__(self, house: House, alarms: Alarms, raised: Raised) -> None:
        self._topics: Mapping[str, Callable[[], dict[str, Any]]] = {
            "status": lambda: house.look("status"),
            "line": lambda: {**house.look("line_status"), "kept": house.look("watch")},
            "owed": lambda: house.look("owed"),
            "alarms": lambda: {"alarms": alarms.shown()},
            "raised": lambda: {"raised": raised.shown()},
            "notices": lambda: house.look("notices"),
            "findings": lambda: house.look("findings"),
            "incidents": lambda: house.look("incidents"),
        }
        self._marks: dict[str, bytes] = {}

    def whole(self) -> dict[str, bytes]:
        """Every topic as it is now, whatever was told."""
        return {topic: _encoded(topic, view()) for topic, view in self._topics.items()}

    def changed(self, *, every: bool) -> dict[str, bytes]:
        """The topics that are others than at the last look; not `every`: only those that change by the clock."""
        found = {}
        for topic, view in self._topics.items():
            if every or topic in BY_CLOCK:
                shown = view()
                mark = hashlib.sha256(msgspec.json.encode(_still(shown))).digest()
                if self._marks.get(topic) != mark:
                    self._marks[topic] = mark
                    found[topic] = _encoded(topic, shown)
        return found


def _still(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _still(inner) for name, inner in value.items() if name not in COUNTING}
    if isinstance(value, list | tuple):
        return [_still(inner) for inner in value]
    return value


def _encoded(topic: str, shown: dict[str, Any]) -> bytes:
    return msgspec.json.encode({"topic": topic, "data": shown})
