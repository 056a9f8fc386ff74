"""Places as people type them, one a line: degrees, degrees with minutes and seconds, MGRS, or GARS.

`39.9 -121.4`, `39.9N 121.4W`, `39°54'00"N 121°24'00"W`, `395400N 1212400W`, `3954N 12124W`, `10SFK3677717883`,
`117LZ47`. A grid square is its middle. Nothing is guessed: a line that cannot be read is named with its number.
Sources: NGA.STND.0037 for MGRS; the Global Area Reference System of NGA for GARS (30, 15 and 5 minutes).
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

from detente.airspace.shapes import DEGREES_E7, Point
from detente.errors import OperatorError
from detente.runtime.desk_typed import place_of
from detente.wire.limits import VOLUME_POINTS_MAX

_GARS = re.compile(r"(\d{3})([A-HJ-NP-Q])([A-HJ-NP-Z])([1-4])([1-9])?", re.ASCII)
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_COLUMNS, _ROWS = 720, 360
_SIGNS = str.maketrans(dict.fromkeys("°º′'’″\"”:", " "))
_APART = re.compile(
    r"(\d{1,2})\s+(\d{1,2}(?:\.\d+)?)(?:\s+(\d{1,2}(?:\.\d+)?))?\s*([NS])[\s,]+"
    r"(\d{1,3})\s+(\d{1,2}(?:\.\d+)?)(?:\s+(\d{1,2}(?:\.\d+)?))?\s*([EW])",
    re.ASCII,
)
_TOGETHER = re.compile(
    r"(\d{2})(\d{2})(\d{2}(?:\.\d+)?)?\s*([NS])[\s,]*(\d{3})(\d{2})(\d{2}(?:\.\d+)?)?\s*([EW])", re.ASCII
)


class Fault(NamedTuple):
    """A line that is no place, its number from 1, why by a code, and what it may be."""

    line: int
    code: str
    message: str


def places_of(text: str) -> tuple[list[Point], list[Fault]]:
    """The places of a text, one a line, and the lines that are none; empty lines are left out."""
    points: list[Point] = []
    faults: list[Fault] = []
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if len(lines) > VOLUME_POINTS_MAX:
        faults.append(
            Fault(VOLUME_POINTS_MAX + 1, "too_many_points", f"At most {VOLUME_POINTS_MAX} places are taken.")
        )
    for number, line in lines[:VOLUME_POINTS_MAX]:
        try:
            points.append(_place(line))
        except OperatorError as why:
            faults.append(Fault(number, "bad_place", f"{why.message} {why.cure}"))
    return points, faults


def _place(line: str) -> Point:
    plain = " ".join(line.upper().translate(_SIGNS).split())
    if match := _APART.fullmatch(plain) or _TOGETHER.fullmatch(plain):
        return _sexagesimal(line, match)
    if match := _GARS.fullmatch(plain.replace(" ", "")):
        return _middle(line, match)
    return place_of(line, field="place")


def _sexagesimal(line: str, match: re.Match[str]) -> Point:
    values = []
    for first, most in ((1, 90), (5, 180)):
        degrees, minutes, seconds, side = (match[first + place] for place in range(4))
        minute, second = Fraction(minutes), Fraction(seconds or 0)
        value = Fraction(degrees) + minute / 60 + second / 3600
        if minute >= 60 or second >= 60 or value > most or (seconds and minute.denominator != 1):
            raise _bad(line, "Minutes and seconds are less than 60, and the place is on the Earth")
        values.append(value * (-1 if side in "SW" else 1))
    lat, lon = values
    return Point(lat_e7=round(lat * DEGREES_E7), lon_e7=round(lon * DEGREES_E7))


def _middle(line: str, match: re.Match[str]) -> Point:
    """The middle of a square; quadrants go 1 2 over 3 4 and keys as on a telephone, north on top."""
    column = int(match[1]) - 1
    row = _LETTERS.index(match[2]) * len(_LETTERS) + _LETTERS.index(match[3])
    if not 0 <= column < _COLUMNS or row >= _ROWS:
        raise _bad(line, "There is no such square")
    quadrant, key = int(match[4]) - 1, match[5]
    west = Fraction(column, 2) - 180 + Fraction(quadrant % 2, 4)
    south = Fraction(row, 2) - 90 + Fraction(1 - quadrant // 2, 4)
    size = Fraction(1, 4)
    if key is not None:
        size = Fraction(1, 12)
        west += size * ((int(key) - 1) % 3)
        south += size * (2 - (int(key) - 1) // 3)
    lat, lon = south + size / 2, west + size / 2
    return Point(lat_e7=round(lat * DEGREES_E7), lon_e7=round(lon * DEGREES_E7))


def _bad(line: str, why: str) -> OperatorError:
    return OperatorError(
        "bad_place", f"{line[:40]!r} is no place. {why}.", cure="Write degrees, DMS, MGRS or GARS."
    )
