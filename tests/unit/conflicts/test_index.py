"""The index under the memorandum's own rows: the same conflicts as `decide`, pair by pair."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from drawn_skies import SKIES, START_MS, draw_volume, minima_of, point

from detente.airspace.levels import Level
from detente.airspace.shapes import Circle
from detente.airspace.volumes import Volume
from detente.conflicts.decide import Conflict, decide
from detente.conflicts.grouping import Groups
from detente.conflicts.index import VolumeIndex
from detente.conflicts.packing import pack
from detente.memorandum.model import Memorandum
from detente.notices.ground import atmosphere_of
from detente.notices.notice import Notice
from detente.quantities import PartyId


def notice_of(rng: np.random.Generator, memorandum: Memorandum) -> Notice:
    volumes = tuple(draw_volume(rng, SKIES["jets"]) for _ in range(int(rng.integers(1, 4))))
    return Notice(
        kind="routine",
        volumes=volumes,
        class_=str(rng.choice([row.id for row in memorandum.class_])),
        count_band=None,
        transponder=[None, "on", "on", "off"][int(rng.integers(0, 4))],
        frequency_monitored_khz=(),
        hazard_kind=None,
        movement=None,
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_the_index_finds_the_conflicts_that_decide_finds(seed: int, ex_1: Memorandum) -> None:
    rng = np.random.default_rng(seed)
    groups, air = Groups(ex_1), atmosphere_of(ex_1.area.atmosphere)
    parties = [PartyId(party.id) for party in ex_1.party]
    index, held = VolumeIndex(air), {}
    found = 0
    for _ in range(120):
        notice, party = notice_of(rng, ex_1), parties[int(rng.integers(0, len(parties)))]
        asked = pack([(groups.group_of(notice, party), notice.volumes)], air)
        said = set(index.check(asked, groups.minima_for(notice, party)))
        true = {
            handle
            for handle, (other, whose) in held.items()
            if whose != party and isinstance(decide(notice, other, ex_1), Conflict)
        }
        assert said == true, f"seed {seed}"
        found += len(true)
        held[int(index.insert(asked)[0])] = (notice, party)
    assert found > 20


def crowd(count: int) -> list[tuple[int, tuple[Volume, ...]]]:
    one = Volume(
        shape=Circle(centre=point(45, 9), radius_cm=10_000),
        floor=Level(datum="hae", value=0),
        ceiling=Level(datum="hae", value=10_000),
        start_ms=START_MS,
        end_ms=START_MS + 600_000,
    )
    return [(0, (one,))] * count


def test_more_conflicts_than_there_was_room_for_are_all_told(ex_1: Memorandum) -> None:
    air = atmosphere_of(ex_1.area.atmosphere)
    index = VolumeIndex(air, volumes=8)
    handles = index.insert(pack(crowd(3_000), air))
    assert len(index.check(pack(crowd(1), air), minima_of([0.0], 0.0, 0))) == 3_000
    assert len(set(handles.tolist())) == 3_000


def test_a_notice_is_amended_in_one_and_expires_with_its_last_volume(ex_1: Memorandum) -> None:
    air = atmosphere_of(ex_1.area.atmosphere)
    index, minima = VolumeIndex(air), minima_of([0.0], 0.0, 0)
    ((_, (volume,)),) = crowd(1)
    later = msgspec.structs.replace(volume, start_ms=START_MS + 10**7, end_ms=START_MS + 2 * 10**7)
    first = int(index.insert(pack([(0, (volume, later))], air))[0])
    assert index.check(pack(crowd(1), air), minima) == (first,)
    assert index.expire(before_ms=volume.end_ms + 1) == ()
    second = index.amend(first, pack([(0, (later,))], air))
    assert len(index) == 1
    assert index.check(pack(crowd(1), air), minima) == ()
    assert index.expire(before_ms=later.end_ms) == (), "the last moment is included"
    assert index.expire(before_ms=later.end_ms + 1) == (second,)
    assert len(index) == 0
    assert not index.cancel(second)
    assert not index.cancel(-1)
    assert not index.cancel(10**6)


def test_a_volume_takes_about_as_much_memory_as_stated(ex_1: Memorandum) -> None:
    """150 bytes at a million; far fewer leave nodes emptier, and some room is kept free."""
    rng = np.random.default_rng(3)
    air = atmosphere_of(ex_1.area.atmosphere)
    volumes = [draw_volume(rng, SKIES["drones"]) for _ in range(500)]
    index = VolumeIndex(air, volumes=50_000)
    buckets = index._grid.buckets.nbytes
    index.insert(pack([(0, (volume,)) for volume in volumes * 100], air))
    assert len(index) == 50_000
    assert (index.bytes_held - buckets) / len(index) < 300
