"""The agreed ground, encounters and conflicts as feeds: what a map draws of them, and a GIS reads."""

from __future__ import annotations

from typing import Any

import pytest
import shapely

from detente.airspace.levels import Level
from detente.airspace.shapes import Circle, Point
from detente.airspace.volumes import Volume
from detente.api.geo import band_palt_ft
from detente.api.geo_meetings import gap_of
from detente.api.geo_terms import terms_of
from detente.conflicts.decide import Conflict, decide
from detente.memorandum.load import read_memorandum
from detente.memorandum.model import Memorandum
from detente.memorandum.template import template
from detente.notices.notice import Notice
from detente.quantities import UtcMs
from detente.tracks.position import PositionReport

AT_MS = 1_599_523_200_000


@pytest.fixture
def observer(served: Any) -> Any:
    browser = served.browser()
    assert browser.login("observer").status == 200
    return browser


@pytest.fixture(scope="module")
def neighbours() -> Memorandum:
    read = read_memorandum(template("neighbours-2030"))
    assert isinstance(read, Memorandum)
    return read


def report(aircraft: str, lon_deg: float, track_deg: float, at_ms: int) -> PositionReport:
    return PositionReport(
        aircraft=aircraft,
        call_sign="",
        time_ms=UtcMs(at_ms),
        lat_deg=39.9,
        lon_deg=lon_deg,
        level_palt_ft=5_000.0,
        height_hae_m=None,
        ground_speed_mps=100.0,
        track_deg=track_deg,
        vertical_rate_mps=0.0,
    )


def notice(*, lon_e7: int, class_: str = "tanker") -> Notice:
    volume = Volume(
        shape=Circle(centre=Point(lat_e7=399_000_000, lon_e7=lon_e7), radius_cm=926_000),
        floor=Level(datum="palt", value=4_000),
        ceiling=Level(datum="palt", value=9_000),
        start_ms=AT_MS,
        end_ms=AT_MS + 3_600_000,
    )
    return Notice(
        kind="routine",
        volumes=(volume,),
        class_=class_,
        count_band=None,
        transponder=None,
        frequency_monitored_khz=(),
        hazard_kind=None,
        movement=None,
    )


def test_everything_with_a_place_in_the_memorandum_is_told(neighbours: Memorandum) -> None:
    told = list(terms_of(neighbours))
    kinds = [one["properties"]["kind"] for one in told]
    assert set(kinds) == {
        "area",
        "sector",
        "boundary",
        "buffer",
        "special_area",
        "contact_ring",
        "reference_point",
    }
    assert len({one["id"] for one in told}) == len(told)
    assert kinds[0] == "area", "the widest is drawn first"


def test_each_strip_of_a_boundary_lies_on_the_side_of_its_party(neighbours: Memorandum) -> None:
    """The line goes south, so its left, ALFA's, is in the east."""
    strips = {
        one["properties"]["party"]: shapely.geometry.shape(one["geometry"])
        for one in terms_of(neighbours)
        if one["properties"]["kind"] == "buffer"
    }
    assert strips["ALFA"].contains(shapely.Point(-30.48, 45.0))
    assert strips["BRAVO"].contains(shapely.Point(-30.52, 45.0))


def test_the_contact_ring_holds_the_special_area(neighbours: Memorandum) -> None:
    shapes = {
        one["properties"]["kind"]: shapely.geometry.shape(one["geometry"]) for one in terms_of(neighbours)
    }
    assert shapes["contact_ring"].contains(shapes["special_area"])


def test_the_collections_are_listed_and_each_can_be_read(observer: Any) -> None:
    told = observer.ask("GET", "/collections").told["collections"]
    assert {one["id"] for one in told} == {"notices", "tracks", "terms", "conflicts", "encounters"}
    for one in told:
        answer = observer.ask("GET", one["links"][0]["href"])
        assert answer.status == 200
        assert answer.headers["content-type"] == "application/geo+json"
        assert answer.told["type"] == "FeatureCollection"


def test_an_encounter_is_told_until_it_is_over_with_its_closest_point(served: Any, observer: Any) -> None:
    served.node._own.add("0000aa")
    at_ms = served.clock.at_ms
    served.node.see([report("0000aa", -121.5, 90.0, at_ms), report("0000bb", -121.4, 270.0, at_ms)])
    (feature,) = observer.ask("GET", "/collections/encounters/items").told["features"]
    of = feature["properties"]
    assert (of["own"], of["foreign"], of["is_predicted"]) == ("0000aa", "0000bb", True)
    assert of["lon"] == pytest.approx(-121.45, abs=0.02)
    assert 30 < of["seconds"] < 60, "8.5 km at 200 m/s"
    assert of["miss_nm"] < 0.1
    assert of["ref"] is not None, "the question that was said of it"
    own_way, foreign_way, _ = feature["geometry"]["coordinates"]
    assert own_way[0] == [-121.5, 39.9]
    assert own_way[1][0] == pytest.approx(foreign_way[1][0], abs=0.02)
    assert observer.ask("GET", "/api/tracks").told["encounters"][0]["own"] == "0000aa"
    served.clock.at_ms += 600_000
    served.node.look()
    assert observer.ask("GET", "/collections/encounters/items").told["features"] == []


def test_a_conflict_has_the_line_between_its_nearest_places(served: Any) -> None:
    memorandum = served.node.state.memorandum
    own, foreign = notice(lon_e7=-1_214_000_000), notice(lon_e7=-1_211_600_000)
    found = decide(own, foreign, memorandum)
    assert isinstance(found, Conflict)
    assert found.lateral_gap_m > 0
    ends = gap_of(own, foreign, found, memorandum)
    assert ends is not None
    (west, _), (east, _) = ends
    assert -121.4 < west < found.where.lon_e7 / 1e7 < east < -121.16
    overlapping = notice(lon_e7=-1_213_900_000)
    touching = decide(own, overlapping, memorandum)
    assert isinstance(touching, Conflict)
    assert gap_of(own, overlapping, touching, memorandum) is None


def test_levels_are_told_outwards_in_one_datum(served: Any) -> None:
    memorandum = served.node.state.memorandum
    one = notice(lon_e7=-1_214_000_000).volumes[0]
    assert band_palt_ft(one, memorandum) == (4_000, 9_000)
    high = Volume(
        shape=one.shape,
        floor=Level(datum="hae", value=100_000),
        ceiling=Level(datum="hae", value=200_000),
        start_ms=one.start_ms,
        end_ms=one.end_ms,
    )
    least_ft, most_ft = band_palt_ft(high, memorandum)
    assert least_ft < 1_000 / 0.3048 < 2_000 / 0.3048 < most_ft, "in some agreed weather"
