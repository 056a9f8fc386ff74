"""Where a PostgreSQL store is, out of `store` in config.toml; what is shown of it has no password in it.

    postgresql://USER@HOST:PORT/DATABASE                       TLS, the server's certificate verified
    postgresql://USER@HOST/DATABASE?sslrootcert=/path/ca.pem   by this authority alone
    postgresql://USER@HOST/DATABASE?sslmode=disable            in the clear, for a network that is trusted
    postgresql://USER@/DATABASE?host=/run/postgresql           the socket of this machine

Source: PostgreSQL documentation, connection URIs (libpq). Of their parameters these three are known.
"""

from __future__ import annotations

import getpass
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from detente.errors import OperatorError

SCHEMES = ("postgresql", "postgres")
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
_KNOWN = {"host", "sslmode", "sslrootcert"}


@dataclass(frozen=True, kw_only=True)
class PostgresAddress:
    """One database on one server, and who we are there.

    Args:
        socket: the Unix socket's file; None where the server is reached by host and port.
        tls: whether the connection is encrypted and the certificate verified; `authority` names who signs it.
    """

    user: str
    host: str
    port: int
    database: str
    password: str | None = field(repr=False)
    has_password_in_url: bool
    socket: Path | None
    tls: bool
    authority: Path | None

    def __str__(self) -> str:
        where = str(self.socket.parent) if self.socket is not None else f"{self.host}:{self.port}"
        return f"database {self.database} on {where}"

    def tls_context(self) -> ssl.SSLContext | None:
        """What verifies the server; None where nothing is encrypted."""
        if not self.tls:
            return None
        try:
            return ssl.create_default_context(cafile=self.authority)
        except OSError as why:
            raise _wrong(f"sslrootcert {self.authority} cannot be read: {why.strerror or why}") from why


def parse_postgres_url(url: str, *, password: str | None = None) -> PostgresAddress:
    """Raises OperatorError saying what is wrong, never with the URL itself: it may hold a password.

    Args:
        password: from the home's key folder; one inside the URL goes before it.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or 5432
    except ValueError as why:
        raise _wrong("host and port cannot be read") from why
    if parts.scheme not in SCHEMES:
        raise _wrong("it does not begin with postgresql://")
    asked = dict(parse_qsl(parts.query, keep_blank_values=True))
    if asked.keys() - _KNOWN:
        raise _wrong("only host, sslmode and sslrootcert may follow the question mark")
    database = unquote(parts.path.removeprefix("/"))
    if not database or "/" in database:
        raise _wrong("it names no database")
    folder = asked.get("host", "")
    if folder and (parts.hostname or not folder.startswith("/")):
        raise _wrong("host= is for the folder of a Unix socket, with no other host")
    if not folder and not parts.hostname:
        raise _wrong("it names no host")
    mode = asked.get(
        "sslmode", "verify-full" if _is_far(parts.hostname) or "sslrootcert" in asked else "disable"
    )
    if mode not in ("disable", "verify-full"):
        raise _wrong("sslmode is disable or verify-full")
    return PostgresAddress(
        user=unquote(parts.username) if parts.username else getpass.getuser(),
        host=parts.hostname or "localhost",
        port=port,
        database=database,
        password=unquote(parts.password) if parts.password else password,
        has_password_in_url=bool(parts.password),
        socket=Path(folder) / f".s.PGSQL.{port}" if folder else None,
        tls=mode == "verify-full" and not folder,
        authority=Path(asked["sslrootcert"]) if "sslrootcert" in asked else None,
    )


def _is_far(host: str | None) -> bool:
    return host is not None and host not in _THIS_MACHINE


def _wrong(why: str) -> OperatorError:
    return OperatorError(
        "store_url",
        f"`store` in config.toml names no PostgreSQL database: {why}.",
        cure='Write store = "postgresql://USER@HOST:5432/DATABASE", or leave the line out for SQLite.',
    )
