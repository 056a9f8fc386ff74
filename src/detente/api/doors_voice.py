"""The doors of the net and of calls on real radio."""

from __future__ import annotations

from detente.api import bodies as b
from detente.api.door import give, own, read

SOCKET = own(
    "GET",
    "/api/voice",
    "voice",
    "A WebSocket to hear every channel of the net, and to talk with the role of a watch.",
)

VOICE = (
    SOCKET,
    own(
        "GET",
        "/api/voice/kept",
        "voice_kept",
        "The newest recordings that are kept here.",
        takes=b.Number,
        answers=("kept",),
    ),
    own("GET", "/api/voice/kept/{digest}", "voice_recording", "One recording, to be played."),
    read(
        "radio/calls",
        "calls",
        "Calls on real radio that were logged, and since when each channel is proven.",
        "calls",
        "proofs",
        takes=b.Number,
    ),
    give(
        "radio/calls",
        "log_call",
        "Log a call that was made on a frequency.",
        b.CallLogged,
        answers=("message",),
        example={"channel_khz": 123975, "called": "COAST/tanker", "readability": 4},
    ),
    own("GET", "/api/voice/net", "voice_net", "The net: channels, floors, links.", answers=("is_agreed",)),
)
