"""Acknowledgement levels, rule by rule, and on both sides the same: practice (c)."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from detente.airspace.levels import Level
from detente.airspace.shapes import Circle, Point
from detente.airspace.volumes import Volume
from detente.line.bodies import (
    Acknowledgement,
    Alert,
    Answer,
    Cleared,
    Proposal,
    Query,
    ReadBackVerdict,
    Rejection,
)
from detente.line.catalogue import parse_body
from detente.node import views
from detente.node.effects import Say
from detente.node.events import (
    Acknowledge,
    Cosigned,
    DeliveredEarly,
    GiveAnswer,
    Heard,
    HeardEarly,
    ReadBackNow,
    Receipted,
    SendNotice,
)
from detente.node.open_item import OpenItem
from detente.notices.notice import Notice
from detente.notices.readback import read_back
from detente.quantities import PartyId, PostId, UtcMs
from detente.record.statement import Ref

SIERRA, COAST = PartyId("SIERRA"), PartyId("COAST")
ALFA, BRAVO, CHARLIE = PartyId("ALFA"), PartyId("BRAVO"), PartyId("CHARLIE")
HERE = Point(lat_e7=399_000_000, lon_e7=-1_214_000_000)
HOUR_MS = 3_600_000
NOON_2030_MS = 1_906_560_000_000


def alert(at_ms: int) -> Alert:
    return Alert(
        what="stop_activity", at=HERE, at_ms=at_ms, level=None, track_deg=None, call_on_khz=None, ask="hold"
    )


def warn(table: Any, *, at_ms: int | None = None, **other: Any) -> Ref:
    """SIERRA says ALR to COAST."""
    say = Say(
        to=(PostId("coast.air"),),
        code="ALR",
        body=alert(table.now_ms if at_ms is None else at_ms),
        precedence="ALERT",
        reply_to=None,
    )
    ref = table.commit(SIERRA, say, **other)
    assert isinstance(ref, Ref)
    return ref


def notice(now_ms: int, *, kind: str = "routine", start_h: float = 3.0) -> Notice:
    start_ms = now_ms + round(start_h * HOUR_MS)
    volume = Volume(
        shape=Circle(centre=HERE, radius_cm=926_000),
        floor=Level(datum="palt", value=4000),
        ceiling=Level(datum="palt", value=9000),
        start_ms=start_ms,
        end_ms=start_ms + 2 * HOUR_MS,
    )
    return Notice(
        kind=kind,  # type: ignore[arg-type]  # one of the memorandum's kinds
        volumes=(volume,),
        class_="tanker",
        count_band="2-4",
        transponder="on",
        frequency_monitored_khz=(),
        hazard_kind="laser" if kind == "hazard" else None,
        movement="within",
    )


def send(table: Any, party: str = "SIERRA", **other: Any) -> Ref:
    made = notice(table.now_ms, **other)
    (reply,) = table.give(party, SendNotice(at_ms=UtcMs(table.now_ms), notice=made, plans=()))
    assert reply.ok, reply
    return next(ref for ref in reversed(table.states[party].notices) if ref.origin.startswith(party))


def item(table: Any, party: PartyId, ref: Ref, owed_by: PartyId = COAST) -> OpenItem | None:
    held: OpenItem | None = table.states[party].open_items.get((ref, owed_by))
    return held


def levels(table: Any, ref: Ref, owed_by: PartyId = COAST) -> dict[str, int]:
    """What has been reached, in seconds since the start, and that both sides say the same of it."""
    held = [item(table, party, ref, owed_by) for party in (SIERRA, COAST)]
    seen = [
        {level: (at - table.start_ms) // 1000 for level, at in one.reached.items()}
        for one in held
        if one is not None
    ]
    assert len(seen) == 2
    assert seen[0] == seen[1]
    return seen[0]


def ack(table: Any, ref: Ref, level: Any, *, to: str | None = None, post: str | None = None) -> Any:
    order = Acknowledge(
        at_ms=UtcMs(table.now_ms),
        ref=ref,
        level=level,
        passed_to=to,
        post=None if post is None else PostId(post),
    )
    (reply,) = table.give("COAST", order)
    return reply


def answer(table: Any, ref: Ref, word: Any = "yes") -> Any:
    order = GiveAnswer(at_ms=UtcMs(table.now_ms), ref=ref, answer=Answer(answer=word, action="none"))
    (reply,) = table.give("COAST", order)
    return reply


def is_open(table: Any, ref: Ref, owed_by: PartyId = COAST) -> bool:
    held = [item(table, party, ref, owed_by) is not None for party in (SIERRA, COAST)]
    assert len(set(held)) == 1
    return held[0]


def sign(table: Any, signed_ms: int) -> None:
    """COAST cosigns all that SIERRA has said, and SIERRA gets the receipt."""
    size = len(table.journal[SIERRA])
    table.give(
        "COAST",
        Cosigned(
            at_ms=UtcMs(table.now_ms),
            origin="SIERRA/T/0",
            party=SIERRA,
            size=size,
            signed_ms=UtcMs(signed_ms),
        ),
    )
    table.give(
        "SIERRA",
        Receipted(at_ms=UtcMs(table.now_ms), peer=COAST, size=size, signed_ms=UtcMs(signed_ms)),
    )


def test_all_four_levels_of_an_alert_are_due_as_the_memorandum_says_from_sending(table: Any) -> None:
    ref = warn(table)
    for party in (SIERRA, COAST):
        held = item(table, party, ref)
        assert held is not None
        due = [held.due_of(level) for level in ("delivered", "understood", "substance", "passed")]
        assert [(one or 0) - table.now_ms for one in due] == [5_000, 30_000, 120_000, 180_000]


def test_the_good_path_of_the_casebook_rises_level_by_level(table: Any) -> None:
    """line-used-in-time-2017: U 20, ANS 60, P 90, E 150; both sides have those very seconds."""
    ref = warn(table)
    sign(table, table.now_ms)
    table.now_ms += 20_000
    assert ack(table, ref, "understood").ok
    assert levels(table, ref) == {"delivered": 0, "understood": 20}
    table.now_ms += 40_000
    assert answer(table, ref).ok
    assert levels(table, ref) == {"delivered": 0, "understood": 20, "substance": 60}
    table.now_ms += 30_000
    assert ack(table, ref, "passed", to="Tanker 72").ok
    assert not is_open(table, ref)
    table.now_ms += 60_000
    assert ack(table, ref, "in_effect").ok
    for party in (SIERRA, COAST):
        held = table.states[party].passed_items[ref, COAST]
        assert {level: (at - table.start_ms) // 1000 for level, at in held.reached.items()} == {
            "delivered": 0,
            "understood": 20,
            "substance": 60,
            "passed": 90,
            "in_effect": 150,
        }


def test_understood_does_not_close_what_owes_an_answer(table: Any) -> None:
    """kunduz-2015: contact without an answer settles nothing."""
    ref = warn(table)
    assert ack(table, ref, "understood").ok
    assert is_open(table, ref)
    (row,) = views.owed(table.states[COAST])
    assert [one["level"] for one in row["levels"] if one["is_owed"]] == ["delivered", "substance", "passed"]


def test_a_standby_is_understood_and_no_answer(table: Any) -> None:
    ref = warn(table)
    assert answer(table, ref, "standby").ok
    assert "substance" not in levels(table, ref)
    assert answer(table, ref, "unable").ok
    assert "substance" in levels(table, ref)


def test_where_no_answer_is_owed_understood_closes_it(table: Any) -> None:
    say = Say(
        to=(PostId("coast.air"),),
        code="QRY",
        body=Query(at=HERE, at_ms=table.now_ms, level=None, track_deg=None, speed_kt=None),
        precedence="ALERT",
        reply_to=None,
    )
    ref = table.commit(SIERRA, say)
    assert answer(table, ref, "unknown").ok
    assert not is_open(table, ref), "the row of QRY owes no P"


def test_passed_implies_understood(table: Any) -> None:
    ref = warn(table)
    table.now_ms += 10_000
    assert ack(table, ref, "passed", to="crews").ok
    assert levels(table, ref) == {"understood": 10, "passed": 10}


def test_in_effect_does_not_imply_passed_and_is_refused_before_it(table: Any) -> None:
    ref = warn(table)
    reply = ack(table, ref, "in_effect")
    assert (reply.ok, reply.code) == (False, "passed_first")
    body = Acknowledgement(level="in_effect", post="coast.air", at_ms=table.now_ms, passed_to=None)
    table.commit(
        COAST, Say(to=(PostId("sierra.air"),), code="ACK", body=body, precedence="ALERT", reply_to=ref)
    )
    assert levels(table, ref) == {"understood": 0}


def test_in_effect_only_from_a_post_that_may_stop_flights(table: Any) -> None:
    ref = warn(table)
    answer(table, ref)
    assert ack(table, ref, "passed", to="crews").ok
    assert ack(table, ref, "in_effect", post="coast.alt").code == "may_not_stop"
    assert ack(table, ref, "in_effect", post="coast.duty").ok
    assert "in_effect" in table.states[SIERRA].passed_items[ref, COAST].reached


def test_nobody_acknowledges_for_a_post_of_the_other_side(table: Any) -> None:
    ref = warn(table)
    assert ack(table, ref, "understood", post="sierra.air").code == "not_your_post"
    body = Acknowledgement(level="understood", post="sierra.air", at_ms=table.now_ms, passed_to=None)
    table.commit(
        COAST, Say(to=(PostId("sierra.air"),), code="ACK", body=body, precedence="ALERT", reply_to=ref)
    )
    assert levels(table, ref) == {}
    assert table.log[SIERRA] == ["refused: COAST acknowledged for a post not its own."]


def test_a_passed_without_whom_sets_no_level(table: Any) -> None:
    ref = warn(table)
    body = Acknowledgement(level="passed", post="coast.air", at_ms=table.now_ms, passed_to=None)
    table.commit(
        COAST, Say(to=(PostId("sierra.air"),), code="ACK", body=body, precedence="ALERT", reply_to=ref)
    )
    assert levels(table, ref) == {}


def test_geometry_is_understood_by_a_read_back_called_correct_and_by_nothing_else(table: Any) -> None:
    ref = send(table)
    assert ack(table, ref, "understood").code == "read_back_first"
    assert ack(table, ref, "passed", to="crews").code == "read_back_first"
    body = Acknowledgement(level="understood", post="coast.air", at_ms=table.now_ms, passed_to=None)
    table.commit(
        COAST, Say(to=(PostId("sierra.air"),), code="ACK", body=body, precedence="ROUTINE", reply_to=ref)
    )
    assert levels(table, ref) == {}
    (reply,) = table.give("COAST", ReadBackNow(at_ms=UtcMs(table.now_ms), ref=ref))
    assert reply.ok
    assert not is_open(table, ref)


def test_a_read_back_called_wrong_is_owed_once_more_and_its_clock_goes_on(table: Any) -> None:
    ref = send(table)
    due_ms = item(table, COAST, ref).due_of("substance")  # type: ignore[union-attr]  # it is open
    table.now_ms += 10_000
    other = msgspec.structs.replace(
        parse_body(table.last("SIERRA"), table.memorandum.disclosure), class_="helitanker"
    )
    assert isinstance(other, Notice)
    wrong = read_back(other, table.memorandum)
    say = Say(to=(PostId("sierra.air"),), code="RBK", body=wrong, precedence="ROUTINE", reply_to=ref)
    table.commit(COAST, say)
    verdict = parse_body(table.last("SIERRA"), table.memorandum.disclosure)
    assert isinstance(verdict, ReadBackVerdict)
    assert verdict.verdict == "negative"
    assert levels(table, ref) == {}
    assert item(table, COAST, ref).due_of("substance") == due_ms  # type: ignore[union-attr]  # still open
    table.give("COAST", ReadBackNow(at_ms=UtcMs(table.now_ms), ref=ref))
    assert not is_open(table, ref)


def test_a_hazard_stays_open_until_it_is_passed_down(table: Any) -> None:
    """el-paso-2026: each must reach P. Due by the row, and never later than the agreed time before the start."""
    ref = send(table, kind="hazard", start_h=1.5)
    table.give("COAST", ReadBackNow(at_ms=UtcMs(table.now_ms), ref=ref))
    assert levels(table, ref) == {"understood": 0, "substance": 0}
    held = item(table, SIERRA, ref)
    assert held is not None
    assert held.due_of("passed") == table.now_ms + 1_800_000
    assert ack(table, ref, "passed", to="crews").ok
    assert not is_open(table, ref)


def test_a_refusal_ends_it(table: Any) -> None:
    ref = warn(table)
    body = Rejection(reason="unable", field=None)
    table.commit(
        COAST, Say(to=(PostId("sierra.air"),), code="REJ", body=body, precedence="ALERT", reply_to=ref)
    )
    assert not is_open(table, ref)


def test_only_who_asked_can_say_that_it_is_over(table: Any) -> None:
    ref = warn(table)
    over = Cleared(parted_ms=table.now_ms)
    table.commit(
        COAST, Say(to=(PostId("sierra.air"),), code="CLR", body=over, precedence="ALERT", reply_to=ref)
    )
    assert is_open(table, ref)
    table.commit(
        SIERRA, Say(to=(PostId("coast.air"),), code="CLR", body=over, precedence="ALERT", reply_to=ref)
    )
    assert not is_open(table, ref)


def test_an_amended_notice_owes_a_read_back_of_the_new_one_only(table: Any) -> None:
    """AMD returns levels to D: the old item is gone, the new one has none."""
    ref = send(table)
    say = Say(
        to=(PostId("coast.air"),),
        code="AMD",
        body=notice(table.now_ms, start_h=4),
        precedence="ROUTINE",
        reply_to=ref,
    )
    amended = table.commit(SIERRA, say)
    assert not is_open(table, ref)
    assert levels(table, amended) == {}


def test_a_proposal_is_understood_and_decided_by_who_owes_it(table: Any) -> None:
    body = Proposal(
        notice=Ref(origin="SIERRA/T/0", seq=0, leaf="0" * 64),  # type: ignore[arg-type]  # any digest
        shift_s=60,
        floor=None,
        ceiling=None,
        move_m=None,
        bearing_deg=None,
    )
    ref = table.commit(
        SIERRA, Say(to=(PostId("coast.air"),), code="PRO", body=body, precedence="PRIORITY", reply_to=None)
    )
    assert item(table, COAST, ref).act == "decide"  # type: ignore[union-attr]  # it is open
    table.commit(
        COAST,
        Say(
            to=(PostId("sierra.air"),),
            code="REJ",
            body=Rejection(reason="unable", field=None),
            precedence="PRIORITY",
            reply_to=ref,
        ),
    )
    assert not is_open(table, ref)


def test_a_clock_ahead_does_not_put_off_what_is_due(table: Any) -> None:
    """SIERRA's clock runs an hour ahead: COAST's signed receipt says when it was, to both."""
    ref = warn(table, sent_ms=table.now_ms + HOUR_MS)
    sign(table, table.now_ms)
    for party in (SIERRA, COAST):
        held = item(table, party, ref)
        assert held is not None
        assert held.due_of("understood") == table.now_ms + 30_000


def test_clocks_count_from_sending_and_not_from_a_late_receipt(table: Any) -> None:
    table.is_cut = True
    ref = warn(table)
    sent_ms = table.now_ms
    table.now_ms += 600_000
    table.heal()
    sign(table, table.now_ms)
    for party in (SIERRA, COAST):
        held = item(table, party, ref)
        assert held is not None
        assert held.due_of("understood") == sent_ms + 30_000
        assert held.reached["delivered"] == sent_ms + 600_000


def test_a_receipt_in_whole_seconds_moves_no_clock(table: Any) -> None:
    """A cosignature floors its second; a sound clock is not called ahead for that."""
    table.now_ms += 700
    ref = warn(table)
    sign(table, table.now_ms // 1000 * 1000)
    for party in (SIERRA, COAST):
        held = item(table, party, ref)
        assert held is not None
        assert held.said_ms == table.now_ms


def test_a_receipt_covers_only_what_it_adds(table: Any) -> None:
    first = warn(table)
    sign(table, table.now_ms)
    table.now_ms += 9000
    second = warn(table)
    sign(table, table.now_ms)
    assert (levels(table, first)["delivered"], levels(table, second)["delivered"]) == (0, 9)


def test_an_alert_ahead_of_the_backlog_is_raised_once_and_delivered_then(table: Any) -> None:
    table.is_cut = True
    ref = warn(table)
    (sender, _, statement) = table.late.pop()
    now_ms = UtcMs(table.now_ms + 2000)
    table.now_ms = now_ms
    for _ in range(2):
        table.give("COAST", HeardEarly(at_ms=now_ms, party=sender, ref=ref, statement=statement))
    table.give("SIERRA", DeliveredEarly(at_ms=now_ms, peer=COAST, ref=ref, signed_ms=now_ms))
    assert levels(table, ref) == {"delivered": 2}
    assert len(table.asked) == 1
    assert answer(table, ref).ok
    table.give("COAST", Heard(at_ms=now_ms, party=sender, ref=ref, statement=statement))
    assert len(table.asked) == 1
    assert table.states[COAST].heard == {SIERRA: 1}
    assert not table.states[COAST].early
    assert item(table, COAST, ref).reached["substance"] == now_ms  # type: ignore[union-attr]  # P is owed


def test_a_repeat_joins_the_case_and_resets_no_clock(table: Any) -> None:
    at_ms = table.now_ms
    ref = warn(table, at_ms=at_ms)
    table.now_ms += 60_000
    again = warn(table, at_ms=at_ms)
    for party in (SIERRA, COAST):
        (held,) = table.states[party].open_items.values()
        assert (held.ref, held.repeats) == (ref, (again,))
        assert held.due_of("substance") == at_ms + 120_000
    assert answer(table, again).ok, "a repeat is answered as the case"
    assert "substance" in levels(table, ref)


def test_what_is_said_once_more_after_it_was_settled_is_a_case_of_its_own(table: Any) -> None:
    at_ms = table.now_ms
    ref = warn(table, at_ms=at_ms)
    answer(table, ref)
    ack(table, ref, "passed", to="crews")
    again = warn(table, at_ms=at_ms)
    assert is_open(table, again)


def test_a_notice_said_twice_is_two_notices(table: Any) -> None:
    send(table)
    send(table)
    assert len(table.states[COAST].open_items) == 2


def test_the_stamp_is_the_receivers_signed_time_on_both_sides(table: Any) -> None:
    """In time when it was said, LATE when it was held: both nodes call it LATE, to the same second."""
    table.is_cut = True
    ref = send(table, start_h=2.5)
    assert views.notices(table.states[SIERRA])[0]["stamp"] == "IN_TIME"
    table.now_ms += HOUR_MS
    table.heal()
    sign(table, table.now_ms)
    for party in (SIERRA, COAST):
        (row,) = views.notices(table.states[party])
        assert (row["stamp"], row["stamps"]) == ("LATE", {"COAST": "LATE"})
    assert table.states[SIERRA].stamps[ref] == table.states[COAST].stamps[ref]


def test_a_clock_that_lies_about_the_past_does_not_make_a_notice_early(table: Any) -> None:
    """What the author claims has no part in the stamp; COAST's own clock, which is slow, rules on both sides."""
    send(table, start_h=2.5)
    slow_ms = table.now_ms - HOUR_MS
    sign(table, slow_ms)
    for party in (SIERRA, COAST):
        assert views.notices(table.states[party])[0]["stamp"] == "IN_TIME"


def test_a_receipt_of_a_later_run_does_not_make_old_notices_late(table: Any) -> None:
    send(table, start_h=2.5)
    table.now_ms += 2 * HOUR_MS
    table.restart("SIERRA")
    table.give("SIERRA", Receipted(at_ms=UtcMs(table.now_ms), peer=COAST, size=1))
    table.restart("COAST")
    warn(table)
    sign(table, table.now_ms)
    for party in (SIERRA, COAST):
        assert views.notices(table.states[party])[0]["stamp"] == "IN_TIME"


def test_one_item_for_each_party_that_owes(make_table: Any, ex_1: Any) -> None:
    """Three parties: BRAVO's read-back leaves CHARLIE's owed, and each verdict is for its own reader."""
    table = make_table(ex_1, "ALFA", "BRAVO", "CHARLIE", now_ms=NOON_2030_MS)
    circle = Circle(centre=Point(lat_e7=450_000_000, lon_e7=-300_000_000), radius_cm=926_000)
    made = notice(table.now_ms)
    made = msgspec.structs.replace(
        made,
        class_="combat",
        volumes=tuple(msgspec.structs.replace(one, shape=circle) for one in made.volumes),
    )
    (reply,) = table.give("ALFA", SendNotice(at_ms=UtcMs(table.now_ms), notice=made, plans=()))
    assert reply.ok, reply
    (ref,) = table.states[ALFA].notices
    assert set(table.states[ALFA].open_items) == {(ref, BRAVO), (ref, CHARLIE)}
    assert set(table.states[BRAVO].open_items) == {(ref, BRAVO)}
    table.give("BRAVO", ReadBackNow(at_ms=UtcMs(table.now_ms), ref=ref))
    assert set(table.states[ALFA].open_items) == {(ref, CHARLIE)}
    assert set(table.states[CHARLIE].open_items) == {(ref, CHARLIE)}
    assert table.states[ALFA].notices[ref].read_backs == {BRAVO: "correct"}
    assert table.states[CHARLIE].notices[ref].read_back == "owed"


def test_each_receivers_receipt_is_its_own(make_table: Any, ex_1: Any) -> None:
    table = make_table(ex_1, "ALFA", "BRAVO", "CHARLIE", now_ms=NOON_2030_MS)
    posts = (PostId("bravo.air"), PostId("charlie.air"))
    ref = table.commit(
        ALFA, Say(to=posts, code="ALR", body=alert(table.now_ms), precedence="ALERT", reply_to=None)
    )
    table.give(
        "ALFA",
        Receipted(at_ms=UtcMs(table.now_ms), peer=BRAVO, size=1, signed_ms=UtcMs(table.now_ms)),
    )
    items = table.states[ALFA].open_items
    assert "delivered" in items[ref, BRAVO].reached
    assert "delivered" not in items[ref, CHARLIE].reached


def test_owed_counts_down_and_below_zero_in_both_directions(table: Any) -> None:
    warn(table)
    sign(table, table.now_ms)
    table.now_ms += 45_000
    for party in (SIERRA, COAST):
        table.run(1, party)
        table.now_ms -= 1000
        (row,) = views.owed(table.states[party])
        left = {one["level"]: one["seconds_left"] for one in row["levels"]}
        assert left == {
            "delivered": None,
            "understood": -16,
            "substance": 74,
            "passed": 134,
            "in_effect": None,
        }
        assert row["is_overdue"]
        assert row["by_us"] == (party == COAST)


@pytest.mark.parametrize("seconds", [0, 86_399, 86_401])
def test_a_day_after_it_was_passed_nothing_more_is_said_of_it(table: Any, seconds: int) -> None:
    ref = warn(table)
    answer(table, ref)
    ack(table, ref, "passed", to="crews")
    table.now_ms += seconds * 1000
    other = warn(table)
    answer(table, other)
    ack(table, other, "passed", to="crews")
    assert (ref, COAST) in table.states[SIERRA].passed_items or seconds > 86_400
    assert ack(table, ref, "in_effect").ok == (seconds <= 86_400)
