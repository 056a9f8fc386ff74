"""A receiver's counter of ticks to UTC: when a frame was heard, not when it came through the network.

Beast and AVR count a 12 MHz clock from some unknown start. Live, the least delay between a tick and its receipt is
taken as none, and lets itself be raised by what a crystal may drift; so a frame that waited in a queue keeps its
time. In a recording ticks count from its first frame.
"""

from __future__ import annotations

from detente.quantities import UtcMs

TICKS_PER_MS = 12_000.0
MLAT_TICKS = 0xFF004D4C4154
"""What mlat-client writes in place of a time: the frame was made up from a multilaterated position."""
RESTART_MS = 5_000.0
"""Ticks that disagree with the time of receipt by more belong to a counter that began anew."""
DRIFT = 1e-4
"""Five times what a cheap crystal may be off."""


class TickClock:
    """Ticks of one receiver to milliseconds UTC."""

    def __init__(self, start_ms: UtcMs) -> None:
        self._start_ms = float(start_ms)
        self._offset_ms: float | None = None
        self._last_received_ms = 0.0
        self._last_ms = float(start_ms)
        self.restarts = 0

    def time_of(self, ticks: int | None, received_ms: UtcMs | None) -> UtcMs:
        """When a frame was heard; ticks None where it carries none: then when it was received."""
        if received_ms is None:
            return self._recorded(ticks)
        if ticks is None:
            return received_ms
        own_ms = ticks / TICKS_PER_MS
        least = received_ms - own_ms
        if self._offset_ms is None or not -RESTART_MS < least - self._offset_ms < RESTART_MS:
            self.restarts += self._offset_ms is not None
            self._offset_ms = least
        else:
            drifted = self._offset_ms + DRIFT * max(0.0, received_ms - self._last_received_ms)
            self._offset_ms = min(drifted, least)
        self._last_received_ms = float(received_ms)
        return UtcMs(max(0, round(own_ms + self._offset_ms)))

    def _recorded(self, ticks: int | None) -> UtcMs:
        """From the first frame on; a counter that steps back goes on from the last time."""
        if ticks is None:
            return UtcMs(round(self._last_ms))
        own_ms = ticks / TICKS_PER_MS
        if self._offset_ms is None:
            self._offset_ms = self._start_ms - own_ms
        elif own_ms + self._offset_ms < self._last_ms - RESTART_MS:
            self.restarts += 1
            self._offset_ms = self._last_ms - own_ms
        self._last_ms = max(self._last_ms, own_ms + self._offset_ms)
        return UtcMs(max(0, round(own_ms + self._offset_ms)))
