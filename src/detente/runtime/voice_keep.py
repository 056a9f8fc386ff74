"""Keeps what was said on the net: each transmission is written, and own ones are then stated in the journal.

A VOX is said at most every ten seconds with all that ended meanwhile, so that no talker can fill the journal. What
cannot be written is not stated, the pages show that nothing is recorded, and the logbook has the reason. Own speech
lies on the disk from its beginning until it is stated: a node that was killed keeps and states it at its next start.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import Protocol

from detente.errors import DamageError
from detente.line.bodies_duty import Spoken, VoiceKept
from detente.line.recordings import spoken_of
from detente.node.effects import Say, Write
from detente.quantities import Digest
from detente.runtime.node import Node
from detente.runtime.voice_tapes import Piece, Taped, Tapes
from detente.voice.recording import Recording, encode_packets, encode_recording
from detente.wire.limits import VOX_TRANSMISSIONS_MAX

SAY_MS = 10_000
WAITING_MAX = 640
QUEUE_MAX = 256


class Files(Protocol):
    """Where recordings lie; `keep`, `grow` and `left` raise DamageError for what the disk does not take or give."""

    def keep(self, file: bytes) -> Digest: ...

    def grow(self, name: str, data: bytes, *, is_first: bool) -> None: ...

    def grown(self, name: str) -> None: ...

    def left(self) -> Iterable[tuple[str, Recording]]: ...


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
        self._spoken: list[tuple[Spoken, str]] = []
        self._stated: list[str] = []
        self._said_ms = -SAY_MS

    def next_write(self) -> Callable[[], Callable[[], None]] | None:
        """The writing of what ended next, for another thread; it gives what is then done in the node's own turn."""
        if not self._ended:
            return None
        taped = self._ended.popleft()
        return lambda: self._write(taped)

    def next_growth(self) -> Callable[[], Callable[[], None]] | None:
        """The writing of what came of own speech since the last time, as `next_write`; ask once a second."""
        pieces = self.tapes.pieces()
        return (lambda: self._grow(pieces)) if pieces else None

    def recall(self) -> Callable[[], None]:
        """Keep what the last start left under way or unstated; gives what is then done in the node's own turn."""
        found: list[tuple[str, Recording, Digest]] = []
        reason: str | None = None
        try:
            for name, recording in self._files.left():
                found.append((name, recording, self._files.keep(encode_recording(recording))))
        except DamageError as why:
            reason = str(why)
        return lambda: self._recalled(found, reason)

    @property
    def is_owing(self) -> bool:
        """Whether anything that was written is not stated yet."""
        return bool(self._spoken)

    def look(self, *, is_last: bool = False) -> None:
        """State what was written, if the last VOX is long enough ago, or this is the node's end."""
        self._forget_stated()
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
                body=VoiceKept(spoken=tuple(spoken for spoken, _ in batch)),
                precedence="ADMIN",
                reply_to=None,
            )
        )
        self._stated += [name for _, name in batch]
        self._forget_stated()

    def _forget_stated(self) -> None:
        """What is in the journal need not be recalled; a VOX that waits for the store is only in memory yet."""
        if self._node.unsaid == 0:
            for name in self._stated:
                self._files.grown(name)
            self._stated.clear()

    def _take(self, taped: Taped) -> None:
        if len(self._ended) >= QUEUE_MAX:
            self._failed("The disk does not keep up with what is said.")
            return
        self._ended.append(taped)

    def _write(self, taped: Taped) -> Callable[[], None]:
        file = encode_recording(taped.recording)
        try:
            if taped.is_own:
                self._files.grow(taped.name, file, is_first=True)
            digest = self._files.keep(file)
        except DamageError as why:
            reason = str(why)
            return lambda: self._failed(reason)
        return lambda: self._written(taped, digest)

    def _written(self, taped: Taped, digest: Digest) -> None:
        self.tapes.is_failing = False
        if taped.is_own and len(self._spoken) < WAITING_MAX:
            self._spoken.append((spoken_of(taped.recording, digest), taped.name))

    def _grow(self, pieces: Iterable[Piece]) -> Callable[[], None]:
        try:
            for one in pieces:
                whole = encode_recording if one.is_first else _packets_only
                self._files.grow(one.name, whole(one.recording), is_first=one.is_first)
        except DamageError as why:
            reason = str(why)
            return lambda: self._failed(reason)
        return lambda: None

    def _recalled(self, found: Iterable[tuple[str, Recording, Digest]], reason: str | None) -> None:
        for name, recording, digest in found:
            heading = recording.heading
            if heading.party != self._node.keeper.me:
                self._files.grown(name)
                continue
            self._spoken.append((spoken_of(recording, digest), name))
            text = (
                f"CUT OFF, or not stated, when the node ended: {heading.post} on {heading.channel_khz} kHz,"
                f" {recording.length_ms} ms, {heading.transmission}"
            )
            self._node.write(Write(kind="voice", text=text))
        if reason is not None:
            self._failed(reason)

    def _failed(self, why: str) -> None:
        if not self.tapes.is_failing:
            self.tapes.is_failing = True
            self._node.write(Write(kind="voice", text=f"NOT RECORDED: {why}"))


def _packets_only(recording: Recording) -> bytes:
    return encode_packets(recording.packets)
