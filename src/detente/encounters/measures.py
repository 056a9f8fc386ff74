"""How near a pair is and will be: the plain quantities of an encounter, from its relative state.

Formulas: range over closing geometry on a plane; time to closest approach -s·v/|v|², never negative; modified tau
(D² - r²)/(s·v) where the pair closes from outside D. Source: RTCA DO-365 terms, as in `detente.kernels.volumes`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Measures:
    """Of one pair, in metres, m/s and seconds; what is not defined is None or as said.

    `tcpa_s` and `dcpa_m` are None without relative motion; `tcpa_s` is 0 when opening. `tcoa_s` is signed, negative
    when opening, minus infinite when level. `taumod_s` is -1 inside `D` or when opening. `hmd_m` and `vmd_m` look no
    farther than the look-ahead. Closure rates are magnitudes of the relative velocity.
    """

    range_m: float
    height_m: float
    closure_mps: float
    climb_mps: float
    tcpa_s: float | None
    dcpa_m: float | None
    tcoa_s: float
    taumod_s: float
    hmd_m: float
    vmd_m: float


def measure(relative: Sequence[float], *, lookahead_s: float, radius_m: float) -> Measures:
    """The quantities of a pair in straight flight.

    Args:
        relative: own minus intruder: metres and m/s, east, north, up.
        radius_m: the distance of modified tau (DTHR).
    """
    x, y, z, vx, vy, vz = (float(value) for value in relative)
    closing, speed2, range2 = x * vx + y * vy, vx * vx + vy * vy, x * x + y * y
    tcpa = max(0.0, -closing / speed2) if speed2 > 0.0 else None
    tcoa = -z / vz if vz != 0.0 else -math.inf
    near_s = min(tcpa, lookahead_s) if tcpa is not None else 0.0
    level_s = min(max(tcoa, 0.0), lookahead_s)
    taumod = -1.0
    if closing < 0.0 and range2 > radius_m * radius_m:
        taumod = (radius_m * radius_m - range2) / closing
    return Measures(
        range_m=math.sqrt(range2),
        height_m=abs(z),
        closure_mps=math.sqrt(speed2),
        climb_mps=abs(vz),
        tcpa_s=tcpa,
        dcpa_m=None if tcpa is None else math.hypot(x + vx * tcpa, y + vy * tcpa),
        tcoa_s=tcoa,
        taumod_s=taumod,
        hmd_m=math.hypot(x + vx * near_s, y + vy * near_s),
        vmd_m=abs(z + vz * level_s),
    )
