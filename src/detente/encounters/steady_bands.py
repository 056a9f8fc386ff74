"""Bands that do not flicker: a value shows a region when that or a worse one was found M times in the last N.

What recovered M times shows as recovering before anything else; while nothing is free, what is kept as free recovers.
Values are compared as values, not as steps from the present one, so a steadied edge may be one of some seconds ago;
edges that are nearly the same (`nearly`) are one edge, which shows as it was found last or, if it is gone, first.

As with levels, ours differ from the published rule in one thing: what has become worse shows at once (`as_published`
leaves that off).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from detente.encounters.guidance import Band

SEVERITY = {"UNKNOWN": 0, "NONE": 0, "RECOVERY": 0, "FAR": 1, "MID": 2, "NEAR": 3}

Bands = tuple[Band, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SteadyBands:
    """The last lists of bands of one dimension of one track, the newest last, and what shows."""

    recent: tuple[Bands, ...]
    """With edges as they were found first."""
    shown: Bands


def steady_bands(
    before: SteadyBands | None,
    raw: Bands,
    *,
    m: int,
    n: int,
    recovers: bool,
    nearly: Callable[[float, float], bool],
    as_published: bool = False,
) -> SteadyBands:
    """The state after one more evaluation.

    Args:
        before: None for a track without history, which shows what it finds; as does 0 of 0.
        recovers: whether nothing was free in this evaluation.
        nearly: whether two values are the same.
    """
    if before is None or m <= 0 or n <= 0:
        return SteadyBands(recent=(raw,), shown=raw)
    known = [edge for bands in before.recent for edge in _edges(bands)]
    held = tuple(
        Band(low=_known(band.low, known, nearly), high=_known(band.high, known, nearly), region=band.region)
        for band in raw
    )
    recent = (*before.recent, held)[-n:]
    cuts = sorted({edge for bands in recent for edge in _edges(bands)})
    found: list[Band] = []
    for low, high in itertools.pairwise(cuts):
        told = [_region_at(bands, 0.5 * (low + high)) for bands in recent]
        region = _steadied(told, m)
        if not as_published and SEVERITY[told[-1]] > SEVERITY[region]:
            region = told[-1]
        if region in ("NONE", "RECOVERY"):
            region = "RECOVERY" if recovers else "NONE"
        if found and found[-1].region == region:
            found[-1] = Band(low=found[-1].low, high=high, region=region)
        else:
            found.append(Band(low=low, high=high, region=region))
    last = _edges(raw)
    return SteadyBands(
        recent=recent,
        shown=tuple(
            Band(low=_known(band.low, last, nearly), high=_known(band.high, last, nearly), region=band.region)
            for band in found
        ),
    )


def _steadied(told: Sequence[str], m: int) -> str:
    """The region of one value, from what was found of it."""
    if told.count("RECOVERY") >= m:
        return "RECOVERY"
    for region in ("NEAR", "MID", "FAR"):
        if sum(SEVERITY[one] >= SEVERITY[region] for one in told) >= m:
            return region
    return "NONE"


def _edges(bands: Bands) -> list[float]:
    return [bands[0].low, *(band.high for band in bands)]


def _known(edge: float, known: Sequence[float], nearly: Callable[[float, float], bool]) -> float:
    return next((one for one in known if nearly(one, edge)), edge)


def _region_at(bands: Bands, value: float) -> str:
    for band in bands:
        if value <= band.high:
            return band.region if value >= band.low else "UNKNOWN"
    return "UNKNOWN"
