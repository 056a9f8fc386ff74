"""Encounter files are read by their own names and units, and a stranger's file cannot do worse than be refused."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.encounters.daa_file import parse_daa, states_of
from detente.errors import PeerError

TWO = """# a remark
NAME, lat, lon, alt, trk, gs, vs, heading, airspeed, time
[none] [deg] [deg] [ft] [deg] [knot] [fpm] [deg] [knot] [s]
Own, 40.0, -74.0, 15000, 90, 120, 0, 90, 100, 0
Other, 40.0, -73.9, 15000, 270, 180, 0, 270, 180, 0
Own, 40.0, -74.0, 15000, 90, 120, 0, 90, 100, 1
"""


def test_columns_are_found_by_name_and_scaled_by_unit() -> None:
    steps = parse_daa(TWO)
    assert [step.time_s for step in steps] == [0.0, 1.0]
    assert steps[0].own.name == "Own"
    assert steps[0].own.height_m == pytest.approx(4572.0)
    assert steps[0].traffic[0].velocity_mps[0] == pytest.approx(-180 * 1852 / 3600)


def test_a_step_without_traffic_is_legal() -> None:
    assert parse_daa(TWO)[1].traffic == ()


def test_bands_are_flown_through_the_air_so_the_wind_is_taken_from_both() -> None:
    """Ground minus air of ownship is 20 kt from the west."""
    own, (other,) = states_of(parse_daa(TWO)[0], geometry="wgs84")
    assert own[3] == pytest.approx(100 * 1852 / 3600, rel=1e-6)
    assert other[3] == pytest.approx(-200 * 1852 / 3600, rel=1e-5)


def test_the_two_planes_differ_by_less_than_half_a_per_cent() -> None:
    step = parse_daa(TWO)[0]
    ours = states_of(step, geometry="wgs84")[1][0]
    theirs = states_of(step, geometry="daidalus")[1][0]
    assert np.hypot(*ours[:2]) == pytest.approx(np.hypot(*theirs[:2]), rel=5e-3)
    assert np.hypot(*ours[:2]) != pytest.approx(np.hypot(*theirs[:2]), rel=1e-5)


def test_who_is_on_the_other_side_of_the_earth_is_of_no_encounter() -> None:
    """No plane is true so far away, and a number without meaning must not become a level."""
    far = TWO.replace("Other, 40.0, -73.9", "Other, -40.0, 106.0")
    with pytest.raises(PeerError, match="too far away"):
        states_of(parse_daa(far)[0], geometry="wgs84")


def test_a_plane_file_is_taken_as_it_is() -> None:
    text = "NAME sx sy sz vx vy vz time\n[-] [nmi] [nmi] [ft] [knot] [knot] [fpm] [s]\nA 1 2 3000 0 100 0 0\n"
    own, _ = states_of(parse_daa(text)[0], geometry="wgs84")
    assert own[:3] == pytest.approx([1852.0, 3704.0, 914.4])


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("15000, 90, 120", "high, 90, 120", "Line 4: `alt` must be a number"),
        ("15000, 90, 120", "nan, 90, 120", "Line 4: `alt` must be finite"),
        ("[ft]", "[cubit]", "unknown unit `cubit`"),
        ("Own, 40.0, -74.0", "Own, 140.0, -74.0", "not on the Earth"),
        ("15000, 90, 120, 0, 90, 100, 1", "15000, 90, 120, 0, 90, 100", "Line 6 has 9 columns, not 10"),
        ("Other, 40.0", "Own, 40.0", "is not there exactly once"),
        ("lat, lon, alt", "lat, lon, lat", "each name once"),
        ("gs, vs", "speed, vs", "no column 'gs'"),
        ("90, 120, 0", "90, 99999, 0", "faster than any aircraft"),
        ("15000, 90", "9999999999, 90", "where no aircraft flies"),
    ],
)
def test_a_fault_is_named_with_its_line(before: str, after: str, said: str) -> None:
    assert before in TWO
    with pytest.raises(PeerError, match=said):
        parse_daa(TWO.replace(before, after, 1))


@given(st.text(max_size=400))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Whatever stands in a file, the answer is steps or one error, and it comes."""
    with suppress(PeerError):
        parse_daa("NAME lat lon alt trk gs vs time\n[a] [deg] [deg] [ft] [deg] [knot] [fpm] [s]\n" + text)
