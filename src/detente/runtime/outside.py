"""What a node asks of the world around it, which answers by events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from detente.node.effects import Ring
from detente.quantities import PartyId
from detente.runtime.journal import Entry

Made = TypeVar("Made")


class Outside(Protocol):
    """What a node asks of the world around it, which answers by events."""

    def ring(self, ring: Ring) -> None: ...

    def warn(self, text: str) -> None:
        """Show and sound something about an own aircraft where people are."""

    def self_test(self) -> None: ...

    def try_all_paths(self, peer: PartyId) -> None: ...

    def urgent(self, entry: Entry) -> None:
        """An own ALERT is committed: it leaves ahead of everything, on every path."""

    def work(self, act: Callable[[], Made], then: Callable[[Made], None]) -> None:
        """Reckon for a while, beside everything else where that can be; `then` is called in the node's own turn.

        `act` reads only values that never change.
        """


class Nobody:
    """Nothing is around a node in a simulated world that does not play it."""

    def ring(self, ring: Ring) -> None:
        pass

    def warn(self, text: str) -> None:
        pass

    def self_test(self) -> None:
        pass

    def try_all_paths(self, peer: PartyId) -> None:
        pass

    def urgent(self, entry: Entry) -> None:
        pass

    def work(self, act: Callable[[], Made], then: Callable[[Made], None]) -> None:
        then(act())
