"""How a channel is said: digit by digit, as keys of the catalogue of words, so that every language speaks alike.

Six digits with the decimal behind the third; four where the last two are zero: 118.100 is "one one eight decimal
one", 118.010 "one one eight decimal zero one zero". A sea channel is said by its number, a tone after its channel.
Source: ICAO Annex 10 Volume II 5.2.1.7 (six digits but for two zeros); practice (f).
"""

from __future__ import annotations

from decimal import Decimal

from detente.memorandum.channel_names import Band, marine_number_of

DECIMAL = "decimal"
DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def spoken_digits(name_khz: int) -> tuple[str, ...]:
    """The words of a channel's name: `zero` to `nine` and `decimal`; 121500 is one two one decimal five."""
    whole, rest = f"{name_khz // 1000}", f"{name_khz % 1000:03d}"
    said = rest[0] if rest[1:] == "00" else rest
    return (*(DIGITS[int(mark)] for mark in whole), DECIMAL, *(DIGITS[int(mark)] for mark in said))


def spoken_name(name_khz: int, band: Band) -> tuple[str, ...]:
    """The words for a channel of a band; `channel` stands before the number of a sea channel."""
    number = marine_number_of(name_khz) if band == "marine" else None
    if number is None:
        return spoken_digits(name_khz)
    return ("channel", *(DIGITS[int(mark)] for mark in str(number)))


def spoken_tone(tone_hz: Decimal) -> tuple[str, ...]:
    """The words for a tone: 110.9 is one one zero decimal nine."""
    whole, _, rest = f"{tone_hz.normalize():f}".partition(".")
    marks = (*(DIGITS[int(mark)] for mark in whole),)
    return (*marks, DECIMAL, *(DIGITS[int(mark)] for mark in rest)) if rest else marks
