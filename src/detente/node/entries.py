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
    LineCheck,
    LineCheckReply,
    Opening,
    Query,
    ReadBackVerdict,
    Rejection,
    answer_due_ms,
    parse_body,
)
from detente.node import encounters, notices
from detente.node.effects import Effect, MatchOwn, Say, Write
from detente.node.events import Heard, Said
from detente.node.state import Act, OpenItem, State
from detente.notices.notice import Notice
from detente.notices.readback import ReadBack
from detente.quantities import PartyId, UtcMs
from detente.record.statement import Ref, Statement


def said(state: State, event: Said) -> tuple[State, tuple[Effect, ...]]:
    """An own statement stands in the own journal."""
    body = parse_body(event.statement, state.memorandum.disclosure)
    state = replace(
        state,
        own_size=event.ref.seq + 1,
        said_by_code=_counted(state.said_by_code, event.statement.code),
    )
    return _take(state, state.me, event.ref, event.statement, body, event.at_ms)


def heard(state: State, event: Heard) -> tuple[State, tuple[Effect, ...]]:
    """A peer's statement stands in its mirror. What cannot be read is kept, logged and answered with REJ."""
    statement = event.statement
    state = replace(
        state,
        heard={**state.heard, event.party: event.ref.seq + 1},
        heard_by_code=_counted(state.heard_by_code, statement.code),
    )
    if state.party_of(statement.sender) != event.party:
        return _refuse(state, event, "not_your_post", None, f"{statement.sender} is not a post of theirs")
    try:
        body = parse_body(statement, state.memorandum.disclosure)
    except PeerError as why:
        return _refuse(state, event, why.code, None, why.message)
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
            return _closed(state, reply_to), effects
        case ReadBackVerdict():
            return notices.take_verdict(state, verdict=body, read_back=reply_to), ()
        case ConflictStated():
            state = notices.take_conflict(state, party=party, stated=body)
            return _opened(state, party, ref, statement, "acknowledge", at_ms), ()
        case Rejection():
            return _closed(notices.take_rejection(state, party=party, why=body, of=reply_to), reply_to), ()
        case Query() | Alert():
            state = _opened(state, party, ref, statement, "answer", at_ms)
            if is_theirs:
                return state, (MatchOwn(ref=ref, question=body),)
            return encounters.take_own_question(state, ref=ref), ()
        case Answer():
            state = encounters.take_answer(state, party=party, answer=body, of=reply_to)
            return _closed(state, reply_to), ()
        case Cleared():
            return _closed(state, reply_to), ()
        case Acknowledgement():
            return _closed(state, reply_to), ()
        case LineCheck():
            if is_theirs:
                return state, (_echo(state, party, ref, body, at_ms),)
            return state, ()
        case Opening() | LineCheckReply():
            return state, ()


def _refuse(
    state: State, event: Heard, code: str, field: str | None, message: str
) -> tuple[State, tuple[Effect, ...]]:
    return state, (
        Write(
            kind="refused",
            text=f"{event.party} entry {event.ref.seq} ({event.statement.code}): {code}: {message}",
        ),
        Say(
            to=(state.desk_of(event.party),),
            code="REJ",
            body=Rejection(reason=code, field=field),
            precedence=event.statement.precedence,
            reply_to=event.ref,
        ),
    )


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
    """Note what an answer is owed to. With several peers the first of them that owes it is named."""
    theirs = party != state.me
    owed_by = state.me if theirs else state.peers[0]
    item = OpenItem(
        ref=ref,
        code=statement.code,
        owed_by=owed_by,
        owed_to=party,
        act=act,
        precedence=statement.precedence,
        since_ms=at_ms,
        due_ms=answer_due_ms(
            state.memorandum, code=statement.code, precedence=statement.precedence, sent_ms=statement.sent_ms
        ),
    )
    return replace(state, open_items={**state.open_items, ref: item})


def _closed(state: State, ref: Ref | None) -> State:
    if ref is None or ref not in state.open_items:
        return state
    return replace(state, open_items={key: item for key, item in state.open_items.items() if key != ref})


def _counted(counts: Mapping[str, int], code: str) -> Mapping[str, int]:
    return {**counts, code: counts.get(code, 0) + 1}
