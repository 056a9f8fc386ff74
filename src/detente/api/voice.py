"""Voice at the pages: one WebSocket each, frames as bytes and everything about the floor as JSON.

A page says `press`, `release` and which channels it `hear`s, and sends frames while it has the floor; observers only
hear. It is told `net` (everything, whenever that changes), `floor`, `granted`, `unheard` (whom it does not reach any
more while it talks), `busy`, `refused`, `cut_off`, and the `clock` twice a second. A frame is framed for the socket
once and handed to every page that hears its channel; a page that does not take what it is sent loses frames, and
where even messages pile up, its socket.
Source: RFC 6455 for the framing, which `websockets` parses and this file writes.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Annotated, Protocol, TypeAlias

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect

from detente.api.house import House
from detente.api.rates import Rate
from detente.api.refusals import ApiError
from detente.api.roles import WATCH
from detente.api.sessions import Session, Sessions
from detente.errors import PeerError
from detente.runtime.voice_net import VoiceNet
from detente.runtime.voice_ports import Told
from detente.voice.frame import Frame
from detente.voice.messages import Khz, Lost, Precedence, Transmission, VoiceName
from detente.wire.limits import VOICE_MESSAGE_BYTES_MAX

SOCKETS_MAX = 200
SOCKETS_OF_SESSION_MAX = 6
LOOK_S = 1.0
SAID_BURST, SAID_EACH_S = 20, 5.0
"""Messages of one page; a press and its release are two."""
FRAMES_BURST, FRAMES_EACH_S = 2_000, 75.0
"""Frames of one page: more than speech for long is a fault of a program, and would cost everybody time."""
FRAMES_BEHIND_BYTES_MAX = 4_096
"""Some forty frames that a page has not taken: more would be late."""
TOLD_BEHIND_BYTES_MAX = 65_536
WRITER = "detente.writer"
"""The ASGI extension by which `server` lends its write."""
POLICY, TRY_LATER, OVER = 1008, 1013, 4401

_TEXT, _BYTES = 0x81, 0x82


class Press(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="say", tag="press"):
    """A talk button is held."""

    channel_khz: Khz
    post: VoiceName
    transmission: Transmission
    precedence: Precedence = "normal"


class LetGo(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="say", tag="release"):
    """It is let go, or what fed it was lost."""

    transmission: Transmission
    why: Lost = "released"


class Hear(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="say", tag="hear"):
    """Which channels are played here from now on."""

    channels: Annotated[tuple[Khz, ...], msgspec.Meta(max_length=256)]


Said: TypeAlias = Press | LetGo | Hear
_SAID = msgspec.json.Decoder(Said)


class Writer(Protocol):
    """Hands bytes to a socket at once; False where more than `behind_max` bytes wait already."""

    def __call__(self, framed: bytes, *, behind_max: int) -> bool: ...


class _Socket:
    """One page: the `Desk` of the net."""

    def __init__(self, session: Session, write: Writer) -> None:
        self.session = session
        self.hears: frozenset[int] = frozenset()
        self.talks = ""
        self.dropped = 0
        self.is_behind = asyncio.Event()
        self._write = write

    def tell(self, told: Told) -> None:
        if told["say"] == "granted":
            self.talks = told["transmission"]
        self.take(framed(_TEXT, msgspec.json.encode(told)))

    def take(self, message: bytes) -> None:
        """Words: a page that does not even take these is ended."""
        if not self._write(message, behind_max=TOLD_BEHIND_BYTES_MAX):
            self.is_behind.set()

    def play(self, message: bytes) -> None:
        if not self._write(message, behind_max=FRAMES_BEHIND_BYTES_MAX):
            self.dropped += 1


class VoiceDoor:
    """Every page's socket, and the audience of the net."""

    def __init__(self, house: House, sessions: Sessions, now_s: Callable[[], float]) -> None:
        self._house = house
        self._sessions = sessions
        self._sockets: dict[_Socket, None] = {}
        self._said = Rate(burst=SAID_BURST, each_s=SAID_EACH_S, now_s=now_s)
        self._spoke = Rate(burst=FRAMES_BURST, each_s=FRAMES_EACH_S, now_s=now_s)
        self._number = 0
        if house.voice is not None:
            house.voice.audiences.add(self)

    def __len__(self) -> int:
        return len(self._sockets)

    def play(self, frame: Frame, raw: bytes) -> None:
        """To every page that hears the channel, but for the talker's own."""
        message = framed(_BYTES, raw)
        for socket in self._sockets:
            if frame.channel_khz in socket.hears and socket.talks != frame.transmission:
                socket.play(message)

    def tell_all(self, told: Told) -> None:
        """To every page."""
        message = framed(_TEXT, msgspec.json.encode(told))
        for socket in list(self._sockets):
            socket.take(message)

    def check(self, session: Session) -> None:
        """Raises ApiError where no further socket may be opened."""
        own = sum(1 for one in self._sockets if one.session is session)
        if own >= SOCKETS_OF_SESSION_MAX or len(self._sockets) >= SOCKETS_MAX:
            raise ApiError(
                "sockets", "Too many pages listen.", status=503, cure="Close some.", retry_after_s=30
            )

    async def serve(self, connection: WebSocket, session: Session) -> None:
        """One page from its opening to its end; it has passed the guard."""
        await connection.accept()
        net = self._house.voice
        if net is None:
            await connection.send_text('{"say":"net","is_agreed":false}')
            await connection.close()
            return
        socket = _Socket(session, connection.scope["extensions"][WRITER])
        self._sockets[socket] = None
        self._number += 1
        name = f"{self._number}"
        tasks = {
            asyncio.ensure_future(one)
            for one in (
                self._hear(connection, socket, net, name),
                self._watch(session),
                socket.is_behind.wait(),
            )
        }
        try:
            socket.hears = frozenset(net.floors.channels)
            socket.tell(net.shown())
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._sockets.pop(socket, None)
            net.leave(socket)
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
            faults = [one for one in ended if isinstance(one, Exception)]
            codes = [one for one in ended if isinstance(one, int) and one >= 1_000]
            with contextlib.suppress(RuntimeError, WebSocketDisconnect, OSError):
                await connection.close(codes[0] if codes else TRY_LATER)
        for fault in faults:
            raise fault

    async def _watch(self, session: Session) -> int:
        """Ends with the session; a page that listens is somebody who is there."""
        while self._sessions.stands(session):
            self._sessions.keep(session)
            await asyncio.sleep(LOOK_S)
        return OVER

    async def _hear(self, connection: WebSocket, socket: _Socket, net: VoiceNet, name: str) -> int:
        """What a page says, until it goes or breaks a rule."""
        may_speak = socket.session.role in WATCH
        while (message := await connection.receive())["type"] == "websocket.receive":
            try:
                if (raw := message.get("bytes")) is not None:
                    if self._spoke.take(name):
                        return POLICY
                    if may_speak:
                        net.speak(socket, raw)
                    else:
                        net.counts["may_not"] += 1
                    continue
                text = message.get("text") or ""
                if len(text) > VOICE_MESSAGE_BYTES_MAX or self._said.take(name):
                    return POLICY
                self._take(socket, net, _SAID.decode(text), may_speak=may_speak)
            except (PeerError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                return POLICY
        return 1000

    def _take(self, socket: _Socket, net: VoiceNet, said: Said, *, may_speak: bool) -> None:
        match said:
            case Hear():
                socket.hears = frozenset(said.channels)
            case Press() if not may_speak:
                why = {"say": "refused", "transmission": said.transmission, "channel_khz": said.channel_khz}
                socket.tell({**why, "why": "role"})
            case Press():
                session = socket.session
                self._house.note(
                    "voice",
                    f"{session.role} {session.account} presses to talk on {said.channel_khz} kHz as {said.post}"
                    f" ({said.precedence}, {said.transmission})",
                )
                net.press(
                    socket,
                    channel_khz=said.channel_khz,
                    post=said.post,
                    precedence=said.precedence,
                    transmission=said.transmission,
                )
            case LetGo():
                net.let_go(socket, transmission=said.transmission, why=said.why)


def framed(kind: int, payload: bytes) -> bytes:
    """One whole frame from a server, unmasked (RFC 6455, section 5.2)."""
    size = len(payload)
    if size < 126:
        return bytes((kind, size)) + payload
    if size < 65_536:
        return bytes((kind, 126)) + size.to_bytes(2, "big") + payload
    return bytes((kind, 127)) + size.to_bytes(8, "big") + payload
