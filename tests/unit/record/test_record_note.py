from __future__ import annotations

import pytest

from detente.errors import PeerError
from detente.record.note import (
    SignatureLine,
    format_lines,
    format_note,
    key_id,
    parse_lines,
    parse_note,
    the_one_line,
    verifier_key,
)
from detente.wire.limits import NOTE_BYTES_MAX, NOTE_SIGNATURES_MAX

EXAMPLE = """\
Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.

— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=
"""  # noqa: E501 - the example of the C2SP signed-note text
LINE = SignatureLine(name="A", key_id=b"1234", signature=b"s" * 64)


def refusal(data: bytes) -> str:
    with pytest.raises(PeerError) as caught:
        parse_note(data)
    return caught.value.code


def test_the_example_of_the_specification_reads_and_writes_back() -> None:
    """Its text has an empty line of its own: the last one separates."""
    note = parse_note(EXAMPLE.encode())
    assert note.text.endswith("raggio di sole:\n\ned è subito sera.\n")
    assert [(line.name, len(line.signature)) for line in note.lines] == [("quasimodo.example/salvatore", 64)]
    assert note.lines[0].key_id == bytes.fromhex("367ba04b")
    assert format_note(note.text, note.lines) == EXAMPLE.encode()


def test_the_key_id_depends_on_name_kind_and_key() -> None:
    ids = {key_id(name, kind, key) for name in "AB" for kind in (1, 4, 6) for key in (b"k" * 32, b"l" * 32)}
    assert len(ids) == 12
    assert {len(one) for one in ids} == {4}


def test_a_verifier_key_is_name_id_and_typed_key() -> None:
    name, identifier, key = verifier_key("A", 4, b"k" * 32).split("+")
    assert (name, identifier) == ("A", key_id("A", 4, b"k" * 32).hex())
    assert key == "BGtra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tr"


def test_more_than_16_signatures_are_taken_and_a_limit_stands() -> None:
    note = format_note("text\n", [LINE] * NOTE_SIGNATURES_MAX)
    assert len(parse_note(note).lines) == NOTE_SIGNATURES_MAX >= 16
    assert refusal(format_note("text\n", [LINE] * (NOTE_SIGNATURES_MAX + 1))) == "too_large"
    assert refusal(b"x" * (NOTE_BYTES_MAX + 1)) == "too_large"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"\n\n",
        b"text\n\n" + format_lines([LINE])[:-1],
        b"te\x01xt\n\n" + format_lines([LINE]),
        b"te\rxt\n\n" + format_lines([LINE]),
        b"te\xffxt\n\n" + format_lines([LINE]),
        b"text\n\n- A MTIzNHM=\n",
        "text\n\n— A+B MTIzNHM=\n".encode(),
        "text\n\n—  MTIzNHM=\n".encode(),
        "text\n\n— A\u00a0B MTIzNHM=\n".encode(),
        "text\n\n— A MTIzNHM=\n\n".encode(),
        "text\n\n— A MTIzNA==\n".encode(),
        "text\n\n— A MTIzNHN=\n".encode(),
        "text\n\n— A MTIzNHM= more\n".encode(),
    ],
)
def test_what_is_no_note_is_refused(data: bytes) -> None:
    assert refusal(data) == "malformed"


def test_an_unknown_signer_is_passed_over_and_a_missing_one_is_named() -> None:
    """Name and key id together say whose line it is."""
    lines = parse_lines(format_lines([LINE, SignatureLine(name="B", key_id=b"1234", signature=b"t")]))
    assert the_one_line(lines, name="B", key_id=b"1234", what="cosignature") == b"t"
    for name, identifier in (("B", b"9999"), ("C", b"1234")):
        with pytest.raises(PeerError, match=f"cosignature of {name} is missing"):
            the_one_line(lines, name=name, key_id=identifier, what="cosignature")
    with pytest.raises(PeerError, match="more than once"):
        the_one_line((*lines, *lines), name="B", key_id=b"1234", what="cosignature")
