"""Entries on their way: each behind its length in 16 bits, big-endian, as in a bundle of C2SP tlog-tiles.

Length 0 stands for an entry that is addressed to others: its leaf hash follows, and nothing else of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from detente.errors import PeerError
from detente.record.merkle import HASH_BYTES, leaf_hash

_LENGTH_BYTES = 2

Item = tuple[bytes, bytes]
"""Envelope and leaf hash; the envelope is empty where only the hash is given."""


def join_items(items: Iterable[Item]) -> bytes:
    """The bytes of a parcel."""
    return b"".join(
        len(envelope).to_bytes(_LENGTH_BYTES, "big") + (envelope or leaf) for envelope, leaf in items
    )


def split_items(parcel: bytes) -> Iterator[Item]:
    """The items of a parcel, each leaf hash computed where the envelope is given; raises PeerError `truncated`."""
    at = 0
    while at < len(parcel):
        start = at + _LENGTH_BYTES
        length = int.from_bytes(parcel[at:start], "big")
        end = start + (length or HASH_BYTES)
        if end > len(parcel):
            raise PeerError("truncated", "The parcel ends inside an entry.")
        content = parcel[start:end]
        yield (content, leaf_hash(content)) if length else (b"", content)
        at = end
