"""GeoJSON in and out: longitude first, nothing unknown, everything rounded outwards."""

from __future__ import annotations

import json
from typing import Any

import pytest

from detente.airspace.levels import Level
from detente.airspace.shapes import Circle, Corridor, MovingBlock, Point, Polygon
from detente.errors import PeerError
from detente.memorandum.model import Memorandum
from detente.notices.geojson import named_notices_from_geojson, notices_from_geojson, to_geojson


def feature(geometry: dict[str, Any] | None = None, **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": geometry or {"type": "Point", "coordinates": [-30.0, 45.0]},
        "properties": {
            "kind": "routine",
            "class": "combat",
            "floor": "FL080",
            "ceiling": "FL120",
            "start": "2030-06-01T16:00:00Z",
            "end": "2030-06-01T19:00:00+02:00",
            "transponder": "on",
            **({} if geometry else {"radius_nm": 2.0}),
            **properties,
        },
    }


def collection(*features: dict[str, Any]) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def test_a_point_with_a_radius_is_a_circle_longitude_first(ex_1: Memorandum) -> None:
    (notice,) = notices_from_geojson(collection(feature()), ex_1)
    (volume,) = notice.volumes
    assert volume.shape == Circle(centre=Point(lat_e7=450_000_000, lon_e7=-300_000_000), radius_cm=370_400)
    assert volume.floor == Level(datum="palt", value=8_000)
    assert volume.end_ms - volume.start_ms == 3_600_000
    assert notice.count_band is None
    assert notice.frequency_monitored_khz == ()


def test_a_line_is_a_corridor_and_a_ring_a_polygon_without_its_closing_point(ex_1: Memorandum) -> None:
    line = feature({"type": "LineString", "coordinates": [[-30, 45], [-29.5, 45]]}, half_width_nm=2.0000001)
    ring = feature({"type": "Polygon", "coordinates": [[[-30, 45], [-29.5, 45], [-29.5, 45.3], [-30, 45]]]})
    corridor, polygon = notices_from_geojson(collection(line, ring), ex_1)
    assert isinstance(corridor.volumes[0].shape, Corridor)
    assert corridor.volumes[0].shape.half_width_cm == 370_401
    assert isinstance(polygon.volumes[0].shape, Polygon)
    assert len(polygon.volumes[0].shape.points) == 3


def test_a_line_with_times_is_a_block_that_moves_and_its_window_follows(ex_1: Memorandum) -> None:
    line = feature(
        {"type": "LineString", "coordinates": [[-30, 45], [-29.5, 45]]},
        half_width_nm=2.5,
        times=["2030-06-01T16:00:00Z", "2030-06-01T16:10:00.5Z"],
        early_s=60,
        late_s=90.0001,
    )
    del line["properties"]["start"], line["properties"]["end"]
    notices = notices_from_geojson(collection(line), ex_1)
    (volume,) = notices[0].volumes
    assert isinstance(volume.shape, MovingBlock)
    assert volume.shape.times_ms[1] - volume.shape.times_ms[0] == 600_500
    assert (volume.shape.early_ms, volume.shape.late_ms) == (60_000, 90_001)
    assert (volume.start_ms, volume.end_ms) == (
        volume.shape.times_ms[0] - 60_000,
        volume.shape.times_ms[1] + 90_001,
    )
    assert notices_from_geojson(to_geojson(notices), ex_1) == notices


def test_features_of_one_name_are_one_notice(ex_1: Memorandum) -> None:
    named = named_notices_from_geojson(collection(feature(notice="A"), feature(), feature(notice="A")), ex_1)
    assert [(name, len(notice.volumes)) for name, notice in named] == [("A", 2), ("feature 2", 1)]
    with pytest.raises(PeerError) as why:
        notices_from_geojson(collection(feature(notice="A"), feature(notice="A", transponder="off")), ex_1)
    assert "differ in 'transponder'" in why.value.message


def test_times_finer_than_a_millisecond_are_rounded_outwards(ex_1: Memorandum) -> None:
    (notice,) = notices_from_geojson(
        collection(feature(start="2030-06-01T16:00:00.0019Z", end="2030-06-01T17:00:00.0011Z")), ex_1
    )
    assert notice.volumes[0].start_ms % 1000 == 1
    assert notice.volumes[0].end_ms % 1000 == 2


def test_what_goes_out_comes_back_the_same(ex_1: Memorandum) -> None:
    line = feature({"type": "LineString", "coordinates": [[-30, 45], [-29.5, 45]]}, half_width_nm=2.37)
    ring = feature(
        {"type": "Polygon", "coordinates": [[[-30, 45], [-29.5, 45], [-29.5, 45.3], [-30, 45]]]},
        floor="0 AMSL",
        ceiling="3500 AMSL",
        frequency_monitored_khz=[121500, 130000],
        kind="hazard",
        hazard_kind="laser",
        count_band="5-12",
        movement="along",
    )
    notices = notices_from_geojson(collection(feature(), line, ring), ex_1)
    assert notices_from_geojson(to_geojson(notices), ex_1) == notices


LINE = {"type": "LineString", "coordinates": [[-30, 45], [-29.5, 45]]}

BAD: list[tuple[str, bytes]] = [
    ("malformed", b"{"),
    ("malformed", b"[1]"),
    ("malformed", b'{"type":"FeatureCollection","features":[]}'),
    ("malformed", b'{"type":"FeatureCollection","features":[1]}'),
    ("malformed", collection(feature()).replace(b"-30.0", b"NaN")),
    ("malformed", collection(feature()).replace(b"-30.0", b"Infinity")),
    ("malformed", collection(feature()).replace(b"-30.0", b"1e400")),
    ("malformed", collection(feature()).replace(b"-30.0", b"1e99999999999999999999999")),
    ("malformed", collection(feature()).replace(b"-30.0", b"true")),
    ("malformed", collection(feature()).replace(b"-30.0", b'"-30"')),
    ("bad_position", collection(feature()).replace(b"45.0", b"95.0")),
    ("bad_position", collection(feature()).replace(b"-30.0", b"-1" + b"0" * 400)),
    ("malformed", collection(feature({"type": "Point", "coordinates": [-30, 45, 0]}, radius_nm=2))),
    ("malformed", collection(feature({"type": "Point", "coordinates": [-30, 45]}))),
    (
        "malformed",
        collection(feature({"type": "LineString", "coordinates": [[-30, 45], [-29, 45]]}, radius_nm=2)),
    ),
    ("malformed", collection(feature({"type": "MultiPolygon", "coordinates": []}))),
    (
        "malformed",
        collection(feature({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [0, 1], [0, 0]]] * 2})),
    ),
    (
        "malformed",
        collection(feature({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [0, 1], [1, 1]]]})),
    ),
    (
        "self_crossing",
        collection(feature({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]})),
    ),
    (
        "too_many_points",
        collection(feature({"type": "LineString", "coordinates": [[0, 0]] * 10_000}, half_width_nm=2)),
    ),
    ("bad_radius", collection(feature(radius_nm=0))),
    ("bad_radius", collection(feature(radius_nm=1e9))),
    ("malformed", collection(feature(times=["2030-06-01T16:00:00Z"]))),
    ("malformed", collection(feature(early_s=1))),
    *(
        (code, collection(feature(LINE, half_width_nm=2, **schedule)))
        for code, schedule in (
            ("malformed", {"late_s": 1}),
            ("malformed", {"times": 1}),
            ("malformed", {"times": [1, 2]}),
            ("bad_time", {"times": ["2030-06-01T16:00:00Z", "never"]}),
            ("bad_time", {"times": ["2030-06-01T16:00:00Z", "2030-06-01T16:10:00.0001Z"]}),
            ("bad_schedule", {"times": ["2030-06-01T16:00:00Z"]}),
            ("bad_schedule", {"times": ["2030-06-01T16:00:00Z"] * 2}),
            ("bad_schedule", {"times": ["2030-06-01T16:00:00Z", "2030-06-01T16:10:00Z"]}),
            ("bad_schedule", {"times": ["2030-06-01T16:00:00Z", "2030-06-01T17:00:00Z"], "late_s": 1e6}),
        )
    ),
    ("bad_level", collection(feature(floor="8000"))),
    ("malformed", collection(feature(floor=8000))),
    ("ceiling_below_floor", collection(feature(ceiling="FL070"))),
    ("end_before_start", collection(feature(end="2030-06-01T15:00:00Z"))),
    ("bad_time", collection(feature(end="2030-06-01T19:00:00"))),
    ("bad_time", collection(feature(end="tomorrow"))),
    ("malformed", collection(feature(kind="raid"))),
    ("malformed", collection(feature(hazard_kind="volcano"))),
    ("malformed", collection(feature(frequency_monitored_khz=121.5))),
    ("malformed", collection(feature(notice=""))),
    ("unknown_field", collection(feature(remark="x"))),
    ("never_list", collection(feature(purpose="x"))),
    ("never_list", collection(feature(target_id="x"))),
    ("never_list", collection({**feature(), "mission": 1})),
    ("too_large", b" " * 4_194_305),
]


@pytest.mark.parametrize(("code", "data"), BAD)
def test_what_cannot_be_said_is_refused_with_a_code(code: str, data: bytes, ex_1: Memorandum) -> None:
    with pytest.raises(PeerError) as why:
        notices_from_geojson(data, ex_1)
    assert why.value.code == code


def test_a_refusal_names_the_feature(ex_1: Memorandum) -> None:
    with pytest.raises(PeerError) as why:
        notices_from_geojson(collection(feature(), feature(floor="8000")), ex_1)
    assert why.value.message.startswith("Feature 2: ")


def test_another_coordinate_system_is_refused(ex_1: Memorandum) -> None:
    for name, sound in (("urn:ogc:def:crs:OGC:1.3:CRS84", True), ("urn:ogc:def:crs:EPSG::3857", False)):
        crs = {"type": "name", "properties": {"name": name}}
        data = json.dumps({"type": "FeatureCollection", "crs": crs, "features": [feature()]}).encode()
        if sound:
            assert len(notices_from_geojson(data, ex_1)) == 1
        else:
            with pytest.raises(PeerError):
                notices_from_geojson(data, ex_1)
