"""Sealing to one party: what travels on a stick, by mail or through a relay, and only its recipient opens.

HPKE in base mode proves nothing about the sender; the signatures inside do. The key exchange is a hybrid:
X25519 for today, ML-KEM-768 against a recording that waits for a quantum computer.
Source: RFC 9180; draft-ietf-hpke-pq (MLKEM768-X25519, KEM 0x647A); HKDF-SHA256; ChaCha20-Poly1305.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from detente.crypto.base64_text import bytes_of, text_of
from detente.errors import PeerError

SUITE_NAME = "MLKEM768-X25519/HKDF-SHA256/ChaCha20-Poly1305"
SEED_BYTES = 32
MLKEM768_KEY_BYTES, X25519_KEY_BYTES = 1184, 32
SEALING_KEY_BYTES = MLKEM768_KEY_BYTES + X25519_KEY_BYTES

_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)

_P = 2**255 - 19
_LOW_ORDER_U = {
    0,
    1,
    325606250916557431795983626356110631294008115727848805560023387167927233504,
    39382357235489614581723060781553021112529911719440698176882885853963445705823,
    _P - 1,
}
"""u-coordinates of order 1, 2, 4 and 8 on Curve25519 and its twist. Source: RFC 7748 section 6.1."""


@dataclass(frozen=True, kw_only=True)
class SealingPrivateKey:
    """Both private halves, from one seed of 32 random bytes; nothing secret shows in its repr."""

    seed: bytes = field(repr=False)

    @cached_property
    def public(self) -> str:
        """Standard base64 of the ML-KEM half and the X25519 half, one after the other."""
        lattice, curve = self._halves
        return text_of(lattice.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw())

    def open(self, sealed: bytes, *, info: bytes) -> bytes:
        """What was sealed to us under the same `info`; raises PeerError `not_for_us`."""
        try:
            return _SUITE.decrypt(sealed, MLKEM768X25519PrivateKey(*self._halves), info)
        except (InvalidTag, ValueError) as why:
            raise PeerError(
                "not_for_us", "What is sealed was not sealed to our key, or was changed."
            ) from why

    @cached_property
    def _halves(self) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
        assert len(self.seed) == SEED_BYTES, "a sealing key is made of 32 random bytes"
        wide = hashlib.shake_256(self.seed).digest(64 + 32)
        return MLKEM768PrivateKey.from_seed_bytes(wide[:64]), X25519PrivateKey.from_private_bytes(wide[64:])


def seal_to(public: str, content: bytes, *, info: bytes) -> bytes:
    """Seal to the holder of a public key; `info` binds what is said in clear beside it.

    Raises: PeerError `key_unsound`.
    """
    return _SUITE.encrypt(content, sound_sealing_key(public), info)


def sound_sealing_key(public: str) -> MLKEM768X25519PublicKey:
    """A key whose halves can both be used, the curve point not of low order; raises PeerError `key_unsound`."""
    raw = bytes_of(public, what="sealing key", length=SEALING_KEY_BYTES)
    lattice, curve = raw[:MLKEM768_KEY_BYTES], raw[MLKEM768_KEY_BYTES:]
    u = int.from_bytes(curve, "little")
    if u >= _P or u in _LOW_ORDER_U:
        raise PeerError("key_unsound", "The X25519 half of the sealing key is of low order or not canonical.")
    try:
        return MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(lattice), X25519PublicKey.from_public_bytes(curve)
        )
    except ValueError as why:
        raise PeerError("key_unsound", "The ML-KEM half of the sealing key is no encoded key.") from why
