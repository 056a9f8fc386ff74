"""Parameter sets are read as they are published: units, alerters in order, and faults by name."""

from __future__ import annotations

import math

import pytest
from drawn_parameters import DWC

from detente.encounters.configuration import parse_configuration
from detente.errors import OperatorError


def test_values_come_out_in_si() -> None:
    read = parse_configuration(DWC)
    warning = read.levels()[2]
    assert warning.radius_m == pytest.approx(0.66 * 1852.0)
    assert warning.height_m == pytest.approx(450 * 0.3048)
    assert (warning.tau_s, warning.alert_s, warning.region) == (35.0, 25.0, "NEAR")
    assert read.direction.rate == pytest.approx(math.radians(3.0))
    assert read.vertical_speed.rate == pytest.approx(0.25 * 9.80665)


def test_traffic_counts_alerters_from_one_and_the_last_takes_what_is_beyond() -> None:
    read = parse_configuration(DWC)
    assert read.levels(1)[0].tau_s == 35.0
    assert read.levels(2)[0].tau_s == 0.0
    assert read.levels(9) == read.levels(2)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("lookahead_time = 180 [s]", "lookahead_time = soon [s]", "`lookahead_time` must be a number"),
        ("lookahead_time = 180 [s]", "", "`lookahead_time` is missing"),
        ("lookahead_time = 180 [s]", "lookahead_time = 180 [furlong]", "unknown unit `furlong`"),
        ("lookahead_time = 180 [s]", "lookahead_time = inf [s]", "must be finite"),
        ("A_alert_2_region = MID", "A_alert_2_region = PINK", "unknown region `PINK`"),
        ("det_1 = WCV_TAUMOD", "det_1 = WCV_NEW", "unknown volume `WCV_NEW`"),
        ("min_hs = 10 [knot]", "min_hs = 900 [knot]", "must be less than `max_hs`"),
        ("step_vs = 100 [fpm]", "step_vs = 0 [fpm]", "must be more than 0"),
        ("step_alt = 100 [ft]", "step_alt = 0.001 [ft]", "makes more than 20,000 steps"),
        ("left_hdir = 180 [deg]", "left_hdir = 200 [deg]", "must be at most 180"),
        ("ca_factor = 0.1", "ca_factor = 1", "at least 0 and less than 1"),
        ("min_hs = 10 [knot]", "min_hs", "not of the form"),
    ],
)
def test_a_fault_is_named_with_its_key(before: str, after: str, said: str) -> None:
    assert before in DWC
    with pytest.raises(OperatorError, match=said) as caught:
        parse_configuration(DWC.replace(before, after, 1))
    assert caught.value.code == "configuration_invalid"
    assert caught.value.cure
