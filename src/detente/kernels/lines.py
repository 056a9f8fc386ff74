"""Every value that ownship could turn, accelerate or climb to, and when the volume is entered on the way or after.

A line holds the values of one dimension in steps from the present one, both ways. A value is red if straight flight
after reaching it enters the volume in time, or if the volume is met on the way, looked at in straight pieces from
each step to the next. One look-ahead per value answers every question about it: the volume is entered and left
once, so a later start or an earlier end only moves the bounds.

Altitudes are reached otherwise (`detente.kernels.climbs`).
"""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from detente.kernels.compiled import compiled
from detente.kernels.layout import Floats
from detente.kernels.manoeuvres import LEAST, MOST, RATE, STEP, after_steps
from detente.kernels.volumes import inside_times

Flags: TypeAlias = NDArray[np.bool_]

TAKES, ENTRY, LEAVE = range(3)
"""Columns of a value: seconds until it is reached, and from then until the volume is entered and left."""


INSTANT_S = 1e-9
"""A step that ends at the very moment belongs to both sides of it, whatever its last bit says."""


@compiled
def line_extent(dimension: int, present: float, plan: Floats) -> tuple[int, int]:
    """How many steps down (or left) and up (or right) the line goes, so that the limits are reached or passed."""
    step = plan[dimension, STEP]
    return (
        max(0, math.ceil((present - plan[dimension, LEAST]) / step - 1e-9)),
        max(0, math.ceil((plan[dimension, MOST] - present) / step - 1e-9)),
    )


@compiled
def look_along(
    dimension: int,
    own: Floats,
    intruder: Floats,
    plan: Floats,
    level: Floats,
    down: int,
    count: int,
    lookahead_s: float,
    seen: Floats,
) -> None:
    """Write what follows from each of `count` values, the first `down` steps below the present one.

    Args:
        own, intruder: shape (6,), metres and m/s, east, north, up.
        plan: shape (4, 4), as `manoeuvres` names rows and columns.
        level: shape (`volumes.ROW`,), as `volumes` names the columns.
        seen: shape (at least count, 3), written: `TAKES`, `ENTRY`, `LEAVE`.
    """
    rate, step = plan[dimension, RATE], plan[dimension, STEP]
    between_s = step / rate if rate > 0.0 else 0.0
    moved = np.empty(6)
    for k in range(count):
        takes_s = after_steps(dimension, own, intruder, k - down, rate, step, moved)
        entry, leave = inside_times(
            level,
            moved[0],
            moved[1],
            moved[2],
            moved[3],
            moved[4],
            moved[5],
            moved[2] + intruder[2] + intruder[5] * takes_s,
            moved[5] + intruder[5],
            max(lookahead_s - takes_s, between_s),
        )
        seen[k, TAKES], seen[k, ENTRY], seen[k, LEAVE] = takes_s, entry, leave


@compiled
def redden(
    seen: Floats,
    down: int,
    count: int,
    between_s: float,
    from_s: float,
    straight_s: float,
    until_s: float,
    at_end: bool,
    red: Flags,
) -> None:
    """Mark the values after or before whose reaching the volume is met.

    Args:
        seen: of `look_along`.
        between_s: seconds from one step to the next; 0 if a value is taken at once.
        from_s: what is met earlier does not count, seconds from now.
        straight_s: how long straight flight is followed.
        until_s: what is met later does not count, seconds from now.
        at_end: whether the moment at which a value is reached counts although it is later.
        red: shape (at least count,); only ever set.
    """
    for side in (-1, 1):
        met = False
        k = down
        while 0 <= k < count:
            takes_s, entry, leave = seen[k, TAKES], seen[k, ENTRY], seen[k, LEAVE]
            start_s, end_s = from_s - takes_s, min(straight_s, until_s - takes_s)
            if at_end:
                end_s = max(0.0, end_s)
            if (
                from_s - INSTANT_S <= takes_s
                and (at_end or takes_s <= until_s + INSTANT_S)
                and entry <= between_s
                and between_s > 0.0
            ):
                met = True
            if met or (entry <= leave and entry <= end_s and leave >= start_s and end_s >= start_s):
                red[k] = True
            k += side
