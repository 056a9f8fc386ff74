"""Two nodes in one seeded world: whatever the network does, both end with one record and the same knowledge."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from detente.airspace.levels import Level
from detente.airspace.shapes import Circle, Point
from detente.airspace.volumes import Volume
from detente.exercise.officers import unable
from detente.exercise.world import Weather, World
from detente.line.bodies import Answer
from detente.node.events import Acknowledge, GiveAnswer, ReadBackNow, SendNotice
from detente.notices.notice import Notice
from detente.quantities import PartyId, UtcMs
from detente.runtime.node import Node

SIERRA, COAST = PartyId("SIERRA"), PartyId("COAST")
MakeWorld = Callable[..., World]


def a_notice(world: World, *, lat: float = 39.9, lon: float = -121.4, start_h: float = 3.0) -> Notice:
    start_ms = world.now_ms + int(start_h * 3_600_000)
    return Notice(
        kind="routine",
        volumes=(
            Volume(
                shape=Circle(
                    centre=Point(lat_e7=round(lat * 1e7), lon_e7=round(lon * 1e7)), radius_cm=926_000
                ),
                floor=Level(datum="palt", value=4000),
                ceiling=Level(datum="palt", value=9000),
                start_ms=start_ms,
                end_ms=start_ms + 7_200_000,
            ),
        ),
        class_="tanker",
        count_band="2-4",
        transponder="on",
        frequency_monitored_khz=(123975,),
        hazard_kind=None,
        movement="within",
    )


def send(node: Node, world: World, notice: Notice) -> None:
    replies = node.happen(SendNotice(at_ms=UtcMs(world.now_ms), notice=notice, plans=()))
    assert all(reply.ok for reply in replies), replies


def do_what_is_owed(world: World) -> None:
    """Both watch officers follow what their node suggests."""
    for station in world.stations.values():
        node = station.node
        now_ms = UtcMs(world.now_ms)
        for item in list(node.state.open_items.values()):
            if item.owed_by != node.keeper.me:
                continue
            match item.act:
                case "read_back":
                    node.happen(ReadBackNow(at_ms=now_ms, ref=item.ref))
                case "answer":
                    said = Answer(answer="yes" if item.suggestion == "yes" else "unknown", action="none")
                    node.happen(GiveAnswer(at_ms=now_ms, ref=item.ref, answer=said))
                case "propose":
                    node.happen(unable(item.ref, now_ms))
                case "acknowledge":
                    node.happen(Acknowledge(at_ms=now_ms, ref=item.ref, level="understood", passed_to=None))


def settle(world: World, *, seconds: float = 600.0) -> None:
    for _ in range(10):
        world.run_for(seconds / 10)
        do_what_is_owed(world)
    world.run_for(seconds)


def assert_one_record(world: World) -> None:
    """Every journal is the same on both sides, byte by byte, and wholly receipted."""
    for party, station in world.stations.items():
        own = station.node.keeper.own
        for other in world.stations.values():
            if other is station:
                continue
            mirror = other.node.keeper.mirrors[own.origin]
            assert mirror.envelopes == own.envelopes
            assert own.cosigned_size(other.party) == own.size
        assert station.node.unreceipted == 0, party


def test_notices_in_the_same_place_are_a_conflict_on_both_sides(make_world: MakeWorld) -> None:
    world = make_world(seed=1)
    world.run_for(5)
    send(world.node(SIERRA), world, a_notice(world))
    world.run_for(5)
    send(world.node(COAST), world, a_notice(world, lat=39.95))
    settle(world)
    assert_one_record(world)
    for party in (SIERRA, COAST):
        state = world.node(party).state
        assert [held.stated_by for held in state.conflicts.values()] == [frozenset({SIERRA})]
        assert not state.open_items
        assert {held.read_back for held in state.notices.values()} == {"correct"}


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_lost_cut_or_crashes_both_sides_end_with_one_record(
    make_world: MakeWorld, seed: int
) -> None:
    rng = random.Random(seed)
    weather = Weather(delay_min_ms=1, delay_max_ms=3000, loss=rng.choice([0.0, 0.1, 0.4]))
    world = make_world(seed=seed, weather=weather, clock_offsets_ms={COAST: rng.randint(-3000, 3000)})
    for _ in range(25):
        match rng.randrange(5):
            case 0:
                world.cuts.add(frozenset((SIERRA, COAST)))
            case 1:
                world.cuts.clear()
            case 2:
                world.crash(rng.choice([SIERRA, COAST]))
            case _:
                place = {"lat": rng.uniform(38, 41), "lon": rng.uniform(-123, -120)}
                send(world.node(rng.choice([SIERRA, COAST])), world, a_notice(world, **place))
        world.run_for(rng.uniform(0.1, 20))
        do_what_is_owed(world)
    world.cuts.clear()
    settle(world, seconds=1200)
    assert_one_record(world)
    sierra, coast = world.node(SIERRA).state, world.node(COAST).state
    assert {(held.own, held.foreign) for held in sierra.conflicts.values()} == {
        (held.foreign, held.own) for held in coast.conflicts.values()
    }, f"seed {seed}"
    assert all(held.stated_by for held in sierra.conflicts.values())
    assert not sierra.open_items
    assert not coast.open_items


def test_one_seed_gives_one_run(make_world: MakeWorld) -> None:
    def run() -> tuple[int, dict[PartyId, int]]:
        world = make_world(seed=7, weather=Weather(loss=0.3))
        for lat in (39.5, 39.6, 39.7):
            send(world.node(SIERRA), world, a_notice(world, lat=lat))
            world.run_for(3)
        settle(world)
        return world.served, {
            party: station.node.keeper.own.size for party, station in world.stations.items()
        }

    assert run() == run()
