"""A clock that nobody confirms deletes nothing."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from detente.line.bodies_duty import IncidentReport, Spoken, VoiceKept
from detente.node.effects import Say
from detente.node.line_held import ClockHeld
from detente.quantities import Digest
from detente.record.statement import Ref
from detente.runtime import voice_retention
from detente.runtime.voice_retention import DAY_MS, days_needed, is_clock_agreed, recordings_cited

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


def test_a_recording_that_an_open_incident_cites_is_needed_whenever_it_was_said(sierra: Any) -> None:
    """What was said five days after the event can be what the incident turns on."""
    node, clock = sierra.node, sierra.clock
    (post,) = (node.state.desk_of(peer) for peer in node.state.peers)

    def say(code: str, body: Any, precedence: Any) -> Ref:
        node.say(Say(to=(post,), code=code, body=body, precedence=precedence, reply_to=None))
        ref: Ref = node.ticker[-1].ref
        return ref

    def vox(number: int) -> Ref:
        spoken = Spoken(
            post="sierra.air",
            channel_khz=123_975,
            start_ms=clock.at_ms,
            length_ms=20,
            packets=1,
            transmission=f"{number:016x}",
            sha256=Digest(f"{number:064x}"),
        )
        return say("VOX", VoiceKept(spoken=(spoken,)), "ADMIN")

    def report(number: int, *entries: Ref) -> None:
        body = IncidentReport(
            number=f"FIRES-2020-20200908-SIERRA-{number:02d}",
            same_as=None,
            category="conduct",
            articles=(),
            at=None,
            at_ms=clock.at_ms - 5 * DAY_MS,
            passing=None,
            entries=entries,
            text="",
        )
        say("INC1", body, "PRIORITY")

    vox(1)
    first, second = vox(2), vox(3)
    report(1, first)
    report(2, second, Ref(origin=second.origin, seq=10_000, leaf=Digest("0" * 64)))
    assert asyncio.run(recordings_cited(node)) == {f"{2:064x}", f"{3:064x}"}
    node.state = replace(node.state, register=replace(node.state.register, filed={}))
    assert asyncio.run(recordings_cited(node)) == frozenset()
