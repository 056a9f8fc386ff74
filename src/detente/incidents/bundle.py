"""The evidence of one incident as a folder of plain files that anybody can check offline.

Each entry lies there as it was signed, beside a C2SP tlog-proof: its path to a head that its author signed and
another party cosigned. Cards, memorandum, attachments and the recordings of speech that its entries state are with
it; `index.json` names every file. Beside what concerns the incident only the first entry of each journal is there,
and every change of keys, without which no signature could be judged. Nothing in it depends on when it was made.
`spec/record.md` tells a stranger how to check it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from detente.errors import PeerError
from detente.incidents.dossier import Dossier, dossier_of
from detente.incidents.register import CODES, Register, take
from detente.incidents.summary import summary_page
from detente.line.bodies_duty import Spoken
from detente.line.catalogue import parse_body
from detente.line.recordings import said
from detente.memorandum.model import Memorandum
from detente.quantities import Digest, PartyId
from detente.record.export import ANNEXES, CARDS, INDEX, MEMORANDUM, SIDECAR, VOICE, index_of
from detente.record.journal import split_origin
from detente.record.order import merged_order
from detente.record.statement import Ref, Statement
from detente.wire import Record, encode

INCIDENT = "incident.json"
SUMMARY = "summary.html"
ENTRIES = "entries/"
ATTACHMENTS = "attachments/"
ENTRY_SUFFIX = ".json"
PROOF_SUFFIX = ".tlog-proof"


class BundleOf(Record, frozen=True, kw_only=True):
    """`incident.json`: the number that stands."""

    v: Literal[1]
    number: str


@dataclass(frozen=True, kw_only=True)
class Proved:
    """One entry of a bundle: the statement, its envelope as it was signed, and its tlog-proof."""

    ref: Ref
    statement: Statement
    envelope: bytes
    proof: bytes


@dataclass(frozen=True, kw_only=True)
class Read:
    """What the entries of a bundle say; `dossier` is None where no report of the number is among them."""

    register: Register
    dossier: Dossier | None
    statements: tuple[tuple[Ref, Statement], ...]
    spoken: tuple[tuple[Statement, Spoken], ...]
    """Each recording that one of the entries states."""


def bundle_files(
    *,
    number: str,
    terms: Memorandum,
    memorandum: bytes,
    sidecar: bytes,
    annexes: Mapping[str, bytes],
    identity: Digest,
    cards: Mapping[str, bytes],
    entries: Sequence[Proved],
    attachments: Mapping[str, bytes],
    recordings: Mapping[str, bytes],
) -> dict[str, bytes]:
    """The whole bundle, by path, with its summary and its index.

    Args:
        number: the number that stands.
        attachments, recordings: by SHA-256.

    Raises: PeerError `no_incident` where the entries hold no report of that number.
    """
    files = {
        INCIDENT: encode(BundleOf(v=1, number=number)),
        MEMORANDUM: memorandum,
        SIDECAR: sidecar,
        **{f"{ANNEXES}{name}": content for name, content in annexes.items()},
        **{f"{CARDS}{party}.json": card for party, card in cards.items()},
        **{f"{ATTACHMENTS}{sha256}": content for sha256, content in attachments.items()},
        **{f"{VOICE}{sha256}": content for sha256, content in recordings.items()},
    }
    for one in entries:
        path = entry_path(one.ref.origin, one.ref.seq)
        files[f"{path}{ENTRY_SUFFIX}"] = one.envelope
        files[f"{path}{PROOF_SUFFIX}"] = one.proof
    read = read_entries([(one.ref, one.statement) for one in entries], number, terms)
    if read.dossier is None:
        raise PeerError("no_incident", f"There is no report of {number} among these entries.")
    files[SUMMARY] = summary_of(read, identity=identity, held={*attachments, *recordings})
    files[INDEX] = encode(index_of(files, memorandum_id=terms.memorandum.id, identity=identity))
    return files


def read_entries(entries: Iterable[tuple[Ref, Statement]], number: str, terms: Memorandum) -> Read:
    """The dossier of a number from some entries; whether an alert was answered is judged at the newest of them."""
    held = {(ref.origin, ref.seq): (ref, statement) for ref, statement in entries}
    order = merged_order(statement for _, statement in held.values())
    in_order = tuple(held[place] for place in order)
    register = fold(in_order, terms)
    until_ms = max((statement.sent_ms for _, statement in in_order), default=0) + 1
    return Read(
        register=register,
        dossier=dossier_of(register, terms, number, until_ms=until_ms),
        statements=in_order,
        spoken=tuple(said((statement for _, statement in in_order), terms.disclosure)),
    )


def fold(entries: Iterable[tuple[Ref, Statement]], terms: Memorandum) -> Register:
    """The register of entries that stand in the joint order; what is outside the catalogue is left out, as live."""
    register = Register()
    for ref, statement in entries:
        if statement.code not in CODES:
            continue
        try:
            body = parse_body(statement, terms.disclosure)
        except PeerError:
            continue
        party = PartyId(split_origin(ref.origin).party)
        register = take(register, party=party, ref=ref, statement=statement, body=body, memorandum=terms)
    return register


def summary_of(read: Read, *, identity: str, held: Collection[str]) -> bytes:
    """The summary of what was read; `held` are the hashes of the attachments and recordings beside it."""
    assert read.dossier is not None, "a summary is of an incident"
    return summary_page(
        read.dossier, read.register.receipts, read.statements, read.spoken, identity=identity, held=held
    )


def entry_path(origin: str, seq: int) -> str:
    """Where an entry lies, without what its name ends in."""
    parts = split_origin(origin)
    return f"{ENTRIES}{parts.party}/{parts.generation}/{seq}"
