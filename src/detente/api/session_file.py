"""Sessions that outlive the process: a file beside the accounts, so that a restart logs nobody out in an alert.

It holds the hash of each token and never the token, so that who reads it is logged in nowhere. Times are of the
wall clock here and are turned into the node's running one at a start: a session whose age cannot be told, because the
clock was set back behind its beginning, is over. A file that others can read, or that cannot be read, counts for
nothing and is written anew: everybody logs in again, and the node starts.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

import msgspec

from detente.api.roles import Role

FILE_BYTES_MAX = 1_048_576
CLOCK_SLACK_S = 60.0


class KeptSession(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One session. `mark` binds it to the password that it was begun with."""

    token_sha256: str
    account: str
    role: Role
    generation: int
    mark: str
    begun_wall_s: float
    used_wall_s: float


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    v: int
    sessions: tuple[KeptSession, ...]


class SessionFile:
    """The file; whoever writes puts a whole new one in its place."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def load(self, *, wall_s: float) -> tuple[KeptSession, ...]:
        """What was kept and can be believed; nothing where there is no file or it cannot be used."""
        try:
            found = self._file.stat()
            if found.st_mode & 0o077 or found.st_size > FILE_BYTES_MAX:
                return ()
            read = msgspec.json.decode(self._file.read_bytes(), type=_File)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError):
            return ()
        return tuple(
            one
            for one in read.sessions
            if one.begun_wall_s <= one.used_wall_s <= wall_s + CLOCK_SLACK_S and one.begun_wall_s <= wall_s
        )

    def save(self, sessions: Iterable[KeptSession]) -> None:
        """Keep these and no others; a full disk keeps the old ones, and logs nobody out now."""
        unfinished = self._file.with_name(self._file.name + ".new")
        try:
            unfinished.unlink(missing_ok=True)
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as out:
                out.write(msgspec.json.encode(_File(v=1, sessions=tuple(sessions))))
            unfinished.replace(self._file)
        except OSError:
            return


def mark_of(password_hash: str) -> str:
    """What ties a session to a password: another one ends it, whatever else the file of accounts says."""
    return hashlib.sha256(password_hash.encode()).hexdigest()[:32]
