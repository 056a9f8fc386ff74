"""What an operator orders: judged first, said only if it may be, and always answered."""

from __future__ import annotations

from detente.line.catalogue import Acknowledgement, is_name
from detente.node.effects import Effect, Reply, Say, Write
from detente.node.events import Acknowledge, GiveAnswer, ReadBackNow, SendNotice
from detente.node.state import OpenItem, State
from detente.notices.admit import Refused, admit
from detente.notices.conformance import Outside, conformance
from detente.notices.disclose import disclose
from detente.notices.notice import body_of
from detente.notices.readback import read_back
from detente.record.statement import Precedence, Ref

_Outcome = tuple[State, tuple[Effect, ...]]


def send_notice(state: State, event: SendNotice) -> _Outcome:
    """Disclosure guard, admission, own plan inside own notice; then, and only then, the statement."""
    notice = event.notice
    refused = disclose(body_of(notice), state.memorandum)
    if refused is None:
        verdict = admit(notice, state.memorandum, now_ms=event.at_ms)
        refused = verdict if isinstance(verdict, Refused) else None
    if refused is not None:
        return _no(state, refused.code, refused.message)
    for plan in event.plans:
        fit = conformance(plan, notice, state.memorandum)
        if isinstance(fit, Outside):
            return _no(state, "plan_outside_notice", fit.message)
    if state.open_notices_of(state.me) >= state.memorandum.notices.max_open_per_party:
        return _no(state, "too_many_notices", "The memorandum allows no more open notices of one party.")
    assert not isinstance(verdict, Refused)
    say = Say(
        to=tuple(state.desk_of(peer) for peer in state.peers),
        code="HAZ" if notice.kind == "hazard" else "NTC",
        body=notice,
        precedence=verdict.precedence,
        reply_to=None,
    )
    stamp = " It is LATE." if verdict.stamp == "LATE" else ""
    return state, (say, Reply(ok=True, code="sent", message=f"The notice is in the journal.{stamp}"))


def read_back_now(state: State, event: ReadBackNow) -> _Outcome:
    """Give range and bearing from the agreed reference points, as this side understood them."""
    held = state.notices.get(event.ref)
    if held is None or held.party == state.me:
        return _no(state, "unknown_notice", "There is no such notice of another party.")
    say = Say(
        to=(state.desk_of(held.party),),
        code="RBK",
        body=read_back(held.notice, state.memorandum),
        precedence=_precedence(state, event.ref),
        reply_to=event.ref,
    )
    return state, (say, Reply(ok=True, code="sent", message="The read-back is in the journal."))


def give_answer(state: State, event: GiveAnswer) -> _Outcome:
    """Answer a query or an alert that is owed an answer."""
    item = _owed(state, event.ref)
    if item is None or item.act != "answer":
        return _no(state, "nothing_owed", "No answer is owed to that.")
    say = Say(
        to=(state.desk_of(item.owed_to),),
        code="ANS",
        body=event.answer,
        precedence=item.precedence,
        reply_to=event.ref,
    )
    return state, (say, Reply(ok=True, code="sent", message="The answer is in the journal."))


def acknowledge(state: State, event: Acknowledge) -> _Outcome:
    """Set a level; `passed` needs the post or crew it was passed to."""
    item = _owed(state, event.ref)
    if item is None:
        return _no(state, "nothing_owed", "No acknowledgement is owed to that.")
    if event.level == "passed" and not event.passed_to:
        return _no(state, "passed_to_whom", "Say to which post or crew it was passed.")
    if event.passed_to is not None and not is_name(event.passed_to):
        return _no(
            state, "passed_to_whom", "A post or crew is a name of up to 40 letters, figures or . _ / -"
        )
    say = Say(
        to=(state.desk_of(item.owed_to),),
        code="ACK",
        body=Acknowledgement(
            level=event.level, post=state.desk_of(state.me), at_ms=event.at_ms, passed_to=event.passed_to
        ),
        precedence=item.precedence,
        reply_to=event.ref,
    )
    return state, (say, Reply(ok=True, code="sent", message="The acknowledgement is in the journal."))


def _no(state: State, code: str, message: str) -> _Outcome:
    return state, (
        Write(kind="refused", text=f"own order: {code}: {message}"),
        Reply(ok=False, code=code, message=message),
    )


def _owed(state: State, ref: Ref) -> OpenItem | None:
    item = state.open_items.get(ref)
    return item if item is not None and item.owed_by == state.me else None


def _precedence(state: State, ref: Ref) -> Precedence:
    item = state.open_items.get(ref)
    return item.precedence if item is not None else "ROUTINE"
