"""Who may speak on the link: TLS 1.3, a pinned certificate each way, and a refusal that says whose it was.

Certificates are valid around NOON of conftest; validity is judged by the clock that a test gives.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from detente.adapters.link_client import LinkError
from detente.adapters.tls import load_credentials, shake_hands
from detente.errors import OperatorError
from detente.ports import LinkRequest
from detente.quantities import PartyId

HOST = "127.0.0.1"
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
GET = LinkRequest(method="GET", target="/hello")
LATER = datetime(2026, 9, 1, tzinfo=UTC)
EARLIER = datetime(2026, 1, 1, tzinfo=UTC)


async def _failure(client) -> LinkError:
    with pytest.raises(LinkError) as caught:
        await client.request(GET, timeout_s=5)
    await client.close()
    return caught.value


async def _foreign_get(port: int, context: ssl.SSLContext) -> bytes:
    reader, writer = await asyncio.open_connection(HOST, port, ssl=context, server_hostname="alpha")
    try:
        writer.write(b"GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        return await reader.read()
    finally:
        writer.transport.abort()


def test_two_pinned_parties_talk_and_each_knows_the_other(link_world) -> None:
    """And their OpenSSL agrees on a hybrid post-quantum group unasked."""

    async def main() -> None:
        async with link_world.serve() as served:
            client = link_world.client(served.port)
            response = await client.request(GET, timeout_s=5)
            assert (response.status, response.body) == (200, b"bravo /hello ")
            assert client.group == "X25519MLKEM768"
            await client.close()
            assert served.reports.empty()

    link_world.run(main())


def test_a_stranger_who_calls_is_named_and_is_told_that_it_was_refused(link_world) -> None:
    async def main() -> None:
        async with link_world.serve() as served:
            mallory = link_world.mallory
            why = await _failure(link_world.client(served.port, mallory))
            assert why.code == "refused"
            assert mallory.sha256 in why.message
            assert why.message.startswith("alpha over direct (127.0.0.1 port ")
            assert await served.report() == (
                f"stranger: CN=mallory, sha256={mallory.sha256}: not pinned by this node (from 127.0.0.1)"
            )

    link_world.run(main())


def test_a_stranger_who_listens_is_named_and_hears_that_it_was_refused(link_world) -> None:
    async def main() -> None:
        async with link_world.serve(me=link_world.mallory) as served:
            why = await _failure(link_world.client(served.port))
            assert why.code == "stranger"
            assert f"CN=mallory, sha256={link_world.mallory.sha256}" in why.message
            assert "card" in why.cure
            report = await served.report()
            assert report.startswith("the peer refused our certificate")
            assert link_world.mallory.sha256 in report

    link_world.run(main())


def test_a_pinned_certificate_of_another_name_is_refused(link_world) -> None:
    """A pin entered for the wrong party must not let one party speak for another."""

    async def main() -> None:
        pins = {link_world.bravo.sha256: PartyId("charlie")}
        async with link_world.serve(pins=pins) as served:
            why = await _failure(link_world.client(served.port))
            assert why.code == "refused"
            assert "wrong name: CN=bravo" in (report := await served.report())
            assert "pinned for charlie" in report
            why = await _failure(link_world.client(served.port, peer="delta"))
            assert why.code == "stranger"
            assert "pinned for delta" in why.message

    link_world.run(main())


@pytest.mark.parametrize(
    ("clock", "said"), [(LATER, "it was valid until"), (EARLIER, "it is not valid before")]
)
def test_a_certificate_out_of_date_by_the_servers_clock_is_refused(link_world, clock, said) -> None:
    async def main() -> None:
        async with link_world.serve(now=clock) as served:
            why = await _failure(link_world.client(served.port))
            assert why.code == "refused"
            assert said in (report := await served.report())
            assert link_world.bravo.sha256 in report

    link_world.run(main())


def test_a_certificate_out_of_date_by_the_clients_clock_is_refused(link_world) -> None:
    async def main() -> None:
        async with link_world.serve() as served:
            bravo = link_world.identity("bravo", days=3650)
            why = await _failure(link_world.client(served.port, bravo, now=LATER))
            assert why.code == "expired"
            assert "CN=alpha" in why.message

    link_world.run(main())


def test_our_own_certificate_out_of_date_is_said_before_anyone_is_called(link_world) -> None:
    async def main() -> None:
        why = await _failure(link_world.client(1, now=LATER))
        assert why.code == "expired"
        assert "our own certificate was valid until" in why.message

    link_world.run(main())


def test_a_certificate_issued_by_a_pinned_one_is_a_strangers(link_world) -> None:
    """Each pinned certificate is formally its own authority; it may not vouch for another."""
    issuer_key = load_pem_private_key(link_world.bravo.key_pem, password=None)
    assert isinstance(issuer_key, Ed25519PrivateKey)
    issuer = x509.load_pem_x509_certificate(link_world.bravo.certificate_pem)
    key = Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bravo")])
    leaf = (
        x509.CertificateBuilder(issuer.subject, name, key.public_key(), 7)
        .not_valid_before(issuer.not_valid_before_utc)
        .not_valid_after(issuer.not_valid_after_utc)
        .sign(issuer_key, None)
    )
    file = link_world.folder / "leaf.pem"
    file.write_bytes(
        leaf.public_bytes(Encoding.PEM)
        + link_world.bravo.certificate_pem
        + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    context = link_world.foreign_context(None, trusts=link_world.alpha)
    context.load_cert_chain(file)

    async def main() -> None:
        async with link_world.serve(now=datetime.now(UTC)) as served:
            with pytest.raises(ssl.SSLError):
                await _foreign_get(served.port, context)
            assert (await served.report()).startswith("stranger: CN=bravo")

    context.verify_mode = ssl.CERT_NONE
    link_world.run(main())


def test_other_software_with_strict_verification_can_speak(link_world) -> None:
    """Python's `ssl` in place of ours: the certificates hold under VERIFY_X509_STRICT."""

    async def main() -> None:
        context = link_world.foreign_context(bravo, trusts=alpha)
        async with link_world.serve(
            me=alpha, now=datetime.now(UTC), pins={bravo.sha256: PartyId("bravo")}
        ) as served:
            assert (await _foreign_get(served.port, context)).endswith(b"bravo /hello ")

    alpha = link_world.identity("alpha", days=36500)
    bravo = link_world.identity("bravo", days=36500)
    if datetime.now(UTC) < NOON:
        pytest.skip("the clock of this machine is before the certificates of this test")
    link_world.run(main())


def test_a_session_is_never_resumed_past_the_pins(link_world) -> None:
    """A party whose pin is withdrawn must not come in on an older session."""

    async def main() -> None:
        context = link_world.foreign_context(link_world.bravo, trusts=link_world.alpha)
        context.verify_mode = ssl.CERT_NONE
        async with link_world.serve() as served:
            plain = await asyncio.to_thread(_two_sessions, served.port, context)
            assert plain == [False, False]
            assert served.asked == [link_world.bravo.sha256] * 2

    link_world.run(main())


def _two_sessions(port: int, context: ssl.SSLContext) -> list[bool]:
    reused = []
    session = None
    for _ in range(2):
        with (
            socket.create_connection((HOST, port), timeout=5) as plain,
            context.wrap_socket(plain, server_hostname="alpha", session=session) as secure,
        ):
            secure.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            while secure.recv(4096):
                continue
            reused.append(bool(secure.session_reused))
            session = secure.session
    return reused


def test_a_caller_without_a_certificate_is_refused(link_world) -> None:
    async def main() -> None:
        context = link_world.foreign_context(None, trusts=link_world.alpha)
        context.verify_mode = ssl.CERT_NONE
        async with link_world.serve() as served:
            with pytest.raises(ssl.SSLError):
                await _foreign_get(served.port, context)
            assert "peer did not return a certificate" in await served.report()

    link_world.run(main())


def test_tls_1_2_is_refused_by_name(link_world) -> None:
    async def main() -> None:
        context = link_world.foreign_context(link_world.bravo, trusts=link_world.alpha)
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        async with link_world.serve() as served:
            with pytest.raises(ssl.SSLError):
                await _foreign_get(served.port, context)
            assert "unsupported protocol" in await served.report()

    link_world.run(main())


def test_a_strangers_name_cannot_write_lines_of_its_own_into_a_log(link_world) -> None:
    async def main() -> None:
        async with link_world.serve() as served:
            await _failure(link_world.client(served.port, link_world.identity("x\nall is well \x1b[2J")))
            report = await served.report()
            assert report.isascii()
            assert report.isprintable()
            assert "CN=x\\nall is well \\x1b[2J, sha256=" in report

    link_world.run(main())


def test_a_certificate_that_cannot_be_parsed_is_a_strangers(link_world) -> None:
    """OpenSSL takes a version 4 that does not exist; what follows must not stumble over it."""
    mallory = link_world.mallory
    der = x509.load_pem_x509_certificate(mallory.certificate_pem).public_bytes(Encoding.DER)
    version_3, version_4 = b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x03"
    assert version_3 in der
    torn = ssl.DER_cert_to_PEM_cert(der.replace(version_3, version_4))
    file = link_world.folder / "torn.pem"
    file.write_bytes(torn.encode() + mallory.key_pem)
    context = link_world.foreign_context(None, trusts=link_world.alpha)
    context.verify_mode = ssl.CERT_NONE
    context.load_cert_chain(file)

    async def main() -> None:
        async with link_world.serve() as served:
            with pytest.raises(ssl.SSLError):
                await _foreign_get(served.port, context)
            assert (await served.report()).startswith("stranger: CN=(none), sha256=")

    link_world.run(main())


def test_small_messages_leave_at_once_on_both_sides(link_world) -> None:
    """TCP_NODELAY: 663 against 22 handshakes a second were seen with and without it."""
    seen = []

    def look(writer: asyncio.StreamWriter) -> None:
        seen.append(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))

    async def accept(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        look(writer)
        writer.transport.abort()

    async def main() -> None:
        server = await asyncio.start_server(accept, HOST, 0)
        reader, writer = await asyncio.open_connection(HOST, server.sockets[0].getsockname()[1])
        look(writer)
        await reader.read()
        writer.transport.abort()
        server.close()
        await server.wait_closed()
        assert all(seen)
        assert len(seen) == 2

    link_world.run(main())


def test_a_handshake_cancelled_half_way_leaves_nothing_open(link_world) -> None:
    async def main() -> None:
        closed = asyncio.Event()

        async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(-1)
            writer.transport.abort()
            closed.set()

        server = await asyncio.start_server(silent, HOST, 0)
        reader, writer = await asyncio.open_connection(HOST, server.sockets[0].getsockname()[1])
        bravo = link_world.bravo
        credentials = load_credentials(certificate_pem=bravo.certificate_pem, key_pem=bravo.key_pem)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await shake_hands(
                    reader, writer, side="client", credentials=credentials, pins={}.get, now=lambda: NOON
                )
        await asyncio.wait_for(closed.wait(), 5)
        server.close()
        await server.wait_closed()

    link_world.run(main())


def test_keys_that_do_not_fit_are_said_at_the_start(link_world) -> None:
    alpha, bravo = link_world.alpha, link_world.bravo
    for certificate, key, code in (
        (alpha.certificate_pem, bravo.key_pem, "key_mismatch"),
        (alpha.certificate_pem, b"no key", "key_unreadable"),
        (b"no certificate", alpha.key_pem, "certificate_unreadable"),
    ):
        with pytest.raises(OperatorError) as caught:
            load_credentials(certificate_pem=certificate, key_pem=key)
        assert caught.value.code == code
        assert caught.value.cure
