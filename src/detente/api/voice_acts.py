"""What is asked of voice beside the socket: the net as it is now."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from detente.api.acts import Act, Call, reply
from detente.api.house import House
from detente.api.refusals import ApiError


class VoiceActs:
    """The acts by name."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.by_name: Mapping[str, Act] = {"voice": self.voice, "voice_net": self.voice_net}

    async def voice(self, _call: Call) -> Response:
        """Asked for without an upgrade."""
        raise ApiError(
            "not_a_socket", "This door is a WebSocket.", status=400, cure="Open it as one; see docs/api.md."
        )

    async def voice_net(self, _call: Call) -> Response:
        """The net as pages see it, and what became of the frames."""
        net = self._house.voice
        if net is None:
            return reply({"is_agreed": False})
        return reply({**net.shown(), "frames": dict(net.counts)})
