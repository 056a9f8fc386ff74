"""The store: durable, only growing, honest about a full disk, and careful with other versions."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from store_rows import ORIGIN, head

from detente.adapters.reserve import RESERVE_BYTES
from detente.adapters.sqlite_store import SqliteStore
from detente.adapters.store_tables import SCHEMA_VERSION
from detente.errors import DamageError, OperatorError
from detente.ports import LogLine, StoredEntry
from detente.quantities import UtcMs


def entry(seq: int, size: int = 100) -> StoredEntry:
    return StoredEntry(
        origin=ORIGIN, seq=seq, envelope=bytes([seq % 256]) * size, leaf=b"l" * 32, committed_ms=UtcMs(seq)
    )


@pytest.fixture(params=["file", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(tmp_path / "record.sqlite" if request.param == "file" else None)
    yield opened
    opened.close()


def test_what_was_appended_is_loaded_in_the_order_of_commits(store: SqliteStore) -> None:
    for seq in range(3):
        store.append(entry(seq), urgent=False)
    assert [row.seq for row in list(store.entries_after(0))] == [0, 1, 2]


@pytest.mark.parametrize("seq", [0, 2, 5])
def test_an_entry_is_neither_replaced_nor_leaves_a_gap(store: SqliteStore, seq: int) -> None:
    store.append(entry(0), urgent=False)
    with pytest.raises(DamageError) as caught:
        store.append(entry(seq), urgent=False)
    assert caught.value.code == "rollback"
    assert len(list(store.entries_after(0))) == 1


def test_a_head_grows_only_from_the_size_that_was_judged(store: SqliteStore) -> None:
    """Check and store apart would let two requests roll the record back."""
    store.put_head(head(3), size_before=0)
    for size, before in ((2, 3), (5, 0), (5, 2)):
        with pytest.raises(DamageError):
            store.put_head(head(size), size_before=before)
    store.put_head(head(5), size_before=3)
    assert [row.size for row in store.load().heads] == [5]


def test_a_changed_logbook_line_is_found(tmp_path: Path) -> None:
    path = tmp_path / "record.sqlite"
    store = SqliteStore(path)
    for n in range(3):
        store.log(LogLine(at_ms=UtcMs(n), kind="refused", text=f"line {n}"))
    assert store.faults() == ()
    assert [line.text for line in store.log_tail(2)] == ["line 1", "line 2"]
    store.close()
    with sqlite3.connect(path) as raw:
        raw.execute("update logbook set text = 'nothing happened' where line = 2")
    raw.close()
    store = SqliteStore(path)
    assert "Line 2" in store.faults()[0]
    store.close()


def test_evidence_is_kept(store: SqliteStore) -> None:
    store.keep_evidence(at_ms=UtcMs(1), kind="fork", files={"held": b"a", "came": b"b"})


def test_a_full_file_is_named_and_loses_nothing(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "record.sqlite", pages_max=20)
    kept = 0
    with pytest.raises(DamageError) as caught:
        for seq in range(100):
            store.append(entry(seq, size=3000), urgent=False)
            kept += 1
    assert caught.value.code == "disk_full"
    assert len(list(store.entries_after(0))) == kept > 0
    store.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 4 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("mounting a small tmpfs needs root: the full disk is tested by page count only")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"tmpfs cannot be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_on_a_full_disk_only_an_alert_is_committed_from_the_reserve(small_disk: Path) -> None:
    store = SqliteStore(small_disk / "record.sqlite")
    assert store.reserve.is_whole
    store.append(entry(0), urgent=False)
    (small_disk / "filler").write_bytes(b"")
    with (small_disk / "filler").open("ab") as filler:
        free = os.statvfs(small_disk)
        filler.write(b"x" * (free.f_bavail * free.f_frsize))
    with pytest.raises(DamageError) as caught:
        for seq in range(1, 2000):
            store.append(entry(seq, size=20_000), urgent=False)
    assert caught.value.code == "disk_full"
    size = len(list(store.entries_after(0)))
    store.append(entry(size, size=8000), urgent=True)
    assert not store.reserve.is_whole
    assert [row.seq for row in list(store.entries_after(0))] == list(range(size + 1))
    (small_disk / "filler").unlink()
    store.append(entry(size + 1), urgent=False)
    store.close()
    again = SqliteStore(small_disk / "record.sqlite")
    assert len(list(again.entries_after(0))) == size + 2
    assert (small_disk / "record.reserve").stat().st_size == RESERVE_BYTES
    again.close()


def test_a_newer_program_migrates_after_a_copy_and_an_older_one_refuses(tmp_path: Path) -> None:
    path = tmp_path / "record.sqlite"
    store = SqliteStore(path)
    store.append(entry(0), urgent=False)
    store.close()

    def add_a_column(db: sa.Connection) -> None:
        db.exec_driver_sql("alter table logbook add column place text")

    newer = SqliteStore(path, version=SCHEMA_VERSION + 1, migrations={SCHEMA_VERSION: add_a_column})
    assert len(list(newer.entries_after(0))) == 1
    newer.close()
    assert (tmp_path / "record.schema-2.copy").exists()
    with pytest.raises(OperatorError) as caught:
        SqliteStore(path)
    assert caught.value.code == "store_is_newer"
    SqliteStore(tmp_path / "record.schema-2.copy").close()


def test_a_migration_that_fails_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "record.sqlite"
    SqliteStore(path).close()

    def fail(db: sa.Connection) -> None:
        db.exec_driver_sql("alter table nothing add column place text")

    with pytest.raises(DamageError):
        SqliteStore(path, version=SCHEMA_VERSION + 1, migrations={SCHEMA_VERSION: fail})
    SqliteStore(path).close()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "record.sqlite"
    path.write_bytes(b"not a database at all, but long enough to be read as one" * 20)
    with pytest.raises(DamageError) as caught:
        SqliteStore(path)
    assert str(path) in caught.value.message


def test_a_file_of_the_first_schema_is_brought_over_whole(tmp_path: Path) -> None:
    path = tmp_path / "record.sqlite"
    store = SqliteStore(path)
    for seq in range(300):
        store.append(entry(seq), urgent=False)
    before = list(store.entries_after(0))
    store.close()
    old = sqlite3.connect(path)
    old.executescript(
        "CREATE TABLE entry_1 (place INTEGER PRIMARY KEY, origin VARCHAR NOT NULL, seq INTEGER NOT NULL,"
        " envelope BLOB NOT NULL, leaf BLOB NOT NULL, committed_ms INTEGER NOT NULL, UNIQUE (origin, seq));"
        "INSERT INTO entry_1 SELECT place, origin, seq, envelope, leaf, committed_ms FROM entry;"
        "DROP TABLE entry; DROP TABLE tile; DROP TABLE early; DROP TABLE snapshot; DROP TABLE receipt;"
        "ALTER TABLE head DROP COLUMN signed_ms;"
        "ALTER TABLE entry_1 RENAME TO entry; UPDATE meta SET value = '1' WHERE key = 'schema_version';"
    )
    old.close()
    newer = SqliteStore(path)
    assert [replace(one, lasts=False) for one in newer.entries_after(0)] == before
    assert newer.load().journals[0].leaves == b"l" * 32 * 300
    newer.close()


def test_a_copy_put_in_place_of_the_file_shows(tmp_path: Path) -> None:
    """Its owner may have signed more than it holds: only the peers know."""
    path = tmp_path / "record.sqlite"
    store = SqliteStore(path)
    store.append(entry(0), urgent=False)
    store.close()
    backup = path.read_bytes()
    store = SqliteStore(path)
    assert not store.load().may_be_a_copy
    store.append(entry(1), urgent=False)
    store.close()
    path.write_bytes(backup)  # the same file, an older content
    store = SqliteStore(path)
    assert store.load().may_be_a_copy
    store.append(entry(1), urgent=False)
    store.close()
    store = SqliteStore(path)
    assert store.load().may_be_a_copy, "what was heard since does not settle it"
    store.trust()
    store.close()
    moved = tmp_path / "moved.sqlite"
    moved.write_bytes(path.read_bytes())
    moved.replace(path)  # another file, the same content
    store = SqliteStore(path)
    assert store.load().may_be_a_copy
    store.close()
