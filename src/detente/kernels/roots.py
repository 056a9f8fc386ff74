"""Roots of a quadratic without the cancellation that loses the digits of a grazing pass, and what an edge is."""

from __future__ import annotations

import math

from detente.kernels.compiled import compiled

EDGE_M = 1e-9
"""Levels a thousand feet apart are a thousand feet apart, whatever the last bit of their metres says."""

STILL2 = 1e-18
"""Who moves by less than a nanometre a second against the other, squared, does not: its square loses its digits."""


@compiled
def earlier_root(a: float, half_b: float, c: float) -> float:
    """The smaller root of a t² + 2 half_b t + c with a > 0, without cancellation; NaN if there is none."""
    discriminant = half_b * half_b - a * c
    if discriminant < 0.0:
        return math.nan
    if half_b >= 0.0:
        return -(half_b + math.sqrt(discriminant)) / a
    return c / (math.sqrt(discriminant) - half_b)


@compiled
def later_root(a: float, half_b: float, c: float) -> float:
    """The larger root; NaN if there is none."""
    discriminant = half_b * half_b - a * c
    if discriminant < 0.0:
        return math.nan
    if half_b > 0.0:
        return -c / (half_b + math.sqrt(discriminant))
    return (math.sqrt(discriminant) - half_b) / a
