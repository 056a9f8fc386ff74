"""How an older SQLite file becomes a newer one; PostgreSQL was first written with the tables of schema 2."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import sqlalchemy as sa

from detente.adapters.store_tables import EARLY, ENTRY, RECEIPT, SNAPSHOT, TILE, TILE_WIDTH, write_tile

Migration = Callable[[sa.Connection], None]


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


MIGRATIONS: Mapping[int, Migration] = {1: _to_2}
"""From version n to n + 1; each runs inside one transaction, after a copy of the whole file."""
