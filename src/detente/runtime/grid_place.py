"""A place typed otherwise than in degrees: a grid reference (MGRS, GARS), or degrees, minutes and seconds.

Of a grid, the middle of the square that it names. Source: NGA.STND.0037, as the GEOTRANS code does it (the package
`mgrs`); GARS after NGA.STND.0037 chapter 7: half degrees by number and letters, quadrants, keys. An MGRS square of
more than a kilometre is no place; the finest that GARS can name is a key of five minutes, and nothing coarser is
taken. The grids around the poles are refused: there a notice cannot be either.
"""

from __future__ import annotations

import re
import warnings
from fractions import Fraction

import mgrs

from detente.airspace.shapes import DEGREES_E7, Point
from detente.errors import OperatorError

_SQUARE = re.compile(r"(\d{1,2})([C-HJ-NP-X])([A-HJ-NP-Z])([A-HJ-NP-V])(\d*)", re.ASCII)
_LIKE_ONE = re.compile(r"\d{1,2}[A-Z]{3}\d*", re.ASCII)
_POLAR = re.compile(r"[ABYZ][A-Z]{2}\d*", re.ASCII)
_GARS = re.compile(r"(\d{3})([A-HJ-NP-Q])([A-HJ-NP-Z])([1-4]?)([1-9]?)", re.ASCII)
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_BANDS = 720, 360
"""Half degrees from the date line eastwards, and from the south pole northwards."""
_NEAR_POLE_DEG = 89
_SIXTIES = re.compile(
    r"""(\d{1,2})\s*[°\s]\s*(\d{1,2})\s*['′\s]\s*(?:(\d{1,2}(?:\.\d{1,3})?)\s*["″]?)?\s*([NS])[\s,]*"""
    r"""(\d{1,3})\s*[°\s]\s*(\d{1,2})\s*['′\s]\s*(?:(\d{1,2}(?:\.\d{1,3})?)\s*["″]?)?\s*([EW])"""
    r"""|(\d{2})(\d{2})(\d{2})?([NS])\s*(\d{3})(\d{2})(\d{2})?([EW])""",
    re.ASCII | re.IGNORECASE,
)
_FINEST = 5
_COARSEST = 2


def is_grid(text: str) -> bool:
    """Whether a text is meant as a grid reference, right or wrong."""
    plain = _plain(text)
    return any(like.fullmatch(plain) is not None for like in (_LIKE_ONE, _POLAR, _GARS))


def place_of_grid(text: str, *, field: str) -> Point:
    """The middle of a square, as the package gives it: `10SFK3677717883`, `10S FK 36777 17883`, `10SFK3617` (1 km).

    Raises: OperatorError `bad_field`.
    """
    plain = _plain(text)
    if (gars := _GARS.fullmatch(plain)) is not None:
        return _of_gars(gars, text, field=field)
    match = _SQUARE.fullmatch(plain)
    if _POLAR.fullmatch(plain) is not None:
        raise _bad(field, text, "The grids of the poles are not read", "LAT LON in degrees")
    if match is None:
        raise _bad(field, text, "There is no such square", "it like 10SFK3677717883")
    digits = match[5]
    half = len(digits) // 2
    if len(digits) % 2 or not _COARSEST <= half <= _FINEST:
        raise _bad(field, text, "It has not 2 to 5 figures each way", "it like 10SFK3677717883 or 10SFK3617")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            lat, lon = mgrs.MGRS().toLatLon(plain)
    except (mgrs.core.MGRSError, RuntimeWarning) as why:
        raise _bad(field, text, "There is no such square", "one that its zone and band have") from why
    return Point(lat_e7=round(lat * DEGREES_E7), lon_e7=round(lon * DEGREES_E7))


def place_of_sixties(text: str) -> Point | None:
    """From degrees, minutes and seconds: `39°54'00"N 121°24'00"W`, `39 54 00N 121 24 00W`, `3954N12124W`.

    None where it is not written so; seconds may be left out.
    """
    match = _SIXTIES.fullmatch(text.strip())
    if match is None:
        return None
    found = match.groups()[:8] if match[1] else match.groups()[8:]
    lat, lon = (_degrees(*found[place : place + 4]) for place in (0, 4))
    if lat is None or lon is None or abs(lat) > 90 or abs(lon) > 180:
        return None
    return Point(lat_e7=round(lat * DEGREES_E7), lon_e7=round(lon * DEGREES_E7))


def _degrees(whole: str, minutes: str, seconds: str | None, side: str) -> Fraction | None:
    if int(minutes) >= 60 or Fraction(seconds or "0") >= 60:
        return None
    value = Fraction(whole) + Fraction(minutes) / 60 + Fraction(seconds or "0") / 3600
    return -value if side.upper() in "SW" else value


def _of_gars(match: re.Match[str], text: str, *, field: str) -> Point:
    """The middle of a key: 5 minutes each way; quadrants and keys are read like a page, from the north-west."""
    band, first, second, quadrant, key = match.groups()
    row = len(_LETTERS) * _LETTERS.index(first) + _LETTERS.index(second)
    if not 1 <= int(band) <= _BANDS[0] or row >= _BANDS[1]:
        raise _bad(field, text, "There is no such area", "it like 118LV15")
    if not quadrant or not key:
        raise _bad(field, text, "It has no quadrant and key", "all of it, like 118LV15")
    south, west = divmod(int(quadrant) - 1, 2)
    down, right = divmod(int(key) - 1, 3)
    lat = Fraction(row, 2) - 90 + Fraction(1, 2) - Fraction(south, 4) - Fraction(2 * down + 1, 24)
    lon = Fraction(int(band) - 1, 2) - 180 + Fraction(west, 4) + Fraction(2 * right + 1, 24)
    if abs(lat) > _NEAR_POLE_DEG:
        raise _bad(field, text, "The poles are not read", "LAT LON in degrees")
    return Point(lat_e7=round(lat * DEGREES_E7), lon_e7=round(lon * DEGREES_E7))


def _plain(text: str) -> str:
    return "".join(text.split()).upper()


def _bad(field: str, text: str, why: str, may_be: str) -> OperatorError:
    return OperatorError("bad_field", f"{field}: {text[:40]!r} is no place. {why}.", cure=f"Write {may_be}.")
