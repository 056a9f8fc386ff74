"""What the net has of a peer, whether both ways to it stand, and of an own desk whose button is held."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from detente.errors import PeerError
from detente.runtime.voice_ports import Desk, Wire
from detente.voice.gate import Gate
from detente.voice.messages import Ask, Message, encode_message

MESSAGES_PER_S_MAX = 100


@dataclass(kw_only=True)
class Press:
    """A button that is held; `at_ms`: since it was pressed, and then since it was granted."""

    desk: Desk
    ask: Ask
    at_ms: int
    gate: Gate = field(default_factory=Gate)
    state: Literal["asking", "waiting", "talking"] = "asking"


@dataclass(kw_only=True)
class Link:
    """`epoch` names the start of the peer's node that speaks to us, empty: none does; `is_heard`: it hears us."""

    wire: Wire | None = None
    epoch: str = ""
    is_heard: bool = False
    heard_ms: int = 0
    gate: Gate = field(default_factory=Gate)
    is_up: bool = False
    _second: int = 0
    _messages: int = 0

    def send(self, message: Message) -> None:
        """Where our connection stands."""
        if self.wire is not None:
            self.wire.send(encode_message(message))

    @property
    def stands(self) -> bool:
        """Both ways, by the word of both."""
        return self.wire is not None and bool(self.epoch) and self.is_heard

    def send_frame(self, raw: bytes) -> None:
        """Where the peer can be heard too."""
        if self.is_up and self.wire is not None:
            self.wire.send_frame(raw)

    def count_message(self, party: str) -> None:
        """Raises PeerError `flood` for what is no conversation about a floor."""
        if self.heard_ms // 1_000 != self._second:
            self._second, self._messages = self.heard_ms // 1_000, 0
        self._messages += 1
        if self._messages > MESSAGES_PER_S_MAX:
            raise PeerError("flood", f"{party} sends more than {MESSAGES_PER_S_MAX} messages a second.")
