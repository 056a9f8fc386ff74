"""What strangers write, read as numbers and names, or as nothing: the same few rules for every format."""

from __future__ import annotations

import math
import re

LEVEL_MIN_FT, LEVEL_MAX_FT = -2_000.0, 60_000.0
HEIGHT_MIN_M, HEIGHT_MAX_M = -1_000.0, 25_000.0
SPEED_MAX_MPS = 771.0
"""1,500 kt."""
CLIMB_MAX_MPS = 152.4
"""30,000 ft/min."""
SIGMAS_OF_95 = 2.4477
"""The radius that holds 95 % of a circular normal distribution, in standard deviations of one axis."""
NAME_CHARS_MAX = 64
CALL_SIGN_CHARS_MAX = 8

_ADDRESS = re.compile(r"[0-9a-f]{6}")
_NOT_CALL_SIGN = re.compile(r"[^A-Z0-9]")
_NOT_NAME = re.compile(r"[^A-Za-z0-9._-]")


def number_of(value: object) -> float | None:
    """A finite number; None for anything else, NaN and true included."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def written_number(text: str) -> float | None:
    """The number that a text is; None where it is none, or not finite."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def within(number: float | None, least: float, most: float) -> float | None:
    """The number where it lies in [least, most]; None where it does not, or is none."""
    return number if number is not None and least <= number <= most else None


def scaled(value: object, factor: float, *, most: float) -> float | None:
    """A number times a factor; None where its size, before that, is more than `most`."""
    number = number_of(value)
    return None if number is None or abs(number) > most else number * factor


def is_on_earth(lat_deg: float, lon_deg: float) -> bool:
    """Whether both are degrees of WGS 84."""
    return -90.0 <= lat_deg <= 90.0 and -180.0 <= lon_deg <= 180.0


def address_of(value: object) -> str | None:
    """An ICAO 24-bit address in lower case, with `~` before one that is not ICAO's; None where it is none.

    Nothing is padded: an address of five digits has lost one somewhere, and nobody knows which. 000000 and ffffff are
    what defective transponders send.
    """
    if not isinstance(value, str):
        return None
    text = value.strip().lower()
    bare = text.removeprefix("~")
    return text if _ADDRESS.fullmatch(bare) and bare not in ("000000", "ffffff") else None


def call_sign_of(value: object) -> str:
    """Letters and figures of a call sign, at most eight; empty where there are none."""
    return _NOT_CALL_SIGN.sub("", value.upper())[:CALL_SIGN_CHARS_MAX] if isinstance(value, str) else ""


def name_of(value: object) -> str:
    """A stranger's name for an aircraft, in plain characters and bounded; empty where nothing is left."""
    return _NOT_NAME.sub("", value)[:NAME_CHARS_MAX] if isinstance(value, str) else ""


def squawk_of(value: object) -> str:
    """Four octal digits; lost zeros are put back (`14` is 0014). Empty where it is no code."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return text.zfill(4) if 0 < len(text) <= 4 and all(one in "01234567" for one in text) else ""
