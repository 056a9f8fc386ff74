"""Incidents out of a home's record, whether or not its node runs: what is counted, and what makes a bundle.

For a count only what both sides hold is read: of the own journals what every party named has cosigned, of theirs
what is mirrored here. A bundle holds what somebody cosigned; the rest is named and left out, and so is a
recording that is here no more, or not as it was stated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from detente.adapters.attachments import find_attachments
from detente.adapters.home import Home, now_for, party_of, read_agreement, read_settings
from detente.adapters.stores import open_store
from detente.adapters.voice_files import VoiceFiles
from detente.errors import OperatorError
from detente.incidents.bundle import Proved, bundle_files, fold, read_entries
from detente.incidents.dossier import dossier_of
from detente.incidents.register import CODES, SENT_MS_MAX, Register
from detente.incidents.summary import attachments_of
from detente.line.bodies_duty import Attachment, LineState, Spoken
from detente.line.catalogue import parse_body
from detente.memorandum.agreement import Agreement
from detente.ports import Store, StoredEntry, StoredHead
from detente.quantities import Digest, PartyId
from detente.record.card_line import KEY_CODE
from detente.record.checkpoint import peek_checkpoint
from detente.record.journal import split_origin
from detente.record.order import Place, merged_order
from detente.record.proof import format_proof
from detente.record.statement import Ref, Statement, peek_statement
from detente.record.tree import Tree
from detente.voice.recording import digest_of
from detente.wire.limits import VOICE_EXPORT_BYTES_MAX

_READ_AT_ONCE = 2_000


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What a count is made of; the claimed times of the oldest and the newest statement that all of them hold."""

    agreement: Agreement
    parties: tuple[PartyId, ...]
    register: Register
    oldest_ms: int
    newest_ms: int


@dataclass(frozen=True, kw_only=True)
class Bundled:
    """The files of a bundle, the number that stands, and what is not in it."""

    number: str
    files: dict[str, bytes]
    left_out: tuple[str, ...]
    missing: tuple[tuple[PartyId, Attachment], ...]
    unheard: tuple[tuple[PartyId, Spoken], ...] = ()
    """Transmissions that its entries state, and whose recordings are not with it."""


@contextmanager
def open_incident_record(home: Home) -> Iterator[IncidentRecord]:
    """The record of a home, as long as it is read."""
    settings = read_settings(home)
    cards = {file.stem: file.read_bytes() for file in sorted(home.cards_folder.glob("*.json"))}
    cards[party_of(home)] = home.card_file.read_bytes()
    agreement = read_agreement(home, settings, now_ms=now_for(settings))
    store = open_store(home, settings, is_writer=False)
    try:
        yield IncidentRecord(agreement=agreement, me=PartyId(party_of(home)), store=store, cards=cards)
    finally:
        store.close()


class IncidentRecord:
    """A party's journals, to be read.

    Args:
        cards: signed cards by party, as `sign_card` made them: the first that each party had here.
    """

    def __init__(
        self, *, agreement: Agreement, me: PartyId, store: Store, cards: Mapping[str, bytes]
    ) -> None:
        self.agreement = agreement
        self.me = me
        self._store = store
        self._cards = {party: card for party, card in cards.items() if PartyId(party) in agreement.cards}
        stored = store.load()
        self._trees = {one.origin: Tree(one.leaves) for one in stored.journals}
        self._heads: dict[str, list[StoredHead]] = {}
        for head in stored.heads:
            self._heads.setdefault(head.origin, []).append(head)

    def counted(self, others: Sequence[str]) -> Counted:
        """What we and others hold alike; all other parties where none is named."""
        known = [party for party in self.agreement.cards if party != self.me]
        for name in others:
            if PartyId(name) not in known:
                raise OperatorError(
                    "unknown_peer",
                    f"{name[:40]!r} is no other party of the memorandum.",
                    cure=f"One of: {', '.join(known)}.",
                )
        with_ = [PartyId(name) for name in others] or known
        held: dict[Place, tuple[Ref, Statement]] = {}
        times_ms: set[int] = set()
        for origin in self._trees:
            author = PartyId(split_origin(origin).party)
            if author != self.me and author not in with_:
                continue
            size = self._trees[origin].size if author != self.me else self._held_by(origin, with_)
            for row, statement in self._statements(origin, size):
                times_ms.add(statement.sent_ms)
                if statement.code in CODES:
                    held[origin, row.seq] = (_ref(row), statement)
        order = merged_order(statement for _, statement in held.values())
        return Counted(
            agreement=self.agreement,
            parties=(self.me, *with_),
            register=fold((held[place] for place in order), self.agreement.memorandum),
            oldest_ms=min(times_ms, default=0),
            newest_ms=max((one for one in times_ms if one <= SENT_MS_MAX), default=0),
        )

    def path_changes(self) -> list[LineState]:
        """Every change of state of a path that we have journaled."""
        terms = self.agreement.memorandum
        return [
            body
            for origin, tree in self._trees.items()
            if PartyId(split_origin(origin).party) == self.me
            for _, statement in self._statements(origin, tree.size)
            if statement.code == "LST"
            and isinstance(body := parse_body(statement, terms.disclosure), LineState)
        ]

    def bundled(
        self,
        number: str,
        folders: Sequence[Path],
        voice: VoiceFiles | None = None,
        *,
        voice_bytes_max: int = VOICE_EXPORT_BYTES_MAX,
    ) -> Bundled:
        """The bundle of an incident; attachments are looked for in folders, and recordings in `voice`, by their hash.

        Raises: OperatorError `no_receipt`, or `voice_large` where all recordings have more than `voice_bytes_max`.
        """
        entries, left_out = [], []
        for origin, seq in sorted(self._wanted(number)):
            (row,) = self._store.entries(origin, seq, seq + 1) or (None,)
            proof = self._proof(origin, seq)
            if row is None or not row.envelope or proof is None:
                left_out.append(f"{split_origin(origin).party}#{seq}")
                continue
            statement = peek_statement(row.envelope)
            entries.append(Proved(ref=_ref(row), statement=statement, envelope=row.envelope, proof=proof))
        terms = self.agreement.memorandum
        read = read_entries([(one.ref, one.statement) for one in entries], number, terms)
        if read.dossier is None:
            raise OperatorError(
                "no_receipt",
                f"Nobody has cosigned the report of {number} yet, so it proves nothing.",
                cure="Let the node run until the peer has answered.",
            )
        named = [one for _, one in attachments_of(read.dossier)]
        attached, _ = find_attachments(named, folders)
        recordings = {} if voice is None else _recordings(read.spoken, voice, voice_bytes_max)
        files = bundle_files(
            number=read.dossier.number,
            terms=terms,
            memorandum=self.agreement.file,
            sidecar=self.agreement.sidecar,
            annexes=self.agreement.annexes,
            identity=self.agreement.identity,
            cards=self._cards,
            entries=entries,
            attachments=attached,
            recordings=recordings,
        )
        return Bundled(
            number=read.dossier.number,
            files=files,
            left_out=tuple(left_out),
            missing=tuple(
                (party, one) for party, one in attachments_of(read.dossier) if one.sha256 not in attached
            ),
            unheard=tuple(
                (PartyId(split_origin(statement.origin).party), one)
                for statement, one in read.spoken
                if one.sha256 not in recordings
            ),
        )

    def _wanted(self, number: str) -> set[Place]:
        """What was said of an incident, what that names, every answer to any of these, and what makes keys known."""
        of_register: dict[Place, tuple[Ref, Statement]] = {}
        answers: dict[Place, set[Place]] = {}
        wanted: set[Place] = set()
        newest_ms = 0
        for origin, tree in self._trees.items():
            for row, statement in self._statements(origin, tree.size):
                place = (origin, row.seq)
                newest_ms = max(newest_ms, statement.sent_ms)
                if statement.code in CODES:
                    of_register[place] = (_ref(row), statement)
                if (answered := statement.reply_to) is not None:
                    answers.setdefault((answered.origin, answered.seq), set()).add(place)
                if statement.seq == 0 or statement.code == KEY_CODE:
                    wanted.add(place)
        order = merged_order(statement for _, statement in of_register.values())
        terms = self.agreement.memorandum
        register = fold((of_register[place] for place in order), terms)
        dossier = dossier_of(register, terms, number, until_ms=newest_ms + 1)
        if dossier is None:
            raise OperatorError(
                "unknown_number",
                f"There is no incident {number[:80]!r} in this record.",
                cure="See `detente incident list`.",
            )
        refs = [one.ref for one in dossier.filed]
        refs += [*dossier.cited, *(ref for case in dossier.calls for ref in case.refs)]
        named = {(ref.origin, ref.seq) for ref in refs}
        return wanted.union(named, *(answers.get(place, ()) for place in named))

    def _proof(self, origin: str, seq: int) -> bytes | None:
        """The tlog-proof of an entry under the least cosigned head above it; None where nobody has cosigned it."""
        heads = [head for head in self._heads.get(origin, ()) if head.size > seq]
        if not heads or origin not in self._trees:
            return None
        size = min(head.size for head in heads)
        least = sorted((head for head in heads if head.size == size), key=lambda head: head.cosigner)
        assert peek_checkpoint(least[0].checkpoint).size == size, "a head is stored with its size"
        note = b"".join((least[0].checkpoint, *(head.cosignature for head in least)))
        return format_proof(index=seq, path=self._trees[origin].inclusion_proof(seq, size), note=note)

    def _held_by(self, origin: str, others: Sequence[PartyId]) -> int:
        sizes = {head.cosigner: head.size for head in self._heads.get(origin, ())}
        return min((sizes.get(other, 0) for other in others), default=0)

    def _statements(self, origin: str, size: int) -> Iterator[tuple[StoredEntry, Statement]]:
        for start in range(0, size, _READ_AT_ONCE):
            for row in self._store.entries(origin, start, min(start + _READ_AT_ONCE, size)):
                if row.envelope:
                    yield row, peek_statement(row.envelope)


def _recordings(
    spoken: Iterable[tuple[Statement, Spoken]], voice: VoiceFiles, bytes_max: int
) -> dict[str, bytes]:
    """Those that are here and still what was stated: another file under that name would be no evidence."""
    found: dict[str, bytes] = {}
    size = 0
    for digest in dict.fromkeys(one.sha256 for _, one in spoken):
        data = voice.read(digest)
        if data is None or digest_of(data) != digest:
            continue
        size += len(data)
        if size > bytes_max:
            raise OperatorError(
                "voice_large",
                f"The recordings have more than {bytes_max:,} bytes.",
                cure="Write it at the node: detente incident bundle HOME NUMBER FOLDER; --no-voice leaves them out.",
            )
        found[digest] = data
    return found


def _ref(row: StoredEntry) -> Ref:
    return Ref(origin=row.origin, seq=row.seq, leaf=Digest(row.leaf.hex()))
