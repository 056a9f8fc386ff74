"""What travels on the link: one response a request, and every failure named with peer, path and reason."""

from __future__ import annotations

import asyncio

import pytest

from detente.adapters.link_client import LinkError
from detente.adapters.tls import TlsError, TlsStream
from detente.errors import OperatorError
from detente.ports import LinkRequest, LinkResponse
from detente.quantities import PartyId
from detente.wire.limits import HTTP_BODY_BYTES_MAX

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


def test_many_requests_go_over_one_connection(link_world) -> None:
    async def main() -> None:
        async with link_world.serve() as served:
            client = link_world.client(served.port)
            for number in range(200):
                body = bytes(number)
                request = LinkRequest(method="POST", target=f"/{number}", body=body)
                response = await client.request(request, timeout_s=5)
                assert response.body == f"bravo /{number} ".encode() + body
            await client.close()
            assert len(served.asked) == 1

    link_world.run(main())


def test_a_body_of_the_greatest_size_goes_both_ways(link_world) -> None:
    async def back(_party: PartyId, request: LinkRequest) -> LinkResponse:
        return LinkResponse(status=200, body=request.body, content_type="application/octet-stream")

    async def main() -> None:
        async with link_world.serve(back) as served:
            client = link_world.client(served.port)
            body = b"\x00\xff" * (HTTP_BODY_BYTES_MAX // 2)
            response = await client.request(LinkRequest(method="POST", target="/", body=body), timeout_s=10)
            assert response.body == body
            assert response.content_type == "application/octet-stream"
            await client.close()

    link_world.run(main())


def test_requests_at_once_take_turns(link_world) -> None:
    async def main() -> None:
        async with link_world.serve() as served:
            client = link_world.client(served.port)
            targets = [f"/{number}" for number in range(20)]
            answers = await asyncio.gather(
                *(client.request(LinkRequest(method="GET", target=one), timeout_s=5) for one in targets)
            )
            assert [answer.body for answer in answers] == [f"bravo {one} ".encode() for one in targets]
            await client.close()

    link_world.run(main())


def test_after_a_cut_the_next_request_makes_a_new_connection(link_world) -> None:
    """The kept connection is gone without a word; the request that finds out is sent again at once."""

    async def main() -> None:
        async with link_world.serve() as served:
            port = served.port
            client = link_world.client(port)
            await client.request(GET, timeout_s=5)
        with pytest.raises(LinkError) as caught:
            await client.request(GET, timeout_s=5)
        assert caught.value.code == "unreachable"
        async with link_world.serve(port=port):
            assert (await client.request(GET, timeout_s=5)).status == 200
        async with link_world.serve(port=port):
            assert (await client.request(GET, timeout_s=5)).status == 200
            await client.close()

    link_world.run(main())


def test_an_idle_connection_is_closed_with_a_goodbye(link_world) -> None:
    async def main() -> None:
        async with link_world.serve(idle_s=0.05) as served:
            assert await _answer_to(await link_world.raw(served.port)) == b""
            assert served.reports.empty()

    link_world.run(main())


def test_a_caller_that_asks_first_is_told_to_continue(link_world) -> None:
    """curl does for larger bodies (RFC 9110 section 10.1.1)."""

    async def main() -> None:
        async with link_world.serve() as served:
            stream = await link_world.raw(served.port)
            head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n"
            await stream.write(head + b"Connection: close\r\n\r\n")
            assert (await stream.read()).startswith(b"HTTP/1.1 100 ")
            assert (await _answer_to(stream, b"hi")).endswith(b"bravo / hi")

    link_world.run(main())


def test_two_requests_in_one_breath_get_two_answers_in_order(link_world) -> None:
    async def main() -> None:
        async with link_world.serve() as served:
            one = b"GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"
            two = b"GET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            answer = await _answer_to(await link_world.raw(served.port), one + two)
            assert answer.index(b"bravo /1") < answer.index(b"bravo /2")

    link_world.run(main())


def test_a_failing_answer_is_500_without_detail_and_told_to_us(link_world) -> None:
    async def fail(_party: PartyId, request: LinkRequest) -> LinkResponse:
        if request.target == "/bad":
            raise KeyError("inner matters")
        return LinkResponse(status=204, body=b"")

    async def main() -> None:
        async with link_world.serve(fail) as served:
            client = link_world.client(served.port)
            response = await client.request(LinkRequest(method="GET", target="/bad"), timeout_s=5)
            assert (response.status, response.body) == (500, b"")
            assert (
                await served.report() == "bravo: GET /bad: our own answer failed: KeyError('inner matters')"
            )
            assert (await client.request(GET, timeout_s=5)).status == 204
            await client.close()
            assert len(served.asked) == 1

    link_world.run(main())


async def _half(stream: TlsStream) -> None:
    await stream.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
    stream.abort()


async def _half_politely(stream: TlsStream) -> None:
    await stream.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
    await stream.close()


async def _nothing(stream: TlsStream) -> None:
    await stream.close()


async def _gibberish(stream: TlsStream) -> None:
    await stream.write(b"220 mail.example ESMTP\r\n\r\n")
    await stream.close()


async def _endless(stream: TlsStream) -> None:
    await stream.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1048577\r\n\r\n")
    await stream.close()


async def _mute(stream: TlsStream) -> None:
    with pytest.raises(TlsError):
        await stream.read()


@pytest.mark.parametrize(
    ("talk", "code", "said"),
    [
        (_half, "unreachable", "the connection"),
        (_half_politely, "protocol", "peer closed connection"),
        (_nothing, "unreachable", "closed before any answer; our certificate is sha256="),
        (_gibberish, "protocol", "not HTTP"),
        (_endless, "protocol", "at most 1048576"),
        (_mute, "timeout", "no answer within 0.3 s while waiting for the response"),
    ],
)
def test_a_server_that_does_not_answer_soundly_is_named_with_path_and_reason(
    link_world, talk, code: str, said: str
) -> None:
    async def main() -> None:
        async with link_world.liar(talk) as port:
            client = link_world.client(port)
            with pytest.raises(LinkError) as caught:
                await client.request(GET, timeout_s=0.3 if talk is _mute else 5)
            why = caught.value
            assert why.code == code
            assert why.message.startswith(f"alpha over direct (127.0.0.1 port {port}): ")
            assert said in why.message
            assert why.cure
            await client.close()

    link_world.run(main())


def test_a_door_that_opens_and_says_nothing_times_out_in_the_handshake(link_world) -> None:
    async def main() -> None:
        async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(-1)
            writer.transport.abort()
            closed.set()

        closed = asyncio.Event()
        server = await asyncio.start_server(silent, HOST, 0)
        client = link_world.client(server.sockets[0].getsockname()[1])
        with pytest.raises(LinkError, match=r"within 0\.05 s while shaking hands") as caught:
            await client.request(GET, timeout_s=0.05)
        assert caught.value.code == "timeout"
        await asyncio.wait_for(closed.wait(), 5)
        server.close()
        await server.wait_closed()

    link_world.run(main())


def test_nobody_there_is_unreachable(link_world) -> None:
    async def main() -> None:
        async with link_world.serve() as served:
            port = served.port
        with pytest.raises(LinkError, match="no connection: ") as caught:
            await link_world.client(port).request(GET, timeout_s=5)
        assert caught.value.code == "unreachable"

    link_world.run(main())


def test_a_request_given_up_does_not_spoil_the_next(link_world) -> None:
    """Its answer would otherwise be taken for the next one's."""
    waiting = asyncio.Event()

    async def slow(_party: PartyId, request: LinkRequest) -> LinkResponse:
        if request.target == "/slow":
            await waiting.wait()
        return LinkResponse(status=200, body=request.target.encode())

    async def main() -> None:
        async with link_world.serve(slow) as served:
            client = link_world.client(served.port)
            with pytest.raises(LinkError) as caught:
                await client.request(LinkRequest(method="GET", target="/slow"), timeout_s=0.05)
            assert caught.value.code == "timeout"
            waiting.set()
            assert (await client.request(GET, timeout_s=5)).body == b"/hello"
            await client.close()

    link_world.run(main())


def test_closing_leaves_no_task_whatever_is_under_way(link_world) -> None:
    """An answer that never comes, a caller that idles, a stranger half known; `run` looks for leftovers."""

    async def main() -> None:
        asked = asyncio.Event()

        async def never(_party: PartyId, request: LinkRequest) -> LinkResponse:
            if request.target != "/never":
                return LinkResponse(status=200, body=b"")
            asked.set()
            await asyncio.Event().wait()
            raise AssertionError

        async with link_world.serve(never) as served:
            idle, stuck = link_world.client(served.port), link_world.client(served.port)
            await idle.request(GET, timeout_s=5)
            _, stranger = await asyncio.open_connection(HOST, served.port)
            pending = asyncio.create_task(
                stuck.request(LinkRequest(method="GET", target="/never"), timeout_s=9)
            )
            await asyncio.wait_for(asked.wait(), 5)
        with pytest.raises(LinkError) as caught:
            await pending
        assert caught.value.code == "unreachable"
        stranger.transport.abort()
        await idle.close()
        await stuck.close()

    link_world.run(main())


def test_a_port_already_taken_is_said_with_its_cure(link_world) -> None:
    async def main() -> None:
        async with link_world.serve() as served:
            with pytest.raises(OperatorError) as caught:
                async with link_world.serve(port=served.port):
                    raise AssertionError
            assert caught.value.code == "cannot_listen"

    link_world.run(main())
