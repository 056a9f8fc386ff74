"""Seeded worlds with the worst of networks, and with aircraft in them: they converge, and one seed is one run."""

from __future__ import annotations

import os
import random
from typing import Any

import pytest

from detente.airspace.levels import Level
from detente.airspace.shapes import Circle, Point
from detente.airspace.volumes import Volume
from detente.exercise.officers import unable
from detente.exercise.world import Weather
from detente.line.bodies import Answer
from detente.node.events import Acknowledge, GiveAnswer, ReadBackNow, SendNotice
from detente.notices.notice import Notice
from detente.quantities import PartyId, UtcMs
from detente.tracks.position import PositionReport

SIERRA, COAST = PartyId("SIERRA"), PartyId("COAST")
OURS, THEIRS = "aaaaaa", "bbbbbb"
HOUR_MS = 3_600_000


def notice(now_ms: int, lat: float) -> Notice:
    volume = Volume(
        shape=Circle(centre=Point(lat_e7=round(lat * 1e7), lon_e7=-1_214_000_000), radius_cm=926_000),
        floor=Level(datum="palt", value=4000),
        ceiling=Level(datum="palt", value=9000),
        start_ms=now_ms + 3 * HOUR_MS,
        end_ms=now_ms + 5 * HOUR_MS,
    )
    return Notice(
        kind="routine",
        volumes=(volume,),
        class_="tanker",
        count_band="1",
        transponder="on",
        frequency_monitored_khz=(),
        hazard_kind=None,
        movement="within",
    )


def watch(world: Any) -> None:
    """Both watch officers do what their nodes suggest."""
    for station in world.stations.values():
        node, now_ms = station.node, station.clock.now_ms()
        for item in [one for one in node.state.open_items.values() if one.owed_by == station.party]:
            match item.act:
                case "read_back":
                    node.happen(ReadBackNow(at_ms=now_ms, ref=item.ref))
                case "answer" if item.suggestion is not None:
                    said = Answer(answer=item.suggestion, action="none")
                    node.happen(GiveAnswer(at_ms=now_ms, ref=item.ref, answer=said))
                case "propose":
                    node.happen(unable(item.ref, now_ms))
                case _:
                    order = Acknowledge(at_ms=now_ms, ref=item.ref, level="understood", passed_to=None)
                    node.happen(order)


def settle(world: Any) -> None:
    world.heal()
    for _ in range(12):
        world.run_for(300)
        watch(world)
    world.run_for(1200)


def assert_one_record(world: Any, seed: int) -> None:
    for station in world.stations.values():
        (other,) = [one for one in world.stations.values() if one is not station]
        own = station.node.keeper.own
        assert other.node.keeper.mirrors[own.origin].envelopes == own.envelopes, f"seed {seed}"
        assert own.cosigned_size(other.party) == own.size, f"seed {seed}"
        assert not station.node.state.forked, f"seed {seed}"
        assert not station.node.state.open_items, f"seed {seed}"


SOAK_SEEDS = range(1_000, 1_000 + int(os.environ.get("SEEDS", "2500")) // 10)
"""A few beside the days of `test_days.py`: the signatures here are real and slow."""


@pytest.mark.parametrize("seed", range(100, 105))
def test_a_line_that_loses_half_and_is_cut_all_the_time_still_converges(make_world: Any, seed: int) -> None:
    live_through_the_worst(make_world, seed)


@pytest.mark.soak
@pytest.mark.parametrize("seed", SOAK_SEEDS)
def test_and_so_it_does_for_many_seeds(make_world: Any, seed: int) -> None:
    live_through_the_worst(make_world, seed)


def live_through_the_worst(make_world: Any, seed: int) -> None:
    """Cuts, losses, crashes and notices from the seed; then the line heals, and both sides must agree."""
    rng = random.Random(seed)
    world = make_world(seed=seed, weather=Weather(delay_min_ms=1, delay_max_ms=5000, loss=0.5))
    for _ in range(30):
        if rng.random() < 0.5:
            world.cuts ^= {frozenset((SIERRA, COAST))}
        if rng.random() < 0.2:
            world.crash(rng.choice([SIERRA, COAST]))
        if rng.random() < 0.4:
            node = world.node(rng.choice([SIERRA, COAST]))
            made = notice(world.now_ms, rng.uniform(39.5, 40.5))
            node.happen(SendNotice(at_ms=UtcMs(world.now_ms), notice=made, plans=()))
        world.run_for(rng.uniform(0.1, 40))
        watch(world)
    settle(world)
    assert_one_record(world, seed)
    sierra, coast = world.node(SIERRA).state, world.node(COAST).state
    assert {(one.own, one.foreign) for one in sierra.conflicts.values()} == {
        (one.foreign, one.own) for one in coast.conflicts.values()
    }
    assert all(one.stated_by for one in (*sierra.conflicts.values(), *coast.conflicts.values()))


def at(aircraft: str, time_ms: int, north_nm: float) -> PositionReport:
    return PositionReport(
        aircraft=aircraft,
        call_sign="",
        time_ms=UtcMs(time_ms),
        lat_deg=39.9 + north_nm / 60,
        lon_deg=-121.4,
        level_palt_ft=5000.0,
        height_hae_m=None,
        ground_speed_mps=0.0,
        track_deg=0.0,
        vertical_rate_mps=0.0,
    )


def fly(world: Any, *, minutes: int, apart_nm: float) -> None:
    """Both nodes hear both aircraft every 20 seconds."""
    for _ in range(minutes * 3):
        world.run_for(20)
        for station in world.stations.values():
            now_ms = station.clock.now_ms()
            station.node.see([at(OURS, now_ms, 0.0), at(THEIRS, now_ms + 1, apart_nm)])
            station.node.look()
        watch(world)


OWN = {SIERRA: frozenset({OURS}), COAST: frozenset({THEIRS})}


@pytest.mark.parametrize(("seed", "loss"), [(1, 0.0), (2, 0.3), (3, 0.5)])
def test_two_that_meet_are_asked_about_answered_and_cleared_on_both_sides(
    make_world: Any, seed: int, loss: float
) -> None:
    world = make_world(seed=seed, weather=Weather(loss=loss), own_aircraft=OWN)
    fly(world, minutes=3, apart_nm=0.5)
    fly(world, minutes=8, apart_nm=8.0)
    for party, owner, aircraft in ((SIERRA, COAST, THEIRS), (COAST, SIERRA, OURS)):
        state = world.node(party).state
        assert (state.said_by_code["QRY"], state.said_by_code["CLR"]) == (1, 1)
        assert state.alerts_over == 1
        if loss == 0.0:
            assert state.known_aircraft[aircraft][0] == owner
    if loss == 0.0:
        fly(world, minutes=2, apart_nm=0.5)
        for party in (SIERRA, COAST):
            assert world.node(party).state.said_by_code["ALR"] == 1
        fly(world, minutes=8, apart_nm=8.0)
    settle(world)
    assert_one_record(world, seed)
    assert not world.node(SIERRA).state.alerts


def test_a_question_that_arrives_long_after_the_encounter_is_not_denied(make_world: Any) -> None:
    """The line was cut for ten minutes: own tracks of now cannot say who was there then."""
    world = make_world(seed=9, own_aircraft=OWN)
    world.cuts.add(frozenset((SIERRA, COAST)))
    fly(world, minutes=1, apart_nm=0.5)
    node = world.node(COAST)
    for _ in range(60):
        world.run_for(10)
        node.see([at(THEIRS, world.now_ms, 0.5)])
    world.cuts.clear()
    world.run_for(60)
    (item,) = [one for one in node.state.open_items.values() if one.owed_by == COAST]
    assert (item.code, item.suggestion) == ("QRY", "unknown")


def test_one_seed_is_one_run_and_another_is_another(make_world: Any) -> None:
    """Only ML-DSA's own chance differs: times, losses, salts and what is known do not."""

    def run(seed: int) -> tuple[Any, ...]:
        world = make_world(seed=seed, weather=Weather(loss=0.3), own_aircraft=OWN)
        world.node(SIERRA).happen(
            SendNotice(at_ms=UtcMs(world.now_ms), notice=notice(world.now_ms, 39.9), plans=())
        )
        world.run_for(7)
        world.crash(COAST)
        fly(world, minutes=2, apart_nm=0.5)
        settle(world)
        journals = tuple(
            tuple(
                (entry.statement.code, entry.committed_ms, entry.statement.salt)
                for entry in station.node.ticker
            )
            for station in world.stations.values()
        )
        return world.served, world.now_ms, journals

    assert run(5) == run(5)
    assert run(5) != run(6)
