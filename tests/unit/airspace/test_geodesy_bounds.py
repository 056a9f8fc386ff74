"""The two inequalities on which every decision rests."""

from __future__ import annotations

import math

import numpy as np

from detente.airspace.geodesy import (
    arc_over_m,
    arcs_over_m,
    bearing_deg,
    destination,
    distance_m,
    earth_centred_m,
    geographic_deg,
    inverse,
    leaving_m,
)

SEED = 20260917


def _random_geodesics(count: int, longest_m: float) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(SEED)
    lat = np.degrees(np.arcsin(rng.uniform(-1, 1, count)))
    return lat, rng.uniform(-180, 180, count), rng.uniform(0, 360, count), rng.uniform(1.0, longest_m, count)


def test_a_degree_of_the_meridian_at_45_north_is_111_132_metres() -> None:
    assert abs(distance_m(44.5, 0.0, 45.5, 0.0) - 111_131.8) < 0.1
    assert bearing_deg(44.5, 0.0, 45.5, 0.0) == 0.0
    assert bearing_deg(45.5, 0.0, 44.5, 0.0) == 180.0


def test_destination_is_the_inverse_of_distance_and_bearing() -> None:
    lat, lon = destination(45.0, -30.0, bearing_deg=90.0, distance_m=18_520.0)
    assert abs(lat - 44.999758) < 1e-6
    assert abs(lon - -29.765115) < 1e-6
    assert abs(distance_m(45.0, -30.0, lat, lon) - 18_520.0) < 1e-6


def test_a_geodesic_never_leaves_its_chord_by_more_than_the_bound() -> None:
    lat, lon, bearing, length = _random_geodesics(400, 1_000_000.0)
    starts = earth_centred_m(lat, lon)
    ends = earth_centred_m(*destination(lat, lon, bearing_deg=bearing, distance_m=length))
    for fraction in np.linspace(0.0, 1.0, 21):
        on_it = earth_centred_m(*destination(lat, lon, bearing_deg=bearing, distance_m=length * fraction))
        off_m = np.sqrt(((on_it - (starts + fraction * (ends - starts))) ** 2).sum(axis=1))
        assert (off_m <= leaving_m(length) + 1e-6).all()


def test_the_arc_over_a_chord_is_never_longer_than_the_geodesic_and_hardly_shorter() -> None:
    lat, lon, bearing, length = _random_geodesics(4_000, 5_000_000.0)
    lat_end, lon_end = destination(lat, lon, bearing_deg=bearing, distance_m=length)
    chord = np.sqrt(((earth_centred_m(lat, lon) - earth_centred_m(lat_end, lon_end)) ** 2).sum(axis=1))
    arc = arcs_over_m(chord)
    assert (arc <= length + 1e-6).all()
    assert (length - arc <= 0.021 * length**3 / (24 * 6_335_000.0**2) + 1e-3).all()
    assert math.isclose(arc_over_m(float(chord[0])), float(arc[0]))


def test_at_thirty_miles_the_arc_is_at_most_four_millimetres_short() -> None:
    lat = np.linspace(-90.0, 90.0, 181)
    for bearing in (0.0, 45.0, 90.0):
        length = np.full(len(lat), 30 * 1852.0)
        ends = destination(lat, np.zeros_like(lat), bearing_deg=np.full(len(lat), bearing), distance_m=length)
        chord = np.sqrt(
            ((earth_centred_m(lat, np.zeros_like(lat)) - earth_centred_m(*ends)) ** 2).sum(axis=1)
        )
        short = length - arcs_over_m(chord)
        assert (short >= -1e-6).all()
        assert short.max() < 0.004


def test_earth_centred_points_come_back_as_latitude_and_longitude() -> None:
    lat, lon, _, _ = _random_geodesics(100, 1.0)
    for row, at in enumerate(earth_centred_m(lat, lon)):
        back_lat, back_lon = geographic_deg((float(at[0]), float(at[1]), float(at[2])))
        assert abs(back_lat - lat[row]) < 1e-9
        assert abs(back_lon - lon[row]) < 1e-9


def test_inverse_takes_arrays_and_single_values_alike() -> None:
    azimuth, length = inverse(np.array([0.0]), np.array([0.0]), np.array([0.0]), np.array([1.0]))
    assert (azimuth[0], length[0]) == inverse(0.0, 0.0, 0.0, 1.0)
