"""Two neighbours and a neutral witness, as processes: every path fails in every way in turn, and they agree again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from e2e_paths import Paths
from e2e_session import Runner, wait_until
from e2e_three import ALFA, BRAVO, CHARLIE, PARTIES, Three, assert_same_record, numbers_of, statements

from detente.adapters.fault_proxy import Cut, CutWithin, Drip, Fault, Forward, HalfOpen, Reorder

SEED = 2030
TO_THE_WITNESS = {"OPN", "KEY", "FRK"}

FAULTS: dict[str, Fault] = {
    "cut": Cut(),
    "half-open": HalfOpen(way="there"),
    "slow drip": Drip(bytes_per_s=20_000),
    "reordered connections": Reorder(hold_s=0.5),
    "cut in mid-message": CutWithin(stretch_bytes=20_000, chance=0.6),
}
HEALED_WITHIN_S = 20.0
"""A request on a path that went mute is given up after 10 s; the next try follows within 5 s."""


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
    between = [proxy for (one, other, _), proxy in three.proxies.items() if {one, other} == {ALFA, BRAVO}]
    said: dict[str, list[int]] = {ALFA: [], BRAVO: []}
    number = broken = 0
    for name, fault in FAULTS.items():
        three.paths.switch(fault, *between)
        for _ in range(8):
            for party in (ALFA, BRAVO):
                number += 1
                say = three.alert if number % 8 == 0 else three.say
                say(party, number)
                said[party].append(number)
            time.sleep(0.1)
        if isinstance(fault, Cut):
            wait_until(lambda: not waiting(three, ALFA, CHARLIE), "the witness goes on receipting")
            assert waiting(three, ALFA, BRAVO) >= 8, "and nobody says that BRAVO has it"
        if isinstance(fault, CutWithin):
            assert sum(proxy.broken for proxy in between) > broken, "some connection broke in mid-message"
        broken = sum(proxy.broken for proxy in between)
        began = time.monotonic()
        three.paths.switch(Forward(), *between)
        wait_until(three.is_settled, f"all is receipted after: {name}")
        print(f"{name}: settled {time.monotonic() - began:.1f} s after it healed")
        for party in (ALFA, BRAVO):
            three.answer_all(party)
    wait_until(three.is_settled, "all is receipted in the end")
    three.stop()
    held = assert_same_record(three)
    for party, numbers in said.items():
        whole = statements(held, holder=party, author=party)
        assert numbers_of(whole) == numbers, (
            f"each statement of {party} stands once, in the order of its saying"
        )
    for author in (ALFA, BRAVO):
        seen = {one.code for one in statements(held, holder=CHARLIE, author=author)}
        assert seen <= TO_THE_WITNESS, f"the witness reads {seen} of {author}"
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
    three.paths.switch(HalfOpen(), three.proxies[ALFA, BRAVO, "data-1"])
    three.say(ALFA, 1)
    began = time.monotonic()
    three.alert(ALFA, 2)
    wait_until(lambda: owed_for(three, BRAVO, "DST"), "BRAVO has the distress call")
    took_s = time.monotonic() - began
    print(f"an ALERT beside a half-open path: {took_s:.2f} s")
    assert took_s < 5, "the memorandum's time for D"
    assert "WGM" not in heard(three, BRAVO), "it came ahead of what was said before it"
    for fault in (Cut(), Forward()):
        three.paths.switch(fault, three.proxies[ALFA, BRAVO, "data-1"])
    wait_until(lambda: not waiting(three, ALFA, BRAVO), "the backlog follows")
    assert owed_for(three, BRAVO, "DST") == [1], "what came early is not raised twice"


def waiting(three: Three, party: str, peer: str) -> int:
    """How many entries of a party a peer has not receipted."""
    rows = three.order(party, "status")["peers"]
    count: int = next(row["unreceipted"] for row in rows if row["party"] == peer)
    return count


def open_paths(three: Three, party: str, peer: str) -> set[str]:
    rows = three.order(party, "status")["peers"]
    return {path["path"] for row in rows if row["party"] == peer for path in row["paths"] if path["open"]}


def heard(three: Three, party: str) -> dict[str, int]:
    counts: dict[str, int] = three.order(party, "status")["heard"]
    return counts


def owed_for(three: Three, party: str, code: str) -> list[int]:
    """How often each statement with a code was said for which a party owes something."""
    owed = three.order(party, "owed")["owed"]
    return [item["times_said"] for item in owed if item["by_us"] and item["code"] == code]
