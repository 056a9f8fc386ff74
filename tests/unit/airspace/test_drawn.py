"""What is drawn of a shape is never narrower than the shape."""

from __future__ import annotations

import random

import numpy as np
import pytest
import shapely

from detente.airspace.drawn import ring_of, strip_of
from detente.airspace.geodesy import destination
from detente.airspace.inside import outside_m
from detente.airspace.nearness import nearest_places
from detente.airspace.outline import outline_of
from detente.airspace.shapes import Circle, Corridor, Point, Polygon, Shape


def at(lat: float, lon: float) -> Point:
    return Point(lat_e7=round(lat * 1e7), lon_e7=round(lon * 1e7))


SHAPES: list[Shape] = [
    Circle(centre=at(36.0, 37.0), radius_cm=9_260_000),
    Circle(centre=at(-60.0, 179.9), radius_cm=20_000_000),
    Corridor(points=(at(34.0, 36.0), at(36.0, 40.0), at(35.0, 41.0)), half_width_cm=1_852_000),
    Corridor(points=(at(10.0, 179.0), at(12.0, -179.0)), half_width_cm=5_000_000),
]


@pytest.mark.parametrize("shape", SHAPES)
def test_no_place_within_the_shape_lies_outside_of_its_ring(shape: Shape) -> None:
    seed = 11
    chance = random.Random(seed)
    ring = shapely.Polygon(ring_of(shape))
    west, south, east, north = ring.bounds
    lons = np.array([chance.uniform(west, east) for _ in range(4_000)])
    lats = np.array([chance.uniform(south, north) for _ in range(4_000)])
    within = outside_m(shape, lats, (lons + 180.0) % 360.0 - 180.0) == 0.0
    assert within.any()
    missed = within & ~shapely.contains_xy(ring, lons, lats)
    assert not missed.any(), f"seed {seed}: {lons[missed][:3]}, {lats[missed][:3]}"


def test_a_ring_is_closed_anticlockwise_and_without_a_leap() -> None:
    for shape in SHAPES:
        ring = ring_of(shape)
        assert ring[0] == ring[-1]
        assert shapely.is_ccw(shapely.LinearRing(ring))
        assert np.abs(np.diff([lon for lon, _ in ring])).max() < 90.0


def test_long_edges_of_a_polygon_bend_as_geodesics_do() -> None:
    """Straight between its corners on a map, the northern edge would be a hundred kilometres too far south."""
    ring = ring_of(Polygon(points=(at(50.0, 0.0), at(50.0, 30.0), at(49.0, 30.0), at(49.0, 0.0))))
    assert max(lat for _, lat in ring) > 50.8


def test_a_strip_lies_on_its_side_of_the_line() -> None:
    line = outline_of(Corridor(points=(at(30.0, 40.0), at(36.0, 40.0)), half_width_cm=0))
    left = shapely.Polygon(strip_of(line, side="left", width_m=18_520.0))
    assert left.contains(shapely.Point(39.9, 33.0)), "flying north, west is left"
    assert not left.contains(shapely.Point(40.1, 33.0))
    assert not left.contains(shapely.Point(39.7, 33.0))


def test_the_nearest_places_of_two_shapes_lie_on_their_edges() -> None:
    first, second = Circle(centre=at(36.0, 37.0), radius_cm=1_000_000), at(36.0, 38.0)
    other = Corridor(points=(second, at(37.0, 38.0)), half_width_cm=500_000)
    ends = nearest_places(outline_of(first), outline_of(other))
    assert ends is not None
    (lat_a, lon_a), (lat_b, lon_b) = ends
    east = destination(36.0, 37.0, bearing_deg=90.0, distance_m=10_000.0)
    assert (lat_a, lon_a) == pytest.approx(east, abs=0.01)
    assert 38.0 - lon_b == pytest.approx(5_000 / 90_000, abs=0.01)
    assert lat_b == pytest.approx(36.0, abs=0.01)
    assert nearest_places(outline_of(first), outline_of(first)) is None
