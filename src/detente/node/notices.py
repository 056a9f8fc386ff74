"""Notices of both sides: judged at receipt, checked against the other side's, read back, refused or kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from detente.conflicts.borders import borders
from detente.conflicts.decide import Conflict, NotChecked, decide
from detente.line.bodies import ConflictStated, ReadBackVerdict, Rejection
from detente.line.terms import LATEST_MS
from detente.node import amending, duty
from detente.node.effects import Effect, Say, Write
from detente.node.state import ConflictHeld, NoticeHeld, ReadBackState, State
from detente.notices.admit import Admitted, Refused, admit
from detente.notices.notice import Notice
from detente.notices.readback import ReadBack, compare
from detente.quantities import PartyId, UtcMs
from detente.record.statement import Ref

KEEP_AFTER_END_MS = 86_400_000
"""Expired notices stay a day for questions afterwards; the record keeps them for ever."""

OVER_KEPT = 256
"""Of one party: notices refused, replaced or withdrawn. The oldest go first, or a peer could fill the state."""

STATED_KEPT = 8
"""CONs of one conflict that can still be answered by name."""


def take_notice(
    state: State, *, party: PartyId, ref: Ref, notice: Notice, at_ms: UtcMs, amends: Ref | None = None
) -> tuple[State, tuple[Effect, ...]]:
    """Judge a notice, find its conflicts with the other side's, and state those that a peer's notice made.

    Whoever hears the later notice of a pair states the conflict. If two cross on the way, both do. A notice that
    amends another of its author takes its place if it is admitted; if it is refused, the other stands.
    """
    verdict = admit(notice, state.memorandum, now_ms=at_ms)
    state = _without_expired(state)
    old = amending.in_force(state, amends, of=party)
    is_one_more = party != state.me and old is None
    if is_one_more and state.open_notices_of(party) >= state.memorandum.notices.max_open_per_party:
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
        state = replace(state, notices={**state.notices, ref: held})
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
    state = _find_conflicts(state, held, at_ms)
    return (state, ()) if party == state.me else (state, _statements_of(state, ref))


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
    return replace(state, stamps={**state.stamps, **new}, notices={**state.notices, **held})


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
    return replace(state, conflicts={**state.conflicts, key: known})


def take_rejection(state: State, *, party: PartyId, why: Rejection, of: Ref | None) -> State:
    """A notice that the other side refused does not count, and says so."""
    held = state.notices.get(of) if of is not None else None
    if held is None or held.party == party:
        return state
    return _with_notice(state, replace(held, refused_by={**held.refused_by, party: why.reason}))


def _find_conflicts(state: State, new: NoticeHeld, at_ms: UtcMs) -> State:
    found, not_checked = dict(state.conflicts), set(state.not_checked)
    for other in state.notices.values():
        if other.party == new.party or not other.counts:
            continue
        own, foreign = (new, other) if new.party == state.me else (other, new)
        if own.party != state.me:
            continue
        match decide(own.notice, foreign.notice, state.memorandum):
            case Conflict() as conflict:
                found[(own.ref, foreign.ref)] = ConflictHeld(
                    own=own.ref, foreign=foreign.ref, party=foreign.party, conflict=conflict, found_ms=at_ms
                )
            case NotChecked():
                not_checked.add((own.ref, foreign.ref))
    return replace(state, conflicts=found, not_checked=frozenset(not_checked))


def _statements_of(state: State, foreign: Ref) -> tuple[Effect, ...]:
    return tuple(
        Say(
            to=(state.desk_of(held.party),),
            code="CON",
            body=ConflictStated(first=held.own, second=held.foreign, conflict=held.conflict),
            precedence="PRIORITY",
            reply_to=foreign,
        )
        for held in state.conflicts.values()
        if held.foreign == foreign and not held.stated_by
    )


def _without_expired(state: State) -> State:
    """What is long over leaves the state, and with it the conflicts that it was part of."""
    surplus = _surplus(state)
    kept = {
        ref: held
        for ref, held in state.notices.items()
        if held.until_ms + KEEP_AFTER_END_MS > state.now_ms and ref not in surplus
    }
    if len(kept) == len(state.notices):
        return state
    state = duty.without_notices(state, state.notices.keys() - kept.keys())
    return replace(
        state,
        notices=kept,
        stamps={ref: words for ref, words in state.stamps.items() if ref in kept},
        conflicts={pair: held for pair, held in state.conflicts.items() if kept.keys() >= set(pair)},
        proposals={ref: held for ref, held in state.proposals.items() if held.proposal.notice in kept},
        not_checked=frozenset(pair for pair in state.not_checked if kept.keys() >= set(pair)),
    )


def _surplus(state: State) -> frozenset[Ref]:
    """The oldest of what no longer counts, of each party that has too many of it."""
    over: dict[PartyId, list[Ref]] = {}
    for ref, held in state.notices.items():
        if not held.counts:
            over.setdefault(held.party, []).append(ref)
    return frozenset(ref for refs in over.values() for ref in refs[:-OVER_KEPT])


def _can_be_shown(notice: Notice) -> bool:
    """Whether it names times that can be written; what is refused for want of them is not even held."""
    times_ms = [when for volume in notice.volumes for when in (volume.start_ms, volume.end_ms)]
    return bool(times_ms) and min(times_ms) >= 0 and max(times_ms) <= LATEST_MS


def _with_read_back(held: NoticeHeld, reader: PartyId, word: ReadBackState) -> NoticeHeld:
    return replace(held, read_backs={**held.read_backs, reader: word})


def _with_notice(state: State, held: NoticeHeld) -> State:
    return replace(state, notices={**state.notices, held.ref: held})
