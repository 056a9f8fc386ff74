"""How far each peer's clock is from ours, and when it has jumped: both are alarms, said once per change.

Every time of the record is somebody's claim; a clock that runs ahead or was set shows here and nowhere else.
"""

from __future__ import annotations

from dataclasses import replace

from detente.node.effects import Effect, Write
from detente.node.line_held import ClockHeld
from detente.node.state import State
from detente.node.state_with import state_with
from detente.quantities import PartyId, UtcMs

OFFSETS_KEPT = 5
"""One slow exchange does not move the median of so many."""


def take_offset(
    state: State, peer: PartyId, offset_ms: int, at_ms: UtcMs
) -> tuple[State, tuple[Effect, ...]]:
    """One more measurement: the peer's clock minus ours, at mid-exchange."""
    held, tolerance_ms = state.clocks.get(peer, ClockHeld()), state.memorandum.line.clock_tolerance_ms
    effects: list[Effect] = []
    if held.offsets_ms and abs(jump_ms := offset_ms - held.offsets_ms[-1]) > tolerance_ms:
        held = replace(held, jump_ms=jump_ms, jumped_at_ms=at_ms)
        effects.append(Write(kind="clock", text=f"{peer}: jumped by {jump_ms} ms against ours"))
    held = replace(held, offsets_ms=(*held.offsets_ms, offset_ms)[-OFFSETS_KEPT:])
    middle_ms = held.offset_ms
    assert middle_ms is not None, "an offset has just been noted"
    if (is_off := abs(middle_ms) > tolerance_ms) != held.is_off:
        word = "is off" if is_off else "agrees again"
        effects.append(Write(kind="clock", text=f"{peer}: {word}, {middle_ms} ms against ours"))
        held = replace(held, is_off=is_off)
    return state_with(state, clocks={**state.clocks, peer: held}), tuple(effects)
