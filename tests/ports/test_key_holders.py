"""Keys that sign: the real ones, and the keyed hashes of the simulation, keep the same promises."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator

import pytest

from detente.crypto import keys as product
from detente.crypto.dsse import open_envelope, seal
from detente.crypto.keys import HybridPrivateKey, HybridSignature, verify
from detente.crypto.points import L
from detente.errors import PeerError
from detente.exercise.hashed_keys import HashedPrivateKey, hashed_signatures

MESSAGE = b"is this yours?"
IDENTITY = (1).to_bytes(32, "little")
"""The neutral point: an R of order 1."""


@pytest.fixture(params=[HybridPrivateKey, HashedPrivateKey])
def kind(request: pytest.FixtureRequest) -> Iterator[type[HybridPrivateKey]]:
    if request.param is HybridPrivateKey:
        yield request.param
        return
    with hashed_signatures():
        yield request.param


@pytest.fixture
def key(kind: type[HybridPrivateKey]) -> HybridPrivateKey:
    return kind.from_seeds(b"a" * 32, b"b" * 32)


def changed(signature: str, at: int) -> str:
    raw = bytearray(base64.b64decode(signature))
    raw[at] ^= 1
    return base64.b64encode(raw).decode()


def refusal(key: HybridPrivateKey, message: bytes, signature: HybridSignature) -> str:
    with pytest.raises(PeerError) as caught:
        verify(key.public, message, signature, what="statement")
    return caught.value.code


def test_what_was_signed_verifies(key: HybridPrivateKey) -> None:
    verify(key.public, MESSAGE, key.sign(MESSAGE), what="statement")


def test_each_half_has_its_length(key: HybridPrivateKey) -> None:
    assert [len(half) for half in key.public.raw()] == [32, 1312]
    assert (len(key.sign_ed25519(MESSAGE)), len(key.sign_mldsa44(MESSAGE))) == (64, 2420)


def test_the_classical_half_is_the_same_each_time_and_the_other_is_not(key: HybridPrivateKey) -> None:
    first, second = key.sign(MESSAGE), key.sign(MESSAGE)
    assert first.ed25519 == second.ed25519
    assert first.mldsa44 != second.mldsa44
    verify(key.public, MESSAGE, second, what="statement")


def test_another_message_does_not_verify(key: HybridPrivateKey) -> None:
    assert refusal(key, MESSAGE + b" ", key.sign(MESSAGE)) == "signature_invalid"


def test_another_key_does_not_verify(kind: type[HybridPrivateKey], key: HybridPrivateKey) -> None:
    other = kind.from_seeds(b"c" * 32, b"d" * 32)
    assert refusal(other, MESSAGE, key.sign(MESSAGE)) == "signature_invalid"


@pytest.mark.parametrize("at", [0, 31, 32, 63])
def test_a_changed_classical_half_does_not_verify(key: HybridPrivateKey, at: int) -> None:
    good = key.sign(MESSAGE)
    bad = HybridSignature(ed25519=changed(good.ed25519, at), mldsa44=good.mldsa44)
    assert refusal(key, MESSAGE, bad) == "signature_invalid"


@pytest.mark.parametrize("at", [0, 71, 72, 2419])
def test_a_changed_other_half_does_not_verify(key: HybridPrivateKey, at: int) -> None:
    good = key.sign(MESSAGE)
    bad = HybridSignature(ed25519=good.ed25519, mldsa44=changed(good.mldsa44, at))
    assert refusal(key, MESSAGE, bad) == "signature_invalid"


@pytest.mark.parametrize("half", ["ed25519", "mldsa44"])
def test_both_halves_are_needed(kind: type[HybridPrivateKey], key: HybridPrivateKey, half: str) -> None:
    """One from the key and one from a stranger's key is not enough, whichever it is."""
    good = {name: getattr(key.sign(MESSAGE), name) for name in ("ed25519", "mldsa44")}
    good[half] = getattr(kind.from_seeds(b"c" * 32, b"d" * 32).sign(MESSAGE), half)
    assert refusal(key, MESSAGE, HybridSignature(**good)) == "signature_invalid"


@pytest.mark.parametrize("length", [0, 31, 63, 65])
def test_a_signature_of_another_length_does_not_verify(key: HybridPrivateKey, length: int) -> None:
    good = key.sign(MESSAGE)
    raw = (base64.b64decode(good.ed25519) + b"\0")[:length]
    bad = HybridSignature(ed25519=base64.b64encode(raw).decode(), mldsa44=good.mldsa44)
    assert refusal(key, MESSAGE, bad) == "signature_invalid"


def with_neutral_r(key: HybridPrivateKey, message: bytes) -> bytes:
    """What a holder of the key can make so that some verifiers take it: R neutral, S = h·a."""
    if isinstance(key, HashedPrivateKey):
        return key.sign_with_r(message, IDENTITY)
    digest = bytearray(hashlib.sha512(key.seeds[0]).digest()[:32])
    digest[0] &= 248
    digest[31] = digest[31] & 127 | 64
    hashed = hashlib.sha512(IDENTITY + key.public.raw()[0] + message).digest()
    s = int.from_bytes(hashed, "little") * int.from_bytes(digest, "little") % L
    return IDENTITY + s.to_bytes(32, "little")


def test_an_r_of_low_order_is_refused_by_the_rule_and_by_nothing_else(
    key: HybridPrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    signature = with_neutral_r(key, MESSAGE)
    with pytest.raises(PeerError) as caught:
        product.verify_ed25519(key.public.raw()[0], MESSAGE, signature, what="statement")
    assert caught.value.code == "signature_invalid"
    monkeypatch.setattr(product, "LOW_ORDER_ENCODINGS", frozenset())
    product.verify_ed25519(key.public.raw()[0], MESSAGE, signature, what="statement")


def test_an_unsound_key_is_refused(kind: type[HybridPrivateKey]) -> None:
    for key in (IDENTITY, b"\xff" * 32, b"short"):
        with pytest.raises(PeerError) as caught:
            product.verify_ed25519(key, MESSAGE, bytes(64), what="statement")
        assert caught.value.code == "key_unsound"


def test_an_envelope_opens_by_its_own_key_and_type_only(
    kind: type[HybridPrivateKey], key: HybridPrivateKey
) -> None:
    envelope = seal("text/one", MESSAGE, key)
    assert open_envelope(envelope, payload_type="text/one", key=key.public, what="note") == MESSAGE
    for payload_type, public in (
        ("text/two", key.public),
        ("text/one", kind.from_seeds(b"c" * 32, b"d" * 32).public),
    ):
        with pytest.raises(PeerError):
            open_envelope(envelope, payload_type=payload_type, key=public, what="note")


def test_hashes_have_the_real_public_keys_and_verify_nowhere_outside_a_simulation() -> None:
    real, hashes = (
        HybridPrivateKey(seeds=(b"a" * 32, b"b" * 32)),
        HashedPrivateKey(seeds=(b"a" * 32, b"b" * 32)),
    )
    assert hashes.public == real.public
    with hashed_signatures():
        verify(hashes.public, MESSAGE, hashes.sign(MESSAGE), what="statement")
        verify(real.public, MESSAGE, real.sign(MESSAGE), what="statement")
    assert refusal(hashes, MESSAGE, hashes.sign(MESSAGE)) == "signature_invalid"


def test_two_runs_with_the_same_keys_sign_the_same_bytes() -> None:
    first, second = (HashedPrivateKey(seeds=(b"a" * 32, b"b" * 32)) for _ in range(2))
    assert [first.sign(MESSAGE) for _ in range(3)] == [second.sign(MESSAGE) for _ in range(3)]
