"""SBS-1, readsb, remote ID and air traffic: what is written is read with its units, its age and its faults."""

from __future__ import annotations

import json
from typing import Any

import pytest

from detente.quantities import UtcMs
from detente.tracks.air_traffic import AirTrafficDecoder
from detente.tracks.decoding import Circumstances
from detente.tracks.lines import Documents, Lines
from detente.tracks.position import PositionReport
from detente.tracks.reading import address_of, call_sign_of, squawk_of
from detente.tracks.readsb import ReadsbDecoder
from detente.tracks.remote_id import RemoteIdDecoder
from detente.tracks.sbs import OFFSET_LINES, SbsDecoder
from detente.wire.limits import FEED_LINE_BYTES_MAX

NOON_MS = UtcMs(1_720_267_200_000)
"""2024-07-06T12:00:00Z"""


def sbs(kind: int, time: str = "12:00:00.000", date: str = "2024/07/06", **fields: str) -> bytes:
    values = {
        "call": "",
        "alt": "",
        "gs": "",
        "track": "",
        "lat": "",
        "lon": "",
        "climb": "",
        "squawk": "",
        **fields,
    }
    middle = ",".join(values.values())
    return f"MSG,{kind},1,1,ABCDEF,1,{date},{time},{date},{time},{middle},0,0,0,0\r\n".encode()


POSITION = {"alt": "33300", "lat": "46.5769", "lon": "1.9622"}


def only(reports: list[PositionReport]) -> PositionReport:
    (report,) = reports
    return report


def test_parts_of_sbs_lines_come_together_by_aircraft() -> None:
    decoder = SbsDecoder(Circumstances())
    lines = sbs(1, call="AFR34ZG ") + sbs(4, gs="435.0", track="183.8", climb="-64") + sbs(6, squawk="14")
    report = only(decoder.take(lines + sbs(3, "12:00:01.250", **POSITION), None))
    assert (report.aircraft, report.call_sign, report.squawk) == ("abcdef", "AFR34ZG", "0014")
    assert report.time_ms == NOON_MS + 1_250
    assert (report.level_palt_ft, report.lat_deg, report.lon_deg) == (33_300.0, 46.5769, 1.9622)
    assert report.ground_speed_mps == pytest.approx(435 * 1852 / 3600)
    assert report.vertical_rate_mps == pytest.approx(-64 * 0.3048 / 60)
    assert decoder.unused == {"no_position": 3}


def test_a_velocity_of_sbs_is_joined_only_while_fresh() -> None:
    decoder = SbsDecoder(Circumstances())
    decoder.take(sbs(4, gs="435.0", track="183.8", climb="0"), None)
    assert only(decoder.take(sbs(3, "12:00:10.001", **POSITION), None)).ground_speed_mps is None


def test_sbs_in_local_time_is_found_out_by_the_time_of_receipt() -> None:
    """Half an hour off the hour as well: India writes UTC+5:30."""
    decoder = SbsDecoder(Circumstances())
    report = only(decoder.take(sbs(3, "17:29:58.000", **POSITION), NOON_MS))
    assert report.time_ms == NOON_MS - 2_000


def test_one_old_line_of_sbs_cannot_pass_for_new() -> None:
    """A line of an hour ago is an hour old, until the whole feed says that its clock has changed."""
    decoder = SbsDecoder(Circumstances())
    decoder.take(sbs(3, "12:00:00.000", **POSITION), NOON_MS)
    assert only(decoder.take(sbs(3, "11:00:00.000", **POSITION), NOON_MS)).time_ms == NOON_MS - 3_600_000
    for _ in range(OFFSET_LINES - 1):
        (last,) = decoder.take(sbs(3, "11:00:00.000", **POSITION), NOON_MS)
    assert last.time_ms == NOON_MS


def test_recorded_local_time_is_told_by_whoever_recorded_it() -> None:
    decoder = SbsDecoder(Circumstances(utc_offset_min=120))
    assert only(decoder.take(sbs(3, "14:00:00.000", **POSITION), None)).time_ms == NOON_MS


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (sbs(3, **{**POSITION, "lat": "91"}), "off_the_earth"),
        (sbs(3, **{**POSITION, "lat": "nan"}), "no_position"),
        (sbs(3, **{**POSITION, "lon": ""}), "no_position"),
        (sbs(3, **{**POSITION, "alt": "126700"}), "implausible_level"),
        (sbs(3, "25:00:00", **POSITION), "bad_time"),
        (sbs(3, "1e9:0:0", **POSITION), "bad_time"),
        (sbs(3, date="2024/13/06", **POSITION), "bad_time"),
        (sbs(3, **POSITION).replace(b"ABCDEF", b"ABCDE"), "bad_address"),
        (sbs(3, **POSITION).replace(b"ABCDEF", b"000000"), "bad_address"),
        (b"MSG,3,1,1,ABCDEF\n", "truncated"),
        (b"\xff\xfe hello\n", "not_a_line"),
        (b"x" * (FEED_LINE_BYTES_MAX + 1) + b"\n", "too_long"),
    ],
)
def test_a_line_of_sbs_that_cannot_be_true_is_counted_and_the_next_one_read(line: bytes, reason: str) -> None:
    decoder = SbsDecoder(Circumstances())
    assert len(decoder.take(line + sbs(3, **POSITION), None)) == 1
    assert decoder.rejected == {reason: 1}


def test_lines_arrive_in_pieces_and_a_line_without_end_is_dropped_whole() -> None:
    from collections import Counter

    rejected: Counter[str] = Counter()
    lines = Lines(rejected, longest=10)
    assert lines.take(b"ab") + lines.take(b"c\nde") + lines.take(b"f\n") == [b"abc", b"def"]
    assert lines.take(b"0123456789a") + lines.take(b"bcd" * 9) + lines.take(b"z\nok\n") == [b"ok"]
    assert rejected == {"too_long": 1}


def test_json_documents_come_one_a_line_or_over_many() -> None:
    """A bracket inside a string closes nothing; a document that never closes ends where a whole one begins."""
    from collections import Counter

    rejected: Counter[str] = Counter()
    documents = Documents(rejected)
    assert documents.take(b'{"a": "}{"}\n{\n "b":\n') == [b'{"a": "}{"}\n']
    assert [json.loads(one) for one in documents.take(b" [1]\n}\n\n")] == [{"b": [1]}]
    assert documents.take(b'{"half": [\n{"c": 1}\n') == [b'{"c": 1}\n']
    assert documents.take(b"{") == []
    assert documents.finish() == []
    assert rejected == {"truncated": 2}


AIRCRAFT: dict[str, Any] = {
    "hex": "abcdef",
    "flight": "T72     ",
    "alt_baro": 5000,
    "alt_geom": 5200,
    "gs": 150.0,
    "track": 10.0,
    "baro_rate": -640,
    "lat": 34.0,
    "lon": -117.0,
    "seen_pos": 1.5,
    "nac_p": 9,
    "squawk": "1200",
    "mlat": [],
}


def picture(*rows: object, now: object = 1_720_267_200.0) -> bytes:
    return json.dumps({"now": now, "messages": 1, "aircraft": rows}).encode()


def test_seen_pos_is_the_age_of_the_position() -> None:
    report = only(ReadsbDecoder(Circumstances()).take(picture(AIRCRAFT) + b"\n", None))
    assert report.time_ms == NOON_MS - 1_500
    assert (report.level_palt_ft, report.accuracy_m, report.call_sign) == (5_000.0, 30.0, "T72")
    assert report.height_hae_m == pytest.approx(5_200 * 0.3048)
    assert report.vertical_rate_mps == pytest.approx(-640 * 0.3048 / 60)


def test_alt_baro_may_be_a_word() -> None:
    report = only(
        ReadsbDecoder(Circumstances()).take(picture({**AIRCRAFT, "alt_baro": "ground"}) + b"\n", None)
    )
    assert report.is_on_ground
    assert report.level_palt_ft is None


def test_a_multilaterated_position_says_so_and_a_multilaterated_height_alone_does_not() -> None:
    rows = ({**AIRCRAFT, "mlat": ["lat", "lon"]}, {**AIRCRAFT, "hex": "abcdee", "mlat": ["alt_geom"]})
    reports = ReadsbDecoder(Circumstances()).take(picture(*rows) + b"\n", None)
    assert [one.is_multilaterated for one in reports] == [True, False]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({**AIRCRAFT, "seen_pos": -1.0}, "bad_time"),
        ({**AIRCRAFT, "seen_pos": 900.0}, "too_old"),
        ({**AIRCRAFT, "lat": 95}, "off_the_earth"),
        ({**AIRCRAFT, "hex": 12}, "bad_address"),
        ({**AIRCRAFT, "alt_baro": 90_000}, "implausible_level"),
        ("abcdef", "not_a_record"),
    ],
)
def test_an_aircraft_that_cannot_be_true_is_counted_beside_those_that_can(row: object, reason: str) -> None:
    decoder = ReadsbDecoder(Circumstances())
    assert len(decoder.take(picture(row, AIRCRAFT) + b"\n", None)) == 1
    assert decoder.rejected == {reason: 1}


def test_pictures_that_are_none_are_counted() -> None:
    decoder = ReadsbDecoder(Circumstances())
    deep = b"[" * 100_000
    bad = b'{"aircraft": 7}\n' + picture(AIRCRAFT, now="noon") + b"\n{nonsense}\n" + b"[1]\n"
    assert decoder.take(bad, None) == []
    assert decoder.rejected == {"not_a_picture": 2, "bad_time": 1, "malformed": 1}
    decoder.take(deep + b"\n" + deep.replace(b"[", b"]") + b"\n", None)
    assert decoder.rejected["malformed"] == 2


def test_one_aircraft_a_line_is_a_picture_too() -> None:
    line = json.dumps({"now": 1_720_267_200.0, **AIRCRAFT}).encode() + b"\n"
    assert len(ReadsbDecoder(Circumstances()).take(line * 2, None)) == 2


STATE: dict[str, Any] = {
    "timestamp": {"value": "2024-07-06T12:00:00Z", "format": "RFC3339"},
    "position": {
        "lat": 47.37,
        "lng": 8.49,
        "alt": 496.0,
        "pressure_altitude": 304.8,
        "accuracy_h": "HA3m",
        "extrapolated": False,
    },
    "track": 162.4,
    "speed": 5.0,
    "vertical_speed": 0.5,
    "operational_status": "Airborne",
}


def flights(*states: dict[str, Any]) -> bytes:
    rows = [
        {"id": "flight-7", "uas_id": {"serial_number": "1581F000A"}, "current_state": one} for one in states
    ]
    return json.dumps({"flights": rows}).encode() + b"\n"


def test_remote_id_keeps_both_heights_apart() -> None:
    """`alt` is above the ellipsoid, `pressure_altitude` a level in metres."""
    report = only(RemoteIdDecoder(Circumstances()).take(flights(STATE), None))
    assert (report.aircraft, report.time_ms, report.accuracy_m) == ("rid:1581F000A", NOON_MS, 3.0)
    assert report.level_palt_ft == pytest.approx(1_000.0)
    assert report.height_hae_m == 496.0
    assert (report.ground_speed_mps, report.track_deg, report.vertical_rate_mps) == (5.0, 162.4, 0.5)


def test_what_remote_id_calls_unknown_is_unknown() -> None:
    """-1000 m, 361 degrees, 255 and 63 m/s are no figures."""
    place = {**STATE["position"], "alt": -1000, "pressure_altitude": -1000, "accuracy_h": "HAUnknown"}
    state = {**STATE, "position": place, "track": 361, "speed": 255, "vertical_speed": 63}
    report = only(RemoteIdDecoder(Circumstances()).take(flights(state), None))
    unknown = (report.height_hae_m, report.level_palt_ft, report.accuracy_m, report.track_deg)
    assert (*unknown, report.ground_speed_mps, report.vertical_rate_mps) == (None,) * 6


def test_what_remote_id_did_not_measure_is_left_out() -> None:
    decoder = RemoteIdDecoder(Circumstances())
    guessed = {**STATE, "position": {**STATE["position"], "extrapolated": True}}
    assert decoder.take(flights(guessed, {**STATE, "timestamp": "yesterday"}), None) == []
    assert decoder.rejected == {"extrapolated": 1, "bad_time": 1}


def test_air_traffic_has_a_height_of_unclear_unit_and_it_is_not_guessed() -> None:
    decoder = AirTrafficDecoder(Circumstances())
    row = {
        "lon_dd": 30.1,
        "lat_dd": -1.97,
        "timestamp": NOON_MS,
        "icao_addresss": "drone-a",
        "altitude_mm": 230.9,
    }
    report = only(decoder.take(json.dumps({"observations": [row]}).encode() + b"\n", None))
    assert (report.aircraft, report.height_hae_m) == ("obs:drone-a", None)
    assert decoder.unused == {"height_of_unclear_unit": 1}


def test_addresses_call_signs_and_codes_are_read_alike_everywhere() -> None:
    assert [address_of(one) for one in ("ABCDEF", "~abc123", "abcde", "000000", "ffffff", 5, "ghijkl")] == [
        *("abcdef", "~abc123"),
        *(None,) * 5,
    ]
    assert [call_sign_of(one) for one in ("T72  ", "<b>x</b>", None, "a" * 20)] == [
        "T72",
        "BXB",
        "",
        "AAAAAAAA",
    ]
    assert [squawk_of(one) for one in ("14", 14, 14.0, "7700", "8000", "", True, "12345")] == [
        *("0014", "0014", "0014", "7700"),
        *("",) * 4,
    ]
