"""A party's card: its name, its root key and its working keys, signed by the root key it carries.

The card proves only that its parts belong together. That it is the right party's is agreed elsewhere: the
memorandum names `root_digest` of every party, and people read digests to each other.
Source: line.md section 1 (identity). No key serves two purposes, so that a signature made for one can never
pass for another.
"""

from __future__ import annotations

import hashlib
import re
from typing import Literal

from detente.crypto.dsse import open_envelope, peek_payload, seal
from detente.crypto.keys import HybridPrivateKey, HybridPublicKey, sound_ed25519, sound_mldsa44
from detente.crypto.sealing import sound_sealing_key
from detente.errors import PeerError
from detente.quantities import Digest
from detente.wire import Record, decode, encode
from detente.wire.limits import NAME_CHARS_MAX, PAYLOAD_BYTES_MAX

CARD_TYPE = "application/vnd.detente.party-card+json"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


class PartyCard(Record, frozen=True, kw_only=True):
    """Public facts of a party; times are milliseconds UTC, both ends included."""

    v: Literal[1]
    party: str
    root: HybridPublicKey
    statements: HybridPublicKey
    journal: HybridPublicKey
    cosigner: HybridPublicKey
    sealing: str
    """Standard base64 of 1,216 bytes: an ML-KEM-768 and an X25519 key, for HPKE."""
    tls_certificate_sha256: str
    valid_from_ms: int
    valid_until_ms: int


class _RootCard(Record, frozen=True, kw_only=True):
    party: str
    root: HybridPublicKey


def is_name(text: str) -> bool:
    """Whether a name can stand in an origin, in a key name and as a file name.

    At most 200 of ASCII letters, digits, `.`, `_` and `-`, the first a letter or digit.
    """
    return len(text) <= NAME_CHARS_MAX and _NAME.fullmatch(text) is not None


def sign_card(card: PartyCard, root: HybridPrivateKey) -> bytes:
    """The card as an envelope; raises PeerError where a peer would refuse it."""
    assert root.public == card.root, "a card is signed by the root key that it names"
    data = seal(CARD_TYPE, encode(card), root)
    parse_card(data)
    return data


def parse_card(data: bytes) -> PartyCard:
    """A card from a stranger's bytes. Whether it is valid now, and whose it is, the caller asks.

    Refused: another layout; a name that cannot stand in an origin; an unsound key; one key in two places; a
    certificate digest that is not 64 lower-case hexadecimal digits; an empty time of validity; a signature
    that its own root key does not verify.

    Raises: PeerError `card_invalid`, `key_unsound`, or what `open_envelope` raises.
    """
    payload = peek_payload(data, payload_type=CARD_TYPE, what="party card")
    card = decode(payload, PartyCard, what="party card", bytes_max=PAYLOAD_BYTES_MAX)
    if not is_name(card.party):
        raise PeerError("card_invalid", f"The name {card.party[:40]!r} cannot stand in an origin.")
    halves = [half for key in (card.root, card.statements, card.journal, card.cosigner) for half in key.raw()]
    if len(set(halves)) != len(halves):
        raise PeerError("card_invalid", f"The card of {card.party} uses one key for two purposes.")
    for ed25519, mldsa44 in zip(halves[::2], halves[1::2], strict=True):
        sound_ed25519(ed25519)
        sound_mldsa44(mldsa44)
    sound_sealing_key(card.sealing)
    if _SHA256.fullmatch(card.tls_certificate_sha256) is None:
        raise PeerError("card_invalid", f"The card of {card.party} has no proper certificate digest.")
    if not 0 <= card.valid_from_ms < card.valid_until_ms < 2**53:
        raise PeerError("card_invalid", f"The card of {card.party} is never valid: its times are wrong.")
    open_envelope(data, payload_type=CARD_TYPE, key=card.root, what=f"card of {card.party}")
    return card


def root_digest(card: PartyCard) -> Digest:
    """The digest of the card's party and root key: what a memorandum names, and people read out."""
    return digest_of_root(card.party, card.root)


def digest_of_root(party: str, root: HybridPublicKey) -> Digest:
    """SHA-256 over the one layout of {party, root}."""
    return Digest(hashlib.sha256(encode(_RootCard(party=party, root=root))).hexdigest())
