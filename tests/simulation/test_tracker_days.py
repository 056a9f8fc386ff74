"""A day of made-up traffic through the tracker: no update is missed, and a day later it holds no more than before."""

from __future__ import annotations

import math
import random
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from detente.quantities import UtcMs
from detente.tracks.motion import METRES_PER_DEGREE
from detente.tracks.position import PositionReport
from detente.tracks.tracker import Rules, Tracker

START_MS = 1_720_224_000_000
AIRCRAFT = 200
LIFE_S = 3_600
GAP_SHARE, GAP_MOST_S = 0.0005, 120


@dataclass(slots=True)
class Flown:
    """One aircraft: it turns a little, is silent now and then, and ends."""

    address: str
    lat_deg: float
    lon_deg: float
    speed_mps: float
    course_deg: float
    level_ft: float
    ends_s: int
    silent_until_s: int = 0


def traffic(seed: int, seconds: int) -> Iterator[tuple[UtcMs, list[PositionReport]]]:
    """Each second, what was heard in it."""
    chance = random.Random(seed)
    numbers = iter(range(0x400000, 0xFFFFFF))

    def born(at_s: int) -> Flown:
        return Flown(
            address=f"{next(numbers):06x}",
            lat_deg=chance.uniform(38, 42),
            lon_deg=chance.uniform(-124, -118),
            speed_mps=chance.uniform(40, 250),
            course_deg=chance.uniform(0, 360),
            level_ft=float(chance.randrange(10, 400) * 100),
            ends_s=at_s + 60 + int(chance.expovariate(1 / LIFE_S)),
        )

    sky = [born(0) for _ in range(AIRCRAFT)]
    for second in range(seconds):
        now_ms = UtcMs(START_MS + second * 1000)
        heard = []
        for place, one in enumerate(sky):
            if second >= one.ends_s:
                sky[place] = one = born(second)
            one.course_deg = (one.course_deg + chance.uniform(-3, 3)) % 360.0
            course = math.radians(one.course_deg)
            one.lat_deg += one.speed_mps * math.cos(course) / METRES_PER_DEGREE
            one.lon_deg += (
                one.speed_mps * math.sin(course) / (METRES_PER_DEGREE * math.cos(math.radians(one.lat_deg)))
            )
            if one.silent_until_s > second:
                continue
            if chance.random() < GAP_SHARE:
                one.silent_until_s = second + chance.randrange(2, GAP_MOST_S)
            heard.append(
                PositionReport(
                    aircraft=one.address,
                    call_sign="" if second % 5 else f"T{one.address}",
                    time_ms=now_ms,
                    lat_deg=max(-90.0, min(90.0, one.lat_deg)),
                    lon_deg=(one.lon_deg + 180.0) % 360.0 - 180.0,
                    level_palt_ft=one.level_ft,
                    height_hae_m=None,
                    ground_speed_mps=one.speed_mps,
                    track_deg=one.course_deg,
                    vertical_rate_mps=0.0,
                    accuracy_m=30.0,
                    source="made up",
                )
            )
        yield now_ms, heard


def run(seed: int, seconds: int, measured: Callable[[], int], *, every_s: int) -> tuple[int, list[int]]:
    """Reports in all, and the memory at each mark."""
    tracker = Tracker(rules=Rules(coast_s=60.0))
    made, marks = 0, []
    named: set[str] = set()
    for second, (now_ms, heard) in enumerate(traffic(seed, seconds)):
        for report in heard:
            seen = tracker.see(report, now_ms)
            assert isinstance(seen, PositionReport), f"seed {seed}, second {second}: {seen} for {report}"
            if report.call_sign:
                named.add(report.aircraft)
            elif report.aircraft in named:
                assert seen.call_sign == f"T{report.aircraft}", "a call sign once heard stays"
        made += len(heard)
        tracker.pass_time(now_ms)
        if second % 600 == 599:
            for report in heard:
                track = tracker.track(report.aircraft, now_ms)
                assert track is not None
                assert track.last is report, f"seed {seed}: an update was missed"
        if second % every_s == every_s - 1:
            marks.append(measured())
            assert len(tracker) < 2 * AIRCRAFT
    assert tracker.accepted == made, f"seed {seed}"
    assert tracker.jumps == 0
    assert not tracker.rejected
    return made, marks


def _traced_bytes() -> int:
    return tracemalloc.get_traced_memory()[0]


def _resident_bytes() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("no VmRSS")


def test_twenty_minutes_of_two_hundred_aircraft_miss_nothing() -> None:
    made, marks = run(7, 1_200, lambda: 0, every_s=300)
    assert made > 0.95 * AIRCRAFT * 1_200
    assert len(marks) == 4


def test_what_is_held_does_not_grow() -> None:
    """Traced to the byte, after one minute and after three: what died is let go, what lives is bounded."""
    tracemalloc.start()
    try:
        _, marks = run(11, 180, _traced_bytes, every_s=60)
    finally:
        tracemalloc.stop()
    assert marks[-1] < 1.25 * marks[0] + 100_000, marks


@pytest.mark.soak
def test_a_day_of_two_hundred_aircraft_misses_nothing_and_keeps_no_memory(
    record_property: Callable[[str, object], None],
) -> None:
    """17 million updates; resident memory after two hours and after twenty-four."""
    made, marks = run(20_240_706, 86_400, _resident_bytes, every_s=7_200)
    record_property("total hours of traffic through the tracker", 24)
    record_property("total updates of the tracker", made)
    print(f"{made:,} updates; resident MB each two hours: {[round(one / 1e6, 1) for one in marks]}")
    assert max(marks) - marks[0] < 20_000_000, marks
