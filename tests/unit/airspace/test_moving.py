"""Blocks that move, on plain examples: same place at another time is no meeting."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from detente.airspace.approach import approach
from detente.airspace.geodesy import destination, distance_m
from detente.airspace.levels import Level
from detente.airspace.moving import _least_in_band, section
from detente.airspace.shapes import Circle, MovingBlock, Point, Shape
from detente.airspace.volumes import Volume, window_of

START_MS = 1_906_560_000_000
HOUR_MS = 3_600_000


def at(lat: float, lon: float) -> Point:
    return Point(lat_e7=round(lat * 1e7), lon_e7=round(lon * 1e7))


def block(
    *points: Point, start_ms: int = 0, lasts_ms: int = HOUR_MS, early_ms: int = 0, late_ms: int = 0
) -> MovingBlock:
    times_ms = START_MS + start_ms + np.linspace(0, lasts_ms, len(points)).astype(int)
    return MovingBlock(
        points=points,
        times_ms=tuple(times_ms.tolist()),
        half_width_cm=500_000,
        early_ms=early_ms,
        late_ms=late_ms,
    )


def volume(shape: Shape, *, start_ms: int = 0, end_ms: int = HOUR_MS) -> Volume:
    window = (START_MS + start_ms, START_MS + end_ms)
    if isinstance(shape, MovingBlock):
        window = window_of(shape)
    return Volume(
        shape=shape,
        floor=Level(datum="palt", value=5_000),
        ceiling=Level(datum="palt", value=7_000),
        start_ms=window[0],
        end_ms=window[1],
    )


def gap_m(a: Volume, b: Volume, *, within_m: float = 500_000.0, time_ms: int = 0) -> float | None:
    near = approach(a, b, within_m=within_m, time_ms=time_ms)
    assert near == approach(b, a, within_m=within_m, time_ms=time_ms), "the order does not matter"
    return None if near is None else near.gap_m


EASTBOUND = block(at(45, 8), at(45, 10))
NORTHBOUND = block(at(44, 9), at(46, 9))


def test_two_blocks_that_cross_at_one_time_meet_and_an_hour_apart_do_not() -> None:
    assert gap_m(volume(EASTBOUND), volume(NORTHBOUND)) == 0.0
    later = msgspec.structs.replace(
        NORTHBOUND, times_ms=tuple(when + HOUR_MS // 2 for when in NORTHBOUND.times_ms)
    )
    apart_m = gap_m(volume(EASTBOUND), volume(later))
    assert apart_m is not None
    assert 40_000.0 < apart_m < 100_000.0, "half an hour behind, at 2 degrees an hour"
    assert gap_m(volume(EASTBOUND), volume(later), time_ms=HOUR_MS // 2) == 0.0, (
        "unless the minimum is as long"
    )


@pytest.mark.parametrize("side", ["early", "late"])
def test_what_may_be_early_or_late_counts(side: str) -> None:
    off_ms = HOUR_MS // 2 * (1 if side == "early" else -1)
    other = msgspec.structs.replace(
        NORTHBOUND,
        times_ms=tuple(when + off_ms for when in NORTHBOUND.times_ms),
        **{f"{side}_ms": HOUR_MS // 2},
    )
    assert gap_m(volume(EASTBOUND), volume(other)) == 0.0
    slack = msgspec.structs.replace(other, **{f"{side}_ms": HOUR_MS // 2 - 300_000})
    assert gap_m(volume(EASTBOUND), volume(slack)) != 0.0


def test_a_block_behind_another_on_one_track_keeps_its_distance() -> None:
    behind = msgspec.structs.replace(EASTBOUND, times_ms=tuple(when + 600_000 for when in EASTBOUND.times_ms))
    whole_m = distance_m(45.0, 8.0, 45.0, 10.0)
    near = gap_m(volume(EASTBOUND), volume(behind))
    assert near is not None
    assert whole_m / 6 - 10_000.0 - 0.1 <= near <= whole_m / 6 - 10_000.0 + 0.1


def test_a_place_that_a_block_has_passed_is_free_again() -> None:
    lat, lon = destination(45.0, 8.0, bearing_deg=90.0, distance_m=30_000.0)
    behind = Circle(centre=at(lat, lon), radius_cm=100_000)
    assert gap_m(volume(EASTBOUND), volume(behind, start_ms=0, end_ms=1_000_000)) == 0.0
    free_m = gap_m(volume(EASTBOUND), volume(behind, start_ms=HOUR_MS // 2, end_ms=HOUR_MS))
    assert free_m is not None
    assert 40_000.0 < free_m < 43_000.0


def test_windows_that_do_not_meet_are_no_approach() -> None:
    here = volume(Circle(centre=at(45, 9), radius_cm=100), start_ms=HOUR_MS + 60_001, end_ms=2 * HOUR_MS)
    assert gap_m(volume(EASTBOUND), here, time_ms=60_000) is None
    assert gap_m(volume(EASTBOUND), here, time_ms=60_001) is not None


def test_the_approach_of_two_blocks_says_when() -> None:
    near = approach(volume(EASTBOUND), volume(NORTHBOUND), within_m=0.0, time_ms=0)
    assert near is not None
    assert near.time_gap_ms == 0
    assert abs(near.from_ms - START_MS - HOUR_MS / 2) < 300_000
    assert near.until_ms - near.from_ms <= 1
    assert abs(near.lat_deg - 45.0) < 0.1


def test_a_section_is_the_part_of_the_path_that_its_times_allow() -> None:
    bent = block(at(45, 8), at(45, 9), at(46, 9))
    part = section(bent, from_ms=START_MS + HOUR_MS // 4, until_ms=START_MS + HOUR_MS * 3 // 4)
    assert part is not None
    assert len(part.length_m) == 2
    assert part.length_m[0] == pytest.approx(distance_m(45.0, 8.0, 45.0, 9.0) / 2)
    assert part.length_m[1] == pytest.approx(distance_m(45.0, 9.0, 46.0, 9.0) / 2)
    point = section(bent, from_ms=START_MS + HOUR_MS, until_ms=START_MS + 2 * HOUR_MS)
    assert point is not None
    assert point.length_m.sum() == 0.0
    assert (point.lat_deg[-1], point.lon_deg[-1]) == pytest.approx((46.0, 9.0))
    assert section(bent, from_ms=START_MS + HOUR_MS + 1, until_ms=START_MS + 2 * HOUR_MS) is None
    assert section(bent, from_ms=START_MS - 2, until_ms=START_MS - 1) is None


def test_the_least_distance_within_a_band_is_that_of_a_dense_search() -> None:
    rng = np.random.default_rng(4)
    count = 300
    gap, along, across = (rng.normal(0, 1, (count, 3)) for _ in range(3))
    along[::3] = across[::3] * rng.uniform(0.5, 2.0, (len(across[::3]), 1))
    lasts_a, lasts_b = rng.uniform(0.2, 2.0, count), rng.uniform(0.2, 2.0, count)
    middle = rng.uniform(-1.5, 1.5, count)
    width = rng.uniform(0.05, 1.0, count)
    low, high = middle - width, middle + width
    grid = np.linspace(0.0, 1.0, 201)
    x, y = np.meshgrid(grid, grid, indexing="ij")
    feasible = np.zeros(count, dtype=bool)
    least = np.zeros(count)
    for k in range(count):
        inside = (x * lasts_a[k] - y * lasts_b[k] >= low[k]) & (x * lasts_a[k] - y * lasts_b[k] <= high[k])
        feasible[k] = inside.any()
        apart = gap[k] + x[..., None] * along[k] - y[..., None] * across[k]
        least[k] = np.sqrt((apart**2).sum(axis=-1))[inside].min() if inside.any() else np.inf
    assert feasible.sum() > 150
    found, on_a, on_b = _least_in_band(gap, along, across, lasts_a, lasts_b, low, high)
    within = on_a * lasts_a - on_b * lasts_b
    assert (within[feasible] >= low[feasible] - 1e-9).all()
    assert (within[feasible] <= high[feasible] + 1e-9).all()
    assert (found[feasible] <= least[feasible] + 1e-9).all(), "never too far"
    assert (found[feasible] >= least[feasible] - 0.06).all(), "and no nearer than a dense search comes"
