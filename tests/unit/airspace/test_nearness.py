"""Distances between shapes on plain examples: rings, circles, corridors, the antimeridian, a pole."""

from __future__ import annotations

import math

import numpy as np
import pytest

from detente.airspace.geodesy import destination, distance_m
from detente.airspace.nearness import MARGIN_M, RESOLUTION_M, nearness
from detente.airspace.outline import outline_of
from detente.airspace.shapes import Circle, Corridor, Point, Polygon, Shape

FAR_M = 2_000_000.0


def at(lat: float, lon: float) -> Point:
    return Point(lat_e7=round(lat * 1e7), lon_e7=round(lon * 1e7))


def box(south: float, west: float, height: float, width: float) -> Polygon:
    return Polygon(
        points=(
            at(south, west),
            at(south, west + width),
            at(south + height, west + width),
            at(south + height, west),
        )
    )


def ring(lat: float, lon: float, radius_m: float, count: int) -> Polygon:
    lats, lons = destination(
        np.full(count, lat),
        np.full(count, lon),
        bearing_deg=np.arange(count) * 360.0 / count,
        distance_m=np.full(count, radius_m),
    )
    return Polygon(points=tuple(at(float(a), float(o)) for a, o in zip(lats, lons, strict=True)))


def gap_m(a: Shape, b: Shape, within_m: float = FAR_M) -> float | None:
    near = nearness(outline_of(a), outline_of(b), within_m=within_m)
    return None if near is None else near.gap_m


def just_under(value_m: float | None, true_m: float) -> bool:
    return value_m is not None and true_m - MARGIN_M - RESOLUTION_M - 0.02 <= value_m <= true_m


def test_two_circles_are_apart_by_the_geodesic_less_both_radii() -> None:
    a, b = Circle(centre=at(45, -30), radius_cm=370_400), Circle(centre=at(45, -29), radius_cm=185_200)
    assert just_under(gap_m(a, b), distance_m(45.0, -30.0, 45.0, -29.0) - 5_556.0)


def test_two_meridian_edges_are_nearest_where_the_meridians_converge() -> None:
    assert just_under(
        gap_m(box(45.0, -30.0, 0.5, 0.5), box(45.0, -29.2, 0.5, 0.5)), distance_m(45.5, -29.5, 45.5, -29.2)
    )


def test_an_edge_is_a_geodesic_and_not_a_parallel() -> None:
    """The northern edge of a wide box bulges 4 km polewards; a place above the parallel is inside."""
    wide = box(44.0, -32.0, 1.0, 6.0)
    assert gap_m(wide, Circle(centre=at(45.03, -29.0), radius_cm=1)) == 0.0
    assert gap_m(wide, Circle(centre=at(45.03, -31.9), radius_cm=1)) != 0.0


def test_volumes_that_share_only_an_edge_meet() -> None:
    """On the boundary we err towards yes; the minima are added after that."""
    assert gap_m(box(45, -30, 0.5, 0.5), box(45, -29.5, 0.5, 0.5)) == 0.0


def test_a_shape_inside_another_meets_it_although_the_rings_are_far_apart() -> None:
    outer, inner = ring(45, -30, 200_000.0, 30), box(45, -30, 0.1, 0.1)
    assert gap_m(outer, inner, within_m=1.0) == 0.0
    assert gap_m(inner, outer, within_m=1.0) == 0.0


def test_a_place_in_the_notch_of_a_ring_is_outside() -> None:
    notched = Polygon(
        points=(
            at(45, -31),
            at(45, -29),
            at(46, -29),
            at(46, -29.9),
            at(45.1, -30),
            at(46, -30.1),
            at(46, -31),
        )
    )
    assert gap_m(notched, Circle(centre=at(45.9, -30), radius_cm=1)) != 0.0
    assert gap_m(notched, Circle(centre=at(45.05, -30), radius_cm=1)) == 0.0


def test_crossing_corridors_meet_although_no_point_of_one_is_near_the_other() -> None:
    a = Corridor(points=(at(45, -31), at(45, -29)), half_width_cm=100)
    b = Corridor(points=(at(44, -30), at(46, -30)), half_width_cm=100)
    assert gap_m(a, b) == 0.0


def test_the_antimeridian_is_no_edge_of_the_world() -> None:
    east, west = box(0, 178, 1, 1.9), box(0, -179.9, 1, 0.5)
    assert just_under(gap_m(east, west), distance_m(1.0, 179.9, 1.0, -179.9))
    over = box(10, 179, 1, 2)
    over = Polygon(
        points=tuple(
            Point(lat_e7=p.lat_e7, lon_e7=(p.lon_e7 + 1_800_000_000) % 3_600_000_000 - 1_800_000_000)
            for p in over.points
        )
    )
    assert gap_m(over, Circle(centre=at(10.5, 180), radius_cm=1)) == 0.0
    assert gap_m(over, Circle(centre=at(10.5, -179.5), radius_cm=1)) == 0.0
    assert gap_m(over, Circle(centre=at(10.5, 178.5), radius_cm=1)) != 0.0


def test_a_ring_around_the_pole_holds_the_pole() -> None:
    cap = ring(90.0, 0.0, 300_000.0, 12)
    assert gap_m(cap, Circle(centre=at(90, 77), radius_cm=1)) == 0.0
    assert gap_m(cap, Circle(centre=at(-90, 0), radius_cm=1)) is None
    outside = Circle(centre=at(80, 15), radius_cm=100)
    nearest = distance_m(90.0, 0.0, 80.0, 15.0) - 300_000.0
    assert gap_m(cap, outside) is not None
    assert abs(float(gap_m(cap, outside) or 0.0) - nearest) < 25_000.0


def test_shapes_beyond_the_limit_are_said_to_be_beyond_it_and_at_the_limit_are_not() -> None:
    a, b = Circle(centre=at(0, 0), radius_cm=1), Circle(centre=at(0, 1), radius_cm=1)
    true_m = distance_m(0.0, 0.0, 0.0, 1.0) - 0.02
    assert gap_m(a, b, within_m=true_m) is not None
    assert gap_m(a, b, within_m=true_m - 1.0) is None


@pytest.mark.parametrize("turned", [False, True])
def test_where_lies_between_the_two_shapes(turned: bool) -> None:
    a, b = Circle(centre=at(0, 0), radius_cm=1_000_000), Circle(centre=at(0, 1), radius_cm=3_000_000)
    outlines = (outline_of(b), outline_of(a)) if turned else (outline_of(a), outline_of(b))
    near = nearness(*outlines, within_m=FAR_M)
    assert near is not None
    assert abs(distance_m(0.0, 0.0, near.lat_deg, near.lon_deg) - (10_000.0 + near.gap_m / 2)) < 1.0


def test_long_parallel_edges_and_five_hundred_points_are_measured_to_a_centimetre() -> None:
    """The slowest cases known: everything is equally near, so nothing can be left out early."""
    arc = Corridor(points=ring(45, -30, 100_000.0, 500).points[:250], half_width_cm=100)
    measured = gap_m(arc, Circle(centre=at(45, -30), radius_cm=100))
    assert measured is not None
    assert abs(measured - (100_000.0 * math.cos(math.pi / 500) - 2.0)) < 0.05
    inner = Corridor(points=ring(45, -30, 80_000.0, 500).points, half_width_cm=100)
    outer = Corridor(points=ring(45, -30, 100_000.0, 500).points, half_width_cm=100)
    measured = gap_m(inner, outer)
    assert measured is not None
    assert abs(measured - 19_998.0) < 4.0


def test_where_nothing_but_touching_counts_half_a_metre_is_not_touching() -> None:
    """Such a pair was once called touching by the reference: it stopped refining at a metre."""
    circle = Circle(centre=Point(lat_e7=450643006, lon_e7=90176358), radius_cm=127_241)
    ring_of = Polygon(
        points=(
            Point(lat_e7=450801481, lon_e7=90155477),
            Point(lat_e7=450757609, lon_e7=90200880),
            Point(lat_e7=450757447, lon_e7=90121137),
            Point(lat_e7=450795234, lon_e7=90043203),
        )
    )
    assert gap_m(circle, ring_of, within_m=0.0) is None
    assert gap_m(circle, ring_of, within_m=0.6) is None
    assert gap_m(circle, ring_of, within_m=0.66) is not None
