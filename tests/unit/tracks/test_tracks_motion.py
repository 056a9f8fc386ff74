"""The estimate follows what is flown: quieter than the noise, no turn of its own, and honest about its error."""

from __future__ import annotations

import math
import random
from pathlib import Path
from typing import Any

import pytest

from detente.quantities import UtcMs
from detente.tracks.motion import METRES_PER_DEGREE, Motion
from detente.tracks.position import PositionReport
from detente.tracks.recording import read_recording
from detente.tracks.tracker import Rules, Tracker

SHARED = Path(__file__).resolve().parents[3] / "../shared/data/adsb_traffic_mit"
NOISE_M = 30.0


def report(after_s: float, north_m: float, east_m: float, **changes: Any) -> PositionReport:
    """Near 0, 0, where a degree of longitude is as long as one of latitude."""
    said: dict[str, Any] = {
        "aircraft": "abcdef",
        "call_sign": "",
        "time_ms": UtcMs(round(after_s * 1000)),
        "accuracy_m": 74.0,
        "lat_deg": north_m / METRES_PER_DEGREE,
        "lon_deg": east_m / METRES_PER_DEGREE,
        "level_palt_ft": None,
        "height_hae_m": None,
        "ground_speed_mps": None,
        "track_deg": None,
        "vertical_rate_mps": None,
        **changes,
    }
    return PositionReport(**said)


def off_m(motion: Motion, north_m: float, east_m: float) -> float:
    return math.hypot(
        motion.lat_deg * METRES_PER_DEGREE - north_m, motion.lon_deg * METRES_PER_DEGREE - east_m
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_straight_flight_with_noise_is_smoothed_and_makes_no_turn(seed: int) -> None:
    """100 m/s north at 1 Hz, 30 m of noise: the place is nearer than the reports, the course near the true one."""
    chance = random.Random(seed)
    motion: Motion | None = None
    raw, smooth, courses = 0.0, 0.0, []
    for second in range(300):
        noise = chance.gauss(0, NOISE_M), chance.gauss(0, NOISE_M)
        heard = report(second, 100.0 * second + noise[0], noise[1])
        if motion is None:
            motion = Motion(heard)
        else:
            motion.update(heard)
        if second > 30:
            raw += math.hypot(*noise) ** 2
            smooth += off_m(motion, 100.0 * second, 0.0) ** 2
            courses.append((motion.course_deg + 180) % 360 - 180)
    assert motion is not None
    assert motion.restarts == 0, f"seed {seed}"
    assert smooth < 0.8 * raw, f"seed {seed}"
    spread = math.sqrt(sum(one * one for one in courses) / len(courses))
    assert spread < 15.0, f"seed {seed}: {spread}"
    assert abs(sum(courses) / len(courses)) < 1.0, f"seed {seed}"


def test_the_new_place_lies_between_the_predicted_and_the_reported_one() -> None:
    """A filter that overshoots would invent a manoeuvre."""
    motion = Motion(report(0, 0, 0))
    motion.update(report(1, 100, 0))
    motion.update(report(2, 200, 40))
    assert 0.0 < motion.lon_deg * METRES_PER_DEGREE < 40.0
    assert motion.lat_deg * METRES_PER_DEGREE == pytest.approx(200.0)


def test_a_reported_velocity_is_taken_as_it_is() -> None:
    motion = Motion(report(0, 0, 0, ground_speed_mps=50.0, track_deg=90.0))
    motion.update(report(1, 3, 48, ground_speed_mps=51.0, track_deg=91.0))
    assert (motion.speed_mps, motion.course_deg) == pytest.approx((51.0, 91.0))


def test_a_real_turn_is_followed_at_once() -> None:
    """A 30 s hole, and the aircraft comes back the other way: no wide average of both."""
    motion = Motion(report(0, 0, 0, ground_speed_mps=100.0, track_deg=0.0))
    motion.update(report(60, 0, 900, ground_speed_mps=100.0, track_deg=180.0))
    assert off_m(motion, 0, 900) < 0.04 * 6_000
    assert motion.course_deg == pytest.approx(180.0)


def test_levels_are_kept_as_reported_and_climbs_estimated_only_without_a_rate() -> None:
    motion = Motion(report(0, 0, 0, level_palt_ft=5_000.0))
    for second in range(1, 60):
        motion.update(report(second, 0, second, level_palt_ft=5_000.0 + 25.0 * (second // 2)))
    assert motion.level_ft == 5_725.0
    assert motion.climb_ftps == pytest.approx(12.5, abs=4.0)
    motion.update(report(60, 0, 60, level_palt_ft=5_750.0, vertical_rate_mps=0.0))
    assert motion.climb_ftps == 0.0


def test_a_level_grows_uncertain_and_then_is_none() -> None:
    motion = Motion(report(0, 0, 0, level_palt_ft=5_000.0, vertical_rate_mps=0.0))
    errors = [level[1] for at in (0, 5_000, 60_000) if (level := motion.level_at(at)) is not None]
    assert errors == sorted(errors)
    assert errors[0] < errors[1] < errors[2]
    assert motion.level_at(400_000) is None


def test_it_flies_on_across_the_antimeridian() -> None:
    near = {"ground_speed_mps": 200.0, "track_deg": 90.0}
    motion = Motion(report(0, 0, 179.999 * METRES_PER_DEGREE, **near))
    motion.update(report(10, 0, -179.984 * METRES_PER_DEGREE, **near))
    assert motion.restarts == 0
    assert motion.place_at(20_000)[1] == pytest.approx(-179.966, abs=0.002)


@pytest.mark.parametrize("name", ["quickstart", "calfire"])
def test_the_error_that_is_stated_holds_in_95_of_100_real_cases(name: str) -> None:
    """Every real report that is taken, against where its track was expected to be, after gaps of 5 to 90 s."""
    file = SHARED / f"{name}.json.gz"
    if not file.exists():
        pytest.skip("REAL FLIGHTS ARE NOT TESTED: ../shared/data is missing")
    tracker = Tracker(rules=Rules(coast_s=90.0))
    within = total = 0
    for heard in read_recording(file.read_bytes()).reports[:120_000]:
        expected = tracker.track(heard.aircraft, heard.time_ms)
        if expected is not None and expected.age_s < 5.0:
            continue
        seen = tracker.see(heard, heard.time_ms)
        if expected is None or expected.age_s > 90.0 or isinstance(seen, str):
            continue
        north_m = (heard.lat_deg - expected.lat_deg) * METRES_PER_DEGREE
        east_m = (
            (heard.lon_deg - expected.lon_deg) * METRES_PER_DEGREE * math.cos(math.radians(heard.lat_deg))
        )
        within += math.hypot(north_m, east_m) <= expected.error_m
        total += 1
    assert total > 5_000
    print(f"{name}: {within} of {total}, {within / total:.4f}")
    assert within / total >= 0.95, f"{within} of {total}"
