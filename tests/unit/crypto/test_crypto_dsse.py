from __future__ import annotations

import json

import pytest

from detente.crypto.dsse import open_envelope, pae, peek_payload, seal
from detente.crypto.keys import HybridPrivateKey
from detente.errors import PeerError
from detente.wire.limits import ENVELOPE_BYTES_MAX, PAYLOAD_BYTES_MAX

KIND = "application/vnd.detente.test+json"
KEY = HybridPrivateKey.from_seeds(b"1" * 32, b"2" * 32)
OTHER = HybridPrivateKey.from_seeds(b"3" * 32, b"4" * 32)
SEALED = seal(KIND, b'{"a":1}', KEY)


def refusal(data: bytes, *, kind: str = KIND) -> str:
    with pytest.raises(PeerError) as caught:
        open_envelope(data, payload_type=kind, key=KEY.public, what="statement")
    return caught.value.code


def test_what_was_sealed_opens() -> None:
    assert open_envelope(SEALED, payload_type=KIND, key=KEY.public, what="statement") == b'{"a":1}'
    assert peek_payload(SEALED, payload_type=KIND, what="statement") == b'{"a":1}'


def test_lengths_are_counted_in_bytes() -> None:
    """So that type and payload cannot run into each other."""
    assert pae("é", b"") == b"DSSEv1 2 \xc3\xa9 0 "


def test_another_key_does_not_open_it() -> None:
    assert refusal(seal(KIND, b"{}", OTHER)) == "signature_invalid"


def test_an_envelope_of_one_type_never_passes_for_another() -> None:
    assert refusal(SEALED, kind="application/vnd.detente.party-card+json") == "wrong_type"
    renamed = SEALED.replace(KIND.encode(), b"application/vnd.detente.best+json")
    assert refusal(renamed, kind="application/vnd.detente.best+json") == "signature_invalid"


def test_there_is_one_layout() -> None:
    """Spacing, key order, extra keys, a key hint, swapped or missing signatures: refused, each of them."""
    value = json.loads(SEALED)
    first, second = value["signatures"]
    compact = {"separators": (",", ":")}
    assert json.dumps(value, **compact).encode() == SEALED
    others = {
        "layout": [
            json.dumps(value).encode(),
            json.dumps({"payloadType": KIND, **value}, **compact).encode(),
            SEALED.replace(b"application/vnd", b"application\\/vnd"),
        ],
        "malformed": [
            json.dumps(value | {"x": 1}, **compact).encode(),
            json.dumps(value | {"signatures": [first]}, **compact).encode(),
            json.dumps(value | {"signatures": [first, second, second]}, **compact).encode(),
            json.dumps(value | {"signatures": [first | {"keyid": "k"}, second]}, **compact).encode(),
            SEALED[:-1],
            b"",
            b"\xff",
        ],
        "signature_invalid": [json.dumps(value | {"signatures": [second, first]}, **compact).encode()],
    }
    for code, variants in others.items():
        for data in variants:
            assert refusal(data) == code, data[:80]


def test_the_largest_payload_fits_a_journal_entry() -> None:
    assert len(seal(KIND, b"x" * PAYLOAD_BYTES_MAX, KEY)) <= ENVELOPE_BYTES_MAX
    assert refusal(b" " * (ENVELOPE_BYTES_MAX + 1)) == "too_large"
