"""What a journal takes: the rules for an entry, and the rules before a head is cosigned.

The docstrings of `judge_entry`, `judge_heads` and `judge_checkpoint` are the rules, in the order in which
they are asked. A node asks them of a peer as the entries come; `verify` asks the same of an export, years
later.
Source: line.md sections 1 and 2; C2SP tlog-witness.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from detente.crypto.card import is_name
from detente.crypto.keys import HybridPublicKey
from detente.errors import PeerError
from detente.record.checkpoint import Checkpoint, open_checkpoint
from detente.record.merkle import verify_consistency
from detente.record.statement import Head, Statement, parse_statement
from detente.record.tree import Tree

ORIGIN_BYTES_MAX = 255
"""ML-DSA cosignatures count an origin in 8 bits."""

RootAt = Callable[[str, int], bytes | None]
"""The root of a journal at a size at least 1, or None where fewer entries of it are held."""


class Origin(NamedTuple):
    """The parts of an origin; the generation is random, drawn anew where a journal cannot be continued."""

    party: str
    memorandum: str
    generation: str


def origin_of(party: str, memorandum_id: str, generation: str) -> str:
    """`<party>/<memorandum>/<generation>`; raises PeerError `bad_origin`."""
    origin = f"{party}/{memorandum_id}/{generation}"
    split_origin(origin)
    return origin


def split_origin(origin: str) -> Origin:
    """The parts of an origin, each of which can stand in a path; raises PeerError `bad_origin`."""
    parts = origin.split("/")
    if len(parts) != 3 or not all(is_name(part) for part in parts) or len(origin) > ORIGIN_BYTES_MAX:
        raise PeerError("bad_origin", f"{origin[:80]!r} is not <party>/<memorandum>/<generation>.")
    return Origin(*parts)


def judge_entry(envelope: bytes, *, origin: str, seq: int, key: HybridPublicKey) -> Statement:
    """Whether an envelope may stand at place `seq` of the journal `origin`, judged by itself.

    1. It is at most 65,535 bytes, in the one layout, of the type of a statement (`too_large`, `malformed`,
       `layout`, `wrong_type`).
    2. Both signatures verify by the author's statements key (`signature_invalid`, `key_unsound`).
    3. The payload is in the one layout, every field inside its limits (`malformed`, `layout`).
    4. It says that it stands there: its origin is the journal's, its seq the place (`misplaced`).
    5. It is said under the memorandum to which the journal belongs (`other_memorandum`).
    6. It names no head of its own journal (`bad_heads`), and answers nothing of its own journal that comes
       after it (`bad_reference`).

    Raises: PeerError with one of these codes.
    """
    statement = parse_statement(envelope, key=key)
    if statement.origin != origin or statement.seq != seq:
        raise PeerError(
            "misplaced",
            f"What came as entry {seq} of {origin} was signed as entry {statement.seq}"
            f" of {statement.origin[:80]}.",
        )
    if statement.memorandum != split_origin(origin).memorandum:
        raise PeerError(
            "other_memorandum", f"Entry {seq} of {origin} is said under {statement.memorandum[:80]!r}."
        )
    if any(head.origin == origin for head in statement.heads):
        raise PeerError("bad_heads", f"Entry {seq} of {origin} names a head of its own journal.")
    ref = statement.reply_to
    if ref is not None and ref.origin == origin and ref.seq >= seq:
        raise PeerError("bad_reference", f"Entry {seq} of {origin} answers entry {ref.seq}, which is later.")
    return statement


def judge_heads(
    statement: Statement,
    *,
    before: Statement | None,
    root_at: RootAt,
    is_whole: Callable[[str], bool] = lambda _: False,
) -> None:
    """Whether the heads of an entry agree with the entry before it and with the journals held here.

    1. A journal named once is named by every later entry, never with a smaller size, and with the same root
       where the size is the same (`heads_backwards`).
    2. Where the named journal is held up to that size, the root is its root (`fork`: its author showed two
       parties two different journals, or the author of this entry lies; both signed statements are kept).
    3. Where all that its author ever said is held, as of one's own journal, no more is named (`head_beyond`).

    Args:
        before: the entry before it in its journal; None for entry 0.
        is_whole: whether all that there is of a journal is held here, by origin.

    Raises: PeerError with one of these codes.
    """
    heads = {head.origin: head for head in statement.heads}
    place = f"Entry {statement.seq} of {statement.origin}"
    for old in before.heads if before is not None else ():
        new = heads.get(old.origin)
        if new is None or new.size < old.size or (new.size == old.size and new.root != old.root):
            raise PeerError("heads_backwards", f"{place} takes back what it had seen of {old.origin}.")
    for head in statement.heads:
        root = root_at(head.origin, head.size)
        if root is not None and root.hex() != head.root:
            raise PeerError(
                "fork", f"{place} names a head of {head.origin} at {head.size} that is not the one held here."
            )
        if root is None and is_whole(head.origin):
            raise PeerError(
                "head_beyond", f"{place} had seen {head.size} entries of {head.origin}; fewer are here."
            )


def judge_checkpoint(
    note: bytes,
    *,
    name: str,
    key: HybridPublicKey,
    origin: str,
    tree: Tree,
    cosigned: Head | None,
    old_size: int,
    proof: Sequence[bytes],
) -> Checkpoint:
    """Whether a head of a peer's journal may be cosigned: "I hold every entry up to this size".

    1. Both author lines verify by the party's journal key; three lines, no extension, sizes in canonical
       decimals, roots of 32 bytes (`signature_missing`, `signature_invalid`, `malformed`,
       `not_your_journal`).
    2. It is a head of the journal that is mirrored here (`unknown_journal`).
    3. Every entry up to its size is held here, durably, before this is asked (`not_held`).
    4. Its root is the one recomputed from the entries held (`fork`: keep the note and the entries).
    5. It is not smaller than what was cosigned (`smaller`).
    6. At the size that was cosigned, its root is the cosigned one (`fork`: keep both notes).
    7. The old size is the one that was cosigned, 0 for none (`conflict`).
    8. The consistency proof from there holds; from 0, or to the same size, it is empty (`bad_proof`).

    Args:
        name: the author's party.
        tree: over every entry of the mirror.
        cosigned: the newest head of this journal that was cosigned here.
        old_size, proof: as the author sent them with the note.

    Raises: PeerError with one of these codes. The caller records the new head in the same transaction in
    which it compares `cosigned`, and only then answers.
    """
    head = open_checkpoint(note, name=name, key=key)
    if head.origin != origin:
        raise PeerError("unknown_journal", f"This is a head of {head.origin}, not of {origin}.")
    if head.size > tree.size:
        raise PeerError("not_held", f"{tree.size} entries of {origin} are held here, not {head.size}.")
    root = tree.root(head.size)
    if head.root != root.hex():
        raise PeerError("fork", f"The head of {origin} at {head.size} contradicts the entries held here.")
    recorded = cosigned.size if cosigned is not None else 0
    if head.size < recorded:
        raise PeerError("smaller", f"Size {head.size} of {origin} is below the cosigned {recorded}.")
    if cosigned is not None and head.size == recorded and head.root != cosigned.root:
        raise PeerError("fork", f"A head of {origin} at {recorded} with another root was cosigned before.")
    if old_size != recorded:
        raise PeerError("conflict", f"{recorded} entries of {origin} are cosigned here, not {old_size}.")
    if cosigned is None or recorded == 0:
        if proof:
            raise PeerError("bad_proof", "A proof from size 0 is empty.")
        return head
    verify_consistency(
        old_size=recorded,
        new_size=head.size,
        old_root=bytes.fromhex(cosigned.root),
        new_root=root,
        proof=proof,
    )
    return head
