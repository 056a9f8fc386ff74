"""One journal as a node holds it in memory: what the store has committed, in order, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field

from detente.ports import StoredHead
from detente.quantities import PartyId
from detente.record.merkle import Frontier
from detente.record.statement import Statement


@dataclass(kw_only=True)
class Journal:
    """One journal as held here: envelopes, leaf hashes, the running root, and who cosigned how much."""

    origin: str
    party: PartyId
    envelopes: list[bytes] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)
    frontier: Frontier = field(default_factory=Frontier)
    roots: list[bytes] = field(default_factory=list)
    last: Statement | None = None
    cosigned: dict[PartyId, StoredHead] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many entries are held."""
        return len(self.leaves)

    def put(self, envelope: bytes, leaf: bytes, statement: Statement) -> None:
        """Append what the store has committed."""
        self.envelopes.append(envelope)
        self.leaves.append(leaf)
        self.frontier = self.frontier.append(leaf)
        self.roots.append(self.frontier.root)
        self.last = statement

    def root_at(self, size: int) -> bytes | None:
        """The root over the first `size` entries, at least 1; None where fewer are held."""
        return self.roots[size - 1] if 0 < size <= self.size else None

    def cosigned_size(self, by: PartyId) -> int:
        """Up to where a party cosigned; 0 for nothing."""
        head = self.cosigned.get(by)
        return head.size if head is not None else 0
