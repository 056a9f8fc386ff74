"""Two parties that talk, and what their record looks like exported."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import msgspec
import pytest

from detente.crypto.card import PartyCard, sign_card
from detente.crypto.dsse import seal
from detente.crypto.keys import HybridPrivateKey
from detente.crypto.sealing import SealingPrivateKey
from detente.quantities import Digest
from detente.record.checkpoint import Checkpoint, cosign, sign_checkpoint
from detente.record.export import JournalExport, export_files, index_of
from detente.record.journal import origin_of
from detente.record.merkle import leaf_hash, root_of
from detente.record.statement import STATEMENT_TYPE, Head, Ref, Statement
from detente.wire import encode

MEMORANDUM = "sky-2020"
IDENTITY = Digest("ab" * 32)
COSIGNED_S = 1_700_000_000


def key_of(name: str, purpose: str) -> HybridPrivateKey:
    """A key pair that is the same in every run."""
    seed = hashlib.sha256(f"{name} {purpose}".encode()).digest()
    return HybridPrivateKey.from_seeds(seed, hashlib.sha256(seed).digest())


@dataclass
class Talker:
    """A party with its keys and its journal."""

    name: str
    generation: str = "00c0ffee"
    envelopes: list[bytes] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.origin = origin_of(self.name, MEMORANDUM, self.generation)
        self.keys = {
            purpose: key_of(self.name, purpose) for purpose in ("root", "statements", "journal", "cosigner")
        }
        self.card = PartyCard(
            v=1,
            party=self.name,
            **{purpose: key.public for purpose, key in self.keys.items()},
            sealing=SealingPrivateKey(seed=self.name.encode().ljust(32)).public,
            tls_certificate_sha256="cd" * 32,
            valid_from_ms=0,
            valid_until_ms=2**41,
        )
        self.card_bytes = sign_card(self.card, self.keys["root"])

    @property
    def leaves(self) -> list[bytes]:
        return [leaf_hash(envelope) for envelope in self.envelopes]

    def head(self, size: int | None = None) -> Head:
        size = len(self.envelopes) if size is None else size
        return Head(origin=self.origin, size=size, root=Digest(root_of(self.leaves[:size]).hex()))

    def ref(self, seq: int) -> Ref:
        return Ref(origin=self.origin, seq=seq, leaf=Digest(self.leaves[seq].hex()))

    def statement(self, heads: Sequence[Head] = (), **changes: object) -> Statement:
        """The next statement; `changes` replace its fields."""
        seq = len(self.envelopes)
        fields: dict[str, object] = {
            "v": 1,
            "memorandum": MEMORANDUM,
            "identity": IDENTITY,
            "origin": self.origin,
            "seq": seq,
            "sender": f"{self.name}-DESK",
            "to": ("OTHER-DESK",),
            "code": "ACK",
            "precedence": "ROUTINE",
            "sent_ms": 1_600_000_000_000 + seq,
            "answer_due_ms": None,
            "reply_to": None,
            "language": "en",
            "exercise": False,
            "heads": tuple(heads),
            "salt": base64.b64encode(bytes([seq % 256]) * 32).decode(),
            "body": msgspec.Raw(b'{"text":"entry %d"}' % seq),
        }
        return Statement(**(fields | changes))  # type: ignore[arg-type]  # fields are checked when parsed

    def sealed(self, statement: Statement) -> bytes:
        return seal(STATEMENT_TYPE, encode(statement), self.keys["statements"])

    def say(self, heads: Sequence[Head] = (), **changes: object) -> None:
        statement = self.statement(heads, **changes)
        self.envelopes.append(self.sealed(statement))
        self.statements.append(statement)

    def checkpoint(self, size: int | None = None) -> tuple[Checkpoint, bytes]:
        head = self.head(size)
        checkpoint = Checkpoint(origin=head.origin, size=head.size, root=head.root)
        return checkpoint, sign_checkpoint(checkpoint, name=self.name, key=self.keys["journal"])

    def cosigns(self, checkpoint: Checkpoint) -> bytes:
        return cosign(checkpoint, name=self.name, key=self.keys["cosigner"], time_s=COSIGNED_S)


@dataclass
class Conversation:
    """Parties that answer each other in turn."""

    talkers: list[Talker]

    def talk(self, rounds: int) -> None:
        for _ in range(rounds):
            for talker in self.talkers:
                heads = [other.head() for other in self.talkers if other is not talker and other.envelopes]
                others = [other for other in self.talkers if other is not talker and other.envelopes]
                reply_to = others[0].ref(len(others[0].envelopes) - 1) if others else None
                talker.say(heads, reply_to=reply_to)

    def journal(self, talker: Talker, size: int | None = None) -> JournalExport:
        return self.journal_alone(
            talker, *(other for other in self.talkers if other is not talker), size=size
        )

    def journal_alone(self, talker: Talker, *cosigners: Talker, size: int | None = None) -> JournalExport:
        checkpoint, note = talker.checkpoint(size)
        return JournalExport(
            origin=talker.origin,
            items=[(envelope, leaf_hash(envelope)) for envelope in talker.envelopes],
            cosigned={other.name: (note, other.cosigns(checkpoint)) for other in cosigners},
        )

    def export(self, journals: Sequence[JournalExport] | None = None) -> dict[str, bytes]:
        return export_files(
            memorandum=b"[memorandum]\n",
            sidecar=b"{}",
            annexes={"frequencies.toml": b"# none\n"},
            memorandum_id=MEMORANDUM,
            identity=IDENTITY,
            cards={talker.name: talker.card_bytes for talker in self.talkers},
            journals=[self.journal(talker) for talker in self.talkers] if journals is None else journals,
        )


def conversation(rounds: int, *names: str) -> Conversation:
    made = Conversation([Talker(name) for name in names or ("ALFA", "BRAVO")])
    made.talk(rounds)
    return made


@pytest.fixture
def talking() -> Conversation:
    """ALFA and BRAVO, three entries each."""
    return conversation(3)


@pytest.fixture
def three() -> Conversation:
    """Three parties, two entries each."""
    return conversation(2, "ALFA", "BRAVO", "CHARLIE")


@pytest.fixture
def reindex() -> Callable[[dict[str, bytes]], dict[str, bytes]]:
    """What a liar does after altering files: a new index over them."""

    def written_anew(files: dict[str, bytes]) -> dict[str, bytes]:
        rest = {path: content for path, content in files.items() if path != "index.json"}
        return rest | {"index.json": encode(index_of(rest, memorandum_id=MEMORANDUM, identity=IDENTITY))}

    return written_anew


@pytest.fixture(scope="session")
def one_export() -> dict[str, bytes]:
    """ALFA and BRAVO, three entries each."""
    return conversation(3).export()


@pytest.fixture(scope="session")
def long_export() -> dict[str, bytes]:
    """ALFA and BRAVO, 300 entries each: full and partial tiles."""
    return conversation(300).export()
