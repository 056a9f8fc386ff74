"""A party with its real keys at our door: entries and heads that we do not take, forks, and what stays kept.

Names that begin with `mutation` are rules of the record whose removal must not go unseen.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest

from detente.errors import DamageError
from detente.line.bodies import Answer
from detente.line.bodies_duty import Fork, LineCheck
from detente.node import views
from detente.ports import Keys, LinkRequest, StoredEntry
from detente.quantities import Digest, PartyId
from detente.record.merkle import leaf_hash, root_of
from detente.record.parcel import join_items, split_items
from detente.record.statement import Head, Ref
from detente.record.tree import Tree
from detente.runtime.witness import GENERATIONS_MAX

SIERRA, COAST = PartyId("SIERRA"), PartyId("COAST")
CHECK = LineCheck(path="data-1", kind="machine", text_id="t-1", clock_ms=0)


def parcel(*envelopes: bytes) -> bytes:
    return join_items((one, leaf_hash(one)) for one in envelopes)


@pytest.fixture
def thief(parties: Any) -> Keys:
    """The other party's keys, for what COAST cannot sign itself."""
    return parties[1][SIERRA]


# --- entries


def test_an_entry_with_a_gap_before_it_waits(liar: Any) -> None:
    envelope = liar.seal(liar.statement("LCK", CHECK, seq=2))
    response = liar.post(envelope, seq=2)
    assert (response.status, liar.code(response)) == (409, "gap")


def test_the_same_bytes_twice_are_one_entry(honest: Any, liar: Any) -> None:
    for _ in range(3):
        assert liar.post(liar.envelopes[0], seq=0).status == 200
    assert honest.node.keeper.held_of(COAST)[0].size == 1
    assert honest.node.state.heard_by_code == {"OPN": 1}


def test_one_payload_signed_twice_is_the_same_entry(honest: Any, liar: Any) -> None:
    """ML-DSA signs with chance, so two envelopes of one payload differ; that is no fork."""
    statement = liar.statement("LCK", CHECK)
    first, second = liar.seal(statement), liar.seal(statement)
    assert first != second
    assert liar.post(first).status == 200
    assert liar.post(second, seq=1).status == 200
    assert honest.node.keeper.held_of(COAST)[0].envelopes[1] == first
    assert not honest.node.state.forked


def test_an_entry_brought_to_another_place_of_its_journal_is_misplaced_and_no_fork(
    honest: Any, liar: Any
) -> None:
    """Anybody who holds the entries could otherwise make their author seem a forger."""
    liar.say("LCK", CHECK)
    for envelope, seq in ((liar.envelopes[0], 1), (liar.envelopes[1], 0), (liar.envelopes[1], 2)):
        response = liar.post(envelope, seq=seq)
        assert (response.status, liar.code(response)) == (400, "misplaced")
    assert not honest.node.state.forked
    assert not honest.evidence


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"origin": "COAST/FIRES-2020/0000000000000001"}, "misplaced"),
        ({"seq": 5}, "misplaced"),
        ({"memorandum": "OTHER"}, "other_memorandum"),
        ({"identity": Digest("0" * 64)}, "other_memorandum"),
        ({"to": ()}, "malformed"),
        ({"language": ""}, "malformed"),
        ({"salt": "c2hvcnQ="}, "malformed"),
    ],
)
def test_an_entry_that_says_something_else_of_itself_is_refused(
    honest: Any, liar: Any, other: dict[str, object], code: str
) -> None:
    response = liar.post(liar.seal(liar.statement("LCK", CHECK, **other)))
    assert (response.status, liar.code(response)) == (400, code)
    assert honest.node.keeper.held_of(COAST)[0].size == 1


def test_mutation_one_good_signature_is_not_enough(honest: Any, liar: Any, thief: Keys) -> None:
    """Of an entry, of a head: the classical half alone and the post-quantum half alone are both refused."""
    good = liar.seal(liar.statement("LCK", CHECK))
    other = liar.seal(liar.statement("LCK", CHECK), key=thief.statements)
    sign = [re.findall(rb'"sig":"([^"]+)"', one) for one in (good, other)]
    for half in (0, 1):
        mixed = good.replace(sign[0][half], sign[1][half])
        response = liar.post(mixed)
        assert (response.status, liar.code(response)) == (400, "signature_invalid")
    note = liar.note()
    lines = [line for line in note.split(b"\n") if line.startswith("—".encode())]
    assert len(lines) == 2
    for line in lines:
        response = liar.add_checkpoint(note.replace(line + b"\n", b""))
        assert (response.status, liar.code(response)) == (400, "signature_missing")
    assert honest.node.keeper.held_of(COAST)[0].cosigned_size(SIERRA) == 0


@pytest.mark.parametrize(
    "origin",
    [
        "SIERRA/FIRES-2020/00000000000000ff",
        "COAST/OTHER/00000000000000ff",
        "NOBODY/FIRES-2020/00",
        "",
        "a/b",
        "../../x",
    ],
)
def test_only_a_journal_of_the_authenticated_party_can_be_brought(liar: Any, origin: str) -> None:
    envelope = liar.seal(liar.statement("LCK", CHECK, origin=origin, seq=0))
    response = liar.post(envelope, seq=0, origin=origin)
    assert response.status == 400
    assert liar.code(response) in ("not_your_journal", "bad_origin")


def test_our_own_journal_cannot_be_written_from_outside(honest: Any, liar: Any) -> None:
    own = honest.node.keeper.own
    response = liar.request("POST", f"/journal/{own.origin}/{own.size}", parcel(own.envelopes[0]))
    assert (response.status, liar.code(response)) == (400, "not_your_journal")
    assert own.size == 1


def test_a_party_opens_only_so_many_journals(liar: Any) -> None:
    answers = []
    for number in range(GENERATIONS_MAX + 1):
        origin = f"COAST/FIRES-2020/{number:016x}"
        envelope = liar.seal(liar.statement("OPN", liar.opening(), seq=0, origin=origin))
        answers.append(liar.post(envelope, seq=0, origin=origin))
    assert [one.status for one in answers] == [200] * (GENERATIONS_MAX - 1) + [400] * 2
    assert liar.code(answers[-1]) == "too_many_journals"


@pytest.mark.parametrize(("code", "expected"), [("LCK", "not_opened"), ("OPN", "other_memorandum")])
def test_a_journal_begins_with_an_opening_under_the_memorandum_in_force(
    honest: Any, liar: Any, code: str, expected: str
) -> None:
    """Or `record verify` would later find our own export wanting, for what a liar wrote."""
    body = CHECK if code == "LCK" else msgspec.structs.replace(liar.opening(), identity=Digest("0" * 64))
    origin = "COAST/FIRES-2020/00000000000000ee"
    response = liar.post(liar.seal(liar.statement(code, body, seq=0, origin=origin)), seq=0, origin=origin)
    assert (response.status, liar.code(response)) == (400, expected)
    assert len(honest.node.keeper.held_of(COAST)) == 1


def test_an_answer_to_another_entry_than_is_here_is_refused(honest: Any, liar: Any) -> None:
    own = honest.node.keeper.own
    wrong = Ref(origin=own.origin, seq=0, leaf=Digest("0" * 64))
    response = liar.say("ANS", Answer(answer="no", action="none"), reply_to=wrong)
    assert (response.status, liar.code(response)) == (400, "bad_reference")


# --- heads in entries


def test_a_head_that_names_more_than_our_journal_is_refused(honest: Any, liar: Any) -> None:
    head = liar.head_of_peer(size=honest.node.keeper.own.size + 1)
    response = liar.say("LCK", CHECK, heads=(head,))
    assert (response.status, liar.code(response)) == (400, "head_beyond")


@pytest.mark.parametrize("named", ["SIERRA/FIRES-2020/00", "NOBODY/FIRES-2020/00"])
def test_a_head_of_a_journal_that_cannot_be_is_refused(liar: Any, named: str) -> None:
    """A journal of ours that we never opened, or of somebody outside the memorandum."""
    response = liar.say("LCK", CHECK, heads=(Head(origin=named, size=1, root=Digest("0" * 64)),))
    assert (response.status, liar.code(response)) == (400, "head_beyond")


def test_a_head_of_its_own_journal_is_refused(liar: Any) -> None:
    response = liar.say("LCK", CHECK, heads=(Head(origin=liar.origin, size=1, root=Digest("0" * 64)),))
    assert (response.status, liar.code(response)) == (400, "bad_heads")


def test_heads_do_not_go_backwards(honest: Any, liar: Any) -> None:
    assert liar.say("LCK", CHECK, heads=(liar.head_of_peer(),)).status == 200
    assert honest.node.keeper.own.size == 2
    assert liar.say("LCK", CHECK, heads=(liar.head_of_peer(),)).status == 200
    for heads in ((), (liar.head_of_peer(size=1),)):
        response = liar.say("LCK", CHECK, heads=heads)
        assert (response.status, liar.code(response)) == (400, "heads_backwards")


def test_a_head_of_our_journal_with_another_root_is_kept_as_proof_and_disputes_the_journal(
    honest: Any, liar: Any
) -> None:
    response = liar.say("LCK", CHECK, heads=(liar.head_of_peer(root="ab" * 32),))
    assert (response.status, liar.code(response)) == (409, "fork")
    assert honest.evidence == [f"fork: {liar.origin}: heads of entry 1: came"]
    assert honest.node.state.forked == {liar.origin}


# --- forks


def forked(liar: Any) -> Any:
    """Two different signed entries at place 1."""
    assert liar.say("LCK", CHECK).status == 200
    other = liar.seal(liar.statement("LCK", msgspec.structs.replace(CHECK, text_id="t-2"), seq=1))
    return liar.post(other, seq=1)


def test_another_payload_at_a_place_is_a_fork_kept_told_and_shown(honest: Any, liar: Any) -> None:
    response = forked(liar)
    assert (response.status, liar.code(response)) == (409, "fork")
    assert honest.evidence == [f"fork: {liar.origin}: entry 1: {name}" for name in ("came", "held")]
    assert honest.node.state.forked == {liar.origin}
    assert any(liar.origin in line and "TWO PASTS" in line for line in views.warnings(honest.node.state))
    assert views.status(honest.node.state)["peers"][0]["forked"] is True
    assert any(line.startswith("fork: ") for line in honest.log)
    (told,) = [one for one in honest.said if one.code == "FRK"]
    assert msgspec.json.decode(bytes(told.body), type=Fork) == Fork(journal=liar.origin)
    assert told.to == ("coast.air",)


def test_a_forked_journal_is_cosigned_no_more_but_the_line_stays_open(honest: Any, liar: Any) -> None:
    assert liar.add_checkpoint().status == 200
    forked(liar)
    mirror = honest.node.keeper.held_of(COAST)[0]
    assert mirror.cosigned_size(SIERRA) == 1
    response = liar.add_checkpoint(old=1)
    assert (response.status, liar.code(response)) == (409, "fork")
    assert mirror.cosigned_size(SIERRA) == 1
    assert liar.say("LCK", CHECK).status == 200
    assert mirror.size == 3


def test_a_fork_is_remembered_over_a_restart(honest: Any, liar: Any, make_honest: Any) -> None:
    """From the own journal: the party's own word, FRK, is what rebuilds it."""
    forked(liar)
    liar.peer = make_honest(store=honest.store, clock=honest.clock)
    assert liar.peer.node.state.forked == {liar.origin}
    response = liar.add_checkpoint()
    assert (response.status, liar.code(response)) == (409, "fork")


def test_one_proof_of_a_fork_is_kept_and_one_statement_made_however_often_it_comes(
    honest: Any, liar: Any
) -> None:
    """A liar must not be able to fill our disk and our journal with its proofs."""
    for _ in range(5):
        forked(liar)
    assert len(honest.evidence) == 2
    assert [one.code for one in honest.said].count("FRK") == 1


def test_that_a_peer_says_we_forked_is_its_word_and_marks_nobody(honest: Any, liar: Any) -> None:
    liar.say("FRK", Fork(journal=honest.node.keeper.own.origin))
    assert not honest.node.state.forked
    assert any("says that two pasts of SIERRA" in line for line in honest.log)
    (item,) = honest.node.state.open_items.values()
    assert (item.code, item.act) == ("FRK", "acknowledge")


# --- checkpoints


def test_a_cosigned_head_is_the_receipt_and_again_the_same_one(honest: Any, liar: Any) -> None:
    first = liar.add_checkpoint()
    assert first.status == 200
    assert liar.add_checkpoint(old=1, proof=()).body == first.body


def test_mutation_a_smaller_checkpoint_is_refused(honest: Any, liar: Any) -> None:
    liar.say("LCK", CHECK)
    assert liar.add_checkpoint().status == 200
    response = liar.add_checkpoint(liar.note(size=1), old=2, proof=())
    assert (response.status, liar.code(response)) == (400, "smaller")
    assert honest.node.keeper.held_of(COAST)[0].cosigned_size(SIERRA) == 2


def test_a_signed_head_with_another_root_is_a_fork(honest: Any, liar: Any) -> None:
    response = liar.add_checkpoint(liar.note(root=root_of([leaf_hash(b"another past")])))
    assert (response.status, liar.code(response)) == (409, "fork")
    assert honest.evidence == [f"fork: {liar.origin}: checkpoint: checkpoint"]
    assert honest.node.state.forked == {liar.origin}


def test_a_head_of_more_than_is_held_is_not_cosigned(liar: Any) -> None:
    response = liar.add_checkpoint(liar.note(size=2, root=bytes(32)))
    assert (response.status, liar.code(response)) == (422, "not_held")


def test_a_wrong_old_size_is_a_conflict_and_no_fork(honest: Any, liar: Any) -> None:
    liar.add_checkpoint()
    liar.say("LCK", CHECK)
    for old in (0, 2, 999):
        response = liar.add_checkpoint(old=old, proof=())
        assert (response.status, liar.code(response)) == (409, "conflict")
    assert not honest.node.state.forked


def test_a_wrong_consistency_proof_is_refused(liar: Any) -> None:
    for _ in range(2):
        liar.say("LCK", CHECK)
    liar.add_checkpoint()
    liar.say("LCK", CHECK)
    good = tuple(Tree.of(liar.leaves).consistency_proof(3, 4))
    for proof in (
        (),
        good[:-1],
        good[::-1],
        (*good, bytes(32)),
        (bytes(31), *good[1:]),
        (bytes(32), *good[1:]),
    ):
        response = liar.add_checkpoint(old=3, proof=proof)
        assert (response.status, liar.code(response)) == (400, "bad_proof"), proof
    assert liar.add_checkpoint(old=3, proof=good).status == 200


def test_a_proof_from_nothing_is_empty(liar: Any) -> None:
    response = liar.add_checkpoint(old=0, proof=(bytes(32),))
    assert (response.status, liar.code(response)) == (400, "bad_proof")


def test_mutation_a_short_root_is_refused(liar: Any) -> None:
    note = liar.note()
    root = note.split(b"\n")[2]
    response = liar.add_checkpoint(note.replace(root, b"AAAA"))
    assert (response.status, liar.code(response)) == (400, "malformed")


def test_a_head_signed_by_another_key_is_refused(liar: Any, thief: Keys) -> None:
    for key in (thief.journal, liar.keys.statements, liar.keys.cosigner):
        response = liar.add_checkpoint(liar.note(key=key))
        assert (response.status, liar.code(response)) == (400, "signature_missing")


def test_a_head_of_our_own_journal_is_not_cosigned_for_a_peer(honest: Any, liar: Any) -> None:
    _, note = honest.node.keeper.checkpoint()
    response = liar.add_checkpoint(note)
    assert (response.status, liar.code(response)) == (422, "not_held")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 0",
        b"old 0\n\n",
        b"old -1\n\nx",
        b"old 00\n\nx",
        b"old 1e3\n\nx",
        b"old \xd9\xa1\n\nx",
        b"old 0\n%%%\n\nx",
        b"old 0\n" + b"AAAA\n" * 64 + b"\nx",
        b"\xff\xfe\n\n\x00",
    ],
)
def test_what_is_no_add_checkpoint_request_is_malformed(liar: Any, body: bytes) -> None:
    response = liar.request("POST", "/add-checkpoint", body)
    assert (response.status, liar.code(response)) == (400, "malformed")


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        ("GET", "/", 404),
        ("POST", "/hello", 404),
        ("GET", "/journal", 404),
        ("POST", "/journal/COAST/FIRES-2020/00000000000000ff/01", 400),
        ("POST", "/journal/COAST/FIRES-2020/00000000000000ff/-1", 400),
        ("POST", "/journal/COAST/FIRES-2020/00000000000000ff/" + "9" * 400, 400),
        ("POST", "/journal/COAST/FIRES-2020/00000000000000ff/\u0661", 400),
        ("GET", "/journal/COAST/FIRES-2020/00000000000000ff/9", 422),
    ],
)
def test_other_requests_get_a_status_and_change_nothing(
    honest: Any, liar: Any, method: str, target: str, status: int
) -> None:
    before = honest.node.state
    assert liar.request(method, target).status == status
    assert honest.node.state == before


def test_a_party_is_shown_its_own_entries_and_no_others(honest: Any, liar: Any) -> None:
    back = liar.request("GET", f"/journal/{liar.origin}/0").body
    assert next(envelope for envelope, _ in split_items(back)) == liar.envelopes[0]
    response = liar.request("GET", f"/journal/{honest.node.keeper.own.origin}/0")
    assert (response.status, liar.code(response)) == (422, "not_held")


# --- the rules about durability


def test_mutation_no_receipt_and_no_200_before_the_commit(
    honest: Any, liar: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(entry: StoredEntry, *, urgent: bool) -> None:
        raise DamageError("disk_full", "The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(honest.store, "append", full)
        envelope = liar.seal(liar.statement("LCK", CHECK))
        response = liar.post(envelope)
        assert (response.status, liar.code(response)) == (507, "disk_full")
        assert honest.node.keeper.held_of(COAST)[0].size == 1
        assert honest.node.state.heard_by_code == {"OPN": 1}
        assert honest.node.state.disk_is_full
        response = liar.add_checkpoint(liar.note(size=2, root=root_of([*liar.leaves, leaf_hash(envelope)])))
        assert (response.status, liar.code(response)) == (422, "not_held")
    assert liar.post(envelope).status == 200


def test_mutation_check_and_store_are_one_step(honest: Any, liar: Any) -> None:
    """A receipt that another request overtook is not stored over the newer one."""
    liar.say("LCK", CHECK)
    keeper = honest.node.keeper
    mirror = keeper.held_of(COAST)[0]
    stale = dict(mirror.cosigned)
    assert liar.add_checkpoint().status == 200
    mirror.cosigned = stale
    liar.say("LCK", CHECK)
    with pytest.raises(DamageError) as caught:
        liar.add_checkpoint()
    assert caught.value.code == "rollback"
    assert [head.size for head in honest.store.load().heads] == [2]


def test_mutation_a_leaf_is_computed_from_the_entry_and_never_taken_from_its_bringer(
    honest: Any, liar: Any
) -> None:
    liar.say("LCK", CHECK)
    mirror = honest.node.keeper.held_of(COAST)[0]
    leaves = list(mirror.tree.leaves())
    assert leaves == [leaf_hash(one) for one in mirror.envelopes]
    assert [row.leaf for row in honest.store.entries_after(0) if row.origin == liar.origin] == leaves


def test_a_store_whose_entry_was_changed_does_not_start(honest: Any, liar: Any, make_honest: Any) -> None:
    honest.store._db.exec_driver_sql("UPDATE entry SET envelope = x'00' WHERE origin LIKE 'COAST%'")
    honest.store._db.commit()
    with pytest.raises(DamageError) as caught:
        make_honest(store=honest.store, clock=honest.clock)
    assert caught.value.code == "store_damaged"


def test_other_damage_than_a_full_disk_is_never_called_one(
    honest: Any, liar: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(entry: StoredEntry, *, urgent: bool) -> None:
        raise DamageError("store_damaged", "The store cannot be used.")

    monkeypatch.setattr(honest.store, "append", broken)
    with pytest.raises(DamageError):
        liar.post(liar.seal(liar.statement("LCK", CHECK)))
    assert not honest.node.state.disk_is_full


def test_a_stranger_to_the_memorandum_has_no_journal_here(honest: Any, liar: Any) -> None:
    request = LinkRequest(method="POST", target=f"/journal/{liar.origin}/1", body=parcel(liar.envelopes[0]))
    response = honest.node.serve(PartyId("NOBODY"), request)
    assert (response.status, liar.code(response)) == (400, "not_your_journal")
