"""Figures as aviation says them, one text for all languages: places, times, levels, channels, distances.

Degrees and minutes, not decimals of a degree, because that is how a place is read out and plotted; times in UTC with
a Z, with seconds only where an aircraft was somewhere at that second (`17:42:10Z`: six digits in a row would read as
day, hour and minute). Symbols of ICAO Annex 5: NM, ft, kt, FL. A figure that cannot be is "?", never an exception:
a refused notice is shown too.
"""

from __future__ import annotations

from detente.airspace.levels import Level, level_text
from detente.airspace.shapes import DEGREES_E7, Point
from detente.line.terms import LATEST_MS
from detente.quantities import utc_text
from detente.record.statement import Ref

_FIGURE_MAX = 2**53
_CM_PER_NM = 185_200
_MINUTE_HUNDREDTHS_PER_DEGREE = 6_000


def number_text(number: int, unit: str = "") -> str:
    """A whole number, without grouping, with its unit behind a space."""
    return f"{number} {unit}".rstrip() if abs(number) < _FIGURE_MAX else "?"


def signed_text(number: int, unit: str) -> str:
    """The same with its sign."""
    return f"{number:+} {unit}" if abs(number) < _FIGURE_MAX else "?"


def place_text(point: Point) -> str:
    """`39°54.00'N 121°24.00'W`, WGS 84, to the nearest hundredth of a minute (at most 10 m away)."""
    if abs(point.lat_e7) > 90 * DEGREES_E7 or abs(point.lon_e7) > 180 * DEGREES_E7:
        return "?"
    lat = _degrees_minutes(abs(point.lat_e7), width=2)
    lon = _degrees_minutes(abs(point.lon_e7), width=3)
    return f"{lat}{'S' if point.lat_e7 < 0 else 'N'} {lon}{'W' if point.lon_e7 < 0 else 'E'}"


def minute_of(when_ms: int) -> str:
    """`2020-09-08 1742Z`; seconds are cut off."""
    if not 0 <= when_ms <= LATEST_MS:
        return "?"
    text = utc_text(when_ms)
    return f"{text[:10]} {text[11:13]}{text[14:16]}Z"


def second_of(when_ms: int) -> str:
    """`2020-09-08 17:42:10Z`; milliseconds are cut off."""
    if not 0 <= when_ms <= LATEST_MS:
        return "?"
    text = utc_text(when_ms)
    return f"{text[:10]} {text[11:19]}Z"


def until_of(start_ms: int, end_ms: int) -> str:
    """The end of a window: `1842Z` on the day of its start, else with its own day."""
    start, end = minute_of(start_ms), minute_of(end_ms)
    return end[11:] if end[:10] == start[:10] else end


def level_of(level: Level) -> str:
    """`FL080`, `8050 ft PALT` (pressure altitude), `457.20 m HAE` (above the WGS 84 ellipsoid)."""
    if abs(level.value) >= _FIGURE_MAX:
        return "?"
    return level_text(level).replace(" PALT", " ft PALT")


def channel_text(name_khz: int) -> str:
    """The spoken name of a channel, six digits: `123.975`; the name is not the carrier."""
    if not 0 <= name_khz < _FIGURE_MAX:
        return "?"
    return f"{name_khz // 1000}.{name_khz % 1000:03d}"


def distance_text(length_cm: int) -> str:
    """Hundredths of a nautical mile, rounded down: a gap is never overstated."""
    if not 0 <= length_cm < _FIGURE_MAX:
        return "?"
    return _hundredths(length_cm * 100 // _CM_PER_NM)


def distance_up_text(length_cm: int) -> str:
    """Hundredths of a nautical mile, rounded up: for a radius, a width or a minimum."""
    if not 0 <= length_cm < _FIGURE_MAX:
        return "?"
    return _hundredths(-(-length_cm * 100 // _CM_PER_NM))


def angle_text(angle_deg: int) -> str:
    """Degrees true in three digits: `090°T`."""
    return f"{angle_deg:03d}°T" if abs(angle_deg) < _FIGURE_MAX else "?"


def ref_text(ref: Ref) -> str:
    """How people name an entry: `SIERRA#12`."""
    return f"{ref.origin.partition('/')[0]}#{number_text(ref.seq)}"


def _hundredths(distance_cnm: int) -> str:
    return f"{distance_cnm // 100}.{distance_cnm % 100:02d} NM"


def _degrees_minutes(angle_e7: int, *, width: int) -> str:
    hundredths = (angle_e7 * _MINUTE_HUNDREDTHS_PER_DEGREE + DEGREES_E7 // 2) // DEGREES_E7
    degrees, rest = divmod(hundredths, _MINUTE_HUNDREDTHS_PER_DEGREE)
    return f"{degrees:0{width}d}°{rest // 100:02d}.{rest % 100:02d}'"
