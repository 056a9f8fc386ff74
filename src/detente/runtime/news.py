"""What has just happened at a node, numbered, for faces that follow it: they ask for what came after a number."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from detente.node.effects import Ring
from detente.runtime.journal import Entry

KEPT = 1_000
"""Who was away for longer reads the log instead."""

Kind = Literal["said", "heard", "early", "ring", "own"]


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing that happened: an entry said, heard, or come early; a post rung; a word about an own aircraft."""

    number: int
    kind: Kind
    entry: Entry | None = None
    ring: Ring | None = None
    text: str | None = None


class News:
    """The newest items, and who is told when there is one."""

    def __init__(self) -> None:
        self.last = 0
        """The number of the newest item; 0 before the first."""
        self.listeners: set[Callable[[], None]] = set()
        self._items: deque[Item] = deque(maxlen=KEPT)

    def tell(
        self, kind: Kind, *, entry: Entry | None = None, ring: Ring | None = None, text: str | None = None
    ) -> None:
        """Something happened."""
        self.last += 1
        self._items.append(Item(number=self.last, kind=kind, entry=entry, ring=ring, text=text))
        for listener in tuple(self.listeners):
            listener()

    def after(self, number: int) -> list[Item]:
        """Every item that is kept after a number, the oldest first."""
        return [item for item in self._items if item.number > number]
