"""Would the reference agree where volumes grow by what sensors do not know? Every level, and times to a hundredth.

Its formula was not at hand, so ours is another one; where no deviation is told (in five encounters) both are exact.
"""

from __future__ import annotations

import math

import pytest
from daidalus_vectors import (
    DAIDALUS,
    ROWS,
    SCENARIOS,
    alerting,
    alerting_rows,
    batch,
    need_vectors,
    same_bands,
    steps,
)
from daidalus_vectors import configuration as configuration_of

from detente.encounters.evaluation import Judged, judge_steps
from detente.encounters.guidance import DIMENSIONS

WORST_S = 0.0075
"""The greatest difference of an entry in 917 rows."""


def judged_as_published(scenario: str, name: str) -> list[Judged]:
    told = judge_steps(steps(scenario), configuration_of(name), geometry="daidalus", as_published=True)
    return [one for step in told for one in step]


@pytest.mark.parametrize("name", ["DO_365A_SUM", "DO_365B_SUM"])
def test_levels_under_uncertainty_are_those_of_the_reference_every_second(name: str) -> None:
    need_vectors()
    rows, bands = 0, dict.fromkeys(DIMENSIONS, 0)
    for scenario in SCENARIOS:
        steadied, raw = alerting(scenario, name, "alerting"), alerting(scenario, name, "alerting_nohyst")
        by_time = {block.time_s: block for block in batch(scenario, name)}
        for one in judged_as_published(scenario, name):
            theirs = raw[one.time_s, one.traffic]
            assert one.level == int(steadied[one.time_s, one.traffic]["Alert Level"]), (scenario, one.time_s)
            assert one.raw_level == int(theirs["Alert Level"]), (scenario, one.time_s)
            for number, entry_s in enumerate(one.entry_s, 1):
                told = theirs[f"Time to Volume of Alert({number})"]
                expected = math.inf if told == "infty" else float(told)
                within_s = WORST_S if scenario == "H1_SUM" else 1e-6
                assert entry_s == pytest.approx(expected, abs=within_s), (scenario, one.time_s)
            for dimension, ours in one.guidance.items():
                bands[dimension] += same_bands(ours.bands, by_time[one.time_s].bands[dimension])
            rows += 1
    assert rows == ROWS
    assert bands == {"hdir": 873, "hs": 868, "vs": 844, "alt": 823}


def test_every_published_level_under_uncertainty_is_ours() -> None:
    """203 rows of the reference's own regression test."""
    need_vectors()
    rows = alerting_rows((DAIDALUS / "gold/DaidalusAlerting-sum.csv").read_text(encoding="utf-8"))
    judged = judged_as_published("H1_SUM", "DO_365B_SUM")
    assert len(judged) == len(rows) == 203
    for one in judged:
        assert one.level == int(rows[one.time_s, one.traffic]["Alert Level"]), one.time_s
