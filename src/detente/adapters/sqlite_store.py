"""The durable memory of a node in one SQLite file: WAL, synchronous=FULL, one writer, a schema version.

A commit is on the disk before any method returns. Entries and heads only ever grow: a smaller head or a
second entry at one place is refused inside the same transaction that would have written it. A small
reserve, written out in advance, is given back to the file system when an ALERT meets a full disk.
Source: SQLite documentation on WAL and `PRAGMA synchronous` (NORMAL may lose the last commits).
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from detente.errors import DamageError, OperatorError
from detente.ports import LogLine, Stored, StoredEntry, StoredHead
from detente.quantities import Digest, PartyId, UtcMs

SCHEMA_VERSION = 1
RESERVE_BYTES = 1_048_576
"""Room for a few hundred ALERTs with their signatures."""

Migration = Callable[[sa.Connection], None]

MIGRATIONS: Mapping[int, Migration] = {}
"""From version n to n + 1; each runs inside one transaction, after a copy of the whole file."""

_TABLES = sa.MetaData()

_META = sa.Table(
    "meta",
    _TABLES,
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("value", sa.String, nullable=False),
)
_ENTRY = sa.Table(
    "entry",
    _TABLES,
    sa.Column("place", sa.Integer, primary_key=True),
    sa.Column("origin", sa.String, nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("envelope", sa.LargeBinary, nullable=False),
    sa.Column("leaf", sa.LargeBinary, nullable=False),
    sa.Column("committed_ms", sa.Integer, nullable=False),
    sa.UniqueConstraint("origin", "seq"),
)
_HEAD = sa.Table(
    "head",
    _TABLES,
    sa.Column("origin", sa.String, primary_key=True),
    sa.Column("cosigner", sa.String, primary_key=True),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("root", sa.String, nullable=False),
    sa.Column("checkpoint", sa.LargeBinary, nullable=False),
    sa.Column("cosignature", sa.LargeBinary, nullable=False),
    sa.Column("committed_ms", sa.Integer, nullable=False),
)
_LOGBOOK = sa.Table(
    "logbook",
    _TABLES,
    sa.Column("line", sa.Integer, primary_key=True),
    sa.Column("at_ms", sa.Integer, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("text", sa.String, nullable=False),
    sa.Column("chain", sa.String, nullable=False),
)
_EVIDENCE = sa.Table(
    "evidence",
    _TABLES,
    sa.Column("case_no", sa.Integer, primary_key=True),
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("at_ms", sa.Integer, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)


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
        self._reserve = path.with_suffix(".reserve") if path is not None else None
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
            self.close()
            raise
        self._keep_reserve()

    def close(self) -> None:
        """Let go of the file; the WAL is folded in."""
        self._db.close()
        self._engine.dispose()

    def load(self) -> Stored:
        """Everything, entries in the order of their commits."""
        entries = [
            StoredEntry(
                origin=row.origin,
                seq=row.seq,
                envelope=row.envelope,
                leaf=row.leaf,
                committed_ms=UtcMs(row.committed_ms),
            )
            for row in self._db.execute(sa.select(_ENTRY).order_by(_ENTRY.c.place))
        ]
        heads = [
            StoredHead(
                origin=row.origin,
                cosigner=PartyId(row.cosigner),
                size=row.size,
                root=Digest(row.root),
                checkpoint=row.checkpoint,
                cosignature=row.cosignature,
                committed_ms=UtcMs(row.committed_ms),
            )
            for row in self._db.execute(sa.select(_HEAD))
        ]
        lines = self._db.execute(sa.select(sa.func.count()).select_from(_LOGBOOK)).scalar_one()
        self._db.rollback()
        return Stored(entries=entries, heads=heads, log_lines=lines)

    def append(self, entry: StoredEntry, *, urgent: bool) -> None:
        """Commit one entry; an urgent one may spend the reserve."""
        try:
            self._append(entry)
        except DamageError as why:
            if why.code != "disk_full" or not urgent or not self._spend_reserve():
                raise
            self._append(entry)

    def put_head(self, head: StoredHead, *, size_before: int) -> None:
        """Commit a head, only where the stored one still has the size that was judged."""
        same = (_HEAD.c.origin == head.origin) & (_HEAD.c.cosigner == head.cosigner)
        values = {
            "size": head.size,
            "root": head.root,
            "checkpoint": head.checkpoint,
            "cosignature": head.cosignature,
            "committed_ms": head.committed_ms,
        }
        with self._transaction():
            held = self._db.execute(sa.select(_HEAD.c.size).where(same)).scalar_one_or_none()
            if (held or 0) != size_before or head.size < size_before:
                raise DamageError(
                    "rollback",
                    f"The head of {head.origin} would go from {held or 0} to {head.size},"
                    f" judged against {size_before}; nothing was written.",
                )
            if held is None:
                self._db.execute(
                    sa.insert(_HEAD).values(origin=head.origin, cosigner=head.cosigner, **values)
                )
            else:
                self._db.execute(sa.update(_HEAD).where(same).values(**values))

    def log(self, line: LogLine) -> None:
        """Append to the logbook; each line carries the hash of all before it."""
        with self._transaction():
            last = self._db.execute(
                sa.select(_LOGBOOK.c.chain).order_by(_LOGBOOK.c.line.desc()).limit(1)
            ).scalar_one_or_none()
            self._db.execute(
                sa.insert(_LOGBOOK).values(
                    at_ms=line.at_ms, kind=line.kind, text=line.text, chain=_chain(last or "", line)
                )
            )

    def log_tail(self, count: int) -> Sequence[LogLine]:
        """The newest lines, oldest first."""
        rows = self._db.execute(sa.select(_LOGBOOK).order_by(_LOGBOOK.c.line.desc()).limit(count)).all()
        self._db.rollback()
        return [LogLine(at_ms=UtcMs(row.at_ms), kind=row.kind, text=row.text) for row in reversed(rows)]

    def keep_evidence(self, *, at_ms: UtcMs, kind: str, files: Mapping[str, bytes]) -> None:
        """Keep for ever what proves that a peer broke a rule."""
        with self._transaction():
            last = self._db.execute(sa.select(sa.func.max(_EVIDENCE.c.case_no))).scalar_one()
            for name, content in files.items():
                self._db.execute(
                    sa.insert(_EVIDENCE).values(
                        case_no=(last or 0) + 1, name=name, at_ms=at_ms, kind=kind, content=content
                    )
                )

    def faults(self) -> tuple[str, ...]:
        """What is wrong with the file or the logbook's chain; empty where nothing is."""
        found = [
            f"SQLite reports: {row[0]}"
            for row in self._db.exec_driver_sql("PRAGMA integrity_check")
            if row[0] != "ok"
        ]
        chain = ""
        for row in self._db.execute(sa.select(_LOGBOOK).order_by(_LOGBOOK.c.line)):
            line = LogLine(at_ms=UtcMs(row.at_ms), kind=row.kind, text=row.text)
            chain = _chain(chain, line)
            if chain != row.chain:
                found.append(f"Line {row.line} of the logbook was changed after it was written.")
                break
        self._db.rollback()
        return tuple(found)

    @property
    def reserve_is_whole(self) -> bool:
        """Whether the room kept for ALERTs is still there."""
        reserve = self._reserve
        return reserve is None or (reserve.exists() and reserve.stat().st_size == RESERVE_BYTES)

    def _append(self, entry: StoredEntry) -> None:
        with self._transaction():
            end = self._db.execute(
                sa.select(sa.func.coalesce(sa.func.max(_ENTRY.c.seq) + 1, 0)).where(
                    _ENTRY.c.origin == entry.origin
                )
            ).scalar_one()
            if entry.seq != end:
                raise DamageError(
                    "rollback", f"Entry {entry.seq} of {entry.origin} does not follow: the journal has {end}."
                )
            self._db.execute(
                sa.insert(_ENTRY).values(
                    origin=entry.origin,
                    seq=entry.seq,
                    envelope=entry.envelope,
                    leaf=entry.leaf,
                    committed_ms=entry.committed_ms,
                )
            )

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
            _TABLES.create_all(self._db)
            self._db.execute(sa.insert(_META).values(key="schema_version", value=str(version)))
            self._db.commit()
            return
        stored = int(
            self._db.execute(sa.select(_META.c.value).where(_META.c.key == "schema_version")).scalar_one()
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
                    sa.update(_META).where(_META.c.key == "schema_version").values(value=str(step + 1))
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

    def _keep_reserve(self) -> None:
        if self._reserve is None or self.reserve_is_whole:
            return
        try:
            self._reserve.write_bytes(hashlib.shake_256(b"reserve").digest(RESERVE_BYTES))
        except OSError:
            self._reserve.unlink(missing_ok=True)

    def _spend_reserve(self) -> bool:
        if self._reserve is None or not self._reserve.exists():
            return False
        self._reserve.unlink()
        return True


def _set_pragmas(connection: sqlite3.Connection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA busy_timeout=5000")
    cursor.close()


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
