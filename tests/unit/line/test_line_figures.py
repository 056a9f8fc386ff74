"""Figures have one text in all languages, say their unit and datum, and never fail."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.airspace.levels import Level
from detente.airspace.shapes import Point
from detente.line.figures import (
    angle_text,
    channel_text,
    distance_text,
    distance_up_text,
    level_of,
    minute_of,
    number_text,
    place_text,
    ref_text,
    second_of,
    signed_text,
    until_of,
)
from detente.quantities import Digest
from detente.record.statement import Ref


@pytest.mark.parametrize(
    ("lat_e7", "lon_e7", "text"),
    [
        (399_000_000, -1_214_000_000, "39°54.00'N 121°24.00'W"),
        (-337_654_321, 1_512_345_678, "33°45.93'S 151°14.07'E"),
        (0, 0, "00°00.00'N 000°00.00'E"),
        (900_000_000, 1_800_000_000, "90°00.00'N 180°00.00'E"),
        (399_999_999, -59_999_999, "40°00.00'N 006°00.00'W"),
        (900_000_001, 0, "?"),
    ],
)
def test_a_place_is_in_degrees_and_minutes_and_never_in_sixty_minutes(
    lat_e7: int, lon_e7: int, text: str
) -> None:
    assert place_text(Point(lat_e7=lat_e7, lon_e7=lon_e7)) == text


@given(lat_e7=st.integers(-900_000_000, 900_000_000), lon_e7=st.integers(-1_800_000_000, 1_800_000_000))
@settings(deadline=None, max_examples=200)
def test_a_place_read_back_is_at_most_half_a_hundredth_of_a_minute_away(lat_e7: int, lon_e7: int) -> None:
    for text, said, ends in zip(
        place_text(Point(lat_e7=lat_e7, lon_e7=lon_e7)).split(), (lat_e7, lon_e7), ("NS", "EW"), strict=True
    ):
        degrees, minutes = text[:-2].split("°")
        assert text[-1] in ends
        assert float(minutes) < 60.0
        read = (int(degrees) + float(minutes) / 60.0) * (1 if text[-1] == ends[0] else -1)
        assert abs(read - said / 1e7) <= 0.005001 / 60.0


def test_times_are_utc_with_a_z_and_seconds_only_where_asked() -> None:
    assert minute_of(1_599_583_330_999) == "2020-09-08 1642Z"
    assert second_of(1_599_583_330_999) == "2020-09-08 16:42:10Z"
    assert until_of(1_599_583_330_000, 1_599_586_930_000) == "1742Z"
    assert until_of(1_599_583_330_000, 1_599_669_730_000) == "2020-09-09 1642Z"


def test_levels_name_their_datum() -> None:
    assert level_of(Level(datum="palt", value=5000)) == "FL050"
    assert level_of(Level(datum="palt", value=8050)) == "8050 ft PALT"
    assert level_of(Level(datum="palt", value=-200)) == "-200 ft PALT"
    assert level_of(Level(datum="hae", value=45_720)) == "457.20 m HAE"


def test_a_channel_has_six_digits() -> None:
    assert [channel_text(khz) for khz in (118_005, 121_500, 243_000, 30_000)] == [
        "118.005",
        "121.500",
        "243.000",
        "30.000",
    ]


def test_a_gap_is_never_overstated_and_a_minimum_never_understated() -> None:
    assert (distance_text(185_199), distance_up_text(185_199)) == ("0.99 NM", "1.00 NM")
    assert (distance_text(185_200), distance_up_text(185_200)) == ("1.00 NM", "1.00 NM")
    assert (distance_text(1), distance_up_text(1)) == ("0.00 NM", "0.01 NM")


def test_angles_counts_and_references() -> None:
    assert (angle_text(5), angle_text(360)) == ("005°T", "360°T")
    assert (number_text(1_000_000), number_text(90, "kt"), signed_text(12, "ms")) == (
        "1000000",
        "90 kt",
        "+12 ms",
    )
    assert ref_text(Ref(origin="COAST/T/0", seq=12, leaf=Digest("a" * 64))) == "COAST#12"


@pytest.mark.parametrize("odd", [10**400, -(10**400), 2**63, -(2**63)])
def test_a_figure_that_cannot_be_is_a_question_mark(odd: int) -> None:
    level = Level(datum="palt", value=odd)
    shown = [number_text(odd), minute_of(odd), second_of(odd), level_of(level), channel_text(odd)]
    shown += [distance_text(odd), distance_up_text(odd), angle_text(odd), signed_text(odd, "s")]
    shown += [place_text(Point(lat_e7=odd, lon_e7=0)), place_text(Point(lat_e7=0, lon_e7=odd))]
    assert set(shown) == {"?"}
