"""A PostgreSQL server of one's own, for tests and measurements: made in a temporary folder, gone with it.

It listens on a socket in that folder and on a free port of the loopback, as a user that is not root, with fsync
on like any server that keeps a record. Several may run side by side.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from detente.errors import OperatorError

HOST, OWNER, PASSWORD = "127.0.0.1", "detente", "open sesame: #1/2@?"
_SUPERUSER = "postgres"
_SETTINGS = ("fsync=on", "max_connections=20", "recovery_init_sync_method=syncfs")
"""One call syncs all after a crash, in place of one for each of a thousand files."""
_READY_S, _POLL_S = 30.0, 0.02


def programs() -> Path | None:
    """The folder of the server's programs, the newest where there are several; Debian keeps them off the path."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: int(file.parts[-3].split(".")[0])
    )
    on_path = shutil.which("initdb")
    if found:
        return found[-1].parent
    return Path(on_path).resolve().parent if on_path else None


class PrivateServer:
    """One server; `kill` and `start` as often as one likes."""

    def __init__(self) -> None:
        folder = programs()
        if folder is None:
            raise OperatorError(
                "no_postgresql",
                "PostgreSQL's server programs are not installed.",
                cure="As root: apt-get update && apt-get install -y postgresql",
            )
        self._programs = folder
        user = _user()
        self._uid = user.pw_uid if user is not None else None
        self._gid = user.pw_gid if user is not None else None
        self._groups: list[int] | None = [] if user is not None else None
        self.folder = Path(tempfile.mkdtemp(prefix="detente-pg-"))
        if user is not None:
            shutil.chown(self.folder, user.pw_uid, user.pw_gid)
        self._databases = 0
        self._emptied: str | None = None
        self._server: subprocess.Popen[bytes] | None = None
        self.port = _free_port()
        try:
            self._make()
            self.start()
            self.sql(f"CREATE ROLE {OWNER} LOGIN PASSWORD '{PASSWORD}'")
        except BaseException:
            self.remove()
            raise

    def start(self) -> None:
        """Until it takes connections; after a kill the old server's children must first have gone."""
        until_s = time.monotonic() + _READY_S
        while not self._has_started():
            if time.monotonic() > until_s:
                raise TimeoutError(f"PostgreSQL did not start: {self.log()[-2000:]}")

    def stop(self) -> None:
        """As its owner would: connections are cut, and all is written out."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """kill -9 of the server itself; its children notice."""
        self._end(signal.SIGKILL)

    def remove(self) -> None:
        """End it, and leave nothing behind."""
        self._end(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def log(self) -> str:
        """What the server wrote."""
        file = self.folder / "log"
        return file.read_text(errors="replace") if file.exists() else ""

    def database(self, *, tablespace: str | None = None) -> str:
        """A new, empty database that OWNER owns; its name."""
        self._databases += 1
        name = f"record_{self._databases}"
        where = f" TABLESPACE {tablespace}" if tablespace else ""
        self.sql(f"CREATE DATABASE {name} OWNER {OWNER}{where}")
        return name

    def emptied(self) -> str:
        """One and the same database, with nothing and nobody in it; quicker than a new one. Its name."""
        if self._emptied is None:
            self._emptied = self.database()
        self.sql(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{self._emptied}'"
            " AND pid <> pg_backend_pid()",
            "DROP SCHEMA public CASCADE",
            f"CREATE SCHEMA public AUTHORIZATION {OWNER}",
            database=self._emptied,
        )
        return self._emptied

    def url(self, database: str, *, user: str = OWNER) -> str:
        """`store` in config.toml, over the socket, where no password is asked for."""
        return f"postgresql://{user}@:{self.port}/{database}?host={self.folder}"

    def url_by_port(self, database: str, *, port: int | None = None) -> str:
        """`store` in config.toml, over the loopback, where the password is asked for."""
        return f"postgresql://{OWNER}@{HOST}:{port or self.port}/{database}"

    def sql(self, *statements: str, database: str = "postgres") -> str:
        """Run statements as the superuser, each by itself; what the last one answered."""
        return self.run(
            "psql",
            *("-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", _SUPERUSER),
            *("-h", str(self.folder), "-p", str(self.port), "-d", database),
            *(word for statement in statements for word in ("-c", statement)),
        ).strip()

    def run(self, program: str, *words: str) -> str:
        """Run one of the server's programs; its output."""
        done = subprocess.run(
            [self._programs / program, *words],
            capture_output=True,
            text=True,
            check=False,
            cwd=self.folder,
            user=self._uid,
            group=self._gid,
            extra_groups=self._groups,
        )
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stdout}{done.stderr}")
        return done.stdout

    def _make(self) -> None:
        self.run(
            "initdb",
            *("--no-sync", "--no-instructions", "--encoding=UTF8", "--locale=C", f"--username={_SUPERUSER}"),
            *("--auth-local=trust", "--auth-host=scram-sha-256", f"--pgdata={self.folder / 'data'}"),
        )

    def _has_started(self) -> bool:
        if self._server is None or self._server.poll() is not None:
            self._server = self._spawn()
        time.sleep(_POLL_S)
        try:
            lines = (self.folder / "data" / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[0] == str(self._server.pid) and lines[7].strip() == "ready"

    def _spawn(self) -> subprocess.Popen[bytes]:
        settings = (f"listen_addresses={HOST}", f"port={self.port}", f"unix_socket_directories={self.folder}")
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [
                    self._programs / "postgres",
                    *("-D", str(self.folder / "data")),
                    *(word for setting in (*settings, *_SETTINGS) for word in ("-c", setting)),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                user=self._uid,
                group=self._gid,
                extra_groups=self._groups,
            )

    def _end(self, how: signal.Signals) -> None:
        if self._server is not None:
            self._server.send_signal(how)
            self._server.wait(_READY_S)
            self._server = None


def _user() -> pwd.struct_passwd | None:
    """Whom the server runs as: PostgreSQL refuses root."""
    return pwd.getpwnam(_SUPERUSER) if os.geteuid() == 0 else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
