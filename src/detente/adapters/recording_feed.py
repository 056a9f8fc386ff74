"""A recorded feed, played against the node's own clock."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from detente.errors import OperatorError, PeerError
from detente.quantities import UtcMs
from detente.tracks.position import PositionReport
from detente.tracks.recording import read_recording


class RecordingFeed:
    """Positions of a recording, each given once, when the clock reaches its time."""

    def __init__(self, reports: Sequence[PositionReport], rejected: dict[str, int]) -> None:
        self._reports = reports
        self._next = 0
        self.rejected = rejected

    @classmethod
    def open(cls, path: Path) -> RecordingFeed:
        """Raises OperatorError where the file is not a recording."""
        try:
            recording = read_recording(path.read_bytes())
        except (OSError, PeerError) as why:
            raise OperatorError(
                "recording",
                f"{path} cannot be played: {why}.",
                cure="Name a recording in config.toml, [feed].",
            ) from why
        return cls(recording.reports, dict(recording.rejected))

    def take_until(self, now_ms: UtcMs) -> Sequence[PositionReport]:
        """Everything up to and including `now_ms` that was not given yet."""
        first = self._next
        while self._next < len(self._reports) and self._reports[self._next].time_ms <= now_ms:
            self._next += 1
        return self._reports[first : self._next]

    def next_ms(self) -> UtcMs | None:
        """When the next position comes; None at the end."""
        return self._reports[self._next].time_ms if self._next < len(self._reports) else None
