"""The voice link to peers: a connection of its own beside the line's, made anew by itself, that never plays catch-up.

Each node dials each peer and sends only on what it dialled. What waits to be sent is bounded twice: a frame that has
waited 400 ms is dropped and counted, and a connection on which messages pile up is ended. Nothing here waits for the
line, and the line waits for nothing here.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Protocol

from detente.adapters.link_client import LinkClient
from detente.adapters.link_http import UpgradedStream
from detente.errors import PeerError
from detente.voice.gate import LATE_MS

DIAL_S = 5.0
BACK_OFF_S = (0.1, 0.2, 0.4, 0.8, 1.6)
MESSAGES_WAITING_MAX = 256
FRAMES_WAITING_MAX = 128
"""More than 400 ms of every channel that a memorandum is likely to have."""


class Net(Protocol):
    """What connections tell, and whom: the net of this node."""

    counts: Counter[str]

    def connected(self, party: str, wire: VoiceWire) -> None: ...

    def disconnected(self, party: str, wire: VoiceWire) -> None: ...

    def heard(self, party: str, data: bytes) -> None: ...

    def silent(self, party: str) -> None: ...


@dataclass(frozen=True, slots=True)
class _Waiting:
    data: bytes
    since_s: float
    is_frame: bool


class VoiceWire:
    """Our connection to one peer's node: the `Wire` of the net."""

    def __init__(self, stream: UpgradedStream, dropped: Callable[[], None]) -> None:
        self._stream = stream
        self._dropped = dropped
        self._waiting: deque[_Waiting] = deque()
        self._frames = 0
        self._some = asyncio.Event()
        self._over = asyncio.Event()

    def send(self, message: bytes) -> None:
        """Never dropped; where the peer takes none, the connection is ended instead."""
        if len(self._waiting) - self._frames >= MESSAGES_WAITING_MAX:
            self._over.set()
            return
        self._put(message, is_frame=False)

    def send_frame(self, raw: bytes) -> None:
        """Dropped where it waits too long, and counted."""
        if self._frames >= FRAMES_WAITING_MAX:
            self._dropped()
            return
        self._frames += 1
        self._put(raw, is_frame=True)

    async def carry(self) -> None:
        """Send until the connection ends; raises PeerError where it breaks."""
        reading = asyncio.ensure_future(self._stream.read())
        writing = asyncio.ensure_future(self._write())
        over = asyncio.ensure_future(self._over.wait())  # a write that waits for the peer sees nothing of it
        try:
            await asyncio.wait((reading, writing, over), return_when=asyncio.FIRST_COMPLETED)
            for task in (writing, reading):
                if task.done():
                    task.result()
        finally:
            for one in (reading, writing, over):
                one.cancel()
            await asyncio.gather(reading, writing, over, return_exceptions=True)
            self._stream.abort()

    async def _write(self) -> None:
        while True:
            await self._some.wait()
            self._some.clear()
            if ready := self._take():
                await self._stream.write(*ready)

    def _put(self, data: bytes, *, is_frame: bool) -> None:
        self._waiting.append(_Waiting(data, monotonic(), is_frame))
        self._some.set()

    def _take(self) -> list[bytes]:
        """All that waits and is not too late."""
        oldest_s = monotonic() - LATE_MS / 1_000
        ready = []
        for one in self._waiting:
            if one.is_frame and one.since_s < oldest_s:
                self._dropped()
            else:
                ready.append(one.data)
        self._waiting.clear()
        self._frames = 0
        return ready


class VoiceDialler:
    """Keeps one connection to one peer: over the best path that works, again and again."""

    def __init__(self, *, net: Net, party: str, paths: Sequence[LinkClient]) -> None:
        self._net = net
        self._party = party
        self._paths = paths
        self._failures = 0

    async def run(self) -> None:
        """Until it is cancelled; fails only by a fault of ours."""
        while True:
            for path in self._paths:
                if await self._carry_over(path):
                    self._failures = 0
                    break
            await asyncio.sleep(BACK_OFF_S[min(self._failures, len(BACK_OFF_S) - 1)])
            self._failures += 1

    async def _carry_over(self, path: LinkClient) -> bool:
        """Whether there was a connection at all."""
        try:
            stream = await path.upgrade(timeout_s=DIAL_S)
        except PeerError:
            return False
        wire = VoiceWire(stream, self._count)
        self._net.connected(self._party, wire)
        try:
            with suppress(PeerError):
                await wire.carry()
        finally:
            self._net.disconnected(self._party, wire)
        return True

    def _count(self) -> None:
        self._net.counts["late_to_send"] += 1


class VoiceEar:
    """The listening end: hears each peer on the newest connection that it has made to us."""

    def __init__(self, net: Net) -> None:
        self._net = net
        self._newest: dict[str, UpgradedStream] = {}

    async def take(self, party: str, stream: UpgradedStream) -> None:
        """Hear one connection to its end; raises PeerError where the peer broke a rule."""
        before = self._newest.get(party)
        self._newest[party] = stream
        if before is not None:
            before.abort()
        try:
            while (data := await stream.read()) is not None and self._newest.get(party) is stream:
                self._net.heard(party, data)
        finally:
            stream.abort()
            if self._newest.get(party) is stream:
                del self._newest[party]
                self._net.silent(party)
