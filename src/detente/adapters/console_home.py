"""What the console of a home has: where it listens, under which names, and a certificate for browsers.

Not the certificate of the link: browsers refuse Ed25519 in TLS, and whoever steals what the console shows must not
thereby be the party on the line. This one is ECDSA over P-256, made at the first start that needs it; its hash is
printed, for the officer to compare in the browser's warning. An operator with an authority of his own puts its two
files there instead.
"""

from __future__ import annotations

import os
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from detente.errors import OperatorError

DAYS = 397
"""The longest life that browsers take (CA/Browser Forum ballot SC22)."""


class ConsoleSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """[console]: without it there is none.

    `listen` is ADDRESS:PORT; `names` are further host names under which it is asked for; `tls = false` is for
    loopback only.
    """

    listen: str
    names: tuple[str, ...] = ()
    tls: bool = True

    def address(self) -> tuple[str, int]:
        """Host and port; raises OperatorError `console_listen`, or `console_plain` for plain http on a network."""
        host, _, port = self.listen.rpartition(":")
        host = host.removeprefix("[").removesuffix("]")
        try:
            found = ip_address(host)
            if not (port.isascii() and port.isdecimal() and 0 < int(port) < 65_536):
                raise ValueError
        except ValueError as why:
            raise OperatorError(
                "console_listen",
                f"[console] listen = {self.listen[:60]!r} is no address and port.",
                cure='Write, for example, listen = "127.0.0.1:8443".',
            ) from why
        if not self.tls and not found.is_loopback:
            raise OperatorError(
                "console_plain",
                f"The console would be on {host} without encryption.",
                cure="Leave out tls = false, or listen on 127.0.0.1.",
            )
        return host, int(port)

    def all_names(self) -> frozenset[str]:
        """Every host name and address under which the console may be asked for, in small letters."""
        host, _ = self.address()
        near = {"localhost", "127.0.0.1", "::1"} if ip_address(host).is_loopback else set()
        return frozenset({host, *near, *(name.lower().rstrip(".") for name in self.names)})

    def url(self) -> str:
        """Where to open it."""
        host, port = self.address()
        shown = f"[{host}]" if ":" in host else host
        return f"{'https' if self.tls else 'http'}://{shown}:{port}/"


def console_context(folder: Path, settings: ConsoleSettings, party: str) -> tuple[ssl.SSLContext, str]:
    """TLS 1.3 with the certificate in a folder, made there if there is none, and its SHA-256 in pairs.

    Raises: OperatorError `console_certificate` where the files cannot be used.
    """
    certificate, key = folder / "console-certificate.pem", folder / "console-key.pem"
    if not certificate.exists() and not key.exists():
        _make(certificate, key, names=settings.all_names(), party=party)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    try:
        context.load_cert_chain(certificate, key)
        shown = x509.load_pem_x509_certificate(certificate.read_bytes())
    except (OSError, ValueError) as why:
        raise OperatorError(
            "console_certificate",
            f"{certificate} and {key} cannot be used: {why}.",
            cure="Put both there, or remove both: new ones are made.",
        ) from why
    return context, shown.fingerprint(hashes.SHA256()).hex(":").upper()


def _make(certificate: Path, key: Path, *, names: frozenset[str], party: str) -> None:
    private, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{party[:40]} console")])
    usage = x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    made = (
        x509.CertificateBuilder(
            issuer_name=subject,
            subject_name=subject,
            public_key=private.public_key(),
            serial_number=x509.random_serial_number(),
        )
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=DAYS - 1))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_name(one) for one in sorted(names)]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False)
        .sign(private, hashes.SHA256())
    )
    descriptor = os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    certificate.write_bytes(made.public_bytes(Encoding.PEM))


def _name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(text))
    except ValueError:
        return x509.DNSName(text)
