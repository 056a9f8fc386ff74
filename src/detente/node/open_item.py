"""One thing owed by one party for one statement: its levels, when each is due, and whom the machines rang for it.

Source: practice (c), acknowledgement levels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from detente.line.bodies_duty import Role
from detente.line.catalogue import Act, Body
from detente.node.effects import Why
from detente.quantities import PartyId, UtcMs
from detente.record.statement import Precedence, Ref

Level: TypeAlias = Literal["delivered", "understood", "substance", "passed", "in_effect"]
"""How far a statement has come; `substance` is the answer itself where one is asked for."""


@dataclass(frozen=True, kw_only=True)
class Times:
    """How long each level may take, in seconds from sending; 0 where none is owed."""

    delivered_s: int = 0
    understood_s: int = 0
    substance_s: int = 0
    passed_s: int = 0


@dataclass(frozen=True, kw_only=True)
class RungHeld:
    """A post that a party's machine rang about an item: last at `at_ms`, so many times for this reason.

    `of` is the statement, or the repeat of it, that it rang for.
    """

    by: PartyId
    of: Ref
    role: Role
    why: Why
    at_ms: UtcMs
    times: int = 1


@dataclass(frozen=True, kw_only=True)
class OpenItem:
    """Something said that one party owes the other for: by us, where `owed_by` is our own party, or by them.

    `said_ms` is what every clock counts from. `reached` holds when each level was reached. `times` are the
    memorandum's; `pass_by_ms` is the latest time for P where the statement itself sets one.
    """

    ref: Ref
    code: str
    owed_by: PartyId
    owed_to: PartyId
    act: Act
    body: Body
    precedence: Precedence
    sent_ms: UtcMs
    said_ms: UtcMs
    since_ms: UtcMs
    times: Times
    pass_by_ms: UtcMs | None = None
    reached: Mapping[Level, UtcMs] = field(default_factory=dict)
    repeats: tuple[Ref, ...] = ()
    times_said: int = 1
    rungs: tuple[RungHeld, ...] = ()
    suggestion: str | None = None

    @property
    def owed(self) -> tuple[Level, ...]:
        """What people still owe, in the order in which it is due."""
        is_asked: dict[Level, bool] = {
            "understood": True,
            "substance": self.act != "acknowledge",
            "passed": self.times.passed_s > 0,
        }
        return tuple(level for level, asked in is_asked.items() if asked and level not in self.reached)

    def due_of(self, level: Level) -> UtcMs | None:
        """When a level is due; None where the memorandum gives no time. What is asked is due with U at the least."""
        times = self.times
        match level:
            case "delivered":
                allowed_s = times.delivered_s
            case "understood":
                allowed_s = times.understood_s
            case "substance":
                allowed_s = times.substance_s or times.understood_s
            case "passed":
                allowed_s = times.passed_s
            case "in_effect":
                allowed_s = 0
        if not allowed_s:
            return None
        due_ms = self.said_ms + allowed_s * 1000
        if level == "passed" and self.pass_by_ms is not None:
            due_ms = min(due_ms, self.pass_by_ms)
        return UtcMs(due_ms)

    @property
    def due_ms(self) -> UtcMs | None:
        """The next time at which people owe something."""
        return min((due for level in self.owed if (due := self.due_of(level)) is not None), default=None)
