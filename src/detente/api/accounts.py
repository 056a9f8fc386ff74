"""The accounts of a home: a name, a role and the hash of a password each, in a file that only its owner can read.

The running node and `detente accounts` share the file: whoever changes it holds a lock and puts a whole new file in
its place; the node looks at every request whether it is another one, so that an account disabled in a terminal is
shut out at once. Names are for the logbook of this node; none of them ever stands in a statement.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from detente.api.passwords import hashed
from detente.api.roles import ROLES, Role
from detente.errors import OperatorError

NAME = re.compile(r"[a-z][a-z0-9_.-]{0,31}", re.ASCII)
ACCOUNTS_MAX = 200
FILE_BYTES_MAX = 1_048_576


class Account(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One person's way in. `generation` rises with every change and ends the sessions from before it."""

    name: str
    role: Role
    password_hash: str
    is_disabled: bool = False
    generation: int = 0


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    v: int
    accounts: tuple[Account, ...]


class Accounts:
    """The file, read again whenever it is another one than last time."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seen: tuple[int, int, int] | None = None
        self._held: Mapping[str, Account] = {}

    def all(self) -> Mapping[str, Account]:
        """By name; raises OperatorError `accounts_file` where it cannot be read or others can read it."""
        try:
            found = self._file.stat()
        except FileNotFoundError:
            self._seen, self._held = None, {}
            return self._held
        mark = (found.st_ino, found.st_mtime_ns, found.st_size)
        if mark != self._seen:
            if found.st_mode & 0o077:
                raise self._unusable("others can read it", f"chmod 600 {self._file}")
            self._held = {one.name: one for one in self._read(found.st_size).accounts}
            self._seen = mark
        return self._held

    def add(self, name: str, role: str, password: str) -> Account:
        """A new account; raises OperatorError where name, role or password cannot be, or the name is taken."""
        kept = hashed(password)
        with self._changing() as accounts:
            if name in accounts:
                raise OperatorError(
                    "account_exists", f"There is an account {name} already.", cure="Choose another name."
                )
            if len(accounts) >= ACCOUNTS_MAX:
                raise OperatorError(
                    "accounts_full", f"There are {ACCOUNTS_MAX} accounts.", cure="Ask who still needs one."
                )
            accounts[_checked_name(name)] = Account(name=name, role=role_of(role), password_hash=kept)
        return self.all()[name]

    def add_first(self, name: str, password: str) -> Account:
        """The administrator of a home that has no account yet; raises OperatorError `not_first` where it has."""
        kept = hashed(password)
        with self._changing() as accounts:
            if accounts:
                raise OperatorError(
                    "not_first",
                    "This home has accounts already.",
                    cure="Log in, or: detente accounts add HOME NAME",
                )
            accounts[_checked_name(name)] = Account(name=name, role="administrator", password_hash=kept)
        return self.all()[name]

    def set_password(self, name: str, password: str) -> Account:
        """Another password; every session of the account ends."""
        return self._change(name, password_hash=hashed(password))

    def set_role(self, name: str, role: str) -> Account:
        """Another role; every session of the account ends."""
        return self._change(name, role=role_of(role))

    def set_disabled(self, name: str, is_disabled: bool) -> Account:
        """Shut an account out, or let it in again; it is kept, so that its name stays one person's."""
        return self._change(name, is_disabled=is_disabled)

    def _change(self, name: str, **changes: Any) -> Account:
        with self._changing() as accounts:
            if name not in accounts:
                raise OperatorError(
                    "no_account",
                    f"There is no account {name[:40]!r}.",
                    cure="See them: detente accounts list HOME",
                )
            before = accounts[name]
            accounts[name] = msgspec.structs.replace(before, generation=before.generation + 1, **changes)
            if _keeps(before) and not any(map(_keeps, accounts.values())):
                raise OperatorError(
                    "last_administrator",
                    f"{name} is the last administrator: nobody could keep the accounts any more.",
                    cure="Make another one first.",
                )
        return self.all()[name]

    @contextmanager
    def _changing(self) -> Iterator[dict[str, Account]]:
        """The accounts to change; nothing is written where the change raises."""
        lock = os.open(self._file.with_name(self._file.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            accounts = dict(self.all())
            yield accounts
            self._write(_File(v=1, accounts=tuple(accounts.values())))
        finally:
            os.close(lock)

    def _write(self, content: _File) -> None:
        unfinished = self._file.with_name(self._file.name + ".new")
        unfinished.unlink(missing_ok=True)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(msgspec.json.format(msgspec.json.encode(content), indent=1))
            out.flush()
            os.fsync(out.fileno())
        unfinished.replace(self._file)
        self._seen = None

    def _read(self, size: int) -> _File:
        if size > FILE_BYTES_MAX:
            raise self._unusable(f"it has {size} bytes", "Restore it from your copy.")
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=_File)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError) as why:
            raise self._unusable(str(why), "Restore it from your copy.") from why

    def _unusable(self, why: str, cure: str) -> OperatorError:
        return OperatorError("accounts_file", f"{self._file} cannot be used: {why}.", cure=cure)


def role_of(text: str) -> Role:
    """A role by its name; raises OperatorError `account_role`."""
    for role in ROLES:
        if role == text:
            return role
    raise OperatorError(
        "account_role", f"{text[:40]!r} is no role.", cure=f"Write one of: {', '.join(ROLES)}."
    )


def _keeps(account: Account) -> bool:
    return account.role == "administrator" and not account.is_disabled


def _checked_name(name: str) -> str:
    if NAME.fullmatch(name) is None:
        raise OperatorError(
            "account_name",
            "A name is up to 32 small letters, figures or . _ - and begins with a letter.",
            cure="Write it without spaces or accents.",
        )
    return name
