"""What may be done only while a path serves: it lapses in the second in which either side names the path silent.

It returns once nobody's record has the path silent any more and whatever `restore_after` lists has been done
since: LCK a check by hand of one of its paths, RCK a radio check with the party at the other end.
Source: practice (d) rule 6; casebook dca-pentagon-2022-dead-line.
"""

from __future__ import annotations

from dataclasses import replace

from detente.line.bodies_duty import LineState
from detente.memorandum.model_talk import Permission
from detente.node.effects import Effect, Write
from detente.node.line_held import LapseHeld
from detente.node.line_paths import peer_over
from detente.node.state import State
from detente.node.state_with import state_with
from detente.quantities import PartyId, UtcMs, utc_text


def follow(state: State, *, by: PartyId, named: LineState) -> tuple[State, tuple[Effect, ...]]:
    """A party at one end of a path has named its state: what depends on it lapses, or may return."""
    peer = peer_over(state, named.path)
    if peer is None or by not in (state.me, peer):
        return state, ()
    effects: list[Effect] = []
    for permission in state.memorandum.permission:
        if named.path not in permission.depends_on:
            continue
        held = state.lapses.get(permission.id)
        if named.state == "silent":
            if held is None:
                effects.append(
                    Write(
                        kind="permission",
                        text=f"{permission.id} lapsed at {utc_text(named.since_ms)}: silent",
                    )
                )
                held = LapseHeld(since_ms=UtcMs(named.since_ms), silent=frozenset())
            held = replace(held, silent=held.silent | {(by, named.path)})
        elif held is not None and named.state == "open":
            held = replace(held, silent=held.silent - {(by, named.path)})
        if held is not None:
            state = state_with(state, lapses={**state.lapses, permission.id: held})
    state, restored = restore(state)
    return state, (*effects, *restored)


def restore(state: State) -> tuple[State, tuple[Effect, ...]]:
    """Give back what has everything that it asks for."""
    back = [
        one
        for one in state.memorandum.permission
        if (held := state.lapses.get(one.id)) is not None and not missing(state, one, held)
    ]
    if not back:
        return state, ()
    names = {one.id for one in back}
    lapses = {name: held for name, held in state.lapses.items() if name not in names}
    effects = tuple(Write(kind="permission", text=f"{one.id} is in force again") for one in back)
    return state_with(state, lapses=lapses), effects


def missing(state: State, permission: Permission, held: LapseHeld) -> tuple[str, ...]:
    """What a lapsed permission still waits for: a path to be open, LCK, RCK."""
    waits = [f"{path} open for {party}" for party, path in sorted(held.silent)]
    for check in permission.restore_after:
        if not any(_is_done(state, check, path, held.since_ms) for path in permission.depends_on):
            waits.append(check)
    return tuple(waits)


def _is_done(state: State, check: str, path: str, since_ms: UtcMs) -> bool:
    peer = peer_over(state, path)
    if peer is None:
        return False
    if check == "RCK":
        done_ms = state.radio_good_ms.get(peer)
    else:
        known = state.paths.get((peer, path))
        done_ms = known.human_good_ms if known is not None else None
    return done_ms is not None and done_ms > since_ms
