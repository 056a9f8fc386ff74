"""How far a radio reaches: the smooth Earth's horizon with standard refraction, terrain not included.

d (NM) = 1.23 (sqrt h1 + sqrt h2), heights in feet above the surface. A mountain shortens it; nothing here knows one.
Source: ITU-R P.310 effective Earth radius of 4/3, in the units of air traffic services; test values in practice (f).
"""

from __future__ import annotations

import math

NM_PER_ROOT_FT = 1.23


def radio_horizon_nm(height_ft: float, other_height_ft: float = 0.0) -> float:
    """The greatest distance at which two antennas can see each other; a height below the surface counts as 0."""
    return NM_PER_ROOT_FT * (math.sqrt(max(0.0, height_ft)) + math.sqrt(max(0.0, other_height_ft)))


def height_seen_ft(distance_nm: float, antenna_ft: float) -> float:
    """How high one has to be above the surface to be seen from an antenna at a distance."""
    left_nm = distance_nm - radio_horizon_nm(antenna_ft)
    return 0.0 if left_nm <= 0.0 else (left_nm / NM_PER_ROOT_FT) ** 2
