"""What the net of a node speaks with: pages, connections to peers, and clocks that never step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from detente.voice.frame import Frame
from detente.voice.messages import Ask, Busy

Told: TypeAlias = Mapping[str, Any]


class Desk(Protocol):
    """One page at which somebody may press a button."""

    def tell(self, told: Told) -> None: ...


class Audience(Protocol):
    """All pages together: hears everything, and chooses for each."""

    def play(self, frame: Frame, raw: bytes) -> None: ...

    def tell_all(self, told: Told) -> None: ...


class Wire(Protocol):
    """An open connection to a peer's node; neither call waits."""

    def send(self, message: bytes) -> None: ...

    def send_frame(self, raw: bytes) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Clocks:
    """`steady_ms` never steps; `stamp_ms` is about UTC, for frames, and steps only while nobody talks."""

    steady_ms: Callable[[], int]
    stamp_ms: Callable[[], int]


def who(ask: Ask | None) -> dict[str, str] | None:
    """A talker as pages are told of him."""
    if ask is None:
        return None
    return {
        "party": ask.party,
        "post": ask.post,
        "transmission": ask.transmission,
        "precedence": ask.precedence,
    }


def is_of(frame: Frame, ask: Ask) -> bool:
    """Whether a frame belongs to a transmission, and says the same of it."""
    return (frame.transmission, frame.channel_khz, frame.party, frame.post) == (
        ask.transmission,
        ask.channel_khz,
        ask.party,
        ask.post,
    )


def which(of: Ask | Busy) -> dict[str, Any]:
    """Which press is told of."""
    return {"transmission": of.transmission, "channel_khz": of.channel_khz}


def refused(ask: Ask, why: str) -> dict[str, Any]:
    """A press that comes to nothing."""
    return {"say": "refused", **which(ask), "why": why}
