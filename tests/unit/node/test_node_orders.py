"""What an operator orders: every refusal is told and logged without a place, and nothing leaves with it."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest

from detente.airspace.levels import Level
from detente.airspace.shapes import Circle, Point, Polygon
from detente.airspace.volumes import Volume
from detente.errors import OperatorError
from detente.line.bodies import Answer, Query
from detente.node.effects import Say
from detente.node.events import Acknowledge, GiveAnswer, ReadBackNow, SendNotice
from detente.notices.conformance import Plan, PlanPoint
from detente.notices.notice import Notice
from detente.quantities import Digest, PartyId, PostId, UtcMs
from detente.record.statement import Ref

HOUR_MS = 3_600_000
NOTHING = Ref(origin="COAST/T/0", seq=9, leaf=Digest("f" * 64))
ANY_PLACE = re.compile(r"\d{1,3}\.\d{3,}|lat|lon|\d{8,}")


def notice(
    table: Any, *, lat: float = 39.9, lon: float = -121.4, start_h: float = 3.0, **other: Any
) -> Notice:
    start_ms = table.now_ms + round(start_h * HOUR_MS)
    volume = Volume(
        shape=Circle(centre=Point(lat_e7=round(lat * 1e7), lon_e7=round(lon * 1e7)), radius_cm=926_000),
        floor=Level(datum="palt", value=4000),
        ceiling=Level(datum="palt", value=9000),
        start_ms=start_ms,
        end_ms=start_ms + 2 * HOUR_MS,
    )
    made = Notice(
        kind="routine",
        volumes=(volume,),
        class_="tanker",
        count_band="2-4",
        transponder="on",
        frequency_monitored_khz=(),
        hazard_kind=None,
        movement="within",
    )
    return msgspec.structs.replace(made, **other)


def order(table: Any, party: str, made: Notice, *plans: Plan) -> Any:
    (reply,) = table.give(party, SendNotice(at_ms=UtcMs(table.now_ms), notice=made, plans=plans))
    return reply


def assert_refused_and_logged(table: Any, party: str, reply: Any, code: str) -> None:
    assert (reply.ok, reply.code) == (False, code)
    assert reply.message
    assert table.codes(party) == []
    (line,) = table.log[PartyId(party)]
    assert line == f"refused: own order: {code}: {reply.message}"
    assert not ANY_PLACE.search(line), line


def test_a_sound_notice_goes_to_every_peers_desk_with_the_precedence_of_its_lead(table: Any) -> None:
    reply = order(table, "SIERRA", notice(table))
    assert (reply.ok, reply.code, reply.message) == (True, "sent", "The notice is in the journal.")
    said = table.last("SIERRA")
    assert (said.code, said.to, said.precedence) == ("NTC", ("coast.air",), "ROUTINE")


@pytest.mark.parametrize(("start_h", "precedence"), [(1.5, "PRIORITY"), (0.5, "ALERT")])
def test_a_late_notice_is_said_so_and_goes_faster(table: Any, start_h: float, precedence: str) -> None:
    """Later than the lead: PRIORITY; sooner than `late_alert_under_s`: ALERT. It is never held back."""
    reply = order(table, "SIERRA", notice(table, start_h=start_h))
    assert reply.ok
    assert "LATE" in reply.message
    assert table.last("SIERRA").precedence == precedence
    (held,) = table.states["COAST"].notices.values()
    assert held.verdict.stamp == "LATE"


def test_a_hazard_goes_as_haz(table: Any) -> None:
    assert order(table, "SIERRA", notice(table, kind="hazard", hazard_kind="laser", start_h=30)).ok
    assert (table.last("SIERRA").code, table.last("SIERRA").precedence) == ("HAZ", "PRIORITY")


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"lat": 10.0}, "outside_area"),
        ({"class_": "balloon"}, "unknown_class"),
        ({"start_h": -5.0}, "ended"),
        ({"start_h": 500.0}, "beyond_horizon"),
        ({"kind": "hazard"}, "hazard_kind"),
        ({"frequency_monitored_khz": (1,)}, "bad_frequency"),
        ({"volumes": ()}, "no_volume"),
    ],
)
def test_what_the_memorandum_does_not_admit_never_leaves(
    table: Any, other: dict[str, Any], code: str
) -> None:
    assert_refused_and_logged(table, "SIERRA", order(table, "SIERRA", notice(table, **other)), code)


def test_ten_thousand_points_are_refused_before_they_are_even_drawn(table: Any) -> None:
    points = tuple(Point(lat_e7=390_000_000 + n, lon_e7=-1_210_000_000 + n % 2) for n in range(10_000))
    made = notice(table)
    made = notice(table, volumes=(msgspec.structs.replace(made.volumes[0], shape=Polygon(points=points)),))
    assert_refused_and_logged(table, "SIERRA", order(table, "SIERRA", made), "too_many_points")


def test_what_the_memorandum_does_not_list_is_not_disclosed(make_table: Any, fires: Any) -> None:
    rules = msgspec.structs.replace(fires.disclosure, allow=("volume", "window", "levels", "class"))
    table = make_table(msgspec.structs.replace(fires, disclosure=rules), "SIERRA", "COAST")
    assert_refused_and_logged(table, "SIERRA", order(table, "SIERRA", notice(table)), "not_disclosed")


def plan(lat: float, lon: float, at_ms: int, level: int = 10_000) -> Plan:
    point = PlanPoint(lat_e7=round(lat * 1e7), lon_e7=round(lon * 1e7), time_ms=at_ms, level=level)
    return Plan(datum="palt", points=(point,))


def test_the_casebooks_nine_kilometres_are_caught_before_anything_leaves(make_table: Any, ex_1: Any) -> None:
    """Deir ez-Zor, 17 September 2016: "plan 2.86 NM (5.30 km) outside"; the logbook holds no place."""
    now_ms = 1_906_560_000_000
    table = make_table(ex_1, "ALFA", "BRAVO", now_ms=now_ms)
    made = notice(table, lat=45.080743, lon=-29.765115, class_="combat")
    circle = Circle(centre=Point(lat_e7=450_807_430, lon_e7=-297_651_150), radius_cm=370_400)
    volume = msgspec.structs.replace(
        made.volumes[0],
        shape=circle,
        floor=Level(datum="palt", value=8000),
        ceiling=Level(datum="palt", value=12_000),
    )
    made = msgspec.structs.replace(made, volumes=(volume,))
    reply = order(table, "ALFA", made, plan(44.999758, -29.765115, volume.start_ms))
    assert reply.message == "plan 2.86 NM (5.30 km) outside"
    assert_refused_and_logged(table, "ALFA", reply, "plan_outside_notice")
    assert order(table, "ALFA", made, plan(45.080743, -29.765115, volume.start_ms)).ok


def test_a_plan_that_is_none_is_the_operators_mistake_and_changes_nothing(table: Any) -> None:
    with pytest.raises(OperatorError):
        order(table, "SIERRA", notice(table), Plan(datum="palt", points=()))
    assert table.codes("SIERRA") == []


def test_plans_never_leave_the_node(table: Any) -> None:
    made = notice(table)
    assert order(table, "SIERRA", made, plan(39.91234, -121.41234, made.volumes[0].start_ms, 5000)).ok
    assert b"399123400" not in bytes(table.last("SIERRA").body)


def test_no_more_open_notices_than_agreed(make_table: Any, fires: Any) -> None:
    rules = msgspec.structs.replace(fires.notices, max_open_per_party=2)
    table = make_table(msgspec.structs.replace(fires, notices=rules), "SIERRA", "COAST")
    for _ in range(2):
        assert order(table, "SIERRA", notice(table)).ok
    reply = order(table, "SIERRA", notice(table))
    assert (reply.ok, reply.code) == (False, "too_many_notices")
    assert order(table, "COAST", notice(table)).ok
    table.now_ms += 6 * HOUR_MS
    assert order(table, "SIERRA", notice(table)).ok


def test_only_a_notice_of_the_other_side_can_be_read_back(table: Any) -> None:
    (reply,) = table.give("COAST", ReadBackNow(at_ms=UtcMs(table.now_ms), ref=NOTHING))
    assert_refused_and_logged(table, "COAST", reply, "unknown_notice")
    order(table, "SIERRA", notice(table))
    (own,) = table.states["SIERRA"].notices
    (reply,) = table.give("SIERRA", ReadBackNow(at_ms=UtcMs(table.now_ms), ref=own))
    assert (reply.ok, reply.code) == (False, "unknown_notice")


def test_a_read_back_is_compared_by_the_senders_node_and_the_verdict_stands_on_both_sides(table: Any) -> None:
    order(table, "SIERRA", notice(table))
    (ref,) = table.states["COAST"].notices
    assert table.states["COAST"].open_items[ref, PartyId("COAST")].act == "read_back"
    (reply,) = table.give("COAST", ReadBackNow(at_ms=UtcMs(table.now_ms), ref=ref))
    assert reply.ok
    assert (table.codes("COAST"), table.codes("SIERRA")) == (["RBK"], ["NTC", "RBC"])
    for party in ("SIERRA", "COAST"):
        assert table.states[party].notices[ref].read_back == "correct"
        assert not table.states[party].open_items


def ask(table: Any) -> Ref:
    query = Query(at=Point(lat_e7=0, lon_e7=0), at_ms=table.now_ms, level=None, track_deg=None, speed_kt=None)
    say = Say(to=(PostId("sierra.air"),), code="QRY", body=query, precedence="ALERT", reply_to=None)
    return table.commit(PartyId("COAST"), say)


def test_an_answer_is_given_once_and_only_where_one_is_owed(table: Any) -> None:
    def answer(ref: Ref) -> Any:
        said = Answer(answer="unknown", action="none")
        (reply,) = table.give("SIERRA", GiveAnswer(at_ms=UtcMs(table.now_ms), ref=ref, answer=said))
        return reply

    assert_refused_and_logged(table, "SIERRA", answer(NOTHING), "nothing_owed")
    ref = ask(table)
    assert answer(ref).ok
    assert (table.last("SIERRA").code, table.last("SIERRA").precedence) == ("ANS", "ALERT")
    assert answer(ref).code == "nothing_owed"


def test_a_read_back_or_an_acknowledgement_is_no_place_for_an_answer(table: Any) -> None:
    order(table, "COAST", notice(table))
    ((ref, _),) = table.states["SIERRA"].open_items
    said = Answer(answer="yes", action="none")
    (reply,) = table.give("SIERRA", GiveAnswer(at_ms=UtcMs(table.now_ms), ref=ref, answer=said))
    assert reply.code == "nothing_owed"


@pytest.mark.parametrize(
    ("passed_to", "code"),
    [
        (None, "passed_to_whom"),
        ("", "passed_to_whom"),
        ("they bomb the ridge at noon, stay away!", "passed_to_whom"),
        ("x" * 41, "passed_to_whom"),
        ("T72\n", "passed_to_whom"),
        ("Tanker 72", "sent"),
    ],
)
def test_passed_needs_the_name_of_a_post_or_crew_and_no_sentence(
    table: Any, passed_to: str | None, code: str
) -> None:
    ref = ask(table)
    event = Acknowledge(at_ms=UtcMs(table.now_ms), ref=ref, level="passed", passed_to=passed_to)
    (reply,) = table.give("SIERRA", event)
    assert reply.code == code
    assert table.codes("SIERRA") == (["ACK"] if code == "sent" else [])


def test_nothing_is_acknowledged_that_nobody_is_owed(table: Any) -> None:
    event = Acknowledge(at_ms=UtcMs(table.now_ms), ref=NOTHING, level="understood", passed_to=None)
    (reply,) = table.give("SIERRA", event)
    assert_refused_and_logged(table, "SIERRA", reply, "nothing_owed")
