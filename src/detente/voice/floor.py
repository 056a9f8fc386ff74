"""Who may speak on a channel: decided by its owner alone, and followed by everybody from its numbered decisions.

An owner's floor is `Floor`; its changes are functions from a floor to the next and what is to be said. The rules:
1. One transmission has the floor, or none. Each change of that is one decision with the next number.
2. A free floor goes to who asks first. A held one answers busy and who talks.
3. An emergency breaks in on anything less. An ask above normal that does not break in waits while its button is held,
   the highest first, then the earliest.
4. The floor ends with its button, with the time that the memorandum gives, with silence, and with the link to the
   talker's node. A transmission that had the floor, or was let go before it got it, never gets it again.
Everybody else has a `View`: it follows the newest decision of the owner's present start, so nodes that have seen the
same decision name the same talker, whatever they pressed. Times are the owner's own, from a clock that never steps.
Source: the floor control of 3GPP TS 24.380, cut to what one memorandum needs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

from detente.voice.messages import RANKS, Ask, Busy, Decision, Lost, Why

WAITING_MAX = 8
ENDED_MAX = 256
SILENT_MS = 2_000
"""A talker who sends nothing for so long has lost something and perhaps not noticed."""


@dataclass(frozen=True, kw_only=True)
class Floor:
    """An owner's floor; `since_ms` and `heard_ms` say when the holder got it and was last heard."""

    channel_khz: int
    epoch: str
    number: int = 0
    holder: Ask | None = None
    why: Why = "free"
    gone: str | None = None
    since_ms: int = 0
    heard_ms: int = 0
    waiting: tuple[Ask, ...] = ()
    ended: tuple[str, ...] = ()

    def decision(self) -> Decision:
        """The newest one, for who has just come."""
        return Decision(
            channel_khz=self.channel_khz,
            epoch=self.epoch,
            number=self.number,
            holder=self.holder,
            gone=self.gone,
            why=self.why,
        )


Outcome: TypeAlias = tuple[Floor, tuple[Decision | Busy, ...]]


def ask(floor: Floor, wanted: Ask, *, now_ms: int) -> Outcome:
    """Grant, break in, let wait, or answer busy."""
    holder = floor.holder
    if wanted.transmission in floor.ended:
        return floor, (_busy(floor, wanted, waits=False),)
    if holder is None:
        return _granted(floor, wanted, why="granted", now_ms=now_ms)
    if holder.transmission == wanted.transmission:
        return floor, (floor.decision(),)
    if wanted.precedence == "emergency" and holder.precedence != "emergency":
        return _granted(_end(floor, holder.transmission), wanted, why="broken_in", now_ms=now_ms)
    is_known = any(one.transmission == wanted.transmission for one in floor.waiting)
    if wanted.precedence == "normal" or (len(floor.waiting) >= WAITING_MAX and not is_known):
        return floor, (_busy(floor, wanted, waits=False),)
    if not is_known:
        floor = replace(floor, waiting=(*floor.waiting, wanted))
    return floor, (_busy(floor, wanted, waits=True),)


def release(floor: Floor, transmission: str, *, why: Lost, now_ms: int) -> Outcome:
    """A button is let go; of a transmission that does not have the floor, it is never granted any more."""
    if floor.holder is not None and floor.holder.transmission == transmission:
        return _free(floor, why, now_ms=now_ms)
    return _end(floor, transmission), ()


def lose(floor: Floor, party: str, *, now_ms: int) -> Outcome:
    """The link to a party is gone: its talker is cut off, and those of it who wait are forgotten."""
    floor = replace(floor, waiting=tuple(one for one in floor.waiting if one.party != party))
    if floor.holder is not None and floor.holder.party == party:
        return _free(floor, "link", now_ms=now_ms)
    return floor, ()


def hear(floor: Floor, transmission: str, *, now_ms: int) -> Floor:
    """A frame of the holder was let through."""
    if floor.holder is None or floor.holder.transmission != transmission:
        return floor
    return replace(floor, heard_ms=now_ms)


def tick(floor: Floor, *, now_ms: int, talk_max_ms: int) -> Outcome:
    """Time passes: whoever talks too long, or is not heard, loses the floor."""
    if floor.holder is None:
        return floor, ()
    if now_ms - floor.since_ms >= talk_max_ms:
        return _free(floor, "timed_out", now_ms=now_ms)
    if now_ms - floor.heard_ms >= SILENT_MS:
        return _free(floor, "silent", now_ms=now_ms)
    return floor, ()


@dataclass(frozen=True, kw_only=True)
class View:
    """What a node knows of a channel whose owner it follows; `is_known`: the owner's word is here and stands."""

    is_known: bool = False
    epoch: str = ""
    number: int = -1
    holder: Ask | None = None
    why: Why = "free"


def follow(view: View, decision: Decision, *, epoch: str) -> View:
    """The view after a decision; one of an older start than `epoch`, or that is not newer, changes nothing."""
    if decision.epoch != epoch or (view.epoch == epoch and decision.number <= view.number and view.is_known):
        return view
    return View(
        is_known=True,
        epoch=decision.epoch,
        number=decision.number,
        holder=decision.holder,
        why=decision.why,
    )


def _free(floor: Floor, why: Why, *, now_ms: int) -> Outcome:
    """Nobody has it, and if somebody waits, he is next."""
    assert floor.holder is not None, "callers have looked"
    gone = floor.holder.transmission
    floor = replace(_end(floor, gone), holder=None, number=floor.number + 1, why=why, gone=gone)
    said = floor.decision()
    if not floor.waiting:
        return floor, (said,)
    following = max(floor.waiting, key=lambda one: RANKS.index(one.precedence))  # the first of the highest
    floor, more = _granted(replace(floor, gone=None), following, why="granted", now_ms=now_ms)
    return floor, (said, *more)


def _granted(floor: Floor, to: Ask, *, why: Why, now_ms: int) -> Outcome:
    gone = floor.holder.transmission if floor.holder is not None else None
    floor = replace(
        floor,
        holder=to,
        number=floor.number + 1,
        why=why,
        gone=gone,
        since_ms=now_ms,
        heard_ms=now_ms,
        waiting=tuple(one for one in floor.waiting if one.transmission != to.transmission),
    )
    return floor, (floor.decision(),)


def _end(floor: Floor, transmission: str) -> Floor:
    waiting = tuple(one for one in floor.waiting if one.transmission != transmission)
    return replace(floor, waiting=waiting, ended=(*floor.ended, transmission)[-ENDED_MAX:])


def _busy(floor: Floor, wanted: Ask, *, waits: bool) -> Busy:
    return Busy(channel_khz=floor.channel_khz, transmission=wanted.transmission, by=floor.holder, waits=waits)
