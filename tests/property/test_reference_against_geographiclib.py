"""The reference against dense sampling with geographiclib, on pairs that just do or just do not come too near.

The oracle walks both skeletons: first closely spaced, to find where they are near, then in ever smaller steps
around the nearest places, every distance a geodesic of `geographiclib` (pure Python, Karney's own). Two sampled
points are never nearer than the shapes are, so a minimum not below their distance must be found: *no miss*. The
steps end below a centimetre, so a minimum that is below by more than the stated bound must not: *no false alarm*.
Blocks that move are walked by their clocks, the two never farther apart in time than is asked.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import numpy as np
import pytest
from drawn_skies import SKIES, START_MS, Draw, Sky, draw_volume
from geographiclib.geodesic import Geodesic
from geographiclib.geodesicline import GeodesicLine

from detente.airspace.approach import approach
from detente.airspace.nearness import MARGIN_M, RESOLUTION_M
from detente.airspace.shapes import Circle, Corridor, MovingBlock, Polygon, Shape, points_of
from detente.airspace.volumes import Volume

SAMPLES = 48
STARTS = 4
FINEST_M = 0.002
TIME_MS = 60_000
OFFSETS_M = (0.0, 0.001, 0.05, -0.001, -0.1, -1.0)
EARTH = Geodesic.WGS84


@dataclass(frozen=True)
class Walk:
    """One edge of a skeleton, from share 0 to 1; `clock` is when a moving block's centre is at both ends, ms."""

    line: GeodesicLine
    clock: tuple[float, float] | None

    def at(self, share: float) -> tuple[float, float]:
        place = self.line.Position(self.line.s13 * share)
        return float(place["lat2"]), float(place["lon2"])

    def when(self, share: float) -> float:
        assert self.clock is not None
        return self.clock[0] + (self.clock[1] - self.clock[0]) * share


def walks(shape: Shape) -> list[Walk]:
    points = [(one.lat_e7 / 1e7, one.lon_e7 / 1e7) for one in points_of(shape)]
    ends = points[1:] + points[:1] if isinstance(shape, Polygon) else points[1:] or points
    times = (
        list(zip(shape.times_ms, shape.times_ms[1:], strict=False)) if isinstance(shape, MovingBlock) else []
    )
    return [
        Walk(EARTH.InverseLine(*start, *end), times[k] if times else None)
        for k, (start, end) in enumerate(zip(points, ends, strict=False))
    ]


def radius_m(shape: Shape) -> float:
    match shape:
        case Circle():
            return shape.radius_cm / 100.0
        case Corridor() | MovingBlock():
            return shape.half_width_cm / 100.0
        case Polygon():
            return 0.0


@dataclass(frozen=True)
class Together:
    """Which shares of a walk of b go with a share of a walk of a: those at which both may be there in time."""

    a: Volume
    b: Volume

    def shares(self, one: Walk, x: float, other: Walk) -> tuple[float, float] | None:
        low, high = 0.0, 1.0
        early, late = -np.inf, np.inf
        if isinstance(self.a.shape, MovingBlock):
            here = one.when(x)
            early, late = here - self.a.shape.early_ms - TIME_MS, here + self.a.shape.late_ms + TIME_MS
        else:
            early, late = self.a.start_ms - TIME_MS, self.a.end_ms + TIME_MS
        if not isinstance(self.b.shape, MovingBlock):
            return (low, high) if self.b.end_ms >= early and self.b.start_ms <= late else None
        assert other.clock is not None
        lasts = other.clock[1] - other.clock[0]
        low = max(low, (early - self.b.shape.late_ms - other.clock[0]) / lasts)
        high = min(high, (late + self.b.shape.early_ms - other.clock[0]) / lasts)
        return (low, high) if low <= high else None


def straight(places: list[tuple[float, float]]) -> np.ndarray:
    lat, lon = np.radians(np.array(places)).T
    return np.stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)), axis=1)


def least_m(a: Volume, b: Volume) -> float | None:
    """Least distance of two sampled places of the skeletons; None if the two are never there together."""
    together, starts = Together(a, b), []
    of_b = walks(b.shape)
    grids_b = [straight([other.at(y) for y in np.linspace(0, 1, SAMPLES)]) for other in of_b]
    for one in walks(a.shape):
        shares_x = np.linspace(0, 1, SAMPLES)
        on_a = straight([one.at(x) for x in shares_x])
        for other, on_b in zip(of_b, grids_b, strict=True):
            between = ((on_a[:, None, :] - on_b[None, :, :]) ** 2).sum(axis=2)
            for row, x in enumerate(shares_x):
                shares = together.shares(one, float(x), other)
                reach = 1.0 / (SAMPLES - 1)
                if shares is None:
                    between[row] = np.inf
                    continue
                y = np.linspace(0, 1, SAMPLES)
                between[row, (y < shares[0] - reach) | (y > shares[1] + reach)] = np.inf
            best = int(between.argmin())
            if np.isfinite(between.flat[best]):
                x, y = divmod(best, SAMPLES)
                starts.append((float(between.flat[best]), x / (SAMPLES - 1), y / (SAMPLES - 1), one, other))
    starts.sort(key=lambda start: start[0])
    found = [closer_m(together, one, x, other, y) for _, x, y, one, other in starts[:STARTS]]
    return min((one for one in found if one is not None), default=None)


def closer_m(together: Together, one: Walk, x: float, other: Walk, y: float) -> float | None:
    """Ever smaller steps around the best place so far, never out of step in time."""
    step, best = 1.0 / (SAMPLES - 1), None
    longest_m = max(one.line.s13, other.line.s13)
    while step * longest_m > FINEST_M:
        tried = []
        for dx in (-step, 0.0, step):
            here = min(1.0, max(0.0, x + dx))
            shares = together.shares(one, here, other)
            if shares is None:
                continue
            # The ends of what is in time, too: along them x and y must move together to come nearer.
            for there in {*shares, *(min(shares[1], max(shares[0], y + dy)) for dy in (-step, 0.0, step))}:
                way = EARTH.Inverse(*one.at(here), *other.at(there), Geodesic.DISTANCE)
                tried.append((float(way["s12"]), here, there))
        if tried:
            nearest = min(tried)
            if best is None or nearest[0] < best:
                best, x, y = nearest
                continue
        step /= 2.0
    return best


def is_inside(inner: Shape, outer: Shape) -> bool:
    """Whether a polygon surrounds a point of another shape: seen from it, the ring turns all the way round.

    Of a moving block some part may be inside and another, at another time, not: any point counts.
    """
    if not isinstance(outer, Polygon):
        return False
    ring = [(one.lat_e7 / 1e7, one.lon_e7 / 1e7) for one in outer.points]
    for place in points_of(inner):
        bearings = [
            float(EARTH.Inverse(place.lat_e7 / 1e7, place.lon_e7 / 1e7, *corner, Geodesic.AZIMUTH)["azi1"])
            for corner in ring
        ]
        turns = [
            (after - before + 180.0) % 360.0 - 180.0
            for before, after in zip(bearings, bearings[1:] + bearings[:1], strict=True)
        ]
        if abs(sum(turns)) > 180.0:
            return True
    return False


@dataclass
class Tally:
    """What many pairs showed."""

    pairs: int = 0
    near: int = 0
    missed: int = 0
    false_alarms: int = 0


def pair_of(rng: Draw, sky: Sky) -> tuple[Volume, Volume]:
    """Two volumes that are there at the same time: a static one for all of the other's window."""
    a, b = draw_volume(rng, sky), draw_volume(rng, sky)
    if isinstance(a.shape, MovingBlock) and isinstance(b.shape, MovingBlock):
        shift_ms = a.start_ms - b.start_ms + int(rng.integers(-60, 60)) * 1_000
        times_ms = tuple(when_ms + shift_ms for when_ms in b.shape.times_ms)
        moved = msgspec.structs.replace(b.shape, times_ms=times_ms)
        return a, msgspec.structs.replace(
            b, shape=moved, start_ms=b.start_ms + shift_ms, end_ms=b.end_ms + shift_ms
        )
    if isinstance(b.shape, MovingBlock):
        a, b = b, a
    lasts_ms = max(1_000, int((b.end_ms - b.start_ms) * rng.uniform(0.1, 1.0)))
    start_ms = max(START_MS, a.start_ms + int(rng.integers(-lasts_ms, max(1, a.end_ms - a.start_ms))))
    return a, msgspec.structs.replace(b, start_ms=start_ms, end_ms=start_ms + lasts_ms)


def look_at(seed: int, count: int) -> Tally:
    """`count` pairs of all shapes and sizes, each asked at minima around what the oracle found."""
    rng, tally = np.random.default_rng(seed), Tally()
    names = list(SKIES)
    while tally.pairs < count:
        sky = SKIES[names[int(rng.integers(0, len(names)))]]
        a, b = pair_of(rng, sky)
        found_m = least_m(a, b)
        radii_m = radius_m(a.shape) + radius_m(b.shape)
        if (
            found_m is None
            or found_m - radii_m <= 0.0
            or is_inside(a.shape, b.shape)
            or is_inside(b.shape, a.shape)
        ):
            continue
        tally.pairs += 1
        shortfall_m = 2.1e-17 * found_m**3
        bound_m = MARGIN_M + RESOLUTION_M + 0.005 + shortfall_m
        for offset_m in OFFSETS_M:
            within_m = found_m - radii_m + offset_m
            if within_m < 0.0:
                continue
            near = approach(a, b, within_m=within_m, time_ms=TIME_MS) is not None
            tally.near += near
            tally.missed += offset_m >= 0.0 and not near
            tally.false_alarms += offset_m < -bound_m and near
    return tally


@pytest.mark.slow
def test_no_near_pair_is_missed_and_no_far_pair_alarms() -> None:
    seed = int(np.random.default_rng().integers(0, 2**32))
    tally = look_at(seed, 250)
    print(f"seed {seed}: {tally}")
    assert tally.missed == 0, f"seed {seed}: {tally}"
    assert tally.false_alarms <= 0.001 * tally.near, f"seed {seed}: {tally}"


@pytest.mark.soak
def test_no_near_pair_is_missed_and_no_far_pair_alarms_among_ten_thousand() -> None:
    missed = false_alarms = near = 0
    for _ in range(20):
        seed = int(np.random.default_rng().integers(0, 2**32))
        tally = look_at(seed, 500)
        print(f"seed {seed}: {tally}")
        missed, false_alarms, near = (
            missed + tally.missed,
            false_alarms + tally.false_alarms,
            near + tally.near,
        )
        assert missed == 0, f"seed {seed}: {tally}"
    assert false_alarms <= 0.001 * near
