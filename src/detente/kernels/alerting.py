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
    WELL_CLEAR,
    inside_times,
    is_same_volume,
    well_clear_times,
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
    again = np.zeros(count, np.bool_)
    for k in range(count):
        radius, tall = max(radius, levels[k, RADIUS]), max(tall, levels[k, HEIGHT])
        tau, tcoa = max(tau, levels[k, TAU]), max(tcoa, levels[k, TCOA])
        bounded = bounded and levels[k, KIND] != ADVISORY
        again[k] = k > 0 and is_same_volume(levels[k - 1], levels[k])
    height, climb = 0.0, 0.0
    for i in range(len(relative)):
        x, y, z = relative[i, 0], relative[i, 1], relative[i, 2]
        vx, vy, vz = relative[i, 3], relative[i, 4], relative[i, 5]
        if bounded and _is_apart(x, y, z, vx, vy, vz, radius, tall, tau, tcoa, lookahead_s):
            level[i] = 0
            for k in range(count):
                entry_s[i, k], leave_s[i, k] = math.inf, -math.inf
            continue
        if stands:
            height, climb = upright[i, 0], upright[i, 1]
        entry, leave = math.inf, -math.inf
        highest = 0
        for k in range(count):
            if not again[k]:
                if levels[k, KIND] == WELL_CLEAR:
                    entry, leave = well_clear_times(
                        x,
                        y,
                        z,
                        vx,
                        vy,
                        vz,
                        levels[k, RADIUS],
                        levels[k, HEIGHT],
                        levels[k, TAU],
                        levels[k, TCOA],
                        lookahead_s,
                    )
                else:
                    entry, leave = inside_times(levels[k], x, y, z, vx, vy, vz, height, climb, lookahead_s)
            entry_s[i, k], leave_s[i, k] = entry, leave
            if entry < leave and entry <= levels[k, ALERT_S]:
                highest = k + 1
        level[i] = highest
        if highest > 0:
            alerted += 1
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
