"""Feeds that come over a network: a connection that is made anew when it ends, or datagrams; bytes to reports.

Everything a sender can choose is bounded: bytes a second of each sender of datagrams, the number of such
senders, and the reports that wait to be taken. What is dropped is counted. Nothing here tells the time but the
clock it is given.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from detente.errors import OperatorError
from detente.ports import Clock
from detente.tracks.decoding import Circumstances, Decoder
from detente.tracks.formats import STREAMED, decoder_of
from detente.tracks.position import PositionReport

REPORTS_WAITING_MAX = 50_000
"""Some 10 MB: what 5,000 aircraft say in ten seconds."""
READ_BYTES = 65_536
CONNECT_S = 10.0
SILENCE_S = 60.0
"""A receiver that says nothing for as long is connected to anew: the connection may be dead without a word."""
BACK_OFF_FIRST_S, BACK_OFF_MOST_S = 0.5, 30.0
SENDERS_MAX = 64
SENDER_IDLE_MS = 10_000
SENDER_BYTES_PER_S = 1_000_000
"""40,000 Beast frames a second, ten times what a busy receiver hears."""


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where a feed comes from: `tcp` to connect to, `udp` to listen on."""

    scheme: str
    host: str
    port: int


def parse_address(text: str) -> Address:
    """`tcp://host:port` or `udp://host:port`; IPv6 in brackets. Raises OperatorError `feed_address`."""
    scheme, _, rest = text.partition("://")
    host, _, port = rest.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if scheme in ("tcp", "udp") and host and port.isascii() and port.isdigit() and 0 < int(port) < 65_536:
        return Address(scheme=scheme, host=host, port=int(port))
    raise OperatorError(
        "feed_address",
        f"{text!r} is no address of a feed.",
        cure="Write tcp://HOST:PORT to connect, or udp://HOST:PORT to listen, for example tcp://127.0.0.1:30005.",
    )


class LiveSource:
    """One feed of the network. Start it in a running loop; take what has come when it suits."""

    def __init__(
        self, address: Address, format_name: str, circumstances: Circumstances, clock: Clock
    ) -> None:
        if format_name not in STREAMED:
            raise OperatorError(
                "unknown_format",
                f"{format_name!r} is no format that comes over a network.",
                cure=f"Write one of: {', '.join(STREAMED)}.",
            )
        self.name = circumstances.source
        self.address = address
        self.dropped: Counter[str] = Counter()
        self.state = "not started"
        self.connections = 0
        self.bytes_heard = 0
        self._make: Callable[[], Decoder] = lambda: decoder_of(format_name, circumstances)
        self._clock = clock
        self._waiting: deque[PositionReport] = deque()
        self._ended: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        self._decoders: dict[str, Decoder] = {}
        self._task: asyncio.Task[None] | None = None
        self._transport: asyncio.DatagramTransport | None = None
        self._sender_ms: dict[str, int] = {}
        self._sender_budget: dict[str, float] = {}
        self._make()  # A missing package is said now, not at the first byte.

    async def start(self) -> None:
        """Connect, and go on connecting; or listen. Raises OperatorError `feed_address` where that cannot be."""
        if self.address.scheme == "tcp":
            self._task = asyncio.get_running_loop().create_task(self._keep_connected())
            return
        try:
            self._transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
                lambda: _Datagrams(self._datagram), local_addr=(self.address.host, self.address.port)
            )
        except OSError as why:
            raise OperatorError(
                "feed_address",
                f"Nothing can listen on {self.address.host} port {self.address.port}: {why.strerror}.",
                cure="Choose an address of this machine and a free port.",
            ) from why
        self.state = "listening"

    async def close(self) -> None:
        """Hang up."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._transport is not None:
            self._transport.close()

    def take(self) -> Sequence[PositionReport]:
        """What has come since the last time, in the order it came."""
        taken = tuple(self._waiting)
        self._waiting.clear()
        return taken

    @property
    def rejected(self) -> Counter[str]:
        """What gave no report, by reason, since the start."""
        return self._sum(0, "rejected") + self.dropped

    @property
    def unused(self) -> Counter[str]:
        """What was right and held no position."""
        return self._sum(1, "unused")

    def _sum(self, which: int, name: str) -> Counter[str]:
        total = Counter(self._ended[which])
        for decoder in self._decoders.values():
            total.update(getattr(decoder, name))
        return total

    def _drop_decoder(self, sender: str) -> None:
        decoder = self._decoders.pop(sender)
        self._ended[0].update(decoder.rejected)
        self._ended[1].update(decoder.unused)

    def _keep(self, reports: Sequence[PositionReport]) -> None:
        room = REPORTS_WAITING_MAX - len(self._waiting)
        if len(reports) > room:
            self.dropped["not_taken_in_time"] += len(reports) - room
        self._waiting.extend(reports[: max(0, room)])

    async def _keep_connected(self) -> None:
        """Until cancelled: a connection that gave something begins the back-off anew."""
        back_off_s = BACK_OFF_FIRST_S
        while True:
            heard = self.bytes_heard
            try:
                await self._connection()
                self.state = "closed by the sender"
            except TimeoutError:
                self.state = "silent"
            except OSError as why:
                self.state = f"cannot connect: {why.strerror or why}"
            back_off_s = (
                BACK_OFF_FIRST_S if self.bytes_heard > heard else min(back_off_s * 2, BACK_OFF_MOST_S)
            )
            await asyncio.sleep(back_off_s)

    async def _connection(self) -> None:
        async with asyncio.timeout(CONNECT_S):
            reader, writer = await asyncio.open_connection(
                self.address.host, self.address.port, limit=READ_BYTES
            )
        self.state = "connected"
        self.connections += 1
        decoder = self._decoders.setdefault("", self._make())
        try:
            while True:
                async with asyncio.timeout(SILENCE_S):
                    data = await reader.read(READ_BYTES)
                if not data:
                    return
                self.bytes_heard += len(data)
                self._keep(decoder.take(data, self._clock.now_ms()))
                await asyncio.sleep(0)
        finally:
            # Half a frame of this connection must not be completed by the next one.
            self._keep(decoder.finish())
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    def _datagram(self, data: bytes, sender: str) -> None:
        """One datagram: each sender has a decoder and a budget of its own, so that none can take another's."""
        now_ms = self._clock.now_ms()
        decoder = self._decoders.get(sender)
        if decoder is None:
            if len(self._decoders) >= SENDERS_MAX:
                oldest = next(iter(self._decoders))
                if now_ms - self._sender_ms[oldest] < SENDER_IDLE_MS:
                    self.dropped["too_many_senders"] += 1
                    return
                self._drop_decoder(oldest)
                del self._sender_ms[oldest], self._sender_budget[oldest]
            decoder = self._make()
        else:
            del self._decoders[sender]
        self._decoders[sender] = decoder
        earned = (now_ms - self._sender_ms.get(sender, now_ms)) / 1000.0 * SENDER_BYTES_PER_S
        budget = min(
            SENDER_BYTES_PER_S, self._sender_budget.get(sender, SENDER_BYTES_PER_S) + max(0.0, earned)
        )
        self._sender_ms[sender] = now_ms
        if len(data) > budget:
            self._sender_budget[sender] = budget
            self.dropped["flood"] += 1
            return
        self._sender_budget[sender] = budget - len(data)
        self.bytes_heard += len(data)
        self._keep(decoder.take(data, now_ms))
        self._keep(decoder.finish())


class _Datagrams(asyncio.DatagramProtocol):
    """Hands each datagram on, with the address of its sender."""

    def __init__(self, handle: Callable[[bytes, str], None]) -> None:
        self._handle = handle

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        """Called by the loop."""
        self._handle(data, str(addr[0]))
