"""Whom the machines ring, second by second, and what the record shows of it: practice (c), ladder."""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec
import pytest

from detente.airspace.shapes import Point
from detente.line.bodies import Alert, Answer
from detente.line.bodies_duty import Fork, Protest, Suspension
from detente.line.catalogue import Body
from detente.memorandum.hours import staffed_minutes
from detente.node import views
from detente.node.effects import Say
from detente.node.events import Acknowledge, GiveAnswer, LineCheckNow, Receipted
from detente.node.ladder import is_staffed
from detente.quantities import PartyId, PostId, UtcMs, parse_utc_text
from detente.record.statement import Precedence, Ref

SIERRA, COAST = PartyId("SIERRA"), PartyId("COAST")
HERE = Point(lat_e7=399_000_000, lon_e7=-1_214_000_000)


def warn(table: Any, *, at_ms: int | None = None) -> Ref:
    body = Alert(
        what="stop_activity",
        at=HERE,
        at_ms=table.now_ms if at_ms is None else at_ms,
        level=None,
        track_deg=None,
        call_on_khz=None,
        ask="hold",
    )
    return say(table, "ALR", body, "ALERT")


def say(table: Any, code: str, body: Body, precedence: Precedence) -> Ref:
    ref = table.commit(
        SIERRA, Say(to=(PostId("coast.air"),), code=code, body=body, precedence=precedence, reply_to=None)
    )
    assert isinstance(ref, Ref)
    return ref


def receipt(table: Any) -> None:
    size = len(table.journal[SIERRA])
    now_ms = UtcMs(table.now_ms)
    table.give("SIERRA", Receipted(at_ms=now_ms, peer=COAST, size=size, signed_ms=now_ms))


def ack(table: Any, ref: Ref, level: Any, *, post: str = "coast.air", to: str | None = None) -> None:
    order = Acknowledge(at_ms=UtcMs(table.now_ms), ref=ref, level=level, passed_to=to, post=PostId(post))
    (reply,) = table.give("COAST", order)
    assert reply.ok, reply


def answer(table: Any, ref: Ref) -> None:
    order = GiveAnswer(at_ms=UtcMs(table.now_ms), ref=ref, answer=Answer(answer="yes", action="hold"))
    (reply,) = table.give("COAST", order)
    assert reply.ok, reply


def test_the_27_minute_call_is_taken_by_the_next_post_at_42_seconds(table: Any) -> None:
    """deir-ez-zor-2016-unanswered: nobody at the air desk; duty is rung at 30 s with no act by the caller."""
    ref = warn(table)
    receipt(table)
    table.run_to(42)
    assert table.rung("COAST") == [(1, "air_desk", "not_understood"), (30, "duty", "not_understood")]
    ack(table, ref, "understood", post="coast.duty")
    answer(table, ref)
    table.run_to(100)
    ack(table, ref, "passed", post="coast.duty", to="T72")
    table.run_to(27 * 60)
    assert len(table.rung("COAST")) == 2
    assert table.rung("SIERRA") == []
    codes = Counter(statement.code for statement in table.journal[COAST])
    assert codes == {"RNG": 2, "ACK": 2, "ANS": 1}
    rings = [(second, one.post) for party, second, one in table.rings if party == COAST]
    assert rings == [(1, "coast.air"), (30, "coast.duty")]


def test_27_minutes_without_anybody_climb_to_the_last_rung_and_never_fall_silent(table: Any) -> None:
    """Each rung at its second, overdue answer and P once each, then the last rung every 60 s, all on record."""
    ref = warn(table)
    receipt(table)
    table.run_to(27 * 60)
    rungs = table.rung("COAST")
    assert rungs[:7] == [
        (1, "air_desk", "not_understood"),
        (30, "duty", "not_understood"),
        (60, "senior", "not_understood"),
        (120, "alternate", "not_understood"),
        (120, "alternate", "answer_overdue"),
        (180, "alternate", "repeated"),
        (180, "alternate", "pass_overdue"),
    ]
    assert rungs[7:] == [(second, "alternate", "repeated") for second in range(240, 27 * 60 + 1, 60)]
    assert all(
        ring.radio_prompt == (ring.role == "alternate") for party, _, ring in table.rings if party == COAST
    )
    (row,) = [one for one in views.owed(table.states[SIERRA]) if one["code"] == "ALR"]
    by_coast = [(one["role"], one["why"], one["times"]) for one in row["rungs"] if one["by"] == "COAST"]
    assert by_coast[-1] == ("alternate", "pass_overdue", 1)
    assert ("alternate", "repeated", 25) in by_coast
    ack(table, ref, "understood", post="coast.alt")
    size = len(table.journal[COAST])
    table.run(600)
    assert table.rung("COAST") == rungs
    assert [one.code for one in table.journal[COAST][size:] if one.code == "RNG"] == []


def test_both_records_show_the_same_rungs(table: Any) -> None:
    ref = warn(table)
    table.run_to(130)
    both = [table.states[party].open_items[ref, COAST].rungs for party in (SIERRA, COAST)]
    assert {(one.by, one.role, one.why, one.at_ms) for one in both[0]} == {
        (one.by, one.role, one.why, one.at_ms) for one in both[1]
    }


def test_the_callers_machine_tells_its_watch_of_an_overdue_answer_and_p(table: Any) -> None:
    """The next post of the other side is to be reached by another medium."""
    ref = warn(table)
    receipt(table)
    table.run_to(20)
    ack(table, ref, "understood")
    table.run_to(300)
    assert table.rung("SIERRA", whose="COAST") == [
        (120, "duty", "answer_overdue"),
        (180, "senior", "pass_overdue"),
    ]
    assert table.rung("COAST") == [
        (1, "air_desk", "not_understood"),
        (120, "duty", "answer_overdue"),
        (180, "senior", "pass_overdue"),
    ]


def test_understood_stops_the_ladder_and_each_later_repeat_rings_one_rung_higher(table: Any) -> None:
    """kunduz-2015: U 25, ANS overdue duty, P overdue senior, each later repeat one rung up to the alternate."""
    at_ms = table.now_ms
    ref = warn(table, at_ms=at_ms)
    receipt(table)
    table.run_to(25)
    ack(table, ref, "understood")
    for again in range(1, 17):
        table.run_to(again * 225)
        warn(table, at_ms=at_ms)
    table.run_to(3620)
    rungs = table.rung("COAST")
    assert rungs[:3] == [
        (1, "air_desk", "not_understood"),
        (120, "duty", "answer_overdue"),
        (180, "senior", "pass_overdue"),
    ]
    assert rungs[3:] == [(again * 225 + 1, "alternate", "repeated") for again in range(1, 17)]
    (held,) = [one for one in table.states[COAST].open_items.values() if one.code == "ALR"]
    assert len(held.repeats) == 16
    assert held.due_of("substance") == at_ms + 120_000


def test_an_alert_that_is_not_delivered_rings_the_next_post_at_once_by_another_medium(table: Any) -> None:
    """No receipt within 5 s: duty of the other side at once, then each rung at its time, with the radio prompt."""
    table.is_cut = True
    warn(table)
    table.run_to(300)
    assert table.rung("SIERRA") == [
        (5, "duty", "not_delivered"),
        (60, "senior", "not_delivered"),
        (120, "alternate", "not_delivered"),
        (180, "alternate", "repeated"),
        (240, "alternate", "repeated"),
        (300, "alternate", "repeated"),
    ]
    rings = [one for party, _, one in table.rings if party == SIERRA]
    assert [one.post for one in rings[:3]] == ["coast.duty", "coast.senior", "coast.alt"]
    assert [one.radio_prompt for one in rings[:3]] == [False, False, True]


def test_a_receipt_ends_the_callers_own_ladder(table: Any) -> None:
    table.is_cut = True
    warn(table)
    table.run_to(10)
    table.heal()
    receipt(table)
    table.run_to(110)
    assert table.rung("SIERRA") == [(5, "duty", "not_delivered")]
    assert [role for _, role, _ in table.rung("COAST")] == ["air_desk", "duty", "senior"]


def test_an_alert_heard_late_rings_every_rung_whose_time_is_over(table: Any) -> None:
    """Clocks count from sending: what was cut off for 70 s rings three posts in the first second."""
    table.is_cut = True
    warn(table)
    table.run_to(70)
    table.heal()
    table.run_to(72)
    assert table.rung("COAST") == [
        (71, "air_desk", "not_understood"),
        (71, "duty", "not_understood"),
        (71, "senior", "not_understood"),
    ]


@pytest.mark.parametrize("second", [0, 1, 29, 30, 31, 60, 119, 120, 150, 180, 181, 240, 299])
def test_a_restart_in_mid_ladder_neither_repeats_nor_skips_a_rung(table: Any, second: int) -> None:
    ref = warn(table)
    receipt(table)
    table.run_to(second)
    table.restart("COAST")
    table.restart("SIERRA")
    receipt(table)
    table.run_to(300)
    assert table.rung("COAST") == [
        (1, "air_desk", "not_understood"),
        (30, "duty", "not_understood"),
        (60, "senior", "not_understood"),
        (120, "alternate", "not_understood"),
        (120, "alternate", "answer_overdue"),
        (180, "alternate", "repeated"),
        (180, "alternate", "pass_overdue"),
        (240, "alternate", "repeated"),
        (300, "alternate", "repeated"),
    ]
    assert (ref, COAST) in table.states[COAST].open_items


def test_a_machine_that_slept_rings_what_is_due_once_and_finds_its_seconds_again(table: Any) -> None:
    warn(table)
    table.run_to(10)
    table.now_ms += 390_000
    table.run(1)
    table.run_to(500)
    late = [rung for rung in table.rung("COAST") if rung[0] > 10]
    assert late == [
        (401, "duty", "not_understood"),
        (401, "senior", "not_understood"),
        (401, "alternate", "not_understood"),
        (401, "alternate", "answer_overdue"),
        (401, "alternate", "pass_overdue"),
        (420, "alternate", "repeated"),
        (480, "alternate", "repeated"),
    ]


def test_a_full_disk_rings_once_and_keeps_the_rung_for_the_record(table: Any) -> None:
    warn(table)
    table.is_full = True
    table.run_to(40, "COAST")
    assert [(second, one.role) for party, second, one in table.rings if party == COAST] == [
        (1, "air_desk"),
        (30, "duty"),
    ]
    table.free()
    table.run_to(50)
    assert [role for _, role, _ in table.rung("COAST")] == ["air_desk", "duty"]


def test_priority_rings_one_rung_for_each_level_that_is_overdue(table: Any) -> None:
    say(table, "FRK", Fork(journal="X/T/0"), "PRIORITY")
    receipt(table)
    table.run_to(3700)
    assert table.rung("COAST") == [(300, "air_desk", "not_understood")], "its row asks for no P"
    assert table.rung("SIERRA") == []


def test_priority_that_is_not_delivered_is_said_once(table: Any) -> None:
    table.is_cut = True
    say(table, "FRK", Fork(journal="X/T/0"), "PRIORITY")
    table.run_to(200)
    assert table.rung("SIERRA") == [(30, "duty", "not_delivered")]


def test_admin_rings_the_air_desk_of_who_owes_it_once(table: Any) -> None:
    table.give("SIERRA", LineCheckNow(at_ms=UtcMs(table.now_ms), path="phone-1"))
    table.run_to(3700)
    assert table.rung("COAST") == [(60, "air_desk", "not_understood")]
    assert table.rung("SIERRA") == []


def test_a_protest_never_rings(table: Any) -> None:
    say(table, "PRT", Protest(number="FIRES-2020-20200908-SIERRA-01", article="C01"), "ROUTINE")
    table.run_to(8000)
    assert table.rung("COAST") == []
    (row,) = [one for one in views.owed(table.states[COAST]) if one["code"] == "PRT"]
    assert row["is_overdue"]


def test_a_suspension_never_stops_an_alert(table: Any) -> None:
    """The floor: ALR rings, at both ends, while everything is suspended."""
    body = Suspension(scope="all", effective_ms=table.now_ms, reason="R1")
    say(table, "SUS", body, "PRIORITY")
    table.run_to(10)
    warn(table)
    table.run_to(50)
    assert [role for _, role, why in table.rung("COAST") if why == "not_understood"] == ["air_desk", "duty"]


def test_what_is_said_while_suspended_owes_no_reply_but_for_the_floor(table: Any) -> None:
    say(table, "SUS", Suspension(scope="all", effective_ms=table.now_ms + 5000, reason="R1"), "PRIORITY")
    before = say(table, "FRK", Fork(journal="X/T/0"), "PRIORITY")
    table.run_to(5)
    after = say(table, "FRK", Fork(journal="Y/T/0"), "PRIORITY")
    table.run_to(4000)
    for party in (SIERRA, COAST):
        rows = {row["ref"]: row for row in views.owed(table.states[party]) if row["code"] == "FRK"}
        said = [rows[views.short_ref(ref)] for ref in (before, after)]
        assert [row["no_reply_owed"] for row in said] == [False, True]
        assert said[1]["due_ms"] is None
        assert not said[1]["is_overdue"]
    rung_for = {statement.reply_to for statement in table.journal[COAST] if statement.code == "RNG"}
    assert before in rung_for
    assert after not in rung_for


def closed(fires: Any, *roles: str, hours: str = "Mon-Fri 08:00-18:00") -> Any:
    posts = tuple(
        msgspec.structs.replace(post, hours=hours) if post.party == COAST and post.role in roles else post
        for post in fires.post
    )
    return msgspec.structs.replace(fires, post=posts)


def test_a_post_that_is_closed_at_the_weekend_gives_its_rung_to_the_next(make_table: Any, fires: Any) -> None:
    """closed-at-weekend: the air desk is staffed Monday to Friday; on Saturday duty is rung at once."""
    table = make_table(
        closed(fires, "air_desk"), "SIERRA", "COAST", now_ms=parse_utc_text("2020-09-12T12:00:00Z")
    )
    warn(table)
    table.run_to(70)
    assert table.rung("COAST") == [(1, "duty", "not_understood"), (60, "senior", "not_understood")]


def test_where_nobody_above_is_there_the_highest_below_is_rung_in_that_second(
    make_table: Any, fires: Any
) -> None:
    """At night only duty is staffed: it stands in for the rungs above, once each, and is rung on after them."""
    night = closed(fires, "air_desk", "senior", "alternate")
    table = make_table(night, "SIERRA", "COAST", now_ms=parse_utc_text("2020-09-12T12:00:00Z"))
    warn(table)
    table.run_to(200)
    by_clock = [rung for rung in table.rung("COAST") if rung[2] in ("not_understood", "repeated")]
    assert by_clock == [
        (1, "duty", "not_understood"),
        (60, "senior", "not_understood"),
        (120, "alternate", "not_understood"),
        (180, "alternate", "repeated"),
    ]
    assert {one.post for party, _, one in table.rings if party == COAST} == {"coast.duty"}


def test_a_clock_set_back_rings_nothing_twice(table: Any) -> None:
    warn(table)
    table.run_to(200)
    before = table.rung("COAST")
    table.now_ms -= 150_000
    table.run(100)
    assert table.rung("COAST") == before


def test_where_every_post_is_closed_the_rungs_are_rung_all_the_same(make_table: Any, fires: Any) -> None:
    everybody = closed(fires, "air_desk", "duty", "senior", "alternate")
    table = make_table(everybody, "SIERRA", "COAST", now_ms=parse_utc_text("2020-09-12T12:00:00Z"))
    warn(table)
    table.run_to(130)
    assert [role for _, role, why in table.rung("COAST") if why == "not_understood"] == [
        "air_desk",
        "duty",
        "senior",
        "alternate",
    ]


@pytest.mark.parametrize(
    ("when", "there"),
    [
        ("2020-09-11T07:59:59Z", False),
        ("2020-09-11T08:00:00Z", True),
        ("2020-09-11T17:59:59Z", True),
        ("2020-09-11T18:00:00Z", False),
        ("2020-09-12T12:00:00Z", False),
        ("2020-09-14T12:00:00Z", True),
    ],
)
def test_hours_are_utc_and_weeks_begin_on_monday(fires: Any, when: str, there: bool) -> None:
    """11 September 2020 was a Friday."""
    assert staffed_minutes("Mon-Fri 08:00-18:00")
    (post,) = [one for one in closed(fires, "air_desk").post if one.id == "coast.air"]
    assert is_staffed(post, parse_utc_text(when)) is there


def test_with_three_parties_each_that_owes_is_rung_by_its_own_machine(make_table: Any, ex_1: Any) -> None:
    """el-paso-2026: one side understands, the other's ladder goes on; ladder of one rung, on every heartbeat."""
    table = make_table(ex_1, "ALFA", "BRAVO", "CHARLIE", now_ms=1_906_560_000_000)
    body = Alert(
        what="crossed", at=HERE, at_ms=table.now_ms, level=None, track_deg=None, call_on_khz=None, ask="turn"
    )
    posts = (PostId("bravo.air"), PostId("charlie.air"))
    ref = table.commit(
        PartyId("ALFA"), Say(to=posts, code="ALR", body=body, precedence="ALERT", reply_to=None)
    )
    for peer in ("BRAVO", "CHARLIE"):
        now_ms = UtcMs(table.now_ms)
        table.give("ALFA", Receipted(at_ms=now_ms, peer=PartyId(peer), size=1, signed_ms=now_ms))
    table.run_to(20)
    order = Acknowledge(at_ms=UtcMs(table.now_ms), ref=ref, level="understood", passed_to=None)
    (reply,) = table.give("BRAVO", order)
    assert reply.ok
    table.run_to(130)
    assert [why for _, _, why in table.rung("BRAVO")] == ["not_understood", "answer_overdue"]
    assert [(second, why) for second, _, why in table.rung("CHARLIE")] == [
        (1, "not_understood"),
        (60, "repeated"),
        (120, "repeated"),
        (120, "answer_overdue"),
    ]
    told = {(one.post, one.why) for party, _, one in table.rings if party == "ALFA"}
    assert told == {("bravo.air", "answer_overdue"), ("charlie.air", "answer_overdue")}
