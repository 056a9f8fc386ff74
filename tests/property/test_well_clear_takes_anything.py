"""Whatever two aircraft do, standing still, beyond every limit, in one place, there is an answer, and it is whole."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from drawn_parameters import DWC
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.encounters.configuration import parse_configuration
from detente.encounters.guidance import DIMENSIONS, alerts_of, bands_of, guidance_of

CONFIGURATION = parse_configuration(DWC)
STILL = parse_configuration(
    DWC.replace("turn_rate = 3 [deg/s]", "turn_rate = 0 [deg/s]")
    .replace("horizontal_accel = 2 [m/s^2]", "horizontal_accel = 0 [m/s^2]")
    .replace("vertical_rate = 500 [fpm]", "vertical_rate = 0 [fpm]")
)
LIMITS = {"hdir": (0.0, 360.0), "hs": (10.0, 700.0), "vs": (-6_000.0, 6_000.0), "alt": (100.0, 50_000.0)}

places = st.one_of(st.just(0.0), st.floats(-2e6, 2e6), st.floats(-3_000.0, 3_000.0))
speeds = st.one_of(st.just(0.0), st.just(1e-170), st.floats(-2_000.0, 2_000.0), st.floats(-150.0, 150.0))
heights = st.one_of(st.just(0.0), st.floats(-4e5, 4e5), st.floats(-1_000.0, 16_000.0))
states = st.tuples(places, places, heights, speeds, speeds, speeds)


@settings(max_examples=150, deadline=None)
@given(states, states, st.sampled_from([CONFIGURATION, STILL]))
def test_bands_cover_the_whole_range_without_gap(
    own: tuple[float, ...], other: tuple[float, ...], configuration: object
) -> None:
    assert configuration in (CONFIGURATION, STILL)
    chosen = CONFIGURATION if configuration is CONFIGURATION else STILL
    guidance = guidance_of(bands_of(np.array([own]), np.array([other]), chosen), 0, np.array(own))
    for name in DIMENSIONS:
        bands = guidance[name].bands
        assert bands[0].low == pytest.approx(LIMITS[name][0], abs=1e-6)
        assert bands[-1].high == pytest.approx(LIMITS[name][1], abs=1e-6)
        assert all(before.high == after.low for before, after in pairwise(bands))
        assert all(band.low <= band.high for band in bands)


@settings(max_examples=300, deadline=None)
@given(states)
def test_who_is_in_the_volume_now_is_told_now(relative: tuple[float, ...]) -> None:
    """Inside the disc and the height at this moment: the entry is 0, however little they move."""
    alerts = alerts_of(np.array([relative]), CONFIGURATION)
    warning = CONFIGURATION.levels()[2]
    assert not np.isnan(alerts.entry_s).any()
    assert not np.isnan(alerts.leave_s).any()
    if math.hypot(*relative[:2]) < warning.radius_m - 1.0 and abs(relative[2]) < warning.height_m - 1.0:
        assert alerts.entry_s[0, 2] == 0.0
        assert alerts.leave_s[0, 2] > 0.0 or max(map(abs, relative[3:])) > 100.0
