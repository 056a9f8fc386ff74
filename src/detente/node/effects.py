"""What a node wants done. The runtime commits a statement before anything of it leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from detente.line.catalogue import Alert, Body, Query
from detente.quantities import PostId
from detente.record.statement import Precedence, Ref


@dataclass(frozen=True, kw_only=True)
class Say:
    """Make a statement to posts."""

    to: tuple[PostId, ...]
    code: str
    body: Body
    precedence: Precedence
    reply_to: Ref | None


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


Effect: TypeAlias = Say | Write | MatchOwn | Reply
