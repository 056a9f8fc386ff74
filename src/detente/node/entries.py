"""What a committed statement changes: the same for an own one and a peer's, so that both nodes know the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from detente.errors import PeerError
from detente.line.catalogue import (
    Acknowledgement,
    Alert,
    Answer,
    Body,
    Cleared,
    ConflictStated,
    Fork,
    LineCheck,
    LineCheckReply,
    Opening,
    Query,
    ReadBackVerdict,
    Rejection,
    answer_due_ms,
    parse_body,
)
from detente.node import encounters, link, notices
from detente.node.effects import Effect, MatchOwn, Say, Write
from detente.node.events import Heard, Said
from detente.node.state import Act, OpenItem, State
from detente.notices.notice import Notice
from detente.notices.readback import ReadBack
from detente.quantities import PartyId, UtcMs
from detente.record.statement import Ref, Statement


def started(state: State) -> tuple[State, tuple[Effect, ...]]:
    """Say what peers' statements made us say and a crash or a full disk kept back.

    A conflict that somebody has stated in the meantime needs no more words.
    """
    stated = {frozenset(pair) for pair, held in state.conflicts.items() if held.stated_by}
    waiting = tuple(
        say
        for say in state.unsaid
        if not (isinstance(say.body, ConflictStated) and {say.body.first, say.body.second} in stated)
    )
    return replace(state, unsaid=waiting), waiting


def said(state: State, event: Said) -> tuple[State, tuple[Effect, ...]]:
    """An own statement stands in the own journal."""
    body = parse_body(event.statement, state.memorandum.disclosure)
    state = replace(
        state,
        own_size=event.ref.seq + 1,
        said_by_code=_counted(state.said_by_code, event.statement.code),
        unsaid=_without(state.unsaid, event.statement, body),
    )
    return _take(state, state.me, event.ref, event.statement, body, event.at_ms)


def heard(state: State, event: Heard) -> tuple[State, tuple[Effect, ...]]:
    """A peer's statement stands in its mirror; what it makes us say is owed until it is said."""
    state, effects = _heard(state, event)
    says = tuple(effect for effect in effects if isinstance(effect, Say))
    return replace(state, unsaid=state.unsaid + says), effects


def _heard(state: State, event: Heard) -> tuple[State, tuple[Effect, ...]]:
    """What cannot be read is kept, logged and answered with REJ; what is for others asks nothing of us."""
    statement = event.statement
    state = replace(
        state,
        heard={**state.heard, event.party: event.ref.seq + 1},
        heard_by_code=_counted(state.heard_by_code, statement.code),
    )
    if state.party_of(statement.sender) != event.party:
        return _refuse(state, event, "not_your_post", f"{statement.sender!r} is not a post of theirs")
    if all(state.party_of(post) != state.me for post in statement.to):
        text = f"{event.party} entry {event.ref.seq} ({statement.code}) is addressed to no post of ours."
        return state, (Write(kind="not_ours", text=text),)
    try:
        body = parse_body(statement, state.memorandum.disclosure)
    except PeerError as why:
        return _refuse(state, event, why.code, why.message)
    return _take(state, event.party, event.ref, statement, body, event.at_ms)


def _take(
    state: State, party: PartyId, ref: Ref, statement: Statement, body: Body, at_ms: UtcMs
) -> tuple[State, tuple[Effect, ...]]:
    """Both sides' statements change the state by the same rules; only the peer's ask something of us."""
    reply_to = statement.reply_to
    is_theirs = party != state.me
    match body:
        case Notice():
            state, effects = notices.take_notice(state, party=party, ref=ref, notice=body, at_ms=at_ms)
            return _opened(state, party, ref, statement, "read_back", at_ms), effects
        case ReadBack():
            state, effects = notices.take_read_back(state, party=party, heard=body, notice=reply_to)
            return _closed(state, reply_to, by=party), effects
        case ReadBackVerdict():
            return notices.take_verdict(state, party=party, verdict=body, notice=reply_to), ()
        case ConflictStated():
            state = notices.take_conflict(state, party=party, stated=body)
            return _opened(state, party, ref, statement, "acknowledge", at_ms), ()
        case Rejection():
            state = notices.take_rejection(state, party=party, why=body, of=reply_to)
            return _closed(state, reply_to, by=party), ()
        case Query() | Alert():
            state = _opened(state, party, ref, statement, "answer", at_ms)
            if is_theirs:
                return state, (MatchOwn(ref=ref, question=body),)
            return encounters.take_own_question(state, ref=ref, question=body)
        case Answer():
            state = encounters.take_answer(state, party=party, answer=body, of=reply_to)
            return _closed(state, reply_to, by=party), ()
        case Acknowledgement():
            return _closed(state, reply_to, by=party), ()
        case Cleared():
            return _withdrawn(state, reply_to, by=party), ()
        case Fork():
            state, effects = link.take_fork(state, party=party, journal=body.journal)
            return (_opened(state, party, ref, statement, "acknowledge", at_ms), effects)
        case LineCheck():
            if is_theirs:
                return state, (_echo(state, party, ref, body, at_ms),)
            return state, ()
        case Opening() | LineCheckReply():
            return state, ()


def _refuse(state: State, event: Heard, code: str, message: str) -> tuple[State, tuple[Effect, ...]]:
    """Logged, and answered; but never a REJ with a REJ, or two nodes could go on for ever."""
    write = Write(
        kind="refused",
        text=f"{event.party} entry {event.ref.seq} ({event.statement.code}): {code}: {message}",
    )
    if event.statement.code == "REJ":
        return state, (write,)
    say = Say(
        to=(state.desk_of(event.party),),
        code="REJ",
        body=Rejection(reason=code, field=None),
        precedence=event.statement.precedence,
        reply_to=event.ref,
    )
    return state, (write, say)


def _echo(state: State, party: PartyId, ref: Ref, check: LineCheck, at_ms: UtcMs) -> Say:
    return Say(
        to=(state.desk_of(party),),
        code="LCR",
        body=LineCheckReply(
            path=check.path, text_id=check.text_id, quality=5, clock_offset_ms=at_ms - check.clock_ms
        ),
        precedence="ADMIN",
        reply_to=ref,
    )


def _opened(state: State, party: PartyId, ref: Ref, statement: Statement, act: Act, at_ms: UtcMs) -> State:
    """Note what an answer is owed to. With several addressees the first of them that owes it is named.

    The time runs from when it was said; a clock that is ahead does not put it off.
    """
    theirs = party != state.me
    owed_by = state.me if theirs else state.party_of(statement.to[0]) or state.peers[0]
    item = OpenItem(
        ref=ref,
        code=statement.code,
        owed_by=owed_by,
        owed_to=party,
        act=act,
        precedence=statement.precedence,
        since_ms=at_ms,
        due_ms=answer_due_ms(
            state.memorandum,
            code=statement.code,
            precedence=statement.precedence,
            sent_ms=min(statement.sent_ms, at_ms),
        ),
    )
    return replace(state, open_items={**state.open_items, ref: item})


def _closed(state: State, ref: Ref | None, *, by: PartyId) -> State:
    """Only the party that owes an answer gives it."""
    item = state.open_items.get(ref) if ref is not None else None
    return _without_item(state, item) if item is not None and item.owed_by == by else state


def _withdrawn(state: State, ref: Ref | None, *, by: PartyId) -> State:
    """Only the party that asked can say that it is over."""
    item = state.open_items.get(ref) if ref is not None else None
    return _without_item(state, item) if item is not None and item.owed_to == by else state


def _without_item(state: State, item: OpenItem) -> State:
    return replace(state, open_items={key: one for key, one in state.open_items.items() if key != item.ref})


def _without(unsaid: tuple[Say, ...], statement: Statement, body: Body) -> tuple[Say, ...]:
    """What is still unsaid after a statement, which is the first of those that it can be."""
    for index, say in enumerate(unsaid):
        if (say.code, say.reply_to, say.body) == (statement.code, statement.reply_to, body):
            return unsaid[:index] + unsaid[index + 1 :]
    return unsaid


def _counted(counts: Mapping[str, int], code: str) -> Mapping[str, int]:
    return {**counts, code: counts.get(code, 0) + 1}
