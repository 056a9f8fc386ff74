"""The memorandum's ground in the terms of `airspace`: its area, sectors, air, and levels over a shape.

Decimals of the file become whole 1e-7 degrees (nearest) and floats never used beyond their precision.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from detente.airspace.atmosphere import Atmosphere
from detente.airspace.geoid import undulation_bounds_cm
from detente.airspace.inside import is_inside
from detente.airspace.levels import Level, ceiling_of, floor_of, parse_level
from detente.airspace.outline import outline_of
from detente.airspace.shapes import DEGREES_E7, Point, Polygon, Shape
from detente.memorandum.model import Atmosphere as AtmosphereTerms
from detente.memorandum.model import LatLon, Memorandum


def point_of(at: LatLon) -> Point:
    """A point of the file, to the nearest 1e-7 degree."""
    return Point(lat_e7=_e7(at.lat), lon_e7=_e7(at.lon))


@lru_cache(maxsize=256)
def polygon_of(ring: tuple[LatLon, ...]) -> Polygon:
    """A ring of the file as a polygon."""
    return Polygon(points=tuple(point_of(at) for at in ring))


@lru_cache(maxsize=64)
def atmosphere_of(terms: AtmosphereTerms) -> Atmosphere:
    """The agreed bounds of pressure and temperature."""
    return Atmosphere(
        qnh_min_hpa=float(terms.qnh_min_hpa),
        qnh_max_hpa=float(terms.qnh_max_hpa),
        isa_deviation_min_k=float(terms.isa_deviation_min_k),
        isa_deviation_max_k=float(terms.isa_deviation_max_k),
    )


def sea_level_cm(shape: Shape) -> tuple[int, int]:
    """Bounds of mean sea level above the ellipsoid under a shape, centimetres."""
    return undulation_bounds_cm(outline_of(shape))


def levels_over(shape: Shape, *, floor: str, ceiling: str, memorandum: Memorandum) -> tuple[Level, Level]:
    """Floor and ceiling over a shape from text such as "0 AMSL" and "FL080", rounded outwards.

    Levels above ground use the lowest and highest ground of every sector that agrees its ground and holds
    the whole shape. Raises PeerError `bad_level`, `no_surface`.
    """
    stated_floor, stated_ceiling = parse_level(floor), parse_level(ceiling)
    sea_cm = sea_level_cm(shape)
    above_ground = "AGL" in (stated_floor.reference, stated_ceiling.reference)
    ground_ft = _ground_ft(shape, memorandum) if above_ground else None
    return (
        floor_of(stated_floor, sea_level_cm=sea_cm, ground_ft=ground_ft),
        ceiling_of(stated_ceiling, sea_level_cm=sea_cm, ground_ft=ground_ft),
    )


def _ground_ft(shape: Shape, memorandum: Memorandum) -> tuple[Fraction, Fraction] | None:
    grounds = [
        sector.surface
        for sector in memorandum.sector
        if sector.surface is not None and is_inside(shape, polygon_of(sector.polygon))
    ]
    if not grounds:
        return None
    return (
        Fraction(min(ground.elevation_min_amsl_ft for ground in grounds)),
        Fraction(max(ground.elevation_max_amsl_ft for ground in grounds)),
    )


def _e7(degrees: Decimal) -> int:
    return round(degrees * DEGREES_E7)
