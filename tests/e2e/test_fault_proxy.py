"""The proxy that plays bad paths, by itself: plain sockets through it, one fault at a time, then many."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from detente.adapters.fault_proxy import (
    HOST,
    Cut,
    CutWithin,
    Delay,
    Drip,
    Fault,
    FaultProxy,
    Forward,
    HalfOpen,
    Reorder,
)

PATIENCE_S = 30.0
A_WHILE_S = 0.15
"""How long nothing must come before we believe that nothing comes."""


@dataclass
class FarEnd:
    """Answers each line with the same line, and keeps everything that it was sent, by connection and in all."""

    lines: list[bytes] = field(default_factory=list)
    streams: list[bytearray] = field(default_factory=list)
    ended: list[bytearray] = field(default_factory=list)
    """The streams to which nothing comes any more."""
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        stream, rest = bytearray(), b""
        self.streams.append(stream)
        with suppress(ConnectionError):
            while data := await reader.read(65_536):
                stream += data
                *lines, rest = (rest + data).split(b"\n")
                self.lines += lines
                writer.write(b"".join(line + b"\n" for line in lines))
                await writer.drain()
            writer.write(b"bye\n")
            await writer.drain()
        self.ended.append(stream)
        writer.close()


class NearEnd:
    """One connection to the proxy."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def say(self, text: bytes) -> None:
        self.writer.write(text)
        await self.writer.drain()

    async def hears(self) -> bytes:
        """The next line; empty where the connection ended or broke."""
        with suppress(ConnectionError):
            return (await asyncio.wait_for(self.reader.readline(), PATIENCE_S)).strip()
        return b""

    async def hears_nothing(self) -> bool:
        with suppress(TimeoutError):
            await asyncio.wait_for(self.reader.read(1), A_WHILE_S)
            return False
        return True


class Bench:
    """A far end, a proxy before it, and connections to the proxy."""

    def __init__(self, far: FarEnd, proxy: FaultProxy) -> None:
        self.far, self.proxy = far, proxy
        self.near: list[NearEnd] = []

    async def connect(self) -> NearEnd:
        near = NearEnd(*await asyncio.open_connection(HOST, self.proxy.port))
        self.near.append(near)
        return near

    async def far_end_of(self, number: int) -> None:
        """Wait until the far end has all that will come of a connection."""
        async with asyncio.timeout(PATIENCE_S):
            while not any(
                stream is ended for ended in self.far.ended for stream in self.far.streams[number:][:1]
            ):
                await asyncio.sleep(0.005)

    async def has_felt(self, count: int) -> None:
        """Wait until the fault has done so much."""
        async with asyncio.timeout(PATIENCE_S):
            while self.proxy.felt != count:
                await asyncio.sleep(0.005)

    async def far_has(self, *lines: bytes) -> None:
        """Wait until the far end has exactly these lines, in this order."""
        async with asyncio.timeout(PATIENCE_S):
            while self.far.lines != list(lines):
                await asyncio.sleep(0.005)


def play(act: Callable[[Bench], Awaitable[None]], *, seed: int = 0) -> None:
    async def run() -> None:
        far = FarEnd()
        server = await asyncio.start_server(far.serve, HOST, 0)
        far.port = server.sockets[0].getsockname()[1]
        proxy = FaultProxy(far.port, seed=seed)
        await proxy.start()
        bench = Bench(far, proxy)
        try:
            await act(bench)
        finally:
            for near in bench.near:
                near.writer.transport.abort()
            await proxy.close()
            server.close()
            await server.wait_closed()

    asyncio.run(run())


def test_it_carries_both_ways_and_the_end_too() -> None:
    async def act(bench: Bench) -> None:
        near = await bench.connect()
        await near.say(b"one\n")
        assert await near.hears() == b"one"
        near.writer.write_eof()
        assert await near.hears() == b"bye", "the far end saw the end and could still answer"
        assert bench.proxy.accepted == 1

    play(act)


def test_a_cut_breaks_what_is_under_way_and_what_is_new_until_it_heals() -> None:
    async def act(bench: Bench) -> None:
        near = await bench.connect()
        await near.say(b"one\n")
        assert await near.hears() == b"one"
        await bench.proxy.switch(Cut())
        assert await near.hears() == b""
        assert await (await bench.connect()).hears() == b""
        assert bench.proxy.felt == 2
        await bench.proxy.switch(Forward())
        assert bench.proxy.felt == 0
        healed = await bench.connect()
        await healed.say(b"two\n")
        assert await healed.hears() == b"two"

    play(act)


def test_no_far_end_is_a_broken_connection() -> None:
    async def act(bench: Bench) -> None:
        bench.proxy.aim(1)
        assert await (await bench.connect()).hears() == b""
        bench.proxy.aim(bench.far.port)
        near = await bench.connect()
        await near.say(b"one\n")
        assert await near.hears() == b"one"

    play(act)


@pytest.mark.parametrize("way", ["there", "back", "both"])
def test_a_half_open_path_takes_bytes_and_never_answers(way: str) -> None:
    """One direction only: the far end hears us, or we would hear it, and neither end is told."""

    async def act(bench: Bench) -> None:
        near = await bench.connect()
        await near.say(b"one\n")
        assert await near.hears() == b"one"
        await bench.proxy.switch(HalfOpen(way=way))  # type: ignore[arg-type]
        await near.say(b"two\n")
        assert await near.hears_nothing()
        await bench.far_has(*([b"one", b"two"] if way == "back" else [b"one"]))
        await bench.has_felt(1)
        late = await bench.connect()
        await late.say(b"three\n")
        assert await late.hears_nothing()
        await bench.proxy.switch(Forward())
        await near.say(b"four\n")
        assert await near.hears_nothing(), "what lost bytes is never carried on"
        fresh = await bench.connect()
        await fresh.say(b"five\n")
        assert await fresh.hears() == b"five"

    play(act)


def test_a_slow_drip_keeps_its_rate_and_its_bytes_and_ends_when_it_is_switched_off() -> None:
    async def act(bench: Bench) -> None:
        near = await bench.connect()
        await bench.proxy.switch(Drip(bytes_per_s=4000))
        loop = asyncio.get_running_loop()
        began = loop.time()
        text = bytes(random.Random(1).choices(b"abc", k=1199)) + b"\n"
        await near.say(text)
        await bench.far_has(text.strip())
        assert loop.time() - began > 0.25, "1,200 bytes at 4,000 a second"
        await bench.proxy.switch(Drip(bytes_per_s=1))
        await near.say(b"slow\n")
        assert await near.hears_nothing()
        await bench.proxy.switch(Forward())
        await bench.far_has(text.strip(), b"slow")

    play(act)


def test_a_delay_shifts_everything_and_stretches_nothing() -> None:
    """Ten lines said at once arrive at once, later: no line waits for the delay of the one before it."""
    delay_s = 0.5

    async def act(bench: Bench) -> None:
        near = await bench.connect()
        await bench.proxy.switch(Delay(delay_s=delay_s))
        loop = asyncio.get_running_loop()
        began = loop.time()
        lines = [b"%d" % number for number in range(10)]
        for line in lines:
            await near.say(line + b"\n")
            await asyncio.sleep(0.01)
        await bench.far_has(*lines)
        assert delay_s < loop.time() - began < len(lines) * delay_s
        assert await near.hears() == b"0"

    play(act)


def test_the_bytes_of_one_connection_wait_until_the_next_one_s_went() -> None:
    async def act(bench: Bench) -> None:
        first, second, third = [await bench.connect() for _ in range(3)]
        await bench.proxy.switch(Reorder(hold_s=PATIENCE_S))
        await first.say(b"first\n")
        await asyncio.sleep(A_WHILE_S)
        assert bench.far.lines == []
        await second.say(b"second\n")
        await bench.far_has(b"second", b"first")
        assert bench.proxy.felt == 1
        await third.say(b"third\n")
        await asyncio.sleep(A_WHILE_S)
        await bench.proxy.switch(Forward())
        await bench.far_has(b"second", b"first", b"third")

    play(act)


def test_a_connection_alone_waits_for_another_only_so_long() -> None:
    async def act(bench: Bench) -> None:
        near = await bench.connect()
        await bench.proxy.switch(Reorder(hold_s=A_WHILE_S))
        began = asyncio.get_running_loop().time()
        await near.say(b"one\n")
        assert await near.hears() == b"one"
        assert asyncio.get_running_loop().time() - began >= A_WHILE_S
        assert bench.proxy.felt == 0, "nothing overtook it"

    play(act)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_cut_in_mid_message_leaves_its_beginning_and_falls_where_the_seed_says(seed: int) -> None:
    text = bytes(random.Random(seed).choices(b"abc", k=3000))

    def lengths() -> list[int]:
        found: list[int] = []

        async def act(bench: Bench) -> None:
            await bench.proxy.switch(CutWithin(stretch_bytes=1000, chance=0.5))
            for number in range(6):
                near = await bench.connect()
                await near.say(text + b"\n")
                if await near.hears() != text:
                    await bench.far_end_of(number)
                    got = bytes(bench.far.streams[number])
                    assert (text + b"\n").startswith(got)
                    found.append(len(got))
                else:
                    found.append(len(text))
                near.writer.transport.abort()

        play(act, seed=seed)
        return found

    once = lengths()
    assert once == lengths(), f"seed {seed}"
    assert any(length < len(text) for length in once), f"seed {seed}: none was cut"


def test_with_no_chance_nothing_is_cut() -> None:
    async def act(bench: Bench) -> None:
        await bench.proxy.switch(CutWithin(stretch_bytes=10, chance=0.0))
        near = await bench.connect()
        for number in range(100):
            await near.say(b"%d\n" % number)
            assert await near.hears() == b"%d" % number

    play(act)


@pytest.mark.parametrize("seed", [11, 12, 13, 14])
def test_whatever_the_faults_no_byte_is_altered_or_swapped_within_a_connection(seed: int) -> None:
    rng = random.Random(seed)
    faults: list[Fault] = [
        Forward(),
        Cut(),
        HalfOpen(way="there"),
        HalfOpen(way="back"),
        HalfOpen(),
        Drip(bytes_per_s=20_000),
        Delay(delay_s=0.02),
        Reorder(hold_s=0.02),
        CutWithin(stretch_bytes=5000, chance=0.3),
    ]

    async def act(bench: Bench) -> None:
        texts = [rng.randbytes(20_000).replace(b"\n", b".") for _ in range(8)]

        async def speak(text: bytes) -> None:
            with suppress(OSError):
                near = await bench.connect()
                for start in range(0, len(text), 1000):
                    await near.say(text[start : start + 1000])
                    await asyncio.sleep(rng.random() * 0.02)
                near.writer.write_eof()

        async def spoil() -> None:
            for _ in range(40):
                await bench.proxy.switch(rng.choice(faults))
                await asyncio.sleep(rng.random() * 0.02)
            await bench.proxy.switch(Forward())

        await asyncio.gather(spoil(), *map(speak, texts))
        await asyncio.sleep(A_WHILE_S)
        assert bench.far.streams
        for stream in bench.far.streams:
            assert any(text.startswith(bytes(stream)) for text in texts), f"seed {seed}"

    play(act, seed=seed)
