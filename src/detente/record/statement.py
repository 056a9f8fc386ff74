"""A statement: what one party says to others, with its place in the journal inside the signature.

The signed bytes name memorandum, journal, place, sender and recipients, so that no statement can be moved,
readdressed or replayed. `heads` say what its author had seen, and order the joint record; the claimed time
only shows. The salt keeps the leaf hash silent about a body that could be guessed.
Source: line.md section 1 (statement, causal heads).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from detente.crypto.base64_text import bytes_of
from detente.crypto.card import is_name
from detente.crypto.dsse import open_envelope, peek_payload
from detente.crypto.keys import HybridPublicKey
from detente.errors import PeerError
from detente.quantities import Digest
from detente.wire import Record, decode, encode
from detente.wire.limits import (
    BODY_DEPTH_MAX,
    HEADS_PER_STATEMENT_MAX,
    JOURNAL_ENTRIES_MAX,
    NAME_CHARS_MAX,
    PAYLOAD_BYTES_MAX,
    POSTS_PER_STATEMENT_MAX,
)

STATEMENT_TYPE = "application/vnd.detente.statement+json"
SALT_BYTES = 32

Precedence = Literal["ALERT", "PRIORITY", "ROUTINE", "ADMIN"]

_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_CODE = re.compile(r"[A-Z]{3}[1-9]?", re.ASCII)
_LATEST_MS = 2**53


class Ref(Record, frozen=True, kw_only=True):
    """One entry of one journal; `leaf` is its leaf hash."""

    origin: str
    seq: int
    leaf: Digest


class Head(Record, frozen=True, kw_only=True):
    """A journal up to a size, at least 1, with its Merkle root at that size."""

    origin: str
    size: int
    root: Digest


class Statement(Record, frozen=True, kw_only=True):
    """The payload of an entry. Times are milliseconds UTC; `salt` is base64 of 32 bytes.

    `heads` name each other journal at most once, in the order of their origins.
    """

    v: Literal[1]
    memorandum: str
    identity: Digest
    origin: str
    seq: int
    sender: str = msgspec.field(name="from")
    to: tuple[str, ...]
    code: str
    precedence: Precedence
    sent_ms: int
    answer_due_ms: int | None
    reply_to: Ref | None
    language: str
    exercise: bool
    heads: tuple[Head, ...]
    salt: str
    body: msgspec.Raw


def parse_statement(envelope: bytes, *, key: HybridPublicKey) -> Statement:
    """A statement whose both signatures verify by `key`, with every field inside its limits.

    Whether it stands at the right place is `journal.judge_entry`; what its body means is the catalogue's.
    Raises: PeerError from `open_envelope`, or `malformed` naming the field.
    """
    payload = open_envelope(envelope, payload_type=STATEMENT_TYPE, key=key, what="statement")
    statement = decode(payload, Statement, what="statement", bytes_max=PAYLOAD_BYTES_MAX)
    for fault in _faults(statement):
        raise PeerError("malformed", f"The statement cannot be taken: {fault}.")
    bytes_of(statement.salt, what="salt", length=SALT_BYTES)
    _check_body(bytes(statement.body))
    return statement


def peek_statement(envelope: bytes) -> Statement:
    """A statement whose signatures are NOT verified: of our own store, or for choosing the key.

    Raises: PeerError as `parse_statement`, signatures apart.
    """
    payload = peek_payload(envelope, payload_type=STATEMENT_TYPE, what="statement")
    return decode(payload, Statement, what="statement", bytes_max=PAYLOAD_BYTES_MAX)


def is_digest(text: str) -> bool:
    """Whether a text is a SHA-256 in lower-case hexadecimal."""
    return _DIGEST.fullmatch(text) is not None


def _faults(statement: Statement) -> Iterator[str]:
    if not is_name(statement.memorandum):
        yield "memorandum is no proper id"
    if not is_digest(statement.identity):
        yield "identity is no SHA-256"
    if not 0 <= statement.seq < JOURNAL_ENTRIES_MAX:
        yield "seq is out of range"
    if not 1 <= len(statement.to) <= POSTS_PER_STATEMENT_MAX or len(set(statement.to)) != len(statement.to):
        yield f"to names no post, one twice, or more than {POSTS_PER_STATEMENT_MAX}"
    if not all(0 < len(name) <= NAME_CHARS_MAX for name in (statement.sender, *statement.to)):
        yield "from or to has a name that is empty or too long"
    if _CODE.fullmatch(statement.code) is None:
        yield "code is not three capital letters, with a figure at most"
    due_ms = statement.answer_due_ms
    if not 0 <= statement.sent_ms < _LATEST_MS or (due_ms is not None and not 0 <= due_ms < _LATEST_MS):
        yield "sent_ms or answer_due_ms is out of range"
    if not 0 < len(statement.language) <= NAME_CHARS_MAX:
        yield "language is empty or too long"
    ref = statement.reply_to
    if ref is not None and not (0 <= ref.seq < JOURNAL_ENTRIES_MAX and is_digest(ref.leaf)):
        yield "reply_to is no reference"
    origins = [head.origin for head in statement.heads]
    if len(origins) > HEADS_PER_STATEMENT_MAX or origins != sorted(set(origins)):
        yield f"heads are more than {HEADS_PER_STATEMENT_MAX}, out of order or double"
    if not all(0 < head.size <= JOURNAL_ENTRIES_MAX and is_digest(head.root) for head in statement.heads):
        yield "heads have a size or root that cannot be"


def _check_body(raw: bytes) -> None:
    """The body is an object in the one layout too: compact, no duplicate key, no float."""
    try:
        body = msgspec.json.decode(raw)
        same = encode(body) == raw
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as why:
        raise PeerError("malformed", f"The body of the statement cannot be read: {why}.") from why
    if not same:
        raise PeerError("layout", "The body of the statement is not in the one layout.")
    if not isinstance(body, dict):
        raise PeerError("malformed", "The body of the statement is not an object.")
    ahead: list[tuple[int, object]] = [(1, body)]
    while ahead:
        depth, value = ahead.pop()
        if depth > BODY_DEPTH_MAX:
            raise PeerError("malformed", f"The body of the statement is deeper than {BODY_DEPTH_MAX} levels.")
        if isinstance(value, float):
            raise PeerError("malformed", "The body of the statement has a number that is not whole.")
        if isinstance(value, dict):
            ahead.extend((depth + 1, inner) for inner in value.values())
        elif isinstance(value, list):
            ahead.extend((depth + 1, inner) for inner in value)
