"""Which frames of one source are let through: in order, not a flood, and not so late that they mislead.

How old a frame is cannot be read off its capture time, for the two clocks may be hours apart. The least of all
differences between arrival and capture within the last seconds is what the clocks and the shortest way make; what a
frame has above that, it was late. Sources stamp their frames by a clock that never steps within one start.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from detente.voice.frame import Frame

LATE_MS = 400
FRAMES_PER_S_MAX = 60.0
BURST_MAX = 30.0
"""What a stalled connection gives at once, and is not yet too old."""
WINDOW_MS = 10_000

Drop: TypeAlias = Literal["replayed", "flood", "late"]


class Delay:
    """How late what comes from one source is, against the least delay of the last ten to twenty seconds."""

    def __init__(self) -> None:
        self._began_ms = 0
        self._now: int | None = None
        self._before: int | None = None

    def age_ms(self, *, stamped_ms: int, now_ms: int) -> int:
        """Milliseconds above the least delay, never negative; what is asked about counts for it too."""
        difference = now_ms - stamped_ms
        if self._now is None or now_ms - self._began_ms >= WINDOW_MS:
            self._before, self._now, self._began_ms = self._now, difference, now_ms
        self._now = min(self._now, difference)
        least = self._now if self._before is None else min(self._now, self._before)
        return difference - least


@dataclass(frozen=True, kw_only=True, slots=True)
class Passed:
    """It may be played."""

    age_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Dropped:
    """It is not let through, and counted."""

    why: Drop


class Gate:
    """The gate for one source, a peer's node or a page; who has the floor is asked before it.

    `delay` is shared with what else comes from the source.
    """

    def __init__(self) -> None:
        self.delay = Delay()
        self._newest: dict[int, tuple[str, int]] = {}
        self._left = BURST_MAX
        self._filled_ms = 0

    def judge(self, frame: Frame, *, now_ms: int) -> Passed | Dropped:
        """`now_ms`: of a clock here that never steps."""
        if not self._take(now_ms):
            return Dropped(why="flood")
        transmission, sequence = self._newest.get(frame.channel_khz, ("", -1))
        if transmission == frame.transmission and frame.sequence <= sequence:
            return Dropped(why="replayed")
        self._newest[frame.channel_khz] = (frame.transmission, frame.sequence)
        age_ms = self.delay.age_ms(stamped_ms=frame.captured_ms, now_ms=now_ms)
        return Dropped(why="late") if age_ms > LATE_MS else Passed(age_ms=age_ms)

    def _take(self, now_ms: int) -> bool:
        self._left = min(
            BURST_MAX, self._left + max(0, now_ms - self._filled_ms) * FRAMES_PER_S_MAX / 1_000.0
        )
        self._filled_ms = now_ms
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True
