"""A journal as plain files, as public monitors read it: tiles of 256 hashes, and bundles of the entries.

Source: C2SP tlog-tiles. A tile at level l holds the roots of complete subtrees of 256**l leaves; the last one
of each level may be partial and says its width in its name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from detente.errors import PeerError
from detente.record.merkle import HASH_BYTES, root_of

T = TypeVar("T")

TILE_WIDTH = 256
_LENGTH_BYTES = 2


def hash_tiles(leaf_hashes: Sequence[bytes]) -> dict[str, bytes]:
    """Every tile of a tree, by its path below the journal's folder; none for the empty tree."""
    tiles: dict[str, bytes] = {}
    level, row = 0, list(leaf_hashes)
    while row:
        for path, part in _parts(f"tile/{level}", row):
            tiles[path] = b"".join(part)
        whole = len(row) // TILE_WIDTH * TILE_WIDTH
        row = [root_of(row[start : start + TILE_WIDTH]) for start in range(0, whole, TILE_WIDTH)]
        level += 1
    return tiles


def entry_bundles(entries: Sequence[bytes]) -> dict[str, bytes]:
    """Every bundle of entries, by its path below the journal's folder."""
    return {path: join_entries(part) for path, part in _parts("tile/entries", entries)}


def paths_for(folder: str, size: int) -> tuple[str, ...]:
    """Where `size` hashes or entries lie below a folder such as ``tile/0`` or ``tile/entries``, in order."""
    return tuple(path for path, _ in _parts(folder, range(size)))


def join_entries(entries: Sequence[bytes]) -> bytes:
    """Entries one after the other, each behind its length in 16 bits, big-endian."""
    return b"".join(len(entry).to_bytes(_LENGTH_BYTES, "big") + entry for entry in entries)


def split_entries(bundle: bytes) -> Iterator[bytes]:
    """The entries of a bundle; raises PeerError `truncated` after the last whole one."""
    at = 0
    while at < len(bundle):
        start = at + _LENGTH_BYTES
        end = start + int.from_bytes(bundle[at:start], "big")
        if end > len(bundle) or start > len(bundle):
            raise PeerError("truncated", "The bundle ends inside an entry.")
        yield bundle[start:end]
        at = end


def split_hashes(tile: bytes) -> list[bytes]:
    """The hashes of a tile; a torn last one is left out."""
    return [tile[at : at + HASH_BYTES] for at in range(0, len(tile) - HASH_BYTES + 1, HASH_BYTES)]


def _parts(folder: str, row: Sequence[T]) -> Iterator[tuple[str, Sequence[T]]]:
    for start in range(0, len(row), TILE_WIDTH):
        part = row[start : start + TILE_WIDTH]
        partial = f".p/{len(part)}" if len(part) < TILE_WIDTH else ""
        yield f"{folder}/{number_path(start // TILE_WIDTH)}{partial}", part


def number_path(index: int) -> str:
    """1234067 is ``x001/x234/067``."""
    last, rest = f"{index % 1000:03d}", index // 1000
    while rest:
        last, rest = f"x{rest % 1000:03d}/{last}", rest // 1000
    return last
