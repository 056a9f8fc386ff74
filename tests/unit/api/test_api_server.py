"""The server under the console: what it says leaves at once."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

from detente.api.server import ApiServer


async def nothing(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body"})


def test_no_small_answer_waits_for_the_acknowledgement_of_the_one_before() -> None:
    """TCP_NODELAY: 44 ms for each answer were seen without it, and 1 ms with it."""

    async def asked() -> list[int]:
        server = ApiServer(nothing, host="127.0.0.1", port=0, context=None)
        await server.start()
        assert server._server is not None
        reader, writer = await asyncio.open_connection(*server._server.sockets[0].getsockname())
        writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert (await reader.readline()).startswith(b"HTTP/1.1 204")
        found = [
            one.transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            for one in server._state.connections
        ]
        writer.close()
        await server.close()
        return found

    assert asyncio.run(asked()) == [1]
