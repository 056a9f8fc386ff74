"""The call that once waited 27 minutes for one man, played on two nodes with the real commands.

In September 2016 a caller found the usual contact of the other side away, rang again, and kept the message for him
while the strike went on. Here a post is called, not a person, and the machines ring the next rung by themselves.
Source: casebook deir-ez-zor-2016-unanswered. Time is a conductor's: it is given to both nodes,
second by second while somebody must act, in longer steps while nothing may happen.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from e2e_paths import Paths
from e2e_session import Runner, asked, detente, wait_until
from e2e_three import ALFA, BRAVO, CHARLIE, FLYING, PARTIES, Three, assert_same_record

from detente.adapters.control import ControlClient
from detente.adapters.evidence import read_folder
from detente.exercise.parties import write_settings
from detente.line.bodies_duty import Rung
from detente.line.evidence import verify_evidence
from detente.quantities import parse_utc_text
from detente.record.statement import Statement

START_MS = parse_utc_text("2030-06-01T22:00:00Z")
MINUTES_27_S = 27 * 60
STOP = ("ALR", "what=stop_activity", "at=45.0353 -29.9500", "at_ms=now", "ask=hold")
"""Stop what you do at 045 degrees and 3 NM from R1."""


class Room:
    """Both watches' terminals, and the clock on the wall."""

    def __init__(self, folder: Path, nodes: Runner, paths: Paths) -> None:
        self.folder, self.now_s = folder, 0
        self.parties = Three(folder, nodes, paths, in_force_now=False)
        for party in PARTIES:
            peers = self.parties.peers_of(party)
            write_settings(self.parties.seats[party], peers=peers, conducted_from_ms=START_MS)
        self.alfa, self.bravo = (self.parties.home(party) for party in FLYING)
        self.parties.start()
        wait_until(self.parties.is_settled, "all three have met")
        self.parties.kill(CHARLIE)
        """The witness has gone home: nobody waits for it."""
        self._loop = asyncio.Runner()
        self._doors = [
            self._loop.run(ControlClient.open(home / "control.json")) for home in (self.alfa, self.bravo)
        ]

    def second(self, now_s: int) -> None:
        """Give both nodes this second, and let what they say arrive within it."""
        self.now_s = now_s
        self._order_both("advance", at_ms=START_MS + now_s * 1000, is_running=False)
        self.settle()

    def settle(self) -> None:
        """Wait until both hold what both have said, and neither had more to say to that."""
        seen: list[Any] = []

        def is_settled() -> bool:
            told = self._order_both("status")
            seen.append([one["journal_entries"] for one in told])
            rows = [row for one in told for row in one["peers"] if row["party"] in FLYING]
            return not any(row["unreceipted"] for row in rows) and seen[-2:-1] == seen[-1:]

        wait_until(is_settled, f"second {self.now_s}: both hold what was said", every_s=0.002)

    def end(self) -> dict[str, str]:
        """Stop both nodes; what each has shown on its terminal."""
        for door in self._doors:
            self._loop.run(door.close())
        self._loop.close()
        return dict(zip(FLYING, self.parties.nodes.end_together(self.alfa, self.bravo), strict=True))

    def record(self) -> list[Statement]:
        """The joint record of the two: exported and verified at both ends by command, and the same at both."""
        assert_same_record(self.parties, FLYING)
        records = []
        for party in FLYING:
            assert self.parties.verify(party)["verified"]
            verdict = verify_evidence(read_folder(self.folder / f"evidence-{party}"))
            records.append([one for one in verdict.statements if is_between_them(one.sender, one.to)])
        places = [{(one.origin, one.seq): one for one in record} for record in records]
        assert places[0] == places[1], "both copies are the same"
        since_the_call = [record[[one.code for one in record].index("ALR") :] for record in records]
        assert since_the_call[0] == since_the_call[1], "in the same order"
        return since_the_call[0]

    def _order_both(self, name: str, **args: object) -> list[dict[str, Any]]:
        async def order() -> list[dict[str, Any]]:
            return await asyncio.gather(*(door.order(name, **args) for door in self._doors))

        return self._loop.run(order())


def is_between_them(sender: str, to: Sequence[str]) -> bool:
    """What a party says to the witness, the other side has as a hash only."""
    return {post.split(".")[0].upper() for post in (sender, *to)} >= set(FLYING)


@pytest.fixture
def room(tmp_path: Path, nodes: Runner) -> Iterator[Room]:
    paths = Paths()
    yield Room(tmp_path, nodes, paths)
    nodes.kill_all()
    paths.close()


def alert(room: Room) -> str:
    """ALFA's air desk: stop. Its place in the journal."""
    told = detente("line", "say", room.alfa, *STOP, "--to", "bravo.air", "--yes", "--json")
    assert told.returncode == 0, told.stderr
    return str(msgspec.json.decode(told.stdout)["ref"])


def rungs_of(statements: list[Statement], *, by: str) -> list[tuple[int, str, str]]:
    """Second from the beginning, post and reason of each rung that a side's machine has rung."""
    rungs = [
        msgspec.json.decode(bytes(one.body), type=Rung)
        for one in statements
        if one.code == "RNG" and one.sender == by
    ]
    assert all(rung.radio_prompt == (rung.role == "alternate") for rung in rungs), (
        "the last rung is on the radio too"
    )
    return [(_second_of(rung.at_ms), rung.post, rung.why) for rung in rungs]


def acts_of(statements: list[Statement], code: str) -> list[tuple[int, dict[str, Any]]]:
    """Second and body of each statement with a code."""
    return [
        (_second_of(one.sent_ms), msgspec.json.decode(bytes(one.body)))
        for one in statements
        if one.code == code
    ]


def _second_of(at_ms: int) -> int:
    assert (at_ms - START_MS) % 1000 == 0, "time stands still between two seconds"
    return (at_ms - START_MS) // 1000


@pytest.mark.slow
def test_the_duty_post_has_the_call_after_42_seconds_with_no_act_by_the_caller(room: Room) -> None:
    room.second(0)
    personal = detente("line", "say", room.alfa, *STOP, "--to", "Col. Smith", "--yes")
    assert personal.returncode == 2
    assert "is not a post of another party" in personal.stderr

    ref = alert(room)
    for now_s in range(42):
        room.second(now_s)
    room.second(42)
    (owed,) = [item for item in asked("owed", room.bravo) if item["ref"] == ref]
    assert {level["level"] for level in owed["levels"] if level["is_owed"]} == {
        "understood",
        "substance",
        "passed",
    }
    assert detente("line", "acknowledge", room.bravo, ref, "--post", "bravo.duty").returncode == 0
    for now_s in range(45, 91, 5):
        room.second(now_s)
    assert detente("line", "answer", room.bravo, ref, "yes", "--action", "turn").returncode == 0
    for now_s in (95, 100):
        room.second(now_s)
    passed = ("passed", "--passed-to", "bravo.crews", "--post", "bravo.duty")
    assert detente("line", "acknowledge", room.bravo, ref, *passed).returncode == 0
    for now_s in range(105, 131, 5):
        room.second(now_s)

    logs = [
        [row for row in asked("line", "log", home, "--count", 100) if is_between_them(row["from"], row["to"])]
        for home in (room.alfa, room.bravo)
    ]
    logs = [log[[row["ref"] for row in log].index(ref) :] for log in logs]
    assert [(row["ref"], row["code"], row["text"]) for row in logs[0]] == [
        (row["ref"], row["code"], row["text"]) for row in logs[1]
    ], "the transcript is the same on both sides"
    assert logs[0][0]["receipt"] == "passed"
    shown = room.end()
    assert [line.split(":")[0] for line in shown[BRAVO].splitlines() if "RING" in line] == [
        "\aRING bravo.air",
        "\aRING bravo.duty",
    ]
    assert "RING" not in shown[ALFA], "the caller does nothing more"

    record = room.record()
    assert rungs_of(record, by="bravo.air") == [
        (0, "bravo.air", "not_understood"),
        (30, "bravo.duty", "not_understood"),
    ]
    (understood, by), (passed_at, to) = acts_of(record, "ACK")
    assert (understood, by["level"], by["post"]) == (42, "understood", "bravo.duty")
    assert (passed_at, to["level"], to["passed_to"]) == (100, "passed", "bravo.crews")
    assert [(at, body["answer"], body["action"]) for at, body in acts_of(record, "ANS")] == [
        (90, "yes", "turn")
    ]
    (call,) = [one for one in record if one.code == "ALR"]
    assert call.sent_ms == START_MS
    assert call.to == ("bravo.air",)


@pytest.mark.slow
def test_untaken_the_ladder_is_climbed_and_never_falls_silent(room: Room) -> None:
    """In the 27 minutes of that night every rung would have been rung, the last one every minute."""
    room.second(0)
    ref = alert(room)
    for now_s in [*range(31), *range(35, 121, 5), *range(140, MINUTES_27_S + 1, 20)]:
        room.second(now_s)
    (owed,) = [item for item in asked("owed", room.alfa) if item["ref"] == ref]
    assert owed["is_overdue"]
    assert owed["due_ms"] == START_MS + 30_000
    room.end()
    record = room.record()
    theirs = rungs_of(record, by="bravo.air")
    assert [rung for rung in theirs if rung[2] == "not_understood"] == [
        (0, "bravo.air", "not_understood"),
        (30, "bravo.duty", "not_understood"),
        (60, "bravo.senior", "not_understood"),
        (120, "bravo.alt", "not_understood"),
    ]
    assert [at for at, post, why in theirs if (post, why) == ("bravo.alt", "repeated")] == [
        *range(180, MINUTES_27_S + 1, 60)
    ], "the last rung is rung every minute"
    assert rungs_of(record, by="alfa.air") == [
        (120, "bravo.duty", "answer_overdue"),
        (180, "bravo.senior", "pass_overdue"),
    ], "the caller's machine tells its own watch whom to call by another medium"
