"""Whether a bundle is what the parties signed; if not, exactly what fails. Opens no socket and asks no clock.

1. `index.json` names every other file, and only those, with length and SHA-256; nothing lies where it has no place.
2. Cards, memorandum and signatures hold together, as in an export of the record.
3. Every entry is signed by its author's key of that place, names this memorandum, and answers no other entry than is
   here where that is here.
4. Beside it lies its proof: the path from its leaf to a head that its author signed and that one other party at least
   cosigned; every cosignature of a party that is there holds. Two heads of one journal and size have one root.
5. The number is the one that stands by these entries, and the summary is what they give.
6. Each recording is one that an entry states, with that hash, and says the same of itself.
7. Each attachment is one that a statement names, with that hash. One that is named and is not here is missing: that
   is said, and is no fault of the bundle, because whoever keeps it need not have given it.
   A recording that is stated and not here is counted, and no fault either.

What a bundle cannot show is what was left out of it: whoever makes one chooses. The other party's own bundle, or an
export of the record, shows that.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from detente.crypto.card import PartyCard
from detente.errors import PeerError
from detente.incidents.bundle import (
    ATTACHMENTS,
    ENTRIES,
    ENTRY_SUFFIX,
    INCIDENT,
    PROOF_SUFFIX,
    SUMMARY,
    BundleOf,
    Read,
    entry_path,
    read_entries,
    summary_of,
)
from detente.incidents.dossier import Dossier
from detente.incidents.summary import attachments_of
from detente.line.bodies_duty import Attachment
from detente.line.evidence import judge_memorandum
from detente.line.recordings import Recordings, judge_recordings
from detente.memorandum.check import check
from detente.memorandum.load import read_memorandum
from detente.memorandum.model import Memorandum
from detente.quantities import Digest, PartyId
from detente.record.card_line import CardLine
from detente.record.checkpoint import open_checkpoint, peek_checkpoint
from detente.record.export import ANNEXES, CARDS, INDEX, MEMORANDUM, SIDECAR, VOICE
from detente.record.journal import judge_entry, origin_of
from detente.record.merkle import leaf_hash, verify_inclusion
from detente.record.problem import Problem, printable, problem_of
from detente.record.proof import parse_proof
from detente.record.reading import cosigned_s
from detente.record.statement import Ref, Statement
from detente.record.verify import followed_by, in_order, read_cards, read_index
from detente.wire import decode

_ENTRY = re.compile(r"entries/([^/]+)/([^/]+)/(0|[1-9][0-9]{0,12})\.json", re.ASCII)
_INCIDENT_BYTES_MAX = 1_000

_Place = tuple[str, str]
"""Party and generation of a journal."""


@dataclass(frozen=True, kw_only=True)
class BundleVerdict:
    """What a bundle holds, all that is wrong with it, and which attachments are not in it."""

    problems: tuple[Problem, ...]
    number: str
    memorandum: str
    identity: str
    dossier: Dossier | None
    statements: tuple[tuple[Ref, Statement], ...]
    missing: tuple[tuple[PartyId, Attachment], ...]
    recordings: Recordings | None = None
    """How many recordings the entries state, and how many are here; None where nothing can be said."""
    summary: bytes | None = None
    """The summary as this version writes it from the entries."""

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong; an attachment that is missing is not wrong."""
        return not self.problems

    @property
    def is_only_summary(self) -> bool:
        """Whether all that is wrong is the page for people: it was altered, or another version wrote it."""
        return {problem.code for problem in self.problems} == {"summary_altered"}


def verify_bundle(files: Mapping[str, bytes], *, identity: Digest | None = None) -> BundleVerdict:
    """Check a bundle, given as bytes by path with `/`; never raises.

    Args:
        identity: the identity in force that the verifier knows from elsewhere; None trusts the bundle's own.
    """
    index, problems = read_index(files)
    named, claimed = (index.memorandum, index.identity) if index is not None else ("", "")
    cards, of_cards = read_cards(files)
    problems += [*of_cards, *_stray_files(files)]
    if identity is not None and identity != claimed:
        text = f"The bundle is under {claimed[:12]}, not {identity[:12]}."
        problems.append(_of_file(MEMORANDUM, "other_memorandum", text))
    terms = _terms(files, cards, claimed, problems)
    number = _number(files, problems)
    entries = _entries(files, cards, named, claimed, problems)
    dossier, recordings, summary = None, None, None
    if terms is not None:
        if named != terms.memorandum.id:
            problems.append(_of_file(INDEX, "other_memorandum", "The index names another memorandum."))
        read = read_entries(entries, number, terms)
        problems += _of_dossier(files, read, number, claimed)
        recordings = judge_recordings(files, (one for _, one in read.statements), terms.disclosure)
        problems += recordings.problems
        dossier = read.dossier
        if dossier is not None:
            summary = summary_of(read, identity=claimed, held=_held(files))
    return BundleVerdict(
        problems=tuple(printable(problem) for problem in problems),
        number=number,
        memorandum=named,
        identity=claimed,
        dossier=dossier,
        statements=tuple(entries),
        missing=_missing(files, dossier),
        recordings=recordings,
        summary=summary,
    )


def _terms(
    files: Mapping[str, bytes], cards: Mapping[str, PartyCard], identity: str, problems: list[Problem]
) -> Memorandum | None:
    """The memorandum, if it is one under which anything can be said."""
    file, sidecar = files.get(MEMORANDUM), files.get(SIDECAR)
    if file is None or sidecar is None:
        return None
    annexes = {path.removeprefix(ANNEXES): data for path, data in files.items() if path.startswith(ANNEXES)}
    problems += judge_memorandum(file, sidecar, annexes, cards, identity)
    read = read_memorandum(file)
    if not isinstance(read, Memorandum):
        return None
    if faults := check(read, template=False):
        text = f"No node would start under this memorandum: {faults[0].path}: {faults[0].message}"
        problems.append(_of_file(MEMORANDUM, "memorandum", text))
        return None
    return read


def _number(files: Mapping[str, bytes], problems: list[Problem]) -> str:
    if INCIDENT not in files:
        problems.append(_of_file(INCIDENT, "file_missing", f"{INCIDENT} is missing: it names the number."))
        return ""
    try:
        return decode(files[INCIDENT], BundleOf, what=INCIDENT, bytes_max=_INCIDENT_BYTES_MAX).number
    except PeerError as why:
        problems.append(problem_of(why, where=INCIDENT))
        return ""


def _stray_files(files: Mapping[str, bytes]) -> Iterator[Problem]:
    for path in sorted(files):
        parts = path.split("/")
        known = (
            path in (INDEX, INCIDENT, SUMMARY, MEMORANDUM, SIDECAR)
            or (path.startswith((ANNEXES, CARDS, ATTACHMENTS, VOICE)) and len(parts) == 2 and parts[1])
            or _ENTRY.fullmatch(path)
            or (path.endswith(PROOF_SUFFIX) and path.removesuffix(PROOF_SUFFIX) + ENTRY_SUFFIX in files)
        )
        if not known:
            yield _of_file(path, "unexpected_file", f"{path} has no place in a bundle.")


def _entries(
    files: Mapping[str, bytes],
    cards: Mapping[str, PartyCard],
    memorandum: str,
    identity: str,
    problems: list[Problem],
) -> list[tuple[Ref, Statement]]:
    """The entries that may stand where they stand; then their proofs, by all the keys that these tell."""
    journals: dict[_Place, dict[int, bytes]] = {}
    for path in sorted(path for path in files if path.startswith(ENTRIES)):
        if (match := _ENTRY.fullmatch(path)) is not None:
            journals.setdefault((match[1], match[2]), {})[int(match[3])] = files[path]
    lines = {party: CardLine(card) for party, card in cards.items()}
    found: list[tuple[Ref, Statement]] = []
    for place in in_order({place: followed_by(own.get(0, b"")) for place, own in journals.items()}):
        found += _of_journal(place, journals[place], lines, memorandum, identity, problems)
    roots: dict[tuple[str, int], str] = {}
    for ref, statement in found:
        path = entry_path(ref.origin, ref.seq)
        try:
            _judge_proof(files, path, ref, lines, roots)
        except PeerError as why:
            problems.append(problem_of(why, where=ref.origin, seq=ref.seq))
        answered = statement.reply_to
        here = {(one.origin, one.seq): one.leaf for one, _ in found}
        if answered is not None and here.get((answered.origin, answered.seq), answered.leaf) != answered.leaf:
            text = f"Entry {ref.seq} of {ref.origin} answers another entry than is here."
            problems.append(Problem(where=ref.origin, seq=ref.seq, code="bad_reference", message=text))
    return found


def _of_journal(
    place: _Place,
    own: Mapping[int, bytes],
    lines: Mapping[str, CardLine],
    memorandum: str,
    identity: str,
    problems: list[Problem],
) -> Iterator[tuple[Ref, Statement]]:
    party, generation = place
    where = f"{ENTRIES}{party}/{generation}"
    if party not in lines:
        problems.append(_of_file(where, "card_missing", f"There is no sound card of {party}."))
        return
    if 0 not in own:
        problems.append(_of_file(where, "not_opened", f"The entry that opens {where} is missing."))
    for seq, envelope in sorted(own.items()):
        try:
            origin = origin_of(party, memorandum, generation)
            key = lines[party].at(origin, seq).statements
            statement = judge_entry(envelope, origin=origin, seq=seq, key=key)
        except PeerError as why:
            problems.append(problem_of(why, where=where, seq=seq))
            continue
        lines[party].take(statement)
        if statement.identity != identity:
            text = f"Entry {seq} of {origin} was said under {statement.identity[:12]}, not {identity[:12]}."
            problems.append(Problem(where=origin, seq=seq, code="other_memorandum", message=text))
        yield Ref(origin=origin, seq=seq, leaf=Digest(leaf_hash(envelope).hex())), statement


def _judge_proof(
    files: Mapping[str, bytes],
    path: str,
    ref: Ref,
    lines: Mapping[str, CardLine],
    roots: dict[tuple[str, int], str],
) -> None:
    if f"{path}{PROOF_SUFFIX}" not in files:
        raise PeerError("file_missing", f"{path}{PROOF_SUFFIX} is missing: nothing proves the entry's place.")
    proof = parse_proof(files[f"{path}{PROOF_SUFFIX}"])
    party = ref.origin.partition("/")[0]
    claimed = peek_checkpoint(proof.note)
    key = lines[party].at(ref.origin, claimed.size).journal
    head = open_checkpoint(proof.note, name=party, key=key)
    if head.origin != ref.origin or proof.index != ref.seq:
        raise PeerError("misplaced", f"the proof is of entry {proof.index} of {head.origin}.")
    verify_inclusion(
        leaf=bytes.fromhex(ref.leaf),
        index=ref.seq,
        size=head.size,
        root=bytes.fromhex(head.root),
        proof=proof.path,
    )
    if roots.setdefault((head.origin, head.size), head.root) != head.root:
        raise PeerError("fork", f"two heads of {head.origin} at {head.size} entries have different roots.")
    receipts = 0
    for other in sorted({*lines} - {party}):
        try:
            cosigned_s(proof.note, head, other, lines[other])
            receipts += 1
        except PeerError as why:
            if why.code != "signature_missing":
                raise
    if not receipts:
        raise PeerError("signature_missing", "no other party cosigned the head.")


def _of_dossier(files: Mapping[str, bytes], read: Read, number: str, identity: str) -> Iterator[Problem]:
    if read.dossier is None:
        yield _of_file(INCIDENT, "no_incident", f"No report of {number[:80]} is among the entries.")
        return
    if read.dossier.number != number:
        text = f"By these entries the number that stands is {read.dossier.number}, not {number[:80]}."
        yield _of_file(INCIDENT, "other_number", text)
    attached = _beside(files, ATTACHMENTS)
    if files.get(SUMMARY) != summary_of(read, identity=identity, held=_held(files)):
        text = f"{SUMMARY} is not what the entries give, or another version wrote it: read the entries."
        yield _of_file(SUMMARY, "summary_altered", text)
    named = {one.sha256: one.length for _, one in attachments_of(read.dossier)}
    for sha256, content in attached.items():
        if named.get(Digest(sha256)) is None:
            text = f"{ATTACHMENTS}{sha256} is named by no statement."
            yield _of_file(f"{ATTACHMENTS}{sha256}", "unexpected_file", text)
        elif hashlib.sha256(content).hexdigest() != sha256 or named[Digest(sha256)] != len(content):
            text = f"{ATTACHMENTS}{sha256} is not the file that a statement names."
            yield _of_file(f"{ATTACHMENTS}{sha256}", "attachment_altered", text)


def _beside(files: Mapping[str, bytes], folder: str) -> dict[str, bytes]:
    return {path.removeprefix(folder): content for path, content in files.items() if path.startswith(folder)}


def _held(files: Mapping[str, bytes]) -> set[str]:
    return {*_beside(files, ATTACHMENTS), *_beside(files, VOICE)}


def _missing(files: Mapping[str, bytes], dossier: Dossier | None) -> tuple[tuple[PartyId, Attachment], ...]:
    if dossier is None:
        return ()
    return tuple(
        (party, one) for party, one in attachments_of(dossier) if f"{ATTACHMENTS}{one.sha256}" not in files
    )


def _of_file(path: str, code: str, message: str) -> Problem:
    return Problem(where=path, seq=None, code=code, message=message)
