"""AVR, the plain text of Mode S receivers, and JSON lines that carry the same frames: lines to frames.

`*8D4CA251…;` is a frame; `@` and twelve digits of 12 MHz ticks stand before one that has a time, `<` and two
digits of signal level after those. JSON lines (`timestamp` in seconds, `frame`) are what jet1090 and rs1090
write. Frames of the downlink formats 0 to 15 have 56 bits; some writers pad them to 112 with noise, which is
cut.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import msgspec

from detente.quantities import UtcMs
from detente.tracks.decoding import Circumstances, NoTimesError
from detente.tracks.lines import Lines
from detente.tracks.mode_s import Frame, Messages
from detente.tracks.position import PositionReport
from detente.tracks.ticks import MLAT_TICKS, TickClock

_LONG, _SHORT = 14, 7
_TICKS_DIGITS = 12
_TIME_MAX_S = 253_402_300_799.0


class AvrDecoder:
    """AVR lines to reports.

    Raises NoTimesError on the first line of a recording without ticks, unless `frames_per_s` is given.
    """

    def __init__(self, circumstances: Circumstances) -> None:
        self.rejected: Counter[str] = Counter()
        self.unused: Counter[str] = Counter()
        self._lines = Lines(self.rejected)
        self._clock = TickClock(circumstances.start_ms)
        self._messages = Messages(circumstances, self.rejected, self.unused)
        self._circumstances = circumstances
        self._untimed = 0
        self._received_ms: UtcMs | None = None

    def take(self, data: bytes, received_ms: UtcMs | None) -> list[PositionReport]:
        """The reports that `data` completes."""
        self._received_ms = received_ms
        return self._read(self._lines.take(data), received_ms)

    def finish(self) -> list[PositionReport]:
        """What stands without a line end."""
        return self._read(self._lines.finish(), self._received_ms)

    def _read(self, lines: list[bytes], received_ms: UtcMs | None) -> list[PositionReport]:
        frames: list[Frame] = []
        for line in lines:
            if (frame := self._frame(line.strip(), received_ms)) is not None:
                frames.append(frame)
        return self._messages.take(frames)

    def _frame(self, line: bytes, received_ms: UtcMs | None) -> Frame | None:
        if not line:
            return None
        mark, digits = line[:1], line[1:-1]
        if line[-1:] != b";" or mark not in (b"*", b"@", b"<", b"%"):
            self.rejected["not_a_frame"] += 1
            return None
        timed = mark in (b"@", b"<")
        head = _TICKS_DIGITS + (2 if mark == b"<" else 0) if timed else 0
        try:
            ticks = int(digits[:_TICKS_DIGITS], 16) if timed else None
            data = bytes.fromhex(digits[head:].decode("ascii"))
        except ValueError:
            self.rejected["not_a_frame"] += 1
            return None
        if len(data) == 2:
            self.unused["not_mode_s"] += 1
            return None
        if len(data) not in (_SHORT, _LONG):
            self.rejected["not_a_frame"] += 1
            return None
        if data[0] < 0x80:
            data = data[:_SHORT]
        if ticks is None and received_ms is None:
            received_ms = self._spaced()
        is_made_up = ticks == MLAT_TICKS
        return self._clock.time_of(None if is_made_up else ticks, received_ms), data, is_made_up

    def _spaced(self) -> UtcMs:
        """The time of the next frame of a recording that gives none."""
        rate = self._circumstances.frames_per_s
        if rate is None:
            raise NoTimesError
        self._untimed += 1
        return UtcMs(self._circumstances.start_ms + math.floor((self._untimed - 1) * 1000.0 / rate))


class FrameLinesDecoder:
    """JSON lines with `timestamp` and `frame` to reports; what else a line says is not believed but decoded again."""

    def __init__(self, circumstances: Circumstances) -> None:
        self.rejected: Counter[str] = Counter()
        self.unused: Counter[str] = Counter()
        self._lines = Lines(self.rejected)
        self._messages = Messages(circumstances, self.rejected, self.unused)

    def take(self, data: bytes, received_ms: UtcMs | None) -> list[PositionReport]:
        """The reports that `data` completes; times are those of the lines."""
        del received_ms
        return self._read(self._lines.take(data))

    def finish(self) -> list[PositionReport]:
        """What stands without a line end."""
        return self._read(self._lines.finish())

    def _read(self, lines: list[bytes]) -> list[PositionReport]:
        return self._messages.take(
            [frame for line in lines if line.strip() if (frame := self._frame(line)) is not None]
        )

    def _frame(self, line: bytes) -> Frame | None:
        try:
            said: Any = msgspec.json.decode(line)
            time_s, data = said["timestamp"], bytes.fromhex(said["frame"])
            is_good = isinstance(time_s, int | float) and 0 <= time_s <= _TIME_MAX_S
        except (ValueError, TypeError, KeyError, IndexError, RecursionError):
            is_good = False
        if not is_good or len(data) not in (_SHORT, _LONG):
            self.rejected["not_a_frame"] += 1
            return None
        if data[0] < 0x80:
            data = data[:_SHORT]
        return UtcMs(round(time_s * 1000)), data, False
