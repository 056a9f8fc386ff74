from __future__ import annotations

from typing import Any

import msgspec
import pytest

from detente.errors import PeerError
from detente.quantities import Digest
from detente.record.checkpoint import Checkpoint, sign_checkpoint
from detente.record.journal import judge_checkpoint, judge_entry, judge_heads, origin_of, split_origin
from detente.record.statement import Head
from detente.record.tree import Tree


def entry_refusal(talker: Any, envelope: bytes, *, seq: int | None = None, origin: str | None = None) -> str:
    with pytest.raises(PeerError) as caught:
        judge_entry(
            envelope,
            origin=origin or talker.origin,
            seq=len(talker.envelopes) if seq is None else seq,
            key=talker.card.statements,
        )
    return caught.value.code


def heads_refusal(statement: Any, **how: Any) -> str:
    with pytest.raises(PeerError) as caught:
        judge_heads(statement, **how)
    return caught.value.code


def judged(talker: Any, note: bytes, **changes: Any) -> Checkpoint:
    how: dict[str, Any] = {
        "name": talker.name,
        "key": talker.card.journal,
        "origin": talker.origin,
        "tree": Tree.of(talker.leaves),
        "cosigned": None,
        "old_size": 0,
        "proof": (),
    }
    return judge_checkpoint(note, **(how | changes))


def head_refusal(talker: Any, note: bytes, **changes: Any) -> str:
    with pytest.raises(PeerError) as caught:
        judged(talker, note, **changes)
    return caught.value.code


def test_an_origin_is_three_names() -> None:
    origin = origin_of("ALFA", "sky-2020", "00c0ffee")
    assert split_origin(origin) == ("ALFA", "sky-2020", "00c0ffee")
    for bad in ("", "ALFA", "A/b", "A/b/c/d", "A//c", "A/b/..", "A/b c/d", "A+/b/c", "A/" + "b" * 260 + "/c"):
        with pytest.raises(PeerError, match="is not <party>"):
            split_origin(bad)


def test_an_entry_stands_where_its_author_signed_it(talking: Any) -> None:
    """Moved to another place, or to another journal of the same party, it is refused."""
    alfa = talking.talkers[0]
    envelope = alfa.envelopes[1]
    assert judge_entry(envelope, origin=alfa.origin, seq=1, key=alfa.card.statements) == alfa.statements[1]
    assert entry_refusal(alfa, envelope, seq=2) == "misplaced"
    assert entry_refusal(alfa, envelope, seq=1, origin=f"{alfa.origin}1") == "misplaced"


def test_an_entry_of_another_party_is_refused(talking: Any) -> None:
    alfa, bravo = talking.talkers
    assert entry_refusal(alfa, bravo.envelopes[1], seq=1) == "signature_invalid"


def test_an_entry_is_said_under_the_memorandum_of_its_journal(talking: Any) -> None:
    alfa = talking.talkers[0]
    assert entry_refusal(alfa, alfa.sealed(alfa.statement(memorandum="sea-2020"))) == "other_memorandum"


def test_an_entry_knows_nothing_of_its_own_journals_future(talking: Any) -> None:
    alfa = talking.talkers[0]
    assert entry_refusal(alfa, alfa.sealed(alfa.statement(heads=(alfa.head(),)))) == "bad_heads"
    later = msgspec.structs.replace(alfa.ref(0), seq=len(alfa.envelopes))
    assert entry_refusal(alfa, alfa.sealed(alfa.statement(reply_to=later))) == "bad_reference"


def test_heads_never_go_backwards(talking: Any) -> None:
    alfa, bravo = talking.talkers
    before = alfa.statement(heads=(bravo.head(2),))
    nothing_held: dict[str, Any] = {"before": before, "root_at": lambda origin, size: None}
    judge_heads(alfa.statement(heads=(bravo.head(2),)), **nothing_held)
    judge_heads(alfa.statement(heads=(bravo.head(3),)), **nothing_held)
    other_root = msgspec.structs.replace(bravo.head(2), root=Digest("00" * 32))
    for heads in ((bravo.head(1),), (), (other_root,)):
        assert heads_refusal(alfa.statement(heads=heads), **nothing_held) == "heads_backwards"


def test_a_head_that_contradicts_the_entries_held_is_a_fork(talking: Any) -> None:
    alfa, bravo = talking.talkers
    forked = alfa.statement(heads=(Head(origin=bravo.origin, size=2, root=Digest("00" * 32)),))

    def root_at(origin: str, size: int) -> bytes | None:
        return bytes.fromhex(bravo.head(size).root) if origin == bravo.origin and size <= 3 else None

    assert heads_refusal(forked, before=None, root_at=root_at) == "fork"
    beyond = alfa.statement(heads=(Head(origin=bravo.origin, size=4, root=Digest("00" * 32)),))
    judge_heads(beyond, before=None, root_at=root_at)
    assert heads_refusal(beyond, before=None, root_at=root_at, is_whole=lambda _: True) == "head_beyond", (
        "nobody can have seen more of our own journal than we said"
    )


def test_a_head_is_cosigned_where_entries_and_proof_agree(talking: Any) -> None:
    alfa = talking.talkers[0]
    head, note = alfa.checkpoint()
    assert judged(alfa, note) == head
    proof = Tree.of(alfa.leaves).consistency_proof(2, 3)
    assert judged(alfa, note, cosigned=alfa.head(2), old_size=2, proof=proof) == head
    assert judged(alfa, note, cosigned=alfa.head(3), old_size=3) == head, "asked again after a lost answer"


def test_a_smaller_head_is_refused(talking: Any) -> None:
    alfa = talking.talkers[0]
    _, note = alfa.checkpoint(1)
    assert head_refusal(alfa, note, cosigned=alfa.head(2), old_size=2) == "smaller"


def test_entries_that_are_not_held_are_not_receipted(talking: Any) -> None:
    alfa = talking.talkers[0]
    _, note = alfa.checkpoint()
    assert head_refusal(alfa, note, tree=Tree.of(alfa.leaves[:2])) == "not_held"


def test_a_signed_head_with_another_root_is_a_fork(talking: Any) -> None:
    """Also at a smaller size, before that is refused for being smaller."""
    alfa = talking.talkers[0]
    for size in (1, 2, 3):
        liar = Checkpoint(origin=alfa.origin, size=size, root=Digest("00" * 32))
        note = sign_checkpoint(liar, name="ALFA", key=alfa.keys["journal"])
        assert head_refusal(alfa, note, cosigned=alfa.head(2), old_size=2) == "fork"
    _, note = alfa.checkpoint(2)
    cosigned = Head(origin=alfa.origin, size=2, root=Digest("00" * 32))
    assert head_refusal(alfa, note, cosigned=cosigned, old_size=2) == "fork"


def test_old_size_and_proof_are_those_of_the_cosigned_head(talking: Any) -> None:
    alfa = talking.talkers[0]
    _, note = alfa.checkpoint()
    assert head_refusal(alfa, note, cosigned=alfa.head(2), old_size=0) == "conflict"
    assert head_refusal(alfa, note, old_size=2) == "conflict"
    assert head_refusal(alfa, note, proof=(alfa.leaves[0],)) == "bad_proof"
    assert head_refusal(alfa, note, cosigned=alfa.head(2), old_size=2) == "bad_proof"
    wrong = Tree.of(alfa.leaves).consistency_proof(1, 3)
    assert head_refusal(alfa, note, cosigned=alfa.head(2), old_size=2, proof=wrong) == "bad_proof"


def test_a_head_of_another_journal_is_refused(talking: Any) -> None:
    alfa = talking.talkers[0]
    _, note = alfa.checkpoint()
    assert head_refusal(alfa, note, origin=f"{alfa.origin}1") == "unknown_journal"
