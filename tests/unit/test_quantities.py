"""Times to text and back, and the factors everything rests on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.quantities import (
    METRES_PER_FT,
    METRES_PER_NM,
    MPS_PER_KT,
    parse_utc_text,
    utc_ms_of,
    utc_text,
)

LAST_MS = 253_402_300_799_999


@settings(deadline=None, max_examples=300)
@given(st.integers(0, LAST_MS))
def test_every_millisecond_survives_its_text(when_ms: int) -> None:
    assert parse_utc_text(utc_text(when_ms)) == when_ms


@pytest.mark.parametrize(
    ("when_ms", "text"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (1, "1970-01-01T00:00:00.001Z"),
        (1_599_523_200_000, "2020-09-08T00:00:00Z"),
        (LAST_MS, "9999-12-31T23:59:59.999Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
    ],
)
def test_milliseconds_are_written_only_where_there_are_some(when_ms: int, text: str) -> None:
    assert utc_text(when_ms) == text


def test_an_offset_is_taken_and_a_naive_time_refused() -> None:
    assert parse_utc_text("2020-09-08T02:30:00+02:30") == 1_599_523_200_000
    for text in ("2020-09-08T00:00:00", "2020-09-08"):
        with pytest.raises(ValueError, match="zone"):
            parse_utc_text(text)
    with pytest.raises(ValueError, match="zone"):
        utc_ms_of(datetime(2020, 9, 8))  # noqa: DTZ001 - naive on purpose


def test_a_moment_is_cut_to_the_millisecond_before_it_never_rounded_on() -> None:
    moment = datetime(2020, 9, 8, 0, 0, 0, 999_999, tzinfo=UTC)
    assert utc_ms_of(moment) == 1_599_523_200_999
    assert utc_ms_of(moment.astimezone(timezone(timedelta(hours=-7)))) == 1_599_523_200_999


def test_the_factors_are_those_of_annex_5() -> None:
    assert (METRES_PER_NM, METRES_PER_FT) == (1852.0, 0.3048)
    assert pytest.approx(1852.0) == MPS_PER_KT * 3600
