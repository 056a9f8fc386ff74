"""What programs read: the description, the feeds for GIS tools, the counts."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import msgspec
import pytest

from detente.airspace.geodesy import inverse
from detente.airspace.levels import Level
from detente.airspace.shapes import Circle, Point
from detente.airspace.volumes import Volume
from detente.api.door import Door
from detente.api.openapi import document, path_names
from detente.api.table import DOORS
from detente.notices.geojson import to_geojson
from detente.notices.notice import Notice

HOUR_MS = 3_600_000
KEY = "key-12345678"


@pytest.fixture
def officer(served: Any) -> Any:
    browser = served.browser()
    browser.login("watch_officer")
    return browser


def drawn(now_ms: int, *, lon_e7: int = -1_214_000_000) -> str:
    volume = Volume(
        shape=Circle(centre=Point(lat_e7=399_000_000, lon_e7=lon_e7), radius_cm=926_000),
        floor=Level(datum="palt", value=4000),
        ceiling=Level(datum="palt", value=9000),
        start_ms=now_ms + 3 * HOUR_MS,
        end_ms=now_ms + 5 * HOUR_MS,
    )
    notice = Notice(
        kind="routine",
        volumes=(volume,),
        class_="tanker",
        count_band=None,
        transponder=None,
        frequency_monitored_khz=(),
        hazard_kind=None,
        movement=None,
    )
    return to_geojson([notice]).decode()


def test_every_door_is_described_once_with_its_roles_and_its_example_fits() -> None:
    told = document()
    assert told["openapi"] == "3.1.0"
    operations = [(path, method) for path, of in told["paths"].items() for method in of]
    assert len(operations) == len(DOORS)
    names = [of["operationId"] for one in told["paths"].values() for of in one.values()]
    assert len(set(names)) == len(names)
    for door in DOORS:
        operation = told["paths"][door.path][door.method.lower()]
        assert operation["x-roles"] == sorted(door.roles)
        assert {one["name"] for one in operation.get("parameters", []) if one["in"] == "path"} == set(
            path_names(door)
        )


@pytest.mark.parametrize("door", [one for one in DOORS if one.example], ids=lambda one: one.path)
def test_examples_are_what_the_doors_take(door: Door) -> None:
    assert msgspec.convert(door.example, door.takes, strict=False) is not None


def test_every_order_has_an_example_and_names_its_key() -> None:
    assert [door.path for door in DOORS if door.is_order and not door.example] == []


def test_no_door_is_named_for_an_order_that_the_desk_has_not(served: Any) -> None:
    known = set(served.api._house.desk._orders)
    assert {door.order for door in DOORS if door.order} <= known


def test_a_notice_sent_here_is_shown_to_gis_tools_never_too_small(served: Any, officer: Any) -> None:
    sent = officer.order("/api/notices", {"text": drawn(served.clock.at_ms)}, KEY)
    assert sent.status == 200, sent.data
    answer = officer.ask("GET", "/collections/notices/items")
    assert answer.headers["content-type"] == "application/geo+json"
    assert (answer.told["numberMatched"], answer.told["numberReturned"]) == (1, 1)
    (feature,) = answer.told["features"]
    assert feature["properties"]["party"] == "SIERRA"
    assert (feature["properties"]["floor"], feature["properties"]["ceiling"]) != ("", "")
    ring = feature["geometry"]["coordinates"][0]
    assert ring[0] == ring[-1]
    middles = [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in pairwise(ring)]
    for lon, lat in [*map(tuple, ring), *middles]:
        _, away_m = inverse(39.9, -121.4, lat, lon)
        assert float(away_m) >= 9_260 - 0.5, "chords do not cut into the true circle"
    twice_the_area = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))
    assert twice_the_area > 0, "RFC 7946: the outer ring is anticlockwise"


@pytest.mark.parametrize(
    ("bbox", "count"),
    [
        ("-122,39,-121,41", 1),
        ("-120,39,-119,41", 0),
        ("-122,50,-121,51", 0),
        ("170,39,-121,41", 1),
        ("-130,39,170,41", 1),
        ("170,39,-170,41", 0),
    ],
)
def test_a_box_keeps_what_meets_it_over_the_antimeridian_too(
    served: Any, officer: Any, bbox: str, count: int
) -> None:
    officer.order("/api/notices", {"text": drawn(served.clock.at_ms)}, KEY)
    told = officer.ask("GET", f"/collections/notices/items?bbox={bbox}").told
    assert told["numberMatched"] == count


@pytest.mark.parametrize("bbox", ["1,2,3", "a,b,c,d", "0,9,1,8", "nan,nan,nan,nan", "inf,0,0,1", ",,,"])
def test_a_box_that_is_none_is_refused(officer: Any, bbox: str) -> None:
    assert officer.ask("GET", f"/collections/notices/items?bbox={bbox}").status == 422


def test_pages_follow_each_other(served: Any, officer: Any) -> None:
    for number in range(3):
        text = drawn(served.clock.at_ms, lon_e7=-1_214_000_000 + number * 5_000_000)
        assert officer.order("/api/notices", {"text": text}, f"{KEY}-{number}").status == 200
    first = officer.ask("GET", "/collections/notices/items?limit=2").told
    assert (first["numberMatched"], first["numberReturned"]) == (3, 2)
    following = next(link["href"] for link in first["links"] if link["rel"] == "next")
    last = officer.ask("GET", following).told
    assert last["numberReturned"] == 1
    assert {one["id"] for one in first["features"]}.isdisjoint(one["id"] for one in last["features"])


def test_tracks_carry_the_age_of_their_position(served: Any, officer: Any) -> None:
    from detente.tracks.position import PositionReport

    report = PositionReport(
        aircraft="a1b2c3",
        call_sign="<script>alert(1)</script>",
        time_ms=served.clock.at_ms - 4_000,
        lat_deg=39.9,
        lon_deg=-121.4,
        level_palt_ft=5_000.0,
        height_hae_m=None,
        ground_speed_mps=100.0,
        track_deg=90.0,
        vertical_rate_mps=None,
    )
    served.node.see([report])
    answer = officer.ask("GET", "/collections/tracks/items")
    (feature,) = answer.told["features"]
    assert feature["id"] == "a1b2c3"
    assert math.isclose(feature["properties"]["age_s"], 4.0)
    assert feature["properties"]["own"] is False
    assert answer.headers["content-type"] == "application/geo+json", "a hostile name is never a page"


def test_ready_says_no_while_no_peer_is_reached(served: Any) -> None:
    answer = served.browser(address="127.0.0.1").ask("GET", "/readyz")
    assert answer.status == 503
    assert answer.told["checks"]["store"] is True
    assert answer.told["checks"]["peers"] is False


def test_ways_out_are_told_for_a_notice_in_force(served: Any, officer: Any) -> None:
    sent = officer.order("/api/notices", {"text": drawn(served.clock.at_ms)}, KEY).told["sent"][0]
    told = officer.ask("GET", f"/api/ways?ref={sent['ref'].replace('#', '%23')}")
    assert told.status == 200, told.data
    assert told.told["offers"] == []
    assert officer.ask("GET", "/api/ways?ref=COAST%2399").status == 404
