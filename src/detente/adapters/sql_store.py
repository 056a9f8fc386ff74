"""The durable memory of a node in an SQL database: what SQLite and PostgreSQL do alike.

A commit is durable before any method returns. Entries and heads only ever grow: a smaller head or a second
entry at one place is refused inside the same transaction that would have written it. There is one writer, so
places are counted here; the primary keys refuse what anybody else has put between.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa

from detente.adapters.mark import Mark
from detente.adapters.store_tables import (
    EARLY,
    ENTRY,
    EVIDENCE,
    HEAD,
    LOGBOOK,
    RECEIPT,
    SNAPSHOT,
    TILE,
    TILE_WIDTH,
    write_tile,
)
from detente.errors import DamageError
from detente.ports import LogLine, Snapshot, Stored, StoredEntry, StoredHead, StoredJournal, StoredReceipt
from detente.quantities import Digest, PartyId, UtcMs

T = TypeVar("T")

_KEEP_EARLY = sa.text(
    "INSERT INTO early (origin, seq, leaf, committed_ms, envelope, checkpoint)"
    " VALUES (:origin, :seq, :leaf, :committed_ms, :envelope, :checkpoint) ON CONFLICT DO NOTHING"
)


class SqlStore(ABC):
    """The `Store` port over one connection; a database adds how it opens, commits, inserts and fails."""

    _mark: Mark
    _last_place: int

    @abstractmethod
    def close(self) -> None:
        """Let go of the database."""

    @abstractmethod
    def _read(self, ask: Callable[[sa.Connection], T]) -> T:
        """An answer out of what is committed; `ask` may be called again."""

    @abstractmethod
    def _write(self, act: Callable[[sa.Connection], None]) -> None:
        """All that `act` does in one commit, or nothing; `act` may be called again, and then it did nothing."""

    @abstractmethod
    def _insert(self, db: sa.Connection, entries: Sequence[StoredEntry], first_place: int) -> None:
        """Many rows of entries at once."""

    def _spend_reserve(self) -> bool:
        """Make room for an ALERT; False where there is none to make."""
        return False

    def load(self) -> Stored:
        """What there is, but for the envelopes."""
        return self._read(self._load)

    def entries_after(self, place: int) -> Iterator[StoredEntry]:
        """Every entry but the first `place`, in the order of the commits; a few hundred at a time."""
        while True:
            query = sa.select(ENTRY).where(ENTRY.c.place > place).order_by(ENTRY.c.place).limit(TILE_WIDTH)
            rows = self._rows(query)
            if not rows:
                return
            yield from map(_entry_of, rows)
            place = rows[-1].place

    def lasting(self) -> Sequence[StoredEntry]:
        """Every entry that lasts, in the order of the commits."""
        rows = self._rows(sa.select(ENTRY).where(ENTRY.c.lasts).order_by(ENTRY.c.place))
        return [_entry_of(row) for row in rows]

    def entries(self, origin: str, start: int, stop: int) -> Sequence[StoredEntry]:
        """Entries `start` to `stop` of one journal, as far as they are there."""
        within = (ENTRY.c.origin == origin) & (ENTRY.c.seq >= start) & (ENTRY.c.seq < stop)
        return [_entry_of(row) for row in self._rows(sa.select(ENTRY).where(within).order_by(ENTRY.c.seq))]

    def append(self, *entries: StoredEntry, urgent: bool) -> None:
        """Commit entries together; an urgent one may spend the reserve."""

        def put(db: sa.Connection) -> None:
            self._put_entries(db, entries)

        self._write_urgent(put) if urgent else self._write(put)
        self._last_place += len(entries)
        self._mark.move(self._last_place)

    def keep_early(self, entry: StoredEntry, checkpoint: bytes) -> None:
        """Commit an ALERT that came ahead of the entries before it; it may spend the reserve."""
        row = {
            "origin": entry.origin,
            "seq": entry.seq,
            "leaf": entry.leaf,
            "committed_ms": entry.committed_ms,
            "envelope": entry.envelope,
            "checkpoint": checkpoint,
        }

        def keep(db: sa.Connection) -> None:
            db.execute(_KEEP_EARLY, row)

        self._write_urgent(keep)

    def put_snapshot(self, snapshot: Snapshot) -> None:
        """Keep the newest state; an older one is let go."""

        def put(db: sa.Connection) -> None:
            db.execute(sa.delete(SNAPSHOT))
            db.execute(sa.insert(SNAPSHOT).values(only=1, place=snapshot.place, data=snapshot.data))

        self._write(put)

    def trust(self) -> None:
        """The peers have shown what they hold of our journal."""
        self._mark.trust()
        self._mark.move(self._last_place)

    def put_head(self, head: StoredHead, *, size_before: int) -> None:
        """Commit a head, only where the stored one still has the size that was judged."""
        self._write(lambda db: self._put_head(db, head, size_before))

    def receipts_from(self, place: int) -> Sequence[StoredReceipt]:
        """Every receipt since `place` entries were committed, in the order of the commits."""
        return [
            StoredReceipt(
                origin=row.origin,
                cosigner=PartyId(row.cosigner),
                size=row.size,
                signed_ms=UtcMs(row.signed_ms),
                place=row.place,
            )
            for row in self._rows(
                sa.select(RECEIPT).where(RECEIPT.c.place >= place).order_by(RECEIPT.c.number)
            )
        ]

    def log(self, line: LogLine) -> None:
        """Append to the logbook; each line carries the hash of all before it. PostgreSQL's text has no NUL."""
        line = LogLine(at_ms=line.at_ms, kind=line.kind, text=line.text.replace("\0", "\N{SYMBOL FOR NULL}"))

        def put(db: sa.Connection) -> None:
            newest = sa.select(LOGBOOK.c.chain).order_by(LOGBOOK.c.line.desc()).limit(1)
            chain = _chain(db.execute(newest).scalar_one_or_none() or "", line)
            db.execute(
                sa.insert(LOGBOOK).values(at_ms=line.at_ms, kind=line.kind, text=line.text, chain=chain)
            )

        self._write(put)

    def log_tail(self, count: int) -> Sequence[LogLine]:
        """The newest lines, oldest first."""
        rows = self._rows(sa.select(LOGBOOK).order_by(LOGBOOK.c.line.desc()).limit(count))
        return [_line_of(row) for row in reversed(rows)]

    def keep_evidence(self, *, at_ms: UtcMs, kind: str, files: Mapping[str, bytes]) -> None:
        """Keep for ever what proves that a peer broke a rule."""

        def put(db: sa.Connection) -> None:
            case = (db.execute(sa.select(sa.func.max(EVIDENCE.c.case_no))).scalar_one() or 0) + 1
            rows = [
                {"case_no": case, "name": name, "at_ms": at_ms, "kind": kind, "content": content}
                for name, content in files.items()
            ]
            db.execute(sa.insert(EVIDENCE), rows)

        self._write(put)

    def evidence_kinds(self) -> Sequence[str]:
        """What was kept as evidence, the oldest first."""
        cases = sa.select(EVIDENCE.c.case_no, EVIDENCE.c.kind).distinct().order_by(EVIDENCE.c.case_no)
        return [row.kind for row in self._rows(cases)]

    def faults(self) -> tuple[str, ...]:
        """What is wrong with the entries' order or the logbook's chain; empty where nothing is."""
        count, last = sa.func.count().label("held"), sa.func.max(ENTRY.c.seq).label("last")
        journals = self._rows(sa.select(ENTRY.c.origin, count, last).group_by(ENTRY.c.origin))
        found = [
            f"{row.origin} has {row.held} entries and ends with number {row.last}."
            for row in journals
            if row.held != row.last + 1
        ]
        chain = ""
        for row in self._rows(sa.select(LOGBOOK).order_by(LOGBOOK.c.line)):
            chain = _chain(chain, _line_of(row))
            if chain != row.chain:
                found.append(f"Line {row.line} of the logbook was changed after it was written.")
                break
        return tuple(found)

    def _write_urgent(self, act: Callable[[sa.Connection], None]) -> None:
        try:
            self._write(act)
        except DamageError as why:
            if why.code != "disk_full" or not self._spend_reserve():
                raise
            self._write(act)

    def _rows(self, query: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
        return self._read(lambda db: db.execute(query).all())

    def _load(self, db: sa.Connection) -> Stored:
        origins = db.execute(sa.select(ENTRY.c.origin).where(ENTRY.c.seq == 0).order_by(ENTRY.c.place))
        snapshot = db.execute(sa.select(SNAPSHOT)).one_or_none()
        return Stored(
            journals=[
                StoredJournal(origin=origin, leaves=_leaves_of(db, origin))
                for origin in origins.scalars().all()
            ],
            heads=[_head_of(row) for row in db.execute(sa.select(HEAD))],
            early=[(_entry_of(row), row.checkpoint) for row in db.execute(sa.select(EARLY))],
            place=place_of(db),
            snapshot=Snapshot(place=snapshot.place, data=snapshot.data) if snapshot is not None else None,
            may_be_a_copy=self._mark.is_doubtful,
        )

    def _put_entries(self, db: sa.Connection, entries: Sequence[StoredEntry]) -> None:
        ends: dict[str, int] = {}
        for entry in entries:
            end = ends[entry.origin] if entry.origin in ends else _end(db, entry.origin)
            if entry.seq != end:
                raise DamageError(
                    "rollback", f"Entry {entry.seq} of {entry.origin} does not follow in the store."
                )
            ends[entry.origin] = end + 1
        self._insert(db, entries, self._last_place + 1)
        for entry in entries:
            if entry.seq % TILE_WIDTH == TILE_WIDTH - 1:
                write_tile(db, entry.origin, entry.seq)

    def _put_head(self, db: sa.Connection, head: StoredHead, size_before: int) -> None:
        same = (HEAD.c.origin == head.origin) & (HEAD.c.cosigner == head.cosigner)
        values = {
            "size": head.size,
            "root": head.root,
            "checkpoint": head.checkpoint,
            "cosignature": head.cosignature,
            "committed_ms": head.committed_ms,
            "signed_ms": head.signed_ms,
        }
        held = db.execute(sa.select(HEAD.c.size).where(same)).scalar_one_or_none()
        if (held or 0) != size_before or head.size < size_before:
            raise DamageError(
                "rollback",
                f"The head of {head.origin} would go from {held or 0} to {head.size},"
                f" judged against {size_before}; nothing was written.",
            )
        if held is None:
            db.execute(sa.insert(HEAD).values(origin=head.origin, cosigner=head.cosigner, **values))
        else:
            db.execute(sa.update(HEAD).where(same).values(**values))
        db.execute(
            sa.insert(RECEIPT).values(
                place=self._last_place,
                origin=head.origin,
                cosigner=head.cosigner,
                size=head.size,
                signed_ms=head.signed_ms,
            )
        )


def _end(db: sa.Connection, origin: str) -> int:
    query = sa.select(sa.func.coalesce(sa.func.max(ENTRY.c.seq) + 1, 0)).where(ENTRY.c.origin == origin)
    return int(db.execute(query).scalar_one())


def place_of(db: sa.Connection) -> int:
    """How many entries were committed in all."""
    return int(db.execute(sa.select(sa.func.coalesce(sa.func.max(ENTRY.c.place), 0))).scalar_one())


def _leaves_of(db: sa.Connection, origin: str) -> bytes:
    tiles = db.execute(sa.select(TILE.c.leaves).where(TILE.c.origin == origin).order_by(TILE.c.number))
    whole = b"".join(row.leaves for row in tiles)
    after = (ENTRY.c.origin == origin) & (ENTRY.c.seq >= len(whole) // 32)
    rest = db.execute(sa.select(ENTRY.c.leaf).where(after).order_by(ENTRY.c.seq))
    return whole + b"".join(row.leaf for row in rest)


def _entry_of(row: sa.Row[Any]) -> StoredEntry:
    return StoredEntry(
        origin=row.origin,
        seq=row.seq,
        envelope=row.envelope,
        leaf=row.leaf,
        committed_ms=UtcMs(row.committed_ms),
        lasts=getattr(row, "lasts", False),
    )


def _head_of(row: sa.Row[Any]) -> StoredHead:
    return StoredHead(
        origin=row.origin,
        cosigner=PartyId(row.cosigner),
        size=row.size,
        root=Digest(row.root),
        checkpoint=row.checkpoint,
        cosignature=row.cosignature,
        committed_ms=UtcMs(row.committed_ms),
        signed_ms=UtcMs(row.signed_ms),
    )


def _line_of(row: sa.Row[Any]) -> LogLine:
    return LogLine(at_ms=UtcMs(row.at_ms), kind=row.kind, text=row.text)


def _chain(before: str, line: LogLine) -> str:
    text = f"{before}\n{line.at_ms}\n{line.kind}\n{line.text}"
    return hashlib.sha256(text.encode()).hexdigest()
