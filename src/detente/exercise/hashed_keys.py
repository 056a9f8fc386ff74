"""Signatures made of keyed hashes, so that a hundred thousand simulated hours of a line are affordable.

For simulation only. A real ML-DSA-44 signature costs half a millisecond; this one costs some microseconds and
has the same length, chance and surface: whatever the product does with signatures, it does with these. Whoever
knows a public key can sign by it, so they protect nothing: the liars of a simulation sign by their own keys only.
Nothing of the product reaches this file. Inside `hashed_signatures` the two functions of `detente.crypto.keys`
that make a verifier out of a key give one that takes hashes too; every rule above them stays the product's own.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Protocol

from detente.crypto import keys as real
from detente.crypto.keys import ED25519_SIGNATURE_BYTES, MLDSA44_SIGNATURE_BYTES, HybridPrivateKey
from detente.ports import Keys

_R_BYTES = 32
_COUNT_BYTES = 8
_TAG_BYTES = 64


class _Verifier(Protocol):
    def verify(self, signature: bytes, data: bytes) -> None: ...


@dataclass(frozen=True, kw_only=True)
class HashedPrivateKey(HybridPrivateKey):
    """A key pair whose public halves are the real ones of its seeds, and whose signatures are hashes.

    Like the real ones: the Ed25519 half begins with R and is the same each time, the ML-DSA half is not.
    """

    _signed: Iterator[int] = field(default_factory=itertools.count, repr=False, compare=False)

    @cached_property
    def _halves(self) -> tuple[bytes, bytes]:
        return self.public.raw()

    def sign_ed25519(self, message: bytes) -> bytes:
        """64 bytes: R, and a hash over it and the message."""
        return self.sign_with_r(message, hashlib.blake2b(message, key=self.seeds[0], digest_size=32).digest())

    def sign_with_r(self, message: bytes, r: bytes) -> bytes:
        """The Ed25519 half with an R of the signer's choice, as a liar can make it."""
        return ed25519_hash(self._halves[0], message, r)

    def sign_mldsa44(self, message: bytes) -> bytes:
        """2420 bytes: a count, a hash over it and the message, and zeros."""
        return mldsa44_hash(self._halves[1], message, next(self._signed).to_bytes(_COUNT_BYTES, "big"))


def hashed(keys: Keys) -> Keys:
    """The same keys and the same card, signing by hashes; made anew for each run, so that a run repeats."""
    return replace(
        keys,
        statements=HashedPrivateKey(seeds=keys.statements.seeds),
        journal=HashedPrivateKey(seeds=keys.journal.seeds),
        cosigner=HashedPrivateKey(seeds=keys.cosigner.seeds),
    )


def ed25519_hash(key: bytes, message: bytes, r: bytes) -> bytes:
    """What stands for an Ed25519 signature by a public key of 32 bytes."""
    return r + hashlib.blake2b(r + message, key=key, digest_size=ED25519_SIGNATURE_BYTES - _R_BYTES).digest()


def mldsa44_hash(key: bytes, message: bytes, count: bytes) -> bytes:
    """What stands for an ML-DSA-44 signature by a public key of 1312 bytes."""
    short = hashlib.sha256(key).digest()
    tag = hashlib.blake2b(count + message, key=short, digest_size=_TAG_BYTES).digest()
    return (count + tag).ljust(MLDSA44_SIGNATURE_BYTES, b"\0")


@contextmanager
def hashed_signatures() -> Iterator[None]:
    """Inside it hashes verify as signatures do. Real ones still verify: cards and memoranda carry them."""
    real_ones: dict[str, Callable[[bytes], _Verifier]] = {
        "sound_ed25519": real.sound_ed25519,
        "sound_mldsa44": real.sound_mldsa44,
    }
    stand_ins: dict[str, Callable[[bytes], _Verifier]] = {
        "sound_ed25519": lru_cache(lambda key: _HashedEd25519(key, real_ones["sound_ed25519"](key))),
        "sound_mldsa44": lru_cache(lambda key: _HashedMldsa44(key, real_ones["sound_mldsa44"](key))),
    }
    for name, stand_in in stand_ins.items():
        setattr(real, name, stand_in)
    try:
        yield
    finally:
        for name, function in real_ones.items():
            setattr(real, name, function)


class _HashedEd25519:
    def __init__(self, key: bytes, real_one: _Verifier) -> None:
        self._key, self._real_one = key, real_one

    def verify(self, signature: bytes, data: bytes) -> None:
        if signature != ed25519_hash(self._key, data, signature[:_R_BYTES]):
            self._real_one.verify(signature, data)


class _HashedMldsa44:
    def __init__(self, key: bytes, real_one: _Verifier) -> None:
        self._key, self._real_one = key, real_one

    def verify(self, signature: bytes, data: bytes) -> None:
        if signature != mldsa44_hash(self._key, data, signature[:_COUNT_BYTES]):
            self._real_one.verify(signature, data)
