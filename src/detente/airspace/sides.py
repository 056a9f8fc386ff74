"""On which side of a path of geodesics something lies, for boundaries: left and right, looking along the path."""

from __future__ import annotations

from typing import Literal

import numpy as np

from detente.airspace.geodesy import bearing_deg, distance_m
from detente.airspace.outline import Outline


def side_of(outline: Outline, path: Outline) -> Literal["left", "right"]:
    """On which side of a path a shape that does not touch it lies, looking along the path.

    Its first vertex decides, against the nearest edge; at a corner, against both edges: inside of a left turn is left
    of both, outside of it left of either.
    """
    lat, lon = float(outline.lat_deg[0]), float(outline.lon_deg[0])
    corners_m = distance_m(
        np.full(len(path.lat_deg), lat), np.full(len(path.lon_deg), lon), path.lat_deg, path.lon_deg
    )
    edges = len(path.length_m)
    apart_m = [_to_edge_m(lat, lon, path, edge) for edge in range(edges)]
    nearest = int(np.argmin(apart_m))
    corner = int(np.argmin(corners_m))
    if 0 < corner < edges and corners_m[corner] <= apart_m[nearest] + 1.0:
        sides = {_left_of(lat, lon, path, corner - 1), _left_of(lat, lon, path, corner)}
        turns_left = _left_of(
            float(path.lat_deg[corner + 1]), float(path.lon_deg[corner + 1]), path, corner - 1
        )
        return "left" if (all(sides) if turns_left else any(sides)) else "right"
    return "left" if _left_of(lat, lon, path, nearest) else "right"


def _to_edge_m(lat: float, lon: float, path: Outline, edge: int) -> float:
    """Distance of a place from an edge, to a metre or so, by looking at it ever closer."""
    low, high = 0.0, 1.0
    for _ in range(24):
        fractions = np.linspace(low, high, 9)
        places = path.along(np.full(9, edge), fractions)
        apart_m = distance_m(np.full(9, lat), np.full(9, lon), *places)
        best, half = float(fractions[int(np.argmin(apart_m))]), (high - low) / 8.0
        low, high = max(0.0, best - half), min(1.0, best + half)
        if (high - low) * float(path.length_m[edge]) < 0.1:
            break
    return float(apart_m.min())


def _left_of(lat: float, lon: float, path: Outline, edge: int) -> bool:
    start_lat, start_lon = float(path.lat_deg[edge]), float(path.lon_deg[edge])
    turn_deg = bearing_deg(start_lat, start_lon, lat, lon) - float(path.azimuth_deg[edge])
    return (turn_deg % 360.0) > 180.0
