"""A mark beside the store: how many entries it held last, and which store that was.

A copy of the store that was put back holds fewer entries, or is another file or database, and its owner may
have signed more than it knows: only the peers can tell. The mark is not synced, so after a loss of power it may
lag; it never runs ahead. A whole machine set back to an earlier day takes the mark with it and does not show here.
"""

from __future__ import annotations

import os
from pathlib import Path


class Mark:
    """The mark of one store.

    Args:
        file: where it is kept; None for a store in memory, which cannot be put back.
        identity: what a copy does not share with its original: an inode, a database's number. Always as long.
        place: how many entries the store holds now.
    """

    def __init__(self, file: Path | None, *, identity: str, place: int) -> None:
        self._file = file
        self._identity = identity
        self._fd: int | None = None
        self.is_doubtful = file is not None and place > 0 and not self._covers(place)
        """Whether more may have been signed: it stays so over restarts until `trust`."""
        if self.is_doubtful and file is not None:
            file.write_text("may be a copy\n")

    def trust(self) -> None:
        """The peers have been asked."""
        self.is_doubtful = False

    def move(self, place: int) -> None:
        """The store holds so many now."""
        if self._file is None or self.is_doubtful:
            return
        if self._fd is None:
            self._fd = os.open(self._file, os.O_WRONLY | os.O_CREAT, 0o600)
        os.pwrite(self._fd, f"{self._identity} {place:020d}\n".encode(), 0)

    def close(self) -> None:
        """Let go of the file."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def _covers(self, place: int) -> bool:
        assert self._file is not None, "only a store on a disk has a mark"
        try:
            identity, marked = self._file.read_text().split()
            return identity == self._identity and int(marked) <= place
        except (OSError, ValueError):
            return False
