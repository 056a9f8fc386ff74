"""How much volumes grow by what is not known of two aircraft: standard deviations times the parameter set's z-scores.

The deviations of both aircraft are added. The score of the horizontal velocity falls with the present range, from its
greatest at no range to its least at `velocity_far_m` and beyond.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from detente.encounters.configuration import Uncertainty
from detente.encounters.daa_file import Deviation
from detente.encounters.guidance import Alerts, Floats
from detente.kernels.uncertain import CLIMB, DRIFT, PLACE, TALL, grown_times
from detente.kernels.volumes import ALERT_S, HEIGHT, RADIUS, TAU


def growth_of(own: Deviation, other: Deviation, relative: NDArray[np.float64], scores: Uncertainty) -> Floats:
    """Shape (4,), as `kernels.uncertain` names the columns; zeros where nothing is uncertain."""
    share = 1.0
    if scores.velocity_far_m > 0.0:
        share = min(1.0, math.hypot(relative[0], relative[1]) / scores.velocity_far_m)
    velocity = scores.velocity_most + (scores.velocity_least - scores.velocity_most) * share
    return np.array(
        [
            scores.position * (_greatest_m(own) + _greatest_m(other)),
            velocity * (_greatest_mps(own) + _greatest_mps(other)),
            scores.height * (own.up_m + other.up_m),
            scores.climb * (own.up_mps + other.up_mps),
        ]
    )


def grown_alerts(relative: NDArray[np.float64], levels: Floats, growth: Floats, lookahead_s: float) -> Alerts:
    """`guidance.alerts_of` of one pair whose well-clear volumes grow.

    Args: `relative`, shape (6,); `levels`, shape (k, `volumes.ROW`); `growth` of `growth_of`.
    """
    times = [grown_times(row, growth, relative, lookahead_s) for row in levels]
    level = max(
        (
            number
            for number, ((entry, leave), row) in enumerate(zip(times, levels, strict=True), 1)
            if entry < leave and entry <= row[ALERT_S]
        ),
        default=0,
    )
    return Alerts(
        np.array([level], np.int8),
        np.array([[entry for entry, _ in times]]),
        np.array([[leave for _, leave in times]]),
    )


def grown_levels(relative: NDArray[np.float64], levels: Floats, growth: Floats) -> Floats:
    """Levels for guidance, grown once and outwards: by what is wrong at the end of each level's alert time.

    A place wrong by e is met e / |v| earlier, so modified tau grows by that beside the disc.
    """
    grown = levels.copy()
    wrong = growth[PLACE] + growth[DRIFT] * levels[:, ALERT_S]
    speed = max(1.0, math.hypot(relative[3], relative[4]))
    grown[:, RADIUS] += wrong
    grown[:, HEIGHT] += growth[TALL] + growth[CLIMB] * levels[:, ALERT_S]
    grown[:, TAU] += np.where(levels[:, TAU] > 0.0, wrong / speed, 0.0)
    return grown


def _greatest_m(deviation: Deviation) -> float:
    return max(deviation.east_m, deviation.north_m)


def _greatest_mps(deviation: Deviation) -> float:
    return max(deviation.east_mps, deviation.north_mps)
