"""TLS 1.3 between two nodes that trust each other's certificate and no other, over asyncio streams.

pyOpenSSL with memory BIOs, not `ssl`: its verify callback sees the certificate of a stranger, so a refusal
can say whose it was, and its OpenSSL agrees on hybrid post-quantum groups by itself (see
docs/decisions/0001-pyopenssl-for-the-link.md).

What must hold before a byte of the caller's is read or written:
1. the protocol is TLS 1.3;
2. the peer showed a certificate and proved that it holds the key (OpenSSL);
3. the SHA-256 of the certificate's DER bytes is pinned for a party;
4. its one common name is that party;
5. it is valid at the time given by the caller's real clock;
6. nothing of this was skipped by resuming an older session.
Source: RFC 8446.
"""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Literal, TypeAlias, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from OpenSSL import SSL, crypto

from detente.adapters.certificates import certificate_sha256, names_of, read_certificate, validity_fault
from detente.errors import OperatorError, PeerError
from detente.quantities import Digest, PartyId

T = TypeVar("T")

Pins: TypeAlias = Callable[[Digest], PartyId | None]
"""The party for which a certificate hash is pinned; None for a stranger's."""

CHUNK_BYTES = 65_536
LINGER_S = 1.0
"""How long a refused peer may take to read why; without it, a reset would overtake the alert."""
LINGER_BYTES_MAX = 2_097_152
COMMON_NAME_SHOWN_CHARS_MAX = 64

REFUSING_ALERTS = ("certificate", "unknown ca", "access denied")
"""Parts of the names of TLS alerts (RFC 8446 section 6.2) that speak of the certificate shown."""

_JUDGED_HERE = frozenset(
    {
        0,  # X509_V_OK
        9,  # X509_V_ERR_CERT_NOT_YET_VALID: the caller's clock decides
        10,  # X509_V_ERR_CERT_HAS_EXPIRED: the same
        18,  # X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: the pin stands in for an authority
    }
)


class TlsError(PeerError):
    """The handshake or the stream failed.

    `code` is one of: `stranger` (not pinned, or pinned for another name), `expired` (or not yet valid),
    `refused` (the peer refused our certificate), `closed` (the bytes ended early), `protocol` (the rest).
    """


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """Our own certificate and key, loaded once."""

    context: SSL.Context
    certificate: x509.Certificate
    sha256: Digest

    def fault(self, now: datetime) -> str | None:
        """Why a peer would refuse our certificate at this time; None where it is valid."""
        return validity_fault(self.certificate, now)


def load_credentials(*, certificate_pem: bytes, key_pem: bytes) -> Credentials:
    """A context for both sides: TLS 1.3 only, no tickets, no session cache.

    Raises: OperatorError `certificate_unreadable`, `key_unreadable` or `key_mismatch`.
    """
    certificate = read_certificate(certificate_pem)
    context = SSL.Context(SSL.TLS_METHOD)
    context.set_min_proto_version(SSL.TLS1_3_VERSION)
    context.set_max_proto_version(SSL.TLS1_3_VERSION)
    context.set_options(SSL.OP_NO_TICKET)
    context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
    cure = "Give the PEM files that were made together with the card."
    try:
        key = load_pem_private_key(key_pem, password=None)
    except (ValueError, TypeError) as why:
        raise OperatorError("key_unreadable", f"The link's key cannot be read: {why}.", cure=cure) from why
    try:
        context.use_certificate(certificate)
        context.use_privatekey(key)  # type: ignore[arg-type]  # any other kind is refused below, by name
        context.check_privatekey()
    except (SSL.Error, TypeError) as why:
        raise OperatorError(
            "key_mismatch", "The key of the link is not the key of its certificate.", cure=cure
        ) from why
    return Credentials(context=context, certificate=certificate, sha256=certificate_sha256(certificate_pem))


class TlsStream:
    """One connection after its handshake; for one reading and writing coroutine at a time.

    Every method raises TlsError. Time limits are the caller's.
    """

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        connection: SSL.Connection,
        own_sha256: Digest,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._connection = connection
        self._own_sha256 = own_sha256
        self.peer = PartyId("")
        self.peer_sha256 = Digest("")
        self.group = ""

    def wait_early(self, waiting_bytes_max: int) -> None:
        """Let `write` wait as soon as so much is not sent: what must not be late must not lie in buffers."""
        self._writer.transport.set_write_buffer_limits(high=waiting_bytes_max)

    async def read(self) -> bytes:
        """Some bytes, at most 64 KiB; empty after the peer's goodbye."""
        try:
            return await self._drive(partial(self._connection.recv, CHUNK_BYTES))
        except SSL.ZeroReturnError:
            return b""

    async def write(self, data: bytes) -> None:
        """Hand over all of it; returns when the transport has taken it."""
        rest = memoryview(data)
        while rest:
            sent = await self._drive(partial(self._connection.send, rest[:CHUNK_BYTES]))
            rest = rest[sent:]

    async def close(self) -> None:
        """Say goodbye, let the peer read what was said, and let go of the socket."""
        try:
            self._connection.shutdown()
        except SSL.Error:
            self.abort()  # the session is broken already: no goodbye can be said in it
            return
        await self._part()

    def abort(self) -> None:
        """Let go of the socket at once."""
        self._writer.transport.abort()

    async def handshake(self, judge: _Judge) -> None:
        """Run the handshake; where it fails, tell the peer why (a TLS alert) and let go of the socket."""
        try:
            await self._drive(self._connection.do_handshake)
            if judge.verdict is None:
                raise TlsError("protocol", "the peer showed no certificate in this handshake")
        except SSL.ZeroReturnError as why:
            raise TlsError("closed", "the peer said goodbye during the handshake") from why
        except TlsError as why:
            await self._part()
            raise (judge.refusal or why) from why
        self.peer, self.peer_sha256 = judge.verdict
        self.group = self._connection.get_group_name() or "unknown"

    async def _drive(self, step: Callable[[], T]) -> T:
        """Repeat one OpenSSL step, carrying bytes both ways, until it has its result."""
        while True:
            try:
                result = step()
            except SSL.WantReadError:
                await self._flush()
                await self._feed()
            except SSL.ZeroReturnError:
                raise
            except SSL.Error as why:
                await self._flush()
                raise self._error_of(why) from why
            else:
                await self._flush()
                return result

    async def _flush(self) -> None:
        while data := self._outgoing():
            self._writer.write(data)
        try:
            await self._writer.drain()
        except OSError as why:
            raise TlsError("closed", f"the connection broke: {why.strerror or why}") from why

    def _outgoing(self) -> bytes:
        try:
            return self._connection.bio_read(CHUNK_BYTES)
        except SSL.WantReadError:
            return b""

    async def _feed(self) -> None:
        try:
            data = await self._reader.read(CHUNK_BYTES)
        except OSError as why:
            raise TlsError("closed", f"the connection broke: {why.strerror or why}") from why
        if not data:
            raise TlsError("closed", "the connection ended without a goodbye")
        self._connection.bio_write(data)

    async def _part(self) -> None:
        """Send what is left and read on for a moment: closing over unread bytes would reset the connection.

        Whoever does not listen is not waited for (TimeoutError is an OSError).
        """
        taken = 0
        with suppress(OSError, TlsError):
            async with asyncio.timeout(LINGER_S):
                await self._flush()
                self._writer.write_eof()
                while taken < LINGER_BYTES_MAX and (data := await self._reader.read(CHUNK_BYTES)):
                    taken += len(data)
        self.abort()

    def _error_of(self, why: SSL.Error) -> TlsError:
        if isinstance(why, SSL.SysCallError):
            return TlsError("closed", "the connection ended without a goodbye")
        entries = why.args[0] if why.args and isinstance(why.args[0], list) else []
        reason = ", ".join(str(entry[-1]) for entry in entries) or "no reason given"
        if "alert" in reason and any(word in reason for word in REFUSING_ALERTS):
            return TlsError(
                "refused",
                f"the peer refused our certificate, sha256={self._own_sha256} (TLS: {reason})",
                cure="Compare this sha256 with the card that the peer holds of us; it may hold an older one.",
            )
        return TlsError("protocol", f"TLS failed: {reason}")


async def shake_hands(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    *,
    side: Literal["client", "server"],
    credentials: Credentials,
    pins: Pins,
    now: Callable[[], datetime],
) -> TlsStream:
    """A stream whose peer is known.

    Returns: with `peer`, `peer_sha256` and `group` (for example ``X25519MLKEM768``) set.
    Raises: TlsError; the socket is let go. On the client's side a success does not yet say that the server
        took our certificate: in TLS 1.3 it can refuse only at our first read.
    """
    connection = SSL.Connection(credentials.context, None)
    judge = _Judge(pins, now)
    connection.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, judge)
    if side == "server":
        connection.set_accept_state()
    else:
        connection.set_connect_state()
    stream = TlsStream(reader, writer, connection, credentials.sha256)
    try:
        await stream.handshake(judge)
    except BaseException:
        stream.abort()  # cancelled by a time limit, for example
        raise
    return stream


class _Judge:
    """The verify callback of one connection. It never raises: pyOpenSSL would lose the reason."""

    def __init__(self, pins: Pins, now: Callable[[], datetime]) -> None:
        self._pins = pins
        self._now = now
        self.verdict: tuple[PartyId, Digest] | None = None
        self.refusal: TlsError | None = None

    def __call__(
        self, _connection: SSL.Connection, shown: crypto.X509, error: int, depth: int, _ok: int
    ) -> bool:
        """OpenSSL asks several times about one certificate: once for each fault, and once at the end."""
        if self.verdict is None and self.refusal is None:
            self._look_at(shown)
        if self.refusal is None and (error not in _JUDGED_HERE or depth != 0):
            self.refusal = TlsError(
                "stranger", f"unsound certificate: OpenSSL error {error} at depth {depth}"
            )
        return self.refusal is None

    def _look_at(self, shown: crypto.X509) -> None:
        sha256 = Digest(shown.digest("sha256").decode().replace(":", "").lower())
        certificate = _parsed(shown)
        names = names_of(certificate) if certificate is not None else ()
        who = f"CN={_shown(names)}, sha256={sha256}"
        party = self._pins(sha256)
        if party is None or certificate is None:
            self.refusal = TlsError("stranger", f"stranger: {who}: not pinned by this node")
        elif names != (party,):
            self.refusal = TlsError("stranger", f"wrong name: {who}: pinned for {party}")
        elif fault := validity_fault(certificate, self._now()):
            self.refusal = TlsError("expired", f"certificate out of date: {who}: it {fault}")
        else:
            self.verdict = (party, sha256)


def _parsed(shown: crypto.X509) -> x509.Certificate | None:
    """OpenSSL reads certificates that `cryptography` refuses or warns of; those are nobody's."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            certificate = shown.to_cryptography()
            names_of(certificate)
            validity_fault(certificate, certificate.not_valid_before_utc)
            return certificate
    except (ValueError, x509.InvalidVersion):
        return None


def _shown(names: tuple[str, ...]) -> str:
    """A stranger chooses this text: no line breaks, no control characters, no endless names."""
    text = ",".join(names) or "(none)"
    cut = text[:COMMON_NAME_SHOWN_CHARS_MAX] + ("..." if len(text) > COMMON_NAME_SHOWN_CHARS_MAX else "")
    return ascii(cut)[1:-1]
