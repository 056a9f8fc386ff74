"""What every store promises: SQLite in a file or in memory, a PostgreSQL server, and the disk of the simulation."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from detente.adapters.postgres_store import PostgresStore
from detente.adapters.postgres_url import parse_postgres_url
from detente.adapters.sql_store import SqlStore
from detente.adapters.sqlite_store import SqliteStore
from detente.errors import DamageError
from detente.exercise.played_disk import PlayedDisk
from detente.ports import LogLine, Snapshot, StoredEntry, StoredHead
from detente.quantities import Digest, PartyId, UtcMs

ONE, OTHER = "ALFA/EX-1/0011223344556677", "BRAVO/EX-1/0011223344556677"

AnyStore = SqlStore | PlayedDisk


def entry(seq: int, origin: str = ONE) -> StoredEntry:
    return StoredEntry(
        origin=origin,
        seq=seq,
        envelope=f"{origin} {seq}".encode(),
        leaf=bytes([seq % 256]) * 32,
        committed_ms=UtcMs(seq),
    )


def head(size: int, cosigner: str = "BRAVO") -> StoredHead:
    return StoredHead(
        origin=ONE,
        cosigner=PartyId(cosigner),
        size=size,
        root=Digest("0" * 64),
        checkpoint=b"note",
        cosignature=b"lines",
        committed_ms=UtcMs(1),
        signed_ms=UtcMs(size),
    )


@pytest.fixture(params=["file", "memory", "postgresql", "played"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AnyStore]:
    opened: AnyStore
    match request.param:
        case "file":
            opened = SqliteStore(tmp_path / "record.sqlite")
        case "memory":
            opened = SqliteStore(None)
        case "postgresql":
            server = request.getfixturevalue("postgres_server")
            address = parse_postgres_url(server.url(server.emptied()))
            opened = PostgresStore(address, mark=tmp_path / "record.mark")
        case _:
            opened = PlayedDisk(random.Random(1))
    yield opened
    opened.close()


def test_a_new_store_holds_nothing_and_is_no_copy(store: AnyStore) -> None:
    stored = store.load()
    assert (stored.journals, stored.heads, stored.early, stored.place) == ([], [], [], 0)
    assert (stored.snapshot, stored.may_be_a_copy) == (None, False)
    assert list(store.entries_after(0)) == list(store.lasting()) == list(store.log_tail(5)) == []


def test_entries_come_back_in_the_order_of_their_commits(store: AnyStore) -> None:
    kept = [entry(0), entry(0, OTHER), entry(1), entry(1, OTHER), entry(2)]
    for one in kept:
        store.append(one, urgent=False)
    assert list(store.entries_after(0)) == kept
    assert list(store.entries_after(3)) == kept[3:]
    assert list(store.entries_after(99)) == []
    assert store.load().place == 5


def test_a_range_of_one_journal_is_given_as_far_as_it_is_there(store: AnyStore) -> None:
    for seq in range(4):
        store.append(entry(seq), entry(seq, OTHER), urgent=False)
    assert [one.seq for one in store.entries(ONE, 1, 3)] == [1, 2]
    assert [one.seq for one in store.entries(ONE, 2, 99)] == [2, 3]
    assert list(store.entries(ONE, 4, 99)) == list(store.entries("nobody", 0, 9)) == []


def test_leaves_are_loaded_for_each_journal_in_the_order_in_which_it_was_begun(store: AnyStore) -> None:
    store.append(entry(0, OTHER), urgent=False)
    store.append(entry(0), entry(1), urgent=False)
    assert [(one.origin, one.leaves) for one in store.load().journals] == [
        (OTHER, bytes(32)),
        (ONE, bytes(32) + b"\1" * 32),
    ]


@pytest.mark.parametrize("seq", [0, 2, 5])
def test_an_entry_is_neither_replaced_nor_leaves_a_gap(store: AnyStore, seq: int) -> None:
    store.append(entry(0), urgent=False)
    with pytest.raises(DamageError) as caught:
        store.append(entry(seq), urgent=False)
    assert caught.value.code == "rollback"
    assert list(store.entries_after(0)) == [entry(0)]


def test_entries_given_together_are_all_there_or_none(store: AnyStore) -> None:
    store.append(entry(0), urgent=False)
    with pytest.raises(DamageError):
        store.append(entry(1), entry(2), entry(4), urgent=True)
    assert list(store.entries_after(0)) == [entry(0)]
    store.append(entry(1), entry(2), entry(3), urgent=False)
    assert len(list(store.entries_after(0))) == 4


def test_what_lasts_is_given_alone(store: AnyStore) -> None:
    lasting = replace(entry(1), lasts=True)
    store.append(entry(0), lasting, entry(2), urgent=False)
    assert list(store.lasting()) == [lasting]


def test_a_head_grows_only_from_the_size_that_was_judged(store: AnyStore) -> None:
    """Check and store apart would let two requests roll the record back."""
    store.append(entry(0), urgent=False)
    store.put_head(head(3), size_before=0)
    for size, before in ((2, 3), (5, 0), (5, 2)):
        with pytest.raises(DamageError) as caught:
            store.put_head(head(size), size_before=before)
        assert caught.value.code == "rollback"
    store.put_head(head(5), size_before=3)
    assert list(store.load().heads) == [head(5)]


def test_each_cosigner_has_a_head_of_its_own(store: AnyStore) -> None:
    store.append(entry(0), urgent=False)
    store.put_head(head(3), size_before=0)
    store.put_head(head(1, "CHARLIE"), size_before=0)
    assert {one.cosigner: one.size for one in store.load().heads} == {"BRAVO": 3, "CHARLIE": 1}


def test_of_two_that_came_early_to_one_place_the_first_stands(store: AnyStore) -> None:
    store.keep_early(entry(7), b"first")
    store.keep_early(replace(entry(7), leaf=b"x" * 32), b"second")
    store.keep_early(entry(8), b"third")
    early = sorted(store.load().early, key=lambda one: one[0].seq)
    assert [(one.seq, one.leaf[:1], note) for one, note in early] == [
        (7, b"\7", b"first"),
        (8, b"\10", b"third"),
    ]


def test_each_case_of_evidence_is_named_once_the_oldest_first(store: AnyStore) -> None:
    assert list(store.evidence_kinds()) == []
    store.keep_evidence(at_ms=UtcMs(1), kind="fork: A/M/0: entry 3", files={"held": b"1", "came": b"2"})
    store.keep_evidence(at_ms=UtcMs(2), kind="another", files={"what": b"3"})
    assert list(store.evidence_kinds()) == ["fork: A/M/0: entry 3", "another"]


def test_the_newest_snapshot_stands(store: AnyStore) -> None:
    store.put_snapshot(Snapshot(place=1, data=b"one"))
    store.put_snapshot(Snapshot(place=2, data=b"two"))
    assert store.load().snapshot == Snapshot(place=2, data=b"two")


def test_the_newest_log_lines_are_given_oldest_first(store: AnyStore) -> None:
    lines = [LogLine(at_ms=UtcMs(n), kind="refused", text=f"line {n}") for n in range(4)]
    for line in lines:
        store.log(line)
    assert list(store.log_tail(2)) == lines[2:]
    assert list(store.log_tail(9)) == lines
    assert list(store.log_tail(0)) == []


def test_evidence_is_kept_beside_what_was_kept_before(store: AnyStore) -> None:
    for _ in range(2):
        store.keep_evidence(at_ms=UtcMs(1), kind="fork", files={"held": b"a", "came": b"b"})
    if isinstance(store, PlayedDisk):
        assert [case.files for case in store.evidence] == [{"held": b"a", "came": b"b"}] * 2
