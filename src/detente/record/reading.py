"""One journal of an export, recomputed from its entries upwards, with everything that is wrong with it.

Source: line.md sections 1 and 2; C2SP tlog-tiles. The tiles hold a second copy of what the entries must hash
to: where only one of the two leads to the signed root, it tells which place of the other was altered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import NamedTuple

from detente.errors import PeerError
from detente.record.card_line import CardLine
from detente.record.checkpoint import Checkpoint, open_checkpoint, peek_checkpoint, verify_cosignature
from detente.record.export import JOURNALS, policy_of
from detente.record.journal import judge_entry, origin_of
from detente.record.merkle import EMPTY_ROOT, leaf_hash, root_of
from detente.record.parcel import Item, split_items
from detente.record.problem import Problem, problem_of
from detente.record.statement import Statement
from detente.record.tiles import TILE_WIDTH, hash_tiles, number_path, paths_for, split_entries, split_hashes
from detente.record.tree import Tree

_PART = re.compile(r"((?:x[0-9]{3}/){0,4}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)


class Receipt(NamedTuple):
    """How many entries a party holds durably, and when it signed that, in POSIX seconds."""

    size: int
    cosigned_s: int


@dataclass(frozen=True, kw_only=True)
class JournalRead:
    """A journal of an export.

    Args:
        claimed: its head as it stands there.
        checkpoint: the same, if both author lines verify.
        tail: how many entries stand above the head, signed but not receipted by all.
        tree: over the leaf hashes, tail included; those of the tiles where these alone lead to the signed root.
        statements: those that may stand where they stand, in order.
    """

    origin: str
    party: str
    claimed: Checkpoint | None = None
    checkpoint: Checkpoint | None = None
    tail: int = 0
    tree: Tree = field(default_factory=Tree)
    statements: Sequence[Statement] = ()
    problems: Sequence[Problem] = ()


def read_journal(
    own: Mapping[str, bytes], *, party: str, memorandum: str, generation: str, lines: Mapping[str, CardLine]
) -> JournalRead:
    """Read and judge one journal; never raises.

    1. Its folder makes a proper origin, and its party has a card.
    2. The head is there, for this origin, with both author lines (`open_checkpoint`).
    3. Another party at least cosigned it; a head that a party cosigned later lies beside it (`verify_cosignature`).
    4. There is one entry for each place up to its size; they lead to its root, and to every tile.
    5. Each entry may stand where it stands (`judge_entry`), those of the tail too; of an entry that is empty
       only its leaf hash is held, because it is addressed to others.
    6. The policy is the one that the cards give, and nothing else lies in the folder.

    Args:
        own: what lies in ``journals/<party>/<generation>/``, by path below it.
        lines: the cards of every party, followed up to here: changes of keys in this journal are followed on.
    """
    try:
        origin = origin_of(party, memorandum, generation)
        line = lines[party]
    except PeerError as why:
        where = f"{JOURNALS}{party}/{generation}"
        return JournalRead(origin=where, party=party, problems=[problem_of(why, where=where)])
    except KeyError:
        message = f"The card of {party} is missing or not sound: {origin} cannot be judged."
        missing = Problem(where=origin, seq=None, code="card_missing", message=message)
        return JournalRead(origin=origin, party=party, problems=[missing])

    entries, problems = _read_bundles(own, origin)
    claimed = _claimed_head(own.get("checkpoint"))
    size = claimed.size if claimed is not None else len(entries)
    tail, of_tail = _read_tail(own, origin, size)
    whole = {seq: envelope for seq, (envelope, _) in tail.items()}
    statements, of_entries = _judge_entries({**entries, **whole}, origin, line)
    checkpoint, of_head = _read_head(own.get("checkpoint"), origin, party, line)
    leaves, of_tree = _judge_tree(own, origin, entries, size, claimed)
    problems += [*of_head, *of_tree, *of_tail, *of_entries]
    all_leaves = [*leaves, *(leaf for _, leaf in tail.values())] if len(leaves) == size else leaves
    return JournalRead(
        origin=origin,
        party=party,
        claimed=claimed,
        checkpoint=checkpoint,
        tail=len(tail),
        tree=Tree.of(all_leaves),
        statements=statements,
        problems=problems,
    )


def read_receipts(
    own: Mapping[str, bytes], journal: JournalRead, lines: Mapping[str, CardLine]
) -> tuple[dict[str, Receipt], list[Problem]]:
    """Who receipted how much of a journal, and what is wrong with it; never raises.

    A cosignature verifies by any card that its party had: the changes of keys of all journals are known first.
    Another party's journal is receipted by the exporter at least; one's own by whoever answered.
    """
    receipts: dict[str, Receipt] = {}
    problems: list[Problem] = []
    if journal.claimed is None:
        return receipts, problems
    missing: list[Problem] = []
    others = {f"cosigned/{party}" for party in lines if party != journal.party}
    for path in sorted(path for path in own.keys() - others if path.startswith("cosigned/")):
        message = f"{journal.origin}: {path} is the receipt of no other party."
        problems.append(Problem(where=journal.origin, seq=None, code="unexpected_file", message=message))
    for party in sorted({*lines} - {journal.party}):
        path = f"cosigned/{party}" if f"cosigned/{party}" in own else "checkpoint"
        try:
            head = journal.claimed
            if path != "checkpoint":
                head = _later_head(own[path], journal, lines[journal.party])
            receipts[party] = Receipt(head.size, cosigned_s(own[path], head, party, lines[party]))
        except PeerError as why:
            is_absent = why.code == "signature_missing" and path == "checkpoint"
            (missing if is_absent else problems).append(problem_of(why, where=journal.origin))
    if not receipts and not problems:
        problems = missing
    known = {party: line.newest for party, line in lines.items()}
    if own.get("policy") != policy_of(journal.origin, known):
        message = f"The policy of {journal.origin} is missing or not the one that the cards give."
        problems.append(Problem(where=journal.origin, seq=None, code="policy_altered", message=message))
    return receipts, problems


def _later_head(note: bytes, journal: JournalRead, line: CardLine) -> Checkpoint:
    claimed = peek_checkpoint(note)
    key = line.at(journal.origin, claimed.size).journal
    head = open_checkpoint(note, name=journal.party, key=key)
    if head.origin != journal.origin:
        raise PeerError("misplaced", f"a receipt under {journal.origin} is of {head.origin}.")
    if head.size > journal.tree.size or journal.tree.root(head.size).hex() != head.root:
        raise PeerError("root_mismatch", f"a receipted head of {journal.origin} is not of these entries.")
    return head


def cosigned_s(note: bytes, head: Checkpoint, party: str, line: CardLine) -> int:
    """When a party cosigned a head, by any card that it ever had; raises PeerError as `verify_cosignature`."""
    *older, oldest = line.all
    for card in older:
        try:
            return verify_cosignature(note, head, name=party, key=card.cosigner)
        except PeerError as why:
            if why.code != "signature_missing":
                raise
    return verify_cosignature(note, head, name=party, key=oldest.cosigner)


def _claimed_head(note: bytes | None) -> Checkpoint | None:
    try:
        return peek_checkpoint(note) if note is not None else None
    except PeerError:
        return None


def _read_head(
    note: bytes | None, origin: str, party: str, line: CardLine
) -> tuple[Checkpoint | None, list[Problem]]:
    """The head if its author signed it, and what is wrong with it."""
    if note is None:
        message = f"There is no head of {origin}: nothing of it is receipted."
        return None, [Problem(where=origin, seq=None, code="checkpoint_missing", message=message)]
    try:
        claimed = peek_checkpoint(note)
        checkpoint = open_checkpoint(note, name=party, key=line.at(origin, claimed.size).journal)
        if checkpoint.origin != origin:
            raise PeerError("misplaced", f"this is the head of {checkpoint.origin}.")
    except PeerError as why:
        return None, [problem_of(why, where=origin)]
    return checkpoint, []


def _read_bundles(own: Mapping[str, bytes], origin: str) -> tuple[dict[int, bytes], list[Problem]]:
    """Entries by seq, from whatever bundles are there."""
    entries: dict[int, bytes] = {}
    problems = []
    for start, width, content in _parts_of(own, "tile/entries/"):
        seq = start
        try:
            for seq, entry in zip(count(start), split_entries(content), strict=False):
                if seq == start + width:
                    raise PeerError("unexpected_entry", "the bundle holds more than its name says.")
                entries[seq] = entry
                seq += 1
        except PeerError as why:
            problems.append(problem_of(why, where=origin, seq=seq))
    return entries, problems


def _judge_tree(
    own: Mapping[str, bytes],
    origin: str,
    entries: Mapping[int, bytes],
    size: int,
    claimed: Checkpoint | None,
) -> tuple[list[bytes], list[Problem]]:
    """The leaf hashes below the head, as far as they are known, and where entries, tiles and head differ."""

    def problem(code: str, message: str, seq: int | None = None) -> Problem:
        place = origin if seq is None else f"Entry {seq} of {origin}"
        return Problem(where=origin, seq=seq, code=code, message=f"{place}: {message}")

    problems = []
    whole = next(seq for seq in count() if seq not in entries)
    if whole < size:
        problems.append(problem("entry_missing", f"it is missing; the head counts {size} entries.", whole))
    if any(seq >= size for seq in entries):
        problems.append(problem("unexpected_entry", f"the head counts {size} entries only.", size))
    tiled = {
        seq: hash_
        for start, width, content in _parts_of(own, "tile/0/")
        for seq, hash_ in zip(range(start, start + width), split_hashes(content), strict=False)
    }
    hashed = [
        leaf_hash(entries[seq]) if entries[seq] else tiled.get(seq, EMPTY_ROOT)
        for seq in range(min(whole, size))
    ]
    leaves = hashed
    if claimed is not None and (whole < size or root_of(hashed).hex() != claimed.root):
        from_tiles = [tiled[seq] for seq in range(min(size, len(tiled))) if seq in tiled]
        if len(from_tiles) == size and root_of(from_tiles).hex() == claimed.root:
            leaves = from_tiles
        elif whole >= size:
            problems.append(problem("root_mismatch", "the entries do not lead to the root of the head."))
            code, message = "entry_or_tile_altered", "it does not hash to what its tile says."
            return leaves, [*problems, *(problem(code, message, at) for at in _differing(hashed, tiled))]
    if leaves is not hashed:
        message = "it is not the entry that was signed at this place: it was altered."
        problems += [problem("entry_altered", message, at) for at in _differing(hashed, tiled)]
    if len(leaves) == size:
        problems += _judge_tiles(own, origin, leaves)
    return leaves, problems


def _judge_tiles(own: Mapping[str, bytes], origin: str, leaves: Sequence[bytes]) -> Iterator[Problem]:
    """Every tile is there and is what the leaves give; nothing else is there."""
    tiles = hash_tiles(leaves)
    bundles = paths_for("tile/entries", len(leaves))
    known = {"checkpoint", "policy", "tail", *tiles, *bundles}
    known |= {path for path in own if path.startswith("cosigned/") and path.count("/") == 1}
    for path in (path for path in (*tiles, *bundles) if path not in own):
        yield Problem(where=origin, seq=None, code="file_missing", message=f"{origin}: {path} is missing.")
    for path in sorted(own.keys() - known):
        message = f"{origin}: {path} has no place in a journal of {len(leaves)} entries."
        yield Problem(where=origin, seq=None, code="unexpected_file", message=message)
    for path, content in tiles.items():
        if own.get(path, content) != content:
            message = f"{origin}: the tile {path} was altered; the entries lead to the signed root."
            yield Problem(where=origin, seq=None, code="tile_altered", message=message)


def _read_tail(own: Mapping[str, bytes], origin: str, size: int) -> tuple[dict[int, Item], list[Problem]]:
    """Entries above the head with their leaf hashes, by seq."""
    tail: dict[int, Item] = {}
    if "tail" in own and not own["tail"]:
        message = f"{origin}: an empty tail has no file."
        return tail, [Problem(where=origin, seq=None, code="unexpected_file", message=message)]
    try:
        for seq, item in zip(count(size), split_items(own.get("tail", b"")), strict=False):
            tail[seq] = item
    except PeerError as why:
        return tail, [problem_of(why, where=origin, seq=size + len(tail))]
    return tail, []


def _judge_entries(
    entries: Mapping[int, bytes], origin: str, line: CardLine
) -> tuple[list[Statement], list[Problem]]:
    """Each by the card of its place; a change of keys holds from the next entry on."""
    statements, problems = [], []
    for seq, envelope in sorted(entries.items()):
        if not envelope:
            continue
        try:
            key = line.at(origin, seq).statements
            statements.append(judge_entry(envelope, origin=origin, seq=seq, key=key))
            line.take(statements[-1])
        except PeerError as why:
            problems.append(problem_of(why, where=origin, seq=seq))
    return statements, problems


def _parts_of(own: Mapping[str, bytes], folder: str) -> Iterator[tuple[int, int, bytes]]:
    """First place, width and bytes of each tile or bundle of a folder, in order; other names are not read."""
    found = []
    for path, content in own.items():
        match = _PART.fullmatch(path.removeprefix(folder)) if path.startswith(folder) else None
        number = int(re.sub("[x/]", "", match[1])) if match is not None else 0
        if match is not None and number_path(number) == match[1]:
            found.append((number * TILE_WIDTH, int(match[2] or TILE_WIDTH), content))
    return iter(sorted(found))


def _differing(hashed: Sequence[bytes], tiled: Mapping[int, bytes]) -> list[int]:
    return [seq for seq, hash_ in enumerate(hashed) if tiled.get(seq, hash_) != hash_]
