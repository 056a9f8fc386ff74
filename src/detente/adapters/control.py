"""The operator's own door to a running node: JSON lines over loopback, with a token only the owner can read.

One request a line, one response a line. The port is chosen by the system; `control.json` in the home names
it. Whoever can read that file can give every order the node takes.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
import os
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from detente.errors import DetenteError, OperatorError
from detente.wire.limits import CONTROL_LINE_BYTES_MAX

Handler = Callable[[str, Mapping[str, Any]], Awaitable[Mapping[str, Any]]]
HOST = "127.0.0.1"


class ControlServer:
    """Answers orders for as long as the node runs."""

    def __init__(self, handler: Handler, token: str) -> None:
        self._handler = handler
        self._token = token
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def start(self, file: Path) -> None:
        """Listen, and write where and with which token."""
        self._server = await asyncio.start_server(self._serve, HOST, 0, limit=CONTROL_LINE_BYTES_MAX)
        port = self._server.sockets[0].getsockname()[1]
        # Whoever waits for the file finds it whole: a kill or a reader may come between any two lines here.
        unfinished = file.with_name(file.name + ".new")
        unfinished.unlink(missing_ok=True)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as out:
            json.dump({"port": port, "token": self._token}, out)
        unfinished.replace(file)

    async def close(self) -> None:
        """Stop listening and let go of every operator."""
        if self._server is not None:
            self._server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            while line := await reader.readline():
                writer.write(json.dumps(await self._answer(line)).encode() + b"\n")
                await writer.drain()
        except (ConnectionError, ValueError, asyncio.CancelledError):
            # A line over the limit, a closed terminal, or the node stopping: the connection ends, the node does not.
            return
        finally:
            self._tasks.discard(task)
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def _answer(self, line: bytes) -> Mapping[str, Any]:
        try:
            request = json.loads(line)
            token, order, args = request["token"], request["order"], request["args"]
        except (ValueError, KeyError, TypeError):
            return {"ok": False, "code": "malformed", "message": "Not an order."}
        if not hmac.compare_digest(str(token).encode(), self._token.encode()):
            return {"ok": False, "code": "token", "message": "The token is not this node's."}
        try:
            return {"ok": True, **await self._handler(str(order), args)}
        except DetenteError as why:
            return {"ok": False, "code": why.code, "message": why.message, "cure": why.cure}
        except (KeyError, TypeError, ValueError) as why:
            return {
                "ok": False,
                "code": "malformed",
                "message": f"The order {order} lacks or misstates {why}.",
            }


class ControlClient:
    """A connection to a running node's control door."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, token: str) -> None:
        self._reader = reader
        self._writer = writer
        self._token = token

    @classmethod
    async def open(cls, file: Path) -> ControlClient:
        """Raises OperatorError where no node answers."""
        try:
            settings = json.loads(file.read_text())
            reader, writer = await asyncio.open_connection(
                HOST, settings["port"], limit=CONTROL_LINE_BYTES_MAX
            )
        except (OSError, ValueError, KeyError) as why:
            raise OperatorError(
                "not_running",
                f"No node answers for {file.parent}.",
                cure=f"Start it: detente run {file.parent}",
            ) from why
        return cls(reader, writer, settings["token"])

    async def order(self, order: str, **args: object) -> dict[str, Any]:
        """Give an order and return its result; raises OperatorError with the node's own words.

        `no_answer` is where the node ended before its answer was whole: the order may have been carried out.
        """
        self._writer.write(json.dumps({"token": self._token, "order": order, "args": args}).encode() + b"\n")
        line = b""
        with contextlib.suppress(ConnectionError):
            await self._writer.drain()
            line = await self._reader.readline()
        if not line.endswith(b"\n"):
            raise OperatorError(
                "no_answer",
                f"The node ended before it answered the order {order}; whether it was carried out is not known.",
                cure="Look at its output; start it again, and look into its log.",
            )
        result: dict[str, Any] = json.loads(line)
        if not result["ok"]:
            raise OperatorError(result["code"], result["message"], cure=result.get("cure", ""))
        return result

    async def close(self) -> None:
        self._writer.close()
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()
