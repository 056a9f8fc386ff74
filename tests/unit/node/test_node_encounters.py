"""Two aircraft too near: who is asked, who is warned, when it is over, and what silence never means."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from detente.encounters.approach import Approach, Fix
from detente.encounters.own_flights import Eased, Warned
from detente.encounters.watcher import Found, Over
from detente.line.bodies import Answer, Cleared
from detente.line.catalogue import parse_body
from detente.node.events import Encountered, GiveAnswer, OwnFlown, OwnMatched
from detente.node.views import warnings
from detente.quantities import PartyId, UtcMs
from detente.tracks.position import PositionReport

SIERRA, COAST = PartyId("SIERRA"), PartyId("COAST")


def at(aircraft: str, time_ms: int, level_ft: float | None = 5000.4) -> PositionReport:
    return PositionReport(
        aircraft=aircraft,
        call_sign="T72",
        time_ms=UtcMs(time_ms),
        lat_deg=39.9,
        lon_deg=-121.4,
        level_palt_ft=level_ft,
        height_hae_m=None,
        ground_speed_mps=100.0,
        track_deg=359.7,
        vertical_rate_mps=None,
    )


def found(table: Any, own: str, foreign: str) -> Found:
    here = Fix(lat_deg=39.9, lon_deg=-121.4, level_palt_ft=5000.0)
    approach = Approach(
        from_ms=UtcMs(table.now_ms),
        closest_ms=UtcMs(table.now_ms),
        miss_nm=0.1,
        miss_ft=100.0,
        lat_deg=39.9,
        lon_deg=-121.4,
        a=here,
        b=here,
    )
    return Found(
        own=at(own, table.now_ms), foreign=at(foreign, table.now_ms), approach=approach, is_predicted=True
    )


def raise_(table: Any, party: str, own: str, foreign: str) -> None:
    table.give(party, Encountered(at_ms=UtcMs(table.now_ms), finding=found(table, own, foreign)))


def part(table: Any, party: str, own: str, foreign: str) -> None:
    over = Over(own=own, foreign=foreign, parted_ms=UtcMs(table.now_ms - 120_000))
    table.give(party, Encountered(at_ms=UtcMs(table.now_ms), finding=over))


def answer(table: Any, party: str, word: Any) -> None:
    """The watch answers the newest question that it owes an answer to."""
    items = [one for one in table.states[party].open_items.values() if one.owed_by == party]
    given = GiveAnswer(
        at_ms=UtcMs(table.now_ms), ref=items[-1].ref, answer=Answer(answer=word, action="none")
    )
    (reply,) = table.give(party, given)
    assert reply.ok


def test_an_encounter_asks_every_peer_whose_it_is_as_an_alert(table: Any) -> None:
    raise_(table, "SIERRA", "aaaaaa", "bbbbbb")
    said = table.last("SIERRA")
    assert (said.code, said.precedence, said.to, said.reply_to) == ("QRY", "ALERT", ("coast.air",), None)
    assert msgspec.json.decode(bytes(said.body)) == {
        "at": {"lat_e7": 399_000_000, "lon_e7": -1_214_000_000},
        "at_ms": table.now_ms,
        "level": {"datum": "palt", "value": 5000},
        "track_deg": 0,
        "speed_kt": 194,
    }
    assert table.log[SIERRA] == ["alert: raised: aaaaaa and bbbbbb, QRY"]


def test_a_question_names_no_aircraft_of_either_side(table: Any) -> None:
    """Where and when, never how it was seen nor which of ours is near."""
    raise_(table, "SIERRA", "aaaaaa", "bbbbbb")
    body = bytes(table.last("SIERRA").body)
    assert b"aaaaaa" not in body
    assert b"bbbbbb" not in body
    assert b"T72" not in body


def test_with_three_parties_both_others_are_asked_and_both_hear_that_it_is_over(
    make_table: Any, ex_1: Any
) -> None:
    table = make_table(ex_1, "ALFA", "BRAVO", "CHARLIE", now_ms=1_906_560_000_000)
    raise_(table, "ALFA", "aaaaaa", "bbbbbb")
    assert table.last("ALFA").to == ("bravo.air", "charlie.air")
    answer(table, "BRAVO", "yes")
    part(table, "ALFA", "aaaaaa", "bbbbbb")
    assert (table.last("ALFA").code, table.last("ALFA").to) == ("CLR", ("bravo.air", "charlie.air"))
    assert not table.states["CHARLIE"].open_items


def test_a_yes_names_the_owner_and_the_next_encounter_warns_it_alone(table: Any) -> None:
    raise_(table, "SIERRA", "aaaaaa", "bbbbbb")
    answer(table, "COAST", "yes")
    part(table, "SIERRA", "aaaaaa", "bbbbbb")
    raise_(table, "SIERRA", "cccccc", "bbbbbb")
    said = table.last("SIERRA")
    assert (said.code, said.precedence, said.to) == ("ALR", "ALERT", ("coast.air",))
    alert = msgspec.json.decode(bytes(said.body))
    assert (alert["what"], alert["call_on_khz"]) == ("unsafe_closure", 123975)


def test_an_identity_lapses(table: Any) -> None:
    raise_(table, "SIERRA", "aaaaaa", "bbbbbb")
    answer(table, "COAST", "yes")
    part(table, "SIERRA", "aaaaaa", "bbbbbb")
    valid_ms = table.memorandum.tracks.identity_valid_s * 1000
    table.now_ms += valid_ms
    raise_(table, "SIERRA", "cccccc", "bbbbbb")
    assert table.last("SIERRA").code == "ALR"
    part(table, "SIERRA", "cccccc", "bbbbbb")
    table.now_ms += 1
    raise_(table, "SIERRA", "cccccc", "bbbbbb")
    assert table.last("SIERRA").code == "QRY"


@pytest.mark.parametrize("word", ["no", "unknown", "standby", "unable"])
def test_only_a_yes_names_an_owner(table: Any, word: str) -> None:
    raise_(table, "SIERRA", "aaaaaa", "bbbbbb")
    answer(table, "COAST", word)
    assert not table.states[SIERRA].known_aircraft
    (held,) = table.states[SIERRA].alerts.values()
    assert held.answer == word
    part(table, "SIERRA", "aaaaaa", "bbbbbb")
    raise_(table, "SIERRA", "aaaaaa", "bbbbbb")
    assert table.last("SIERRA").code == "QRY"


def test_silence_names_nobody(table: Any) -> None:
    raise_(table, "SIERRA", "aaaaaa", "bbbbbb")
    table.now_ms += 3_600_000
    part(table, "SIERRA", "aaaaaa", "bbbbbb")
    assert not table.states[SIERRA].known_aircraft


def test_a_no_to_a_warning_takes_the_owner_back(table: Any) -> None:
    """Or the same wrong party would be warned for an hour, and nobody else asked."""
    raise_(table, "SIERRA", "aaaaaa", "bbbbbb")
    answer(table, "COAST", "yes")
    raise_(table, "SIERRA", "cccccc", "bbbbbb")
    assert table.last("SIERRA").code == "ALR"
    answer(table, "COAST", "no")
    raise_(table, "SIERRA", "dddddd", "bbbbbb")
    assert table.last("SIERRA").code == "QRY"


def test_an_encounter_is_raised_once_and_cleared_in_reply_to_its_question(table: Any) -> None:
    for _ in range(3):
        raise_(table, "SIERRA", "aaaaaa", "bbbbbb")
    assert table.codes("SIERRA") == ["QRY"]
    ((ref, _),) = table.states[COAST].open_items
    part(table, "SIERRA", "aaaaaa", "bbbbbb")
    part(table, "SIERRA", "aaaaaa", "bbbbbb")
    assert table.codes("SIERRA") == ["QRY", "CLR"]
    said = table.last("SIERRA")
    assert (said.reply_to, said.precedence) == (ref, "ALERT")
    assert parse_body(said, table.memorandum.disclosure) == Cleared(parted_ms=table.now_ms - 120_000)
    for party in (SIERRA, COAST):
        assert not table.states[party].open_items
        assert not table.states[party].alerts
    assert table.states[SIERRA].alerts_over == 1


def test_what_was_never_raised_is_not_cleared(table: Any) -> None:
    part(table, "SIERRA", "aaaaaa", "bbbbbb")
    assert table.codes("SIERRA") == []


def test_both_sides_ask_about_each_others_aircraft_at_once(table: Any) -> None:
    table.is_cut = True
    raise_(table, "SIERRA", "aaaaaa", "bbbbbb")
    raise_(table, "COAST", "bbbbbb", "aaaaaa")
    table.heal()
    answer(table, "SIERRA", "yes")
    answer(table, "COAST", "yes")
    assert table.states[SIERRA].known_aircraft == {"bbbbbb": (COAST, table.now_ms)}
    assert table.states[COAST].known_aircraft == {"aaaaaa": (SIERRA, table.now_ms)}
    part(table, "SIERRA", "aaaaaa", "bbbbbb")
    part(table, "COAST", "bbbbbb", "aaaaaa")
    for party in ("SIERRA", "COAST"):
        assert table.codes(party) == ["QRY", "ANS", "CLR"]
        assert not table.states[party].open_items
        assert not table.states[party].alerts


def test_an_answer_goes_to_the_alert_that_was_asked_about(table: Any) -> None:
    """Two questions of one moment, answered in the other order."""
    raise_(table, "SIERRA", "aaaaaa", "bbbbbb")
    table.now_ms += 1
    raise_(table, "SIERRA", "aaaaaa", "cccccc")
    answer(table, "COAST", "yes")
    answer(table, "COAST", "no")
    assert list(table.states[SIERRA].known_aircraft) == ["cccccc"]


def test_an_encounter_over_before_its_question_was_committed_is_cleared_right_after_it(table: Any) -> None:
    """On a full disk the question waits; once said it must not stay open, nor be taken for another's."""
    table.is_full = True
    raise_(table, "SIERRA", "aaaaaa", "bbbbbb")
    part(table, "SIERRA", "aaaaaa", "bbbbbb")
    table.now_ms += 1
    raise_(table, "SIERRA", "aaaaaa", "cccccc")
    assert table.codes("SIERRA") == []
    table.free()
    assert table.codes("SIERRA") == ["QRY", "CLR", "QRY"]
    first, clear, second = table.journal[SIERRA]
    assert clear.reply_to.seq == 0
    (held,) = table.states[SIERRA].alerts.values()
    assert (held.foreign, held.statement.seq) == ("cccccc", 2)
    answer(table, "COAST", "yes")
    assert list(table.states[SIERRA].known_aircraft) == ["cccccc"]
    assert (first.code, second.code) == ("QRY", "QRY")


def test_whichever_question_is_said_first_stands_at_its_own_alert(table: Any) -> None:
    table.is_full = True
    for foreign in ("bbbbbb", "cccccc"):
        raise_(table, "SIERRA", "aaaaaa", foreign)
        table.now_ms += 1
    table.unsaid.reverse()
    table.free()
    answer(table, "COAST", "no")
    held = {alert.foreign: alert for alert in table.states[SIERRA].alerts.values()}
    assert (held["cccccc"].statement.seq, held["bbbbbb"].statement.seq) == (0, 1)
    assert (held["bbbbbb"].answer, held["cccccc"].answer) == ("no", None)


def test_a_question_that_still_waits_serves_for_the_same_two_again(table: Any) -> None:
    table.is_full = True
    for _ in range(2):
        raise_(table, "SIERRA", "aaaaaa", "bbbbbb")
        part(table, "SIERRA", "aaaaaa", "bbbbbb")
    raise_(table, "SIERRA", "aaaaaa", "bbbbbb")
    table.free()
    assert table.codes("SIERRA") == ["QRY"]
    (held,) = table.states[SIERRA].alerts.values()
    assert held.statement is not None


@pytest.mark.parametrize(
    ("is_there", "can_tell", "suggested"),
    [(True, True, "yes"), (False, True, "no"), (False, False, "unknown")],
)
def test_own_tracks_suggest_and_a_person_answers(
    table: Any, is_there: bool, can_tell: bool, suggested: str
) -> None:
    """A node that hears no own aircraft knows nothing: it must not suggest a `no`."""
    raise_(table, "SIERRA", "aaaaaa", "bbbbbb")
    ((party, question),) = table.asked
    assert party == COAST
    match = object() if is_there else None
    event = OwnMatched(at_ms=UtcMs(table.now_ms), ref=question.ref, match=match, can_tell=can_tell)  # type: ignore[arg-type]
    table.give("COAST", event)
    assert table.states[COAST].open_items[question.ref, COAST].suggestion == suggested
    assert table.codes("COAST") == []


def test_a_suggestion_for_what_is_settled_already_is_dropped(table: Any) -> None:
    raise_(table, "SIERRA", "aaaaaa", "bbbbbb")
    ((_, question),) = table.asked
    part(table, "SIERRA", "aaaaaa", "bbbbbb")
    before = table.states[COAST]
    event = OwnMatched(at_ms=UtcMs(table.now_ms), ref=question.ref, match=None, can_tell=True)
    table.give("COAST", event)
    assert table.states[COAST] == before


def ahead(table: Any, seconds: int, *, lat_deg: float = 39.9) -> Found:
    one = found(table, "aaaaaa", "bbbbbb")
    return replace(
        one,
        approach=replace(one.approach, from_ms=UtcMs(table.now_ms + seconds * 1_000), lat_deg=lat_deg),
    )


def test_the_own_watch_reads_what_to_tell_its_crew_with_the_channel_of_that_place(table: Any) -> None:
    """In the north NORTH-1; in the centre the channel of the centre."""
    table.give("SIERRA", Encountered(at_ms=UtcMs(table.now_ms), finding=ahead(table, 600)))
    ((party, _, text),) = table.warned
    assert party == SIERRA
    assert text == (
        "ENCOUNTER in 600 s: T72 (aaaaaa) and T72 (bbbbbb), is it theirs? (asked): 0.1 NM 100 ft at 39.900 -121.400,"
        " 5000 ft PALT; crews call on 123.975."
    )
    part(table, "SIERRA", "aaaaaa", "bbbbbb")
    table.give("SIERRA", Encountered(at_ms=UtcMs(table.now_ms), finding=ahead(table, 600, lat_deg=37.5)))
    assert "crews call on 135.475" in table.warned[-1][2]


def test_with_less_time_than_an_answer_may_take_only_the_frequency_helps(table: Any) -> None:
    """Hours: a notice. Minutes: the line. Seconds: the frequency."""
    raise_(table, "SIERRA", "aaaaaa", "bbbbbb")
    answer(table, "COAST", "yes")
    part(table, "SIERRA", "aaaaaa", "bbbbbb")
    for seconds, helps in ((600, True), (20, False)):
        table.give("SIERRA", Encountered(at_ms=UtcMs(table.now_ms), finding=ahead(table, seconds)))
        said = next(one for one in reversed(table.journal[SIERRA]) if one.code == "ALR")
        assert msgspec.json.decode(bytes(said.body))["ask"] == (
            "confirm_visual" if helps else "call_on_channel"
        )
        assert ("NO TIME FOR THE LINE" in table.warned[-1][2]) is not helps
        part(table, "SIERRA", "aaaaaa", "bbbbbb")


def test_a_warning_about_an_own_aircraft_stands_until_it_is_over_and_leaves_the_node_never(
    table: Any,
) -> None:
    report = at("aaaaaa", table.now_ms)
    warned = Warned(
        aircraft="aaaaaa",
        kind="boundary_ahead",
        what="L1",
        due_ms=UtcMs(table.now_ms + 90_000),
        reason="crosses the boundary L1 in 90 s; crossing needs a notice",
        report=report,
    )
    table.give("SIERRA", OwnFlown(at_ms=UtcMs(table.now_ms), finding=warned))
    text = "OWN AIRCRAFT T72 (aaaaaa) crosses the boundary L1 in 90 s; crossing needs a notice."
    assert table.warned == [(SIERRA, 0, f"{text} Call it on 123.975.")]
    assert text in warnings(table.states[SIERRA])
    assert table.codes("SIERRA") == table.codes("COAST") == []
    eased = Eased(aircraft="aaaaaa", kind="boundary", what="L1")
    table.give("SIERRA", OwnFlown(at_ms=UtcMs(table.now_ms), finding=eased))
    assert text not in warnings(table.states[SIERRA])
    assert table.log[SIERRA][-1] == "own: Own aircraft T72 (aaaaaa): over (boundary L1)."
