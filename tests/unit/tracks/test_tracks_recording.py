"""A recording gives what can be true, in order of time, and counts the rest by reason."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from detente.errors import PeerError
from detente.quantities import UtcMs
from detente.tracks import recording
from detente.tracks.recording import read_recording

SHARED = Path(__file__).resolve().parents[3] / "../shared/data/adsb_traffic_mit"
GOOD: dict[str, Any] = {
    "timestamp": 1599523200000,
    "icao24": "A53602",
    "callsign": "T72 ",
    "latitude": 34.0,
    "longitude": -117.0,
    "altitude": 5000.0,
    "geoaltitude": 5200.0,
    "groundspeed": 150.0,
    "track": 360.0,
    "vertical_rate": -600.0,
}


def record(**changes: Any) -> dict[str, Any]:
    return {**GOOD, **changes}


def read(*records: object) -> recording.Recording:
    return read_recording(json.dumps(records).encode())


def test_a_good_record_keeps_its_datums_and_gets_si_units() -> None:
    """Address and call sign are text; pressure altitude and GNSS height stay two things."""
    (report,) = read(record()).reports
    assert (report.aircraft, report.call_sign, report.time_ms) == ("a53602", "T72", 1599523200000)
    assert report.level_palt_ft == 5000.0
    assert report.height_hae_m == pytest.approx(5200 * 0.3048)
    assert report.ground_speed_mps == pytest.approx(150 * 1852 / 3600)
    assert report.track_deg == 0.0
    assert report.vertical_rate_mps == pytest.approx(-3.048)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"latitude": None}, "no_position"),
        ({"longitude": float("nan")}, "no_position"),
        ({"latitude": float("inf")}, "no_position"),
        ({"latitude": True}, "no_position"),
        ({"latitude": 90.1}, "off_the_earth"),
        ({"longitude": -180.5}, "off_the_earth"),
        ({"altitude": None}, "no_level"),
        ({"altitude": float("nan")}, "no_level"),
        ({"altitude": "FL50"}, "no_level"),
        ({"altitude": 60_001.0}, "implausible_level"),
        ({"altitude": -2_001.0}, "implausible_level"),
        ({"icao24": 123456}, "bad_address"),
        ({"icao24": "a5360"}, "bad_address"),
        ({"timestamp": None}, "bad_time"),
        ({"timestamp": -1}, "bad_time"),
        ({"timestamp": 10**400}, "bad_time"),
        ({"timestamp": 1e300}, "bad_time"),
    ],
)
def test_what_cannot_be_true_is_rejected_by_reason(changes: dict[str, Any], reason: str) -> None:
    """One reason each, the first that holds; the good record beside it stays."""
    result = read(record(aircraft=1), record(**{"timestamp": GOOD["timestamp"] + 60_000, **changes}))
    assert len(result.reports) == 1
    assert result.rejected == {reason: 1}


def test_what_is_not_a_record_is_counted() -> None:
    assert read(record(), 7, None, [record()]).rejected == {"not_a_record": 3}


def test_of_two_reports_at_one_time_the_first_counts() -> None:
    result = read(record(latitude=34.0), record(latitude=34.001), record(icao24="a00001"))
    assert [(one.aircraft, one.lat_deg) for one in result.reports] == [("a00001", 34.0), ("a53602", 34.0)]
    assert result.rejected == {"duplicate_time": 1}


def test_reports_come_in_the_order_of_time() -> None:
    later = record(timestamp=GOOD["timestamp"] + 1000, icao24="a00001")
    assert [one.aircraft for one in read(later, record()).reports] == ["a53602", "a00001"]


def test_a_report_from_the_future_is_rejected_where_now_is_known() -> None:
    data = json.dumps([record()]).encode()
    assert read_recording(data, not_after_ms=UtcMs(GOOD["timestamp"] - 1)).rejected == {"future_time": 1}
    assert read_recording(data, not_after_ms=UtcMs(GOOD["timestamp"])).rejected == {}


def test_one_leap_is_rejected_and_the_flight_goes_on() -> None:
    """30 NM in 10 s and back."""
    start = GOOD["timestamp"]
    result = read(
        record(),
        record(timestamp=start + 10_000, latitude=34.5),
        record(timestamp=start + 20_000, latitude=34.01),
    )
    assert [one.lat_deg for one in result.reports] == [34.0, 34.01]
    assert result.rejected == {"teleport": 1}


def test_a_wrong_first_position_does_not_lock_its_aircraft_out() -> None:
    """Two reports that bear each other out weigh more than one before them."""
    start = GOOD["timestamp"]
    result = read(
        record(latitude=-34.0),
        record(timestamp=start + 10_000),
        record(timestamp=start + 20_000, latitude=34.01),
    )
    assert [one.lat_deg for one in result.reports] == [-34.0, 34.01]


def test_a_height_far_from_the_level_is_dropped_and_the_report_kept() -> None:
    """One real value was 120,100 ft over an aircraft at a few thousand."""
    result = read(record(geoaltitude=120_100.0), record(icao24="a00001", geoaltitude=None))
    assert [one.height_hae_m for one in result.reports] == [None, None]
    assert result.heights_dropped == 1


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[",
        b"\xff\xfe",
        b"[" * 100_000,
        b"\x1f\x8bnot gzip",
        gzip.compress(b"[]")[:-9],
        b"[1" + b"0" * 9000,
    ],
    ids=range(8),
)
def test_what_is_not_a_recording_is_refused(data: bytes) -> None:
    with pytest.raises(PeerError) as refused:
        read_recording(data)
    assert refused.value.code == "malformed"


def test_a_recording_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A megabyte of spaces packs into a thousand bytes; no more than the limit is ever unpacked."""
    monkeypatch.setattr(recording, "RECORDING_BYTES_MAX", 100_000)
    with pytest.raises(PeerError) as refused:
        read_recording(gzip.compress(b" " * 1_000_000))
    assert refused.value.code == "too_large"
    with pytest.raises(PeerError, match="larger"):
        read_recording(b" " * 100_001)


def test_the_fire_traffic_has_one_leap_and_eight_impossible_heights() -> None:
    """AA500 is 2.3 NM away within one second, at 20:06:59 on the first day."""
    path = SHARED / "calfire.json.gz"
    if not path.exists():
        pytest.skip("../shared is absent: calfire.json.gz")
    result = read_recording(path.read_bytes())
    assert len(result.reports) == 9_954
    assert result.rejected == {"teleport": 1}
    assert result.heights_dropped == 8
    assert len({one.aircraft for one in result.reports}) == 45


@pytest.mark.slow
def test_the_paris_traffic_loses_the_ground_and_the_stratosphere() -> None:
    """50,665 records have no level, nearly all on the ground; some claim 60,000 ft and more on final."""
    path = SHARED / "quickstart.json.gz"
    if not path.exists():
        pytest.skip("../shared is absent: quickstart.json.gz")
    result = read_recording(path.read_bytes())
    assert result.rejected == {"implausible_level": 463, "no_level": 50_665, "teleport": 1}
