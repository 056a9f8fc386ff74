"""Any bytes end in a value or a refusal; what is encoded comes back; what is rounded grows."""

from __future__ import annotations

import json
import tomllib
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.airspace.levels import Level, ceiling_of, floor_of, level_text, parse_level
from detente.airspace.shapes import Circle, Corridor, MovingBlock, Point, Polygon
from detente.airspace.volumes import Volume, fault_of
from detente.errors import PeerError
from detente.memorandum.model import Memorandum
from detente.notices.admit import Admitted, Refused, admit
from detente.notices.geojson import notices_from_geojson, to_geojson
from detente.notices.notice import Notice, parse_notice
from detente.notices.readback import compare, read_back
from detente.quantities import UtcMs
from detente.wire import encode

EX_1 = msgspec.convert(
    tomllib.loads(
        (Path(__file__).parents[1] / "unit" / "notices" / "ex-1.toml").read_text(encoding="utf-8"),
        parse_float=Decimal,
    ),
    Memorandum,
)
NOW_MS = UtcMs(1_906_545_600_000)

WHOLE = st.one_of(st.integers(-(2**70), 2**70), st.integers(-1_000, 1_000), st.integers(-(2**31), 2**31))
POINTS = st.builds(Point, lat_e7=WHOLE, lon_e7=WHOLE) | st.builds(
    Point, lat_e7=st.integers(445_000_000, 455_000_000), lon_e7=st.integers(-310_000_000, -290_000_000)
)
SOUND_POINTS = st.builds(
    Point, lat_e7=st.integers(-900_000_000, 900_000_000), lon_e7=st.integers(-1_800_000_000, 1_800_000_000)
)
LEVELS = st.builds(Level, datum=st.sampled_from(["hae", "palt"]), value=WHOLE)


def shapes(points: st.SearchStrategy[Point], lengths: st.SearchStrategy[int]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.builds(Polygon, points=st.lists(points, max_size=8).map(tuple)),
        st.builds(Circle, centre=points, radius_cm=lengths),
        st.builds(Corridor, points=st.lists(points, max_size=8).map(tuple), half_width_cm=lengths),
        st.builds(
            MovingBlock,
            points=st.lists(points, max_size=4).map(tuple),
            times_ms=st.lists(lengths, max_size=4).map(tuple),
            half_width_cm=lengths,
            early_ms=lengths,
            late_ms=lengths,
        ),
    )


NOTICES = st.builds(
    Notice,
    kind=st.sampled_from(["routine", "track", "hazard", "popup", "sar_fire_medical"]),
    volumes=st.lists(
        st.builds(
            Volume, shape=shapes(POINTS, WHOLE), floor=LEVELS, ceiling=LEVELS, start_ms=WHOLE, end_ms=WHOLE
        ),
        max_size=3,
    ).map(tuple),
    class_=st.sampled_from(["combat", "transport", "other"]),
    count_band=st.sampled_from(["1", "2-4", None]),
    transponder=st.sampled_from(["on", "off", None]),
    frequency_monitored_khz=st.lists(WHOLE, max_size=3).map(tuple),
    hazard_kind=st.sampled_from(["laser", None]),
    movement=st.sampled_from(["within", "along", None]),
)


@settings(max_examples=300, deadline=None)
@given(NOTICES)
def test_any_values_end_in_a_verdict(notice: Notice) -> None:
    assert isinstance(admit(notice, EX_1, now_ms=NOW_MS), Admitted | Refused)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_end_in_a_refusal(raw: bytes) -> None:
    with pytest.raises(PeerError):
        parse_notice(raw, EX_1.disclosure)
    with pytest.raises(PeerError):
        notices_from_geojson(raw, EX_1)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FEATURE: dict[str, Any] = {
    "kind": "routine",
    "class": "combat",
    "floor": "FL080",
    "ceiling": "FL120",
    "start": "2030-06-01T16:00:00Z",
    "end": "2030-06-01T17:00:00Z",
    "radius_nm": 2.0,
}


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([*FEATURE, "geometry", "coordinates", "count_band", "frequency_monitored_khz", "notice"]),
    JSON,
)
def test_any_json_in_any_place_of_a_feature_ends_in_a_notice_or_a_refusal(where: str, value: Any) -> None:
    geometry: Any = {"type": "Point", "coordinates": [-30.0, 45.0]}
    properties = dict(FEATURE)
    if where == "geometry":
        geometry = value
    elif where == "coordinates":
        geometry["coordinates"] = value
    else:
        properties[where] = value
    data = json.dumps({"type": "Feature", "geometry": geometry, "properties": properties}).encode()
    try:
        notices = notices_from_geojson(data, EX_1)
    except PeerError:
        return
    assert fault_of(notices[0].volumes[0]) is None


@st.composite
def sound_notices(draw: st.DrawFn) -> Notice:
    """Notices without fault anywhere on Earth, with levels of either datum."""
    point = draw(SOUND_POINTS)
    east = Point(lat_e7=point.lat_e7, lon_e7=(point.lon_e7 + 1_801_000_000) % 3_600_000_000 - 1_800_000_000)
    north = Point(lat_e7=point.lat_e7 + (-1_000_000 if point.lat_e7 > 0 else 1_000_000), lon_e7=point.lon_e7)
    length_cm = draw(st.integers(1, 20_000_000))
    shape = draw(
        st.sampled_from(
            [
                Circle(centre=point, radius_cm=length_cm),
                Corridor(points=(point, north), half_width_cm=length_cm),
                Polygon(points=(point, east, north)),
            ]
        )
    )
    datum = draw(st.sampled_from(["hae", "palt"]))
    floor = draw(st.integers(-2_000, 40_000))
    start_ms = draw(st.integers(0, 4_000_000_000_000))
    volume = Volume(
        shape=shape,
        floor=Level(datum=datum, value=floor),
        ceiling=Level(datum=datum, value=floor + draw(st.integers(0, 9_000))),
        start_ms=start_ms,
        end_ms=start_ms + draw(st.integers(1, 10_000_000)),
    )
    return Notice(
        kind="routine",
        volumes=(volume,) * draw(st.integers(1, 3)),
        class_="combat",
        count_band=draw(st.sampled_from(["1", "13+", None])),
        transponder=draw(st.sampled_from(["on", "intermittent", None])),
        frequency_monitored_khz=tuple(draw(st.lists(st.integers(30_000, 400_000), max_size=3))),
        hazard_kind=None,
        movement=draw(st.sampled_from(["within", None])),
    )


@settings(max_examples=200, deadline=None)
@given(sound_notices())
def test_a_notice_comes_back_from_its_bytes_and_from_geojson(notice: Notice) -> None:
    assert parse_notice(encode(notice), EX_1.disclosure) == notice
    if fault_of(notice.volumes[0]) is None:
        assert notices_from_geojson(to_geojson((notice,)), EX_1) == (notice,)
        assert compare(notice, read_back(notice, EX_1), EX_1) is None


@settings(max_examples=200, deadline=None)
@given(
    st.decimals(-1_000, 60_000, places=3),
    st.sampled_from(["AMSL", "AGL"]),
    st.integers(-11_000, 8_000),
    st.integers(0, 900),
    st.integers(0, 9_000),
)
def test_a_floor_is_never_above_and_a_ceiling_never_below_what_was_said(
    feet: Decimal, reference: str, sea_cm: int, sea_span_cm: int, ground_ft: int
) -> None:
    stated = parse_level(f"{feet} {reference}")
    bounds = {"sea_level_cm": (sea_cm, sea_cm + sea_span_cm), "ground_ft": (Fraction(0), Fraction(ground_ft))}
    floor, ceiling = floor_of(stated, **bounds), ceiling_of(stated, **bounds)
    for sea in (sea_cm, sea_cm + sea_span_cm):
        for ground in (0, ground_ft) if reference == "AGL" else (0,):
            exact_cm = sea + (Fraction(feet) + ground) * Fraction(3048, 100)
            assert floor.value <= exact_cm <= ceiling.value


@settings(max_examples=100, deadline=None)
@given(LEVELS)
def test_every_level_comes_back_from_its_text(level: Level) -> None:
    if abs(level.value) < 10**6:
        stated = parse_level(level_text(level))
        assert floor_of(stated, sea_level_cm=(-1, 1), ground_ft=None) == level
