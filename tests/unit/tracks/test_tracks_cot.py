"""Cursor on Target, as XML and as protobuf: the same event gives the same report, and nothing hostile is parsed."""

from __future__ import annotations

import warnings

import pytest

from detente.quantities import utc_ms_of
from detente.tracks.cot import CotDecoder
from detente.tracks.decoding import Circumstances
from detente.tracks.position import PositionReport
from detente.tracks.tak import TakDecoder
from detente.wire.limits import FEED_EVENT_BYTES_MAX

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    takproto = pytest.importorskip("takproto", reason="TAK'S PROTOBUF IS NOT COMPARED: takproto is missing")

NOON_MS = 1_720_267_200_000


def event(**changes: str) -> str:
    """A tanker over a fire, as a tablet in it would say; ours, made up."""
    said = {
        "uid": "TABLET-7",
        "type": "a-f-A-M-F-Q",
        "time": "2024-07-06T12:00:00.250Z",
        "stale": "2024-07-06T12:01:00Z",
        "lat": "39.9",
        "lon": "-121.4",
        "hae": "1524.5",
        "ce": "10.0",
        "call": "Tanker 72",
        "course": "275.5",
        "speed": "72.0",
        "detail": "",
        **changes,
    }
    return (
        f'<event version="2.0" uid="{said["uid"]}" type="{said["type"]}" how="m-g" time="{said["time"]}"'
        f' start="{said["time"]}" stale="{said["stale"]}">'
        f'<point lat="{said["lat"]}" lon="{said["lon"]}" hae="{said["hae"]}" ce="{said["ce"]}" le="9999999.0"/>'
        f'<detail><contact callsign="{said["call"]}"/><track course="{said["course"]}" speed="{said["speed"]}"/>'
        f"{said['detail']}</detail></event>"
    )


def read(text: str) -> tuple[list[PositionReport], CotDecoder]:
    decoder = CotDecoder(Circumstances(source="tak"))
    return decoder.take(text.encode(), None) + decoder.finish(), decoder


def as_protobuf(text: str, *, is_mesh: bool) -> bytes:
    version = takproto.TAKProtoVer.MESH if is_mesh else takproto.TAKProtoVer.STREAM
    return bytes(takproto.xml2proto(text, version))


def test_an_event_keeps_its_datum_its_time_and_its_accuracy() -> None:
    """HAE metres, never a level; one standard deviation becomes the radius of 95 %."""
    ((report,), _) = read('<?xml version="1.0"?>' + event())
    assert (report.aircraft, report.call_sign) == ("cot:TABLET-7", "TANKER72")
    assert report.time_ms == NOON_MS + 250
    assert (report.lat_deg, report.lon_deg, report.height_hae_m) == (39.9, -121.4, 1524.5)
    assert report.level_palt_ft is None
    assert report.accuracy_m == pytest.approx(24.477)
    assert (report.ground_speed_mps, report.track_deg) == (72.0, 275.5)


def test_an_address_in_the_uid_joins_the_event_to_the_transponder() -> None:
    """What ADS-B gateways to TAK write; one aircraft must not become two."""
    ((report,), _) = read(event(uid="ICAO-ABCDEF"))
    assert report.aircraft == "abcdef"


def test_unknown_is_9999999() -> None:
    ((report,), _) = read(event(hae="9999999.0", ce="9999999.0"))
    assert (report.height_hae_m, report.accuracy_m) == (None, None)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"time": "2024-07-06T12:00:00"}, "bad_time"),
        ({"time": "noon"}, "bad_time"),
        ({"stale": "2024-07-06T12:00:00.250Z"}, "stale_when_made"),
        ({"lat": "0.0", "lon": "0.0"}, "no_position"),
        ({"lat": "x"}, "no_position"),
        ({"lat": "-91"}, "off_the_earth"),
        ({"uid": "&#x20;"}, "bad_address"),
        ({"uid": "&nope;"}, "malformed"),
        ({"detail": "<x>"}, "malformed"),
        ({"detail": "<x/>" * 30_000}, "too_long"),
    ],
)
def test_an_event_that_cannot_be_true_is_counted_and_the_next_one_read(
    changes: dict[str, str], reason: str
) -> None:
    reports, decoder = read(event(**changes) + event())
    assert len(reports) == 1
    assert decoder.rejected == {reason: 1}


def test_only_what_flies_is_taken() -> None:
    reports, decoder = read(event(type="a-h-G-U-C") + event(type="b-m-p-s-p-i") + event(type="a-u-A"))
    assert len(reports) == 1
    assert decoder.unused == {"not_air": 2}


def test_documents_that_define_entities_are_refused_unread() -> None:
    """A billion laughs in 800 bytes."""
    bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    reports, decoder = read(bomb + event(call="&b;") + event())
    assert len(reports) == 1
    assert decoder.rejected == {"forbidden_xml": 1}


def test_an_event_cut_off_does_not_take_the_next_one_with_it() -> None:
    reports, decoder = read(event()[:100] + event() + event()[:80])
    assert len(reports) == 1
    assert decoder.rejected == {"truncated": 2}


def test_what_never_ends_is_not_kept() -> None:
    decoder = CotDecoder(Circumstances())
    for _ in range(100):
        decoder.take(b"<event " + b"x" * 9_000, None)
        assert len(decoder._rest) <= FEED_EVENT_BYTES_MAX
    assert decoder.rejected["too_long"] > 5


@pytest.mark.parametrize("is_mesh", [True, False])
def test_protobuf_says_what_xml_says(is_mesh: bool) -> None:
    """Written by takproto, read by our sixty lines."""
    decoder = TakDecoder(Circumstances(source="tak"))
    for text in (event(), event(uid="ICAO-ABCDEF", lat="-12.25", lon="170.5"), event(hae="9999999.0")):
        (report,) = decoder.take(as_protobuf(text, is_mesh=is_mesh), None)
        assert report == read(text)[0][0]
    assert not decoder.rejected


def test_a_stream_of_protobuf_cut_at_any_byte_gives_the_same_events() -> None:
    stream = as_protobuf(event(), is_mesh=False) + as_protobuf(event(uid="TABLET-8"), is_mesh=False)
    for cut in range(len(stream) + 1):
        decoder = TakDecoder(Circumstances())
        found = decoder.take(stream[:cut], None) + decoder.take(stream[cut:], None)
        assert [one.aircraft for one in found] == ["cot:TABLET-7", "cot:TABLET-8"], cut


def test_protobuf_after_garbage_is_found_again() -> None:
    decoder = TakDecoder(Circumstances())
    good = as_protobuf(event(), is_mesh=False)
    assert len(decoder.take(b"garbage" + good + b"\xbf\xff\xff\xff\x7f" + good, None)) == 2
    assert decoder.rejected["garbage"] >= 1
    assert decoder.rejected["too_long"] == 1


def test_times_of_the_two_forms_are_the_same_milliseconds() -> None:
    from datetime import UTC, datetime

    assert utc_ms_of(datetime(2024, 7, 6, 12, tzinfo=UTC)) == NOON_MS
