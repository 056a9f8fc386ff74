"""Two nodes and a conflict: a way out is proposed, accepted and made, and the conflict is gone on both."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from detente.airspace.levels import Level
from detente.airspace.shapes import Circle, Point
from detente.airspace.volumes import Volume
from detente.conflicts.ways_out import WayOut, ways_out
from detente.line.bodies import Acceptance, Proposal, Rejection, Withdrawal
from detente.line.catalogue import parse_body
from detente.node import keeping
from detente.node.effects import Reply, Say
from detente.node.events import ReadBackNow, SayNow, SendNotice
from detente.notices.notice import Notice
from detente.quantities import PartyId, UtcMs
from detente.record.statement import Ref

SIERRA, COAST = PartyId("SIERRA"), PartyId("COAST")
HOUR_MS = 3_600_000


def notice(now_ms: int, *, lat: float = 39.9, start_h: float = 3.0, class_: str = "tanker") -> Notice:
    volume = Volume(
        shape=Circle(centre=Point(lat_e7=round(lat * 1e7), lon_e7=-1_214_000_000), radius_cm=926_000),
        floor=Level(datum="palt", value=4000),
        ceiling=Level(datum="palt", value=9000),
        start_ms=now_ms + round(start_h * HOUR_MS),
        end_ms=now_ms + round((start_h + 2) * HOUR_MS),
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


def send(table: Any, party: str, made: Notice, amends: Ref | None = None) -> Reply:
    order = SendNotice(at_ms=UtcMs(table.now_ms), notice=made, plans=(), amends=amends)
    (reply,) = table.give(party, order)
    assert isinstance(reply, Reply)
    return reply


def say(table: Any, party: str, code: str, body: Any, reply_to: Ref | None) -> Reply:
    order = SayNow(
        at_ms=UtcMs(table.now_ms),
        code=code,
        body=body,
        to=(),
        precedence=None,
        reply_to=reply_to,
        exercise=False,
    )
    (reply,) = table.give(party, order)
    assert isinstance(reply, Reply)
    return reply


def newest(table: Any, party: str) -> Ref:
    entry = len(table.journal[PartyId(party)]) - 1
    return Ref(origin=f"{party}/T/0", seq=entry, leaf=f"{entry:064x}")  # type: ignore[arg-type]  # any digest


def by(table: Any, party: str) -> Ref:
    """The one notice of a party in force, as the other side knows it."""
    other = COAST if party == SIERRA else SIERRA
    (ref,) = (ref for ref, held in table.states[other].notices.items() if held.party == party and held.counts)
    assert isinstance(ref, Ref)
    return ref


def stated(table: Any) -> Ref:
    ((held,),) = (tuple(table.states[COAST].conflicts.values()),)
    (ref,) = held.stated_in
    assert isinstance(ref, Ref)
    return ref


def in_conflict(table: Any) -> None:
    """SIERRA's notice, then COAST's; SIERRA states the conflict, so COAST owes a way out."""
    assert send(table, SIERRA, notice(table.now_ms)).ok
    assert send(table, COAST, notice(table.now_ms, lat=39.95)).ok
    for party in (SIERRA, COAST):
        assert len(table.states[party].conflicts) == 1


def ways(table: Any, party: PartyId, ref: Ref) -> tuple[WayOut, ...]:
    """What a party's node could offer for a notice."""
    state = table.states[party]
    held = state.notices[ref]
    others = [one.notice for one in state.notices.values() if one.party != held.party and one.counts]
    found = ways_out(
        held.notice,
        others,
        party=held.party,
        memorandum=state.memorandum,
        now_ms=state.now_ms,
    )
    return found.ways


def propose(table: Any, party: PartyId, ref: Ref, way: WayOut) -> Reply:
    change = msgspec.structs.asdict(way.change)
    return say(table, party, "PRO", Proposal(notice=ref, **change), stated(table))


def owed(table: Any, party: PartyId) -> set[tuple[str, str]]:
    return {(item.code, item.owed_by) for item in table.states[party].open_items.values()}


@pytest.mark.parametrize("author", [SIERRA, COAST])
@pytest.mark.parametrize("proposer", [SIERRA, COAST])
def test_an_accepted_way_out_amends_the_notice_by_its_authors_node_and_the_conflict_is_gone(
    table: Any, author: PartyId, proposer: PartyId
) -> None:
    """Whoever proposes, for whichever notice: the other accepts, and the author's node amends at once."""
    in_conflict(table)
    assert ("CON", COAST) in owed(table, SIERRA)
    ref = by(table, author)
    way = ways(table, proposer, ref)[0]
    assert propose(table, proposer, ref, way).ok
    accepter = COAST if proposer == SIERRA else SIERRA
    for party in (SIERRA, COAST):
        assert ("PRO", accepter) in owed(table, party)
        assert ("CON", COAST) not in owed(table, party), "a proposal is what a conflict asks for"
    proposal = newest(table, proposer)
    assert say(table, accepter, "ACC", Acceptance(notice=ref), proposal).ok
    assert table.last(author).code == "AMD"
    assert table.last(author).reply_to == ref
    assert parse_body(table.last(author), table.memorandum.disclosure) == way.notice
    amended = by(table, author)
    for party in (SIERRA, COAST):
        state = table.states[party]
        assert not state.conflicts
        assert not state.proposals
        assert state.notices[ref].replaced_by == amended
        assert state.notices[amended].amends == ref
        assert state.notices[amended].read_back == "owed"
        item = state.open_items[amended, COAST if author == SIERRA else SIERRA]
        assert item.reached == {}, "AMD returns levels to D"
        assert {code for code, _ in owed(table, party)} <= {"NTC", "AMD"}


def test_the_amended_notice_is_read_back_anew(table: Any) -> None:
    in_conflict(table)
    ref = by(table, COAST)
    propose(table, COAST, ref, ways(table, COAST, ref)[0])
    say(table, SIERRA, "ACC", Acceptance(notice=ref), newest(table, COAST))
    amended = by(table, COAST)
    (reply,) = table.give(SIERRA, ReadBackNow(at_ms=UtcMs(table.now_ms), ref=amended))
    assert reply.ok
    for party in (SIERRA, COAST):
        assert table.states[party].notices[amended].read_back == "correct"


def test_a_refused_proposal_changes_nothing_and_says_so_at_both_ends(table: Any) -> None:
    in_conflict(table)
    ref = by(table, COAST)
    propose(table, COAST, ref, ways(table, COAST, ref)[0])
    proposal = newest(table, COAST)
    assert say(table, SIERRA, "REJ", Rejection(reason="unable", field=None), proposal).ok
    for party in (SIERRA, COAST):
        state = table.states[party]
        assert state.proposals[proposal].answers == {SIERRA: "unable"}
        assert len(state.conflicts) == 1
        assert ("PRO", SIERRA) not in owed(table, party)


def test_a_counter_proposal_takes_the_place_of_the_first(table: Any) -> None:
    in_conflict(table)
    ref = by(table, COAST)
    first, second, *_ = ways(table, COAST, ref)
    propose(table, COAST, ref, first)
    counter = Proposal(notice=ref, **msgspec.structs.asdict(second.change))
    assert say(table, SIERRA, "PRO", counter, newest(table, COAST)).ok
    assert list(table.states[COAST].proposals) == [newest(table, SIERRA)]
    assert say(table, COAST, "ACC", Acceptance(notice=ref), newest(table, SIERRA)).ok
    assert table.states[SIERRA].notices[by(table, COAST)].notice == second.notice


def test_what_cannot_be_made_is_not_proposed(table: Any) -> None:
    in_conflict(table)
    ref, con = by(table, COAST), stated(table)
    nothing = Proposal(notice=ref, shift_s=None, floor=None, ceiling=None, move_m=None, bearing_deg=None)
    replaced = msgspec.structs.replace

    def code_of(body: Proposal) -> str:
        return say(table, SIERRA, "PRO", body, con).code

    assert code_of(nothing) == "nothing_changes"
    assert code_of(replaced(nothing, shift_s=-10 * 3600)) == "ended"
    assert code_of(replaced(nothing, move_m=5_000)) == "bad_change"
    assert code_of(replaced(nothing, floor=Level(datum="hae", value=0))) == "two_datums"
    assert code_of(replaced(nothing, ceiling=Level(datum="palt", value=9_500))) == "levels_too_fine"
    assert code_of(replaced(nothing, notice=con, shift_s=60)) == "unknown_notice"
    assert table.codes(SIERRA) == ["NTC", "CON"]


def test_only_what_is_on_the_table_is_accepted_and_only_by_who_is_asked(table: Any) -> None:
    in_conflict(table)
    ref = by(table, COAST)
    propose(table, COAST, ref, ways(table, COAST, ref)[0])
    proposal = newest(table, COAST)
    assert say(table, COAST, "ACC", Acceptance(notice=ref), proposal).code == "of_what", "not one's own"
    assert say(table, SIERRA, "ACC", Acceptance(notice=ref), ref).code == "of_what"
    assert say(table, SIERRA, "ACC", Acceptance(notice=by(table, SIERRA)), proposal).code == "of_what"
    table.commit(COAST, _say("sierra.air", "ACC", Acceptance(notice=ref), proposal))
    sierras = by(table, SIERRA)
    table.commit(COAST, _say("sierra.air", "PRO", _later(sierras), stated(table)))
    table.commit(COAST, _say("sierra.air", "ACC", Acceptance(notice=sierras), newest(table, COAST)))
    assert not any("AMD" in table.codes(party) for party in (SIERRA, COAST)), (
        "nor by a node that lets it through"
    )


def _later(ref: Ref) -> Proposal:
    return Proposal(notice=ref, shift_s=7_200, floor=None, ceiling=None, move_m=None, bearing_deg=None)


def test_an_acceptance_that_comes_too_late_leaves_the_amendment_owed(table: Any) -> None:
    """The window is over when the acceptance is heard: nothing is said, the logbook tells why, the AMD stays owed."""
    in_conflict(table)
    ref = by(table, COAST)
    way = next(one for one in ways(table, COAST, ref) if one.direction == "up")
    propose(table, COAST, ref, way)
    proposal = newest(table, COAST)
    table.is_cut = True
    say(table, SIERRA, "ACC", Acceptance(notice=ref), proposal)
    table.now_ms += 6 * HOUR_MS
    table.heal()
    assert "AMD" not in table.codes(COAST)
    assert any("was not amended as agreed: ended" in line for line in table.log[COAST])
    assert ("ACC", COAST) in owed(table, COAST)


def test_a_crash_between_acceptance_and_amendment_loses_neither(table: Any) -> None:
    in_conflict(table)
    ref = by(table, COAST)
    propose(table, COAST, ref, ways(table, COAST, ref)[0])
    proposal = newest(table, COAST)
    table.is_cut = True
    say(table, SIERRA, "ACC", Acceptance(notice=ref), proposal)
    table.is_full = True
    table.heal()
    assert [one.code for one in table.states[COAST].unsaid] == ["AMD"]
    table.unsaid.clear()
    table.is_full = False
    table.restart(COAST)
    assert table.codes(COAST).count("AMD") == 1
    assert not table.states[SIERRA].conflicts
    table.restart(COAST)
    assert table.codes(COAST).count("AMD") == 1


def test_the_own_acceptance_amends_after_a_crash_too(table: Any) -> None:
    in_conflict(table)
    ref = by(table, COAST)
    propose(table, SIERRA, ref, ways(table, SIERRA, ref)[0])
    proposal = newest(table, SIERRA)
    order = table.carry_out

    def dies_before_amending(me: Any, effect: Any, replies: Any) -> None:
        if getattr(effect, "code", None) != "AMD":
            order(me, effect, replies)

    table.carry_out = dies_before_amending
    say(table, COAST, "ACC", Acceptance(notice=ref), proposal)
    table.carry_out = order
    assert "AMD" not in table.codes(COAST)
    table.restart(COAST)
    assert table.codes(COAST)[-1] == "AMD"
    assert not table.states[COAST].conflicts


def test_a_notice_is_amended_by_hand_and_only_by_its_author(table: Any) -> None:
    in_conflict(table)
    own, foreign = by(table, SIERRA), by(table, COAST)
    assert send(table, SIERRA, notice(table.now_ms, start_h=9), amends=foreign).code == "unknown_notice"
    assert send(table, SIERRA, notice(table.now_ms, start_h=9), amends=own).ok
    assert table.last(SIERRA).code == "AMD"
    assert not table.states[COAST].conflicts
    again = send(table, SIERRA, notice(table.now_ms), amends=own)
    assert again.ok, "who names the first is understood to mean what has replaced it"
    assert len([one for one in table.states[COAST].notices.values() if one.counts]) == 2
    assert len(table.states[COAST].conflicts) == 1, "an amendment can bring a conflict as well"


def test_an_amendment_that_is_refused_leaves_the_notice_standing(table: Any) -> None:
    in_conflict(table)
    ref = by(table, SIERRA)
    bad = notice(table.now_ms, class_="balloon")
    order = table.states[SIERRA]
    table.commit(
        SIERRA,
        _say(order.desk_of(COAST), "AMD", bad, ref),
    )
    assert table.last(COAST).code == "REJ"
    held = table.states[COAST]
    assert held.notices[ref].counts
    assert len(held.conflicts) == 1
    assert (ref, COAST) in held.open_items, "it is still to be read back"


def _say(to: Any, code: str, body: Any, reply_to: Ref) -> Any:
    return Say(to=(to,), code=code, body=body, precedence="ROUTINE", reply_to=reply_to)


def test_a_notice_that_is_cancelled_takes_its_conflict_with_it(table: Any) -> None:
    in_conflict(table)
    ref = by(table, COAST)
    assert say(table, COAST, "CNX", Withdrawal(from_ms=table.now_ms), ref).ok
    for party in (SIERRA, COAST):
        state = table.states[party]
        assert not state.conflicts
        assert not state.notices[ref].counts
        assert {code for code, _ in owed(table, party)} == {"NTC", "CNX"}


def test_what_is_released_early_stands_until_then(table: Any) -> None:
    """COAST begins an hour later than SIERRA: released before that, there is no conflict; after it, there is."""
    assert send(table, SIERRA, notice(table.now_ms)).ok
    assert send(table, COAST, notice(table.now_ms, start_h=4)).ok
    ref, start_ms = by(table, SIERRA), table.now_ms + 3 * HOUR_MS
    say(table, SIERRA, "REL", Withdrawal(from_ms=start_ms + HOUR_MS + 1), ref)
    assert len(table.states[COAST].conflicts) == 1
    say(table, SIERRA, "REL", Withdrawal(from_ms=start_ms + HOUR_MS // 2), ref)
    for party in (SIERRA, COAST):
        assert not table.states[party].conflicts
        assert table.states[party].notices[ref].counts
        assert table.states[party].notices[ref].until_ms == start_ms + HOUR_MS // 2


def test_amending_without_end_does_not_fill_the_state(table: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "OVER_KEPT", 3)
    monkeypatch.setattr(keeping, "SWEEP_NOTICES", 1)
    assert send(table, SIERRA, notice(table.now_ms)).ok
    for _ in range(10):
        assert send(table, SIERRA, notice(table.now_ms), amends=by(table, SIERRA)).ok
    for party in (SIERRA, COAST):
        assert len(table.states[party].notices) <= 3 + 2
        assert by(table, SIERRA) in table.states[party].notices


def test_nobody_withdraws_or_amends_for_another(table: Any) -> None:
    in_conflict(table)
    ref = by(table, COAST)
    table.commit(SIERRA, _say("coast.air", "CNX", Withdrawal(from_ms=table.now_ms), ref))
    table.commit(SIERRA, _say("coast.air", "AMD", notice(table.now_ms, lat=35.0), ref))
    for party in (SIERRA, COAST):
        assert table.states[party].notices[ref].counts
        assert len(table.states[party].conflicts) == 1


def test_curacao_a_silent_tanker_and_an_airliner(make_table: Any, ex_1: Any) -> None:
    """Casebook `curacao-2025-transponder-off`: conflict within 30 NM, PRO level at 300, ACC 500, AMD: gone."""
    table = make_table(ex_1, "ALFA", "BRAVO", "CHARLIE", now_ms=1_906_560_000_000)
    start_ms = table.now_ms
    tanker = _over_the_sea(start_ms, lon=-30.4, class_="combat", transponder="off")
    assert send(table, "ALFA", tanker).ok
    airliner = _over_the_sea(start_ms, lon=-29.8, class_="transport", transponder="on")
    assert send(table, "CHARLIE", airliner).ok
    for party in (PartyId("ALFA"), PartyId("CHARLIE")):
        ((pair, held),) = table.states[party].conflicts.items()
        assert held.conflict.lateral_min_m == 55_560
        assert len(held.stated_in) == 1
    ref = by_author(table, "ALFA", seen_by="CHARLIE")
    table.now_ms = start_ms + 300_000
    way = next(one for one in ways(table, PartyId("CHARLIE"), ref) if one.direction in ("up", "down"))
    body = Proposal(notice=ref, **msgspec.structs.asdict(way.change))
    assert say(table, "CHARLIE", "PRO", body, held.stated_in[0]).ok
    assert not {"purpose", "mission"} & {*msgspec.to_builtins(body)}
    table.now_ms = start_ms + 500_000
    assert say(table, "ALFA", "ACC", Acceptance(notice=ref), newest(table, "CHARLIE")).ok
    assert table.last(PartyId("ALFA")).code == "AMD"
    assert table.last(PartyId("ALFA")).to == ("bravo.air", "charlie.air")
    for party in (PartyId("ALFA"), PartyId("CHARLIE")):
        assert not table.states[party].conflicts
        assert pair not in table.states[party].conflicts


def _over_the_sea(start_ms: int, *, lon: float, class_: str, transponder: str) -> Notice:
    made = notice(start_ms, class_=class_)
    circle = Circle(centre=Point(lat_e7=450_000_000, lon_e7=round(lon * 1e7)), radius_cm=400_000)
    volume = msgspec.structs.replace(made.volumes[0], shape=circle)
    return msgspec.structs.replace(made, volumes=(volume,), transponder=transponder)


def by_author(table: Any, party: str, *, seen_by: str) -> Ref:
    (ref,) = (ref for ref, held in table.states[PartyId(seen_by)].notices.items() if held.party == party)
    assert isinstance(ref, Ref)
    return ref
