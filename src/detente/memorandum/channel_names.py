"""Channel names of every band: what is spoken is not the carrier, and not every number is a name.

Aeronautical VHF, for a name n in kHz, r = n mod 25: 0 is a 25 kHz channel on n; 5, 10 and 15 are 8.33 kHz channels on
the base, the base + 25/3 and the base + 50/3; everything else, 20 above all, is no name. Military UHF stands on whole
25 kHz. FM stands on 25 kHz, or on 12.5 kHz with the half kHz cut off: 168012 is 168.0125 MHz. The sea's channels
have numbers. Carriers are whole sixths of a kHz, the least unit that holds a third and a half: no float decides
about a channel.
Source: the pairing of names and carriers of ICAO Annex 10 Volume V; ITU Radio Regulations, Appendix 18.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

Band: TypeAlias = Literal["vhf", "uhf", "fm", "marine"]
Spacing: TypeAlias = Literal["25", "8.33", "12.5"]
Modulation: TypeAlias = Literal["AM", "FM"]

SIXTHS_PER_KHZ = 6
VHF_FIRST_KHZ, VHF_LAST_KHZ = 118_000, 136_990
UHF_FIRST_KHZ, UHF_LAST_KHZ = 225_000, 399_975
FM_RANGES_KHZ = ((30_000, 87_975), (138_000, 173_987))
"""The military low band, and the land-mobile band of fire, police and forestry."""

DATA_KHZ = (136_900, 136_990)
"""Where data links of aircraft and ground talk: a voice there is heard by nobody."""

SAR_SCENE_KHZ = (123_100, 282_800)

_THIRDS_ABOVE_BASE = {5: 0, 10: 25, 15: 50}
_HALF_CUT_OFF = 12
_STEP_SIXTHS: dict[Spacing, int] = {"25": 150, "8.33": 50, "12.5": 75}
_MARINE_SHIP_KHZ = ((1, 156_050), (60, 156_025))
_MARINE_LAST = {1: 28, 60: 88}
_MARINE_COAST_ABOVE_KHZ = 4_600
_NEAREST_WITHIN_KHZ = 30


@dataclass(frozen=True, kw_only=True)
class Channel:
    """What a name means; the carrier in sixths of a kHz."""

    spacing: Spacing
    carrier_khz_6: int
    modulation: Modulation = "AM"

    @property
    def carrier_khz(self) -> Fraction:
        """The carrier, exactly."""
        return Fraction(self.carrier_khz_6, SIXTHS_PER_KHZ)

    @property
    def step_khz_6(self) -> int:
        """How wide the channel is, in sixths of a kHz."""
        return _STEP_SIXTHS[self.spacing]


def channel_of(name_khz: int, band: Band = "vhf") -> Channel | None:
    """The channel of a name in a band; None where it is not a name."""
    match band:
        case "vhf":
            return _vhf(name_khz)
        case "uhf":
            if UHF_FIRST_KHZ <= name_khz <= UHF_LAST_KHZ and name_khz % 25 == 0:
                return Channel(spacing="25", carrier_khz_6=name_khz * SIXTHS_PER_KHZ)
            return None
        case "fm":
            return _fm(name_khz)
        case "marine":
            if marine_number_of(name_khz) is None:
                return None
            return Channel(spacing="25", carrier_khz_6=name_khz * SIXTHS_PER_KHZ, modulation="FM")


def nearest_names(name_khz: int, band: Band = "vhf") -> tuple[int, ...]:
    """The valid names next below and next above a number that is none; those at the edge for one outside."""
    for near_khz in _pulled_in(name_khz, band):
        around = range(_NEAREST_WITHIN_KHZ)
        below = next((near_khz - n for n in around if channel_of(near_khz - n, band)), None)
        above = next((near_khz + n for n in around if channel_of(near_khz + n, band)), None)
        if below is not None or above is not None:
            return tuple(sorted({n for n in (below, above) if n is not None}))
    return ()


def marine_number_of(name_khz: int) -> int | None:
    """The number of a sea channel, 16 for 156800; a coast station answers 4.6 MHz above on the paired ones."""
    for ship_khz in (name_khz, name_khz - _MARINE_COAST_ABOVE_KHZ):
        for first, first_khz in _MARINE_SHIP_KHZ:
            number = first + (ship_khz - first_khz) // 50
            if (ship_khz - first_khz) % 50 == 0 and first <= number <= _MARINE_LAST[first]:
                return number
    return None


def band_of(name_khz: int) -> Band | None:
    """The band in which a number is a name; None where it is one nowhere. A name is a name of one band only."""
    bands: tuple[Band, ...] = ("vhf", "uhf", "marine", "fm")
    return next((band for band in bands if channel_of(name_khz, band)), None)


def band_around(name_khz: int) -> Band | None:
    """The band in whose range a number lies, be it a name or not; None where it lies in none."""
    if (band := band_of(name_khz)) is not None:
        return band
    if VHF_FIRST_KHZ <= name_khz <= VHF_LAST_KHZ:
        return "vhf"
    if UHF_FIRST_KHZ <= name_khz <= UHF_LAST_KHZ:
        return "uhf"
    return "fm" if any(first <= name_khz <= last for first, last in FM_RANGES_KHZ) else None


def are_one_signal(one: Channel, other: Channel) -> bool:
    """Whether two channels overlap, so that one is heard, or disturbs, on the other."""
    return 2 * abs(one.carrier_khz_6 - other.carrier_khz_6) < one.step_khz_6 + other.step_khz_6


def are_neighbours(one: Channel, other: Channel) -> bool:
    """Whether two channels touch without overlapping: one step off."""
    return 2 * abs(one.carrier_khz_6 - other.carrier_khz_6) == one.step_khz_6 + other.step_khz_6


def _vhf(name_khz: int) -> Channel | None:
    if not VHF_FIRST_KHZ <= name_khz <= VHF_LAST_KHZ:
        return None
    rest = name_khz % 25
    base_khz_6 = (name_khz - rest) * SIXTHS_PER_KHZ
    if rest == 0:
        return Channel(spacing="25", carrier_khz_6=base_khz_6)
    if rest in _THIRDS_ABOVE_BASE:
        return Channel(spacing="8.33", carrier_khz_6=base_khz_6 + 2 * _THIRDS_ABOVE_BASE[rest])
    return None


def _fm(name_khz: int) -> Channel | None:
    if not any(first <= name_khz <= last for first, last in FM_RANGES_KHZ) or marine_number_of(name_khz):
        return None
    rest = name_khz % 25
    if rest == 0:
        return Channel(spacing="25", carrier_khz_6=name_khz * SIXTHS_PER_KHZ, modulation="FM")
    if rest == _HALF_CUT_OFF:
        half = SIXTHS_PER_KHZ // 2
        return Channel(spacing="12.5", carrier_khz_6=name_khz * SIXTHS_PER_KHZ + half, modulation="FM")
    return None


def _pulled_in(name_khz: int, band: Band) -> Iterator[int]:
    """The number, or the edge of the band's nearest range where it lies outside."""
    ranges: dict[Band, tuple[tuple[int, int], ...]] = {
        "vhf": ((VHF_FIRST_KHZ, VHF_LAST_KHZ),),
        "uhf": ((UHF_FIRST_KHZ, UHF_LAST_KHZ),),
        "fm": FM_RANGES_KHZ,
        "marine": ((156_025, 157_425), (160_625, 162_025)),
    }
    pulled = (min(max(name_khz, first), last) for first, last in ranges[band])
    yield from sorted(pulled, key=lambda one: abs(one - name_khz))
