"""Declared and observed, rule by rule: practice (d)."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from detente.line.bodies_duty import (
    LineCheckReply,
    LineState,
    Outage,
    RadioCheck,
    Resumption,
    Suspension,
)
from detente.line.catalogue import Body, parse_body
from detente.memorandum.model_talk import Permission
from detente.node import views
from detente.node.effects import Say, SelfTest, TryAllPaths
from detente.node.events import AnswerCheck, LineCheckNow, PathChecked, SelfTested, Started
from detente.quantities import PartyId, PostId, UtcMs
from detente.record.statement import Ref

SIERRA, COAST = PartyId("SIERRA"), PartyId("COAST")


@pytest.fixture
def line(make_table: Any, fires: Any) -> Any:
    """Two parties on the template, the run begun, and a permission that hangs on the phone."""
    permission = Permission(
        id="PERM-1", text="as agreed", depends_on=("phone-1",), restore_after=("LCK", "RCK")
    )
    table = make_table(msgspec.structs.replace(fires, permission=(permission,)), "SIERRA", "COAST")
    for party in (SIERRA, COAST):
        table.give(party, Started(at_ms=UtcMs(table.now_ms)))
    return table


def check(table: Any, party: str = "SIERRA", *, good: bool = True, **other: Any) -> None:
    """A machine's check of data-1, good or not."""
    event = PathChecked(
        at_ms=UtcMs(table.now_ms),
        peer=COAST if party == "SIERRA" else SIERRA,
        path_id=other.get("path", "data-1"),
        is_good=good,
        rtt_ms=40 if good else None,
        offset_ms=other.get("offset_ms"),
        reason="" if good else other.get("reason", "timed out"),
        is_refused=other.get("refused", False),
    )
    table.give(party, event)


def self_test(table: Any, *, good: bool = True, party: str = "SIERRA") -> None:
    table.give(
        party, SelfTested(at_ms=UtcMs(table.now_ms), is_good=good, reason="" if good else "no carrier")
    )


def by_hand(table: Any, path: str = "phone-1", *, caller: str = "SIERRA") -> Ref:
    """A check by hand that is answered at once."""
    (reply,) = table.give(caller, LineCheckNow(at_ms=UtcMs(table.now_ms), path=path))
    assert reply.ok
    other = COAST if caller == "SIERRA" else SIERRA
    (item,) = [
        one for one in table.states[other].open_items.values() if (one.owed_by, one.code) == (other, "LCK")
    ]
    (reply,) = table.give(other, AnswerCheck(at_ms=UtcMs(table.now_ms), ref=item.ref, quality=4))
    assert reply.ok, reply
    return item.ref  # type: ignore[no-any-return]  # a table is untyped


def observed(table: Any, path: str = "data-1", party: str = "SIERRA") -> str:
    (peer,) = views.line_status(table.states[PartyId(party)])
    (row,) = [one for one in peer["paths"] if one["path"] == path]
    return str(row["observed"])


def named(table: Any, party: str, path: str = "data-1") -> list[tuple[int, str, str]]:
    """What one side's journal says of a path: second, state, cause."""
    bodies = [
        parse_body(statement, table.memorandum.disclosure)
        for statement in table.journal[PartyId(party)]
        if statement.code == "LST"
    ]
    return [
        ((one.since_ms - table.start_ms) // 1000, one.state, one.cause)
        for one in bodies
        if isinstance(one, LineState) and one.path == path
    ]


def asked(table: Any, party: str = "SIERRA") -> list[tuple[int, str]]:
    return [(second, type(one).__name__) for who, second, one in table.tests if who == party]


def say(table: Any, code: str, body: Body, *, party: PartyId = SIERRA, reply_to: Ref | None = None) -> Ref:
    desk = "coast.air" if party == SIERRA else "sierra.air"
    ref = table.commit(
        party, Say(to=(PostId(desk),), code=code, body=body, precedence="PRIORITY", reply_to=reply_to)
    )
    assert isinstance(ref, Ref)
    return ref


def radio(table: Any, readability: int = 4) -> None:
    body = RadioCheck(
        channel_khz=123_975,
        sector="N",
        caller="sierra.air",
        called="coast.air",
        how="air_air",
        readability=readability,
        at_ms=table.now_ms,
    )
    say(table, "RCK", body)


def test_a_path_is_untested_until_its_first_good_check_and_only_the_change_is_journaled(line: Any) -> None:
    assert observed(line) == "untested"
    for _ in range(5):
        line.run(10)
        check(line)
    assert observed(line) == "open"
    assert named(line, "SIERRA") == [(10, "open", "not_known")]


def test_a_path_of_which_nothing_is_heard_is_late_then_silent_by_the_limits_alone(line: Any) -> None:
    """Self-test and all other paths at the miss; silent only once both are done."""
    check(line)
    line.run_to(179)
    assert observed(line) == "open"
    assert asked(line) == []
    line.run_to(180)
    assert observed(line) == "late"
    assert asked(line) == [(180, "SelfTest"), (180, "TryAllPaths")]
    line.run(1)
    self_test(line)
    line.run_to(299)
    assert observed(line) == "late"
    line.run_to(301)
    assert named(line, "SIERRA") == [
        (0, "open", "not_known"),
        (180, "late", "not_known"),
        (300, "silent", "not_known"),
    ]


def test_a_miss_sets_off_the_self_test_and_every_other_path_at_once_and_once(line: Any) -> None:
    check(line)
    line.run_to(60)
    for _ in range(3):
        check(line, good=False)
        line.run(5)
    assert asked(line) == [(60, "SelfTest"), (60, "TryAllPaths")]
    assert {type(one) for _, _, one in line.tests} == {SelfTest, TryAllPaths}


def test_one_failure_changes_nothing(line: Any) -> None:
    """No flapping: good and bad in turn stay open, and nothing but the first is journaled."""
    check(line)
    self_test(line)
    for _ in range(20):
        line.run(20)
        check(line, good=False)
        self_test(line)
        line.run(20)
        check(line)
    assert named(line, "SIERRA") == [(0, "open", "not_known")]


def test_a_failed_self_test_is_our_own_fault_and_the_path_is_not_called_silent(line: Any) -> None:
    check(line)
    line.run_to(60)
    check(line, good=False)
    line.run(2)
    self_test(line, good=False)
    assert observed(line) == "own_fault"
    for _ in range(10):
        line.run(60)
        self_test(line, good=False)
    assert [state for _, state, _ in named(line, "SIERRA")] == ["open", "own_fault"]
    assert sum(1 for _, what in asked(line) if what == "SelfTest") >= 8, "it is tested again and again"
    line.run(60)
    self_test(line)
    assert [state for _, state, _ in named(line, "SIERRA")][-1] == "silent"


def test_a_self_test_without_an_answer_in_time_proves_nothing_good(line: Any) -> None:
    check(line)
    line.run_to(60)
    check(line, good=False)
    line.run(9)
    assert observed(line) == "open"
    line.run(1)
    assert observed(line) == "own_fault"
    check(line)
    assert observed(line) == "open"


def test_a_state_is_named_within_the_times_for_self_test_and_other_paths(line: Any) -> None:
    """The miss shows late: at 295 s. Own end by 305, other paths by 325, and then it is silent."""
    check(line)
    line.run_to(170)
    line.run_to(295, "COAST")
    check(line, good=False)
    line.run(1)
    self_test(line)
    line.run_to(324)
    assert observed(line) == "late"
    line.run_to(325)
    assert named(line, "SIERRA")[1:] == [(295, "late", "not_known"), (325, "silent", "not_known")]


def test_refused_is_refused_and_not_silent(line: Any) -> None:
    check(line)
    for _ in range(20):
        line.run(30)
        check(line, good=False, refused=True, reason="certificate not pinned")
        self_test(line)
    assert observed(line) == "late"
    (peer,) = views.line_status(line.states[SIERRA])
    row = peer["paths"][0]
    assert (row["refused"], row["reason"]) == (True, "certificate not pinned")
    assert any("REFUSED" in warning for warning in views.warnings(line.states[SIERRA]))


def test_the_cause_is_not_known_unless_an_outage_covers_it(line: Any) -> None:
    check(line)
    body = Outage(
        what="path",
        name="data-1",
        start_ms=line.now_ms + 200_000,
        end_ms=line.now_ms + 290_000,
        alternate="phone-1",
    )
    say(line, "OUT", body, party=COAST)
    line.run_to(181)
    self_test(line)
    line.run_to(230)
    check(line)
    line.run_to(231 + 180)
    assert named(line, "SIERRA")[1:] == [
        (180, "late", "not_known"),
        (230, "open", "outage"),
        (410, "late", "not_known"),
    ]


def test_an_outage_of_a_post_covers_its_paths_and_is_declared_beside_what_is_observed(line: Any) -> None:
    check(line)
    body = Outage(
        what="post", name="coast.air", start_ms=line.now_ms, end_ms=line.now_ms + 400_000, alternate=None
    )
    say(line, "OUT", body, party=COAST)
    line.run_to(185)
    assert named(line, "SIERRA")[-1] == (180, "late", "outage")
    (peer,) = views.line_status(line.states[SIERRA])
    (outage,) = peer["declared"]["by_them"]["outages"]
    assert (outage["name"], outage["now"]) == ("coast.air", True)
    assert peer["declared"]["by_them"]["state"] == "in_force"


def test_a_check_proves_its_own_path_only(line: Any) -> None:
    """test-proves-only-its-path-2015."""
    check(line)
    by_hand(line, "radio-1")
    line.run(1)
    assert (observed(line), observed(line, "radio-1"), observed(line, "phone-1")) == (
        "open",
        "open",
        "untested",
    )


def test_a_fresh_heartbeat_never_hides_a_missed_check_by_hand(line: Any) -> None:
    by_hand(line, "data-1")
    for _ in range(43_200 // 60 + 31):
        line.now_ms += 60_000
        check(line)
        line.run(1)
        line.now_ms -= 1000
    (peer,) = views.line_status(line.states[SIERRA])
    row = peer["paths"][0]
    assert (row["observed"], row["human"]) == ("open", "late")
    assert row["machine_age_s"] <= 60
    assert row["human_age_s"] > 43_200
    assert any(
        "check by hand of data-1 to COAST is LATE" in one for one in views.warnings(line.states[SIERRA])
    )


def test_both_ends_show_the_same_age_of_a_check_by_hand(line: Any) -> None:
    """The time at which the answer was said, at both ends, even where it came long after."""
    line.give("SIERRA", LineCheckNow(at_ms=UtcMs(line.now_ms), path="phone-1"))
    line.run(50)
    line.is_cut = True
    (item,) = [one for one in line.states[COAST].open_items.values() if one.code == "LCK"]
    line.give("COAST", AnswerCheck(at_ms=UtcMs(line.now_ms), ref=item.ref, quality=5))
    line.run(30)
    line.heal()
    line.run(1)
    for party in ("SIERRA", "COAST"):
        (peer,) = views.line_status(line.states[PartyId(party)])
        (row,) = [one for one in peer["paths"] if one["path"] == "phone-1"]
        assert row["human_age_s"] == 31
        assert observed(line, "phone-1", party) == "open"


def test_a_check_cannot_be_ticked_by_hand(line: Any) -> None:
    """An answer that does not echo the very text is none, and the check stays owed."""
    line.give("SIERRA", LineCheckNow(at_ms=UtcMs(line.now_ms), path="phone-1"))
    ((ref, _),) = line.states[SIERRA].open_items
    wrong = LineCheckReply(path="phone-1", text_id="T-9", quality=5, clock_offset_ms=0)
    elsewhere = LineCheckReply(path="radio-1", text_id="T-0", quality=5, clock_offset_ms=0)
    for body in (wrong, elsewhere):
        say(line, "LCR", body, party=COAST, reply_to=ref)
    line.run(1)
    assert observed(line, "phone-1") == "untested"
    assert (ref, COAST) in line.states[SIERRA].open_items
    assert "refused: COAST answered a line check on phone-1 that was not made so." in line.log[SIERRA]


def test_the_phone_that_was_dead_for_years_is_late_silent_and_takes_its_permission_with_it(line: Any) -> None:
    """dca-pentagon-2022-dead-line: due 43200, self-test and other paths at once, late 45000, silent 46800, both."""
    by_hand(line)
    line.run(1)

    def jump(second: int) -> None:
        """To a second; the machines' path is sound all the time."""
        line.now_ms = line.start_ms + second * 1000 - 1000
        for party in ("SIERRA", "COAST"):
            check(line, party)
        line.run(1)

    for second in (43_199, 43_200):
        jump(second)
    assert asked(line) == [
        (43_200, "SelfTest"),
        (43_200, "TryAllPaths"),
    ]
    line.run(2)
    for party in ("SIERRA", "COAST"):
        self_test(line, party=party)
    assert observed(line, "phone-1") == "open"
    for second in (44_999, 45_000, 46_799):
        jump(second)
        for party in ("SIERRA", "COAST"):
            self_test(line, party=party)
    (peer,) = views.line_status(line.states[SIERRA])
    assert peer["permissions"][0]["in_force"]
    line.run(1)
    for party in ("SIERRA", "COAST"):
        assert named(line, party, "phone-1")[1:] == [
            (45_000, "late", "not_known"),
            (46_800, "silent", "not_known"),
        ]
        (peer,) = views.line_status(line.states[PartyId(party)])
        (row,) = peer["permissions"]
        assert (row["in_force"], row["waits_for"][-2:]) == (False, ["LCK", "RCK"])
        assert line.states[PartyId(party)].lapses["PERM-1"].since_ms == line.start_ms + 46_800_000
    line.now_ms = line.start_ms + 90_060_000
    by_hand(line)
    line.run(1)
    assert observed(line, "phone-1") == "open"
    for party in (SIERRA, COAST):
        assert "PERM-1" in line.states[party].lapses, "the radio check is missing"
    line.run(200)
    radio(line, readability=0)
    assert "PERM-1" in line.states[COAST].lapses, "nobody answered"
    line.run(39)
    radio(line)
    for party in (SIERRA, COAST):
        assert not line.states[party].lapses
    assert line.log[COAST][-1] == "permission: PERM-1 is in force again"


def test_a_permission_lapses_when_either_side_names_its_path_silent(line: Any) -> None:
    by_hand(line)
    line.run(1)
    body = LineState(party="SIERRA", path="phone-1", state="silent", since_ms=line.now_ms, cause="not_known")
    say(line, "LST", body, party=COAST)
    for party in (SIERRA, COAST):
        assert line.states[party].lapses["PERM-1"].since_ms == line.now_ms
    assert any("PERMISSION PERM-1 HAS LAPSED" in one for one in views.warnings(line.states[SIERRA]))


def test_a_word_of_a_path_that_is_not_ours_changes_nothing(line: Any) -> None:
    for path in ("nowhere", "x/y"):
        body = LineState(party="SIERRA", path=path, state="silent", since_ms=line.now_ms, cause="not_known")
        say(line, "LST", body, party=COAST)
    assert not line.states[SIERRA].lapses


def test_a_suspension_changes_what_is_declared_and_nothing_that_is_observed(line: Any) -> None:
    """suspensions-2017: 'suspends at' beside open, then suspended beside open; RES only after LCK and RCK."""
    check(line)
    ref = say(line, "SUS", Suspension(scope="all", effective_ms=line.now_ms + 100_000, reason="R1"))
    for second, state in ((1, "in_force"), (99, "in_force"), (100, "suspended"), (150, "suspended")):
        line.run_to(second)
        for party, side in ((SIERRA, "by_us"), (COAST, "by_them")):
            (peer,) = views.line_status(line.states[party])
            assert peer["declared"][side]["state"] == state
            (row,) = peer["declared"][side]["suspensions"]
            assert row["short"], "less than the notice agreed"
    assert observed(line) == "open"
    assert any("suspends all" in one and "SHORT" in one for one in views.warnings(line.states[COAST]))
    line.run_to(160)
    say(line, "RES", Resumption(scope="all", effective_ms=line.now_ms), reply_to=ref)
    line.run(5)
    assert views.line_status(line.states[COAST])[0]["declared"]["by_them"]["state"] == "suspended"
    by_hand(line)
    line.run(5)
    assert views.line_status(line.states[COAST])[0]["declared"]["by_them"]["state"] == "suspended"
    radio(line)
    for party, side in ((SIERRA, "by_us"), (COAST, "by_them")):
        (peer,) = views.line_status(line.states[party])
        assert peer["declared"][side] == {"state": "in_force", "suspensions": [], "outages": []}


def test_a_suspension_given_in_time_is_not_short(line: Any) -> None:
    body = Suspension(scope="all", effective_ms=line.now_ms + 43_200_000, reason="R1")
    say(line, "SUS", body)
    (peer,) = views.line_status(line.states[COAST])
    assert [one["short"] for one in peer["declared"]["by_them"]["suspensions"]] == [False]


def test_nobody_ends_the_suspension_of_another(line: Any) -> None:
    ref = say(line, "SUS", Suspension(scope="all", effective_ms=line.now_ms, reason="R1"))
    say(line, "RES", Resumption(scope="all", effective_ms=line.now_ms), party=COAST, reply_to=ref)
    by_hand(line)
    radio(line)
    line.run(1)
    assert views.line_status(line.states[COAST])[0]["declared"]["by_them"]["state"] == "suspended"


def test_what_was_named_is_remembered_over_a_restart_and_not_named_again(line: Any) -> None:
    check(line)
    line.run_to(185)
    self_test(line)
    line.run_to(310)
    before = named(line, "SIERRA")
    assert before[-1][1] == "silent"
    line.restart("SIERRA")
    line.run(100)
    assert named(line, "SIERRA") == before
    assert observed(line) == "silent"
    check(line)
    assert observed(line) == "open"


def test_a_restart_after_a_long_night_calls_nothing_late_before_it_was_checked(line: Any) -> None:
    check(line)
    line.now_ms += 8 * 3_600_000
    line.restart("SIERRA")
    line.run(100)
    assert [state for _, state, _ in named(line, "SIERRA")] == ["open"]


def test_an_unknown_path_is_not_checked_into_being(line: Any) -> None:
    check(line, path="nowhere")
    assert len(views.line_status(line.states[SIERRA])[0]["paths"]) == 3


def test_the_offset_of_a_clock_is_a_median_and_an_alarm_once_per_change(line: Any) -> None:
    for offset_ms in (10, 30, 20, 5000, 20):
        line.run(1)
        check(line, offset_ms=offset_ms)
    (peer,) = views.line_status(line.states[SIERRA])
    assert (peer["clock_offset_ms"], peer["clock_is_off"]) == (20, False)
    clock = [one for one in line.log[SIERRA] if one.startswith("clock:")]
    assert clock == [
        "clock: COAST: jumped by 4980 ms against ours",
        "clock: COAST: jumped by -4980 ms against ours",
    ]
    for _ in range(6):
        line.run(1)
        check(line, offset_ms=-2001)
    assert [one for one in line.log[SIERRA] if one.startswith("clock:")][2:] == [
        "clock: COAST: jumped by -2021 ms against ours",
        "clock: COAST: is off, -2001 ms against ours",
    ]
    assert any(
        "THE CLOCK of COAST is -2001 ms off ours." in one for one in views.warnings(line.states[SIERRA])
    )
    for _ in range(6):
        line.run(1)
        check(line, offset_ms=-2000)
    assert line.log[SIERRA][-1] == "clock: COAST: agrees again, -2000 ms against ours"
