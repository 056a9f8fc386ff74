"""Levels: text, datum, weather, geoid; always outwards."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from detente.airspace.atmosphere import Atmosphere, amsl_bounds_cm
from detente.airspace.geoid import undulation_bounds_cm
from detente.airspace.levels import (
    MICROMETRES_PER_FT,
    Level,
    ceiling_of,
    floor_of,
    hae_bounds_cm,
    level_text,
    parse_level,
    rise_um,
)
from detente.airspace.outline import outline_of
from detente.airspace.shapes import Circle, Point
from detente.errors import PeerError

STANDARD = Atmosphere(qnh_min_hpa=1013.25, qnh_max_hpa=1013.25, isa_deviation_min_k=0, isa_deviation_max_k=0)
WEATHER = Atmosphere(qnh_min_hpa=970, qnh_max_hpa=1050, isa_deviation_min_k=-30, isa_deviation_max_k=30)


def test_a_level_without_a_datum_is_no_level() -> None:
    for text in (
        "1500",
        "FL",
        "FL8",
        "1500 feet",
        "",
        "SFC",
        "NaN AMSL",
        "1e9 AMSL",
        "FL08O",
        "٣ AMSL",
        "500 AGL ",
    ):
        with pytest.raises(PeerError) as why:
            parse_level(text)
        assert why.value.code == "bad_level"


def test_flight_levels_are_feet_of_pressure_altitude_whatever_the_ground() -> None:
    level = floor_of(parse_level("FL080"), sea_level_cm=(6_000, 6_200), ground_ft=None)
    assert level == Level(datum="palt", value=8_000)


def test_amsl_floors_take_the_lowest_sea_level_and_ceilings_the_highest() -> None:
    stated = parse_level("1500 AMSL")
    assert floor_of(stated, sea_level_cm=(6_000, 6_200), ground_ft=None).value == 6_000 + 45_720
    assert ceiling_of(stated, sea_level_cm=(6_000, 6_200), ground_ft=None).value == 6_200 + 45_720


def test_fractions_of_a_centimetre_are_rounded_outwards() -> None:
    stated = parse_level("1 AMSL")
    assert floor_of(stated, sea_level_cm=(0, 0), ground_ft=None).value == 30
    assert ceiling_of(stated, sea_level_cm=(0, 0), ground_ft=None).value == 31


def test_above_ground_takes_the_agreed_lowest_and_highest_ground() -> None:
    stated = parse_level("500 AGL")
    ground = (Fraction(100), Fraction(1_200))
    assert floor_of(stated, sea_level_cm=(0, 0), ground_ft=ground).value == 600 * 3048 // 100
    assert ceiling_of(stated, sea_level_cm=(0, 0), ground_ft=ground).value == -(-1_700 * 3048 // 100)
    with pytest.raises(PeerError) as why:
        floor_of(stated, sea_level_cm=(0, 0), ground_ft=None)
    assert why.value.code == "no_surface"


@pytest.mark.parametrize(
    "level",
    [
        Level(datum="palt", value=0),
        Level(datum="palt", value=8_000),
        Level(datum="palt", value=8_050),
        Level(datum="palt", value=-100),
        Level(datum="hae", value=45_721),
        Level(datum="hae", value=-5),
    ],
)
def test_a_level_comes_back_from_its_text(level: Level) -> None:
    stated = parse_level(level_text(level))
    assert floor_of(stated, sea_level_cm=(1, 2), ground_ft=None) == level
    assert ceiling_of(stated, sea_level_cm=(1, 2), ground_ft=None) == level


def test_in_the_standard_atmosphere_pressure_altitude_is_height_but_for_gravity() -> None:
    for feet in (1_000, 10_000, 36_089, 60_000, 100_000):
        low, high = amsl_bounds_cm(feet, STANDARD)
        assert low <= feet * 30.48 <= high
        assert high - low < 0.0125 * feet * 30.48


def test_a_hectopascal_below_standard_is_about_27_feet_too_high_at_sea_level() -> None:
    one_less = Atmosphere(
        qnh_min_hpa=1012.25, qnh_max_hpa=1012.25, isa_deviation_min_k=0, isa_deviation_max_k=0
    )
    low, high = amsl_bounds_cm(0, one_less)
    assert -28.0 < low / 30.48 <= high / 30.48 < -27.0


def test_ten_degrees_cold_is_about_four_per_cent_too_high() -> None:
    """The rule of ICAO Doc 8168 for temperature error."""
    cold = Atmosphere(
        qnh_min_hpa=1013.25, qnh_max_hpa=1013.25, isa_deviation_min_k=-10, isa_deviation_max_k=-10
    )
    low, high = amsl_bounds_cm(10_000, cold)
    middle_ft = (low + high) / 2 / 30.48
    assert 0.035 < (10_000 - middle_ft) / 10_000 < 0.045


def test_more_weather_never_narrows_the_bounds() -> None:
    for feet in (-1_000, 0, 8_000, 40_000, 80_000):
        low, high = amsl_bounds_cm(feet, WEATHER)
        inner_low, inner_high = amsl_bounds_cm(feet, STANDARD)
        assert low <= inner_low <= inner_high <= high


def test_heights_integrated_through_agreed_weather_lie_within_the_bounds() -> None:
    """An independent column of air: hydrostatic steps, gravity of any latitude."""
    rng = np.random.default_rng(1013)
    for _ in range(40):
        qnh_hpa, deviation_k, feet = (
            rng.uniform(970, 1050),
            rng.uniform(-30, 30),
            int(rng.integers(0, 60_000)),
        )
        gravity = rng.uniform(9.7803, 9.8322)
        height_m, pressure_hpa, wanted_hpa = 0.0, qnh_hpa, _standard_hpa(feet * 0.3048)
        steps = 4_000
        for log_pressure in np.linspace(np.log(pressure_hpa), np.log(wanted_hpa), steps)[1:]:
            middle_hpa = np.sqrt(pressure_hpa * np.exp(log_pressure))
            kelvin = _standard_k(middle_hpa) + deviation_k
            here = gravity * (6_371_000.0 / (6_371_000.0 + height_m)) ** 2
            height_m += 287.05287 * kelvin / here * (np.log(pressure_hpa) - log_pressure)
            pressure_hpa = np.exp(log_pressure)
        low, high = amsl_bounds_cm(feet, WEATHER)
        assert low <= height_m * 100 <= high


def _standard_hpa(palt_m: float) -> float:
    if palt_m <= 11_000:
        return float(1013.25 * (1 - 0.0065 * palt_m / 288.15) ** 5.2558797)
    return float(226.3206 * np.exp(-9.80665 * (palt_m - 11_000) / (287.05287 * 216.65)))


def _standard_k(pressure_hpa: float) -> float:
    return float(max(216.65, 288.15 * (pressure_hpa / 1013.25) ** (1 / 5.2558797)))


def test_levels_of_one_datum_compare_exactly_and_of_two_only_through_bounds() -> None:
    palt, above = Level(datum="palt", value=8_000), Level(datum="palt", value=10_000)
    assert rise_um(palt, above, atmosphere=WEATHER, sea_level_cm=(0, 0)) == 2_000 * MICROMETRES_PER_FT
    same_height = Level(datum="hae", value=8_000 * 3048 // 100)
    assert rise_um(palt, same_height, atmosphere=WEATHER, sea_level_cm=(0, 0)) < 0
    assert rise_um(same_height, palt, atmosphere=WEATHER, sea_level_cm=(0, 0)) < 0
    low, high = hae_bounds_cm(palt, atmosphere=WEATHER, sea_level_cm=(-100, 200))
    assert (low, high) == tuple(np.add(amsl_bounds_cm(8_000, WEATHER), (-100, 200)))


EGM96_TEST_POINTS = [
    (38.6281550, 269.7791550, -31.628),
    (-14.6212170, 305.0211140, -2.969),
    (46.8743190, 102.4487290, -43.575),
    (-23.6174460, 133.8747120, 15.871),
    (38.6254730, 359.9995000, 50.066),
    (-0.4667440, 0.0023000, 17.329),
]
"""Published with the NGA program that computes EGM96 from its coefficients, not from this grid."""


@pytest.mark.parametrize(("lat", "lon", "height_m"), EGM96_TEST_POINTS)
def test_the_geoid_lies_within_its_bounds_at_published_points(
    lat: float, lon: float, height_m: float
) -> None:
    lon = lon - 360.0 if lon > 180.0 else lon
    centre = Point(lat_e7=round(lat * 1e7), lon_e7=round(lon * 1e7))
    low, high = undulation_bounds_cm(outline_of(Circle(centre=centre, radius_cm=1)))
    assert low <= height_m * 100 <= high
    assert high - low < 1_200


def test_the_geoid_bounds_hold_over_a_region_across_the_antimeridian_and_at_the_poles() -> None:
    for lat, lon in ((10.0, 179.9), (10.0, -179.9), (89.9, 0.0), (-90.0, 0.0)):
        centre = Point(lat_e7=round(lat * 1e7), lon_e7=round(lon * 1e7))
        small = undulation_bounds_cm(outline_of(Circle(centre=centre, radius_cm=100)))
        large = undulation_bounds_cm(outline_of(Circle(centre=centre, radius_cm=20_000_000)))
        assert large[0] <= small[0] <= small[1] <= large[1]


def test_the_packed_geoid_is_the_published_grid() -> None:
    path = Path(__file__).resolve().parents[3] / "../shared/data/uas_interuss_apache/WW15MGH.DAC"
    if not path.exists():
        pytest.skip("../shared is absent: the packed geoid is not compared with its source")
    from detente.airspace.geoid import _grid_cm

    assert (np.fromfile(path, dtype=">i2").reshape(721, 1440) == _grid_cm()).all()
