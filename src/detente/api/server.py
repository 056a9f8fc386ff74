"""The server under the application: uvicorn inside the node's own loop, with bounds on who may hold a connection.

What a stranger on the console's port can hold is counted apart from the link's: handshakes end after 5 s, a
connection on which no request has come whole after 15 s, and one address has at most 64 of the 300 that there are.
Signals stay the node's own business.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections import Counter
from collections.abc import Callable
from typing import Any

import h11
from starlette.types import ASGIApp
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

from detente.api.voice import WRITER
from detente.errors import OperatorError
from detente.wire.limits import HTTP_HEADER_BYTES_MAX, VOICE_MESSAGE_BYTES_MAX

HANDSHAKE_S = 5.0
FIRST_REQUEST_S = 15.0
KEEP_ALIVE_S = 75
CONNECTIONS_MAX = 300
CONNECTIONS_OF_ADDRESS_MAX = 64
CLOSING_S = 2.0
BACKLOG = 128
PING_S = 5.0
"""A page that answers no ping for so long is gone, and lets go of its talk button."""


class _Socket(WebSocketsSansIOProtocol):
    """A connection after its upgrade; it counts as the connection that it was, and lends its write to the voice."""

    gone: Callable[[], None]

    def handle_connect(self, event: Any) -> None:
        super().handle_connect(event)
        if self.response.status_code == 101:
            self.scope["extensions"][WRITER] = self._write_now  # type: ignore[assignment]  # no plain words

    def connection_lost(self, exc: Exception | None) -> None:
        self.gone()
        super().connection_lost(exc)

    def _write_now(self, framed: bytes, *, behind_max: int) -> bool:
        if self.close_sent or self.disconnected or self.transport.is_closing():
            return True  # it ends already; nobody is behind
        if self.transport.get_write_buffer_size() > behind_max:
            return False
        self.transport.write(framed)
        return True


class _Bounded(H11Protocol):
    """One connection; `held` counts them by address, for all connections of one server."""

    def __init__(self, held: Counter[str], **more: Any) -> None:
        super().__init__(**more)
        self._held = held
        self._last: object = None
        """The request before the one that is waited for."""
        self._waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn does
        super().connection_made(transport)
        self._held[self._address] += 1
        if self._held[self._address] > CONNECTIONS_OF_ADDRESS_MAX or self._held.total() > CONNECTIONS_MAX:
            transport.abort()
        else:
            self._wait(FIRST_REQUEST_S)

    def connection_lost(self, exc: Exception | None) -> None:
        self._gone()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        def made(**more: Any) -> _Socket:
            socket_ = _Socket(**more)
            socket_.gone = self._gone
            return socket_

        if self._waiting is not None:
            self._waiting.cancel()
        self.ws_protocol_class = made  # type: ignore[assignment]  # whatever makes one
        super().handle_websocket_upgrade(event)

    def _gone(self) -> None:
        self._held[self._address] -= 1
        if self._held[self._address] <= 0:
            del self._held[self._address]
        if self._waiting is not None:
            self._waiting.cancel()

    def on_response_complete(self) -> None:
        self._last = self.cycle
        self._wait(KEEP_ALIVE_S + FIRST_REQUEST_S)
        super().on_response_complete()

    def _wait(self, seconds: float) -> None:
        """For the whole head of a request, however it drips."""
        if self._waiting is not None:
            self._waiting.cancel()
        self._waiting = self.loop.call_later(seconds, self._none_came)

    def _none_came(self) -> None:
        if self.cycle is self._last:
            self.transport.abort()

    @property
    def _address(self) -> str:
        return self.client[0] if self.client else "?"


class ApiServer:
    """Listens, answers, and stops with the node."""

    def __init__(self, app: ASGIApp, *, host: str, port: int, context: ssl.SSLContext | None) -> None:
        self._host = host
        self._port = port
        self._context = context
        self._held: Counter[str] = Counter()
        self._state = ServerState()
        self._config = Config(
            app,
            http="h11",
            ws=_Socket,
            ws_max_size=VOICE_MESSAGE_BYTES_MAX,
            ws_ping_interval=PING_S,
            ws_ping_timeout=PING_S,
            ws_per_message_deflate=False,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=KEEP_ALIVE_S,
            h11_max_incomplete_event_size=HTTP_HEADER_BYTES_MAX,
        )
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Raises OperatorError where the address cannot be listened on."""
        self._config.load()
        loop = asyncio.get_running_loop()

        def protocol() -> asyncio.Protocol:
            return _Bounded(self._held, config=self._config, server_state=self._state, app_state={})

        try:
            listening = socket.create_server(
                (self._host, self._port),
                family=socket.AF_INET6 if ":" in self._host else socket.AF_INET,
                backlog=BACKLOG,
            )
        except OSError as why:
            raise OperatorError(
                "console_port",
                f"The console cannot listen on {self._host} port {self._port}: {why.strerror}.",
                cure="Choose another address in [console] listen of config.toml.",
            ) from why
        # What is said here leaves at once, speech above all; each connection inherits it. asyncio sets it on its own
        # sockets alone, and without it every small answer waits 40 ms for the browser's acknowledgement.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        timeout_s = None if self._context is None else HANDSHAKE_S
        self._server = await loop.create_server(
            protocol, sock=listening, ssl=self._context, ssl_handshake_timeout=timeout_s, backlog=BACKLOG
        )

    async def close(self) -> None:
        """Answers that are under way have two seconds."""
        if self._server is None:
            return
        self._server.close()
        for connection in list(self._state.connections):
            connection.shutdown()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSING_S):
                while self._state.tasks:
                    await asyncio.wait(self._state.tasks)
        for task in self._state.tasks:
            task.cancel()
        for connection in list(self._state.connections):
            if connection.transport is not None:
                connection.transport.abort()
        await self._server.wait_closed()
