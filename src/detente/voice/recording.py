"""One transmission as it is kept: its packets as they were sent, in one file that is named by its SHA-256.

The file: the line ``detente voice 1``, one line of JSON (who, where, since when, codec), then each packet as sequence
(4 bytes), milliseconds since the start (4), length (2) and the bytes, big-endian, in the order of their sequence. The
talker's node and whoever heard every packet make the same file, so they have the same hash.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from detente.errors import PeerError
from detente.quantities import Digest
from detente.voice.frame import Codec, Frame
from detente.voice.messages import Khz, Transmission, VoiceName, Whole
from detente.wire import Record, decode, encode
from detente.wire.limits import (
    VOICE_MESSAGE_BYTES_MAX,
    VOICE_PAYLOAD_BYTES_MAX,
    VOICE_RECORDING_BYTES_MAX,
    VOICE_SEQUENCE_MAX,
)

MAGIC = b"detente voice 1\n"
HEADING_BYTES_MAX = len(MAGIC) + VOICE_MESSAGE_BYTES_MAX
LAST_PACKET_MS = 20
AT_MS_MAX = 2**32 - 1
_PACKET = struct.Struct(">IIH")


class Heading(Record, frozen=True, kw_only=True):
    """The line of JSON; `start_ms` is when the first packet was captured, by the talker's node."""

    channel_khz: Khz
    party: VoiceName
    post: VoiceName
    transmission: Transmission
    codec: Codec
    start_ms: Whole


@dataclass(frozen=True, kw_only=True, slots=True)
class Packet:
    """One packet; `at_ms` after the start."""

    sequence: int
    at_ms: int
    payload: bytes


@dataclass(frozen=True, kw_only=True)
class Recording:
    """A transmission; `packets` in the order of their sequence, at least one."""

    heading: Heading
    packets: tuple[Packet, ...]

    @property
    def length_ms(self) -> int:
        """From the first packet to the end of the last."""
        return self.packets[-1].at_ms + LAST_PACKET_MS

    @property
    def missing(self) -> int:
        """Packets before the last that are not here."""
        return self.packets[-1].sequence + 1 - len(self.packets)


def recording_of(frames: Sequence[Frame]) -> Recording:
    """The recording of the frames of one transmission, at least one, in the order of their sequence."""
    first = frames[0]
    return Recording(
        heading=Heading(
            channel_khz=first.channel_khz,
            party=first.party,
            post=first.post,
            transmission=first.transmission,
            codec=first.codec,
            start_ms=first.captured_ms,
        ),
        packets=tuple(
            Packet(
                sequence=one.sequence,
                at_ms=min(max(0, one.captured_ms - first.captured_ms), AT_MS_MAX),
                payload=one.payload,
            )
            for one in frames
        ),
    )


def encode_recording(recording: Recording) -> bytes:
    """The file."""
    return b"".join((MAGIC, encode(recording.heading), b"\n", encode_packets(recording.packets)))


def encode_packets(packets: Iterable[Packet]) -> bytes:
    """The packets alone: a file can grow by them while somebody talks."""
    parts: list[bytes] = []
    for one in packets:
        parts += (_PACKET.pack(one.sequence, one.at_ms, len(one.payload)), one.payload)
    return b"".join(parts)


def digest_of(file: bytes) -> Digest:
    """What names a recording."""
    return Digest(hashlib.sha256(file).hexdigest())


def parse_recording(file: bytes, *, is_broken_off: bool = False) -> Recording:
    """A recording from a stranger's bytes; raises PeerError `too_large`, `malformed` or `layout`.

    Args:
        is_broken_off: the file was still growing when its node ended; a packet that is not whole is left away.
    """
    if len(file) > VOICE_RECORDING_BYTES_MAX:
        raise PeerError(
            "too_large", f"A recording has {len(file)} bytes; at most {VOICE_RECORDING_BYTES_MAX} are taken."
        )
    heading, at = parse_heading(file)
    packets: list[Packet] = []
    newest = -1
    while at < len(file):
        if at + _PACKET.size > len(file):
            if is_broken_off:
                break
            raise _malformed("it ends inside a packet")
        sequence, at_ms, size = _PACKET.unpack_from(file, at)
        at += _PACKET.size
        if not newest < sequence <= VOICE_SEQUENCE_MAX or not 0 < size <= VOICE_PAYLOAD_BYTES_MAX:
            raise _malformed("a packet is out of order, empty or too long")
        if at + size > len(file):
            if is_broken_off:
                break
            raise _malformed("it ends inside a packet")
        packets.append(Packet(sequence=sequence, at_ms=at_ms, payload=file[at : at + size]))
        at, newest = at + size, sequence
    if not packets:
        raise _malformed("it has no packet")
    return Recording(heading=heading, packets=tuple(packets))


def parse_heading(file: bytes) -> tuple[Heading, int]:
    """The heading, and where packets begin; of a file, or its first `HEADING_BYTES_MAX` bytes; raises PeerError."""
    end = file.find(b"\n", len(MAGIC), HEADING_BYTES_MAX)
    if not file.startswith(MAGIC) or end < 0:
        raise _malformed("it does not begin as one")
    heading = decode(
        file[len(MAGIC) : end], Heading, what="heading of a recording", bytes_max=VOICE_MESSAGE_BYTES_MAX
    )
    return heading, end + 1


def _malformed(why: str) -> PeerError:
    return PeerError("malformed", f"The recording cannot be read: {why}.")
