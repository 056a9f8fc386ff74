"""The TAK protocol, version 1: the same Cursor on Target events as protobuf.

Mesh: a datagram `0xBF 0x01 0xBF` and one `TakMessage`. Stream: `0xBF`, the length as a varint, one
`TakMessage`. Read here by some sixty lines, since takproto would bring the protobuf runtime for fifteen fields;
the tests hold this reader against it. Source: protocol and field numbers of commoncommo/core/impl/protobuf
(takmessage, cotevent, detail, contact, track).
"""

from __future__ import annotations

import math
import struct
from collections import Counter
from collections.abc import Iterator

from detente.quantities import UtcMs
from detente.tracks.cot import Event, report_of
from detente.tracks.decoding import Circumstances
from detente.tracks.position import PositionReport
from detente.wire.limits import FEED_EVENT_BYTES_MAX

_MESH = b"\xbf\x01\xbf"
_MARK = 0xBF
_VARINT_BYTES_MAX = 10
_UNKNOWN = 9_999_999.0

_COT_EVENT = 2
_TYPE, _UID, _SEND_TIME, _STALE_TIME, _LAT, _LON, _HAE, _CE, _DETAIL = 1, 5, 6, 8, 10, 11, 12, 13, 15
_CONTACT, _TRACK = 2, 7
_CALL_SIGN = 2
_SPEED, _COURSE = 1, 2

Fields = dict[int, int | float | bytes]


class TakDecoder:
    """Mesh datagrams or a stream to reports."""

    def __init__(self, circumstances: Circumstances) -> None:
        self.rejected: Counter[str] = Counter()
        self.unused: Counter[str] = Counter()
        self._source = circumstances.source
        self._rest = b""
        self._is_lost = False

    def take(self, data: bytes, received_ms: UtcMs | None) -> list[PositionReport]:
        """The reports that `data` completes; a mesh message is whole in one piece."""
        del received_ms
        if not self._rest and data.startswith(_MESH):
            return self._reports([data[len(_MESH) :]])
        return self._reports(list(self._messages(self._rest + data)))

    def finish(self) -> list[PositionReport]:
        """Half a message is none."""
        if self._rest:
            self.rejected["truncated"] += 1
            self._rest = b""
        return []

    def _messages(self, data: bytes) -> Iterator[bytes]:
        place = 0
        while place < len(data):
            if data[place] != _MARK:
                if not self._is_lost:
                    self.rejected["garbage"] += 1
                    self._is_lost = True
                place = data.find(_MARK, place)
                if place < 0:
                    place = len(data)
                continue
            try:
                length, start = _varint(data, place + 1)
            except IndexError:
                break
            except ValueError:
                length, start = FEED_EVENT_BYTES_MAX + 1, place
            if length > FEED_EVENT_BYTES_MAX:
                self.rejected["too_long"] += 1
                self._is_lost = True
                place += 1
                continue
            if start + length > len(data):
                break
            self._is_lost = False
            yield data[start : start + length]
            place = start + length
        self._rest = data[place:]

    def _reports(self, messages: list[bytes]) -> list[PositionReport]:
        reports: list[PositionReport] = []
        for message in messages:
            try:
                event = event_of(message)
            except (ValueError, IndexError, struct.error):
                self.rejected["malformed"] += 1
                continue
            if event is None:
                self.unused["no_event"] += 1
                continue
            report = report_of(event, source=self._source, rejected=self.rejected, unused=self.unused)
            if report is not None:
                reports.append(report)
        return reports


def event_of(message: bytes) -> Event | None:
    """The event of a TakMessage; None where it carries none. Raises ValueError, IndexError or struct.error."""
    outer = _fields(message)
    if _COT_EVENT not in outer:
        return None
    event = _fields(_bytes(outer, _COT_EVENT))
    detail = _fields(_bytes(event, _DETAIL))
    contact, track = _fields(_bytes(detail, _CONTACT)), _fields(_bytes(detail, _TRACK))
    return Event(
        uid=_text(event, _UID),
        type=_text(event, _TYPE),
        time_ms=_whole(event, _SEND_TIME),
        stale_ms=_whole(event, _STALE_TIME),
        lat_deg=_double(event, _LAT),
        lon_deg=_double(event, _LON),
        hae_m=_double(event, _HAE),
        ce_m=_double(event, _CE),
        call_sign=_text(contact, _CALL_SIGN),
        course_deg=_double(track, _COURSE) if track else None,
        speed_mps=_double(track, _SPEED) if track else None,
    )


def _fields(data: bytes) -> Fields:
    """The last value of each field, as protobuf has it for those that are not repeated."""
    fields: Fields = {}
    place = 0
    while place < len(data):
        key, place = _varint(data, place)
        number, wire = key >> 3, key & 7
        if wire == 0:
            fields[number], place = _varint(data, place)
        elif wire == 1:
            (fields[number],) = struct.unpack_from("<d", data, place)
            place += 8
        elif wire == 2:
            length, place = _varint(data, place)
            if place + length > len(data):
                raise ValueError("a field is longer than its message")
            fields[number] = data[place : place + length]
            place += length
        elif wire == 5:
            (fields[number],) = struct.unpack_from("<f", data, place)
            place += 4
        else:
            raise ValueError("no such wire type")
    return fields


def _varint(data: bytes, place: int) -> tuple[int, int]:
    """The number and the place after it; IndexError where it is not complete."""
    number = 0
    for shift in range(0, 7 * _VARINT_BYTES_MAX, 7):
        byte = data[place]
        place += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, place
    raise ValueError("a number is too long")


def _bytes(fields: Fields, number: int) -> bytes:
    value = fields.get(number, b"")
    if not isinstance(value, bytes):
        raise ValueError("not a message")
    return value


def _text(fields: Fields, number: int) -> str:
    return _bytes(fields, number).decode("utf-8", errors="replace")


def _whole(fields: Fields, number: int) -> int | None:
    value = fields.get(number)
    return value if isinstance(value, int) and 0 < value < 2**53 else None


def _double(fields: Fields, number: int) -> float | None:
    """Absent means 0 in protobuf 3."""
    value = fields.get(number, 0.0)
    if not isinstance(value, float):
        raise ValueError("not a number")
    return value if math.isfinite(value) and value < _UNKNOWN else None
