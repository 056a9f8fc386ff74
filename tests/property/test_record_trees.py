"""Trees against the recursive definition of RFC 6962, which is slow and obvious; and the joint order."""

from __future__ import annotations

import base64
import hashlib
import random
from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.errors import PeerError
from detente.quantities import Digest
from detente.record.merkle import (
    leaf_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from detente.record.order import merged_order
from detente.record.statement import Head, Statement
from detente.record.tree import Tree

LEAVES = [leaf_hash(bytes([number])) for number in range(70)]


def root_by_definition(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962 section 2.1."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(
        b"\x01" + root_by_definition(leaves[:split]) + root_by_definition(leaves[split:])
    ).digest()


def test_roots_are_those_of_the_definition_at_every_size() -> None:
    tree = Tree()
    for size in range(len(LEAVES) + 1):
        assert (
            root_of(LEAVES[:size])
            == tree.root()
            == Tree.of(LEAVES[:size]).root()
            == Tree.of(LEAVES).root(size)
            == root_by_definition(LEAVES[:size])
        )
        assert tree.size == size
        tree.append(leaf_hash(bytes([size])))


def test_every_inclusion_proof_holds_and_for_its_place_alone() -> None:
    for size in range(1, 33):
        root = root_of(LEAVES[:size])
        for index in range(size):
            proof = Tree.of(LEAVES).inclusion_proof(index, size)
            verify_inclusion(leaf=LEAVES[index], index=index, size=size, root=root, proof=proof)
            for other in range(size):
                if other != index:
                    with pytest.raises(PeerError):
                        verify_inclusion(leaf=LEAVES[index], index=other, size=size, root=root, proof=proof)


def test_every_consistency_proof_holds_and_for_its_sizes_alone() -> None:
    roots = [root_of(LEAVES[:size]) for size in range(34)]
    for new in range(1, 34):
        for old in range(1, new + 1):
            proof = Tree.of(LEAVES).consistency_proof(old, new)
            verify_consistency(
                old_size=old, new_size=new, old_root=roots[old], new_root=roots[new], proof=proof
            )
            with pytest.raises(PeerError):
                verify_consistency(
                    old_size=old, new_size=new, old_root=roots[old - 1], new_root=roots[new], proof=proof
                )


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_no_altered_proof_holds(data: st.DataObject) -> None:
    """A changed, dropped, doubled or added line, or a hash that is not 32 bytes."""
    new = data.draw(st.integers(2, 70))
    old = data.draw(st.integers(1, new - 1))
    proof = list(Tree.of(LEAVES).consistency_proof(old, new))
    line = data.draw(st.integers(0, len(proof) - 1))
    match data.draw(st.sampled_from(["change", "drop", "double", "add", "short"])):
        case "change":
            bit = data.draw(st.integers(0, 255))
            number = int.from_bytes(proof[line], "big") ^ 1 << bit
            proof[line] = number.to_bytes(32, "big")
        case "drop":
            del proof[line]
        case "double":
            proof.insert(line, proof[line])
        case "add":
            proof.append(bytes(32))
        case "short":
            proof[line] = proof[line][:31]
    with pytest.raises(PeerError) as caught:
        verify_consistency(
            old_size=old,
            new_size=new,
            old_root=root_of(LEAVES[:old]),
            new_root=root_of(LEAVES[:new]),
            proof=proof,
        )
    assert caught.value.code == "bad_proof"


def statement(origin: str, seq: int, heads: Sequence[tuple[str, int]]) -> Statement:
    return Statement(
        v=1,
        memorandum="sky",
        identity=Digest("00" * 32),
        origin=origin,
        seq=seq,
        sender="A",
        to=("B",),
        code="ACK",
        precedence="ROUTINE",
        sent_ms=0,
        answer_due_ms=None,
        reply_to=None,
        language="en",
        exercise=False,
        heads=tuple(Head(origin=name, size=size, root=Digest("00" * 32)) for name, size in heads),
        salt=base64.b64encode(bytes(32)).decode(),
        body=msgspec.Raw(b"{}"),
    )


@st.composite
def conversations(draw: st.DrawFn) -> list[Statement]:
    """Three parties that have each seen some of what the others said before."""
    said: list[Statement] = []
    seen: dict[str, dict[str, int]] = {name: {} for name in ("A/m/1", "B/m/1", "C/m/1")}
    sizes = dict.fromkeys(seen, 0)
    for author in draw(st.lists(st.sampled_from(sorted(seen)), max_size=14)):
        for other in seen:
            low = seen[author].get(other, 0)
            if other != author and sizes[other]:
                seen[author][other] = draw(st.integers(low, sizes[other]))
        heads = sorted((name, size) for name, size in seen[author].items() if size)
        said.append(statement(author, sizes[author], heads))
        sizes[author] += 1
    return said


@given(said=conversations(), seed=st.integers(0, 2**32))
@settings(max_examples=150, deadline=None)
def test_the_joint_order_is_the_same_on_every_node_and_keeps_causes_first(
    said: list[Statement], seed: int
) -> None:
    order = merged_order(said)
    shuffled = list(said)
    random.Random(seed).shuffle(shuffled)
    assert merged_order(shuffled) == order
    assert sorted(order) == sorted((one.origin, one.seq) for one in said)
    position = {place: number for number, place in enumerate(order)}
    for one in said:
        here = position[one.origin, one.seq]
        assert all(position[one.origin, seq] < here for seq in range(one.seq))
        assert all(position[head.origin, seq] < here for head in one.heads for seq in range(head.size))


def test_what_nothing_orders_stands_by_origin_and_place() -> None:
    said = [statement("B/m/1", 0, []), statement("A/m/1", 0, []), statement("A/m/1", 1, [])]
    assert merged_order(said) == (("A/m/1", 0), ("A/m/1", 1), ("B/m/1", 0))


def test_a_circle_of_heads_loses_nothing_and_hangs_nowhere() -> None:
    """No hash allows one; a forged input must not stop the reader."""
    said = [statement("A/m/1", 0, [("B/m/1", 1)]), statement("B/m/1", 0, [("A/m/1", 1)])]
    assert merged_order(said) == (("A/m/1", 0), ("B/m/1", 0))
