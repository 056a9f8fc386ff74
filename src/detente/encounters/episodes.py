"""What was flown: measured times under both minima, joined into episodes.

Positions are interpolated linearly, and only across gaps shorter than agreed: beyond that nobody knows. An
episode ends when the two have been apart for longer than agreed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

from detente.encounters.approach import Approach, approach_of
from detente.encounters.motion import Minima, meeting, state_between
from detente.quantities import UtcMs
from detente.tracks.plausible import is_teleport
from detente.tracks.position import PositionReport


@dataclass(frozen=True, kw_only=True)
class Segment:
    """Straight flight between two consecutive reports of one aircraft, both with a level."""

    first: PositionReport
    second: PositionReport


@dataclass(frozen=True, kw_only=True)
class Episode:
    """One pair under both minima, with no longer break than agreed.

    `under_s` counts the time under the minima alone. `closest` weighs both minima alike, `nearest` is the
    least horizontal miss under them (see `motion.Meeting`); `a` and `b` mean the same in both.
    """

    a: str
    b: str
    start_ms: UtcMs
    end_ms: UtcMs
    under_s: float
    closest: Approach
    nearest: Approach
    minima: Minima


def segment_of(first: PositionReport, second: PositionReport, *, max_gap_s: float) -> Segment | None:
    """The straight flight between two reports; None across a gap, a leap, backwards, or without levels."""
    gap_ms = second.time_ms - first.time_ms
    if first.level_palt_ft is None or second.level_palt_ft is None or not 0 < gap_ms < max_gap_s * 1000:
        return None
    return None if is_teleport(first, second) else Segment(first=first, second=second)


def measured(a: Segment, b: Segment, minima: Minima) -> Episode | None:
    """The time under the minima of two segments of different aircraft; None where they share none."""
    start_ms = max(a.first.time_ms, b.first.time_ms)
    end_ms = min(a.second.time_ms, b.second.time_ms)
    if start_ms >= end_ms:
        return None
    found = meeting(
        state_between(a.first, a.second, start_ms),
        state_between(b.first, b.second, start_ms),
        minima=minima,
        span_s=(end_ms - start_ms) / 1000.0,
    )
    if found is None:
        return None
    return Episode(
        a=a.first.aircraft,
        b=b.first.aircraft,
        start_ms=UtcMs(round(start_ms + found.start_s * 1000.0)),
        end_ms=UtcMs(round(start_ms + found.end_s * 1000.0)),
        under_s=found.end_s - found.start_s,
        closest=approach_of(found, found.closest, start_ms),
        nearest=approach_of(found, found.nearest, start_ms),
        minima=minima,
    )


def joined(earlier: Episode, later: Episode) -> Episode:
    """One episode of two of the same pair; of equally close moments the earlier counts."""
    return replace(
        earlier,
        end_ms=max(earlier.end_ms, later.end_ms),
        under_s=earlier.under_s + later.under_s,
        closest=min((earlier.closest, later.closest), key=lambda one: _share(one, earlier.minima)),
        nearest=min((earlier.nearest, later.nearest), key=lambda one: one.miss_nm),
    )


def is_apart(earlier: Episode, later: Episode, *, apart_s: float) -> bool:
    """Whether two episodes of one pair, in order, stay two."""
    return later.start_ms - earlier.end_ms > apart_s * 1000.0


def episodes(
    reports: Iterable[PositionReport],
    *,
    minima: Minima,
    max_gap_s: float,
    apart_s: float,
    is_wanted: Callable[[str, str], bool] = lambda _a, _b: True,
) -> tuple[Episode, ...]:
    """All episodes of a recording, by start: every pair of segments of every wanted pair is looked at.

    Args:
        reports: each aircraft's in the order of their times.
        is_wanted: asked once for each pair, its aircraft in alphabetical order.
    """
    flights: dict[str, list[PositionReport]] = {}
    for report in reports:
        flights.setdefault(report.aircraft, []).append(report)
    segments = {
        aircraft: [
            segment
            for first, second in pairwise(flown)
            if (segment := segment_of(first, second, max_gap_s=max_gap_s)) is not None
        ]
        for aircraft, flown in flights.items()
    }
    found: list[Episode] = []
    for a, b in combinations(sorted(segments), 2):
        if is_wanted(a, b):
            found += _episodes(segments[a], segments[b], minima, apart_s)
    return tuple(sorted(found, key=lambda one: (one.start_ms, one.a, one.b)))


def _episodes(
    of_a: Sequence[Segment], of_b: Sequence[Segment], minima: Minima, apart_s: float
) -> list[Episode]:
    """One walk over both in order of time, so that only segments that share time are compared."""
    found: list[Episode] = []
    i = j = 0
    while i < len(of_a) and j < len(of_b):
        if (one := measured(of_a[i], of_b[j], minima)) is not None:
            if found and not is_apart(found[-1], one, apart_s=apart_s):
                found[-1] = joined(found[-1], one)
            else:
                found.append(one)
        if of_a[i].second.time_ms <= of_b[j].second.time_ms:
            i += 1
        else:
            j += 1
    return found


def _share(approach: Approach, minima: Minima) -> float:
    """The larger share of the minima that is left; under 1 in an encounter."""
    return max(approach.miss_nm / minima.lateral_nm, approach.miss_ft / minima.vertical_ft)
