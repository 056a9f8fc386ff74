"""Casebook rival-counts-2023: two ledgers become one, with the same bytes on both sides; and the bundles of both."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from detente.adapters.incident_record import IncidentRecord
from detente.airspace.shapes import Point
from detente.exercise.world import Weather, World
from detente.incidents.bundle_verify import verify_bundle
from detente.incidents.statistics import Statistics, json_of, statistics_of
from detente.incidents.statistics_page import statistics_page
from detente.incidents.table import csv_of
from detente.line.bodies import Alert
from detente.node import views
from detente.node.events import Acknowledge, MatchIncident, OpenIncident, SayNow, StateIncident
from detente.quantities import PartyId, UtcMs, utc_ms_of
from detente.record.statement import Ref

SIERRA, COAST = PartyId("SIERRA"), PartyId("COAST")
MakeWorld = Callable[..., World]
DAY_MS = 86_400_000

NOON_MS = utc_ms_of(datetime(2020, 9, 7, 12, tzinfo=UTC))
"""The day before the world begins."""

NORTH = Point(lat_e7=400_000_000, lon_e7=-1_214_000_000)

EVENTS = {
    SIERRA: [(1, 0), (6, 0), (12, 0), (18, 0), (25, 0)],
    COAST: [(1, 299_000), (6, 301_000), (12, -60_000), (29, 0)],
}
"""Day of each event and milliseconds after noon: the first and the third of each side are of one event."""


def alert(world: World, party: PartyId) -> Ref:
    """An ALR that the other side will not answer."""
    body = Alert(
        what="approaching",
        at=NORTH,
        at_ms=world.now_ms,
        level=None,
        track_deg=None,
        call_on_khz=None,
        ask="turn",
    )
    node = world.node(party)
    order = SayNow(
        at_ms=UtcMs(world.now_ms),
        code="ALR",
        body=body,
        to=(),
        precedence=None,
        reply_to=None,
        exercise=False,
    )
    assert all(reply.ok for reply in node.happen(order))
    return node.keeper.own.ref(node.keeper.own.size - 1)


def report(world: World, party: PartyId, day: int, after_ms: int, entries: tuple[Ref, ...] = ()) -> str:
    event_ms = NOON_MS - (30 - day) * DAY_MS + after_ms
    order = OpenIncident(
        at_ms=UtcMs(world.now_ms),
        category="conduct" if day % 2 else "no_notice",
        articles=("C01", "C12") if day % 2 else ("C12",),
        at=NORTH,
        event_ms=UtcMs(event_ms),
        passing=None,
        entries=entries,
        text="",
        same_as=None,
        to=(),
    )
    (reply,) = world.node(party).happen(order)
    assert reply.ok, reply.message
    return reply.message.split()[0]


def receive(world: World) -> None:
    for station in world.stations.values():
        for item in list(station.node.state.open_items.values()):
            if item.owed_by == station.node.keeper.me and item.act == "acknowledge":
                order = Acknowledge(
                    at_ms=UtcMs(world.now_ms), ref=item.ref, level="understood", passed_to=None
                )
                for reply in station.node.happen(order):
                    assert "not an admission" in reply.message


def accept_all(world: World, party: PartyId) -> int:
    """Accept every match that waits for a side."""
    node, accepted = world.node(party), 0
    for one in views.incidents(node.state)["matches"]:
        if one["waits_for_us"]:
            order = MatchIncident(at_ms=UtcMs(world.now_ms), number=one["first"], other=one["second"])
            assert all(reply.ok for reply in node.happen(order))
            accepted += 1
    return accepted


def record_of(world: World, party: PartyId) -> IncidentRecord:
    station = world.stations[party]
    keeper = station.node.keeper
    cards = {str(one): world.stations[one].node.keeper.keys.card_bytes for one in (SIERRA, COAST)}
    return IncidentRecord(agreement=keeper.agreement, me=party, store=keeper.book.store, cards=cards)


def counted(world: World, party: PartyId) -> Statistics:
    found = record_of(world, party).counted(())
    terms = found.agreement.memorandum
    return statistics_of(
        found.register,
        terms,
        identity=found.agreement.identity,
        parties=found.parties,
        from_ms=utc_ms_of(terms.duration.in_force_from),
        until_ms=UtcMs(found.newest_ms + 1),
    )


@pytest.fixture
def rivals(make_world: MakeWorld) -> tuple[World, int]:
    """Both have filed what they saw, over a bad line; the alert of COAST was never answered."""
    seed = 20_230_401
    world = make_world(seed=seed, weather=Weather(loss=0.1, doubled=0.05, late=0.02))
    world.run_for(120)
    called = alert(world, COAST)
    world.run_for(300)
    for party, events in EVENTS.items():
        for day, after_ms in events:
            report(world, party, day, after_ms, entries=(called,) if (party, day) == (COAST, 29) else ())
            world.run_for(20)
    world.run_for(300)
    receive(world)
    world.run_for(300)
    return world, seed


@pytest.mark.slow
def test_five_and_four_reports_of_which_two_pairs_match_are_seven_numbers_on_both_sides(
    rivals: tuple[World, int],
) -> None:
    world, seed = rivals
    before = [views.incidents(world.node(party).state) for party in (SIERRA, COAST)]
    assert [len(one["incidents"]) for one in before] == [9, 9], f"seed {seed}"
    assert [len(one["matches"]) for one in before] == [2, 2], f"seed {seed}"
    assert accept_all(world, SIERRA) == 2
    world.run_for(300)
    assert len(views.incidents(world.node(COAST).state)["incidents"]) == 9, "one side alone merges nothing"
    assert accept_all(world, COAST) == 2
    world.run_for(600)
    ours, theirs = (counted(world, party) for party in (SIERRA, COAST))
    assert (ours.incidents, ours.reports) == (7, 9), f"seed {seed}"
    assert json_of(ours) == json_of(theirs), f"seed {seed}"
    assert csv_of(ours) == csv_of(theirs), f"seed {seed}"
    assert statistics_page(ours) == statistics_page(theirs), f"seed {seed}"
    both = [row for row in ours.rows if row.also]
    assert [row.reported_by for row in both] == [("COAST", "SIERRA")] * 2
    unanswered = [row for row in ours.rows if "unanswered_call" in row.categories]
    assert [row.categories for row in unanswered] == [("conduct", "unanswered_call")], (
        "a category, not a number"
    )
    assert sum(one.overdue for one in ours.alerts) == 1
    shown = [views.incidents(world.node(party).state) for party in (SIERRA, COAST)]
    assert shown[0] == shown[1], f"seed {seed}"


@pytest.mark.slow
def test_the_bundle_of_either_side_holds_both_statements_and_the_alert_that_nobody_answered(
    rivals: tuple[World, int], tmp_path: Path
) -> None:
    world, seed = rivals
    number = next(
        row["number"]
        for row in views.incidents(world.node(COAST).state)["incidents"]
        if "unanswered_call" in row["categories"]
    )
    for party in (COAST, SIERRA):
        order = StateIncident(
            at_ms=UtcMs(world.now_ms), number=number, entries=(), attachments=(), text="", closes=False
        )
        assert all(reply.ok for reply in world.node(party).happen(order))
        world.run_for(200)
    world.run_for(600)
    bundles = [record_of(world, party).bundled(number, [tmp_path]) for party in (SIERRA, COAST)]
    assert [one.left_out for one in bundles] == [(), ()]
    entries = [
        {path: content for path, content in one.files.items() if path.endswith(".json")} for one in bundles
    ]
    assert {p: c for p, c in entries[0].items() if p.startswith("entries/")} == {
        p: c for p, c in entries[1].items() if p.startswith("entries/")
    }
    assert bundles[0].files["summary.html"] == bundles[1].files["summary.html"]
    verdict = verify_bundle(bundles[0].files)
    assert verdict.problems == (), f"seed {seed}"
    assert verdict.dossier is not None
    assert [len(side.statements) for side in verdict.dossier.sides] == [1, 1]
    assert [case.outcome(world.now_ms) for case in verdict.dossier.calls] == ["overdue"]
    assert "is not an admission" in bundles[0].files["summary.html"].decode()
