"""A disk whose power can fail at any commit, before or after it is durable: what SQLite promises, and no more.

WAL with synchronous=FULL promises two things: a transaction is there whole or not at all, and it is there for
ever once the call has returned. It does not promise that the caller hears of it: the power may fail in between.
`synced_every` over 1 breaks the second promise, as synchronous=NORMAL does, for tests that must notice it.
Source: SQLite documentation, `PRAGMA synchronous`.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from detente.errors import DamageError
from detente.ports import LogLine, Snapshot, Stored, StoredEntry, StoredHead, StoredJournal, StoredReceipt
from detente.quantities import PartyId, UtcMs

_K = TypeVar("_K")
_V = TypeVar("_V")


class PowerCut(BaseException):
    """The station has lost its power; like KeyboardInterrupt it ends the process, and only the world catches it."""


@dataclass(frozen=True, kw_only=True)
class DiskFaults:
    """The chance, at each commit, that the power fails before it is durable, or after; and that it is slow."""

    cut_before: float = 0.0
    cut_after: float = 0.0
    slow: float = 0.0
    slow_ms_max: int = 0


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One case that was kept, as `Store.keep_evidence` was given it."""

    at_ms: UtcMs
    kind: str
    files: Mapping[str, bytes]


class PlayedDisk:
    """The `Store` port over lists, with faults from a seed.

    Args:
        synced_every: how many commits share one sync; those after the last sync are lost with the power.
    """

    def __init__(self, rng: random.Random, *, synced_every: int = 1) -> None:
        self.faults = DiskFaults()
        self.evidence: list[Evidence] = []
        self._rng = rng
        self._synced_every = synced_every
        self._entries: list[StoredEntry] = []
        self._journals: dict[str, list[StoredEntry]] = defaultdict(list)
        self._early: dict[tuple[str, int], tuple[StoredEntry, bytes]] = {}
        self._heads: dict[tuple[str, PartyId], StoredHead] = {}
        self._receipts: list[StoredReceipt] = []
        self._snapshot: Snapshot | None = None
        self._log: list[LogLine] = []
        self._may_be_a_copy = False
        self._undo: list[Callable[[], object]] = []
        self._busy_ms = 0

    def close(self) -> None:
        """Nothing is held open."""

    def copy(self) -> PlayedDisk:
        """A backup of what is here now, without faults; put back in place, it shows that it is one."""
        other = PlayedDisk(random.Random(0), synced_every=self._synced_every)
        other.evidence = list(self.evidence)
        other._entries = list(self._entries)
        other._journals.update({origin: list(held) for origin, held in self._journals.items()})
        other._early, other._heads = dict(self._early), dict(self._heads)
        other._receipts = list(self._receipts)
        other._snapshot, other._log = self._snapshot, list(self._log)
        other._may_be_a_copy = True
        return other

    def lose_power(self) -> None:
        """Forget what was never synced."""
        while self._undo:
            self._undo.pop()()

    def busy_ms(self) -> int:
        """How long the commits since the last time this was asked have taken."""
        taken, self._busy_ms = self._busy_ms, 0
        return taken

    def load(self) -> Stored:
        """What there is, but for the envelopes."""
        return Stored(
            journals=[
                StoredJournal(origin=origin, leaves=b"".join(entry.leaf for entry in held))
                for origin, held in self._journals.items()
                if held
            ],
            heads=list(self._heads.values()),
            early=list(self._early.values()),
            place=len(self._entries),
            snapshot=self._snapshot,
            may_be_a_copy=self._may_be_a_copy,
        )

    def entries_after(self, place: int) -> Iterator[StoredEntry]:
        """Every entry but the first `place`, in the order of the commits."""
        yield from self._entries[place:]

    def lasting(self) -> Sequence[StoredEntry]:
        """Every entry that lasts, in the order of the commits."""
        return [entry for entry in self._entries if entry.lasts]

    def entries(self, origin: str, start: int, stop: int) -> Sequence[StoredEntry]:
        """Entries `start` to `stop` of one journal, as far as they are there."""
        return self._journals.get(origin, [])[start:stop]

    def append(self, *entries: StoredEntry, urgent: bool) -> None:
        """Commit entries together, or none of them."""
        del urgent  # there is always room
        ends: dict[str, int] = {}
        for entry in entries:
            end = ends.get(entry.origin, len(self._journals.get(entry.origin, ())))
            if entry.seq != end:
                raise DamageError(
                    "rollback", f"Entry {entry.seq} of {entry.origin} does not follow in the store."
                )
            ends[entry.origin] = end + 1

        def write() -> None:
            for entry in entries:
                self._entries.append(entry)
                self._journals[entry.origin].append(entry)

        def undo() -> None:
            for _ in entries:
                self._journals[self._entries.pop().origin].pop()

        self._commit(write, undo)

    def keep_early(self, entry: StoredEntry, checkpoint: bytes) -> None:
        """Commit an ALERT that came ahead of the entries before it; the first one stands."""
        place = entry.origin, entry.seq
        held = self._early.get(place, (entry, checkpoint))
        self._put(self._early, place, held)

    def put_head(self, head: StoredHead, *, size_before: int) -> None:
        """Commit a head, only where the stored one still has the size that was judged."""
        place = head.origin, head.cosigner
        size = self._heads[place].size if place in self._heads else 0
        if size != size_before or head.size < size_before:
            raise DamageError(
                "rollback",
                f"The head of {head.origin} would go from {size} to {head.size}, judged against {size_before}.",
            )
        before = {place: self._heads[place]} if place in self._heads else {}
        receipt = StoredReceipt(
            origin=head.origin,
            cosigner=head.cosigner,
            size=head.size,
            signed_ms=head.signed_ms,
            place=len(self._entries),
        )

        def write() -> None:
            self._heads[place] = head
            self._receipts.append(receipt)

        def undo() -> None:
            del self._heads[place]
            self._heads.update(before)
            self._receipts.pop()

        self._commit(write, undo)

    def receipts_from(self, place: int) -> Sequence[StoredReceipt]:
        """Every receipt since `place` entries were committed, in the order of the commits."""
        return [receipt for receipt in self._receipts if receipt.place >= place]

    def put_snapshot(self, snapshot: Snapshot) -> None:
        """Keep the newest state; an older one is let go."""
        before = self._snapshot

        def hold(one: Snapshot | None) -> None:
            self._snapshot = one

        self._commit(lambda: hold(snapshot), lambda: hold(before))

    def trust(self) -> None:
        """The peers have shown what they hold of our journal."""
        self._may_be_a_copy = False

    def log(self, line: LogLine) -> None:
        """Append to the logbook."""
        self._commit(lambda: self._log.append(line), self._log.pop)

    def log_tail(self, count: int) -> Sequence[LogLine]:
        """The newest lines, oldest first."""
        return self._log[-count:] if count else []

    def keep_evidence(self, *, at_ms: UtcMs, kind: str, files: Mapping[str, bytes]) -> None:
        """Keep for ever what proves that a peer broke a rule."""
        case = Evidence(at_ms=at_ms, kind=kind, files=dict(files))
        self._commit(lambda: self.evidence.append(case), self.evidence.pop)

    def evidence_kinds(self) -> Sequence[str]:
        """What was kept as evidence, the oldest first."""
        return [case.kind for case in self.evidence]

    def _put(self, rows: dict[_K, _V], key: _K, row: _V) -> None:
        before = {key: rows[key]} if key in rows else {}

        def write() -> None:
            rows[key] = row

        def undo() -> None:
            del rows[key]
            rows.update(before)

        self._commit(write, undo)

    def _commit(self, write: Callable[[], object], undo: Callable[[], object]) -> None:
        self._power_may_fail(self.faults.cut_before)
        write()
        self._undo.append(undo)
        if len(self._undo) >= self._synced_every:
            self._undo.clear()
        if self.faults.slow and self._rng.random() < self.faults.slow:
            self._busy_ms += self._rng.randint(1, self.faults.slow_ms_max)
        self._power_may_fail(self.faults.cut_after)

    def _power_may_fail(self, chance: float) -> None:
        if chance and self._rng.random() < chance:
            self.lose_power()
            raise PowerCut
