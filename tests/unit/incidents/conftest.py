"""A record of two parties built by hand: what each says, in the order in which it is said."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from detente.airspace.shapes import Point
from detente.incidents.register import Register, take
from detente.line.bodies import Acknowledgement, Alert, Answer, Cleared
from detente.line.bodies_duty import IncidentReport, IncidentStatement, Passing, Protest
from detente.line.catalogue import Body, encode_body
from detente.memorandum.check_line import TRIGGERS
from detente.memorandum.model import Memorandum, Post
from detente.quantities import Digest, PartyId
from detente.record.statement import Ref, Statement

START_MS = 1_893_456_000_000
"""2030-01-01T00:00:00Z, when EX-1 begins."""

CATEGORIES = ("proximity", "boundary", "conduct", "unanswered_call", "no_notice", "damage")
IN_S1 = Point(lat_e7=450_000_000, lon_e7=-300_000_000)
OUTSIDE = Point(lat_e7=100_000_000, lon_e7=100_000_000)


@dataclass
class Said:
    party: PartyId
    ref: Ref
    statement: Statement
    body: Body


@dataclass
class Talk:
    """What was said; `register` folds it, in any order that a test asks for."""

    memorandum: Memorandum
    said: list[Said] = field(default_factory=list)

    def say(
        self, party: str, code: str, body: Body, *, at_s: float, reply_to: Ref | None = None, **other: object
    ) -> Ref:
        seq = sum(1 for one in self.said if one.party == party)
        to = tuple(post.id for post in self.memorandum.post if post.party != party)
        statement = Statement(
            v=1,
            memorandum=self.memorandum.memorandum.id,
            identity=Digest("0" * 64),
            origin=f"{party}/EX-1/00",
            seq=seq,
            sender=f"{party.lower()}.air",
            to=to,
            code=code,
            precedence="ALERT" if code in ("ALR", "CLR") else "PRIORITY",
            sent_ms=START_MS + round(at_s * 1000),
            answer_due_ms=None,
            reply_to=reply_to,
            language="en",
            exercise=False,
            heads=(),
            salt="",
            body=encode_body(body),
        )
        statement = msgspec.structs.replace(statement, **other)
        ref = Ref(origin=statement.origin, seq=seq, leaf=Digest(f"{len(self.said):02x}" * 32))
        self.said.append(Said(PartyId(party), ref, statement, body))
        return ref

    def report(
        self,
        party: str,
        count: int = 1,
        *,
        at_s: float,
        event_s: float | None = None,
        reply_to: Ref | None = None,
        **other: object,
    ) -> tuple[str, Ref]:
        """An INC1 of a category that needs no figure, unless a test gives one; its number and its entry."""
        number = f"EX-1-20300101-{party}-{count:02d}"
        fields: dict[str, object] = {
            "number": number,
            "same_as": None,
            "category": "conduct",
            "articles": ("C01",),
            "at": IN_S1,
            "at_ms": START_MS + round((at_s if event_s is None else event_s) * 1000),
            "passing": None,
            "entries": (),
            "text": "",
        }
        body = IncidentReport(**(fields | other))  # type: ignore[arg-type]  # a test's own fields
        return number, self.say(party, "INC1", body, at_s=at_s, reply_to=reply_to)

    def proximity(self, party: str, count: int, *, at_s: float, passing: Passing) -> tuple[str, Ref]:
        return self.report(party, count, at_s=at_s, category="proximity", passing=passing)

    def state(
        self,
        party: str,
        number: str,
        *,
        at_s: float,
        closes: bool = False,
        entries: tuple[Ref, ...] = (),
        **other: object,
    ) -> Ref:
        body = IncidentStatement(number=number, entries=entries, attachments=(), closes=closes, text="")
        return self.say(party, "INC2", msgspec.structs.replace(body, **other), at_s=at_s)

    def protest(self, party: str, number: str, article: str = "C01", *, at_s: float) -> Ref:
        return self.say(party, "PRT", Protest(number=number, article=article), at_s=at_s)

    def receipt(self, party: str, of: Ref, *, at_s: float) -> Ref:
        body = Acknowledgement(level="understood", post=f"{party.lower()}.air", at_ms=0, passed_to=None)
        return self.say(party, "ACK", body, at_s=at_s, reply_to=of)

    def alert(self, party: str, *, at_s: float, event_s: float = 0) -> Ref:
        body = Alert(
            what="approaching",
            at=IN_S1,
            at_ms=START_MS + round(event_s * 1000),
            level=None,
            track_deg=None,
            call_on_khz=None,
            ask="turn",
        )
        return self.say(party, "ALR", body, at_s=at_s)

    def answer(self, party: str, of: Ref, *, at_s: float, answer: str = "yes") -> Ref:
        body = Answer(answer=answer, action="turn")  # type: ignore[arg-type]  # a test's own word
        return self.say(party, "ANS", body, at_s=at_s, reply_to=of)

    def clear(self, party: str, of: Ref, *, at_s: float) -> Ref:
        return self.say(party, "CLR", Cleared(parted_ms=START_MS), at_s=at_s, reply_to=of)

    def register(self, said: list[Said] | None = None) -> Register:
        register = Register()
        for one in self.said if said is None else said:
            register = take(
                register,
                party=one.party,
                ref=one.ref,
                statement=one.statement,
                body=one.body,
                memorandum=self.memorandum,
            )
        return register

    def seen_from(self, party: str) -> Register:
        """As a node folds it that takes all of its own first, which no answer allows but ours may be late."""
        own = [one for one in self.said if one.party == party and one.statement.reply_to is None]
        return self.register(own + [one for one in self.said if one not in own])


@pytest.fixture(scope="session")
def ex_1() -> Memorandum:
    """The casebook's memorandum, with a desk for each of its two parties."""
    text = (Path(__file__).parents[1] / "notices" / "ex-1.toml").read_text(encoding="utf-8")
    read = msgspec.convert(tomllib.loads(text, parse_float=Decimal), Memorandum)
    desk = read.post[0]
    posts: list[Post] = [
        msgspec.structs.replace(desk, id=f"{party.id.lower()}.air", party=party.id) for party in read.party
    ]
    incidents = msgspec.structs.replace(read.incidents, categories=CATEGORIES)
    group = msgspec.structs.replace(read.working_group, triggers=tuple(sorted(TRIGGERS)))
    conduct = msgspec.structs.replace(read.conduct, rules=("C01", "C04", "C09"))
    return msgspec.structs.replace(
        read, post=tuple(posts), incidents=incidents, working_group=group, conduct=conduct
    )


@pytest.fixture
def talk(ex_1: Memorandum) -> Talk:
    return Talk(ex_1)


@pytest.fixture
def make_talk() -> Callable[[Memorandum], Talk]:
    return Talk
