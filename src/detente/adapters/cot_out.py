"""Cursor on Target out: own or all tracks and notices, to the tablets and servers that config.toml names.

Nothing leaves unless [cot] says so: without it there is none, and `tracks` and `notices` are "none" until they are
written. CoT is not encrypted; an address beyond this machine needs `in_clear = true`, so that nobody sends the places
of his crews over a network by a slip. What came in by CoT does not go out by it. A receiver that does not take what
is sent loses events, never the node its time: datagrams are not waited for, and a connection with too much before it
is passed over.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from ipaddress import ip_address
from typing import Literal, TypeAlias

import msgspec

from detente.adapters.live_source import Address, parse_address
from detente.airspace.atmosphere import Atmosphere
from detente.errors import OperatorError
from detente.notices.cot_drawn import notice_events
from detente.notices.notice import Notice
from detente.ports import Clock
from detente.tracks.cot_written import track_event
from detente.tracks.position import PositionReport
from detente.wire.cot_xml import ended_event

Which: TypeAlias = Literal["none", "own", "all"]

ADDRESSES_MAX = 8
TRACKS_A_ROUND_MAX = 2_000
AT_ONCE = 100
"""Events between two turns of the node."""
WAITING_BYTES_MAX = 1_000_000
NOTICES_EVERY_S = 60.0
"""A tablet that was switched on late sees what is in force by then."""
CONNECT_S = 10.0
BACK_OFF_S = 10.0


class CotSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[cot]: `to` are udp://HOST:PORT or tcp://HOST:PORT; `stale_s` is counted from when a position was measured."""

    to: tuple[str, ...]
    tracks: Which = "none"
    notices: Which = "none"
    every_s: float = 5.0
    stale_s: int = 30
    in_clear: bool = False

    def addresses(self) -> tuple[Address, ...]:
        """Where to; raises OperatorError `cot_settings`, `cot_in_clear`, `feed_address`."""
        if not 1 <= len(self.to) <= ADDRESSES_MAX:
            raise _wrong(f"`to` has {len(self.to)} addresses.", f"Write one to {ADDRESSES_MAX}.")
        if not 1.0 <= self.every_s <= 60.0:
            raise _wrong(f"every_s = {self.every_s} cannot be.", "Write 1 to 60 seconds.")
        if not self.every_s < self.stale_s <= 600:
            raise _wrong(
                f"stale_s = {self.stale_s} cannot be.",
                "Write more than every_s, so that symbols do not flicker, and at most 600.",
            )
        if self.tracks == "none" and self.notices == "none":
            raise _wrong(
                "[cot] sends nothing.", 'Write tracks = "own" or notices = "all", or leave [cot] out.'
            )
        found = tuple(parse_address(text) for text in self.to)
        for address in found:
            if not self.in_clear and not _is_here(address.host):
                raise OperatorError(
                    "cot_in_clear",
                    f"[cot] would send to {address.host} without encryption.",
                    cure="Where that network is yours alone, write in_clear = true; else send to this machine.",
                )
        return found


class CotOut:
    """Sends on a round of its own until it is closed.

    Args:
        tracks: every track that is heard, and whether it is an own one.
        notices: reference, party and notice of each that is in force.
        withdrawn: the same of each that is in force no more before its window is over.
        not_from: names of feeds that are CoT themselves.
    """

    def __init__(
        self,
        settings: CotSettings,
        *,
        party: str,
        atmosphere: Atmosphere,
        clock: Clock,
        tracks: Callable[[], Iterable[tuple[PositionReport, bool]]],
        notices: Callable[[], Iterable[tuple[str, str, Notice]]],
        not_from: frozenset[str],
        withdrawn: Callable[[], Iterable[tuple[str, str, Notice]]] = tuple,
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._settings = settings
        self._party = party
        self._atmosphere = atmosphere
        self._clock = clock
        self._tracks = tracks
        self._notices = notices
        self._withdrawn = withdrawn
        self._not_from = not_from
        self._doors = [_Door(address, self.counts) for address in settings.addresses()]
        self._sent: dict[str, int] = {}
        self._drawn: set[str] = set()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> asyncio.Task[None]:
        """Begin; the task fails only by a fault of ours."""
        loop = asyncio.get_running_loop()
        self._tasks = [loop.create_task(self._run()), *(loop.create_task(door.run()) for door in self._doors)]
        return self._tasks[0]

    async def close(self) -> None:
        """End the rounds and every connection."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for door in self._doors:
            door.close()

    async def _run(self) -> None:
        since_s = NOTICES_EVERY_S
        while True:
            await self.send_tracks()
            since_s += self._settings.every_s
            is_time = since_s >= NOTICES_EVERY_S
            await self.send_notices(again=is_time)
            since_s = 0.0 if is_time else since_s
            await asyncio.sleep(self._settings.every_s)

    async def send_tracks(self) -> None:
        """What is newer than what was sent of it, own tracks first."""
        if self._settings.tracks == "none":
            return
        rows = [(one, is_own) for one, is_own in self._tracks() if self._may_go(one, is_own=is_own)]
        rows.sort(key=lambda row: not row[1])
        self.counts["left_for_later"] += max(0, len(rows) - TRACKS_A_ROUND_MAX)
        heard = {one.aircraft for one, _ in rows}
        for number, (report, is_own) in enumerate(rows[:TRACKS_A_ROUND_MAX]):
            event = track_event(
                report,
                party=self._party,
                is_own=is_own,
                now_ms=self._clock.now_ms(),
                stale_s=self._settings.stale_s,
                atmosphere=self._atmosphere,
            )
            if event is not None:
                self._send(event)
                self._sent[report.aircraft] = report.time_ms
            if number % AT_ONCE == AT_ONCE - 1:
                await asyncio.sleep(0)
        if len(self._sent) > 4 * len(heard) + TRACKS_A_ROUND_MAX:
            self._sent = {name: at_ms for name, at_ms in self._sent.items() if name in heard}

    async def send_notices(self, *, again: bool = True) -> None:
        """Notices in force that are new, or all of them again; what was sent and is in force no more is ended.

        With all of them again so are those that were withdrawn: a tablet that was off then, or heard it of a node
        that was started anew since, must not show them to the end of their windows.
        """
        if self._settings.notices == "none":
            return
        now_ms = self._clock.now_ms()
        drawn: set[str] = set()
        for ref, party, notice in self._notices():
            if self._settings.notices == "own" and party != self._party:
                continue
            for uid, event in notice_events(ref, party, notice, now_ms=now_ms):
                drawn.add(uid)
                if again or uid not in self._drawn:
                    self._send(event)
            await asyncio.sleep(0)
        if again:
            self._drawn |= self._no_more(now_ms)
        for uid in sorted(self._drawn - drawn):
            self._send(ended_event(uid, now_ms=now_ms))
        self._drawn = drawn

    def _no_more(self, now_ms: int) -> set[str]:
        return {
            uid
            for ref, party, notice in self._withdrawn()
            if self._settings.notices == "all" or party == self._party
            for uid, _ in notice_events(ref, party, notice, now_ms=now_ms)
        }

    def _may_go(self, report: PositionReport, *, is_own: bool) -> bool:
        is_wanted = is_own or self._settings.tracks == "all"
        is_echo = report.source in self._not_from or report.aircraft.startswith("cot:")
        return is_wanted and not is_echo and self._sent.get(report.aircraft) != report.time_ms

    def _send(self, event: bytes) -> None:
        for door in self._doors:
            door.send(event)


class _Door:
    """One address: datagrams that nobody waits for, or a connection that is made anew."""

    def __init__(self, address: Address, counts: Counter[str]) -> None:
        self._address = address
        self._counts = counts
        self._transport: asyncio.DatagramTransport | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def run(self) -> None:
        """Keep it open."""
        while True:
            with suppress(OSError, TimeoutError):
                if self._address.scheme == "udp":
                    await self._datagrams()
                else:
                    await self._connected()
            self._counts["connections_lost"] += 1
            await asyncio.sleep(BACK_OFF_S)

    def send(self, event: bytes) -> None:
        """One event, or a count of what was not sent."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(event)
        elif (
            self._writer is not None
            and not self._writer.is_closing()
            and self._writer.transport.get_write_buffer_size() < WAITING_BYTES_MAX
        ):
            self._writer.write(event)
        else:
            self._counts["not_sent"] += 1
            return
        self._counts["sent"] += 1

    def close(self) -> None:
        """At once; what waits is lost."""
        for one in (self._transport, self._writer.transport if self._writer is not None else None):
            if one is not None:
                one.abort()

    async def _datagrams(self) -> None:
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        self._transport, _ = await loop.create_datagram_endpoint(
            lambda: _Datagrams(ended), remote_addr=(self._address.host, self._address.port)
        )
        await ended.wait()

    async def _connected(self) -> None:
        async with asyncio.timeout(CONNECT_S):
            reader, self._writer = await asyncio.open_connection(self._address.host, self._address.port)
        try:
            while await reader.read(65_536):  # a server says things too; they are no feed of ours
                continue
        finally:
            self._writer.transport.abort()


class _Datagrams(asyncio.DatagramProtocol):
    """A closed port at the other end is no reason to stop: the tablet may be switched on again."""

    def __init__(self, ended: asyncio.Event) -> None:
        self._ended = ended

    def error_received(self, exc: Exception) -> None:
        del exc

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._ended.set()


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _wrong(why: str, cure: str) -> OperatorError:
    return OperatorError("cot_settings", f"[cot] cannot be used: {why}", cure=cure)
