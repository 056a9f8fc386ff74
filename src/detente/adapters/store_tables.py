"""The tables of a store, the same in SQLite and in PostgreSQL.

Leaf hashes stand before the envelope, so that a start reads them without turning the pages of the envelopes;
every 256 of them are also one tile.
"""

from __future__ import annotations

import sqlalchemy as sa

SCHEMA_VERSION = 2
TILE_WIDTH = 256

_WHOLE = sa.BigInteger().with_variant(sa.Integer, "sqlite")
"""64 bits in both; SQLite counts a key up by itself only where it is called INTEGER."""

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
    sa.Column("place", _WHOLE, primary_key=True, autoincrement=False),
    sa.Column("origin", sa.String, nullable=False),
    sa.Column("seq", _WHOLE, nullable=False),
    sa.Column("leaf", sa.LargeBinary, nullable=False),
    sa.Column("committed_ms", _WHOLE, nullable=False),
    sa.Column("lasts", sa.Boolean, nullable=False),
    sa.Column("envelope", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("origin", "seq"),
)
sa.Index("lasting", ENTRY.c.place, sqlite_where=ENTRY.c.lasts, postgresql_where=ENTRY.c.lasts)
TILE = sa.Table(
    "tile",
    TABLES,
    sa.Column("origin", sa.String, primary_key=True),
    sa.Column("number", _WHOLE, primary_key=True),
    sa.Column("leaves", sa.LargeBinary, nullable=False),
)
EARLY = sa.Table(
    "early",
    TABLES,
    sa.Column("origin", sa.String, primary_key=True),
    sa.Column("seq", _WHOLE, primary_key=True),
    sa.Column("leaf", sa.LargeBinary, nullable=False),
    sa.Column("committed_ms", _WHOLE, nullable=False),
    sa.Column("envelope", sa.LargeBinary, nullable=False),
    sa.Column("checkpoint", sa.LargeBinary, nullable=False),
)
SNAPSHOT = sa.Table(
    "snapshot",
    TABLES,
    sa.Column("only", _WHOLE, primary_key=True),
    sa.Column("place", _WHOLE, nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
)
HEAD = sa.Table(
    "head",
    TABLES,
    sa.Column("origin", sa.String, primary_key=True),
    sa.Column("cosigner", sa.String, primary_key=True),
    sa.Column("size", _WHOLE, nullable=False),
    sa.Column("root", sa.String, nullable=False),
    sa.Column("checkpoint", sa.LargeBinary, nullable=False),
    sa.Column("cosignature", sa.LargeBinary, nullable=False),
    sa.Column("committed_ms", _WHOLE, nullable=False),
    sa.Column("signed_ms", _WHOLE, nullable=False),
)
RECEIPT = sa.Table(
    "receipt",
    TABLES,
    sa.Column("number", _WHOLE, primary_key=True),
    sa.Column("place", _WHOLE, nullable=False, index=True),
    sa.Column("origin", sa.String, nullable=False),
    sa.Column("cosigner", sa.String, nullable=False),
    sa.Column("size", _WHOLE, nullable=False),
    sa.Column("signed_ms", _WHOLE, nullable=False),
)
LOGBOOK = sa.Table(
    "logbook",
    TABLES,
    sa.Column("line", _WHOLE, primary_key=True),
    sa.Column("at_ms", _WHOLE, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("text", sa.String, nullable=False),
    sa.Column("chain", sa.String, nullable=False),
)
EVIDENCE = sa.Table(
    "evidence",
    TABLES,
    sa.Column("case_no", _WHOLE, primary_key=True),
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("at_ms", _WHOLE, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)


def write_tile(db: sa.Connection, origin: str, last: int) -> None:
    """The tile that ends with entry `last`, from the rows."""
    rows = db.execute(
        sa.select(ENTRY.c.leaf)
        .where((ENTRY.c.origin == origin) & ENTRY.c.seq.between(last - TILE_WIDTH + 1, last))
        .order_by(ENTRY.c.seq)
    )
    leaves = b"".join(row.leaf for row in rows)
    db.execute(sa.insert(TILE).values(origin=origin, number=last // TILE_WIDTH, leaves=leaves))
