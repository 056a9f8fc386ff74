"""The signed echo over one path: the only thing that can make a check of the line good.

A frame of the link, not an entry of the journal: only changes of what the checks show are journaled. It names
the path, so that it proves this path alone, and carries both clocks and the heads that each end holds.
Source: practice.md section (d), rules 1 to 3; the offset is that of NTP (RFC 5905, section 8).
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Literal, NamedTuple

from detente.crypto.dsse import open_envelope, seal
from detente.errors import PeerError
from detente.ports import Clock, LinkRequest, LinkResponse
from detente.quantities import PartyId
from detente.runtime.keeper import Keeper
from detente.wire import Record, decode, encode
from detente.wire.limits import PAYLOAD_BYTES_MAX

FRAME_TYPE = "application/vnd.detente.check+json"
TEXT_CHARS_MAX = 40


class Frame(Record, frozen=True, kw_only=True):
    """One half of a check; the echo has the same `text_id` and path, and the other party and clock.

    Args:
        own_size: how many entries stand in the journal of `party`.
        held_size: how many entries of the other's newest journal `party` holds.
    """

    v: Literal[1]
    kind: Literal["check", "echo"]
    party: str
    path: str
    text_id: str
    clock_ms: int
    own_size: int
    held_size: int


class Check(NamedTuple):
    """What a good check showed: the time there and back, and the peer's clock minus ours at mid-exchange."""

    rtt_ms: int
    offset_ms: int


def check_path(
    keeper: Keeper, clock: Clock, *, peer: PartyId, path_id: str, text_id: str
) -> Generator[LinkRequest, LinkResponse, Check]:
    """Ask for an echo over a path. Raises PeerError where what comes back is not the peer's echo of this text."""
    sent_ms = clock.now_ms()
    frame = _frame(keeper, peer, kind="check", path_id=path_id, text_id=text_id, clock_ms=sent_ms)
    body = seal(FRAME_TYPE, encode(frame), keeper.keys.statements)
    response = yield LinkRequest(method="POST", target="/check", body=body)
    if response.status != 200:
        raise PeerError("refused_by_peer", f"{peer} refused the check: HTTP status {response.status}.")
    echo = _open(keeper, peer, response.body)
    came_ms = clock.now_ms()
    if (echo.kind, echo.path, echo.text_id) != ("echo", path_id, text_id):
        raise PeerError("other_echo", f"{peer} echoed another check than ours.")
    return Check(rtt_ms=came_ms - sent_ms, offset_ms=echo.clock_ms - (sent_ms + came_ms) // 2)


def echo(keeper: Keeper, clock: Clock, *, peer: PartyId, body: bytes) -> bytes:
    """The signed echo of a peer's check."""
    frame = _open(keeper, peer, body)
    if frame.kind != "check" or not 0 < len(frame.text_id) <= TEXT_CHARS_MAX:
        raise PeerError("malformed", f"What {peer} sent is no check.")
    answer = _frame(
        keeper, peer, kind="echo", path_id=frame.path, text_id=frame.text_id, clock_ms=clock.now_ms()
    )
    return seal(FRAME_TYPE, encode(answer), keeper.keys.statements)


def _frame(
    keeper: Keeper,
    peer: PartyId,
    *,
    kind: Literal["check", "echo"],
    path_id: str,
    text_id: str,
    clock_ms: int,
) -> Frame:
    held = keeper.held_of(peer)
    return Frame(
        v=1,
        kind=kind,
        party=keeper.me,
        path=path_id,
        text_id=text_id,
        clock_ms=clock_ms,
        own_size=keeper.own.size,
        held_size=held[-1].size if held else 0,
    )


def _open(keeper: Keeper, peer: PartyId, body: bytes) -> Frame:
    key = keeper.book.cards[peer].newest.statements
    payload = open_envelope(body, payload_type=FRAME_TYPE, key=key, what=f"check of {peer}")
    frame = decode(payload, Frame, what=f"check of {peer}", bytes_max=PAYLOAD_BYTES_MAX)
    if frame.party != peer:
        raise PeerError("other_party", f"The check is signed by {peer} and names another party.")
    return frame
