"""Places typed as grid references, against published values and the package's own way back."""

from __future__ import annotations

import re

import mgrs
import numpy as np
import pytest
from pyproj import Transformer

from detente.airspace.geodesy import distance_m
from detente.airspace.shapes import Point
from detente.errors import OperatorError
from detente.runtime.desk_typed import place_of
from detente.runtime.grid_place import is_grid


def place(text: str) -> Point:
    return place_of(text, field="at")


@pytest.mark.parametrize("text", ["18SUJ2348306479", "18s uj 23483 06479", " 18SUJ 23483 06479 "])
def test_a_metre_is_found_however_it_is_spaced(text: str) -> None:
    """The Washington Monument."""
    found = place(text)
    assert distance_m(found.lat_e7 / 1e7, found.lon_e7 / 1e7, 38.889470, -77.035258) < 2.0


@pytest.mark.parametrize("figures", [2, 3, 4, 5])
def test_the_middle_of_the_square_stands_for_it_everywhere_but_at_the_poles(figures: int) -> None:
    """Against the transverse Mercator of another library (PROJ): the figures are eastings and northings."""
    rng, side_m, read = np.random.default_rng(figures), 10 ** (5 - figures), 0
    for lat, lon in zip(rng.uniform(-79.9, 83.9, 100), rng.uniform(-180, 180, 100), strict=True):
        text = mgrs.MGRS().toMGRS(float(lat), float(lon), MGRSPrecision=figures)
        assert is_grid(text)
        try:
            found = place(text)
        except OperatorError:
            assert figures < 5, "the middle of a greater square can lie beyond the edge of its band"
            continue
        read += 1
        digits = re.fullmatch(r"(\d+)[A-Z]{3}(\d+)", text)
        assert digits is not None
        zone = Transformer.from_crs(4326, (32600 if lat >= 0 else 32700) + int(digits[1]))
        east_m, north_m = zone.transform(found.lat_e7 / 1e7, found.lon_e7 / 1e7)
        for metres, figure in ((east_m, digits[2][:figures]), (north_m, digits[2][figures:])):
            assert abs(metres % 100_000 - (int(figure) + 0.5) * side_m) < 0.1
    assert read > 90


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("ZAH0000000000", "poles"),
        ("18SUJ", "2 to 5 figures"),
        ("18SUJ20", "2 to 5 figures"),
        ("18SUJ2348306", "2 to 5 figures"),
        ("18SUJ234830647900", "2 to 5 figures"),
        ("99SUJ2348306479", "no such square"),
        ("10SZZ3676617775", "no such square"),
    ],
)
def test_what_is_no_place_is_refused_with_its_reason(text: str, why: str) -> None:
    with pytest.raises(OperatorError) as refused:
        place(text)
    assert refused.value.code == "bad_field"
    assert why in refused.value.message


def test_degrees_are_still_degrees() -> None:
    assert place("39.9 -121.4") == Point(lat_e7=399_000_000, lon_e7=-1_214_000_000)
    with pytest.raises(OperatorError):
        place("somewhere")


@pytest.mark.parametrize(
    "text",
    [
        "39°54'00\"N 121°24'00\"W",
        "39°54′00″N, 121°24′00″W",
        "39 54 00N 121 24 00W",
        "39°54'N 121°24'W",
        "395400N1212400W",
        "3954N 12124W",
    ],
)
def test_degrees_minutes_and_seconds_are_the_same_place(text: str) -> None:
    assert place(text) == place("39.9 -121.4")


@pytest.mark.parametrize(
    ("text", "lat_e7", "lon_e7"),
    [
        # The middle of the key: row 8 of 24 twelfths south of 40 N, and so on, by hand after NGA.STND.0037.
        ("118LV15", 398_750_000, -1_213_750_000),
        ("118lv15", 398_750_000, -1_213_750_000),
        ("006AG39", -869_583_333, -1_772_916_667),
        ("361HN37", None, None),
    ],
)
def test_gars_names_the_middle_of_a_key(text: str, lat_e7: int | None, lon_e7: int | None) -> None:
    found = place(text)
    if lat_e7 is not None:
        assert (found.lat_e7, found.lon_e7) == (lat_e7, lon_e7)
    else:
        assert 0 < found.lon_e7 < 5_000_000, "band 361 begins at Greenwich"


@pytest.mark.parametrize("text", ["118LV", "118LV1", "721LV15", "000LV15", "118QZ11"])
def test_an_area_that_is_too_wide_or_is_not_is_no_place(text: str) -> None:
    with pytest.raises(OperatorError, match="is no place"):
        place(text)


@pytest.mark.parametrize("text", ["39°60'00\"N 121°24'00\"W", "91 00 00N 121 00 00W", "39 54 00 121 24 00"])
def test_minutes_and_letters_are_checked(text: str) -> None:
    with pytest.raises(OperatorError):
        place(text)
