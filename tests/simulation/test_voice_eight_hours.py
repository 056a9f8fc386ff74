"""Eight hours on the net, of two nodes on a played clock: what they hold does not grow."""

from __future__ import annotations

import gc
import tracemalloc

import pytest
from voice_world import COAST_KHZ, SIERRA_KHZ, World

HOURS = 8
ROUND_MS = 10_000
FRAMES = 200
GROWTH_BYTES_MAX = 200_000


def play_hour(world: World, number: int) -> int:
    """Every ten seconds somebody talks for four, on either channel, in turn; what tests keep is thrown away."""
    for _ in range(3_600_000 // ROUND_MS):
        number += 1
        party = ("SIERRA", "COAST")[number % 2]
        khz = (SIERRA_KHZ, COAST_KHZ)[number // 2 % 2]
        desk = world.press(party, khz, number)
        world.run(20)
        world.talk(party, desk, khz, number, frames=FRAMES)
        world.nets[party].let_go(desk, transmission=f"{number:016x}", why="released")
        world.run(ROUND_MS - 20 * FRAMES - 20)
        for other in world.parties:
            world.ears[other].heard.clear()
            world.ears[other].told.clear()
            world.taped[other].clear()
    return number


def held_bytes() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


@pytest.mark.soak
def test_eight_hours_of_speech_leave_no_more_behind_than_one() -> None:
    """Accelerated: the clock is played, every frame, decision and sign of life of the eight hours is not."""
    world = World(delay_max_ms=3)
    world.begin()
    tracemalloc.start()
    try:
        number = play_hour(world, 0)
        after_one = held_bytes()
        for _ in range(HOURS - 1):
            number = play_hour(world, number)
        growth = held_bytes() - after_one
    finally:
        tracemalloc.stop()
    played = world.nets["SIERRA"].counts["played"]
    print(
        f"{number} transmissions, {played} frames at each node, {growth} bytes more after {HOURS} h than after 1 h"
    )
    assert played == number * FRAMES
    assert growth < GROWTH_BYTES_MAX
