"""The listening end of the line: who may speak is settled by TLS, what a stranger can cost is bounded here.

Every wait has a time limit, every size a bound from `wire/limits.py`, every kind of connection a cap, and
what is reported is rationed, so that knocking cannot fill our logbook. Strangers and pinned parties are
counted apart: a crowd at the door cannot take the places of a peer.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

import h11

from detente.adapters.link_http import (
    VOICE_PROTOCOL,
    VOICE_TARGET,
    HttpStream,
    UpgradedStream,
    announced_size,
    check_body_size,
)
from detente.adapters.tls import Credentials, Pins, TlsError, load_credentials, shake_hands
from detente.errors import OperatorError, PeerError
from detente.ports import LinkRequest, LinkResponse
from detente.quantities import PartyId

Handle: TypeAlias = Callable[[PartyId, LinkRequest], Awaitable[LinkResponse]]
Upgrade: TypeAlias = Callable[[PartyId, UpgradedStream], Awaitable[None]]
"""Has a connection that was upgraded until it returns."""

METHODS = (b"GET", b"POST")
TARGET_SHOWN_CHARS_MAX = 200


@dataclass(frozen=True, kw_only=True)
class LinkLimits:
    """Time limits and caps of one server."""

    handshake_s: float = 10.0
    idle_s: float = 300.0
    """Between two requests on one connection."""
    request_s: float = 30.0
    """From the first byte of a request to its last: a slow drip ends here."""
    handle_s: float = 120.0
    response_s: float = 30.0
    strangers_max: int = 64
    """Connections before their handshake is done."""
    strangers_per_address_max: int = 16
    connections_per_party_max: int = 32
    reports_per_minute_max: int = 30


class LinkServer:
    """A listening server; made by `serve_link`."""

    def __init__(
        self,
        *,
        credentials: Credentials,
        pins: Pins,
        handle: Handle,
        refused: Callable[[str], None],
        now: Callable[[], datetime],
        limits: LinkLimits,
        upgrade: Upgrade | None,
    ) -> None:
        self._credentials = credentials
        self._pins = pins
        self._handle = handle
        self._upgrade = upgrade
        self._now = now
        self._limits = limits
        self._reports = _Ration(refused, limits.reports_per_minute_max)
        self._strangers: Counter[str] = Counter()
        self._of_party: Counter[PartyId] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._is_closing = False

    @property
    def port(self) -> int:
        """The port listened on; the one chosen by the system where 0 was asked for."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    async def listen(self, host: str, port: int) -> None:
        """Begin; raises OperatorError `cannot_listen`."""
        try:
            self._server = await asyncio.start_server(self._accept, host, port)
        except OSError as why:
            raise OperatorError(
                "cannot_listen",
                f"Port {port} of {host} cannot be listened on: {why.strerror or why}.",
                cure="Choose a free port, or end the program that holds this one.",
            ) from why

    async def close(self) -> None:
        """Stop listening, cut every connection, and return when no task of the server is left."""
        assert self._server is not None
        self._server.close()
        self._is_closing = True
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._server.wait_closed()
        self._reports.close()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_closing:
            writer.transport.abort()  # it was in the queue of the port when that was closed
            return
        address = str((writer.get_extra_info("peername") or ("an address that is gone",))[0])
        limits = self._limits
        if (
            self._strangers.total() >= limits.strangers_max
            or self._strangers[address] >= limits.strangers_per_address_max
        ):
            self._reports.say(f"too many connections are waiting to be known; one from {address} was cut")
            writer.transport.abort()
            return
        self._strangers[address] += 1
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer, address))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: str) -> None:
        try:
            http = await self._know(reader, writer, address)
            if http is not None:
                await self._serve_party(http, address)
        finally:
            writer.transport.abort()

    async def _know(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: str
    ) -> HttpStream | None:
        """The stream of a pinned party, or None after a report."""
        try:
            async with asyncio.timeout(self._limits.handshake_s):
                stream = await shake_hands(
                    reader,
                    writer,
                    side="server",
                    credentials=self._credentials,
                    pins=self._pins,
                    now=self._now,
                )
                return HttpStream(stream, h11.SERVER)
        except TlsError as why:
            self._reports.say(f"{why.message} (from {address})")
        except TimeoutError:
            self._reports.say(f"no handshake within {self._limits.handshake_s:g} s (from {address})")
        finally:
            self._strangers[address] -= 1
            self._strangers += Counter()  # drops what is zero: addresses are not kept
        return None

    async def _serve_party(self, http: HttpStream, address: str) -> None:
        party = http.stream.peer
        self._of_party[party] += 1
        try:
            if self._of_party[party] > self._limits.connections_per_party_max:
                await self._refuse(http, party, address, 503, "too many connections of this party at once")
                return
            while await self._exchange(http, party, address):
                http.begin()
        finally:
            self._of_party[party] -= 1

    async def _exchange(self, http: HttpStream, party: PartyId, address: str) -> bool:
        """One request and its response; False where the connection ends with it."""
        limits = self._limits
        try:
            async with asyncio.timeout(limits.idle_s):
                if not await http.wait():
                    await http.stream.close()
                    return False
        except TlsError as why:
            if why.code != "closed":
                self._reports.say(f"{party}: {why.message} (from {address})")
            return False
        except TimeoutError:
            await http.stream.close()
            return False
        try:
            async with asyncio.timeout(limits.request_s):
                request, is_upgrade = await _request_of(http)
        except TimeoutError:
            reason = f"a request was not complete within {limits.request_s:g} s"
            return await self._refuse(http, party, address, 408, reason)
        except h11.RemoteProtocolError as why:
            return await self._refuse(http, party, address, why.error_status_hint, f"bad HTTP: {why}")
        except TlsError as why:
            self._reports.say(f"{party}: {why.message} within a request (from {address})")
            return False
        except PeerError as why:
            status = 413 if why.code == "too_large" else 405
            return await self._refuse(http, party, address, status, why.message)
        if is_upgrade and self._upgrade is not None:
            await self._upgraded(http, self._upgrade, party, address)
            return False
        return await self._respond(http, await self._answer(party, request), party, address)

    async def _upgraded(self, http: HttpStream, upgrade: Upgrade, party: PartyId, address: str) -> None:
        """The connection is the upgrade's own from here to its end."""
        try:
            async with asyncio.timeout(self._limits.response_s):
                await http.switch()
            await upgrade(party, UpgradedStream(http))
        except (PeerError, TimeoutError) as why:
            if not (isinstance(why, TlsError) and why.code == "closed"):
                self._reports.say(f"{party}: voice: {why} (from {address})")

    async def _answer(self, party: PartyId, request: LinkRequest) -> LinkResponse:
        try:
            async with asyncio.timeout(self._limits.handle_s):
                return await self._handle(party, request)
        except Exception as why:  # noqa: BLE001 - the last door: our fault, told to us, not shown to the peer
            asked = f"{request.method} {request.target[:TARGET_SHOWN_CHARS_MAX]}"
            self._reports.say(f"{party}: {asked}: our own answer failed: {why!r}")
            return LinkResponse(status=500, body=b"", content_type="text/plain")

    async def _respond(self, http: HttpStream, response: LinkResponse, party: PartyId, address: str) -> bool:
        headers = [("Content-Type", response.content_type), ("Content-Length", str(len(response.body)))]
        try:
            async with asyncio.timeout(self._limits.response_s):
                await http.send(
                    h11.Response(status_code=response.status, headers=headers),
                    h11.Data(data=response.body),
                    h11.EndOfMessage(),
                )
        except (TlsError, TimeoutError) as why:
            reason = str(why) or f"{self._limits.response_s:g} s have passed"
            self._reports.say(f"{party}: a response was not taken: {reason} (from {address})")
            return False
        if not http.can_go_on:
            await http.stream.close()
        return http.can_go_on

    async def _refuse(self, http: HttpStream, party: PartyId, address: str, status: int, reason: str) -> bool:
        """Report, say the status and close; False, for the caller to return."""
        self._reports.say(f"{party}: {reason} (from {address})")
        if http.can_answer:
            headers = [("Content-Length", "0"), ("Connection", "close")]
            try:
                async with asyncio.timeout(self._limits.response_s):
                    await http.send(h11.Response(status_code=status, headers=headers), h11.EndOfMessage())
                    await http.stream.close()
            except (TlsError, TimeoutError):
                return False
        return False


async def serve_link(
    *,
    host: str,
    port: int,
    certificate_pem: bytes,
    key_pem: bytes,
    pins: Pins,
    handle: Handle,
    refused: Callable[[str], None],
    now: Callable[[], datetime],
    limits: LinkLimits | None = None,
    upgrade: Upgrade | None = None,
) -> LinkServer:
    """A server that listens already.

    Args:
        pins: the party for which a certificate hash is pinned; asked at every handshake.
        handle: answers one request of an authenticated party; called at once for each connection.
        refused: told in one line whatever a peer or stranger did wrong, and what `handle` raised (the peer
            then gets 500 and no detail); rationed; safe to log.
        now: the machine's real clock, aware; certificates are judged by it.
        upgrade: takes over a connection that asks for voice; without it such a request is one like others.
    Raises: OperatorError where the port, the certificate or the key cannot be used.
    """
    credentials = load_credentials(certificate_pem=certificate_pem, key_pem=key_pem)
    server = LinkServer(
        credentials=credentials,
        pins=pins,
        handle=handle,
        refused=refused,
        now=now,
        limits=limits or LinkLimits(),
        upgrade=upgrade,
    )
    await server.listen(host, port)
    return server


async def _request_of(http: HttpStream) -> tuple[LinkRequest, bool]:
    """The request, and whether it asks for voice.

    Raises: h11.RemoteProtocolError, TlsError, or PeerError `too_large` or `method`.
    """
    head = await http.next_event()
    if not isinstance(head, h11.Request):
        raise h11.RemoteProtocolError("the connection ended where a request was due")
    if head.method not in METHODS:
        raise PeerError("method", f"The method {head.method.decode()!a} is not among GET and POST.")
    check_body_size(announced_size(head))
    body = await http.body()
    target = head.target.decode("ascii", "replace")
    is_upgrade = target == VOICE_TARGET and (b"upgrade", VOICE_PROTOCOL.encode()) in head.headers
    return LinkRequest(method=head.method.decode(), target=target, body=body), is_upgrade


class _Ration:
    """Passes on so many reports a minute, and counts the rest."""

    def __init__(self, tell: Callable[[str], None], per_minute_max: int) -> None:
        self._tell = tell
        self._per_minute_max = per_minute_max
        self._since_s = float("-inf")
        self._told = 0
        self._kept_back = 0

    def say(self, text: str) -> None:
        now_s = asyncio.get_running_loop().time()
        if now_s - self._since_s >= 60.0:
            self.close()
            self._since_s, self._told = now_s, 0
        if self._told < self._per_minute_max:
            self._told += 1
            self._tell(text)
        else:
            self._kept_back += 1

    def close(self) -> None:
        """Say how many were kept back."""
        if self._kept_back:
            self._tell(f"{self._kept_back} further refusals within a minute are not written one by one")
            self._kept_back = 0
