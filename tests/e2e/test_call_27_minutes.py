"""The call that once waited 27 minutes for one man, played second by second on two nodes with the real commands.

In September 2016 a caller found the usual contact of the other side away, rang again, and kept the message for him
while the strike went on. Here a post is called, not a person, and the machines ring the next rung by themselves.
Source: casebook deir-ez-zor-2016-unanswered. Time is a conductor's: each second is given to both nodes.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from e2e_paths import Paths
from e2e_session import PATIENCE_S, Runner, asked, detente, wait_until
from e2e_three import ALFA, BRAVO, CHARLIE, FLYING, PARTIES, Three, assert_same_record

from detente.adapters.evidence import read_folder
from detente.cli.ordering import give_order
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
        self.nodes, self.folder, self.now_s = nodes, folder, 0
        self.parties = Three(folder, nodes, paths, in_force_now=False)
        for party in PARTIES:
            peers = self.parties.peers_of(party)
            write_settings(self.parties.seats[party], peers=peers, conducted_from_ms=START_MS)
        self.alfa, self.bravo = (self.parties.home(party) for party in FLYING)
        self.parties.start()
        wait_until(self.parties.is_settled, "all three have met")
        self.parties.kill(CHARLIE)
        """The witness has gone home: nobody waits for it."""

    def second(self, now_s: int) -> None:
        """Give both nodes this second, and let what they say arrive within it."""
        self.now_s = now_s
        for party in FLYING:
            at_ms = START_MS + now_s * 1000
            give_order(self.parties.seats[party].home, "advance", at_ms=at_ms, is_running=False)
        self.settle()

    def settle(self) -> None:
        """Wait until both hold what both have said."""

        def is_settled() -> bool:
            rows = [
                row
                for party in FLYING
                for row in self.parties.order(party, "status")["peers"]
                if row["party"] in FLYING
            ]
            return not any(row["unreceipted"] for row in rows)

        wait_until(is_settled, f"second {self.now_s}: both hold what was said")

    def end(self) -> dict[str, str]:
        """Stop both nodes; what each has shown on its terminal."""
        shown: dict[str, str] = {}
        for party in FLYING:
            process: subprocess.Popen[str] = self.nodes.running.pop(self.parties.home(party))
            process.terminate()
            shown[party], errors = process.communicate(timeout=PATIENCE_S)
            assert process.returncode == 0, errors
        return shown

    def record(self) -> list[Statement]:
        """The joint record: exported and verified at both ends by command, and the same at both."""
        assert_same_record(self.parties, FLYING)
        verdicts = []
        for party in FLYING:
            assert self.parties.verify(party)["verified"]
            verdicts.append(verify_evidence(read_folder(self.folder / f"evidence-{party}")))
        assert verdicts[0].statements == verdicts[1].statements, "both copies are the same, in the same order"
        return list(verdicts[0].statements)


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
    for now_s in range(43, 91):
        room.second(now_s)
    assert detente("line", "answer", room.bravo, ref, "yes", "--action", "turn").returncode == 0
    for now_s in range(91, 101):
        room.second(now_s)
    passed = ("passed", "--passed-to", "bravo.crews", "--post", "bravo.duty")
    assert detente("line", "acknowledge", room.bravo, ref, *passed).returncode == 0
    for now_s in range(101, 131):
        room.second(now_s)

    logs = [asked("line", "log", home, "--count", 100) for home in (room.alfa, room.bravo)]
    assert [(row["ref"], row["code"], row["text"]) for row in logs[0]] == [
        (row["ref"], row["code"], row["text"]) for row in logs[1]
    ], "the transcript is the same on both sides"
    (sent,) = [row for row in logs[0] if row["ref"] == ref]
    assert sent["receipt"] == "passed"
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
    for now_s in [*range(121), *range(140, MINUTES_27_S + 1, 20)]:
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
