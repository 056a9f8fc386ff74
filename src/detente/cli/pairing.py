"""The steps of pairing over files: offer, reply, reveal; the code is compared before anything is pinned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from detente.adapters.home import Home, party_of, pin_card
from detente.adapters.system import SystemEntropy
from detente.crypto.card import parse_card
from detente.crypto.pairing import (
    NONCE_BYTES,
    Offer,
    Reply,
    Reveal,
    commit,
    pack,
    parse_pairing_file,
    short_code,
    unpack,
)
from detente.errors import OperatorError, PeerError
from detente.quantities import Digest
from detente.wire import Record, encode


class _Pending(Record, frozen=True, kw_only=True):
    """What this side must remember between two files."""

    nonce: str
    commitment: Digest


@dataclass(frozen=True, kw_only=True)
class Step:
    """What one step gives: a file for the other side, a code to compare, a card to pin."""

    me: str
    what_next: str
    reply: bytes | None = None
    reply_name: str = ""
    peer: str = ""
    code: str | None = None
    pin: Callable[[], object] = lambda: None


def next_step(home: Home, data: bytes | None) -> Step:
    """The step that follows from the file that came; without one, the first."""
    me = party_of(home)
    if data is None:
        return _offer(home, me)
    match parse_pairing_file(data):
        case Offer() as offer if offer.party == me:
            raise OperatorError(
                "own_offer", f"This offer was made by {me} itself.", cure="Give it to the other party."
            )
        case Offer() as offer:
            return _reply(home, me, offer)
        case Reply() as reply:
            return _reveal(home, me, reply)
        case Reveal() as reveal:
            return _finish(home, me, reveal)


def _offer(home: Home, me: str) -> Step:
    nonce = SystemEntropy().draw(NONCE_BYTES)
    commitment = commit(home.card_file.read_bytes(), nonce)
    _remember(home, nonce, commitment)
    return Step(
        me=me,
        reply=encode(Offer(step="1-offer", party=me, commitment=commitment)),
        reply_name="1-offer",
        what_next=f"When their answer comes: detente pair {home.folder} FILE",
    )


def _reply(home: Home, me: str, offer: Offer) -> Step:
    nonce = SystemEntropy().draw(NONCE_BYTES)
    _remember(home, nonce, offer.commitment)
    reply = Reply(
        step="2-reply",
        card=pack(home.card_file.read_bytes()),
        nonce=pack(nonce),
        commitment=offer.commitment,
    )
    return Step(
        me=me,
        reply=encode(reply),
        reply_name="2-reply",
        what_next=f"When their last file comes: detente pair {home.folder} FILE",
    )


def _reveal(home: Home, me: str, reply: Reply) -> Step:
    pending = _recall(home)
    own_card = home.card_file.read_bytes()
    nonce = unpack("", pending.nonce)[1]
    if commit(own_card, nonce) != pending.commitment or reply.commitment != pending.commitment:
        raise PeerError(
            "not_ours",
            "This reply answers another offer than the one made here last.",
            cure="Send them the newest offer again, or make one: detente pair HOME",
        )
    their_card, their_nonce = unpack(reply.card, reply.nonce)
    peer = parse_card(their_card).party
    return Step(
        me=me,
        reply=encode(Reveal(step="3-reveal", card=pack(own_card), nonce=pack(nonce))),
        reply_name="3-reveal",
        peer=peer,
        code=short_code(offering=(own_card, nonce), replying=(their_card, their_nonce)),
        pin=lambda: pin_card(home, their_card),
        what_next="When both have pinned: detente memorandum new --from TEMPLATE, then each signs it.",
    )


def _finish(home: Home, me: str, reveal: Reveal) -> Step:
    pending = _recall(home)
    their_card, their_nonce = unpack(reveal.card, reveal.nonce)
    if commit(their_card, their_nonce) != pending.commitment:
        raise PeerError(
            "commitment",
            "The card is not the one that the offer was bound to: somebody changed it on the way.",
            cure="Begin again over another channel.",
        )
    own_card, nonce = home.card_file.read_bytes(), unpack("", pending.nonce)[1]
    peer = parse_card(their_card).party
    return Step(
        me=me,
        peer=peer,
        code=short_code(offering=(their_card, their_nonce), replying=(own_card, nonce)),
        pin=lambda: pin_card(home, their_card),
        what_next="When both have pinned: detente memorandum new --from TEMPLATE, then each signs it.",
    )


def _remember(home: Home, nonce: bytes, commitment: Digest) -> None:
    home.pairing_file.write_bytes(encode(_Pending(nonce=pack(nonce), commitment=commitment)))
    home.pairing_file.chmod(0o600)


def _recall(home: Home) -> _Pending:
    try:
        return msgspec.json.decode(home.pairing_file.read_bytes(), type=_Pending)
    except (OSError, msgspec.DecodeError) as why:
        raise OperatorError(
            "no_pairing", "No pairing was begun here.", cure=f"Begin: detente pair {home.folder}"
        ) from why
