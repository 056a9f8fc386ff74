"""What a node wants done. The runtime commits a statement before anything of it leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from detente.line.bodies import Alert, Query
from detente.line.bodies_duty import Role
from detente.line.catalogue import Body
from detente.quantities import PartyId, PostId
from detente.record.statement import Precedence, Ref

Why: TypeAlias = Literal["not_delivered", "not_understood", "answer_overdue", "pass_overdue", "repeated"]
"""Why a post is rung, as `Rung` says it."""


@dataclass(frozen=True, kw_only=True)
class Say:
    """Make a statement to posts."""

    to: tuple[PostId, ...]
    code: str
    body: Body
    precedence: Precedence
    reply_to: Ref | None
    exercise: bool = False


@dataclass(frozen=True, kw_only=True)
class Write:
    """Write a line into the logbook. It names no place and no person."""

    kind: str
    text: str


@dataclass(frozen=True, kw_only=True)
class MatchOwn:
    """Look among the own tracks for the aircraft that a peer asks about."""

    ref: Ref
    question: Query | Alert


@dataclass(frozen=True, kw_only=True)
class Reply:
    """Answer the operator who gave the order."""

    ok: bool
    code: str
    message: str


@dataclass(frozen=True, kw_only=True)
class Ring:
    """Ring a post, show and sound it; a post of a peer is one that our own watch must reach by another medium."""

    post: PostId
    role: Role
    ref: Ref
    why: Why
    radio_prompt: bool


@dataclass(frozen=True, kw_only=True)
class Warn:
    """Show and sound something about an own aircraft to the own watch."""

    text: str


@dataclass(frozen=True, kw_only=True)
class SelfTest:
    """Test the own end of the line at once; `SelfTested` answers."""


@dataclass(frozen=True, kw_only=True)
class TryAllPaths:
    """Check every path to a peer at once; a `PathChecked` for each answers."""

    peer: PartyId


Effect: TypeAlias = Say | Write | MatchOwn | Reply | Ring | Warn | SelfTest | TryAllPaths
