"""What a node asks of the world around it, which answers by events."""

from __future__ import annotations

from typing import Protocol

from detente.node.effects import Ring
from detente.quantities import PartyId
from detente.runtime.journal import Entry


class Outside(Protocol):
    """What a node asks of the world around it, which answers by events."""

    def ring(self, ring: Ring) -> None: ...

    def self_test(self) -> None: ...

    def try_all_paths(self, peer: PartyId) -> None: ...

    def urgent(self, entry: Entry) -> None:
        """An own ALERT is committed: it leaves ahead of everything, on every path."""


class Nobody:
    """Nothing is around a node in a simulated world that does not play it."""

    def ring(self, ring: Ring) -> None:
        pass

    def self_test(self) -> None:
        pass

    def try_all_paths(self, peer: PartyId) -> None:
        pass

    def urgent(self, entry: Entry) -> None:
        pass
