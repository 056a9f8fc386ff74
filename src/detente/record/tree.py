"""The Merkle tree of a journal as it grows: any root and any proof in O(log n), at 64 bytes an entry.

Every complete subtree is hashed once and kept, so that a head, a receipt or a proof at any earlier size
needs no entry again.
Source: RFC 6962 section 2.1; hashes are 32 raw bytes everywhere in this file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from detente.record.merkle import EMPTY_ROOT, HASH_BYTES, node_hash

_BLOCK_BYTES = 65_536


class Tree:
    """A tree that only grows. `levels[k]` holds the roots of its complete subtrees of 2**k leaves, in order."""

    def __init__(self, leaves: bytes = b"") -> None:
        """A tree over leaf hashes that stand one after the other."""
        assert len(leaves) % HASH_BYTES == 0, "leaf hashes have 32 bytes"
        self._levels = [bytearray(leaves)]
        while len(below := self._levels[-1]) >= 2 * HASH_BYTES:
            above = bytearray()
            for start in range(
                0, len(below), _BLOCK_BYTES
            ):  # whole levels at once would cost memory at a million
                block = bytes(below[start : start + _BLOCK_BYTES])
                above += b"".join(
                    node_hash(block[at : at + HASH_BYTES], block[at + HASH_BYTES : at + 2 * HASH_BYTES])
                    for at in range(0, len(block) // (2 * HASH_BYTES) * 2 * HASH_BYTES, 2 * HASH_BYTES)
                )
            self._levels.append(above)

    @classmethod
    def of(cls, leaves: Iterable[bytes]) -> Tree:
        """A tree over leaf hashes in order."""
        return cls(b"".join(leaves))

    @property
    def size(self) -> int:
        """How many leaves."""
        return len(self._levels[0]) // HASH_BYTES

    def append(self, leaf: bytes) -> None:
        """Grow by one leaf hash."""
        assert len(leaf) == HASH_BYTES, "a leaf hash has 32 bytes"
        value, level, count = leaf, 0, self.size
        while True:
            if level == len(self._levels):
                self._levels.append(bytearray())
            self._levels[level] += value
            if not count & 1:
                return
            value = node_hash(self._at(level, count - 1), value)
            level, count = level + 1, count >> 1

    def leaf(self, index: int) -> bytes:
        """The leaf hash at a place."""
        assert 0 <= index < self.size, "the leaf is inside the tree"
        return self._at(0, index)

    def leaves(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """The leaf hashes of a range, in order."""
        for index in range(start, self.size if stop is None else stop):
            yield self._at(0, index)

    def root(self, size: int | None = None) -> bytes:
        """The root over the first `size` leaves, all of them by default; SHA-256 of nothing for none."""
        size = self.size if size is None else size
        assert 0 <= size <= self.size, "the size is inside the tree"
        return self._root(0, size) if size else EMPTY_ROOT

    def inclusion_proof(self, index: int, size: int) -> tuple[bytes, ...]:
        """What proves leaf `index` in the tree of the first `size` leaves, from the sibling upwards."""
        assert 0 <= index < size <= self.size, "a proof is of a leaf inside the tree"
        return tuple(self._path(0, size, index))

    def consistency_proof(self, old: int, new: int) -> tuple[bytes, ...]:
        """What proves that the first `new` leaves begin with the first `old`; empty where old is 0 or new."""
        assert 0 <= old <= new <= self.size, "sizes stand in order inside the tree"
        return tuple(self._growth(0, new, old, is_whole=True)) if old not in (0, new) else ()

    def _at(self, level: int, index: int) -> bytes:
        return bytes(self._levels[level][index * HASH_BYTES : (index + 1) * HASH_BYTES])

    def _root(self, start: int, count: int) -> bytes:
        """Of a subtree of RFC 6962: `start` is a multiple of the largest power of two in `count`."""
        level = count.bit_length() - 1
        if count == 1 << level:
            return self._at(level, start >> level)
        split = 1 << level
        return node_hash(self._root(start, split), self._root(start + split, count - split))

    def _path(self, start: int, count: int, index: int) -> Iterator[bytes]:
        """RFC 6962 section 2.1.1."""
        if count == 1:
            return
        split = _split(count)
        if index < split:
            yield from self._path(start, split, index)
            yield self._root(start + split, count - split)
        else:
            yield from self._path(start + split, count - split, index - split)
            yield self._root(start, split)

    def _growth(self, start: int, count: int, old: int, *, is_whole: bool) -> Iterator[bytes]:
        """RFC 6962 section 2.1.2; `is_whole` while the old tree is one subtree, whose root the verifier knows."""
        if old == count:
            if not is_whole:
                yield self._root(start, count)
            return
        split = _split(count)
        if old <= split:
            yield from self._growth(start, split, old, is_whole=is_whole)
            yield self._root(start + split, count - split)
        else:
            yield from self._growth(start + split, count - split, old - split, is_whole=False)
            yield self._root(start, split)


def _split(count: int) -> int:
    """The largest power of two below `count`, which is at least 2."""
    return 1 << ((count - 1).bit_length() - 1)
