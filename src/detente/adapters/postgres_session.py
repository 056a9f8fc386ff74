"""One writer's connection to PostgreSQL, which after a loss finds out what stands before it tries again.

Every transaction puts a fresh token into the row `commit` in place of the one before. A connection that is lost
before COMMIT was sent has written nothing. One that is lost in the middle of it leaves two tokens that may be
there: the new one says that all of it stands, the old one that nothing does, a third that somebody else has
written or that an older copy of the database was put in its place.

An advisory lock of the database lets one node in. The server holds it for a lost connection as long as that
still works on a commit, so what is read under it is settled.
"""

from __future__ import annotations

import contextlib
import secrets
import socket
import time
from collections.abc import Callable
from typing import Any

import pg8000.dbapi
import sqlalchemy as sa

from detente.adapters.postgres_errors import FAILURES, away, damage_of, is_lost, reason_of, refused, state_of
from detente.adapters.postgres_url import PostgresAddress
from detente.adapters.sql_store import T
from detente.adapters.store_tables import META
from detente.errors import DamageError, DetenteError, OperatorError

COMMIT_KEY = "commit"
"""The row of `meta` that holds the token of the newest commit."""

_TOKEN = sa.select(META.c.value).where(META.c.key == COMMIT_KEY)
_LOCK = int.from_bytes(b"detente")
_TRIES = 3
_DIAL_S, _SILENCE_S = 3.0, 30.0
"""The longest wait for a connection, and for a word of a server whose machine still answers."""
_PATIENCE_S, _PAUSE_S, _REST_S = 5.0, 0.1, 1.0
"""A server that has just gone is waited for so long; then it is asked once, and no more often than this."""
_REST_SHARE = 4
"""And asking takes no more than a fifth of the node's time: nothing else goes on in it meanwhile."""

_NOT_READY = ("57P03", "53300")
"""The server starts, or has no connection left for the moment."""

_KEPT_ALIVE = (
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 4),
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 2),
    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3),
    (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 10_000),
)
"""A machine that is gone without a word is found out in ten seconds, however long a query may take."""

_STARTUP = {
    "synchronous_commit": "on",
    "client_encoding": "UTF8",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}


class PostgresSession:
    """What is read and written through it is committed, or not there.

    Args:
        is_writer: takes the lock; without it nothing may be written.
    """

    def __init__(self, address: PostgresAddress, *, is_writer: bool) -> None:
        self.address = address
        self._is_writer = is_writer
        self._engine = sa.create_engine(
            "postgresql+pg8000://", creator=lambda: _dial(address), poolclass=sa.pool.NullPool
        )
        self._db: sa.Connection | None = None
        self._backend = 0
        self._token: str | None = None
        self._doubt: str | None = None
        """The token of a commit of which no answer came."""
        self._broken: DamageError | None = None
        self._is_away = False
        self._rests_until_s = 0.0
        try:
            self._db = self._reach(_PATIENCE_S)
            _examine(self._db, address)
        except FAILURES as why:
            self.close()
            raise refused(why, address) from why
        except OperatorError:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the lock and the server."""
        db, self._db = self._db, None
        self._let_go(db)
        self._engine.dispose()

    def prepare(self, act: Callable[[sa.Connection], T]) -> T:
        """One transaction while the store is opened: nothing of it is tried again."""
        assert self._db is not None, "the session is new"
        try:
            done = act(self._db)
            self._db.commit()
            self._token = self._db.execute(_TOKEN).scalar_one()
            self._db.rollback()
            return done
        except FAILURES as why:
            raise refused(why, self.address) from why

    def read(self, ask: Callable[[sa.Connection], T]) -> T:
        """As `SqlStore._read`."""
        for _ in range(_TRIES):
            db = self._connected()
            try:
                answer = ask(db)
                db.rollback()
                return answer
            except FAILURES as why:
                self._judge(why)
            except BaseException:
                self._undo(db)
                raise
        raise away(self.address, "it was lost again and again")

    def write(self, act: Callable[[sa.Connection], None]) -> None:
        """As `SqlStore._write`."""
        assert self._is_writer, "only the writer has the lock"
        for _ in range(_TRIES):
            db, token = self._connected(), secrets.token_hex(16)
            try:
                self._replace_token(db, token)
                act(db)
            except FAILURES as why:
                self._judge(why)
                continue
            except BaseException:
                self._undo(db)
                raise
            self._doubt = token
            try:
                db.commit()
            except FAILURES as why:
                self._judge(why)
                if self._connected(is_same_call=True) and self._token != token:
                    continue
            self._token, self._doubt = token, None
            return
        raise away(self.address, "it was lost again and again")

    def _replace_token(self, db: sa.Connection, token: str) -> None:
        is_ours = (META.c.key == COMMIT_KEY) & (META.c.value == self._token)
        if db.execute(sa.update(META).where(is_ours).values(value=token)).rowcount != 1:
            raise self._break("Something else has written to it.")

    def _judge(self, why: BaseException) -> None:
        """Returns where it is worth another try on a new connection; raises what else the error means."""
        db, self._db = self._db, None
        self._let_go(db)
        if not is_lost(why):
            self._doubt = None
            raise damage_of(why, self.address) from why

    def _let_go(self, db: sa.Connection | None) -> None:
        """Without another word: what was not committed is undone by the server."""
        if db is not None:
            with contextlib.suppress(*FAILURES):
                db.invalidate()
                db.close()

    def _undo(self, db: sa.Connection) -> None:
        try:
            db.rollback()
        except FAILURES:
            self._db = None
            self._let_go(db)

    def _connected(self, *, is_same_call: bool = False) -> sa.Connection:
        """The connection, or a new one on which what stands has been looked up.

        Raises: DamageError `store_away` where there is none to be had: nothing was written, but for a commit in
        doubt. `store_unsure` where that one turns out to stand after its caller was told otherwise.
        """
        if self._broken is not None:
            raise self._broken
        if self._db is not None:
            return self._db
        if self._is_away and time.monotonic() < self._rests_until_s:
            raise away(self.address, "it is asked again in a moment")
        began_s = time.monotonic()
        try:
            self._db = self._reach(0.0 if self._is_away else _PATIENCE_S)
        except (*FAILURES, OperatorError) as why:
            now_s = time.monotonic()
            rest_s = max(_REST_S, _REST_SHARE * (now_s - began_s)) if self._is_away else _REST_S
            self._is_away, self._rests_until_s = True, now_s + rest_s
            raise away(self.address, reason_of(why)) from why
        self._is_away = False
        if self._doubt is not None and self._token == self._doubt and not is_same_call:
            raise self._break("The last commit stands, though no answer came and its caller gave it up.")
        self._doubt = None
        return self._db

    def _look_up(self, db: sa.Connection) -> None:
        """Which of our commits is the newest there."""
        if not self._is_writer or self._token is None:
            return
        token = db.execute(_TOKEN).scalar_one_or_none()
        db.rollback()
        if token not in (self._token, self._doubt) or token is None:
            raise self._break(
                "Its newest commit is not ours: it was written by another, or an older copy was put back."
            )
        self._token = token

    def _break(self, what: str) -> DamageError:
        """From now on nothing is read or written: what the node remembers and what stands are not the same."""
        self._broken = DamageError(
            "store_unsure",
            f"The store ({self.address}) is not as this node left it. {what}",
            cure="Start the node again: it takes up what stands, and asks the peers where that may be too little.",
        )
        return self._broken

    def _reach(self, patience_s: float) -> sa.Connection:
        """A connection with the lock, on which what stands was looked up; asked for again while that may help."""
        until_s = time.monotonic() + patience_s
        while True:
            db = None
            try:
                db = self._engine.connect()
                if not self._is_writer or self._take_lock(db):
                    self._look_up(db)
                    return db
                if time.monotonic() >= until_s:
                    raise OperatorError(
                        "store_in_use",
                        f"Another node writes to {self.address}.",
                        cure="Give each node a database of its own, or stop the other one.",
                    )
            except (*FAILURES, DetenteError) as why:
                self._let_go(db)
                is_waited_for = state_of(why) in _NOT_READY or (self._token is not None and is_lost(why))
                if time.monotonic() >= until_s or not is_waited_for:
                    raise
            else:
                self._let_go(db)
            time.sleep(_PAUSE_S)

    def _take_lock(self, db: sa.Connection) -> bool:
        row: Any = db.execute(_TRY_LOCK, {"key": _LOCK}).one()
        if row.is_ours:
            self._backend = row.backend
        elif self._backend:
            db.execute(_END_OWN, {"backend": self._backend})
        db.commit()
        return bool(row.is_ours)


_TRY_LOCK = sa.text("SELECT pg_try_advisory_lock(:key) AS is_ours, pg_backend_pid() AS backend")
_END_OWN = sa.text(
    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid = :backend"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
"""Our own connection of before, which the server still believes in."""


class _Quiet(pg8000.dbapi.Connection):  # type: ignore[misc]  # the driver has no types
    """A connection that ends without complaint where the other end has gone before it."""

    def close(self) -> None:
        with contextlib.suppress(*FAILURES):
            super().close()


def _dial(address: PostgresAddress) -> pg8000.dbapi.Connection:
    if address.socket is not None:
        line = socket.socket(socket.AF_UNIX)
    else:
        line = socket.create_connection((address.host, address.port), _DIAL_S)
        for level, option, value in _KEPT_ALIVE:
            line.setsockopt(level, option, value)
    try:
        line.settimeout(_SILENCE_S)
        if address.socket is not None:
            line.connect(str(address.socket))
        return _Quiet(
            address.user,
            host=address.host,
            database=address.database,
            password=address.password or "",  # the driver stumbles over None where one is asked for
            ssl_context=address.tls_context() or False,
            application_name="detente",
            startup_params=_STARTUP,
            sock=line,
        )
    except BaseException:
        line.close()
        raise


def _examine(db: sa.Connection, address: PostgresAddress) -> None:
    """What a server must keep to, or a receipt promises more than it holds."""
    row: Any = db.execute(_PROMISES).one()
    db.rollback()
    if row.is_standby:
        raise OperatorError(
            "store_standby",
            f"{address} is a standby, which takes no writes.",
            cure="Name the primary server.",
        )
    if row.fsync != "on" or row.full_page_writes != "on":
        raise OperatorError(
            "store_not_durable",
            f"The server of {address} runs with fsync {row.fsync} and full_page_writes {row.full_page_writes}:"
            " what it has committed may be lost.",
            cure="Set both to on in postgresql.conf.",
        )
    if row.server_encoding != "UTF8":
        raise OperatorError(
            "store_encoding",
            f"{address} is encoded in {row.server_encoding}.",
            cure=f"Make it anew: createdb --encoding=UTF8 --template=template0 {address.database}",
        )


_PROMISES = sa.text(
    "SELECT pg_is_in_recovery() AS is_standby, current_setting('fsync') AS fsync,"
    " current_setting('full_page_writes') AS full_page_writes, current_setting('server_encoding') AS server_encoding"
)
