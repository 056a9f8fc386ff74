"""The same volumes for engines that know no Earth: skeletons on a plane in metres, and their radii.

Azimuthal equidistant around the middle of the square, on WGS 84: at its corners lengths are 2 parts in 10,000
too long, half a metre in a volume of 3 km.
"""

from __future__ import annotations

import numpy as np
import shapely
from pyproj import Transformer

from bench.skies import LAT_DEG, LON_DEG
from detente.conflicts.packing import Packed
from detente.kernels.layout import CIRCLE, POLYGON

_TO_PLANE = Transformer.from_crs(
    "EPSG:4326", f"+proj=aeqd +lat_0={LAT_DEG} +lon_0={LON_DEG} +ellps=WGS84", always_xy=True
)


def skeletons(volumes: Packed) -> np.ndarray:
    """Points, lines and polygons, shape (k,)."""
    rows = volumes.rows
    east_m, north_m = _TO_PLANE.transform(volumes.points[:, 1] / 1e7, volumes.points[:, 0] / 1e7)
    plane_m = np.stack((east_m, north_m), axis=1)
    found = np.empty(len(rows), dtype=object)
    of = np.repeat(np.arange(len(rows)), rows["count"])
    kinds = rows["kind"][of]
    circles, rings = kinds == CIRCLE, kinds == POLYGON
    found[rows["kind"] == CIRCLE] = shapely.points(plane_m[circles])
    for some, make in ((~(circles | rings), shapely.linestrings), (rings, shapely.linearrings)):
        rows_of, number = np.unique(of[some], return_inverse=True)
        shapes = make(plane_m[some], indices=number)
        found[rows_of] = shapely.polygons(shapes) if make is shapely.linearrings else shapes
    return found


def radii_m(volumes: Packed) -> np.ndarray:
    """What each skeleton is widened by, metres, shape (k,)."""
    radii: np.ndarray = volumes.rows["radius_cm"] / 100.0
    return radii


def boxes(shapes: np.ndarray, widen_m: np.ndarray) -> np.ndarray:
    """The bounds of shapes, widened, as polygons."""
    west, south, east, north = shapely.bounds(shapes).T
    grown: np.ndarray = shapely.box(west - widen_m, south - widen_m, east + widen_m, north + widen_m)
    return grown
