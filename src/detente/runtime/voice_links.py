"""One peer's voice link as the net has it: our connection to it, its own word on ours, and whether both stand."""

from __future__ import annotations

from dataclasses import dataclass, field

from detente.errors import PeerError
from detente.runtime.voice_ports import Wire
from detente.voice.gate import Gate
from detente.voice.messages import Message, encode_message

MESSAGES_PER_S_MAX = 100


@dataclass(kw_only=True)
class Link:
    """`epoch` names the start of the peer's node that speaks to us; empty: none does."""

    wire: Wire | None = None
    epoch: str = ""
    heard_ms: int = 0
    gate: Gate = field(default_factory=Gate)
    is_up: bool = False
    _second: int = 0
    _messages: int = 0

    def send(self, message: Message) -> None:
        """Where our connection stands."""
        if self.wire is not None:
            self.wire.send(encode_message(message))

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
