"""The tables of the store, and how an older file becomes a newer one.

Leaf hashes stand before the envelope, so that a start reads them without turning the pages of the envelopes;
every 256 of them are also one tile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import sqlalchemy as sa

SCHEMA_VERSION = 2
TILE_WIDTH = 256

Migration = Callable[[sa.Connection], None]

TABLES = sa.MetaData()

META = sa.Table(
    "meta",
    TABLES,
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("value", sa.String, nullable=False),
)
ENTRY = sa.Table(
    "entry",
    TABLES,
    sa.Column("place", sa.Integer, primary_key=True),
    sa.Column("origin", sa.String, nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("leaf", sa.LargeBinary, nullable=False),
    sa.Column("committed_ms", sa.Integer, nullable=False),
    sa.Column("lasts", sa.Boolean, nullable=False),
    sa.Column("envelope", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("origin", "seq"),
)
sa.Index("lasting", ENTRY.c.place, sqlite_where=ENTRY.c.lasts)
TILE = sa.Table(
    "tile",
    TABLES,
    sa.Column("origin", sa.String, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("leaves", sa.LargeBinary, nullable=False),
)
EARLY = sa.Table(
    "early",
    TABLES,
    sa.Column("origin", sa.String, primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("leaf", sa.LargeBinary, nullable=False),
    sa.Column("committed_ms", sa.Integer, nullable=False),
    sa.Column("envelope", sa.LargeBinary, nullable=False),
    sa.Column("checkpoint", sa.LargeBinary, nullable=False),
)
SNAPSHOT = sa.Table(
    "snapshot",
    TABLES,
    sa.Column("only", sa.Integer, primary_key=True),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
)
HEAD = sa.Table(
    "head",
    TABLES,
    sa.Column("origin", sa.String, primary_key=True),
    sa.Column("cosigner", sa.String, primary_key=True),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("root", sa.String, nullable=False),
    sa.Column("checkpoint", sa.LargeBinary, nullable=False),
    sa.Column("cosignature", sa.LargeBinary, nullable=False),
    sa.Column("committed_ms", sa.Integer, nullable=False),
    sa.Column("signed_ms", sa.Integer, nullable=False),
)
RECEIPT = sa.Table(
    "receipt",
    TABLES,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("place", sa.Integer, nullable=False, index=True),
    sa.Column("origin", sa.String, nullable=False),
    sa.Column("cosigner", sa.String, nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("signed_ms", sa.Integer, nullable=False),
)
LOGBOOK = sa.Table(
    "logbook",
    TABLES,
    sa.Column("line", sa.Integer, primary_key=True),
    sa.Column("at_ms", sa.Integer, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("text", sa.String, nullable=False),
    sa.Column("chain", sa.String, nullable=False),
)
EVIDENCE = sa.Table(
    "evidence",
    TABLES,
    sa.Column("case_no", sa.Integer, primary_key=True),
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("at_ms", sa.Integer, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)


def _to_2(db: sa.Connection) -> None:
    """Tiles, early ALERTs, a snapshot; leaf hashes before envelopes. Of old entries each may last."""
    db.exec_driver_sql("ALTER TABLE entry RENAME TO entry_1")
    for table in (ENTRY, TILE, EARLY, SNAPSHOT, RECEIPT):
        table.create(db)
    db.exec_driver_sql(
        "INSERT INTO entry (place, origin, seq, leaf, committed_ms, lasts, envelope)"
        " SELECT place, origin, seq, leaf, committed_ms, 1, envelope FROM entry_1 ORDER BY place"
    )
    db.exec_driver_sql("DROP TABLE entry_1")
    db.exec_driver_sql("ALTER TABLE head ADD COLUMN signed_ms INTEGER NOT NULL DEFAULT 0")
    db.exec_driver_sql("UPDATE head SET signed_ms = committed_ms")
    ends = db.exec_driver_sql(
        f"SELECT origin, seq FROM entry WHERE seq % {TILE_WIDTH} = {TILE_WIDTH - 1}"
    ).all()
    for origin, seq in ends:
        write_tile(db, origin, seq)


def write_tile(db: sa.Connection, origin: str, last: int) -> None:
    """The tile that ends with entry `last`, from the rows."""
    rows = db.exec_driver_sql(
        "SELECT leaf FROM entry WHERE origin = ? AND seq BETWEEN ? AND ? ORDER BY seq",
        (origin, last - TILE_WIDTH + 1, last),
    )
    leaves = b"".join(row[0] for row in rows)
    db.exec_driver_sql("INSERT INTO tile VALUES (?, ?, ?)", (origin, last // TILE_WIDTH, leaves))


MIGRATIONS: Mapping[int, Migration] = {1: _to_2}
"""From version n to n + 1; each runs inside one transaction, after a copy of the whole file."""
