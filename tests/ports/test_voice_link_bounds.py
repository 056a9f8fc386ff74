"""The voice link over real TLS: what waits too long is dropped, what is too large ends it, and the line goes on."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from detente.adapters.certificates import certificate_sha256, make_certificate
from detente.adapters.link_client import LinkClient, LinkError
from detente.adapters.link_http import UpgradedStream
from detente.adapters.link_server import LinkServer, serve_link
from detente.adapters.voice_link import FRAMES_WAITING_MAX, VoiceDialler, VoiceEar, VoiceWire
from detente.errors import PeerError
from detente.ports import LinkRequest, LinkResponse
from detente.quantities import PartyId

NOW = datetime.now(UTC)


class Net:
    """What the connections tell."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.heard_messages: list[bytes] = []
        self.events: list[str] = []
        self.wires: list[VoiceWire] = []

    def connected(self, party: str, wire: VoiceWire) -> None:
        self.events.append(f"connected {party}")
        self.wires.append(wire)

    def disconnected(self, party: str, wire: VoiceWire) -> None:
        self.events.append(f"disconnected {party}")

    def heard(self, party: str, data: bytes) -> None:
        if data == b"evil":
            raise PeerError("malformed", "It is evil.")
        self.heard_messages.append(data)

    def silent(self, party: str) -> None:
        self.events.append(f"silent {party}")


class Ends:
    """A server of COAST and a client of SIERRA."""

    def __init__(self) -> None:
        times = {"not_before": NOW - timedelta(days=1), "not_after": NOW + timedelta(days=1)}
        self.made = {party: make_certificate(party, **times) for party in ("SIERRA", "COAST")}
        self.reports: list[str] = []
        self.net = Net()
        self.server: LinkServer | None = None

    async def serve(self, upgrade: Any) -> LinkServer:
        async def handle(_party: PartyId, request: LinkRequest) -> LinkResponse:
            return LinkResponse(status=200, body=request.target.encode(), content_type="text/plain")

        pin = certificate_sha256(self.made["SIERRA"][0])
        self.server = await serve_link(
            host="127.0.0.1",
            port=0,
            certificate_pem=self.made["COAST"][0],
            key_pem=self.made["COAST"][1],
            pins=lambda sha256: PartyId("SIERRA") if sha256 == pin else None,
            handle=handle,
            refused=self.reports.append,
            now=lambda: NOW,
            upgrade=upgrade,
        )
        return self.server

    def client(self) -> LinkClient:
        assert self.server is not None
        return LinkClient(
            host="127.0.0.1",
            port=self.server.port,
            certificate_pem=self.made["SIERRA"][0],
            key_pem=self.made["SIERRA"][1],
            peer_sha256=certificate_sha256(self.made["COAST"][0]),
            peer=PartyId("COAST"),
            path_id="data-1",
            now=lambda: NOW,
        )


async def until(is_so: Any, what: str) -> None:
    for _ in range(2_000):
        if is_so():
            return
        await asyncio.sleep(0.01)
    pytest.fail(what)


def test_messages_come_whole_and_in_order_and_the_line_answers_beside_them() -> None:
    async def play() -> None:
        ends = Ends()
        server = await ends.serve(VoiceEar(ends.net).take)
        ours = Net()
        dialler = asyncio.ensure_future(VoiceDialler(net=ours, party="COAST", paths=[ends.client()]).run())
        await until(lambda: ours.wires, "it connects")
        sent = [bytes((number,)) * (1 + number * 16) for number in range(200)]
        for message in sent:
            ours.wires[0].send(message)
        await until(lambda: len(ends.net.heard_messages) == 200, "all come")
        assert ends.net.heard_messages == sent
        line = ends.client()
        answer = await line.request(LinkRequest(method="GET", target="/hello", body=b""), timeout_s=10)
        assert answer.body == b"/hello"
        await line.close()
        dialler.cancel()
        await asyncio.gather(dialler, return_exceptions=True)
        await until(lambda: "silent SIERRA" in ends.net.events, "its end is noticed")
        await server.close()

    asyncio.run(play())


def test_a_peer_that_breaks_a_rule_is_cut_reported_and_may_come_again() -> None:
    async def play() -> None:
        ends = Ends()
        server = await ends.serve(VoiceEar(ends.net).take)
        ours = Net()
        dialler = asyncio.ensure_future(VoiceDialler(net=ours, party="COAST", paths=[ends.client()]).run())
        await until(lambda: ours.wires, "it connects")
        ours.wires[0].send(b"evil")
        await until(lambda: len(ours.wires) == 2, "it connects again")
        assert any("It is evil." in report for report in ends.reports)
        ours.wires[1].send(b"x" * 5_000)
        await until(lambda: len(ours.wires) == 3, "and again")
        assert any("at most 4096" in report for report in ends.reports)
        assert ends.net.heard_messages == []
        dialler.cancel()
        await asyncio.gather(dialler, return_exceptions=True)
        await server.close()

    asyncio.run(play())


def test_a_peer_that_does_not_read_loses_frames_not_memory() -> None:
    """Nobody reads: buffers fill, what waits 400 ms goes, and at most so many wait at all."""

    async def play() -> None:
        ends, is_over = Ends(), asyncio.Event()

        async def deaf(_party: PartyId, stream: UpgradedStream) -> None:
            await is_over.wait()

        server = await ends.serve(deaf)
        dropped = Counter[str]()
        stream = await ends.client().upgrade(timeout_s=10)
        wire = VoiceWire(stream, lambda: dropped.update(("late",)))
        carrying = asyncio.ensure_future(wire.carry())
        for _ in range(400):
            for _ in range(50):
                wire.send_frame(b"f" * 560)
            await asyncio.sleep(0.002)
            assert wire._frames <= FRAMES_WAITING_MAX
        assert dropped["late"] > 1_000
        carrying.cancel()
        await asyncio.gather(carrying, return_exceptions=True)
        is_over.set()
        await server.close()

    asyncio.run(play())


def test_a_node_without_voice_is_told_of_as_one() -> None:
    async def play() -> None:
        ends = Ends()
        server = await ends.serve(None)
        with pytest.raises(LinkError) as caught:
            await ends.client().upgrade(timeout_s=10)
        assert "has no voice" in caught.value.message
        await server.close()

    asyncio.run(play())


def test_a_newer_connection_of_a_party_takes_the_place_of_the_one_before() -> None:
    async def play() -> None:
        ends = Ends()
        server = await ends.serve(VoiceEar(ends.net).take)
        first = await ends.client().upgrade(timeout_s=10)
        await first.write(b"one")
        await until(lambda: ends.net.heard_messages == [b"one"], "the first is heard")
        second = await ends.client().upgrade(timeout_s=10)
        await second.write(b"two")
        await until(lambda: ends.net.heard_messages == [b"one", b"two"], "the second is heard")
        assert "silent SIERRA" not in ends.net.events
        second.abort()
        await until(lambda: ends.net.events == ["silent SIERRA"], "its end is noticed")
        first.abort()
        await server.close()

    asyncio.run(play())
