"""Places as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.runtime.places import places_of


@pytest.mark.parametrize(
    ("text", "lat", "lon"),
    [
        ("39.9 -121.4", 39.9, -121.4),
        ("39.9N, 121.4W", 39.9, -121.4),
        ("39°54'00\"N 121°24'00\"W", 39.9, -121.4),
        ("39° 54.0' N, 121° 24.0' W", 39.9, -121.4),
        ("39 54 00 N 121 24 00 W", 39.9, -121.4),
        ("395400N 1212400W", 39.9, -121.4),
        ("3954N12124W", 39.9, -121.4),
        ("395400S0012400E", -39.9, 1.4),
    ],
)
def test_degrees_in_every_writing_are_the_same_place(text: str, lat: float, lon: float) -> None:
    (point,), faults = places_of(text)
    assert faults == []
    assert (point.lat_e7, point.lon_e7) == (round(lat * 1e7), round(lon * 1e7))


@pytest.mark.parametrize(
    ("text", "lat", "lon"),
    [
        ("001AA1", -89.625, -179.875),
        ("001AA3", -89.875, -179.875),
        ("720QZ2", 89.875, 179.875),
        ("006AG39", -90 + 6 * 0.5 + 0.5 / 12, -180 + 2.5 + 2.5 / 12),
    ],
)
def test_a_gars_square_is_its_middle(text: str, lat: float, lon: float) -> None:
    """AG is the seventh band from the south; quadrant 3 is south-west, key 9 its south-eastern ninth."""
    (point,), faults = places_of(text)
    assert faults == []
    assert (point.lat_e7 / 1e7, point.lon_e7 / 1e7) == pytest.approx((lat, lon), abs=1e-6)


def test_a_line_that_is_no_place_is_named_and_the_others_stand() -> None:
    points, faults = places_of("39.9 -121.4\n\nnowhere\n10SFK3677717883\n396000N 1212400W\n")
    assert len(points) == 2
    assert [fault.line for fault in faults] == [3, 5]
    assert "nowhere" in faults[0].message


@given(st.text(max_size=60))
def test_no_text_whatever_breaks_the_reader(text: str) -> None:
    points, _ = places_of(text)
    assert all(abs(one.lat_e7) <= 900_000_000 and abs(one.lon_e7) <= 1_800_000_000 for one in points)
