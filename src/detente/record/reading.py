"""One journal of an export, recomputed from its entries upwards, with everything that is wrong with it.

Source: line.md sections 1 and 2; C2SP tlog-tiles. The tiles hold a second copy of what the entries must hash
to: where only one of the two leads to the signed root, it tells which place of the other was altered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from detente.crypto.card import PartyCard
from detente.errors import PeerError
from detente.record.checkpoint import Checkpoint, open_checkpoint, peek_checkpoint, verify_cosignature
from detente.record.export import JOURNALS, policy_of
from detente.record.journal import judge_entry, origin_of
from detente.record.merkle import EMPTY_ROOT, Frontier, leaf_hash, root_of
from detente.record.problem import Problem, problem_of
from detente.record.statement import Statement
from detente.record.tiles import TILE_WIDTH, hash_tiles, number_path, paths_for, split_entries, split_hashes

_PART = re.compile(r"((?:x[0-9]{3}/){0,4}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class JournalRead:
    """A journal of an export.

    Args:
        checkpoint: its head, if both author lines verify.
        cosigned_s: when each other party receipted that head, in POSIX seconds.
        tail: how many entries stand above the head, signed but not receipted by all.
        leaves: leaf hashes, tail included; those of the tiles where these alone lead to the signed root.
        roots: at each size from 0 to the number of leaves.
        statements: those that may stand where they stand, in order.
    """

    origin: str
    party: str
    checkpoint: Checkpoint | None = None
    cosigned_s: Mapping[str, int]
    tail: int = 0
    leaves: Sequence[bytes] = ()
    roots: Sequence[bytes] = (EMPTY_ROOT,)
    statements: Sequence[Statement] = ()
    problems: Sequence[Problem] = ()


def read_journal(
    own: Mapping[str, bytes], *, party: str, memorandum: str, generation: str, cards: Mapping[str, PartyCard]
) -> JournalRead:
    """Read and judge one journal; never raises.

    1. Its folder makes a proper origin, and its party has a card.
    2. The head is there, for this origin, with both author lines (`open_checkpoint`).
    3. Under it are both cosignature lines of every other party (`verify_cosignature`).
    4. There is one entry for each place up to its size; they lead to its root, and to every tile.
    5. Each entry may stand where it stands (`judge_entry`), those of the tail too.
    6. The policy is the one that the cards give, and nothing else lies in the folder.

    Args:
        own: what lies in ``journals/<party>/<generation>/``, by path below it.
    """
    try:
        origin = origin_of(party, memorandum, generation)
        card = cards[party]
    except PeerError as why:
        where = f"{JOURNALS}{party}/{generation}"
        return JournalRead(origin=where, party=party, cosigned_s={}, problems=[problem_of(why, where=where)])
    except KeyError:
        message = f"The card of {party} is missing or not sound: {origin} cannot be judged."
        missing = Problem(where=origin, seq=None, code="card_missing", message=message)
        return JournalRead(origin=origin, party=party, cosigned_s={}, problems=[missing])

    claimed, checkpoint, problems = _read_head(own.get("checkpoint"), origin, card)
    cosigned_s, of_cosigners = _read_cosignatures(own.get("checkpoint", b""), origin, claimed, cards)
    entries, of_bundles = _read_bundles(own, origin)
    problems += [*of_cosigners, *of_bundles]
    size = claimed.size if claimed is not None else len(entries)
    leaves, of_tree = _judge_tree(own, origin, entries, size, claimed)
    tail, of_tail = _read_tail(own, origin, size)
    statements, of_entries = _judge_entries({**entries, **tail}, origin, card)
    problems += [*of_tree, *of_tail, *of_entries]
    if own.get("policy") != policy_of(origin, cards):
        message = f"The policy of {origin} is missing or not the one that the cards give."
        problems.append(Problem(where=origin, seq=None, code="policy_altered", message=message))

    all_leaves = [*leaves, *map(leaf_hash, tail.values())] if len(leaves) == size else leaves
    return JournalRead(
        origin=origin,
        party=party,
        checkpoint=checkpoint,
        cosigned_s=cosigned_s,
        tail=len(tail),
        leaves=all_leaves,
        roots=_roots_of(all_leaves),
        statements=statements,
        problems=problems,
    )


def _read_head(
    note: bytes | None, origin: str, card: PartyCard
) -> tuple[Checkpoint | None, Checkpoint | None, list[Problem]]:
    """The head as it stands there, the same if its author signed it, and what is wrong with it."""
    if note is None:
        message = f"There is no head of {origin}: nothing of it is receipted."
        return None, None, [Problem(where=origin, seq=None, code="checkpoint_missing", message=message)]
    claimed = None
    try:
        claimed = peek_checkpoint(note)
        checkpoint = open_checkpoint(note, name=card.party, key=card.journal)
        if checkpoint.origin != origin:
            raise PeerError("misplaced", f"this is the head of {checkpoint.origin}.")
    except PeerError as why:
        return claimed, None, [problem_of(why, where=origin)]
    return claimed, checkpoint, []


def _read_cosignatures(
    note: bytes, origin: str, claimed: Checkpoint | None, cards: Mapping[str, PartyCard]
) -> tuple[dict[str, int], list[Problem]]:
    cosigned_s: dict[str, int] = {}
    problems = []
    author = origin.partition("/")[0]
    for party in sorted({*cards} - {author}) if claimed is not None else ():
        assert claimed is not None
        try:
            cosigned_s[party] = verify_cosignature(note, claimed, name=party, key=cards[party].cosigner)
        except PeerError as why:
            problems.append(problem_of(why, where=origin))
    return cosigned_s, problems


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
    hashed = [leaf_hash(entries[seq]) for seq in range(min(whole, size))]
    tiled = {
        seq: hash_
        for start, width, content in _parts_of(own, "tile/0/")
        for seq, hash_ in zip(range(start, start + width), split_hashes(content), strict=False)
    }
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
    for path in (path for path in (*tiles, *bundles) if path not in own):
        yield Problem(where=origin, seq=None, code="file_missing", message=f"{origin}: {path} is missing.")
    for path in sorted(own.keys() - known):
        message = f"{origin}: {path} has no place in a journal of {len(leaves)} entries."
        yield Problem(where=origin, seq=None, code="unexpected_file", message=message)
    for path, content in tiles.items():
        if own.get(path, content) != content:
            message = f"{origin}: the tile {path} was altered; the entries lead to the signed root."
            yield Problem(where=origin, seq=None, code="tile_altered", message=message)


def _read_tail(own: Mapping[str, bytes], origin: str, size: int) -> tuple[dict[int, bytes], list[Problem]]:
    """Entries above the head, by seq."""
    tail: dict[int, bytes] = {}
    if "tail" in own and not own["tail"]:
        message = f"{origin}: an empty tail has no file."
        return tail, [Problem(where=origin, seq=None, code="unexpected_file", message=message)]
    try:
        for seq, entry in zip(count(size), split_entries(own.get("tail", b"")), strict=False):
            tail[seq] = entry
    except PeerError as why:
        return tail, [problem_of(why, where=origin, seq=size + len(tail))]
    return tail, []


def _judge_entries(
    entries: Mapping[int, bytes], origin: str, card: PartyCard
) -> tuple[list[Statement], list[Problem]]:
    statements, problems = [], []
    for seq, envelope in sorted(entries.items()):
        try:
            statements.append(judge_entry(envelope, origin=origin, seq=seq, key=card.statements))
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


def _roots_of(leaves: Sequence[bytes]) -> list[bytes]:
    frontier = Frontier()
    roots = [frontier.root]
    for leaf in leaves:
        frontier = frontier.append(leaf)
        roots.append(frontier.root)
    return roots
