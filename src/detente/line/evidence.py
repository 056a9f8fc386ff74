"""Whether an export is the evidence it claims to be: journals, cards and the signed memorandum together.

The record layer checks every byte against the index, every entry and every signature on the heads; here
the cards are held against the memorandum and the memorandum against its signatures. Opens no socket.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from detente.crypto.card import PartyCard, root_digest
from detente.errors import PeerError
from detente.line.catalogue import parse_body
from detente.line.recordings import Recordings, judge_recordings
from detente.memorandum.identity import identity_in_force
from detente.memorandum.load import read_memorandum
from detente.memorandum.model import Memorandum
from detente.memorandum.signing import verify_memorandum
from detente.quantities import Digest
from detente.record.export import ANNEXES, MEMORANDUM, SIDECAR
from detente.record.problem import Problem
from detente.record.statement import Statement
from detente.record.verify import verify_journals


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What an export holds and all that is wrong with it."""

    problems: tuple[Problem, ...]
    memorandum: str
    identity: str
    sizes: Mapping[str, int]
    receipted: int
    """Entries that every other party of whom a receipt is here has cosigned."""
    statements: tuple[Statement, ...]
    recordings: Recordings | None = None
    """None where the memorandum cannot be read."""

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def verify_evidence(files: Mapping[str, bytes], *, identity: Digest | None = None) -> Evidence:
    """Check an export whole; never raises.

    Args:
        files: bytes by path with `/`, `index.json` among them.
        identity: the identity in force that the verifier knows from elsewhere; None trusts the export's own.
    """
    verdict = verify_journals(files)
    problems = list(verdict.problems)
    file, sidecar = files.get(MEMORANDUM), files.get(SIDECAR)
    terms = read_memorandum(file) if file is not None else None
    recordings = None
    if isinstance(terms, Memorandum):
        recordings = judge_recordings(files, verdict.statements, terms.disclosure)
        problems += recordings.problems
    annexes = {path.removeprefix(ANNEXES): data for path, data in files.items() if path.startswith(ANNEXES)}
    if file is not None and sidecar is not None:
        problems += judge_memorandum(file, sidecar, annexes, verdict.cards, verdict.identity)
        problems += _of_bodies(file, verdict.statements)
    if identity is not None and identity != verdict.identity:
        problems.append(
            _problem("other_memorandum", f"The export is under {verdict.identity[:12]}, not {identity[:12]}.")
        )
    return Evidence(
        problems=tuple(problems),
        memorandum=verdict.memorandum,
        identity=verdict.identity,
        sizes={journal.origin: journal.tree.size for journal in verdict.journals},
        receipted=sum(
            min((receipt.size for receipt in verdict.receipts[journal.origin].values()), default=0)
            for journal in verdict.journals
            if journal.checkpoint is not None
        ),
        statements=verdict.statements,
        recordings=recordings,
    )


def judge_memorandum(
    file: bytes, sidecar: bytes, annexes: Mapping[str, bytes], cards: Mapping[str, PartyCard], identity: str
) -> Iterable[Problem]:
    """Whether file, annexes and identity belong together, all parties signed them, and the cards are theirs."""
    memorandum = read_memorandum(file)
    if not isinstance(memorandum, Memorandum):
        yield _problem("memorandum", f"The memorandum has {len(memorandum)} mistakes and cannot be in force.")
        return
    if identity_in_force(file, annexes) != identity:
        yield _problem(
            "identity", "The index names another identity than the memorandum and its annexes have."
        )
    for problem in verify_memorandum(file, annexes, sidecar, cards=cards):
        yield _problem("unsigned", problem.message)
    named = {party.id: party.root_card_sha256 for party in memorandum.party}
    for party, card in cards.items():
        if named.get(party) != root_digest(card):
            yield _problem("card", f"The card of {party} is not the one that the memorandum names.")


def _of_bodies(file: bytes, statements: Iterable[Statement]) -> Iterable[Problem]:
    """A body outside the catalogue is evidence of a broken rule, not of a changed record: it is not a problem.

    But an opening that names another memorandum is.
    """
    memorandum = read_memorandum(file)
    if not isinstance(memorandum, Memorandum):
        return
    opened = set()
    for statement in statements:
        if statement.code != "OPN" or statement.seq != 0:
            continue
        try:
            body = parse_body(statement, memorandum.disclosure)
        except PeerError as why:
            yield Problem(where=statement.origin, seq=0, code=why.code, message=why.message)
            continue
        opened.add(statement.origin)
        named = {party.id: party.root_card_sha256 for party in memorandum.party}
        if {card.party: card.root_card_sha256 for card in getattr(body, "cards", ())} != named:
            yield Problem(
                where=statement.origin,
                seq=0,
                code="card",
                message="The opening names other cards than the memorandum.",
            )
        if getattr(body, "identity", None) != statement.identity:
            yield Problem(
                where=statement.origin,
                seq=0,
                code="other_memorandum",
                message="The opening names another one.",
            )
    for origin in {statement.origin for statement in statements} - opened:
        yield Problem(where=origin, seq=0, code="not_opened", message="Entry 0 does not open the journal.")


def _problem(code: str, message: str) -> Problem:
    return Problem(where=MEMORANDUM, seq=None, code=code, message=message)
