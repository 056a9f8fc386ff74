"""Where no value is left: the soonest time after which one keeps well clear, and the values that do from then on.

Until that time a cylinder around the intruder must stay empty (it starts at the minima for recovery and shrinks,
at the least to a near mid-air collision); from then on the well-clear volume must. The time is found by halving the
look-ahead to under `FINENESS_S`, and a margin for settling is added before the values are chosen.

Source: Munoz and others, "DAIDALUS: Detect and Avoid Alerting Logic for Unmanned Systems", DASC 2015, for the idea;
order and rounding were measured against `../shared/vectors/daidalus`.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from detente.kernels.compiled import compiled
from detente.kernels.layout import Floats
from detente.kernels.lines import Flags
from detente.kernels.manoeuvres import ALTITUDE
from detente.kernels.options import Line, any_free, look, mark
from detente.kernels.volumes import CYLINDER, HEIGHT, KIND, RADIUS, size_at

MIN_RADIUS, MIN_HEIGHT, NMAC_RADIUS, NMAC_HEIGHT, FACTOR, STABILITY_S = range(6)
"""Rules of recovery: metres, metres, metres, metres, share by which the cylinder shrinks (0: never), seconds."""

FOUND_S, FOUND_RADIUS, FOUND_HEIGHT, FOUND_FACTOR = range(4)
"""What is found: seconds (infinite: nothing), metres, metres, how often the cylinder shrank."""

FINENESS_S = 0.5

SHRINKS_MAX = 200
"""So that a parameter set without a near mid-air collision comes to an end."""


class Desk(NamedTuple):
    """Arrays in which one pair after another is worked on."""

    seen: Floats
    shield: Floats
    red: Flags
    edge: Floats
    legs: Floats
    cylinder: Floats


@compiled
def recover(
    line: Line,
    own: Floats,
    intruder: Floats,
    plan: Floats,
    level: Floats,
    rules: Floats,
    straight_s: float,
    lookahead_s: float,
    desk: Desk,
    found: Floats,
) -> bool:
    """Leave the values marked in `desk.red` that do not recover, and say when those that do are clear.

    Args:
        level: the volume to be regained; where the rules give no minima for recovery, its size is taken.
        desk: `seen` holds the volume to be regained, `edge` the pieces.
        straight_s: how long straight flight is followed.
        found: shape (4,), written.
    Returns: whether anything recovers; if not, all values are marked.
    """
    found[FOUND_S], found[FOUND_RADIUS], found[FOUND_HEIGHT] = math.inf, math.nan, math.nan
    found[FOUND_FACTOR] = -1.0
    radius, height = size_at(level, own[2])
    radius = rules[MIN_RADIUS] if rules[MIN_RADIUS] > 0.0 else radius
    height = rules[MIN_HEIGHT] if rules[MIN_HEIGHT] > 0.0 else height
    if line.at_once and line.dimension == ALTITUDE:
        _mark_after(line, 0.0, straight_s, lookahead_s, desk)
        if any_free(line, desk.red, desk.edge):
            found[FOUND_S], found[FOUND_FACTOR] = 0.0, 0.0
            found[FOUND_RADIUS], found[FOUND_HEIGHT] = radius, height
            return True
    cylinder = desk.cylinder
    cylinder[KIND] = CYLINDER
    shrunk = 0
    while shrunk <= SHRINKS_MAX:
        share = (1.0 - rules[FACTOR]) ** shrunk
        cylinder[RADIUS] = radius * share
        cylinder[HEIGHT] = max(rules[NMAC_HEIGHT], height * share)
        if shrunk > 0 and (rules[FACTOR] <= 0.0 or cylinder[RADIUS] < rules[NMAC_RADIUS]):
            break
        look(line, own, intruder, plan, cylinder, lookahead_s, desk.legs, desk.shield)
        if _is_open(line, lookahead_s, straight_s, straight_s, lookahead_s, desk):
            late_s, early_s = lookahead_s, 0.0
            while late_s - early_s > FINENESS_S:
                middle_s = 0.5 * (late_s + early_s)
                if _is_open(line, middle_s, middle_s, straight_s, lookahead_s, desk):
                    late_s = middle_s
                else:
                    early_s = middle_s
            settled_s = min(lookahead_s, late_s + rules[STABILITY_S])
            if _is_open(line, settled_s, settled_s, straight_s, lookahead_s, desk):
                found[FOUND_S], found[FOUND_FACTOR] = settled_s, float(shrunk)
                found[FOUND_RADIUS], found[FOUND_HEIGHT] = cylinder[RADIUS], cylinder[HEIGHT]
                return True
        shrunk += 1
    desk.red[: line.values] = True
    return False


@compiled
def _is_open(
    line: Line, from_s: float, shielded_s: float, straight_s: float, lookahead_s: float, desk: Desk
) -> bool:
    """Whether a piece keeps out of the cylinder until a time, and out of the volume from a time on."""
    _mark_after(line, from_s, straight_s, lookahead_s, desk)
    mark(line, desk.shield, 0.0, math.inf, shielded_s, True, desk.red)
    return any_free(line, desk.red, desk.edge)


@compiled
def _mark_after(line: Line, from_s: float, straight_s: float, lookahead_s: float, desk: Desk) -> None:
    desk.red[: line.values] = False
    if from_s <= straight_s:
        mark(line, desk.seen, from_s, straight_s, lookahead_s, False, desk.red)
