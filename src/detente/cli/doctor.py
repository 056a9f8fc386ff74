"""Examines a home without starting it: what a careful engineer would look at before a watch."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from detente.adapters.home import Home, now_for, read_agreement, read_keys, read_settings
from detente.adapters.postgres_url import PostgresAddress
from detente.adapters.sql_store import SqlStore
from detente.adapters.sqlite_store import SqliteStore
from detente.adapters.stores import open_postgres, postgres_address
from detente.errors import DetenteError, OperatorError
from detente.quantities import utc_ms_of, utc_text

DISK_FREE_MIN_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing looked at."""

    what: str
    is_good: bool
    found: str
    cure: str = ""

    def as_row(self) -> dict[str, object]:
        return asdict(self)


def examine(home: Home) -> tuple[Finding, ...]:
    """Every check, whatever the ones before it found."""
    checks: tuple[tuple[str, Callable[[Home], str]], ...] = (
        ("settings", _settings),
        ("keys", _keys),
        ("card", _card),
        ("agreement", _agreement),
        ("store", _store),
        ("disk", _disk),
    )
    return tuple(_run(what, check, home) for what, check in checks)


class _BadError(Exception):
    def __init__(self, found: str, cure: str) -> None:
        super().__init__(found)
        self.found = found
        self.cure = cure


def _run(what: str, check: Callable[[Home], str], home: Home) -> Finding:
    try:
        return Finding(what=what, is_good=True, found=check(home))
    except _BadError as why:
        return Finding(what=what, is_good=False, found=why.found, cure=why.cure)
    except DetenteError as why:
        return Finding(what=what, is_good=False, found=why.message, cure=why.cure)


def _settings(home: Home) -> str:
    settings = read_settings(home)
    return f"listens on {settings.listen_host}:{settings.listen_port}, {len(settings.peer)} peer address(es)"


def _keys(home: Home) -> str:
    read_keys(home)
    for file in (home.folder / "keys").iterdir():
        mode = stat.S_IMODE(file.stat().st_mode)
        if file.suffix in (".key", ".json", ".password") and mode & 0o077:
            raise _BadError(f"{file} can be read by others.", f"chmod 600 {file}")
    return "working keys fit the card; files are private"


def _card(home: Home) -> str:
    card = read_keys(home).card
    now_ms = utc_ms_of(datetime.now(UTC))
    if not card.valid_from_ms <= now_ms <= card.valid_until_ms:
        raise _BadError(
            f"The card was valid {utc_text(card.valid_from_ms)} to {utc_text(card.valid_until_ms)}.",
            "Make a new home, pair again, and sign the memorandum anew.",
        )
    return f"{card.party}, valid until {utc_text(card.valid_until_ms)}"


def _agreement(home: Home) -> str:
    settings = read_settings(home)
    agreement = read_agreement(home, settings, now_ms=now_for(settings))
    return f"{agreement.memorandum.memorandum.id}, identity {agreement.identity[:12]}, signed by all"


def _store(home: Home) -> str:
    address = postgres_address(home, read_settings(home))
    return _sqlite(home) if address is None else _postgres(home, address)


def _sqlite(home: Home) -> str:
    if not home.store_file.exists():
        return f"SQLite, {home.store_file}: none yet; it is made at the first run"
    store = SqliteStore(home.store_file)
    try:
        held = _held(store)
        if not store.reserve.is_whole:
            raise _BadError("The reserve for ALERTs is spent.", "Free disk space and start the node again.")
        return f"SQLite, {home.store_file}: {held}"
    finally:
        store.close()


def _postgres(home: Home, address: PostgresAddress) -> str:
    if address.has_password_in_url and stat.S_IMODE(home.settings_file.stat().st_mode) & 0o077:
        raise _BadError(
            f"{home.settings_file} holds the password of the store and can be read by others.",
            f"Move it to {home.store_password_file}, or chmod 600 {home.settings_file}",
        )
    try:
        store = open_postgres(home, address, is_writer=False)
    except OperatorError as why:
        if why.code != "store_empty":
            raise
        return f"PostgreSQL, {address}: none yet; it is made at the first run"
    try:
        return f"PostgreSQL, {address}: {_held(store)}"
    finally:
        store.close()


def _held(store: SqlStore) -> str:
    faults = store.faults()
    if faults:
        raise _BadError(" ".join(faults), "Stop the node and restore a copy; the peers hold your journal.")
    return f"{store.load().place} entries, intact"


def _disk(home: Home) -> str:
    free = shutil.disk_usage(home.folder).free
    if free < DISK_FREE_MIN_BYTES:
        raise _BadError(f"{free // 2**20} MiB free", f"Free at least {DISK_FREE_MIN_BYTES // 2**20} MiB.")
    return f"{free // 2**20} MiB free"
