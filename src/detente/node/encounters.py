"""From two aircraft too near to words on the line: ask whose it is, warn whose it is known to be, say it is over."""

from __future__ import annotations

from dataclasses import replace

from detente.alerts.describing import level_of, name_of, place_of, speed_kt_of, track_of
from detente.encounters.watcher import Found, Over
from detente.line.bodies import Alert, Answer, Cleared, Query
from detente.line.figures import channel_text
from detente.node import duty, radio
from detente.node.effects import Effect, Say, Warn, Write
from detente.node.events import Encountered, OwnMatched
from detente.node.state import AlertHeld, State
from detente.node.state_with import state_with
from detente.quantities import PartyId, UtcMs
from detente.record.statement import Ref
from detente.tracks.position import PositionReport


def encountered(state: State, event: Encountered) -> tuple[State, tuple[Effect, ...]]:
    """Raise once for each encounter; clear what was raised when the aircraft have parted."""
    match event.finding:
        case Found() as found:
            return _raise(state, found, event.at_ms)
        case Over() as over:
            return _clear(state, over)


def take_own_question(state: State, *, ref: Ref, question: Query | Alert) -> tuple[State, tuple[Effect, ...]]:
    """The own QRY or ALR is committed: its alert has its statement, and is cleared if it is over already."""
    for key, held in state.alerts.items():
        if held.statement is None and held.question == question:
            held = replace(held, statement=ref)
            if held.parted_ms is not None:
                return _cleared(state, held, parted_ms=held.parted_ms)
            return state_with(state, alerts={**state.alerts, key: held}), ()
    return state, ()


def take_answer(state: State, *, party: PartyId, answer: Answer, of: Ref | None) -> State:
    """A `yes` names the party of the aircraft for a while; `unknown` and silence name nobody.

    A `no` from the party that was thought to be its owner takes that back.
    """
    for key, held in state.alerts.items():
        if held.statement == of and of is not None and party != state.me:
            known = {
                aircraft: owner
                for aircraft, owner in state.known_aircraft.items()
                if _known_owner(state, aircraft) is not None
            }
            if answer.answer == "yes":
                known[held.foreign] = (party, state.now_ms)
            elif answer.answer == "no" and known.get(held.foreign, (None,))[0] == party:
                del known[held.foreign]
            return state_with(
                state,
                alerts={**state.alerts, key: replace(held, answer=answer.answer)},
                known_aircraft=known,
            )
    return state


def matched(state: State, event: OwnMatched) -> tuple[State, tuple[Effect, ...]]:
    """Put beside a question which answer the own tracks suggest; a person gives it."""
    item = duty.item_of(state, event.ref, state.me)
    if item is None:
        return state, ()
    suggestion = "yes" if event.match is not None else "no" if event.can_tell else "unknown"
    return duty.put(state, replace(item, suggestion=suggestion)), ()


def _raise(state: State, found: Found, at_ms: UtcMs) -> tuple[State, tuple[Effect, ...]]:
    key = (found.own.aircraft, found.foreign.aircraft)
    if (known := state.alerts.get(key)) is not None:
        # Over, but not said yet: the question that waits serves for this encounter too.
        return state_with(state, alerts={**state.alerts, key: replace(known, parted_ms=None)}), ()
    owner = _known_owner(state, found.foreign.aircraft)
    call_khz = radio.call_khz_at(
        state,
        lat_deg=found.approach.lat_deg,
        lon_deg=found.approach.lon_deg,
        level_palt_ft=found.approach.b.level_palt_ft,
    )
    left_s = max(0, found.approach.from_ms - at_ms) // 1000
    line_helps = left_s > _answer_s(state, "QRY" if owner is None else "ALR")
    question: Query | Alert
    if owner is None:
        code, question, to = "QRY", _query(found.foreign), tuple(map(state.desk_of, state.peers))
    else:
        question = _alert(found, call_khz=call_khz, line_helps=line_helps)
        code, to = "ALR", (state.desk_of(owner),)
    held = AlertHeld(
        own=found.own.aircraft, foreign=found.foreign.aircraft, raised_ms=at_ms, to=to, question=question
    )
    effects = (
        Write(kind="alert", text=f"raised: {held.own} and {held.foreign}, {code}"),
        Say(to=to, code=code, body=question, precedence="ALERT", reply_to=None),
        Warn(text=_words(found, owner, left_s=left_s, call_khz=call_khz, line_helps=line_helps)),
    )
    return state_with(state, alerts={**state.alerts, key: held}), effects


def _answer_s(state: State, code: str) -> int:
    """How long an answer on the line may take; with less time left than that, only the frequency helps."""
    times = duty.times_of(state.memorandum, code=code, precedence="ALERT")
    return times.substance_s or times.understood_s or 0


def _words(
    found: Found, owner: PartyId | None, *, left_s: int, call_khz: int | None, line_helps: bool
) -> str:
    """What the own watch needs to tell its crew, in the order in which it is needed."""
    own, foreign, near = found.own, found.foreign, found.approach
    channel = "guard" if call_khz is None else channel_text(call_khz)
    when = f"in {left_s} s" if left_s else "NOW"
    level = "level not known" if foreign.level_palt_ft is None else f"{round(foreign.level_palt_ft)} ft PALT"
    whose = "is it theirs? (asked)" if owner is None else f"of {owner} (told)"
    helps = f"crews call on {channel}" if line_helps else f"NO TIME FOR THE LINE: crews call on {channel} now"
    return (
        f"ENCOUNTER {when}: {name_of(own)} and {name_of(foreign)}, {whose}:"
        f" {near.miss_nm:.1f} NM {near.miss_ft:.0f} ft at {near.lat_deg:.3f} {near.lon_deg:.3f}, {level}; {helps}."
    )


def _clear(state: State, over: Over) -> tuple[State, tuple[Effect, ...]]:
    key = (over.own, over.foreign)
    held = state.alerts.get(key)
    if held is None:
        return state, ()
    if held.statement is None:
        waiting = replace(held, parted_ms=over.parted_ms)
        return state_with(state, alerts={**state.alerts, key: waiting}), ()
    return _cleared(state, held, parted_ms=over.parted_ms)


def _cleared(state: State, held: AlertHeld, *, parted_ms: UtcMs) -> tuple[State, tuple[Effect, ...]]:
    alerts = {key: alert for key, alert in state.alerts.items() if key != (held.own, held.foreign)}
    say = Say(
        to=held.to,
        code="CLR",
        body=Cleared(parted_ms=parted_ms),
        precedence="ALERT",
        reply_to=held.statement,
    )
    write = Write(kind="alert", text=f"over: {held.own} and {held.foreign}")
    return state_with(state, alerts=alerts, alerts_over=state.alerts_over + 1), (write, say)


def _known_owner(state: State, aircraft: str) -> PartyId | None:
    known = state.known_aircraft.get(aircraft)
    if known is None:
        return None
    party, since_ms = known
    return party if state.now_ms - since_ms <= state.memorandum.tracks.identity_valid_s * 1000 else None


def _query(foreign: PositionReport) -> Query:
    return Query(
        at=place_of(foreign),
        at_ms=foreign.time_ms,
        level=level_of(foreign),
        track_deg=track_of(foreign),
        speed_kt=speed_kt_of(foreign),
    )


def _alert(found: Found, *, call_khz: int | None, line_helps: bool) -> Alert:
    return Alert(
        what="unsafe_closure",
        at=place_of(found.foreign),
        at_ms=found.foreign.time_ms,
        level=level_of(found.foreign),
        track_deg=track_of(found.foreign),
        call_on_khz=call_khz,
        ask="confirm_visual" if line_helps else "call_on_channel",
    )
