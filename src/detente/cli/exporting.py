"""Puts a home's store, cards and memorandum together into an export, whether or not its node runs."""

from __future__ import annotations

from detente.adapters.home import Home, read_agreement, read_keys, read_settings
from detente.adapters.sqlite_store import SqliteStore
from detente.adapters.system import SystemClock
from detente.quantities import UtcMs, utc_ms_of
from detente.record.export import export_files
from detente.runtime.exporting import journals_of


def export_home(home: Home) -> dict[str, bytes]:
    """The files of the export by path."""
    settings = read_settings(home)
    now_ms = (
        SystemClock().now_ms() if settings.conducted_from is None else utc_ms_of(settings.conducted_from)
    )
    agreement = read_agreement(home, settings, now_ms=UtcMs(now_ms))
    me = read_keys(home).card.party
    store = SqliteStore(home.store_file)
    try:
        journals = journals_of(store.load(), me=me)
    finally:
        store.close()
    cards = {me: home.card_file.read_bytes()}
    cards.update({file.stem: file.read_bytes() for file in sorted(home.cards_folder.glob("*.json"))})
    return export_files(
        memorandum=agreement.file,
        sidecar=agreement.sidecar,
        annexes=agreement.annexes,
        memorandum_id=agreement.memorandum.memorandum.id,
        identity=agreement.identity,
        cards={party: card for party, card in cards.items() if party in agreement.cards},
        journals=journals,
    )
