"""The feeds that a node's settings name, joined by one tracker into one `Feed`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from detente.adapters.live_source import LiveSource, parse_address
from detente.adapters.recorded import Recorded, read_recorded
from detente.adapters.recording_feed import RecordingFeed
from detente.airspace.atmosphere import Atmosphere
from detente.errors import OperatorError
from detente.ports import Clock, Feed
from detente.quantities import UtcMs, utc_ms_of
from detente.tracks.decoding import Circumstances
from detente.tracks.level_bounds import with_bounded_level
from detente.tracks.position import PositionReport
from detente.tracks.tracker import Tracker
from detente.wire.limits import FEED_AIRCRAFT_MAX

GIVEN_EVERY_MS = 800
"""Transponders say where they are twice a second, and others once, give or take: one of two, and each of those."""


class FeedSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[feed], or each [[feed]]: positions to watch. Exactly one of `recording`, `file` and `connect` is given.

    `recording` is traffic played as it was recorded, for exercises; `file` is a recording in any format, and
    goes through the tracker as `connect` does. The rest is what `tracks.decoding.Circumstances` says.
    """

    recording: str | None = None
    file: str | None = None
    connect: str | None = None
    format: str = "auto"
    name: str = ""
    site: tuple[float, float] | None = None
    start: datetime | None = None
    frames_per_s: float | None = None
    utc_offset_min: int = 0

    @property
    def circumstances(self) -> Circumstances:
        """Raises OperatorError where a time has no zone."""
        try:
            start_ms = UtcMs(0) if self.start is None else utc_ms_of(self.start)
        except ValueError as why:
            raise OperatorError("settings", f"[feed] start: {why}.", cure="Correct that line.") from why
        return Circumstances(
            source=self.name or self.connect or self.file or "",
            start_ms=start_ms,
            frames_per_s=self.frames_per_s,
            site=self.site,
            utc_offset_min=self.utc_offset_min,
        )


class JoinedFeed:
    """Recordings and live sources, joined: one report for each aircraft and moment, and none that cannot be true.

    `pass_time` of the tracker is called as reports are taken, so nothing else need be done about its memory. With an
    atmosphere, reports that have only a geometric height are given a level within bounds. The tracker sees
    every report; of each aircraft one a second is given on, for whoever compares all pairs has much to do with each.
    """

    def __init__(
        self,
        tracker: Tracker,
        *,
        recorded: Sequence[Recorded],
        live: Sequence[LiveSource],
        atmosphere: Atmosphere | None = None,
    ) -> None:
        self.tracker = tracker
        self.live = live
        self._recorded = recorded
        self._atmosphere = atmosphere
        self._reports = sorted(
            (one for file in recorded for one in file.reports), key=lambda one: one.time_ms
        )
        self._next = 0
        self._given_ms: dict[str, int] = {}
        self._thinned = 0

    async def start(self) -> None:
        """Open what comes over the network."""
        for source in self.live:
            await source.start()

    async def close(self) -> None:
        """Hang up everywhere."""
        for source in self.live:
            await source.close()

    def take_until(self, now_ms: UtcMs) -> Sequence[PositionReport]:
        """What was measured up to now, was not given yet, and can be true; in the order of time."""
        first = self._next
        while self._next < len(self._reports) and self._reports[self._next].time_ms <= now_ms:
            self._next += 1
        # A recording that is played late is not old: it is judged by its own time.
        due = [(report, report.time_ms) for report in self._reports[first : self._next]]
        due += [(report, now_ms) for source in self.live for report in source.take()]
        due.sort(key=lambda one: one[0].time_ms)
        taken: list[PositionReport] = []
        for report, at_ms in due:
            seen = self.tracker.see(report, at_ms)
            if not isinstance(seen, str) and self._is_wanted(seen):
                taken.append(seen)
        self.tracker.pass_time(now_ms)
        if self._atmosphere is None:
            return taken
        return [with_bounded_level(report, self._atmosphere) for report in taken]

    def _is_wanted(self, report: PositionReport) -> bool:
        """Whether the aircraft was not given just before; remembers those given last."""
        last_ms = self._given_ms.pop(report.aircraft, None)
        if last_ms is not None and report.time_ms - last_ms < GIVEN_EVERY_MS:
            self._given_ms[report.aircraft] = last_ms
            self._thinned += 1
            return False
        self._given_ms[report.aircraft] = report.time_ms
        if len(self._given_ms) > FEED_AIRCRAFT_MAX:
            del self._given_ms[next(iter(self._given_ms))]
        return True

    def next_ms(self) -> UtcMs | None:
        """When the next recorded position comes; None where none does."""
        return self._reports[self._next].time_ms if self._next < len(self._reports) else None

    @property
    def rejected(self) -> Counter[str]:
        """Everything that gave no report, by reason."""
        total = Counter(self.tracker.rejected)
        for file in self._recorded:
            total.update(file.rejected)
        for source in self.live:
            total.update(source.rejected)
        return total

    @property
    def unused(self) -> Counter[str]:
        """What was right and held no position."""
        total: Counter[str] = Counter({"thinned": self._thinned} if self._thinned else {})
        for file in self._recorded:
            total.update(file.unused)
        for source in self.live:
            total.update(source.unused)
        return total


def open_feed(
    settings: Sequence[FeedSettings],
    *,
    folder: Path,
    tracker: Tracker,
    clock: Clock,
    atmosphere: Atmosphere | None = None,
) -> Feed | None:
    """The feed that settings name; None where they name none. Files are looked for from `folder`.

    Raises: OperatorError where a file cannot be played, an address is none, or the settings contradict themselves.
    """
    if not settings:
        return None
    for one in settings:
        if sum(place is not None for place in (one.recording, one.file, one.connect)) != 1:
            raise OperatorError(
                "settings",
                "A [feed] names not exactly one of recording, file and connect.",
                cure="Leave one; write [[feed]] once for each where there are several.",
            )
    if (played := settings[0].recording) is not None:
        if len(settings) > 1:
            raise OperatorError(
                "settings",
                "A recording that is played as it is stands alone.",
                cure="Name it as file = instead of recording =, beside other feeds.",
            )
        return RecordingFeed.open(folder / played)
    recorded = [
        read_recorded(folder / one.file, format_name=one.format, circumstances=one.circumstances)
        for one in settings
        if one.file is not None
    ]
    live = [
        LiveSource(parse_address(one.connect), one.format, one.circumstances, clock)
        for one in settings
        if one.connect is not None
    ]
    return JoinedFeed(tracker, recorded=recorded, live=live, atmosphere=atmosphere)
