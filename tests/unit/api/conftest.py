"""The API over one node of SIERRA in memory, asked in process: no socket, a clock held by hand."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

from detente.adapters.sqlite_store import SqliteStore
from detente.api import passwords
from detente.api.accounts import Accounts
from detente.api.app import Api
from detente.api.house import House
from detente.api.roles import ROLES
from detente.exercise.parties import agreement_from_seed
from detente.exercise.world import SeededEntropy
from detente.memorandum.agreement import Agreement
from detente.ports import Keys
from detente.quantities import PartyId, UtcMs
from detente.runtime.desk import Desk
from detente.runtime.keeper import Keeper
from detente.runtime.node import Node

START_MS = 1_599_523_200_000
PASSWORD = "four words for nobody"


@dataclass
class HandClock:
    at_ms: int = START_MS

    def now_ms(self) -> UtcMs:
        return UtcMs(self.at_ms)


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    data: bytes

    @property
    def told(self) -> Any:
        return json.loads(self.data)


@dataclass(kw_only=True)
class Browser:
    """Keeps cookies and the session's word, as the console's page does."""

    api: Api
    host: str = "console.test"
    address: str = "192.0.2.7"
    cookies: dict[str, str] = field(default_factory=dict)
    csrf: str = ""

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        raw: bytes | None = None,
        **headers: str,
    ) -> Answer:
        """One request; headers are given with _ for -, and `None`-like words are left to the caller."""
        return asyncio.run(self.asked(method, path, body, raw=raw, **headers))

    async def asked(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        raw: bytes | None = None,
        **headers: str,
    ) -> Answer:
        """As `ask`, inside a loop."""
        path, _, query = path.partition("?")
        data = raw if raw is not None else (b"" if body is None else json.dumps(body).encode())
        sent = {"host": self.host, "cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if method == "POST":
            sent |= {"content-type": "application/json", "x-csrf-token": self.csrf}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "https",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
            "client": (self.address, 50_000),
            "server": ("127.0.0.1", 8443),
        }
        parts = iter([{"type": "http.request", "body": data, "more_body": False}])
        got: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return next(parts, {"type": "http.disconnect"})

        async def send(message: Any) -> None:
            got.append(message)

        await self.api.app(scope, receive, send)
        start = next(one for one in got if one["type"] == "http.response.start")
        told = {name.decode(): value.decode() for name, value in start["headers"]}
        if (cookie := told.get("set-cookie")) is not None:
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        whole = b"".join(one.get("body", b"") for one in got if one["type"] == "http.response.body")
        return Answer(status=start["status"], headers=told, data=whole)

    def login(self, account: str, password: str = PASSWORD) -> Answer:
        """Log in and keep the word."""
        answer = self.ask("POST", "/api/login", {"account": account, "password": password})
        if answer.status == 200:
            self.csrf = answer.told["csrf"]
        return answer

    def order(self, path: str, body: object, key: str) -> Answer:
        return self.ask("POST", path, body, idempotency_key=key)


@dataclass(kw_only=True)
class Served:
    """A node and its API."""

    node: Node
    store: SqliteStore
    clock: HandClock
    accounts: Accounts
    api: Api
    seconds: list[float]
    """The clock of sessions and rates, in its one place."""

    def browser(self, **more: Any) -> Browser:
        return Browser(api=self.api, **more)

    def log(self) -> list[str]:
        return [f"{line.kind}: {line.text}" for line in self.store.log_tail(1_000)]


@pytest.fixture(scope="session")
def signed() -> tuple[Agreement, dict[PartyId, Keys]]:
    return agreement_from_seed("fires-2020", seed=2)


@pytest.fixture(scope="session", autouse=True)
def quick() -> Iterator[PasswordHasher]:
    """Hashing is slow on purpose; here it is not. Gives the true one."""
    true = passwords._HASHER
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        passwords._nobodys.cache_clear()
        yield true
    passwords._nobodys.cache_clear()


@pytest.fixture(scope="session")
def account_lines(tmp_path_factory: pytest.TempPathFactory, quick: PasswordHasher) -> bytes:
    """One account of each role, named after it."""
    file = tmp_path_factory.mktemp("accounts") / "accounts.json"
    accounts = Accounts(file)
    for role in ROLES:
        accounts.add(role, role, PASSWORD)
    return file.read_bytes()


@pytest.fixture
def make_served(
    signed: tuple[Agreement, dict[PartyId, Keys]], tmp_path: Path, request: pytest.FixtureRequest
) -> Callable[..., Served]:
    agreement, keys = signed

    def make(
        *, store: SqliteStore | None = None, clock: HandClock | None = None, pages: Path | None = None
    ) -> Served:
        if store is None:
            store = SqliteStore(None)
            request.addfinalizer(store.close)
        clock = clock or HandClock()
        keeper = Keeper(
            agreement=agreement,
            keys=keys[PartyId("SIERRA")],
            store=store,
            clock=clock,
            entropy=SeededEntropy(random.Random("SIERRA")),
        )
        node = Node(keeper=keeper, store=store, clock=clock, own_aircraft=frozenset())
        desk = Desk(node=node, store=store, clock=clock)

        async def give(name: str, args: Mapping[str, Any]) -> Mapping[str, Any]:
            return desk.order(name, args)

        seconds = [1_000.0]
        accounts = Accounts(tmp_path / "accounts.json")
        api = Api(
            house=House(node=node, desk=desk, store=store, clock=clock, give=give),
            accounts=accounts,
            names=frozenset({"console.test"}),
            is_tls=True,
            pages=pages,
            now_s=lambda: seconds[0],
        )
        return Served(node=node, store=store, clock=clock, accounts=accounts, api=api, seconds=seconds)

    return make


@pytest.fixture
def bare(make_served: Callable[..., Served]) -> Served:
    """Without accounts."""
    return make_served()


@pytest.fixture
def served(make_served: Callable[..., Served], tmp_path: Path, account_lines: bytes) -> Served:
    """With one account of each role, named after it."""
    (tmp_path / "accounts.json").write_bytes(account_lines)
    (tmp_path / "accounts.json").chmod(0o600)
    return make_served()
