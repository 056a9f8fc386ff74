"""What was flown: measured times under both minima, joined into episodes.

Positions are interpolated linearly, and only across gaps shorter than agreed: beyond that nobody knows. An
episode ends when the two have been apart for longer than agreed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from detente.encounters.approach import Approach, approach_of
from detente.encounters.motion import Minima, meeting, state_between
from detente.quantities import UtcMs
from detente.tracks.plausible import is_teleport
from detente.tracks.position import PositionReport

_SLICE_MS = 60_000
_SLACK = 1.02
"""Degrees on a plane are never so much shorter than on the ellipsoid."""


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
    """All episodes of a recording, by start: every two segments that share time and are not far apart are looked at.

    Args:
        reports: each aircraft's in the order of their times.
        is_wanted: asked once for each pair, its aircraft in alphabetical order.
    """
    last: dict[str, PositionReport] = {}
    slices: dict[int, dict[str, list[Segment]]] = {}
    for report in reports:
        before, last[report.aircraft] = last.get(report.aircraft), report
        segment = None if before is None else segment_of(before, report, max_gap_s=max_gap_s)
        if segment is not None:
            for number in range(segment.first.time_ms // _SLICE_MS, segment.second.time_ms // _SLICE_MS + 1):
                slices.setdefault(number, {}).setdefault(report.aircraft, []).append(segment)
    wanted = {pair: is_wanted(*pair) for pair in combinations(sorted(last), 2)}
    pieces: dict[tuple[str, str], list[Episode]] = {}
    for number in sorted(slices):
        for a, b in _not_far(slices[number], minima):
            if wanted[a, b]:
                pieces.setdefault((a, b), []).extend(
                    one for one in _measured_all(slices[number][a], slices[number][b], minima, number)
                )
    found = [one for of_pair in pieces.values() for one in _in_episodes(of_pair, apart_s)]
    return tuple(sorted(found, key=lambda one: (one.start_ms, one.a, one.b)))


def _not_far(flown: Mapping[str, Sequence[Segment]], minima: Minima) -> Iterator[tuple[str, str]]:
    """Pairs in alphabetical order whose boxes of degrees and levels do not lie farther apart than the minima."""
    names = sorted(flown)
    boxes = np.array([_box(flown[name]) for name in names])
    low, high = boxes[:, 0], boxes[:, 1]
    for one in range(len(names) - 1):
        lat_deg = np.minimum(np.abs(boxes[one + 1 :, :, 0]).max(axis=1), 89.0)
        lat_deg = np.maximum(lat_deg, min(float(np.abs(boxes[one, :, 0]).max()), 89.0))
        gaps = np.maximum(low[one + 1 :] - high[one], low[one] - high[one + 1 :])
        most_deg = minima.lateral_nm * _SLACK / 60.0
        is_far = (gaps[:, 0] > most_deg) | (gaps[:, 2] > minima.vertical_ft)
        is_far |= (
            (gaps[:, 1] > most_deg / np.cos(np.radians(lat_deg))) & (lat_deg < 89.0) & (gaps[:, 1] < 180.0)
        )
        for other in np.flatnonzero(~is_far):
            yield names[one], names[one + 1 + int(other)]


def _box(flown: Sequence[Segment]) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """Lowest and highest latitude, longitude and level; every longitude where they span the antimeridian."""
    ends = [end for segment in flown for end in (segment.first, segment.second)]
    lats, lons = [end.lat_deg for end in ends], [end.lon_deg for end in ends]
    levels = [end.level_palt_ft for end in ends if end.level_palt_ft is not None]
    spans = max(lons) - min(lons) > 180.0
    west, east = (-180.0, 180.0) if spans else (min(lons), max(lons))
    return (min(lats), west, min(levels)), (max(lats), east, max(levels))


def _measured_all(
    of_a: Sequence[Segment], of_b: Sequence[Segment], minima: Minima, number: int
) -> Iterator[Episode]:
    """One walk over both in order of time; a piece belongs to the slice in which its segments begin to share time."""
    i = j = 0
    while i < len(of_a) and j < len(of_b):
        a, b = of_a[i], of_b[j]
        if max(a.first.time_ms, b.first.time_ms) // _SLICE_MS == number:
            piece = measured(a, b, minima)
            if piece is not None:
                yield piece
        if a.second.time_ms <= b.second.time_ms:
            i += 1
        else:
            j += 1


def _in_episodes(pieces: Iterable[Episode], apart_s: float) -> list[Episode]:
    found: list[Episode] = []
    for one in pieces:
        if found and not is_apart(found[-1], one, apart_s=apart_s):
            found[-1] = joined(found[-1], one)
        else:
            found.append(one)
    return found


def _share(approach: Approach, minima: Minima) -> float:
    """The larger share of the minima that is left; under 1 in an encounter."""
    return max(approach.miss_nm / minima.lateral_nm, approach.miss_ft / minima.vertical_ft)
