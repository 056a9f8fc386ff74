"""In which sectors a place lies, in whole 1e-7 degrees, so that every node says the same.

Edges are taken as straight between their corners on a plain grid of degrees: this only proposes which reports may be
of one event, and people decide. A place on an edge lies in the sectors on both sides.
"""

from __future__ import annotations

from collections.abc import Sequence

from detente.airspace.shapes import DEGREES_E7, Point
from detente.memorandum.model import Memorandum
from detente.notices.ground import polygon_of

_TURN_E7 = 360 * DEGREES_E7


def sectors_of(at: Point, memorandum: Memorandum) -> tuple[str, ...]:
    """Every sector that holds a place, in the order of the memorandum."""
    return tuple(one.id for one in memorandum.sector if holds(polygon_of(one.polygon).points, at))


def holds(ring: Sequence[Point], at: Point) -> bool:
    """Whether a place lies inside a ring or on it; the ring closes itself and may cross the antimeridian.

    Longitudes are taken from the first corner, so that no edge runs round the far side.
    """
    here_e7 = _east_of(at.lon_e7, ring[0].lon_e7)
    corners = [
        (_east_of(corner.lon_e7, ring[0].lon_e7) - here_e7, corner.lat_e7 - at.lat_e7) for corner in ring
    ]
    inside = False
    for (x0, y0), (x1, y1) in zip(corners, [*corners[1:], corners[0]], strict=True):
        side = x0 * y1 - x1 * y0
        if side == 0 and min(x0, x1) <= 0 <= max(x0, x1) and min(y0, y1) <= 0 <= max(y0, y1):
            return True
        if (y0 > 0) != (y1 > 0) and (side > 0) == (y1 > y0):
            inside = not inside
    return inside


def _east_of(lon_e7: int, from_e7: int) -> int:
    half = _TURN_E7 // 2
    return (lon_e7 - from_e7 + half) % _TURN_E7 - half
