"""What people type becomes exactly what they mean, or is refused with its field and what it may be."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from detente.airspace.levels import Level
from detente.errors import OperatorError
from detente.line.catalogue import CATALOGUE
from detente.memorandum.load import read_memorandum
from detente.memorandum.model import Memorandum
from detente.memorandum.template import template
from detente.quantities import Digest, UtcMs, parse_utc_text
from detente.record.statement import Ref
from detente.runtime.desk_fields import fields_of, set_by_hand
from detente.runtime.desk_typed import Surroundings, body_of

NOW_MS = parse_utc_text("2020-09-08T00:00:00Z")
REF = Ref(origin="COAST/FIRES-2020/aa", seq=12, leaf=Digest("0" * 64))


@pytest.fixture(scope="module")
def memorandum() -> Memorandum:
    read = read_memorandum(template("fires-2020"))
    assert isinstance(read, Memorandum)
    return read


@pytest.fixture
def around(memorandum: Memorandum) -> Surroundings:
    return Surroundings(now_ms=UtcMs(NOW_MS), memorandum=memorandum, ref_of=lambda _: REF)


def query(around: Surroundings, **fields: str) -> Any:
    return body_of("QRY", {"at": "39.9 -121.4", "at_ms": "now", **fields}, around)


@pytest.mark.parametrize(
    "text",
    ["39.9 -121.4", "39.9,-121.4", "39.9, -121.4", "lat=39.9,lon=-121.4", "39.9N 121.4W", "39.9n, 121.4w"],
)
def test_a_place_is_latitude_first_however_it_is_typed(around: Surroundings, text: str) -> None:
    at = query(around, at=text).at
    assert (at.lat_e7, at.lon_e7) == (399_000_000, -1_214_000_000)


def test_lat_and_lon_stand_for_the_one_place_of_a_message(around: Surroundings) -> None:
    typed = {"lat": "39.9", "lon": "-121.4", "at_ms": "now"}
    assert body_of("QRY", typed, around) == query(around)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("now", 0),
        ("+30m", 1800),
        ("-90s", -90),
        ("+2h", 7200),
        ("+1d", 86_400),
        ("2020-09-08T01:00:00Z", 3600),
    ],
)
def test_a_time_is_told_from_now_or_in_full_with_its_zone(
    around: Surroundings, text: str, seconds: int
) -> None:
    assert query(around, at_ms=text).at_ms == NOW_MS + seconds * 1000


def test_a_flight_level_needs_no_ground(around: Surroundings) -> None:
    assert query(around, level="FL250").level == Level(datum="palt", value=25_000)


def test_a_level_above_the_sea_is_taken_where_the_aircraft_is(around: Surroundings) -> None:
    """At this place mean sea level lies some 25 m below the ellipsoid; 3000 ft are 914.4 m."""
    level = query(around, level="3000ft AMSL").level
    assert level.datum == "hae"
    assert 88_000 < level.value < 89_500


def test_a_level_above_the_sea_is_refused_where_the_message_has_no_place(around: Surroundings) -> None:
    with pytest.raises(OperatorError, match="floor") as caught:
        body_of("PRO", {"notice": "COAST#12", "floor": "3000 AMSL"}, around)
    assert "no place" in caught.value.cure


@pytest.mark.parametrize("text", ["123.975", "123975", "123.975 MHz", "123975 kHz"])
def test_a_channel_is_its_spoken_name_in_khz(around: Surroundings, text: str) -> None:
    typed = {"channel": text, "sector": "NORTH", "caller": "Sierra 1", "called": "Coast 2"}
    typed |= {"how": "air_air", "readability": "4", "at": "now"}
    assert msgspec.to_builtins(body_of("RCK", typed, around))["channel_khz"] == 123_975


def test_units_may_be_left_out_of_names_and_what_is_left_out_is_null(around: Surroundings) -> None:
    body = query(around, speed="450", track="270")
    assert (body.speed_kt, body.track_deg, body.level) == (450, 270, None)


def test_an_object_inside_a_message_is_typed_with_dots_or_left_out(around: Surroundings) -> None:
    assert msgspec.to_builtins(body_of("WGM", {"what": "call", "at_ms": "now"}, around))["document"] is None
    with pytest.raises(OperatorError) as caught:
        body_of("WGM", {"what": "agenda", "at_ms": "now", "document.name": "agenda"}, around)
    assert caught.value.code == "bad_field"


@pytest.mark.parametrize(
    ("code", "typed", "refused"),
    [
        ("QRY", {"at": "139.9 -121.4", "at_ms": "now"}, "bad_field"),
        ("QRY", {"at": "39.9", "at_ms": "now"}, "bad_field"),
        ("QRY", {"at": "39.9 -121.4", "at_ms": "2020-09-08T01:00:00"}, "bad_field"),
        ("QRY", {"at": "39.9 -121.4", "at_ms": "soon"}, "bad_field"),
        ("QRY", {"at": "39.9 -121.4", "at_ms": "now", "level": "high"}, "bad_level"),
        ("QRY", {"at": "39.9 -121.4", "at_ms": "now", "track": "west"}, "bad_field"),
        ("QRY", {"at": "39.9 -121.4", "at_ms": "now", "squawk": "7700"}, "no_such_field"),
        ("QRY", {"at_ms": "now"}, "field_missing"),
        ("ALR", {"at": "1 1", "at_ms": "now", "what": "intruder", "ask": "turn"}, "bad_field"),
        ("SUS", {"scope": "no, we will not!", "effective": "now", "reason": "R1"}, "bad_field"),
        ("hello", {}, "not_by_hand"),
        ("NTC", {}, "not_by_hand"),
        ("RNG", {}, "not_by_hand"),
        ("INC1", {}, "not_by_hand"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_never_guessed(
    around: Surroundings, code: str, typed: dict[str, str], refused: str
) -> None:
    with pytest.raises(OperatorError) as caught:
        body_of(code, typed, around)
    assert caught.value.code == refused
    assert caught.value.cure


def test_words_that_fit_no_code_belong_on_the_other_channel(around: Surroundings) -> None:
    with pytest.raises(OperatorError) as caught:
        body_of("ULTIMATUM", {"text": "by midnight"}, around)
    assert "Use the other channel" in caught.value.cure


def test_every_code_by_hand_tells_its_fields_and_what_the_memorandum_allows(memorandum: Memorandum) -> None:
    for code in set_by_hand():
        rows = fields_of(code, memorandum)
        assert rows, code
        assert all(row["type"] for row in rows), code
    allowed = {row["field"]: row["allowed"] for row in fields_of("SUS", memorandum)}
    assert allowed["scope"] == ["all", "articles", "sector"]
    assert allowed["reason"] == ["R1", "R2", "R9"]
    assert set(set_by_hand()) < set(CATALOGUE)
