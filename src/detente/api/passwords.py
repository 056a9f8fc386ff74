"""Passwords to hashes and back to a yes or no, by argon2id, at a cost that two logins at once can bear.

Source: RFC 9106 section 4, second recommended option (64 MiB, 3 passes, 4 lanes), which is also the default of
argon2-cffi. What is asked of a password follows NIST SP 800-63B section 5.1.1: length, and nothing about its letters.
"""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from detente.errors import OperatorError

PASSWORD_CHARS_MIN = 12
PASSWORD_CHARS_MAX = 256
"""argon2 takes more; a stranger's megabyte need not be hashed to be refused."""

_HASHER = PasswordHasher()


def hashed(password: str) -> str:
    """The hash to keep, with its salt and cost inside; raises OperatorError `password_short`, `password_long`."""
    if len(password) < PASSWORD_CHARS_MIN:
        raise OperatorError(
            "password_short",
            f"A password has at least {PASSWORD_CHARS_MIN} characters.",
            cure="Take four words that do not belong together.",
        )
    if len(password) > PASSWORD_CHARS_MAX:
        raise OperatorError(
            "password_long", f"A password has at most {PASSWORD_CHARS_MAX} characters.", cure="Shorten it."
        )
    return _HASHER.hash(password)


def is_password(password: str, kept: str | None) -> bool:
    """Whether it is the password of a kept hash; with None it takes as long and is never so.

    A name that has no account must not be told from one that has by the time that the answer takes.
    """
    try:
        return _HASHER.verify(kept or _nobodys(), password[:PASSWORD_CHARS_MAX]) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    return _HASHER.hash("nobody has this password")
