"""One home serves one memorandum: journals of another are neither continued nor mixed in."""

from __future__ import annotations

import random

import pytest

from detente.adapters.sqlite_store import SqliteStore
from detente.errors import OperatorError
from detente.exercise.parties import agreement_from_seed
from detente.exercise.world import SeededEntropy
from detente.ports import StoredEntry
from detente.quantities import PartyId, UtcMs
from detente.runtime.keeper import Keeper


class StandingClock:
    def now_ms(self) -> UtcMs:
        return UtcMs(1_599_523_200_000)


def test_a_store_of_another_memorandum_is_named() -> None:
    agreement, keys = agreement_from_seed("fires-2020", seed=3)
    store = SqliteStore(None)
    row = StoredEntry(
        origin="SIERRA/FIRES-2019/00", seq=0, envelope=b"x", leaf=b"l" * 32, committed_ms=UtcMs(0)
    )
    store.append(row, urgent=False)
    with pytest.raises(OperatorError) as caught:
        Keeper(
            agreement=agreement,
            keys=keys[PartyId("SIERRA")],
            store=store,
            clock=StandingClock(),
            entropy=SeededEntropy(random.Random(1)),
        )
    assert caught.value.code == "other_memorandum"
    assert "FIRES-2019" in caught.value.message
    store.close()
