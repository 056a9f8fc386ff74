"""The last half an hour of all aircraft, in bounded memory; blocks that move, at a moment."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from detente.api.trails import AIRCRAFT_MAX, EVERY_S, KEPT_S, LOOKS_MAX, Trails
from detente.quantities import UtcMs
from detente.tracks.position import PositionReport

AT_MS = 1_599_523_200_000
ONE = PositionReport(
    aircraft="a1b2c3",
    call_sign="TANKER41",
    time_ms=UtcMs(AT_MS - 3_000),
    lat_deg=39.9,
    lon_deg=-121.4,
    level_palt_ft=None,
    height_hae_m=None,
    ground_speed_mps=100.0,
    track_deg=90.0,
    vertical_rate_mps=None,
)


class Sky:
    """Who is heard, and what time it is."""

    def __init__(self) -> None:
        self.now_ms = AT_MS
        self.heard: list[tuple[PositionReport, bool]] = [(ONE, False)]
        self.trails = Trails(lambda: self.heard, lambda: self.now_ms)

    def pass_s(self, seconds: float) -> None:
        self.now_ms += round(seconds * 1000)
        self.trails.look()


def test_a_moment_shows_the_last_look_before_it_with_the_age_it_had_then() -> None:
    sky = Sky()
    sky.trails.look()
    sky.heard = [(replace(ONE, lat_deg=40.0, time_ms=UtcMs(AT_MS + 9_000)), False)]
    sky.pass_s(10)
    told = sky.trails.at(AT_MS + 9_999)
    assert told is not None
    assert (told["lat_e5"], told["age_s"], told["now_ms"]) == ([3_990_000], [3], AT_MS)
    assert told["level_palt_ft"] == [None]
    later = sky.trails.at(AT_MS + 10_000)
    assert later is not None
    assert later["lat_e5"] == [4_000_000]


def test_where_nothing_was_kept_nothing_is_shown() -> None:
    sky = Sky()
    assert sky.trails.at(AT_MS) is None
    sky.trails.look()
    assert sky.trails.at(AT_MS - 1) is None
    assert sky.trails.at(AT_MS + round(EVERY_S * 2_000) + 1) is None


def test_memory_is_bounded_in_time_and_in_aircraft_and_own_ones_stay() -> None:
    sky = Sky()
    many = [(replace(ONE, aircraft=f"{number:06x}"), False) for number in range(AIRCRAFT_MAX + 10)]
    sky.heard = [*many, (replace(ONE, aircraft="0wn"), True)]
    for _ in range(LOOKS_MAX + 20):
        sky.pass_s(EVERY_S)
    assert sky.trails.kept_from_ms == sky.now_ms - KEPT_S * 1000
    told = sky.trails.at(sky.now_ms)
    assert told is not None
    assert len(told["names"]) == AIRCRAFT_MAX
    assert told["names"][0][0] == "0wn"
    assert told["total"] == AIRCRAFT_MAX + 11


def test_the_way_of_one_aircraft_is_told_oldest_first() -> None:
    sky = Sky()
    sky.trails.look()
    sky.heard = [(replace(ONE, lat_deg=40.0), False)]
    sky.pass_s(10)
    assert [one["lat"] for one in sky.trails.of("a1b2c3")] == [39.9, 40.0]
    assert sky.trails.of("nobody") == []


def test_a_clock_that_went_back_leaves_no_look_in_the_future() -> None:
    sky = Sky()
    sky.trails.look()
    sky.pass_s(-3_600)
    assert sky.trails.kept_from_ms == sky.now_ms


@pytest.mark.parametrize(("after_s", "is_there"), [(-1, False), (0, True), (900, True), (3_601, False)])
def test_a_block_that_moves_is_where_its_times_put_it(served: Any, after_s: int, is_there: bool) -> None:
    browser = served.browser()
    browser.login("watch_officer")
    start_ms = served.clock.at_ms + 3 * 3_600_000

    def at(seconds: int) -> str:
        from detente.quantities import utc_text

        return utc_text(start_ms + seconds * 1000)

    feature = {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": [[-121.4, 39.0], [-121.4, 40.0]]},
        "properties": {
            "kind": "track",
            "class": "tanker",
            "half_width_nm": 5,
            "times": [at(0), at(3_600)],
            "floor": "FL040",
            "ceiling": "FL090",
            "movement": "along",
        },
    }
    import json

    sent = browser.order("/api/notices", {"text": json.dumps(feature)}, "key-12345678")
    assert sent.status == 200, sent.data
    told = browser.ask("GET", f"/api/moment?at_ms={start_ms + after_s * 1000}").told
    assert told["tracks"] is None, "no aircraft is told of the future"
    assert bool(told["blocks"]["features"]) == is_there
    if is_there:
        (block,) = told["blocks"]["features"]
        lats = [lat for _, lat in block["geometry"]["coordinates"][0]]
        middle = 39.0 + after_s / 3_600
        assert min(lats) < middle < max(lats) < middle + 0.1
