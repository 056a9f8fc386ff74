"""What a committed statement changes: the same for an own one and a peer's, so that both nodes know the same."""

from __future__ import annotations

from collections.abc import Mapping

from detente.errors import PeerError
from detente.line.bodies import (
    Acceptance,
    Acknowledgement,
    Alert,
    Answer,
    ConflictStated,
    Proposal,
    Query,
    ReadBackVerdict,
    Rejection,
    Withdrawal,
)
from detente.line.bodies_duty import (
    Fork,
    FrequencyChange,
    IncidentReport,
    IncidentStatement,
    LineCheck,
    LineCheckReply,
    LineState,
    Outage,
    Protest,
    RadioCheck,
    Resumption,
    Rung,
    Suspension,
    WatchChange,
)
from detente.line.catalogue import Body, encode_body, parse_body
from detente.node import (
    amending,
    declared,
    duty,
    encounters,
    incidents,
    ladder,
    line_state,
    link,
    notices,
    permissions,
    proposals,
    radio,
    watch,
)
from detente.node.effects import Effect, MatchOwn, Say, Write
from detente.node.events import Heard, HeardEarly, Said, Started
from detente.node.state import State
from detente.node.state_with import state_with
from detente.notices.notice import Notice
from detente.notices.readback import ReadBack
from detente.quantities import PartyId, UtcMs
from detente.record.statement import Ref, Statement

_Outcome = tuple[State, tuple[Effect, ...]]


def started(state: State, event: Started) -> _Outcome:
    """Say what peers' statements made us say and a crash or a full disk kept back; look once more who is asked for.

    A conflict that somebody has stated in the meantime needs no more words.
    """
    stated = {frozenset(pair) for pair, held in state.conflicts.items() if held.stated_by}
    waiting = tuple(
        say
        for say in state.unsaid
        if not (isinstance(say.body, ConflictStated) and {say.body.first, say.body.second} in stated)
    )
    asked = tuple(
        MatchOwn(ref=item.ref, question=item.body)
        for item in state.open_items.values()
        if item.owed_by == state.me and item.suggestion is None and isinstance(item.body, Query | Alert)
    )
    return state_with(state, unsaid=waiting, started_ms=event.at_ms), (*waiting, *asked)


def said(state: State, event: Said) -> _Outcome:
    """An own statement stands in the own journal."""
    body = parse_body(event.statement, state.memorandum.disclosure)
    state = state_with(
        state,
        own_origin=event.ref.origin,
        own_size=event.ref.seq + 1,
        opened_ms=event.at_ms if state.opened_ms is None else state.opened_ms,
        said_by_code=_counted(state.said_by_code, event.statement.code),
        unsaid=_without(state.unsaid, event.statement, body),
        answered_ahead=state.answered_ahead | _ahead(state, event.statement),
    )
    state, effects = _take(state, state.me, event.ref, event.statement, body, event.at_ms, event.near)
    return _with_unsaid(state, effects) if isinstance(body, Acceptance) else (state, effects)


def heard(state: State, event: Heard) -> _Outcome:
    """A peer's statement stands in its mirror; what it makes us say is owed until it is said.

    An ALERT that came early was raised then and is not raised again.
    """
    state = state_with(
        state,
        heard={**state.heard, event.party: event.ref.seq + 1},
        heard_by_code=_counted(state.heard_by_code, event.statement.code),
    )
    if event.ref in state.early:
        return state_with(state, early=state.early - {event.ref}), ()
    state, effects = _heard(state, event)
    state = radio.forget_ahead(state, event.ref)
    fresh = tuple(
        effect
        for effect in effects
        if not (isinstance(effect, Say) and (effect.reply_to, effect.code) in state.answered_ahead)
    )
    left = frozenset(one for one in state.answered_ahead if one[0] != event.ref)
    return _with_unsaid(state_with(state, answered_ahead=left), fresh)


def heard_early(state: State, event: HeardEarly) -> _Outcome:
    """An ALERT ahead of the backlog is taken at once, and delivered: our word on that is signed."""
    if event.ref in state.early:
        return state, ()
    state, effects = _with_unsaid(*_heard(state_with(state, early=state.early | {event.ref}), event))
    return duty.delivered(
        state, is_covered=lambda item: item.ref == event.ref, signed_ms=event.at_ms, at_ms=event.at_ms
    ), effects


def _heard(state: State, event: Heard | HeardEarly) -> _Outcome:
    """What cannot be read is kept, logged and answered with REJ; what is for others asks nothing of us."""
    statement = event.statement
    if state.party_of(statement.sender) != event.party:
        return _refuse(state, event, "not_your_post", f"{statement.sender!r} is not a post of theirs")
    if all(state.party_of(post) != state.me for post in statement.to):
        text = f"{event.party} entry {event.ref.seq} ({statement.code}) is addressed to no post of ours."
        return _of_others(state, event), (Write(kind="not_ours", text=text),)
    try:
        body = parse_body(statement, state.memorandum.disclosure)
    except PeerError as why:
        return _refuse(state, event, why.code, why.message)
    near = event.near if isinstance(event, Heard) else None
    return _take(state, event.party, event.ref, statement, body, event.at_ms, near)


def _of_others(state: State, event: Heard | HeardEarly) -> State:
    """Between others only one thing changes what we know: a party has acknowledged a change of a channel."""
    if event.statement.code != "ACK" or event.statement.exercise:
        return state
    try:
        body = parse_body(event.statement, state.memorandum.disclosure)
    except PeerError:
        return state
    if not isinstance(body, Acknowledgement):
        return state
    return radio.take_acknowledgement(
        state, party=event.party, of=event.statement.reply_to, statement=event.statement, body=body
    )


def _take(
    state: State,
    party: PartyId,
    ref: Ref,
    statement: Statement,
    body: Body,
    at_ms: UtcMs,
    near: tuple[Ref, ...] | None,
) -> _Outcome:
    """Both sides' statements change the state by the same rules; only the peer's ask something of us.

    What is said for exercise stands in both records, is shown as such, and changes nothing live.
    """
    if statement.exercise:
        return state, ()
    state, effects = _topic(state, party, ref, statement, body, at_ms, near)
    state = incidents.take(state, party=party, ref=ref, statement=statement, body=body)
    state = duty.answered(state, party=party, statement=statement, body=body, at_ms=at_ms)
    return duty.opened(state, party=party, ref=ref, statement=statement, body=body, at_ms=at_ms), effects


def _topic(
    state: State,
    party: PartyId,
    ref: Ref,
    statement: Statement,
    body: Body,
    at_ms: UtcMs,
    near: tuple[Ref, ...] | None,
) -> _Outcome:
    """The handler of a body's topic; what only asks for an acknowledgement needs none."""
    reply_to, is_theirs = statement.reply_to, party != state.me
    match body:
        case Notice():
            amends = reply_to if statement.code == "AMD" else None
            return notices.take_notice(
                state, party=party, ref=ref, notice=body, at_ms=at_ms, amends=amends, near=near
            )
        case Withdrawal():
            return amending.take_withdrawal(state, party=party, of=reply_to, body=body), ()
        case ReadBack():
            return notices.take_read_back(state, party=party, heard=body, notice=reply_to)
        case ReadBackVerdict():
            readers = (state.me,) if is_theirs else tuple(map(state.party_of, statement.to))
            return notices.take_verdict(
                state, party=party, readers=readers, verdict=body, notice=reply_to
            ), ()
        case ConflictStated():
            return notices.take_conflict(state, party=party, ref=ref, stated=body), ()
        case Proposal():
            return proposals.take_proposal(state, party=party, ref=ref, statement=statement, body=body), ()
        case Acceptance():
            return proposals.take_acceptance(state, party=party, of=reply_to, at_ms=at_ms)
        case Rejection():
            state = proposals.take_refusal(state, party=party, why=body, of=reply_to)
            return notices.take_rejection(state, party=party, why=body, of=reply_to), ()
        case Query() | Alert() if is_theirs:
            return state, (MatchOwn(ref=ref, question=body),)
        case Query() | Alert():
            return encounters.take_own_question(state, ref=ref, question=body)
        case Answer():
            return encounters.take_answer(state, party=party, answer=body, of=reply_to), ()
        case IncidentReport() | IncidentStatement() | Protest() if is_theirs:
            return state, incidents.refusals(state, party=party, ref=ref, body=body)
        case Acknowledgement() if state.party_of(body.post) != party:
            return state, (Write(kind="refused", text=f"{party} acknowledged for a post not its own."),)
        case _:
            return _of_the_line(state, party, ref, statement, body, at_ms)


def _of_the_line(
    state: State, party: PartyId, ref: Ref, statement: Statement, body: Body, at_ms: UtcMs
) -> _Outcome:
    """The handlers of what is said of the line itself."""
    match body:
        case Fork():
            return link.take_fork(state, party=party, journal=body.journal)
        case LineCheck(kind="machine") if party != state.me:
            return state, (_echo(state, party, ref, body, at_ms),)
        case LineCheckReply():
            return watch.take_reply(state, party=party, ref=ref, statement=statement, reply=body, at_ms=at_ms)
        case LineState():
            return line_state.take_line_state(state, party=party, named=body)
        case WatchChange():
            return watch.take_change(state, party=party, ref=ref, change=body, at_ms=at_ms)
        case Rung():
            return ladder.take_rung(state, party=party, rung=body, of=statement.reply_to), ()
        case Suspension():
            return declared.take_suspension(
                state, party=party, ref=ref, statement=statement, body=body, at_ms=at_ms
            )
        case Resumption():
            return declared.take_resumption(state, party=party, of=statement.reply_to, body=body), ()
        case Outage():
            return declared.take_outage(state, party=party, body=body), ()
        case FrequencyChange():
            return radio.take_change(state, party=party, ref=ref, statement=statement, body=body)
        case Acknowledgement():
            return radio.take_acknowledgement(
                state, party=party, of=statement.reply_to, statement=statement, body=body
            ), ()
        case RadioCheck():
            state = declared.take_radio_check(state, party=party, statement=statement, body=body)
            state = radio.take_check(state, party=party, statement=statement, body=body)
            return permissions.restore(state)
        case _:
            return state, ()


def _refuse(state: State, event: Heard | HeardEarly, code: str, message: str) -> _Outcome:
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


def _with_unsaid(state: State, effects: tuple[Effect, ...]) -> _Outcome:
    says = tuple(effect for effect in effects if isinstance(effect, Say))
    return state_with(state, unsaid=state.unsaid + says), effects


def _ahead(state: State, statement: Statement) -> frozenset[tuple[Ref, str]]:
    """An answer to what is not held here: our store is an older copy that is growing again."""
    ref = statement.reply_to
    if ref is None or ref.origin == statement.origin:
        return frozenset()
    party = PartyId(ref.origin.partition("/")[0])
    return frozenset() if ref.seq < state.heard.get(party, 0) else frozenset({(ref, statement.code)})


def is_said(say: Say, statement: Statement) -> bool:
    """Whether a statement is what was to be said: the same answer, if of another moment, or the same words."""
    if (say.code, say.reply_to) != (statement.code, statement.reply_to):
        return False
    return say.reply_to is not None or bytes(encode_body(say.body)) == bytes(statement.body)


def _without(unsaid: tuple[Say, ...], statement: Statement, body: Body) -> tuple[Say, ...]:
    """What is still unsaid after a statement: not the one with these words or, without it, with this answer."""
    same = [say for say in unsaid if is_said(say, statement)]
    said = next((say for say in same if say.body == body), same[0] if same else None)
    return tuple(say for say in unsaid if say is not said)


def _counted(counts: Mapping[str, int], code: str) -> Mapping[str, int]:
    return {**counts, code: counts.get(code, 0) + 1}
