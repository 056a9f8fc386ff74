"""How far mean sea level (EGM96) lies above or below the WGS 84 ellipsoid, as bounds over a region.

Source: EGM96 15-minute grid, US National Geospatial-Intelligence Agency, public domain; see data/README.md.
Bounds are the least and greatest value of all grid points of the cells that a region touches and of the cells
around those, so interpolation between grid points, whichever is used, stays within them.
"""

from __future__ import annotations

import lzma
import math
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from detente.airspace.geodesy import geographic_deg
from detente.airspace.outline import Outline

_ROWS, _COLUMNS = 721, 1440
_STEPS_PER_DEGREE = 4
_LEAST_RADIUS_M = 6_335_000.0
"""Below every radius of curvature, so that a length becomes too many degrees, never too few."""


def undulation_bounds_cm(outline: Outline) -> tuple[int, int]:
    """Least and greatest height of mean sea level above the ellipsoid under a shape, centimetres."""
    lat_deg, lon_deg = geographic_deg(outline.ball_centre_m)
    return _bounds_cm(lat_deg, lon_deg, outline.ball_radius_m + outline.radius_m)


def undulation_near_cm(lat_deg: float, lon_deg: float, *, radius_m: float) -> tuple[int, int]:
    """The same, within a distance of a place."""
    return _bounds_cm(lat_deg, lon_deg, radius_m)


@lru_cache(maxsize=4096)
def _bounds_cm(lat_deg: float, lon_deg: float, radius_m: float) -> tuple[int, int]:
    radius_deg = math.degrees(math.asin(min(1.0, radius_m / _LEAST_RADIUS_M)))
    top = math.floor((90.0 - (lat_deg + radius_deg)) * _STEPS_PER_DEGREE) - 1
    bottom = math.ceil((90.0 - (lat_deg - radius_deg)) * _STEPS_PER_DEGREE) + 1
    rows = np.arange(max(0, top), min(_ROWS - 1, bottom) + 1)
    columns = np.arange(_COLUMNS)
    if top > 0 and bottom < _ROWS - 1:
        narrowest = math.cos(math.radians(min(89.9, abs(lat_deg) + radius_deg)))
        half_deg = radius_deg / narrowest
        west = math.floor((lon_deg - half_deg) * _STEPS_PER_DEGREE) - 1
        east = math.ceil((lon_deg + half_deg) * _STEPS_PER_DEGREE) + 1
        if east - west < _COLUMNS:
            columns = np.arange(west, east + 1) % _COLUMNS
    part = _grid_cm()[np.ix_(rows, columns)]
    return int(part.min()), int(part.max())


@lru_cache(maxsize=1)
def _grid_cm() -> NDArray[np.int16]:
    """Rows from 90 N down, columns from 0 E eastwards; stored as differences along both, which pack well."""
    packed = files("detente.airspace").joinpath("data/egm96-15.xz").read_bytes()
    differences = np.frombuffer(lzma.decompress(packed), dtype=">i2").reshape(_ROWS, _COLUMNS)
    return differences.astype(np.int32).cumsum(axis=0).cumsum(axis=1).astype(np.int16)
