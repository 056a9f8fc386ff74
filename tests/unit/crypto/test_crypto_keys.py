from __future__ import annotations

import pytest

from detente.crypto.base64_text import bytes_of, text_of
from detente.crypto.keys import HybridPrivateKey, HybridPublicKey, HybridSignature, verify
from detente.errors import OperatorError, PeerError

KEY = HybridPrivateKey.from_seeds(b"1" * 32, b"2" * 32)
OTHER = HybridPrivateKey.from_seeds(b"3" * 32, b"4" * 32)


def refusal(key: HybridPublicKey, message: bytes, signature: HybridSignature) -> str:
    with pytest.raises(PeerError) as caught:
        verify(key, message, signature, what="statement")
    return caught.value.code


def test_what_was_signed_verifies() -> None:
    verify(KEY.public, b"message", KEY.sign(b"message"), what="statement")


def test_one_good_signature_is_not_enough() -> None:
    good, wrong = KEY.sign(b"message"), OTHER.sign(b"message")
    for mixed in (
        HybridSignature(ed25519=good.ed25519, mldsa44=wrong.mldsa44),
        HybridSignature(ed25519=wrong.ed25519, mldsa44=good.mldsa44),
        HybridSignature(ed25519=good.ed25519, mldsa44=""),
        HybridSignature(ed25519="", mldsa44=good.mldsa44),
    ):
        assert refusal(KEY.public, b"message", mixed) == "signature_invalid"


def test_another_message_or_key_is_refused() -> None:
    signature = KEY.sign(b"message")
    assert refusal(KEY.public, b"messagE", signature) == "signature_invalid"
    assert refusal(OTHER.public, b"message", signature) == "signature_invalid"


def test_an_r_of_low_order_is_refused_before_the_library_is_asked() -> None:
    signature = KEY.sign(b"message")
    zero_r = bytes(32) + bytes_of(signature.ed25519, what="test")[32:]
    with pytest.raises(PeerError, match="R of low order"):
        verify(
            KEY.public,
            b"message",
            HybridSignature(ed25519=text_of(zero_r), mldsa44=signature.mldsa44),
            what="statement",
        )


def test_an_unsound_key_is_refused() -> None:
    low = HybridPublicKey(ed25519=text_of(bytes(32)), mldsa44=KEY.public.mldsa44)
    assert refusal(low, b"message", KEY.sign(b"message")) == "key_unsound"


@pytest.mark.parametrize("half", ["", "AAAA", "é", "%%%%", text_of(bytes(31))])
def test_a_key_that_is_no_key_is_malformed(half: str) -> None:
    for key in (
        HybridPublicKey(ed25519=half, mldsa44=KEY.public.mldsa44),
        HybridPublicKey(ed25519=KEY.public.ed25519, mldsa44=half),
    ):
        assert refusal(key, b"message", KEY.sign(b"message")) == "malformed"


def test_base64_has_one_spelling() -> None:
    """Python takes both for the same byte."""
    assert bytes_of("QQ==", what="test") == b"A"
    for other in ("QR==", "QQ", "QQ==\n", " QQ=="):
        with pytest.raises(PeerError, match="base64"):
            bytes_of(other, what="test")


def test_a_private_key_is_its_seeds_and_does_not_show_them() -> None:
    again = HybridPrivateKey.from_seeds(*KEY.seeds)
    assert again.public == KEY.public
    assert "1111" not in repr(KEY)


def test_a_seed_of_wrong_length_says_what_to_do() -> None:
    with pytest.raises(OperatorError) as caught:
        HybridPrivateKey.from_seeds(b"short", b"2" * 32)
    assert caught.value.code == "key_malformed"
    assert caught.value.cure
