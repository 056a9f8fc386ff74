"""Well clear and bands by looking often: nothing of ours is imported, and no quadratic is solved.

At every moment the definition is asked as it stands (RTCA DO-365, as in the notes on encounters): horizontally within
D, or closing with a miss distance within D and modified tau within tau*; vertically within H, or at equal altitude
within tcoa*. A manoeuvre is flown in small steps.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

State = tuple[float, float, float, float, float, float]
"""Own minus intruder, or an aircraft: metres and m/s, east, north, up."""


@dataclass(frozen=True)
class Volume:
    radius_m: float
    height_m: float
    tau_s: float
    tcoa_s: float


def violated(state: State, volume: Volume) -> bool:
    """Whether well clear is lost at this moment."""
    x, y, z, vx, vy, vz = state
    closing = x * vx + y * vy
    reach = math.hypot(x, y)
    horizontally = reach <= volume.radius_m
    if not horizontally and closing < 0.0:
        nearest_s = -closing / (vx * vx + vy * vy)
        miss = math.hypot(x + vx * nearest_s, y + vy * nearest_s)
        tau = (volume.radius_m**2 - reach**2) / closing
        horizontally = miss <= volume.radius_m and 0.0 <= tau <= volume.tau_s
    vertically = abs(z) <= volume.height_m
    if not vertically and z * vz < 0.0:
        vertically = -z / vz <= volume.tcoa_s
    return horizontally and vertically


def after(state: State, seconds: float) -> State:
    """The same straight flight later."""
    x, y, z, vx, vy, vz = state
    return x + vx * seconds, y + vy * seconds, z + vz * seconds, vx, vy, vz


def interval(state: State, volume: Volume, until_s: float, step_s: float) -> tuple[float, float]:
    """The first and last look, every `step_s`, at which well clear is lost; infinite and minus infinite if never."""
    looks = [
        k * step_s for k in range(round(until_s / step_s) + 1) if violated(after(state, k * step_s), volume)
    ]
    return (looks[0], looks[-1]) if looks else (math.inf, -math.inf)


def turned(own: State, degrees: float, rate_deg_s: float, seconds: float, step_s: float = 0.01) -> State:
    """Ownship some seconds after it began to turn (right is positive) in small chords; straight once turned."""
    x, y, z, vx, vy, vz = own
    speed, heading = math.hypot(vx, vy), math.atan2(vx, vy)
    turning_s = min(seconds, abs(degrees) / rate_deg_s)
    rate = math.copysign(math.radians(rate_deg_s), degrees)
    steps = max(1, round(turning_s / step_s))
    for _ in range(steps):
        middle = heading + rate * turning_s / steps / 2.0
        x += speed * math.sin(middle) * turning_s / steps
        y += speed * math.cos(middle) * turning_s / steps
        heading += rate * turning_s / steps
    vx, vy = speed * math.sin(heading), speed * math.cos(heading)
    return after((x, y, z + vz * turning_s, vx, vy, vz), seconds - turning_s)


def meets(
    own_at: Callable[[float], State],
    intruder: State,
    volume: Volume,
    *,
    until_s: float,
    step_s: float,
) -> bool:
    """Whether well clear is lost at any look while ownship flies as `own_at` says."""
    for k in range(round(until_s / step_s) + 1):
        own, other = own_at(k * step_s), after(intruder, k * step_s)
        relative: Sequence[float] = [mine - theirs for mine, theirs in zip(own, other, strict=True)]
        if violated((relative[0], relative[1], relative[2], relative[3], relative[4], relative[5]), volume):
            return True
    return False
