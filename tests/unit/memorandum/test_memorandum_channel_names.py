"""Names, carriers and neighbours of every band, by the test values of practice.md and the raster itself."""

from __future__ import annotations

from fractions import Fraction
from typing import get_args

import pytest

from detente.memorandum.channel_names import (
    VHF_FIRST_KHZ,
    VHF_LAST_KHZ,
    Band,
    Channel,
    are_neighbours,
    are_one_signal,
    band_of,
    channel_of,
    marine_number_of,
    nearest_names,
)


def known(name_khz: int, band: Band = "vhf") -> Channel:
    channel = channel_of(name_khz, band)
    assert channel is not None
    return channel


@pytest.mark.parametrize(
    ("name_khz", "spacing", "thirds_of_a_khz"),
    [
        (118000, "25", 354_000),
        (118005, "8.33", 354_000),
        (118010, "8.33", 354_025),
        (118015, "8.33", 354_050),
        (118025, "25", 354_075),
        (118030, "8.33", 354_075),
        (118035, "8.33", 354_100),
        (118040, "8.33", 354_125),
        (118055, "8.33", 354_150),
        (118090, "8.33", 354_275),
        (121500, "25", 364_500),
        (136990, "8.33", 410_975),
    ],
)
def test_a_name_is_not_its_carrier(name_khz: int, spacing: str, thirds_of_a_khz: int) -> None:
    """Exact: 118.010 is spoken of 118.008 333... MHz; public code that gives 118.030 -> 118.0333 is wrong."""
    assert known(name_khz).spacing == spacing
    assert known(name_khz).carrier_khz == Fraction(thirds_of_a_khz, 3)


@pytest.mark.parametrize("name_khz", [118020, 118045, 118070, 118095, 117975, 137000, 118001, -5, 10**12])
def test_what_is_no_name_is_refused_with_the_nearest(name_khz: int) -> None:
    assert channel_of(name_khz) is None
    assert nearest_names(name_khz)
    assert all(channel_of(near) for near in nearest_names(name_khz))


def test_the_nearest_names_are_the_next_below_and_above() -> None:
    assert nearest_names(118_020) == (118_015, 118_025)
    assert nearest_names(117_000) == (118_000,)
    assert nearest_names(225_010, "uhf") == (225_000, 225_025)
    assert nearest_names(168_010, "fm") == (168_000, 168_012)
    assert nearest_names(156_790, "marine") == (156_775, 156_800)
    assert nearest_names(100_000, "fm") == (87_975,)


def test_every_vhf_carrier_has_one_8_33_name_and_at_most_one_25_name() -> None:
    """Of 20 whole kHz in 25, four are names; two of them, r = 0 and r = 5, are one carrier."""
    names = [n for n in range(VHF_FIRST_KHZ, VHF_LAST_KHZ + 1) if channel_of(n)]
    assert {n % 25 for n in names} == {0, 5, 10, 15}
    for spacing in ("25", "8.33"):
        carriers = [known(n).carrier_khz_6 for n in names if known(n).spacing == spacing]
        assert len(carriers) == len(set(carriers))


@pytest.mark.parametrize(
    ("name_khz", "band", "carrier_khz"),
    [
        (243_000, "uhf", Fraction(243_000)),
        (282_800, "uhf", Fraction(282_800)),
        (156_800, "marine", Fraction(156_800)),
        (168_012, "fm", Fraction(336_025, 2)),
        (168_625, "fm", Fraction(168_625)),
        (30_025, "fm", Fraction(30_025)),
    ],
)
def test_other_bands_have_names_too(name_khz: int, band: Band, carrier_khz: Fraction) -> None:
    assert known(name_khz, band).carrier_khz == carrier_khz
    assert band_of(name_khz) == band


def test_a_name_is_a_name_of_one_band_only() -> None:
    bands = get_args(Band)
    for name_khz in (*range(29_900, 88_100), *range(117_900, 175_000), *range(224_900, 400_100)):
        assert sum(channel_of(name_khz, band) is not None for band in bands) <= 1, name_khz


def test_sea_channels_have_their_numbers() -> None:
    """156.8 is channel 16, 156.3 is 6, 156.375 is 67, 156.525 is 70; a coast station answers 28 on 162.0."""
    numbered = {156_800: 16, 156_300: 6, 156_375: 67, 156_525: 70, 162_000: 28, 160_625: 60}
    assert {khz: marine_number_of(khz) for khz in numbered} == numbered
    assert marine_number_of(156_810) is None


def test_channels_that_overlap_are_one_signal_and_those_that_touch_are_neighbours() -> None:
    """The three 8.33 channels inside a 25 kHz channel disturb it, whatever their names say."""
    wide = known(118_025)
    assert [n for n in range(118_000, 118_060) if channel_of(n) and are_one_signal(wide, known(n))] == [
        *(118_015, 118_025, 118_030, 118_035),
    ]
    assert [n for n in range(117_990, 118_060) if channel_of(n) and are_neighbours(wide, known(n))] == [
        *(118_000, 118_010, 118_040, 118_050),
    ]
    assert are_neighbours(known(118_030), known(118_035))
    assert not are_one_signal(known(118_030), known(118_035))
