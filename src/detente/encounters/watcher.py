"""Watches own and foreign aircraft as reports come: finds each encounter once, and says when it is over.

An encounter is found when two are predicted under the minima, or measured to have been; whatever is measured
has been found at the latest then. Memory is bounded by the aircraft seen within the longest agreed gap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from detente.encounters.approach import Approach, predict
from detente.encounters.episodes import Episode, Interval, Segment, interval, joined, segment_of
from detente.encounters.motion import Minima
from detente.memorandum.model import Tracks
from detente.quantities import UtcMs
from detente.tracks.position import PositionReport

Pair: TypeAlias = tuple[str, str]
"""Own aircraft, foreign aircraft."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """An own and a foreign aircraft are, or will be, under the minima."""

    own: PositionReport
    foreign: PositionReport
    approach: Approach
    is_predicted: bool


@dataclass(frozen=True, kw_only=True)
class Over:
    """The two were neither predicted nor measured under the minima for as long as agreed."""

    own: str
    foreign: str
    parted_ms: UtcMs


Finding: TypeAlias = Found | Over


@dataclass(kw_only=True)
class _Seen:
    last: PositionReport
    segments: list[Segment] = field(default_factory=list)


class Watcher:
    """One party's watch over all reports, own and foreign; give them in the order of their times.

    Args:
        is_own: whether an aircraft is this party's.
        minima_of: the agreed figures for an own and a foreign aircraft; None where no figure was agreed.
        rules: look-ahead, longest gap, and how long apart is over.
    """

    def __init__(
        self,
        *,
        is_own: Callable[[str], bool],
        minima_of: Callable[[str, str], Minima | None],
        rules: Tracks,
    ) -> None:
        self.completed: list[Episode] = []
        self._is_own = is_own
        self._minima_of = minima_of
        self._rules = rules
        self._seen: dict[str, _Seen] = {}
        self._near_ms: dict[Pair, UtcMs] = {}
        self._intervals: dict[Pair, list[Interval]] = {}

    def see(self, report: PositionReport) -> tuple[Finding, ...]:
        """What one more report shows; a report that is not newer than the aircraft's last shows nothing."""
        now_ms = report.time_ms
        before = self._seen.get(report.aircraft)
        if before is not None and report.time_ms <= before.last.time_ms:
            return ()
        findings: list[Finding] = list(self.flush(now_ms))
        segment = (
            segment_of(before.last, report, max_gap_s=self._rules.max_gap_s) if before is not None else None
        )
        seen = self._seen.setdefault(report.aircraft, _Seen(last=report))
        seen.last = report
        if segment is not None:
            seen.segments.append(segment)
        for other in self._others(report.aircraft):
            findings += self._compare(report, segment, other, now_ms)
        return tuple(findings)

    def flush(self, now_ms: UtcMs) -> tuple[Over, ...]:
        """Let time pass: what is over, and episodes to which nothing can be added any more."""
        gap_ms = self._rules.max_gap_s * 1000
        for aircraft in [one for one, seen in self._seen.items() if seen.last.time_ms < now_ms - 2 * gap_ms]:
            del self._seen[aircraft]
        for seen in self._seen.values():
            seen.segments = [one for one in seen.segments if one.second.time_ms >= now_ms - gap_ms]
        clear_ms = self._rules.clear_after_s * 1000
        for pair, intervals in list(self._intervals.items()):
            if max(one.end_ms for one in intervals) + clear_ms + 2 * gap_ms < now_ms:
                self._complete(pair)
        overs = [
            Over(own=pair[0], foreign=pair[1], parted_ms=near_ms)
            for pair, near_ms in self._near_ms.items()
            if near_ms + clear_ms < now_ms
        ]
        for over in overs:
            del self._near_ms[over.own, over.foreign]
        return tuple(overs)

    def finish(self) -> None:
        """Nothing more comes: complete every episode."""
        for pair in list(self._intervals):
            self._complete(pair)

    def _others(self, aircraft: str) -> Iterator[_Seen]:
        is_own = self._is_own(aircraft)
        return (
            seen for other, seen in self._seen.items() if other != aircraft and self._is_own(other) != is_own
        )

    def _compare(
        self, report: PositionReport, segment: Segment | None, other: _Seen, now_ms: UtcMs
    ) -> Iterator[Finding]:
        own, foreign = (
            (report, other.last) if self._is_own(report.aircraft) else (other.last, report)
        )
        minima = self._minima_of(own.aircraft, foreign.aircraft)
        if minima is None:
            return
        pair = (own.aircraft, foreign.aircraft)
        measured = self._measure(pair, segment, other, minima)
        approach = predict(
            own,
            foreign,
            at_ms=now_ms,
            lookahead_s=self._rules.lookahead_s,
            age_max_s=self._rules.max_gap_s,
            minima=minima,
        )
        is_predicted = approach is not None
        if approach is None and measured:
            approach = measured[-1].closest
        if approach is None:
            return
        if pair not in self._near_ms:
            yield Found(own=own, foreign=foreign, approach=approach, is_predicted=is_predicted)
        self._near_ms[pair] = now_ms

    def _measure(
        self, pair: Pair, segment: Segment | None, other: _Seen, minima: Minima
    ) -> list[Interval]:
        if segment is None:
            return []
        measured = [
            one for part in other.segments if (one := interval(segment, part, minima)) is not None
        ]
        if measured:
            self._intervals.setdefault(pair, []).extend(measured)
        return measured

    def _complete(self, pair: Pair) -> None:
        own, foreign = pair
        self.completed += joined(
            own, foreign, self._intervals.pop(pair), apart_s=self._rules.clear_after_s
        )
