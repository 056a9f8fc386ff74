"""The picture of all aircraft that a map reads every second."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from detente.api.air import TRACKS_MAX, picture_of
from detente.quantities import UtcMs
from detente.tracks.position import PositionReport

AT_MS = 1_599_523_200_000


def report(number: int = 0, **more: Any) -> PositionReport:
    of = {
        "aircraft": f"{number:06x}",
        "call_sign": f"T{number}",
        "time_ms": UtcMs(AT_MS - 4_000),
        "lat_deg": 39.9,
        "lon_deg": -121.4,
        "level_palt_ft": 5_000.0,
        "height_hae_m": None,
        "ground_speed_mps": 100.0,
        "track_deg": 90.4,
        "vertical_rate_mps": None,
    }
    return PositionReport(**{**of, **more})


@pytest.fixture
def observer(served: Any) -> Any:
    browser = served.browser()
    assert browser.login("observer").status == 200
    return browser


def test_the_columns_hold_every_aircraft_at_one_place_each(served: Any, observer: Any) -> None:
    served.node.see([report(1), report(2, track_deg=None, level_palt_ft=None, lon_deg=179.999994)])
    told = observer.ask("GET", "/api/tracks").told
    assert told["names"] == [["000001", "T1", False], ["000002", "T2", False]]
    assert told["lon_e5"] == [-12_140_000, 17_999_999]
    assert told["age_s"] == [4, 4]
    assert told["level_palt_ft"] == [5_000, None]
    assert told["track_deg"] == [90, None]
    assert told["total"] == 2


def test_names_are_told_once_and_again_when_they_are_others(served: Any, observer: Any) -> None:
    served.node.see([report(1)])
    mark = observer.ask("GET", "/api/tracks").told["mark"]
    assert observer.ask("GET", f"/api/tracks?known={mark}").told["names"] is None
    assert observer.ask("GET", "/api/tracks?known=other").told["names"] is not None
    one = picture_of([(report(1), False)], now_ms=AT_MS)
    moved = picture_of([(report(1, lat_deg=40.0), False)], now_ms=AT_MS)
    renamed = picture_of([(report(1, call_sign="T9"), False)], now_ms=AT_MS)
    assert one.mark == moved.mark != renamed.mark


def test_who_takes_it_compressed_reads_the_same(served: Any, observer: Any) -> None:
    served.node.see([report(1)])
    plain = observer.ask("GET", "/api/tracks")
    small = observer.ask("GET", "/api/tracks", accept_encoding="gzip, br")
    assert small.headers["content-encoding"] == "gzip"
    assert json.loads(gzip.decompress(small.data)) == plain.told


def test_more_than_a_map_can_show_are_counted() -> None:
    """What is left out is never left out in silence."""
    many = ((report(number), False) for number in range(TRACKS_MAX + 5))
    told = json.loads(picture_of(many, now_ms=AT_MS).told(None))
    assert (told["total"], len(told["names"]), len(told["lon_e5"])) == (
        TRACKS_MAX + 5,
        TRACKS_MAX,
        TRACKS_MAX,
    )


def test_strange_text_stays_text() -> None:
    told = picture_of([(report(1, call_sign='"},{"x":"'), False)], now_ms=AT_MS).told(None)
    assert json.loads(told)["names"] == [["000001", '"},{"x":"', False]]
