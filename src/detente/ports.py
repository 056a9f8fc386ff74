"""The doors to the world: six protocols, and nothing else touches clock, chance, keys, disk or network.

Takes: what the node decided. Gives: what the world answers, as values. Next: `detente.adapters` opens
the doors for real, `detente.exercise` with a seed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from detente.crypto.card import PartyCard
from detente.crypto.keys import HybridPrivateKey
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


class KeyHolder(Protocol):
    """Who holds the working keys. The root key is not among them: it signs cards and memoranda only."""

    def keys(self) -> Keys: ...


@dataclass(frozen=True, kw_only=True)
class StoredEntry:
    """One envelope of one journal, in the order in which this node committed it."""

    origin: str
    seq: int
    envelope: bytes
    leaf: bytes
    committed_ms: UtcMs


@dataclass(frozen=True, kw_only=True)
class StoredHead:
    """The newest checkpoint of a journal with a cosignature; `cosigner` says whose."""

    origin: str
    cosigner: PartyId
    size: int
    root: Digest
    checkpoint: bytes
    cosignature: bytes
    committed_ms: UtcMs


@dataclass(frozen=True, kw_only=True)
class LogLine:
    """One line of the logbook, which never leaves the node."""

    at_ms: UtcMs
    kind: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Stored:
    """What a store holds when it is opened."""

    entries: Sequence[StoredEntry]
    heads: Sequence[StoredHead]
    log_lines: int


class Store(Protocol):
    """Durable memory: every method returns after the commit or raises.

    Raises: DamageError("disk_full") where nothing was written for want of space; DamageError("rollback")
    where a head would shrink or an entry would be replaced.
    """

    def load(self) -> Stored: ...

    def append(self, entry: StoredEntry, *, urgent: bool) -> None: ...

    def put_head(self, head: StoredHead, *, size_before: int) -> None: ...

    def log(self, line: LogLine) -> None: ...

    def log_tail(self, count: int) -> Sequence[LogLine]: ...

    def keep_evidence(self, *, at_ms: UtcMs, kind: str, files: Mapping[str, bytes]) -> None: ...


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
