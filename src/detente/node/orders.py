"""What an operator orders: judged first, said only if it may be, and always answered."""

from __future__ import annotations

from detente.line.bodies import Acknowledgement
from detente.line.catalogue import is_name
from detente.line.wording import receipt_note
from detente.node import amending, duty
from detente.node.effects import Effect, Reply, Say
from detente.node.events import Acknowledge, GiveAnswer, ReadBackNow, SendNotice
from detente.node.open_item import OpenItem
from detente.node.refusal import no
from detente.node.state import State
from detente.notices.admit import Refused, admit
from detente.notices.conformance import Outside, conformance
from detente.notices.disclose import disclose
from detente.notices.notice import body_of
from detente.notices.readback import read_back
from detente.quantities import PostId
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
        return no(state, refused.code, refused.message)
    for plan in event.plans:
        fit = conformance(plan, notice, state.memorandum)
        if isinstance(fit, Outside):
            return no(state, "plan_outside_notice", fit.message)
    old = amending.in_force(state, event.amends, of=state.me)
    if event.amends is not None and old is None:
        return no(state, "unknown_notice", "There is no such own notice in force.")
    if old is None and state.open_notices_of(state.me) >= state.memorandum.notices.max_open_per_party:
        return no(state, "too_many_notices", "The memorandum allows no more open notices of one party.")
    assert not isinstance(verdict, Refused)
    say = Say(
        to=tuple(state.desk_of(peer) for peer in state.peers),
        code="AMD" if old is not None else "HAZ" if notice.kind == "hazard" else "NTC",
        body=notice,
        precedence=verdict.precedence,
        reply_to=None if old is None else old.ref,
    )
    stamp = " It is LATE." if verdict.stamp == "LATE" else ""
    return state, (say, Reply(ok=True, code="sent", message=f"The notice is in the journal.{stamp}"))


def read_back_now(state: State, event: ReadBackNow) -> _Outcome:
    """Give range and bearing from the agreed reference points, as this side understood them."""
    held = state.notices.get(event.ref)
    if held is None or held.party == state.me:
        return no(state, "unknown_notice", "There is no such notice of another party.")
    if held.read_backs.get(state.me) == "sent":
        return no(
            state, "waits_for_verdict", "It was read back: its author has yet to say whether correctly."
        )
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
    if item is None or item.act != "answer" or "substance" in item.reached:
        return no(state, "nothing_owed", "No answer is owed to that.")
    say = Say(
        to=(state.desk_of(item.owed_to),),
        code="ANS",
        body=event.answer,
        precedence=item.precedence,
        reply_to=event.ref,
    )
    return state, (say, Reply(ok=True, code="sent", message="The answer is in the journal."))


def acknowledge(state: State, event: Acknowledge) -> _Outcome:
    """Set a level; they rise one by one, and `passed` needs the post or crew it was passed to."""
    item = _owed(state, event.ref) or state.passed_items.get((event.ref, state.me))
    post = state.desk_of(state.me) if event.post is None else event.post
    if item is None:
        return no(state, "nothing_owed", "No acknowledgement is owed to that.")
    if state.party_of(post) != state.me:
        return no(state, "not_your_post", "Only a post of ours acknowledges for us.")
    if event.passed_to is not None and not is_name(event.passed_to):
        return no(state, "passed_to_whom", "A post or crew is a name of up to 40 letters, figures or . _ / -")
    refused = _step_refused(state, item, event, post)
    if refused is not None:
        return no(state, *refused)
    say = Say(
        to=(state.desk_of(item.owed_to),),
        code="ACK",
        body=Acknowledgement(level=event.level, post=post, at_ms=event.at_ms, passed_to=event.passed_to),
        precedence=item.precedence,
        reply_to=event.ref,
    )
    is_receipt = item.code in duty.OF_INCIDENTS
    told = f"The acknowledgement is in the journal.{' ' + receipt_note() if is_receipt else ''}"
    return state, (say, Reply(ok=True, code="sent", message=told))


def _step_refused(state: State, item: OpenItem, event: Acknowledge, post: PostId) -> tuple[str, str] | None:
    """Why a level cannot be the next one of an item."""
    is_understood = "understood" in item.reached
    match event.level:
        case "understood" if item.act == "read_back":
            return "read_back_first", "A notice is understood by its read-back."
        case "understood" if is_understood:
            return "nothing_owed", "It is understood already."
        case "passed" if item.act == "read_back" and not is_understood:
            return "read_back_first", "A notice is passed on when its read-back was called correct."
        case "passed" if not event.passed_to:
            return "passed_to_whom", "Say to which post or crew it was passed."
        case "in_effect" if "passed" not in item.reached:
            return "passed_first", "Levels rise one by one: first it is passed to the crews."
        case "in_effect" if not duty.may_stop(state.memorandum, post):
            return "may_not_stop", "Only a post that may stop own flights says that they conform."
        case _:
            return None


def _owed(state: State, ref: Ref) -> OpenItem | None:
    """What we owe for a statement, or for a repeat of it."""
    return duty.item_of(state, ref, state.me)


def _precedence(state: State, ref: Ref) -> Precedence:
    item = _owed(state, ref)
    return item.precedence if item is not None else "ROUTINE"
