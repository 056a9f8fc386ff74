"""Would the reference agree about 2,500 random pairs under five parameter sets? Counted, not assumed."""

from __future__ import annotations

import math

import pytest
from daidalus_vectors import configuration as configuration_of
from daidalus_vectors import need_vectors, random_pairs, same_bands, same_way

from detente.encounters.evaluation import as_mapping, judge_pairs
from detente.encounters.guidance import DIMENSIONS

LIKE_DO_365 = ("DO_365B_no_SUM", "Buffered_DWC_SC_228_nom_a", "Buffered_DWC_SC_228_nom_b", "CD3D")

AGREEING = {
    **{name: {"hdir": 2_500, "hs": 2_500, "vs": 2_500, "alt": 2_500} for name in LIKE_DO_365},
    "TCAS3D": {"hdir": 2_497, "hs": 2_492, "vs": 2_499, "alt": 2_495},
}
"""Pairs whose every band has the same edges and region; of TCAS II 17 of 10,000 lists differ."""


@pytest.mark.parametrize("name", AGREEING)
def test_levels_times_and_separations_are_those_of_the_reference(name: str) -> None:
    """Every level, every conflict, every time to 1e-6 s, every separation to 1e-6 of its unit."""
    need_vectors()
    rows, own, intruder = random_pairs(name)
    for row, judged in zip(rows, judge_pairs(own, intruder, configuration_of(name)), strict=True):
        ours = as_mapping(judged)
        assert ours["alert"] == row["alert"], row["i"]
        for mine, theirs in zip(ours["vol"], row["vol"], strict=True):
            assert mine[0] == theirs[0], row["i"]
            assert mine[1:3] == pytest.approx(theirs[1:3], abs=1e-6), row["i"]
        for key in ("hsep", "vsep", "phmd", "tcpa", "dcpa", "tcoa", "taumod"):
            if row[key] is None:
                assert ours[key] is None, (row["i"], key)
            elif math.isinf(row[key]):
                assert ours[key] == row[key], (row["i"], key)
            else:
                assert ours[key] == pytest.approx(row[key], abs=1e-6, rel=1e-12), (row["i"], key)


@pytest.mark.parametrize("name", AGREEING)
def test_bands_and_ways_out_are_those_of_the_reference(name: str) -> None:
    """Same regions in the same order, edges to 1e-3 of the unit; what does not agree is counted exactly."""
    need_vectors()
    rows, own, intruder = random_pairs(name)
    bands, ways = dict.fromkeys(DIMENSIONS, 0), dict.fromkeys(DIMENSIONS, 0)
    for row, judged in zip(rows, judge_pairs(own, intruder, configuration_of(name)), strict=True):
        for dimension, ours in judged.guidance.items():
            bands[dimension] += same_bands(ours.bands, row[dimension])
            down, up = row[f"{dimension}_res"]
            ways[dimension] += same_way(ours.down, down) and same_way(ours.up, up)
    assert bands == AGREEING[name]
    assert ways == dict.fromkeys(DIMENSIONS, 2_500)
