"""Would a stranger read our notes, and we theirs? The published notes of the checksum database's library.

Source: golang.org/x/mod, sumdb/note, note_test.go (BSD-3-Clause), from which C2SP signed-note was written:
two public keys, one text, a signature of each, and the shapes that are malformed. C2SP tlog-cosignature and
tlog-checkpoint print one example without its keys: only its form can be read. `test_aics_tlog.py` asks the
same of our own checkpoints, with an independent verifier.
"""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from detente.crypto.keys import verify_ed25519
from detente.errors import PeerError
from detente.record.checkpoint import peek_checkpoint
from detente.record.note import (
    ED25519,
    SignatureLine,
    format_note,
    key_id,
    parse_note,
    the_one_line,
    verifier_key,
)

PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
PETER_SEED = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
"""Type byte and seed, as the published private key ends."""

TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER_LINE = (
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ENOCH_LINE = (
    "— EnochRoot "
    "rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
)

COSIGNED_EXAMPLE = """\
example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa \
Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 \
jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
"""


def parts(vkey: str) -> tuple[str, bytes, bytes]:
    """Name, key id and raw key of an Ed25519 verifier key."""
    name, identifier, encoded = vkey.split("+", 2)
    typed = base64.b64decode(encoded)
    assert typed[0] == ED25519
    return name, bytes.fromhex(identifier), typed[1:]


def opened(note: bytes, vkey: str) -> str:
    """The text of a note if the named key signed it; raises PeerError."""
    name, identifier, public = parts(vkey)
    parsed = parse_note(note)
    signature = the_one_line(parsed.lines, name=name, key_id=identifier, what="signature")
    verify_ed25519(public, parsed.text.encode(), signature, what="published note")
    return parsed.text


@pytest.mark.parametrize("vkey", [PETER, ENOCH])
def test_a_published_verifier_key_is_written_as_we_write_it(vkey: str) -> None:
    name, identifier, public = parts(vkey)
    assert key_id(name, ED25519, public) == identifier
    assert verifier_key(name, ED25519, public) == vkey


def test_the_published_notes_open_with_either_key() -> None:
    """Lines of keys that the reader does not know are passed over."""
    note = f"{TEXT}\n{PETER_LINE}{ENOCH_LINE}".encode()
    assert opened(note, PETER) == opened(note, ENOCH) == TEXT
    assert opened(f"{TEXT}\n{PETER_LINE}".encode(), PETER) == TEXT
    with pytest.raises(PeerError) as refusal:
        opened(f"{TEXT}\n{PETER_LINE}".encode(), ENOCH)
    assert refusal.value.code == "signature_missing"


def test_signing_the_published_text_gives_the_published_bytes() -> None:
    """Ed25519 has no chance in it: the same key must write the same note."""
    name, identifier, public = parts(PETER)
    key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(PETER_SEED)[1:])
    assert key.public_key().public_bytes_raw() == public
    line = SignatureLine(name=name, key_id=identifier, signature=key.sign(TEXT.encode()))
    assert format_note(TEXT, (line,)) == f"{TEXT}\n{PETER_LINE}".encode()


@pytest.mark.parametrize(
    "note",
    [
        pytest.param(TEXT, id="no-signature"),
        pytest.param(f"{TEXT}\n", id="blank-line-alone"),
        pytest.param(f"{TEXT}\n{PETER_LINE[:-1]}", id="no-last-newline"),
        pytest.param(f"\x01{TEXT}\n{PETER_LINE}", id="control-character"),
        pytest.param(f"{TEXT}\n{PETER_LINE.replace('PeterNeumann', 'Bad Name')}", id="space-in-the-name"),
        pytest.param(f"{TEXT}\n{PETER_LINE}Unexpected line.\n", id="line-that-is-no-signature"),
    ],
)
def test_every_shape_the_reference_calls_malformed_is_malformed_here(note: str) -> None:
    with pytest.raises(PeerError) as refusal:
        parse_note(note.encode())
    assert refusal.value.code == "malformed"


def test_a_note_that_is_not_utf8_is_malformed_as_in_the_reference() -> None:
    with pytest.raises(PeerError) as refusal:
        parse_note(b"\xff" + f"{TEXT}\n{PETER_LINE}".encode())
    assert refusal.value.code == "malformed"


def test_a_published_signature_with_three_bytes_more_is_refused() -> None:
    """The reference calls it an invalid signature, and refuses the note although another line would hold."""
    longer = PETER_LINE[:60] + "ABCD" + PETER_LINE[60:]
    with pytest.raises(PeerError) as refusal:
        opened(f"{TEXT}\n{longer}{ENOCH_LINE}".encode(), PETER)
    assert refusal.value.code == "signature_invalid"


def test_more_lines_than_the_reference_takes_are_too_many_here() -> None:
    """The reference takes 100; C2SP asks that 16 be taken."""
    assert len(parse_note(f"{TEXT}\n{ENOCH_LINE * 15}{PETER_LINE}".encode()).lines) == 16
    with pytest.raises(PeerError) as refusal:
        parse_note(f"{TEXT}\n{PETER_LINE * 101}".encode())
    assert refusal.value.code == "too_large"


def test_where_we_are_stricter_than_the_reference() -> None:
    """It counts a repeated line of a known key once; we refuse, since two lines could carry two times."""
    with pytest.raises(PeerError) as refusal:
        opened(f"{TEXT}\n{PETER_LINE * 2}".encode(), PETER)
    assert refusal.value.code == "malformed"


def test_the_cosigned_checkpoint_of_c2sp_is_read_as_it_is_printed() -> None:
    """Its keys are not published: we read the head, the names, and the time of the witness's line."""
    parsed = parse_note(COSIGNED_EXAMPLE.encode())
    head = peek_checkpoint(COSIGNED_EXAMPLE.encode())
    assert (head.origin, head.size) == ("example.com/behind-the-sofa", 20_852_163)
    assert base64.b64encode(bytes.fromhex(head.root)).decode() == COSIGNED_EXAMPLE.split("\n")[2]
    log, witness = parsed.lines
    assert (log.name, len(log.signature)) == (head.origin, 64)
    assert (witness.name, len(witness.signature)) == ("witness.example.com/w1", 8 + 64)
    assert int.from_bytes(witness.signature[:8], "big") == 1_679_315_147
    assert format_note(parsed.text, parsed.lines) == COSIGNED_EXAMPLE.encode()
