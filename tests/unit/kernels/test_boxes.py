"""Boxes hold everything that they stand for: edges that bulge, radii, the antimeridian, the pole."""

from __future__ import annotations

import math

import numpy as np
import pytest
from drawn_skies import SKIES, draw_volume, point

from detente.airspace.geodesy import destination
from detente.airspace.outline import outline_of
from detente.airspace.shapes import Circle, Corridor, MovingBlock, Polygon, Shape, points_of
from detente.airspace.volumes import radius_cm_of
from detente.conflicts.packing import _kind
from detente.kernels.boxes import GREATEST_RADIUS_M, LEAST_RADIUS_M, bounding_box, grown, reach_m
from detente.kernels.layout import QUARTER_E7, TURN_E7

Box = tuple[int, int, int, int]


def box_of(shape: Shape) -> Box:
    points = np.array([(one.lat_e7, one.lon_e7) for one in points_of(shape)], dtype=np.int32)
    box = bounding_box(points, 0, len(points), _kind(shape), radius_cm_of(shape) / 100.0)
    return box[0], box[1], box[2], box[3]


def outside(box: Box, lat_deg: np.ndarray, lon_deg: np.ndarray) -> int:
    south, north, west, width = box
    east = (np.asarray(lon_deg) * 1e7 - west) % TURN_E7
    inside = (lat_deg * 1e7 >= south) & (lat_deg * 1e7 <= north) & ((east <= width) | (width >= TURN_E7))
    return int((~inside).sum())


def rim_of(shape: Shape) -> tuple[np.ndarray, np.ndarray]:
    """Places a centimetre within the rim, all along the skeleton and all around."""
    outline = outline_of(shape)
    edges = np.repeat(np.arange(len(outline.length_m)), 33)
    shares = np.tile(np.linspace(0.0, 1.0, 33), len(outline.length_m))
    lat_deg, lon_deg = outline.along(edges, shares)
    turns = np.tile(np.arange(0.0, 360.0, 15.0), len(edges))
    return destination(
        np.repeat(lat_deg, 24),
        np.repeat(lon_deg, 24),
        bearing_deg=turns,
        distance_m=np.full(len(turns), outline.radius_m),
    )


@pytest.mark.parametrize("name", SKIES)
def test_a_box_holds_all_of_its_shape(name: str) -> None:
    rng = np.random.default_rng(11)
    for _ in range(60):
        shape = draw_volume(rng, SKIES[name]).shape
        assert outside(box_of(shape), *rim_of(shape)) == 0, shape


@pytest.mark.parametrize(
    "shape",
    [
        Corridor(points=(point(60, -40), point(60, 40)), half_width_cm=10_000_000),
        Corridor(points=(point(80, 10), point(80, -170)), half_width_cm=100),
        Corridor(points=(point(-88.9, 0), point(-88.9, 90)), half_width_cm=1_000_000),
        Polygon(points=tuple(point(70, lon) for lon in (0, 60, 120, 180, -120, -60))),
        Polygon(points=tuple(point(-70, lon) for lon in (0, 90, 180, -90))),
        Polygon(points=(point(-5, 179), point(-5, -179), point(5, -179), point(5, 179))),
        Circle(centre=point(89.99, 30), radius_cm=50_000_000),
        Circle(centre=point(0, 180), radius_cm=240_000_000),
        MovingBlock(
            points=(point(0, 179), point(0, -179)), times_ms=(0, 1), half_width_cm=500, early_ms=0, late_ms=0
        ),
    ],
)
def test_a_box_holds_wide_shapes_and_those_around_a_pole(shape: Shape) -> None:
    box = box_of(shape)
    assert outside(box, *rim_of(shape)) == 0
    if isinstance(shape, Polygon) and abs(shape.points[0].lat_e7) == 700_000_000:
        assert max(abs(box[0]), abs(box[1])) == QUARTER_E7, "the pole is inside"
        assert box[3] == TURN_E7


def test_a_small_shape_has_a_small_box() -> None:
    """Otherwise everything would be proposed: within 10 m of what it must hold."""
    shape = Polygon(points=(point(45, 9), point(45, 9.02), point(45.01, 9.01)))
    south, north, west, width = box_of(shape)
    assert 450_000_000 - south < 900
    assert north - 450_100_000 < 900
    assert 90_000_000 - west < 1_300
    assert width - 200_000 < 2_600


def test_a_grown_box_holds_everything_that_near() -> None:
    rng = np.random.default_rng(12)
    for _ in range(300):
        lat_e7 = int(rng.uniform(-890_000_000, 890_000_000))
        by_m = float(10 ** rng.uniform(0, 6))
        lon_e7 = int(rng.uniform(-1_800_000_000, 1_800_000_000))
        grown_box = grown(lat_e7, lat_e7, lon_e7, 0, by_m)
        turns = np.arange(0.0, 360.0, 5.0)
        places = destination(
            np.full(72, lat_e7 / 1e7),
            np.full(72, lon_e7 / 1e7),
            bearing_deg=turns,
            distance_m=np.full(72, by_m),
        )
        assert outside((grown_box[0], grown_box[1], grown_box[2], grown_box[3]), *places) == 0


def test_reach_covers_what_the_reference_s_measure_falls_short() -> None:
    """The longest way on the ellipsoid whose chord the reference takes for x + y + z, against the three parts."""
    rng = np.random.default_rng(13)
    for _ in range(5_000):
        parts_m = 10 ** rng.uniform(0, 6.4, 3)
        whole_m = float(parts_m.sum())
        chord_m = 2 * GREATEST_RADIUS_M * math.sin(whole_m / (2 * GREATEST_RADIUS_M))
        longest_m = 2 * LEAST_RADIUS_M * math.asin(min(1.0, chord_m / (2 * LEAST_RADIUS_M)))
        assert longest_m <= sum(reach_m(float(part)) for part in parts_m) + 1e-6
