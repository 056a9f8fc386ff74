"""Two parties under fires-2020 with keys from a seed: whole worlds, and one honest node with a liar beside it."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec
import pytest
import sqlalchemy as sa

from detente.adapters.sqlite_store import SqliteStore
from detente.crypto.dsse import Envelope, EnvelopeSignature, pae
from detente.crypto.keys import HybridPrivateKey
from detente.exercise.parties import agreement_from_seed
from detente.exercise.world import SeededEntropy, Weather, World
from detente.line.bodies_duty import CardName, Opening
from detente.line.catalogue import Body, encode_body, parse_body
from detente.memorandum.agreement import Agreement
from detente.ports import Keys, LinkRequest, LinkResponse
from detente.quantities import Digest, PartyId, UtcMs, utc_ms_of
from detente.record.checkpoint import Checkpoint, sign_checkpoint
from detente.record.merkle import leaf_hash, root_of
from detente.record.statement import STATEMENT_TYPE, Head, Ref, Statement, parse_statement
from detente.record.tree import Tree
from detente.runtime.delivery import Refusal
from detente.runtime.keeper import Keeper
from detente.runtime.node import Node
from detente.wire import encode

START_MS = utc_ms_of(datetime(2020, 9, 8, tzinfo=UTC))
SIERRA, COAST = PartyId("SIERRA"), PartyId("COAST")


@pytest.fixture(scope="session")
def parties() -> tuple[Agreement, dict[PartyId, Keys]]:
    return agreement_from_seed("fires-2020", seed=1)


@pytest.fixture
def make_world(
    parties: tuple[Agreement, dict[PartyId, Keys]], request: pytest.FixtureRequest
) -> Callable[..., World]:
    agreement, keys = parties

    def make(*, seed: int, weather: Weather | None = None, **more: object) -> World:
        world = World(
            seed=seed, agreement=agreement, keys=keys, start_ms=UtcMs(START_MS), weather=weather, **more
        )  # type: ignore[arg-type]
        request.addfinalizer(world.close)
        return world

    return make


@dataclass
class HandClock:
    """Stands still until a test moves it."""

    at_ms: int = START_MS

    def now_ms(self) -> UtcMs:
        return UtcMs(self.at_ms)


@dataclass
class Honest:
    """One real node; what a test asks of it most, in one word each."""

    node: Node
    store: SqliteStore
    clock: HandClock

    @property
    def said(self) -> list[Statement]:
        """Everything in its own journal."""
        own, key = self.node.keeper.own, self.node.keeper.agreement.cards[self.node.keeper.me].statements
        return [parse_statement(envelope, key=key) for envelope in own.envelopes]

    @property
    def rejections(self) -> list[tuple[int, str]]:
        """Which entry each REJ answers, and with which code."""
        disclosure = self.node.state.memorandum.disclosure
        return [
            (one.reply_to.seq, parse_body(one, disclosure).reason)  # type: ignore[union-attr]
            for one in self.said
            if one.code == "REJ"
        ]

    @property
    def log(self) -> list[str]:
        return [f"{line.kind}: {line.text}" for line in self.store.log_tail(100)]

    @property
    def evidence(self) -> list[str]:
        """What was kept as proof."""
        with self.store._engine.connect() as db:
            rows = db.execute(sa.text("SELECT kind, name FROM evidence ORDER BY case_no, name")).all()
        return [f"{row.kind}: {row.name}" for row in rows]


@dataclass
class Liar:
    """COAST with its real keys, its journal kept by hand: it can sign whatever it likes."""

    keys: Keys
    agreement: Agreement
    peer: Honest
    origin: str = "COAST/FIRES-2020/00000000000000ff"
    envelopes: list[bytes] = field(default_factory=list)

    @property
    def leaves(self) -> list[bytes]:
        return [leaf_hash(one) for one in self.envelopes]

    @property
    def size(self) -> int:
        return len(self.envelopes)

    @staticmethod
    def code(response: LinkResponse) -> str:
        """Of a refusal."""
        return msgspec.json.decode(response.body, type=Refusal).code

    def statement(self, code: str, body: Body | bytes, **other: object) -> Statement:
        raw = msgspec.Raw(body) if isinstance(body, bytes) else encode_body(body)
        said = Statement(
            v=1,
            memorandum="FIRES-2020",
            identity=self.agreement.identity,
            origin=self.origin,
            seq=self.size,
            sender="coast.air",
            to=("sierra.air",),
            code=code,
            precedence="ROUTINE",
            sent_ms=self.peer.clock.at_ms,
            answer_due_ms=None,
            reply_to=None,
            language="en",
            exercise=False,
            heads=(),
            salt=base64.b64encode(bytes(32)).decode(),
            body=raw,
        )
        return msgspec.structs.replace(said, **other)

    def seal(self, statement: Statement, *, key: HybridPrivateKey | None = None) -> bytes:
        """As `dsse.seal`, but of any size."""
        payload = encode(statement)
        signature = (key or self.keys.statements).sign(pae(STATEMENT_TYPE, payload))
        return encode(
            Envelope(
                payload=base64.b64encode(payload).decode(),
                payloadType=STATEMENT_TYPE,
                signatures=(
                    EnvelopeSignature(sig=signature.ed25519),
                    EnvelopeSignature(sig=signature.mldsa44),
                ),
            )
        )

    def post(self, envelope: bytes, *, seq: int | None = None, origin: str | None = None) -> LinkResponse:
        """Bring an entry; it stands in the liar's journal if it was taken."""
        seq = self.size if seq is None else seq
        target = f"/journal/{self.origin if origin is None else origin}/{seq}"
        response = self.request("POST", target, (len(envelope) & 0xFFFF).to_bytes(2, "big") + envelope)
        if response.status == 200 and seq == self.size:
            self.envelopes.append(envelope)
        return response

    def say(self, code: str, body: Body | bytes, **other: object) -> LinkResponse:
        return self.post(self.seal(self.statement(code, body, **other)))

    def request(self, method: str, target: str, body: bytes = b"") -> LinkResponse:
        return self.peer.node.serve(COAST, LinkRequest(method=method, target=target, body=body))

    def ref(self, seq: int) -> Ref:
        return Ref(origin=self.origin, seq=seq, leaf=Digest(self.leaves[seq].hex()))

    def open(self) -> None:
        """Entry 0, as an honest party would begin."""
        assert self.say("OPN", self.opening()).status == 200

    def opening(self) -> Opening:
        cards = tuple(
            CardName(party=row.id, root_card_sha256=Digest(row.root_card_sha256))
            for row in self.agreement.memorandum.party
        )
        return Opening(identity=self.agreement.identity, cards=cards, previous=None)

    def head_of_peer(self, size: int | None = None, root: str | None = None) -> Head:
        own = self.peer.node.keeper.own
        size = own.size if size is None else size
        held = own.root_at(min(size, own.size))
        assert held is not None
        return Head(origin=own.origin, size=size, root=Digest(root or held.hex()))

    def note(
        self, *, size: int | None = None, root: bytes | None = None, key: HybridPrivateKey | None = None
    ) -> bytes:
        size = self.size if size is None else size
        root = root_of(self.leaves[:size]) if root is None else root
        checkpoint = Checkpoint(origin=self.origin, size=size, root=Digest(root.hex()))
        return sign_checkpoint(checkpoint, name="COAST", key=key or self.keys.journal)

    def add_checkpoint(
        self, note: bytes | None = None, *, old: int = 0, proof: tuple[bytes, ...] | None = None
    ) -> LinkResponse:
        if proof is None:
            proof = tuple(Tree.of(self.leaves).consistency_proof(old, self.size)) if old else ()
        lines = [f"old {old}", *(base64.b64encode(one).decode() for one in proof), "", ""]
        return self.request("POST", "/add-checkpoint", "\n".join(lines).encode() + (note or self.note()))


@pytest.fixture
def make_honest(
    parties: tuple[Agreement, dict[PartyId, Keys]], request: pytest.FixtureRequest
) -> Callable[..., Honest]:
    agreement, keys = parties

    def make(
        *,
        store: SqliteStore | None = None,
        clock: HandClock | None = None,
        party: PartyId = SIERRA,
        own_aircraft: frozenset[str] = frozenset(),
        seed: int = 0,
    ) -> Honest:
        store, clock = store or SqliteStore(None), clock or HandClock()
        request.addfinalizer(store.close)
        entropy = SeededEntropy(random.Random(f"{party} {seed}"))
        keeper = Keeper(agreement=agreement, keys=keys[party], store=store, clock=clock, entropy=entropy)
        node = Node(keeper=keeper, store=store, clock=clock, own_aircraft=own_aircraft)
        return Honest(node=node, store=store, clock=clock)

    return make


@pytest.fixture
def honest(make_honest: Callable[..., Honest]) -> Honest:
    return make_honest()


@pytest.fixture
def liar(parties: tuple[Agreement, dict[PartyId, Keys]], honest: Honest) -> Liar:
    agreement, keys = parties
    made = Liar(keys=keys[COAST], agreement=agreement, peer=honest)
    made.open()
    return made
