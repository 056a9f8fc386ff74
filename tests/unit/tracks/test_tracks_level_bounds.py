"""A height becomes a level only within bounds, and nobody is missed for want of a pressure altitude."""

from __future__ import annotations

import random
from typing import Any

import pytest

from detente.airspace.atmosphere import Atmosphere, amsl_bounds_cm
from detente.airspace.geoid import undulation_near_cm
from detente.alerts.describing import level_of
from detente.encounters.motion import Minima
from detente.encounters.watcher import Found, Watcher
from detente.memorandum.model import Tracks
from detente.quantities import METRES_PER_FT, UtcMs
from detente.tracks.level_bounds import level_bounds_ft, with_bounded_level
from detente.tracks.position import PositionReport

SUMMER = Atmosphere(
    qnh_min_hpa=990.0, qnh_max_hpa=1040.0, isa_deviation_min_k=-20.0, isa_deviation_max_k=35.0
)
STANDARD = Atmosphere(
    qnh_min_hpa=1013.25, qnh_max_hpa=1013.25, isa_deviation_min_k=0.0, isa_deviation_max_k=0.0
)


def report(**changes: Any) -> PositionReport:
    said: dict[str, Any] = {
        "aircraft": "cot:TABLET-7",
        "call_sign": "",
        "time_ms": UtcMs(0),
        "lat_deg": 39.9,
        "lon_deg": -121.4,
        "level_palt_ft": None,
        "height_hae_m": 1_524.0,
        "ground_speed_mps": 70.0,
        "track_deg": 0.0,
        "vertical_rate_mps": 0.0,
        **changes,
    }
    return PositionReport(**said)


def test_in_standard_air_the_bounds_hold_the_height_and_little_more() -> None:
    """5,000 ft above the ellipsoid near Chico, where mean sea level lies some 27 m below it, and 50 m each way."""
    least_ft, most_ft = level_bounds_ft(1_524.0, lat_deg=39.9, lon_deg=-121.4, atmosphere=STANDARD)
    sea_m = sum(undulation_near_cm(39.9, -121.4, radius_m=1.0)) / 200.0
    true_ft = (1_524.0 - sea_m) / METRES_PER_FT
    assert least_ft < true_ft < most_ft
    assert most_ft - least_ft < 500.0


@pytest.mark.parametrize("seed", [1, 2])
def test_in_every_weather_agreed_on_the_level_lies_within_the_bounds(seed: int) -> None:
    """The other way round by the atmosphere itself: a level's least and greatest heights both lead back to it."""
    chance = random.Random(seed)
    for _ in range(200):
        level_ft = chance.randrange(-500, 45_000)
        lat_deg, lon_deg = chance.uniform(-80, 80), chance.uniform(-180, 180)
        sea_cm = undulation_near_cm(lat_deg, lon_deg, radius_m=1.0)
        lowest_cm, highest_cm = amsl_bounds_cm(level_ft, SUMMER)
        for height_cm in (lowest_cm + sea_cm[0], highest_cm + sea_cm[1]):
            least_ft, most_ft = level_bounds_ft(
                height_cm / 100.0, lat_deg=lat_deg, lon_deg=lon_deg, atmosphere=SUMMER
            )
            assert least_ft <= level_ft <= most_ft, f"seed {seed}: {level_ft} ft at {lat_deg}, {lon_deg}"


def test_a_reported_level_is_never_touched() -> None:
    for one in (report(level_palt_ft=5_000.0), report(height_hae_m=None)):
        assert with_bounded_level(one, SUMMER) is one


def test_a_bounded_level_is_not_told_as_a_reported_one() -> None:
    """A question on the line says what was measured, or nothing."""
    bounded = with_bounded_level(report(), SUMMER)
    assert bounded.level_palt_ft is not None
    assert bounded.level_slack_ft > 500.0
    assert level_of(bounded) is None
    assert level_of(report(level_palt_ft=5_000.0)) is not None


def found_between(own: PositionReport, foreign: PositionReport) -> list[Found]:
    rules = Tracks(
        own_rule="own_list",
        lookahead_s=60,
        clear_after_s=120,
        max_gap_s=90,
        coast_s=90,
        identity_valid_s=3_600,
    )
    watcher = Watcher(
        is_own=lambda aircraft: aircraft == "a00001",
        minima_of=lambda _own, _foreign: Minima(lateral_nm=1.0, vertical_ft=500.0),
        widest=Minima(lateral_nm=1.0, vertical_ft=500.0),
        rules=rules,
    )
    findings = (*watcher.see(own), *watcher.see(foreign))
    return [one for one in findings if isinstance(one, Found)]


def test_who_reports_only_a_height_is_watched_and_the_width_of_the_bounds_is_added() -> None:
    """Without a level nothing would be predicted: a silent miss."""
    own = report(aircraft="a00001", level_palt_ft=5_600.0)
    near = report(lat_deg=39.93, track_deg=180.0, time_ms=UtcMs(1))
    assert found_between(own, near) == []
    assert len(found_between(own, with_bounded_level(near, SUMMER))) == 1
    high = with_bounded_level(report(lat_deg=39.93, height_hae_m=4_000.0, time_ms=UtcMs(1)), SUMMER)
    assert found_between(own, high) == [], "2,400 m above, in no weather"
