"""How far a radio reaches and how a channel is said: the test values of practice.md."""

from __future__ import annotations

from decimal import Decimal

import pytest

from detente.frequencies.horizon import height_seen_ft, radio_horizon_nm
from detente.frequencies.spoken import spoken_digits, spoken_name, spoken_tone
from detente.line.language import LANGUAGES
from detente.line.radio_words import channel_in_words, tone_in_words


@pytest.mark.parametrize(
    ("one_ft", "other_ft", "reach_nm"),
    [
        (30_000, 30_000, 426.1),
        (30_000, 50, 221.7),
        (10_000, 10_000, 246.0),
        (10_000, 50, 131.7),
        (1_000, 50, 47.6),
        (1_000, 1_000, 77.8),
        (500, 500, 55.0),
        (400, 33, 31.7),
        (150, 33, 22.1),
    ],
)
def test_the_horizon_has_the_values_of_practice(one_ft: float, other_ft: float, reach_nm: float) -> None:
    assert round(radio_horizon_nm(one_ft, other_ft), 1) == reach_nm
    assert radio_horizon_nm(other_ft, one_ft) == radio_horizon_nm(one_ft, other_ft)


def test_nobody_is_seen_from_below_the_surface_and_the_height_seen_undoes_the_horizon() -> None:
    assert radio_horizon_nm(-500, 0) == 0.0
    assert height_seen_ft(10.0, 400.0) == 0.0
    assert height_seen_ft(radio_horizon_nm(5_000, 50), 50) == pytest.approx(5_000)


@pytest.mark.parametrize(
    ("name_khz", "said"),
    [
        (118_010, "one one eight decimal zero one zero"),
        (118_100, "one one eight decimal one"),
        (118_000, "one one eight decimal zero"),
        (121_500, "one two one decimal five"),
        (118_005, "one one eight decimal zero zero five"),
        (243_000, "two four three decimal zero"),
        (136_990, "one three six decimal nine nine zero"),
    ],
)
def test_six_digits_are_said_and_four_where_the_last_two_are_zero(name_khz: int, said: str) -> None:
    assert " ".join(spoken_digits(name_khz)) == said


def test_a_sea_channel_is_said_by_its_number_and_a_tone_by_its_digits() -> None:
    assert spoken_name(156_800, "marine") == ("channel", "one", "six")
    assert spoken_tone(Decimal("110.9")) == ("one", "one", "zero", "decimal", "nine")
    assert spoken_tone(Decimal("100.0")) == ("one", "zero", "zero")


def test_every_language_of_the_line_says_a_channel_in_words_of_its_own() -> None:
    said = {language: channel_in_words(121_500, "vhf", language) for language in LANGUAGES}
    assert said == {
        "en": "one two one decimal five",
        "fr": "unité deux unité décimale cinq",
        "ru": "один два один запятая пять",
        "ar": "واحد اثنان واحد فاصلة خمسة",
        "tr": "bir iki bir nokta beş",
    }
    assert channel_in_words(121_500, "vhf", "xx") == said["en"]
    assert tone_in_words(Decimal("88.5"), "ru") == "восемь восемь запятая пять"
