"""An order by somebody at the console: noted by role and account, done once however often it is sent.

1. Before it is given, a line of the logbook names role, account, order and the key that the page drew for it; after,
   another says what came of it. Statements on the line name the post; the account stays in the logbook.
2. The same key of the same account again is answered with what came of it the first time, and does nothing: after
   a lost answer, an expired session or a restart of the node (the lines of the logbook are read again).
3. What the node refused changed nothing, so its key may be tried again. Where the node ended in the middle,
   nobody knows: the answer is `outcome_unknown`, never a second statement.
4. When two officers press at once, one wins; the other is told who, by role and account: where the node refuses
   the second, and for half a minute also where it would not (a read-back that was called correct may be given again).
5. An ALERT is refused to nobody. One that says no more than another's of the last half minute, to whom still must
   answer that, is answered with who raised it; sent anew with `beside`, it is said without a question.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from detente.api.door import Door
from detente.api.house import House
from detente.api.raised import OWN_FIELDS, Raised
from detente.api.refusals import ApiError
from detente.api.roles import COMMAND, COMMANDERS_CODES
from detente.api.sessions import Session
from detente.errors import DetenteError, OperatorError
from detente.ports import LogLine
from detente.quantities import utc_text

KEY = re.compile(r"[A-Za-z0-9_-]{8,64}", re.ASCII)
KEYS_MAX = 5_000
RECALLED_LINES = 2_000
DONE_MAX = 2_000

_BEGUN = re.compile(r"\w+ (\S+) orders .* \[(\S+) ([0-9a-f]{16})\]", re.ASCII | re.DOTALL)
_ENDED = re.compile(r"\w+ (\S+) \[(\S+)\] (done|refused|told)(?: (\S+))?(?: .*)?", re.ASCII)
_WAITS = "waits"
_DEED = ("ref", "number", "other", "level", "passed_to", "post")
_SUBJECTS = ("ref", "number", "code", "post", "path", "category", "amends")
ONCE = frozenset(
    {
        *("acknowledge", "read_back", "answer", "accept", "refuse"),
        *("answer_check", "hand_over", "match_incident"),
    }
)
"""What two would do to the same thing only by mistake."""
AT_ONCE_S = 30.0

_DONE_ALREADY = frozenset({"nothing_owed", "waits_for_verdict", "accepted_already", "one_already", "of_what"})


@dataclass(kw_only=True)
class _Kept:
    """What is known of one key."""

    print: str
    answer: dict[str, Any] | None = None
    under_way: asyncio.Event | None = None


@dataclass(frozen=True, kw_only=True)
class Given:
    """What came of an order; `is_again` where it was done before."""

    answer: dict[str, Any]
    status: int = 200
    is_again: bool = False


class Orders:
    """Gives orders to the node for people, once each."""

    def __init__(self, house: House, now_s: Callable[[], float], raised: Raised) -> None:
        self._house = house
        self._raised = raised
        self._now_s = now_s
        self._kept: OrderedDict[tuple[str, str], _Kept] = OrderedDict()
        self._done: OrderedDict[tuple[str, ...], tuple[str, float]] = OrderedDict()
        self._recall(house.store.log_tail(RECALLED_LINES))

    async def give(self, caller: Session, door: Door, args: Mapping[str, Any], key: str | None) -> Given:
        """Give it, or tell what came of it before; raises ApiError, or what the node refuses with."""
        assert door.order is not None, "an order of the table names the desk's"
        if key is None or KEY.fullmatch(key) is None:
            raise ApiError(
                "key_missing",
                "An order has a key of its own, so that sending it again does nothing twice.",
                status=400,
                cure="Send the header Idempotency-Key with 8 to 64 letters, figures, _ or -, drawn anew for each.",
            )
        _refuse_beyond_watch(caller, args)
        print_ = _print_of(door, args)
        before = self._kept.get((caller.account, key))
        if before is not None:
            return await self._again(before, print_)
        self._refuse_at_once(door, args)
        kept = _Kept(print=print_, under_way=asyncio.Event())
        self._keep((caller.account, key), kept)
        try:
            return await self._give(caller, door, args, key, kept)
        finally:
            assert kept.under_way is not None, "set above"
            kept.under_way.set()
            kept.under_way = None

    async def _give(
        self, caller: Session, door: Door, args: Mapping[str, Any], key: str, kept: _Kept
    ) -> Given:
        assert door.order is not None, "looked at by the caller"
        who = f"{caller.role} {caller.account}"
        subject = " ".join(str(args[name])[:80] for name in _SUBJECTS if args.get(name))
        subject += "".join(f" {name} {args[name]}"[:100] for name in OWN_FIELDS if args.get(name))
        self._house.note("order", f"{who} orders {door.order} {subject} [{key} {kept.print}]")
        # From this look to the commit nothing waits: of two that come together the second finds the first.
        told = self._raised.already(caller, args) if args.get("code") == "ALR" else None
        if told is not None:
            kept.answer = told
            del self._kept[(caller.account, key)]  # nothing was said: who sends it again is judged anew
            self._house.note("ordered", f"{who} [{key}] told {told['ref']} ({told['message']})")
            return Given(answer=told)
        waiting = self._house.node.unsaid
        try:
            said = {name: value for name, value in args.items() if name not in OWN_FIELDS}
            answer = dict(await self._house.give(door.order, said))
        except OperatorError as why:
            if self._house.node.unsaid > waiting:
                kept.answer = {"message": why.message, "code": why.code, "waits": True}
                self._house.note("ordered", f"{who} [{key}] done {_WAITS}")
                return Given(answer=kept.answer, status=202)
            del self._kept[(caller.account, key)]
            self._house.note("ordered", f"{who} [{key}] refused {why.code}")
            raise self._by_whom(door, args, why) from why
        except DetenteError:
            raise  # whether something was committed is not known: the key stays, without an answer
        kept.answer = answer
        self._house.note("ordered", f"{who} [{key}] done {answer.get('ref', '')}".rstrip())
        self._remember(door, args, f"{who} at {utc_text(self._house.clock.now_ms() // 1000 * 1000)}")
        if args.get("code") == "ALR":
            self._raised.remember(caller, str(answer["ref"]), args)
        return Given(answer=answer)

    async def _again(self, before: _Kept, print_: str) -> Given:
        if before.print != print_:
            raise ApiError(
                "key_reused",
                "This key was another order's.",
                status=422,
                cure="Draw a new key for each order; keep it only for sending the same again.",
            )
        if before.under_way is not None:
            await before.under_way.wait()
        if before.answer is None:
            raise ApiError(
                "outcome_unknown",
                "The node ended while it did this; whether it was said is not known.",
                status=409,
                cure="Look into the transcript and the owed list. If it is not there, send it with a new key.",
            )
        return Given(answer=before.answer, status=202 if before.answer.get("waits") else 200, is_again=True)

    def _by_whom(self, door: Door, args: Mapping[str, Any], why: OperatorError) -> DetenteError:
        """Where somebody else was quicker, say who."""
        other = self._done.get(_deed(door, args))
        return why if other is None or why.code not in _DONE_ALREADY else _done_by(other[0], why.message)

    def _refuse_at_once(self, door: Door, args: Mapping[str, Any]) -> None:
        other = self._done.get(_deed(door, args))
        if door.order in ONCE and other is not None and self._now_s() - other[1] < AT_ONCE_S:
            raise _done_by(other[0], "both pressed at once.")

    def _remember(self, door: Door, args: Mapping[str, Any], whose: str) -> None:
        self._done[_deed(door, args)] = (whose, self._now_s())
        if len(self._done) > DONE_MAX:
            self._done.popitem(last=False)

    def _keep(self, place: tuple[str, str], kept: _Kept) -> None:
        self._kept[place] = kept
        if len(self._kept) > KEYS_MAX:
            self._kept.popitem(last=False)

    def _recall(self, lines: Iterable[LogLine]) -> None:
        """Keys of before this start; the oldest line first."""
        for line in sorted(lines, key=lambda one: one.at_ms):
            if line.kind == "order" and (found := _BEGUN.fullmatch(line.text)) is not None:
                self._keep((found[1], found[2]), _Kept(print=found[3]))
            elif line.kind == "ordered" and (found := _ENDED.fullmatch(line.text)) is not None:
                if found[3] in ("refused", "told"):
                    self._kept.pop((found[1], found[2]), None)
                elif found[4] == _WAITS:
                    continue  # it waited in memory: nobody knows whether it was said before the end
                elif (kept := self._kept.get((found[1], found[2]))) is not None:
                    message = "It was done before the node started again."
                    kept.answer = {"message": message, "ref": found[4] or ""}


def _refuse_beyond_watch(caller: Session, args: Mapping[str, Any]) -> None:
    code = args.get("code")
    if code in COMMANDERS_CODES and caller.role not in COMMAND:
        raise ApiError(
            "role",
            f"{code} binds the party beyond this watch.",
            status=403,
            cure="Ask a commander to say it.",
        )


def _done_by(whose: str, why: str) -> ApiError:
    return ApiError(
        "done_already", f"{whose} has done this: {why}", status=409, cure="Nothing more was said."
    )


def _deed(door: Door, args: Mapping[str, Any]) -> tuple[str, ...]:
    return (door.order or "", *(str(args.get(name, "")) for name in _DEED))


def _print_of(door: Door, args: Mapping[str, Any]) -> str:
    return hashlib.sha256(door.path.encode() + msgspec.json.encode(args, order="sorted")).hexdigest()[:16]
