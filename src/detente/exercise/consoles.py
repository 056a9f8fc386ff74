"""What a rehearsal needs of the consoles beside its nodes; whoever plays it brings them (`cli/demo_consoles.py`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from detente.exercise.parties import Seat


class Consoles(Protocol):
    """The consoles of all parties of a rehearsal. `listen` has ADDRESS:PORT of each."""

    @property
    def listen(self) -> Mapping[str, str]: ...

    def let_in(self, seats: Sequence[Seat]) -> None:
        """Make the accounts, and say where the consoles are; once, before the nodes start."""

    async def look(self, moment: str) -> None:
        """Keep a picture of each console as it is now, named by the moment; the nodes are running."""
