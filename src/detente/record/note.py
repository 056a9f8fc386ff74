"""Signed notes: a text that people can read, followed by one line for each signature.

Source: C2SP signed-note v1.0.0. The text ends at the last blank line; unknown signers are ignored. Stricter
here: a line that is not well formed refuses the note, whoever signed it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from detente.crypto.base64_text import bytes_of, text_of
from detente.errors import PeerError
from detente.wire.limits import NOTE_BYTES_MAX, NOTE_SIGNATURES_MAX

ED25519 = 0x01
ED25519_COSIGNATURE = 0x04
MLDSA44_COSIGNATURE = 0x06

KEY_ID_BYTES = 4
_DASH = "— "
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


@dataclass(frozen=True, kw_only=True)
class SignatureLine:
    """Who claims to have signed: name and key id together; the bytes after the id are not verified yet."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, kw_only=True)
class Note:
    """Text with its final newline, without the blank line."""

    text: str
    lines: tuple[SignatureLine, ...]


def key_id(name: str, kind: int, public_key: bytes) -> bytes:
    """The first four bytes of SHA-256(name, newline, type byte, raw key): a hint, not a fingerprint."""
    return hashlib.sha256(b"%b\n%c%b" % (name.encode(), kind, public_key)).digest()[:KEY_ID_BYTES]


def verifier_key(name: str, kind: int, public_key: bytes) -> str:
    """The vkey form that public tools and tlog-policy take: name, hexadecimal id and key joined by `+`."""
    return f"{name}+{key_id(name, kind, public_key).hex()}+{text_of(bytes([kind]) + public_key)}"


def format_lines(lines: Sequence[SignatureLine]) -> bytes:
    """Signature lines as they stand in a note."""
    return "".join(f"{_DASH}{line.name} {text_of(line.key_id + line.signature)}\n" for line in lines).encode()


def format_note(text: str, lines: Sequence[SignatureLine]) -> bytes:
    """The note's bytes; the text ends in a newline."""
    assert text.endswith("\n"), "the text of a note ends in a newline"
    return text.encode() + b"\n" + format_lines(lines)


def parse_note(data: bytes) -> Note:
    """A note from a stranger's bytes, not verified; raises PeerError `too_large` or `malformed`."""
    text, blank, signatures = _text_of(data).rpartition("\n\n")
    if not blank or not text:
        raise PeerError("malformed", "The note has no blank line between text and signatures.")
    return Note(text=text + "\n", lines=_lines_of(signatures))


def parse_lines(data: bytes) -> tuple[SignatureLine, ...]:
    """Bare signature lines, as a witness answers; raises PeerError `too_large` or `malformed`."""
    return _lines_of(_text_of(data))


def the_one_line(lines: Sequence[SignatureLine], *, name: str, key_id: bytes, what: str) -> bytes:
    """The signature of a known key, to be verified by the caller.

    Raises: PeerError `signature_missing` where there is none, `malformed` where there are several.
    """
    found = [line.signature for line in lines if line.name == name and line.key_id == key_id]
    if not found:
        raise PeerError("signature_missing", f"The {what} of {name} is missing.")
    if len(found) > 1:
        raise PeerError("malformed", f"The {what} of {name} stands there more than once.")
    return found[0]


def _text_of(data: bytes) -> str:
    if len(data) > NOTE_BYTES_MAX:
        raise PeerError("too_large", f"The note has {len(data)} bytes; at most {NOTE_BYTES_MAX} are taken.")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as why:
        raise PeerError("malformed", "The note is not UTF-8.") from why
    if _CONTROL.search(text):
        raise PeerError("malformed", "The note has a control character.")
    return text


def _lines_of(text: str) -> tuple[SignatureLine, ...]:
    if not text.endswith("\n"):
        raise PeerError("malformed", "The note does not end in a newline after a signature.")
    lines = text[:-1].split("\n")
    if len(lines) > NOTE_SIGNATURES_MAX:
        raise PeerError("too_large", f"The note has more than {NOTE_SIGNATURES_MAX} signatures.")
    return tuple(_line_of(line) for line in lines)


def _line_of(line: str) -> SignatureLine:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space or name.split() != [name] or "+" in name:
        raise PeerError("malformed", f"This is no signature line: {line[:60]!r}.")
    raw = bytes_of(encoded, what=f"signature line of {name[:60]}")
    if len(raw) <= KEY_ID_BYTES:
        raise PeerError("malformed", f"The signature line of {name[:60]} holds no signature.")
    return SignatureLine(name=name, key_id=raw[:KEY_ID_BYTES], signature=raw[KEY_ID_BYTES:])
