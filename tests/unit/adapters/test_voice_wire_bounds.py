"""A peer that takes nothing costs a bounded queue, and its connection."""

from __future__ import annotations

import asyncio
from typing import Any

from detente.adapters.voice_link import MESSAGES_WAITING_MAX, VoiceWire


class Stalled:
    """A connection whose peer takes nothing and says nothing."""

    def __init__(self) -> None:
        self.is_aborted = False

    async def read(self) -> bytes | None:
        await asyncio.sleep(3_600)
        return None

    async def write(self, *_messages: bytes) -> None:
        await asyncio.sleep(3_600)

    def abort(self) -> None:
        self.is_aborted = True


def test_a_connection_whose_peer_takes_no_message_is_ended_although_a_write_waits() -> None:
    async def play() -> None:
        stream: Any = Stalled()
        wire = VoiceWire(stream, lambda: None)
        carrying = asyncio.ensure_future(wire.carry())
        await asyncio.sleep(0)
        wire.send(b"first")
        await asyncio.sleep(0.01)
        for _ in range(5 * MESSAGES_WAITING_MAX):
            wire.send(b"more")
        assert len(wire._waiting) <= MESSAGES_WAITING_MAX
        await asyncio.wait_for(carrying, 10)
        assert stream.is_aborted

    asyncio.run(play())
