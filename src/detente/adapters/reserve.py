"""Room for ALERTs on a full disk: a file written out in advance, and given back when one of them meets no space."""

from __future__ import annotations

import hashlib
from pathlib import Path

RESERVE_BYTES = 1_048_576
"""Room for a few hundred ALERTs with their signatures."""


class Reserve:
    """The reserve beside one store file; None for a store in memory, which needs none."""

    def __init__(self, path: Path | None) -> None:
        self._file = path.with_suffix(".reserve") if path is not None else None

    @property
    def is_whole(self) -> bool:
        """Whether all of it is there."""
        file = self._file
        return file is None or (file.exists() and file.stat().st_size == RESERVE_BYTES)

    def keep(self) -> None:
        """Write it out where it is missing and the disk has room."""
        if self._file is None or self.is_whole:
            return
        try:
            # Bytes that no file system compresses away.
            self._file.write_bytes(hashlib.shake_256(b"reserve").digest(RESERVE_BYTES))
        except OSError:
            self._file.unlink(missing_ok=True)

    def spend(self) -> bool:
        """Give it back to the disk; False where it is spent already."""
        if self._file is None or not self._file.exists():
            return False
        self._file.unlink()
        return True
