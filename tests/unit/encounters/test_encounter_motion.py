"""When two straight flights are under the minima, to the bounds that `motion` states."""

from __future__ import annotations

import math

import pytest
from pyproj import Geod

from detente.encounters.motion import Meeting, Minima, State, after, meeting, metres_per_degree

GEOD = Geod(ellps="WGS84")
MINIMA = Minima(lateral_nm=1.0, vertical_ft=500.0)


def flying(
    lat_deg: float,
    lon_deg: float,
    level_ft: float,
    *,
    track_deg: float = 0.0,
    kt: float = 0.0,
    fpm: float = 0.0,
) -> State:
    north_m, east_m = metres_per_degree(lat_deg)
    mps = kt * 1852 / 3600
    return State(
        lat_deg=lat_deg,
        lon_deg=lon_deg,
        level_palt_ft=level_ft,
        lat_rate=mps * math.cos(math.radians(track_deg)) / north_m,
        lon_rate=mps * math.sin(math.radians(track_deg)) / east_m,
        level_rate=fpm / 60.0,
    )


def apart_nm(a: State, b: State) -> float:
    return float(GEOD.inv(a.lon_deg, a.lat_deg, b.lon_deg, b.lat_deg)[2]) / 1852.0


def met(a: State, b: State, span_s: float) -> Meeting:
    found = meeting(a, b, minima=MINIMA, span_s=span_s)
    assert found is not None
    return found


def test_two_head_on_at_one_level_meet_for_as_long_as_the_disc_is_wide() -> None:
    """10 NM apart, closing at 240 kt: in after 9 NM, out after 11."""
    found = met(
        flying(37.0, -120.0, 5000, track_deg=0, kt=120),
        flying(37 + 1 / 6, -120, 5000, track_deg=180, kt=120),
        600,
    )
    distance_nm = apart_nm(flying(37.0, -120, 0), flying(37 + 1 / 6, -120, 0))
    assert found.start_s == pytest.approx((distance_nm - 1) * 15, abs=0.05)
    assert found.end_s == pytest.approx((distance_nm + 1) * 15, abs=0.05)
    assert found.nearest.miss_nm == pytest.approx(0, abs=1e-6)


def test_exactly_the_vertical_minimum_is_separated() -> None:
    """500 ft apart over the same place all the time: nobody is nearer than 500 ft."""
    assert meeting(flying(37, -120, 5000), flying(37, -120, 5500), minima=MINIMA, span_s=60) is None
    assert meeting(flying(37, -120, 5000), flying(37, -120, 5499), minima=MINIMA, span_s=60) is not None


def test_touching_the_minimum_for_an_instant_is_no_encounter() -> None:
    """Climbs away from exactly 500 ft: rounding may give a few nanoseconds."""
    for feet in (500.0, 499.999_999):
        a, b = flying(37, -120, 5000), flying(37, -120, 5000 + feet, fpm=1200)
        assert meeting(a, b, minima=MINIMA, span_s=60) is None


def test_far_below_the_other_is_no_encounter_however_near_on_the_map() -> None:
    """A single 3D distance of 1 NM would call 3,000 ft an encounter."""
    assert meeting(flying(37, -120, 5000), flying(37, -120, 8000), minima=MINIMA, span_s=60) is None


def test_a_climb_through_the_other_level_cuts_the_time() -> None:
    """In formation on the map, 2,000 ft below, climbing at 1,000 ft a minute: under 500 ft from 90 to 150 s."""
    found = met(flying(37, -120, 5000, kt=150, fpm=1000), flying(37, -120.01, 7000, kt=150), 600)
    assert found.start_s == pytest.approx(90.0)
    assert found.end_s == pytest.approx(150.0)
    assert found.closest.at_s == pytest.approx(120.0, abs=30)
    assert found.closest.miss_ft <= 500 * found.closest.miss_nm + 1e-6


def test_the_longest_way_round_is_not_taken() -> None:
    """Across the antimeridian the two are half a mile apart, not 360 degrees."""
    found = met(flying(0, 179.999, 5000), flying(0, -179.993, 5000), 10)
    assert found.closest.miss_nm == pytest.approx(0.008 * 60, rel=0.01)


@pytest.mark.parametrize("lat_deg", [-69.0, -33.0, 0.0, 37.0, 60.0, 69.0])
@pytest.mark.parametrize("track_deg", [0.0, 45.0, 90.0, 200.0])
def test_distances_are_the_geodesic_ones_within_a_hundredth_of_a_per_cent(
    lat_deg: float, track_deg: float
) -> None:
    """At the nearest moment, up to 40 NM apart and below latitude 70: the bound that `motion` states."""
    wide = Minima(lateral_nm=41.0, vertical_ft=500.0)
    for off_nm in (0.5, 5.0, 40.0):
        lon, lat, _ = GEOD.fwd(-120.0, lat_deg, track_deg, off_nm * 1852)
        a, b = (
            State(lat_deg=lat_deg, lon_deg=-120, level_palt_ft=0),
            State(lat_deg=lat, lon_deg=lon, level_palt_ft=0),
        )
        found = meeting(a, b, minima=wide, span_s=1)
        assert found is not None
        assert found.nearest.miss_nm == pytest.approx(off_nm, rel=1e-4)


@pytest.mark.parametrize("lat_deg", [0.0, 37.0, 60.0])
def test_edges_of_the_time_lie_on_the_minimum_within_the_stated_bound(lat_deg: float) -> None:
    """Both northbound at 250 kt, one slowly overtaking from the west: 90 s, 0.1 degree of latitude, 0.4 %."""
    for start_nm in (-1.3, -1.1, -0.6):
        lon, lat, _ = GEOD.fwd(-120.0, lat_deg, 90.0, start_nm * 1852)
        a = flying(lat_deg, -120.0, 5000, track_deg=0, kt=250)
        b = flying(lat, lon, 5000, track_deg=8, kt=250)
        found = meeting(a, b, minima=MINIMA, span_s=90)
        assert found is not None
        for edge_s in (found.start_s, found.end_s):
            if 0.0 < edge_s < 90.0:
                assert apart_nm(after(a, edge_s), after(b, edge_s)) == pytest.approx(1.0, rel=4e-3)


def test_the_closest_moment_weighs_both_minima_alike() -> None:
    """Against a search over a hundred thousand moments."""
    a = flying(37, -120, 5000, track_deg=30, kt=150, fpm=-700)
    b = flying(37.03, -119.99, 4700, track_deg=190, kt=170, fpm=250)
    found = met(a, b, 120)
    count = 100_000
    moments = [found.start_s + (found.end_s - found.start_s) * index / count for index in range(count + 1)]
    share = [
        max(
            apart_nm(after(a, at_s), after(b, at_s)),
            abs(after(a, at_s).level_palt_ft - after(b, at_s).level_palt_ft) / 500,
        )
        for at_s in moments[::10]
    ]
    assert max(found.closest.miss_nm, found.closest.miss_ft / 500) == pytest.approx(min(share), rel=2e-3)
