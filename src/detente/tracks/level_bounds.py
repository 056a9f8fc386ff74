"""A height above the ellipsoid as a pressure altitude, with how wrong that can be in any weather agreed on.

Drones, tablets and some trackers report only a geometric height, and separation is in pressure altitude. Nothing is
converted in silence: the result is the middle of bounds, and says half their width (`level_slack_ft`), which is added
to the vertical minimum where two aircraft are compared. The bounds are those of `airspace.atmosphere` and of the
geoid near the place, so an aircraft at that height is at a level within them in every such weather.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from detente.airspace.atmosphere import Atmosphere, amsl_bounds_cm
from detente.airspace.geoid import undulation_near_cm
from detente.tracks.position import PositionReport

HEIGHT_SLACK_M = 50.0
"""What a satellite's height may be off, and what it is rounded to here before it is looked up."""
_STEP_FT = 25
_LEAST_STEP, _MOST_STEP = -2_000 // _STEP_FT, 100_000 // _STEP_FT
_CELL_DEG = 0.5
_CELL_RADIUS_M = 90_000.0
"""Half a degree of latitude and one of longitude, with room."""


def with_bounded_level(report: PositionReport, atmosphere: Atmosphere) -> PositionReport:
    """The report with a level, where it has only a height; otherwise as it is."""
    if report.level_palt_ft is not None or report.height_hae_m is None:
        return report
    least_ft, most_ft = level_bounds_ft(
        report.height_hae_m, lat_deg=report.lat_deg, lon_deg=report.lon_deg, atmosphere=atmosphere
    )
    return replace(
        report, level_palt_ft=(least_ft + most_ft) / 2.0, level_slack_ft=(most_ft - least_ft) / 2.0
    )


def level_bounds_ft(
    height_hae_m: float, *, lat_deg: float, lon_deg: float, atmosphere: Atmosphere
) -> tuple[float, float]:
    """Least and greatest pressure altitude, feet, of a height above the ellipsoid, rounded outwards."""
    return _bounds_ft(
        round(height_hae_m / 10.0) * 1_000,
        round(lat_deg / _CELL_DEG),
        round(lon_deg / _CELL_DEG),
        atmosphere,
    )


@lru_cache(maxsize=8_192)
def _bounds_ft(height_hae_cm: int, row: int, column: int, atmosphere: Atmosphere) -> tuple[float, float]:
    lowest_sea_cm, highest_sea_cm = undulation_near_cm(
        row * _CELL_DEG, column * _CELL_DEG, radius_m=_CELL_RADIUS_M
    )
    slack_cm = int(HEIGHT_SLACK_M * 100.0)
    least_amsl_cm = height_hae_cm - slack_cm - highest_sea_cm
    most_amsl_cm = height_hae_cm + slack_cm - lowest_sea_cm
    first = _first_step(lambda level_ft: amsl_bounds_cm(level_ft, atmosphere)[1] >= least_amsl_cm)
    beyond = _first_step(lambda level_ft: amsl_bounds_cm(level_ft, atmosphere)[0] > most_amsl_cm)
    return float((first - 1) * _STEP_FT), float(beyond * _STEP_FT)


def _first_step(is_there: Callable[[int], bool]) -> int:
    """The lowest step at which it is so; heights rise with levels, so halving finds it."""
    low, high = _LEAST_STEP, _MOST_STEP
    while low < high:
        middle = (low + high) // 2
        if is_there(middle * _STEP_FT):
            high = middle
        else:
            low = middle + 1
    return low
