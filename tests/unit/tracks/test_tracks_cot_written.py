"""Tracks as CoT: the unknown stays unknown, a level is bounds and no height, nothing comes back as an aircraft."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from detente.airspace.atmosphere import Atmosphere
from detente.quantities import UtcMs
from detente.tracks.cot import CotDecoder
from detente.tracks.cot_written import track_event
from detente.tracks.decoding import Circumstances
from detente.tracks.position import PositionReport
from detente.tracks.reading import SIGMAS_OF_95
from detente.wire.cot_xml import ended_event

NOW_MS = 1_600_000_000_000
WEATHER = Atmosphere(
    qnh_min_hpa=970.0, qnh_max_hpa=1_050.0, isa_deviation_min_k=-30.0, isa_deviation_max_k=35.0
)
REPORT = PositionReport(
    aircraft="a1b2c3",
    call_sign="TANKER41",
    time_ms=UtcMs(NOW_MS - 4_000),
    lat_deg=39.9,
    lon_deg=-121.4,
    level_palt_ft=25_000.0,
    height_hae_m=None,
    ground_speed_mps=120.0,
    track_deg=270.0,
    vertical_rate_mps=None,
)


def written(report: PositionReport = REPORT, *, is_own: bool = True) -> ElementTree.Element:
    data = track_event(report, party="SIERRA", is_own=is_own, now_ms=NOW_MS, stale_s=30, atmosphere=WEATHER)
    assert data is not None
    return ElementTree.fromstring(data)


def test_a_level_becomes_the_middle_of_bounds_and_says_so() -> None:
    event = written()
    point = event.find("point")
    assert point is not None
    hae_m, le_m = float(point.attrib["hae"]), float(point.attrib["le"])
    assert 6_500 < hae_m < 8_500, "25,000 ft in any weather, over a geoid some 25 m below the ellipsoid"
    assert 100 < le_m < 1_500
    remarks = event.findtext("detail/remarks") or ""
    assert "Pressure altitude 25000 ft" in remarks
    assert f"between {hae_m - le_m:.0f}" in remarks
    assert point.attrib["ce"] == "9999999.0"


def test_a_reported_height_is_given_as_it_is_and_its_error_is_not_invented() -> None:
    point = written(replace(REPORT, height_hae_m=7_321.5, accuracy_m=SIGMAS_OF_95 * 10)).find("point")
    assert point is not None
    assert (point.attrib["hae"], point.attrib["le"], point.attrib["ce"]) == ("7321.5", "9999999.0", "10.0")


def test_without_any_height_none_is_made_up() -> None:
    point = written(replace(REPORT, level_palt_ft=None)).find("point")
    assert point is not None
    assert point.attrib["hae"] == "9999999.0"


def test_stale_counts_from_when_it_was_measured_and_what_is_stale_is_not_written() -> None:
    event = written()
    assert (event.attrib["time"], event.attrib["stale"]) == (
        "2020-09-13T12:26:36.000Z",
        "2020-09-13T12:27:06.000Z",
    )
    old = replace(REPORT, time_ms=UtcMs(NOW_MS - 30_000))
    assert track_event(old, party="S", is_own=True, now_ms=NOW_MS, stale_s=30, atmosphere=WEATHER) is None


@pytest.mark.parametrize(("is_own", "type_"), [(True, "a-f-A"), (False, "a-u-A")])
def test_only_own_aircraft_are_called_friends(is_own: bool, type_: str) -> None:
    assert written(is_own=is_own).attrib["type"] == type_


def test_a_hostile_call_sign_is_text() -> None:
    event = written(replace(REPORT, call_sign='"/><event uid="x">\x00\u202e' + "x" * 9_000))
    assert len(event.findall(".//event")) == 0
    contact = event.find("detail/contact")
    assert contact is not None
    assert len(contact.attrib["callsign"]) <= 400
    assert "\u202e" not in contact.attrib["callsign"]


def test_what_a_node_wrote_is_no_aircraft_when_it_comes_back() -> None:
    decoder = CotDecoder(Circumstances(source="tak"))
    own = track_event(REPORT, party="SIERRA", is_own=True, now_ms=NOW_MS, stale_s=30, atmosphere=WEATHER)
    assert own is not None
    assert decoder.take(own + ended_event("SIERRA-x.0", now_ms=NOW_MS), None) == []
    assert decoder.unused["written_by_a_node"] == 2
    others = own.replace(b"DETENTE-SIERRA-a1b2c3", b"ICAO-A1B2C3")
    assert [one.aircraft for one in decoder.take(others, None)] == ["a1b2c3"]
