"""Days of a line, from seeds: whatever breaks and whoever lies, nothing is lost, doubled, reordered or forged.

`make soak` plays a hundred thousand hours; SEEDS=n takes as many days as there is time for.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from detente.exercise.day import DayResult, play_day
from detente.exercise.lies import LIES

TWO, THREE = "fires-2020", "neighbours-2030"
SOAK_SEEDS = range(1_000, 1_000 + int(os.environ.get("SEEDS", "2500")))
"""Two days of two parties and one of three are 120 hours of a line."""

Count = Callable[[str, float], None]


def counted(day: DayResult, count: Count) -> DayResult:
    """Adds a day to the totals that are shown at the end of the run."""
    count("total link-hours", day.link_hours)
    count("total statements", day.statements)
    count("total power cuts", day.power_cuts)
    count("total old copies put back", day.put_back)
    count("total lies", len(day.lies))
    return day


@pytest.mark.parametrize("seed", range(10))
def test_a_day_of_cuts_crashes_and_lies_loses_nothing_and_heals(seed: int, record_property: Count) -> None:
    counted(play_day(seed), record_property)


@pytest.mark.parametrize("seed", range(3))
def test_and_so_does_a_day_of_three_parties(seed: int, record_property: Count) -> None:
    counted(play_day(seed, template_name=THREE), record_property)


@pytest.mark.soak
@pytest.mark.parametrize("seed", SOAK_SEEDS)
def test_and_so_does_every_day_of_many_years(seed: int, record_property: Count) -> None:
    counted(play_day(seed, template_name=TWO if seed % 3 else THREE), record_property)


@pytest.mark.parametrize("name", LIES)
def test_each_lie_is_refused_or_leaves_proof(name: str, record_property: Count) -> None:
    """By itself, on the first of two days on which it is told."""
    days = (
        counted(play_day(seed, hours=8, is_lying=True, lies=[name]), record_property) for seed in range(2)
    )
    assert any(name in day.lies for day in days)


def play_put_back(template_name: str, count: Count) -> int:
    """How often an old copy was put back on three days."""
    days = (
        play_day(seed, template_name=template_name, hours=8, is_lying=False, is_put_back=True)
        for seed in range(3)
    )
    return sum(counted(day, count).put_back for day in days)


def test_an_old_copy_put_back_grows_again_from_the_peer(record_property: Count) -> None:
    assert play_put_back(TWO, record_property)


def test_an_old_copy_put_back_grows_again_from_both_peers(record_property: Count) -> None:
    assert play_put_back(THREE, record_property)


def test_the_joint_record_of_a_bad_day_verifies(record_property: Count) -> None:
    for seed in (3, 4):
        counted(play_day(seed, hours=6, is_lying=False, is_verified=True), record_property)


def test_a_seed_is_a_day_and_another_is_another() -> None:
    assert play_day(5, hours=6) == play_day(5, hours=6)
    assert play_day(5, hours=6) != play_day(6, hours=6)


def test_a_day_that_fails_says_how_to_play_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("detente.runtime.witness.Witness.take_entries", lambda *_, **__: None)
    with pytest.raises(AssertionError) as caught:
        play_day(7, hours=2)
    (note,) = caught.value.__notes__
    assert "play_day(7, template_name='fires-2020', hours=2" in note
