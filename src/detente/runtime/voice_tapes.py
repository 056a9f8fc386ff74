"""Transmissions as they are heard, gathered until they end, and handed over whole to whoever keeps them.

A transmission ends when another begins on its channel, or when nothing of it has come for a second; what is gathered
is bounded by the limits of a recording. Nothing here touches a disk.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from detente.voice.frame import Frame
from detente.voice.recording import Recording, recording_of

OPEN_MAX = 64
QUIET_MS = 1_000


@dataclass(frozen=True, kw_only=True)
class Taped:
    """A transmission that has ended; `is_own`: of a desk of this node, which says it in its journal."""

    recording: Recording
    is_own: bool


@dataclass(kw_only=True)
class _Open:
    is_own: bool
    frames: list[Frame] = field(default_factory=list)
    heard_ms: int = 0


class Tapes:
    """The transmissions under way.

    Args:
        keep: takes what has ended; called once for each.
        now_ms: a clock that never steps.
    """

    def __init__(self, keep: Callable[[Taped], None], now_ms: Callable[[], int]) -> None:
        self.is_failing = False
        """The disk takes nothing now; whoever keeps says so here."""
        self._keep = keep
        self._now_ms = now_ms
        self._open: dict[str, _Open] = {}

    def take(self, frame: Frame, *, is_own: bool) -> None:
        """A frame, in the order of its sequence within its transmission."""
        tape = self._open.get(frame.transmission)
        if tape is None:
            if len(self._open) >= OPEN_MAX:
                self.close(next(iter(self._open)))
            tape = self._open[frame.transmission] = _Open(is_own=is_own)
        if not tape.frames or frame.sequence > tape.frames[-1].sequence:
            tape.frames.append(frame)
        tape.heard_ms = self._now_ms()

    def close(self, transmission: str) -> None:
        """It has ended."""
        tape = self._open.pop(transmission, None)
        if tape is not None:
            self._keep(Taped(recording=recording_of(tape.frames), is_own=tape.is_own))

    def look(self, *, all_of_them: bool = False) -> None:
        """Close what has been quiet for a while, or everything at the node's end."""
        now_ms = self._now_ms()
        for transmission, tape in list(self._open.items()):
            if all_of_them or now_ms - tape.heard_ms >= QUIET_MS:
                self.close(transmission)
