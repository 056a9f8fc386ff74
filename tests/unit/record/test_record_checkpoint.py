from __future__ import annotations

import base64
import hashlib
import struct

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

from detente.crypto.keys import HybridPrivateKey
from detente.errors import PeerError
from detente.quantities import Digest
from detente.record.checkpoint import (
    Checkpoint,
    cosign,
    open_checkpoint,
    peek_checkpoint,
    sign_checkpoint,
    verify_cosignature,
)
from detente.record.note import SignatureLine, format_lines, format_note, parse_lines, parse_note

JOURNAL = HybridPrivateKey.from_seeds(b"1" * 32, b"2" * 32)
COSIGNER = HybridPrivateKey.from_seeds(b"3" * 32, b"4" * 32)
HEAD = Checkpoint(origin="ALFA/sky/1", size=20, root=Digest("0f" * 32))
NOTE = sign_checkpoint(HEAD, name="ALFA", key=JOURNAL)
LINES = cosign(HEAD, name="BRAVO", key=COSIGNER, time_s=1_679_315_147)
TEXT = f"ALFA/sky/1\n20\n{base64.b64encode(bytes([15]) * 32).decode()}\n"


def refusal(note: bytes, *, name: str = "ALFA") -> str:
    with pytest.raises(PeerError) as caught:
        open_checkpoint(note, name=name, key=JOURNAL.public)
    return caught.value.code


def cosigner_refusal(note_or_lines: bytes, *, head: Checkpoint = HEAD, name: str = "BRAVO") -> str:
    with pytest.raises(PeerError) as caught:
        verify_cosignature(note_or_lines, head, name=name, key=COSIGNER.public)
    return caught.value.code


def test_a_signed_head_opens() -> None:
    assert open_checkpoint(NOTE, name="ALFA", key=JOURNAL.public) == HEAD == peek_checkpoint(NOTE)
    assert NOTE.startswith(TEXT.encode() + "\n— ALFA/sky/1 ".encode())


def test_author_lines_are_what_the_specifications_say_byte_by_byte() -> None:
    """Rebuilt here from signed-note and tlog-cosignature alone."""
    first, second = parse_note(NOTE).lines
    ed25519, mldsa44 = JOURNAL.public.raw()
    assert first.key_id == hashlib.sha256(b"ALFA/sky/1\n\x01" + ed25519).digest()[:4]
    Ed25519PublicKey.from_public_bytes(ed25519).verify(first.signature, TEXT.encode())
    assert second.key_id == hashlib.sha256(b"ALFA/sky/1\n\x06" + mldsa44).digest()[:4]
    assert second.signature[:8] == bytes(8)
    message = b"subtree/v1\n\x00\x0aALFA/sky/1" + bytes(8) + b"\x0aALFA/sky/1" + struct.pack(">QQ", 0, 20)
    MLDSA44PublicKey.from_public_bytes(mldsa44).verify(second.signature[8:], message + bytes([15]) * 32)


def test_cosignature_lines_are_what_the_specification_says_byte_by_byte() -> None:
    first, second = parse_lines(LINES)
    ed25519, mldsa44 = COSIGNER.public.raw()
    time = struct.pack(">Q", 1_679_315_147)
    assert first.key_id == hashlib.sha256(b"BRAVO\n\x04" + ed25519).digest()[:4]
    assert first.signature[:8] == second.signature[:8] == time
    Ed25519PublicKey.from_public_bytes(ed25519).verify(
        first.signature[8:], f"cosignature/v1\ntime 1679315147\n{TEXT}".encode()
    )
    assert second.key_id == hashlib.sha256(b"BRAVO\n\x06" + mldsa44).digest()[:4]
    message = b"subtree/v1\n\x00\x05BRAVO" + time + b"\x0aALFA/sky/1" + struct.pack(">QQ", 0, 20)
    MLDSA44PublicKey.from_public_bytes(mldsa44).verify(second.signature[8:], message + bytes([15]) * 32)


def test_a_receipt_holds_as_bare_lines_and_under_its_note() -> None:
    for form in (LINES, NOTE + LINES):
        assert verify_cosignature(form, HEAD, name="BRAVO", key=COSIGNER.public) == 1_679_315_147
    assert open_checkpoint(NOTE + LINES, name="ALFA", key=JOURNAL.public) == HEAD


def test_both_author_lines_are_required() -> None:
    note = parse_note(NOTE)
    for lines in (note.lines[:1], note.lines[1:]):
        assert refusal(format_note(note.text, lines)) == "signature_missing"
    other = parse_note(sign_checkpoint(msgspec.structs.replace(HEAD, size=21), name="ALFA", key=JOURNAL))
    for lines in ((note.lines[0], other.lines[1]), (other.lines[0], note.lines[1])):
        assert refusal(format_note(note.text, lines)) == "signature_invalid"


def test_a_head_of_another_party_is_refused() -> None:
    assert refusal(NOTE, name="BRAVO") == "not_your_journal"
    assert refusal(NOTE, name="ALF") == "not_your_journal"


def test_an_author_line_says_no_time() -> None:
    """A timed one is a cosignature: the journal key makes none."""
    note = parse_note(NOTE)
    second = SignatureLine(
        name=note.lines[1].name,
        key_id=note.lines[1].key_id,
        signature=b"\x01" * 8 + note.lines[1].signature[8:],
    )
    assert refusal(format_note(note.text, (note.lines[0], second))) == "malformed"


@pytest.mark.parametrize(
    "text",
    [
        TEXT + "an extension line\n",
        TEXT.replace("\n20\n", "\n020\n"),
        TEXT.replace("\n20\n", "\n+20\n"),
        TEXT.replace("\n20\n", "\n-1\n"),
        TEXT.replace("\n20\n", "\n٢٠\n"),
        TEXT.replace("\n20\n", "\n99999999999999999999\n"),
        TEXT.replace("\n20\n", "\n2000000000000000\n"),
        "ALFA/sky/1\n20\n\n",
        "ALFA/sky/1\n20\nAAAA\n",
        "\n20\nAAAA\n",
        TEXT.replace("ALFA", "AL FA"),
        TEXT.replace("ALFA", "A" * 300),
        "ALFA/sky/1\n20\n",
    ],
)
def test_what_is_no_plain_head_is_refused(text: str) -> None:
    """Even well signed: ML-DSA lines do not cover extension lines, and sizes have one spelling."""
    assert refusal(format_note(text, parse_note(NOTE).lines)) == "malformed"


def test_both_cosignature_lines_are_required() -> None:
    first, second = parse_lines(LINES)
    for line in (first, second):
        assert cosigner_refusal(format_lines([line])) == "signature_missing"
    later = parse_lines(cosign(HEAD, name="BRAVO", key=COSIGNER, time_s=1_679_315_148))
    assert cosigner_refusal(format_lines([first, later[1]])) == "malformed"


def test_a_receipt_is_for_one_head_and_from_one_party() -> None:
    for change in ({"size": 21}, {"root": Digest("00" * 32)}, {"origin": "ALFA/sky/2"}):
        head = msgspec.structs.replace(HEAD, **change)
        assert cosigner_refusal(LINES, head=head) == "signature_invalid"
        assert cosigner_refusal(NOTE + LINES, head=head) == "other_head"
    assert cosigner_refusal(LINES, name="CHARLIE") == "signature_missing"
    assert cosigner_refusal(NOTE) == "signature_missing"


def test_a_receipt_with_another_time_is_refused() -> None:
    moved = [
        SignatureLine(name=line.name, key_id=line.key_id, signature=struct.pack(">Q", 5) + line.signature[8:])
        for line in parse_lines(LINES)
    ]
    assert cosigner_refusal(format_lines(moved)) == "signature_invalid"
    for seconds in (0, 2**63):
        zero = [
            SignatureLine(
                name=line.name, key_id=line.key_id, signature=struct.pack(">Q", seconds) + line.signature[8:]
            )
            for line in parse_lines(LINES)
        ]
        assert cosigner_refusal(format_lines(zero)) == "malformed"


def test_short_signatures_are_refused() -> None:
    short = [SignatureLine(name=line.name, key_id=line.key_id, signature=b"x") for line in parse_lines(LINES)]
    assert cosigner_refusal(format_lines(short)) == "signature_invalid"
