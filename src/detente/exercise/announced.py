"""Whether an encounter had been announced: an earlier conflict joins two notices that held its two aircraft.

In an exercise whose notices were drawn from the traffic itself this is hindsight, and whoever shows it
says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from detente.airspace.shapes import DEGREES_E7
from detente.encounters.approach import Fix
from detente.encounters.episodes import Episode
from detente.memorandum.model import Memorandum
from detente.notices.conformance import Conforms, Plan, PlanPoint, conformance
from detente.notices.notice import Notice
from detente.quantities import UtcMs


@dataclass(frozen=True, kw_only=True)
class StatedConflict:
    """Two notices, one of each side, and when the conflict between them was stated."""

    notices: tuple[Notice, Notice]
    stated_ms: UtcMs


def announced(
    episode: Episode, conflicts: Iterable[StatedConflict], memorandum: Memorandum
) -> StatedConflict | None:
    """The earliest conflict stated before an episode whose notices hold its two aircraft; None if none was.

    The aircraft are looked at where they are closest, both minima weighed alike: place, level and time.
    """
    closest = episode.closest
    for conflict in sorted(conflicts, key=lambda one: one.stated_ms):
        if conflict.stated_ms >= episode.start_ms:
            return None
        one, other = conflict.notices
        for first, second in ((one, other), (other, one)):
            if _holds(first, closest.a, closest.closest_ms, memorandum) and _holds(
                second, closest.b, closest.closest_ms, memorandum
            ):
                return conflict
    return None


def _holds(notice: Notice, at: Fix, at_ms: UtcMs, memorandum: Memorandum) -> bool:
    if not any(volume.start_ms <= at_ms <= volume.end_ms for volume in notice.volumes):
        return False
    point = PlanPoint(
        lat_e7=round(at.lat_deg * DEGREES_E7),
        lon_e7=round(at.lon_deg * DEGREES_E7),
        time_ms=at_ms,
        level=round(at.level_palt_ft),
    )
    return isinstance(conformance(Plan(datum="palt", points=(point,)), notice, memorandum), Conforms)
