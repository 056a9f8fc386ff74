"""The orders about incidents: report, state, protest, accept a match, and see the dossiers.

What people type is read as in any other message: places in degrees, times with a zone, entries as PARTY#number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from detente.errors import OperatorError
from detente.line.bodies_duty import Attachment, Passing
from detente.node import views
from detente.node.events import MatchIncident, OpenIncident, ProtestIncident, StateIncident
from detente.ports import Clock
from detente.quantities import PartyId, PostId
from detente.record.statement import Ref
from detente.runtime.desk_give import converted, ref_of, say
from detente.runtime.desk_typed import place_of, time_of
from detente.runtime.node import Node


class IncidentDesk:
    """Orders by name; every one answers with plain values or raises OperatorError in the node's words."""

    def __init__(self, *, node: Node, clock: Clock) -> None:
        self._node = node
        self._clock = clock
        self.orders: Mapping[str, Callable[..., dict[str, Any]]] = {
            "incidents": lambda: views.incidents(node.state),
            "incident": self.incident,
            "open_incident": self.open,
            "state_incident": self.state,
            "protest_incident": self.protest,
            "match_incident": self.match,
        }

    def incident(self, number: str) -> dict[str, Any]:
        """One incident whole."""
        found = views.incident(self._node.state, number)
        if found is None:
            raise self._unknown(number)
        return {"incident": found}

    def open(
        self,
        category: str,
        event: str = "now",
        at: str | None = None,
        articles: Sequence[str] = (),
        passing: Any = None,
        entries: Sequence[str] = (),
        text: str = "",
        same_as: str | None = None,
        to: Sequence[str] = (),
    ) -> dict[str, Any]:
        """Report an incident; tells its number."""
        state = self._node.state
        now_ms = self._clock.now_ms()
        posts = (state.desk_of(PartyId(name)) if name in state.peers else PostId(name) for name in to)
        order = OpenIncident(
            at_ms=now_ms,
            category=converted(category, str, "category"),
            articles=converted(list(articles), tuple[str, ...], "articles"),
            at=None if at is None else place_of(at, field="at"),
            event_ms=time_of(event, now_ms, field="event"),
            passing=converted(passing, Passing | None, "passing"),
            entries=self._refs(entries),
            text=converted(text, str, "text"),
            same_as=same_as,
            to=tuple(dict.fromkeys(posts)),
        )
        told = say(self._node, order)
        place = (told["origin"], told["seq"])
        filed = self._node.state.register.filed
        number = next(one.body.number for ref, one in filed.items() if (ref.origin, ref.seq) == place)
        return {**told, "number": number}

    def state(
        self,
        number: str,
        entries: Sequence[str] = (),
        attachments: Any = (),
        text: str = "",
        closes: bool = False,
    ) -> dict[str, Any]:
        """Make the own full statement, or counter-statement."""
        order = StateIncident(
            at_ms=self._clock.now_ms(),
            number=number,
            entries=self._refs(entries),
            attachments=converted(list(attachments), tuple[Attachment, ...], "attachments"),
            text=converted(text, str, "text"),
            closes=converted(closes, bool, "closes"),
        )
        return say(self._node, order)

    def protest(self, number: str, article: str) -> dict[str, Any]:
        """Protest that an article was broken."""
        order = ProtestIncident(
            at_ms=self._clock.now_ms(), number=number, article=converted(article, str, "article")
        )
        return say(self._node, order)

    def match(self, number: str, other: str) -> dict[str, Any]:
        """Accept that two numbers are one incident."""
        return say(self._node, MatchIncident(at_ms=self._clock.now_ms(), number=number, other=other))

    def _refs(self, entries: Sequence[str]) -> tuple[Ref, ...]:
        return tuple(dict.fromkeys(ref_of(self._node, entry) for entry in entries))

    def _unknown(self, number: str) -> OperatorError:
        known = [row["number"] for row in views.incidents(self._node.state)["incidents"]]
        shown = ", ".join(known[-5:]) or "none yet"
        return OperatorError(
            "unknown_number",
            f"There is no incident {number[:80]!r} here.",
            cure=f"Name one of these, or see `detente incident list`: {shown}.",
        )
