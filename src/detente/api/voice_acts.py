"""What is asked of voice beside the socket: the net as it is now, and what was kept of it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from starlette.responses import Response

from detente.api.acts import Act, Call, reply
from detente.api.house import House
from detente.api.incident_speech import kept_row
from detente.api.refusals import ApiError
from detente.voice.recording import digest_of


class VoiceActs:
    """The acts by name."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.by_name: Mapping[str, Act] = {
            "voice": self.voice,
            "voice_net": self.voice_net,
            "voice_kept": self.voice_kept,
            "voice_recording": self.voice_recording,
        }

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

    async def voice_kept(self, call: Call) -> Response:
        """The newest recordings, with what is missing in each."""
        files = self._house.recordings
        if files is None:
            return reply({"kept": []})
        kept = await asyncio.to_thread(files.newest, call.args.count)
        rows = [kept_row(one) for one in kept]
        return reply({"kept": sorted(rows, key=lambda row: str(row["start_utc"]), reverse=True)})

    async def voice_recording(self, call: Call) -> Response:
        """The file; who listens again stands in the logbook."""
        files, digest = self._house.recordings, call.request.path_params["digest"]
        data = None if files is None else await asyncio.to_thread(files.read, digest)
        if data is None:
            raise ApiError("no_recording", "No recording here has that hash.", status=404)
        if digest_of(data) != digest:
            self._house.note("voice", f"ALTERED: the recording {digest} is not what was kept.")
            raise ApiError(
                "recording_altered",
                "The recording on the disk is not the one that was kept under this hash.",
                status=409,
                cure="Hear it at the other party, whose copy has the same hash; keep this file for who investigates.",
            )
        self._house.note("voice", f"{call.caller.role} {call.caller.account} replays {digest[:12]}")
        return Response(data, media_type="application/octet-stream", headers={"cache-control": "no-store"})
