"""Evidence out of a home, whether or not its node runs, and as a folder of files that can be read back whole."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from detente.adapters.home import Home, now_for, party_of, read_agreement, read_settings
from detente.adapters.stores import open_store
from detente.adapters.voice_files import VoiceFiles
from detente.crypto.card import PartyCard
from detente.errors import OperatorError, PeerError
from detente.line.recordings import said
from detente.memorandum.agreement import Agreement
from detente.ports import Store
from detente.record.card_line import CardLine
from detente.record.export import JournalExport, export_files
from detente.record.journal import split_origin
from detente.record.merkle import HASH_BYTES
from detente.record.statement import peek_statement
from detente.wire.limits import EXPORT_FILE_BYTES_MAX, VOICE_EXPORT_BYTES_MAX

FILES_MAX = 1_000_000


def evidence_of(home: Home, *, with_voice: bool = True) -> dict[str, bytes]:
    """The files of an export by path: journals, receipts, cards, the memorandum with its signatures, recordings.

    Raises: OperatorError `no_receipt`, or `voice_large` where the recordings would not fit into memory.
    """
    settings = read_settings(home)
    agreement = read_agreement(home, settings, now_ms=now_for(settings))
    store = open_store(home, settings, is_writer=False)
    try:
        journals = journals_of(store)
        newest = _newest_cards(store, agreement)
    finally:
        store.close()
    cards = {file.stem: file.read_bytes() for file in sorted(home.cards_folder.glob("*.json"))}
    cards[party_of(home)] = home.card_file.read_bytes()
    return export_files(
        memorandum=agreement.file,
        sidecar=agreement.sidecar,
        annexes=agreement.annexes,
        memorandum_id=agreement.memorandum.memorandum.id,
        identity=agreement.identity,
        cards={party: card for party, card in cards.items() if party in agreement.cards},
        newest=newest,
        journals=journals,
        recordings=_recordings(home, journals, agreement) if with_voice else {},
    )


def _recordings(home: Home, journals: list[JournalExport], agreement: Agreement) -> dict[str, bytes]:
    """Those that a VOX names and that are here."""
    files, found, size = VoiceFiles(home.voice_folder), dict[str, bytes](), 0
    statements = (peek_statement(envelope) for one in journals for envelope, _ in one.items if envelope)
    for _, spoken in said(statements, agreement.memorandum.disclosure):
        data = files.read(spoken.sha256)
        if data is not None:
            found[spoken.sha256] = data
            size += len(data)
        if size > VOICE_EXPORT_BYTES_MAX:
            raise OperatorError(
                "voice_large",
                f"The recordings have more than {VOICE_EXPORT_BYTES_MAX} bytes.",
                cure=f"Export with --no-voice, and copy {home.voice_folder} beside it.",
            )
    return found


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files by path; refuses a folder that holds anything already."""
    if folder.exists() and any(folder.iterdir()):
        raise OperatorError(
            "folder_exists", f"{folder} holds something already.", cure="Name a folder that does not exist."
        )
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def read_folder(folder: Path) -> dict[str, bytes]:
    """Every file below a folder by its path with `/`; raises PeerError for links and over limits."""
    if not folder.is_dir():
        raise OperatorError("no_folder", f"{folder} is not a folder.", cure="Name the folder of an export.")
    files: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            raise PeerError("link", f"{path} is a link; an export holds plain files.")
        if path.is_dir():
            continue
        if not path.is_file() or path.stat().st_size > EXPORT_FILE_BYTES_MAX or len(files) >= FILES_MAX:
            raise PeerError("too_large", f"{path} is no plain file, too large, or one of too many.")
        files[path.relative_to(folder).as_posix()] = path.read_bytes()
    return files


def _newest_cards(store: Store, agreement: Agreement) -> dict[str, PartyCard]:
    """The cards that hold now: those of the agreement, and what KEY statements put in their place."""
    lines = {str(party): CardLine(card) for party, card in agreement.cards.items()}
    for row in store.lasting():
        statement = peek_statement(row.envelope)
        lines[split_origin(row.origin).party].take(statement)
    return {party: line.newest for party, line in lines.items()}


def journals_of(store: Store) -> list[JournalExport]:
    """Each journal with its receipts, what stands above them included.

    Raises: OperatorError `no_receipt` where nobody has cosigned a journal yet.
    """
    stored = store.load()
    journals = []
    for journal in stored.journals:
        heads = [head for head in stored.heads if head.origin == journal.origin]
        if not heads:
            raise OperatorError(
                "no_receipt",
                f"Nobody has cosigned {journal.origin} yet, so it proves nothing.",
                cure="Let the node run until the peer has answered.",
            )
        size = len(journal.leaves) // HASH_BYTES
        journals.append(
            JournalExport(
                origin=journal.origin,
                items=[(row.envelope, row.leaf) for row in store.entries(journal.origin, 0, size)],
                cosigned={head.cosigner: (head.checkpoint, head.cosignature) for head in heads},
            )
        )
    return journals
