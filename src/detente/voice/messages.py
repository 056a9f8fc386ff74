"""What nodes say to each other about the floor, as JSON in one layout, beside the frames on the same connection."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import msgspec

from detente.wire import Record, decode, encode
from detente.wire.limits import VOICE_MESSAGE_BYTES_MAX, VOICE_NAME_BYTES_MAX

Precedence: TypeAlias = Literal["normal", "high", "emergency"]
RANKS: tuple[Precedence, ...] = ("normal", "high", "emergency")

Lost: TypeAlias = Literal["released", "microphone", "encoder", "desk", "link"]
"""Why a talker's own end lets the floor go: the button, or what failed while it was held.

`desk`: its page went; `link`: somebody who should hear can no longer be reached.
"""

Why: TypeAlias = Literal[
    "free",
    "granted",
    "released",
    "microphone",
    "encoder",
    "desk",
    "link",
    "timed_out",
    "silent",
    "broken_in",
]
"""Why a decision was made: the floor is granted, or was taken or let go. `broken_in`: by an emergency."""

Khz: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=999_999)]
Transmission: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{16}\Z")]
VoiceName: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=VOICE_NAME_BYTES_MAX)]
Epoch: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{16}\Z")]
Whole: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]

FOLLOWS_MAX = 32


class Ask(Record, frozen=True, kw_only=True, tag_field="say", tag="ask"):
    """A post wants to talk on a channel; one press of a button is one transmission."""

    channel_khz: Khz
    transmission: Transmission
    party: VoiceName
    post: VoiceName
    precedence: Precedence


class Release(Record, frozen=True, kw_only=True, tag_field="say", tag="release"):
    """The button is let go, or what fed it was lost; of an ask that waits too."""

    channel_khz: Khz
    transmission: Transmission
    why: Lost


class Decision(Record, frozen=True, kw_only=True, tag_field="say", tag="decision"):
    """Who has the floor from now on, as the channel's owner decides; numbered within one start of the owner's node.

    `gone` is the transmission that had the floor before, where one had.
    """

    channel_khz: Khz
    epoch: Epoch
    number: Whole
    holder: Ask | None
    gone: Transmission | None
    why: Why


class Busy(Record, frozen=True, kw_only=True, tag_field="say", tag="busy"):
    """The answer to an ask that is not granted now; `waits`: it is granted by itself once the floor is free."""

    channel_khz: Khz
    transmission: Transmission
    by: Ask | None
    waits: bool


class Hello(Record, frozen=True, kw_only=True, tag_field="say", tag="hello"):
    """The first message of a connection: which start of the node speaks, and its clock."""

    protocol: Literal[1]
    epoch: Epoch
    clock_ms: Whole


class Alive(Record, frozen=True, kw_only=True, tag_field="say", tag="alive", omit_defaults=True):
    """Twice a second: this end is there, whether it hears the other, and its clock, to judge how old frames are.

    `follows` are further parties that it is linked to: who talks on a channel of another owner is not heard here.
    """

    clock_ms: Whole
    hears: bool
    follows: Annotated[tuple[VoiceName, ...], msgspec.Meta(max_length=FOLLOWS_MAX)] = ()


Message: TypeAlias = Ask | Release | Decision | Busy | Hello | Alive


def encode_message(message: Message) -> bytes:
    """The one layout."""
    return encode(message)


def parse_message(data: bytes) -> Message:
    """A message from a peer's bytes; raises PeerError."""
    return decode(
        data,
        Message,  # type: ignore[arg-type]  # a union is no class, and msgspec takes it
        what="message of the voice link",
        bytes_max=VOICE_MESSAGE_BYTES_MAX,
    )
