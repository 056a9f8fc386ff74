"""The courier: at once, again after a cut, and on a heartbeat; no test here waits for real time."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Any

import pytest

from detente.errors import DamageError, DetenteError, PeerError
from detente.exercise.world import SeededEntropy
from detente.line.bodies_duty import LineCheck
from detente.node.effects import Say
from detente.ports import LinkRequest, LinkResponse
from detente.quantities import PartyId, PostId
from detente.record.merkle import leaf_hash
from detente.record.parcel import join_items
from detente.runtime.courier import BACKOFF_FIRST_S, BACKOFF_MAX_S, Courier, Runner
from detente.runtime.delivery import Refusal
from detente.wire import encode

SIERRA, COAST = PartyId("SIERRA"), PartyId("COAST")
HEARTBEAT_S = 60.0
CHECK = LineCheck(path="data-1", kind="machine", text_id="t", clock_ms=0)


def parcel(envelope: bytes) -> bytes:
    return join_items([(envelope, leaf_hash(envelope))])


class FakeConnection:
    """Answers as the other node does, or as a test says for the next requests."""

    path_id = "data-1"
    peer = COAST

    def __init__(self, answer: Callable[[LinkRequest], LinkResponse]) -> None:
        self.answer = answer
        self.is_closed = False
        self.asked: list[str] = []
        self.waited_s: list[float] = []

    async def request(self, request: LinkRequest, *, timeout_s: float) -> LinkResponse:
        self.waited_s.append(timeout_s)
        self.asked.append(f"{request.method} {request.target}")
        return self.answer(request)

    async def close(self) -> None:
        self.is_closed = True


class Pauses:
    """Stands where the courier waits: notes for how long, and lets the test act before time seems to pass."""

    def __init__(self, acts: list[Callable[[], None] | None]) -> None:
        self.acts = acts
        self.waited_s: list[float] = []

    async def pause(self, seconds: float) -> None:
        self.waited_s.append(seconds)
        if not self.acts:
            raise asyncio.CancelledError
        act = self.acts.pop(0)
        if act is not None:
            act()


def unreachable(_: LinkRequest) -> LinkResponse:
    raise PeerError("unreachable", "COAST does not answer over data-1: connection refused.")


@pytest.fixture
def ride(sierra: Any, make_desked: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Runs a courier of SIERRA through scripted pauses and gives back what it waited for."""

    def run(
        answer: Callable[[LinkRequest], LinkResponse] | None = None,
        acts: Callable[[Courier, FakeConnection], list[Callable[[], None] | None]] = lambda *_: [],
    ) -> tuple[list[float], FakeConnection, list[DetenteError]]:
        coast = make_desked("COAST")
        connection = FakeConnection(answer or (lambda request: coast.node.serve(SIERRA, request)))
        stopped: list[DetenteError] = []
        courier = Courier(
            node=sierra.node,
            connection=connection,
            clock=sierra.clock,
            entropy=SeededEntropy(random.Random(1)),
            stop=stopped.append,
        )
        pauses = Pauses(acts(courier, connection))
        monkeypatch.setattr(courier, "_pause", pauses.pause)

        async def main() -> None:
            with pytest.raises(asyncio.CancelledError):
                await courier.run(heartbeat_s=HEARTBEAT_S)

        asyncio.run(main())
        return pauses.waited_s, connection, stopped

    return run


def test_what_waits_is_brought_at_once_and_then_a_heartbeat_keeps_the_line_known(
    sierra: Any, ride: Any
) -> None:
    waited, connection, stopped = ride(acts=lambda *_: [None])
    assert waited == [HEARTBEAT_S, HEARTBEAT_S]
    assert connection.asked == [
        "GET /hello",
        f"POST /journal/{sierra.node.keeper.own.origin}/0",
        "POST /add-checkpoint",
        "POST /check",
        "GET /hello",
        f"POST /journal/{sierra.node.keeper.own.origin}/1",
        "POST /add-checkpoint",
    ], "the check opened the path, which is said; the clock stands still, so no second check is due"
    assert sierra.node.state.receipted == {COAST: 2}
    held = sierra.node.state.paths[COAST, "data-1"]
    assert held.state == "open"
    assert connection.is_closed
    assert not stopped


def test_back_off_doubles_from_a_tenth_of_a_second_and_stays_under_one(sierra: Any, ride: Any) -> None:
    waited, _, stopped = ride(unreachable, lambda *_: [None] * 8)
    assert waited == [0.1, 0.2, 0.4, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8]
    assert (BACKOFF_FIRST_S, BACKOFF_MAX_S) == (0.1, 0.8)
    held = sierra.node.state.paths[COAST, "data-1"]
    assert held.reason == "COAST does not answer over data-1: connection refused."
    assert [line.text for line in sierra.store.log_tail(9)] == [
        "COAST over data-1: no answer: COAST does not answer over data-1: connection refused."
    ]
    assert not stopped


def test_a_sign_of_life_or_something_urgent_ends_the_back_off(ride: Any) -> None:
    """Mutation: back-off not reset."""
    waited, _, _ = ride(unreachable, lambda courier, _: [None, None, None, courier.wake, None])
    assert waited == [0.1, 0.2, 0.4, 0.8, 0.1, 0.2]


def test_after_a_cut_one_success_makes_the_next_failure_the_first_again(
    sierra: Any, make_desked: Any, ride: Any
) -> None:
    coast = make_desked("COAST")

    def acts(_: Courier, connection: FakeConnection) -> list[Callable[[], None] | None]:
        def heal() -> None:
            connection.answer = lambda request: coast.node.serve(SIERRA, request)

        def cut() -> None:
            connection.answer = unreachable

        return [None, heal, cut, None]

    waited, _, _ = ride(unreachable, acts)
    assert waited == [0.1, 0.2, HEARTBEAT_S, 0.1, 0.2]
    words = [line.text.split(": ")[1] for line in sierra.store.log_tail(9)]
    assert words == ["no answer", "untested to open", "no answer"], "told once for each cut"


def test_what_was_said_while_the_receipt_came_is_brought_without_a_pause(
    sierra: Any, make_desked: Any, ride: Any
) -> None:
    """The wait is over before it began: the event is set."""
    coast = make_desked("COAST")
    more = [Say(to=(PostId("coast.air"),), code="LCK", body=CHECK, precedence="ADMIN", reply_to=None)]

    def answer(request: LinkRequest) -> LinkResponse:
        response = coast.node.serve(SIERRA, request)
        if request.target == "/add-checkpoint" and more:
            sierra.node.keeper.say(more.pop())
        return response

    woken: list[bool] = []

    def acts(courier: Courier, _: FakeConnection) -> list[Callable[[], None] | None]:
        return [lambda: woken.append(courier._wake.is_set())] * 2

    ride(answer, acts)
    assert woken == [True, False]
    assert sierra.node.keeper.unreceipted(COAST) == 0


def test_an_accusation_of_a_fork_marks_nobody_and_is_told_in_the_peers_words(sierra: Any, ride: Any) -> None:
    """It once marked the journal of the accuser as forked, without any proof."""
    body = encode(Refusal(code="fork", message="SIERRA signed two different entries 0."))
    ride(lambda _: LinkResponse(status=409, body=body))
    assert not sierra.node.state.forked
    held = sierra.node.state.paths[COAST, "data-1"]
    assert held.is_refused
    assert "SIERRA signed two different entries 0." in held.reason


def test_a_full_disk_when_the_receipt_comes_is_waited_out(sierra: Any, ride: Any) -> None:
    """It once stopped the node, although a full disk mends by itself."""

    def acts(_: Courier, __: FakeConnection) -> list[Callable[[], None] | None]:
        def free() -> None:
            assert sierra.node.state.disk_is_full
            sierra.store.is_full = False

        return [None, free]

    sierra.store.is_full = True
    waited, _, stopped = ride(None, acts)
    assert not stopped
    assert waited[:2] == [0.1, 0.2]
    assert waited[2] == HEARTBEAT_S
    assert sierra.node.keeper.own.cosigned_size(COAST) == 1


def test_a_restored_old_copy_stops_the_node(sierra: Any, make_desked: Any, ride: Any) -> None:
    coast = make_desked("COAST")
    newer = make_desked()
    for seq in range(2):
        origin = newer.node.keeper.own.origin
        newer.node.keeper.say(
            Say(to=(PostId("coast.air"),), code="LCK", body=CHECK, precedence="ADMIN", reply_to=None)
        )
        envelope = newer.node.keeper.own.envelopes[seq]
        target = f"/journal/{origin}/{seq}"
        assert (
            coast.node.serve(SIERRA, LinkRequest(method="POST", target=target, body=parcel(envelope))).status
            == 200
        )
    assert newer.node.keeper.own.origin == sierra.node.keeper.own.origin
    sierra.node.keeper.say(
        Say(to=(PostId("coast.air"),), code="LCK", body=CHECK, precedence="ROUTINE", reply_to=None)
    )
    _, connection, stopped = ride(lambda request: coast.node.serve(SIERRA, request))
    assert [why.code for why in stopped] == ["restored_old_copy"]
    assert all(asked.startswith("GET") for asked in connection.asked)


def test_an_alert_gives_a_mute_connection_up_soon_and_tries_until_it_is_held(
    sierra: Any, make_desked: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A path that forgot its connections once kept an ALERT for ten seconds, on every path at once."""
    coast = make_desked("COAST")
    deaf = [True] * 4
    coast_has: list[bool] = []

    def answer(request: LinkRequest) -> LinkResponse:
        if deaf:
            deaf.pop()
            raise PeerError("timeout", "COAST does not answer over data-1.")
        response = coast.node.serve(SIERRA, request)
        coast_has.append(response.status == 200)
        return response

    async def instantly(_: float) -> None:
        return

    monkeypatch.setattr("detente.runtime.courier.asyncio.sleep", instantly)
    connection = FakeConnection(answer)
    ended: list[asyncio.Task[None]] = []

    async def main() -> None:
        alert = Say(to=(PostId("coast.air"),), code="LCK", body=CHECK, precedence="ALERT", reply_to=None)
        ref = sierra.node.keeper.say(alert).ref
        over = asyncio.Event()
        runner = Runner(
            node=sierra.node, connection=connection, ended=lambda task: (ended.append(task), over.set())
        )
        runner.run_with(ref)
        await over.wait()
        await runner.close()

    asyncio.run(main())
    assert ended[0].exception() is None
    assert connection.waited_s == [2.0, 4.0, 8.0, 10.0, 10.0]
    assert coast_has == [True]


def test_an_alert_waits_for_a_store_that_is_away_and_then_runs(
    sierra: Any, make_desked: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its server went away between the commit and the first try: that once stopped the node."""
    coast = make_desked("COAST")
    away = [True] * 3
    entries = sierra.store.entries

    def entries_if_there(*asked: Any) -> Any:
        if away:
            away.pop()
            raise DamageError("store_away", "The server does not answer.")
        return entries(*asked)

    async def instantly(_: float) -> None:
        return

    monkeypatch.setattr(sierra.store, "entries", entries_if_there)
    monkeypatch.setattr("detente.runtime.courier.asyncio.sleep", instantly)
    connection = FakeConnection(lambda request: coast.node.serve(SIERRA, request))
    ended: list[asyncio.Task[None]] = []

    async def main() -> None:
        alert = Say(to=(PostId("coast.air"),), code="LCK", body=CHECK, precedence="ALERT", reply_to=None)
        over = asyncio.Event()
        runner = Runner(
            node=sierra.node, connection=connection, ended=lambda task: (ended.append(task), over.set())
        )
        runner.run_with(sierra.node.keeper.say(alert).ref)
        await over.wait()
        await runner.close()

    asyncio.run(main())
    assert ended[0].exception() is None
    assert not away
    assert sierra.node.state.store_is_away
    sierra.node.look()
    assert not sierra.node.state.store_is_away
