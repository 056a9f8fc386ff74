"""Every altitude that ownship could level off at, and when the volume is met on the way or after.

Altitudes are whole multiples of the step. The way has three legs (`manoeuvres.level_off`). The climb in the middle
and level flight after the end are straight, so the volume is entered and left once in each; the two legs that bend
are looked at every second. A second is allowed for settling before level flight is followed.

Source of the arrangement: measured against `../shared/vectors/daidalus` (every edge of 2,500 pairs in five
configurations); the standards only ask that the way be looked at.
"""

from __future__ import annotations

import math

from detente.kernels.compiled import compiled
from detente.kernels.layout import Floats
from detente.kernels.lines import Flags
from detente.kernels.manoeuvres import ALTITUDE, RATE, STEP, VERTICAL_SPEED, level_off, on_legs
from detente.kernels.volumes import inside_times, is_inside

FIRST_BENT, LAST_BENT, CLIMB_FROM, CLIMB_ENTRY, CLIMB_LEAVE, LEVEL_FROM, LEVEL_ENTRY, LEVEL_LEAVE = range(8)
"""Columns of an altitude, seconds: the first and last look on a bent leg at which the volume was met; when the
climb starts, and from then entry and exit; the same of level flight."""

LOOK_S = 1.0
SETTLE_S = 1.0


@compiled
def look_up_and_down(
    own: Floats,
    intruder: Floats,
    plan: Floats,
    level: Floats,
    first: int,
    count: int,
    lookahead_s: float,
    legs: Floats,
    seen: Floats,
) -> None:
    """Write what follows from levelling off at each of `count` altitudes, `first` times the step and up.

    Args: as of `lines.look_along`; `legs`, shape (3, 3), is worked in; `seen`, shape (at least count, 8), written.
    """
    acceleration = plan[VERTICAL_SPEED, RATE]
    at_once = plan[ALTITUDE, RATE] <= 0.0 or acceleration <= 0.0
    up_before, open_before = 0, False
    for k in range(count):
        target = (first + k) * plan[ALTITUDE, STEP]
        seen[k, FIRST_BENT], seen[k, LAST_BENT] = math.inf, -math.inf
        seen[k, CLIMB_FROM], seen[k, CLIMB_ENTRY], seen[k, CLIMB_LEAVE] = 0.0, math.inf, -math.inf
        seen[k, LEVEL_FROM], seen[k, LEVEL_ENTRY], seen[k, LEVEL_LEAVE] = math.inf, math.inf, -math.inf
        if at_once:
            _look_level(own, intruder, level, target, 0.0, lookahead_s, seen[k])
            continue
        up = level_off(own[2], own[5], target, plan[ALTITUDE, RATE], acceleration, legs)
        climb_s, level_s = legs[0, 0] + legs[1, 0], legs[0, 0] + legs[1, 0] + legs[2, 0]
        is_open = climb_s >= lookahead_s and legs[1, 0] > 0.0
        if is_open and open_before and up == up_before:
            # All altitudes that are not reached in time share the way so far.
            for column in range(LEVEL_FROM):
                seen[k, column] = seen[k - 1, column]
            continue
        up_before, open_before = up, is_open
        _look_on_bends(own, intruder, level, legs, climb_s, min(level_s, lookahead_s), seen[k])
        _look_on_climb(own, intruder, level, legs, min(climb_s, lookahead_s), seen[k])
        _look_level(own, intruder, level, target, level_s + SETTLE_S, lookahead_s, seen[k])


@compiled
def _look_on_bends(
    own: Floats,
    intruder: Floats,
    level: Floats,
    legs: Floats,
    climb_s: float,
    until_s: float,
    row: Floats,
) -> None:
    at_s = 0.0
    while at_s < until_s:
        if legs[0, 0] <= at_s < climb_s:
            at_s = max(at_s + LOOK_S, math.ceil(climb_s / LOOK_S) * LOOK_S)
            continue
        height, climb = on_legs(own[2], legs, at_s)
        if is_inside(
            level,
            own[0] - intruder[0] + (own[3] - intruder[3]) * at_s,
            own[1] - intruder[1] + (own[4] - intruder[4]) * at_s,
            height - intruder[2] - intruder[5] * at_s,
            own[3] - intruder[3],
            own[4] - intruder[4],
            climb - intruder[5],
            height,
            climb,
        ):
            row[FIRST_BENT], row[LAST_BENT] = min(row[FIRST_BENT], at_s), at_s
        at_s += LOOK_S


@compiled
def _look_on_climb(
    own: Floats, intruder: Floats, level: Floats, legs: Floats, until_s: float, row: Floats
) -> None:
    from_s = legs[0, 0]
    if until_s <= from_s:
        return
    height, climb = on_legs(own[2], legs, from_s)
    row[CLIMB_FROM] = from_s
    row[CLIMB_ENTRY], row[CLIMB_LEAVE] = inside_times(
        level,
        own[0] - intruder[0] + (own[3] - intruder[3]) * from_s,
        own[1] - intruder[1] + (own[4] - intruder[4]) * from_s,
        height - intruder[2] - intruder[5] * from_s,
        own[3] - intruder[3],
        own[4] - intruder[4],
        climb - intruder[5],
        height,
        climb,
        until_s - from_s,
    )


@compiled
def _look_level(
    own: Floats,
    intruder: Floats,
    level: Floats,
    target: float,
    from_s: float,
    lookahead_s: float,
    row: Floats,
) -> None:
    if from_s > lookahead_s:
        return
    row[LEVEL_FROM] = from_s
    row[LEVEL_ENTRY], row[LEVEL_LEAVE] = inside_times(
        level,
        own[0] - intruder[0] + (own[3] - intruder[3]) * from_s,
        own[1] - intruder[1] + (own[4] - intruder[4]) * from_s,
        target - intruder[2] - intruder[5] * from_s,
        own[3] - intruder[3],
        own[4] - intruder[4],
        -intruder[5],
        target,
        0.0,
        lookahead_s - from_s,
    )


@compiled
def redden_altitudes(
    seen: Floats, count: int, from_s: float, straight_s: float, until_s: float, red: Flags
) -> None:
    """Mark the altitudes on whose way, or after, the volume is met; arguments as of `lines.redden`."""
    for k in range(count):
        if seen[k, LAST_BENT] >= from_s and seen[k, FIRST_BENT] <= until_s:
            red[k] = True
        for straight in (CLIMB_FROM, LEVEL_FROM):
            begins_s, entry, leave = seen[k, straight], seen[k, straight + 1], seen[k, straight + 2]
            start_s, end_s = from_s - begins_s, min(straight_s, until_s - begins_s)
            if entry <= leave and entry <= end_s and leave >= start_s and end_s >= start_s:
                red[k] = True
