"""The doors to the world: six protocols, and nothing else touches clock, chance, keys, disk or network.

Takes: what the node decided. Gives: what the world answers, as values. Next: `detente.adapters` opens
the doors for real, `detente.exercise` with a seed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from detente.crypto.card import PartyCard
from detente.crypto.keys import HybridPrivateKey
from detente.crypto.sealing import SealingPrivateKey
from detente.quantities import Digest, PartyId, UtcMs
from detente.tracks.position import PositionReport


class Clock(Protocol):
    """What time it is for the node; TLS asks the machine's own clock instead."""

    def now_ms(self) -> UtcMs: ...


class Entropy(Protocol):
    """Chance: salts and keys."""

    def draw(self, count: int) -> bytes: ...


@dataclass(frozen=True, kw_only=True)
class Keys:
    """Everything a party signs with on this node, and the card that names the public halves."""

    card: PartyCard
    card_bytes: bytes
    statements: HybridPrivateKey
    journal: HybridPrivateKey
    cosigner: HybridPrivateKey
    sealing: SealingPrivateKey


class KeyHolder(Protocol):
    """Who holds the working keys. The root key is not among them: it signs cards and memoranda only."""

    def keys(self) -> Keys: ...


@dataclass(frozen=True, kw_only=True)
class StoredEntry:
    """One entry of one journal; `envelope` is empty where it is addressed to others and only its leaf is held."""

    origin: str
    seq: int
    envelope: bytes
    leaf: bytes
    committed_ms: UtcMs
    lasts: bool = False
    """Whether it must be read at every start, however old it is."""


@dataclass(frozen=True, kw_only=True)
class StoredJournal:
    """What there is of one journal: its leaf hashes, 32 bytes each, one after the other."""

    origin: str
    leaves: bytes


@dataclass(frozen=True, kw_only=True)
class StoredHead:
    """The newest checkpoint of a journal with a cosignature; `cosigner` says whose."""

    origin: str
    cosigner: PartyId
    size: int
    root: Digest
    checkpoint: bytes
    cosignature: bytes
    signed_ms: UtcMs
    """The time inside the cosignature, by the cosigner's clock."""
    committed_ms: UtcMs


@dataclass(frozen=True, kw_only=True)
class StoredReceipt:
    """That a journal was cosigned up to a size: every one is kept, for it says when what below it was delivered.

    `place` is how many entries had been committed here.
    """

    origin: str
    cosigner: PartyId
    size: int
    signed_ms: UtcMs
    place: int


@dataclass(frozen=True, kw_only=True)
class LogLine:
    """One line of the logbook, which never leaves the node."""

    at_ms: UtcMs
    kind: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A node's state after its first `place` commits, so that a start need not replay them."""

    place: int
    data: bytes


@dataclass(frozen=True, kw_only=True)
class Stored:
    """What a store holds when it is opened.

    Args:
        journals: in the order in which they were begun here.
        early: ALERTs that came ahead of the entries before them, with the checkpoint that covers each.
        place: how many entries were committed in all.
        may_be_a_copy: whether the file is not the one that was written last: its owner may have signed more.
    """

    journals: Sequence[StoredJournal]
    heads: Sequence[StoredHead]
    early: Sequence[tuple[StoredEntry, bytes]]
    place: int
    snapshot: Snapshot | None
    may_be_a_copy: bool


class Store(Protocol):
    """Durable memory: every method returns after the commit or raises.

    Raises: DamageError("disk_full") where nothing was written for want of space; DamageError("store_away") where
    the store's server does not answer; DamageError("rollback") where a head would shrink or an entry would be
    replaced. After the first two the node goes on and tries again.
    """

    def load(self) -> Stored: ...

    def entries_after(self, place: int) -> Iterator[StoredEntry]:
        """Every entry but the first `place`, in the order of the commits."""

    def lasting(self) -> Sequence[StoredEntry]:
        """Every entry that `lasts`, in the order of the commits."""

    def entries(self, origin: str, start: int, stop: int) -> Sequence[StoredEntry]:
        """A range of one journal."""

    def append(self, *entries: StoredEntry, urgent: bool) -> None:
        """All of them in one commit, or none."""

    def keep_early(self, entry: StoredEntry, checkpoint: bytes) -> None: ...

    def put_head(self, head: StoredHead, *, size_before: int) -> None:
        """The newest head of its journal and cosigner, and one more receipt."""

    def receipts_from(self, place: int) -> Sequence[StoredReceipt]:
        """Every receipt since `place` entries were committed, in the order of the commits."""

    def trust(self) -> None:
        """The peers have been asked: what is here is not a copy that lacks something."""

    def put_snapshot(self, snapshot: Snapshot) -> None: ...

    def log(self, line: LogLine) -> None: ...

    def log_tail(self, count: int) -> Sequence[LogLine]: ...

    def keep_evidence(self, *, at_ms: UtcMs, kind: str, files: Mapping[str, bytes]) -> None: ...
    def evidence_kinds(self) -> Sequence[str]:
        """What was kept as evidence, the oldest first."""


@dataclass(frozen=True, kw_only=True)
class LinkRequest:
    """One request of the link; `target` is the path of the URL."""

    method: str
    target: str
    body: bytes = b""


@dataclass(frozen=True, kw_only=True)
class LinkResponse:
    """Its answer."""

    status: int
    body: bytes
    content_type: str = "application/json"


class Connection(Protocol):
    """One path to one peer. Raises PeerError naming the path, the peer and the reason."""

    path_id: str
    peer: PartyId

    async def request(self, request: LinkRequest, *, timeout_s: float) -> LinkResponse: ...

    async def close(self) -> None: ...


class Feed(Protocol):
    """Positions as they come."""

    def take_until(self, now_ms: UtcMs) -> Sequence[PositionReport]: ...

    def next_ms(self) -> UtcMs | None: ...
