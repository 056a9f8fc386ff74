"""When two aircraft in straight flight are inside a volume around one another: one closed interval of time.

A volume is a row of numbers (`KIND` ...), so that a table of alert levels is an array. Two kinds: the well-clear
volume with modified tau, and the cylinder. All states are relative, own minus intruder: metres and metres a second,
east, north, up.

Well clear is lost at t where both hold. Horizontally: r <= D, or closing, miss distance <= D and modified tau
(D² - r²) / (s·v) <= tau. Vertically: |z| <= H, or the time to equal altitude <= tcoa. Entry is the smaller root of
|v|² t² + (2 s·v + tau |v|²) t + r² + tau s·v - D² = 0, exit the later crossing of D.
Source: Munoz and others, "A family of well-clear boundary models", AIAA Aviation 2014. The cylinder is open, as
separation is kept exactly at its edge (within `EDGE_M`); the well-clear volume is closed.
"""

from __future__ import annotations

import math

from detente.kernels.compiled import compiled
from detente.kernels.layout import Floats

KIND, RADIUS, HEIGHT, TAU, TCOA, REGION, ALERT_S, EARLY_S = range(8)
"""Columns of a level: kind of volume, metres, metres, seconds, seconds, region, seconds, seconds."""

WELL_CLEAR, CYLINDER = 0, 1
"""Kinds of volume."""

EDGE_M = 1e-9
"""Levels a thousand feet apart are a thousand feet apart, whatever the last bit of their metres says."""


@compiled
def inside_times(
    level: Floats,
    x: float,
    y: float,
    z: float,
    vx: float,
    vy: float,
    vz: float,
    until_s: float,
) -> tuple[float, float]:
    """The time in [0, `until_s`] that two aircraft in straight flight are in the volume of `level`.

    Returns: entry and exit, seconds from now; infinite and minus infinite if there is no such time. States
    must be finite.
    """
    if level[KIND] == WELL_CLEAR:
        return _well_clear_times(
            x, y, z, vx, vy, vz, level[RADIUS], level[HEIGHT], level[TAU], level[TCOA], until_s
        )
    return _cylinder_times(x, y, z, vx, vy, vz, level[RADIUS], level[HEIGHT], until_s)


@compiled
def is_inside(level: Floats, x: float, y: float, z: float, vx: float, vy: float, vz: float) -> bool:
    """Whether two aircraft are in the volume of `level` at this moment."""
    if level[KIND] == WELL_CLEAR:
        entry, leave = inside_times(level, x, y, z, vx, vy, vz, 0.0)
        return entry <= leave
    return bool(x * x + y * y < level[RADIUS] * level[RADIUS] and abs(z) < level[HEIGHT] - EDGE_M)


@compiled
def _well_clear_times(
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
    start, end = 0.0, until_s
    if vz == 0.0:
        if abs(z) > height:
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
    if speed2 == 0.0:
        if beyond <= 0.0:
            return start, end
        return math.inf, -math.inf
    if beyond <= 0.0:
        return start, start + min(span, _later_root(speed2, closing, beyond))
    if closing >= 0.0:
        return math.inf, -math.inf
    across = x * vy - y * vx
    if across * across > radius * radius * speed2:
        return math.inf, -math.inf
    entry = _earlier_root(speed2, closing + 0.5 * tau * speed2, beyond + tau * closing)
    if not entry <= span:
        return math.inf, -math.inf
    return start + max(0.0, entry), start + min(span, _later_root(speed2, closing, beyond))


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
    if speed2 == 0.0:
        if beyond >= 0.0:
            return math.inf, -math.inf
    else:
        closing = x * vx + y * vy
        if beyond > 0.0 and closing >= 0.0:
            return math.inf, -math.inf
        entry = _earlier_root(speed2, closing, beyond)
        leave = _later_root(speed2, closing, beyond)
        if not entry < leave:
            return math.inf, -math.inf
        start, end = max(start, entry), min(end, leave)
    if start >= end:
        return math.inf, -math.inf
    return start, end


@compiled
def _earlier_root(a: float, half_b: float, c: float) -> float:
    """The smaller root of a t² + 2 half_b t + c with a > 0, without cancellation; NaN if there is none."""
    discriminant = half_b * half_b - a * c
    if discriminant < 0.0:
        return math.nan
    if half_b >= 0.0:
        return -(half_b + math.sqrt(discriminant)) / a
    return c / (math.sqrt(discriminant) - half_b)


@compiled
def _later_root(a: float, half_b: float, c: float) -> float:
    discriminant = half_b * half_b - a * c
    if discriminant < 0.0:
        return math.nan
    if half_b > 0.0:
        return -c / (half_b + math.sqrt(discriminant))
    return (math.sqrt(discriminant) - half_b) / a
