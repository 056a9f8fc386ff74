"""Whoever presses what, however late, and whatever breaks: a channel has one talker, and nodes agree who it is."""

from __future__ import annotations

import random

import pytest
from voice_world import COAST_KHZ, PARTIES, SIERRA_KHZ, Desk, World

SEEDS = range(40)


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("seed", SEEDS)
def test_no_node_lets_two_talkers_through_and_in_the_end_all_name_the_same(seed: int, count: int) -> None:
    """Random presses, releases, cuts, restarts and delays up to 300 ms; every frame that is played is judged."""
    print(f"seed {seed}, {count} nodes")
    draw = random.Random(seed)
    parties = PARTIES[:count]
    world = World(parties, seed=seed, delay_max_ms=draw.choice((0, 5, 80, 300)))
    world.begin()
    presses: list[tuple[str, Desk, int, int, int]] = []
    number = 0
    for _ in range(120):
        match draw.randrange(12):
            case 0 | 1 | 2 | 3:
                number += 1
                party, khz = draw.choice(parties), draw.choice((SIERRA_KHZ, COAST_KHZ))
                precedence = draw.choice(("normal", "normal", "high", "emergency"))
                desk = world.press(party, khz, number, precedence=precedence)
                presses.append((party, desk, khz, number, 0))
            case 4 | 5 if presses:
                party, desk, _, of, _ = presses.pop(draw.randrange(len(presses)))
                if party in world.nets:
                    world.nets[party].let_go(desk, transmission=f"{of:016x}", why="released")
            case 6:
                world.cut(*draw.sample(parties, 2))
            case 7:
                party = draw.choice(parties)
                if draw.random() < 0.3 and party in world.nets:
                    world.stop(party)
                    world.start(party)
            case _:
                world.connect_all()
        for at, (party, desk, khz, of, sequence) in enumerate(presses):
            world.speak(party, desk, khz, of, sequence)
            presses[at] = (party, desk, khz, of, sequence + 1)
        world.run(draw.choice((0, 3, 20, 150)))
    for party, desk, _, of, _ in presses:
        if party in world.nets:
            world.nets[party].let_go(desk, transmission=f"{of:016x}", why="released")
    world.connect_all()
    world.run(6_000)
    world.connect_all()
    world.run(4_000)
    for khz in (SIERRA_KHZ, COAST_KHZ):
        _in_turn(world, khz)
        shown = {party: world.nets[party].floors.shown(khz) for party in parties}
        assert all(one["is_known"] and one["holder"] is None for one in shown.values()), (seed, shown)
    assert world.refused == []


def _in_turn(world: World, khz: int) -> None:
    """At each node one talker follows the other and never comes back; all nodes heard them in the same order."""
    orders = {}
    for party, ear in world.ears.items():
        heard = [frame.transmission for _, frame in ear.heard if frame.channel_khz == khz]
        turns = [one for at, one in enumerate(heard) if at == 0 or heard[at - 1] != one]
        assert len(turns) == len(set(turns)), (party, turns)
        orders[party] = turns
    for one in orders.values():
        for other in orders.values():
            shared = set(one) & set(other)
            assert [turn for turn in one if turn in shared] == [turn for turn in other if turn in shared]


@pytest.mark.parametrize("seed", SEEDS)
def test_of_two_who_press_at_once_one_is_granted_and_the_other_hears_who(seed: int) -> None:
    print(f"seed {seed}")
    draw = random.Random(seed)
    world = World(seed=seed, delay_max_ms=60)
    world.begin()
    khz = draw.choice((SIERRA_KHZ, COAST_KHZ))
    order = draw.sample(PARTIES[:2], 2)
    desks = {party: world.press(party, khz, number) for number, party in enumerate(order)}
    world.run(200)
    first = sorted(desk.says[0] for desk in desks.values())
    assert first == ["busy", "granted"], first
    winner = next(party for party, desk in desks.items() if desk.says[0] == "granted")
    loser = next(desk for party, desk in desks.items() if party != winner)
    assert loser.told[0]["by"]["party"] == winner
    named = {net.floors.holder(khz).party for net in world.nets.values()}  # type: ignore[union-attr]
    assert named == {winner}
