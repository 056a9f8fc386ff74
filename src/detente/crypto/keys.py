"""Key pairs of two kinds used as one: a signature counts only if Ed25519 and ML-DSA-44 both verify.

Ed25519 (RFC 8032) is what today's verifiers read; ML-DSA-44 (FIPS 204, empty context) holds against a
quantum computer. Ed25519 keys must be canonical points of prime order and R no low-order encoding
(line.md section 2), so that two honest verifiers never differ.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from detente.crypto.base64_text import bytes_of, text_of
from detente.crypto.points import LOW_ORDER_ENCODINGS, is_prime_order
from detente.errors import OperatorError, PeerError
from detente.wire import Record

SEED_BYTES = 32
ED25519_KEY_BYTES, ED25519_SIGNATURE_BYTES = 32, 64
MLDSA44_KEY_BYTES, MLDSA44_SIGNATURE_BYTES = 1312, 2420


class HybridPublicKey(Record, frozen=True, kw_only=True):
    """The public halves: standard base64 of 32 and of 1312 raw bytes."""

    ed25519: str
    mldsa44: str

    def raw(self) -> tuple[bytes, bytes]:
        """The raw halves; raises PeerError `malformed`."""
        return (
            bytes_of(self.ed25519, what="Ed25519 key", length=ED25519_KEY_BYTES),
            bytes_of(self.mldsa44, what="ML-DSA-44 key", length=MLDSA44_KEY_BYTES),
        )


class HybridSignature(Record, frozen=True, kw_only=True):
    """Both signatures: standard base64 of 64 and of 2420 raw bytes."""

    ed25519: str
    mldsa44: str


@dataclass(frozen=True, kw_only=True)
class HybridPrivateKey:
    """Both private halves, held as their seeds; nothing secret shows in its repr.

    Args:
        seeds: Ed25519 and ML-DSA-44, 32 random bytes each, drawn by the caller.
    """

    seeds: tuple[bytes, bytes] = field(repr=False)

    @classmethod
    def from_seeds(cls, ed25519_seed: bytes, mldsa44_seed: bytes) -> HybridPrivateKey:
        """A key pair from its seeds; raises OperatorError `key_malformed` unless they are 32 bytes each."""
        if len(ed25519_seed) != SEED_BYTES or len(mldsa44_seed) != SEED_BYTES:
            raise OperatorError(
                "key_malformed",
                f"A key is two seeds of {SEED_BYTES} bytes;"
                f" these have {len(ed25519_seed)} and {len(mldsa44_seed)}.",
                cure="Restore the key file from its copy.",
            )
        return cls(seeds=(ed25519_seed, mldsa44_seed))

    @cached_property
    def public(self) -> HybridPublicKey:
        """The public halves."""
        return HybridPublicKey(
            ed25519=text_of(self._ed25519.public_key().public_bytes_raw()),
            mldsa44=text_of(self._mldsa44.public_key().public_bytes_raw()),
        )

    def sign(self, message: bytes) -> HybridSignature:
        """Both signatures over the same bytes; the ML-DSA one differs each time."""
        return HybridSignature(
            ed25519=text_of(self.sign_ed25519(message)), mldsa44=text_of(self.sign_mldsa44(message))
        )

    def sign_ed25519(self, message: bytes) -> bytes:
        """64 bytes, for formats that sign a different message with each half."""
        return self._ed25519.sign(message)

    def sign_mldsa44(self, message: bytes) -> bytes:
        """2420 bytes."""
        return self._mldsa44.sign(message)

    @cached_property
    def _ed25519(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seeds[0])

    @cached_property
    def _mldsa44(self) -> MLDSA44PrivateKey:
        return MLDSA44PrivateKey.from_seed_bytes(self.seeds[1])


def verify(key: HybridPublicKey, message: bytes, signature: HybridSignature, *, what: str) -> None:
    """Return only if both signatures verify.

    Args:
        what: names the thing in the message, for example ``statement``.

    Raises: PeerError `signature_invalid`, `key_unsound` or `malformed`.
    """
    ed25519, mldsa44 = key.raw()
    verify_ed25519(
        ed25519, message, bytes_of(signature.ed25519, what=f"Ed25519 signature of the {what}"), what=what
    )
    verify_mldsa44(
        mldsa44, message, bytes_of(signature.mldsa44, what=f"ML-DSA-44 signature of the {what}"), what=what
    )


def verify_ed25519(key: bytes, message: bytes, signature: bytes, *, what: str) -> None:
    """One half, raw bytes; raises PeerError `signature_invalid` or `key_unsound`."""
    public = sound_ed25519(key)
    if signature[:32] in LOW_ORDER_ENCODINGS:
        raise PeerError("signature_invalid", f"The Ed25519 signature of the {what} has an R of low order.")
    try:
        public.verify(signature, message)
    except InvalidSignature as why:
        raise PeerError("signature_invalid", f"The Ed25519 signature of the {what} does not verify.") from why


def verify_mldsa44(key: bytes, message: bytes, signature: bytes, *, what: str) -> None:
    """One half, raw bytes, empty context; raises PeerError `signature_invalid` or `key_unsound`."""
    public = sound_mldsa44(key)
    try:
        public.verify(signature, message)
    except InvalidSignature as why:
        raise PeerError(
            "signature_invalid", f"The ML-DSA-44 signature of the {what} does not verify."
        ) from why


@lru_cache(maxsize=1024)
def sound_ed25519(key: bytes) -> Ed25519PublicKey:
    """A key that is a canonical point of prime order; raises PeerError `key_unsound`."""
    if not is_prime_order(key):
        raise PeerError("key_unsound", "The Ed25519 key is not the canonical form of a prime-order point.")
    return Ed25519PublicKey.from_public_bytes(key)


@lru_cache(maxsize=1024)
def sound_mldsa44(key: bytes) -> MLDSA44PublicKey:
    """A key of the right length; raises PeerError `key_unsound`."""
    if len(key) != MLDSA44_KEY_BYTES:
        raise PeerError("key_unsound", f"An ML-DSA-44 key has {MLDSA44_KEY_BYTES} bytes, not {len(key)}.")
    return MLDSA44PublicKey.from_public_bytes(key)
