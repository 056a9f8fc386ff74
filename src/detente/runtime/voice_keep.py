"""Keeps what was said on the net: each transmission is written, and own ones are then stated in the journal.

A VOX is said at most every ten seconds with all that ended meanwhile, so that no talker can fill the journal. What
cannot be written is not stated, the pages show that nothing is recorded, and the logbook has the reason.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Protocol

from detente.errors import DamageError
from detente.line.bodies_duty import Spoken, VoiceKept
from detente.line.recordings import spoken_of
from detente.node.effects import Say, Write
from detente.quantities import Digest
from detente.runtime.node import Node
from detente.runtime.voice_tapes import Taped, Tapes
from detente.voice.recording import encode_recording
from detente.wire.limits import VOX_TRANSMISSIONS_MAX

SAY_MS = 10_000
WAITING_MAX = 640
QUEUE_MAX = 256


class Files(Protocol):
    """Where recordings lie; `keep` raises DamageError where one is not kept."""

    def keep(self, file: bytes) -> Digest: ...


class VoiceKeep:
    """The recordings of one node.

    Args:
        now_ms: a clock that never steps.
    """

    def __init__(self, *, node: Node, files: Files, now_ms: Callable[[], int]) -> None:
        self.tapes = Tapes(self._take, now_ms)
        self._node = node
        self._files = files
        self._now_ms = now_ms
        self._ended: deque[Taped] = deque()
        self._spoken: list[Spoken] = []
        self._said_ms = -SAY_MS

    def next_write(self) -> Callable[[], Callable[[], None]] | None:
        """The writing of what ended next, for another thread; it gives what is then done in the node's own turn."""
        if not self._ended:
            return None
        taped = self._ended.popleft()
        return lambda: self._write(taped)

    def look(self, *, is_last: bool = False) -> None:
        """State what was written, if the last VOX is long enough ago, or this is the node's end."""
        if not self._spoken or (self._now_ms() - self._said_ms < SAY_MS and not is_last):
            return
        batch, self._spoken = (
            self._spoken[:VOX_TRANSMISSIONS_MAX],
            self._spoken[VOX_TRANSMISSIONS_MAX:],
        )
        self._said_ms = self._now_ms()
        state = self._node.state
        self._node.say(
            Say(
                to=tuple(state.desk_of(peer) for peer in state.peers),
                code="VOX",
                body=VoiceKept(spoken=tuple(batch)),
                precedence="ADMIN",
                reply_to=None,
            )
        )

    def _take(self, taped: Taped) -> None:
        if len(self._ended) >= QUEUE_MAX:
            self._failed("The disk does not keep up with what is said.")
            return
        self._ended.append(taped)

    def _write(self, taped: Taped) -> Callable[[], None]:
        try:
            digest = self._files.keep(encode_recording(taped.recording))
        except DamageError as why:
            reason = str(why)
            return lambda: self._failed(reason)
        return lambda: self._written(taped, digest)

    def _written(self, taped: Taped, digest: Digest) -> None:
        self.tapes.is_failing = False
        if taped.is_own and len(self._spoken) < WAITING_MAX:
            self._spoken.append(spoken_of(taped.recording, digest))

    def _failed(self, why: str) -> None:
        if not self.tapes.is_failing:
            self.tapes.is_failing = True
            self._node.write(Write(kind="voice", text=f"NOT RECORDED: {why}"))
