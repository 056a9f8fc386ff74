"""The orders of the hot line: its state, the watch, checks by hand, and any message of the catalogue.

A message is drafted first: the same rules judge it, and the operator sees it as the other side will read it.
Nothing of a draft is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeAlias, get_args

import msgspec

from detente.errors import OperatorError, PeerError
from detente.line.bodies_duty import LineCheck, Role
from detente.line.catalogue import parse_body
from detente.memorandum.model import Memorandum, Post
from detente.node import radio, views
from detente.node.declared import reply_is_owed
from detente.node.events import AnswerCheck, HandOver, LineCheckNow, TakeWatch
from detente.node.saying import NotSaid, judge
from detente.ports import Clock
from detente.quantities import PostId
from detente.runtime.desk_fields import body_type_of, fields_of, set_by_hand
from detente.runtime.desk_give import converted, give, message_of, ref_of, say
from detente.runtime.desk_transcript import LANGUAGES, entry_row, text_of, transcript
from detente.runtime.desk_typed import Surroundings, body_of
from detente.runtime.node import Node

Interpreter: TypeAlias = Literal["on_watch", "on_call", "none"]


class LineDesk:
    """The line's orders by name; every one answers with plain values or raises OperatorError."""

    def __init__(self, *, node: Node, clock: Clock) -> None:
        self._node = node
        self._clock = clock
        self.orders: Mapping[str, Callable[..., dict[str, Any]]] = {
            "line_status": self.line_status,
            "watch": lambda: views.watch(node.state),
            "radios": lambda: views.radios(node.state),
            "frequencies": self.frequencies,
            "take_watch": self.take_watch,
            "hand_over": self.hand_over,
            "line_check": self.line_check,
            "answer_check": self.answer_check,
            "codes": lambda: {"codes": list(set_by_hand())},
            "fields": lambda code: {
                "code": code,
                "fields": fields_of(code, self._terms, in_force=radio.plan(node.state).memorandum),
            },
            "draft": self.draft,
            "say": self.say,
            "entry": lambda ref: entry_row(node, ref_of(node, ref), language=self._languages[0]),
            "transcript": lambda count=20, language=None, after=None: transcript(
                node, count=count, language=language or self._languages[0], after=after
            ),
        }

    def frequencies(
        self, lat: float, lon: float, level: str, of_class: str | None = None, language: str | None = None
    ) -> dict[str, Any]:
        """What crews at a place call, said in a language of the line."""
        try:
            return views.at_place(
                self._node.state,
                lat=lat,
                lon=lon,
                level=level,
                user=of_class,
                language=language or self._languages[0],
            )
        except PeerError as why:
            raise OperatorError(why.code, why.message, cure='Write it as FL250 or "1500 AMSL".') from why

    def line_status(self) -> dict[str, Any]:
        """What must not be overlooked first, then each peer: declared, observed, clock, watch, permissions."""
        state = self._node.state
        counts = {row["party"]: row for row in views.status(state)["peers"]}
        peers = [
            {**row, **{name: counts[row["party"]][name] for name in ("forked", "unreceipted")}}
            for row in views.line_status(state)
        ]
        return {
            "party": state.me,
            "memorandum": self._terms.memorandum.id,
            "now_utc": views.status(state)["now_utc"],
            "warnings": list(views.warnings(state)),
            "clock_tolerance_ms": self._terms.line.clock_tolerance_ms,
            "peers": sorted(peers, key=lambda row: not row["forked"]),
        }

    def take_watch(
        self,
        post: str,
        languages: Sequence[str] = (),
        interpreter: str | None = None,
        roles: Sequence[str] = (),
    ) -> dict[str, Any]:
        """Take a post; what is not given is as the memorandum has it. Tells the line checks that are out."""
        agreed = self._post(post)
        before = self._node.keeper.own.size
        order = TakeWatch(
            at_ms=self._clock.now_ms(),
            post=PostId(post),
            roles=converted(list(roles) or [agreed.role], tuple[Role, ...], "roles"),
            languages=tuple(languages) or agreed.languages,
            interpreter=converted(interpreter or agreed.interpreter, Interpreter, "interpreter"),
        )
        told = give(self._node, order)
        return {**told, "ref": f"{self._node.keeper.me}#{before}", "checks": self._checks_from(before)}

    def hand_over(self, post: str) -> dict[str, Any]:
        """The off-going watch leaves a post."""
        return say(self._node, HandOver(at_ms=self._clock.now_ms(), post=PostId(post)))

    def line_check(self, path: str) -> dict[str, Any]:
        """Check a path by hand; tells the entry that the other watch must echo, and the text to read out."""
        paths = [row["path"] for peer in views.line_status(self._node.state) for row in peer["paths"]]
        if path not in paths:
            raise OperatorError(
                "unknown_path",
                f"{path[:40]!r} is not a path of ours.",
                cure=f"Write one of: {', '.join(paths)}.",
            )
        told = say(self._node, LineCheckNow(at_ms=self._clock.now_ms(), path=path))
        return {**told, **self._checks_from(told["seq"])[0]}

    def answer_check(self, ref: str, quality: int) -> dict[str, Any]:
        """Echo a peer's line check."""
        order = AnswerCheck(
            at_ms=self._clock.now_ms(),
            ref=ref_of(self._node, ref),
            quality=converted(quality, int, "quality"),
        )
        return say(self._node, order)

    def draft(
        self,
        code: str,
        fields: Mapping[str, str],
        to: Sequence[str] = (),
        precedence: str | None = None,
        reply_to: str | None = None,
        exercise: bool = False,
    ) -> dict[str, Any]:
        """A message from what was typed, as both sides will read it; nothing is said."""
        around = Surroundings(
            now_ms=self._clock.now_ms(), memorandum=self._terms, ref_of=lambda text: ref_of(self._node, text)
        )
        typed = converted(dict(fields), dict[str, str], "fields")
        order = message_of(
            self._node,
            self._clock,
            code=code,
            body=body_of(code, typed, around),
            to=to,
            precedence=precedence,
            reply_to=reply_to,
            exercise=exercise,
        )
        verdict = judge(self._node.state, order)
        if isinstance(verdict, NotSaid):
            raise OperatorError(verdict.code, verdict.message, cure="Nothing was said.")
        return {
            "code": code,
            "body": msgspec.to_builtins(order.body),
            "to": list(verdict.to),
            "precedence": verdict.precedence,
            "reply_to": reply_to,
            "exercise": exercise,
            "text": {language: text_of(code, order.body, language) for language in self._languages},
        }

    def say(
        self,
        code: str,
        body: Any,
        to: Sequence[str] = (),
        precedence: str | None = None,
        reply_to: str | None = None,
        exercise: bool = False,
    ) -> dict[str, Any]:
        """Say a message of the catalogue in its wire form; tells where it stands and whether a reply is owed."""
        typed = converted(body, body_type_of(code), f"body of the {code}")
        order = message_of(
            self._node,
            self._clock,
            code=code,
            body=typed,
            to=to,
            precedence=precedence,
            reply_to=reply_to,
            exercise=exercise,
        )
        told = say(self._node, order)
        state = self._node.state
        items = [
            item
            for item in state.open_items.values()
            if (item.ref.origin, item.ref.seq) == (told["origin"], told["seq"])
        ]
        return {**told, "no_reply_owed": any(not reply_is_owed(state, item) for item in items)}

    def _checks_from(self, seq: int) -> list[dict[str, Any]]:
        """The line checks by hand that stand in the own journal from a place on."""
        own = self._node.keeper.own
        checks = []
        for entry in self._node.ticker:
            if entry.ref.origin == own.origin and entry.ref.seq >= seq and entry.statement.code == "LCK":
                body = parse_body(entry.statement, self._terms.disclosure)
                assert isinstance(body, LineCheck), "the code is LCK"
                ref = views.short_ref(entry.ref)
                checks.append({"ref": ref, "path": body.path, "text_id": body.text_id})
        return checks

    def _post(self, name: str) -> Post:
        posts = {post.id: post for post in self._terms.post if post.party == self._node.state.me}
        if name not in posts:
            raise OperatorError(
                "not_your_post",
                f"{name[:40]!r} is not a post of ours.",
                cure=f"Write one of: {', '.join(posts)}.",
            )
        if posts[name].role not in get_args(Role):
            raise OperatorError("not_a_desk", f"{name} is a {posts[name].role}: nobody keeps a watch there.")
        return posts[name]

    @property
    def _languages(self) -> tuple[str, ...]:
        """The languages of the line that messages are rendered in; ours where none is."""
        spoken = tuple(one for one in self._terms.languages.line if one in LANGUAGES)
        return spoken or LANGUAGES[:1]

    @property
    def _terms(self) -> Memorandum:
        return self._node.state.memorandum
