"""ALERTs that overtake: proved to stand in their place, shown at once, and answered with a signed word.

An ALERT is committed first and then leaves ahead of any backlog, on every path. Its receiver cannot cosign
yet, because entries before it are missing; it says under its signature that it holds this one, "n, out of
order". The receipt follows once the backlog is in; another entry at that place then is proof of a fork.
Source: line.md section 1 (Paths and ALERT).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from detente.crypto.base64_text import bytes_of, text_of
from detente.crypto.dsse import open_envelope, seal
from detente.crypto.keys import HybridPublicKey
from detente.errors import PeerError
from detente.ports import Keys, StoredEntry
from detente.quantities import Digest, PartyId, UtcMs
from detente.record.checkpoint import open_checkpoint
from detente.record.journal import judge_entry
from detente.record.merkle import leaf_hash, verify_consistency, verify_inclusion
from detente.record.statement import Ref, Statement, peek_statement
from detente.runtime.book import Book
from detente.runtime.journal import Entry, Journal
from detente.runtime.witness import Tell, Witness
from detente.wire import Record, decode, encode
from detente.wire.limits import HTTP_BODY_BYTES_MAX, PROOF_LINES_MAX

EARLY_MAX = 1_024

HELD_TYPE = "application/vnd.detente.held+json"


class Urgent(Record, frozen=True, kw_only=True):
    """One ALERT with what proves its place; hashes and bytes are base64.

    Args:
        inclusion: that the envelope is the last entry under `checkpoint`, whose size is its seq + 1.
        consistency: that `checkpoint` grew from `old_size`, which the receiver had cosigned.
    """

    envelope: str
    checkpoint: str
    inclusion: tuple[str, ...]
    old_size: int
    consistency: tuple[str, ...]


class HeldEarly(Record, frozen=True, kw_only=True):
    """The signed word that an ALERT is held and shown; `at_ms` is the holder's clock."""

    v: Literal[1]
    party: str
    origin: str
    seq: int
    leaf: Digest
    at_ms: int


class Early:
    """Takes what overtakes, for the witness's book."""

    def __init__(self, book: Book, keys: Keys, witness: Witness) -> None:
        self._book = book
        self._keys = keys
        self._witness = witness

    def take(
        self,
        *,
        peer: PartyId,
        origin: str,
        seq: int,
        body: bytes,
        tell: Tell,
        tell_early: Callable[[Entry], None],
    ) -> bytes:
        """Judge, commit and tell an ALERT; returns our signed word.

        1. The entry may stand at its place (`judge_entry`), and is an ALERT (`not_urgent`).
        2. The checkpoint is of size seq + 1 and signed by its author; the entry is its last (`bad_proof`).
        3. It grew from what is held here, unless nothing of the journal was cosigned yet (`bad_proof`).

        Raises: PeerError with one of these codes, `fork` where another entry is held there, or as `take_entries`.
        """
        urgent = decode(body, Urgent, what="ALERT", bytes_max=HTTP_BODY_BYTES_MAX)
        envelope = bytes_of(urgent.envelope, what="ALERT")
        leaf = leaf_hash(envelope)
        journal = self._witness.mirror_for(peer, origin, 0)
        if seq <= journal.size:
            self._witness.take_entries(peer=peer, origin=origin, seq=seq, items=[(envelope, leaf)], tell=tell)
        elif (held := self._book.early.get((origin, seq))) is None:
            if len(self._book.early) >= EARLY_MAX:
                raise PeerError("too_many", f"{EARLY_MAX} ALERTs wait for the entries before them already.")
            statement = self._judge(journal, seq, envelope, leaf, urgent)
            row = StoredEntry(
                origin=origin, seq=seq, envelope=envelope, leaf=leaf, committed_ms=self._book.clock.now_ms()
            )
            note = bytes_of(urgent.checkpoint, what="checkpoint")
            self._book.store.keep_early(row, note)
            self._book.early[origin, seq] = (row, note)
            ref = Ref(origin=origin, seq=seq, leaf=Digest(leaf.hex()))
            tell_early(Entry(party=peer, ref=ref, statement=statement, committed_ms=row.committed_ms))
        elif held[0].leaf != leaf:
            raise PeerError("fork", f"Another entry {seq} of {origin} came early; both are kept.")
        return seal(HELD_TYPE, encode(self._word(origin, seq, leaf)), self._keys.statements)

    def held(self) -> Iterator[Entry]:
        """What is held ahead of its place, by journal and place: a restarted node must know of it again."""
        for (origin, seq), (row, _) in sorted(self._book.early.items()):
            yield Entry(
                party=PartyId(origin.partition("/")[0]),
                ref=Ref(origin=origin, seq=seq, leaf=Digest(row.leaf.hex())),
                statement=peek_statement(row.envelope),
                committed_ms=row.committed_ms,
            )

    def _word(self, origin: str, seq: int, leaf: bytes) -> HeldEarly:
        return HeldEarly(
            v=1,
            party=self._book.me,
            origin=origin,
            seq=seq,
            leaf=Digest(leaf.hex()),
            at_ms=self._book.clock.now_ms(),
        )

    def _judge(self, journal: Journal, seq: int, envelope: bytes, leaf: bytes, urgent: Urgent) -> Statement:
        origin = journal.origin
        key = self._book.card_at(journal, journal.size)
        statement = judge_entry(envelope, origin=origin, seq=seq, key=key.statements)
        if statement.precedence != "ALERT":
            raise PeerError("not_urgent", f"Entry {seq} of {origin} is no ALERT and waits for its turn.")
        note = bytes_of(urgent.checkpoint, what="checkpoint")
        head = open_checkpoint(note, name=journal.party, key=key.journal)
        if head.origin != origin or head.size != seq + 1:
            raise PeerError("bad_proof", f"The checkpoint is not that of entry {seq} of {origin}.")
        root = bytes.fromhex(head.root)
        verify_inclusion(leaf=leaf, index=seq, size=head.size, root=root, proof=_hashes(urgent.inclusion))
        if urgent.old_size == 0 and not journal.cosigned_size(self._book.me):
            return statement
        old_root = journal.root_at(urgent.old_size)
        if old_root is None:
            raise PeerError(
                "bad_proof", f"{journal.size} entries of {origin} are here, not {urgent.old_size}."
            )
        verify_consistency(
            old_size=urgent.old_size,
            new_size=head.size,
            old_root=old_root,
            new_root=root,
            proof=_hashes(urgent.consistency),
        )
        return statement


def urgent_body(journal: Journal, *, seq: int, checkpoint: bytes, old_size: int) -> bytes:
    """What a sender brings: the ALERT at `seq` with its proofs."""
    tree = journal.tree
    return encode(
        Urgent(
            envelope=text_of(journal.envelopes[seq]),
            checkpoint=text_of(checkpoint),
            inclusion=tuple(map(text_of, tree.inclusion_proof(seq, seq + 1))),
            old_size=old_size,
            consistency=tuple(map(text_of, tree.consistency_proof(old_size, seq + 1))),
        )
    )


def open_word(word: bytes, *, key: HybridPublicKey, peer: PartyId, ref: Ref) -> UtcMs:
    """When a peer says, under its signature, that it holds our ALERT; raises PeerError where it says else."""
    payload = open_envelope(word, payload_type=HELD_TYPE, key=key, what=f"word of {peer}")
    held = decode(payload, HeldEarly, what=f"word of {peer}", bytes_max=HTTP_BODY_BYTES_MAX)
    if (held.party, held.origin, held.seq, held.leaf) != (peer, ref.origin, ref.seq, ref.leaf):
        raise PeerError("other_word", f"{peer} says that it holds something else.")
    return UtcMs(held.at_ms)


def _hashes(lines: Sequence[str]) -> tuple[bytes, ...]:
    if len(lines) > PROOF_LINES_MAX:
        raise PeerError("bad_proof", f"The proof has more than {PROOF_LINES_MAX} lines.")
    return tuple(bytes_of(line, what="proof") for line in lines)
