"""What can happen to a node. Every event carries the node's own time; nothing else tells `step` the time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from detente.alerts.matching import Match
from detente.encounters.watcher import Found, Over
from detente.line.catalogue import Answer
from detente.notices.conformance import Plan
from detente.notices.notice import Notice
from detente.quantities import PartyId, UtcMs
from detente.record.statement import Ref, Statement


@dataclass(frozen=True, kw_only=True)
class Started:
    """The state is rebuilt from the record; what is owed and was not said is said now."""

    at_ms: UtcMs


@dataclass(frozen=True, kw_only=True)
class Said:
    """An own statement is committed."""

    at_ms: UtcMs
    ref: Ref
    statement: Statement


@dataclass(frozen=True, kw_only=True)
class Heard:
    """A peer's statement is committed to its mirror here."""

    at_ms: UtcMs
    party: PartyId
    ref: Ref
    statement: Statement


@dataclass(frozen=True, kw_only=True)
class Receipted:
    """A peer cosigned our journal: it holds durably everything below `size`."""

    at_ms: UtcMs
    peer: PartyId
    size: int


@dataclass(frozen=True, kw_only=True)
class LinkChanged:
    """A path to a peer answered, or failed with a reason."""

    at_ms: UtcMs
    peer: PartyId
    path_id: str
    is_up: bool
    reason: str


@dataclass(frozen=True, kw_only=True)
class Forked:
    """A peer signed two pasts of a journal; the proof is kept, and the journal is cosigned no more."""

    at_ms: UtcMs
    journal: str


@dataclass(frozen=True, kw_only=True)
class DiskChanged:
    """The disk is full, or has room again."""

    at_ms: UtcMs
    is_full: bool


@dataclass(frozen=True, kw_only=True)
class Encountered:
    """An own and a foreign aircraft are, or soon will be, under the minima; or have parted."""

    at_ms: UtcMs
    finding: Found | Over


@dataclass(frozen=True, kw_only=True)
class OwnMatched:
    """Which own aircraft is where a peer's query or alert says; None where none is.

    `can_tell` says whether any own aircraft was heard near that moment: if not, None means nothing.
    """

    at_ms: UtcMs
    ref: Ref
    match: Match | None
    can_tell: bool


@dataclass(frozen=True, kw_only=True)
class SendNotice:
    """Order: send a notice; the plans, where given, stay here and must lie inside it."""

    at_ms: UtcMs
    notice: Notice
    plans: tuple[Plan, ...]


@dataclass(frozen=True, kw_only=True)
class ReadBackNow:
    """Order: read a notice back."""

    at_ms: UtcMs
    ref: Ref


@dataclass(frozen=True, kw_only=True)
class GiveAnswer:
    """Order: answer a query or an alert."""

    at_ms: UtcMs
    ref: Ref
    answer: Answer


@dataclass(frozen=True, kw_only=True)
class Acknowledge:
    """Order: acknowledge a statement at a level."""

    at_ms: UtcMs
    ref: Ref
    level: Literal["understood", "passed", "in_effect"]
    passed_to: str | None


Event: TypeAlias = (
    Started
    | Said
    | Heard
    | Receipted
    | LinkChanged
    | Forked
    | DiskChanged
    | Encountered
    | OwnMatched
    | SendNotice
    | ReadBackNow
    | GiveAnswer
    | Acknowledge
)
