"""What is owed for what was said: the levels of each statement, when each is due, and when nothing is owed any more.

Both sides fold both journals by these rules and so have the same times:

1. Every clock counts from sending: the time the author claims or, where its clock runs ahead, the second in
   which the receiver signed the receipt. `delivered` is that receipt, or the receiver's word that it holds an
   ALERT ahead of its place.
2. `understood` is a person: an ACK, an answer, or for geometry a read-back that its author called correct.
   `substance` is what was asked for; a standby is understood, and no answer. `passed` is an ACK with whom it was
   passed to, and implies understood. `in_effect` counts only after `passed`, from a post that may stop flights.
3. A proposal is what a CON asks for, whichever side makes it: it settles every CON of the notice that it names. What
   an acceptance asks for is the AMD of that notice, and its author owes it, whoever accepted.
4. An item is closed when nothing of this is owed any more, when it is refused, or when the side that asked says
   that it is over, amends or withdraws it.
5. A statement said again while it is open joins the case and resets no clock. A notice said twice is two notices.

Source: practice (c); casebook kunduz-2015, wck-2024.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from detente.line.bodies import (
    Acceptance,
    Acknowledgement,
    Answer,
    Cleared,
    ConflictStated,
    Proposal,
    ReadBackVerdict,
    Rejection,
    Withdrawal,
)
from detente.line.bodies_duty import (
    IncidentReport,
    IncidentStatement,
    LineCheck,
    LineCheckReply,
    Protest,
)
from detente.line.catalogue import CATALOGUE, Body
from detente.memorandum.model import Memorandum
from detente.node.open_item import Level, OpenItem, Times
from detente.node.state import State
from detente.node.state_with import state_with
from detente.notices.notice import Notice
from detente.notices.readback import ReadBack
from detente.quantities import PartyId, UtcMs
from detente.record.statement import Precedence, Ref, Statement

KEEP_PASSED_MS = 86_400_000
"""How long after it was passed to crews somebody may still say that something is in effect."""

REPEATS_KEPT = 64
"""Repeats of one case that can still be answered by name; its first statement always can."""


OF_INCIDENTS = ("INC1", "INC2", "PRT")
"""Who answers one of these with one of these has taken it: a receipt, never an admission."""


def times_of(memorandum: Memorandum, *, code: str, precedence: Precedence) -> Times:
    """The memorandum's times for a statement: a code's own row wins over its precedence's."""
    rows = {row.of: row for row in memorandum.line.answer}
    row = rows.get(code) or rows.get(precedence)
    if row is None:
        return Times()
    return Times(
        delivered_s=row.delivered_s,
        understood_s=row.understood_s,
        substance_s=row.substance_s,
        passed_s=row.passed_s,
    )


def item_of(state: State, ref: Ref | None, owed_by: PartyId) -> OpenItem | None:
    """The open case that a statement, or a repeat of it, belongs to."""
    if ref is None:
        return None
    held = state.open_items.get((ref, owed_by))
    if held is not None:
        return held
    return next(
        (one for one in state.open_items.values() if one.owed_by == owed_by and ref in one.repeats), None
    )


def opened(
    state: State, *, party: PartyId, ref: Ref, statement: Statement, body: Body, at_ms: UtcMs
) -> State:
    """An item for every party that a statement asks something of; a repeat joins the case that is open."""
    act = CATALOGUE[statement.code].asks
    if act is None:
        return state
    for owed_by, owed_to in _pairs(state, party, statement, body):
        first = _repeated(state, statement, body, owed_by=owed_by, owed_to=owed_to)
        if first is not None:
            repeats = (*first.repeats, ref)[-REPEATS_KEPT:]
            state = put(state, replace(first, repeats=repeats, times_said=first.times_said + 1))
            continue
        item = OpenItem(
            ref=ref,
            code=statement.code,
            owed_by=owed_by,
            owed_to=owed_to,
            act=act,
            body=body,
            precedence=statement.precedence,
            sent_ms=UtcMs(statement.sent_ms),
            said_ms=UtcMs(min(statement.sent_ms, at_ms)),
            since_ms=at_ms,
            times=times_of(state.memorandum, code=statement.code, precedence=statement.precedence),
            pass_by_ms=_pass_by_ms(state.memorandum, body, said_ms=min(statement.sent_ms, at_ms)),
        )
        state = put(state, item)
    return state


def answered(state: State, *, party: PartyId, statement: Statement, body: Body, at_ms: UtcMs) -> State:
    """What a statement gives of what is owed: by the one who owes it, or as word that it is over from who asked."""
    ref = statement.reply_to
    if ref is None:
        return state
    if isinstance(body, Cleared | Withdrawal | Notice):
        held = state.notices.get(ref)
        still_stands = isinstance(body, Notice) and held is not None and held.counts
        return state if still_stands else _withdrawn(state, ref, by=party)
    reached_ms = UtcMs(min(statement.sent_ms, at_ms))
    if isinstance(body, Proposal):
        state = _proposed(state, body, by=party, reached_ms=reached_ms)
    if isinstance(body, ReadBackVerdict):
        for owed_by in _owing(state, party, statement):
            if (item := item_of(state, ref, owed_by)) is not None and item.owed_to == party:
                state = _settle(state, _verdict(item, body, reached_ms))
        return state
    item = item_of(state, ref, party)
    if item is None:
        return _in_effect(state, ref, party, body, reached_ms)
    if isinstance(body, Rejection):
        return without(state, item)
    levels = _levels_of(state, item, body)
    return _settle(state, _with(item, levels, reached_ms))


def delivered(
    state: State, *, is_covered: Callable[[OpenItem], bool], signed_ms: UtcMs | None, at_ms: UtcMs
) -> State:
    """A receiver signed that it holds what is covered; where its time is not known, ours stands for it."""
    changed = {
        key: _received(item, signed_ms, at_ms)
        for key, item in state.open_items.items()
        if "delivered" not in item.reached and is_covered(item)
    }
    return state_with(state, open_items={**state.open_items, **changed}) if changed else state


def is_overdue(item: OpenItem, level: Level, at_ms: int) -> bool:
    """Whether a level was due by a moment and was not reached; what is not owed is never overdue."""
    due_ms = item.due_of(level)
    is_open = level in item.owed or (level == "delivered" and not item.reached)
    return is_open and due_ms is not None and due_ms <= at_ms


def put(state: State, item: OpenItem) -> State:
    """The state with an item as it is now."""
    return state_with(state, open_items={**state.open_items, (item.ref, item.owed_by): item})


def without(state: State, item: OpenItem) -> State:
    """The state without an item."""
    key = (item.ref, item.owed_by)
    return state_with(state, open_items={held: one for held, one in state.open_items.items() if held != key})


def without_notices(state: State, gone: Iterable[Ref]) -> State:
    """Nothing is owed for a notice that is long over: it can no more be read back."""
    refs = frozenset(gone)
    kept = {key: item for key, item in state.open_items.items() if item.ref not in refs}
    return state_with(state, open_items=kept) if len(kept) < len(state.open_items) else state


def may_stop(memorandum: Memorandum, post: str) -> bool:
    """Whether a post may say that own flying conforms."""
    return any(known.id == post and known.may_stop_own_flights for known in memorandum.post)


def _owing(state: State, party: PartyId, statement: Statement) -> tuple[PartyId, ...]:
    """Who is asked: ourselves by a peer, everybody addressed by us."""
    if party != state.me:
        return (state.me,)
    asked = (state.party_of(post) for post in statement.to)
    return tuple(dict.fromkeys(one for one in asked if one is not None and one != state.me))


def _pairs(
    state: State, party: PartyId, statement: Statement, body: Body
) -> Iterator[tuple[PartyId, PartyId]]:
    """Who owes whom for a statement: those addressed owe its author, but an AMD is owed by the notice's author."""
    asked = _owing(state, party, statement)
    if not isinstance(body, Acceptance):
        yield from ((one, party) for one in asked)
    elif body.notice is not None and asked:
        author = PartyId(body.notice.origin.partition("/")[0])
        if author in (party, *asked):
            yield author, asked[0] if author == party else party


def _proposed(state: State, body: Proposal, *, by: PartyId, reached_ms: UtcMs) -> State:
    """A way out is on the table: no more is owed for the conflicts of its notice than to decide on it."""
    for item in tuple(state.open_items.values()):
        stated = item.body
        if isinstance(stated, ConflictStated) and body.notice in (stated.first, stated.second):
            if item.owed_by == by:
                state = _settle(state, _with(item, ("understood", "substance"), reached_ms))
            elif item.owed_to == by:
                state = without(state, item)
    return state


def _repeated(
    state: State, statement: Statement, body: Body, *, owed_by: PartyId, owed_to: PartyId
) -> OpenItem | None:
    if isinstance(body, Notice):
        return None
    for item in state.open_items.values():
        if (item.code, item.owed_by, item.owed_to, item.body) == (statement.code, owed_by, owed_to, body):
            return item
    return None


def _pass_by_ms(memorandum: Memorandum, body: Body, *, said_ms: int) -> UtcMs | None:
    """A notice is passed down before its start: so long before as agreed, or by the start where that is over."""
    if not isinstance(body, Notice) or not body.volumes:
        return None
    start_ms = min(volume.start_ms for volume in body.volumes)
    early_ms = start_ms - memorandum.notices.pass_down_before_s * 1000
    return UtcMs(early_ms if early_ms > said_ms else start_ms)


def _levels_of(state: State, item: OpenItem, body: Body) -> tuple[Level, ...]:
    """What an answer by the party that owes it reaches; nothing where it is no answer to that."""
    match body:
        case ReadBack() if item.act == "read_back":
            return ("substance",)
        case _ if item.act == "read_back" and not isinstance(body, Acknowledgement):
            return ()
        case Acknowledgement() if state.party_of(body.post) != item.owed_by:
            return ()
        case Acknowledgement(level="understood"):
            return () if item.act == "read_back" else ("understood",)
        case Acknowledgement(level="passed"):
            if body.passed_to is None or (item.act == "read_back" and "understood" not in item.reached):
                return ()
            return ("understood", "passed")
        case Acknowledgement(level="in_effect"):
            is_next = "passed" in item.reached and may_stop(state.memorandum, body.post)
            return ("in_effect",) if is_next else () if item.act == "read_back" else ("understood",)
        case LineCheckReply():
            return ("understood", "substance") if is_echo(item.body, body) else ()
        case IncidentReport() | IncidentStatement() | Protest() if item.code in OF_INCIDENTS:
            return ("understood",)
        case Answer(answer="standby"):
            return ("understood",)
        case Answer():
            return ("understood", "substance") if item.act == "answer" else ("understood",)
        case Proposal() | Acceptance():
            return ("understood", "substance") if item.act in ("propose", "decide") else ("understood",)
        case _:
            return ()


def is_echo(check: Body, reply: LineCheckReply) -> bool:
    """Whether a reply echoes the very text of a check on the same path."""
    return isinstance(check, LineCheck) and (check.path, check.text_id) == (reply.path, reply.text_id)


def _verdict(item: OpenItem, verdict: ReadBackVerdict, reached_ms: UtcMs) -> OpenItem:
    """A read-back called wrong is owed once more; the clocks go on."""
    if "substance" not in item.reached:
        return item
    if verdict.verdict == "correct":
        return _with(item, ("understood",), reached_ms)
    return replace(item, reached={level: at for level, at in item.reached.items() if level != "substance"})


def _with(item: OpenItem, levels: Iterable[Level], reached_ms: UtcMs) -> OpenItem:
    reached: Mapping[Level, UtcMs] = dict.fromkeys(levels, UtcMs(max(reached_ms, item.said_ms)))
    return replace(item, reached={**reached, **item.reached})


def _settle(state: State, item: OpenItem) -> State:
    """Keep what is open, close what is not; what was passed to crews can still come into effect."""
    if item.owed:
        return put(state, item)
    state = without(state, item)
    if "passed" not in item.reached:
        return state
    kept = {
        key: one
        for key, one in state.passed_items.items()
        if one.reached["passed"] + KEEP_PASSED_MS > state.now_ms
    }
    return state_with(state, passed_items={**kept, (item.ref, item.owed_by): item})


def _in_effect(state: State, ref: Ref, party: PartyId, body: Body, reached_ms: UtcMs) -> State:
    item = state.passed_items.get((ref, party))
    if item is None or not isinstance(body, Acknowledgement) or body.level != "in_effect":
        return state
    if state.party_of(body.post) != party or not may_stop(state.memorandum, body.post):
        return state
    item = _with(item, ("in_effect",), reached_ms)
    return state_with(state, passed_items={**state.passed_items, (ref, party): item})


def _withdrawn(state: State, ref: Ref, *, by: PartyId) -> State:
    for item in tuple(state.open_items.values()):
        if item.owed_to == by and (item.ref == ref or ref in item.repeats):
            state = without(state, item)
    return state


def _received(item: OpenItem, signed_ms: UtcMs | None, at_ms: UtcMs) -> OpenItem:
    """A receipt is signed in whole seconds, so a clock is ahead only where its second is."""
    if signed_ms is None:
        return replace(item, reached={**item.reached, "delivered": at_ms})
    is_ahead = item.sent_ms // 1000 > signed_ms // 1000
    said_ms = signed_ms if is_ahead else item.sent_ms
    return replace(item, said_ms=said_ms, reached={**item.reached, "delivered": signed_ms})
