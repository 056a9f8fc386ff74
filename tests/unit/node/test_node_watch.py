"""Who keeps which post, positive hand-over, and checks by hand on schedule: practice (e)."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from detente.line.bodies_duty import LineCheck, WatchChange
from detente.line.catalogue import parse_body
from detente.node import views
from detente.node.effects import Say
from detente.node.events import AnswerCheck, HandOver, LineCheckNow, TakeWatch, Tick
from detente.node.watch import caller
from detente.quantities import PartyId, PostId, UtcMs
from detente.record.statement import Ref

SIERRA, COAST = PartyId("SIERRA"), PartyId("COAST")
DAY_MS = 86_400_000


def take(table: Any, party: str = "SIERRA", *, post: str = "sierra.air", **other: Any) -> Any:
    order = TakeWatch(
        at_ms=UtcMs(table.now_ms),
        post=PostId(post),
        roles=other.get("roles", ("air_desk",)),
        languages=other.get("languages", ("en",)),
        interpreter="on_call",
    )
    (reply,) = table.give(party, order)
    return reply


def leave(table: Any, post: str = "sierra.air") -> Any:
    (reply,) = table.give("SIERRA", HandOver(at_ms=UtcMs(table.now_ms), post=PostId(post)))
    return reply


def answer_checks(table: Any, party: PartyId = COAST, *, count: int = 9) -> None:
    for item in list(table.states[party].open_items.values())[-count:]:
        if item.code == "LCK" and item.owed_by == party:
            (reply,) = table.give(party, AnswerCheck(at_ms=UtcMs(table.now_ms), ref=item.ref, quality=5))
            assert reply.ok


def test_taking_the_watch_says_who_is_there_and_checks_every_path(table: Any) -> None:
    assert take(table).ok
    assert table.codes("SIERRA") == ["WCH", "LCK", "LCK", "LCK"]
    bodies = [parse_body(one, table.memorandum.disclosure) for one in table.journal[SIERRA]]
    assert isinstance(bodies[0], WatchChange)
    checks = [one for one in bodies if isinstance(one, LineCheck)]
    assert [(one.path, one.kind) for one in checks] == [
        ("data-1", "human"),
        ("phone-1", "human"),
        ("radio-1", "human"),
    ]
    assert len({one.text_id for one in checks}) == 3
    for party in (SIERRA, COAST):
        (row,) = views.watch(table.states[party])["posts"]
        assert (row["post"], row["languages"], row["interpreter"]) == ("sierra.air", ["en"], "on_call")
    (peer,) = views.line_status(table.states[COAST])
    assert [one["post"] for one in peer["watch"]] == ["sierra.air"]


def test_the_word_of_a_watch_tells_how_many_items_are_open(table: Any) -> None:
    take(table)
    take(table)
    bodies = [parse_body(one, table.memorandum.disclosure) for one in table.journal[SIERRA]]
    assert [one.open_items for one in bodies if isinstance(one, WatchChange)] == [0, 4]


def test_a_post_nobody_has_taken_is_a_warning_once_any_watch_is_kept(table: Any) -> None:
    assert not [one for one in views.warnings(table.states[SIERRA]) if "Nobody is on watch" in one]
    take(table)
    found = [one for one in views.warnings(table.states[SIERRA]) if "Nobody is on watch" in one]
    assert "Nobody is on watch at coast.air." in found
    assert not any("sierra.air" in one for one in found)


def test_the_off_going_watch_stays_until_the_on_coming_ones_line_check_is_answered(table: Any) -> None:
    take(table)
    answer_checks(table)
    table.now_ms += 3_600_000
    assert leave(table).code == "nobody_relieves"
    take(table, languages=("en", "fr"))
    reply = leave(table)
    assert (reply.ok, reply.code) == (False, "check_first")
    assert any("off-going watch of sierra.air stays" in one for one in views.warnings(table.states[SIERRA]))
    answer_checks(table)
    assert leave(table).ok
    body = parse_body(table.last("SIERRA"), table.memorandum.disclosure)
    assert isinstance(body, WatchChange)
    assert (body.what, body.languages) == ("handed_over", ("en", "fr"))
    assert body.check is not None
    named = table.journal[COAST][body.check.seq]
    assert named.code == "LCR"
    for party in (SIERRA, COAST):
        (row,) = views.watch(table.states[party])["posts"]
        assert (row["is_relieving"], row["languages"]) == (False, ["en", "fr"])


def test_an_answer_to_a_check_of_the_watch_before_does_not_relieve_it(table: Any) -> None:
    take(table)
    take(table)
    first = [one for one in table.states[COAST].open_items.values() if one.code == "LCK"][:3]
    for item in first:
        table.give("COAST", AnswerCheck(at_ms=UtcMs(table.now_ms), ref=item.ref, quality=5))
    assert leave(table).code == "check_first"


def test_a_hand_over_without_a_check_is_not_believed(table: Any) -> None:
    take(table)
    take(table)
    change = WatchChange(
        what="handed_over",
        post="sierra.air",
        roles=("air_desk",),
        languages=("en",),
        interpreter="none",
        open_items=0,
        check=None,
    )
    table.commit(
        SIERRA,
        Say(to=(PostId("coast.air"),), code="WCH", body=change, precedence="ADMIN", reply_to=None),
    )
    assert views.watch(table.states[COAST])["posts"][0]["is_relieving"]
    assert table.log[COAST][-1] == "refused: SIERRA handed sierra.air over without a line check."


def test_nobody_takes_the_watch_at_a_post_of_the_other_side(table: Any) -> None:
    assert take(table, post="coast.air").code == "not_your_post"
    change = WatchChange(
        what="taken",
        post="sierra.air",
        roles=("air_desk",),
        languages=("en",),
        interpreter="none",
        open_items=0,
        check=None,
    )
    say = Say(to=(PostId("sierra.air"),), code="WCH", body=change, precedence="ADMIN", reply_to=None)
    table.commit(COAST, say)
    assert not table.states[SIERRA].watches


@pytest.mark.parametrize("other", [{"roles": ()}, {"languages": ()}, {"languages": ("a\nb",)}])
def test_a_watch_without_roles_or_languages_is_none(table: Any, other: Any) -> None:
    assert take(table, **other).code == "no_roles"
    assert table.codes("SIERRA") == []


def test_a_watch_is_remembered_over_a_restart(table: Any) -> None:
    take(table)
    answer_checks(table)
    take(table)
    before = table.states[SIERRA].watches
    table.restart("SIERRA")
    assert table.states[SIERRA].watches == before


def test_every_check_has_a_text_of_its_own(table: Any) -> None:
    for _ in range(3):
        (reply,) = table.give("SIERRA", LineCheckNow(at_ms=UtcMs(table.now_ms), path="phone-1"))
        assert reply.ok
    bodies = [parse_body(one, table.memorandum.disclosure) for one in table.journal[SIERRA]]
    assert [one.text_id for one in bodies if isinstance(one, LineCheck)] == ["T-0", "T-1", "T-2"]


def test_orders_that_cannot_be_are_refused(table: Any) -> None:
    (reply,) = table.give("SIERRA", LineCheckNow(at_ms=UtcMs(table.now_ms), path="nowhere"))
    assert reply.code == "unknown_path"
    nothing = Ref(origin="COAST/T/0", seq=9, leaf="f" * 64)  # type: ignore[arg-type]  # any digest
    (reply,) = table.give("SIERRA", AnswerCheck(at_ms=UtcMs(table.now_ms), ref=nothing, quality=5))
    assert reply.code == "nothing_owed"
    table.give("SIERRA", LineCheckNow(at_ms=UtcMs(table.now_ms), path="phone-1"))
    ((ref, _),) = table.states[COAST].open_items
    for quality in (0, 6):
        (reply,) = table.give("COAST", AnswerCheck(at_ms=UtcMs(table.now_ms), ref=ref, quality=quality))
        assert reply.code == "quality"
    assert table.codes("COAST") == []


def test_a_check_by_hand_that_is_due_stands_among_what_is_owed_by_who_calls_first(table: Any) -> None:
    take(table)
    answer_checks(table)
    table.now_ms += 43_199_000
    for party in (SIERRA, COAST):
        table.give(party, Tick(at_ms=UtcMs(table.now_ms)))
        assert not [row for row in views.owed(table.states[party]) if row["act"] == "check"]
    table.now_ms += 11_000
    due: dict[str, list[Any]] = {}
    for party in (SIERRA, COAST):
        table.give(party, Tick(at_ms=UtcMs(table.now_ms)))
        due[party] = [row for row in views.owed(table.states[party]) if row["act"] == "check"]
    assert [row["ref"] for row in due[SIERRA]] == ["data-1", "phone-1", "radio-1"]
    assert {row["seconds_left"] for row in due[SIERRA]} == {-10}
    assert [row["by_us"] for row in due[SIERRA]] != [row["by_us"] for row in due[COAST]]
    assert [row["owed_by"] for row in due[SIERRA]] == [row["owed_by"] for row in due[COAST]]


@pytest.mark.parametrize(
    ("rule", "even", "odd"),
    [
        ("alternate_days", "SIERRA", "COAST"),
        ("first_party", "SIERRA", "SIERRA"),
        ("second_party", "COAST", "COAST"),
    ],
)
def test_who_calls_first_is_the_memorandums_and_both_sides_agree(
    make_table: Any, fires: Any, rule: str, even: str, odd: str
) -> None:
    line = msgspec.structs.replace(fires.line, first_caller=rule)
    table = make_table(msgspec.structs.replace(fires, line=line), "SIERRA", "COAST")
    day_ms = table.now_ms // (2 * DAY_MS) * 2 * DAY_MS
    for me, peer in ((SIERRA, COAST), (COAST, SIERRA)):
        state = table.states[me]
        assert caller(state, peer, UtcMs(day_ms)) == even
        assert caller(state, peer, UtcMs(day_ms + DAY_MS)) == odd
