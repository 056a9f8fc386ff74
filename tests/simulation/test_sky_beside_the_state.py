"""The index beside the state: with it two nodes say and know exactly what they do when they compare all."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest

from detente.airspace.levels import Level
from detente.airspace.shapes import Circle, Point
from detente.airspace.volumes import Volume
from detente.exercise.world import Weather, World
from detente.line.bodies import Withdrawal
from detente.node import keeping, snapshot
from detente.node.effects import Say
from detente.notices.notice import Notice
from detente.quantities import PartyId, PostId
from detente.record.statement import Ref
from detente.runtime import sky

SIERRA, COAST = PartyId("SIERRA"), PartyId("COAST")
HOUR_MS = 3_600_000


def notice(rng: random.Random, now_ms: int) -> Notice:
    """So near to the others that some are in conflict; some are refused for their size."""
    start_ms = now_ms + rng.randint(3, 12) * HOUR_MS
    volume = Volume(
        shape=Circle(
            centre=Point(
                lat_e7=round(rng.uniform(39.6, 40.2) * 1e7), lon_e7=round(rng.uniform(-121.6, -120.9) * 1e7)
            ),
            radius_cm=rng.choice([926_000, 500_000, 100_000]),
        ),
        floor=Level(datum="palt", value=rng.choice([3_000, 6_000])),
        ceiling=Level(datum="palt", value=rng.choice([7_000, 9_000])),
        start_ms=start_ms,
        end_ms=start_ms + rng.randint(1, 3) * HOUR_MS,
    )
    return Notice(
        kind="routine",
        volumes=(volume,),
        class_=rng.choice(["tanker", "helicopter", "lead"]),
        count_band="2-4",
        transponder=rng.choice(["on", "off"]),
        frequency_monitored_khz=(),
        hazard_kind=None,
        movement="within",
    )


def play(world: World, seed: int, steps: int) -> None:
    """Both sides announce, amend, withdraw and let go, and one of them crashes now and then."""
    rng = random.Random(seed)
    own: dict[PartyId, list[Ref]] = {SIERRA: [], COAST: []}
    for _ in range(steps):
        party = rng.choice([SIERRA, COAST])
        node = world.node(party)
        now_ms = node._clock.now_ms()
        code, body, reply_to = "NTC", notice(rng, now_ms), None
        kind = rng.random()
        if own[party] and kind < 0.25:
            code, reply_to = "AMD", rng.choice(own[party])
        elif own[party] and kind < 0.4:
            code, reply_to = rng.choice(["CNX", "REL"]), rng.choice(own[party])
            body = Withdrawal(from_ms=now_ms + rng.randint(0, 8) * HOUR_MS)
        to = tuple(PostId(f"{peer.lower()}.air") for peer in node.state.peers)
        node.say(Say(to=to, code=code, body=body, precedence="ROUTINE", reply_to=reply_to))
        own[party] = [ref for ref, held in node.state.notices.items() if held.party == party]
        world.run_for(rng.choice([1.0, 30.0, 1_800.0]))
        if rng.random() < 0.05:
            world.crash(rng.choice([SIERRA, COAST]))
        for each in (SIERRA, COAST):
            world.node(each).look()


def _without_hashes(frozen: bytes) -> bytes:
    """Signatures of ML-DSA are drawn anew each time, and with them the hashes of entries."""
    return re.sub(rb"[0-9a-f]{64}", b"", frozen)


@pytest.mark.parametrize("seed", range(2))
def test_an_index_changes_nothing_but_the_time_it_takes(
    make_world: Any, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """`seed` replays it. From the third notice on, against never."""
    monkeypatch.setattr(keeping, "SWEEP_NOTICES", 8)
    monkeypatch.setattr(keeping, "OVER_KEPT", 4)
    told = []
    for compared in (2, 10**9):
        monkeypatch.setattr(sky, "COMPARED_NOTICES", compared)
        world = make_world(seed=seed, weather=Weather(delay_max_ms=200))
        play(world, seed, steps=40)
        nodes = [world.node(party) for party in (SIERRA, COAST)]
        assert all((len(node._memory.sky) > 0) == (compared == 2) for node in nodes)
        assert any(node.state.conflicts or node.state.said_by_code.get("CON") for node in nodes)
        told.append([_without_hashes(snapshot.freeze(node.state)) for node in nodes])
    assert told[0] == told[1], f"seed {seed}"
