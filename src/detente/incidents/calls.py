"""What became of each alert: answered in time, answered late, cleared, or overdue, by the words of both sides alone.

One case is one author, one addressee and one alert; the same alert said again while nobody has answered it joins
the case and resets no clock. A standby is no answer.
Source: practice (c); casebook emergency-channel-2017-unanswered.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from detente.incidents.register import Call, Register
from detente.line.catalogue import encode_body
from detente.quantities import PartyId, UtcMs
from detente.record.statement import Ref

Outcome: TypeAlias = Literal["answered", "answered_late", "cleared", "overdue", "open"]


@dataclass(frozen=True, kw_only=True)
class Case:
    """An alert to one party, with every time that it was said again."""

    refs: tuple[Ref, ...]
    party: PartyId
    to: PartyId
    said_ms: UtcMs
    due_ms: UtcMs | None
    answered_ms: UtcMs | None
    cleared_ms: UtcMs | None

    def outcome(self, until_ms: int) -> Outcome:
        """What has become of it by a moment; what was said from then on does not count."""
        answered_ms = self.answered_ms if _is_before(self.answered_ms, until_ms) else None
        cleared_ms = self.cleared_ms if _is_before(self.cleared_ms, until_ms) else None
        due_ms = self.due_ms
        if answered_ms is not None:
            return "answered" if due_ms is None or answered_ms <= due_ms else "answered_late"
        if cleared_ms is not None and (due_ms is None or cleared_ms <= due_ms):
            return "cleared"
        return "overdue" if _is_before(due_ms, until_ms) else "open"


def cases_of(register: Register) -> tuple[Case, ...]:
    """Every case, in the order in which they were first said."""
    open_: dict[tuple[PartyId, PartyId, bytes], Case] = {}
    done: list[Case] = []
    calls = sorted(register.calls.values(), key=lambda one: (one.sent_ms, one.ref.origin, one.ref.seq))
    for call in calls:
        for case in _to_each(call):
            key = (case.party, case.to, bytes(encode_body(call.body)))
            before = open_.get(key)
            if before is None or _ended_ms(before) < case.said_ms:
                done += [before] if before is not None else []
                open_[key] = case
            else:
                open_[key] = _joined(before, case)
    found = [*done, *open_.values()]
    return tuple(sorted(found, key=lambda one: (one.said_ms, one.refs[0].origin, one.refs[0].seq, one.to)))


def _to_each(call: Call) -> Iterator[Case]:
    for to in call.to:
        yield Case(
            refs=(call.ref,),
            party=call.party,
            to=to,
            said_ms=call.sent_ms,
            due_ms=call.due_ms,
            answered_ms=call.answers.get(to),
            cleared_ms=call.cleared_ms,
        )


def _joined(case: Case, again: Case) -> Case:
    return replace(
        case,
        refs=(*case.refs, *again.refs),
        answered_ms=_earlier(case.answered_ms, again.answered_ms),
        cleared_ms=_earlier(case.cleared_ms, again.cleared_ms),
    )


def _ended_ms(case: Case) -> float:
    ended = [at for at in (case.answered_ms, case.cleared_ms) if at is not None]
    return min(ended, default=float("inf"))


def _earlier(first: UtcMs | None, second: UtcMs | None) -> UtcMs | None:
    return min((at for at in (first, second) if at is not None), default=None)


def _is_before(at_ms: int | None, until_ms: int) -> bool:
    return at_ms is not None and at_ms < until_ms
