"""One entry with what proves its place in a journal that its author signed and another party holds.

Source: C2SP tlog-proof: a header, the index, the inclusion path, and after an empty line the checkpoint with its
signatures. Lines of extra data are not written and not taken.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from detente.crypto.base64_text import bytes_of, text_of
from detente.errors import PeerError
from detente.record.merkle import HASH_BYTES
from detente.wire.limits import NOTE_BYTES_MAX, PROOF_LINES_MAX

_HEADER = b"c2sp.org/tlog-proof@v1"
_INDEX = re.compile(rb"index (0|[1-9][0-9]{0,15})", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Proof:
    """Place, inclusion path from the sibling upwards, and the note of the checkpoint; nothing of it is verified."""

    index: int
    path: tuple[bytes, ...]
    note: bytes


def format_proof(*, index: int, path: Sequence[bytes], note: bytes) -> bytes:
    """The bytes of a `.tlog-proof` file."""
    lines = [_HEADER, b"index %d" % index, *(text_of(hash_).encode() for hash_ in path)]
    return b"".join(line + b"\n" for line in lines) + b"\n" + note


def parse_proof(data: bytes) -> Proof:
    """A proof from a stranger's bytes; raises PeerError `too_large` or `malformed`."""
    if len(data) > NOTE_BYTES_MAX:
        raise PeerError("too_large", f"The proof has {len(data)} bytes; at most {NOTE_BYTES_MAX} are taken.")
    head, blank, note = data.partition(b"\n\n")
    header, *rest = head.split(b"\n")
    found = _INDEX.fullmatch(rest[0]) if rest else None
    if header != _HEADER or not blank or found is None:
        raise PeerError("malformed", "The proof does not begin as a tlog-proof without extra data does.")
    if len(rest) - 1 > PROOF_LINES_MAX:
        raise PeerError("too_large", f"The proof has more than {PROOF_LINES_MAX} hashes.")
    path = tuple(_hash_of(line) for line in rest[1:])
    return Proof(index=int(found[1]), path=path, note=note)


def _hash_of(line: bytes) -> bytes:
    try:
        text = line.decode("ascii")
    except UnicodeDecodeError as why:
        raise PeerError("malformed", "A line of the proof is no base64.") from why
    return bytes_of(text, what="hash of the proof", length=HASH_BYTES)
