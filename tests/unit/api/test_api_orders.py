"""An order from the console: once, noted by account, said as the post; of two officers one wins."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from detente.errors import DamageError
from detente.record.statement import peek_statement

KEY = "key-12345678"
TAKE = {"post": "sierra.air"}


@pytest.fixture
def officer(served: Any) -> Any:
    browser = served.browser()
    browser.login("watch_officer")
    return browser


def test_an_order_is_said_as_the_post_and_noted_by_role_and_account(served: Any, officer: Any) -> None:
    told = officer.order("/api/watch/take", TAKE, KEY).told
    assert told["ref"].startswith("SIERRA#")
    own = served.node.keeper.own
    entries = [served.store.entries(own.origin, seq, seq + 1)[0] for seq in range(own.size)]
    assert all(b"watch_officer" not in one.envelope for one in entries), "no account stands in the record"
    assert peek_statement(entries[-1].envelope).sender
    orders = [line for line in served.log() if line.startswith("order: ")]
    assert len(orders) == 1
    assert orders[0].startswith("order: watch_officer watch_officer orders take_watch sierra.air")
    assert any(line.startswith(f"ordered: watch_officer watch_officer [{KEY}] done") for line in served.log())


def test_the_same_key_again_does_nothing_and_is_answered_as_before(served: Any, officer: Any) -> None:
    first = officer.order("/api/watch/take", TAKE, KEY)
    size = served.node.keeper.own.size
    again = officer.order("/api/watch/take", TAKE, KEY)
    assert again.told == first.told
    assert again.headers["idempotency-replayed"] == "true"
    assert served.node.keeper.own.size == size


def test_after_an_expired_session_the_same_order_is_still_done_once(served: Any, officer: Any) -> None:
    first = officer.order("/api/watch/take", TAKE, KEY)
    size = served.node.keeper.own.size
    served.seconds[0] += 100_000
    assert officer.order("/api/watch/take", TAKE, KEY).status == 401
    officer.login("watch_officer")
    assert officer.order("/api/watch/take", TAKE, KEY).told == first.told
    assert served.node.keeper.own.size == size


def test_after_a_restart_the_same_order_is_still_done_once(
    served: Any, officer: Any, make_served: Callable[..., Any]
) -> None:
    first = officer.order("/api/watch/take", TAKE, KEY)
    refused = officer.order("/api/read-back", {"ref": "COAST#99"}, "key-of-a-refusal")
    assert refused.status == 404
    later = make_served(store=served.store, clock=served.clock)
    size = later.node.keeper.own.size
    browser = later.browser()
    browser.login("watch_officer")
    again = browser.order("/api/watch/take", TAKE, KEY)
    assert again.told["ref"] == first.told["ref"]
    assert later.node.keeper.own.size == size
    other = browser.order("/api/watch/take", {"post": "sierra.duty"}, KEY)
    assert (other.status, other.told["code"]) == (422, "key_reused")
    assert browser.order("/api/read-back", {"ref": "COAST#99"}, "key-of-a-refusal").status == 404


def test_an_order_in_whose_middle_the_node_ended_is_never_given_again_by_itself(
    served: Any, officer: Any, make_served: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether it was committed nobody knows: a person looks, then decides."""

    def end(*_: object) -> None:
        raise DamageError("torn", "The node ends here.")

    monkeypatch.setattr(served.node, "happen", end)
    assert officer.order("/api/watch/take", TAKE, KEY).status == 500
    monkeypatch.undo()
    again = officer.order("/api/watch/take", TAKE, KEY)
    assert (again.status, again.told["code"]) == (409, "outcome_unknown")
    later = make_served(store=served.store, clock=served.clock)
    browser = later.browser()
    browser.login("watch_officer")
    again = browser.order("/api/watch/take", TAKE, KEY)
    assert (again.status, again.told["code"]) == (409, "outcome_unknown")
    assert browser.order("/api/watch/take", TAKE, "another-key-1").status == 200


def test_a_key_belongs_to_an_account(served: Any, officer: Any) -> None:
    officer.order("/api/watch/take", TAKE, KEY)
    commander = served.browser()
    commander.login("commander")
    answer = commander.order("/api/watch/hand-over", TAKE, KEY)
    assert answer.told.get("code") != "key_reused"


@pytest.mark.parametrize("key", ["", "short", "x" * 65, "with space 123", "\u0661" * 8])
def test_an_order_without_a_sound_key_is_not_given(served: Any, officer: Any, key: str) -> None:
    size = served.node.keeper.own.size
    answer = officer.order("/api/watch/take", TAKE, key)
    assert (answer.status, answer.told["code"]) == (400, "key_missing")
    assert served.node.keeper.own.size == size


def test_the_same_order_sent_twice_at_once_is_done_once(served: Any, officer: Any) -> None:
    async def both() -> list[Any]:
        return await asyncio.gather(
            *(officer.asked("POST", "/api/watch/take", TAKE, idempotency_key=KEY) for _ in range(5))
        )

    size = served.node.keeper.own.size
    answers = asyncio.run(both())
    assert {answer.status for answer in answers} == {200}
    assert len({answer.told["ref"] for answer in answers}) == 1
    orders = [line for line in served.log() if line.startswith("order: ")]
    assert len(orders) == 1
    assert served.node.keeper.own.size > size


def test_of_two_who_press_at_once_one_wins_and_the_other_is_told_who(
    served: Any, officer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At once by the API, later by the node's own rule: the second acknowledgement finds nothing owed."""
    from detente.errors import OperatorError
    from detente.runtime.desk import Desk

    given: list[str] = []
    told = "watch_officer watch_officer at 2020-09-08T00:00:00Z has done this"

    def order(self: Desk, name: str, args: Any) -> dict[str, Any]:
        if given:
            raise OperatorError("nothing_owed", "It is understood already.")
        given.append(name)
        return {"message": "The acknowledgement is in the journal.", "ref": "SIERRA#3"}

    commander = served.browser()
    commander.login("commander")
    monkeypatch.setattr(Desk, "order", order)
    first = officer.order("/api/acknowledge", {"ref": "COAST#2"}, "key-of-officer")
    second = commander.order("/api/acknowledge", {"ref": "COAST#2"}, "key-of-commander")
    assert first.status == 200
    assert (second.status, second.told["code"]) == (409, "done_already")
    assert second.told["message"] == f"{told}: both pressed at once."
    served.seconds[0] += 60
    third = commander.order("/api/acknowledge", {"ref": "COAST#2"}, "key-of-commander")
    assert third.told["message"] == f"{told}: It is understood already."
    other = commander.order("/api/acknowledge", {"ref": "COAST#9"}, "key-of-another")
    assert other.told["code"] == "nothing_owed", "nobody did that: the node's own words"


def test_a_hostile_subject_cannot_forge_a_line_of_the_logbook(
    served: Any, officer: Any, make_served: Callable[..., Any]
) -> None:
    """The keys are read back from the logbook: a text in an order must not become one of them."""
    forged = "x [key-99999999 0123456789abcdef]\ncommander eve orders say y"
    assert officer.order("/api/read-back", {"ref": forged}, KEY).status == 404
    assert all("\n" not in line for line in served.log())
    later = make_served(store=served.store, clock=served.clock)
    browser = later.browser()
    browser.login("watch_officer")
    assert browser.order("/api/watch/take", TAKE, "key-99999999").status == 200


def test_what_waits_for_room_is_accepted_once_and_not_refused(
    served: Any, officer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The node keeps the order and says it when there is room: a retry with the key must not double it."""

    def full(*_: object, **__: object) -> None:
        raise DamageError("disk_full", "The disk is full; nothing new is signed.", cure="Free space.")

    monkeypatch.setattr(served.store, "append", full)
    answer = officer.order("/api/watch/take", TAKE, KEY)
    assert (answer.status, answer.told["waits"]) == (202, True)
    waiting = served.node.unsaid
    assert waiting > 0
    assert officer.order("/api/watch/take", TAKE, KEY).status == 202
    assert served.node.unsaid == waiting


def test_what_waited_when_the_node_ended_is_not_told_as_done(
    served: Any, officer: Any, make_served: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waited in memory alone: whether it was said before the end, only the transcript tells."""

    def full(*_: object, **__: object) -> None:
        raise DamageError("disk_full", "The disk is full; nothing new is signed.", cure="Free space.")

    with monkeypatch.context() as patch:
        patch.setattr(served.store, "append", full)
        assert officer.order("/api/watch/take", TAKE, KEY).status == 202
    again = make_served(store=served.store, clock=served.clock)
    browser = again.browser()
    browser.login("watch_officer")
    answer = browser.order("/api/watch/take", TAKE, KEY)
    assert (answer.status, answer.told["code"]) == (409, "outcome_unknown")
