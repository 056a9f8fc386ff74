"""A link on the loopback with free ports: certificates, a server that keeps what it was told, raw ends."""

from __future__ import annotations

import asyncio
import gc
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from detente.adapters.certificates import certificate_sha256, make_certificate
from detente.adapters.link_client import LinkClient
from detente.adapters.link_server import LinkLimits, LinkServer, serve_link
from detente.adapters.tls import TlsStream, load_credentials, shake_hands
from detente.ports import LinkRequest, LinkResponse
from detente.quantities import PartyId

HOST = "127.0.0.1"
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
WAIT_S = 10.0


@dataclass(frozen=True)
class Identity:
    """One party's certificate."""

    party: str
    certificate_pem: bytes
    key_pem: bytes
    sha256: str


def identity(party: str, *, days: int = 30) -> Identity:
    """Valid from a day before NOON, for so many days."""
    begin = NOON - timedelta(days=1)
    certificate, key = make_certificate(party, not_before=begin, not_after=begin + timedelta(days=days))
    return Identity(party, certificate, key, certificate_sha256(certificate))


async def echo(party: PartyId, request: LinkRequest) -> LinkResponse:
    return LinkResponse(status=200, body=f"{party} {request.target} ".encode() + request.body)


@dataclass
class Served:
    """A running server, what it reported, and which hashes it was asked about."""

    server: LinkServer
    reports: asyncio.Queue[str]
    asked: list[str] = field(default_factory=list)

    @property
    def port(self) -> int:
        return self.server.port

    async def report(self) -> str:
        return await asyncio.wait_for(self.reports.get(), WAIT_S)


@dataclass(frozen=True)
class LinkWorld:
    """alpha listens; bravo is pinned; mallory is not. All are valid for 30 days around NOON."""

    alpha: Identity
    bravo: Identity
    mallory: Identity
    folder: Path

    identity = staticmethod(identity)

    def run(self, main: Coroutine[object, object, None]) -> None:
        """Run to the end, then fail on any task or transport left over (warnings are errors)."""

        async def whole() -> None:
            await asyncio.wait_for(main, 4 * WAIT_S)
            left = asyncio.all_tasks() - {asyncio.current_task()}
            assert not left, f"tasks left over: {left}"

        gc.freeze()  # what other tests keep is not looked through each time
        try:
            asyncio.run(whole())
            gc.collect()
        finally:
            gc.unfreeze()

    async def settled(self) -> None:
        """Until the server is done with every caller."""

        async def done() -> None:
            while any("LinkServer" in str(task.get_coro()) for task in asyncio.all_tasks()):
                await asyncio.sleep(0)

        await asyncio.wait_for(done(), WAIT_S)

    @asynccontextmanager
    async def serve(
        self,
        handle: Callable[[PartyId, LinkRequest], Awaitable[LinkResponse]] = echo,
        *,
        now: datetime = NOON,
        port: int = 0,
        me: Identity | None = None,
        pins: dict[str, PartyId] | None = None,
        **limits: float,
    ) -> AsyncIterator[Served]:
        reports: asyncio.Queue[str] = asyncio.Queue()
        asked: list[str] = []
        known = {self.bravo.sha256: PartyId("bravo")} if pins is None else pins

        def pin(sha256: str) -> PartyId | None:
            asked.append(sha256)
            return known.get(sha256)

        server = await serve_link(
            host=HOST,
            port=port,
            certificate_pem=(me or self.alpha).certificate_pem,
            key_pem=(me or self.alpha).key_pem,
            pins=pin,
            handle=handle,
            refused=reports.put_nowait,
            now=lambda: now,
            limits=LinkLimits(**limits),  # type: ignore[arg-type]  # counts are given as int
        )
        try:
            yield Served(server, reports, asked)
        finally:
            await server.close()

    def client(
        self,
        port: int,
        me: Identity | None = None,
        *,
        peer: str = "alpha",
        peer_sha256: str | None = None,
        now: datetime = NOON,
    ) -> LinkClient:
        me = me or self.bravo
        return LinkClient(
            host=HOST,
            port=port,
            certificate_pem=me.certificate_pem,
            key_pem=me.key_pem,
            peer_sha256=peer_sha256 or self.alpha.sha256,
            peer=PartyId(peer),
            path_id="direct",
            now=lambda: now,
        )

    async def raw(self, port: int) -> TlsStream:
        """bravo's bare TLS stream to alpha, for saying what LinkClient never would."""
        reader, writer = await asyncio.open_connection(HOST, port)
        return await shake_hands(
            reader,
            writer,
            side="client",
            credentials=load_credentials(
                certificate_pem=self.bravo.certificate_pem, key_pem=self.bravo.key_pem
            ),
            pins={self.alpha.sha256: PartyId("alpha")}.get,
            now=lambda: NOON,
        )

    @asynccontextmanager
    async def liar(self, talk: Callable[[TlsStream], Awaitable[None]]) -> AsyncIterator[int]:
        """alpha's certificate with other manners; gives the port."""

        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            done.clear()
            try:
                stream = await shake_hands(
                    reader,
                    writer,
                    side="server",
                    credentials=load_credentials(
                        certificate_pem=self.alpha.certificate_pem, key_pem=self.alpha.key_pem
                    ),
                    pins={self.bravo.sha256: PartyId("bravo")}.get,
                    now=lambda: NOON,
                )
                await stream.read()
                await talk(stream)
            finally:
                writer.transport.abort()
                done.set()

        done = asyncio.Event()
        done.set()

        server = await asyncio.start_server(accept, HOST, 0)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            await asyncio.wait_for(done.wait(), WAIT_S)
            server.close()
            await server.wait_closed()

    def foreign_context(self, me: Identity | None, *, trusts: Identity) -> ssl.SSLContext:
        """Another party's own software: Python's `ssl`, strict, with the one certificate as its only root."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        context.load_verify_locations(cadata=trusts.certificate_pem.decode())
        if me is not None:
            file = self.folder / "foreign.pem"
            file.write_bytes(me.certificate_pem + me.key_pem)
            context.load_cert_chain(file)
        return context


@pytest.fixture(scope="session")
def _identities() -> tuple[Identity, Identity, Identity]:
    return identity("alpha"), identity("bravo"), identity("mallory")


@pytest.fixture
def link_world(_identities: tuple[Identity, Identity, Identity], tmp_path: Path) -> LinkWorld:
    alpha, bravo, mallory = _identities
    return LinkWorld(alpha=alpha, bravo=bravo, mallory=mallory, folder=tmp_path)
