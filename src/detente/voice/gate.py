"""Which frames of one source are let through: in order, not a flood, and not so late that they mislead.

How old a frame is cannot be read off its capture time, for the two clocks may be hours apart. The least of all
differences between arrival and capture is what the clocks and the shortest way make; what a frame has above that, it
was late. Sources stamp their frames by a clock that never steps within one start.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from detente.voice.frame import Codec, Frame

LATE_MS = 400
FRAMES_PER_S_MAX = 60.0
BURST_MAX = 30.0
"""What a stalled connection gives at once, and is not yet too old."""
WINDOW_MS = 10_000
DRIFT_MS_EACH_S = 1
"""More than two steady clocks drift apart, each held by its time service to half of that."""
AHEAD_MS = 10_000
"""More than that before its time comes only what is stamped by a clock that steps, or that lies."""

Drop: TypeAlias = Literal["replayed", "flood", "late", "ahead", "codec"]


class Delay:
    """How late what comes from one source is, against the least delay of its connection.

    The least of the last ten to twenty seconds alone would take a path that has become seconds slow for a good one.
    So the least of all counts, which rises only as much as two clocks can drift apart. A path that stays slow is told
    by `is_slow`: its connection is made anew, which takes several ways there and back, each of them soon.
    """

    def __init__(self) -> None:
        self._began_ms = 0
        self._now: int | None = None
        self._before: int | None = None
        self._best: int | None = None
        self._best_ms = 0

    def is_ahead(self, *, stamped_ms: int, now_ms: int) -> bool:
        """Whether it would have come far sooner than anything can."""
        return self._best is not None and now_ms - stamped_ms < self._least(now_ms) - AHEAD_MS

    def is_slow(self, *, now_ms: int) -> bool:
        """Whether all that came within ten to twenty seconds was late."""
        if self._now is None or self._before is None:
            return False
        return min(self._now, self._before) - self._least(now_ms) > LATE_MS

    def age_ms(self, *, stamped_ms: int, now_ms: int) -> int:
        """Milliseconds above the least delay, never negative; what is asked about counts for it too."""
        difference = now_ms - stamped_ms
        if self._now is None or now_ms - self._began_ms >= WINDOW_MS:
            self._before, self._now, self._began_ms = self._now, difference, now_ms
        self._now = min(self._now, difference)
        if self._best is None or difference <= self._least(now_ms):
            self._best, self._best_ms = difference, now_ms
        return difference - self._least(now_ms)

    def _least(self, now_ms: int) -> int:
        assert self._best is not None, "something has come"
        return self._best + (now_ms - self._best_ms) * DRIFT_MS_EACH_S // 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Passed:
    """It may be played."""

    age_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Dropped:
    """It is not let through, and counted."""

    why: Drop


@dataclass(kw_only=True, slots=True)
class _Channel:
    """What came last on one channel, and how many frames it may still have at once."""

    transmission: str = ""
    sequence: int = -1
    codec: Codec = "opus"
    left: float = BURST_MAX
    filled_ms: int = 0

    def take(self, now_ms: int) -> bool:
        gained = max(0, now_ms - self.filled_ms) * FRAMES_PER_S_MAX / 1_000.0
        self.left, self.filled_ms = min(BURST_MAX, self.left + gained), now_ms
        if self.left < 1.0:
            return False
        self.left -= 1.0
        return True


class Gate:
    """The gate for one source, a peer's node or a page; who has the floor is asked before it.

    Each channel has a measure of its own, for a peer may talk on several at once. `delay` is shared with what else
    comes from the source.
    """

    def __init__(self) -> None:
        self.delay = Delay()
        self._channels: dict[int, _Channel] = {}

    def judge(self, frame: Frame, *, now_ms: int) -> Passed | Dropped:
        """`now_ms`: of a clock here that never steps."""
        channel = self._channels.setdefault(frame.channel_khz, _Channel())
        if not channel.take(now_ms):
            return Dropped(why="flood")
        if channel.transmission == frame.transmission:
            if frame.sequence <= channel.sequence:
                return Dropped(why="replayed")
            if frame.codec != channel.codec:
                return Dropped(why="codec")
        if self.delay.is_ahead(stamped_ms=frame.captured_ms, now_ms=now_ms):
            return Dropped(why="ahead")
        channel.transmission, channel.sequence, channel.codec = (
            frame.transmission,
            frame.sequence,
            frame.codec,
        )
        age_ms = self.delay.age_ms(stamped_ms=frame.captured_ms, now_ms=now_ms)
        return Dropped(why="late") if age_ms > LATE_MS else Passed(age_ms=age_ms)
