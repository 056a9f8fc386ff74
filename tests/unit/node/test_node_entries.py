"""What a committed statement changes: the same on both sides, and only for whom it is meant."""

from __future__ import annotations

from typing import Any

import msgspec

from detente.airspace.levels import Level
from detente.airspace.shapes import Circle, Point
from detente.airspace.volumes import Volume
from detente.line.bodies import Acknowledgement, ConflictStated, ReadBackVerdict, Rejection, Withdrawal
from detente.line.catalogue import parse_body
from detente.node import views_notices
from detente.node.effects import Say
from detente.node.events import Acknowledge, ReadBackNow, SendNotice, Started
from detente.node.keeping import SWEEP_MS
from detente.notices.notice import Notice
from detente.quantities import PartyId, PostId, UtcMs
from detente.record.statement import Ref

ALFA, BRAVO, CHARLIE = PartyId("ALFA"), PartyId("BRAVO"), PartyId("CHARLIE")
SIERRA, COAST = PartyId("SIERRA"), PartyId("COAST")
HOUR_MS = 3_600_000
NOON_2030_MS = 1_906_560_000_000


def notice(now_ms: int, *, lat: float, lon: float, class_: str) -> Notice:
    volume = Volume(
        shape=Circle(centre=Point(lat_e7=round(lat * 1e7), lon_e7=round(lon * 1e7)), radius_cm=926_000),
        floor=Level(datum="palt", value=4000),
        ceiling=Level(datum="palt", value=9000),
        start_ms=now_ms + 3 * HOUR_MS,
        end_ms=now_ms + 5 * HOUR_MS,
    )
    return Notice(
        kind="routine",
        volumes=(volume,),
        class_=class_,
        count_band="2-4",
        transponder="on",
        frequency_monitored_khz=(),
        hazard_kind=None,
        movement="within",
    )


def send(table: Any, party: str, lat: float = 39.9) -> Ref:
    made = notice(table.now_ms, lat=lat, lon=-121.4, class_="tanker")
    (reply,) = table.give(party, SendNotice(at_ms=UtcMs(table.now_ms), notice=made, plans=()))
    assert reply.ok, reply
    return next(ref for ref in reversed(table.states[party].notices) if ref.origin.startswith(party))


def send_ex_1(table: Any, party: str) -> None:
    made = notice(table.now_ms, lat=45.0, lon=-30.0, class_="combat")
    (reply,) = table.give(party, SendNotice(at_ms=UtcMs(table.now_ms), notice=made, plans=()))
    assert reply.ok, reply


def test_the_later_notice_of_a_pair_is_answered_with_the_conflict_by_who_hears_it(table: Any) -> None:
    send(table, "SIERRA")
    send(table, "COAST", lat=39.95)
    assert (table.codes("SIERRA"), table.codes("COAST")) == (["NTC", "CON"], ["NTC"])
    stated = parse_body(table.last("SIERRA"), table.memorandum.disclosure)
    assert isinstance(stated, ConflictStated)
    assert table.last("SIERRA").precedence == "PRIORITY"
    for party in (SIERRA, COAST):
        (held,) = table.states[party].conflicts.values()
        assert held.stated_by == {SIERRA}
        assert held.conflict == stated.conflict


def test_notices_that_cross_on_the_way_are_stated_by_both(table: Any) -> None:
    table.is_cut = True
    send(table, "SIERRA")
    send(table, "COAST")
    table.heal()
    for party in (SIERRA, COAST):
        assert table.codes(party) == ["NTC", "CON"]
        (held,) = table.states[party].conflicts.values()
        assert held.stated_by == {SIERRA, COAST}


def test_a_conflict_with_a_third_party_is_between_the_two_that_it_joins(make_table: Any, ex_1: Any) -> None:
    """CHARLIE hears both notices, and neither the CON nor a duty from it."""
    table = make_table(ex_1, "ALFA", "BRAVO", "CHARLIE", now_ms=NOON_2030_MS)
    send_ex_1(table, "ALFA")
    send_ex_1(table, "BRAVO")
    assert table.last("ALFA").to == ("bravo.air",)
    assert not table.states[CHARLIE].conflicts
    assert {item.act for item in table.states[CHARLIE].open_items.values()} == {"read_back"}
    assert {item.code for item in table.states[BRAVO].open_items.values() if item.owed_by == BRAVO} == {
        "NTC",
        "CON",
    }
    assert "not_ours: ALFA entry 1 (CON) is addressed to no post of ours." in table.log[CHARLIE]


def test_what_is_owed_is_owed_by_the_one_addressed(make_table: Any, ex_1: Any) -> None:
    table = make_table(ex_1, "ALFA", "BRAVO", "CHARLIE", now_ms=NOON_2030_MS)
    send_ex_1(table, "BRAVO")
    send_ex_1(table, "CHARLIE")
    owed = {
        (item.code, item.owed_by) for item in table.states[BRAVO].open_items.values() if item.owed_by != BRAVO
    }
    assert ("CON", CHARLIE) in owed


def test_a_rejection_stands_at_the_notice_and_closes_what_was_owed(table: Any) -> None:
    ref = send(table, "SIERRA")
    say = Say(
        to=(PostId("sierra.air"),),
        code="REJ",
        body=Rejection(reason="unable", field=None),
        precedence="ROUTINE",
        reply_to=ref,
    )
    table.commit(COAST, say)
    held = table.states[SIERRA].notices[ref]
    assert (held.refused_by, held.counts) == ({COAST: "unable"}, True), "a refusal does not stop our looking"
    assert not table.states[SIERRA].open_items


def test_nobody_rejects_or_reads_back_his_own_notice(table: Any) -> None:
    ref = send(table, "SIERRA")
    rejection = Rejection(reason="unable", field=None)
    verdict = ReadBackVerdict(verdict="correct", field=None)
    for code, body in (("REJ", rejection), ("RBC", verdict)):
        table.commit(
            SIERRA, Say(to=(PostId("coast.air"),), code=code, body=body, precedence="ROUTINE", reply_to=ref)
        )
    for party in (SIERRA, COAST):
        assert table.states[party].notices[ref].counts
        assert table.states[party].notices[ref].read_back == "owed"
        assert table.states[party].open_items[ref, COAST].owed_by == COAST


def test_a_wrong_read_back_is_answered_with_the_field_that_is_wrong(table: Any) -> None:
    meant = send(table, "SIERRA")
    other = send(table, "SIERRA", lat=39.0)
    (reply,) = table.give("COAST", ReadBackNow(at_ms=UtcMs(table.now_ms), ref=other))
    heard = table.last("COAST")
    body = parse_body(heard, table.memorandum.disclosure)
    table.commit(
        COAST,
        Say(to=(PostId("sierra.air"),), code="RBK", body=body, precedence="ROUTINE", reply_to=meant),
    )
    verdict = parse_body(table.last("SIERRA"), table.memorandum.disclosure)
    assert reply.ok
    assert verdict == ReadBackVerdict(verdict="negative", field="place")
    assert table.states[COAST].notices[meant].read_back == "negative"


def test_what_is_due_when_is_the_memorandums_and_a_codes_own_row_wins(table: Any) -> None:
    send(table, "SIERRA")
    (item,) = table.states[COAST].open_items.values()
    assert item.due_ms == table.now_ms + 900_000
    send(table, "COAST")
    (of_conflict,) = [one for one in table.states[COAST].open_items.values() if one.code == "CON"]
    assert of_conflict.due_of("understood") == of_conflict.due_ms == table.now_ms + 300_000
    assert of_conflict.due_of("substance") == table.now_ms + 900_000
    table.give(
        "COAST",
        Acknowledge(at_ms=UtcMs(table.now_ms), ref=of_conflict.ref, level="understood", passed_to=None),
    )
    assert isinstance(parse_body(table.last("COAST"), table.memorandum.disclosure), Acknowledgement)
    left = table.states[COAST].open_items[of_conflict.ref, COAST]
    assert left.owed == ("substance",), "a conflict asks for a way out, not only for an eye"


def test_what_nobody_said_before_a_start_is_said_at_it_and_not_again(table: Any) -> None:
    send(table, "SIERRA")
    table.is_full = True
    send_at = notice(table.now_ms, lat=39.9, lon=-121.4, class_="tanker")
    say = Say(to=(PostId("sierra.air"),), code="NTC", body=send_at, precedence="ROUTINE", reply_to=None)
    table.commit(COAST, say)
    assert [one.code for _, one in table.unsaid] == ["CON"]
    table.unsaid.clear()
    table.is_full = False
    assert [one.code for one in table.states[SIERRA].unsaid] == ["CON"]
    table.give("SIERRA", Started(at_ms=UtcMs(table.now_ms)))
    assert table.codes("SIERRA") == ["NTC", "CON"]
    assert table.states[SIERRA].unsaid == ()
    table.give("SIERRA", Started(at_ms=UtcMs(table.now_ms)))
    assert table.codes("SIERRA") == ["NTC", "CON"]


def test_a_conflict_that_the_peer_stated_meanwhile_needs_no_more_words(table: Any) -> None:
    table.is_cut = True
    send(table, "SIERRA")
    send(table, "COAST")
    table.is_full = True
    table.heal()
    (waiting,) = [say for party, say in table.unsaid if party == COAST]
    table.unsaid.clear()
    table.is_full = False
    table.commit(COAST, waiting)
    assert [one.code for one in table.states[SIERRA].unsaid] == ["CON"]
    table.give("SIERRA", Started(at_ms=UtcMs(table.now_ms)))
    assert table.codes("SIERRA") == ["NTC"]
    assert table.states[SIERRA].unsaid == ()


def test_time_only_goes_forward_in_the_state(table: Any) -> None:
    table.give("SIERRA", Started(at_ms=UtcMs(table.now_ms - 1_000_000)))
    assert table.states[SIERRA].now_ms == table.now_ms


def test_what_is_over_for_a_day_leaves_the_state_with_its_conflicts(table: Any) -> None:
    send(table, "SIERRA")
    send(table, "COAST")
    table.now_ms += 5 * HOUR_MS + 24 * HOUR_MS - 1
    send(table, "SIERRA")
    assert len(table.states[SIERRA].notices) == 3
    table.now_ms += SWEEP_MS
    send(table, "COAST", lat=35.0)
    for party in (SIERRA, COAST):
        assert len(table.states[party].notices) == 2
        assert not table.states[party].conflicts


def test_a_peer_at_the_agreed_number_is_refused_until_one_of_its_notices_is_over(
    make_table: Any, fires: Any
) -> None:
    """Past its own desk, which counts too. Amending one is not one more."""
    terms = msgspec.structs.replace(
        fires, notices=msgspec.structs.replace(fires.notices, max_open_per_party=2)
    )
    table = make_table(terms, "SIERRA", "COAST")

    def say(code: str, amends: Ref | None = None) -> Ref:
        made = notice(table.now_ms, lat=39.9, lon=-121.4, class_="tanker")
        to = (PostId("sierra.air"),)
        return table.commit(COAST, Say(to=to, code=code, body=made, precedence="ROUTINE", reply_to=amends))

    def is_refused(ref: Ref) -> bool:
        return not table.states[SIERRA].notices[ref].counts

    first, second = say("NTC"), say("NTC")
    assert (is_refused(first), is_refused(second)) == (False, False)
    assert is_refused(say("NTC"))
    assert table.last("SIERRA").code == "REJ"
    amended = say("AMD", first)
    assert not is_refused(amended)
    table.commit(
        COAST,
        Say(
            to=(PostId("sierra.air"),),
            code="CNX",
            body=Withdrawal(from_ms=table.now_ms),
            precedence="ROUTINE",
            reply_to=second,
        ),
    )
    table.now_ms += 1_000
    assert not is_refused(say("NTC")), "one was withdrawn"
    assert is_refused(say("NTC"))
    table.now_ms += 5 * HOUR_MS + 1
    assert not is_refused(say("NTC")), "all are over"


def test_a_pair_without_figures_is_never_shown_as_clear(make_table: Any, fires: Any) -> None:
    rows = tuple(
        msgspec.structs.replace(
            row,
            mode="airmanship_only",
            lateral_nm=None,
            vertical_ft=None,
            time_s=None,
            no_transponder_factor=None,
        )
        for row in fires.separation
    )
    table = make_table(msgspec.structs.replace(fires, separation=rows), "SIERRA", "COAST")
    send(table, "SIERRA")
    send(table, "COAST")
    for party in (SIERRA, COAST):
        assert not table.states[party].conflicts
        ((verdict, ours, theirs),) = views_notices.not_checked(table.states[party])
        assert (verdict.reason, len(ours), len(theirs)) == ("airmanship_only", 1, 1)
