"""A notice is looked at while it is drawn: the same judgement as when it is sent, and nothing is said."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from detente.node.state import NoticeHeld
from detente.notices.admit import admit
from detente.notices.geojson import notices_from_geojson
from detente.quantities import Digest, PartyId, utc_text
from detente.record.statement import Ref

HOUR_MS = 3_600_000


@pytest.fixture
def officer(served: Any) -> Any:
    browser = served.browser()
    browser.login("watch_officer")
    return browser


def drawn(served: Any, lon: float = -121.4, **more: Any) -> dict[str, Any]:
    now_ms = served.clock.at_ms
    of = {
        "kind": "routine",
        "class": "tanker",
        "radius_nm": 5,
        "floor": "FL040",
        "ceiling": "FL090",
        "start": utc_text(now_ms + 3 * HOUR_MS),
        "end": utc_text(now_ms + 5 * HOUR_MS),
        "transponder": "on",
        **more,
    }
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [lon, 39.9]},
        "properties": of,
    }


def theirs(served: Any, feature: dict[str, Any], seq: int = 7) -> str:
    """COAST's notice in force, put straight into the state."""
    state = served.node.state
    (notice,) = notices_from_geojson(json.dumps(feature).encode(), state.memorandum)
    ref = Ref(origin="COAST/FIRES-2020/0", seq=seq, leaf=Digest(f"{seq:064x}"))
    verdict = admit(notice, state.memorandum, now_ms=served.clock.at_ms)
    held = NoticeHeld(
        ref=ref, party=PartyId("COAST"), notice=notice, verdict=verdict, heard_ms=served.clock.at_ms
    )
    served.node.state = replace(state, notices={**state.notices, ref: held})
    return f"COAST#{seq}"


def look(officer: Any, feature: dict[str, Any], **more: Any) -> Any:
    answer = officer.ask("POST", "/api/notices/look", {"text": json.dumps(feature), **more})
    assert answer.status == 200, answer.data
    return answer.told


def test_it_tells_what_both_sides_will_read_and_says_nothing(served: Any, officer: Any) -> None:
    before = (served.node.keeper.own.size, served.log())
    (one,) = look(officer, drawn(served))["notices"]
    assert one["verdict"] == {"ok": True, "stamp": "IN_TIME", "precedence": "ROUTINE", "lead_s": 10_800}
    assert one["code"] == "NTC"
    assert set(one["text"]) >= {"en", "ar"}
    assert any("tanker" in line for line in one["text"]["en"]["lines"])
    (feature,) = one["features"]
    assert feature["geometry"]["type"] == "Polygon"
    assert (served.node.keeper.own.size, served.log()) == before, (
        "neither journal nor logbook has heard of it"
    )


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"radius_nm": 0.1}, "too_small"),
        ({"class": "balloon"}, "unknown_class"),
        ({"floor": "FL041"}, "levels_too_fine"),
        ({"kind": "hazard"}, "hazard_kind"),
    ],
)
def test_a_refusal_is_told_before_it_is_sent_and_is_the_one_that_sending_gives(
    served: Any, officer: Any, more: dict[str, Any], code: str
) -> None:
    feature = drawn(served, **more)
    (one,) = look(officer, feature)["notices"]
    assert (one["verdict"]["ok"], one["verdict"]["code"]) == (False, code)
    sent = officer.order("/api/notices", {"text": json.dumps(feature)}, "key-12345678")
    assert sent.status >= 400
    assert sent.told["code"] == code


def test_late_is_told(served: Any, officer: Any) -> None:
    feature = drawn(served, start=utc_text(served.clock.at_ms + 600_000))
    (one,) = look(officer, feature)["notices"]
    assert one["verdict"]["stamp"] == "LATE"


def test_each_conflict_is_told_with_whom_when_and_by_how_much(served: Any, officer: Any) -> None:
    near, far = theirs(served, drawn(served, -121.17)), theirs(served, drawn(served, -119.0), seq=8)
    (one,) = look(officer, drawn(served))["notices"]
    (conflict,) = one["conflicts"]
    of = conflict["properties"]
    assert (of["foreign"], of["party"]) == (near, "COAST")
    assert far not in json.dumps(one["conflicts"])
    assert 0 < of["lateral_gap_m"] < of["lateral_min_m"]
    assert of["vertical_gap_ft"] == 0
    assert of["from"] < of["until"]
    assert conflict["geometry"]["type"] == "LineString"


def test_a_pair_without_figures_is_not_checked_and_never_clear(served: Any, officer: Any) -> None:
    state = served.node.state
    rows = tuple(
        msgspec.structs.replace(
            row,
            mode="airmanship_only",
            lateral_nm=None,
            vertical_ft=None,
            time_s=None,
            no_transponder_factor=None,
        )
        for row in state.memorandum.separation
    )
    ref = theirs(served, drawn(served))
    terms = msgspec.structs.replace(state.memorandum, separation=rows)
    served.node.state = replace(served.node.state, memorandum=terms)
    (one,) = look(officer, drawn(served))["notices"]
    assert one["conflicts"] == []
    assert [row["foreign"] for row in one["not_checked"]] == [ref]


def plan(served: Any, *, lat: float) -> str:
    return json.dumps(
        {
            "type": "Feature",
            "geometry": {"type": "LineString", "coordinates": [[-121.42, lat], [-121.38, lat]]},
            "properties": {
                "start": utc_text(served.clock.at_ms + 4 * HOUR_MS),
                "speed_kt": 120,
                "level": "FL060",
            },
        }
    )


def test_an_own_plan_is_judged_and_its_places_are_never_told(served: Any, officer: Any) -> None:
    (one,) = look(officer, drawn(served), plans=plan(served, lat=39.9))["notices"]
    assert one["plans"] == [{"ok": True, "field": None, "message": ""}]
    (one,) = look(officer, drawn(served), plans=plan(served, lat=40.5))["notices"]
    assert (one["plans"][0]["ok"], one["plans"][0]["field"]) == (False, "place")
    assert "40.5" not in one["plans"][0]["message"]
    assert "plan" not in str(served.log())


@pytest.mark.parametrize(
    "text", ["{}", "[]", '{"type":"Feature"}', "not json", '{"type":"FeatureCollection","features":[]}']
)
def test_half_a_drawing_is_a_finding_and_no_error(officer: Any, text: str) -> None:
    answer = officer.ask("POST", "/api/notices/look", {"text": text})
    assert answer.status == 200
    assert answer.told["notices"] == []
    assert answer.told["fault"]["message"]


def test_an_observer_may_not_draw(served: Any) -> None:
    browser = served.browser()
    browser.login("observer")
    assert browser.ask("POST", "/api/notices/look", {"text": "{}"}).status == 403


def test_typed_places_are_read_line_by_line(officer: Any) -> None:
    told = officer.ask("POST", "/api/places", {"text": "39.9 -121.4\nnowhere"}).told
    assert told["points"] == [[-121.4, 39.9]]
    assert [(one["line"], one["code"]) for one in told["faults"]] == [(2, "bad_place")]
