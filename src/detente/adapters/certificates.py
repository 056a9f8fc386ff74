"""The certificate with which a node opens the line: made here, signed by itself, pinned by its hash.

No authority stands above both parties, so none signs; the card of a party carries the SHA-256 of its
certificate instead. The extensions are those that a strict verifier asks of a root (RFC 5280 section 4.2),
so that a peer's own software, in any language, can load it as its only trusted root.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from detente.errors import OperatorError
from detente.quantities import Digest

COMMON_NAME_CHARS_MAX = 64
"""RFC 5280 appendix A: ub-common-name."""


def make_certificate(party: str, *, not_before: datetime, not_after: datetime) -> tuple[bytes, bytes]:
    """A self-signed certificate over a fresh Ed25519 key, and that key; both PEM.

    Args:
        party: becomes the common name; the peer checks it beside the hash.
        not_before, not_after: aware, both included, whole seconds are kept.
    Returns: certificate, key. The key is not encrypted: its file must be readable by its owner only.
    Raises: OperatorError `certificate_name` where the name does not fit a certificate,
        `certificate_validity` where the times are not in order.
    """
    if not party or len(party) > COMMON_NAME_CHARS_MAX:
        raise OperatorError(
            "certificate_name",
            f"The party name {party!r} has {len(party)} characters; a certificate holds 1 to 64.",
            cure="Choose a shorter party id.",
        )
    if not_before >= not_after:
        raise OperatorError(
            "certificate_validity",
            "The certificate would end before it begins.",
            cure="Exchange the two times.",
        )
    key = Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, party)])
    public = key.public_key()
    certificate = (
        x509.CertificateBuilder(
            issuer_name=name, subject_name=name, public_key=public, serial_number=x509.random_serial_number()
        )
        .not_valid_before(not_before)
        .not_valid_after(not_after)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False)
        .sign(key, None)
    )
    return (
        certificate.public_bytes(Encoding.PEM),
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    )


def certificate_sha256(certificate_pem: bytes) -> Digest:
    """SHA-256 over the DER form: what a card carries and `openssl x509 -fingerprint -sha256` prints.

    Raises: OperatorError `certificate_unreadable`.
    """
    return Digest(hashlib.sha256(read_certificate(certificate_pem).public_bytes(Encoding.DER)).hexdigest())


def read_certificate(certificate_pem: bytes) -> x509.Certificate:
    """The certificate in a PEM file of our own; raises OperatorError `certificate_unreadable`."""
    try:
        return x509.load_pem_x509_certificate(certificate_pem)
    except ValueError as why:
        raise OperatorError(
            "certificate_unreadable",
            f"The link certificate cannot be read: {why}.",
            cure="Give the PEM file that was made with the card.",
        ) from why


def names_of(certificate: x509.Certificate) -> tuple[str, ...]:
    """The common names of the subject, as they stand; a sound certificate has exactly one."""
    attributes = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return tuple(str(attribute.value) for attribute in attributes)


def validity_fault(certificate: x509.Certificate, now: datetime) -> str | None:
    """Why the certificate is not valid at an aware time, ends included; None where it is."""
    if now < certificate.not_valid_before_utc:
        return f"is not valid before {certificate.not_valid_before_utc:%Y-%m-%dT%H:%M:%SZ}"
    if now > certificate.not_valid_after_utc:
        return f"was valid until {certificate.not_valid_after_utc:%Y-%m-%dT%H:%M:%SZ}"
    return None


def _key_usage() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
