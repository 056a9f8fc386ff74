"""Signed envelopes: the signatures cover the very bytes of the payload, so nothing needs canonical form.

Source: DSSE 1.0.2 (envelope and pre-authentication encoding). Restricted to one layout: compact JSON, keys in
this order, standard base64, no key hints, and exactly two signatures, Ed25519 then ML-DSA-44. ML-DSA signs
with chance, so two envelopes of one payload differ: compare payloads, never envelopes.
"""

from __future__ import annotations

from detente.crypto.base64_text import bytes_of, text_of
from detente.crypto.keys import HybridPrivateKey, HybridPublicKey, HybridSignature, verify
from detente.errors import PeerError
from detente.wire import Record, decode, encode
from detente.wire.limits import ENVELOPE_BYTES_MAX, PAYLOAD_BYTES_MAX


class EnvelopeSignature(Record, frozen=True, kw_only=True):
    """One signature, standard base64."""

    sig: str


class Envelope(Record, frozen=True, kw_only=True):
    """The JSON object; the names are those of DSSE."""

    payload: str
    payloadType: str  # noqa: N815 - the name is fixed by DSSE
    signatures: tuple[EnvelopeSignature, EnvelopeSignature]


def pae(payload_type: str, payload: bytes) -> bytes:
    """The bytes that are signed: type and payload, each behind its length, so that neither can run over."""
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def seal(payload_type: str, payload: bytes, key: HybridPrivateKey) -> bytes:
    """Envelope bytes in the one layout. Sign once, keep and send these bytes."""
    assert len(payload) <= PAYLOAD_BYTES_MAX, f"a payload has at most {PAYLOAD_BYTES_MAX} bytes"
    signature = key.sign(pae(payload_type, payload))
    return encode(
        Envelope(
            payload=text_of(payload),
            payloadType=payload_type,
            signatures=(EnvelopeSignature(sig=signature.ed25519), EnvelopeSignature(sig=signature.mldsa44)),
        )
    )


def open_envelope(data: bytes, *, payload_type: str, key: HybridPublicKey, what: str) -> bytes:
    """The payload, if both signatures verify.

    Raises: PeerError `too_large`, `malformed`, `layout`, `wrong_type`, `key_unsound`, `signature_invalid`.
    """
    envelope, payload = _parse(data, payload_type=payload_type, what=what)
    first, second = envelope.signatures
    signature = HybridSignature(ed25519=first.sig, mldsa44=second.sig)
    verify(key, pae(payload_type, payload), signature, what=what)
    return payload


def peek_payload(data: bytes, *, payload_type: str, what: str) -> bytes:
    """The payload, NOT verified: for choosing the key. Raises as `open_envelope`, signatures apart."""
    return _parse(data, payload_type=payload_type, what=what)[1]


def _parse(data: bytes, *, payload_type: str, what: str) -> tuple[Envelope, bytes]:
    envelope = decode(data, Envelope, what=what, bytes_max=ENVELOPE_BYTES_MAX)
    if envelope.payloadType != payload_type:
        raise PeerError(
            "wrong_type", f"The {what} is of type {envelope.payloadType[:80]!r}; {payload_type!r} is wanted."
        )
    payload = bytes_of(envelope.payload, what=f"payload of the {what}")
    if len(payload) > PAYLOAD_BYTES_MAX:
        raise PeerError("too_large", f"The payload of the {what} has more than {PAYLOAD_BYTES_MAX} bytes.")
    return envelope, payload
