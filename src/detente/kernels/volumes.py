"""When two aircraft in straight flight are inside a volume around one another: one closed interval of time.

A volume is a row of numbers (`KIND` ...), so that a table of alert levels is an array. Three kinds: the well-clear
volume with modified tau, the cylinder, and the tables of TCAS II (`detente.kernels.advisories`). States are
relative, own minus intruder: metres and metres a second, east, north, up; TCAS II also asks for own altitude.

Well clear is lost at t where both hold. Horizontally: r <= D, or closing, miss distance <= D and modified tau
(D² - r²) / (s·v) <= tau. Vertically: |z| <= H, or the time to equal altitude <= tcoa. Entry is the smaller root of
|v|² t² + (2 s·v + tau |v|²) t + r² + tau s·v - D² = 0, exit the later crossing of D.
Source: Munoz and others, "A family of well-clear boundary models", AIAA Aviation 2014. The cylinder is open, as
separation is kept exactly at its edge (within `EDGE_M`); the well-clear volume is closed.
"""

from __future__ import annotations

import math

from detente.kernels.advisories import TABLE, advisory_size, advisory_times
from detente.kernels.compiled import compiled
from detente.kernels.layout import Floats
from detente.kernels.roots import EDGE_M, STILL2, earlier_root, later_root

KIND, RADIUS, HEIGHT, TAU, TCOA, REGION, ALERT_S, EARLY_S = range(8)
"""Columns of a level: kind of volume, metres, metres, seconds, seconds, region, seconds, seconds."""

WELL_CLEAR, CYLINDER, ADVISORY = 0, 1, 2
"""Kinds of volume."""

TABLE_FROM = 8
ROW = TABLE_FROM + TABLE
"""Columns of a level: those above, and the table of an advisory."""


@compiled
def inside_times(
    level: Floats,
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
    """The time in [0, `until_s`] that two aircraft in straight flight are in the volume of `level`.

    Args: `height` and `climb` are ownship's altitude, metres, and vertical speed.
    Returns: entry and exit, seconds from now; infinite and minus infinite if there is no such time. States
    must be finite.
    """
    if level[KIND] == WELL_CLEAR:
        return well_clear_times(
            x, y, z, vx, vy, vz, level[RADIUS], level[HEIGHT], level[TAU], level[TCOA], until_s
        )
    if level[KIND] == CYLINDER:
        return _cylinder_times(x, y, z, vx, vy, vz, level[RADIUS], level[HEIGHT], until_s)
    return advisory_times(level[TABLE_FROM:], x, y, z, vx, vy, vz, height, climb, until_s)


@compiled
def is_inside(
    level: Floats, x: float, y: float, z: float, vx: float, vy: float, vz: float, height: float, climb: float
) -> bool:
    """Whether two aircraft are in the volume of `level` at this moment; arguments as of `inside_times`."""
    if level[KIND] == CYLINDER:
        return bool(x * x + y * y < level[RADIUS] * level[RADIUS] and abs(z) < level[HEIGHT] - EDGE_M)
    entry, leave = inside_times(level, x, y, z, vx, vy, vz, height, climb, 0.0)
    return entry <= leave


@compiled
def is_same_volume(one: Floats, other: Floats) -> bool:
    """Whether two levels differ at most in region and times."""
    if (
        one[KIND] != other[KIND]
        or one[RADIUS] != other[RADIUS]
        or one[HEIGHT] != other[HEIGHT]
        or one[TAU] != other[TAU]
        or one[TCOA] != other[TCOA]
    ):
        return False
    if one[KIND] == ADVISORY:
        for column in range(TABLE_FROM, len(one)):
            if one[column] != other[column]:
                return False
    return True


@compiled
def size_at(level: Floats, height: float) -> tuple[float, float]:
    """Radius and half height of a volume around who flies at that altitude, metres."""
    if level[KIND] == ADVISORY:
        return advisory_size(level[TABLE_FROM:], height)
    return level[RADIUS], level[HEIGHT]


@compiled
def well_clear_times(
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
) -> tuple[float, float]:
    """`inside_times` of a well-clear volume, for who asks for millions."""
    start, end = 0.0, until_s
    if vz == 0.0:
        if abs(z) > height + EDGE_M:
            return math.inf, -math.inf
    else:
        towards = 1.0 if vz > 0.0 else -1.0
        start = max(0.0, (-towards * max(height, tcoa * abs(vz)) - z) / vz)
        end = min(until_s, (towards * height - z) / vz)
        if start > end:
            return math.inf, -math.inf
    x, y = x + start * vx, y + start * vy
    span = end - start
    speed2 = vx * vx + vy * vy
    closing = x * vx + y * vy
    beyond = x * x + y * y - radius * radius
    if speed2 < STILL2:
        if beyond <= 0.0:
            return start, end
        return math.inf, -math.inf
    if beyond <= 0.0:
        return start, start + min(span, later_root(speed2, closing, beyond))
    if closing >= 0.0:
        return math.inf, -math.inf
    across = x * vy - y * vx
    if across * across > radius * radius * speed2:
        return math.inf, -math.inf
    entry = earlier_root(speed2, closing + 0.5 * tau * speed2, beyond + tau * closing)
    if not entry <= span:
        return math.inf, -math.inf
    return start + max(0.0, entry), start + min(span, later_root(speed2, closing, beyond))


@compiled
def _cylinder_times(
    x: float,
    y: float,
    z: float,
    vx: float,
    vy: float,
    vz: float,
    radius: float,
    height: float,
    until_s: float,
) -> tuple[float, float]:
    start, end = 0.0, until_s
    if vz == 0.0:
        if abs(z) >= height - EDGE_M:
            return math.inf, -math.inf
    else:
        towards = 1.0 if vz > 0.0 else -1.0
        start = max(0.0, (-towards * height - z) / vz)
        end = min(until_s, (towards * height - z) / vz)
    speed2 = vx * vx + vy * vy
    beyond = x * x + y * y - radius * radius
    if speed2 < STILL2:
        if beyond >= 0.0:
            return math.inf, -math.inf
    else:
        closing = x * vx + y * vy
        if beyond > 0.0 and closing >= 0.0:
            return math.inf, -math.inf
        entry = earlier_root(speed2, closing, beyond)
        leave = later_root(speed2, closing, beyond)
        if not entry < leave:
            return math.inf, -math.inf
        start, end = max(start, entry), min(end, leave)
    if start >= end:
        return math.inf, -math.inf
    return start, end
