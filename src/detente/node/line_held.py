"""What is known of the line to each peer: paths, our own end, clocks, watches, what was declared, what has lapsed.

Source: practice (d), line state.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from detente.line.bodies_duty import ObservedState, Role
from detente.quantities import PartyId, UtcMs
from detente.record.statement import Ref


@dataclass(frozen=True, kw_only=True)
class PathHeld:
    """One path to a peer, by its checks. Machine checks and checks by hand have ages of their own.

    `state` is what was last named. `missed_ms` is the first miss since the last good check, `tried_ms` when
    every other path was tried because of it. `reason` is the last failure in words.
    """

    state: ObservedState = "untested"
    since_ms: UtcMs | None = None
    machine_good_ms: UtcMs | None = None
    human_good_ms: UtcMs | None = None
    checked_ms: UtcMs | None = None
    missed_ms: UtcMs | None = None
    is_refused: bool = False
    reason: str = ""
    human: Literal["in_time", "due", "late", "silent"] = "in_time"


@dataclass(frozen=True, kw_only=True)
class OwnEnd:
    """The last self-test of our end of the line, and its answer; while one is waited for, the one before."""

    asked_ms: UtcMs
    is_waiting: bool
    is_good: bool | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class ClockHeld:
    """A peer's clock against ours: the newest offsets, and the last jump."""

    offsets_ms: tuple[int, ...] = ()
    is_off: bool = False
    jump_ms: int = 0
    jumped_at_ms: UtcMs | None = None

    @property
    def offset_ms(self) -> int | None:
        """The median of the newest offsets, the lower one of two."""
        return sorted(self.offsets_ms)[(len(self.offsets_ms) - 1) // 2] if self.offsets_ms else None


@dataclass(frozen=True, kw_only=True)
class WatchHeld:
    """Who keeps a post. `check` is the answer to a line check that this watch ordered itself."""

    party: PartyId
    ref: Ref
    roles: tuple[Role, ...]
    languages: tuple[str, ...]
    interpreter: Literal["on_watch", "on_call", "none"]
    since_ms: UtcMs
    open_items: int
    check: Ref | None = None
    relieves: Ref | None = None
    """The WCH of the off-going watch, which stays until it has handed over."""


@dataclass(frozen=True, kw_only=True)
class SuspensionHeld:
    """A suspension of one party towards another, and what of its end is in: words, line check, radio check."""

    party: PartyId
    other: PartyId
    ref: Ref
    scope: str
    effective_ms: UtcMs
    is_short: bool
    resumes_ms: UtcMs | None = None
    checked_ms: UtcMs | None = None
    radio_ms: UtcMs | None = None

    @property
    def ends_ms(self) -> UtcMs | None:
        """When it ends: the time said, but not before line check and radio check; None where one is missing."""
        if self.resumes_ms is None or self.checked_ms is None or self.radio_ms is None:
            return None
        return max(self.resumes_ms, self.checked_ms, self.radio_ms)

    def covers(self, at_ms: int) -> bool:
        """Whether it is in force at a moment."""
        return self.effective_ms <= at_ms and (self.ends_ms is None or at_ms < self.ends_ms)


@dataclass(frozen=True, kw_only=True)
class OutageHeld:
    """A path or post that a party said would not serve in a window, ends included."""

    party: PartyId
    what: Literal["path", "post"]
    name: str
    start_ms: UtcMs
    end_ms: UtcMs
    alternate: str | None

    def covers(self, at_ms: int) -> bool:
        """Whether a moment lies in its window."""
        return self.start_ms <= at_ms <= self.end_ms


@dataclass(frozen=True, kw_only=True)
class LapseHeld:
    """A permission that has lapsed: since when, and on whose records which paths are silent."""

    since_ms: UtcMs
    silent: frozenset[tuple[PartyId, str]]
