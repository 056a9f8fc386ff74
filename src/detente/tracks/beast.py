"""Mode S Beast, binary: bytes to frames.

A frame is 0x1A, a type, six bytes of 12 MHz ticks, one of signal level, then two (Mode A/C, `1`), seven (Mode S
short, `2`) or fourteen bytes (Mode S long, `3`). Every 0x1A inside is doubled, so a single one always begins a
frame and a broken stream is found again. Source: the Beast wiki of J. Rottenheber; `4` and `5` are a receiver's
own status.
"""

from __future__ import annotations

import re
from collections import Counter

from detente.quantities import UtcMs
from detente.tracks.decoding import Circumstances
from detente.tracks.mode_s import Frame, Messages
from detente.tracks.position import PositionReport
from detente.tracks.ticks import MLAT_TICKS, TickClock

_BYTE = rb"(?:[^\x1a]|\x1a\x1a)"
_WHOLE = re.compile(
    rb"\x1a(?:3(%(b)s{21})|2(%(b)s{14})|(?:1%(b)s{9}|[45]%(b)s{21}))" % {b"b": _BYTE}, re.DOTALL
)
_PART = re.compile(rb"\x1a(?:[1-5]%(b)s{0,20}\x1a?)?\Z" % {b"b": _BYTE}, re.DOTALL)
_BEGIN = re.compile(rb"\x1a(?:[1-5]|\Z)")
_MARK = b"\x1a"


class BeastFrames:
    """Cuts a stream into frames of Mode S; holds at most 44 bytes."""

    def __init__(self, circumstances: Circumstances, rejected: Counter[str], unused: Counter[str]) -> None:
        self._rejected = rejected
        self._unused = unused
        self._clock = TickClock(circumstances.start_ms)
        self._rest = b""
        self._is_lost = False

    def take(self, data: bytes, received_ms: UtcMs | None) -> list[Frame]:
        """The frames that `data` completes."""
        data = self._rest + data
        frames: list[Frame] = []
        place, whole, time_of = 0, _WHOLE.match, self._clock.time_of
        while place < len(data):
            found = whole(data, place)
            if found is not None:
                place = found.end()
                self._is_lost = False
                body = found[1] or found[2]
                if body is None:
                    self._unused["not_mode_s"] += 1
                    continue
                if _MARK in body:
                    body = body.replace(b"\x1a\x1a", _MARK)
                ticks = int.from_bytes(body[:6], "big")
                is_made_up = ticks == MLAT_TICKS
                frames.append((time_of(None if is_made_up else ticks, received_ms), body[7:], is_made_up))
            elif _PART.match(data, place) is not None:
                break
            else:
                if not self._is_lost:
                    self._rejected["garbage"] += 1
                    self._is_lost = True
                begin = _BEGIN.search(data, place + 1)
                place = len(data) if begin is None else begin.start()
        self._rest = data[place:]
        return frames

    def finish(self) -> list[Frame]:
        """Half a frame at the end is none."""
        if self._rest:
            self._rejected["truncated"] += 1
            self._rest = b""
        return []


class BeastDecoder:
    """Beast bytes to reports."""

    def __init__(self, circumstances: Circumstances) -> None:
        self.rejected: Counter[str] = Counter()
        self.unused: Counter[str] = Counter()
        self._frames = BeastFrames(circumstances, self.rejected, self.unused)
        self._messages = Messages(circumstances, self.rejected, self.unused)

    def take(self, data: bytes, received_ms: UtcMs | None) -> list[PositionReport]:
        """The reports that `data` completes."""
        return self._messages.take(self._frames.take(data, received_ms))

    def finish(self) -> list[PositionReport]:
        """Forget half a frame."""
        return self._messages.take(self._frames.finish())
