"""Random skies: shapes of every kind, windows and levels that often just touch, all from one generator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detente.airspace.geodesy import destination
from detente.airspace.levels import Level
from detente.airspace.shapes import Circle, Corridor, MovingBlock, Point, Polygon, Shape
from detente.airspace.volumes import Volume, fault_of, window_of
from detente.conflicts.grouping import MinimaTable

START_MS = 1_906_560_000_000
DAY_MS = 86_400_000
Draw = np.random.Generator


@dataclass(frozen=True)
class Sky:
    """Where, how large, how long: what one random world is drawn from."""

    lat: float
    lon: float
    side_m: float
    size_m: tuple[float, float]
    lasts_s: tuple[float, float]
    day_ms: int
    minima: MinimaTable
    moving: float = 0.15
    mixed: float = 0.2


def minima_of(lateral_m: Sequence[float], vertical_m: float, time_s: int) -> MinimaTable:
    """By group; the last group is never compared."""
    groups = len(lateral_m) + 1
    return MinimaTable(
        np.array([*lateral_m, -1.0]),
        np.full(groups, round(vertical_m * 1e6), dtype=np.int64),
        np.full(groups, time_s * 1000, dtype=np.int64),
    )


DRONES = minima_of([250.0, 100.0, 0.0], 30.0, 60)
JETS = minima_of([18_520.0, 55_560.0, 0.0], 600.0, 300)
SKIES = {
    "drones": Sky(45.0, 9.0, 30e3, (75, 1_500), (300, 3_600), DAY_MS // 12, DRONES),
    "antimeridian": Sky(-17.0, 179.99, 30e3, (75, 1_500), (300, 3_600), DAY_MS // 12, DRONES),
    "equator": Sky(0.0, 0.0, 30e3, (75, 1_500), (300, 3_600), DAY_MS // 12, DRONES),
    "far north": Sky(88.6, 20.0, 60e3, (75, 3_000), (300, 3_600), DAY_MS // 12, DRONES),
    "jets": Sky(40.0, -122.0, 900e3, (4_000, 60_000), (900, 20_000), DAY_MS, JETS),
    "jets, antimeridian": Sky(60.0, -179.5, 900e3, (4_000, 60_000), (900, 20_000), DAY_MS, JETS),
    "all sizes": Sky(52.0, 5.0, 200e3, (75, 200_000), (300, 400_000), DAY_MS * 3, DRONES),
}


def place_near(rng: Draw, sky: Sky) -> tuple[float, float]:
    lat, lon = destination(
        sky.lat, sky.lon, bearing_deg=rng.uniform(0, 360), distance_m=sky.side_m / 2 * np.sqrt(rng.random())
    )
    return float(lat), float(lon)


def point(lat: float, lon: float) -> Point:
    return Point(lat_e7=round(lat * 1e7), lon_e7=round(lon * 1e7))


def way(rng: Draw, lat: float, lon: float, size_m: float, legs: int) -> tuple[Point, ...]:
    """A path with turns, from one side of a place to the other."""
    course = rng.uniform(0, 360)
    points = []
    for _ in range(legs + 1):
        points.append(point(lat, lon))
        course += rng.uniform(-100, 100)
        lat, lon = destination(
            lat, lon, bearing_deg=course, distance_m=rng.uniform(0.3, 1.0) * 2 * size_m / legs
        )
    return tuple(points)


def draw_shape(rng: Draw, sky: Sky, start_ms: int, lasts_ms: int) -> Shape:
    lat, lon = place_near(rng, sky)
    size_m = float(np.exp(rng.uniform(*np.log(sky.size_m))))
    if rng.random() < sky.moving:
        points = way(rng, lat, lon, size_m, int(rng.integers(1, 4)))
        times_ms = start_ms + np.linspace(0, lasts_ms, len(points)).astype(int)
        return MovingBlock(
            points=points,
            times_ms=tuple(times_ms.tolist()),
            half_width_cm=round(size_m * rng.uniform(2, 20)),
            early_ms=int(rng.choice([0, 10_000])),
            late_ms=int(rng.choice([0, 30_000])),
        )
    match rng.integers(0, 3):
        case 0:
            return Circle(centre=point(lat, lon), radius_cm=round(size_m * 100))
        case 1:
            return Corridor(
                points=way(rng, lat, lon, size_m, int(rng.integers(1, 5))),
                half_width_cm=round(size_m * rng.uniform(2, 20)),
            )
        case _:
            count = int(rng.integers(3, 9))
            bearings = np.arange(count) * 360.0 / count + rng.uniform(0, 300.0 / count, count)
            reach_m = size_m * np.where(rng.random(count) < 0.3, rng.uniform(0.3, 1.0), 1.0)
            lats, lons = destination(
                np.full(count, lat), np.full(count, lon), bearing_deg=bearings, distance_m=reach_m
            )
            return Polygon(points=tuple(point(float(a), float(o)) for a, o in zip(lats, lons, strict=True)))


def draw_volume(rng: Draw, sky: Sky) -> Volume:
    """Half of the levels are in one of few bands, and windows in whole ten seconds, so that they often just touch."""
    while True:
        start_ms = START_MS + int(rng.integers(0, sky.day_ms // 10_000)) * 10_000
        lasts_ms = int(rng.uniform(*sky.lasts_s) / 10) * 10_000
        shape = draw_shape(rng, sky, start_ms, lasts_ms)
        floor_m = float(rng.choice([0, 30, 60, 90])) if rng.random() < 0.5 else rng.uniform(0, 120)
        thick_m = 30.0 if rng.random() < 0.5 else rng.uniform(10, 50)
        if rng.random() < sky.mixed:
            floor = Level(datum="palt", value=round(floor_m / 0.3048))
            ceiling = Level(datum="palt", value=round((floor_m + thick_m) / 0.3048) + 1)
        else:
            floor = Level(datum="hae", value=round(floor_m * 100))
            ceiling = Level(datum="hae", value=round((floor_m + thick_m) * 100))
        window = window_of(shape) if isinstance(shape, MovingBlock) else (start_ms, start_ms + lasts_ms)
        volume = Volume(shape=shape, floor=floor, ceiling=ceiling, start_ms=window[0], end_ms=window[1])
        if fault_of(volume) is None:
            return volume


def draw_notices(rng: Draw, sky: Sky, count: int) -> list[tuple[int, tuple[Volume, ...]]]:
    groups = len(sky.minima.lateral_m)
    return [
        (
            int(rng.integers(0, groups)),
            tuple(draw_volume(rng, sky) for _ in range(1 if rng.random() < 0.8 else int(rng.integers(2, 5)))),
        )
        for _ in range(count)
    ]
