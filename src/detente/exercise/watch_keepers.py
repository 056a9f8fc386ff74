"""The people of a rehearsal: they do what their node suggests, but as people do, after a while drawn from a seed.

An officer who answers in a millisecond shows nothing of an agreement whose clocks are seconds and minutes. The times
below are our assumption; none is longer than the agreed clock, so a clock that is missed is the system's doing.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from detente.errors import OperatorError
from detente.exercise.processes import NodeProcess
from detente.quantities import UtcMs

_Key: TypeAlias = tuple[str, str, str]
"""Party, entry, what is done with it."""

TAKES_S: Mapping[str, tuple[int, int]] = {
    "read_back": (90, 240),
    "answer_check": (9, 28),
    "understood": (60, 200),
    "passed": (240, 900),
    "refuse": (120, 240),
    "QRY understood": (6, 12),
    "QRY answer": (18, 32),
    "ALR understood": (6, 12),
    "ALR answer": (26, 38),
    "ALR passed": (42, 55),
    "XNG understood": (20, 50),
    "XNG answer": (110, 190),
}
"""Seconds from when it is first seen in the list of what is owed; a code's own wins."""


@dataclass(frozen=True, kw_only=True)
class _Act:
    """An order to a node, and when the officer gives it."""

    at_ms: int
    party: str
    name: str
    args: Mapping[str, Any]


class WatchKeepers:
    """Every party's watch at once.

    Args:
        actions: what is answered to an alert on an own aircraft, by party, for example `descend`.
    """

    def __init__(self, nodes: Mapping[str, NodeProcess], *, seed: int, actions: Mapping[str, str]) -> None:
        self._nodes = nodes
        self._rng = random.Random(seed)
        self._actions = actions
        self._planned: dict[_Key, _Act] = {}
        self._done: set[_Key] = set()

    def next_ms(self) -> UtcMs | None:
        """When somebody does something next; None while nobody has anything to do."""
        return UtcMs(min(act.at_ms for act in self._planned.values())) if self._planned else None

    async def look(self, now_ms: UtcMs) -> None:
        """Read what is owed at every desk, and plan what is new."""
        told = await asyncio.gather(*(node.order("owed") for node in self._nodes.values()))
        for party, answer in zip(self._nodes, told, strict=True):
            for row in answer["owed"]:
                self._plan(party, row, now_ms)

    async def act(self, now_ms: UtcMs) -> bool:
        """Do what is due; whether anything was."""
        due = sorted(
            ((key, act) for key, act in self._planned.items() if act.at_ms <= now_ms),
            key=lambda one: (one[1].at_ms, one[0]),
        )
        for key, act in due:
            del self._planned[key]
            self._done.add(key)
            with contextlib.suppress(OperatorError):  # over, or answered by another word, meanwhile
                await self._nodes[act.party].order(act.name, **act.args)
        return bool(due)

    def _plan(self, party: str, row: Mapping[str, Any], now_ms: UtcMs) -> None:
        found = self._next_of(party, row) if row["by_us"] else None
        if found is None:
            return
        word, name, args = found
        key = (party, row["ref"], word)
        if key in self._planned or key in self._done:
            return
        least_s, most_s = TAKES_S.get(f"{row['code']} {word}") or TAKES_S[word]
        # Counted from sending for what has clocks of seconds, so that one step does not delay the next.
        since_ms = row["since_ms"] if row["precedence"] == "ALERT" else now_ms
        at_ms = max(now_ms, since_ms + round(self._rng.uniform(least_s, most_s) * 1000.0))
        self._planned[key] = _Act(at_ms=at_ms, party=party, name=name, args={"ref": row["ref"], **args})

    def _next_of(self, party: str, row: Mapping[str, Any]) -> tuple[str, str, dict[str, Any]] | None:
        """What an officer does next with something that is owed: its name, the order, and what goes with it."""
        owed = {one["level"] for one in row["levels"] if one["is_owed"]}
        is_first = "understood" in owed and row["code"] in ("ALR", "QRY", "XNG")
        match row["act"]:
            case "read_back" if "substance" in owed:
                return "read_back", "read_back", {}
            case "answer" if is_first:
                return "understood", "acknowledge", {"level": "understood"}
            case "answer" if "substance" in owed:
                answer = "approve" if row["code"] == "XNG" else row["suggestion"]
                action = self._actions.get(party, "visual") if row["code"] == "ALR" else "none"
                return None if answer is None else ("answer", "answer", {"answer": answer, "action": action})
            case "propose" | "decide" if "substance" in owed:
                return "refuse", "refuse", {}
            case "echo" if "substance" in owed:
                return "answer_check", "answer_check", {"quality": 5}
            case "read_back" | "check" if "understood" in owed or row["act"] == "check":
                return None
            case _ if "understood" in owed:
                return "understood", "acknowledge", {"level": "understood"}
            case _ if "passed" in owed:
                return "passed", "acknowledge", {"level": "passed", "passed_to": "crews"}
        return None
