"""The grid keeps no debris, and nothing that is wide or asked widely ruins it."""

from __future__ import annotations

import msgspec
import numpy as np
from drawn_skies import DRONES, SKIES, START_MS, Sky, draw_notices, draw_volume, minima_of, point

from detente.airspace.atmosphere import Atmosphere
from detente.airspace.geoid import _grid_cm
from detente.airspace.levels import Level
from detente.airspace.shapes import Circle, MovingBlock
from detente.airspace.volumes import Volume, window_of
from detente.conflicts.index import VolumeIndex
from detente.conflicts.packing import pack
from detente.kernels import grid as cells
from detente.kernels.ask import _STAMP_MAX, SEA_HIGH_CM, SEA_LOW_CM

AIR = Atmosphere(qnh_min_hpa=970.0, qnh_max_hpa=1_045.0, isa_deviation_min_k=-25.0, isa_deviation_max_k=25.0)


def circle(lat: float, lon: float, radius_m: float, *, lasts_ms: int = 3_600_000) -> Volume:
    return Volume(
        shape=Circle(centre=point(lat, lon), radius_cm=round(radius_m * 100)),
        floor=Level(datum="hae", value=0),
        ceiling=Level(datum="hae", value=10_000),
        start_ms=START_MS,
        end_ms=START_MS + lasts_ms,
    )


def test_what_is_taken_out_leaves_room_for_what_comes() -> None:
    """A hundred times as many as are ever in at once: rows, nodes and points do not pile up."""
    rng = np.random.default_rng(1)
    index = VolumeIndex(AIR, volumes=64)
    held: list[int] = []
    for _ in range(3_000):
        held.append(int(index.insert(pack(draw_notices(rng, SKIES["drones"], 1), AIR))[0]))
        if len(held) > 30:
            index.cancel(held.pop(int(rng.integers(0, len(held)))))
    counts = index._grid.counts
    assert counts[cells.ROWS_TOP] < 200
    assert counts[cells.NODES_TOP] < 4_000
    assert counts[cells.POINTS_TOP] < 10_000
    for handle in held:
        index.cancel(handle)
    assert len(index) == 0
    assert (index._grid.buckets == -1).all(), "no bucket holds a node without a volume"


def test_wide_and_long_volumes_lie_in_wide_cells() -> None:
    index = VolumeIndex(AIR)
    sizes = [(500.0, 3_600_000), (50_000.0, 3_600_000), (500.0, 86_400_000), (900_000.0, 864_000_000)]
    for radius_m, lasts_ms in sizes:
        index.insert(pack([(0, [circle(45, 9, radius_m, lasts_ms=lasts_ms)])], AIR))
    counts = index._grid.counts
    assert counts[cells.LEVEL_0 : cells.LEVEL_0 + cells.LEVELS].tolist() == [1, 2, 1, 0] or (
        counts[cells.LEVEL_0 :].sum() == len(sizes)
    )
    index.insert(pack([(0, [circle(45, 9, 2_400_000, lasts_ms=10**12)])], AIR))
    assert counts[cells.WIDE] == 1, "ten thousand days and half a continent fit no cell"
    asked = pack([(0, [circle(45, 9, 10.0)])], AIR)
    assert len(index.check(asked, minima_of([0.0], 0.0, 0))) == 5


def test_a_question_over_everything_finds_everything_once() -> None:
    rng = np.random.default_rng(2)
    index = VolumeIndex(AIR)
    sky = Sky(45.0, 9.0, 50e3, (75, 1_500), (300, 3_600), 7_200_000, DRONES, moving=0.0, mixed=0.0)
    handles = index.insert(pack([(0, [draw_volume(rng, sky)]) for _ in range(3_000)], AIR))
    asked = pack([(0, [circle(45, 9, 300_000, lasts_ms=864_000_000)])], AIR)
    proposed = index.propose(asked, minima_of([0.0], 1_000.0, 60))
    assert sorted([*proposed.meeting]) == sorted(set(handles.tolist()))
    assert proposed.unclear == ()


def test_the_count_of_questions_may_turn_over() -> None:
    index = VolumeIndex(AIR)
    index.insert(pack([(0, [circle(45, 9, 500.0)])], AIR))
    asked, minima = pack([(0, [circle(45, 9, 500.0)])], AIR), minima_of([0.0], 0.0, 0)
    index._grid.counts[cells.QUESTIONS] = _STAMP_MAX - 2
    assert [len(index.check(asked, minima)) for _ in range(6)] == [1] * 6


def test_sea_level_is_nowhere_beyond_what_mixed_levels_allow_for() -> None:
    assert int(_grid_cm().min()) >= SEA_LOW_CM
    assert int(_grid_cm().max()) <= SEA_HIGH_CM


def test_a_place_that_a_moving_block_has_passed_is_not_even_proposed() -> None:
    """The corridor of its whole path would meet it; what it may pass within the other's window does not."""
    path = (point(45, 8), point(45, 9), point(45, 10))
    hour_ms = 3_600_000
    block = MovingBlock(
        points=path,
        times_ms=(START_MS, START_MS + hour_ms // 2, START_MS + hour_ms),
        half_width_cm=500_000,
        early_ms=60_000,
        late_ms=60_000,
    )
    window = window_of(block)
    level = {"floor": Level(datum="hae", value=0), "ceiling": Level(datum="hae", value=10_000)}
    moving = Volume(shape=block, start_ms=window[0], end_ms=window[1], **level)
    minima = minima_of([1_000.0], 30.0, 60)
    asked = pack([(0, [circle(45, 8.5, 500.0, lasts_ms=hour_ms // 2)])], AIR)
    late = pack(
        [(0, [msgspec.structs.replace(circle(45, 8.5, 500.0), start_ms=START_MS + hour_ms // 2)])], AIR
    )
    for stored, question, meets in ((moving, asked, True), (moving, late, False)):
        index = VolumeIndex(AIR)
        index.insert(pack([(0, [stored])], AIR))
        proposed = index.propose(question, minima)
        assert (bool(proposed.meeting), proposed.unclear) == (meets, ())
        turned = VolumeIndex(AIR)
        turned.insert(question)
        proposed = turned.propose(pack([(0, [stored])], AIR), minima)
        assert (bool(proposed.meeting), proposed.unclear) == (meets, ())
