"""Whether two notices are nearer than the memorandum's minima, erring towards yes.

The rule, for the row of the two classes:

- `figures`: a conflict if for some two volumes the lateral gap is not more than `lateral_nm` (times
  `no_transponder_factor` unless both transponders are stated on), the vertical gap not more than
  `vertical_ft`, and the gap between the windows not more than `time_s`. Equality counts.
- `own_block`: each keeps to its slice; a conflict if two volumes share as much as a point.
- `airmanship_only`: no figure was agreed, so nothing is checked and nothing is called clear.

A block that moves counts where it may be at each moment: the windows then hold for every place apart.

Gaps are never overstated: the lateral one by `airspace.approach` on WGS 84 (at most 4 cm too short at 30 NM),
the vertical one by `airspace.levels` (one datum exactly, two through bounds), windows exactly. The same two
notices give the same value in either order, on either side's machine.
Source: ASTM F3548-21 for 4D volumes; the minima are the parties' own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from detente.airspace.approach import Approach, approach
from detente.airspace.atmosphere import Atmosphere as Air
from detente.airspace.levels import MICROMETRES_PER_FT
from detente.airspace.shapes import DEGREES_E7, Point
from detente.airspace.volumes import Volume, rise_between_um
from detente.memorandum.model import Atmosphere, Memorandum, Separation
from detente.notices.ground import atmosphere_of
from detente.notices.notice import Notice
from detente.wire import Record

_METRES_PER_NM = Decimal(1852)


class Conflict(Record, frozen=True, kw_only=True):
    """Two notices nearer than agreed: the nearest of their volumes, and the minima that applied.

    Gaps are rounded down and 0 where the volumes overlap; minima are rounded up. `where` lies midway
    between the two volumes; `from_ms` to `until_ms` is the time both are there, or the time between them (of
    two blocks that move: the time between the moments at which they are nearest).
    """

    article: str
    mode: Literal["figures", "own_block"]
    lateral_gap_m: int
    vertical_gap_ft: int
    time_gap_s: int
    lateral_min_m: int
    vertical_min_ft: int
    time_min_s: int
    where: Point
    from_ms: int
    until_ms: int


class NotChecked(Record, frozen=True, kw_only=True):
    """No decision: never to be shown as clear."""

    reason: Literal["airmanship_only", "no_row"]
    article: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Minima:
    """What applies between two notices; equality is a conflict."""

    article: str
    mode: Literal["figures", "own_block"]
    lateral_m: Decimal
    vertical_ft: int
    time_s: int

    @property
    def within_m(self) -> float:
        """The lateral minimum as a float, rounded up."""
        return math.nextafter(float(self.lateral_m), math.inf)


def decide(first: Notice, second: Notice, memorandum: Memorandum) -> Conflict | NotChecked | None:
    """The conflict between two notices, None if there certainly is none, or that nothing was checked.

    Both notices are admitted, or at least without fault (`volumes.fault_of`).
    """
    minima = agreed(first, second, memorandum)
    if isinstance(minima, NotChecked):
        return minima
    found = [
        conflict
        for one in first.volumes
        for other in second.volumes
        if (conflict := between(one, other, minima, memorandum.area.atmosphere)) is not None
    ]
    return min(found, key=_how_near, default=None)


def agreed(first: Notice, second: Notice, memorandum: Memorandum) -> Minima | NotChecked:
    """What applies between two notices, by their classes and transponders alone."""
    article = f"separation {'/'.join(sorted((first.class_, second.class_)))}"
    try:
        row = memorandum.separation_of(first.class_, second.class_)
    except KeyError:
        return NotChecked(reason="no_row", article=article)
    minima = minima_of(row, article, both_on=first.transponder == second.transponder == "on")
    return NotChecked(reason="airmanship_only", article=article) if minima is None else minima


def minima_of(row: Separation, article: str, *, both_on: bool) -> Minima | None:
    """The minima of a row, None where only airmanship was agreed; `both_on` says both transponders are stated on."""
    match row.mode:
        case "airmanship_only":
            return None
        case "own_block":
            return Minima(article=article, mode="own_block", lateral_m=Decimal(0), vertical_ft=0, time_s=0)
        case "figures":
            assert row.lateral_nm is not None, "the loader requires all four figures"
            assert row.vertical_ft is not None
            assert row.time_s is not None
            assert row.no_transponder_factor is not None
            factor = Decimal(1) if both_on else row.no_transponder_factor
            return Minima(
                article=article,
                mode="figures",
                lateral_m=row.lateral_nm * factor * _METRES_PER_NM,
                vertical_ft=row.vertical_ft,
                time_s=row.time_s,
            )


def between(a: Volume, b: Volume, minima: Minima, air: Atmosphere) -> Conflict | None:
    """The conflict between two volumes."""
    found = near(
        a,
        b,
        within_m=minima.within_m,
        vertical_um=minima.vertical_ft * MICROMETRES_PER_FT,
        time_ms=minima.time_s * 1000,
        atmosphere=atmosphere_of(air),
    )
    if found is None:
        return None
    vertical_um, place = found
    return Conflict(
        article=minima.article,
        mode=minima.mode,
        lateral_gap_m=math.floor(place.gap_m),
        vertical_gap_ft=max(0, vertical_um) // MICROMETRES_PER_FT,
        time_gap_s=place.time_gap_ms // 1000,
        lateral_min_m=math.ceil(minima.lateral_m),
        vertical_min_ft=minima.vertical_ft,
        time_min_s=minima.time_s,
        where=Point(lat_e7=round(place.lat_deg * DEGREES_E7), lon_e7=round(place.lon_deg * DEGREES_E7)),
        from_ms=place.from_ms,
        until_ms=place.until_ms,
    )


def near(
    a: Volume, b: Volume, *, within_m: float, vertical_um: int, time_ms: int, atmosphere: Air
) -> tuple[int, Approach] | None:
    """The vertical gap, micrometres, and the approach of two volumes, if no gap is over its minimum.

    Cheapest question first. A vertical gap is negative by the depth that the two share.
    """
    if max(a.start_ms, b.start_ms) - min(a.end_ms, b.end_ms) > time_ms:
        return None
    rise_um = rise_between_um(a, b, atmosphere)
    if rise_um > vertical_um:
        return None
    place = approach(a, b, within_m=within_m, time_ms=time_ms)
    return None if place is None else (rise_um, place)


def _how_near(conflict: Conflict) -> tuple[int, ...]:
    return (
        conflict.lateral_gap_m,
        conflict.vertical_gap_ft,
        conflict.time_gap_s,
        conflict.from_ms,
        conflict.until_ms,
        conflict.where.lat_e7,
        conflict.where.lon_e7,
    )
