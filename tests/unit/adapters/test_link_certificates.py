"""What a link certificate says, and that nothing unfit becomes one."""

from __future__ import annotations

import hashlib
import ssl
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509

from detente.adapters.certificates import (
    certificate_sha256,
    make_certificate,
    names_of,
    read_certificate,
    validity_fault,
)
from detente.errors import OperatorError

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
END = datetime(2027, 1, 1, tzinfo=UTC)


def _made(party: str = "north") -> x509.Certificate:
    return read_certificate(make_certificate(party, not_before=BEGIN, not_after=END)[0])


def test_it_is_its_own_authority_in_every_extension_that_a_strict_verifier_asks_for() -> None:
    certificate = _made()
    extensions = certificate.extensions
    assert certificate.issuer == certificate.subject
    assert names_of(certificate) == ("north",)
    basic = extensions.get_extension_for_class(x509.BasicConstraints)
    assert (basic.critical, basic.value.ca, basic.value.path_length) == (True, True, 0)
    usage = extensions.get_extension_for_class(x509.KeyUsage)
    assert (usage.critical, usage.value.digital_signature, usage.value.key_cert_sign) == (True, True, True)
    subject = extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    authority = extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    assert authority.key_identifier == subject.key_identifier
    certificate.verify_directly_issued_by(certificate)


def test_the_digest_is_that_of_the_der_bytes() -> None:
    pem, _ = make_certificate("north", not_before=BEGIN, not_after=END)
    assert certificate_sha256(pem) == hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem.decode())).hexdigest()


def test_every_certificate_has_a_key_of_its_own() -> None:
    first = make_certificate("north", not_before=BEGIN, not_after=END)
    second = make_certificate("north", not_before=BEGIN, not_after=END)
    assert first[1] != second[1]


def test_both_ends_of_its_validity_are_included() -> None:
    certificate = _made()
    second = timedelta(seconds=1)
    assert validity_fault(certificate, BEGIN) is None
    assert validity_fault(certificate, END) is None
    assert validity_fault(certificate, BEGIN - second) == "is not valid before 2026-01-01T00:00:00Z"
    assert validity_fault(certificate, END + second) == "was valid until 2027-01-01T00:00:00Z"


@pytest.mark.parametrize("party", ["", "n" * 65])
def test_a_name_that_no_certificate_can_hold_is_refused(party: str) -> None:
    with pytest.raises(OperatorError, match="holds 1 to 64") as caught:
        make_certificate(party, not_before=BEGIN, not_after=END)
    assert caught.value.code == "certificate_name"


def test_an_end_before_the_beginning_is_refused() -> None:
    with pytest.raises(OperatorError) as caught:
        make_certificate("north", not_before=END, not_after=BEGIN)
    assert caught.value.code == "certificate_validity"


def test_a_file_that_is_no_certificate_is_refused() -> None:
    with pytest.raises(OperatorError) as caught:
        certificate_sha256(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    assert caught.value.code == "certificate_unreadable"
