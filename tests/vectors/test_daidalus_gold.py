"""Would we print what the reference publishes for its own regression test? To half its last digit, hysteresis on."""

from __future__ import annotations

import pytest
from daidalus_vectors import DAIDALUS, alerting_rows, blocks, need_vectors, same_bands, steps
from daidalus_vectors import configuration as configuration_of

from detente.encounters.evaluation import Judged, judge_steps
from detente.encounters.guidance import DIMENSIONS
from detente.quantities import METRES_PER_FT, METRES_PER_NM

HALF = 0.5e-6 + 1e-9


def flown_h1() -> list[Judged]:
    judged = judge_steps(
        steps("H1"), configuration_of("DO_365B_no_SUM"), geometry="daidalus", as_published=True
    )
    return [one for step in judged for one in step]


def test_every_published_row_of_alerting_is_ours() -> None:
    """230 rows: the level, the times to the three volumes, separations, closest approach."""
    need_vectors()
    rows = alerting_rows((DAIDALUS / "gold/DaidalusqAlerting-no_sum.csv").read_text(encoding="utf-8"))
    assert len(rows) == 230
    for one in flown_h1():
        theirs, seen = rows[one.time_s, one.traffic], one.measures
        assert one.level == int(theirs["Alert Level"])
        for number, entry_s in enumerate(one.entry_s, 1):
            told = theirs[f"Time to Volume of Alert({number})"]
            assert entry_s == (pytest.approx(float(told), abs=HALF) if told != "infty" else float("inf")), (
                one.time_s
            )
        assert seen.range_m / METRES_PER_NM == pytest.approx(float(theirs["Horizontal Separation"]), abs=HALF)
        assert seen.height_m / METRES_PER_FT == pytest.approx(float(theirs["Vertical Separation"]), abs=HALF)
        assert seen.hmd_m / METRES_PER_NM == pytest.approx(float(theirs["Projected HMD"]), abs=HALF)
        assert seen.tcpa_s == pytest.approx(float(theirs["Projected TCPA"]), abs=HALF)


def test_published_bands_of_the_same_flight_are_ours_but_for_a_few_seconds() -> None:
    """230 blocks of four dimensions; bands are steadied there."""
    need_vectors()
    text = (DAIDALUS / "gold/DaidalusBatch-no_sum.out").read_text(encoding="utf-8")
    by_time = {block.time_s: block for block in blocks(text)}
    agreeing = dict.fromkeys(DIMENSIONS, 0)
    for one in flown_h1():
        for dimension, ours in one.guidance.items():
            agreeing[dimension] += same_bands(ours.bands, by_time[one.time_s].bands[dimension])
    assert len(by_time) == 230
    assert agreeing == {"hdir": 229, "hs": 226, "vs": 229, "alt": 230}
