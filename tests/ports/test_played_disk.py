"""The disk whose power fails: what returned is there for ever, what did not return is there whole or not at all."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from store_rows import ORIGIN, head

from detente.adapters.sqlite_store import SqliteStore
from detente.exercise.played_disk import DiskFaults, PlayedDisk, PowerCut
from detente.ports import LogLine, Snapshot, StoredEntry
from detente.quantities import UtcMs

BEFORE, AFTER = DiskFaults(cut_before=1.0), DiskFaults(cut_after=1.0)


def entry(seq: int) -> StoredEntry:
    return StoredEntry(origin=ORIGIN, seq=seq, envelope=b"e", leaf=bytes([seq]) * 32, committed_ms=UtcMs(seq))


def disk(*, synced_every: int = 1) -> PlayedDisk:
    """With three entries and a head of two in it."""
    made = PlayedDisk(random.Random(1), synced_every=synced_every)
    made.append(entry(0), entry(1), entry(2), urgent=False)
    made.put_head(head(2), size_before=0)
    return made


WRITES: dict[str, Callable[[PlayedDisk], object]] = {
    "entries": lambda one: one.append(entry(3), entry(4), urgent=True),
    "head": lambda one: one.put_head(head(3), size_before=2),
    "early": lambda one: one.keep_early(entry(9), b"note"),
    "snapshot": lambda one: one.put_snapshot(Snapshot(place=3, data=b"state")),
    "log": lambda one: one.log(LogLine(at_ms=UtcMs(1), kind="k", text="t")),
    "evidence": lambda one: one.keep_evidence(at_ms=UtcMs(1), kind="fork", files={"held": b"a"}),
}


def everything(one: PlayedDisk) -> tuple[object, ...]:
    return one.load(), list(one.entries_after(0)), list(one.log_tail(9)), list(one.evidence)


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_power_that_fails_before_the_sync_leaves_nothing_of_the_write(write: Callable[..., object]) -> None:
    one = disk()
    before = everything(one)
    one.faults = BEFORE
    with pytest.raises(PowerCut):
        write(one)
    assert everything(one) == before


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_power_that_fails_after_the_sync_leaves_all_of_it_though_nobody_was_told(
    write: Callable[..., object],
) -> None:
    told, untold = disk(), disk()
    write(told)
    untold.faults = AFTER
    with pytest.raises(PowerCut):
        write(untold)
    assert everything(untold) == everything(told)


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_what_returned_outlives_any_loss_of_power(write: Callable[..., object]) -> None:
    one = disk()
    write(one)
    before = everything(one)
    one.lose_power()
    assert everything(one) == before


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_disk_that_breaks_its_promise_loses_what_returned(write: Callable[..., object]) -> None:
    """As SQLite with synchronous=NORMAL may: only for tests that must notice it."""
    one = disk(synced_every=3)
    one.append(entry(3), urgent=False)
    kept = everything(one)
    one.append(entry(4), urgent=False)
    one.lose_power()
    assert everything(one) == kept
    fresh = disk(synced_every=99)
    write(fresh)
    fresh.lose_power()
    assert everything(fresh) == everything(PlayedDisk(random.Random(1)))


def test_no_handler_of_errors_catches_a_power_cut() -> None:
    assert not issubclass(PowerCut, Exception)


def test_a_slow_disk_says_how_long_it_took_and_only_once() -> None:
    one = disk()
    one.faults = DiskFaults(slow=1.0, slow_ms_max=50)
    one.append(entry(3), urgent=False)
    one.append(entry(4), urgent=False)
    assert 2 <= one.busy_ms() <= 100
    assert one.busy_ms() == 0


def test_a_backup_shows_that_it_is_one_until_the_peers_were_asked() -> None:
    one = disk()
    copy = one.copy()
    one.append(entry(3), urgent=False)
    stored = copy.load()
    assert (stored.place, stored.may_be_a_copy, one.load().may_be_a_copy) == (3, True, False)
    copy.trust()
    assert not copy.load().may_be_a_copy


def test_the_real_store_asks_sqlite_for_what_the_played_one_promises(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "record.sqlite")
    asked = {
        name: store._db.exec_driver_sql(f"PRAGMA {name}").scalar_one()
        for name in ("synchronous", "journal_mode")
    }
    store.close()
    assert asked == {"synchronous": 2, "journal_mode": "wal"}
