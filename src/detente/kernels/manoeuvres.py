"""Where ownship would be, seen from the intruder, while it turns, accelerates, climbs or levels off.

A manoeuvre is a constant turn rate, horizontal or vertical acceleration towards a value, and straight flight after
it. A rate of 0 means that the value is taken at once. States are rows of six: metres and m/s, east, north, up.
"""

from __future__ import annotations

import math

from detente.kernels.compiled import compiled
from detente.kernels.layout import Floats

DIRECTION, SPEED, VERTICAL_SPEED, ALTITUDE = range(4)
"""The four dimensions of guidance."""

RATE, STEP, LEAST, MOST = range(4)
"""Columns of a dimension: its rate (rad/s, m/s², m/s², m/s), its step, and its limits (rad, m/s, m/s, m).

The rate of altitude is the climb rate; its acceleration is the rate of vertical speed."""


@compiled
def after_steps(
    dimension: int, own: Floats, intruder: Floats, steps: int, rate: float, step: float, moved: Floats
) -> float:
    """Write the state relative to the intruder at the end of a manoeuvre of so many steps; negative is left or down.

    Who stands still faces north.

    Returns: how long the manoeuvre takes, seconds.
    """
    value = steps * step
    takes_s = abs(value) / rate if rate > 0.0 else 0.0
    east, north, up = own[3] * takes_s, own[4] * takes_s, own[5] * takes_s
    vx, vy, vz = own[3], own[4], own[5]
    if dimension == DIRECTION:
        sine, cosine = math.sin(value), math.cos(value)
        vx, vy = own[3] * cosine + own[4] * sine, own[4] * cosine - own[3] * sine
        if rate > 0.0:
            turn = math.copysign(rate, value)
            east, north = (own[4] - vy) / turn, (vx - own[3]) / turn
    elif dimension == SPEED:
        speed = math.sqrt(own[3] * own[3] + own[4] * own[4])
        if speed > 0.0:
            vx, vy = own[3] * ((speed + value) / speed), own[4] * ((speed + value) / speed)
        else:
            vx, vy = 0.0, value
        east, north = 0.5 * (own[3] + vx) * takes_s, 0.5 * (own[4] + vy) * takes_s
    else:
        vz = own[5] + value
        up = 0.5 * (own[5] + vz) * takes_s
    moved[0] = own[0] + east - intruder[0] - intruder[3] * takes_s
    moved[1] = own[1] + north - intruder[1] - intruder[4] * takes_s
    moved[2] = own[2] + up - intruder[2] - intruder[5] * takes_s
    moved[3], moved[4], moved[5] = vx - intruder[3], vy - intruder[4], vz - intruder[5]
    return takes_s


@compiled
def level_off(
    height: float, climb: float, target: float, rate: float, acceleration: float, legs: Floats
) -> int:
    """Write the three legs on which a target altitude is reached: to the climb rate, at it, and levelling off.

    Who already climbs towards the target faster than the rate keeps that. Without room for the rate, the middle
    leg takes no time.

    Args: metres, m/s, m/s²; `legs`, shape (3, 3), written: seconds, vertical speed at the start, acceleration.
    Returns: 1 if it goes up, -1 if it goes down.
    """
    if abs(climb) > rate and (target - height) * climb > 0.0:
        rate = abs(climb)
    up = 1 if target >= height + climb * abs(climb) / (2.0 * acceleration) else -1
    goal = up * rate
    first = math.copysign(acceleration, goal - climb)
    first_s = abs(goal - climb) / acceleration
    last_s = rate / acceleration
    left = target - (height + (climb + goal) * 0.5 * first_s) - 0.5 * goal * last_s
    if left * up < 0.0:
        goal = up * math.sqrt(max(0.0, acceleration * up * (target - height) + 0.5 * climb * climb))
        first = math.copysign(acceleration, goal - climb)
        first_s = abs(goal - climb) / acceleration
        last_s, left = abs(goal) / acceleration, 0.0
    legs[0, 0], legs[0, 1], legs[0, 2] = first_s, climb, first
    legs[1, 0], legs[1, 1], legs[1, 2] = left / goal if left != 0.0 else 0.0, goal, 0.0
    legs[2, 0], legs[2, 1], legs[2, 2] = last_s, goal, -up * acceleration
    return up


@compiled
def on_legs(height: float, legs: Floats, at_s: float) -> tuple[float, float]:
    """Height and vertical speed so long after the start of `level_off`; level after the end."""
    for k in range(3):
        share = min(at_s, legs[k, 0])
        reached = height + (legs[k, 1] + 0.5 * legs[k, 2] * share) * share
        if at_s <= legs[k, 0]:
            return reached, legs[k, 1] + legs[k, 2] * share
        height, at_s = reached, at_s - legs[k, 0]
    return height, 0.0
