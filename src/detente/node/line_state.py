"""What the checks of a path show: untested, open, late, silent, or that our own end has failed.

1. A check is good only with the other end's signed echo. Machine checks and checks by hand have ages of their
   own; a path of machines is named by the machine's, any other by hand's, and a missed check by hand is shown
   beside either.
2. A check proves its own path and no other.
3. On the first miss our own end is tested at once and every other path is tried; the test is given
   `self_test_within_s`, the paths `other_paths_within_s`. Without a good test the state is `own_fault`.
4. `late` and `silent` come by the memorandum's limits alone, counted from the last good check or from the start
   of this run; one failure changes nothing. `silent` needs our own end proven good and the other paths tried. A
   refusal is an answer: such a path becomes late and never silent, and shows as refused.
5. Only a change is journaled (LST), with the cause `not_known` unless an OUT covers the path.

Source: practice (d); casebook dca-pentagon-2022-dead-line, test-proves-only-its-path-2015.
"""

from __future__ import annotations

from dataclasses import replace

from detente.line.bodies_duty import LineState, ObservedState
from detente.line.wording import plain
from detente.memorandum.model import Path
from detente.node import permissions
from detente.node.declared import outage_of
from detente.node.effects import Effect, Say, SelfTest, TryAllPaths, Write
from detente.node.events import PathChecked, SelfTested, Woke
from detente.node.line_held import OwnEnd, PathHeld
from detente.node.line_paths import MACHINE_MEDIA, path_of, paths_to
from detente.node.state import State
from detente.node.state_with import state_with
from detente.quantities import PartyId, UtcMs

_Outcome = tuple[State, tuple[Effect, ...]]


def checked(state: State, event: PathChecked) -> _Outcome:
    """Note a machine's check of one path, and what follows from it at once."""
    path = path_of(state, event.path_id)
    if path is None:
        return state, ()
    held = _held(state, event.peer, path)
    if event.is_good:
        held = replace(
            held,
            machine_good_ms=event.at_ms,
            checked_ms=event.at_ms,
            missed_ms=None,
            is_refused=False,
            reason="",
        )
        return _name(_put(state, event.peer, path, held), event.peer, path, event.at_ms)
    words = f"{event.peer} over {path.id}: {'refused' if event.is_refused else 'no answer'}: {event.reason}"
    is_news = (held.reason, held.is_refused) != (plain(event.reason), event.is_refused)
    held = replace(held, checked_ms=event.at_ms, is_refused=event.is_refused, reason=plain(event.reason))
    state = _put(state, event.peer, path, held)
    state, effects = _missed(state, event.peer, path, event.at_ms)
    state, named = _name(state, event.peer, path, event.at_ms)
    return state, (*((Write(kind="link", text=words),) if is_news else ()), *effects, *named)


def self_tested(state: State, event: SelfTested) -> _Outcome:
    """Our own end works, or does not."""
    before = state.own_end
    asked_ms = before.asked_ms if before is not None else event.at_ms
    now = OwnEnd(asked_ms=asked_ms, is_waiting=False, is_good=event.is_good, reason=event.reason)
    is_news = before is None or before.is_good != event.is_good
    word = "good" if event.is_good else f"failed: {event.reason}"
    effects: tuple[Effect, ...] = (Write(kind="line", text=f"self-test: {word}"),) if is_news else ()
    state, named = _name_all(state_with(state, own_end=now), event.at_ms)
    return state, (*effects, *named)


def woke(state: State, event: Woke) -> _Outcome:
    """No machine check can be missed while nobody here was awake to make it: they are due again from now."""
    return state_with(state, woke_ms=event.at_ms), ()


def tick(state: State, at_ms: UtcMs) -> _Outcome:
    """Checks that did not come are missed, limits pass, and a failed own end is tested again."""
    effects: list[Effect] = []
    own = state.own_end
    if own is not None and _has_failed(state, own, at_ms):
        again_ms = own.asked_ms + state.memorandum.line.heartbeat_s * 1000
        if at_ms >= again_ms and any(held.missed_ms is not None for held in state.paths.values()):
            state, asked = _ask(state, at_ms)
            effects += asked
    for peer in state.peers:
        for path in paths_to(state, peer):
            held = _held(state, peer, path)
            state = _put(state, peer, path, held)
            if _is_missed(state, path, held, at_ms):
                state, missed = _missed(state, peer, path, at_ms)
                effects += missed
            state, human = _by_hand(state, peer, path, at_ms)
            effects += human
    state, named = _name_all(state, at_ms)
    return state, (*effects, *named)


def checked_by_hand(state: State, peer: PartyId, path_id: str, good_ms: UtcMs, at_ms: UtcMs) -> _Outcome:
    """A check by hand was answered with its own echo: both ends take the time at which the answer was said.

    The next tick names the state, so that a crash between an entry and its consequence loses nothing.
    """
    path = path_of(state, path_id)
    if path is None:
        return state, ()
    held = _held(state, peer, path)
    held = replace(held, human_good_ms=max(good_ms, held.human_good_ms or good_ms))
    if path.medium not in MACHINE_MEDIA:
        held = replace(held, missed_ms=None, is_refused=False, reason="")
    state = _put(state, peer, path, held)
    state, effects = _by_hand(state, peer, path, at_ms)
    state, restored = permissions.restore(state)
    return state, (*effects, *restored)


def take_line_state(state: State, *, party: PartyId, named: LineState) -> _Outcome:
    """What a party named a path: our own word is remembered over a restart, and either's counts for permissions."""
    path = path_of(state, named.path)
    if path is None:
        return state, ()
    if party == state.me:
        peer = PartyId(named.party)
        held = _held(state, peer, path)
        if held.since_ms is None or held.since_ms <= named.since_ms:
            held = replace(held, state=named.state, since_ms=UtcMs(named.since_ms))
            state = _put(state, peer, path, held)
    return permissions.follow(state, by=party, named=named)


def human_due_ms(state: State, held: PathHeld) -> UtcMs | None:
    """When a path is next to be checked by hand: so long after the last good check, or after the journal began."""
    base_ms = held.human_good_ms if held.human_good_ms is not None else state.opened_ms
    return UtcMs(base_ms + state.memorandum.line.human_check_s * 1000) if base_ms is not None else None


def _name_all(state: State, at_ms: UtcMs) -> _Outcome:
    effects: list[Effect] = []
    for peer in state.peers:
        for path in paths_to(state, peer):
            state, named = _name(state, peer, path, at_ms)
            effects += named
    return state, tuple(effects)


def _name(state: State, peer: PartyId, path: Path, at_ms: UtcMs) -> _Outcome:
    """Name the state of a path if it is another than before: here at once, then in the journal."""
    held = _held(state, peer, path)
    seen = _observe(state, path, held, at_ms)
    if seen == held.state:
        return state, ()
    is_told = outage_of(state, path.id, path.posts, at_ms)
    named = LineState(
        party=peer,
        path=path.id,
        state=seen,
        since_ms=at_ms,
        cause="outage" if is_told else "not_known",
    )
    state = _put(state, peer, path, replace(held, state=seen, since_ms=at_ms))
    state, followed = permissions.follow(state, by=state.me, named=named)
    asked: tuple[Effect, ...] = ()
    if seen == "late":
        state, asked = _ask(state, at_ms)
    say = Say(to=(state.desk_of(peer),), code="LST", body=named, precedence="ADMIN", reply_to=None)
    write = Write(kind="line", text=f"{peer} over {path.id}: {held.state} to {seen}")
    return state, (write, say, *followed, *asked)


def _observe(state: State, path: Path, held: PathHeld, at_ms: UtcMs) -> ObservedState:
    """The state by the rules above; it is the one named before where nothing has been learned since."""
    line, own = state.memorandum.line, state.own_end
    if path.medium in MACHINE_MEDIA:
        good_ms, base_ms = held.machine_good_ms, _machine_base_ms(state, held)
        late_s, silent_s = line.heartbeat_late_s, line.heartbeat_silent_s
    else:
        good_ms, base_ms = held.human_good_ms, human_due_ms(state, held)
        late_s, silent_s = line.human_late_s, line.human_silent_s
    if held.missed_ms is not None and own is not None and _has_failed(state, own, at_ms):
        return "own_fault"
    if held.missed_ms is None or base_ms is None:
        return "open" if good_ms is not None else held.state
    age_ms = at_ms - base_ms
    if age_ms >= silent_s * 1000 and not held.is_refused:
        tried = at_ms >= held.missed_ms + line.other_paths_within_s * 1000
        if tried and own is not None and own.is_good and not own.is_waiting:
            return "silent"
    if held.state == "silent":
        return "silent"
    if age_ms >= late_s * 1000 or held.state == "late":
        return "late"
    if good_ms is not None:
        return "open"
    return "untested" if held.state == "own_fault" else held.state


def _machine_base_ms(state: State, held: PathHeld) -> UtcMs | None:
    times = [when for when in (held.machine_good_ms, state.started_ms, state.woke_ms) if when is not None]
    return max(times, default=None)


def _has_failed(state: State, own: OwnEnd, at_ms: UtcMs) -> bool:
    """A self-test that failed, or gave no answer in its time; a new one does not excuse it before it is answered."""
    is_over = at_ms >= own.asked_ms + state.memorandum.line.self_test_within_s * 1000
    return own.is_good is False or (own.is_waiting and is_over)


def _is_missed(state: State, path: Path, held: PathHeld, at_ms: UtcMs) -> bool:
    """Whether a check should have been heard by now: by a machine by the late limit, by hand when it is due."""
    if path.medium in MACHINE_MEDIA:
        base_ms = _machine_base_ms(state, held)
        return base_ms is not None and at_ms >= base_ms + state.memorandum.line.heartbeat_late_s * 1000
    due_ms = human_due_ms(state, held)
    return due_ms is not None and at_ms >= due_ms


def _missed(state: State, peer: PartyId, path: Path, at_ms: UtcMs) -> _Outcome:
    """The first miss since the last good check sets off the self-test and every other path."""
    held = _held(state, peer, path)
    if held.missed_ms is not None:
        return state, ()
    state = _put(state, peer, path, replace(held, missed_ms=at_ms))
    state, asked = _ask(state, at_ms)
    tried_ms = state.tried_ms.get(peer)
    if tried_ms is not None and at_ms < tried_ms + state.memorandum.line.other_paths_within_s * 1000:
        return state, asked
    state = state_with(state, tried_ms={**state.tried_ms, peer: at_ms})
    return state, (*asked, TryAllPaths(peer=peer))


def _ask(state: State, at_ms: UtcMs) -> _Outcome:
    """A self-test, unless one is under way or was just done."""
    own, within_ms = state.own_end, state.memorandum.line.self_test_within_s * 1000
    if own is not None and at_ms < own.asked_ms + within_ms:
        return state, ()
    if own is None:
        is_good = None
    else:
        is_good = False if _has_failed(state, own, at_ms) else own.is_good
    return state_with(state, own_end=OwnEnd(asked_ms=at_ms, is_waiting=True, is_good=is_good)), (SelfTest(),)


def _by_hand(state: State, peer: PartyId, path: Path, at_ms: UtcMs) -> _Outcome:
    """The age of the check by hand, whatever the machines say."""
    held, line = _held(state, peer, path), state.memorandum.line
    due_ms = human_due_ms(state, held)
    over_ms = at_ms - due_ms if due_ms is not None else -1
    word = held.human
    if over_ms < 0:
        word = "in_time"
    elif over_ms >= line.human_silent_s * 1000:
        word = "silent"
    else:
        word = "late" if over_ms >= line.human_late_s * 1000 else "due"
    if word == held.human:
        return state, ()
    text = f"{peer} over {path.id}: check by hand is {word.replace('_', ' ')}"
    return _put(state, peer, path, replace(held, human=word)), (Write(kind="line", text=text),)


def _held(state: State, peer: PartyId, path: Path) -> PathHeld:
    return state.paths.get((peer, path.id)) or PathHeld()


def _put(state: State, peer: PartyId, path: Path, held: PathHeld) -> State:
    if state.paths.get((peer, path.id)) == held:
        return state
    return state_with(state, paths={**state.paths, (peer, path.id): held})
