"""Two neighbours and a neutral witness, as processes: every path fails in every way in turn, and they agree again."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from e2e_paths import Paths
from e2e_session import Runner, wait_until
from e2e_three import (
    ALFA,
    BRAVO,
    CHARLIE,
    FLYING,
    PARTIES,
    Three,
    assert_same_record,
    numbers_of,
    statements,
)

from detente.adapters.fault_proxy import Cut, CutWithin, Drip, Fault, Forward, HalfOpen, Reorder

SEED = 2030
TO_THE_WITNESS = {"OPN", "KEY", "FRK", "LST"}
"""Openings, keys, proofs of a fork, and the state of the line to it."""
ROUNDS = 8
"""So often at least both speak under each fault."""

FAULTS: dict[str, Fault] = {
    "cut": Cut(),
    "half-open": HalfOpen(way="there"),
    "slow drip": Drip(bytes_per_s=20_000),
    "reordered connections": Reorder(hold_s=0.5),
    "cut in mid-message": CutWithin(stretch_bytes=20_000, chance=0.6),
}


@pytest.fixture
def three(tmp_path: Path, nodes: Runner) -> Iterator[Three]:
    paths = Paths()
    yield Three(tmp_path, nodes, paths, seed=SEED)
    nodes.kill_all()
    paths.close()


@pytest.mark.slow
def test_through_every_fault_in_turn_they_lose_nothing_double_nothing_and_agree(three: Three) -> None:
    """After each fault all three settle; at the end every home holds the same bytes, and each export verifies."""
    three.start()
    wait_until(three.is_settled, "all three have met")
    between = [proxy for (one, other, _), proxy in three.proxies.items() if {one, other} == set(FLYING)]
    said: dict[str, list[int]] = {ALFA: [], BRAVO: []}
    numbers = itertools.count(1)

    def speak() -> None:
        for party in FLYING:
            number = next(numbers)
            (three.alert if number % 8 in (0, 3) else three.say)(party, number)
            said[party].append(number)

    for name, fault in FAULTS.items():
        three.paths.switch(fault, *between)
        rounds = itertools.count(1)

        def is_felt() -> bool:
            speak()
            return next(rounds) >= ROUNDS and any(proxy.felt for proxy in between)  # noqa: B023

        wait_until(is_felt, f"{name}: it is felt", every_s=0.1)
        if isinstance(fault, Cut):
            wait_until(lambda: not waiting(three, ALFA, CHARLIE), "the witness goes on receipting")
        if isinstance(fault, Cut | HalfOpen):
            assert waiting(three, ALFA, BRAVO) >= ROUNDS, f"{name}: nobody says that BRAVO has it"
        began = time.monotonic()
        three.paths.switch(Forward(), *between)
        wait_until(three.is_settled, f"all is receipted after: {name}")
        print(f"{name}: settled {time.monotonic() - began:.1f} s after it healed")
        for party in FLYING:
            three.answer_all(party)
    three.stop()
    held = assert_same_record(three)
    for party, other in (FLYING, FLYING[::-1]):
        for holder in (party, other):
            whole = statements(held, holder=holder, author=party)
            assert numbers_of(whole) == said[party], (
                f"each statement of {party} stands with {holder} once, in the order of its saying"
            )
    for author in FLYING:
        seen = [one for one in statements(held, holder=CHARLIE, author=author) if one.code != "OPN"]
        assert {one.code for one in seen} <= TO_THE_WITNESS, f"the witness reads {seen} of {author}"
        assert all(one.code != "LST" or b"witness-" in bytes(one.body) for one in seen), (
            "of its own line only"
        )
    assert {one.code for one in statements(held, holder=CHARLIE, author=CHARLIE)} <= TO_THE_WITNESS
    with ThreadPoolExecutor(3) as pool:
        verdicts = list(pool.map(three.verify, PARTIES))
    assert all(verdict["verified"] for verdict in verdicts)


@pytest.mark.slow
def test_an_alert_arrives_at_once_while_the_best_path_is_half_open(three: Three) -> None:
    """It leaves on every path; what is ordinary waits for the better path to be given up."""
    three.start(ALFA, BRAVO)
    wait_until(lambda: open_paths(three, ALFA, BRAVO) == {"data-1", "data-2"}, "both paths are open")
    wait_until(lambda: not waiting(three, ALFA, BRAVO), "they have met")
    best = three.proxies[ALFA, BRAVO, "data-1"]
    numbers = itertools.count(1)
    alerts = 0

    def overtakes() -> bool:
        """False where the second path was still under way with what came before, and took the ordinary along."""
        nonlocal alerts
        three.paths.switch(HalfOpen(), best)
        three.say(ALFA, next(numbers))
        three.alert(ALFA, next(numbers))
        alerts += 1
        wait_until(lambda: len(owed_for(three, BRAVO, "DST")) == alerts, "BRAVO has the distress call")
        for fault in (Cut(), Forward()):
            three.paths.switch(fault, best)
        wait_until(lambda: not waiting(three, ALFA, BRAVO), "the backlog follows")
        last = came(three, BRAVO, "WGM", "DST")[-3:]
        return last == [("early", "DST"), ("heard", "WGM"), ("heard", "DST")]

    wait_until(overtakes, "it comes ahead of what was said before it")
    assert owed_for(three, BRAVO, "DST") == [1] * alerts, "what came early is not raised twice"


def waiting(three: Three, party: str, peer: str) -> int:
    """How many entries of a party a peer has not receipted."""
    rows = three.order(party, "status")["peers"]
    count: int = next(row["unreceipted"] for row in rows if row["party"] == peer)
    return count


def open_paths(three: Three, party: str, peer: str) -> set[str]:
    rows = three.order(party, "status")["peers"]
    return {path["path"] for row in rows if row["party"] == peer for path in row["paths"] if path["open"]}


def came(three: Three, party: str, *codes: str) -> list[tuple[str, str]]:
    """How statements with these codes came to a party, in the order of their coming."""
    items = three.order(party, "news")["items"]
    return [
        (item["kind"], item["code"]) for item in items if item["code"] in codes and item["kind"] != "ring"
    ]


def owed_for(three: Three, party: str, code: str) -> list[int]:
    """How often each statement with a code was said for which a party owes something."""
    owed = three.order(party, "owed")["owed"]
    return [item["times_said"] for item in owed if item["by_us"] and item["code"] == code]
