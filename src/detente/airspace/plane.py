"""A shape's skeleton on a plane, for questions that need metres but not their last few: area edges, sizes.

Azimuthal equidistant around a middle, by geodesics: distances from the middle are true, others within 0.7 %
up to 1,300 km. Edges are cut into pieces of 10 km, so that straight lines on the plane leave the geodesic by
less than half a metre. Conflicts are never decided here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.airspace.geodesy import Floats, geographic_deg, inverse
from detente.airspace.outline import Outline

_PIECE_M = 10_000.0


def skeleton_on_plane_m(outline: Outline, *, around: Outline) -> Floats:
    """East and north of another outline's middle, metres, (n, 2): the skeleton, closely spaced."""
    edges, fractions, _ = cut_evenly(outline, _PIECE_M)
    lat_deg, lon_deg = outline.along(edges, fractions)
    if not outline.filled:
        lat_deg, lon_deg = np.append(lat_deg, outline.lat_deg[-1]), np.append(lon_deg, outline.lon_deg[-1])
    return onto_plane_m(lat_deg, lon_deg, around=around)


def onto_plane_m(lat_deg: Floats, lon_deg: Floats, *, around: Outline) -> Floats:
    """East and north of an outline's middle, metres; shape (n,) in, (n, 2) out."""
    middle_lat_deg, middle_lon_deg = geographic_deg(around.ball_centre_m)
    azimuth_deg, length_m = inverse(
        np.full(len(lat_deg), middle_lat_deg), np.full(len(lon_deg), middle_lon_deg), lat_deg, lon_deg
    )
    azimuth = np.radians(azimuth_deg)
    return np.stack((length_m * np.sin(azimuth), length_m * np.cos(azimuth)), axis=1)


def cut_evenly(outline: Outline, longest_m: float) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Edges cut into equal pieces not longer than `longest_m`: the edge, start and width of each, (n,)."""
    parts = np.maximum(1, np.ceil(outline.length_m / longest_m)).astype(np.int64)
    edges = np.repeat(np.arange(len(parts)), parts)
    counts = np.arange(len(edges)) - np.repeat(np.cumsum(parts) - parts, parts)
    widths = 1.0 / parts[edges]
    return edges, counts * widths, widths
