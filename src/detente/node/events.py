"""What can happen to a node. Every event carries the node's own time; nothing else tells `step` the time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from detente.airspace.shapes import Point
from detente.alerts.matching import Match
from detente.encounters.own_flights import OwnFinding
from detente.encounters.watcher import Found, Over
from detente.line.bodies import Answer
from detente.line.bodies_duty import Attachment, Passing, Role
from detente.line.catalogue import Body
from detente.notices.conformance import Plan
from detente.notices.notice import Notice
from detente.quantities import PartyId, PostId, UtcMs
from detente.record.statement import Precedence, Ref, Statement


@dataclass(frozen=True, kw_only=True)
class Started:
    """The state is rebuilt from the record; what is owed and was not said is said now."""

    at_ms: UtcMs


@dataclass(frozen=True, kw_only=True)
class Woke:
    """In an exercise a conductor let time leap: no check of the line could be made in between."""

    at_ms: UtcMs


@dataclass(frozen=True, kw_only=True)
class Said:
    """An own statement is committed.

    `near`: of a notice, every other that it can be in conflict with, and perhaps more; None is all.
    """

    at_ms: UtcMs
    ref: Ref
    statement: Statement
    near: tuple[Ref, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Heard:
    """A peer's statement is committed to its mirror here; `near` as in `Said`."""

    at_ms: UtcMs
    party: PartyId
    ref: Ref
    statement: Statement
    near: tuple[Ref, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Tick:
    """A second has passed: clocks, rungs, states of paths and permissions move by this."""

    at_ms: UtcMs


@dataclass(frozen=True, kw_only=True)
class HeardEarly:
    """An ALERT of a peer, verified, that came ahead of its place in the journal; `Heard` follows in its turn."""

    at_ms: UtcMs
    party: PartyId
    ref: Ref
    statement: Statement


@dataclass(frozen=True, kw_only=True)
class DeliveredEarly:
    """A peer's signed word, by its clock, that it holds an ALERT of ours ahead of its place."""

    at_ms: UtcMs
    peer: PartyId
    ref: Ref
    signed_ms: UtcMs


@dataclass(frozen=True, kw_only=True)
class Receipted:
    """A peer cosigned our journal: it holds durably everything below `size`.

    `signed_ms` is the time inside its cosignature, by its clock; None where it is not known.
    """

    at_ms: UtcMs
    peer: PartyId
    size: int
    signed_ms: UtcMs | None = None


@dataclass(frozen=True, kw_only=True)
class Cosigned:
    """We cosigned a journal of a peer up to `size`; `signed_ms` is the time inside our cosignature."""

    at_ms: UtcMs
    origin: str
    party: PartyId
    size: int
    signed_ms: UtcMs


@dataclass(frozen=True, kw_only=True)
class PathChecked:
    """One signed echo over one path to a peer, or its failure with a reason in words.

    `offset_ms` is the peer's clock minus ours at mid-exchange. `is_refused`: somebody answered, and refused.
    """

    at_ms: UtcMs
    peer: PartyId
    path_id: str
    is_good: bool
    rtt_ms: int | None
    offset_ms: int | None
    reason: str
    is_refused: bool = False


@dataclass(frozen=True, kw_only=True)
class SelfTested:
    """The answer to the effect `SelfTest`: whether the own end of the line works, and if not, why."""

    at_ms: UtcMs
    is_good: bool
    reason: str


@dataclass(frozen=True, kw_only=True)
class Forked:
    """A peer signed two pasts of a journal; the proof is kept, and the journal is cosigned no more."""

    at_ms: UtcMs
    journal: str


@dataclass(frozen=True, kw_only=True)
class DiskChanged:
    """The store takes nothing, for its disk is full or its server away; or it takes entries again."""

    at_ms: UtcMs
    is_full: bool
    is_away: bool = False


@dataclass(frozen=True, kw_only=True)
class Encountered:
    """An own and a foreign aircraft are, or soon will be, under the minima; or have parted."""

    at_ms: UtcMs
    finding: Found | Over


@dataclass(frozen=True, kw_only=True)
class OwnFlown:
    """An own aircraft does, or is about to do, what was not announced; or that is over."""

    at_ms: UtcMs
    finding: OwnFinding


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
    """Order: send a notice; the plans, where given, stay here and must lie inside it.

    `amends` is the own notice whose place it takes.
    """

    at_ms: UtcMs
    notice: Notice
    plans: tuple[Plan, ...]
    amends: Ref | None = None


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
    """Order: acknowledge a statement at a level; `post` is who took it, None for the air desk."""

    at_ms: UtcMs
    ref: Ref
    level: Literal["understood", "passed", "in_effect"]
    passed_to: str | None
    post: PostId | None = None


@dataclass(frozen=True, kw_only=True)
class TakeWatch:
    """Order: a watch takes a post; it is said, and every path is checked by hand."""

    at_ms: UtcMs
    post: PostId
    roles: tuple[Role, ...]
    languages: tuple[str, ...]
    interpreter: Literal["on_watch", "on_call", "none"]


@dataclass(frozen=True, kw_only=True)
class HandOver:
    """Order: the off-going watch leaves a post to the one that has taken it and whose line check was answered."""

    at_ms: UtcMs
    post: PostId


@dataclass(frozen=True, kw_only=True)
class LineCheckNow:
    """Order: check a path by hand."""

    at_ms: UtcMs
    path: str


@dataclass(frozen=True, kw_only=True)
class AnswerCheck:
    """Order: answer a peer's line check, with how well it was heard: 1 to 5."""

    at_ms: UtcMs
    ref: Ref
    quality: int


@dataclass(frozen=True, kw_only=True)
class SayNow:
    """Order: say a code to posts; no posts means the air desk of everybody concerned.

    `precedence` None is the catalogue's. An exercise has no effect on any live state.
    """

    at_ms: UtcMs
    code: str
    body: Body
    to: tuple[PostId, ...]
    precedence: Precedence | None
    reply_to: Ref | None
    exercise: bool


@dataclass(frozen=True, kw_only=True)
class OpenIncident:
    """Order: report an incident; the node numbers it. No posts means the air desk of every peer.

    `same_as` names the number of another party under which this report is filed.
    """

    at_ms: UtcMs
    category: str
    articles: tuple[str, ...]
    at: Point | None
    event_ms: UtcMs
    passing: Passing | None
    entries: tuple[Ref, ...]
    text: str
    same_as: str | None
    to: tuple[PostId, ...]


@dataclass(frozen=True, kw_only=True)
class StateIncident:
    """Order: make the own full statement, or counter-statement, under a number."""

    at_ms: UtcMs
    number: str
    entries: tuple[Ref, ...]
    attachments: tuple[Attachment, ...]
    text: str
    closes: bool


@dataclass(frozen=True, kw_only=True)
class ProtestIncident:
    """Order: protest that an article was broken."""

    at_ms: UtcMs
    number: str
    article: str


@dataclass(frozen=True, kw_only=True)
class MatchIncident:
    """Order: accept that an own number and one of another party are one incident."""

    at_ms: UtcMs
    number: str
    other: str


Event: TypeAlias = (
    Started
    | Woke
    | Tick
    | Said
    | Heard
    | HeardEarly
    | DeliveredEarly
    | Receipted
    | Cosigned
    | PathChecked
    | SelfTested
    | Forked
    | DiskChanged
    | Encountered
    | OwnMatched
    | OwnFlown
    | SendNotice
    | ReadBackNow
    | GiveAnswer
    | Acknowledge
    | TakeWatch
    | HandOver
    | LineCheckNow
    | AnswerCheck
    | SayNow
    | OpenIncident
    | StateIncident
    | ProtestIncident
    | MatchIncident
)
