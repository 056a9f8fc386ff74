"""The line by order of a watch: it sees its state, keeps a post, checks by hand, says and answers what it may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from detente.errors import OperatorError
from detente.quantities import PartyId
from detente.runtime.delivery import deliver, deliver_urgent
from detente.runtime.desk import Desk

QUERY = {"at": "39.9 -121.4", "at_ms": "now", "level": "FL085"}
OUTAGE = {"what": "path", "name": "data-1", "start": "+1h", "end": "+2h", "alternate": "phone-1"}


@dataclass
class Side:
    desk: Desk
    node: Any
    clock: Any

    def __call__(self, order: str, **args: Any) -> dict[str, Any]:
        return self.desk.order(order, args)

    def say(self, code: str, fields: dict[str, str], **order: Any) -> dict[str, Any]:
        """As the command line does: draft, then say what was drafted."""
        draft = self("draft", code=code, fields=fields, **order)
        return self("say", **{name: value for name, value in draft.items() if name != "text"})


@pytest.fixture
def sides(make_desked: Callable[..., Any]) -> tuple[Side, Side]:
    made = [make_desked(party) for party in ("SIERRA", "COAST")]
    return tuple(  # type: ignore[return-value]  # two of them
        Side(desk=Desk(node=one.node, store=one.store, clock=one.clock), node=one.node, clock=one.clock)
        for one in made
    )


def drive(giver: Side, taker: Side, conversation: Any) -> Any:
    """A conversation of one side with the other, to its end."""
    response = None
    try:
        while True:
            response = taker.node.serve(giver.node.keeper.me, conversation.send(response))
    except StopIteration as stop:
        return stop.value


def exchange(one: Side, other: Side) -> None:
    """Both bring what the other lacks, and take the receipt."""
    for giver, taker in ((one, other), (other, one), (one, other)):
        name = PartyId(taker.node.keeper.me)
        giver.node.receipted(name, drive(giver, taker, deliver(giver.node.keeper, name)))


def test_the_state_of_the_line_names_every_path_and_both_sides_declarations(
    sides: tuple[Side, Side],
) -> None:
    told = sides[0]("line_status")
    (peer,) = told["peers"]
    assert (told["party"], peer["party"], peer["forked"]) == ("SIERRA", "COAST", False)
    assert [path["path"] for path in peer["paths"]] == ["data-1", "phone-1", "radio-1"]
    assert {path["observed"] for path in peer["paths"]} == {"untested"}
    assert peer["declared"]["by_them"]["state"] == "in_force"


def test_a_watch_takes_its_post_with_a_check_of_every_path_and_leaves_when_one_was_answered(
    sides: tuple[Side, Side],
) -> None:
    sierra, coast = sides
    sierra("take_watch", post="sierra.air")
    told = sierra("take_watch", post="sierra.air", languages=["en", "fr"], interpreter="on_watch")
    assert [check["path"] for check in told["checks"]] == ["data-1", "phone-1", "radio-1"]
    with pytest.raises(OperatorError) as caught:
        sierra("hand_over", post="sierra.air")
    assert caught.value.code == "check_first"
    exchange(sierra, coast)
    coast("answer_check", ref=told["checks"][1]["ref"], quality=4)
    exchange(coast, sierra)
    assert "handed over" in sierra("hand_over", post="sierra.air")["message"]
    exchange(sierra, coast)
    (row,) = coast("watch")["posts"]
    assert (row["post"], row["languages"], row["interpreter"]) == ("sierra.air", ["en", "fr"], "on_watch")
    assert row["checked"]
    assert not row["is_relieving"]


@pytest.mark.parametrize(
    ("order", "args", "code"),
    [
        ("take_watch", {"post": "coast.air"}, "not_your_post"),
        ("take_watch", {"post": "sierra.air", "interpreter": "maybe"}, "malformed"),
        ("take_watch", {"post": "sierra.air", "roles": ["chief"]}, "malformed"),
        ("hand_over", {"post": "sierra.air"}, "nobody_relieves"),
        ("line_check", {"path": "fax-9"}, "unknown_path"),
        ("answer_check", {"ref": "SIERRA#0", "quality": 4}, "nothing_owed"),
        ("answer_check", {"ref": "SIERRA#0", "quality": "good"}, "malformed"),
        ("acknowledge", {"ref": "SIERRA#0", "level": "understood"}, "nothing_owed"),
        ("draft", {"code": "QRY", "fields": {**QUERY, "at_ms": 3}}, "malformed"),
        ("draft", {"code": "QRY", "fields": QUERY, "precedence": "FLASH"}, "malformed"),
        ("draft", {"code": "QRY", "fields": QUERY, "precedence": "ROUTINE"}, "precedence"),
        ("draft", {"code": "QRY", "fields": QUERY, "to": ["sierra.air"]}, "unknown_post"),
        ("draft", {"code": "QRY", "fields": QUERY, "to": ["ghost.air"]}, "unknown_post"),
        ("draft", {"code": "QRY", "fields": QUERY, "reply_to": "COAST#9"}, "unknown_entry"),
        ("draft", {"code": "CLR", "fields": {"parted": "now"}}, "of_what"),
        ("draft", {"code": "CNX", "fields": {"from": "now"}, "reply_to": "SIERRA#0"}, "of_what"),
        (
            "draft",
            {"code": "RES", "fields": {"scope": "all", "effective": "now"}, "reply_to": "SIERRA#0"},
            "of_what",
        ),
        ("draft", {"code": "ACC", "fields": {}, "reply_to": "SIERRA#0"}, "of_what"),
        ("draft", {"code": "OUT", "fields": {**OUTAGE, "name": "fax-9"}}, "not_in_memorandum"),
        (
            "draft",
            {"code": "SUS", "fields": {"scope": "everything", "effective": "+1d", "reason": "R1"}},
            "not_in_memorandum",
        ),
        ("say", {"code": "WGM", "body": {"what": "call", "at_ms": 2**60, "document": None}}, "malformed"),
        ("say", {"code": "QRY", "body": {"at": "here"}}, "malformed"),
        ("say", {"code": "NTC", "body": {}}, "not_by_hand"),
        ("fields", {"code": "WCH"}, "not_by_hand"),
        ("transcript", {"language": "xx"}, "no_such_language"),
    ],
)
def test_an_order_of_the_line_that_cannot_be_carried_out_says_why_and_leaves_nothing(
    sides: tuple[Side, Side], order: str, args: dict[str, Any], code: str
) -> None:
    with pytest.raises(OperatorError) as caught:
        sides[0](order, **args)
    assert caught.value.code == code
    assert sides[0].node.keeper.own.size == 1


def test_a_draft_shows_what_would_be_said_and_to_whom_and_says_nothing(sides: tuple[Side, Side]) -> None:
    sierra, _ = sides
    draft = sierra("draft", code="OUT", fields=OUTAGE)
    assert (draft["to"], draft["precedence"]) == (["coast.air"], "PRIORITY")
    assert draft["body"]["start_ms"] == sierra.clock.at_ms + 3_600_000
    assert set(draft["text"]) == {"en"}
    assert sierra.node.keeper.own.size == 1


def test_a_question_is_asked_answered_and_closed_and_the_transcript_is_the_same_on_both_sides(
    sides: tuple[Side, Side],
) -> None:
    sierra, coast = sides
    asked = sierra.say("QRY", QUERY, to=["COAST"])
    assert receipt(sierra, asked["ref"]) == "not delivered"
    exchange(sierra, coast)
    assert receipt(sierra, asked["ref"]) == "delivered"
    coast("answer", ref=asked["ref"], answer="standby")
    exchange(coast, sierra)
    assert receipt(sierra, asked["ref"]) == "understood"
    coast("answer", ref=asked["ref"], answer="no")
    exchange(coast, sierra)
    for side in sides:
        assert receipt(side, asked["ref"]) == "closed"
        assert [row["ref"] for row in rows(side)] == [row["ref"] for row in rows(sierra)]
    (last,) = [row for row in rows(sierra) if row["body"] == {"answer": "no", "action": "none"}]
    assert last["reply_to"] == asked["ref"]


def test_levels_rise_until_the_crews_have_it(sides: tuple[Side, Side]) -> None:
    sierra, coast = sides
    said = sierra.say("DST", {"nature": "down", "at_ms": "now"})
    exchange(sierra, coast)
    coast("acknowledge", ref=said["ref"], level="understood")
    exchange(coast, sierra)
    assert receipt(sierra, said["ref"]) == "understood"
    coast("answer", ref=said["ref"], answer="approve")
    exchange(coast, sierra)
    assert receipt(sierra, said["ref"]) == "answered"
    coast("acknowledge", ref=said["ref"], level="passed", passed_to="tanker crews")
    exchange(coast, sierra)
    assert receipt(sierra, said["ref"]) == "passed"
    coast("acknowledge", ref=said["ref"], level="in_effect", post="coast.duty")
    exchange(coast, sierra)
    assert receipt(sierra, said["ref"]) == "in effect"


def test_after_a_suspension_what_is_outside_the_floor_is_said_without_a_reply_owed(
    sides: tuple[Side, Side],
) -> None:
    sierra, coast = sides
    sierra.say("SUS", {"scope": "all", "effective": "now", "reason": "R1"})
    exchange(sierra, coast)
    frequency = {"what": "failure", "channel": "123.975", "sector": "NORTH", "effective": "now"}
    assert coast.say("FRQ", frequency)["no_reply_owed"]
    assert not coast.say("QRY", QUERY)["no_reply_owed"]


def test_a_query_may_be_made_urgent_and_a_protest_never(sides: tuple[Side, Side]) -> None:
    sierra, _ = sides
    assert sierra("draft", code="QRY", fields=QUERY, precedence="ALERT")["precedence"] == "ALERT"
    with pytest.raises(OperatorError) as caught:
        sierra("draft", code="WGM", fields={"what": "call", "at": "now"}, precedence="ALERT")
    assert caught.value.code == "precedence"


def test_a_suspension_is_resumed_and_a_question_cleared_by_the_one_who_made_it(
    sides: tuple[Side, Side],
) -> None:
    sierra, coast = sides
    suspended = sierra.say("SUS", {"scope": "all", "effective": "now", "reason": "R1"})["ref"]
    asked = sierra.say("QRY", QUERY)["ref"]
    exchange(sierra, coast)
    with pytest.raises(OperatorError, match="own entry"):
        coast("draft", code="CLR", fields={"parted": "now"}, reply_to=asked)
    sierra.say("CLR", {"parted": "now"}, reply_to=asked)
    sierra.say("RES", {"scope": "all", "effective": "+1h"}, reply_to=suspended)
    exchange(sierra, coast)
    assert receipt(coast, asked) == "closed"
    (declared,) = sierra("line_status")["peers"][0]["declared"]["by_us"]["suspensions"]
    assert declared["resumes_utc"] is not None


def test_what_is_said_for_exercise_is_marked_on_both_sides_and_changes_nothing_live(
    sides: tuple[Side, Side],
) -> None:
    sierra, coast = sides
    said = sierra.say("DST", {"nature": "emergency", "at_ms": "now"}, exercise=True)
    exchange(sierra, coast)
    for side in sides:
        assert not side.node.state.open_items
        (row,) = [one for one in side("transcript", count=9)["entries"] if one["ref"] == said["ref"]]
        assert row["exercise"]


def test_the_transcript_gives_only_what_came_after_the_sizes_that_were_shown(
    sides: tuple[Side, Side],
) -> None:
    sierra, _ = sides
    shown = sierra("transcript", count=5)
    assert [row["code"] for row in shown["entries"]] == ["OPN"]
    sierra.say("OUT", OUTAGE)
    fresh = sierra("transcript", count=5, after=shown["sizes"])
    assert [row["code"] for row in fresh["entries"]] == ["OUT"]
    assert sierra("transcript", count=5, after=fresh["sizes"])["entries"] == []


def test_an_alert_that_came_ahead_of_its_place_is_shown_so_and_can_be_answered(
    sides: tuple[Side, Side],
) -> None:
    sierra, coast = sides
    exchange(sierra, coast)
    sierra.say("OUT", OUTAGE)
    alert = sierra.say("QRY", QUERY, precedence="ALERT")["ref"]
    ref = sierra.node.keeper.own.ref(int(alert.partition("#")[2]))
    drive(sierra, coast, deliver_urgent(sierra.node.keeper, PartyId("COAST"), ref))
    assert {row["ref"]: row["marks"] for row in rows(coast)}[alert] == ["EARLY"]
    coast("answer", ref=alert, answer="unknown")
    exchange(sierra, coast)
    assert {row["ref"]: row["marks"] for row in rows(coast)}[alert] == []
    assert receipt(sierra, alert) == "closed"


def test_a_time_before_what_its_author_had_seen_is_marked_and_orders_nothing(
    sides: tuple[Side, Side],
) -> None:
    """COAST's clock runs ten minutes ahead: what SIERRA answers claims an earlier time, and stands later."""
    sierra, coast = sides
    coast.clock.at_ms += 600_000
    early = coast.say("OUT", OUTAGE)["ref"]
    exchange(coast, sierra)
    late = sierra.say("OUT", OUTAGE)["ref"]
    marks = {row["ref"]: row["marks"] for row in rows(sierra)}
    assert marks == {"COAST#0": [], early: [], "SIERRA#0": [], late: ["TIME RUNS BACK"]}
    assert list(marks).index(early) < list(marks).index(late)


def rows(side: Side) -> list[dict[str, Any]]:
    return side("transcript", count=100)["entries"]  # type: ignore[no-any-return]  # plain values


def receipt(side: Side, ref: str) -> str:
    (row,) = [row for row in rows(side) if row["ref"] == ref]
    return str(row["receipt"])
