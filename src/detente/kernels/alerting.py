"""The alert level of many pairs at once: the highest level whose volume they enter within its alert time.

One row a pair, one row a level, both contiguous. Neighbouring levels with the same volume are solved once, and
pairs that cannot meet within the look-ahead leave at a cheap first question.
"""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from detente.kernels.compiled import compiled
from detente.kernels.layout import Floats
from detente.kernels.volumes import (
    ADVISORY,
    ALERT_S,
    HEIGHT,
    KIND,
    RADIUS,
    TAU,
    TCOA,
    inside_times,
    is_same_volume,
)

Levels: TypeAlias = NDArray[np.int8]


@compiled
def alert_levels(
    relative: Floats,
    upright: Floats,
    levels: Floats,
    lookahead_s: float,
    level: Levels,
    entry_s: Floats,
    leave_s: Floats,
) -> int:
    """Write each pair's alert level, and when it enters and leaves the volume of every level.

    Args:
        relative: shape (n, 6), own minus intruder: metres and m/s, east, north, up; finite.
        upright: shape (n, 2), ownship's altitude and vertical speed; or (0, 2) where no level asks for them.
        levels: shape (k, `volumes.ROW`), as `volumes` names the columns, the mildest first.
        lookahead_s: how far ahead straight flight is believed, seconds.
        level: shape (n,), written: 0 none, or 1 to k.
        entry_s: shape (n, k), written: seconds from now, infinite for never.
        leave_s: shape (n, k), written: seconds from now, minus infinite for never.
    Returns: how many pairs have an alert.
    """
    alerted = 0
    count = len(levels)
    radius, tall, tau, tcoa = 0.0, 0.0, 0.0, 0.0
    bounded, stands = True, len(upright) == len(relative)
    for k in range(count):
        radius, tall = max(radius, levels[k, RADIUS]), max(tall, levels[k, HEIGHT])
        bounded = bounded and levels[k, KIND] != ADVISORY
        tau, tcoa = max(tau, levels[k, TAU]), max(tcoa, levels[k, TCOA])
    for i in range(len(relative)):
        x, y, z = relative[i, 0], relative[i, 1], relative[i, 2]
        vx, vy, vz = relative[i, 3], relative[i, 4], relative[i, 5]
        level[i] = 0
        height, climb = (upright[i, 0], upright[i, 1]) if stands else (0.0, 0.0)
        if bounded and _is_apart(x, y, z, vx, vy, vz, radius, tall, tau, tcoa, lookahead_s):
            for k in range(count):
                entry_s[i, k], leave_s[i, k] = math.inf, -math.inf
            continue
        entry, leave = math.inf, -math.inf
        for k in range(count):
            if k == 0 or not is_same_volume(levels[k - 1], levels[k]):
                entry, leave = inside_times(levels[k], x, y, z, vx, vy, vz, height, climb, lookahead_s)
            entry_s[i, k], leave_s[i, k] = entry, leave
            if entry < leave and entry <= levels[k, ALERT_S]:
                level[i] = k + 1
        alerted += level[i] > 0
    return alerted


@compiled
def _is_apart(
    x: float,
    y: float,
    z: float,
    vx: float,
    vy: float,
    vz: float,
    radius: float,
    height: float,
    tau: float,
    tcoa: float,
    until_s: float,
) -> bool:
    """Whether no volume is entered for certain: they pass too far, or stay too far above (both with a margin)."""
    climb = abs(vz)
    reach_z = max(height, tcoa * climb) + 1.0
    later = z + vz * until_s
    if (z > reach_z and later > reach_z) or (z < -reach_z and later < -reach_z):
        return True
    range2 = x * x + y * y
    radius2 = (radius + 1.0) * (radius + 1.0)
    if range2 <= radius2:
        return False
    closing = x * vx + y * vy
    if closing >= 0.0:
        return True
    speed2 = vx * vx + vy * vy
    across = x * vy - y * vx
    if across * across > radius2 * speed2:
        return True
    # Within the look-ahead they come at most that much nearer, and tau looks as far again.
    reach = (until_s + tau) * math.sqrt(speed2) + radius + 1.0
    return range2 > reach * reach
