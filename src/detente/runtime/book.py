"""All journals of a node, own and mirrored, as the store holds them; the one place from which entries are committed.

Nothing is in memory that is not in the store, but for the trees, which the store's leaf hashes rebuild.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from detente.crypto.card import PartyCard
from detente.errors import DamageError, OperatorError
from detente.memorandum.agreement import Agreement
from detente.memorandum.desks import desk_of
from detente.ports import Clock, Store, Stored, StoredEntry, StoredHead, StoredReceipt
from detente.quantities import Digest, PartyId, PostId, UtcMs
from detente.record.card_line import KEY_CODE, CardLine
from detente.record.checkpoint import Checkpoint, peek_checkpoint
from detente.record.journal import split_origin
from detente.record.merkle import leaf_hash
from detente.record.statement import Ref, Statement, peek_statement
from detente.record.tree import Tree
from detente.runtime.journal import Entry, Journal

LASTING_CODES = ("OPN", KEY_CODE, "FRK")
"""What the book itself must read again at every start, however old it is."""

_READ_AT_ONCE = 256
_FORK = "fork: "
"""How the kind of such evidence begins; the journal follows."""


class _Forked(msgspec.Struct):
    journal: str


class Book:
    """The journals under one agreement. Not safe for threads: one loop calls it."""

    def __init__(self, *, agreement: Agreement, me: PartyId, store: Store, clock: Clock) -> None:
        self.agreement = agreement
        self.me = me
        self.store = store
        self.clock = clock
        self.journals: dict[str, Journal] = {}
        self.cards = {party: CardLine(card) for party, card in agreement.cards.items()}
        self.forked: set[str] = set()
        """Journals of which two pasts are signed: what comes is kept, but no head is cosigned any more."""
        self.early: dict[tuple[str, int], tuple[StoredEntry, bytes]] = {}
        """ALERTs that came ahead of the entries before them, with the checkpoint that covers each."""
        self.rumours: dict[str, tuple[Checkpoint, bytes]] = {}
        """Heads that others were shown of journals of which less is held here."""
        self.place = 0
        """How many entries were committed in all."""
        self.stored = self._load()

    @property
    def peers(self) -> tuple[PartyId, ...]:
        """The other parties of the memorandum."""
        return tuple(party for party in self.agreement.cards if party != self.me)

    def of(self, party: PartyId) -> tuple[Journal, ...]:
        """The journals of a party that are held here, the newest generation last."""
        return tuple(journal for journal in self.journals.values() if journal.party == party)

    def root_at(self, origin: str, size: int) -> bytes | None:
        """The root of a journal at a size; None where fewer entries of it are held."""
        journal = self.journals.get(origin)
        return journal.root_at(size) if journal is not None else None

    def early_end(self, origin: str) -> int:
        """The place after the last ALERT that is held ahead of the entries before it; 0 for none."""
        return max((seq + 1 for early, seq in self.early if early == origin), default=0)

    def card_at(self, journal: Journal, place: int) -> PartyCard:
        """The card that signs entry `place` of a journal, and a head of that size."""
        return self.cards[journal.party].at(journal.origin, place)

    def desk_of(self, party: PartyId) -> PostId:
        """Where a party is addressed first."""
        return desk_of(self.agreement.memorandum, party)

    def party_of(self, post: str) -> PartyId | None:
        """Whose post it is."""
        return self._parties.get(post)

    def begin(self, origin: str) -> Journal:
        """A journal of which nothing is held yet; it counts once an entry of it is committed."""
        return Journal(origin=origin, party=PartyId(split_origin(origin).party), store=self.store)

    def commit(
        self, journal: Journal, items: Sequence[tuple[bytes, bytes, Statement | None]], *, urgent: bool
    ) -> list[Entry]:
        """Commit envelopes with their leaf hashes and statements together, and tell those that can be read here."""
        now_ms, start = self.clock.now_ms(), journal.size
        rows = [
            StoredEntry(
                origin=journal.origin,
                seq=seq,
                envelope=envelope,
                leaf=leaf,
                committed_ms=now_ms,
                lasts=statement is not None and statement.code in LASTING_CODES,
            )
            for seq, (envelope, leaf, statement) in enumerate(items, start)
        ]
        self.store.append(*rows, urgent=urgent)
        self.place += len(rows)
        self.journals.setdefault(journal.origin, journal)
        entries: list[Entry] = []
        for row, (_, leaf, statement) in zip(rows, items, strict=True):
            journal.put(leaf, statement)
            if statement is not None:
                entries.append(self._entry(journal, row, statement))
                self._follow(statement)
            if self.early:
                self._place_early(journal, row)
        return entries

    def put_head(
        self,
        journal: Journal,
        *,
        cosigner: PartyId,
        head: Checkpoint,
        note: bytes,
        lines: bytes,
        signed_ms: UtcMs,
    ) -> None:
        """Commit a cosigned head, only where it grows from the one that was judged."""
        stored = StoredHead(
            origin=journal.origin,
            cosigner=cosigner,
            size=head.size,
            root=Digest(head.root),
            checkpoint=note,
            cosignature=lines,
            signed_ms=signed_ms,
            committed_ms=self.clock.now_ms(),
        )
        self.store.put_head(stored, size_before=journal.cosigned_size(cosigner))
        journal.cosigned[cosigner] = stored

    def keep_fork(self, origin: str, what: str, files: Mapping[str, bytes]) -> None:
        """One proof of a journal is enough, and a peer cannot fill the disk with more."""
        if origin not in self.forked:
            kind = f"{_FORK}{origin}: {what}"
            self.store.keep_evidence(at_ms=self.clock.now_ms(), kind=kind, files=files)
            self.forked.add(origin)

    def history(self, after: int) -> Iterator[Entry | StoredReceipt]:
        """Entries and receipts committed after a place, in order; raises DamageError where one was changed since.

        A receipt at the place itself may be told again: it says nothing new then.
        """
        receipts = deque(self.store.receipts_from(after))
        for place, row in enumerate(self.store.entries_after(after), after):
            while receipts and receipts[0].place <= place:
                yield receipts.popleft()
            statement = self._statement_of(row)
            if statement is not None:
                yield self._entry(self.journals[row.origin], row, statement)
        yield from receipts

    def _place_early(self, journal: Journal, row: StoredEntry) -> None:
        """What came early must now stand where its checkpoint said: otherwise its author signed two pasts."""
        early, note = self.early.pop((row.origin, row.seq), (None, b""))
        if early is None:
            return
        promised = peek_checkpoint(note)
        if early.leaf != row.leaf or journal.tree.root(promised.size).hex() != promised.root:
            files = {"early": early.envelope, "checkpoint": note, "came": row.envelope}
            self.keep_fork(row.origin, f"entry {row.seq}, which had come early", files)

    def _load(self) -> Stored:
        memorandum = self.agreement.memorandum
        self._parties = {post.id: PartyId(post.party) for post in memorandum.post}
        stored = self.store.load()
        self.place = stored.place
        for held in stored.journals:
            if split_origin(held.origin).memorandum != memorandum.memorandum.id:
                raise OperatorError(
                    "other_memorandum",
                    f"This store holds journals under {split_origin(held.origin).memorandum}, not under"
                    f" {memorandum.memorandum.id}.",
                    cure="Give each memorandum a home of its own.",
                )
            journal = self.begin(held.origin)
            journal.tree = Tree(held.leaves)
            self.journals[held.origin] = journal
        for head in stored.heads:
            self.journals[head.origin].cosigned[head.cosigner] = head
        for entry, checkpoint in stored.early:
            journal_held = self.journals.get(entry.origin)
            if journal_held is None or entry.seq >= journal_held.size:
                self.early[entry.origin, entry.seq] = (entry, checkpoint)
        kinds = (kind.removeprefix(_FORK) for kind in self.store.evidence_kinds() if kind.startswith(_FORK))
        self.forked.update(rest.partition(": ")[0] for rest in kinds)
        for row in self.store.lasting():
            statement = self._statement_of(row)
            assert statement is not None, "what lasts is held whole"
            self._follow(statement)
        for journal in self.journals.values():
            journal.last = self._last_of(journal)
        return stored

    def _follow(self, statement: Statement) -> None:
        """What the book itself takes from statements: cards, and journals that we know to be forked."""
        party = PartyId(split_origin(statement.origin).party)
        self.cards[party].take(statement)
        if party == self.me and statement.code == "FRK":
            self.forked.add(msgspec.json.decode(bytes(statement.body), type=_Forked).journal)

    def _last_of(self, journal: Journal) -> Statement | None:
        for stop in range(journal.size, 0, -_READ_AT_ONCE):
            rows = self.store.entries(journal.origin, max(0, stop - _READ_AT_ONCE), stop)
            for row in reversed(rows):
                if row.envelope:
                    return self._statement_of(row)
        return None

    def _statement_of(self, row: StoredEntry) -> Statement | None:
        """Our own disk is trusted for signatures, which were judged before the commit, but not for its bytes."""
        if not row.envelope:
            return None
        if leaf_hash(row.envelope) != row.leaf:
            raise DamageError(
                "store_damaged",
                f"Entry {row.seq} of {row.origin} in the store is not what was committed.",
                cure="Stop; keep the file; the peers hold a copy of your journal.",
            )
        return peek_statement(row.envelope)

    def _entry(self, journal: Journal, row: StoredEntry, statement: Statement) -> Entry:
        ref = Ref(origin=row.origin, seq=row.seq, leaf=Digest(row.leaf.hex()))
        return Entry(party=journal.party, ref=ref, statement=statement, committed_ms=row.committed_ms)
