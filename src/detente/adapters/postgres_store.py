"""The durable memory of a node in a PostgreSQL database of its own: one writer, synchronous_commit, a schema version.

Many entries go in by one binary COPY, which is five times as fast as INSERT through this driver. Envelopes are
signatures for the most part, which do not compress, so they are stored as they are.
Source: PostgreSQL documentation, COPY, "Binary Format"; ALTER TABLE, SET STORAGE EXTERNAL.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from pathlib import Path

import sqlalchemy as sa

from detente.adapters.mark import Mark
from detente.adapters.postgres_session import COMMIT_KEY, PostgresSession
from detente.adapters.postgres_url import PostgresAddress
from detente.adapters.sql_store import SqlStore, T, place_of
from detente.adapters.store_tables import META, SCHEMA_VERSION, TABLES
from detente.errors import OperatorError
from detente.ports import StoredEntry

_COPY = "COPY entry (place, origin, seq, leaf, committed_ms, lasts, envelope) FROM STDIN (FORMAT binary)"
_COPY_HEAD, _COPY_END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"

_IDENTITY = sa.text(
    "SELECT lpad(system_identifier::text, 20, '0') || '-' || lpad(oid::text, 10, '0') || '-'"
    " || left(pg_walfile_name(pg_current_wal_lsn()), 8)"
    " FROM pg_control_system(), pg_database WHERE datname = current_database()"
)
"""Another cluster, another database, or another timeline: restored, copied, or taken over from a standby."""


class PostgresStore(SqlStore):
    """The `Store` port over one database.

    Args:
        mark: the file in the home that shows whether an older copy was put back.
        is_writer: False only reads, beside a node that may be running.
    """

    def __init__(
        self,
        address: PostgresAddress,
        *,
        mark: Path,
        is_writer: bool = True,
        version: int = SCHEMA_VERSION,
    ) -> None:
        self.address = address
        self._session = PostgresSession(address, is_writer=is_writer)
        try:
            self._session.prepare(lambda db: _prepare(db, address, version=version, may_make=is_writer))
            self._last_place = self._session.read(place_of)
            identity: str = self._session.read(lambda db: db.execute(_IDENTITY).scalar_one())
        except BaseException:
            self._session.close()
            raise
        self._mark = Mark(mark if is_writer else None, identity=identity, place=self._last_place)

    def close(self) -> None:
        """Let go of the database, and of the lock on it."""
        self._mark.close()
        self._session.close()

    def _read(self, ask: Callable[[sa.Connection], T]) -> T:
        return self._session.read(ask)

    def _write(self, act: Callable[[sa.Connection], None]) -> None:
        self._session.write(act)

    def _insert(self, db: sa.Connection, entries: Sequence[StoredEntry], first_place: int) -> None:
        rows = (_copied(place, entry) for place, entry in enumerate(entries, first_place))
        cursor = db.connection.cursor()
        cursor.execute(_COPY, stream=[b"".join((_COPY_HEAD, *rows, _COPY_END))])  # type: ignore[call-arg]
        cursor.close()


def _copied(place: int, entry: StoredEntry) -> bytes:
    """One row in the binary form of COPY."""
    origin = entry.origin.encode()
    return struct.pack(
        f">h iq i{len(origin)}s iq i{len(entry.leaf)}s iq i? i{len(entry.envelope)}s".replace(" ", ""),
        *(7, 8, place, len(origin), origin, 8, entry.seq, len(entry.leaf), entry.leaf),
        *(8, entry.committed_ms, 1, entry.lasts, len(entry.envelope), entry.envelope),
    )


def _prepare(db: sa.Connection, address: PostgresAddress, *, version: int, may_make: bool) -> None:
    if not sa.inspect(db).has_table("meta"):
        if not may_make:
            raise OperatorError(
                "store_empty",
                f"{address} holds no store yet.",
                cure="It is made at the first run of the node.",
            )
        TABLES.create_all(db)
        for table in ("entry", "early"):
            db.exec_driver_sql(f"ALTER TABLE {table} ALTER COLUMN envelope SET STORAGE EXTERNAL")
        db.execute(sa.insert(META).values(key="schema_version", value=str(version)))
        db.execute(sa.insert(META).values(key=COMMIT_KEY, value=""))
    stored = db.execute(sa.select(META.c.value).where(META.c.key == "schema_version")).scalar_one_or_none()
    if stored is None:
        raise OperatorError(
            "store_foreign",
            f"{address} holds tables of something else.",
            cure="Give the node a database of its own.",
        )
    if int(stored) > version:
        raise OperatorError(
            "store_is_newer",
            f"The store ({address}) has schema {stored}; this program knows up to {version}.",
            cure="Run the newer program, or restore the copy that was made before it migrated.",
        )
