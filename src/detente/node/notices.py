"""Notices of both sides: judged at receipt, checked against the other side's, read back, refused or kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from detente.conflicts.borders import borders
from detente.conflicts.decide import Conflict, decide
from detente.line.bodies import ConflictStated, ReadBackVerdict, Rejection
from detente.line.terms import LATEST_MS
from detente.node import amending, keeping
from detente.node.effects import Effect, Say, Write
from detente.node.state import ConflictHeld, NoticeHeld, ReadBackState, State
from detente.node.state_with import state_with
from detente.notices.admit import Admitted, Refused, admit
from detente.notices.notice import Notice
from detente.notices.readback import ReadBack, compare
from detente.quantities import PartyId, UtcMs
from detente.record.statement import Ref

STATED_KEPT = 8
"""CONs of one conflict that can still be answered by name."""


def take_notice(
    state: State,
    *,
    party: PartyId,
    ref: Ref,
    notice: Notice,
    at_ms: UtcMs,
    amends: Ref | None = None,
    near: Collection[Ref] | None = None,
) -> tuple[State, tuple[Effect, ...]]:
    """Judge a notice, find its conflicts with the other side's, and state those that a peer's notice made.

    Args:
        near: every notice that it can be in conflict with, and perhaps others; None is all that are held.

    Whoever hears the later notice of a pair states the conflict. If two cross on the way, both do. A notice that
    amends another of its author takes its place if it is admitted; if it is refused, the other stands.
    """
    verdict = admit(notice, state.memorandum, now_ms=at_ms)
    state = keeping.without_expired(state)
    old = amending.in_force(state, amends, of=party)
    if party != state.me and old is None:
        state, is_full = keeping.counted(state, party)
        if is_full:
            verdict = Refused(
                code="too_many_notices", message="It has as many open notices as are agreed.", field=None
            )
    held = NoticeHeld(
        ref=ref,
        party=party,
        notice=notice,
        verdict=verdict,
        heard_ms=at_ms,
        amends=None if old is None else old.ref,
        borders=borders(notice, party=party, memorandum=state.memorandum)
        if isinstance(verdict, Admitted)
        else (),
    )
    if _can_be_shown(notice):
        state = state_with(state, notices={**state.notices, ref: held})
    state = keeping.one_more(state, party, is_open=held.counts)
    if isinstance(verdict, Refused):
        if party == state.me:
            return state, ()
        return state, (
            Write(kind="refused", text=f"{party} entry {ref.seq}: {verdict.code}: {verdict.message}"),
            Say(
                to=(state.desk_of(party),),
                code="REJ",
                body=Rejection(reason=verdict.code, field=verdict.field),
                precedence="ROUTINE",
                reply_to=ref,
            ),
        )
    if old is not None:
        state = amending.gone(state, old, replaced_by=ref)
    found = list(_conflicts_of(state, held, near, at_ms))
    if found:
        state = state_with(
            state, conflicts={**state.conflicts, **{(one.own, one.foreign): one for one in found}}
        )
    return state, () if party == state.me else tuple(_stated(state, one) for one in found)


def take_read_back(
    state: State, *, party: PartyId, heard: ReadBack, notice: Ref | None
) -> tuple[State, tuple[Effect, ...]]:
    """A read-back of an own notice is compared with what was meant, and the verdict is said."""
    held = state.notices.get(notice) if notice is not None else None
    if held is None or held.party == party:
        return state, (Write(kind="refused", text=f"{party} read back what is not known here."),)
    state = _with_notice(state, _with_read_back(held, party, "sent"))
    if party == state.me:
        return state, ()
    wrong = compare(held.notice, heard, state.memorandum)
    return state, (
        Say(
            to=(state.desk_of(party),),
            code="RBC",
            body=ReadBackVerdict(verdict="negative" if wrong else "correct", field=wrong),
            precedence="ROUTINE",
            reply_to=held.ref,
        ),
    )


def take_verdict(
    state: State,
    *,
    party: PartyId,
    readers: Iterable[PartyId | None],
    verdict: ReadBackVerdict,
    notice: Ref | None,
) -> State:
    """The verdict on a read-back stands at the notice, if its own sender gives it and that party read it back."""
    held = state.notices.get(notice) if notice is not None else None
    if held is None or held.party != party:
        return state
    for reader in readers:
        if reader is not None and held.read_backs.get(reader) == "sent":
            held = _with_read_back(held, reader, verdict.verdict)
    return _with_notice(state, held)


def take_receipt(state: State, *, party: PartyId, refs: Iterable[Ref], signed_ms: UtcMs) -> State:
    """A receiver has signed when it had these notices: that time alone gives the stamp, on both sides.

    The verdict itself stays: it decided at once whether conflicts are looked for.
    """
    new: dict[Ref, Mapping[PartyId, str]] = {}
    held: dict[Ref, NoticeHeld] = {}
    for ref in refs:
        known_ms = state.notices[ref].received_ms
        received_ms = signed_ms if known_ms is None else min(known_ms, signed_ms)
        held[ref] = replace(state.notices[ref], received_ms=received_ms)
        match admit(state.notices[ref].notice, state.memorandum, now_ms=signed_ms):
            case Admitted(stamp=word):
                new[ref] = {**state.stamps.get(ref, {}), party: word}
            case Refused(code=code):
                new[ref] = {**state.stamps.get(ref, {}), party: f"REFUSED {code}"}
    if not new:
        return state
    return state_with(state, stamps={**state.stamps, **new}, notices={**state.notices, **held})


def stamp_of(state: State, held: NoticeHeld) -> str:
    """The worst that a receiver's signed receipt gives it; before any receipt, what it had when it was judged."""
    if isinstance(held.verdict, Refused):
        return f"REFUSED {held.verdict.code}"
    words = state.stamps.get(held.ref, {}).values()
    return max(words, key=lambda word: (word != "IN_TIME", word != "LATE"), default=held.verdict.stamp)


def take_conflict(state: State, *, party: PartyId, ref: Ref, stated: ConflictStated) -> State:
    """A stated conflict is one, even where our own decision would differ: err towards yes.

    It joins a notice of ours and one of theirs, both held here and not replaced or withdrawn; anything else cannot be
    shown.
    """
    named = (state.notices.get(one) for one in (stated.first, stated.second))
    held = [one for one in named if one is not None and one.over_ms is None]
    own = next((one.ref for one in held if one.party == state.me), None)
    foreign = next((one.ref for one in held if one.party != state.me), None)
    if own is None or foreign is None:
        return state
    key = (own, foreign)
    known = state.conflicts.get(key)
    if known is None:
        known = ConflictHeld(
            own=own,
            foreign=foreign,
            party=state.notices[foreign].party,
            conflict=stated.conflict,
            found_ms=state.now_ms,
        )
    known = replace(
        known, stated_by=known.stated_by | {party}, stated_in=(*known.stated_in, ref)[-STATED_KEPT:]
    )
    return state_with(state, conflicts={**state.conflicts, key: known})


def take_rejection(state: State, *, party: PartyId, why: Rejection, of: Ref | None) -> State:
    """A notice that the other side refused does not count, and says so."""
    held = state.notices.get(of) if of is not None else None
    if held is None or held.party == party:
        return state
    return _with_notice(state, replace(held, refused_by={**held.refused_by, party: why.reason}))


def _conflicts_of(
    state: State, new: NoticeHeld, near: Collection[Ref] | None, at_ms: UtcMs
) -> Iterable[ConflictHeld]:
    """Between a notice of ours and one of theirs, in the order in which the others came to be held."""
    others = state.notices.values() if near is None else filter(None, map(state.notices.get, near))
    for other in others:
        own, foreign = (new, other) if new.party == state.me else (other, new)
        if own.party != state.me or foreign.party == state.me or not other.counts:
            continue
        conflict = decide(own.notice, foreign.notice, state.memorandum)
        if isinstance(conflict, Conflict):
            yield ConflictHeld(
                own=own.ref, foreign=foreign.ref, party=foreign.party, conflict=conflict, found_ms=at_ms
            )


def _stated(state: State, held: ConflictHeld) -> Say:
    return Say(
        to=(state.desk_of(held.party),),
        code="CON",
        body=ConflictStated(first=held.own, second=held.foreign, conflict=held.conflict),
        precedence="PRIORITY",
        reply_to=held.foreign,
    )


def _can_be_shown(notice: Notice) -> bool:
    """Whether it names times that can be written; what is refused for want of them is not even held."""
    times_ms = [when for volume in notice.volumes for when in (volume.start_ms, volume.end_ms)]
    return bool(times_ms) and min(times_ms) >= 0 and max(times_ms) <= LATEST_MS


def _with_read_back(held: NoticeHeld, reader: PartyId, word: ReadBackState) -> NoticeHeld:
    return replace(held, read_backs={**held.read_backs, reader: word})


def _with_notice(state: State, held: NoticeHeld) -> State:
    return state_with(state, notices={**state.notices, held.ref: held})
