"""HTTP/1.1 over one TLS stream: h11 keeps the rules, this file carries the bytes. Both ends use it.

Source: RFC 9112. Only what curl and any HTTP library can speak: GET and POST, bodies with a length or in
chunks, connections kept alive, no trailers that mean anything, and one upgrade: to voice, after which the connection
carries messages behind their length in 16 bits, big-endian.
"""

from __future__ import annotations

from typing import TypeAlias

import h11

from detente.adapters.tls import TlsError, TlsStream
from detente.errors import PeerError
from detente.wire.limits import HTTP_BODY_BYTES_MAX, HTTP_HEADER_BYTES_MAX, VOICE_MESSAGE_BYTES_MAX

VOICE_TARGET = "/v1/voice"
VOICE_PROTOCOL = "detente-voice/1"
WAITING_BYTES_MAX = 4_096

Received: TypeAlias = h11.Event | type[h11.PAUSED]


class HttpStream:
    """h11's state for one connection, and the TLS stream under it.

    Attributes:
        heard: whether anything came from the peer since the last `begin`.
    """

    def __init__(self, stream: TlsStream, role: type[h11.CLIENT] | type[h11.SERVER]) -> None:
        self.stream = stream
        self.heard = False
        self._state = h11.Connection(role, max_incomplete_event_size=HTTP_HEADER_BYTES_MAX)

    @property
    def can_go_on(self) -> bool:
        """Whether both sides are done with this exchange and may begin another."""
        return self._state.our_state is h11.DONE and self._state.their_state is h11.DONE

    @property
    def can_answer(self) -> bool:
        """Whether a response may still be sent."""
        return self._state.our_state in (h11.IDLE, h11.SEND_RESPONSE)

    def begin(self) -> None:
        """Start the next exchange on a connection kept alive."""
        self._state.start_next_cycle()
        self.heard = False

    async def wait(self) -> bool:
        """Wait until the peer says anything; False where it ended the connection instead."""
        if self._state.trailing_data[0]:
            return True
        return await self._receive()

    async def next_event(self) -> Received:
        """The next event; raises h11.RemoteProtocolError, or TlsError where the bytes end or break."""
        while True:
            event = self._state.next_event()
            if event is not h11.NEED_DATA:
                assert not isinstance(event, type) or event is h11.PAUSED
                return event
            if self._state.they_are_waiting_for_100_continue:
                await self.send(h11.InformationalResponse(status_code=100, headers=[]))
            if not await self._receive() and not self.heard:
                raise TlsError("closed", "the connection was closed before any answer")

    async def body(self) -> bytes:
        """The whole body; raises PeerError `too_large` as soon as it is more than a body may be."""
        parts = bytearray()
        while True:
            event = await self.next_event()
            if isinstance(event, h11.Data):
                parts += event.data
                check_body_size(len(parts))
            elif isinstance(event, h11.EndOfMessage):
                return bytes(parts)

    async def send(self, *events: h11.Event) -> None:
        """Send events in one write."""
        await self.stream.write(b"".join(self._state.send(event) or b"" for event in events))

    async def switch(self) -> None:
        """At the server: agree to the upgrade that was asked for."""
        headers = [("Connection", "upgrade"), ("Upgrade", VOICE_PROTOCOL)]
        await self.send(h11.InformationalResponse(status_code=101, headers=headers))

    def left_over(self) -> bytes:
        """What came behind the HTTP of a connection that was upgraded."""
        return self._state.trailing_data[0]

    async def _receive(self) -> bool:
        data = await self.stream.read()
        self.heard = self.heard or bool(data)
        self._state.receive_data(data)
        return bool(data)


class UpgradedStream:
    """A connection after its upgrade: messages, each behind its length; one task may read while another writes."""

    def __init__(self, http: HttpStream) -> None:
        self._stream = http.stream
        self._stream.wait_early(WAITING_BYTES_MAX)
        self._held = bytearray(http.left_over())

    async def read(self) -> bytes | None:
        """The next message; None after the peer's goodbye. Raises TlsError, or PeerError `too_large`."""
        while True:
            size = int.from_bytes(self._held[:2], "big")
            if len(self._held) >= 2 and size > VOICE_MESSAGE_BYTES_MAX:
                raise PeerError("too_large", f"A message of {size} bytes; at most {VOICE_MESSAGE_BYTES_MAX}.")
            if len(self._held) >= 2 + size:
                message = bytes(self._held[2 : 2 + size])
                del self._held[: 2 + size]
                return message
            data = await self._stream.read()
            if not data:
                return None
            self._held += data

    async def write(self, *messages: bytes) -> None:
        """Hand over messages in one write; raises TlsError."""
        await self._stream.write(b"".join(len(one).to_bytes(2, "big") + one for one in messages))

    def abort(self) -> None:
        """Let go of the socket at once."""
        self._stream.abort()


def check_body_size(size: int) -> None:
    """Raises PeerError `too_large`."""
    if size > HTTP_BODY_BYTES_MAX:
        raise PeerError(
            "too_large", f"A body has {size} bytes or more; at most {HTTP_BODY_BYTES_MAX} are taken."
        )


def announced_size(message: h11.Request | h11.Response) -> int:
    """What Content-Length says (h11 has checked its form); 0 where it says nothing."""
    for name, value in message.headers:
        if name == b"content-length":
            return int(value)
    return 0
