"""Where a notice crosses a boundary, or comes nearer to one or to a special area than agreed, erring outwards.

The rules, for a notice of one party:

1. A volume that touches a boundary of that party, or lies beyond it, is a `crossing` under the boundary's rule. It is
   none where the rule is `notice` and the notice is of the kind `crossing`: that is the notice.
2. A volume on the own side and not farther from the boundary than the own strip of the buffer is in the `buffer`.
3. A volume on the own side and not farther than the stand-off of its class is within the `standoff`.
4. A volume not farther from a special area than its contact ring, at its levels in some agreed weather, is a finding
   under the area's rule, `no_entry_unheard` within the inner ring; `caution` and `no_entry` have rings as well.

A boundary counts at every level and at all times. Gaps are never overstated (`airspace.nearness`), so a volume just
at a figure is a finding. A boundary that does not name the party counts where a volume touches it.
A block that moves counts along its whole path.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from detente.airspace.nearness import nearness
from detente.airspace.outline import outline_of
from detente.airspace.shapes import Corridor
from detente.airspace.sides import side_of
from detente.airspace.volumes import Volume, rise_between_um
from detente.conflicts.at_rest import at_rest
from detente.memorandum.model import Boundary, Memorandum, SpecialArea
from detente.notices.ground import atmosphere_of, levels_over, point_of, polygon_of
from detente.notices.notice import Notice
from detente.wire import Record

_METRES_PER_NM = Decimal(1852)
_FARTHEST_M = 3_000_000.0


class Border(Record, frozen=True, kw_only=True):
    """One finding: the nearest volume of a notice at one boundary or special area.

    `gap_m` is rounded down, 0 where it touches or lies beyond; `within_m`, the agreed distance, is rounded up.
    """

    kind: Literal["crossing", "buffer", "standoff", "special_area"]
    article: str
    rule: Literal[
        "notice",
        "call",
        "never",
        "buffer",
        "standoff",
        "prior_contact",
        "no_entry_unheard",
        "no_entry",
        "caution",
    ]
    gap_m: int
    within_m: int
    volume: int


def borders(notice: Notice, *, party: str, memorandum: Memorandum) -> tuple[Border, ...]:
    """What a notice of a party meets at boundaries and special areas, at most one finding of a kind for each."""
    found: dict[tuple[str, str], Border] = {}
    for index, volume in enumerate(at_rest(notice).volumes):
        for one in (
            *_at_boundaries(volume, index, notice, party, memorandum),
            *_at_special_areas(volume, index, memorandum),
        ):
            known = found.get((one.article, one.kind))
            if known is None or one.gap_m < known.gap_m:
                found[(one.article, one.kind)] = one
    return tuple(found.values())


def worse(after: tuple[Border, ...], before: tuple[Border, ...]) -> tuple[Border, ...]:
    """What a change adds: findings that were not there, or of a stricter rule or nearer than they were."""
    known = {(one.article, one.kind): one for one in before}
    return tuple(
        one
        for one in after
        if (was := known.get((one.article, one.kind))) is None
        or was.rule != one.rule
        or one.gap_m < was.gap_m
    )


def _at_boundaries(
    volume: Volume, index: int, notice: Notice, party: str, memorandum: Memorandum
) -> Iterator[Border]:
    outline = outline_of(volume.shape)
    for line in memorandum.boundary:
        article = f"boundary {line.id} v{line.version}"
        path = outline_of(Corridor(points=tuple(map(point_of, line.line)), half_width_cm=0))
        near = nearness(outline, path, within_m=_FARTHEST_M)
        gap_m = _FARTHEST_M if near is None else near.gap_m
        side = {line.left: "left", line.right: "right"}.get(party)
        if gap_m <= 0.0 or (side is not None and side_of(outline, path) != side):
            if line.crossing != "notice" or notice.kind != "crossing":
                yield Border(
                    kind="crossing", article=article, rule=line.crossing, gap_m=0, within_m=0, volume=index
                )
        elif side is not None:
            yield from _in_strips(line, article, side, gap_m, notice.class_, index, memorandum)


def _in_strips(
    line: Boundary, article: str, side: str, gap_m: float, class_: str, index: int, memorandum: Memorandum
) -> Iterator[Border]:
    buffer_nm = line.buffer_nm[0 if side == "left" else 1]
    standoff_nm = next((one.standoff_nm for one in memorandum.class_ if one.id == class_), Decimal(0))
    strips: tuple[tuple[Literal["buffer", "standoff"], Decimal], ...] = (
        ("buffer", buffer_nm),
        ("standoff", standoff_nm),
    )
    for kind, within_nm in strips:
        within_m = within_nm * _METRES_PER_NM
        if within_m and gap_m <= within_m:
            yield Border(
                kind=kind,
                article=article if kind == "buffer" else f"{article}, stand-off {class_}",
                rule=kind,
                gap_m=math.floor(gap_m),
                within_m=math.ceil(within_m),
                volume=index,
            )


def _at_special_areas(volume: Volume, index: int, memorandum: Memorandum) -> Iterator[Border]:
    outline = outline_of(volume.shape)
    for area in memorandum.special_area:
        ring_m = area.contact_ring_nm * _METRES_PER_NM
        polygon = polygon_of(area.polygon)
        near = nearness(outline, outline_of(polygon), within_m=math.nextafter(float(ring_m), math.inf))
        if near is None or not _shares_levels(volume, area, memorandum):
            continue
        inner_m = area.no_entry_unheard_nm * _METRES_PER_NM
        is_inner = area.rule == "prior_contact" and near.gap_m <= inner_m
        yield Border(
            kind="special_area",
            article=f"special_area {area.id}",
            rule="no_entry_unheard" if is_inner else area.rule,
            gap_m=math.floor(near.gap_m),
            within_m=math.ceil(inner_m if is_inner else ring_m),
            volume=index,
        )


def _shares_levels(volume: Volume, area: SpecialArea, memorandum: Memorandum) -> bool:
    floor, ceiling = levels_over(
        polygon_of(area.polygon), floor=area.lower, ceiling=area.upper, memorandum=memorandum
    )
    band = Volume(
        shape=polygon_of(area.polygon),
        floor=floor,
        ceiling=ceiling,
        start_ms=volume.start_ms,
        end_ms=volume.end_ms,
    )
    return rise_between_um(volume, band, atmosphere_of(memorandum.area.atmosphere)) <= 0
