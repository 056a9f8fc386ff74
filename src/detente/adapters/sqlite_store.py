"""The durable memory of a node in one SQLite file: WAL, synchronous=FULL, one writer, a schema version.

A small reserve, written out in advance, is given back to the file system when an ALERT meets a full disk.
Source: SQLite documentation on WAL and `PRAGMA synchronous` (NORMAL may lose the last commits).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from detente.adapters.mark import Mark
from detente.adapters.reserve import Reserve
from detente.adapters.sql_store import SqlStore, T, place_of
from detente.adapters.sqlite_schema import MIGRATIONS, Migration
from detente.adapters.store_tables import META, SCHEMA_VERSION, TABLES
from detente.errors import DamageError, OperatorError
from detente.ports import StoredEntry

_INSERT = (
    "INSERT INTO entry (place, origin, seq, leaf, committed_ms, lasts, envelope) VALUES (?, ?, ?, ?, ?, ?, ?)"
)


class SqliteStore(SqlStore):
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
        self._last_place = self._read(place_of)
        self._mark = Mark(
            path.with_suffix(".mark") if path is not None else None,
            identity=f"{path.stat().st_ino if path is not None else 0:020d}",
            place=self._last_place,
        )
        self.reserve.keep()

    def close(self) -> None:
        """Let go of the file; the WAL is folded in."""
        self._mark.close()
        self._db.close()
        self._engine.dispose()

    def faults(self) -> tuple[str, ...]:
        """What is wrong with the file, the entries' order or the logbook's chain; empty where nothing is."""
        told = self._read(lambda db: db.exec_driver_sql("PRAGMA integrity_check").scalars().all())
        return (*(f"SQLite reports: {line}" for line in told if line != "ok"), *super().faults())

    def _read(self, ask: Callable[[sa.Connection], T]) -> T:
        try:
            return ask(self._db)
        except sa.exc.DatabaseError as why:
            raise _damage_of(why, self._path) from why
        finally:
            self._db.rollback()

    def _write(self, act: Callable[[sa.Connection], None]) -> None:
        with self._transaction():
            act(self._db)

    def _insert(self, db: sa.Connection, entries: Sequence[StoredEntry], first_place: int) -> None:
        rows = [
            (place, one.origin, one.seq, one.leaf, one.committed_ms, one.lasts, one.envelope)
            for place, one in enumerate(entries, first_place)
        ]
        db.exec_driver_sql(_INSERT, rows)

    def _spend_reserve(self) -> bool:
        return self.reserve.spend()

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
