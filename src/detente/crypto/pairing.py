"""Two parties learn each other's cards over any channel and compare one short code by voice.

One side commits to its card and a nonce before it sees the other's, so that nobody between them can grind
cards until the codes agree: a liar has one try in ten thousand million.
Source: the commit-then-reveal form of short authentication strings (as in ZRTP, RFC 6189 section 4.4).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Literal

from detente.errors import PeerError
from detente.quantities import Digest
from detente.wire import Record, decode
from detente.wire.limits import CARD_BYTES_MAX

NONCE_BYTES = 32


class Offer(Record, frozen=True, kw_only=True):
    """First file: who asks, and the hash of card and nonce that will be shown later."""

    step: Literal["1-offer"]
    party: str
    commitment: Digest


class Reply(Record, frozen=True, kw_only=True):
    """Second file: the other side's card and nonce, open."""

    step: Literal["2-reply"]
    card: str
    nonce: str
    commitment: Digest


class Reveal(Record, frozen=True, kw_only=True):
    """Third file: the card and nonce that the offer was bound to."""

    step: Literal["3-reveal"]
    card: str
    nonce: str


PairingFile = Offer | Reply | Reveal


def commit(card: bytes, nonce: bytes) -> Digest:
    """SHA-256 over the card's length, the card and the nonce."""
    return Digest(hashlib.sha256(len(card).to_bytes(4, "big") + card + nonce).hexdigest())


def short_code(*, offering: tuple[bytes, bytes], replying: tuple[bytes, bytes]) -> str:
    """Ten digits in three groups, from (card, nonce) of both sides; 33 bits, one try."""
    bound = commit(*offering) + commit(*replying)
    number = int.from_bytes(hashlib.sha256(b"detente pairing 1\n" + bound.encode()).digest(), "big") % 10**10
    text = f"{number:010d}"
    return f"{text[:3]} {text[3:6]} {text[6:]}"


def parse_pairing_file(data: bytes) -> PairingFile:
    """One of the three files; raises PeerError."""
    limit = 2 * CARD_BYTES_MAX
    if data.startswith(b'{"step":"1-offer"'):
        return decode(data, Offer, what="pairing offer", bytes_max=limit)
    if data.startswith(b'{"step":"2-reply"'):
        return decode(data, Reply, what="pairing reply", bytes_max=limit)
    if data.startswith(b'{"step":"3-reveal"'):
        return decode(data, Reveal, what="pairing reveal", bytes_max=limit)
    raise PeerError("malformed", "This is not a pairing file.", cure="Start with: detente pair HOME")


def unpack(card: str, nonce: str) -> tuple[bytes, bytes]:
    """Card and nonce as bytes; raises PeerError."""
    try:
        raw_card, raw_nonce = base64.b64decode(card, validate=True), base64.b64decode(nonce, validate=True)
    except binascii.Error as why:
        raise PeerError("malformed", "The pairing file holds something that is not base64.") from why
    if len(raw_nonce) != NONCE_BYTES:
        raise PeerError("malformed", f"The nonce has {len(raw_nonce)} bytes, not {NONCE_BYTES}.")
    return raw_card, raw_nonce


def pack(data: bytes) -> str:
    """Standard base64."""
    return base64.b64encode(data).decode()
