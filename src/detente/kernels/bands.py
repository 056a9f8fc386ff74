"""Guidance for many pairs at once: which values of direction, speed, vertical speed and altitude lead where.

The range of each dimension is cut between neighbouring values (`detente.kernels.options`). A piece has the worst
region of its two ends, so a band reaches from the last good value to the next good one, and a good value between two
bad ones is no way out. A level whose volume lies on the present path within its alert time is followed for the whole
look-ahead; one that does not, for its alert time after each manoeuvre. Where nothing is left, the pieces that regain
well clear soonest become `RECOVERY` (`detente.kernels.recovery`).
"""

from __future__ import annotations

import math
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from detente.kernels.compiled import compiled
from detente.kernels.layout import Floats
from detente.kernels.lines import Flags
from detente.kernels.manoeuvres import ALTITUDE, DIRECTION, LEAST, MOST, SPEED, STEP, VERTICAL_SPEED
from detente.kernels.options import Line, any_free, is_free, is_negligible, lay_out, look, mark
from detente.kernels.recovery import Desk, recover
from detente.kernels.volumes import (
    ADVISORY,
    ALERT_S,
    HEIGHT,
    KIND,
    RADIUS,
    REGION,
    inside_times,
    is_inside,
    is_same_volume,
)

NONE, FAR, MID, NEAR, RECOVERY, UNKNOWN = range(6)
"""Regions: free, preventive, corrective, warning, regains well clear, outside the limits."""

BANDS_MAX = 64
"""Bands of one dimension that are kept; further ones join the last, with the worse region."""

Codes: TypeAlias = NDArray[np.int8]


class Bands(NamedTuple):
    """What `guide` writes, a row a pair and a column a dimension."""

    filled: NDArray[np.int32]
    """Shape (n, 4): how many bands, at least one."""
    edge: Floats
    """Shape (n, 4, BANDS_MAX + 1): where each band begins, and where the last one ends; rad, m/s, m/s, m."""
    region: Codes
    """Shape (n, 4, BANDS_MAX)."""
    recovery: Floats
    """Shape (n, 4, 4), as `recovery` names them; the time is NaN where nothing had to be recovered."""


@compiled
def guide(
    own: Floats,
    intruder: Floats,
    levels: Floats,
    plan: Floats,
    rules: Floats,
    lookahead_s: float,
    bands: Bands,
) -> None:
    """Write the bands of every pair in all four dimensions.

    Args:
        own, intruder: shape (n, 6), metres and m/s, east, north, up; finite, and ownship moves horizontally.
        levels: shape (k, `volumes.ROW`), as `volumes` names the columns, the mildest first.
        plan: shape (4, 4), as `manoeuvres` names rows and columns.
        rules: shape (6,), as `recovery` names them.
    """
    widest = _widest(own, plan)
    desk = Desk(
        np.empty((widest, 8)),
        np.empty((widest, 8)),
        np.zeros(widest, np.bool_),
        np.empty(widest),
        np.empty((3, 3)),
        np.zeros(8),
    )
    piece = np.zeros(widest, np.int8)
    around = plan.copy()
    imminent = np.zeros(len(levels), np.bool_)
    relative = np.empty(6)
    for i in range(len(own)):
        relative[:] = own[i] - intruder[i]
        for k in range(len(levels)):
            entry, leave = _times(levels[k], relative, own[i], lookahead_s)
            imminent[k] = levels[k, REGION] != NONE and entry < leave and entry <= levels[k, ALERT_S]
        heading = math.atan2(own[i, 3], own[i, 4]) % math.tau
        around[DIRECTION, LEAST] = heading + plan[DIRECTION, LEAST]
        around[DIRECTION, MOST] = heading + plan[DIRECTION, MOST]
        for dimension in range(4):
            present = heading
            if dimension == SPEED:
                present = math.sqrt(own[i, 3] * own[i, 3] + own[i, 4] * own[i, 4])
            elif dimension > SPEED:
                present = own[i, 5] if dimension == VERTICAL_SPEED else own[i, 2]
            line = lay_out(dimension, present, around, desk.edge)
            pieces = line.pieces
            piece[:pieces] = NONE
            bands.recovery[i, dimension, :] = math.nan
            _colour(
                line,
                own[i],
                intruder[i],
                relative,
                levels,
                imminent,
                around,
                rules,
                lookahead_s,
                desk,
                piece,
                bands.recovery[i, dimension],
            )
            if dimension == DIRECTION:
                pieces = _turn_to_north(pieces, desk.edge, piece)
            bands.filled[i, dimension] = _join(
                pieces, line.step, desk.edge, piece, bands.edge[i, dimension], bands.region[i, dimension]
            )


@compiled
def _widest(own: Floats, plan: Floats) -> int:
    """How long the longest line is: it reaches from the present value to both limits, also from outside them."""
    widest = 0
    for dimension in range(4):
        step, least, most = plan[dimension, STEP], plan[dimension, LEAST], plan[dimension, MOST]
        low, high = least, most
        if dimension in (SPEED, VERTICAL_SPEED):
            for i in range(len(own)):
                present = own[i, 5]
                if dimension == SPEED:
                    present = math.sqrt(own[i, 3] * own[i, 3] + own[i, 4] * own[i, 4])
                low, high = min(low, present), max(high, present)
        widest = max(widest, int((high - low) / step) + 8)
    return widest


@compiled
def _times(level: Floats, relative: Floats, own: Floats, lookahead_s: float) -> tuple[float, float]:
    return inside_times(
        level,
        relative[0],
        relative[1],
        relative[2],
        relative[3],
        relative[4],
        relative[5],
        own[2],
        own[5],
        lookahead_s,
    )


@compiled
def _is_met(level: Floats, relative: Floats, own: Floats) -> bool:
    return is_inside(
        level,
        relative[0],
        relative[1],
        relative[2],
        relative[3],
        relative[4],
        relative[5],
        own[2],
        own[5],
    )


@compiled
def _colour(
    line: Line,
    own: Floats,
    intruder: Floats,
    relative: Floats,
    levels: Floats,
    imminent: Flags,
    plan: Floats,
    rules: Floats,
    lookahead_s: float,
    desk: Desk,
    piece: Codes,
    found: Floats,
) -> None:
    """Give each piece of one dimension its region."""
    saturated, looked = -1, -1
    followed_s = 0.0
    for k in range(len(levels)):
        if levels[k, REGION] == NONE or not _may_meet(line.dimension, levels[k], relative, lookahead_s):
            continue
        if looked < 0 or not is_same_volume(levels[looked], levels[k]):
            look(line, own, intruder, plan, levels[k], lookahead_s, desk.legs, desk.seen)
            looked = k
        straight_s = lookahead_s if imminent[k] else levels[k, ALERT_S]
        followed_s = lookahead_s if imminent.any() else straight_s
        desk.red[: line.values] = (
            line.dimension == ALTITUDE and line.at_once and _is_met(levels[k], relative, own)
        )
        mark(line, desk.seen, 0.0, straight_s, lookahead_s, False, desk.red)
        for p in range(line.pieces):
            if not is_free(line, desk.red, p):
                piece[p] = max(piece[p], np.int8(levels[k, REGION]))
        if not any_free(line, desk.red, desk.edge):
            saturated = k
    if saturated < 0:
        return
    if not is_same_volume(levels[looked], levels[saturated]):
        look(line, own, intruder, plan, levels[saturated], lookahead_s, desk.legs, desk.seen)
    if not imminent.any():
        followed_s = levels[saturated, ALERT_S]
    if recover(line, own, intruder, plan, levels[saturated], rules, followed_s, lookahead_s, desk, found):
        for p in range(line.pieces):
            if is_free(line, desk.red, p):
                piece[p] = RECOVERY


@compiled
def _may_meet(dimension: int, level: Floats, relative: Floats, lookahead_s: float) -> bool:
    """Whether the part of the motion that a manoeuvre leaves alone lets the volume be met at all."""
    if level[KIND] == ADVISORY:
        return True
    wide = level.copy()
    if dimension <= SPEED:
        wide[RADIUS] = 1e9
        entry, leave = inside_times(wide, 0.0, 0.0, relative[2], 0.0, 0.0, relative[5], 0.0, 0.0, lookahead_s)
    else:
        wide[HEIGHT] = 1e9
        entry, leave = inside_times(
            wide, relative[0], relative[1], 0.0, relative[3], relative[4], 0.0, 0.0, 0.0, lookahead_s
        )
    return entry <= leave


@compiled
def _turn_to_north(pieces: int, edge: Floats, piece: Codes) -> int:
    """Bring directions, counted around the present one, into the order of 0 to a full turn; how many pieces then."""
    first = 0
    shift = math.floor(edge[0] / math.tau)
    while first < pieces and math.floor(edge[first] / math.tau) == shift:
        first += 1
    turned = np.empty(pieces + 2)
    code = np.empty(pieces + 1, np.int8)
    turned[0], n = 0.0, 0
    # The piece before `first` lies across north: its end opens the circle and its beginning closes it.
    for k in range(pieces):
        p = (first - 1 + k) % pieces
        code[n] = piece[p]
        turned[n + 1] = (edge[p + 1] - math.tau * math.floor(edge[p + 1] / math.tau)) % math.tau
        n += 1
    code[n], turned[n + 1] = code[0], math.tau
    edge[: n + 2], piece[: n + 1] = turned[: n + 2], code[: n + 1]
    return n + 1


@compiled
def _join(pieces: int, step: float, edge: Floats, piece: Codes, out_edge: Floats, out_region: Codes) -> int:
    """Write runs of pieces of one region as bands; how many there are. What is negligible joins what was before."""
    bands = 0
    out_edge[0] = edge[0]
    for p in range(pieces):
        if not is_negligible(edge[p], edge[p + 1], step):
            if bands == BANDS_MAX:
                out_region[bands - 1] = max(out_region[bands - 1], piece[p])
            elif bands == 0 or out_region[bands - 1] != piece[p]:
                out_region[bands] = piece[p]
                bands += 1
        out_edge[bands] = edge[p + 1]
    out_edge[0] = edge[0]
    return bands
