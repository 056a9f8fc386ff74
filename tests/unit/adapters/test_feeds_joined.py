"""What [feed] and [[feed]] say becomes one feed, given out as the clock goes on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from detente.adapters.feeds import FeedSettings, JoinedFeed, open_feed
from detente.adapters.home import Home, read_settings
from detente.adapters.system import ConductedClock
from detente.airspace.atmosphere import Atmosphere
from detente.errors import OperatorError
from detente.quantities import UtcMs
from detente.tracks.tracker import Rules, Tracker

NOON_MS = 1_720_267_200_000
WEATHER = Atmosphere(qnh_min_hpa=990, qnh_max_hpa=1040, isa_deviation_min_k=-20, isa_deviation_max_k=35)
HEAD = 'party = "A"\nlisten_host = "127.0.0.1"\nlisten_port = 7600\nmemorandum = "memorandum.toml"\n'


def sbs(second: int, address: str = "ABCDEF") -> str:
    when = f"2024/07/06,12:00:{second:02}.000"
    return f"MSG,3,1,1,{address},1,{when},{when},T72,5000,150,0,{39 + second / 1500:.5f},-121.0,,,0,0,0,0\r\n"


def flight(second: int) -> str:
    state = {
        "timestamp": f"2024-07-06T12:00:{second:02}Z",
        "position": {"lat": 39.0, "lng": -121.0 + second / 9e4, "alt": 500.0},
    }
    return json.dumps({"flights": [{"id": "drone", "current_state": state}]}) + "\n"


def joined(tmp_path: Path, *settings: FeedSettings, **given: Any) -> JoinedFeed:
    feed = open_feed(
        settings,
        folder=tmp_path,
        tracker=Tracker(rules=Rules()),
        clock=ConductedClock(UtcMs(NOON_MS)),
        **given,
    )
    assert isinstance(feed, JoinedFeed)
    return feed


def test_files_are_given_out_as_the_clock_reaches_them_and_merged_by_time(tmp_path: Path) -> None:
    (tmp_path / "roof.sbs").write_text("".join(sbs(second) for second in range(10)))
    (tmp_path / "drones.json").write_text("".join(flight(second) for second in range(3, 8)))
    feed = joined(tmp_path, FeedSettings(file="roof.sbs", name="roof"), FeedSettings(file="drones.json"))
    assert feed.next_ms() == NOON_MS
    first = feed.take_until(UtcMs(NOON_MS + 4_000))
    assert [(one.time_ms - NOON_MS) // 1000 for one in first] == [0, 1, 2, 3, 3, 4, 4]
    assert {one.source for one in first} == {"roof", "drones.json"}
    assert feed.take_until(UtcMs(NOON_MS + 4_000)) == []
    assert feed.next_ms() == NOON_MS + 5_000
    assert len(feed.take_until(UtcMs(NOON_MS + 60_000))) == 8
    assert feed.next_ms() is None
    assert feed.rejected.total() == 0


def test_one_aircraft_in_two_files_is_one(tmp_path: Path) -> None:
    for name in ("roof", "hill"):
        (tmp_path / name).write_text("".join(sbs(second) for second in range(5)))
    feed = joined(tmp_path, FeedSettings(file="roof"), FeedSettings(file="hill"))
    assert len(feed.take_until(UtcMs(NOON_MS + 60_000))) == 5
    assert feed.rejected == {"duplicate": 5}


def test_of_each_aircraft_one_report_a_second_is_given_on_and_the_tracker_sees_all(tmp_path: Path) -> None:
    """Two a second, as transponders send: comparing pairs costs more than following tracks."""
    lines = [
        sbs(second).replace(f":{second:02}.000", f":{second:02}.{half}")
        for second in range(10)
        for half in ("000", "500")
    ]
    moved = [line.replace("-121.0", f"{-121.0 + number / 1e5:.5f}") for number, line in enumerate(lines)]
    (tmp_path / "roof").write_text("".join(moved))
    feed = joined(tmp_path, FeedSettings(file="roof"))
    given = feed.take_until(UtcMs(NOON_MS + 60_000))
    assert [one.time_ms - NOON_MS for one in given] == list(range(0, 10_000, 1_000))
    assert feed.tracker.accepted == 20
    assert feed.unused == {"thinned": 10}


def test_a_height_becomes_a_level_within_bounds_where_the_weather_is_agreed(tmp_path: Path) -> None:
    (tmp_path / "drones.json").write_text(flight(0))
    settings = FeedSettings(file="drones.json")
    (bare,) = joined(tmp_path, settings).take_until(UtcMs(NOON_MS))
    (bounded,) = joined(tmp_path, settings, atmosphere=WEATHER).take_until(UtcMs(NOON_MS))
    assert bare.level_palt_ft is None
    assert bounded.level_palt_ft is not None
    assert bounded.level_slack_ft > 0.0
    assert bounded.height_hae_m == 500.0


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ('[feed]\nrecording = "week.json.gz"\n', 1),
        ('[feed]\nconnect = "tcp://127.0.0.1:30005"\nformat = "beast"\nsite = [48.1, 11.5]\n', 1),
        ('[[feed]]\nfile = "a"\nstart = 2024-07-06T00:00:00Z\n[[feed]]\nconnect = "udp://0.0.0.0:1"\n', 2),
    ],
)
def test_one_feed_or_several_are_read_from_the_settings(tmp_path: Path, text: str, count: int) -> None:
    home = Home(folder=tmp_path)
    home.settings_file.write_text(HEAD + text)
    assert len(read_settings(home).feeds) == count


@pytest.mark.parametrize(
    "text",
    [
        '[feed]\nconect = "tcp://127.0.0.1:30005"\n',
        '[feed]\nfile = "a"\nsite = [48.1]\n',
        "[[feed]]\nfile = 7\n",
        'feed = "a"\n',
    ],
)
def test_a_wrong_line_of_the_settings_is_named(tmp_path: Path, text: str) -> None:
    home = Home(folder=tmp_path)
    home.settings_file.write_text(HEAD + text)
    with pytest.raises(OperatorError) as refused:
        read_settings(home)
    assert refused.value.code == "settings"


def test_a_start_without_a_zone_is_refused(tmp_path: Path) -> None:
    """Nobody's local time is guessed."""
    home = Home(folder=tmp_path)
    home.settings_file.write_text(HEAD + '[feed]\nfile = "a"\nstart = 2024-07-06T00:00:00\n')
    with pytest.raises(OperatorError):
        open_feed(
            read_settings(home).feeds,
            folder=tmp_path,
            tracker=Tracker(rules=Rules()),
            clock=ConductedClock(UtcMs(0)),
        )
