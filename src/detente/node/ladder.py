"""Whom the machines ring when nobody answers; run at both ends, by the memorandum's ladder, once a second.

The rule, chosen where practice (c) leaves it open:

1. An ALERT climbs by the clock. The machine of the side that owes rings its own posts at each rung's time from
   sending until somebody has understood. After the last rung it rings that one again, as often as the last step
   is long, and says so each time: it never falls silent.
2. The side that said it rings when no delivery was signed in time: the next rung at once, then each at its time
   and again after the last, so that its own watch reaches that post by another medium.
3. An overdue answer, an overdue P and every repeat ring one rung higher, once each, at both ends; repeats that
   come within one second ring once.
4. PRIORITY does not climb by the clock: each overdue level, and each repeat, rings one rung higher, once.
5. ROUTINE and ADMIN ring the air desk of the side that owes, once. A protest never rings.
6. What is said while a suspension is in force owes no reply and does not ring; an ALERT and what stands in the
   memorandum's floor always do.

A post is rung by its role; where no post of that role is staffed at that hour, the next rung is rung instead, and
where none is above it, the highest staffed one below.
Every rung is journaled (RNG), so a restart neither repeats nor skips one: what stands in the journal was rung.
Source: practice (c), ladder; casebook deir-ez-zor-2016-unanswered, kunduz-2015, closed-at-weekend.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TypeAlias

from detente.line.bodies_duty import Rung
from detente.memorandum.hours import staffed_minutes
from detente.memorandum.model import Memorandum, Post
from detente.memorandum.model_talk import Rung as Step
from detente.node.declared import reply_is_owed
from detente.node.duty import is_overdue, item_of, put
from detente.node.effects import Effect, Ring, Say, Why
from detente.node.open_item import Level, OpenItem, RungHeld
from detente.node.state import State
from detente.quantities import PartyId, PostId, UtcMs
from detente.record.statement import Ref

_MINUTE_MS = 60_000
_MONDAY_MIN = 3 * 1440
"""1970 began on a Thursday."""

_OVERDUE: tuple[tuple[Level, Why], ...] = (("substance", "answer_overdue"), ("passed", "pass_overdue"))

_Due: TypeAlias = tuple[int, Why, Ref]
"""A place on the ladder, why it is rung, and the statement that it is rung for."""


def ring(state: State, at_ms: UtcMs) -> tuple[State, tuple[Effect, ...]]:
    """Ring whatever is due, for every open item."""
    effects: list[Effect] = []
    for key in tuple(state.open_items):
        while (due := _next(state, item := state.open_items[key], at_ms)) is not None:
            state, rung = _rung(state, item, due, at_ms)
            if state.open_items[key] == item:
                break
            effects += rung
    return state, tuple(effects)


def take_rung(state: State, *, party: PartyId, rung: Rung, of: Ref | None) -> State:
    """A rung stands in a journal: the party's machine rang; one that is known is not counted twice."""
    owed_by = state.party_of(rung.post)
    item = item_of(state, of, owed_by) if owed_by is not None else None
    if item is None or of is None or party not in (item.owed_by, item.owed_to):
        return state
    held = RungHeld(by=party, of=of, role=rung.role, why=rung.why, at_ms=UtcMs(rung.at_ms))
    return put(state, _with_rung(item, held))


def is_staffed(post: Post, at_ms: int) -> bool:
    """Whether somebody keeps a post at a moment, by its hours; hours that cannot be read are taken for always."""
    minutes = _staffed(post.hours)
    return minutes is None or (at_ms // _MINUTE_MS + _MONDAY_MIN) % (7 * 1440) in minutes


def _next(state: State, item: OpenItem, at_ms: UtcMs) -> _Due | None:
    """The lowest rung that is due now and was not rung."""
    if item.code == "PRT" or not state.memorandum.line.ladder or not reply_is_owed(state, item):
        return None
    is_ours, mine = item.owed_by == state.me, [rung for rung in item.rungs if rung.by == state.me]
    if item.precedence in ("ROUTINE", "ADMIN"):
        return _air_desk(item, at_ms) if is_ours and not mine else None
    is_alert, places = item.precedence == "ALERT", _places(state.memorandum)
    height = max((places[rung.role] for rung in mine if rung.role in places), default=-1 if is_ours else 0)
    higher = min(height + 1, len(places) - 1)

    def once(level: Level, why: Why) -> _Due | None:
        is_new = all(rung.why != why for rung in mine)
        return (higher, why, item.ref) if is_new and is_overdue(item, level, at_ms) else None

    if not is_ours and not _is_held(item):
        if is_alert and is_overdue(item, "delivered", at_ms):
            return _by_the_clock(state.memorandum, item, mine, why="not_delivered", first=1, at_ms=at_ms)
        return once("delivered", "not_delivered")
    found = None
    if is_ours and is_alert and "understood" in item.owed:
        found = _by_the_clock(state.memorandum, item, mine, why="not_understood", first=0, at_ms=at_ms)
    elif is_ours:
        found = once("understood", "not_understood")
    for level, why in _OVERDUE:
        found = found or once(level, why)
    if found is None and item.repeats and all(rung.of != item.repeats[-1] for rung in mine):
        return higher, "repeated", item.repeats[-1]
    return found


def _by_the_clock(
    memorandum: Memorandum, item: OpenItem, mine: Sequence[RungHeld], *, why: Why, first: int, at_ms: UtcMs
) -> _Due | None:
    """The next rung whose time has come, `first` at once; after the last one its repeats, each in its second."""
    ladder, places = memorandum.line.ladder, _places(memorandum)
    last = len(ladder) - 1
    first = min(first, last)
    rung_so_far = max((places.get(rung.role, -1) for rung in mine if rung.why == why), default=first - 1)
    index = rung_so_far + 1
    if index <= last:
        is_due = index == first or item.said_ms + ladder[index].after_s * 1000 <= at_ms
        return (index, why, item.ref) if is_due else None
    last_ms = item.said_ms + ladder[last].after_s * 1000
    step_ms = (ladder[last].after_s - ladder[max(last - 1, 0)].after_s or memorandum.line.heartbeat_s) * 1000
    slots = (at_ms - last_ms) // step_ms
    slot_ms = last_ms + slots * step_ms
    rung_ms = max((rung.at_ms for rung in mine if places.get(rung.role) == last), default=0)
    return (last, "repeated", item.ref) if slots > 0 and rung_ms < slot_ms else None


def _air_desk(item: OpenItem, at_ms: UtcMs) -> _Due | None:
    reasons: tuple[tuple[Level, Why], ...] = (("understood", "not_understood"), *_OVERDUE)
    return next(((0, why, item.ref) for level, why in reasons if is_overdue(item, level, at_ms)), None)


def _is_held(item: OpenItem) -> bool:
    """Whether the other side has it: by its receipt, or because somebody or something there has answered or rung."""
    return bool(item.reached) or any(rung.by == item.owed_by for rung in item.rungs)


def _places(memorandum: Memorandum) -> Mapping[str, int]:
    return {step.role: index for index, step in enumerate(memorandum.line.ladder)}


def _rung(state: State, item: OpenItem, due: _Due, at_ms: UtcMs) -> tuple[State, tuple[Effect, ...]]:
    index, why, of = due
    step, post = _whom(state, item.owed_by, index, at_ms)
    held = RungHeld(by=state.me, of=of, role=step.role, why=why, at_ms=at_ms)
    told = item.owed_to if item.owed_by == state.me else item.owed_by
    body = Rung(post=post, role=step.role, why=why, at_ms=at_ms, radio_prompt=step.radio_prompt)
    return put(state, _with_rung(item, held)), (
        Ring(post=post, role=step.role, ref=of, why=why, radio_prompt=step.radio_prompt),
        Say(to=(state.desk_of(told),), code="RNG", body=body, precedence="PRIORITY", reply_to=of),
    )


def _whom(state: State, party: PartyId, index: int, at_ms: int) -> tuple[Step, PostId]:
    """The rung that is rung, and its post; a rung below stands in under the name of the one that was due."""
    ladder = state.memorandum.line.ladder
    for place in (*range(index, len(ladder)), *range(index - 1, -1, -1)):
        for post in state.memorandum.post:
            if (post.party, post.role) == (party, ladder[place].role) and is_staffed(post, at_ms):
                return ladder[max(place, index)], PostId(post.id)
    return ladder[index], state.desk_of(party)


def _with_rung(item: OpenItem, rung: RungHeld) -> OpenItem:
    """What rings again for the same reason is counted up, the newest stands; so nobody's rungs fill the state."""

    def kind(one: RungHeld) -> tuple[PartyId, str, Why, bool]:
        return one.by, one.role, one.why, one.of == item.ref

    for index, held in enumerate(item.rungs):
        if kind(held) == kind(rung):
            if rung.at_ms <= held.at_ms:
                return item
            newer = replace(rung, times=held.times + 1)
            return replace(item, rungs=(*item.rungs[:index], newer, *item.rungs[index + 1 :]))
    return replace(item, rungs=(*item.rungs, rung))


@lru_cache(maxsize=256)
def _staffed(hours: str) -> frozenset[int] | None:
    return staffed_minutes(hours)
