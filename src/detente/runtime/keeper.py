"""Keeps the record of one node: its own journal, the mirrors of its peers, and both sides' receipts.

Everything is committed to the store before it is said, answered or cosigned. The outbox is the tail of
the own journal that a peer has not cosigned; there is no second queue.
Source: C2SP tlog-checkpoint, tlog-cosignature and tlog-witness; RFC 6962.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from detente.crypto.dsse import peek_payload, seal
from detente.errors import DamageError, OperatorError, PeerError
from detente.line.catalogue import CardName, Fork, Opening, encode_body, parse_body
from detente.memorandum.agreement import Agreement
from detente.node.effects import Say
from detente.ports import Clock, Entropy, Keys, Store, StoredEntry, StoredHead
from detente.quantities import Digest, PartyId, PostId, UtcMs
from detente.record.checkpoint import (
    Checkpoint,
    cosign,
    peek_checkpoint,
    sign_checkpoint,
    verify_cosignature,
)
from detente.record.journal import judge_checkpoint, judge_entry, judge_heads, origin_of, split_origin
from detente.record.merkle import consistency_proof, leaf_hash
from detente.record.statement import STATEMENT_TYPE, Head, Ref, Statement, parse_statement
from detente.runtime.journal import Journal
from detente.wire import encode

GENERATIONS_MAX = 16
"""Journals of one party under one memorandum; each restore without a peer opens one."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A committed entry, own or a peer's."""

    party: PartyId
    ref: Ref
    statement: Statement
    committed_ms: UtcMs


class Keeper:
    """The record of one node. Not safe for threads: one loop calls it."""

    def __init__(
        self, *, agreement: Agreement, keys: Keys, store: Store, clock: Clock, entropy: Entropy
    ) -> None:
        self.agreement = agreement
        self.me = PartyId(keys.card.party)
        self._keys = keys
        self._store = store
        self._clock = clock
        self._entropy = entropy
        self._checkpoint: tuple[Checkpoint, bytes] | None = None
        self.mirrors: dict[str, Journal] = {}
        self.forked: set[str] = set()
        """Journals of which two pasts are signed: what comes is kept, but no head is cosigned any more."""
        self.history: Sequence[Entry] = self._load()

    def say(self, say: Say) -> Entry:
        """Sign, commit, and only then give back a statement. Raises DamageError where it cannot be kept.

        A signed statement that could not be committed is forgotten: it never left, so its place is free.
        """
        now_ms = self._clock.now_ms()
        statement = Statement(
            v=1,
            memorandum=self.agreement.memorandum.memorandum.id,
            identity=self.agreement.identity,
            origin=self.own.origin,
            seq=self.own.size,
            sender=self._own_desk(),
            to=tuple(say.to),
            code=say.code,
            precedence=say.precedence,
            sent_ms=now_ms,
            answer_due_ms=None,
            reply_to=say.reply_to,
            language=self.agreement.memorandum.languages.line[0],
            exercise=False,
            heads=tuple(
                Head(origin=mirror.origin, size=mirror.size, root=Digest(mirror.frontier.root.hex()))
                for mirror in sorted(self.mirrors.values(), key=lambda mirror: mirror.origin)
                if mirror.size
            ),
            salt=base64.b64encode(self._entropy.draw(32)).decode(),
            body=encode_body(say.body),
        )
        envelope = seal(STATEMENT_TYPE, encode(statement), self._keys.statements)
        return self._commit(self.own, envelope, statement, urgent=say.precedence == "ALERT")

    def take_entry(self, *, peer: PartyId, origin: str, seq: int, envelope: bytes) -> Entry | None:
        """Judge and commit an entry of a peer's journal; None where it is held already.

        Raises: PeerError `gap` (entries before it are missing), `fork` (another payload stands there:
        both are kept as evidence), `not_opened`, `bad_reference`, `other_memorandum`, or what `judge_entry`
        and `judge_heads` found: whatever `record verify` would find in our own export later.
        """
        journal = self._mirror_for(peer, origin, seq)
        if seq < journal.size:
            self._same_or_fork(journal, seq, envelope)
            return None
        if seq > journal.size:
            raise PeerError("gap", f"Entry {seq} of {origin} does not follow: {journal.size} are held here.")
        key = self.agreement.cards[peer].statements
        statement = judge_entry(envelope, origin=origin, seq=seq, key=key)
        try:
            judge_heads(
                statement,
                before=journal.last,
                root_at=self._root_at,
                is_whole=lambda named: split_origin(named).party not in self.peers,
            )
        except PeerError as why:
            if why.code == "fork":
                self._keep_fork(origin, f"heads of entry {seq}", {"came": envelope})
            raise
        if statement.identity != self.agreement.identity:
            raise PeerError(
                "other_memorandum",
                f"Entry {seq} of {origin} names memorandum {statement.identity[:12]};"
                f" {self.agreement.identity[:12]} is in force here.",
            )
        self._judge_reference(statement)
        if seq == 0:
            self._judge_opening(statement)
        return self._commit(journal, envelope, statement, urgent=statement.precedence == "ALERT")

    def entry_of(self, *, peer: PartyId, origin: str, seq: int) -> bytes:
        """A peer's own entry as it is held here, so that it can see what it once signed."""
        journal = self.mirrors.get(origin)
        if journal is None or journal.party != peer or seq >= journal.size:
            raise PeerError("not_held", f"Entry {seq} of {origin} is not held here.")
        return journal.envelopes[seq]

    def take_checkpoint(self, *, peer: PartyId, note: bytes, old_size: int, proof: Sequence[bytes]) -> bytes:
        """Cosign a peer's checkpoint: "I hold durably every entry up to this size". Returns the two lines.

        Raises: PeerError `not_held`, or what `judge_checkpoint` found; a `fork` leaves its proof in the store.
        """
        origin = peek_checkpoint(note).origin
        journal = self.mirrors.get(origin)
        if journal is None or journal.party != peer:
            raise PeerError("not_held", f"No entry of {origin} is held here.")
        if origin in self.forked:
            raise PeerError("fork", f"{origin} has two pasts; it is cosigned no more.")
        cosigned = journal.cosigned.get(self.me)
        try:
            checkpoint = judge_checkpoint(
                note,
                name=peer,
                key=self.agreement.cards[peer].journal,
                origin=origin,
                leaves=journal.leaves,
                frontier=journal.frontier,
                cosigned=None
                if cosigned is None
                else Head(origin=origin, size=cosigned.size, root=cosigned.root),
                old_size=old_size,
                proof=proof,
            )
        except PeerError as why:
            if why.code == "fork":
                held = {"cosigned": cosigned.checkpoint} if cosigned is not None else {}
                self._keep_fork(origin, "checkpoint", {"checkpoint": note, **held})
            raise
        if cosigned is not None and checkpoint.size == cosigned.size:
            return cosigned.cosignature
        now_ms = self._clock.now_ms()
        lines = cosign(checkpoint, name=self.me, key=self._keys.cosigner, time_s=now_ms // 1000)
        self._put_head(journal, self.me, checkpoint, note, lines, now_ms)
        return lines

    def checkpoint(self) -> tuple[Checkpoint, bytes]:
        """The signed head of the own journal; signed once for each size."""
        if self._checkpoint is None or self._checkpoint[0].size != self.own.size:
            head = Checkpoint(
                origin=self.own.origin, size=self.own.size, root=Digest(self.own.frontier.root.hex())
            )
            self._checkpoint = (head, sign_checkpoint(head, name=self.me, key=self._keys.journal))
        return self._checkpoint

    def proof_from(self, old: int) -> Sequence[bytes]:
        """The consistency proof from an older size of the own journal to its head; empty from 0."""
        return consistency_proof(self.own.leaves, old, self.own.size) if old else ()

    def take_receipt(self, *, peer: PartyId, head: Checkpoint, note: bytes, lines: bytes) -> int:
        """Verify and commit a peer's cosignature under an own head; returns the receipted size."""
        verify_cosignature(lines, head, name=peer, key=self.agreement.cards[peer].cosigner)
        if head.size > self.own.cosigned_size(peer):
            self._put_head(self.own, peer, head, note, lines, self._clock.now_ms())
        return head.size

    def judge_own(self, *, peer: PartyId, seq: int, envelope: bytes) -> None:
        """What a peer holds as our own entry `seq`, against what this store has there.

        Raises: PeerError where we never signed it: a peer's word alone stops nothing. DamageError
        `restored_old_copy` where we did, and the store has lost it or something else stands there.
        """
        judge_entry(envelope, origin=self.own.origin, seq=seq, key=self.agreement.cards[self.me].statements)
        held = self.own.envelopes[seq] if seq < self.own.size else None
        if held is None or _payload(held) != _payload(envelope):
            raise DamageError(
                "restored_old_copy",
                f"{peer} holds entry {seq} of our journal, signed by us; this store has"
                f" {'another one' if held else f'{self.own.size} entries'}.",
                cure="This store is an old copy. Stop, and restore the newest one: going on would fork the journal.",
            )

    def unreceipted(self, peer: PartyId) -> int:
        """How many own entries a peer has not cosigned."""
        return self.own.size - self.own.cosigned_size(peer)

    @property
    def peers(self) -> tuple[PartyId, ...]:
        """The other parties of the memorandum."""
        return tuple(party for party in self.agreement.cards if party != self.me)

    def held_of(self, peer: PartyId) -> tuple[Journal, ...]:
        """The journals of a peer that are mirrored here."""
        return tuple(journal for journal in self.mirrors.values() if journal.party == peer)

    def _load(self) -> Sequence[Entry]:
        stored = self._store.load()
        journals: dict[str, Journal] = {}
        history = []
        for row in stored.entries:
            parts = split_origin(row.origin)
            if parts.memorandum != self.agreement.memorandum.memorandum.id:
                raise OperatorError(
                    "other_memorandum",
                    f"This store holds journals under {parts.memorandum}, not under"
                    f" {self.agreement.memorandum.memorandum.id}.",
                    cure="Give each memorandum a home of its own.",
                )
            party = PartyId(parts.party)
            journal = journals.setdefault(row.origin, Journal(origin=row.origin, party=party))
            if row.seq != journal.size or leaf_hash(row.envelope) != row.leaf:
                raise DamageError(
                    "store_damaged",
                    f"Entry {row.seq} of {row.origin} in the store is not what was committed.",
                    cure="Stop; keep the file; the peers hold a copy of your journal.",
                )
            statement = parse_statement(row.envelope, key=self.agreement.cards[party].statements)
            if party == self.me and statement.code == "FRK":
                body = parse_body(statement, self.agreement.memorandum.disclosure)
                assert isinstance(body, Fork), "an own FRK names a journal"
                self.forked.add(body.journal)
            journal.put(row.envelope, row.leaf, statement)
            ref = Ref(origin=row.origin, seq=row.seq, leaf=Digest(row.leaf.hex()))
            history.append(Entry(party=party, ref=ref, statement=statement, committed_ms=row.committed_ms))
        for head in stored.heads:
            journals[head.origin].cosigned[head.cosigner] = head
        own = [journal for journal in journals.values() if journal.party == self.me]
        self.mirrors = {origin: held for origin, held in journals.items() if held.party != self.me}
        if own:
            self.own = own[-1]
            return history
        memorandum = self.agreement.memorandum
        generation = self._entropy.draw(8).hex()
        self.own = Journal(origin=origin_of(self.me, memorandum.memorandum.id, generation), party=self.me)
        cards = tuple(
            CardName(party=party.id, root_card_sha256=Digest(party.root_card_sha256))
            for party in memorandum.party
        )
        opening = Say(
            to=tuple(self._desk_of(peer) for peer in self.peers),
            code="OPN",
            body=Opening(identity=self.agreement.identity, cards=cards),
            precedence="ADMIN",
            reply_to=None,
        )
        return [*history, self.say(opening)]

    def _commit(self, journal: Journal, envelope: bytes, statement: Statement, *, urgent: bool) -> Entry:
        leaf = leaf_hash(envelope)
        now_ms = self._clock.now_ms()
        self._store.append(
            StoredEntry(
                origin=journal.origin, seq=journal.size, envelope=envelope, leaf=leaf, committed_ms=now_ms
            ),
            urgent=urgent,
        )
        ref = Ref(origin=journal.origin, seq=journal.size, leaf=Digest(leaf.hex()))
        journal.put(envelope, leaf, statement)
        self.mirrors.update({journal.origin: journal} if journal.party != self.me else {})
        return Entry(party=journal.party, ref=ref, statement=statement, committed_ms=now_ms)

    def _put_head(
        self, journal: Journal, cosigner: PartyId, head: Checkpoint, note: bytes, lines: bytes, now_ms: UtcMs
    ) -> None:
        stored = StoredHead(
            origin=journal.origin,
            cosigner=cosigner,
            size=head.size,
            root=Digest(head.root),
            checkpoint=note,
            cosignature=lines,
            committed_ms=now_ms,
        )
        self._store.put_head(stored, size_before=journal.cosigned_size(cosigner))
        journal.cosigned[cosigner] = stored

    def _mirror_for(self, peer: PartyId, origin: str, seq: int) -> Journal:
        parts = split_origin(origin)
        if parts.party != peer or parts.memorandum != self.agreement.memorandum.memorandum.id:
            raise PeerError("not_your_journal", f"{origin} is not a journal of {peer} under this memorandum.")
        known = self.mirrors.get(origin)
        if known is not None:
            return known
        if seq != 0:
            raise PeerError("gap", f"Entry {seq} of {origin} does not follow: 0 are held here.")
        if len(self.held_of(peer)) >= GENERATIONS_MAX:
            raise PeerError("too_many_journals", f"{peer} has opened {GENERATIONS_MAX} journals already.")
        return Journal(origin=origin, party=peer)

    def _same_or_fork(self, journal: Journal, seq: int, envelope: bytes) -> None:
        """ML-DSA signs with chance: two envelopes of one payload are the same entry."""
        held = journal.envelopes[seq]
        if held == envelope:
            return
        statement = parse_statement(envelope, key=self.agreement.cards[journal.party].statements)
        if statement.origin != journal.origin or statement.seq != seq:
            raise PeerError(
                "misplaced", f"What came as entry {seq} of {journal.origin} says that it stands elsewhere."
            )
        if _payload(held) != _payload(envelope):
            self._keep_fork(journal.origin, f"entry {seq}", {"held": held, "came": envelope})
            raise PeerError(
                "fork", f"{journal.party} signed two different entries {seq} of {journal.origin}."
            )

    def _keep_fork(self, origin: str, what: str, files: dict[str, bytes]) -> None:
        """One proof of a journal is enough, and a peer cannot fill the disk with more."""
        if origin not in self.forked:
            self._store.keep_evidence(at_ms=self._clock.now_ms(), kind=f"fork: {origin}: {what}", files=files)
            self.forked.add(origin)

    def _judge_reference(self, statement: Statement) -> None:
        """What an entry answers is the entry that is held there."""
        ref = statement.reply_to
        journal = self._held(ref.origin) if ref is not None else None
        if ref is None or journal is None or ref.seq >= journal.size:
            return
        if journal.leaves[ref.seq].hex() != ref.leaf:
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
        body = parse_body(statement, self.agreement.memorandum.disclosure)
        if not isinstance(body, Opening) or body.identity != self.agreement.identity:
            raise PeerError("other_memorandum", f"{what} opens it under another memorandum.")

    def _held(self, origin: str) -> Journal | None:
        return self.own if origin == self.own.origin else self.mirrors.get(origin)

    def _root_at(self, origin: str, size: int) -> bytes | None:
        journal = self._held(origin)
        return journal.root_at(size) if journal is not None else None

    def _own_desk(self) -> PostId:
        return self._desk_of(self.me)

    def _desk_of(self, party: PartyId) -> PostId:
        for post in self.agreement.memorandum.post:
            if post.party == party and post.role == "air_desk":
                return PostId(post.id)
        raise KeyError(f"{party} has no air desk")


def _payload(envelope: bytes) -> bytes:
    return peek_payload(envelope, payload_type=STATEMENT_TYPE, what="statement")
