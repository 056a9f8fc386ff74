"""The store that a home's settings name: SQLite in the home, or PostgreSQL by URL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detente.adapters.home import Home, Settings
from detente.adapters.postgres_url import PostgresAddress, parse_postgres_url
from detente.adapters.sql_store import SqlStore
from detente.adapters.sqlite_store import SqliteStore
from detente.errors import OperatorError

if TYPE_CHECKING:
    from detente.adapters.postgres_store import PostgresStore


def open_store(home: Home, settings: Settings, *, is_writer: bool = True) -> SqlStore:
    """The store of a home.

    Args:
        is_writer: False only reads, also beside a running node.
    """
    address = postgres_address(home, settings)
    if address is None:
        return SqliteStore(home.store_file)
    return open_postgres(home, address, is_writer=is_writer)


def open_postgres(home: Home, address: PostgresAddress, *, is_writer: bool) -> PostgresStore:
    """The store in a database; raises OperatorError where the driver is not installed."""
    try:
        from detente.adapters.postgres_store import PostgresStore
    except ModuleNotFoundError as why:
        raise OperatorError(
            "no_driver",
            f"The store is in PostgreSQL, and the package {why.name} that talks to it is not installed.",
            cure="Install it: pip install 'detente[postgresql]'",
        ) from why
    return PostgresStore(address, mark=home.folder / "record.mark", is_writer=is_writer)


def postgres_address(home: Home, settings: Settings) -> PostgresAddress | None:
    """Where `store` in config.toml leads; None where there is no such line."""
    if settings.store is None:
        return None
    file = home.store_password_file
    password = file.read_text().rstrip("\n") if file.exists() else None
    return parse_postgres_url(settings.store, password=password)
