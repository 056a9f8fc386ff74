"""Incidents at two nodes: numbers, receipts that admit nothing, refusals, and the same dossiers on both sides."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from detente.airspace.shapes import Point
from detente.line.bodies import Rejection
from detente.line.bodies_duty import Attachment, IncidentReport, Passing, Protest
from detente.line.catalogue import parse_body
from detente.node import snapshot, views
from detente.node.effects import Say
from detente.node.events import (
    Acknowledge,
    MatchIncident,
    OpenIncident,
    ProtestIncident,
    StateIncident,
)
from detente.node.state import State
from detente.quantities import Digest, PartyId, PostId, UtcMs
from detente.record.statement import Ref

SIERRA, COAST = PartyId("SIERRA"), PartyId("COAST")
HERE = Point(lat_e7=399_000_000, lon_e7=-1_214_000_000)
WEEK_S = 604_800


def report(table: Any, party: str, **other: Any) -> Any:
    order = OpenIncident(
        at_ms=UtcMs(table.now_ms),
        category=other.get("category", "conduct"),
        articles=other.get("articles", ("C01",)),
        at=other.get("at", HERE),
        event_ms=UtcMs(table.now_ms + other.get("event_s", 0) * 1000),
        passing=other.get("passing"),
        entries=other.get("entries", ()),
        text=other.get("text", ""),
        same_as=other.get("same_as"),
        to=other.get("to", ()),
    )
    (reply,) = table.give(party, order)
    return reply


def state(table: Any, party: str, number: str, **other: Any) -> Any:
    order = StateIncident(
        at_ms=UtcMs(table.now_ms),
        number=number,
        entries=(),
        attachments=other.get("attachments", ()),
        text=other.get("text", ""),
        closes=other.get("closes", False),
    )
    (reply,) = table.give(party, order)
    return reply


def protest(table: Any, party: str, number: str, article: str = "C01") -> Any:
    (reply,) = table.give(party, ProtestIncident(at_ms=UtcMs(table.now_ms), number=number, article=article))
    return reply


def match(table: Any, party: str, number: str, other: str) -> Any:
    (reply,) = table.give(party, MatchIncident(at_ms=UtcMs(table.now_ms), number=number, other=other))
    return reply


def number_of(reply: Any) -> str:
    assert reply.ok, reply.message
    return str(reply.message.split()[0])


def listed(table: Any, party: PartyId = SIERRA) -> Any:
    return views.incidents(table.states[party])


def receive(table: Any, party: str) -> list[Any]:
    """Acknowledge all that is owed; the replies."""
    replies = []
    for item in list(table.states[PartyId(party)].open_items.values()):
        if item.owed_by == party and item.act == "acknowledge":
            order = Acknowledge(at_ms=UtcMs(table.now_ms), ref=item.ref, level="understood", passed_to=None)
            replies += table.give(party, order)
    return replies


def test_each_party_counts_its_own_numbers_by_the_day_of_the_event(table: Any) -> None:
    assert number_of(report(table, "SIERRA")) == "FIRES-2020-20200908-SIERRA-01"
    assert number_of(report(table, "SIERRA")) == "FIRES-2020-20200908-SIERRA-02"
    assert number_of(report(table, "COAST")) == "FIRES-2020-20200908-COAST-01"
    assert number_of(report(table, "SIERRA", event_s=-86_400)) == "FIRES-2020-20200907-SIERRA-01"


def test_both_nodes_show_the_same_dossiers(table: Any) -> None:
    first = number_of(report(table, "SIERRA"))
    report(table, "COAST", category="no_notice", articles=("C12",))
    table.now_ms += 60_000
    state(table, "SIERRA", first)
    state(table, "COAST", first)
    protest(table, "COAST", first)
    receive(table, "COAST")
    assert views.incident(table.states[SIERRA], first) == views.incident(table.states[COAST], first)
    ours, theirs = listed(table, SIERRA), listed(table, COAST)
    assert ours["incidents"] == theirs["incidents"]
    assert len(ours["matches"]) == len(theirs["matches"]) == 1


def test_every_receipt_says_that_it_is_not_an_admission(table: Any) -> None:
    first = number_of(report(table, "SIERRA"))
    (reply,) = receive(table, "COAST")
    assert "not an admission" in reply.message
    for party in (SIERRA, COAST):
        shown = views.incident(table.states[party], first)
        assert shown is not None
        (said,) = [one for side in shown["sides"] for one in side["said"]]
        assert [(one["by"], one["note"]) for one in said["receipts"]] == [
            ("COAST", "A receipt is not an admission.")
        ]


def test_a_protest_never_rings(table: Any) -> None:
    table.start_ms = table.now_ms
    first = number_of(report(table, "SIERRA"))
    receive(table, "COAST")
    protest(table, "SIERRA", first)
    table.run(5000)
    assert table.rings == []
    assert [one["in_words"] for one in views.owed(table.states[COAST]) if one["code"] == "PRT"] == ["protest"]


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"category": "politics"}, "not_agreed"),
        ({"category": "boundary"}, "not_agreed"),
        ({"articles": ("C04",)}, "not_agreed"),
        ({"category": "proximity"}, "passing"),
        ({"text": "they did it"}, "free_text"),
        ({"event_s": 60}, "event_ahead"),
        ({"same_as": "FIRES-2020-20200908-COAST-01"}, "unknown_number"),
        ({"to": (PostId("nobody"),)}, "unknown_post"),
    ],
)
def test_what_the_memorandum_does_not_let_be_reported_is_refused_and_nothing_leaves(
    table: Any, other: Any, code: str
) -> None:
    reply = report(table, "SIERRA", **other)
    assert (reply.ok, reply.code) == (False, code)
    assert table.codes("SIERRA") == []
    assert any("own order" in line for line in table.log[SIERRA])


def test_a_full_disk_gives_no_number_that_could_be_given_twice(table: Any) -> None:
    table.states[SIERRA] = replace(table.states[SIERRA], disk_is_full=True)
    assert report(table, "SIERRA").code == "disk_full"


def test_proximity_without_a_figure_is_told_to_whoever_reports_it(table: Any, make_table: Any) -> None:
    rows = tuple(
        msgspec.structs.replace(
            row,
            mode="airmanship_only",
            lateral_nm=None,
            vertical_ft=None,
            time_s=None,
            no_transponder_factor=None,
        )
        for row in table.memorandum.separation
    )
    agreed = make_table(msgspec.structs.replace(table.memorandum, separation=rows), "SIERRA", "COAST")
    near = Passing(own_class="tanker", other_class="helicopter", lateral_m=10, vertical_ft=10)
    assert "NOT CHECKABLE" in report(agreed, "SIERRA", category="proximity", passing=near).message
    assert listed(agreed, COAST)["incidents"][0]["categories"] == ["not_checkable"]
    far = msgspec.structs.replace(near, lateral_m=50_000)
    assert "counts as other" in report(table, "SIERRA", category="proximity", passing=far).message


def test_a_statement_and_a_protest_need_an_incident_and_what_the_memorandum_has(table: Any) -> None:
    assert state(table, "SIERRA", "FIRES-2020-20200908-SIERRA-01").code == "unknown_number"
    assert protest(table, "SIERRA", "FIRES-2020-20200908-SIERRA-01").code == "unknown_number"
    first = number_of(report(table, "SIERRA"))
    assert protest(table, "COAST", first, "C99").code == "not_agreed"
    assert state(table, "COAST", first, text="no").code == "free_text"


def test_an_attachment_is_named_by_its_hash_and_never_by_a_word_that_is_never_disclosed(table: Any) -> None:
    first = number_of(report(table, "SIERRA"))
    sound = Attachment(name="call.opus", sha256=Digest("a" * 64), length=9)
    secret = msgspec.structs.replace(sound, name="Third-Party Tracks.json")
    assert state(table, "SIERRA", first, attachments=(secret,)).code == "never_list"
    assert state(table, "SIERRA", first, attachments=(sound, sound)).code == "attachment_twice"
    assert state(table, "SIERRA", first, attachments=(sound,)).ok
    shown = views.incident(table.states[COAST], first)
    assert shown is not None
    (attached,) = [one for side in shown["sides"] for said in side["said"] for one in said["attachments"]]
    assert attached == {"name": "call.opus", "sha256": "a" * 64, "length": 9}


def test_statements_that_are_due_stand_in_the_owed_list_of_both_until_they_are_made(table: Any) -> None:
    first = number_of(report(table, "SIERRA"))
    for party in (SIERRA, COAST):
        (due,) = [one for one in views.owed(table.states[party]) if one["act"] == "state"]
        assert (due["ref"], due["owed_by"], due["owed_to"]) == (first, "SIERRA", "COAST")
        assert due["by_us"] == (party == SIERRA)
        assert due["seconds_left"] == WEEK_S
    state(table, "SIERRA", first)
    (due,) = [one for one in views.owed(table.states[SIERRA]) if one["act"] == "state"]
    assert due["owed_by"] == "COAST", "the counter-statement is owed now"
    table.now_ms += WEEK_S * 1000
    table.run(1)
    (due,) = [one for one in views.owed(table.states[COAST]) if one["act"] == "state"]
    assert due["is_overdue"]
    state(table, "COAST", first, closes=True)
    state(table, "SIERRA", first, closes=True)
    assert [one for one in views.owed(table.states[COAST]) if one["act"] == "state"] == []
    assert listed(table)["incidents"][0]["state"] == "closed"


def test_a_match_is_accepted_by_both_and_then_one_number_stands_on_both_sides(table: Any) -> None:
    first = number_of(report(table, "SIERRA"))
    table.now_ms += 1000
    second = number_of(report(table, "COAST"))
    table.now_ms += 1000
    told = match(table, "COAST", first, second)
    assert "SIERRA has to accept" in told.message
    assert match(table, "COAST", first, second).code == "accepted_already"
    assert [one["waits_for_us"] for party in (SIERRA, COAST) for one in listed(table, party)["matches"]] == [
        True,
        False,
    ]
    table.now_ms += 1000
    assert "Both sides" in match(table, "SIERRA", second, first).message
    for party in (SIERRA, COAST):
        assert listed(table, party)["matches"] == []
        (row,) = listed(table, party)["incidents"]
        assert (row["number"], row["also"]) == (first, [second]), "COAST received it first"
    assert match(table, "SIERRA", first, second).code == "one_already"
    assert match(table, "SIERRA", first, "FIRES-2020-20200908-COAST-44").code == "unknown_number"


def test_whoever_matches_or_states_has_received_what_the_other_side_said(table: Any) -> None:
    first = number_of(report(table, "SIERRA"))
    second = number_of(report(table, "COAST"))
    match(table, "COAST", first, second)
    match(table, "SIERRA", first, second)
    state(table, "COAST", first)
    for party in (SIERRA, COAST):
        mine = [item for item in table.states[party].open_items.values() if item.owed_by == COAST]
        assert mine == []


def test_a_report_outside_the_memorandum_is_refused_by_the_node_that_hears_it(table: Any) -> None:
    body = IncidentReport(
        number="FIRES-2020-20200908-SIERRA-01",
        same_as=None,
        category="politics",
        articles=(),
        at=None,
        at_ms=table.now_ms,
        passing=None,
        entries=(),
        text="",
    )
    say = Say(to=(PostId("coast.air"),), code="INC1", body=body, precedence="PRIORITY", reply_to=None)
    table.commit(SIERRA, say)
    rejection = parse_body(table.last("COAST"), table.memorandum.disclosure)
    assert rejection == Rejection(reason="not_agreed", field="category")
    assert listed(table, SIERRA)["incidents"] == listed(table, COAST)["incidents"] == []
    assert not [item for item in table.states[COAST].open_items.values() if item.code == "INC1"]


def test_a_word_under_a_number_that_nobody_made_waits_and_hurts_nothing(table: Any) -> None:
    body = Protest(number="FIRES-2020-20200908-COAST-01", article="C01")
    say = Say(to=(PostId("coast.air"),), code="PRT", body=body, precedence="ROUTINE", reply_to=None)
    table.commit(SIERRA, say)
    assert listed(table, COAST)["incidents"] == []
    number_of(report(table, "COAST"))
    (row,) = listed(table, SIERRA)["incidents"]
    assert row["articles"] == ["C01"]
    shown = views.incident(table.states[SIERRA], body.number)
    assert shown is not None
    assert [len(side["said"]) for side in shown["sides"]] == [1, 1]


def test_a_restart_and_a_snapshot_keep_every_dossier(table: Any) -> None:
    first = number_of(report(table, "SIERRA"))
    state(table, "COAST", first, closes=True)
    before = listed(table, COAST)
    table.restart("COAST")
    assert listed(table, COAST) == before
    held = table.states[COAST]
    blank = State(me=COAST, memorandum=table.memorandum, identity=held.identity, now_ms=UtcMs(0))
    thawed = snapshot.thaw(snapshot.freeze(held), blank)
    assert thawed is not None
    assert thawed.register == held.register


def test_an_entry_that_is_named_need_not_be_here(table: Any) -> None:
    """Of a third party it may be only a hash."""
    nowhere = Ref(origin="COAST/T/0", seq=77, leaf=Digest("a" * 64))
    first = number_of(report(table, "SIERRA", entries=(nowhere,)))
    assert views.incident(table.states[COAST], first) is not None
