"""The durable memory of a node in one SQLite file: WAL, synchronous=FULL, one writer, a schema version.

A commit is on the disk before any method returns. Entries and heads only ever grow: a smaller head or a
second entry at one place is refused inside the same transaction that would have written it. A small
reserve, written out in advance, is given back to the file system when an ALERT meets a full disk.
Source: SQLite documentation on WAL and `PRAGMA synchronous` (NORMAL may lose the last commits).
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from detente.adapters.mark import Mark
from detente.adapters.reserve import Reserve
from detente.adapters.sqlite_schema import (
    EARLY,
    ENTRY,
    EVIDENCE,
    HEAD,
    LOGBOOK,
    META,
    MIGRATIONS,
    RECEIPT,
    SCHEMA_VERSION,
    SNAPSHOT,
    TABLES,
    TILE_WIDTH,
    Migration,
    write_tile,
)
from detente.errors import DamageError, OperatorError
from detente.ports import LogLine, Snapshot, Stored, StoredEntry, StoredHead, StoredJournal, StoredReceipt
from detente.quantities import Digest, PartyId, UtcMs


class SqliteStore:
    """The `Store` port over one file.

    Args:
        path: the database file; made where absent. None keeps everything in memory, for simulated worlds.
        migrations: only tests give their own.
        pages_max: limits the file for tests of a full disk; None = the disk's own limit.
    """

    def __init__(
        self,
        path: Path | None,
        *,
        version: int = SCHEMA_VERSION,
        migrations: Mapping[int, Migration] = MIGRATIONS,
        pages_max: int | None = None,
    ) -> None:
        self._path = path
        self.reserve = Reserve(path)
        self._engine = sa.create_engine(f"sqlite:///{path or ':memory:'}", poolclass=sa.pool.StaticPool)
        sa.event.listen(self._engine, "connect", _set_pragmas)
        try:
            self._db = self._engine.connect()
            self._prepare(version, migrations)
            if pages_max is not None:
                self._db.exec_driver_sql(f"PRAGMA max_page_count={int(pages_max)}")
                self._db.commit()
        except sa.exc.DatabaseError as why:
            self._engine.dispose()
            raise _damage_of(why, path) from why
        except Exception:
            self._db.close()
            self._engine.dispose()
            raise
        self._last_place = self._place()
        self._mark = Mark(path, place=self._last_place)
        self.reserve.keep()

    def close(self) -> None:
        """Let go of the file; the WAL is folded in."""
        self._mark.close()
        self._db.close()
        self._engine.dispose()

    def load(self) -> Stored:
        """What there is, but for the envelopes."""
        origins = (
            self._db.exec_driver_sql("SELECT origin FROM entry WHERE seq = 0 ORDER BY place").scalars().all()
        )
        heads = [
            StoredHead(
                origin=row.origin,
                cosigner=PartyId(row.cosigner),
                size=row.size,
                root=Digest(row.root),
                checkpoint=row.checkpoint,
                cosignature=row.cosignature,
                committed_ms=UtcMs(row.committed_ms),
                signed_ms=UtcMs(row.signed_ms),
            )
            for row in self._db.execute(sa.select(HEAD))
        ]
        early = [(_entry_of(row), row.checkpoint) for row in self._db.execute(sa.select(EARLY))]
        row = self._db.execute(sa.select(SNAPSHOT)).one_or_none()
        stored = Stored(
            journals=[StoredJournal(origin=origin, leaves=self._leaves_of(origin)) for origin in origins],
            heads=heads,
            early=early,
            place=self._place(),
            snapshot=Snapshot(place=row.place, data=row.data) if row is not None else None,
            may_be_a_copy=self._mark.is_doubtful,
        )
        self._db.rollback()
        return stored

    def entries_after(self, place: int) -> Iterator[StoredEntry]:
        """Every entry but the first `place`, in the order of the commits; a few hundred at a time."""
        while True:
            rows = self._db.execute(
                sa.select(ENTRY).where(ENTRY.c.place > place).order_by(ENTRY.c.place).limit(TILE_WIDTH)
            ).all()
            self._db.rollback()
            if not rows:
                return
            yield from map(_entry_of, rows)
            place = rows[-1].place

    def lasting(self) -> Sequence[StoredEntry]:
        """Every entry that lasts, in the order of the commits."""
        rows = self._db.execute(sa.select(ENTRY).where(ENTRY.c.lasts).order_by(ENTRY.c.place)).all()
        self._db.rollback()
        return [_entry_of(row) for row in rows]

    def entries(self, origin: str, start: int, stop: int) -> Sequence[StoredEntry]:
        """Entries `start` to `stop` of one journal, as far as they are there."""
        rows = self._db.execute(
            sa.select(ENTRY)
            .where((ENTRY.c.origin == origin) & (ENTRY.c.seq >= start) & (ENTRY.c.seq < stop))
            .order_by(ENTRY.c.seq)
        ).all()
        self._db.rollback()
        return [_entry_of(row) for row in rows]

    def append(self, *entries: StoredEntry, urgent: bool) -> None:
        """Commit entries together; an urgent one may spend the reserve."""
        try:
            self._append(entries)
        except DamageError as why:
            if why.code != "disk_full" or not urgent or not self.reserve.spend():
                raise
            self._append(entries)

    def keep_early(self, entry: StoredEntry, checkpoint: bytes) -> None:
        """Commit an ALERT that came ahead of the entries before it; it may spend the reserve."""
        try:
            self._keep_early(entry, checkpoint)
        except DamageError as why:
            if why.code != "disk_full" or not self.reserve.spend():
                raise
            self._keep_early(entry, checkpoint)

    def put_snapshot(self, snapshot: Snapshot) -> None:
        """Keep the newest state; an older one is let go."""
        with self._transaction():
            self._db.execute(sa.delete(SNAPSHOT))
            self._db.execute(sa.insert(SNAPSHOT).values(only=1, place=snapshot.place, data=snapshot.data))

    def trust(self) -> None:
        """The peers have shown what they hold of our journal."""
        self._mark.trust()
        self._mark.move(self._last_place)

    def put_head(self, head: StoredHead, *, size_before: int) -> None:
        """Commit a head, only where the stored one still has the size that was judged."""
        same = (HEAD.c.origin == head.origin) & (HEAD.c.cosigner == head.cosigner)
        values = {
            "size": head.size,
            "root": head.root,
            "checkpoint": head.checkpoint,
            "cosignature": head.cosignature,
            "committed_ms": head.committed_ms,
            "signed_ms": head.signed_ms,
        }
        with self._transaction():
            held = self._db.execute(sa.select(HEAD.c.size).where(same)).scalar_one_or_none()
            if (held or 0) != size_before or head.size < size_before:
                raise DamageError(
                    "rollback",
                    f"The head of {head.origin} would go from {held or 0} to {head.size},"
                    f" judged against {size_before}; nothing was written.",
                )
            if held is None:
                self._db.execute(sa.insert(HEAD).values(origin=head.origin, cosigner=head.cosigner, **values))
            else:
                self._db.execute(sa.update(HEAD).where(same).values(**values))
            self._db.execute(
                sa.insert(RECEIPT).values(
                    place=self._last_place,
                    origin=head.origin,
                    cosigner=head.cosigner,
                    size=head.size,
                    signed_ms=head.signed_ms,
                )
            )

    def receipts_from(self, place: int) -> Sequence[StoredReceipt]:
        """Every receipt since `place` entries were committed, in the order of the commits."""
        rows = self._db.execute(
            sa.select(RECEIPT).where(RECEIPT.c.place >= place).order_by(RECEIPT.c.number)
        ).all()
        self._db.rollback()
        return [
            StoredReceipt(
                origin=row.origin,
                cosigner=PartyId(row.cosigner),
                size=row.size,
                signed_ms=UtcMs(row.signed_ms),
                place=row.place,
            )
            for row in rows
        ]

    def log(self, line: LogLine) -> None:
        """Append to the logbook; each line carries the hash of all before it."""
        with self._transaction():
            last = self._db.execute(
                sa.select(LOGBOOK.c.chain).order_by(LOGBOOK.c.line.desc()).limit(1)
            ).scalar_one_or_none()
            self._db.execute(
                sa.insert(LOGBOOK).values(
                    at_ms=line.at_ms, kind=line.kind, text=line.text, chain=_chain(last or "", line)
                )
            )

    def log_tail(self, count: int) -> Sequence[LogLine]:
        """The newest lines, oldest first."""
        rows = self._db.execute(sa.select(LOGBOOK).order_by(LOGBOOK.c.line.desc()).limit(count)).all()
        self._db.rollback()
        return [LogLine(at_ms=UtcMs(row.at_ms), kind=row.kind, text=row.text) for row in reversed(rows)]

    def keep_evidence(self, *, at_ms: UtcMs, kind: str, files: Mapping[str, bytes]) -> None:
        """Keep for ever what proves that a peer broke a rule."""
        with self._transaction():
            last = self._db.execute(sa.select(sa.func.max(EVIDENCE.c.case_no))).scalar_one()
            for name, content in files.items():
                self._db.execute(
                    sa.insert(EVIDENCE).values(
                        case_no=(last or 0) + 1, name=name, at_ms=at_ms, kind=kind, content=content
                    )
                )

    def evidence_kinds(self) -> Sequence[str]:
        """What was kept as evidence, the oldest first."""
        rows = self._db.execute(
            sa.select(EVIDENCE.c.case_no, EVIDENCE.c.kind).distinct().order_by(EVIDENCE.c.case_no)
        )
        return [row.kind for row in rows]

    def faults(self) -> tuple[str, ...]:
        """What is wrong with the file or the logbook's chain; empty where nothing is."""
        found = [
            f"SQLite reports: {row[0]}"
            for row in self._db.exec_driver_sql("PRAGMA integrity_check")
            if row[0] != "ok"
        ]
        chain = ""
        for row in self._db.execute(sa.select(LOGBOOK).order_by(LOGBOOK.c.line)):
            line = LogLine(at_ms=UtcMs(row.at_ms), kind=row.kind, text=row.text)
            chain = _chain(chain, line)
            if chain != row.chain:
                found.append(f"Line {row.line} of the logbook was changed after it was written.")
                break
        self._db.rollback()
        return tuple(found)

    def _append(self, entries: Sequence[StoredEntry]) -> None:
        with self._transaction():
            for entry in entries:
                self._insert(entry)
        self._mark.move(self._last_place)

    def _insert(self, entry: StoredEntry) -> None:
        """One statement compares and inserts, so that nothing can come between; 0.1 ms less than two."""
        done = self._db.exec_driver_sql(
            "INSERT INTO entry (origin, seq, leaf, committed_ms, lasts, envelope) SELECT ?1, ?2, ?3, ?4, ?5, ?6"
            " WHERE ?2 = (SELECT coalesce(max(seq) + 1, 0) FROM entry WHERE origin = ?1)",
            (entry.origin, entry.seq, entry.leaf, entry.committed_ms, entry.lasts, entry.envelope),
        )
        if done.rowcount != 1:
            raise DamageError(
                "rollback", f"Entry {entry.seq} of {entry.origin} does not follow in the store."
            )
        self._last_place = done.lastrowid
        if entry.seq % TILE_WIDTH == TILE_WIDTH - 1:
            write_tile(self._db, entry.origin, entry.seq)

    def _keep_early(self, entry: StoredEntry, checkpoint: bytes) -> None:
        with self._transaction():
            self._db.exec_driver_sql(
                "INSERT OR IGNORE INTO early (origin, seq, leaf, committed_ms, envelope, checkpoint)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (entry.origin, entry.seq, entry.leaf, entry.committed_ms, entry.envelope, checkpoint),
            )

    def _leaves_of(self, origin: str) -> bytes:
        tiles = self._db.exec_driver_sql(
            "SELECT leaves FROM tile WHERE origin = ? ORDER BY number", (origin,)
        )
        whole = b"".join(row[0] for row in tiles)
        rest = self._db.exec_driver_sql(
            "SELECT leaf FROM entry WHERE origin = ? AND seq >= ? ORDER BY seq", (origin, len(whole) // 32)
        )
        return whole + b"".join(row[0] for row in rest)

    def _place(self) -> int:
        return int(self._db.exec_driver_sql("SELECT coalesce(max(place), 0) FROM entry").scalar_one())

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            yield
            self._db.commit()
        except sa.exc.DatabaseError as why:
            self._db.rollback()
            raise _damage_of(why, self._path) from why
        except Exception:
            self._db.rollback()
            raise

    def _prepare(self, version: int, migrations: Mapping[int, Migration]) -> None:
        if not sa.inspect(self._db).has_table("meta"):
            TABLES.create_all(self._db)
            self._db.execute(sa.insert(META).values(key="schema_version", value=str(version)))
            self._db.commit()
            return
        stored = int(
            self._db.execute(sa.select(META.c.value).where(META.c.key == "schema_version")).scalar_one()
        )
        if stored > version:
            raise OperatorError(
                "store_is_newer",
                f"The store {self._path} has schema {stored}; this program knows up to {version}.",
                cure="Run the newer program, or restore the copy that it made before it migrated.",
            )
        for step in range(stored, version):
            self._db.rollback()
            if self._path is not None:
                self._copy(self._path.with_suffix(f".schema-{step}.copy"))
            with self._transaction():
                migrations[step](self._db)
                self._db.execute(
                    sa.update(META).where(META.c.key == "schema_version").values(value=str(step + 1))
                )
        self._db.rollback()

    def _copy(self, target: Path) -> None:
        source = self._db.connection.driver_connection
        assert isinstance(source, sqlite3.Connection)
        copy = sqlite3.connect(target)
        try:
            source.backup(copy)
        finally:
            copy.close()


def _set_pragmas(connection: sqlite3.Connection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA busy_timeout=5000")
    cursor.close()


def _entry_of(row: sa.Row[Any]) -> StoredEntry:
    return StoredEntry(
        origin=row.origin,
        seq=row.seq,
        envelope=row.envelope,
        leaf=row.leaf,
        committed_ms=UtcMs(row.committed_ms),
        lasts=getattr(row, "lasts", False),
    )


def _chain(before: str, line: LogLine) -> str:
    text = f"{before}\n{line.at_ms}\n{line.kind}\n{line.text}"
    return hashlib.sha256(text.encode()).hexdigest()


def _damage_of(why: sa.exc.DatabaseError, path: Path | None) -> DamageError:
    code = getattr(why.orig, "sqlite_errorcode", None)
    if code is not None and code & 0xFF == sqlite3.SQLITE_FULL:
        return DamageError(
            "disk_full",
            f"The disk that holds {path} is full; nothing new is signed.",
            cure="Free space; the node goes on by itself.",
        )
    return DamageError(
        "store_damaged",
        f"The store {path} cannot be used: {why.orig}.",
        cure="Stop the node, keep the file, and restore a copy; the peers hold your journal.",
    )
