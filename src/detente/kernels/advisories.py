"""When TCAS II would advise: its tests on range and altitude, with thresholds by own altitude.

Horizontally: within DMOD, or closing with modified tau <= TAU. Vertically: within ZTHR, or equal altitude within
TCOA. Where the filter is on, the miss distance (the present distance when opening) must be within HMD. Thresholds
come from the row of the table whose altitudes ownship is between, so a climb changes them on the way; the answer
reaches from the first advisory to the end of the last.

Source: Munoz, Narkawicz, Chamberlain, "A TCAS-II resolution advisory detection algorithm", AIAA GNC 2013.
"""

from __future__ import annotations

import math

from detente.kernels.compiled import compiled
from detente.kernels.layout import Floats
from detente.kernels.roots import EDGE_M, STILL2, earlier_root, later_root

FILTER, FIRST = 0, 1
TOP, TAU_S, TCOA_S, DMOD, ZTHR, HMD = range(6)
"""Columns of each of the eight rows, which follow one another from `FIRST`: the altitude up to which it holds
(included; the last infinite), and its thresholds. Metres, seconds."""

BANDS = 8
WIDTH = 6
TABLE = FIRST + BANDS * WIDTH


@compiled
def advisory_times(
    table: Floats,
    x: float,
    y: float,
    z: float,
    vx: float,
    vy: float,
    vz: float,
    height: float,
    climb: float,
    until_s: float,
) -> tuple[float, float]:
    """The first and last moment in [0, `until_s`] with an advisory; arguments as of `volumes.inside_times`."""
    first, last = math.inf, -math.inf
    bottom = -math.inf
    for band in range(BANDS):
        row = table[FIRST + band * WIDTH : FIRST + (band + 1) * WIDTH]
        start, end = 0.0, until_s
        if climb == 0.0:
            if not bottom < height <= row[TOP]:
                start, end = math.inf, -math.inf
        else:
            low, high = (bottom - height) / climb, (row[TOP] - height) / climb
            start, end = max(0.0, min(low, high)), min(until_s, max(low, high))
        bottom = row[TOP]
        if start <= end:
            entry, leave = _times(row, table[FILTER] > 0.0, x, y, z, vx, vy, vz, start, end)
            if entry <= leave:
                first, last = min(first, entry), max(last, leave)
    return first, last


@compiled
def advisory_size(table: Floats, height: float) -> tuple[float, float]:
    """HMD and ZTHR at an altitude, metres."""
    band = 0
    while band < BANDS - 1 and height > table[FIRST + band * WIDTH + TOP]:
        band += 1
    return table[FIRST + band * WIDTH + HMD], table[FIRST + band * WIDTH + ZTHR]


@compiled
def _times(
    row: Floats,
    filtered: bool,
    x: float,
    y: float,
    z: float,
    vx: float,
    vy: float,
    vz: float,
    start: float,
    end: float,
) -> tuple[float, float]:
    if vz == 0.0:
        if abs(z) > row[ZTHR] + EDGE_M:
            return math.inf, -math.inf
    else:
        towards = 1.0 if vz > 0.0 else -1.0
        start = max(start, (-towards * max(row[ZTHR], row[TCOA_S] * abs(vz)) - z) / vz)
        end = min(end, (towards * row[ZTHR] - z) / vz)
    range2, speed2, closing = x * x + y * y, vx * vx + vy * vy, x * vx + y * vy
    dmod2, hmd2 = row[DMOD] * row[DMOD], row[HMD] * row[HMD]
    if speed2 < STILL2:
        if range2 > dmod2 or (filtered and range2 > hmd2):
            return math.inf, -math.inf
        return start, end
    half_b, c = closing + 0.5 * row[TAU_S] * speed2, range2 + row[TAU_S] * closing - dmod2
    entry = earlier_root(speed2, half_b, c)
    leave = later_root(speed2, closing, range2 - dmod2)
    if math.isnan(leave):
        leave = min(later_root(speed2, half_b, c), -closing / speed2)
    if math.isnan(entry):
        return math.inf, -math.inf
    if filtered:
        out = later_root(speed2, closing, range2 - hmd2)
        if math.isnan(out):
            return math.inf, -math.inf
        leave = min(leave, out)
    start, end = max(start, entry), min(end, leave)
    if start > end:
        return math.inf, -math.inf
    return start, end
