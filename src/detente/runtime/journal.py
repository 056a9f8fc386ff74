"""One journal as a node holds it: its tree in memory, its envelopes in the store, and who cosigned how much."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import overload

from detente.ports import Store, StoredHead
from detente.quantities import Digest, PartyId, UtcMs
from detente.record.statement import Ref, Statement
from detente.record.tree import Tree


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A committed entry, own or a peer's, that is addressed to this party or said by it."""

    party: PartyId
    ref: Ref
    statement: Statement
    committed_ms: UtcMs


class Envelopes(Sequence[bytes]):
    """The envelopes of a journal, read from the store when they are asked for.

    An empty one is addressed to others, and only its leaf hash is held.
    """

    def __init__(self, store: Store, journal: Journal) -> None:
        self._store = store
        self._journal = journal

    def __len__(self) -> int:
        return self._journal.size

    @overload
    def __getitem__(self, index: int) -> bytes: ...
    @overload
    def __getitem__(self, index: slice) -> list[bytes]: ...
    def __getitem__(self, index: int | slice) -> bytes | list[bytes]:
        if isinstance(index, slice):
            start, stop, step = index.indices(len(self))
            return [one.envelope for one in self._store.entries(self._journal.origin, start, stop)][::step]
        at = range(len(self))[index]
        return self._store.entries(self._journal.origin, at, at + 1)[0].envelope

    def __iter__(self) -> Iterator[bytes]:
        return iter(self[:])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # it grows


@dataclass(kw_only=True)
class Journal:
    """One journal as held here: what the store has committed, in order, and nothing else."""

    origin: str
    party: PartyId
    store: Store = field(repr=False)
    tree: Tree = field(default_factory=Tree, repr=False)
    last: Statement | None = None
    """The newest statement that is held whole; its heads bind the next one."""
    cosigned: dict[PartyId, StoredHead] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many entries are held."""
        return self.tree.size

    @property
    def envelopes(self) -> Envelopes:
        """The entries' bytes."""
        return Envelopes(self.store, self)

    def put(self, leaf: bytes, statement: Statement | None) -> None:
        """Append what the store has committed."""
        self.tree.append(leaf)
        self.last = statement or self.last

    def ref(self, seq: int) -> Ref:
        """How others name an entry."""
        return Ref(origin=self.origin, seq=seq, leaf=Digest(self.tree.leaf(seq).hex()))

    def root_at(self, size: int) -> bytes | None:
        """The root over the first `size` entries, at least 1; None where fewer are held."""
        return self.tree.root(size) if 0 < size <= self.size else None

    def cosigned_size(self, by: PartyId) -> int:
        """Up to where a party cosigned; 0 for nothing."""
        head = self.cosigned.get(by)
        return head.size if head is not None else 0
