"""Transmissions as they are heard, gathered until they end, and handed over whole to whoever keeps them.

A transmission ends when another begins on its channel, or when nothing of it has come for some seconds; what is
gathered is bounded by the limits of a recording. Nothing here touches a disk.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from detente.voice.frame import Frame
from detente.voice.recording import Recording, recording_of

OPEN_MAX = 64
QUIET_MS = 2_500
"""Longer than a floor stands in silence: one transmission is one recording, although its talker stalls."""


@dataclass(frozen=True, kw_only=True)
class Taped:
    """A transmission that has ended; `is_own`: of a desk of this node, which says it in its journal."""

    recording: Recording
    is_own: bool

    @property
    def name(self) -> str:
        """What its file is called while it grows: no two that are under way have the same."""
        heading = self.recording.heading
        return name_of(heading.channel_khz, heading.party, heading.transmission)


@dataclass(frozen=True, kw_only=True)
class Piece:
    """What came since the last look, of a transmission that is under way; `is_first`: with its heading."""

    name: str
    recording: Recording
    is_first: bool


def name_of(channel_khz: int, party: str, transmission: str) -> str:
    """A name of plain letters; a party's own is hashed, for it could be anything."""
    return f"{channel_khz}-{hashlib.sha256(party.encode()).hexdigest()[:16]}-{transmission}"


@dataclass(kw_only=True)
class _Open:
    is_own: bool
    frames: list[Frame] = field(default_factory=list)
    heard_ms: int = 0
    looked: int = 0


class Tapes:
    """The transmissions under way.

    Args:
        keep: takes what has ended; called once for each.
        now_ms: a clock that never steps.
    """

    def __init__(self, keep: Callable[[Taped], None], now_ms: Callable[[], int]) -> None:
        self.is_failing = False
        """The disk takes nothing now; whoever keeps says so here."""
        self._keep = keep
        self._now_ms = now_ms
        self._open: dict[tuple[int, str, str], _Open] = {}

    def take(self, frame: Frame, *, is_own: bool) -> None:
        """A frame, in the order of its sequence within its transmission."""
        key = (
            frame.channel_khz,
            frame.party,
            frame.transmission,
        )  # a peer may give its own the name of another's
        tape = self._open.get(key)
        if tape is None:
            if len(self._open) >= OPEN_MAX:
                self._close(next(iter(self._open)))
            tape = self._open[key] = _Open(is_own=is_own)
        if not tape.frames or frame.sequence > tape.frames[-1].sequence:
            tape.frames.append(frame)
        tape.heard_ms = self._now_ms()

    def close(self, channel_khz: int, transmission: str) -> None:
        """It has ended."""
        for key in [one for one in self._open if (one[0], one[2]) == (channel_khz, transmission)]:
            self._close(key)

    def look(self, *, all_of_them: bool = False) -> None:
        """Close what has been quiet for a while, or everything at the node's end."""
        now_ms = self._now_ms()
        for key, tape in list(self._open.items()):
            if all_of_them or now_ms - tape.heard_ms >= QUIET_MS:
                self._close(key)

    def pieces(self) -> list[Piece]:
        """What came since this was last asked, of own speech: it is lost with nothing but the node's last second."""
        found: list[Piece] = []
        for key, tape in self._open.items():
            if tape.is_own and len(tape.frames) > tape.looked:
                whole = recording_of(tape.frames)
                piece = replace(whole, packets=whole.packets[tape.looked :])
                found.append(Piece(name=name_of(*key), recording=piece, is_first=tape.looked == 0))
                tape.looked = len(tape.frames)
        return found

    def _close(self, key: tuple[int, str, str]) -> None:
        tape = self._open.pop(key)
        self._keep(Taped(recording=recording_of(tape.frames), is_own=tape.is_own))
