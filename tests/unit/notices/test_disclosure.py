"""Only what the memorandum lists is said; the never-list is refused by name at any depth."""

from __future__ import annotations

import msgspec
import pytest

from detente.airspace.levels import Level
from detente.airspace.shapes import Circle, Point
from detente.airspace.volumes import Volume
from detente.errors import PeerError
from detente.memorandum.model import Memorandum
from detente.notices.disclose import disclose
from detente.notices.notice import NOTICE_FIELDS, Notice, body_of, field_names, parse_notice
from detente.wire import encode

NOTICE = Notice(
    kind="hazard",
    volumes=(
        Volume(
            shape=Circle(centre=Point(lat_e7=450_000_000, lon_e7=-300_000_000), radius_cm=370_400),
            floor=Level(datum="palt", value=8_000),
            ceiling=Level(datum="hae", value=600_000),
            start_ms=1_906_560_000_000,
            end_ms=1_906_563_600_000,
        ),
    ),
    class_="combat",
    count_band="13+",
    transponder="intermittent",
    frequency_monitored_khz=(121_500, 243_000),
    hazard_kind="gnss",
    movement="along",
)


def test_a_notice_with_every_field_passes_the_guard(ex_1: Memorandum) -> None:
    assert disclose(body_of(NOTICE), ex_1) is None


def test_every_name_that_can_stand_in_a_notice_is_known_to_the_guard() -> None:
    assert set(field_names(body_of(NOTICE))) <= NOTICE_FIELDS


@pytest.mark.parametrize(
    "name", ["purpose", "Target", "weapon_kind", "third-party-tracks", "originAirfield", "sensor", "UNIT"]
)
def test_the_never_list_is_refused_at_any_depth_however_it_is_written(name: str, ex_1: Memorandum) -> None:
    deep = {"volumes": [{"floor": {"datum": "palt", "value": 0, name: 1}}]}
    for body in ({**body_of(NOTICE), name: "x"}, deep):
        refused = disclose(body, ex_1)
        assert refused is not None
        assert refused.code == "never_list"
    with pytest.raises(PeerError) as why:
        parse_notice(msgspec.json.encode({**body_of(NOTICE), name: "x"}), ex_1.disclosure)
    assert why.value.code == "never_list"
    refused = disclose({name: "x"}, ex_1, structural={name})
    assert refused is not None
    assert refused.code == "never_list"


def test_a_field_that_nobody_foresaw_is_refused_both_ways(ex_1: Memorandum) -> None:
    refused = disclose({**body_of(NOTICE), "remark": "x"}, ex_1)
    assert refused is not None
    assert (refused.code, refused.field) == ("not_disclosed", "remark")
    with pytest.raises(PeerError) as why:
        parse_notice(msgspec.json.encode({**body_of(NOTICE), "remark": "x"}), ex_1.disclosure)
    assert why.value.code == "unknown_field"


def test_names_a_message_needs_for_itself_pass_only_when_named(ex_1: Memorandum) -> None:
    assert disclose({"boundary": "L1"}, ex_1) is not None
    assert disclose({"boundary": "L1"}, ex_1, structural={"boundary"}) is None


def test_null_and_empty_say_nothing(ex_1: Memorandum) -> None:
    rules = msgspec.structs.replace(ex_1.disclosure, allow=("volume", "window", "levels", "class"))
    strict = msgspec.structs.replace(ex_1, disclosure=rules)
    silent = msgspec.structs.replace(
        NOTICE, count_band=None, transponder=None, frequency_monitored_khz=(), hazard_kind=None, movement=None
    )
    assert disclose(body_of(silent), strict) is None
    assert disclose(body_of(NOTICE), strict) is not None


@pytest.mark.parametrize(
    ("code", "raw"),
    [
        ("malformed", b""),
        ("malformed", b"\xff"),
        ("malformed", b"[" * 10_000),
        ("malformed", b"[]"),
        ("malformed", b"NaN"),
        ("too_large", b" " * 50_000),
        ("layout", encode(NOTICE).replace(b":", b": ", 1)),
        ("malformed", encode(NOTICE).replace(b'"gnss"', b'"other"')),
        ("malformed", encode(NOTICE).replace(b"450000000", b"NaN")),
        ("malformed", encode(NOTICE).replace(b"450000000", b"45.5")),
        ("malformed", encode(NOTICE).replace(b'"circle"', b'"ellipse"')),
        ("malformed", encode(NOTICE).replace(b'"movement":"along"', b'"movement":1')),
    ],
)
def test_bytes_that_are_no_notice_are_refused_with_a_code(code: str, raw: bytes, ex_1: Memorandum) -> None:
    with pytest.raises(PeerError) as why:
        parse_notice(raw, ex_1.disclosure)
    assert why.value.code == code


def test_a_notice_comes_back_from_its_bytes(ex_1: Memorandum) -> None:
    assert parse_notice(encode(NOTICE), ex_1.disclosure) == NOTICE
