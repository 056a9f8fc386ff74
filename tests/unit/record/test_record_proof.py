"""The text of a proof of inclusion, as C2SP tlog-proof has it, and what is not one."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from detente.errors import PeerError
from detente.record.merkle import verify_inclusion
from detente.record.proof import format_proof, parse_proof
from detente.record.tree import Tree

HASH = base64.b64encode(b"\x07" * 32)
NOTE = b"origin\n3\nroot\n\nsignature\n"


def test_a_proof_reads_as_it_was_written() -> None:
    data = format_proof(index=2, path=(b"\x07" * 32,), note=NOTE)
    assert data == b"c2sp.org/tlog-proof@v1\nindex 2\n" + HASH + b"\n\n" + NOTE
    proof = parse_proof(data)
    assert (proof.index, proof.path, proof.note) == (2, (b"\x07" * 32,), NOTE)


def test_the_proof_of_an_entry_leads_to_the_root_of_its_journal(talking: Any) -> None:
    alfa, _ = talking.talkers
    tree = Tree.of(alfa.leaves)
    checkpoint, note = alfa.checkpoint()
    for seq in range(tree.size):
        data = format_proof(index=seq, path=tree.inclusion_proof(seq, tree.size), note=note)
        proof = parse_proof(data)
        verify_inclusion(
            leaf=tree.leaf(proof.index),
            index=proof.index,
            size=checkpoint.size,
            root=bytes.fromhex(checkpoint.root),
            proof=proof.path,
        )
        assert proof.note == note


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "malformed"),
        (b"c2sp.org/tlog-proof@v1\n\n", "malformed"),
        (b"c2sp.org/tlog-proof@v2\nindex 0\n\nx", "malformed"),
        (b"c2sp.org/tlog-proof@v1\nextra eA==\nindex 0\n\nx", "malformed"),
        (b"c2sp.org/tlog-proof@v1\nindex 00\n\nx", "malformed"),
        (b"c2sp.org/tlog-proof@v1\nindex -1\n\nx", "malformed"),
        (b"c2sp.org/tlog-proof@v1\nindex 0\nx", "malformed"),
        (b"c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\nx", "malformed"),
        (b"c2sp.org/tlog-proof@v1\nindex 0\n\xff\n\nx", "malformed"),
        (b"c2sp.org/tlog-proof@v1\nindex 0\n" + (HASH + b"\n") * 64 + b"\nx", "too_large"),
        (b"c2sp.org/tlog-proof@v1\nindex 0\n\n" + b"x" * 262_144, "too_large"),
    ],
)
def test_what_is_no_proof_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(PeerError) as caught:
        parse_proof(data)
    assert caught.value.code == code
