"""How near two volumes come while both are there: windows, levels and places, whichever of the two move.

The order of the two does not matter, not even for the last digit: shapes are measured in the order of their bytes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from detente.airspace.moving import passing, section
from detente.airspace.nearness import nearness
from detente.airspace.outline import outline_of
from detente.airspace.shapes import MovingBlock
from detente.airspace.volumes import Volume
from detente.wire import encode


@dataclass(frozen=True, kw_only=True, slots=True)
class Approach:
    """Gaps that are never too long; `from_ms` to `until_ms` is when both are there, or the time between them.

    For two blocks that move it is the time between the moments at which each is at the nearest place.
    """

    gap_m: float
    time_gap_ms: int
    lat_deg: float
    lon_deg: float
    from_ms: int
    until_ms: int


def approach(a: Volume, b: Volume, *, within_m: float, time_ms: int) -> Approach | None:
    """The approach of two volumes if it may be `within_m` or less at moments at most `time_ms` apart.

    Levels are not looked at (`volumes.rise_between_um`). Equality is near.
    """
    time_gap_ms = max(a.start_ms, b.start_ms) - min(a.end_ms, b.end_ms)
    if time_gap_ms > time_ms:
        return None
    a, b = sorted((a, b), key=lambda volume: encode(volume.shape))
    if isinstance(a.shape, MovingBlock) and isinstance(b.shape, MovingBlock):
        return _of_blocks(a.shape, b.shape, within_m=within_m, time_ms=time_ms)
    outlines = []
    for one, other in ((a, b), (b, a)):
        outline = (
            section(one.shape, from_ms=other.start_ms - time_ms, until_ms=other.end_ms + time_ms)
            if isinstance(one.shape, MovingBlock)
            else outline_of(one.shape)
        )
        if outline is None:
            return None
        outlines.append(outline)
    near = nearness(outlines[0], outlines[1], within_m=within_m)
    if near is None:
        return None
    turn = sorted((max(a.start_ms, b.start_ms), min(a.end_ms, b.end_ms)))
    return Approach(
        gap_m=near.gap_m,
        time_gap_ms=max(0, time_gap_ms),
        lat_deg=near.lat_deg,
        lon_deg=near.lon_deg,
        from_ms=turn[0],
        until_ms=turn[1],
    )


def _of_blocks(a: MovingBlock, b: MovingBlock, *, within_m: float, time_ms: int) -> Approach | None:
    near = passing(a, b, within_m=within_m, time_ms=time_ms)
    if near is None:
        return None
    ahead_ms = near.first_ms - near.second_ms
    gap_ms = max(0.0, ahead_ms - a.early_ms - b.late_ms, -ahead_ms - a.late_ms - b.early_ms)
    return Approach(
        gap_m=near.gap_m,
        time_gap_ms=min(time_ms, math.floor(gap_ms)),
        lat_deg=near.lat_deg,
        lon_deg=near.lon_deg,
        from_ms=math.floor(min(near.first_ms, near.second_ms)),
        until_ms=math.ceil(max(near.first_ms, near.second_ms)),
    )
