"""An encounter seen the other way round, in a mirror, turned, or moved is the same encounter."""

from __future__ import annotations

import math

import numpy as np
import pytest
from drawn_parameters import DWC
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from detente.encounters.configuration import parse_configuration
from detente.encounters.guidance import Guidance, alerts_of, bands_of, guidance_of

CONFIGURATION = parse_configuration(DWC)
EASY = settings(max_examples=60, deadline=None)

speeds = st.floats(20.0, 250.0)
courses = st.floats(0.0, 2.0 * math.pi)
climbs = st.sampled_from([0.0, 5.0, -3.0, 9.5])


@st.composite
def pairs(draw: st.DrawFn) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Two aircraft that come near one another within two minutes."""

    def velocity() -> list[float]:
        speed, course = draw(speeds), draw(courses)
        return [speed * math.sin(course), speed * math.cos(course), draw(climbs)]

    own_v, other_v = np.array(velocity()), np.array(velocity())
    own = np.array([0.0, 0.0, draw(st.floats(1_000.0, 9_000.0)), *own_v])
    at_s, miss, bearing = draw(st.floats(2.0, 120.0)), draw(st.floats(0.0, 3_000.0)), draw(courses)
    gap = np.array([miss * math.sin(bearing), miss * math.cos(bearing), draw(st.floats(-300.0, 300.0))])
    return own, np.array([*(own[:3] + (own_v - other_v) * at_s + gap), *other_v])


def answers(
    own: NDArray[np.float64], other: NDArray[np.float64]
) -> tuple[int, NDArray[np.float64], dict[str, Guidance]]:
    alerts = alerts_of((own - other)[np.newaxis], CONFIGURATION)
    bands = bands_of(own[np.newaxis], other[np.newaxis], CONFIGURATION)
    return int(alerts.level[0]), alerts.entry_s[0], dict(guidance_of(bands, 0, own))


@EASY
@given(pairs())
def test_both_aircraft_see_the_same_level_and_times(pair: tuple[NDArray[np.float64], ...]) -> None:
    """Well clear is symmetric: who is told depends on nobody's point of view."""
    own, other = pair
    mine = alerts_of((own - other)[np.newaxis], CONFIGURATION)
    theirs = alerts_of((other - own)[np.newaxis], CONFIGURATION)
    assert mine.level[0] == theirs.level[0]
    assert (mine.entry_s == theirs.entry_s).all()


@EASY
@given(pairs(), st.floats(-5.0e5, 5.0e5), st.floats(-5.0e5, 5.0e5))
def test_where_it_happens_does_not_matter(
    pair: tuple[NDArray[np.float64], ...], east: float, north: float
) -> None:
    own, other = pair
    there = np.array([round(east), round(north), 0.0, 0.0, 0.0, 0.0])
    level, entry, _ = answers(own, other)
    level_there, entry_there, _ = answers(own + there, other + there)
    assert level == level_there or _is_on_an_edge(entry)
    assert entry_there == pytest.approx(entry, abs=1e-4) or _is_on_an_edge(entry)


@EASY
@given(pairs())
def test_in_a_mirror_left_is_right(pair: tuple[NDArray[np.float64], ...]) -> None:
    """Levels and times are equal, and bands of direction mirrored; edges on a value may go either way."""
    own, other = pair
    mirror = np.array([-1.0, 1.0, 1.0, -1.0, 1.0, 1.0])
    level, entry, guidance = answers(own, other)
    level_m, entry_m, guidance_m = answers(own * mirror, other * mirror)
    assert level == level_m
    assert entry_m == pytest.approx(entry, abs=1e-9)
    for name in ("hs", "vs", "alt"):
        assert _same(guidance[name], guidance_m[name])
    turned = [(360.0 - band.high, 360.0 - band.low, band.region) for band in reversed(guidance["hdir"].bands)]
    ours = [(band.low, band.high, band.region) for band in guidance_m["hdir"].bands]
    assert [one[2] for one in ours] == [one[2] for one in turned]
    for mine, theirs in zip(ours, turned, strict=True):
        assert mine[:2] == pytest.approx(theirs[:2], abs=1e-6)


@EASY
@given(pairs(), st.sampled_from([90.0, 180.0, 270.0]))
def test_turning_the_map_turns_only_directions(pair: tuple[NDArray[np.float64], ...], degrees: float) -> None:
    """A quarter turn loses no digit, so levels are equal; other bands do not see it."""
    own, other = pair
    level, entry, guidance = answers(own, other)
    level_t, entry_t, guidance_t = answers(_rotated(own, degrees), _rotated(other, degrees))
    assert level == level_t
    assert entry_t == pytest.approx(entry, abs=1e-9)
    for name in ("hs", "vs", "alt"):
        assert _same(guidance[name], guidance_t[name])
    for degree in range(0, 360, 7):
        assert _region(guidance["hdir"], degree + 0.123) == _region(
            guidance_t["hdir"], (degree + 0.123 + degrees) % 360.0
        ) or _near_edge(guidance["hdir"], degree + 0.123)


@EASY
@given(pairs(), st.floats(0.1, 20.0))
def test_time_passes_and_volumes_come_as_much_nearer(
    pair: tuple[NDArray[np.float64], ...], seconds: float
) -> None:
    """Who flies straight on enters each volume when that was said."""
    own, other = pair
    relative = own - other
    later = relative.copy()
    later[:3] += relative[3:] * seconds
    now = alerts_of(relative[np.newaxis], CONFIGURATION).entry_s[0]
    then = alerts_of(later[np.newaxis], CONFIGURATION, lookahead_s=180.0 - seconds).entry_s[0]
    for before, after in zip(now, then, strict=True):
        if math.isfinite(before) and before > seconds + 1e-6:
            assert after == pytest.approx(before - seconds, abs=1e-5)


def _rotated(state: NDArray[np.float64], degrees: float) -> NDArray[np.float64]:
    turned = state.copy()
    for x, y in ((0, 1), (3, 4)):
        for _ in range(round(degrees / 90.0)):
            turned[x], turned[y] = turned[y], -turned[x]
    return turned


def _region(guidance: Guidance, degree: float) -> str:
    return next(band.region for band in guidance.bands if band.low <= degree <= band.high)


def _near_edge(guidance: Guidance, degree: float) -> bool:
    return any(abs(edge - degree) < 1e-6 for band in guidance.bands for edge in (band.low, band.high))


def _is_on_an_edge(entry: NDArray[np.float64]) -> bool:
    """Far from the origin the last bits of a place are gone, so what only grazes may not."""
    return bool(
        np.isinf(entry).any() or (np.abs(entry - 25.0) < 1e-4).any() or (np.abs(entry - 55.0) < 1e-4).any()
    )


def _same(one: Guidance, other: Guidance) -> bool:
    return len(one.bands) == len(other.bands) and all(
        a.region == b.region and abs(a.low - b.low) < 1e-6 and abs(a.high - b.high) < 1e-6
        for a, b in zip(one.bands, other.bands, strict=True)
    )
