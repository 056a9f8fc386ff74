"""Whether an export is what the parties signed; if not, exactly which entry of whose journal fails, and how.

Recomputes everything from the entries upwards and collects all problems: nothing raises, whatever the files
hold. Opens no socket and asks no clock. That the cards and the memorandum are the right ones is asked above
this layer, with `detente.memorandum.signing`.
Source: line.md sections 1 and 2; C2SP tlog-checkpoint, tlog-cosignature, tlog-tiles, tlog-policy.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import msgspec

from detente.crypto.card import PartyCard, parse_card
from detente.errors import PeerError
from detente.record.card_line import CardLine
from detente.record.checkpoint import peek_checkpoint
from detente.record.export import ANNEXES, CARDS, INDEX, JOURNALS, MEMORANDUM, SIDECAR, VOICE, Index
from detente.record.journal import judge_heads, split_origin
from detente.record.order import merged_order
from detente.record.problem import Problem, printable, problem_of
from detente.record.reading import JournalRead, Receipt, read_journal, read_receipts
from detente.record.statement import Head, Statement, is_digest, peek_statement
from detente.record.tiles import split_entries
from detente.wire import decode
from detente.wire.limits import EXPORT_INDEX_BYTES_MAX

__all__ = [
    "JournalRead",
    "Problem",
    "Verdict",
    "followed_by",
    "in_order",
    "read_cards",
    "read_index",
    "verify_journals",
]


class _Opening(msgspec.Struct):
    previous: Head | None = None


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What an export holds, and all that is wrong with it.

    Args:
        memorandum, identity: as the index names them; empty where it cannot be read.
        cards: the cards that are sound, by party.
        journals: in the order of their origins, but for one that another of its party follows.
        receipts: for each journal by origin, who receipted how much of it.
        statements: those that stand in their place with good signatures, in the joint order.
    """

    problems: tuple[Problem, ...]
    memorandum: str
    identity: str
    cards: Mapping[str, PartyCard]
    journals: tuple[JournalRead, ...]
    receipts: Mapping[str, Mapping[str, Receipt]]
    statements: tuple[Statement, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def verify_journals(files: Mapping[str, bytes]) -> Verdict:
    """Check an export, given as bytes by path with `/`.

    1. The index is in its one layout and names every other file, and only those, with length and SHA-256.
    2. Each card is signed by its own root key, and stands under its party's name.
    3. Each journal by itself: `reading.read_journal`.
    4. Every party has a journal; every statement names the memorandum and identity of the index.
    5. Heads of each entry: never backwards (`judge_heads`), equal to the root of the journal that they name,
       and never beyond what is here of it.
    6. A reference to an entry that is here names its leaf hash.
    """
    index, problems = read_index(files)
    memorandum, identity = (index.memorandum, index.identity) if index is not None else ("", "")
    named = memorandum or _memorandum_of_heads(files)
    cards, of_cards = read_cards(files)
    problems += of_cards
    problems += _stray_files(files)
    lines = {party: CardLine(card) for party, card in cards.items()}
    folders = _journal_folders(files)
    journals = tuple(
        read_journal(folders[place], party=place[0], memorandum=named, generation=place[1], lines=lines)
        for place in in_order({place: _previous(own) for place, own in folders.items()})
    )
    receipts: dict[str, Mapping[str, Receipt]] = {}
    for journal in journals:
        own = folders[journal.party, journal.origin.rpartition("/")[2]]
        receipts[journal.origin], of_receipts = read_receipts(own, journal, lines)
        problems += [*journal.problems, *of_receipts]
    problems += [
        Problem(where=party, seq=None, code="journal_missing", message=f"{party} has no journal here.")
        for party in sorted({*cards} - {journal.party for journal in journals})
    ]
    by_origin = {journal.origin: journal for journal in journals}
    for journal in journals:
        problems += _judge_statements(journal, by_origin, identity, cards)
    statements = {(one.origin, one.seq): one for journal in journals for one in journal.statements}
    return Verdict(
        problems=tuple(printable(problem) for problem in problems),
        memorandum=memorandum,
        identity=identity,
        cards=cards,
        journals=journals,
        receipts=receipts,
        statements=tuple(statements[place] for place in merged_order(statements.values())),
    )


def read_index(files: Mapping[str, bytes]) -> tuple[Index | None, list[Problem]]:
    """The index, and every file that is not what it names, or that it does not name."""
    if INDEX not in files:
        return None, [_of_file(INDEX, "file_missing", "There is no index.json, which names every file.")]
    try:
        index = decode(files[INDEX], Index, what="index.json", bytes_max=EXPORT_INDEX_BYTES_MAX)
    except PeerError as why:
        return None, [problem_of(why, where=INDEX)]
    problems = []
    paths = [entry.path for entry in index.files]
    if paths != sorted(set(paths)) or not is_digest(index.identity):
        problems.append(
            _of_file(
                INDEX, "malformed", "index.json is not in order of paths, or its identity is no SHA-256."
            )
        )
    for entry in index.files:
        content = files.get(entry.path)
        if content is None or entry.path == INDEX:
            problems.append(
                _of_file(entry.path, "file_missing", f"{entry.path} is in the index and not here.")
            )
        elif len(content) != entry.length or hashlib.sha256(content).hexdigest() != entry.sha256:
            problems.append(
                _of_file(
                    entry.path,
                    "hash_mismatch",
                    f"{entry.path} has {len(content)} bytes and is not the file that the index names,"
                    f" of {entry.length} bytes.",
                )
            )
    problems += [
        _of_file(path, "unexpected_file", f"{path} is here and not in the index.")
        for path in sorted(files.keys() - set(paths) - {INDEX})
    ]
    problems += [
        _of_file(path, "file_missing", f"{path} must be part of every export.")
        for path in (MEMORANDUM, SIDECAR)
        if path not in files
    ]
    return index, problems


def read_cards(files: Mapping[str, bytes]) -> tuple[dict[str, PartyCard], list[Problem]]:
    """The sound cards by party, and what is wrong with the others."""
    cards: dict[str, PartyCard] = {}
    problems = []
    for path in sorted(path for path in files if path.startswith(CARDS)):
        try:
            card = parse_card(files[path])
        except PeerError as why:
            problems.append(problem_of(why, where=path))
            continue
        if path == f"{CARDS}{card.party}.json":
            cards[card.party] = card
        else:
            problems.append(_of_file(path, "card_misplaced", f"{path} holds the card of {card.party}."))
    if len(cards) < 2:
        problems.append(
            _of_file(CARDS, "file_missing", "A record needs the sound cards of two parties or more.")
        )
    return cards, problems


def _memorandum_of_heads(files: Mapping[str, bytes]) -> str:
    """Under which memorandum the first readable head stands, where the index cannot say it."""
    for path in sorted(path for path in files if path.startswith(JOURNALS) and path.endswith("/checkpoint")):
        try:
            return split_origin(peek_checkpoint(files[path]).origin).memorandum
        except PeerError:
            continue
    return ""


def _journal_folders(files: Mapping[str, bytes]) -> dict[tuple[str, str], dict[str, bytes]]:
    """What lies in the folder of each party and generation, by path below it."""
    folders: dict[tuple[str, str], dict[str, bytes]] = defaultdict(dict)
    for path, content in files.items():
        parts = path.split("/", 3)
        if path.startswith(JOURNALS) and len(parts) == 4:
            folders[parts[1], parts[2]][parts[3]] = content
    return folders


def in_order(follows: Mapping[tuple[str, str], tuple[str, str] | None]) -> list[tuple[str, str]]:
    """Each journal, by party and generation, after the one that it follows: keys change from one to the next."""
    order: list[tuple[str, str]] = []
    for place in sorted(follows):
        chain: list[tuple[str, str]] = []
        at: tuple[str, str] | None = place
        while at is not None and at in follows and at not in order and at not in chain:
            chain.append(at)
            at = follows[at]
        order += reversed(chain)
    return order


def _previous(own: Mapping[str, bytes]) -> tuple[str, str] | None:
    first = next((own[path] for path in sorted(own) if path.startswith("tile/entries/000")), b"")
    try:
        return followed_by(next(split_entries(first), b""))
    except PeerError:
        return None


def followed_by(opening: bytes) -> tuple[str, str] | None:
    """The journal that a first entry says it follows; None where it follows none or cannot be read."""
    try:
        previous = msgspec.json.decode(bytes(peek_statement(opening).body), type=_Opening).previous
        parts = split_origin(previous.origin) if previous is not None else None
    except (PeerError, msgspec.DecodeError):
        return None
    return (parts.party, parts.generation) if parts is not None else None


def _stray_files(files: Mapping[str, bytes]) -> Iterator[Problem]:
    for path in sorted(files):
        parts = path.split("/")
        known = (
            path in (INDEX, MEMORANDUM, SIDECAR)
            or (path.startswith((ANNEXES, CARDS, VOICE)) and len(parts) == 2 and parts[1])
            or (path.startswith(JOURNALS) and len(parts) > 3)
        )
        if not known:
            yield _of_file(path, "unexpected_file", f"{path} has no place in an export.")


def _judge_statements(
    journal: JournalRead, by_origin: Mapping[str, JournalRead], identity: str, cards: Mapping[str, PartyCard]
) -> Iterator[Problem]:
    """Rules 4 to 6, for the statements of one journal."""

    def root_at(origin: str, size: int) -> bytes | None:
        held = by_origin.get(origin)
        return held.tree.root(size) if held is not None and size <= held.tree.size else None

    def is_whole(origin: str) -> bool:
        """Of a journal that could not be read for want of a card, enough is said already."""
        held = by_origin.get(origin)
        return held is None or held.party in cards

    before = None
    for statement in journal.statements:
        place = f"Entry {statement.seq} of {journal.origin}"

        def problem(code: str, message: str, seq: int = statement.seq) -> Problem:
            return Problem(where=journal.origin, seq=seq, code=code, message=message)

        if identity and statement.identity != identity:
            yield problem(
                "other_memorandum",
                f"{place} was said under {statement.identity[:12]}, the index names {identity[:12]}.",
            )
        try:
            judge_heads(statement, before=before, root_at=root_at, is_whole=is_whole)
        except PeerError as why:
            yield problem(why.code, why.message)
        ref = statement.reply_to
        if ref is not None:
            held = by_origin.get(ref.origin)
            if held is not None and ref.seq < held.tree.size and held.tree.leaf(ref.seq).hex() != ref.leaf:
                yield problem(
                    "bad_reference", f"{place} answers another entry {ref.seq} of {ref.origin} than is here."
                )
        before = statement


def _of_file(path: str, code: str, message: str) -> Problem:
    return Problem(where=path, seq=None, code=code, message=message)
