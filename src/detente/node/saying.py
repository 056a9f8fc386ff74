"""What a watch says by hand: any code of the catalogue that no machine and no other order makes.

A message by hand is judged before it is signed: its code, whom it answers, whom it is for, its figures and its
names by the memorandum. Precedence may be raised, never lowered, so that an ALERT cannot be made quiet; a protest
never rings. Whether a reply is owed under a suspension is for `declared` to say.
Source: practice (b), message catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import msgspec

from detente.errors import PeerError
from detente.line.bodies import Acceptance, Crossing, Proposal
from detente.line.bodies_duty import FrequencyChange, Outage, RadioCheck, Resumption, Suspension
from detente.line.catalogue import CATALOGUE, Body, encode_body, parse_body
from detente.memorandum.model import Memorandum
from detente.memorandum.radio_bands import users_of
from detente.node import proposals, radio
from detente.node.effects import Effect, Reply, Say
from detente.node.events import SayNow
from detente.node.refusal import no
from detente.node.state import State
from detente.notices.disclose import disclose
from detente.quantities import PartyId, PostId
from detente.record.statement import Precedence, Ref, Statement

BY_ANOTHER_ORDER: Mapping[str, str] = {
    **dict.fromkeys(
        ("OPN", "RBC", "LCR", "LST", "RNG", "FRK", "VOX"), "The node says it by itself when it is so."
    ),
    **dict.fromkeys(("NTC", "HAZ"), "Notices are drawn and sent with `detente notices`."),
    "AMD": "A notice is amended with `detente notices send --amends`, or by an accepted proposal.",
    **dict.fromkeys(("INC1", "INC2", "PRT"), "Incidents have their own desk: `detente incident`."),
    "RBK": "A notice is read back with `detente read-back`.",
    "LCK": "A path is checked with `detente line check`.",
    "WCH": "The watch is taken and handed over with `detente watch`.",
    "ANS": "A question is answered with `detente line answer`.",
    "ACK": "A level is set with `detente line acknowledge`.",
    "KEY": "Keys are changed with `detente keys rotate`.",
}
"""Codes that are never said so, and what makes them instead."""

ABOUT: Mapping[str, Literal["ours", "theirs", "either"]] = {
    **dict.fromkeys(("CNX", "REL", "CLR", "COR", "RES"), "ours"),
    **dict.fromkeys(("ACC", "REJ"), "theirs"),
    "PRO": "either",
}
"""Codes that say something of another entry, and whose entry that is."""

_RANKS: tuple[Precedence, ...] = ("ADMIN", "ROUTINE", "PRIORITY", "ALERT")
_NEVER_RAISED = frozenset({"PRT", "WGM"})
_SUCH: Mapping[str, str] = {
    **dict.fromkeys(("CNX", "REL"), "an own notice"),
    "RES": "an own suspension",
    "CLR": "an own question, alert or distress that is still open",
}
_STRUCTURAL = frozenset({"boundary", "gate"})
"""What a crossing needs beside what the memorandum lists for disclosure."""


@dataclass(frozen=True, kw_only=True)
class NotSaid:
    """Why a message by hand is not said."""

    code: str
    message: str


def say_now(state: State, event: SayNow) -> tuple[State, tuple[Effect, ...]]:
    """Say it, or tell the operator why not."""
    verdict = judge(state, event)
    if isinstance(verdict, NotSaid):
        return no(state, verdict.code, verdict.message)
    return state, (verdict, Reply(ok=True, code="sent", message=f"The {event.code} is in the journal."))


def judge(state: State, event: SayNow) -> Say | NotSaid:
    """The statement that an order would make, or the first reason against it."""
    if event.code not in CATALOGUE or event.code in BY_ANOTHER_ORDER:
        why = BY_ANOTHER_ORDER.get(event.code, "It is not in the catalogue: use the other channel.")
        return NotSaid(code="not_by_hand", message=f"{event.code[:8]!r} is not said by hand. {why}")
    to, precedence = event.to or desks(state, event.reply_to), _precedence(event)
    for refused in faults(state, event, to, precedence):
        return refused
    return Say(
        to=to,
        code=event.code,
        body=event.body,
        precedence=precedence,
        reply_to=event.reply_to,
        exercise=event.exercise,
    )


def choices(
    memorandum: Memorandum, body: type[Body], *, in_force: Memorandum | None = None
) -> Mapping[str, tuple[str, ...]]:
    """By field of a body: the names that the memorandum has for it, where it limits them.

    Args:
        in_force: the memorandum with the changes of channels that all acknowledged; their names are known too.
    """
    rules = memorandum.suspension
    channels = (*memorandum.channel, *(in_force.channel if in_force is not None else ()))
    names_khz = {one.name_khz for one in channels} | {*memorandum.frequencies.guard}
    on_air = {
        "channel_khz": tuple(map(str, sorted(names_khz))),
        "sector": tuple(sector.id for sector in memorandum.sector),
    }
    users = (user for sector in memorandum.sector for user in users_of(memorandum, sector))
    ends = (*dict.fromkeys(users), *(post.id for post in memorandum.post))
    named: Mapping[type[Body], Mapping[str, tuple[str, ...]]] = {
        Suspension: {"scope": rules.scopes, "reason": rules.reason_codes},
        Resumption: {"scope": rules.scopes},
        Outage: {"name": (*(path.id for path in memorandum.path), *(post.id for post in memorandum.post))},
        Crossing: {
            "boundary": tuple(one.id for one in memorandum.boundary),
            "class": tuple(one.id for one in memorandum.class_),
        },
        RadioCheck: {**on_air, "caller": ends, "called": ends},
        FrequencyChange: on_air,
    }
    return named.get(body, {})


def faults(state: State, event: SayNow, to: tuple[PostId, ...], precedence: Precedence) -> Iterator[NotSaid]:
    """Every reason against saying it."""
    least = CATALOGUE[event.code].precedence
    if _RANKS.index(precedence) < _RANKS.index(least):
        yield NotSaid(code="precedence", message=f"A {event.code} is {least}; it is never made quieter.")
    if event.code in _NEVER_RAISED and precedence != least:
        yield NotSaid(code="precedence", message=f"A {event.code} is {least}, and never rings.")
    yield from _of_whom(state, event, to)
    yield from _of_body(state, event, to, precedence)
    if precedence != "ALERT" and CATALOGUE[event.code].asks is not None:
        yield from _of_open(state, to)


def _of_whom(state: State, event: SayNow, to: tuple[PostId, ...]) -> Iterator[NotSaid]:
    if (about := ABOUT.get(event.code)) is not None:
        if event.reply_to is None:
            yield NotSaid(code="of_what", message=f"A {event.code} says of which entry: give --reply-to.")
        elif about != "either" and (about == "ours") != (_author(event.reply_to) == state.me):
            whose = "an own entry" if about == "ours" else "an entry of the other side"
            yield NotSaid(code="of_what", message=f"A {event.code} is about {whose}.")
        elif not _is_such(state, event.code, event.reply_to):
            yield NotSaid(code="of_what", message=f"A {event.code} is about {_SUCH[event.code]}.")
    if not to:
        yield NotSaid(code="to_nobody", message="The message is for nobody.")
    for post in to:
        if (party := state.party_of(post)) is None or party == state.me:
            yield NotSaid(code="unknown_post", message=f"{post[:40]!r} is not a post of another party.")


def _is_such(state: State, code: str, ref: Ref) -> bool:
    """Whether an entry is one that a code can be about, where that is known."""
    match code:
        case "CNX" | "REL":
            return ref in state.notices
        case "RES":
            return any(one.ref == ref for one in state.suspensions)
        case "CLR":
            return any(item.ref == ref and item.act == "answer" for item in state.open_items.values())
        case _:
            return True


def _of_body(
    state: State, event: SayNow, to: tuple[PostId, ...], precedence: Precedence
) -> Iterator[NotSaid]:
    body = msgspec.to_builtins(event.body)
    try:
        if not isinstance(event.body, CATALOGUE[event.code].body):
            raise PeerError("malformed", f"That is not the body of a {event.code}.")
        parse_body(_draft(state, event, to, precedence), state.memorandum.disclosure)
    except PeerError as why:
        yield NotSaid(code=why.code, message=str(why))
    asked = frozenset(map(state.party_of, to))
    match event.body:
        case Proposal() as one:
            faults = proposals.faults_of_proposal(state, one, asked=asked, at_ms=event.at_ms)
        case Acceptance() as one if event.reply_to is not None:
            faults = proposals.faults_of_acceptance(state, event.reply_to, one, at_ms=event.at_ms)
        case FrequencyChange() as one:
            faults = radio.faults_of_change(state, one, at_ms=event.at_ms)
        case _:
            faults = iter(())
    for code, message in faults:
        yield NotSaid(code=code, message=message)
    in_force = radio.plan(state).memorandum if isinstance(event.body, RadioCheck | FrequencyChange) else None
    for field, names in choices(state.memorandum, type(event.body), in_force=in_force).items():
        if str(body[field]) not in names:
            one_of = f"one of {', '.join(names)}" if names else "none, for the memorandum has none"
            yield NotSaid(code="not_in_memorandum", message=f"{field} {body[field]} is not agreed: {one_of}.")
    if isinstance(event.body, Crossing):
        refused = disclose(body, state.memorandum, structural=_STRUCTURAL)
        if refused is not None:
            yield NotSaid(code=refused.code, message=refused.message)


def _of_open(state: State, to: tuple[PostId, ...]) -> Iterator[NotSaid]:
    for party in {state.party_of(post) for post in to}:
        waiting = sum(1 for item in state.open_items.values() if item.owed_by == party)
        if waiting >= state.memorandum.line.max_open_messages_per_peer:
            text = f"{party} owes us {waiting} replies: the memorandum allows no more, but for an ALERT."
            yield NotSaid(code="too_many_open", message=text)


def desks(state: State, reply_to: Ref | None) -> tuple[PostId, ...]:
    """The desk of the party whose entry it is about; else of every peer that has one."""
    if reply_to is not None and (author := _author(reply_to)) in state.peers:
        return (state.desk_of(author),)
    desks = {post.party for post in state.memorandum.post if post.role == "air_desk"}
    return tuple(state.desk_of(peer) for peer in state.peers if peer in desks)


def _precedence(event: SayNow) -> Precedence:
    return event.precedence if event.precedence is not None else CATALOGUE[event.code].precedence


def _author(ref: Ref) -> PartyId:
    return PartyId(ref.origin.partition("/")[0])


def _draft(state: State, event: SayNow, to: tuple[PostId, ...], precedence: Precedence) -> Statement:
    """The statement as a peer would read it, unsigned: what a peer refuses is not said."""
    return Statement(
        v=1,
        memorandum=state.memorandum.memorandum.id,
        identity=state.identity,
        origin=state.own_origin,
        seq=state.own_size,
        sender=state.desk_of(state.me),
        to=to,
        code=event.code,
        precedence=precedence,
        sent_ms=event.at_ms,
        answer_due_ms=None,
        reply_to=event.reply_to,
        language=state.memorandum.languages.line[0],
        exercise=event.exercise,
        heads=(),
        salt="",
        body=encode_body(event.body),
    )
