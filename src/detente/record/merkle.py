"""Hashes of a Merkle tree, and the check of proofs that an entry is in it or that it only grew.

Source: RFC 6962 section 2.1 (hashes, proofs); the verifiers follow RFC 9162 sections 2.1.3.2 and 2.1.4.2,
which check a proof without recursion. Hashes are 32 raw bytes everywhere in this file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from detente.errors import PeerError
from detente.wire.limits import JOURNAL_ENTRIES_MAX, PROOF_LINES_MAX

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """The hash of an entry; the leading 0 keeps an entry from passing for an inner node."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(leaf_hashes: Sequence[bytes]) -> bytes:
    """The root over leaf hashes in order; SHA-256 of nothing where there are none."""
    level = list(leaf_hashes)
    if not level:
        return EMPTY_ROOT
    while len(level) > 1:
        odd = level[-1:] if len(level) % 2 else []
        level = [node_hash(left, right) for left, right in zip(level[::2], level[1::2], strict=False)] + odd
    return level[0]


def verify_inclusion(*, leaf: bytes, index: int, size: int, root: bytes, proof: Sequence[bytes]) -> None:
    """Return only if the leaf hash stands at `index` under `root`; raises PeerError `bad_proof`."""
    _check_hashes(leaf, root, *proof)
    if not 0 <= index < size <= JOURNAL_ENTRIES_MAX:
        raise _bad(f"index {index} is not inside size {size}")
    place, last, value = index, size - 1, leaf
    for hash_ in proof:
        if last == 0:
            raise _bad("it is too long")
        if place & 1 or place == last:
            value = node_hash(hash_, value)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            value = node_hash(value, hash_)
        place, last = place >> 1, last >> 1
    if last != 0:
        raise _bad("it is too short")
    if value != root:
        raise _bad("it leads to another root")


def verify_consistency(
    *, old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Return only if the new tree begins with the old one; raises PeerError `bad_proof`.

    An old size of 0 proves nothing and is refused: the caller knows the empty tree without asking.
    """
    _check_hashes(old_root, new_root, *proof)
    if not 0 < old_size <= new_size <= JOURNAL_ENTRIES_MAX:
        raise _bad(f"sizes {old_size} and {new_size} prove nothing")
    if old_size == new_size:
        if proof or old_root != new_root:
            raise _bad("equal sizes need equal roots and no proof")
        return
    if not proof:
        raise _bad("it is too short")
    path = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    place, last = old_size - 1, new_size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old_value = new_value = path[0]
    for hash_ in path[1:]:
        if last == 0:
            raise _bad("it is too long")
        if place & 1 or place == last:
            old_value, new_value = node_hash(hash_, old_value), node_hash(hash_, new_value)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new_value = node_hash(new_value, hash_)
        place, last = place >> 1, last >> 1
    if last != 0:
        raise _bad("it is too short")
    if old_value != old_root or new_value != new_root:
        raise _bad("it leads to another root")


def _check_hashes(*hashes: bytes) -> None:
    if len(hashes) > PROOF_LINES_MAX + 2 or any(len(hash_) != HASH_BYTES for hash_ in hashes):
        raise _bad(f"a hash has not {HASH_BYTES} bytes, or it has more than {PROOF_LINES_MAX} lines")


def _bad(why: str) -> PeerError:
    return PeerError("bad_proof", f"The Merkle proof does not hold: {why}.")
