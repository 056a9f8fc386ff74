"""What is carried by hand: all that one party owes another in one sealed file, with the receipts of the link.

A file is complete in itself: the entries that the recipient has not receipted, the signed heads over them,
and our receipts for its journals. It is judged by the same rules as what comes over a path; taking it twice
changes nothing. The answer is a file the other way.
Source: line.md section 1 (carrier-independent).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from detente.crypto.base64_text import bytes_of, text_of
from detente.crypto.sealing import SUITE_NAME, seal_to
from detente.errors import PeerError
from detente.quantities import Digest, PartyId
from detente.record.checkpoint import Checkpoint, peek_checkpoint
from detente.record.parcel import Item, join_items, split_items
from detente.runtime.answering import Ears
from detente.runtime.keeper import Keeper, Receipt
from detente.wire import Record, decode, encode
from detente.wire.limits import CARRIED_BYTES_MAX

MAGIC = b"detente carried 1\n"


class _Clear(Record, frozen=True, kw_only=True):
    """What stands outside the seal, and is bound by it."""

    suite: str
    memorandum: str
    identity: Digest
    sender: str = msgspec.field(name="from")
    to: str


class _Journal(Record, frozen=True, kw_only=True):
    """Entries of one of the sender's journals from `start` on, and its signed head; base64."""

    origin: str
    start: int
    entries: str
    checkpoint: str


class _Receipt(Record, frozen=True, kw_only=True):
    """The sender's two lines under one of the recipient's heads."""

    origin: str
    size: int
    lines: str


class _Content(Record, frozen=True, kw_only=True):
    v: Literal[1]
    clear: _Clear
    journals: tuple[_Journal, ...]
    receipts: tuple[_Receipt, ...]


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What a file brought: for each of the sender's journals how much is held now, and our own journals' receipts."""

    sender: PartyId
    held: Sequence[tuple[str, int]]
    receipts: Sequence[tuple[str, Receipt]]


def pack(keeper: Keeper, peer: PartyId) -> bytes:
    """The file for a peer: from its newest receipt on. Raises PeerError `key_unsound`."""
    clear = _Clear(
        suite=SUITE_NAME,
        memorandum=keeper.agreement.memorandum.memorandum.id,
        identity=keeper.agreement.identity,
        sender=keeper.me,
        to=peer,
    )
    journals = []
    for journal in keeper.own_journals:
        start = journal.cosigned_size(peer)
        items: list[Item] = []
        while start + len(items) < journal.size:
            items += keeper.parcel(peer, journal, start + len(items))
        _, note = keeper.checkpoint(journal)
        journals.append(
            _Journal(
                origin=journal.origin,
                start=start,
                entries=text_of(join_items(items)),
                checkpoint=text_of(note),
            )
        )
    receipts = tuple(
        _Receipt(origin=mirror.origin, size=head.size, lines=text_of(head.cosignature))
        for mirror in keeper.held_of(peer)
        if (head := mirror.cosigned.get(keeper.me)) is not None
    )
    content = encode(_Content(v=1, clear=clear, journals=tuple(journals), receipts=receipts))
    shown = MAGIC + encode(clear) + b"\n"
    return shown + seal_to(keeper.book.cards[peer].newest.sealing, content, info=shown)


def unpack(keeper: Keeper, file: bytes, ears: Ears) -> Taken:
    """Judge, commit and receipt everything in a file for us; `ears` hear what is new.

    Raises: PeerError `not_carried`, `not_for_us`, `other_memorandum`, `too_large`, or what the rules of journals
    and heads find; what was good before that is kept.
    """
    clear, content = _open(keeper, file)
    peer = PartyId(clear.sender)
    held = []
    for one in content.journals:
        items = list(split_items(bytes_of(one.entries, what="entries")))
        keeper.witness.take_entries(peer=peer, origin=one.origin, seq=one.start, items=items, tell=ears.heard)
        note = bytes_of(one.checkpoint, what="checkpoint")
        journal = keeper.book.journals[one.origin]
        size = peek_checkpoint(note).size
        old = journal.cosigned_size(keeper.me)
        if old <= size <= journal.size:
            proof = journal.tree.consistency_proof(old, size)
            ears.cosigned(
                peer, keeper.witness.take_checkpoint(peer=peer, note=note, old_size=old, proof=proof)
            )
        held.append((one.origin, journal.size))
    receipts = [
        (one.origin, receipt) for one in content.receipts if (receipt := _take_receipt(keeper, peer, one))
    ]
    return Taken(sender=peer, held=held, receipts=receipts)


def sender_of(file: bytes) -> str:
    """Who says that it sent a file; nothing of it is verified."""
    return _clear_of(file)[0].sender


def _open(keeper: Keeper, file: bytes) -> tuple[_Clear, _Content]:
    clear, head, sealed = _clear_of(file)
    if clear.to != keeper.me or PartyId(clear.sender) not in keeper.peers:
        raise PeerError("not_for_us", f"This file is from {clear.sender[:40]!r} to {clear.to[:40]!r}.")
    if clear.identity != keeper.agreement.identity:
        raise PeerError(
            "other_memorandum",
            f"This file is under memorandum {clear.identity[:12]};"
            f" {keeper.agreement.identity[:12]} is in force here.",
        )
    plain = keeper.keys.sealing.open(sealed, info=head)
    content = decode(plain, _Content, what="carried file", bytes_max=CARRIED_BYTES_MAX)
    if content.clear != clear:
        raise PeerError("not_carried", "What is sealed and what stands outside the seal are not the same.")
    return clear, content


def _clear_of(file: bytes) -> tuple[_Clear, bytes, bytes]:
    if len(file) > CARRIED_BYTES_MAX:
        raise PeerError("too_large", f"A carried file has at most {CARRIED_BYTES_MAX} bytes.")
    if not file.startswith(MAGIC):
        raise PeerError(
            "not_carried",
            "This is no carried file of the line.",
            cure="Make one: detente line export HOME PARTY FILE",
        )
    line, newline, sealed = file.removeprefix(MAGIC).partition(b"\n")
    clear = decode(line, _Clear, what="head of the carried file", bytes_max=4096)
    if clear.suite != SUITE_NAME or not newline:
        raise PeerError("not_carried", f"The file is sealed by {clear.suite[:60]!r}, which is not ours.")
    return clear, MAGIC + line + newline, sealed


def _take_receipt(keeper: Keeper, peer: PartyId, one: _Receipt) -> Receipt | None:
    """A receipt for a head that we have; one for more than is here is a sign of a restored copy, and is left."""
    journal = keeper.book.journals.get(one.origin)
    if journal is None or journal.party != keeper.me:
        raise PeerError("not_your_journal", f"{peer} receipts {one.origin[:80]!r}, which is not ours.")
    if not 0 < one.size <= journal.size:
        return None
    head = Checkpoint(origin=one.origin, size=one.size, root=Digest(journal.tree.root(one.size).hex()))
    note = keeper.sign_head(head)
    lines = bytes_of(one.lines, what="cosignature")
    return keeper.take_receipt(peer=peer, head=head, note=note, lines=lines)
