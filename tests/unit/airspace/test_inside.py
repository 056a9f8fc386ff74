"""Containment and excursion, to ten metres and one."""

from __future__ import annotations

import numpy as np
import pytest

from detente.airspace.extent import fineness_m, width_m
from detente.airspace.geodesy import destination, distance_m
from detente.airspace.inside import is_inside, outside_m
from detente.airspace.shapes import Circle, Corridor, Point, Polygon, Shape


def at(lat: float, lon: float) -> Point:
    return Point(lat_e7=round(lat * 1e7), lon_e7=round(lon * 1e7))


AREA = Polygon(points=(at(45.5, -31), at(45.5, -29), at(44.5, -29), at(44.5, -31)))
NOTCHED = Polygon(
    points=(at(44, -31), at(44, -29), at(46, -29), at(46, -29.9), at(44.5, -30), at(46, -30.1), at(46, -31))
)


@pytest.mark.parametrize(
    ("shape", "inside"),
    [
        (AREA, True),
        (Polygon(points=(at(45.5, -31), at(45.5, -29), at(45, -30))), True),
        (Polygon(points=(at(45.501, -31), at(45.5, -29), at(45, -30))), False),
        (Circle(centre=at(45, -30), radius_cm=3_704_00), True),
        (Circle(centre=at(45.4, -30), radius_cm=20_000_00), False),
        (Circle(centre=at(46, -30), radius_cm=100), False),
        (Circle(centre=at(-45, 150), radius_cm=100), False),
        (Polygon(points=(at(-45, 150), at(-45, 150.1), at(-45.1, 150.1))), False),
        (Corridor(points=(at(45, -30.9), at(45, -29.1)), half_width_cm=100_000), True),
        (Corridor(points=(at(45, -30.9), at(45, -28.9)), half_width_cm=100_000), False),
    ],
)
def test_inside_the_area_or_not(shape: Shape, inside: bool) -> None:
    """At the antipode of the area the ring turns the bearing once round too, which is not inside."""
    assert is_inside(shape, AREA) is inside


def test_a_bar_across_a_notch_is_not_inside_although_its_corners_are() -> None:
    bar = Polygon(points=(at(45.5, -30.8), at(45.5, -29.2), at(45.6, -29.2), at(45.6, -30.8)))
    assert not is_inside(bar, NOTCHED)
    assert not is_inside(Corridor(points=(at(45.5, -30.8), at(45.5, -29.2)), half_width_cm=100), NOTCHED)


def test_points_outside_a_circle_are_as_far_outside_as_the_geodesic_says() -> None:
    lat, lon = destination(
        np.full(36, 45.0),
        np.full(36, -30.0),
        bearing_deg=np.arange(36) * 10.0,
        distance_m=np.full(36, 50_000.0),
    )
    found = outside_m(Circle(centre=at(45, -30), radius_cm=20_000_00), lat, lon)
    assert np.abs(found - 30_000.0).max() < 1.0


def test_points_inside_are_not_outside_whatever_the_shape() -> None:
    for shape in (
        AREA,
        Circle(centre=at(45, -30), radius_cm=500_000),
        Corridor(points=(at(45, -30.5), at(45, -29.5)), half_width_cm=500_000),
    ):
        assert outside_m(shape, np.array([45.0]), np.array([-30.0]))[0] == 0.0


def test_points_outside_a_polygon_are_measured_to_its_nearest_edge() -> None:
    found = outside_m(AREA, np.array([44.0, 45.0]), np.array([-29.0, -28.0]))
    assert abs(found[0] - distance_m(44.0, -29.0, 44.5, -29.0)) < 1.0
    assert abs(found[1] - distance_m(45.0, -28.0, 45.0, -29.0)) < 120.0


def test_fineness_and_width_are_what_the_memorandum_limits() -> None:
    circle = Circle(centre=at(45, -30), radius_cm=370_400)
    assert fineness_m(circle) == 3_704.0
    assert abs(width_m(circle) - 3_704.0) < 1.0
    corridor = Corridor(points=(at(45, -30.5), at(45, -29.5)), half_width_cm=100_000)
    assert fineness_m(corridor) == 1_000.0
    assert abs(width_m(corridor) - (distance_m(45.0, -30.5, 45.0, -29.5) / 2 + 1_000.0)) < 50.0
    square_degree = Polygon(points=(at(0, 0), at(0, 1), at(1, 1), at(1, 0)))
    assert abs(fineness_m(square_degree) - 62_600) < 200
    assert abs(width_m(square_degree) - distance_m(0.0, 0.0, 1.0, 1.0) / 2) < 300
