"""Every format by its name, and a guess at a recording's format from what it holds.

Decoders are imported when one is wanted: rs1090 and libasterix are slow to load.
"""

from __future__ import annotations

import re
from typing import Final

from detente.tracks.decoding import Circumstances, Decoder

STREAMED: Final = (
    "beast",
    "avr",
    "sbs",
    "frames",
    "readsb",
    "asterix",
    "cot",
    "tak",
    "remote-id",
    "air-traffic",
)
"""Formats that come in pieces, from a file, a connection or datagrams."""
WHOLE: Final = ("traffic",)
"""Formats that are one document, read whole: `tracks/recording.py`."""
FORMATS: Final = (*STREAMED, *WHOLE)

LOOKED_AT_BYTES: Final = 65_536
_BEAST = re.compile(rb"\x1a[1-5]")
_AVR = re.compile(rb"(?:[*%][0-9A-Fa-f]{4,28}|[@<][0-9A-Fa-f]{16,42});\s")
_SBS = re.compile(rb"(?:MSG|SEL|ID|AIR|STA|CLK),", re.IGNORECASE)
_ASTERIX = (21, 48, 62)


def decoder_of(name: str, circumstances: Circumstances) -> Decoder:
    """A new decoder of a streamed format; raises KeyError for any other name."""
    match name:
        case "beast":
            from detente.tracks.beast import BeastDecoder

            return BeastDecoder(circumstances)
        case "avr":
            from detente.tracks.avr import AvrDecoder

            return AvrDecoder(circumstances)
        case "frames":
            from detente.tracks.avr import FrameLinesDecoder

            return FrameLinesDecoder(circumstances)
        case "sbs":
            from detente.tracks.sbs import SbsDecoder

            return SbsDecoder(circumstances)
        case "readsb":
            from detente.tracks.readsb import ReadsbDecoder

            return ReadsbDecoder(circumstances)
        case "asterix":
            from detente.tracks.asterix import AsterixDecoder

            return AsterixDecoder(circumstances)
        case "cot":
            from detente.tracks.cot import CotDecoder

            return CotDecoder(circumstances)
        case "tak":
            from detente.tracks.tak import TakDecoder

            return TakDecoder(circumstances)
        case "remote-id":
            from detente.tracks.remote_id import RemoteIdDecoder

            return RemoteIdDecoder(circumstances)
        case "air-traffic":
            from detente.tracks.air_traffic import AirTrafficDecoder

            return AirTrafficDecoder(circumstances)
        case _:
            raise KeyError(name)


def guess(data: bytes) -> str | None:
    """The format of a recording, by its first 64 KiB, unpacked; None where it looks like nothing known."""
    head = data[:LOOKED_AT_BYTES]
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[:1] == b"\xbf":
        return "tak"
    if text[:1] == b"<" and b"<event" in head and _AVR.match(text) is None:
        return "cot"
    if text[:1] in (b"{", b"["):
        return _guess_json(text)
    if _SBS.match(text):
        return "sbs"
    if _AVR.search(head[:4096]) and head[:4096].isascii():
        return "avr"
    if _is_asterix(head, is_whole=len(data) < LOOKED_AT_BYTES):
        return "asterix"
    return "beast" if len(_BEAST.findall(head)) > len(head) // 200 else None


def _guess_json(text: bytes) -> str | None:
    """By the keys that only one of them has."""
    if text[:1] == b"[":
        return "traffic" if b'"icao24"' in text else None
    for key, name in (
        (b'"frame"', "frames"),
        (b'"observations"', "air-traffic"),
        (b'"flights"', "remote-id"),
        (b'"aircraft"', "readsb"),
        (b'"hex"', "readsb"),
    ):
        if key in text:
            return name
    return None


def _is_asterix(head: bytes, *, is_whole: bool) -> bool:
    """Whether lengths lead from block to block, and one block at least is of a category that is read."""
    place = blocks = 0
    known = False
    while place + 3 <= len(head) and blocks < 100:
        length = int.from_bytes(head[place + 1 : place + 3], "big")
        if head[place] == 0 or length <= 3:
            return False
        known = known or head[place] in _ASTERIX
        place += length
        blocks += 1
    return known and (place == len(head) if is_whole else place >= len(head) or blocks == 100)
