"""A clock that nobody confirms deletes nothing."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from detente.node.line_held import ClockHeld
from detente.runtime import voice_retention
from detente.runtime.voice_retention import DAY_MS, days_needed, is_clock_agreed

NOW_MS = 1_900_000_000_000  # 2030-03-17
TEN_YEARS_MS = 10 * 365 * DAY_MS


@pytest.mark.parametrize(
    ("offsets", "is_agreed"),
    [
        ((), False),
        (((),), False),
        (((20, -30),), True),
        (((-TEN_YEARS_MS, -TEN_YEARS_MS),), False),
        (((20,), (TEN_YEARS_MS,)), False),
    ],
)
def test_nothing_goes_by_a_clock_that_no_peer_confirms_or_one_denies(offsets: Any, is_agreed: bool) -> None:
    clocks = {f"P{at}": ClockHeld(offsets_ms=one) for at, one in enumerate(offsets)}
    state: Any = SimpleNamespace(clocks=clocks)
    assert is_clock_agreed(state) is is_agreed


def test_days_of_incidents_that_are_open_or_may_be_asked_about_are_needed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dossiers = [
        SimpleNamespace(event_ms=NOW_MS - 200 * DAY_MS, closed_ms=None),
        SimpleNamespace(event_ms=NOW_MS - 150 * DAY_MS, closed_ms=NOW_MS - 89 * DAY_MS),
        SimpleNamespace(event_ms=NOW_MS - 120 * DAY_MS, closed_ms=NOW_MS - 91 * DAY_MS),
        SimpleNamespace(event_ms=2**53, closed_ms=None),
    ]
    monkeypatch.setattr(voice_retention, "dossiers_of", lambda *_args, **_more: dossiers)
    rules = SimpleNamespace(incidents=SimpleNamespace(evidence_days=90))
    state: Any = SimpleNamespace(memorandum=rules, register=None, now_ms=NOW_MS)
    needed = days_needed(state)
    assert {"2029-08-28", "2029-08-29", "2029-08-30"} <= needed
    assert {"2029-10-17", "2029-10-18", "2029-10-19"} <= needed
    assert "2029-11-17" not in needed
    assert len(needed) == 9
