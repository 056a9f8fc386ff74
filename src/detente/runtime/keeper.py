"""Keeps the own journal of one node: what it says, the heads it signs, and the receipts it gets.

Everything is committed to the store before it is said, answered or cosigned. The outbox is the tail of
the own journal that a peer has not cosigned; there is no second queue. A store that may be an older copy
says nothing before every peer has shown what it holds of our journal, and what is missing was fetched back.
If one does not answer, or they do not have all of it, a new generation is opened, whose first entry names the
last head known.
Source: C2SP tlog-checkpoint, tlog-cosignature and tlog-witness; RFC 6962; line.md section 1 (restore).
"""

from __future__ import annotations

import base64
import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from detente.crypto.dsse import seal
from detente.errors import DamageError, PeerError
from detente.line.bodies_duty import CardName, Opening
from detente.line.catalogue import answer_due_ms, encode_body
from detente.memorandum.agreement import Agreement
from detente.node.effects import Say
from detente.ports import Clock, Entropy, Keys, Store, StoredReceipt
from detente.quantities import Digest, PartyId, UtcMs
from detente.record.checkpoint import Checkpoint, sign_checkpoint, verify_cosignature
from detente.record.journal import judge_entry, origin_of
from detente.record.merkle import leaf_hash
from detente.record.parcel import Item
from detente.record.statement import STATEMENT_TYPE, Head, Ref, Statement, peek_statement
from detente.runtime.book import Book
from detente.runtime.early import Early, open_word, urgent_body
from detente.runtime.journal import Entry, Journal
from detente.runtime.witness import Witness, payload_of
from detente.wire import encode

PARCEL_ENTRIES_MAX = 32
PARCEL_BYTES_MAX = 524_288
"""Small enough that judging one does not keep an ALERT waiting."""


class Receipt(NamedTuple):
    """How much of our journal a peer holds, and when it signed that, by its own clock."""

    size: int
    signed_ms: UtcMs


class Keeper:
    """The record of one node. Not safe for threads: one loop calls it."""

    def __init__(
        self, *, agreement: Agreement, keys: Keys, store: Store, clock: Clock, entropy: Entropy
    ) -> None:
        self.agreement = agreement
        self.me = PartyId(keys.card.party)
        self.keys = keys
        self._store = store
        self._clock = clock
        self._entropy = entropy
        self._checkpoint: tuple[Checkpoint, bytes] | None = None
        self.book = Book(agreement=agreement, me=self.me, store=store, clock=clock)
        self.witness = Witness(self.book, keys)
        self.early = Early(self.book, keys, self.witness)
        self.restored: list[Entry] = []
        """Own entries that a peer gave back, until the node has taken them up."""
        self.told: dict[tuple[PartyId, str], int] = {}
        """Up to which size each peer was told of third parties' heads."""
        self.must_ask = self.book.stored.may_be_a_copy
        """Whether peers must show what they hold of our journal before we may sign anything."""
        self._asked: set[PartyId] = set()
        self._shown: dict[tuple[PartyId, str], tuple[int, int]] = {}
        """How much of an own journal each peer was seen to hold, and where its last early ALERT ends."""
        self._given_back: dict[str, dict[int, tuple[bytes, bytes, Statement | None]]] = {}
        """Own entries that came back before those in front of them, by journal and place."""
        if self.book.of(self.me):
            self.own = self.book.of(self.me)[-1]
        else:
            self.open_generation()

    def open_generation(self) -> Entry:
        """Begin a journal of a new random generation; its first entry names the last head of the one before."""
        memorandum = self.agreement.memorandum
        before = self.book.of(self.me)
        origin = origin_of(self.me, memorandum.memorandum.id, self._entropy.draw(8).hex())
        self.own = self.book.begin(origin)
        self.must_ask, self._checkpoint = False, None
        self._store.trust()
        cards = tuple(
            CardName(party=party.id, root_card_sha256=Digest(party.root_card_sha256))
            for party in memorandum.party
        )
        opening = Opening(
            identity=self.agreement.identity, cards=cards, previous=_head(before[-1]) if before else None
        )
        to = tuple(self.book.desk_of(peer) for peer in self.peers)
        return self.say(Say(to=to, code="OPN", body=opening, precedence="ADMIN", reply_to=None))

    def say(self, say: Say) -> Entry:
        """As `say_together`, of one."""
        return self.say_together([say])[0]

    def say_together(self, says: Sequence[Say]) -> list[Entry]:
        """Sign, commit together, and only then give back statements. Raises DamageError where they cannot be kept.

        A signed statement that could not be committed is forgotten: it never left, so its place is free.
        """
        assert not self.must_ask, "a store that may be an older copy signs nothing"
        heads = self._heads()
        items = []
        for seq, say in enumerate(says, self.own.size):
            statement = self._statement(say, seq, heads)
            envelope = seal(STATEMENT_TYPE, encode(statement), self.keys.statements)
            items.append((envelope, leaf_hash(envelope), statement))
        return self.book.commit(self.own, items, urgent=any(say.precedence == "ALERT" for say in says))

    def _heads(self) -> tuple[Head, ...]:
        """The newest head of every other journal that we hold or, before our store was lost, held."""
        newest = {head.origin: head for head in self.own.last.heads} if self.own.last is not None else {}
        for origin, journal in self.book.journals.items():
            seen = newest[origin].size if origin in newest else 0
            if journal is not self.own and journal.size and journal.size >= seen:
                newest[origin] = _head(journal)
        return tuple(head for _, head in sorted(newest.items()))

    def _statement(self, say: Say, seq: int, heads: tuple[Head, ...]) -> Statement:
        now_ms, memorandum = self._clock.now_ms(), self.agreement.memorandum
        return Statement(
            v=1,
            memorandum=memorandum.memorandum.id,
            identity=self.agreement.identity,
            origin=self.own.origin,
            seq=seq,
            sender=self.book.desk_of(self.me),
            to=tuple(say.to),
            code=say.code,
            precedence=say.precedence,
            sent_ms=now_ms,
            answer_due_ms=answer_due_ms(memorandum, code=say.code, precedence=say.precedence, sent_ms=now_ms),
            reply_to=say.reply_to,
            language=memorandum.languages.line[0],
            exercise=say.exercise,
            heads=heads,
            salt=base64.b64encode(self._entropy.draw(32)).decode(),
            body=encode_body(say.body),
        )

    def change_keys(self, keys: Keys) -> None:
        """Sign by new keys from now on; the KEY statement that names their card is committed."""
        assert keys.card == self.book.cards[self.me].newest, "a KEY statement comes first"
        self.keys = keys
        self._checkpoint = None
        self.witness = Witness(self.book, keys)
        self.early = Early(self.book, keys, self.witness)

    def parcel(self, peer: PartyId, journal: Journal, seq: int) -> list[Item]:
        """The next entries for a peer, as many as one request holds; of those for others only the hash."""
        items: list[Item] = []
        size = 0
        for row in self._store.entries(journal.origin, seq, seq + PARCEL_ENTRIES_MAX):
            envelope = row.envelope if self._is_for(peer, row.envelope) else b""
            size += len(envelope)
            if items and size > PARCEL_BYTES_MAX:
                break
            items.append((envelope, row.leaf))
        return items

    def checkpoint(self, journal: Journal | None = None) -> tuple[Checkpoint, bytes]:
        """The signed head of an own journal; signed once for each size."""
        journal = journal or self.own
        head = Checkpoint(origin=journal.origin, size=journal.size, root=Digest(journal.tree.root().hex()))
        if self._checkpoint is None or self._checkpoint[0] != head:
            self._checkpoint = (head, self.sign_head(head))
        return self._checkpoint

    def sign_head(self, head: Checkpoint) -> bytes:
        """A head of an own journal with our two lines."""
        return sign_checkpoint(head, name=self.me, key=self.keys.journal)

    def urgent(self, peer: PartyId, ref: Ref) -> bytes:
        """An own ALERT with the proofs of its place, for a peer that lacks entries before it."""
        journal = self.book.journals[ref.origin]
        size = ref.seq + 1
        head = Checkpoint(origin=ref.origin, size=size, root=Digest(journal.tree.root(size).hex()))
        return urgent_body(
            journal,
            seq=ref.seq,
            checkpoint=self.sign_head(head),
            old_size=min(journal.cosigned_size(peer), size),
        )

    def take_word(self, *, peer: PartyId, ref: Ref, word: bytes) -> UtcMs:
        """When a peer says, under its signature, that it holds our ALERT out of order."""
        return open_word(word, key=self.book.cards[peer].newest.statements, peer=peer, ref=ref)

    def take_receipt(self, *, peer: PartyId, head: Checkpoint, note: bytes, lines: bytes) -> Receipt:
        """Verify and commit a peer's cosignature under an own head."""
        journal = self.book.journals[head.origin]
        key = self.book.cards[peer].newest.cosigner
        signed_s = verify_cosignature(lines, head, name=peer, key=key)
        if head.size > journal.cosigned_size(peer):
            self.book.put_head(
                journal,
                cosigner=peer,
                head=head,
                note=note,
                lines=lines,
                signed_ms=UtcMs(signed_s * 1000),
            )
        return Receipt(head.size, UtcMs(signed_s * 1000))

    def restore(self, *, peer: PartyId, origin: str, seq: int, items: Sequence[Item]) -> None:
        """Take back own entries from `seq` on that a peer holds; the first is the last one that is here, if any.

        What it holds only the hash of waits for another peer, and what follows that waits with it.

        Raises: PeerError where we never signed them: a peer's word alone stops nothing. DamageError
        `restored_old_copy` where something else that we signed stands here.
        """
        journal = self.book.journals.get(origin) or self.book.begin(origin)
        waiting = self._given_back.setdefault(origin, {})
        for place, (envelope, leaf) in enumerate(items, seq):
            is_here = place < journal.size
            if not envelope:
                if is_here and journal.tree.leaf(place) != leaf:
                    raise PeerError("not_ours", f"{peer} holds another hash of entry {place} of {origin}.")
                continue
            key = self.book.cards[self.me].at(origin, place).statements
            statement = judge_entry(envelope, origin=origin, seq=place, key=key)
            if not is_here:
                waiting[place] = envelope, leaf, statement
            elif payload_of(journal.envelopes[place]) != payload_of(envelope):
                raise DamageError(
                    "restored_old_copy",
                    f"{peer} holds entry {place} of our journal, signed by us; this store has another one there.",
                    cure="This store is an old copy. Restore the newest one: going on would fork the journal.",
                )
        whole = list(itertools.takewhile(waiting.__contains__, itertools.count(journal.size)))
        if whole:
            fresh = [waiting.pop(place) for place in whole]
            self.restored += self.book.commit(journal, fresh, urgent=False)

    def asked(self, peer: PartyId, held: Mapping[str, tuple[int, int]]) -> None:
        """A peer has shown how much it holds of our journals, and has given back what it could.

        Args:
            held: by journal, how many entries from the first on, and where the last early ALERT ends.

        Raises: PeerError `not_whole` where it holds more of the journal in use than it can give back.
        """
        self._asked.add(peer)
        self._shown.update({(peer, origin): ends for origin, ends in held.items()})
        own = self.own_journals[-1] if self.own_journals else self.own
        most = max(
            (max(ends) for (_, origin), ends in self._shown.items() if origin == own.origin), default=0
        )
        if not self.must_ask:
            theirs = max(held.get(self.own.origin, (0, 0)))
            if theirs > self.own.size:
                what = f"{peer} holds entry {theirs - 1} of {self.own.origin}"
                raise PeerError(
                    "not_whole", f"{what}, {self.own.size} are here, and it cannot give all back."
                )
        elif self._asked.issuperset(self.peers) and own.size >= most:
            self.must_ask = False
            self._store.trust()
            self.own = own

    def must_hear(self, peer: PartyId) -> bool:
        """Whether a conversation with a peer is due: it lacks something of ours, or we must ask it first."""
        if self.must_ask:
            return peer not in self._asked
        return self.unreceipted(peer) > 0

    def is_left(self, peer: PartyId, journal: Journal) -> bool:
        """Whether a peer holds more of an own journal than we do: it was lost with a store, and goes on no more."""
        return self._shown.get((peer, journal.origin), (0, 0))[0] > journal.size

    def history(self, after: int) -> Iterator[Entry | StoredReceipt]:
        """What was committed after a place, receipts included, in order."""
        return self.book.history(after)

    def unreceipted(self, peer: PartyId) -> int:
        """How many own entries a peer has not cosigned."""
        return sum(
            journal.size - journal.cosigned_size(peer)
            for journal in self.own_journals
            if not self.is_left(peer, journal)
        )

    @property
    def own_journals(self) -> tuple[Journal, ...]:
        """Every generation of the own journal, the one in use last."""
        return self.book.of(self.me)

    @property
    def mirrors(self) -> Mapping[str, Journal]:
        """The peers' journals by origin."""
        return {origin: one for origin, one in self.book.journals.items() if one.party != self.me}

    @property
    def forked(self) -> set[str]:
        """Journals of which two pasts are signed."""
        return self.book.forked

    @property
    def peers(self) -> tuple[PartyId, ...]:
        """The other parties of the memorandum."""
        return self.book.peers

    def held_of(self, peer: PartyId) -> tuple[Journal, ...]:
        """The journals of a peer that are mirrored here."""
        return self.book.of(peer)

    def heads_for(self, peer: PartyId) -> list[tuple[str, int, bytes]]:
        """Origin, size and signed head of third parties' journals, as they were shown to us."""
        return [
            (journal.origin, head.size, head.checkpoint)
            for journal in self.book.journals.values()
            if journal.party not in (peer, self.me) and (head := journal.cosigned.get(self.me)) is not None
        ]

    def _is_for(self, peer: PartyId, envelope: bytes) -> bool:
        if not envelope or len(self.peers) == 1:
            return True
        return any(self.book.party_of(post) == peer for post in peek_statement(envelope).to)


def _head(journal: Journal) -> Head:
    return Head(origin=journal.origin, size=journal.size, root=Digest(journal.tree.root().hex()))
