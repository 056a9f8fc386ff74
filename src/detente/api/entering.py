"""Coming in and going out: login, logout, the first account, passwords, and the accounts of others.

A password costs its owner 64 MiB and a tenth of a second to check; two are checked at once, the others wait. Who
guesses is slowed by address and by account and address together, never by the account alone: else a stranger could
shut the watch out by guessing at its name.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from starlette.responses import Response

from detente.api.accounts import Accounts
from detente.api.acts import Act, Call, reply
from detente.api.guard import Guard, address_of
from detente.api.house import House
from detente.api.passwords import is_password
from detente.api.rates import Rate
from detente.api.refusals import ApiError
from detente.api.sessions import FirstLink, Session, Sessions

CHECKS_AT_ONCE = 2
CHECKS_WAITING_MAX = 20


class Entering:
    """The acts of access."""

    def __init__(
        self,
        *,
        house: House,
        accounts: Accounts,
        sessions: Sessions,
        first: FirstLink,
        guard: Guard,
        now_s: Callable[[], float],
    ) -> None:
        self._house = house
        self._accounts = accounts
        self._sessions = sessions
        self._first = first
        self._guard = guard
        self._guesses = Rate(burst=10, each_s=10 / 60, now_s=now_s)
        self._guesses_at = Rate(burst=5, each_s=5 / 300, now_s=now_s)
        self._checking = asyncio.Semaphore(CHECKS_AT_ONCE)
        self._waiting = 0
        self.by_name: Mapping[str, Act] = {
            "login": self.login,
            "first": self.first,
            "session": self.session,
            "logout": self.logout,
            "password": self.password,
            "accounts": self.accounts,
            "add_account": self.add_account,
            "change_account": self.change_account,
        }

    async def login(self, call: Call) -> Response:
        """A session for name and password; one answer for every way of being wrong."""
        name, address = call.args.account, address_of(call.request)
        places = ((self._guesses, address), (self._guesses_at, f"{address} {name}"))
        for rate, who in places:
            if wait_s := rate.take(who):
                raise ApiError(
                    "too_often",
                    "Too many tries.",
                    status=429,
                    cure=f"Wait {wait_s} s.",
                    retry_after_s=wait_s,
                )
        account = self._accounts.all().get(name)
        kept = None if account is None or account.is_disabled else account.password_hash
        if not await self._is_password(call.args.password, kept) or account is None:
            self._house.note("access", f"login refused for {name!r:.40} from {address}")
            raise ApiError(
                "not_you",
                "Name or password is wrong.",
                status=401,
                cure="Try again, or ask an administrator.",
            )
        for rate, who in places:
            rate.give_back(who)
        self._house.note("access", f"{account.role} {account.name} logs in from {address}")
        token = self._guard.token(call.request)
        standing = self._sessions.of(token)
        if token is not None and standing is not None and standing.account == account.name:
            return self._begun(token, standing)  # of another page of this browser, which would be logged out
        self._sessions.end(token)
        return self._begun(*self._sessions.begin(account))

    async def first(self, call: Call) -> Response:
        """The first administrator, by the link that the node printed when it started."""
        address = address_of(call.request)
        if wait_s := self._guesses.take(address):
            raise ApiError("too_often", "Too many tries.", status=429, retry_after_s=wait_s)
        if not self._first.is_good(call.args.word):
            raise ApiError(
                "first_link",
                "This link is used up, or not of this start.",
                status=403,
                cure="Start the node again for a new one, or: detente accounts add HOME NAME",
            )
        account = await asyncio.to_thread(self._accounts.add_first, call.args.account, call.args.password)
        self._house.note("accounts", f"the first account is {account.name}, {account.role}, from {address}")
        return self._begun(*self._sessions.begin(account))

    async def session(self, call: Call) -> Response:
        """Whose session it is, with the word that its orders carry; nobody's is an answer too."""
        if call.session is None:
            return reply({"account": None, "party": self._house.node.keeper.me})
        return reply(self._told(call.session))

    async def logout(self, call: Call) -> Response:
        """The session ends."""
        self._sessions.end(self._guard.token(call.request))
        self._house.note("access", f"{call.caller.role} {call.caller.account} logs out")
        answer = reply({"message": "The session is over."})
        answer.delete_cookie(self._guard.cookie, path="/", secure=self._is_secure, httponly=True)
        return answer

    async def password(self, call: Call) -> Response:
        """Another password of the own account; all its sessions end and this browser gets a new one."""
        name, address = call.caller.account, address_of(call.request)
        if wait_s := self._guesses_at.take(f"{address} {name}"):
            raise ApiError("too_often", "Too many tries.", status=429, retry_after_s=wait_s)
        account = self._accounts.all()[name]
        if not await self._is_password(call.args.old, account.password_hash):
            raise ApiError("not_you", "The old password is wrong.", status=403, cure="Try again.")
        self._guesses_at.give_back(f"{address} {name}")
        changed = await asyncio.to_thread(self._accounts.set_password, name, call.args.new)
        self._house.note("accounts", f"{changed.role} {name} has another password")
        return self._begun(*self._sessions.begin(changed))

    async def accounts(self, _call: Call) -> Response:
        """Every account, without its hash."""
        rows = [
            {"account": one.name, "role": one.role, "disabled": one.is_disabled}
            for one in self._accounts.all().values()
        ]
        return reply({"accounts": rows})

    async def add_account(self, call: Call) -> Response:
        """A new account."""
        args = call.args
        made = await asyncio.to_thread(self._accounts.add, args.account, args.role, args.password)
        self._house.note(
            "accounts", f"{call.caller.role} {call.caller.account} adds {made.name}, {made.role}"
        )
        return reply({"message": f"{made.name} is {made.role}."})

    async def change_account(self, call: Call) -> Response:
        """What is given is changed, one thing after the other."""
        args, who = call.args, f"{call.caller.role} {call.caller.account}"
        if args.role is not None:
            self._accounts.set_role(args.account, args.role)
            self._house.note("accounts", f"{who} makes {args.account} {args.role}")
        if args.password is not None:
            await asyncio.to_thread(self._accounts.set_password, args.account, args.password)
            self._house.note("accounts", f"{who} gives {args.account} another password")
        if args.disabled is not None:
            self._accounts.set_disabled(args.account, args.disabled)
            word = "shuts out" if args.disabled else "lets in"
            self._house.note("accounts", f"{who} {word} {args.account}")
        return reply({"message": "It is changed."})

    async def _is_password(self, password: str, kept: str | None) -> bool:
        if self._waiting >= CHECKS_WAITING_MAX:
            raise ApiError(
                "busy", "Too many log in at once.", status=503, cure="Wait a moment.", retry_after_s=3
            )
        self._waiting += 1
        try:
            async with self._checking:
                return await asyncio.to_thread(is_password, password, kept)
        finally:
            self._waiting -= 1

    def _begun(self, token: str, session: Session) -> Response:
        answer = reply(self._told(session))
        answer.set_cookie(
            self._guard.cookie,
            token,
            path="/",
            secure=self._is_secure,
            httponly=True,
            samesite="strict",
        )
        return answer

    def _told(self, session: Session) -> dict[str, object]:
        return {
            "account": session.account,
            "role": session.role,
            "csrf": session.csrf,
            "seconds_left": self._sessions.left_s(session),
            "party": self._house.node.keeper.me,
        }

    @property
    def _is_secure(self) -> bool:
        return self._guard.cookie.startswith("__Host-")
