"""Own flights from GeoJSON."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.errors import PeerError
from detente.notices.plan_geojson import plans_from_geojson


def flight(**of: Any) -> dict[str, Any]:
    more = {"start": "2020-09-08T00:00:00Z", "speed_kt": 120, "level": "FL060", **of}
    return {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": [[0.0, 0.0], [0.0, 1.0], [0.0, 2.0]]},
        "properties": {name: value for name, value in more.items() if value is not None},
    }


def read(feature: object) -> Any:
    return plans_from_geojson(json.dumps(feature).encode())


def test_even_speed_gives_the_times() -> None:
    """A degree of latitude at the equator is 59.7 NM: half an hour at 120 kt, less nine seconds."""
    (plan,) = read(flight())
    times = [point.time_ms - plan.points[0].time_ms for point in plan.points]
    assert times[1] == pytest.approx(1_791_000, abs=2_000)
    assert times[2] == pytest.approx(2 * 1_791_000, abs=4_000)
    assert (plan.datum, plan.points[0].level) == ("palt", 6_000)


def test_times_and_levels_of_each_position_are_taken_as_they_are() -> None:
    times = ["2020-09-08T00:00:00Z", "2020-09-08T00:10:00Z", "2020-09-08T00:20:00Z"]
    (plan,) = read(
        flight(start=None, speed_kt=None, times=times, level=None, levels=["FL060", "FL070", "FL080"])
    )
    assert [point.level for point in plan.points] == [6_000, 7_000, 8_000]
    assert plan.points[2].time_ms - plan.points[0].time_ms == 1_200_000


@pytest.mark.parametrize(
    "of",
    [
        {"level": "3000 AMSL"},
        {"level": None},
        {"levels": ["FL060"]},
        {"speed_kt": 0},
        {"speed_kt": None},
        {"start": "tomorrow"},
        {"times": ["2020-09-08T00:00:00Z"]},
        {"levels": ["FL060", "FL070", "300.00 m HAE"]},
    ],
)
def test_what_is_no_flight_is_refused_with_its_number(of: dict[str, Any]) -> None:
    with pytest.raises(PeerError, match="Flight 2"):
        read({"type": "FeatureCollection", "features": [flight(), flight(**of)]})


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(["type", "features", "geometry", "properties", "coordinates"]), inner
            )
        ),
        max_leaves=12,
    )
)
def test_no_json_whatever_breaks_the_reader(value: object) -> None:
    with contextlib.suppress(PeerError):
        plans_from_geojson(json.dumps(value).encode())
