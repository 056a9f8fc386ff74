"""The operator's orders in plain values, and the node's answers: what the command line and the console call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from detente.errors import OperatorError, PeerError
from detente.line.bodies import Answer
from detente.line.catalogue import parse_body
from detente.line.wording import IN_WORDS, detail
from detente.node import views
from detente.node.effects import Write
from detente.node.events import Acknowledge, GiveAnswer, ReadBackNow, SendNotice
from detente.notices.conformance import Plan
from detente.notices.geojson import named_notices_from_geojson
from detente.notices.notice import Notice
from detente.ports import Clock, Store
from detente.quantities import PostId, utc_text
from detente.record.statement import Ref, Statement
from detente.runtime.desk_calls import CallsDesk
from detente.runtime.desk_give import converted, ref_of, say
from detente.runtime.desk_incidents import IncidentDesk
from detente.runtime.desk_line import LineDesk
from detente.runtime.desk_raised import RaisedDesk
from detente.runtime.desk_ways import WaysDesk
from detente.runtime.news import Item
from detente.runtime.node import Node


class Desk:
    """Orders by name; every one answers with plain values or raises OperatorError in the node's words.

    Args:
        notes: what the operator should know of the settings.
        is_rehearsal: whether time comes from a conductor.
    """

    def __init__(
        self,
        *,
        node: Node,
        store: Store,
        clock: Clock,
        notes: tuple[str, ...] = (),
        is_rehearsal: bool = False,
    ) -> None:
        self.notes = notes
        self._is_rehearsal = is_rehearsal
        self._node = node
        self._store = store
        self._clock = clock
        self._orders: Mapping[str, Callable[..., dict[str, Any]]] = {
            "status": self.status,
            "owed": lambda: {"owed": views.owed(node.state)},
            "notices": lambda: {"notices": views.notices(node.state)},
            "conflicts": lambda: {"conflicts": views.conflicts(node.state)},
            "ticker": self.ticker,
            "log": self.log,
            "send_notice": self.send_notice,
            "send_geojson": self.send_geojson,
            "read_back": self.read_back,
            "answer": self.answer,
            "acknowledge": self.acknowledge,
            **LineDesk(node=node, clock=clock).orders,
            **RaisedDesk(node=node, clock=clock).orders,
            **IncidentDesk(node=node, clock=clock).orders,
            **WaysDesk(node=node, clock=clock).orders,
            **CallsDesk(node=node, store=store, clock=clock).orders,
        }

    def order(self, name: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """Carry out one order."""
        if name not in self._orders:
            raise OperatorError("unknown_order", f"There is no order {name!r}.")
        return self._orders[name](**args)

    def status(self) -> dict[str, Any]:
        """The state in counts, with what must not be overlooked first."""
        told = views.status(self._node.state)
        return {
            **told,
            "to_deliver": self._node.unreceipted,
            "notes": list(self.notes),
            "is_rehearsal": self._is_rehearsal,
        }

    def ticker(self, count: int = 10) -> dict[str, Any]:
        """The newest statements of both sides, oldest first."""
        entries = self._node.ticker[-count:]
        return {
            "entries": [
                {
                    "at_utc": utc_text(entry.committed_ms),
                    "party": entry.party,
                    "seq": entry.ref.seq,
                    "code": entry.statement.code,
                    "in_words": IN_WORDS.get(entry.statement.code, "?"),
                    "detail": self._detail(entry.statement),
                    "precedence": entry.statement.precedence,
                }
                for entry in entries
            ]
        }

    def news_rows(self, items: Sequence[Item]) -> list[dict[str, Any]]:
        """What has just happened, for a face that follows it."""
        return [
            {
                "number": item.number,
                "kind": item.kind,
                "ref": views.short_ref(ref) if ref is not None else None,
                "code": item.entry.statement.code if item.entry is not None else None,
                "precedence": item.entry.statement.precedence if item.entry is not None else None,
                "post": item.ring.post if item.ring is not None else None,
                "why": item.ring.why if item.ring is not None else None,
                "text": item.text,
            }
            for item in items
            for ref in (_ref_of(item),)
        ]

    def log(self, count: int = 20) -> dict[str, Any]:
        """The newest lines of the logbook."""
        lines = self._store.log_tail(count)
        return {
            "lines": [
                {"at_utc": utc_text(line.at_ms), "kind": line.kind, "text": line.text} for line in lines
            ]
        }

    def send_notice(self, notice: Any, plans: Any = (), amends: str | None = None) -> dict[str, Any]:
        """Send a notice given in its wire form, as a new one or in the place of one; the plans stay on this node.

        Tells where it stands.
        """
        order = SendNotice(
            at_ms=self._clock.now_ms(),
            notice=converted(notice, Notice, "notice"),
            plans=converted(plans, tuple[Plan, ...], "plans"),
            amends=None if amends is None else ref_of(self._node, amends),
        )
        return say(self._node, order)

    def send_geojson(self, text: str, plans: Any = (), amends: str | None = None) -> dict[str, Any]:
        """Send the notices of a GeoJSON text; what cannot be a notice is refused and kept in the logbook.

        One that amends another stands alone in its file.
        """
        try:
            named = named_notices_from_geojson(text.encode(), self._node.state.memorandum)
        except PeerError as why:
            self._node.write(Write(kind="refused", text=f"own notice: {why.code}: {why.message}"))
            raise OperatorError(why.code, why.message, cure=why.cure or "Nothing was sent.") from why
        if amends is not None and len(named) != 1:
            raise OperatorError(
                "usage",
                f"The file has {len(named)} notices; one takes the place of one.",
                cure="Send it alone.",
            )
        sent = [
            {"name": name, **self.send_notice(msgspec.to_builtins(one), plans, amends)} for name, one in named
        ]
        return {"sent": sent}

    def read_back(self, ref: str) -> dict[str, Any]:
        """Read a notice back."""
        return say(self._node, ReadBackNow(at_ms=self._clock.now_ms(), ref=ref_of(self._node, ref)))

    def answer(self, ref: str, answer: str, action: str = "none") -> dict[str, Any]:
        """Answer a query or an alert."""
        given = converted({"answer": answer, "action": action}, Answer, "answer")
        order = GiveAnswer(at_ms=self._clock.now_ms(), ref=ref_of(self._node, ref), answer=given)
        return say(self._node, order)

    def acknowledge(
        self, ref: str, level: str = "understood", passed_to: str | None = None, post: str | None = None
    ) -> dict[str, Any]:
        """Acknowledge at a level, from a post of ours; the air desk where none is named."""
        if level not in ("understood", "passed", "in_effect"):
            raise OperatorError("unknown_level", "Levels are understood, passed and in_effect.")
        order = Acknowledge(
            at_ms=self._clock.now_ms(),
            ref=ref_of(self._node, ref),
            level=level,  # type: ignore[arg-type]  # narrowed by the test above
            passed_to=passed_to,
            post=None if post is None else PostId(post),
        )
        return say(self._node, order)

    def _detail(self, statement: Statement) -> str:
        try:
            return detail(parse_body(statement, self._node.state.memorandum.disclosure))
        except PeerError as why:
            return f"REFUSED: {why.code}"


def _ref_of(item: Item) -> Ref | None:
    if item.entry is not None:
        return item.entry.ref
    return item.ring.ref if item.ring is not None else None
