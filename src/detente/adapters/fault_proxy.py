"""A TCP proxy put into a path, so that the path fails as real ones do, and heals, while both ends run.

Every fault takes effect at once, on connections under way too, and bytes are never altered: what a fault
swallowed is gone, so a connection that lost bytes stays mute for ever, as behind a router that has forgotten
it. Chance comes from a seed and the number of the connection.
Source: line.md section 6 (own fault proxy: delay, cut in mid-message, half-open, slow drip).
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

HOST = "127.0.0.1"

Way = Literal["there", "back"]
"""`there`: from who connected to the target; `back`: its answers."""

CHUNK_BYTES = 65_536
CHUNKS_WAITING_MAX = 64
DRIPS_PER_S = 20


@dataclass(frozen=True, kw_only=True)
class Forward:
    """Carry bytes as they come."""


@dataclass(frozen=True, kw_only=True)
class Cut:
    """Break every connection, and each new one as soon as it is made."""


@dataclass(frozen=True, kw_only=True)
class HalfOpen:
    """Accept and read, but pass nothing on that goes this way, not even the end."""

    way: Literal["there", "back", "both"] = "both"


@dataclass(frozen=True, kw_only=True)
class Drip:
    """So many bytes a second, each way of each connection."""

    bytes_per_s: float


@dataclass(frozen=True, kw_only=True)
class Delay:
    """Everything arrives so much later, in order."""

    delay_s: float


@dataclass(frozen=True, kw_only=True)
class Reorder:
    """What one connection sends `there` waits until another one's went, or for `hold_s`."""

    hold_s: float


@dataclass(frozen=True, kw_only=True)
class CutWithin:
    """In each stretch of so many bytes of a connection, both ways together, it breaks with `chance`, anywhere."""

    stretch_bytes: int
    chance: float


Fault: TypeAlias = Forward | Cut | HalfOpen | Drip | Delay | Reorder | CutWithin


_Waiting: TypeAlias = asyncio.Queue[tuple[float, bytes]]
"""What was read and not carried yet, with the time at which it came; empty bytes are the end."""


class _BrokenOffError(Exception):
    """A connection ends here, in the middle of what it carries."""


@dataclass(eq=False, kw_only=True)
class _Line:
    """One connection through the proxy."""

    rng: random.Random
    mute: set[Way] = field(default_factory=set)
    stretch_of: Fault | None = None
    stretch_left: int = 0
    break_after: int | None = None


@dataclass(frozen=True, kw_only=True)
class _Held:
    """The connection whose bytes wait for another's."""

    line: _Line
    overtaken: asyncio.Event


class FaultProxy:
    """Listens on a free loopback port and carries bytes to another one, under one fault at a time.

    Args:
        target_port: where connections lead; 0 until `aim` where the far end does not listen yet.
        seed: of `CutWithin`.
    """

    def __init__(self, target_port: int = 0, *, seed: int = 0) -> None:
        self.port = 0
        self.accepted = 0
        """How many connections were made to it."""
        self.broken = 0
        """How many of them broke while they were carried, by an end or in mid-message."""
        self.fault: Fault = Forward()
        self.felt = 0
        """How often the fault of now did something: broke or refused a connection, swallowed or slowed
        bytes, let one connection overtake another, cut a message in two."""
        self._target_port = target_port
        self._seed = seed
        self._server: asyncio.Server | None = None
        self._carriers: set[asyncio.Task[None]] = set()
        self._switched = asyncio.Event()
        self._held: _Held | None = None

    async def start(self) -> None:
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._accept, HOST, 0)
        self.port = self._server.sockets[0].getsockname()[1]

    def aim(self, target_port: int) -> None:
        """Where new connections lead; a path may be laid before its far end listens."""
        self._target_port = target_port

    async def switch(self, fault: Fault) -> None:
        """Be under another fault from now on; after `Cut` every connection is broken when this returns."""
        self.fault, self.felt = fault, 0
        self._switched.set()
        self._switched = asyncio.Event()
        if isinstance(fault, Cut):
            self.felt += len(self._carriers)
            await self._break_all()

    async def close(self) -> None:
        """Break everything, and stop listening."""
        if self._server is not None:
            self._server.close()
        await self._break_all()
        if self._server is not None:
            await self._server.wait_closed()

    async def _break_all(self) -> None:
        for task in self._carriers:
            task.cancel()
        await asyncio.gather(*self._carriers, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._carriers.add(task)
        self.accepted += 1
        try:
            if isinstance(self.fault, Cut):
                self.felt += 1
            else:
                await self._connect(self.accepted, reader, writer)
        except (OSError, asyncio.CancelledError):
            # No far end, or a cut: the near end sees a broken connection.
            return
        finally:
            self._carriers.discard(task)
            await _hang_up(writer)

    async def _connect(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(HOST, self._target_port)
        line = _Line(rng=random.Random(f"{self._seed} {number}"))
        ways: tuple[tuple[Way, asyncio.StreamReader, asyncio.StreamWriter], ...] = (
            ("there", reader, far_writer),
            ("back", far_reader, writer),
        )
        try:
            async with asyncio.TaskGroup() as group:
                for way, source, sink in ways:
                    waiting: _Waiting = asyncio.Queue(CHUNKS_WAITING_MAX)
                    group.create_task(_read_into(waiting, source))
                    group.create_task(self._pump(line, way, waiting, sink))
        except* (OSError, _BrokenOffError):
            # An end broke, or the fault says so here: the other sees a broken connection.
            self.broken += 1
        finally:
            await _hang_up(far_writer)

    async def _pump(self, line: _Line, way: Way, waiting: _Waiting, writer: asyncio.StreamWriter) -> None:
        """Carry one way until its end."""
        writer.transport.set_write_buffer_limits(high=0)
        while True:
            came_s, data = await waiting.get()
            if not data:
                break
            while data:
                data = await self._carry(line, way, came_s, data, writer)
        if not self._is_mute(line, way):
            writer.write_eof()

    async def _carry(
        self, line: _Line, way: Way, came_s: float, data: bytes, writer: asyncio.StreamWriter
    ) -> bytes:
        """Do with some bytes what the fault says; returns those that are still to be carried."""
        if self._is_mute(line, way):
            self.felt += isinstance(self.fault, HalfOpen)
            return b""
        match self.fault:
            case Drip(bytes_per_s=rate):
                count = max(1, int(rate / DRIPS_PER_S))
                self.felt += 1
                if not await self._pause(len(data[:count]) / rate):
                    return data
                data, rest = data[:count], data[count:]
            case Delay(delay_s=delay_s):
                self.felt += 1
                left_s = came_s + delay_s - asyncio.get_running_loop().time()
                if left_s > 0 and not await self._pause(left_s):
                    return data
                rest = b""
            case Reorder(hold_s=hold_s) if way == "there":
                if not await self._take_turn(line, hold_s):
                    return data
                rest = b""
            case CutWithin() as fault:
                return await self._carry_or_break(line, fault, data, writer)
            case _:
                rest = b""
        writer.write(data)
        await writer.drain()
        return rest

    def _is_mute(self, line: _Line, way: Way) -> bool:
        if isinstance(self.fault, HalfOpen) and self.fault.way in (way, "both"):
            line.mute.add(way)
        return way in line.mute

    async def _carry_or_break(
        self, line: _Line, fault: CutWithin, data: bytes, writer: asyncio.StreamWriter
    ) -> bytes:
        if line.stretch_of is not fault or line.stretch_left == 0:
            line.stretch_of, line.stretch_left = fault, fault.stretch_bytes
            is_doomed = line.rng.random() < fault.chance
            line.break_after = line.rng.randrange(fault.stretch_bytes) if is_doomed else None
        count = min(len(data), line.stretch_left)
        is_end = line.break_after is not None and line.break_after < count
        if line.break_after is not None:
            count = min(count, line.break_after)
            line.break_after -= count
        line.stretch_left -= count
        writer.write(data[:count])
        await writer.drain()
        if is_end:
            self.felt += 1
            raise _BrokenOffError
        return data[count:]

    async def _take_turn(self, line: _Line, hold_s: float) -> bool:
        """Wait for another connection to go first, or go before the one that waits; False as for `_pause`."""
        if self._held is not None and self._held.line is not line:
            self._held.overtaken.set()
            self._held = None
            self.felt += 1
            return True
        held = self._held = _Held(line=line, overtaken=asyncio.Event())
        try:
            return await self._pause(hold_s, until=held.overtaken)
        finally:
            if self._held is held:
                self._held = None

    async def _pause(self, pause_s: float, *, until: asyncio.Event | None = None) -> bool:
        """Wait so long, or until something; False where another fault came first."""
        switched = self._switched
        waits = [asyncio.create_task(one.wait()) for one in (switched, until) if one is not None]
        try:
            await asyncio.wait(waits, timeout=pause_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        return not switched.is_set()


async def _read_into(waiting: _Waiting, reader: asyncio.StreamReader) -> None:
    """Everything that comes, and an empty end."""
    while data := await reader.read(CHUNK_BYTES):
        await waiting.put((asyncio.get_running_loop().time(), data))
    await waiting.put((0.0, b""))


async def _hang_up(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
