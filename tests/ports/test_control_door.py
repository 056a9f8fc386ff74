"""The operator's door: only who can read the token gives orders, and nothing said at it takes the node down."""

from __future__ import annotations

import asyncio
import contextlib
import json
import stat
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from detente.adapters.control import ControlClient, ControlServer
from detente.errors import OperatorError, PeerError
from detente.wire.limits import CONTROL_LINE_BYTES_MAX


async def handle(order: str, args: Mapping[str, Any]) -> Mapping[str, Any]:
    match order:
        case "echo":
            return {"said": args["word"]}
        case "refuse":
            raise PeerError("never_list", "That is never said.", cure="Leave it out.")
        case _:
            return {}


async def at_the_door(file: Path, *lines: bytes) -> list[dict[str, Any]]:
    """Raw lines, and what comes back."""
    where = json.loads(file.read_text())
    reader, writer = await asyncio.open_connection("127.0.0.1", where["port"])
    answers = []
    try:
        for line in lines:
            writer.write(line + b"\n")
            answer = await reader.readline()
            if not answer:
                break
            answers.append(json.loads(answer))
    finally:
        writer.close()
        await writer.wait_closed()
    return answers


def test_an_order_is_carried_out_and_a_refusal_comes_in_the_node_s_words(tmp_path: Path) -> None:
    async def talk() -> None:
        server = ControlServer(handle, "secret")
        await server.start(tmp_path / "control.json")
        assert stat.S_IMODE((tmp_path / "control.json").stat().st_mode) == 0o600
        client = await ControlClient.open(tmp_path / "control.json")
        assert (await client.order("echo", word="été"))["said"] == "été"
        for order, args, code in (("refuse", {}, "never_list"), ("echo", {}, "malformed")):
            with pytest.raises(OperatorError) as caught:
                await client.order(order, **args)
            assert caught.value.code == code
        assert (await client.order("echo", word="still there"))["said"] == "still there"
        await client.close()
        await server.close()

    asyncio.run(talk())


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b'{"token": "guess", "order": "echo", "args": {"word": 1}}', "token"),
        (b'{"token": null, "order": "echo", "args": {}}', "token"),
        (b"not json", "malformed"),
        (b"[]", "malformed"),
        (b'{"token": "secret"}', "malformed"),
        (b'{"token": "secret", "order": "echo", "args": 7}', "malformed"),
        (b"\xff\xfe", "malformed"),
    ],
)
def test_without_the_token_or_in_no_order_nothing_happens(tmp_path: Path, line: bytes, code: str) -> None:
    async def talk() -> None:
        server = ControlServer(handle, "secret")
        await server.start(tmp_path / "control.json")
        good = b'{"token": "secret", "order": "echo", "args": {"word": "on"}}'
        bad, after = await at_the_door(tmp_path / "control.json", line, good)
        assert (bad["ok"], bad["code"]) == (False, code)
        assert after["ok"]
        await server.close()

    asyncio.run(talk())


def test_a_line_over_the_limit_ends_its_connection_and_no_other(tmp_path: Path) -> None:
    async def talk() -> None:
        server = ControlServer(handle, "secret")
        await server.start(tmp_path / "control.json")
        assert await at_the_door(tmp_path / "control.json", b"x" * (CONTROL_LINE_BYTES_MAX + 10)) == []
        client = await ControlClient.open(tmp_path / "control.json")
        assert (await client.order("echo", word="on"))["said"] == "on"
        await client.close()
        await server.close()

    asyncio.run(talk())


def test_where_no_node_answers_the_cure_is_said(tmp_path: Path) -> None:
    with pytest.raises(OperatorError) as caught:
        asyncio.run(ControlClient.open(tmp_path / "control.json"))
    assert caught.value.code == "not_running"
    assert "detente run" in caught.value.cure


@pytest.mark.parametrize("said", [b"", b'{"ok": true, "ref'])
def test_a_node_that_ends_before_its_answer_is_whole_leaves_the_order_open(
    tmp_path: Path, said: bytes
) -> None:
    """kill -9 in the middle of an answer: half a line is no answer, and not a broken program either."""

    async def end(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(said)
        await writer.drain()
        writer.close()

    async def talk() -> None:
        server = await asyncio.start_server(end, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        (tmp_path / "control.json").write_text(json.dumps({"port": port, "token": "secret"}))
        client = await ControlClient.open(tmp_path / "control.json")
        with pytest.raises(OperatorError) as caught:
            await client.order("say")
        assert caught.value.code == "no_answer"
        await client.close()
        server.close()
        await server.wait_closed()

    asyncio.run(talk())


def test_who_finds_the_file_finds_it_whole(tmp_path: Path) -> None:
    """A look at every instant of many starts: the file names the door, or is not there."""
    file = tmp_path / "control.json"
    found: set[str] = set()

    async def talk() -> None:
        for _ in range(50):
            server = ControlServer(handle, "secret")
            await server.start(file)
            await server.close()

    looker = threading.Thread(target=lambda: asyncio.run(talk()))
    looker.start()
    while looker.is_alive():
        with contextlib.suppress(FileNotFoundError):
            found.add(json.loads(file.read_text())["token"])
    assert found <= {"secret"}
