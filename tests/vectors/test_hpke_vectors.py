"""Would a stranger open what we seal? Public HPKE vectors: X25519 and the hybrid MLKEM768-X25519.

The one-shot call of `cryptography` takes no AAD, and every published ciphertext has one. So each vector is
asked in two steps: the published key and nonces give the published ciphertexts (AEAD alone), and what is
sealed with that same key without AAD is opened by the call from the vector's `enc` and private key: KEM and
key schedule whole. The sender's side is random; a round trip shows that it is the inverse of that.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, Suite

VECTORS = Path(__file__).resolve().parents[2] / "../shared/vectors"
FILES = ("hpke-rfc9180/base-x25519.json", "hpke-pq/mlkem768-x25519.json")

X25519, HYBRID = 0x0020, 0x647A
KEMS = {X25519: KEM.X25519, HYBRID: KEM.MLKEM768_X25519}
KDFS = {0x0001: KDF.HKDF_SHA256, 0x0003: KDF.HKDF_SHA512, 0x0011: KDF.SHAKE256}
AEADS = {
    0x0001: (AEAD.AES_128_GCM, AESGCM),
    0x0002: (AEAD.AES_256_GCM, AESGCM),
    0x0003: (AEAD.CHACHA20_POLY1305, ChaCha20Poly1305),
}
EXPORT_ONLY = 0xFFFF

RUN = {
    (X25519, 0x0001, 0x0001),
    (X25519, 0x0001, 0x0002),
    (X25519, 0x0001, 0x0003),
    (X25519, 0x0003, 0x0001),
    (X25519, 0x0003, 0x0002),
    (X25519, 0x0003, 0x0003),
    (HYBRID, 0x0001, 0x0003),
    (HYBRID, 0x0011, 0x0003),
}
NOT_RUN = {
    (X25519, 0x0001, EXPORT_ONLY): "no ciphertext, only exported secrets; the API has no export call",
    (X25519, 0x0003, EXPORT_ONLY): "no ciphertext, only exported secrets; the API has no export call",
}
"""Whole vectors. Of the others, the call opens message 0; later ones of a context are put to the AEAD alone."""


def suite_of(case: Any) -> tuple[int, int, int]:
    return case["kem_id"], case["kdf_id"], case["aead_id"]


def published() -> dict[tuple[int, int, int], Any]:
    if not VECTORS.is_dir():
        pytest.skip(f"../shared is absent: {VECTORS} holds the public vectors")
    return {suite_of(case): case for file in FILES for case in json.loads((VECTORS / file).read_text())}


def named(suite: tuple[int, int, int]) -> str:
    return "-".join(f"{part:04x}" for part in suite)


def suites() -> list[Any]:
    return [pytest.param(suite, id=named(suite)) for suite in sorted(RUN)]


def hybrid_key(seed: bytes) -> tuple[MLKEM768X25519PrivateKey, bytes]:
    """The private key of a 32-byte seed, and its public key as published: ML-KEM first."""
    wide = hashlib.shake_256(seed).digest(96)
    lattice = MLKEM768PrivateKey.from_seed_bytes(wide[:64])
    curve = X25519PrivateKey.from_private_bytes(wide[64:])
    public = lattice.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()
    return MLKEM768X25519PrivateKey(lattice, curve), public


def private_key(case: Any) -> X25519PrivateKey | MLKEM768X25519PrivateKey:
    """The recipient's key of a vector, whose public half is the published one."""
    raw, public = bytes.fromhex(case["skRm"]), bytes.fromhex(case["pkRm"])
    if case["kem_id"] == HYBRID:
        hybrid, derived = hybrid_key(raw)
        assert derived == public
        return hybrid
    key = X25519PrivateKey.from_private_bytes(raw)
    assert key.public_key().public_bytes_raw() == public
    return key


def opener(case: Any) -> Suite:
    return Suite(KEMS[case["kem_id"]], KDFS[case["kdf_id"]], AEADS[case["aead_id"]][0])


def aead_of(case: Any) -> AESGCM | ChaCha20Poly1305:
    return AEADS[case["aead_id"]][1](bytes.fromhex(case["key"]))


def message_without_aad(case: Any) -> tuple[bytes, bytes]:
    """Message 0 of a vector under its own key and nonce, as the one-shot call takes it, and the plaintext."""
    plain = bytes.fromhex(case["encryptions"][0]["pt"])
    sealed = aead_of(case).encrypt(bytes.fromhex(case["base_nonce"]), plain, b"")
    return bytes.fromhex(case["enc"]) + sealed, plain


def test_every_published_vector_is_run_or_named_with_its_reason() -> None:
    assert set(published()) == RUN | set(NOT_RUN)
    assert all(not published()[suite]["encryptions"] for suite in NOT_RUN)


@pytest.mark.parametrize("suite", suites())
def test_the_published_key_and_nonces_give_the_published_ciphertexts(suite: tuple[int, int, int]) -> None:
    """All 257 or 10 messages: so the key below is the one behind the vector's own ciphertexts."""
    case = published()[suite]
    base = int.from_bytes(bytes.fromhex(case["base_nonce"]), "big")
    assert len(case["encryptions"]) == (10 if suite[0] == HYBRID else 257)
    for sequence, message in enumerate(case["encryptions"]):
        nonce = (base ^ sequence).to_bytes(12, "big")
        assert nonce.hex() == message["nonce"]
        plain, aad = bytes.fromhex(message["pt"]), bytes.fromhex(message["aad"])
        assert aead_of(case).encrypt(nonce, plain, aad).hex() == message["ct"], sequence


@pytest.mark.parametrize("suite", suites())
def test_what_the_published_key_seals_the_private_key_opens(suite: tuple[int, int, int]) -> None:
    """Decapsulation and key schedule are those of the vector; another `info` or one bit more opens nothing."""
    case = published()[suite]
    key, info = private_key(case), bytes.fromhex(case["info"])
    sealed, plain = message_without_aad(case)
    assert opener(case).decrypt(sealed, key, info=info) == plain
    for changed, other_info in ((sealed, b"another"), (sealed[:-1] + bytes([sealed[-1] ^ 1]), info)):
        with pytest.raises(InvalidTag):
            opener(case).decrypt(changed, key, info=other_info)


@pytest.mark.parametrize("suite", suites())
def test_a_fresh_sealing_to_the_published_key_is_opened_by_it_alone(suite: tuple[int, int, int]) -> None:
    case = published()[suite]
    key, info = private_key(case), bytes.fromhex(case["info"])
    first, again = (opener(case).encrypt(b"HAZ", key.public_key(), info=info) for _ in range(2))
    assert first != again, "sealing has chance in it"
    assert opener(case).decrypt(first, key, info=info) == b"HAZ"
    stranger = hybrid_key(bytes(32))[0] if suite[0] == HYBRID else X25519PrivateKey.generate()
    with pytest.raises(InvalidTag):
        opener(case).decrypt(first, stranger, info=info)
