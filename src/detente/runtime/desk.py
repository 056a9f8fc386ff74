"""The operator's orders in plain values, and the node's answers: what the command line and the console call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from detente.errors import OperatorError, PeerError
from detente.line.catalogue import Answer, parse_body
from detente.line.wording import IN_WORDS, detail
from detente.node import views
from detente.node.effects import Write
from detente.node.events import Acknowledge, Event, GiveAnswer, ReadBackNow, SendNotice
from detente.notices.conformance import Plan
from detente.notices.geojson import named_notices_from_geojson
from detente.notices.notice import Notice
from detente.ports import Clock, Store
from detente.quantities import Digest, PartyId, utc_text
from detente.record.statement import Ref, Statement
from detente.runtime.node import Node


class Desk:
    """Orders by name; every one answers with plain values or raises OperatorError in the node's words."""

    def __init__(self, *, node: Node, store: Store, clock: Clock, notes: tuple[str, ...] = ()) -> None:
        self.notes = notes
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
        }

    def order(self, name: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """Carry out one order."""
        if name not in self._orders:
            raise OperatorError("unknown_order", f"There is no order {name!r}.")
        return self._orders[name](**args)

    def status(self) -> dict[str, Any]:
        """The state in counts, with what must not be overlooked first."""
        told = views.status(self._node.state)
        return {**told, "to_deliver": self._node.unreceipted, "notes": list(self.notes)}

    def ticker(self, count: int = 10) -> dict[str, Any]:
        """The newest statements of both sides, oldest first."""
        entries = list(self._node.ticker)[-count:]
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

    def log(self, count: int = 20) -> dict[str, Any]:
        """The newest lines of the logbook."""
        lines = self._store.log_tail(count)
        return {
            "lines": [
                {"at_utc": utc_text(line.at_ms), "kind": line.kind, "text": line.text} for line in lines
            ]
        }

    def send_notice(self, notice: Any, plans: Any = ()) -> dict[str, Any]:
        """Send a notice given in its wire form; the plans stay on this node. Tells where it stands."""
        order = SendNotice(
            at_ms=self._clock.now_ms(),
            notice=_convert(notice, Notice, "notice"),
            plans=_convert(plans, tuple[Plan, ...], "plans"),
        )
        own = self._node.keeper.own
        ref = {"ref": f"{own.party}#{own.size}", "origin": own.origin, "seq": own.size}
        return {**self._give(order), **ref}

    def send_geojson(self, text: str, plans: Any = ()) -> dict[str, Any]:
        """Send the notices of a GeoJSON text; what cannot be a notice is refused and kept in the logbook."""
        try:
            named = named_notices_from_geojson(text.encode(), self._node.state.memorandum)
        except PeerError as why:
            self._node.write(Write(kind="refused", text=f"own notice: {why.code}: {why.message}"))
            raise OperatorError(why.code, why.message, cure=why.cure or "Nothing was sent.") from why
        sent = [{"name": name, **self.send_notice(msgspec.to_builtins(one), plans)} for name, one in named]
        return {"sent": sent}

    def read_back(self, ref: str) -> dict[str, Any]:
        """Read a notice back."""
        return self._give(ReadBackNow(at_ms=self._clock.now_ms(), ref=self._ref(ref)))

    def answer(self, ref: str, answer: str, action: str = "none") -> dict[str, Any]:
        """Answer a query or an alert."""
        given = _convert({"answer": answer, "action": action}, Answer, "answer")
        return self._give(GiveAnswer(at_ms=self._clock.now_ms(), ref=self._ref(ref), answer=given))

    def acknowledge(
        self, ref: str, level: str = "understood", passed_to: str | None = None
    ) -> dict[str, Any]:
        """Acknowledge at a level."""
        if level not in ("understood", "passed", "in_effect"):
            raise OperatorError("unknown_level", "Levels are understood, passed and in_effect.")
        return self._give(
            Acknowledge(
                at_ms=self._clock.now_ms(),
                ref=self._ref(ref),
                level=level,  # type: ignore[arg-type]  # narrowed by the test above
                passed_to=passed_to,
            )
        )

    def _detail(self, statement: Statement) -> str:
        try:
            return detail(parse_body(statement, self._node.state.memorandum.disclosure))
        except PeerError as why:
            return f"REFUSED: {why.code}"

    def _give(self, event: Event) -> dict[str, Any]:
        replies = self._node.happen(event)
        for reply in replies:
            if not reply.ok:
                raise OperatorError(reply.code, reply.message)
        return {"message": " ".join(reply.message for reply in replies)}

    def _ref(self, text: str) -> Ref:
        """An entry as people name it, `PARTY#number`: of the journal of that party that is in use."""
        keeper = self._node.keeper
        party, _, number = text.partition("#")
        journal = (
            keeper.own if party == keeper.me else next(iter(reversed(keeper.held_of(PartyId(party)))), None)
        )
        if journal is None or not number.isdecimal() or int(number) >= journal.size:
            raise OperatorError(
                "unknown_entry",
                f"There is no entry {text!r} here.",
                cure="Name it as `detente owed` does: PARTY#number.",
            )
        seq = int(number)
        return Ref(origin=journal.origin, seq=seq, leaf=Digest(journal.leaves[seq].hex()))


def _convert(value: Any, type_: Any, what: str) -> Any:
    try:
        return msgspec.convert(value, type=type_)
    except msgspec.ValidationError as why:
        raise OperatorError("malformed", f"The {what} cannot be read: {why}.") from why
