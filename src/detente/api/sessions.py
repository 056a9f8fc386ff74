"""Who is logged in: sessions that stand on the node and end by themselves, and the one link of a first start.

1. The cookie holds 32 random bytes; the node keeps their SHA-256 only, so that a look into its memory logs nobody in.
2. A session ends after `idle_s` without a request or an open event stream, after `whole_s` in any case, and with any
   change of its account. Where it is given a file it outlives the process: a restart logs nobody out in an alert.
   Removing that file makes everybody log in again, and no more.
3. The CSRF word is made of the token, so nothing of it is kept; it is never in a cookie.
4. An observer's page is a display on a wall: nobody is there to log in again, and it can do nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import time

from detente.api.accounts import Account, Accounts
from detente.api.roles import Role
from detente.api.session_file import KeptSession, SessionFile, mark_of

SESSIONS_MAX = 500
SESSIONS_OF_ACCOUNT_MAX = 20
FIRST_LINK_S = 3_600.0
SAVED_EVERY_S = 60.0
"""How old the kept time of use may be; beginning and ending are kept at once."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Seconds."""

    idle_s: float
    whole_s: float


LIMITS: dict[Role, Limits] = {
    "observer": Limits(idle_s=86_400.0, whole_s=7 * 86_400.0),
    "watch_officer": Limits(idle_s=1_800.0, whole_s=13 * 3_600.0),
    "commander": Limits(idle_s=1_800.0, whole_s=13 * 3_600.0),
    "administrator": Limits(idle_s=900.0, whole_s=3_600.0),
}
"""A watch lasts twelve hours and overlaps with the next; an administrator comes for a moment."""


@dataclass(kw_only=True)
class Session:
    """One logged-in browser or program."""

    account: str
    role: Role
    generation: int
    mark: str
    csrf: str
    begun_s: float
    used_s: float

    @property
    def ends_s(self) -> float:
        return self.begun_s + LIMITS[self.role].whole_s

    def is_over(self, now_s: float) -> bool:
        return now_s >= self.ends_s or now_s - self.used_s >= LIMITS[self.role].idle_s


class Sessions:
    """Every session by the hash of its token.

    Args:
        now_s: a clock that never runs back; not the node's, which an exercise may stop.
        kept: where they outlive the process; without it they end with it.
        wall_s: the clock by which their age is told after a restart.
    """

    def __init__(
        self,
        accounts: Accounts,
        now_s: Callable[[], float],
        *,
        kept: SessionFile | None = None,
        wall_s: Callable[[], float] = time,
    ) -> None:
        self._accounts = accounts
        self._now_s = now_s
        self._kept = kept
        self._wall_s = wall_s
        self._saved_s = now_s()
        self._held: dict[str, Session] = {} if kept is None else dict(self._recalled(kept))

    def __len__(self) -> int:
        return len(self._held)

    def begin(self, account: Account) -> tuple[str, Session]:
        """A new session and its token; the oldest of the account, or of all, gives way where there are too many."""
        now_s = self._now_s()
        self._sweep(now_s)
        own = [key for key, one in self._held.items() if one.account == account.name]
        if len(own) >= SESSIONS_OF_ACCOUNT_MAX:
            del self._held[own[0]]
        if len(self._held) >= SESSIONS_MAX:
            del self._held[next(iter(self._held))]
        token = secrets.token_urlsafe(32)
        session = Session(
            account=account.name,
            role=account.role,
            generation=account.generation,
            mark=mark_of(account.password_hash),
            csrf=_csrf(token),
            begun_s=now_s,
            used_s=now_s,
        )
        self._held[_key(token)] = session
        self._save()
        return token, session

    def of(self, token: str | None) -> Session | None:
        """The session of a cookie, if it stands; asking keeps it from being idle."""
        session = None if not token else self._held.get(_key(token))
        if session is None:
            return None
        if not self.stands(session):
            self._held.pop(_key(token or ""), None)
            self._save()
            return None
        session.csrf = _csrf(token or "")
        self.keep(session)
        return session

    def stands(self, session: Session) -> bool:
        """Whether it has neither run out nor lost its account."""
        account = self._accounts.all().get(session.account)
        return (
            account is not None
            and not account.is_disabled
            and account.generation == session.generation
            and mark_of(account.password_hash) == session.mark
            and not session.is_over(self._now_s())
            and any(one is session for one in self._held.values())
        )

    def left_s(self, session: Session) -> int:
        """Whole seconds until it ends in any case."""
        return max(0, int(session.ends_s - self._now_s()))

    def keep(self, session: Session) -> None:
        """An open event stream is somebody who watches."""
        session.used_s = self._now_s()
        if session.used_s - self._saved_s >= SAVED_EVERY_S:
            self._save()

    def end(self, token: str | None) -> None:
        """Log out."""
        if self._held.pop(_key(token or ""), None) is not None:
            self._save()

    def _save(self) -> None:
        self._saved_s = self._now_s()
        if self._kept is None:
            return
        ahead_s = self._wall_s() - self._saved_s
        self._kept.save(
            KeptSession(
                token_sha256=key,
                account=one.account,
                role=one.role,
                generation=one.generation,
                mark=one.mark,
                begun_wall_s=one.begun_s + ahead_s,
                used_wall_s=one.used_s + ahead_s,
            )
            for key, one in self._held.items()
        )

    def _recalled(self, kept: SessionFile) -> Iterator[tuple[str, Session]]:
        """Those of before this start that have neither run out nor lost their account meanwhile."""
        now_s, wall_s = self._now_s(), self._wall_s()
        for one in kept.load(wall_s=wall_s)[:SESSIONS_MAX]:
            session = Session(
                account=one.account,
                role=one.role,
                generation=one.generation,
                mark=one.mark,
                csrf="",  # known again as soon as its browser asks for something
                begun_s=now_s - (wall_s - one.begun_wall_s),
                used_s=now_s - max(0.0, wall_s - one.used_wall_s),
            )
            if not session.is_over(now_s):
                yield one.token_sha256, session

    def _sweep(self, now_s: float) -> None:
        for key, session in list(self._held.items()):
            if session.is_over(now_s):
                del self._held[key]


class FirstLink:
    """The word in the link that a node without accounts prints: good once, for an hour, for the first account."""

    def __init__(self, accounts: Accounts, now_s: Callable[[], float]) -> None:
        self._accounts = accounts
        self._now_s = now_s
        self._kept: str | None = None
        self._until_s = 0.0

    def draw(self) -> str | None:
        """A new word; None where there are accounts already."""
        if self._accounts.all():
            return None
        word = secrets.token_urlsafe(24)
        self._kept, self._until_s = _key(word), self._now_s() + FIRST_LINK_S
        return word

    def is_good(self, word: str) -> bool:
        """Whether it may make the first account now."""
        return (
            self._kept is not None
            and self._now_s() < self._until_s
            and not self._accounts.all()
            and hmac.compare_digest(_key(word), self._kept)
        )


def _key(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _csrf(token: str) -> str:
    """Another word of the same secret: neither it nor the hash of the token tells the other."""
    return hmac.digest(token.encode(), b"detente console csrf", "sha256").hex()
