"""VHF channel names: what is spoken is not the carrier, and not every number is a name.

For a name n in kHz, r = n mod 25: 0 is a 25 kHz channel on n; 5, 10 and 15 are 8.33 kHz channels on the base, the
base + 25/3 and the base + 50/3; everything else, 20 above all, is no name. Carriers are kept three times as
large, as whole numbers: no float decides about a channel.
Source: the pairing of names and carriers of ICAO Annex 10 Volume V.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

VHF_FIRST_KHZ, VHF_LAST_KHZ = 118_000, 136_990
_THIRDS_ABOVE_BASE = {5: 0, 10: 25, 15: 50}


@dataclass(frozen=True, kw_only=True)
class Channel:
    """What a name means; the carrier in thirds of a kHz."""

    spacing: Literal["25", "8.33"]
    carrier_khz_3: int


def channel_of(name_khz: int) -> Channel | None:
    """The channel of a VHF aeronautical name; None where it is not a name."""
    if not VHF_FIRST_KHZ <= name_khz <= VHF_LAST_KHZ:
        return None
    rest = name_khz % 25
    base_khz = name_khz - rest
    if rest == 0:
        return Channel(spacing="25", carrier_khz_3=3 * base_khz)
    if rest in _THIRDS_ABOVE_BASE:
        return Channel(spacing="8.33", carrier_khz_3=3 * base_khz + _THIRDS_ABOVE_BASE[rest])
    return None


def nearest_names(name_khz: int) -> tuple[int, ...]:
    """The valid names next below and next above a number that is none."""
    name_khz = min(max(name_khz, VHF_FIRST_KHZ), VHF_LAST_KHZ)
    below = next((n for n in range(name_khz, VHF_FIRST_KHZ - 1, -1) if channel_of(n)), None)
    above = next((n for n in range(name_khz, VHF_LAST_KHZ + 1) if channel_of(n)), None)
    return tuple(sorted({n for n in (below, above) if n is not None}))
