"""Following two nodes while they are played: every new statement once, and every word for one watch alone.

A statement comes as the row of the joint transcript that both nodes show; beside an answer stands how long it took
and was allowed, by the memorandum's times.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from detente.exercise.processes import NodeProcess
from detente.memorandum.model import Memorandum
from detente.node.duty import times_of
from detente.quantities import UtcMs, parse_utc_text

Row: TypeAlias = Mapping[str, Any]
Level: TypeAlias = Literal["understood", "substance", "passed"]
ROWS_MAX = 200


@dataclass(kw_only=True)
class Overheard:
    """What has been said and shown so far; `rows` holds every statement by its short name."""

    nodes: Mapping[str, NodeProcess]
    memorandum: Memorandum
    rows: dict[str, Row] = field(default_factory=dict)
    _sizes: Mapping[str, int] = field(default_factory=dict)
    _news: dict[str, int] = field(default_factory=dict)

    async def news(self) -> tuple[list[tuple[str, str]], list[Row]]:
        """What is new: words for a watch alone with its party, then statements in the order of the record."""
        is_said, own = False, []
        for party, node in self.nodes.items():
            told = await node.order("news", after=self._news.get(party, 0), timeout_s=0.0)
            self._news[party] = told["last"]
            is_said = is_said or any(item["kind"] in ("said", "heard", "early") for item in told["items"])
            own += [(party, item["text"]) for item in told["items"] if item["kind"] == "own"]
        if not is_said:
            return own, []
        asked = next(iter(self.nodes.values()))
        told = await asked.order("transcript", count=ROWS_MAX, after=self._sizes)
        self._sizes = told["sizes"]
        new = [row for row in told["entries"] if row["ref"] not in self.rows]
        self.rows |= {row["ref"]: row for row in new}
        return own, new

    def within_s(self, row: Row, level: Level) -> int | None:
        """How long a level of a statement may take; None where no time is agreed."""
        times = times_of(self.memorandum, code=row["code"], precedence=row["precedence"])
        allowed_s = {
            "understood": times.understood_s,
            "substance": times.substance_s or times.understood_s,
            "passed": times.passed_s,
        }
        return allowed_s[level] or None

    def took_s(self, reply: Row) -> float | None:
        """How long after the statement that it answers a reply was said."""
        asked = self.rows.get(reply["reply_to"] or "")
        return None if asked is None else (said_ms(reply) - said_ms(asked)) / 1000.0


def said_ms(row: Row) -> UtcMs:
    """When its author claims to have said it."""
    return parse_utc_text(row["at_utc"])
