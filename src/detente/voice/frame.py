"""One frame of speech on the wire, the same between page and node, node and node: 20 ms of one talker on one channel.

Layout, integers big-endian: version (1 byte, 1), codec (1 byte: 1 Opus, 2 G.711 µ-law), channel name in kHz (4),
transmission (8 random bytes), sequence (4, from 0), capture time (8, ms: UTC by the talker's node; from and to a
page, by any clock that never steps), then party (length in 1 byte), post (1) and payload (2). Nothing follows.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from detente.errors import PeerError
from detente.wire.limits import (
    VOICE_FRAME_BYTES_MAX,
    VOICE_NAME_BYTES_MAX,
    VOICE_PAYLOAD_BYTES_MAX,
    VOICE_SEQUENCE_MAX,
)

Codec: TypeAlias = Literal["opus", "pcmu"]

FRAME_MS = 20
VERSION = 1
_CODECS: tuple[Codec, ...] = get_args(Codec)
_HEAD = struct.Struct(">BBI8sIQ")
_KHZ_MAX = 1_000_000
_MS_MAX = 2**53


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """What one frame says; `transmission` is 16 hexadecimal digits, one for each press of a button."""

    channel_khz: int
    party: str
    post: str
    transmission: str
    sequence: int
    captured_ms: int
    codec: Codec
    payload: bytes


def encode_frame(frame: Frame) -> bytes:
    """The bytes of a frame of ours, which is within all limits."""
    party, post = frame.party.encode(), frame.post.encode()
    assert len(frame.payload) <= VOICE_PAYLOAD_BYTES_MAX, "what was parsed is within it"
    return b"".join(
        (
            _HEAD.pack(
                VERSION,
                _CODECS.index(frame.codec) + 1,
                frame.channel_khz,
                bytes.fromhex(frame.transmission),
                frame.sequence,
                frame.captured_ms,
            ),
            bytes((len(party),)),
            party,
            bytes((len(post),)),
            post,
            len(frame.payload).to_bytes(2, "big"),
            frame.payload,
        )
    )


def parse_frame(data: bytes) -> Frame:
    """A frame from a stranger's bytes; raises PeerError `too_large` or `malformed`."""
    if len(data) > VOICE_FRAME_BYTES_MAX:
        raise PeerError(
            "too_large", f"A frame has {len(data)} bytes; at most {VOICE_FRAME_BYTES_MAX} are taken."
        )
    if len(data) < _HEAD.size + 4:
        raise _malformed("it is too short")
    version, codec, channel_khz, transmission, sequence, captured_ms = _HEAD.unpack_from(data)
    if version != VERSION or not 1 <= codec <= len(_CODECS):
        raise _malformed("its version or codec is not known")
    if not 0 < channel_khz < _KHZ_MAX or sequence > VOICE_SEQUENCE_MAX or captured_ms >= _MS_MAX:
        raise _malformed("its channel, sequence or time cannot be")
    party, at = _name(data, _HEAD.size)
    post, at = _name(data, at)
    if at + 2 > len(data):
        raise _malformed("it ends before its payload")
    size = int.from_bytes(data[at : at + 2], "big")
    payload = data[at + 2 :]
    if not 0 < size <= VOICE_PAYLOAD_BYTES_MAX or len(payload) != size:
        raise _malformed("its payload is not as long as it says, empty, or too long")
    return Frame(
        channel_khz=channel_khz,
        party=party,
        post=post,
        transmission=transmission.hex(),
        sequence=sequence,
        captured_ms=captured_ms,
        codec=_CODECS[codec - 1],
        payload=payload,
    )


def _name(data: bytes, at: int) -> tuple[str, int]:
    size = data[at] if at < len(data) else 0
    name = data[at + 1 : at + 1 + size]
    if not 0 < size <= VOICE_NAME_BYTES_MAX or len(name) != size:
        raise _malformed("a name in it is empty, too long or cut off")
    if not (name.isascii() and name.decode("ascii").isprintable()):
        raise _malformed("a name in it is not plain")
    return name.decode("ascii"), at + 1 + size


def _malformed(why: str) -> PeerError:
    return PeerError("malformed", f"A frame of speech cannot be read: {why}.")
