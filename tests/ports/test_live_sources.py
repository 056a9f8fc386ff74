"""Real sockets on loopback: a sender that cuts, restarts, sends garbage or floods stops no feed."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from detente.adapters import live_source
from detente.adapters.feeds import FeedSettings, JoinedFeed, open_feed
from detente.adapters.live_source import SENDER_BYTES_PER_S, SENDERS_MAX, LiveSource, parse_address
from detente.adapters.system import SystemClock
from detente.errors import OperatorError
from detente.quantities import UtcMs
from detente.tracks.decoding import Circumstances
from detente.tracks.tracker import Rules, Tracker

PATIENCE_S = 20.0
EVEN, ODD = bytes.fromhex("8d40621d58c382d690c8ac2863a7"), bytes.fromhex("8d40621d58c386435cc412692ad6")


class StandingClock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at_ms = 1_720_267_200_000

    def now_ms(self) -> UtcMs:
        return UtcMs(self.at_ms)


def beast(data: bytes, ticks: int) -> bytes:
    return b"\x1a3" + (ticks.to_bytes(6, "big") + b"\x10" + data).replace(b"\x1a", b"\x1a\x1a")


PAIR = beast(ODD, 12_000_000) + beast(EVEN, 24_000_000)


def sbs_line(address: str = "ABCDEF", lat: float = 46.5) -> bytes:
    """At the standing clock's time."""
    when = "2024/07/06,12:00:00.000"
    return f"MSG,3,1,1,{address},1,{when},{when},,33300,,,{lat},1.9,,,,,,0\r\n".encode()


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not is_so():
            await asyncio.sleep(0.01)


class Sender:
    """A TCP server that plays one script for each connection, the last one for all further ones."""

    def __init__(self, *scripts: list[bytes | str]) -> None:
        self.scripts = list(scripts)
        self.connections = 0
        self.tasks: list[asyncio.Task[None]] = []

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.tasks.append(task)
        script = self.scripts[min(self.connections, len(self.scripts) - 1)]
        self.connections += 1
        with suppress(OSError):
            for step in script:
                if step == "reset":
                    # RST instead of FIN, as a crashed receiver's machine sends.
                    writer.get_extra_info("socket").setsockopt(
                        socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00"
                    )
                elif step == "stay":
                    await reader.read()
                else:
                    assert isinstance(step, bytes)
                    writer.write(step)
                    await writer.drain()
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


@asynccontextmanager
async def connected(*scripts: list[bytes | str], format_name: str = "beast") -> Any:
    sender = Sender(*scripts)
    server = await asyncio.start_server(sender.handle, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    source = LiveSource(
        parse_address(f"tcp://127.0.0.1:{port}"), format_name, Circumstances(source="roof"), StandingClock()
    )
    await source.start()
    try:
        yield source, sender
    finally:
        await source.close()
        server.close()
        await asyncio.gather(*sender.tasks)


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_source, "BACK_OFF_FIRST_S", 0.02)
    monkeypatch.setattr(live_source, "BACK_OFF_MOST_S", 0.1)


def test_positions_come_over_a_connection() -> None:
    async def talk() -> None:
        async with connected([PAIR[:20], PAIR[20:], "stay"]) as (source, _):
            await until(lambda: len(source._waiting) == 1)
            (report,) = source.take()
            assert (report.aircraft, report.source) == ("40621d", "roof")
            assert source.take() == ()
            assert source.state == "connected"

    asyncio.run(talk())


def test_a_sender_that_cuts_in_the_middle_of_a_frame_and_comes_back_loses_only_that_frame() -> None:
    """Half a frame of one connection is not completed by the next; what was learned of an aircraft stays."""

    async def talk() -> None:
        first = beast(ODD, 12_000_000) + beast(EVEN, 24_000_000)[:9]
        async with connected([first], [beast(EVEN, 36_000_000), "stay"]) as (source, sender):
            await until(lambda: len(source._waiting) == 1)
            assert sender.connections == 2
            assert source.rejected == {"truncated": 1}

    asyncio.run(talk())


def test_a_sender_that_resets_sends_garbage_and_restarts_is_heard_again() -> None:
    async def talk() -> None:
        garbage: list[bytes | str] = [b"HTTP/1.1 400 Bad Request\r\n\r\n" + bytes(range(256)) * 40]
        async with connected(["reset"], [], garbage, ["reset"], [PAIR, "stay"]) as (source, sender):
            await until(lambda: len(source._waiting) == 1)
            assert sender.connections == 5
            assert source.rejected["garbage"] >= 1

    asyncio.run(talk())


def test_a_sender_that_is_not_there_is_waited_for() -> None:
    async def talk() -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            port = taken.getsockname()[1]
        source = LiveSource(
            parse_address(f"tcp://127.0.0.1:{port}"), "beast", Circumstances(), StandingClock()
        )
        await source.start()
        await until(lambda: source.state.startswith("cannot connect"))
        sender = Sender([PAIR, "stay"])
        server = await asyncio.start_server(sender.handle, "127.0.0.1", port)
        await until(lambda: len(source._waiting) == 1)
        await source.close()
        server.close()
        await asyncio.gather(*sender.tasks)

    asyncio.run(talk())


def test_a_connection_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A receiver behind a dead router never says goodbye."""
    monkeypatch.setattr(live_source, "SILENCE_S", 0.05)

    async def talk() -> None:
        async with connected(["stay"], [PAIR, "stay"]) as (source, sender):
            await until(lambda: len(source._waiting) == 1)
            assert sender.connections >= 2

    asyncio.run(talk())


def test_the_back_off_grows_while_nothing_comes_and_begins_anew_when_something_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A sender that is away is not hammered."""
    waits: list[float] = []
    really = asyncio.sleep

    async def noted(seconds: float) -> None:
        if seconds >= 0.02:
            waits.append(seconds)
        await really(min(seconds, 0.01))

    monkeypatch.setattr(live_source.asyncio, "sleep", noted)

    async def talk() -> None:
        async with connected([], [], [], [], [PAIR], ["stay"]) as (_, sender):
            async with asyncio.timeout(PATIENCE_S):
                while sender.connections < 6:
                    await really(0.01)

    asyncio.run(talk())
    assert waits[:5] == [0.04, 0.08, 0.1, 0.1, 0.02]


def test_reports_that_nobody_takes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_source, "REPORTS_WAITING_MAX", 100)

    async def talk() -> None:
        lines = b"".join(sbs_line(lat=10 + number / 1000) for number in range(1_000))
        async with connected([lines, "stay"], format_name="sbs") as (source, _):
            await until(lambda: source.dropped["not_taken_in_time"] == 900)
            assert len(source.take()) == 100

    asyncio.run(talk())


@asynccontextmanager
async def listening(format_name: str, clock: StandingClock) -> Any:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    source = LiveSource(
        parse_address(f"udp://127.0.0.1:{port}"), format_name, Circumstances(source="u"), clock
    )
    await source.start()
    try:
        yield source, port
    finally:
        await source.close()


def send(port: int, *datagrams: bytes, host: str = "127.0.0.1") -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.bind((host, 0))
        for one in datagrams:
            sender.sendto(one, ("127.0.0.1", port))


def test_positions_come_in_datagrams_and_half_a_message_ends_with_its_datagram() -> None:
    async def talk() -> None:
        async with listening("sbs", StandingClock()) as (source, port):
            send(port, sbs_line(), sbs_line()[:40], sbs_line("ABCDEE"), b"\xff\x00garbage")
            await until(lambda: source.rejected.total() == 2)
            await until(lambda: len(source._waiting) == 2)
            assert [one.aircraft for one in source.take()] == ["abcdef", "abcdee"]
            assert source.rejected == {"truncated": 1, "not_a_line": 1}

    asyncio.run(talk())


def test_one_sender_s_flood_is_dropped_and_another_is_still_heard() -> None:
    """A budget of bytes a second for each; the clock stands still, so nothing is earned back."""

    async def talk() -> None:
        async with listening("sbs", StandingClock()) as (source, _):
            full = sbs_line() * 500
            for _ in range(3 * SENDER_BYTES_PER_S // len(full)):
                source._datagram(full, "192.0.2.1")
                source.take()
            assert source.dropped["flood"] > 30
            assert source.bytes_heard <= SENDER_BYTES_PER_S
            source._datagram(sbs_line("ABCDEE"), "192.0.2.2")
            assert [one.aircraft for one in source.take()] == ["abcdee"]

    asyncio.run(talk())


def test_a_flooding_sender_is_heard_again_in_time() -> None:
    async def talk() -> None:
        clock = StandingClock()
        async with listening("sbs", clock) as (source, _):
            for _ in range(20):
                source._datagram(b"x" * 60_000, "192.0.2.1")
            assert source.dropped["flood"] > 0
            clock.at_ms += 1_000
            source.take()
            source._datagram(sbs_line(), "192.0.2.1")
            assert len(source.take()) == 1

    asyncio.run(talk())


def test_a_crowd_of_senders_does_not_push_out_those_that_speak() -> None:
    """Addresses of datagrams are anybody's to invent; those heard lately keep their place."""

    async def talk() -> None:
        clock = StandingClock()
        async with listening("sbs", clock) as (source, _):
            source._datagram(sbs_line(), "192.0.2.1")
            for number in range(1_000):
                source._datagram(sbs_line(), f"198.51.100.{number}")
                source._datagram(sbs_line(), "192.0.2.1")
            assert len(source._decoders) == SENDERS_MAX
            assert "192.0.2.1" in source._decoders
            assert source.dropped["too_many_senders"] == 1_001 - SENDERS_MAX
            clock.at_ms += 20_000
            source._datagram(sbs_line(), "203.0.113.1")
            assert "203.0.113.1" in source._decoders

    asyncio.run(talk())


def test_tak_mesh_comes_in_datagrams() -> None:
    takproto = pytest.importorskip("takproto")
    text = (
        '<event version="2.0" uid="T-7" type="a-f-A" how="m-g" time="2024-07-06T12:00:00Z"'
        ' start="2024-07-06T12:00:00Z" stale="2024-07-06T12:01:00Z">'
        '<point lat="39.9" lon="-121.4" hae="100" ce="9999999" le="9999999"/></event>'
    )

    async def talk() -> None:
        async with listening("tak", StandingClock()) as (source, port):
            send(port, bytes(takproto.xml2proto(text)))
            await until(lambda: len(source._waiting) == 1)
            assert source.take()[0].aircraft == "cot:T-7"

    asyncio.run(talk())


def test_two_feeds_of_one_aircraft_are_one_aircraft() -> None:
    """The node's own `Feed`: a Beast receiver and an SBS-1 line of the same transponder."""

    async def talk() -> None:
        clock = StandingClock()
        async with connected([PAIR, "stay"]) as (roof, _), listening("sbs", clock) as (hill, port):
            feed = JoinedFeed(Tracker(rules=Rules()), recorded=(), live=(roof, hill))
            await until(lambda: len(roof._waiting) == 1)
            first = feed.take_until(clock.now_ms())
            assert [one.source for one in first] == ["roof"]
            send(
                port,
                sbs_line("40621D", lat=52.2572).replace(b",1.9,", b",3.91937,").replace(b"33300", b"38000"),
            )
            await until(lambda: len(hill._waiting) == 1)
            assert feed.take_until(clock.now_ms()) == []
            assert len(feed.tracker) == 1
            assert feed.rejected.total() == 1

    asyncio.run(talk())


@pytest.mark.parametrize(
    "text",
    ["", "tcp://", "tcp://host", "tcp://host:0", "tcp://host:99999", "ftp://h:1", "tcp://h:1x", "host:30005"],
)
def test_an_address_that_is_none_is_refused_with_a_cure(text: str) -> None:
    with pytest.raises(OperatorError) as refused:
        parse_address(text)
    assert refused.value.code == "feed_address"
    assert parse_address("tcp://[::1]:30005").host == "::1"


def test_settings_that_contradict_themselves_are_refused(tmp_path: Any) -> None:
    given = {"folder": tmp_path, "tracker": Tracker(rules=Rules()), "clock": SystemClock()}
    assert open_feed((), **given) is None
    for bad in (
        (FeedSettings(),),
        (FeedSettings(file="a", connect="tcp://h:1"),),
        (FeedSettings(recording="a"), FeedSettings(connect="tcp://h:1", format="beast")),
        (FeedSettings(connect="tcp://h:1", format="traffic"),),
        (FeedSettings(connect="tcp://h:1"),),
        (FeedSettings(file="missing"),),
    ):
        with pytest.raises(OperatorError):
            open_feed(bad, **given)


def test_a_port_that_is_taken_is_told() -> None:
    async def talk() -> None:
        async with listening("sbs", StandingClock()) as (_, port):
            second = LiveSource(
                parse_address(f"udp://127.0.0.1:{port}"), "sbs", Circumstances(), StandingClock()
            )
            with pytest.raises(OperatorError) as refused:
                await second.start()
            assert refused.value.code == "feed_address"

    asyncio.run(talk())
