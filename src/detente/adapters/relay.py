"""A TCP relay that an exercise puts into a path, so that the path can be cut and healed for real."""

from __future__ import annotations

import asyncio
import contextlib

HOST = "127.0.0.1"


class Relay:
    """Carries bytes to one loopback port until it is cut; then every connection breaks and new ones are refused."""

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_cut = False
        self.port = 0

    async def start(self) -> None:
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._carry, HOST, 0)
        self.port = self._server.sockets[0].getsockname()[1]

    def aim(self, target_port: int) -> None:
        """Where new connections lead; a path may be laid before its far end listens."""
        self._target_port = target_port

    async def cut(self) -> None:
        """Break everything under way."""
        self._is_cut = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def heal(self) -> None:
        """Carry again."""
        self._is_cut = False

    async def close(self) -> None:
        """Cut, and stop listening."""
        await self.cut()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            if self._is_cut:
                return
            far_reader, far_writer = await asyncio.open_connection(HOST, self._target_port)
            try:
                async with asyncio.TaskGroup() as both:
                    both.create_task(_pump(reader, far_writer))
                    both.create_task(_pump(far_reader, writer))
            finally:
                await _hang_up(far_writer)
        except (OSError, asyncio.CancelledError):
            # The far end is not there, or the path was cut: the near end sees a broken connection.
            return
        finally:
            self._tasks.discard(task)
            await _hang_up(writer)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    with contextlib.suppress(OSError):
        writer.write_eof()


async def _hang_up(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
