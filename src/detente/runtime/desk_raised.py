"""The own ALERTs of the last half minute, and which of them has said already all that a second one would say.

Only the newest statements are looked at, and only what stands in the journal counts: an ALERT that waits for the
store holds none back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from detente.line.bodies import Alert
from detente.line.catalogue import parse_body
from detente.node import views
from detente.node.repeating import WINDOW_MS, is_unanswered, says_no_more
from detente.node.saying import NotSaid, judge
from detente.ports import Clock
from detente.runtime.desk_fields import body_type_of
from detente.runtime.desk_give import converted, message_of
from detente.runtime.journal import Entry
from detente.runtime.node import Node

CODE = "ALR"


@dataclass(frozen=True, kw_only=True)
class _Raised:
    """One own ALERT; `aircraft` where the node raised it by itself, of an encounter."""

    entry: Entry
    alert: Alert
    aircraft: str | None

    @property
    def ref(self) -> str:
        return views.short_ref(self.entry.ref)

    @property
    def row(self) -> dict[str, Any]:
        return {
            "ref": self.ref,
            "raised_ms": self.entry.committed_ms,
            "is_by_node": self.aircraft is not None,
        }


class RaisedDesk:
    """The orders by name; every one answers with plain values or raises OperatorError."""

    def __init__(self, *, node: Node, clock: Clock) -> None:
        self._node = node
        self._clock = clock
        self.orders: Mapping[str, Callable[..., dict[str, Any]]] = {
            "raised": lambda: {"raised": [one.row for one in self._open()]},
            "raised_already": self.raised_already,
        }

    def raised_already(
        self,
        code: str,
        body: Any,
        to: Sequence[str] = (),
        precedence: str | None = None,
        reply_to: str | None = None,
        exercise: bool = False,
        aircraft: str | None = None,
        aircraft_of: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """The open ALERTs than which a message would say no more, the newest first; nothing is said.

        Args:
            aircraft: which of our own tracks the message is about, where that is known.
            aircraft_of: the same for ALERTs that were said by hand, by entry.
        """
        if code != CODE:
            return {"raised": []}
        second = message_of(
            self._node,
            self._clock,
            code=code,
            body=converted(body, body_type_of(code), f"body of the {code}"),
            to=to,
            precedence=precedence,
            reply_to=reply_to,
            exercise=exercise,
        )
        assert isinstance(second.body, Alert), "the code is ALR"
        verdict = judge(self._node.state, second)
        if isinstance(verdict, NotSaid):
            return {"raised": []}  # who says it will hear why not
        rows = []
        for one in self._open():
            first, known = one.entry.statement, one.aircraft or (aircraft_of or {}).get(one.ref)
            is_same_aircraft = None if aircraft is None or known is None else aircraft == known
            if (
                frozenset(verdict.to) <= frozenset(first.to)
                and (second.reply_to, second.exercise) == (first.reply_to, first.exercise)
                and says_no_more(second.body, one.alert, is_same_aircraft=is_same_aircraft)
            ):
                rows.append(one.row)
        return {"raised": rows}

    def _open(self) -> Iterator[_Raised]:
        """Own ALERTs of the last half minute that nobody has answered yet, the newest first."""
        state, now_ms = self._node.state, self._clock.now_ms()
        by_node = {
            held.statement: held.foreign for held in state.alerts.values() if held.statement is not None
        }
        for entry in reversed(self._node.ticker):
            if not 0 <= now_ms - entry.committed_ms <= WINDOW_MS:
                continue  # a clock that was set back makes nothing older a reason to say nothing
            if entry.party != state.me or entry.statement.code != CODE:
                continue
            parties = {party for post in entry.statement.to if (party := state.party_of(post)) is not None}
            if not is_unanswered(state, entry.ref, parties):
                continue
            alert = parse_body(entry.statement, state.memorandum.disclosure)
            assert isinstance(alert, Alert), "the code is ALR"
            yield _Raised(entry=entry, alert=alert, aircraft=by_node.get(entry.ref))
