"""One node of SIERRA and one of COAST, with stores in memory, clocks held by hand, and keys from a seed."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from detente.adapters.sqlite_store import SqliteStore
from detente.errors import DamageError
from detente.exercise.parties import agreement_from_seed
from detente.exercise.world import SeededEntropy
from detente.memorandum.agreement import Agreement
from detente.ports import Keys, LogLine, StoredEntry, StoredHead
from detente.quantities import PartyId, UtcMs
from detente.runtime.keeper import Keeper
from detente.runtime.node import Node

START_MS = 1_599_523_200_000


@dataclass
class HandClock:
    at_ms: int = START_MS

    def now_ms(self) -> UtcMs:
        return UtcMs(self.at_ms)


class FullStore(SqliteStore):
    """A store that can take nothing, `why` in a code; `urgent_left` is how many urgent entries still fit."""

    is_full = False
    why = "disk_full"
    urgent_left = 0

    def append(self, *entries: StoredEntry, urgent: bool) -> None:
        if self.is_full and not (urgent and self.urgent_left):
            raise _full(self.why)
        self.urgent_left -= self.is_full
        super().append(*entries, urgent=urgent)

    def put_head(self, head: StoredHead, *, size_before: int) -> None:
        if self.is_full:
            raise _full(self.why)
        super().put_head(head, size_before=size_before)

    def log(self, line: LogLine) -> None:
        if self.is_full:
            raise _full(self.why)
        super().log(line)


@dataclass
class Desked:
    node: Node
    store: FullStore
    clock: HandClock


def _full(code: str) -> DamageError:
    return DamageError(code, "The disk is full; nothing new is signed.", cure="Free space.")


@pytest.fixture(scope="session")
def signed() -> tuple[Agreement, dict[PartyId, Keys]]:
    return agreement_from_seed("fires-2020", seed=2)


@pytest.fixture
def make_desked(
    signed: tuple[Agreement, dict[PartyId, Keys]], request: pytest.FixtureRequest
) -> Callable[..., Desked]:
    agreement, keys = signed

    def make(
        party: str = "SIERRA",
        *,
        store: FullStore | None = None,
        clock: HandClock | None = None,
        own_aircraft: frozenset[str] = frozenset(),
    ) -> Desked:
        store, clock = store or FullStore(None), clock or HandClock()
        request.addfinalizer(store.close)
        entropy = SeededEntropy(random.Random(party))
        keeper = Keeper(
            agreement=agreement, keys=keys[PartyId(party)], store=store, clock=clock, entropy=entropy
        )
        return Desked(
            node=Node(keeper=keeper, store=store, clock=clock, own_aircraft=own_aircraft),
            store=store,
            clock=clock,
        )

    return make


@pytest.fixture
def sierra(make_desked: Callable[..., Desked]) -> Desked:
    return make_desked()
