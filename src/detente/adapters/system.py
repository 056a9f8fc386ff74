"""The machine's own clock and chance, and a clock that a conductor sets in an exercise."""

from __future__ import annotations

import os
import time

from detente.quantities import UtcMs


class SystemClock:
    """The machine's clock, in UTC."""

    def now_ms(self) -> UtcMs:
        return UtcMs(time.time_ns() // 1_000_000)


class ConductedClock:
    """Stands where the conductor set it, or runs on from there in real time."""

    def __init__(self, start_ms: UtcMs) -> None:
        self._base_ms: int = start_ms
        self._running_since: float | None = None

    def now_ms(self) -> UtcMs:
        if self._running_since is None:
            return UtcMs(self._base_ms)
        return UtcMs(self._base_ms + int((time.monotonic() - self._running_since) * 1000))

    def set(self, at_ms: UtcMs, *, is_running: bool) -> None:
        """Never backwards: what was said would seem to lie in the future."""
        self._base_ms = max(at_ms, self.now_ms())
        self._running_since = time.monotonic() if is_running else None


class SystemEntropy:
    """The operating system's chance."""

    def draw(self, count: int) -> bytes:
        return os.urandom(count)
