"""What a caller can cost: every size, wait, crowd and report has its bound, and what was refused is named."""

from __future__ import annotations

import asyncio

import pytest

from detente.adapters.link_client import LinkError
from detente.adapters.tls import TlsStream
from detente.ports import LinkRequest, LinkResponse
from detente.quantities import PartyId
from detente.wire.limits import HTTP_BODY_BYTES_MAX, HTTP_HEADER_BYTES_MAX

HOST = "127.0.0.1"
GET = LinkRequest(method="GET", target="/hello")


async def _answer_to(stream: TlsStream, *parts: bytes) -> bytes:
    """Everything that comes back for these bytes, to the end of the connection."""
    for part in parts:
        await stream.write(part)
    heard = bytearray()
    try:
        while data := await stream.read():
            heard += data
    finally:
        stream.abort()
    return bytes(heard)


@pytest.mark.parametrize(
    ("said", "status", "reported"),
    [
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n", 413, "1048577 bytes"),
        (
            b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            + b"100001\r\n"
            + bytes(HTTP_BODY_BYTES_MAX + 1),
            413,
            "at most 1048576",
        ),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * HTTP_HEADER_BYTES_MAX * 2, 431, "bad HTTP"),
        (b"GET / HTTP/1.1\r\n\r\n", 400, "bad HTTP: Missing mandatory Host: header"),
        (b"how do you do\r\n\r\n", 400, "bad HTTP: illegal request line"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 6\r\n\r\n", 400, "bad HTTP"),
        (b"PUT / HTTP/1.1\r\nHost: a\r\n\r\n", 405, "'PUT'"),
        (b"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", 405, "'CONNECT'"),
    ],
)
def test_what_is_not_a_sound_request_gets_its_status_and_the_connection_ends(
    link_world, said: bytes, status: int, reported: str
) -> None:
    async def main() -> None:
        async with link_world.serve() as served:
            answer = await _answer_to(await link_world.raw(served.port), said)
            assert answer.startswith(f"HTTP/1.1 {status} ".encode())
            assert answer.endswith(b"\r\n\r\n")
            report = await served.report()
            assert report.startswith("bravo: ")
            assert reported in report

    link_world.run(main())


@pytest.mark.parametrize(
    "said", [b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"\x00" * 64, b"\x16\x03\x01\xff\xff"]
)
def test_garbage_before_the_handshake_is_reported_and_ends(link_world, said: bytes) -> None:
    async def main() -> None:
        async with link_world.serve(handshake_s=1) as served:
            reader, writer = await asyncio.open_connection(HOST, served.port)
            writer.write(said)
            writer.write_eof()
            await reader.read()
            writer.transport.abort()
            assert (await served.report()).endswith("(from 127.0.0.1)")

    link_world.run(main())


def test_a_slow_drip_in_the_handshake_is_cut(link_world) -> None:
    async def main() -> None:
        async with link_world.serve(handshake_s=0.05) as served:
            reader, writer = await asyncio.open_connection(HOST, served.port)
            writer.write(b"\x16")
            assert await reader.read() == b""
            writer.transport.abort()
            assert await served.report() == "no handshake within 0.05 s (from 127.0.0.1)"

    link_world.run(main())


def test_a_slow_drip_in_a_request_gets_408(link_world) -> None:
    async def main() -> None:
        async with link_world.serve(request_s=0.05) as served:
            stream = await link_world.raw(served.port)
            said = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx"
            assert (await _answer_to(stream, said)).startswith(b"HTTP/1.1 408 ")
            assert "not complete within 0.05 s" in await served.report()

    link_world.run(main())


def test_a_caller_that_does_not_take_its_answer_is_cut(link_world) -> None:
    async def main() -> None:
        async def much(_party: PartyId, _request: LinkRequest) -> LinkResponse:
            return LinkResponse(status=200, body=bytes(64 * HTTP_BODY_BYTES_MAX))

        async with link_world.serve(much, response_s=0.05) as served:
            stream = await link_world.raw(served.port)
            await stream.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert "a response was not taken: 0.05 s have passed" in await served.report()
            stream.abort()

    link_world.run(main())


def test_a_caller_that_breaks_off_within_a_request_is_reported(link_world) -> None:
    async def main() -> None:
        async with link_world.serve() as served:
            stream = await link_world.raw(served.port)
            await stream.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx")
            stream.abort()
            assert (await served.report()).startswith("bravo: ")
            stream = await link_world.raw(served.port)
            await stream.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx")
            await stream.close()
            assert "peer closed connection without sending complete message body" in await served.report()

    link_world.run(main())


def test_a_crowd_of_strangers_is_bounded_for_each_address(link_world) -> None:
    async def main() -> None:
        async with link_world.serve(strangers_per_address_max=2) as served:
            held = [await asyncio.open_connection(HOST, served.port) for _ in range(3)]
            assert "one from 127.0.0.1 was cut" in await served.report()
            for _, writer in held:
                writer.transport.abort()
            for _ in range(2):
                assert "the connection ended" in await served.report()
            client = link_world.client(served.port)
            assert (await client.request(GET, timeout_s=5)).status == 200
            await client.close()

    link_world.run(main())


def test_one_party_cannot_take_every_connection(link_world) -> None:
    async def main() -> None:
        async with link_world.serve(connections_per_party_max=1) as served:
            first, second = link_world.client(served.port), link_world.client(served.port)
            await first.request(GET, timeout_s=5)
            assert (await second.request(GET, timeout_s=5)).status == 503
            assert "bravo: too many connections" in await served.report()
            await first.close()
            await second.close()

    link_world.run(main())


def test_reports_are_rationed_and_the_rest_is_counted(link_world) -> None:
    """Whoever knocks for a day must not fill our logbook."""

    async def main() -> None:
        async with link_world.serve(reports_per_minute_max=2) as served:
            for _ in range(5):
                with pytest.raises(LinkError):
                    await link_world.client(served.port, link_world.mallory).request(GET, timeout_s=5)
            await link_world.settled()
        told = [served.reports.get_nowait() for _ in range(served.reports.qsize())]
        assert len(told) == 3
        assert told[-1] == "3 further refusals within a minute are not written one by one"

    link_world.run(main())
