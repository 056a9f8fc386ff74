"""A memorandum's sectors as the radio sees them: heights above the surface, how far apart, how far across.

Everything errs outward: a floor is taken as low, a ceiling as high as the agreed weather and ground allow; sectors
are never said to be farther apart than they are, nor smaller across.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

import numpy as np

from detente.airspace.atmosphere import amsl_bounds_cm
from detente.airspace.geodesy import Floats, arc_over_m, distance_m, geographic_deg
from detente.airspace.levels import CM_PER_FT, PALT_MAX_FT, PALT_MIN_FT, StatedLevel, parse_level
from detente.airspace.nearness import surrounds
from detente.airspace.outline import Outline, outline_of, straight_m
from detente.memorandum.model import Memorandum, Sector
from detente.memorandum.radio_bands import RadioBand, bands_of
from detente.notices.ground import atmosphere_of, polygon_of
from detente.quantities import METRES_PER_NM

_STEP_MIN_M = 500.0
_PIECES = 300
"""A radio's reach is not known to a mile, so edges are looked at in places, not measured to the centimetre."""

_ARITHMETIC_M = 1.0


@dataclass(frozen=True, kw_only=True)
class Heights:
    """The lowest and the highest that an aircraft in a band can be above the surface, feet."""

    lowest_ft: float
    highest_ft: float


@dataclass(frozen=True, kw_only=True)
class Sky:
    """The sectors of a memorandum, ready to be asked. Distances between sectors are kept once measured."""

    memorandum: Memorandum
    bands: tuple[RadioBand, ...]
    outlines: tuple[Outline, ...]
    across_nm: tuple[float, ...]
    heights: tuple[Heights, ...]
    """By band."""
    highest_ft: tuple[float, ...]
    """By sector: the highest that an aircraft can be."""
    _apart: dict[tuple[int, int], float] = field(default_factory=dict)

    def are_apart(self, one: int, other: int, needed_nm: float) -> bool:
        """Whether two sectors certainly are so far apart; measured only where their balls leave it open."""
        straight = straight_m(self.outlines[one], self.outlines[other])
        if straight > 0.0 and arc_over_m(straight) >= needed_nm * METRES_PER_NM:
            return True
        return self.apart_nm(one, other) >= needed_nm

    def apart_nm(self, one: int, other: int) -> float:
        """At least how far apart two sectors are, NM; 0 where they touch."""
        if one == other:
            return 0.0
        key = (min(one, other), max(one, other))
        if key not in self._apart:
            self._apart[key] = _apart_nm(self.outlines[key[0]], self.outlines[key[1]])
        return self._apart[key]


@lru_cache(maxsize=8)
def sky_of(memorandum: Memorandum) -> Sky:
    """The sky of a memorandum whose outlines and levels are sound."""
    outlines = tuple(outline_of(polygon_of(sector.polygon)) for sector in memorandum.sector)
    bands = bands_of(memorandum)
    heights = tuple(
        Heights(
            lowest_ft=above_surface_ft(band.lower, memorandum.sector[band.sector], memorandum)[0],
            highest_ft=above_surface_ft(band.upper, memorandum.sector[band.sector], memorandum)[1],
        )
        for band in bands
    )
    highest_ft = [0.0] * len(memorandum.sector)
    for band, reach in zip(bands, heights, strict=True):
        highest_ft[band.sector] = max(highest_ft[band.sector], reach.highest_ft)
    return Sky(
        memorandum=memorandum,
        bands=bands,
        outlines=outlines,
        across_nm=tuple(map(across_nm, outlines)),
        heights=heights,
        highest_ft=tuple(highest_ft),
    )


def above_surface_ft(level: str, sector: Sector, memorandum: Memorandum) -> tuple[float, float]:
    """The least and the greatest height above the surface that a level can be in a sector, feet, never below 0.

    Raises: PeerError `bad_level`.
    """
    surface = sector.surface
    low_ft = Fraction(surface.elevation_min_amsl_ft) if surface is not None else Fraction(0)
    high_ft = Fraction(surface.elevation_max_amsl_ft) if surface is not None else Fraction(0)
    stated = parse_level(level)
    if stated.reference == "AGL":
        return max(0.0, float(stated.value)), max(0.0, float(stated.value))
    least_ft, greatest_ft = _amsl_ft(stated, memorandum)
    return max(0.0, float(least_ft - high_ft)), max(0.0, float(greatest_ft - low_ft))


def across_nm(outline: Outline) -> float:
    """At least how far apart two places of a sector can be, NM: what lies between corners, and the ball at most."""
    lat_deg, lon_deg = outline.lat_deg, outline.lon_deg
    count = len(lat_deg)
    first, second = np.triu_indices(count, k=1)
    between_m: Floats = distance_m(lat_deg[first], lon_deg[first], lat_deg[second], lon_deg[second])
    return float(between_m.max()) / METRES_PER_NM if len(first) else 0.0


def farthest_nm(outline: Outline, *, lat_deg: float, lon_deg: float) -> float:
    """How far the farthest corner of a sector is from a place."""
    here = np.full(len(outline.lat_deg), lat_deg), np.full(len(outline.lat_deg), lon_deg)
    return float(distance_m(*here, outline.lat_deg, outline.lon_deg).max()) / METRES_PER_NM


def middle_of(outline: Outline) -> tuple[float, float]:
    """A place in the middle of a sector's corners, degrees."""
    return geographic_deg(outline.ball_centre_m)


def _amsl_ft(stated: StatedLevel, memorandum: Memorandum) -> tuple[Fraction, Fraction]:
    if stated.reference != "PALT":
        return stated.value, stated.value
    level_ft = min(max(int(stated.value), PALT_MIN_FT), PALT_MAX_FT)
    least_cm, greatest_cm = amsl_bounds_cm(level_ft, atmosphere_of(memorandum.area.atmosphere))
    return least_cm / CM_PER_FT, greatest_cm / CM_PER_FT


def _apart_nm(one: Outline, other: Outline) -> float:
    """At least how far apart, to within the pieces of their edges: always too near and never too far."""
    if straight_m(one, other) <= 0.0:
        for outer, inner in ((one, other), (other, one)):
            if bool(surrounds(outer, inner.lat_deg[:1], inner.lon_deg[:1])[0]):
                return 0.0
    (places_m, step_m), (its_places_m, its_step_m) = _along_edges(one), _along_edges(other)
    squares = (places_m**2).sum(axis=1)[:, None] + (its_places_m**2).sum(axis=1)[None, :]
    least = float((squares - 2.0 * places_m @ its_places_m.T).min())
    straight = math.sqrt(max(0.0, least)) - (step_m + its_step_m) / 2.0 - _ARITHMETIC_M
    return arc_over_m(straight) / METRES_PER_NM if straight > 0.0 else 0.0


@lru_cache(maxsize=4096)
def _along_edges(outline: Outline) -> tuple[Floats, float]:
    """Places on the edges, Earth-centred, (n, 3), and the most that lies between two of them, metres."""
    step_m = max(_STEP_MIN_M, float(outline.length_m.sum()) / _PIECES)
    parts = np.maximum(1, np.ceil(outline.length_m / step_m)).astype(np.int64)
    edges = np.repeat(np.arange(len(parts)), parts)
    counts = np.arange(len(edges)) - np.repeat(np.cumsum(parts) - parts, parts)
    return outline.at_m(edges, counts / parts[edges]), step_m
