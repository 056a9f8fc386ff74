"""How the desk gives an order to the node, and how it finds the entry that a person names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from detente.errors import OperatorError
from detente.line.catalogue import Body
from detente.node.events import Event, SayNow
from detente.ports import Clock
from detente.quantities import Digest, PartyId, PostId
from detente.record.statement import Precedence, Ref
from detente.runtime.node import Node


def give(node: Node, event: Event) -> dict[str, Any]:
    """Let an order happen and tell the node's answer; raises OperatorError in its words where it is refused."""
    replies = node.happen(event)
    for reply in replies:
        if not reply.ok:
            raise OperatorError(reply.code, reply.message)
    return {"message": " ".join(reply.message for reply in replies)}


def say(node: Node, event: Event) -> dict[str, Any]:
    """As `give`, for an order that makes one statement first; tells where that stands."""
    own = node.keeper.own
    seq = own.size
    told = give(node, event)
    return {**told, "ref": f"{own.party}#{seq}", "origin": own.origin, "seq": seq}


def ref_of(node: Node, text: str) -> Ref:
    """An entry as people name it, `PARTY#number`, of the journal of that party that is in use.

    An ALERT that stands here ahead of its place is found too. An older journal is named by its whole origin.
    Raises: OperatorError `unknown_entry`.
    """
    name, _, number = text.rpartition("#")
    book = node.keeper.book
    if number.isascii() and number.isdecimal() and len(number) <= 15:
        seq = int(number)
        journal = book.journals.get(name) or next(iter(reversed(book.of(PartyId(name)))), None)
        if journal is not None and seq < journal.size:
            return journal.ref(seq)
        for (origin, place), (stored, _) in book.early.items():
            if place == seq and name in (origin, origin.partition("/")[0]):
                return Ref(origin=origin, seq=seq, leaf=Digest(stored.leaf.hex()))
    raise OperatorError(
        "unknown_entry",
        f"There is no entry {text[:80]!r} here.",
        cure="Name it as `detente owed` does: PARTY#number.",
    )


def message_of(
    node: Node,
    clock: Clock,
    *,
    code: str,
    body: Body,
    to: Sequence[str],
    precedence: str | None,
    reply_to: str | None,
    exercise: bool,
) -> SayNow:
    """The order to say a message; a party in `to` stands for its desk."""
    state = node.state
    posts = (state.desk_of(PartyId(name)) if name in state.peers else PostId(name) for name in to)
    return SayNow(
        at_ms=clock.now_ms(),
        code=code,
        body=body,
        to=tuple(dict.fromkeys(posts)),
        precedence=converted(precedence, Precedence | None, "precedence"),
        reply_to=None if reply_to is None else ref_of(node, reply_to),
        exercise=converted(exercise, bool, "exercise"),
    )


def converted(value: Any, type_: Any, what: str) -> Any:
    """A plain value as a type of ours; raises OperatorError `malformed`."""
    try:
        return msgspec.convert(value, type=type_)
    except msgspec.ValidationError as why:
        raise OperatorError("malformed", f"The {what} cannot be read: {why}.") from why
