"""Published airfield frequencies (OurAirports CSV), each row put into one class by what its number can be.

Nothing is mended in silence: a name with its last digit cut off, as many lists write 118.125, is a class of its
own, and what is no name is told with the nearest names.
Source: OurAirports data dictionary, airport-frequencies.csv: id, airport_ref, airport_ident, type, description,
frequency_mhz.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from detente.errors import PeerError
from detente.memorandum.channel_names import (
    UHF_FIRST_KHZ,
    UHF_LAST_KHZ,
    VHF_FIRST_KHZ,
    VHF_LAST_KHZ,
    band_of,
    channel_of,
    nearest_names,
)
from detente.wire.limits import PUBLISHED_FILE_BYTES_MAX

Class: TypeAlias = Literal[
    "vhf_25",
    "vhf_833",
    "vhf_cut",
    "vhf_no_name",
    "uhf",
    "uhf_no_name",
    "military_vhf",
    "navigation",
    "fm_or_marine",
    "hf",
    "no_band",
    "unreadable",
]
CLASSES: dict[Class, str] = {
    "vhf_25": "VHF names of 25 kHz",
    "vhf_833": "VHF names of 8.33 kHz",
    "vhf_cut": "VHF names whose last digit was cut off: 118.12 for 118.125",
    "vhf_no_name": "VHF numbers that are no name",
    "uhf": "UHF channels",
    "uhf_no_name": "UHF numbers off the 25 kHz raster",
    "military_vhf": "137 to 144 MHz, beyond the civil band",
    "navigation": "108 to 118 MHz: beacons, not speech",
    "fm_or_marine": "FM of forestry and fire, and the sea's channels",
    "hf": "HF below 30 MHz, in MHz or kHz",
    "no_band": "in no band of aviation",
    "unreadable": "no number",
}
ODD: tuple[Class, ...] = ("vhf_cut", "vhf_no_name", "uhf_no_name", "no_band", "unreadable")

_HEADER = ["id", "airport_ref", "airport_ident", "type", "description", "frequency_mhz"]
_MHZ = re.compile(r"(\d{1,6})(?:\.(\d{1,6}))?", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class AirportFrequency:
    """One row: where, for what, the number as it stands, in kHz where it is one, and its class."""

    line: int
    airport: str
    kind: str
    text: str
    name_khz: int | None
    class_: Class

    @property
    def nearest_khz(self) -> tuple[int, ...]:
        """What it may have been meant to be, where it is no name."""
        if self.name_khz is None or self.class_ not in ("vhf_cut", "vhf_no_name", "uhf_no_name"):
            return ()
        return nearest_names(self.name_khz, "uhf" if self.class_ == "uhf_no_name" else "vhf")


def parse_airport_frequencies(data: bytes) -> tuple[AirportFrequency, ...]:
    """Every row of the file.

    Raises: PeerError `too_large`, `malformed` (another header, or a row of another width).
    """
    if len(data) > PUBLISHED_FILE_BYTES_MAX:
        raise PeerError(
            "too_large", f"The file has {len(data)} bytes; at most {PUBLISHED_FILE_BYTES_MAX} are taken."
        )
    try:
        return tuple(_rows(csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True)))
    except (UnicodeDecodeError, csv.Error) as why:
        raise PeerError("malformed", f"The file cannot be read as CSV: {why}.") from why


def class_of(text: str) -> tuple[int | None, Class]:
    """A number as it stands, in MHz: its kHz where it is whole kHz, and its class."""
    match = _MHZ.fullmatch(text.strip())
    if match is None:
        return None, "unreadable"
    whole, rest = int(match[1]), (match[2] or "").ljust(3, "0")
    if whole >= 1_000 or whole < 30:
        return None, "hf" if whole < 30_000 else "no_band"
    khz = whole * 1000 + int(rest[:3])
    if rest[3:].strip("0"):
        return khz, "vhf_no_name" if VHF_FIRST_KHZ <= khz <= VHF_LAST_KHZ else _elsewhere(khz)
    if VHF_FIRST_KHZ <= khz < 137_000:
        return khz, _vhf(khz)
    if UHF_FIRST_KHZ <= khz <= UHF_LAST_KHZ:
        return khz, "uhf" if channel_of(khz, "uhf") is not None else "uhf_no_name"
    return khz, _elsewhere(khz)


def _rows(reader: Iterator[list[str]]) -> Iterator[AirportFrequency]:
    header = next(reader, [])
    if header != _HEADER:
        raise PeerError("malformed", f"The header is {','.join(header)[:80]!r}, not {','.join(_HEADER)}.")
    for line, row in enumerate(reader, start=2):
        if len(row) != len(_HEADER):
            raise PeerError("malformed", f"Row {line} has {len(row)} fields, not {len(_HEADER)}.")
        khz, class_ = class_of(row[5])
        yield AirportFrequency(
            line=line, airport=row[2], kind=row[3], text=row[5], name_khz=khz, class_=class_
        )


def _vhf(khz: int) -> Class:
    meant = channel_of(khz)
    if meant is not None:
        return "vhf_25" if meant.spacing == "25" else "vhf_833"
    whole = channel_of(khz + 5)
    return "vhf_cut" if khz % 25 == 20 and whole is not None and whole.spacing == "25" else "vhf_no_name"


def _elsewhere(khz: int) -> Class:
    if 108_000 <= khz < VHF_FIRST_KHZ:
        return "navigation"
    if 137_000 <= khz < 144_000:
        return "military_vhf"
    if band_of(khz) in ("fm", "marine") or 30_000 <= khz < 88_000 or 144_000 <= khz < 174_000:
        return "fm_or_marine"
    return "no_band"
