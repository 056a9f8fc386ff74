"""Durable inserts a second, committed together: SQLite and PostgreSQL on one disk, each against a bare INSERT.

Both lie in the temporary folder; where that is in memory, the rows say that they are not durable. One row is a
notice as it is signed, five thousand bytes with both signatures (4,474 for a circle). Every commit is on the disk
before the next begins (synchronous=FULL; synchronous_commit and fsync on), and a receipt would follow it.
"""

from __future__ import annotations

import random
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from detente.adapters.postgres_store import PostgresStore
from detente.adapters.postgres_url import parse_postgres_url
from detente.adapters.sql_store import SqlStore
from detente.adapters.sqlite_store import SqliteStore
from detente.exercise.private_postgres import PrivateServer, programs
from detente.ports import StoredEntry
from detente.quantities import UtcMs

ORIGIN = "ALFA/EX-1/0011223344556677"
ENVELOPE_BYTES = 5_000
BATCH = 1_000
SECONDS_EACH = 4.0
Told = Callable[[str], None]


def measure(tell: Told = str, *, seconds_each: float = SECONDS_EACH) -> list[dict[str, Any]]:
    """Rows `engine`, `stored`, `inserts_per_s`, `batch`, `durable`; a `reference` is what the engine gives bare."""
    with tempfile.TemporaryDirectory(prefix="detente-bench-") as folder:
        rows = list(_sqlite(Path(folder), tell, seconds_each))
    if programs() is None:
        tell("PostgreSQL is not measured: its server programs are missing (tools/setup-postgresql)")
        return rows
    return [*rows, *_postgresql(tell, seconds_each)]


def _sqlite(folder: Path, tell: Told, seconds_each: float) -> Iterator[dict[str, Any]]:
    tell("SQLite, 1,000 in a commit")
    store = SqliteStore(folder / "ours.sqlite")
    yield _filled("SQLite", store, seconds_each)
    store.close()
    tell("SQLite, bare INSERT")
    db = sqlite3.connect(folder / "bare.sqlite", isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.execute("CREATE TABLE entry (place INTEGER PRIMARY KEY, envelope BLOB NOT NULL)")
    envelope = _envelopes(1)[0]

    def insert(start: int) -> None:
        db.execute("BEGIN")
        db.executemany("INSERT INTO entry VALUES (?, ?)", [(start + n, envelope) for n in range(BATCH)])
        db.execute("COMMIT")

    yield _row("bare INSERT in SQLite", _rate(insert, seconds_each), is_reference=True)
    db.close()


def _postgresql(tell: Told, seconds_each: float) -> Iterator[dict[str, Any]]:
    tell("PostgreSQL starts")
    server = PrivateServer()
    try:
        database = server.database()
        tell("PostgreSQL, 1,000 in a commit")
        store = PostgresStore(parse_postgres_url(server.url(database)), mark=server.folder / "mark")
        yield _filled("PostgreSQL", store, seconds_each)
        store.close()
        tell("PostgreSQL, bare INSERT by pgbench")
        yield _row("bare INSERT in PostgreSQL (pgbench)", _pgbench(server, seconds_each), is_reference=True)
    finally:
        server.remove()


def _filled(engine: str, store: SqlStore, seconds_each: float) -> dict[str, Any]:
    envelopes = _envelopes(BATCH)
    leaf = b"l" * 32

    def append(start: int) -> None:
        store.append(
            *(
                StoredEntry(origin=ORIGIN, seq=start + n, envelope=one, leaf=leaf, committed_ms=UtcMs(start))
                for n, one in enumerate(envelopes)
            ),
            urgent=False,
        )

    return _row(engine, _rate(append, seconds_each), is_reference=False)


def _pgbench(server: PrivateServer, seconds_each: float) -> tuple[int, float]:
    """The server's own tool, its own protocol and one connection: a thousand INSERTs of one row in a transaction."""
    database = server.database()
    server.sql("CREATE TABLE entry (place bigserial PRIMARY KEY, envelope bytea NOT NULL)", database=database)
    server.sql("ALTER TABLE entry ALTER envelope SET STORAGE EXTERNAL", database=database)
    insert = f"INSERT INTO entry (envelope) VALUES (decode(repeat('5c', {ENVELOPE_BYTES}), 'hex'));\n"
    script = server.folder / "insert.sql"
    script.write_text("BEGIN;\n" + insert * BATCH + "COMMIT;\n")
    began = time.perf_counter()
    server.run(
        "pgbench",
        *("-n", "-M", "simple", "-c", "1", "-T", str(max(1, round(seconds_each))), "-f", str(script)),
        *("-h", str(server.folder), "-p", str(server.port), "-U", "postgres", database),
    )
    spent = time.perf_counter() - began
    return int(server.sql("SELECT count(*) FROM entry", database=database)), spent


def _rate(act: Callable[[int], None], seconds_each: float) -> tuple[int, float]:
    """How many rows went in, in which time; `act` is given the number of the first."""
    done, began = 0, time.perf_counter()
    while (spent := time.perf_counter() - began) < seconds_each:
        act(done)
        done += BATCH
    return done, spent


def _row(engine: str, done: tuple[int, float], *, is_reference: bool) -> dict[str, Any]:
    stored, spent = done
    return {
        "engine": engine,
        "stored": stored,
        "inserts_per_s": round(stored / spent),
        "batch": BATCH,
        "durable": _is_on_disk(Path(tempfile.gettempdir())),
        "reference": is_reference,
    }


def _is_on_disk(folder: Path) -> bool:
    told = subprocess.run(
        ["stat", "--file-system", "--format=%T", folder], capture_output=True, text=True, check=True
    )
    return told.stdout.strip() not in ("tmpfs", "ramfs")


def _envelopes(count: int) -> list[bytes]:
    rng = random.Random(1)
    return [rng.randbytes(ENVELOPE_BYTES) for _ in range(count)]
