"""Checkpoints: the signed head of a journal, and the cosignatures by which a peer receipts it.

Source: C2SP tlog-checkpoint, and tlog-cosignature for types 0x04 and 0x06. The author signs with both halves
of its journal key: 0x01 for verifiers and witnesses of today, 0x06 with time 0 as the specification now
asks; its key name is the origin. A cosigner's key name is its party. Its line says more than order, as the
specification allows by agreement: "I hold durably every entry up to this size".
No extension lines: the 0x06 signature does not cover them, so they are neither written nor taken.
"""

from __future__ import annotations

import re
import struct

from detente.crypto.base64_text import bytes_of, text_of
from detente.crypto.keys import HybridPrivateKey, HybridPublicKey, verify_ed25519, verify_mldsa44
from detente.errors import PeerError
from detente.quantities import Digest
from detente.record.merkle import HASH_BYTES
from detente.record.note import (
    ED25519,
    ED25519_COSIGNATURE,
    MLDSA44_COSIGNATURE,
    Note,
    SignatureLine,
    format_lines,
    format_note,
    key_id,
    parse_lines,
    parse_note,
    the_one_line,
)
from detente.wire import Record
from detente.wire.limits import JOURNAL_ENTRIES_MAX

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,15}", re.ASCII)
_LABEL = b"subtree/v1\n\x00"
_TIME_BYTES = 8
_LATEST_S = 2**63 - 1
_LINE_START = "— ".encode()


class Checkpoint(Record, frozen=True, kw_only=True):
    """A journal's head: `size` entries under `root`, a SHA-256 in hexadecimal."""

    origin: str
    size: int
    root: Digest


def sign_checkpoint(checkpoint: Checkpoint, *, name: str, key: HybridPrivateKey) -> bytes:
    """The note with both author lines.

    Args:
        name: the author's party, the first part of the origin.
        key: the party's journal key.
    """
    assert checkpoint.origin.startswith(f"{name}/"), "a party signs its own journal only"
    text, origin = _text_of(checkpoint), checkpoint.origin
    ed25519, mldsa44 = key.public.raw()
    with_time = _at(0) + key.sign_mldsa44(_mldsa44_message(checkpoint, name=origin, time_s=0))
    return format_note(
        text,
        (
            _line(origin, ED25519, ed25519, key.sign_ed25519(text.encode())),
            _line(origin, MLDSA44_COSIGNATURE, mldsa44, with_time),
        ),
    )


def open_checkpoint(note: bytes, *, name: str, key: HybridPublicKey) -> Checkpoint:
    """A head of a journal of party `name` whose both author lines verify; other lines are ignored.

    Raises: PeerError `malformed`, `too_large`, `not_your_journal`, `signature_missing`,
    `signature_invalid` or `key_unsound`.
    """
    parsed = parse_note(note)
    checkpoint = _checkpoint_of(parsed)
    origin = checkpoint.origin
    if not origin.startswith(f"{name}/"):
        raise PeerError("not_your_journal", f"{origin[:80]!r} is not a journal of {name}.")
    ed25519, mldsa44 = key.raw()
    first, second = (
        the_one_line(parsed.lines, name=origin, key_id=key_id(origin, kind, half), what="author line")
        for kind, half in ((ED25519, ed25519), (MLDSA44_COSIGNATURE, mldsa44))
    )
    verify_ed25519(ed25519, parsed.text.encode(), first, what=f"head of {origin}")
    time_s, signature = _split_time(second)
    if time_s != 0:
        raise PeerError("malformed", f"The author line of {origin} names a time; only cosigners do.")
    message = _mldsa44_message(checkpoint, name=origin, time_s=0)
    verify_mldsa44(mldsa44, message, signature, what=f"head of {origin}")
    return checkpoint


def peek_checkpoint(note: bytes) -> Checkpoint:
    """What a note says, NOT verified: for choosing the mirror to judge it by. Raises as `open_checkpoint`."""
    return _checkpoint_of(parse_note(note))


def cosign(checkpoint: Checkpoint, *, name: str, key: HybridPrivateKey, time_s: int) -> bytes:
    """Both cosignature lines. Sign only after every entry up to the size is durable.

    Args:
        name: the cosigner's party.
        key: its cosigner key.
        time_s: POSIX seconds, at least 1.
    """
    assert 0 < time_s <= _LATEST_S, "a cosignature says when"
    ed25519, mldsa44 = key.public.raw()
    first = key.sign_ed25519(_ed25519_message(checkpoint, time_s=time_s))
    second = key.sign_mldsa44(_mldsa44_message(checkpoint, name=name, time_s=time_s))
    return format_lines(
        (
            _line(name, ED25519_COSIGNATURE, ed25519, _at(time_s) + first),
            _line(name, MLDSA44_COSIGNATURE, mldsa44, _at(time_s) + second),
        )
    )


def verify_cosignature(
    note_or_lines: bytes, checkpoint: Checkpoint, *, name: str, key: HybridPublicKey
) -> int:
    """When party `name` cosigned this head, in POSIX seconds; both lines must hold and agree on the time.

    Args:
        note_or_lines: a note, whose text must then be this checkpoint's, or bare signature lines.

    Raises: PeerError `other_head`, `signature_missing`, `signature_invalid`, `malformed`, `too_large`,
    `key_unsound`.
    """
    if note_or_lines.startswith(_LINE_START):
        lines = parse_lines(note_or_lines)
    else:
        parsed = parse_note(note_or_lines)
        if parsed.text != _text_of(checkpoint):
            raise PeerError("other_head", f"The note is not the head of {checkpoint.origin} that was asked.")
        lines = parsed.lines
    ed25519, mldsa44 = key.raw()
    halves = (
        the_one_line(lines, name=name, key_id=key_id(name, kind, half), what="cosignature")
        for kind, half in ((ED25519_COSIGNATURE, ed25519), (MLDSA44_COSIGNATURE, mldsa44))
    )
    (time_s, first), (again_s, second) = (_split_time(half) for half in halves)
    if time_s != again_s or not 0 < time_s <= _LATEST_S:
        raise PeerError("malformed", f"The cosignature lines of {name} do not agree on a time.")
    what = f"cosignature of {name}"
    verify_ed25519(ed25519, _ed25519_message(checkpoint, time_s=time_s), first, what=what)
    verify_mldsa44(mldsa44, _mldsa44_message(checkpoint, name=name, time_s=time_s), second, what=what)
    return time_s


def _text_of(checkpoint: Checkpoint) -> str:
    return f"{checkpoint.origin}\n{checkpoint.size}\n{text_of(bytes.fromhex(checkpoint.root))}\n"


def _checkpoint_of(note: Note) -> Checkpoint:
    lines = note.text.split("\n")
    if len(lines) != 4:
        raise PeerError("malformed", "A checkpoint has three lines: origin, size, root; no extension lines.")
    origin, size, root, _ = lines
    if not 0 < len(origin.encode()) <= 255 or origin.split() != [origin] or "+" in origin:
        raise PeerError("malformed", f"The origin {origin[:60]!r} of the checkpoint cannot be.")
    if _DECIMAL.fullmatch(size) is None or int(size) > JOURNAL_ENTRIES_MAX:
        raise PeerError("malformed", f"The size {size[:20]!r} of the checkpoint is no plain decimal.")
    raw = bytes_of(root, what="root of the checkpoint", length=HASH_BYTES)
    return Checkpoint(origin=origin, size=int(size), root=Digest(raw.hex()))


def _ed25519_message(checkpoint: Checkpoint, *, time_s: int) -> bytes:
    """It does not name the cosigner: hence one key for one cosigner."""
    return f"cosignature/v1\ntime {time_s}\n{_text_of(checkpoint)}".encode()


def _mldsa44_message(checkpoint: Checkpoint, *, name: str, time_s: int) -> bytes:
    """`cosigned_message` with start 0 and end = size; names and origins are counted in 8 bits."""
    cosigner, origin = name.encode(), checkpoint.origin.encode()
    assert 0 < len(cosigner) <= 255, "a key name fits 8 bits"
    assert 0 < len(origin) <= 255, "an origin fits 8 bits"
    return b"".join(
        (
            _LABEL,
            struct.pack(">B", len(cosigner)),
            cosigner,
            struct.pack(">Q", time_s),
            struct.pack(">B", len(origin)),
            origin,
            struct.pack(">QQ", 0, checkpoint.size),
            bytes.fromhex(checkpoint.root),
        )
    )


def _line(name: str, kind: int, public_key: bytes, signature: bytes) -> SignatureLine:
    return SignatureLine(name=name, key_id=key_id(name, kind, public_key), signature=signature)


def _at(time_s: int) -> bytes:
    return time_s.to_bytes(_TIME_BYTES, "big")


def _split_time(signature: bytes) -> tuple[int, bytes]:
    return int.from_bytes(signature[:_TIME_BYTES], "big"), signature[_TIME_BYTES:]
