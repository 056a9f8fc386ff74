"""What a node takes of its peers' journals, and what it cosigns: judged, committed, and only then answered.

Source: C2SP tlog-witness and tlog-cosignature. The rules themselves are in `detente.record.journal`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from detente.crypto.dsse import peek_payload
from detente.errors import PeerError
from detente.line.bodies_duty import Opening
from detente.line.catalogue import parse_body
from detente.ports import Keys
from detente.quantities import PartyId, UtcMs
from detente.record.card_line import KEY_CODE
from detente.record.checkpoint import cosign, open_checkpoint, peek_checkpoint
from detente.record.journal import judge_checkpoint, judge_entry, judge_heads, split_origin
from detente.record.parcel import Item
from detente.record.statement import STATEMENT_TYPE, Head, Statement, parse_statement
from detente.runtime.book import Book
from detente.runtime.journal import Entry, Journal

GENERATIONS_MAX = 64
"""Journals of one party under one memorandum; each restore without a peer opens one."""

Tell = Callable[[Entry], None]


class Cosigned(NamedTuple):
    """What was cosigned, when by our clock, and the two lines of it."""

    origin: str
    size: int
    signed_ms: UtcMs
    lines: bytes


class Witness:
    """The peers' side of a book."""

    def __init__(self, book: Book, keys: Keys) -> None:
        self._book = book
        self._keys = keys

    def mirror_for(self, peer: PartyId, origin: str, seq: int) -> Journal:
        """The mirror of a peer's journal, begun where it is new; raises PeerError where it cannot be theirs."""
        parts = split_origin(origin)
        if parts.party != peer or parts.memorandum != self._book.agreement.memorandum.memorandum.id:
            raise PeerError("not_your_journal", f"{origin} is not a journal of {peer} under this memorandum.")
        known = self._book.journals.get(origin)
        if known is not None:
            return known
        if seq != 0:
            raise PeerError("gap", f"Entry {seq} of {origin} does not follow: 0 are held here.")
        if len(self._book.of(peer)) >= GENERATIONS_MAX:
            raise PeerError("too_many_journals", f"{peer} has opened {GENERATIONS_MAX} journals already.")
        return self._book.begin(origin)

    def take_entries(
        self, *, peer: PartyId, origin: str, seq: int, items: Sequence[Item], tell: Tell
    ) -> None:
        """Judge and commit entries of a peer's journal from place `seq` on; what is held already is passed over.

        What comes before a refused one is committed, and `tell` hears of every new one that can be read here.

        Raises: PeerError `gap` (entries before it are missing), `fork` (another payload stands there: both
        are kept as evidence), `not_opened`, `bad_reference`, `other_memorandum`, or what `judge_entry` and
        `judge_heads` found: whatever `record verify` would find in our own export later.
        """
        journal = self.mirror_for(peer, origin, seq)
        if seq > journal.size:
            raise PeerError("gap", f"Entry {seq} of {origin} does not follow: {journal.size} are held here.")
        fresh: Sequence[tuple[int, Item]] = [
            (place, item)
            for place, item in enumerate(items, seq)
            if place >= journal.size or self._same_or_fork(journal, place, *item)
        ]
        while fresh:
            fresh = self._take_some(journal, fresh, tell)

    def _take_some(
        self, journal: Journal, fresh: Sequence[tuple[int, Item]], tell: Tell
    ) -> Sequence[tuple[int, Item]]:
        """Commit up to the next change of keys; what follows is left, to be judged by the new ones."""
        taken: list[tuple[bytes, bytes, Statement | None]] = []
        before = journal.last
        try:
            for place, (envelope, leaf) in fresh:
                statement = self._judge(journal, place, envelope, before, taken)
                before = statement or before
                taken.append((envelope, leaf, statement))
                if statement is not None and statement.code == KEY_CODE:
                    break
        finally:
            if taken:
                urgent = any(one is not None and one.precedence == "ALERT" for _, _, one in taken)
                for entry in self._book.commit(journal, taken, urgent=urgent):
                    tell(entry)
        return fresh[len(taken) :]

    def entries_of(self, *, peer: PartyId, origin: str, seq: int, count: int) -> list[Item]:
        """A peer's own entries as they are held here, so that it can see what it once signed."""
        journal = self._book.journals.get(origin)
        if journal is None or journal.party != peer or seq >= journal.size:
            raise PeerError("not_held", f"Entry {seq} of {origin} is not held here.")
        return [(row.envelope, row.leaf) for row in self._book.store.entries(origin, seq, seq + count)]

    def take_checkpoint(
        self, *, peer: PartyId, note: bytes, old_size: int, proof: Sequence[bytes]
    ) -> Cosigned:
        """Cosign a peer's checkpoint: "I hold durably every entry for me up to this size".

        Raises: PeerError `not_held`, or what `judge_checkpoint` found; a `fork` leaves its proof in the store.
        """
        claimed = peek_checkpoint(note)
        origin = claimed.origin
        journal = self._book.journals.get(origin)
        if journal is None or journal.party != peer:
            raise PeerError("not_held", f"No entry of {origin} is held here.")
        if origin in self._book.forked:
            raise PeerError("fork", f"{origin} has two pasts; it is cosigned no more.")
        cosigned = journal.cosigned.get(self._book.me)
        recorded = None if cosigned is None else Head(origin=origin, size=cosigned.size, root=cosigned.root)
        try:
            checkpoint = judge_checkpoint(
                note,
                name=peer,
                key=self._book.card_at(journal, claimed.size).journal,
                origin=origin,
                tree=journal.tree,
                cosigned=recorded,
                old_size=old_size,
                proof=proof,
            )
        except PeerError as why:
            if why.code == "fork":
                held = {"cosigned": cosigned.checkpoint} if cosigned is not None else {}
                self._book.keep_fork(origin, "checkpoint", {"checkpoint": note, **held})
            raise
        if cosigned is not None and checkpoint.size == cosigned.size:
            return Cosigned(origin, cosigned.size, cosigned.signed_ms, cosigned.cosignature)
        time_s = self._book.clock.now_ms() // 1000
        lines = cosign(checkpoint, name=self._book.me, key=self._keys.cosigner, time_s=time_s)
        signed_ms = UtcMs(time_s * 1000)
        self._book.put_head(
            journal, cosigner=self._book.me, head=checkpoint, note=note, lines=lines, signed_ms=signed_ms
        )
        return Cosigned(origin, checkpoint.size, signed_ms, lines)

    def take_heads(self, *, peer: PartyId, notes: Sequence[bytes]) -> None:
        """Signed heads of other parties' journals, as a peer was shown them: a split view among three shows here.

        Where the journal is held up to the head, another root is proof of a fork: its author signed both.
        Otherwise the head waits until so much is held. Raises: PeerError where a note cannot be read.
        """
        for note in notes:
            claimed = peek_checkpoint(note)
            party = PartyId(split_origin(claimed.origin).party)
            if party in (peer, self._book.me) or party not in self._book.cards:
                raise PeerError("not_a_third", f"{claimed.origin[:80]} is no journal of a third party.")
            key = self._book.cards[party].at(claimed.origin, claimed.size).journal
            head = open_checkpoint(note, name=party, key=key)
            known = self._book.rumours.get(head.origin)
            if known is None or known[0].size <= head.size:
                self._book.rumours[head.origin] = (head, note)
            self.compare_rumours(head.origin)

    def compare_rumours(self, origin: str) -> None:
        """Compare what a journal's author signed for others with what is held here."""
        head, note = self._book.rumours.get(origin, (None, b""))
        root = self._book.root_at(origin, head.size) if head is not None else None
        if head is not None and root is not None:
            del self._book.rumours[origin]
            if root.hex() != head.root:
                held = self._book.journals[origin].cosigned.get(self._book.me)
                self._book.keep_fork(
                    origin,
                    "split view",
                    {"shown to others": note, "cosigned here": held.checkpoint if held else b""},
                )

    def _judge(
        self,
        journal: Journal,
        seq: int,
        envelope: bytes,
        before: Statement | None,
        taken: Sequence[tuple[bytes, bytes, Statement | None]],
    ) -> Statement | None:
        """One entry at its place; None where only its hash came, because it is addressed to others."""
        origin, peer = journal.origin, journal.party
        if not envelope:
            if seq == 0:
                raise PeerError("not_opened", f"Entry 0 of {origin} came as a hash only.")
            return None
        statement = judge_entry(
            envelope, origin=origin, seq=seq, key=self._book.card_at(journal, seq).statements
        )
        try:
            judge_heads(
                statement,
                before=before,
                root_at=lambda named, size: (
                    self._book.root_at(named, size) if self._party(named) in (self._book.me, peer) else None
                ),
                is_whole=self._is_whole,
            )
        except PeerError as why:
            if why.code == "fork":
                self._book.keep_fork(origin, f"heads of entry {seq}", {"came": envelope})
            raise
        if statement.identity != self._book.agreement.identity:
            raise PeerError(
                "other_memorandum",
                f"Entry {seq} of {origin} names memorandum {statement.identity[:12]};"
                f" {self._book.agreement.identity[:12]} is in force here.",
            )
        self._judge_reference(statement, [leaf for _, leaf, _ in taken])
        if seq == 0:
            self._judge_opening(statement)
        return statement

    def _same_or_fork(self, journal: Journal, seq: int, envelope: bytes, leaf: bytes) -> bool:
        """False where it is the entry that is held, if with other signatures: ML-DSA signs with chance."""
        if journal.tree.leaf(seq) == leaf or not envelope:
            return False
        held = journal.envelopes[seq]
        statement = parse_statement(envelope, key=self._book.card_at(journal, seq).statements)
        if statement.origin != journal.origin or statement.seq != seq:
            raise PeerError(
                "misplaced", f"What came as entry {seq} of {journal.origin} says that it stands elsewhere."
            )
        if not held or payload_of(held) != payload_of(envelope):
            self._book.keep_fork(journal.origin, f"entry {seq}", {"held": held, "came": envelope})
            raise PeerError(
                "fork", f"{journal.party} signed two different entries {seq} of {journal.origin}."
            )
        return False

    def _judge_reference(self, statement: Statement, leaves: Sequence[bytes]) -> None:
        """What an entry answers is the entry that is held there; `leaves` are those that come with it."""
        ref = statement.reply_to
        journal = self._book.journals.get(ref.origin) if ref is not None else None
        if ref is None or journal is None:
            return
        ahead = leaves if ref.origin == statement.origin else ()
        if ref.seq >= journal.size + len(ahead):
            return
        leaf = journal.tree.leaf(ref.seq) if ref.seq < journal.size else ahead[ref.seq - journal.size]
        if leaf.hex() != ref.leaf:
            raise PeerError(
                "bad_reference",
                f"Entry {statement.seq} of {statement.origin} answers another entry {ref.seq} of {ref.origin}"
                " than is here.",
            )

    def _judge_opening(self, statement: Statement) -> None:
        """Entry 0 opens the journal under the memorandum in force."""
        what = f"Entry 0 of {statement.origin}"
        if statement.code != "OPN":
            raise PeerError("not_opened", f"{what} does not open the journal.")
        body = parse_body(statement, self._book.agreement.memorandum.disclosure)
        if not isinstance(body, Opening) or body.identity != self._book.agreement.identity:
            raise PeerError("other_memorandum", f"{what} opens it under another memorandum.")

    def _is_whole(self, origin: str) -> bool:
        """What is no peer's is known here to its end; but an earlier journal of ours may be lost in part."""
        earlier = [journal.origin for journal in self._book.of(self._book.me)[:-1]]
        return self._party(origin) not in self._book.peers and origin not in earlier

    @staticmethod
    def _party(origin: str) -> str:
        return origin.partition("/")[0]


def payload_of(envelope: bytes) -> bytes:
    """What was said, whatever the signatures."""
    return peek_payload(envelope, payload_type=STATEMENT_TYPE, what="statement")
