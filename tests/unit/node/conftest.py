"""Nodes as pure values around one table: what one says is at once committed and heard by all others."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from detente.line.bodies_duty import Rung
from detente.line.catalogue import encode_body, parse_body
from detente.memorandum.load import read_memorandum
from detente.memorandum.model import Memorandum, Post
from detente.memorandum.template import template
from detente.node.effects import Effect, MatchOwn, Reply, Ring, Say, SelfTest, TryAllPaths, Warn, Write
from detente.node.events import Event, Heard, Said, Started, Tick
from detente.node.state import State
from detente.node.step import step
from detente.quantities import Digest, PartyId, UtcMs
from detente.record.statement import Ref, Statement

START_MS = 1_599_523_200_000


@dataclass
class Table:
    """Everybody's state; `is_cut` keeps what is said from the others until `heal`."""

    memorandum: Memorandum
    now_ms: int
    states: dict[PartyId, State] = field(default_factory=dict)
    journal: dict[PartyId, list[Statement]] = field(default_factory=dict)
    log: dict[PartyId, list[str]] = field(default_factory=dict)
    asked: list[tuple[PartyId, MatchOwn]] = field(default_factory=list)
    rings: list[tuple[PartyId, int, Ring]] = field(default_factory=list)
    """Who was told to ring, at which second after the start, and what."""
    warned: list[tuple[PartyId, int, str]] = field(default_factory=list)
    tests: list[tuple[PartyId, int, SelfTest | TryAllPaths]] = field(default_factory=list)
    said_at: list[tuple[PartyId, int, Statement]] = field(default_factory=list)
    events: dict[PartyId, list[Event]] = field(default_factory=dict)
    """The committed entries, as a store would replay them."""
    start_ms: int = 0
    is_cut: bool = False
    is_full: bool = False
    late: list[tuple[PartyId, Ref, Statement]] = field(default_factory=list)
    unsaid: list[tuple[PartyId, Say]] = field(default_factory=list)

    @property
    def at_s(self) -> int:
        """Seconds since the start."""
        return (self.now_ms - self.start_ms) // 1000

    def run(self, seconds: int, *parties: str) -> None:
        """One tick a second, for all or for some."""
        for _ in range(seconds):
            self.now_ms += 1000
            for party in parties or tuple(self.states):
                self.give(party, Tick(at_ms=UtcMs(self.now_ms)))

    def run_to(self, second: int, *parties: str) -> None:
        """As `run`, to a second after the start."""
        self.run(second - self.at_s, *parties)

    def restart(self, party: str) -> None:
        """The node dies and comes back with nothing but what is committed."""
        me = PartyId(party)
        state = State(me=me, memorandum=self.memorandum, identity=Digest("0" * 64), now_ms=UtcMs(0))
        for event in self.events[me]:
            state, _ = step(state, event)
        self.states[me] = state
        self.give(party, Started(at_ms=UtcMs(self.now_ms)))

    def rung(self, by: str, *, whose: str | None = None) -> list[tuple[int, str, str]]:
        """What one side's journal says of rungs, of all posts or of one party's: second, role, why."""
        body = [
            (second, parse_body(statement, self.memorandum.disclosure))
            for party, second, statement in self.said_at
            if party == by and statement.code == "RNG"
        ]
        return [
            ((one.at_ms - self.start_ms) // 1000, one.role, one.why)
            for _, one in body
            if isinstance(one, Rung) and (whose is None or one.post.startswith(whose.lower()))
        ]

    def sit(self, *parties: str) -> None:
        self.start_ms = self.start_ms or self.now_ms
        for name in parties:
            party = PartyId(name)
            self.states[party] = State(
                me=party, memorandum=self.memorandum, identity=Digest("0" * 64), now_ms=UtcMs(self.now_ms)
            )
            self.journal[party], self.log[party], self.events[party] = [], [], []

    def give(self, party: str, event: Event) -> list[Reply]:
        """One event to one party, and all that follows from it anywhere; the replies to its operator."""
        me = PartyId(party)
        if isinstance(event, Said | Heard):
            self.events[me].append(event)
        self.states[me], effects = step(self.states[me], event)
        replies: list[Reply] = []
        for effect in effects:
            self.carry_out(me, effect, replies)
        return replies

    def carry_out(self, me: PartyId, effect: Effect, replies: list[Reply]) -> None:
        match effect:
            case Say() if self.is_full:
                self.unsaid.append((me, effect))
            case Say():
                self.commit(me, effect)
            case Write():
                self.log[me].append(f"{effect.kind}: {effect.text}")
            case MatchOwn():
                self.asked.append((me, effect))
            case Ring():
                self.rings.append((me, self.at_s, effect))
            case Warn():
                self.warned.append((me, self.at_s, effect.text))
            case SelfTest() | TryAllPaths():
                self.tests.append((me, self.at_s, effect))
            case Reply():
                replies.append(effect)

    def commit(self, me: PartyId, say: Say, **other: object) -> Ref:
        seq = len(self.journal[me])
        statement = Statement(
            v=1,
            memorandum=self.memorandum.memorandum.id,
            identity=Digest("0" * 64),
            origin=f"{me}/T/0",
            seq=seq,
            sender=self.states[me].desk_of(me),
            to=tuple(say.to),
            code=say.code,
            precedence=say.precedence,
            sent_ms=self.now_ms,
            answer_due_ms=None,
            reply_to=say.reply_to,
            language="en",
            exercise=False,
            heads=(),
            salt="",
            body=encode_body(say.body),
        )
        statement = msgspec.structs.replace(statement, **other)
        self.journal[me].append(statement)
        self.said_at.append((me, self.at_s, statement))
        ref = Ref(origin=statement.origin, seq=seq, leaf=Digest(f"{seq:064x}"))
        self.late.append((me, ref, statement))
        self.give(me, Said(at_ms=UtcMs(self.now_ms), ref=ref, statement=statement))
        if not self.is_cut:
            self.deliver()
        return ref

    def deliver(self) -> None:
        while self.late:
            sender, ref, statement = self.late.pop(0)
            for party in self.states:
                if party != sender:
                    self.give(
                        party,
                        Heard(at_ms=UtcMs(self.now_ms), party=sender, ref=ref, statement=statement),
                    )

    def heal(self) -> None:
        self.is_cut = False
        self.deliver()

    def free(self) -> None:
        """The disk has room again."""
        self.is_full = False
        waiting, self.unsaid = self.unsaid, []
        for me, say in waiting:
            self.commit(me, say)

    def codes(self, party: str) -> list[str]:
        return [statement.code for statement in self.journal[PartyId(party)]]

    def last(self, party: str) -> Statement:
        return self.journal[PartyId(party)][-1]


@pytest.fixture(scope="session")
def fires() -> Memorandum:
    read = read_memorandum(template("fires-2020"))
    assert isinstance(read, Memorandum)
    return read


@pytest.fixture(scope="session")
def ex_1() -> Memorandum:
    """The casebook's, with a desk for each of three parties."""
    text = (Path(__file__).parents[1] / "notices" / "ex-1.toml").read_text(encoding="utf-8")
    read = msgspec.convert(tomllib.loads(text, parse_float=Decimal), Memorandum)
    desk, party = read.post[0], read.party[0]
    posts: list[Post] = [
        msgspec.structs.replace(desk, id=f"{name.lower()}.air", party=name)
        for name in ("ALFA", "BRAVO", "CHARLIE")
    ]
    third = msgspec.structs.replace(party, id="CHARLIE", root_card_sha256="3" * 64)
    return msgspec.structs.replace(read, post=tuple(posts), party=(*read.party, third))


@pytest.fixture
def table(fires: Memorandum) -> Table:
    made = Table(memorandum=fires, now_ms=START_MS)
    made.sit("SIERRA", "COAST")
    return made


@pytest.fixture
def make_table() -> Callable[..., Table]:
    def make(memorandum: Memorandum, *parties: str, now_ms: int = START_MS, **_: Any) -> Table:
        made = Table(memorandum=memorandum, now_ms=now_ms)
        made.sit(*parties)
        return made

    return make
