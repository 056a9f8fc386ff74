"""The index against the slow reference: the same answer for every pair, whatever was put in, changed and taken out.

How a million pairs are proven in seconds: `truth` looks at every pair, with nothing of the kernels. Windows and
levels are compared as whole numbers for all of them; places by the straight line between the balls that hold the
shapes, which can only say "certainly apart". Each pair that is left goes to the reference, one by one.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import numpy as np
import pytest
from drawn_skies import DRONES, SKIES, START_MS, Sky, draw_notices, draw_volume, minima_of

from detente.airspace.atmosphere import Atmosphere
from detente.airspace.geodesy import arcs_over_m
from detente.airspace.nearness import MARGIN_M, nearness
from detente.airspace.outline import outline_of
from detente.airspace.shapes import MovingBlock
from detente.airspace.volumes import Volume
from detente.conflicts.decide import near
from detente.conflicts.grouping import MinimaTable
from detente.conflicts.index import VolumeIndex
from detente.conflicts.packing import Packed, pack, volume_of

AIR = Atmosphere(qnh_min_hpa=970.0, qnh_max_hpa=1_045.0, isa_deviation_min_k=-25.0, isa_deviation_max_k=25.0)


def reference(a: Volume, b: Volume, minima: MinimaTable, group: int) -> bool:
    return minima.lateral_m[group] >= 0.0 and (
        near(
            a,
            b,
            within_m=float(minima.lateral_m[group]),
            vertical_um=int(minima.vertical_um[group]),
            time_ms=int(minima.time_ms[group]),
            atmosphere=AIR,
        )
        is not None
    )


class Truth:
    """Every stored volume as plain numbers, and the answer to any question by looking at all of them."""

    def __init__(self, notices: dict[int, tuple[int, tuple[Volume, ...]]], minima: MinimaTable) -> None:
        rows = [(key, group, volume) for key, (group, volumes) in notices.items() for volume in volumes]
        self.keys = [key for key, _, _ in rows]
        self.volumes = [volume for _, _, volume in rows]
        self.groups = np.array([group for _, group, _ in rows], dtype=np.int64)
        self.minima = minima
        self.windows = np.array([(one.start_ms, one.end_ms) for one in self.volumes], dtype=np.int64)
        outlines = [outline_of(one.shape) for one in self.volumes]
        self.centres_m = np.array([one.ball_centre_m for one in outlines])
        self.balls_m = np.array([one.ball_radius_m for one in outlines])
        self.radii_m = np.array([one.radius_m for one in outlines])
        self.asked_of_reference = 0

    def of(self, volume: Volume) -> set[int]:
        if not self.keys:
            return set()
        outline = outline_of(volume.shape)
        gap_ms = np.maximum(self.windows[:, 0], volume.start_ms) - np.minimum(
            self.windows[:, 1], volume.end_ms
        )
        straight_m = np.sqrt(((self.centres_m - np.array(outline.ball_centre_m)) ** 2).sum(axis=1))
        straight_m -= self.balls_m + outline.ball_radius_m
        lateral_m = self.minima.lateral_m[self.groups]
        over_m = arcs_over_m(np.maximum(0.0, straight_m))
        left = np.flatnonzero(
            (lateral_m >= 0.0)
            & (gap_ms <= self.minima.time_ms[self.groups])
            & (over_m <= lateral_m + self.radii_m + outline.radius_m + MARGIN_M)
        )
        self.asked_of_reference += len(left)
        return {
            self.keys[row]
            for row in left
            if reference(volume, self.volumes[row], self.minima, int(self.groups[row]))
        }


Spoil = Callable[[Packed], None]


def compare(
    seed: int, sky: Sky, *, stored: int, asked: int, spoil: Spoil | None = None
) -> tuple[int, int, int]:
    """Pairs looked at, conflicts, and answers that differ; a spoiled index is what a test must be able to see."""
    rng = np.random.default_rng(seed)
    notices = draw_notices(rng, sky, stored)
    questions = [draw_volume(rng, sky) for _ in range(asked)]
    index = VolumeIndex(AIR)
    put = pack(notices, AIR)
    if spoil is not None:
        spoil(put)
    handles = index.insert(put)
    key_of = dict(zip(handles.tolist(), put.notices.tolist(), strict=True))
    truth = Truth(dict(enumerate(notices)), sky.minima)
    asking = pack([(0, questions)], AIR)
    found = differ = 0
    for row, question in enumerate(questions):
        said = {key_of[handle] for handle in index.check(asking, sky.minima, row)}
        true = truth.of(question)
        found += len(true)
        differ += said != true
    return len(truth.volumes) * asked, found, differ


@pytest.mark.parametrize("name", SKIES)
@pytest.mark.parametrize("seed", [1, 2])
def test_every_answer_of_the_index_is_the_reference_s(name: str, seed: int) -> None:
    _, found, differ = compare(seed, SKIES[name], stored=300, asked=100)
    assert differ == 0, f"sky {name!r}, seed {seed}"
    assert found > 10, "a sky without conflicts shows nothing"


@pytest.mark.slow
def test_a_million_pairs_of_drones_are_decided_as_by_the_reference() -> None:
    seed = int(np.random.default_rng().integers(0, 2**32))
    pairs, found, differ = compare(seed, SKIES["drones"], stored=900, asked=900)
    print(f"seed {seed}: {pairs} pairs, {found} conflicts")
    assert pairs >= 1_000_000
    assert found > 100
    assert differ == 0, f"seed {seed}"


@pytest.mark.soak
@pytest.mark.parametrize("name", SKIES)
def test_every_answer_of_the_index_is_the_reference_s_in_many_skies(name: str) -> None:
    for _ in range(20):
        seed = int(np.random.default_rng().integers(0, 2**32))
        print(f"sky {name!r}, seed {seed}")
        assert compare(seed, SKIES[name], stored=300, asked=100)[2] == 0, f"sky {name!r}, seed {seed}"


def _box_inwards(put: Packed) -> None:
    """What rounding the radius down instead of up would do, only larger: 200 m."""
    put.rows["lat_lo"] += 18_000
    put.rows["lat_hi"] -= 18_000


def _window_inwards(put: Packed) -> None:
    put.rows["start_ms"] += 1
    put.rows["end_ms"] -= 1


def _level_inwards(put: Packed) -> None:
    put.rows["floor"] += 1
    put.rows["ceiling"] -= 1


def _radius_inwards(put: Packed) -> None:
    put.rows["radius_cm"] -= np.minimum(put.rows["radius_cm"], 5_000)


@pytest.mark.parametrize("spoil", [_box_inwards, _window_inwards, _level_inwards, _radius_inwards])
def test_an_index_that_rounds_inwards_would_be_caught(spoil: Spoil) -> None:
    dense = Sky(45.0, 9.0, 12e3, (75, 700), (300, 1_200), 1_800_000, DRONES, moving=0.0, mixed=0.0)
    assert compare(3, dense, stored=300, asked=150, spoil=spoil)[2] > 0
    assert compare(3, dense, stored=300, asked=150)[2] == 0


@pytest.mark.parametrize("name", SKIES)
def test_inside_the_error_bound_the_reference_decides_and_outside_nobody_else_need_be_asked(
    name: str,
) -> None:
    """Minima drawn to within centimetres of the gap itself: one verdict, hardly ever undecided beyond a metre."""
    sky, rng = SKIES[name], np.random.default_rng(7)
    far_m, drawn, undecided = float(sky.minima.lateral_m.max()) + 3 * sky.size_m[1], 0, 0
    while drawn < 60:
        a, b = draw_volume(rng, sky), draw_volume(rng, sky)
        if isinstance(a.shape, MovingBlock) or isinstance(b.shape, MovingBlock):
            continue
        gap = nearness(outline_of(a.shape), outline_of(b.shape), within_m=far_m)
        if gap is None or gap.gap_m == 0.0:
            continue
        drawn += 1
        b = msgspec.structs.replace(b, floor=a.floor, ceiling=a.ceiling, start_ms=a.start_ms, end_ms=a.end_ms)
        index = VolumeIndex(AIR)
        index.insert(pack([(0, [a])], AIR))
        asking = pack([(0, [b])], AIR)
        for offset_m in (-20.0, -0.2, -0.05, -0.02, -0.001, 0.0, 0.001, 0.02, 0.05, 0.2, 20.0):
            minima = minima_of([max(0.0, gap.gap_m + offset_m)], 30.0, 60)
            meets = reference(b, a, minima, 0)
            assert bool(index.check(asking, minima)) == meets, f"{name}, {drawn}, {offset_m}"
            undecided += abs(offset_m) > 1.0 and bool(index.propose(asking, minima).unclear)
    assert undecided < (5 if sky.size_m[1] <= 3_000 else 100)


@pytest.mark.parametrize("seed", range(6))
def test_after_any_changes_the_index_holds_what_is_in_force(seed: int) -> None:
    """Put in, amend, cancel, expire, in random order, with holes closed on the way: the answers stay right."""
    rng = np.random.default_rng(seed)
    sky = SKIES["all sizes" if seed % 2 else "drones"]
    index = VolumeIndex(AIR, volumes=16)
    held: dict[int, tuple[int, tuple[Volume, ...]]] = {}
    now_ms = START_MS
    for turn in range(400):
        what = rng.random()
        if what < 0.55 or len(held) < 5:
            notices = draw_notices(rng, sky, 1)
            held[int(index.insert(pack(notices, AIR))[0])] = notices[0]
        elif what < 0.75:
            handle = int(rng.choice(list(held)))
            del held[handle]
            assert index.cancel(handle)
            assert not index.cancel(handle)
        elif what < 0.95:
            handle = int(rng.choice(list(held)))
            notices = draw_notices(rng, sky, 1)
            del held[handle]
            held[index.amend(handle, pack(notices, AIR))] = notices[0]
        else:
            now_ms += 600_000
            over = {
                handle for handle, (_, volumes) in held.items() if all(one.end_ms < now_ms for one in volumes)
            }
            assert set(index.expire(before_ms=now_ms)) == over
            held = {handle: notice for handle, notice in held.items() if handle not in over}
        if turn % 40 == 39:
            assert len(index) == sum(len(volumes) for _, volumes in held.values())
            truth = Truth(held, sky.minima)
            questions = [draw_volume(rng, sky) for _ in range(8)]
            asking = pack([(0, questions)], AIR)
            for row, question in enumerate(questions):
                assert set(index.check(asking, sky.minima, row)) == truth.of(question), f"seed {seed}"


def test_what_is_packed_unpacks_to_the_same_volume() -> None:
    rng = np.random.default_rng(5)
    volumes = [draw_volume(rng, sky) for sky in SKIES.values() for _ in range(50)]
    put = pack([(0, volumes)], AIR)
    assert [volume_of(put.rows, put.points, row) for row in range(len(volumes))] == volumes
