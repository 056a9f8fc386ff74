"""A record as a folder of plain files that a stranger can check offline: what lies where, and the index.

Source: C2SP tlog-tiles (checkpoint, tiles, bundles below each journal's folder) and tlog-policy (who must
have signed a head). `spec/record.md` tells a distrustful party how to check it without this program.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from detente.crypto.card import PartyCard, parse_card
from detente.quantities import Digest
from detente.record.checkpoint import peek_checkpoint
from detente.record.journal import split_origin
from detente.record.note import (
    ED25519,
    ED25519_COSIGNATURE,
    MLDSA44_COSIGNATURE,
    verifier_key,
)
from detente.record.parcel import Item, join_items
from detente.record.tiles import entry_bundles, hash_tiles
from detente.wire import Record, encode

INDEX = "index.json"
MEMORANDUM = "memorandum.toml"
SIDECAR = "memorandum.sigs.json"
ANNEXES = "annexes/"
CARDS = "cards/"
JOURNALS = "journals/"
VOICE = "voice/"


class IndexedFile(Record, frozen=True, kw_only=True):
    """One file of the export, by its path with `/`; `length` in bytes."""

    path: str
    sha256: Digest
    length: int


class Index(Record, frozen=True, kw_only=True):
    """Every other file, in the order of their paths; and under which memorandum everything was said."""

    v: Literal[1]
    memorandum: str
    identity: Digest
    files: tuple[IndexedFile, ...]


@dataclass(frozen=True, kw_only=True)
class JournalExport:
    """One journal as held by the exporter.

    Args:
        items: every entry held with its leaf hash, in order; those addressed to others are empty.
        cosigned: for each other party that receipted anything the newest head it cosigned, with the author's
            lines, and its own two lines.
    """

    origin: str
    items: Sequence[Item]
    cosigned: Mapping[str, tuple[bytes, bytes]]


def export_files(
    *,
    memorandum: bytes,
    sidecar: bytes,
    annexes: Mapping[str, bytes],
    memorandum_id: str,
    identity: Digest,
    cards: Mapping[str, bytes],
    newest: Mapping[str, PartyCard] | None = None,
    journals: Iterable[JournalExport],
    recordings: Mapping[str, bytes] | None = None,
) -> dict[str, bytes]:
    """The whole export, by path, with its index.

    Entries above a checkpoint are not receipted by all; they lie in the journal's file ``tail``.

    Args:
        memorandum, sidecar, annexes: opaque here; annexes by file name.
        cards: signed cards by party, as `sign_card` made them: the first that each party had here.
        newest: the cards that hold now, where keys were changed.
        recordings: opaque here, by their SHA-256.

    Raises: PeerError where a card, an origin or a checkpoint cannot be read.
    """
    parsed = {party: parse_card(card) for party, card in cards.items()} | dict(newest or {})
    files = {MEMORANDUM: memorandum, SIDECAR: sidecar}
    files.update({f"{ANNEXES}{name}": content for name, content in annexes.items()})
    files.update({f"{CARDS}{party}.json": card for party, card in cards.items()})
    for journal in journals:
        origin = split_origin(journal.origin)
        folder = f"{JOURNALS}{origin.party}/{origin.generation}/"
        files.update({folder + path: content for path, content in _journal_files(journal, parsed).items()})
    files.update({f"{VOICE}{digest}": content for digest, content in (recordings or {}).items()})
    files[INDEX] = encode(index_of(files, memorandum_id=memorandum_id, identity=identity))
    return files


def index_of(files: Mapping[str, bytes], *, memorandum_id: str, identity: Digest) -> Index:
    """The index of files by path."""
    return Index(
        v=1,
        memorandum=memorandum_id,
        identity=identity,
        files=tuple(
            IndexedFile(path=path, sha256=Digest(hashlib.sha256(content).hexdigest()), length=len(content))
            for path, content in sorted(files.items())
        ),
    )


def policy_of(origin: str, cards: Mapping[str, PartyCard]) -> bytes:
    """Who must have signed a head of this journal, in tlog-policy form: the author, and every other party.

    The form takes a head that any one `log` line verifies; we ask for both. Names of groups hold a `/`, which
    no party's name does.
    """
    author = split_origin(origin).party
    ed25519, mldsa44 = cards[author].journal.raw()
    lines = [
        f"log {verifier_key(origin, ED25519, ed25519)}",
        f"log {verifier_key(origin, MLDSA44_COSIGNATURE, mldsa44)}",
    ]
    others = sorted(party for party in cards if party != author)
    for party in others:
        ed25519, mldsa44 = cards[party].cosigner.raw()
        lines += [
            f"witness {party}/ed25519 {verifier_key(party, ED25519_COSIGNATURE, ed25519)}",
            f"witness {party}/mldsa44 {verifier_key(party, MLDSA44_COSIGNATURE, mldsa44)}",
            f"group {party}/both all {party}/ed25519 {party}/mldsa44",
        ]
    if others:
        lines.append(" ".join(["group all/others all", *(f"{party}/both" for party in others)]))
    lines.append("quorum all/others" if others else "quorum none")
    return "".join(f"{line}\n" for line in lines).encode()


def _journal_files(journal: JournalExport, cards: Mapping[str, PartyCard]) -> dict[str, bytes]:
    """The least head that a party cosigned is the checkpoint; a greater one lies beside it by its cosigner's name."""
    sizes = {party: peek_checkpoint(note).size for party, (note, _) in journal.cosigned.items()}
    size = min(sizes.values())
    least = sorted(party for party in sizes if sizes[party] == size)
    entries, tail = journal.items[:size], journal.items[size:]
    files = {
        "checkpoint": b"".join(
            (journal.cosigned[least[0]][0], *(journal.cosigned[party][1] for party in least))
        ),
        "policy": policy_of(journal.origin, cards),
        **hash_tiles([leaf for _, leaf in entries]),
        **entry_bundles([envelope for envelope, _ in entries]),
    }
    files.update(
        {f"cosigned/{party}": b"".join(journal.cosigned[party]) for party in sizes if sizes[party] > size}
    )
    if tail:
        files["tail"] = join_items(tail)
    return files
