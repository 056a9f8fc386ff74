"""The orders about ways out: what they are looked for among, and proposing, accepting and refusing one.

Looking for them takes seconds in a crowded sky, so the face does that in its own process, with what `held` gives it.
What it then proposes is proven here once more, which takes no longer than a notice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from detente.conflicts.changes import Change
from detente.conflicts.sideways import is_within_reach
from detente.conflicts.ways_out import NoWay, proven
from detente.errors import OperatorError
from detente.line.bodies import Acceptance, Proposal, Rejection
from detente.line.catalogue import Body
from detente.node import views
from detente.node.events import SayNow
from detente.node.state import NoticeHeld, State
from detente.ports import Clock
from detente.record.statement import Ref
from detente.runtime.desk_give import converted, ref_of, say
from detente.runtime.node import Node

PAGE = 1_000
"""Notices in one answer: some 3 MB where all of them have the most points."""


class WaysDesk:
    """The orders by name; every one answers with plain values or raises OperatorError."""

    def __init__(self, *, node: Node, clock: Clock) -> None:
        self._node = node
        self._clock = clock
        self.orders: Mapping[str, Callable[..., dict[str, Any]]] = {
            "findings": lambda: views.findings(node.state),
            "held": self.held,
            "propose": self.propose,
            "accept": self.accept,
            "refuse": self.refuse,
        }

    def held(self, ref: str | None = None, skip: int = 0) -> dict[str, Any]:
        """Notices in force in full, page by page; for one notice or CON, only what its ways out depend on."""
        state = self._node.state
        wanted = None if ref is None else self._notice(ref)
        rows = [
            one
            for one in state.notices.values()
            if one.counts and one.until_ms > state.now_ms and (wanted is None or _matters(state, wanted, one))
        ]
        page = rows[skip : skip + PAGE]
        return {
            "party": state.me,
            "identity": state.identity,
            "now_ms": self._clock.now_ms(),
            "notice": None if wanted is None else views.short_ref(wanted.ref),
            "total": len(rows),
            "notices": [
                {
                    "ref": views.short_ref(one.ref),
                    "party": one.party,
                    "notice": msgspec.to_builtins(one.notice),
                }
                for one in page
            ],
        }

    def propose(self, ref: str, change: Any) -> dict[str, Any]:
        """Say a PRO for a notice, if the change is still a way out; to every party whose notice it concerns."""
        state, now_ms = self._node.state, self._clock.now_ms()
        held, wanted = self._notice(ref), converted(change, Change, "change")
        others = [one.notice for one in state.notices.values() if one.party != held.party and one.counts]
        found = proven(
            held.notice, wanted, others, party=held.party, memorandum=state.memorandum, now_ms=now_ms
        )
        if isinstance(found, NoWay):
            raise OperatorError(
                found.code,
                f"That is no way out any more: {found.message}",
                cure="Look at the offers once more.",
            )
        pairs = [one for pair, one in state.conflicts.items() if held.ref in pair]
        stated = [one for one in pairs if one.stated_in]
        if not stated:
            raise OperatorError(
                "not_in_conflict",
                f"No conflict of {ref[:80]} has been stated on the line.",
                cure="Notices without a conflict need no way out: see `detente notices conflicts`.",
            )
        to = tuple(state.desk_of(one.party) for one in pairs)
        body = Proposal(notice=held.ref, **msgspec.structs.asdict(wanted))
        return self._say("PRO", body, stated[0].stated_in[-1], tuple(dict.fromkeys(to)))

    def accept(self, ref: str) -> dict[str, Any]:
        """Say ACC to a proposal; the author's node then amends the notice."""
        entry = ref_of(self._node, ref)
        held = self._node.state.proposals.get(entry)
        if held is None:
            raise OperatorError(
                "of_what",
                f"{ref[:80]!r} is no proposal that is on the table.",
                cure="See them with: detente notices findings HOME",
            )
        return self._say("ACC", Acceptance(notice=held.proposal.notice), entry, ())

    def refuse(self, ref: str, reason: str = "unable", field: str | None = None) -> dict[str, Any]:
        """Say REJ to a proposal or a conflict."""
        body = converted({"reason": reason, "field": field}, Rejection, "refusal")
        return self._say("REJ", body, ref_of(self._node, ref), ())

    def _say(self, code: str, body: Body, reply_to: Ref, to: tuple[Any, ...]) -> dict[str, Any]:
        order = SayNow(
            at_ms=self._clock.now_ms(),
            code=code,
            body=body,
            to=to,
            precedence=None,
            reply_to=reply_to,
            exercise=False,
        )
        return say(self._node, order)

    def _notice(self, text: str) -> NoticeHeld:
        """The notice in force that an entry names: itself, what has replaced it, or the own one of a conflict."""
        state, ref = self._node.state, ref_of(self._node, text)
        for held in state.conflicts.values():
            if ref in held.stated_in:
                return state.notices[held.own]
        held_notice = state.notices.get(ref)
        while held_notice is not None and held_notice.replaced_by is not None:
            held_notice = state.notices.get(held_notice.replaced_by)
        if held_notice is None or not held_notice.counts:
            raise OperatorError(
                "unknown_notice",
                f"{text[:80]!r} is no notice in force.",
                cure="See them with: detente notices list HOME",
            )
        return held_notice


def _matters(state: State, wanted: NoticeHeld, other: NoticeHeld) -> bool:
    """Whether a notice can decide over the ways out of another, or of one that is in conflict with it."""
    near = [wanted, *(state.notices[one] for one in _partners(state, wanted.ref))]
    return other in near or any(
        one.party != other.party and is_within_reach(one.notice, other.notice, state.memorandum)
        for one in near
    )


def _partners(state: State, ref: Ref) -> list[Ref]:
    """The notices that one is in conflict with."""
    return [own if foreign == ref else foreign for own, foreign in state.conflicts if ref in (own, foreign)]
