"""Levels: a number is nothing without its datum, and two datums meet only through bounds.

Inside notices there are two: `hae`, centimetres above the WGS 84 ellipsoid, and `palt`, whole feet of
pressure altitude (1013.25 hPa). People also write feet above mean sea level (through EGM96) and above
ground (through the agreed lowest and highest ground of a sector). Whatever is converted is rounded
outwards: floors down, ceilings up. Feet are international feet, 30.48 cm.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from detente.airspace.atmosphere import Atmosphere, amsl_bounds_cm
from detente.errors import PeerError
from detente.wire import Record

Reference: TypeAlias = Literal["AMSL", "AGL", "PALT", "HAE"]

CM_PER_FT = Fraction(3048, 100)
MICROMETRES_PER_FT = 304_800
_MICROMETRES_PER_CM = 10_000

PALT_MIN_FT, PALT_MAX_FT = -2_000, 100_000
HAE_MIN_CM, HAE_MAX_CM = -100_000, 3_100_000

_FLIGHT_LEVEL = re.compile(r"FL(\d{2,4})", re.ASCII)
_FEET = re.compile(r"(-?\d{1,6}(?:\.\d{1,3})?) ?(?:ft )?(AMSL|AGL|PALT)", re.ASCII)
_REFERENCES: dict[str, Reference] = {"AMSL": "AMSL", "AGL": "AGL", "PALT": "PALT"}
_METRES = re.compile(r"(-?\d{1,5}(?:\.\d{1,2})?) m HAE", re.ASCII)


class Level(Record, frozen=True, kw_only=True):
    """A level with its datum: `hae` in centimetres, `palt` in whole feet."""

    datum: Literal["hae", "palt"]
    value: int


@dataclass(frozen=True, kw_only=True, slots=True)
class StatedLevel:
    """A level as people write it: feet above a reference, or centimetres above the ellipsoid for `HAE`."""

    reference: Reference
    value: Fraction


def parse_level(text: str) -> StatedLevel:
    """A level from text: "FL080", "1500 AMSL", "500 AGL", "8050 PALT" (feet), "457.20 m HAE".

    Raises: PeerError `bad_level` where the datum is missing or the number cannot be read.
    """
    if match := _FLIGHT_LEVEL.fullmatch(text):
        return StatedLevel(reference="PALT", value=Fraction(int(match[1]) * 100))
    if match := _METRES.fullmatch(text):
        return StatedLevel(reference="HAE", value=Fraction(match[1]) * 100)
    if match := _FEET.fullmatch(text):
        return StatedLevel(reference=_REFERENCES[match[2]], value=Fraction(match[1]))
    raise PeerError(
        "bad_level",
        f"{text[:24]!r} is not a level with a datum.",
        cure="Write FL080, 1500 AMSL, 500 AGL, 8050 PALT or 457.20 m HAE.",
    )


def floor_of(
    stated: StatedLevel, *, sea_level_cm: tuple[int, int], ground_ft: tuple[Fraction, Fraction] | None
) -> Level:
    """The level of a floor, rounded down.

    Args:
        sea_level_cm: bounds of mean sea level under the volume, from `geoid.undulation_bounds_cm`.
        ground_ft: lowest and highest ground above mean sea level, for levels above ground.
    Raises: PeerError `no_surface` for a level above ground where no ground is agreed.
    """
    return _bound(stated, sea_level_cm[0], None if ground_ft is None else ground_ft[0], math.floor)


def ceiling_of(
    stated: StatedLevel, *, sea_level_cm: tuple[int, int], ground_ft: tuple[Fraction, Fraction] | None
) -> Level:
    """The level of a ceiling, rounded up; see `floor_of`."""
    return _bound(stated, sea_level_cm[1], None if ground_ft is None else ground_ft[1], math.ceil)


def _bound(
    stated: StatedLevel, sea_level_cm: int, ground_ft: Fraction | None, rounded: Callable[[Fraction], int]
) -> Level:
    match stated.reference:
        case "PALT":
            return Level(datum="palt", value=rounded(stated.value))
        case "HAE":
            return Level(datum="hae", value=rounded(stated.value))
        case "AMSL":
            return Level(datum="hae", value=sea_level_cm + rounded(stated.value * CM_PER_FT))
        case "AGL":
            if ground_ft is None:
                raise PeerError(
                    "no_surface",
                    "A level above ground needs a sector that holds the whole volume and agrees its ground.",
                    cure="Use AMSL or FL, or split the volume at the sector's edge.",
                )
            return Level(datum="hae", value=sea_level_cm + rounded((ground_ft + stated.value) * CM_PER_FT))


def hae_bounds_cm(level: Level, *, atmosphere: Atmosphere, sea_level_cm: tuple[int, int]) -> tuple[int, int]:
    """Least and greatest height above the ellipsoid of a level, whole centimetres, rounded outwards."""
    if level.datum == "hae":
        return level.value, level.value
    lowest_cm, highest_cm = amsl_bounds_cm(level.value, atmosphere)
    return lowest_cm + sea_level_cm[0], highest_cm + sea_level_cm[1]


def rise_um(lower: Level, upper: Level, *, atmosphere: Atmosphere, sea_level_cm: tuple[int, int]) -> int:
    """By how much `upper` is at least above `lower`, micrometres; negative if it may be below.

    Levels of one datum are compared as they are: a foot of pressure altitude counts as a foot.
    """
    if lower.datum == upper.datum:
        unit_um = _MICROMETRES_PER_CM if lower.datum == "hae" else MICROMETRES_PER_FT
        return (upper.value - lower.value) * unit_um
    _, lower_cm = hae_bounds_cm(lower, atmosphere=atmosphere, sea_level_cm=sea_level_cm)
    upper_cm, _ = hae_bounds_cm(upper, atmosphere=atmosphere, sea_level_cm=sea_level_cm)
    return (upper_cm - lower_cm) * _MICROMETRES_PER_CM


def is_in_range(level: Level) -> bool:
    """Whether a level is one that notices and this atmosphere reach: -2,000 to 100,000 ft, -1 to 31 km."""
    if level.datum == "palt":
        return PALT_MIN_FT <= level.value <= PALT_MAX_FT
    return HAE_MIN_CM <= level.value <= HAE_MAX_CM


def level_text(level: Level) -> str:
    """The inverse of `parse_level`, in the one text for each level: "FL080", "8050 PALT", "457.20 m HAE"."""
    if level.datum == "hae":
        sign = "-" if level.value < 0 else ""
        return f"{sign}{abs(level.value) // 100}.{abs(level.value) % 100:02d} m HAE"
    if level.value % 100 == 0 and level.value >= 0:
        return f"FL{level.value // 100:03d}"
    return f"{level.value} PALT"
