from __future__ import annotations

from typing import Any

import msgspec
import pytest

from detente.crypto.card import CARD_TYPE, PartyCard, is_name, parse_card, root_digest, sign_card
from detente.crypto.dsse import seal
from detente.crypto.keys import HybridPrivateKey, HybridPublicKey
from detente.crypto.sealing import SealingPrivateKey
from detente.errors import PeerError
from detente.wire import encode

ROOT, STATEMENTS, JOURNAL, COSIGNER, STRANGER = (
    HybridPrivateKey.from_seeds(bytes([number]) * 32, bytes([number + 100]) * 32) for number in range(5)
)
CARD = PartyCard(
    v=1,
    party="ALFA",
    root=ROOT.public,
    statements=STATEMENTS.public,
    journal=JOURNAL.public,
    cosigner=COSIGNER.public,
    sealing=SealingPrivateKey(seed=bytes(32)).public,
    tls_certificate_sha256="ab" * 32,
    valid_from_ms=0,
    valid_until_ms=1,
)


def refusal(**changes: Any) -> str:
    card = msgspec.structs.replace(CARD, **changes)
    with pytest.raises(PeerError) as caught:
        parse_card(seal(CARD_TYPE, encode(card), ROOT))
    return caught.value.code


def test_a_signed_card_reads_back() -> None:
    assert parse_card(sign_card(CARD, ROOT)) == CARD


def test_a_card_is_signed_by_the_root_key_it_names() -> None:
    with pytest.raises(PeerError, match="does not verify"):
        parse_card(seal(CARD_TYPE, encode(CARD), STRANGER))


def test_no_key_serves_two_purposes() -> None:
    """Not even one half of it: an Ed25519 cosignature does not name its cosigner."""
    assert refusal(statements=ROOT.public) == "card_invalid"
    half = HybridPublicKey(ed25519=JOURNAL.public.ed25519, mldsa44=COSIGNER.public.mldsa44)
    assert refusal(cosigner=half) == "card_invalid"


def test_every_key_is_sound() -> None:
    low = HybridPublicKey(ed25519="A" * 43 + "=", mldsa44=COSIGNER.public.mldsa44)
    assert refusal(cosigner=low) == "key_unsound"


def test_odd_names_digests_and_times_are_refused() -> None:
    for name in ("", "A B", "A+B", "A/B", "..", ".hidden", "É", "A" * 201, "A\n"):
        assert not is_name(name)
        assert refusal(party=name) == "card_invalid"
    assert refusal(tls_certificate_sha256="AB" * 32) == "card_invalid"
    assert refusal(valid_until_ms=0) == "card_invalid"
    assert refusal(valid_from_ms=-1) == "card_invalid"
    assert refusal(valid_until_ms=2**60) == "card_invalid"


def test_the_root_digest_outlives_working_keys_and_names_the_party() -> None:
    """A memorandum stays signed when a working key or a certificate changes."""
    later = msgspec.structs.replace(CARD, statements=STRANGER.public, valid_until_ms=9)
    assert root_digest(later) == root_digest(CARD)
    assert root_digest(msgspec.structs.replace(CARD, party="BRAVO")) != root_digest(CARD)
    assert root_digest(msgspec.structs.replace(CARD, root=STRANGER.public)) != root_digest(CARD)
