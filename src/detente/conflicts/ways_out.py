"""Ways out of conflict: for one notice, the smallest changes that clear all of its conflicts at once, cheapest first.

One way, or a reason why there is none, in each direction: earlier, later, up, down, to the side. Where none of them
has one, time and level together (`levels and time`).

Every way that is offered was made (`changes.changed`), decided clear of every other notice given (`decide`), admitted
as if it were sent now, in time where the notice itself would be, and meets no boundary or special area that the
notice does not meet already (`borders`). What was not checked for want of figures stays NOT CHECKED, and is told.

The smallest shift is exact, to the second, which is the unit of a proposal. Two volumes that are near enough over the
ground and in height conflict at exactly those shifts that leave the gap between their windows within `time_s`:

    other.start - time_s - own.end  <=  shift  <=  other.end + time_s - own.start

so the shifts that conflict are a union of closed intervals, and the answer is the first second outside. Admission
only forbids shifts beyond some bound on either side, so if that second is refused, all farther ones are.
A block that moves counts as all that it sweeps, so its shift may be greater than it need be.

A level goes by the memorandum's steps, the nearest first. The move to the side is the least found: see `sideways`.

Cost, in minutes of delay that a change is held to be worth: 1 for each minute of shift begun,
`THOUSAND_FEET_COST` for each 1,000 ft begun, `MILE_COST` for each nautical mile begun.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import msgspec

from detente.airspace.levels import CM_PER_FT, Level
from detente.airspace.volumes import fault_of
from detente.conflicts.at_rest import at_rest
from detente.conflicts.borders import Border, borders, worse
from detente.conflicts.changes import Change, changed
from detente.conflicts.decide import Conflict, NotChecked, decide
from detente.conflicts.sideways import sideways
from detente.memorandum.model import Memorandum
from detente.notices.admit import Admitted, Refused, admit
from detente.notices.notice import Notice
from detente.quantities import METRES_PER_NM, UtcMs
from detente.wire import Record

Direction: TypeAlias = Literal["later", "earlier", "up", "down", "side", "level_and_time"]

THOUSAND_FEET_COST = 10
MILE_COST = 4
STEPS_MAX = 100
"""Level steps that are tried in each direction."""
STEPS_TOGETHER_MAX = 20

_BEGUN = "It has begun: its time cannot be changed."
_IN_TURN: tuple[Direction, ...] = ("later", "earlier", "up", "down", "side", "level_and_time")


class WayOut(Record, frozen=True, kw_only=True):
    """One change that clears everything, the notice that comes of it, and how it would be stamped if said now."""

    direction: Direction
    change: Change
    notice: Notice
    cost: int
    stamp: Literal["IN_TIME", "LATE"]


class NoWay(Record, frozen=True, kw_only=True):
    """Why there is none in a direction: a stable code and a sentence."""

    direction: Direction
    code: str
    message: str


class WaysOut(Record, frozen=True, kw_only=True):
    """All ways of one notice, cheapest first. `conflicts` and `not_checked` are places among the others."""

    ways: tuple[WayOut, ...]
    none: tuple[NoWay, ...]
    conflicts: tuple[int, ...]
    not_checked: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sky:
    """What every way is judged against."""

    notice: Notice
    others: tuple[Notice, ...]
    memorandum: Memorandum
    party: str
    now_ms: UtcMs
    borders: tuple[Border, ...]
    is_late: bool


def ways_out(
    notice: Notice, others: Sequence[Notice], *, party: str, memorandum: Memorandum, now_ms: UtcMs
) -> WaysOut:
    """The ways out of all conflicts that a party's notice has with the others; no ways where it has none.

    Args:
        others: every notice in force of all other parties; all are without fault (`volumes.fault_of`).
    """
    verdicts = [decide(notice, other, memorandum) for other in others]
    conflicts = tuple(place for place, one in enumerate(verdicts) if isinstance(one, Conflict))
    not_checked = tuple(place for place, one in enumerate(verdicts) if isinstance(one, NotChecked))
    if not conflicts:
        return WaysOut(ways=(), none=(), conflicts=(), not_checked=not_checked)
    left_out = frozenset(not_checked)
    checked = tuple(other for place, other in enumerate(others) if place not in left_out)
    sky = _sky(notice, checked, party=party, memorandum=memorandum, now_ms=now_ms)
    found = [
        _shifted(sky, "later"),
        _shifted(sky, "earlier"),
        _levelled(sky, "up"),
        _levelled(sky, "down"),
        _aside(sky),
    ]
    if not any(isinstance(one, WayOut) for one in found):
        found.append(_together(sky))
    ways = sorted((one for one in found if isinstance(one, WayOut)), key=_rank)
    none = tuple(one for one in found if isinstance(one, NoWay))
    return WaysOut(ways=tuple(ways), none=none, conflicts=conflicts, not_checked=not_checked)


def proven(
    notice: Notice,
    change: Change,
    others: Sequence[Notice],
    *,
    party: str,
    memorandum: Memorandum,
    now_ms: UtcMs,
) -> WayOut | NoWay:
    """One change, judged as those that `ways_out` offers; what was offered a moment ago may be none any more."""
    sky = _sky(notice, tuple(others), party=party, memorandum=memorandum, now_ms=now_ms)
    return _judged(sky, _direction_of(notice, change), change)


def is_clear(notice: Notice, others: Sequence[Notice], memorandum: Memorandum) -> bool:
    """Whether no conflict is found with any other; pairs without figures are not checked and do not count."""
    return not any(isinstance(decide(notice, other, memorandum), Conflict) for other in others)


def cost_of(before: Notice, change: Change, after: Notice) -> int:
    """What a change is held to be worth, in minutes of delay."""
    shift = math.ceil(abs(change.shift_s or 0) / 60)
    rise_ft = max(
        abs(new.value - old.value) / (1.0 if old.datum == "palt" else float(CM_PER_FT))
        for one, other in zip(before.volumes, after.volumes, strict=True)
        for old, new in ((one.floor, other.floor), (one.ceiling, other.ceiling))
    )
    way = math.ceil(abs(change.move_m or 0) / METRES_PER_NM)
    return shift + THOUSAND_FEET_COST * math.ceil(rise_ft / 1000.0 - 1e-9) + MILE_COST * way


def _sky(
    notice: Notice, others: tuple[Notice, ...], *, party: str, memorandum: Memorandum, now_ms: UtcMs
) -> _Sky:
    now = admit(notice, memorandum, now_ms=now_ms)
    return _Sky(
        notice=notice,
        others=others,
        memorandum=memorandum,
        party=party,
        now_ms=now_ms,
        borders=borders(notice, party=party, memorandum=memorandum),
        is_late=isinstance(now, Refused) or now.stamp == "LATE",
    )


def _direction_of(notice: Notice, change: Change) -> Direction:
    if change.move_m:
        return "side"
    level = change.floor or change.ceiling
    if level is not None:
        lowest = min(volume.floor.value for volume in notice.volumes)
        is_up = change.floor is None or change.floor.value > lowest
        return "level_and_time" if change.shift_s else "up" if is_up else "down"
    return "later" if (change.shift_s or 0) > 0 else "earlier"


def _rank(way: WayOut) -> tuple[int, int]:
    return way.cost, _IN_TURN.index(way.direction)


def _judged(sky: _Sky, direction: Direction, change: Change) -> WayOut | NoWay:
    """The proof of one change: clear, admitted, in time, and no nearer to any border."""
    after = changed(sky.notice, change)
    if isinstance(after, Refused):
        return NoWay(direction=direction, code=after.code, message=after.message)
    verdict = admit(after, sky.memorandum, now_ms=sky.now_ms)
    if isinstance(verdict, Refused):
        return NoWay(direction=direction, code=verdict.code, message=verdict.message)
    if verdict.stamp == "LATE" and not sky.is_late:
        return NoWay(direction=direction, code="late", message="It would be announced later than agreed.")
    if added := worse(borders(after, party=sky.party, memorandum=sky.memorandum), sky.borders):
        return NoWay(
            direction=direction,
            code="border",
            message=f"It would meet the {added[0].article} ({added[0].rule}).",
        )
    if not is_clear(after, sky.others, sky.memorandum):
        return NoWay(direction=direction, code="still_in_conflict", message="A conflict would remain.")
    return _way(sky, direction, change, after, verdict)


def _way(sky: _Sky, direction: Direction, change: Change, after: Notice, verdict: Admitted) -> WayOut:
    return WayOut(
        direction=direction,
        change=change,
        notice=after,
        cost=cost_of(sky.notice, change, after),
        stamp=verdict.stamp,
    )


def _shifted(sky: _Sky, direction: Literal["later", "earlier"]) -> WayOut | NoWay:
    if _has_begun(sky):
        return NoWay(direction=direction, code="begun", message=_BEGUN)
    shift_s = least_shift_s(sky.notice, sky.others, sky.memorandum, is_later=direction == "later")
    return _judged(sky, direction, Change(shift_s=shift_s))


def least_shift_s(notice: Notice, others: Sequence[Notice], memorandum: Memorandum, *, is_later: bool) -> int:
    """The least shift in whole seconds, not 0, at which no conflict remains; below zero where it is earlier."""
    sign = 1 if is_later else -1
    shift_s = 1
    for first, last in sorted(
        (least, greatest) if is_later else (-greatest, -least)
        for least, greatest in _forbidden_s(notice, others, memorandum)
    ):
        if first > shift_s:
            break
        shift_s = max(shift_s, last + 1)
    return sign * shift_s


def _forbidden_s(
    notice: Notice, others: Sequence[Notice], memorandum: Memorandum
) -> Iterator[tuple[int, int]]:
    """For each pair of volumes near enough but for time: the first and last whole second of shift that conflict."""
    own = at_rest(notice)
    for other in map(at_rest, others):
        for theirs in other.volumes:
            for ours in own.volumes:
                together = msgspec.structs.replace(ours, start_ms=theirs.start_ms, end_ms=theirs.end_ms)
                found = decide(
                    msgspec.structs.replace(own, volumes=(together,)),
                    msgspec.structs.replace(other, volumes=(theirs,)),
                    memorandum,
                )
                if isinstance(found, Conflict):
                    time_ms = found.time_min_s * 1000
                    least_ms = theirs.start_ms - time_ms - ours.end_ms
                    greatest_ms = theirs.end_ms + time_ms - ours.start_ms
                    yield -(-least_ms // 1000), greatest_ms // 1000


def _levelled(sky: _Sky, direction: Literal["up", "down"]) -> WayOut | NoWay:
    near = _near_in_time(sky)
    refused: NoWay | None = None
    for change in _steps(sky, 1 if direction == "up" else -1, STEPS_MAX):
        after = changed(sky.notice, change)
        if isinstance(after, Refused):
            return NoWay(direction=direction, code=after.code, message=after.message)
        if (
            fault := next((one for one in map(fault_of, after.volumes) if one is not None), None)
        ) is not None:
            return NoWay(direction=direction, code=fault.code, message=fault.message)
        if not is_clear(after, near, sky.memorandum):
            continue
        judged = _judged(sky, direction, change)
        if isinstance(judged, WayOut):
            return judged
        refused = refused or judged
        if judged.code in ("outside_levels", "late"):
            break
    text = "A conflict would remain at every level."
    return refused or NoWay(direction=direction, code="still_in_conflict", message=text)


def _steps(sky: _Sky, sign: int, most: int) -> Iterator[Change]:
    """The notice one level step higher or lower, two, three, and so on."""
    floors = [volume.floor for volume in sky.notice.volumes]
    ceilings = [volume.ceiling for volume in sky.notice.volumes]
    lowest, highest = min(floors, key=_value), max(ceilings, key=_value)
    for count in range(1, most + 1):
        rise_ft = sign * count * sky.memorandum.notices.level_step_ft
        yield Change(floor=_risen(lowest, rise_ft), ceiling=_risen(highest, rise_ft))


def _value(level: Level) -> int:
    return level.value


def _risen(level: Level, rise_ft: int) -> Level:
    """Moved by whole feet, or by the centimetres next beyond."""
    rise = rise_ft if level.datum == "palt" else rise_ft * CM_PER_FT
    whole = math.ceil(rise) if rise > 0 else math.floor(rise)
    return Level(datum=level.datum, value=level.value + whole)


def _aside(sky: _Sky) -> WayOut | NoWay:
    refused: NoWay | None = None
    for change in sideways(sky.notice, _near_in_time(sky), sky.memorandum):
        judged = _judged(sky, "side", change)
        if isinstance(judged, WayOut):
            return judged
        refused = refused or judged
    text = "A conflict would remain within the moves that are tried."
    return refused or NoWay(direction="side", code="too_far", message=text)


def _together(sky: _Sky) -> WayOut | NoWay:
    """A level and the least shift for it: the cheapest of those that are clear and admitted."""
    if _has_begun(sky):
        return NoWay(direction="level_and_time", code="begun", message=_BEGUN)
    best: WayOut | None = None
    for sign in (1, -1):
        for level in _steps(sky, sign, STEPS_TOGETHER_MAX):
            after = changed(sky.notice, level)
            if isinstance(after, Refused) or any(map(fault_of, after.volumes)):
                break
            for is_later in (True, False):
                shift_s = least_shift_s(after, sky.others, sky.memorandum, is_later=is_later)
                change = msgspec.structs.replace(level, shift_s=shift_s)
                judged = _judged(sky, "level_and_time", change)
                if isinstance(judged, WayOut) and (best is None or judged.cost < best.cost):
                    best = judged
    text = "No level and no shift that the memorandum admits clears it."
    return best or NoWay(direction="level_and_time", code="no_solution", message=text)


def _has_begun(sky: _Sky) -> bool:
    return min(volume.start_ms for volume in sky.notice.volumes) <= sky.now_ms


def _near_in_time(sky: _Sky) -> tuple[Notice, ...]:
    """The others whose windows come near enough: those that matter while the own window stays."""
    reach_ms = max((row.time_s or 0 for row in sky.memorandum.separation), default=0) * 1000
    return tuple(
        other
        for other in sky.others
        if any(
            max(one.start_ms, theirs.start_ms) - min(one.end_ms, theirs.end_ms) <= reach_ms
            for one in sky.notice.volumes
            for theirs in other.volumes
        )
    )
