"""A desk at a WebSocket of a real node, which presses, speaks and listens; and paths that can be cut."""

from __future__ import annotations

import asyncio
import json
import secrets
import ssl
import threading
import time
from collections.abc import Callable
from typing import Any

from e2e_session import PATIENCE_S
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from detente.adapters.fault_proxy import FaultProxy
from detente.api.client import ApiClient
from detente.voice.frame import Frame, encode_frame, parse_frame


class VoiceDesk:
    """One page, as a program: a thread listens.

    Args:
        client: logged in; its session is the socket's.
    """

    def __init__(
        self, client: ApiClient, url: str, *, ssl_context: ssl.SSLContext | None, **headers: str
    ) -> None:
        sent = {**client._headers(), **headers}
        self.told: list[dict[str, Any]] = []
        self.heard: list[tuple[float, Frame]] = []
        self.closed: int | None = None
        self.net: dict[str, Any] = {}
        address = url.replace("http", "ws", 1) + "/api/voice"
        wanted = {name: value for name, value in sent.items() if name.lower() in WANTED}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        try:
            self._socket = self._do(_opened(address, ssl_context, wanted))
        except BaseException:
            self._end_loop()
            raise
        self._listening = asyncio.run_coroutine_threadsafe(self._listen(), self._loop)
        self.until(lambda: self.net, "the net is told")

    async def _listen(self) -> None:
        try:
            async for message in self._socket:
                if isinstance(message, bytes):
                    self.heard.append((time.monotonic(), parse_frame(message)))
                    continue
                told = json.loads(message)
                if told["say"] == "net":
                    self.net = told
                if told["say"] != "clock":
                    self.told.append(told)
            self.closed = 1000
        except ConnectionClosed as why:
            self.closed = 1006 if why.rcvd is None else why.rcvd.code

    def _do(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE_S)

    def _end_loop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def until(self, is_so: Callable[[], object], what: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not is_so():
            assert time.monotonic() < deadline, f"in vain: {what}: {self.told[-3:]}, closed {self.closed}"
            time.sleep(0.005)

    def is_linked(self) -> bool:
        return all(one["is_up"] for one in self.net["links"])

    def say(self, **message: Any) -> None:
        self.send(json.dumps(message))

    def send(self, message: bytes | str) -> None:
        self._do(self._socket.send(message))

    def press(self, khz: int, post: str, precedence: str = "normal") -> str:
        transmission = secrets.token_hex(8)
        self.say(say="press", channel_khz=khz, post=post, transmission=transmission, precedence=precedence)
        return transmission

    def answer_to(self, transmission: str, *says: str) -> dict[str, Any]:
        """The newest word about a press, among those named, or the first that comes."""

        def found() -> list[dict[str, Any]]:
            return [
                one for one in self.told if one.get("transmission") == transmission and one["say"] in says
            ]

        self.until(found, f"{says} for {transmission}")
        return found()[-1]

    def talk(self, khz: int, post: str, transmission: str, *, frames: int, first: int = 0) -> None:
        """Frames, one each 20 ms, of sixty bytes."""
        for sequence in range(first, first + frames):
            self.send(self.frame(khz, post, transmission, sequence))
            time.sleep(0.02)

    def frame(self, khz: int, post: str, transmission: str, sequence: int) -> bytes:
        return encode_frame(
            Frame(
                channel_khz=khz,
                party=self.net["party"],
                post=post,
                transmission=transmission,
                sequence=sequence,
                captured_ms=int(time.monotonic() * 1_000) + 7_200_000,
                codec="opus",
                payload=sequence.to_bytes(2, "big") * 30,
            )
        )

    def release(self, transmission: str, why: str = "released") -> None:
        self.say(say="release", transmission=transmission, why=why)

    def close(self) -> None:
        if not self._loop.is_closed():
            self._do(self._socket.close())
            self._listening.result(PATIENCE_S)
            self._end_loop()


async def _opened(address: str, ssl_context: ssl.SSLContext | None, headers: dict[str, str]) -> Any:
    """By the loop, not by threads: two threads in one TLS connection hang now and then before Python 3.13."""
    return await connect(
        address, ssl=ssl_context, additional_headers=headers, compression=None, open_timeout=PATIENCE_S
    )


class Paths:
    """A proxy for each direction, in a loop of its own thread; a fault takes effect on both."""

    def __init__(self, ports: list[int]) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.proxies = [self.do(self._make(port)) for port in ports]

    async def _make(self, port: int) -> Any:
        proxy = FaultProxy(target_port=port)
        await proxy.start()
        return proxy

    def do(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    def set(self, fault: Any, *, only: int | None = None) -> None:
        async def put() -> None:
            for number, proxy in enumerate(self.proxies):
                if only in (None, number):
                    await proxy.switch(fault)

        self.do(put())

    def close(self) -> None:
        for proxy in self.proxies:
            self.do(proxy.close())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()


WANTED = frozenset({"cookie", "origin", "sec-fetch-site", "host"})
