"""A way out on the table: proposed (PRO), accepted (ACC) or refused (REJ); accepted, it amends the notice it names.

The author of the notice amends it: its node does so by itself as soon as both sides have agreed, one by proposing,
the other by accepting. It is judged once more before it is said. Where that forbids it, the logbook tells why, and
the AMD stays owed until the watch sends one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from detente.conflicts.changes import changed
from detente.line.bodies import Acceptance, Proposal, Rejection
from detente.node import amending
from detente.node.effects import Effect, Say, Write
from detente.node.state import NoticeHeld, ProposalHeld, State
from detente.node.state_with import state_with
from detente.notices.admit import Admitted, Refused, admit
from detente.notices.disclose import disclose
from detente.notices.notice import Notice, body_of
from detente.quantities import PartyId, UtcMs
from detente.record.statement import Ref, Statement

PROPOSALS_KEPT = 64
"""Of one party; the oldest go first."""

ACCEPTED = "accepted"


def take_proposal(state: State, *, party: PartyId, ref: Ref, statement: Statement, body: Proposal) -> State:
    """A way out for a notice in force is on the table; a proposal that answers another takes its place."""
    held = state.notices.get(body.notice)
    if held is None or not held.counts:
        return state
    to = tuple(dict.fromkeys(one for one in map(state.party_of, statement.to) if one is not None))
    others = {key: one for key, one in state.proposals.items() if key != statement.reply_to}
    mine = [key for key, one in others.items() if one.party == party]
    for key in mine[: max(0, len(mine) - PROPOSALS_KEPT + 1)]:
        del others[key]
    made = ProposalHeld(ref=ref, party=party, proposal=body, of=statement.reply_to, to=to)
    return state_with(state, proposals={**others, ref: made})


def take_acceptance(
    state: State, *, party: PartyId, of: Ref | None, at_ms: UtcMs
) -> tuple[State, tuple[Effect, ...]]:
    """Both sides agree; if the notice is ours, it is amended. Of a conflict it only promises an AMD."""
    held = state.proposals.get(of) if of is not None else None
    if any(of in one.stated_in for one in state.conflicts.values()):
        return state, ()
    notice = state.notices.get(held.proposal.notice) if held is not None else None
    if held is None or notice is None or not _may_answer(held, notice, party):
        return state, (Write(kind="refused", text=f"{party} accepted what is not proposed here."),)
    is_first = ACCEPTED not in held.answers.values()
    state = _answered(state, held, party, ACCEPTED)
    return state, _amendment(state, held, notice, at_ms) if is_first and notice.party == state.me else ()


def faults_of_proposal(
    state: State, body: Proposal, *, asked: frozenset[PartyId | None], at_ms: UtcMs
) -> Iterator[tuple[str, str]]:
    """Why a proposal is not to be said: code and message."""
    held = state.notices.get(body.notice)
    if held is None or not held.counts:
        yield "unknown_notice", "A PRO names a notice that is in force; what was amended has a new number."
        return
    if held.party != state.me and held.party not in asked:
        yield "of_what", f"The notice is one of {held.party}: propose it to them."
    after = changed(held.notice, body.change)
    verdict = after if isinstance(after, Refused) else admit(after, state.memorandum, now_ms=at_ms)
    if isinstance(verdict, Refused):
        yield verdict.code, f"The notice could not be amended so: {verdict.message}"


def faults_of_acceptance(
    state: State, of: Ref, body: Acceptance, *, at_ms: UtcMs
) -> Iterator[tuple[str, str]]:
    """Why an acceptance is not to be said: code and message.

    An ACC of a conflict names no proposal; it promises an AMD.
    """
    held = state.proposals.get(of)
    if held is None:
        if not any(of in one.stated_in for one in state.conflicts.values()):
            yield (
                "of_what",
                "An ACC is about a proposal that is on the table, or a conflict that still is one.",
            )
        return
    if body.notice != held.proposal.notice:
        yield "of_what", "An ACC names the notice that the proposal names."
        return
    notice = state.notices[held.proposal.notice]
    if notice.party == state.me:
        after = changed(notice.notice, held.proposal.change)
        say = after if isinstance(after, Refused) else amended(state, notice, after, at_ms)
        if isinstance(say, Refused):
            yield say.code, f"The notice can no longer be amended so: {say.message}"


def take_refusal(state: State, *, party: PartyId, why: Rejection, of: Ref | None) -> State:
    """A proposal was refused: that stands beside it."""
    held = state.proposals.get(of) if of is not None else None
    notice = state.notices.get(held.proposal.notice) if held is not None else None
    if held is None or notice is None or not _may_answer(held, notice, party):
        return state
    return _answered(state, held, party, why.reason)


def amended(state: State, held: NoticeHeld, after: Notice, at_ms: UtcMs) -> Say | Refused:
    """The AMD that puts a notice in the place of an own one, if it may be said."""
    refused = disclose(body_of(after), state.memorandum)
    if refused is not None:
        return refused
    verdict = admit(after, state.memorandum, now_ms=at_ms)
    if not isinstance(verdict, Admitted):
        return verdict
    return Say(
        to=tuple(state.desk_of(peer) for peer in state.peers),
        code="AMD",
        body=after,
        precedence=verdict.precedence,
        reply_to=held.ref,
    )


def _may_answer(held: ProposalHeld, notice: NoticeHeld, party: PartyId) -> bool:
    """The author of the notice decides; where it is the one who proposes, those it asks."""
    return party != held.party and (
        party == notice.party or (held.party == notice.party and party in held.to)
    )


def _answered(state: State, held: ProposalHeld, party: PartyId, word: str) -> State:
    told = replace(held, answers={**held.answers, party: word})
    return state_with(state, proposals={**state.proposals, held.ref: told})


def _amendment(state: State, held: ProposalHeld, notice: NoticeHeld, at_ms: UtcMs) -> tuple[Effect, ...]:
    if amending.in_force(state, notice.ref, of=state.me) is None:
        return ()
    after = changed(notice.notice, held.proposal.change)
    say = after if isinstance(after, Refused) else amended(state, notice, after, at_ms)
    if isinstance(say, Refused):
        text = f"The notice {notice.ref.seq} was not amended as agreed: {say.code}: {say.message}"
        return (Write(kind="refused", text=text),)
    return (say,)
