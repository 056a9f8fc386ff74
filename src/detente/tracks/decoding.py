"""What every decoder gives, whatever its format: reports, and how often what was heard could not be one, by reason.

A decoder holds what it needs between two pieces of bytes (half a frame, an aircraft's last velocity) and nothing
else: no clock, no socket, no file. Any bytes may come; it raises nothing and its memory is bounded.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Protocol

from detente.quantities import UtcMs
from detente.tracks.position import PositionReport


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """What a format leaves out and only the owner of the receiver knows.

    Args:
        source: the feed's name, put on every report.
        start_ms: when the first frame of a recording was heard, where it counts ticks from its own start; and the
            day, where it gives only a time of day.
        frames_per_s: how fast frames of a recording without any times came; None refuses such a recording.
        site: latitude and longitude of the receiver or radar, degrees WGS 84; surface positions of Mode S and the
            plots of a radar mean nothing without it.
        utc_offset_min: how far the times of a recording are ahead of UTC (SBS-1 writers often use local time). Live,
            the offset is found by comparing with the time of receipt.
    """

    source: str = ""
    start_ms: UtcMs = UtcMs(0)  # noqa: RUF009  # a NewType of int is as constant as int
    frames_per_s: float | None = None
    site: tuple[float, float] | None = None
    utc_offset_min: int = 0


class Decoder(Protocol):
    """Bytes of one sender in one format to reports, in the order heard.

    `rejected` counts what was wrong, by reason; `unused` what was right and carries no position.
    """

    rejected: Counter[str]
    unused: Counter[str]

    def take(self, data: bytes, received_ms: UtcMs | None) -> list[PositionReport]:
        """The reports that `data` completes; `received_ms` is None in a recording."""

    def finish(self) -> list[PositionReport]:
        """Nothing follows what was given: the recording ends, or the datagram. The decoder can go on after it."""


class NoTimesError(Exception):
    """A recording says nothing of time, and nobody said how fast it came; see `Circumstances.frames_per_s`."""
