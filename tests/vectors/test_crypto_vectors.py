"""Would a stranger's verifier agree? Public vectors for Ed25519, ML-DSA-44 and DSSE."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import nacl.exceptions
import nacl.signing
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

from detente.crypto.dsse import pae
from detente.crypto.keys import verify_ed25519, verify_mldsa44
from detente.crypto.points import LOW_ORDER_ENCODINGS, is_prime_order
from detente.errors import PeerError

VECTORS = Path(__file__).resolve().parents[2] / "../shared/vectors"


def load(path: str) -> Any:
    if not VECTORS.is_dir():
        pytest.skip(f"../shared is absent: {VECTORS} holds the public vectors")
    return json.loads((VECTORS / path).read_text())


def takes_ed25519(key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        verify_ed25519(key, message, signature, what="vector")
    except PeerError:
        return False
    return True


def test_of_914_odd_points_only_number_305_passes() -> None:
    """Keys of prime order and no R of low order: what is left no two verifiers read differently."""
    cases = load("ed25519-edge/ed25519vectors.json")
    assert len(cases) == 914
    taken = [
        case["number"]
        for case in cases
        if takes_ed25519(bytes.fromhex(case["key"]), case["msg"].encode(), bytes.fromhex(case["sig"]))
    ]
    assert taken == [305]


def test_pynacl_with_the_same_rule_agrees_on_every_odd_point() -> None:
    """A second implementation, which alone accepts other signatures than `cryptography` does."""
    for case in load("ed25519-edge/ed25519vectors.json"):
        key, message, signature = (
            bytes.fromhex(case["key"]),
            case["msg"].encode(),
            bytes.fromhex(case["sig"]),
        )
        try:
            nacl.signing.VerifyKey(key).verify(message, signature)
            sodium = is_prime_order(key) and signature[:32] not in LOW_ORDER_ENCODINGS
        except nacl.exceptions.BadSignatureError:
            sodium = False
        assert takes_ed25519(key, message, signature) == sodium, case["number"]


def test_ed25519_agrees_with_all_151_wycheproof_cases() -> None:
    cases = [
        (bytes.fromhex(group["publicKey"]["pk"]), case)
        for group in load("wycheproof/ed25519_test.json")["testGroups"]
        for case in group["tests"]
    ]
    assert len(cases) == 151
    for key, case in cases:
        taken = takes_ed25519(key, bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"]))
        assert taken == (case["result"] == "valid"), case["tcId"]


def test_mldsa44_agrees_with_all_180_wycheproof_cases() -> None:
    """We sign with the empty context; cases with another one are put to the library itself."""
    cases = [
        (bytes.fromhex(group["publicKey"]), case)
        for group in load("wycheproof/mldsa_44_verify_test.json")["testGroups"]
        for case in group["tests"]
    ]
    assert len(cases) == 180
    for key, case in cases:
        message, signature = bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"])
        try:
            if "ctx" in case:
                MLDSA44PublicKey.from_public_bytes(key).verify(signature, message, bytes.fromhex(case["ctx"]))
            else:
                verify_mldsa44(key, message, signature, what="vector")
            taken = True
        except (PeerError, InvalidSignature, ValueError):
            taken = False
        assert taken == (case["result"] == "valid"), case["tcId"]


def test_pae_is_that_of_the_dsse_text() -> None:
    case = load("dsse/protocol-example.json")
    payload = base64.b64decode(case["envelope"]["payload"])
    assert pae(case["payloadType"], payload) == case["pae"].encode()
