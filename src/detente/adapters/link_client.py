"""One path to one peer: keeps a connection, makes another when it is gone, and says exactly what failed.

"Connected" means that a response was received: in TLS 1.3 a client learns only then that the server took
its certificate. Every failure names the peer, the path, the address, the reason and what to do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

import h11

from detente.adapters.link_http import (
    VOICE_PROTOCOL,
    VOICE_TARGET,
    HttpStream,
    UpgradedStream,
    announced_size,
    check_body_size,
)
from detente.adapters.tls import TlsError, load_credentials, shake_hands
from detente.errors import PeerError
from detente.ports import LinkRequest, LinkResponse
from detente.quantities import Digest, PartyId
from detente.wire.limits import HTTP_BODY_BYTES_MAX

_CURES = {
    "unreachable": "Check address, port and route; then the peer's node.",
    "stranger": "Compare the sha256 with the peer's card over the telephone; do not pin it unheard.",
    "refused": "Compare our sha256 with the card that the peer holds of us; it may hold an older one.",
    "expired": "Check both clocks; then exchange new cards.",
    "timeout": "The next try follows by itself; look at the route if this stays.",
    "protocol": "See whether a Détente node answers at this address, and of which version.",
}


class LinkError(PeerError):
    """A request that got no response.

    `code` is one of: `unreachable` (no TCP connection, or it broke), `refused` (the peer refused our
    certificate), `stranger` (we refused the peer's), `expired` (a certificate is out of date), `timeout`,
    `protocol` (what answered did not speak the line's TLS and HTTP).
    """


class LinkClient:
    """The `Connection` port over TLS. One exchange at a time: a second path needs a second client.

    Args:
        path_id: names the path in messages, for example ``direct``.
        now: the machine's real clock, aware; certificates are judged by it.
    Raises: OperatorError where certificate and key are not usable.
    """

    def __init__(
        self,
        *,
        host: str,
        port: int,
        certificate_pem: bytes,
        key_pem: bytes,
        peer_sha256: str,
        peer: PartyId,
        path_id: str,
        now: Callable[[], datetime],
    ) -> None:
        self.peer = peer
        self.path_id = path_id
        self.group = ""
        """The key exchange of the newest handshake, for example ``X25519MLKEM768``."""
        self._address = (host, port)
        self._credentials = load_credentials(certificate_pem=certificate_pem, key_pem=key_pem)
        self._peer_sha256 = peer_sha256
        self._now = now
        self._http: HttpStream | None = None
        self._turn = asyncio.Lock()
        self._doing = ""

    async def request(self, request: LinkRequest, *, timeout_s: float) -> LinkResponse:
        """The peer's response, whatever its status; raises LinkError within `timeout_s`.

        A request is sent a second time where a kept connection turns out to be gone before any byte of an
        answer: the line's requests are idempotent.
        """
        assert len(request.body) <= HTTP_BODY_BYTES_MAX
        self._doing = "waiting for the exchange before it"
        try:
            async with asyncio.timeout(timeout_s), self._turn:
                return await self._exchange_on_any(request)
        except (TimeoutError, h11.RemoteProtocolError, PeerError) as why:
            raise self._told(why, timeout_s) from why

    async def upgrade(self, *, timeout_s: float) -> UpgradedStream:
        """A new connection, upgraded to voice and the caller's own; raises LinkError within `timeout_s`."""
        http = None
        try:
            async with asyncio.timeout(timeout_s):
                http = await self._connect()
                self._doing = "asking for voice"
                await http.send(_upgrade_of(self._address), h11.EndOfMessage())
                answer = await http.next_event()
            if not isinstance(answer, h11.InformationalResponse) or answer.status_code != 101:
                raise self._error("protocol", "the peer's node has no voice")
            return UpgradedStream(http)
        except BaseException as why:
            if http is not None:
                http.stream.abort()
            raise self._told(why, timeout_s) from why

    async def close(self) -> None:
        """Say goodbye where a connection stands."""
        http, self._http = self._http, None
        if http is not None:
            await http.stream.close()

    async def _exchange_on_any(self, request: LinkRequest) -> LinkResponse:
        kept, self._http = self._http, None
        if kept is not None:
            try:
                return await self._exchange(kept, request)
            except TlsError as why:
                if why.code != "closed" or kept.heard:
                    raise
        return await self._exchange(await self._connect(), request)

    async def _exchange(self, http: HttpStream, request: LinkRequest) -> LinkResponse:
        try:
            self._doing = "sending"
            await http.send(_head_of(request, self._address), h11.Data(data=request.body), h11.EndOfMessage())
            self._doing = "waiting for the response"
            response = await self._response(http)
            if http.can_go_on:
                http.begin()
                self._http = http
        finally:
            if self._http is not http:
                http.stream.abort()
        return response

    async def _response(self, http: HttpStream) -> LinkResponse:
        head = await http.next_event()
        while isinstance(head, h11.InformationalResponse):
            head = await http.next_event()
        if not isinstance(head, h11.Response):
            raise self._error("protocol", "the peer ended the connection instead of answering")
        check_body_size(announced_size(head))
        body = await http.body()
        kind = next((value for name, value in head.headers if name == b"content-type"), b"")
        return LinkResponse(status=head.status_code, body=body, content_type=kind.decode("ascii", "replace"))

    async def _connect(self) -> HttpStream:
        fault = self._credentials.fault(self._now())
        if fault is not None:
            raise self._error("expired", f"our own certificate {fault}, sha256={self._credentials.sha256}")
        self._doing = "connecting"
        try:
            # asyncio itself sets TCP_NODELAY on both ends; a test holds it to that.
            reader, writer = await asyncio.open_connection(*self._address)
        except OSError as why:
            raise self._error("unreachable", f"no connection: {why.strerror or why}") from why
        self._doing = "shaking hands"
        stream = await shake_hands(
            reader, writer, side="client", credentials=self._credentials, pins=self._pin, now=self._now
        )
        self.group = stream.group
        return HttpStream(stream, h11.CLIENT)

    def _told(self, why: BaseException, timeout_s: float) -> BaseException:
        """A failure in the words of this path; what is no failure of the exchange stays as it is."""
        match why:
            case LinkError():
                return why
            case TimeoutError():
                return self._error("timeout", f"no answer within {timeout_s:g} s while {self._doing}")
            case h11.RemoteProtocolError():
                return self._error("protocol", f"what came is not HTTP as the line speaks it: {why}")
            case TlsError():
                code = "unreachable" if why.code == "closed" else why.code
                ours = f"; our certificate is sha256={self._credentials.sha256}"
                return self._error(code, why.message + (ours if why.code == "closed" else ""))
            case PeerError():
                return self._error("protocol", why.message)
            case _:
                return why

    def _pin(self, sha256: Digest) -> PartyId | None:
        return self.peer if sha256 == self._peer_sha256 else None

    def _error(self, code: str, reason: str) -> LinkError:
        host, port = self._address
        return LinkError(
            code, f"{self.peer} over {self.path_id} ({host} port {port}): {reason}.", cure=_CURES[code]
        )


def _head_of(request: LinkRequest, address: tuple[str, int]) -> h11.Request:
    headers = [("Host", _shown(address)), ("Content-Length", str(len(request.body)))]
    return h11.Request(method=request.method, target=request.target, headers=headers)


def _upgrade_of(address: tuple[str, int]) -> h11.Request:
    headers = [("Host", _shown(address)), ("Connection", "upgrade"), ("Upgrade", VOICE_PROTOCOL)]
    return h11.Request(method="GET", target=VOICE_TARGET, headers=headers)


def _shown(address: tuple[str, int]) -> str:
    host, port = address
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
