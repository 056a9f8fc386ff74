"""The values open to ownship in one dimension, as pieces between neighbours: looked at, marked, found free.

One place for what differs between altitude, whose values are absolute, and the others, which count from the present.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from detente.kernels.climbs import look_up_and_down, redden_altitudes
from detente.kernels.compiled import compiled
from detente.kernels.layout import Floats
from detente.kernels.lines import Flags, line_extent, look_along, redden
from detente.kernels.manoeuvres import ALTITUDE, LEAST, MOST, RATE, STEP, VERTICAL_SPEED

NEARLY = 2.0**-12
"""Of the power of two below a value: what differs by less is the same value, unless half a step is less still.

Measured in `../shared/vectors/daidalus`: 0.111 kt at 700 kt, 0.016 deg at 360 deg and 2.5 ft at 14,400 ft are the
same; 0.134 kt at 700 kt, 0.08 kt at 10 kt and 1.9 ft at 10,800 ft are not."""

LEAST_TOLERANCE = 1e-5
"""rad, m/s or m: north is north although its last bits differ."""


class Line(NamedTuple):
    """The values of one dimension: how many lie below the present (altitude: the first multiple of the step)."""

    dimension: int
    down: int
    values: int
    pieces: int
    step: float
    between_s: float
    at_once: bool


@compiled
def lay_out(dimension: int, present: float, plan: Floats, edge: Floats) -> Line:
    """Choose the values, and write the edges of the pieces between them, clipped to the limits.

    Args:
        plan: shape (4, 4), as `manoeuvres` names rows and columns; limits of direction around the present one.
        edge: written, one more than there are pieces.
    """
    step, least, most = plan[dimension, STEP], plan[dimension, LEAST], plan[dimension, MOST]
    rate = plan[dimension, RATE]
    if dimension == ALTITUDE:
        down = math.ceil(least / step - 1e-9)
        count = math.floor(most / step + 1e-9) - down + 1
        edge[0] = least
        for k in range(count):
            edge[k + 1] = (down + k) * step
        edge[count + 1] = most
        at_once = rate <= 0.0 or plan[VERTICAL_SPEED, RATE] <= 0.0
        return Line(dimension, down, count, count + 1, step, 0.0, at_once)
    down, up = line_extent(dimension, present, plan)
    count = down + up + 1
    for k in range(count):
        edge[k] = min(max(present + (k - down) * step, least), most)
    between_s = step / rate if rate > 0.0 else 0.0
    return Line(dimension, down, count, count - 1, step, between_s, rate <= 0.0)


@compiled
def look(
    line: Line,
    own: Floats,
    intruder: Floats,
    plan: Floats,
    level: Floats,
    lookahead_s: float,
    legs: Floats,
    seen: Floats,
) -> None:
    """Write when the volume of `level` is met on the way to each value or after it."""
    if line.dimension == ALTITUDE:
        look_up_and_down(own, intruder, plan, level, line.down, line.values, lookahead_s, legs, seen)
    else:
        look_along(line.dimension, own, intruder, plan, level, line.down, line.values, lookahead_s, seen)


@compiled
def mark(
    line: Line,
    seen: Floats,
    from_s: float,
    straight_s: float,
    until_s: float,
    at_end: bool,
    red: Flags,
) -> None:
    """Mark the values that lead into the volume between two times; arguments as of `lines.redden`."""
    if line.dimension == ALTITUDE:
        redden_altitudes(seen, line.values, from_s, straight_s, until_s, red)
    else:
        redden(seen, line.down, line.values, line.between_s, from_s, straight_s, until_s, at_end, red)


@compiled
def is_free(line: Line, red: Flags, piece: int) -> bool:
    """Whether neither end of a piece is marked; the outermost altitudes have only one end."""
    if line.dimension == ALTITUDE:
        return not red[max(0, piece - 1)] and not red[min(piece, line.values - 1)]
    return not red[piece] and not red[piece + 1]


@compiled
def tolerance_at(value: float) -> float:
    """By how much values of this size may differ and still be taken for the same."""
    _, exponent = math.frexp(value)
    return max(LEAST_TOLERANCE, math.ldexp(NEARLY, exponent - 1))


@compiled
def is_negligible(low: float, high: float, step: float) -> bool:
    """Whether a piece is too narrow to be told from a limit."""
    return high - low < min(0.5 * step, tolerance_at(max(abs(low), abs(high))))


@compiled
def any_free(line: Line, red: Flags, edge: Floats) -> bool:
    """Whether a piece that is wide enough to use is free."""
    for piece in range(line.pieces):
        if not is_negligible(edge[piece], edge[piece + 1], line.step) and is_free(line, red, piece):
            return True
    return False
