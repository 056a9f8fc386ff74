"""Two officers press ALERT about one aircraft: one statement, and the other is told; all else is said as ever."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from detente.encounters.approach import Approach, Fix
from detente.encounters.watcher import Found
from detente.node.events import Encountered
from detente.node.state import AlertHeld
from detente.quantities import UtcMs
from detente.record.statement import peek_statement
from detente.tracks.position import PositionReport

FIELDS = {"what": "approaching", "at": "39.9 -121.4", "at_ms": "now", "level": "FL085", "ask": "turn"}
FIRST, SECOND, THIRD = ("key-of-first", "key-of-second", "key-of-third")


@pytest.fixture
def officer(served: Any) -> Any:
    browser = served.browser()
    browser.login("watch_officer")
    return browser


@pytest.fixture
def commander(served: Any) -> Any:
    browser = served.browser()
    browser.login("commander")
    return browser


def body(browser: Any, **typed: str) -> dict[str, Any]:
    """As the page does: typed fields become a body."""
    told = browser.ask("POST", "/api/draft", {"code": "ALR", "fields": {**FIELDS, **typed}}).told
    return dict(told["body"])


def press(browser: Any, key: str, *, typed: dict[str, str] | None = None, **more: Any) -> Any:
    said = {"code": "ALR", "body": body(browser, **(typed or {})), "to": ["COAST"], **more}
    answer = browser.order("/api/say", said, key)
    assert answer.status == 200, answer.data
    return answer.told


def alerts(served: Any) -> int:
    """How many stand in the journal."""
    own = served.node.keeper.own
    entries = [served.store.entries(own.origin, seq, seq + 1)[0] for seq in range(own.size)]
    return sum(1 for one in entries if peek_statement(one.envelope).code == "ALR")


def pass_time(served: Any, seconds: int) -> None:
    served.clock.at_ms += seconds * 1000
    served.seconds[0] += seconds


def test_a_second_alert_that_says_the_same_is_not_said_and_who_pressed_is_told_whose_stands(
    served: Any, officer: Any, commander: Any
) -> None:
    first = press(commander, FIRST)
    pass_time(served, 3)
    second = press(officer, SECOND)
    words = f"ALR {first['ref']} was raised 3 s ago by commander commander; nothing second was said."
    assert second == {
        "message": words,
        "ref": first["ref"],
        "raised_already": True,
        "raised_ms": served.clock.at_ms - 3_000,
        "age_s": 3,
        "is_by_node": False,
        "role": "commander",
        "account": "commander",
    }
    assert alerts(served) == 1
    log = [line for line in served.log() if line.startswith("order")]
    assert log[0].startswith("order: commander commander orders say ALR [key-of-first")
    assert log[1] == f"ordered: commander commander [key-of-first] done {first['ref']}"
    assert log[2].startswith("order: watch_officer watch_officer orders say ALR [key-of-second")
    assert log[3] == f"ordered: watch_officer watch_officer [key-of-second] told {first['ref']} ({words})"


def test_of_two_in_one_moment_one_is_said(served: Any, officer: Any, commander: Any) -> None:
    said = {"code": "ALR", "body": body(officer), "to": ["COAST"]}

    async def both() -> list[Any]:
        return await asyncio.gather(
            officer.asked("POST", "/api/say", said, idempotency_key=FIRST),
            commander.asked("POST", "/api/say", said, idempotency_key=SECOND),
        )

    answers = [answer.told for answer in asyncio.run(both())]
    assert {answer["ref"] for answer in answers} == {answers[0]["ref"]}
    assert sorted(answer.get("raised_already", False) for answer in answers) == [False, True]
    assert alerts(served) == 1


def test_who_knows_of_the_first_says_the_second_beside_it(served: Any, officer: Any, commander: Any) -> None:
    first = press(commander, FIRST)
    assert press(officer, SECOND)["raised_already"]
    second = press(officer, THIRD, beside=first["ref"])
    assert "raised_already" not in second
    assert second["ref"] != first["ref"]
    assert alerts(served) == 2
    assert any(f"orders say ALR beside {first['ref']} [" in line for line in served.log())


def test_what_beside_names_need_not_be_there(served: Any, officer: Any) -> None:
    """An ALERT fails for no mistake about another one."""
    assert "raised_already" not in press(officer, FIRST, beside="nonsense")
    assert alerts(served) == 1


@pytest.mark.parametrize(
    ("typed", "more"),
    [
        ({"what": "crossed"}, {}),
        ({"ask": "descend"}, {}),
        ({"at": "39.92 -121.4"}, {}),
        ({"level": "FL089"}, {}),
        ({"call_on_khz": "123.975"}, {}),
        ({"at_ms": "-5m"}, {}),
        ({}, {"exercise": True}),
        ({}, {"to": ["coast.duty"]}),
        ({}, {"aircraft": "a00003"}),
    ],
    ids=str,
)
def test_whatever_says_more_is_said_at_once(
    served: Any, officer: Any, commander: Any, typed: dict[str, str], more: dict[str, Any]
) -> None:
    press(commander, FIRST, aircraft="a00002")
    assert "raised_already" not in press(officer, SECOND, typed=typed, **more)
    assert alerts(served) == 2


def test_one_aircraft_of_our_tracks_is_one_wherever_it_has_flown(
    served: Any, officer: Any, commander: Any
) -> None:
    press(commander, FIRST, aircraft="a00002")
    pass_time(served, 20)
    assert press(officer, SECOND, typed={"at": "39.95 -121.4"}, aircraft="a00002")["raised_already"]
    own = served.node.keeper.own
    newest = served.store.entries(own.origin, own.size - 1, own.size)[0]
    assert b"a00002" not in newest.envelope, "which track it was stays on this node"


def test_after_half_a_minute_or_by_the_same_account_it_is_said_again(
    served: Any, officer: Any, commander: Any
) -> None:
    press(commander, FIRST)
    assert "raised_already" not in press(commander, SECOND), "who raised it knows of it"
    pass_time(served, 31)
    assert "raised_already" not in press(officer, THIRD)
    assert alerts(served) == 3


def test_a_clock_that_was_set_back_holds_nothing_back(served: Any, officer: Any, commander: Any) -> None:
    press(commander, FIRST)
    served.clock.at_ms -= 10_000
    assert "raised_already" not in press(officer, SECOND)


def test_an_alert_that_was_cleared_holds_nothing_back(served: Any, officer: Any, commander: Any) -> None:
    first = press(commander, FIRST)
    over = {"code": "CLR", "body": {"parted_ms": served.clock.at_ms}, "reply_to": first["ref"]}
    assert commander.order("/api/say", over, "key-of-clear").status == 200
    assert "raised_already" not in press(officer, SECOND)


def test_one_that_waits_for_the_store_holds_nothing_back(
    served: Any, officer: Any, commander: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not said yet, and nobody can promise that it will be."""
    from detente.errors import DamageError

    def full(*_: object, **__: object) -> None:
        raise DamageError("disk_full", "The disk is full; nothing new is signed.", cure="Free space.")

    said = {"code": "ALR", "body": body(commander), "to": ["COAST"]}
    with monkeypatch.context() as patch:
        patch.setattr(served.store, "append", full)
        assert commander.order("/api/say", said, FIRST).status == 202
    assert "raised_already" not in press(officer, SECOND)


def test_what_the_node_would_refuse_is_refused_in_its_own_words(
    served: Any, officer: Any, commander: Any
) -> None:
    press(commander, FIRST)
    for wrong in ({"to": ["nobody.air"]}, {"body": {}}, {"precedence": "ROUTINE"}):
        said = {"code": "ALR", "body": body(officer), "to": ["COAST"], **wrong}
        answer = officer.order("/api/say", said, f"key-of-{next(iter(wrong))}")
        assert answer.status in (409, 422), wrong


def test_the_nodes_own_alert_of_an_encounter_is_one_too(served: Any, officer: Any) -> None:
    """Said by nobody at the console; the officer who picks that aircraft is told so."""
    node, now_ms = served.node, served.clock.at_ms
    known = {"a00002": ("COAST", UtcMs(now_ms))}
    node.state = type(node.state)(**{**vars(node.state), "known_aircraft": known, "now_ms": UtcMs(now_ms)})
    near = Fix(lat_deg=39.9, lon_deg=-121.4, level_palt_ft=8_500.0)
    approach = Approach(
        from_ms=UtcMs(now_ms + 600_000),
        closest_ms=UtcMs(now_ms + 600_000),
        miss_nm=0.1,
        miss_ft=100.0,
        lat_deg=39.9,
        lon_deg=-121.4,
        a=near,
        b=near,
    )
    own, foreign = (report(one, now_ms) for one in ("a00001", "a00002"))
    found = Found(own=own, foreign=foreign, approach=approach, is_predicted=True)
    node.happen(Encountered(at_ms=UtcMs(now_ms), finding=found))
    (held,) = node.state.alerts.values()
    assert isinstance(held, AlertHeld)
    assert held.statement is not None, "an ALR, for its owner is known"
    pass_time(served, 2)
    typed = {"what": "unsafe_closure", "ask": "confirm_visual", "at": "39.95 -121.4"}
    told = press(officer, FIRST, typed=typed, aircraft="a00002")
    assert told["raised_already"]
    assert told["is_by_node"]
    assert told["account"] is None
    assert "was raised 2 s ago by the node itself" in told["message"]
    turn = press(officer, SECOND, typed={"what": "unsafe_closure", "ask": "turn"}, aircraft="a00002")
    assert "raised_already" not in turn, "it asks for something else than the node did"


def report(aircraft: str, time_ms: int) -> PositionReport:
    return PositionReport(
        aircraft=aircraft,
        call_sign="T72",
        time_ms=UtcMs(time_ms),
        lat_deg=39.9,
        lon_deg=-121.4,
        level_palt_ft=8_500.0,
        height_hae_m=None,
        ground_speed_mps=100.0,
        track_deg=90.0,
        vertical_rate_mps=None,
    )


def test_every_page_is_told_of_it_before_anybody_presses(served: Any, officer: Any, commander: Any) -> None:
    ref = press(commander, FIRST)["ref"]
    board = served.api.hub._board
    (row,) = board._topics["raised"]()["raised"]
    assert (row["ref"], row["role"], row["account"]) == (ref, "commander", "commander")
    assert row["raised_ms"] == served.clock.at_ms
    assert "raised" in board.changed(every=False), "it does not wait for a whole look"
    pass_time(served, 31)
    assert board._topics["raised"]() == {"raised": []}


def test_a_key_that_was_told_says_it_once_nothing_stands_any_more(
    served: Any, officer: Any, commander: Any, make_served: Callable[..., Any]
) -> None:
    """Nothing was said for it: what was true then is no answer minutes later, nor after a start."""
    press(commander, FIRST)
    said = {"code": "ALR", "body": body(officer), "to": ["COAST"]}
    assert officer.order("/api/say", said, SECOND).told["raised_already"]
    assert officer.order("/api/say", said, SECOND).told["raised_already"]
    assert alerts(served) == 1
    later = make_served(store=served.store, clock=served.clock)
    browser = later.browser()
    browser.login("watch_officer")
    assert "raised_already" not in browser.order("/api/say", said, SECOND).told
    assert "raised_already" not in browser.order("/api/say", said, SECOND).told
    assert alerts(later) == 2, "said once"


def test_a_fault_in_the_look_keeps_no_alert_back(
    served: Any, officer: Any, commander: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(commander, FIRST)
    monkeypatch.setattr("detente.runtime.desk_raised.is_unanswered", lambda *_: 1 / 0)
    assert "raised_already" not in press(officer, SECOND)
    assert alerts(served) == 2
