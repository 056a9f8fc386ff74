"""A place typed as a grid reference (MGRS): the middle of the square that it names.

Source: NGA.STND.0037, as the GEOTRANS code does it (the package `mgrs`). A square of more than a kilometre is no
place, and the grids around the poles are refused: there a notice cannot be either.
"""

from __future__ import annotations

import re
import warnings

import mgrs

from detente.airspace.shapes import DEGREES_E7, Point
from detente.errors import OperatorError

_SQUARE = re.compile(r"(\d{1,2})([C-HJ-NP-X])([A-HJ-NP-Z])([A-HJ-NP-V])(\d*)", re.ASCII)
_LIKE_ONE = re.compile(r"\d{1,2}[A-Z]{3}\d*", re.ASCII)
_POLAR = re.compile(r"[ABYZ][A-Z]{2}\d*", re.ASCII)
_FINEST = 5
_COARSEST = 2


def is_grid(text: str) -> bool:
    """Whether a text is meant as a grid reference, right or wrong."""
    plain = _plain(text)
    return _LIKE_ONE.fullmatch(plain) is not None or _POLAR.fullmatch(plain) is not None


def place_of_grid(text: str, *, field: str) -> Point:
    """The middle of a square, as the package gives it: `10SFK3677717883`, `10S FK 36777 17883`, `10SFK3617` (1 km).

    Raises: OperatorError `bad_field`.
    """
    plain = _plain(text)
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


def _plain(text: str) -> str:
    return "".join(text.split()).upper()


def _bad(field: str, text: str, why: str, may_be: str) -> OperatorError:
    return OperatorError("bad_field", f"{field}: {text[:40]!r} is no place. {why}.", cure=f"Write {may_be}.")
