"""When a well-clear volume is entered if neither place nor motion is known well: it grows with both, and with time.

At time t from now places are wrong by `e(t) = e0 + t e1` horizontally and `h(t) = h0 + t h1` vertically, and the
relative velocity by `e1` and `h1`. Along and across the relative motion each the worst place within e(t) is taken,
and the closing speed is raised by `e1`; then the definition is asked as it stands. Looked at every `LOOK_S`, and the
moments in between found by halving.

Source: the idea of Narkawicz, Munoz, Dutle, "Sensor uncertainty mitigation and dynamic well clear volumes in
DAIDALUS", DASC 2018; its formula was not at hand. Against the numbers in `../shared/vectors/daidalus` entries differ
by up to some hundredths of a second (`tests/vectors/test_daidalus_uncertain.py` holds by how much).
"""

from __future__ import annotations

import math

from detente.kernels.compiled import compiled
from detente.kernels.layout import Floats
from detente.kernels.roots import STILL2
from detente.kernels.volumes import HEIGHT, RADIUS, TAU, TCOA

PLACE, DRIFT, TALL, CLIMB = range(4)
"""Columns of a growth: e0 (m), e1 (m/s), h0 (m), h1 (m/s)."""

LOOK_S = 0.5
FINENESS_S = 1e-9


@compiled
def grown_times(level: Floats, growth: Floats, state: Floats, until_s: float) -> tuple[float, float]:
    """The first and last moment in [0, `until_s`] in the grown volume; infinite and minus infinite if there is none.

    Args:
        level: shape (`volumes.ROW`,), a well-clear volume.
        growth: shape (4,), as the columns above.
        state: shape (6,), own minus intruder, metres and m/s.
    """
    first, last = math.inf, -math.inf
    before = False
    looks = math.ceil(until_s / LOOK_S)
    for k in range(looks + 1):
        at_s = min(k * LOOK_S, until_s)
        now = _is_inside(level, growth, state, at_s)
        if now and not before and first == math.inf:
            first = at_s if k == 0 else _change(level, growth, state, at_s - LOOK_S, at_s)
        if before and not now:
            last = _change(level, growth, state, at_s, at_s - LOOK_S)
        if now:
            last = at_s
        before = now
    return first, last


@compiled
def _change(level: Floats, growth: Floats, state: Floats, outside_s: float, inside_s: float) -> float:
    """The moment inside, next to one that is not."""
    while abs(inside_s - outside_s) > FINENESS_S:
        middle_s = 0.5 * (inside_s + outside_s)
        if _is_inside(level, growth, state, middle_s):
            inside_s = middle_s
        else:
            outside_s = middle_s
    return inside_s


@compiled
def _is_inside(level: Floats, growth: Floats, state: Floats, at_s: float) -> bool:
    x, y, z = state[0] + state[3] * at_s, state[1] + state[4] * at_s, state[2] + state[5] * at_s
    vx, vy, vz = state[3], state[4], state[5]
    wrong, tall = growth[PLACE] + growth[DRIFT] * at_s, growth[TALL] + growth[CLIMB] * at_s
    height = max(0.0, abs(z) - tall)
    sinks = abs(vz) + growth[CLIMB] if z * vz < 0.0 else growth[CLIMB]
    if height > level[HEIGHT] and height > level[TCOA] * sinks:
        return False
    radius = level[RADIUS]
    if math.sqrt(x * x + y * y) - wrong <= radius:
        return True
    speed = math.sqrt(vx * vx + vy * vy)
    if speed * speed < STILL2:
        return False
    along = -(x * vx + y * vy) / speed - wrong
    across = max(0.0, abs(x * vy - y * vx) / speed - wrong)
    if along <= 0.0 or across > radius:
        return False
    reach2 = along * along + across * across
    return bool(reach2 - radius * radius <= level[TAU] * along * (speed + growth[DRIFT]))
