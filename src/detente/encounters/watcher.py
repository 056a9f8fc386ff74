"""Watches own and foreign aircraft as reports come: finds each encounter once, and says when it is over.

The rules, for every pair of an own and a foreign aircraft:

1. Found when the two are predicted under the minima within the look-ahead, or were measured to have been.
2. Over when they were neither for as long as agreed, and no report that may still come can show otherwise.
3. Whatever is measured has been found when it is: an episode lies under one alert, and under no second.
4. Pairs of own aircraft, and of foreign ones, are nobody's business here.
5. A level that is known only within bounds can be as wrong as their slack: it is added to the vertical minimum.

Few are compared each with each. Beyond `COMPARED_AIRCRAFT` an index names those that may be near (`nearby`), and
only they are compared, with the same verdicts. What is over is then looked for once a second.

Memory is bounded by the aircraft heard within the longest agreed gap, and by `EPISODES_KEPT`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from detente.encounters.approach import Approach, predict
from detente.encounters.episodes import Episode, Segment, is_apart, joined, measured, segment_of
from detente.encounters.motion import WELL_CLEAR, Minima
from detente.memorandum.model import Memorandum, Tracks
from detente.quantities import UtcMs
from detente.tracks.position import PositionReport

if TYPE_CHECKING:
    from detente.encounters.nearby import Nearby

COMPARED_AIRCRAFT = 64
"""Up to so many, a look at all of them takes no longer than the index."""

_FLUSH_MS = 1_000

EPISODES_KEPT = 10_000
"""The newest completed episodes; far more than any week of figures."""

Pair: TypeAlias = tuple[str, str]
"""Own aircraft, foreign aircraft."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """An own and a foreign aircraft are, or will be, under the minima; `a` of the approach is the own one.

    `own` and `foreign` are the last report of each. Not predicted means measured: it has been so already.
    """

    own: PositionReport
    foreign: PositionReport
    approach: Approach
    is_predicted: bool


@dataclass(frozen=True, kw_only=True)
class Over:
    """The two were neither predicted nor measured under the minima for as long as agreed.

    `parted_ms` is the last moment at which they were either.
    """

    own: str
    foreign: str
    parted_ms: UtcMs


Finding: TypeAlias = Found | Over


@dataclass(kw_only=True)
class _Seen:
    """One aircraft: its last report, and the segments that another's next one may still share time with."""

    last: PositionReport
    segments: list[Segment] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class UnderWay:
    """An encounter that is not over: both last reports, and how near the two were last found to come.

    Not predicted any more: they are parting, or were never foreseen; the approach is then the last one known.
    """

    own: PositionReport
    foreign: PositionReport
    approach: Approach
    is_predicted: bool


@dataclass(kw_only=True)
class _Alert:
    """When a pair was last known to be near, until when it is expected to be, and how it looked last."""

    near_ms: UtcMs
    expected_ms: UtcMs
    seen: UnderWay


class Watcher:
    """One party's watch over all reports, own and foreign; give them in the order of their times.

    Args:
        is_own: whether an aircraft is this party's.
        minima_of: the agreed figures for an own and a foreign aircraft; None where no figure was agreed.
        widest: as large as any that `minima_of` gives; None where it gives none.
        rules: look-ahead, longest gap, and how long apart is over.
    """

    def __init__(
        self,
        *,
        is_own: Callable[[str], bool],
        minima_of: Callable[[str, str], Minima | None],
        widest: Minima | None,
        rules: Tracks,
    ) -> None:
        self.completed: deque[Episode] = deque(maxlen=EPISODES_KEPT)
        self._is_own = is_own
        self._minima_of = minima_of
        self._widest = widest
        self._rules = rules
        self._seen: dict[str, _Seen] = {}
        self._alerts: dict[Pair, _Alert] = {}
        self._under_way: dict[Pair, Episode] = {}
        self._alerted: dict[str, set[str]] = {}
        """By aircraft, those of the other side with which it has an alert."""
        self._nearby: Nearby | None = None
        self._flushed_ms = 0
        self._is_warming = False

    def heard(self) -> Iterator[tuple[PositionReport, bool]]:
        """The last report of every aircraft heard within the longest agreed gap, and whether it is an own one."""
        for aircraft, seen in self._seen.items():
            yield seen.last, self._is_own(aircraft)

    def under_way(self) -> Iterator[UnderWay]:
        """Every encounter that is not over, in the order in which they were found."""
        for (own, foreign), alert in self._alerts.items():
            reports = [self._seen[one].last if one in self._seen else None for one in (own, foreign)]
            yield replace(
                alert.seen, own=reports[0] or alert.seen.own, foreign=reports[1] or alert.seen.foreign
            )

    def see(self, report: PositionReport) -> tuple[Finding, ...]:
        """What one more report shows; one that is not newer than its aircraft's last shows nothing."""
        before = self._seen.get(report.aircraft)
        if before is not None and report.time_ms <= before.last.time_ms:
            return ()
        findings: list[Finding] = []
        if self._nearby is None or report.time_ms - self._flushed_ms >= _FLUSH_MS:
            findings += self.flush(report.time_ms)
        segment = None
        if before is not None:
            segment = segment_of(before.last, report, max_gap_s=self._rules.max_gap_s)
        seen = self._seen.setdefault(report.aircraft, _Seen(last=report))
        seen.last = report
        if segment is not None:
            seen.segments.append(segment)
        is_own = self._is_own(report.aircraft)
        for aircraft in self._others(report, is_own=is_own, segment=segment):
            other = self._seen[aircraft]
            own, foreign = (seen, other) if is_own else (other, seen)
            findings += self._compare(own, foreign, segment, report.time_ms)
        return tuple(findings)

    def _others(self, report: PositionReport, *, is_own: bool, segment: Segment | None) -> list[str]:
        """Aircraft of the other side with which it must be compared."""
        if self._nearby is None:
            return [aircraft for aircraft in self._seen if self._is_own(aircraft) != is_own]
        self._nearby.put(report, is_own=is_own, segment=segment)
        named = dict.fromkeys(self._nearby.near(report.aircraft, report.time_ms))
        named |= dict.fromkeys(sorted(self._alerted.get(report.aircraft, ())))
        return [aircraft for aircraft in named if aircraft in self._seen]

    def must_warm(self) -> bool:
        """Whether there are enough aircraft for an index and none was begun; says so once."""
        if self._is_warming or self._nearby is not None or len(self._seen) <= COMPARED_AIRCRAFT:
            return False
        self._is_warming = self._widest is not None
        return self._is_warming

    def warm(self) -> None:
        """Fetch or make the machine code: a second, or twenty the first time on a machine. Beside everything else."""
        from detente.encounters.nearby import warm  # numba takes half a second

        warm(self._rules)

    def begin_index(self) -> None:
        """Put everybody that is seen into an index that is kept from now on; `warm` comes first."""
        from detente.encounters.nearby import Nearby

        assert self._widest is not None, "without figures nothing is compared"
        made = Nearby(minima=self._widest, rules=self._rules)
        for aircraft, seen in self._seen.items():
            for segment in seen.segments or (None,):
                made.put(seen.last, is_own=self._is_own(aircraft), segment=segment)
        self._nearby, self._is_warming = made, False

    def forget(self) -> None:
        """Nobody has been heard: for a clock that went back. Alerts stand until they are over."""
        self._seen.clear()
        if self._nearby is not None:
            self.begin_index()

    def flush(self, now_ms: UtcMs) -> tuple[Over, ...]:
        """Let time pass: what is over, and episodes to which nothing can be added any more."""
        self._flushed_ms = now_ms
        gap_ms, clear_ms = self._rules.max_gap_s * 1000, self._rules.clear_after_s * 1000
        for aircraft, seen in list(self._seen.items()):
            if seen.last.time_ms <= now_ms - gap_ms:
                del self._seen[aircraft]
                if self._nearby is not None:
                    self._nearby.drop(aircraft)
            else:
                seen.segments = [one for one in seen.segments if one.second.time_ms > now_ms - gap_ms]
        for pair, episode in list(self._under_way.items()):
            if self._is_settled(pair, episode.end_ms + clear_ms, now_ms):
                self.completed.append(self._under_way.pop(pair))
        overs = [
            Over(own=pair[0], foreign=pair[1], parted_ms=alert.near_ms)
            for pair, alert in self._alerts.items()
            if self._is_settled(pair, max(alert.near_ms, alert.expected_ms) + clear_ms, now_ms)
        ]
        for over in overs:
            del self._alerts[over.own, over.foreign]
            for one, other in ((over.own, over.foreign), (over.foreign, over.own)):
                self._alerted[one].discard(other)
                if not self._alerted[one]:
                    del self._alerted[one]
        return tuple(overs)

    def finish(self) -> tuple[Over, ...]:
        """Nothing more comes: everything is over and complete."""
        self._seen.clear()
        overs = tuple(
            Over(own=pair[0], foreign=pair[1], parted_ms=alert.near_ms)
            for pair, alert in self._alerts.items()
        )
        self._alerts.clear()
        self._alerted.clear()
        self.completed.extend(self._under_way.values())
        self._under_way.clear()
        return overs

    def _is_settled(self, pair: Pair, until_ms: int, now_ms: UtcMs) -> bool:
        """Whether `until_ms` is past and no segment that may still come can begin at it or before."""
        lasts = [self._seen[one].last.time_ms for one in pair if one in self._seen]
        return until_ms < now_ms and all(last_ms > until_ms for last_ms in lasts)

    def _compare(
        self, own: _Seen, foreign: _Seen, segment: Segment | None, now_ms: UtcMs
    ) -> Iterator[Finding]:
        """What the newest report of a pair shows; `segment` is the one it completed."""
        minima = self._minima_of(own.last.aircraft, foreign.last.aircraft)
        if minima is None:
            return
        if slack_ft := own.last.level_slack_ft + foreign.last.level_slack_ft:
            minima = replace(minima, vertical_ft=minima.vertical_ft + slack_ft)
        pair = (own.last.aircraft, foreign.last.aircraft)
        approach = predict(
            own.last,
            foreign.last,
            at_ms=now_ms,
            lookahead_s=self._rules.lookahead_s,
            age_max_s=self._rules.max_gap_s,
            minima=minima,
        )
        flown = list(_measured(own, foreign, segment, minima))
        for episode in flown:
            self._add(pair, episode)
        alert = self._alerts.get(pair)
        if approach is None and not flown:
            if alert is not None:
                alert.expected_ms = alert.near_ms
                alert.seen = replace(alert.seen, is_predicted=False)
            return
        near_ms = flown[-1].end_ms if approach is None else now_ms
        expected_ms = near_ms if approach is None else approach.closest_ms
        seen = UnderWay(
            own=own.last,
            foreign=foreign.last,
            approach=flown[-1].closest if approach is None else approach,
            is_predicted=approach is not None,
        )
        if alert is not None:
            alert.near_ms, alert.expected_ms = max(alert.near_ms, near_ms), expected_ms
            alert.seen = seen
            return
        self._alerts[pair] = _Alert(near_ms=near_ms, expected_ms=expected_ms, seen=seen)
        for one, other in (pair, pair[::-1]):
            self._alerted.setdefault(one, set()).add(other)
        yield Found(
            own=seen.own, foreign=seen.foreign, approach=seen.approach, is_predicted=seen.is_predicted
        )

    def _add(self, pair: Pair, episode: Episode) -> None:
        """Pieces of one pair come in the order of their times, since every segment is compared once."""
        before = self._under_way.get(pair)
        if before is None:
            self._under_way[pair] = episode
        elif is_apart(before, episode, apart_s=self._rules.clear_after_s):
            self.completed.append(before)
            self._under_way[pair] = episode
        else:
            self._under_way[pair] = joined(before, episode)


def _measured(own: _Seen, foreign: _Seen, segment: Segment | None, minima: Minima) -> Iterator[Episode]:
    """Times under the minima that a newly completed segment shows against the other aircraft's."""
    if segment is None:
        return
    is_own = segment.second is own.last
    for other in foreign.segments if is_own else own.segments:
        if other.second.time_ms <= segment.first.time_ms:
            continue
        a, b = (segment, other) if is_own else (other, segment)
        if (piece := measured(a, b, minima)) is not None:
            yield piece


def watcher_of(memorandum: Memorandum, own_aircraft: Set[str]) -> Watcher:
    """Live tracks have no agreed class, so the widest figures of any pair of classes are watched for."""
    rows = [row for row in memorandum.separation if row.mode == "figures"]
    widest = Minima(
        lateral_nm=max((float(row.lateral_nm or 0) for row in rows), default=WELL_CLEAR.lateral_nm),
        vertical_ft=max((float(row.vertical_ft or 0) for row in rows), default=WELL_CLEAR.vertical_ft),
    )
    return Watcher(
        is_own=own_aircraft.__contains__,
        minima_of=lambda _own, _foreign: widest,
        widest=widest,
        rules=memorandum.tracks,
    )
