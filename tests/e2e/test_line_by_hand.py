"""A watch on the hot line through the command line alone: take it, check it, ask, answer, read it, hand it over."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from e2e_session import PATIENCE_S, Runner, asked, detente, wait_until

from detente.exercise.parties import Seat


def said(*words: object) -> str:
    """The entry that a command made, which must succeed."""
    ref = asked(*words)["ref"]
    assert isinstance(ref, str)
    return ref


def heard(home: Path, ref: str) -> None:
    """Wait until an entry of the other side is here."""
    wait_until(lambda: ref in {row["ref"] for row in asked("line", "log", home)}, f"{home.name} has {ref}")


def checks_of(party: str, home: Path) -> set[str]:
    """The line checks by hand of a party, as a home has them."""
    return {row["ref"] for row in asked("line", "log", home) if (row["code"], row["party"]) == ("LCK", party)}


def receipt(home: Path, ref: str) -> str:
    (row,) = [row for row in asked("line", "log", home) if row["ref"] == ref]
    return str(row["receipt"])


@pytest.mark.slow
def test_a_watch_keeps_the_line_from_taking_it_to_handing_it_over(nodes: Runner, seats: list[Seat]) -> None:
    sierra, coast = (seat.home.folder for seat in seats)
    nodes.start(sierra, coast)
    wait_until(lambda: asked("status", sierra)["peers"][0]["paths"][0]["open"], "the line is open")

    # Both take the watch; each path is checked by hand.
    taken = asked("watch", "take", sierra, "--post", "sierra.air", "--languages", "en,fr")
    assert [check["path"] for check in taken["checks"]] == ["data-1", "phone-1", "radio-1"]
    assert detente("watch", "take", coast, "--post", "coast.air", "--interpreter", "on_call").returncode == 0
    heard(coast, taken["checks"][2]["ref"])
    told = detente("watch", "show", coast)
    assert "sierra.air" in told.stdout
    assert "en, fr" in told.stdout

    # A check one way, answered by hand; then the other way, with the caller waiting for the echo.
    by_phone = said("line", "check", sierra, "phone-1", "--no-wait")
    heard(coast, by_phone)
    assert detente("line", "answer", coast, by_phone, "--quality", 4).returncode == 0
    unanswered = detente("line", "check", coast, "phone-1", "--wait-s", 1)
    assert unanswered.returncode == 1
    assert "NOT proven" in unanswered.stderr
    heard(sierra, unanswered.stdout.split(":")[0])
    before = checks_of("COAST", sierra)
    waiting = subprocess.Popen(
        [sys.executable, "-m", "detente", "line", "check", str(coast), "phone-1", "--wait-s", "300"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_until(lambda: checks_of("COAST", sierra) - before, "the check is here")
    (check,) = checks_of("COAST", sierra) - before
    assert detente("line", "answer", sierra, check, "--quality", 5).returncode == 0
    shown, complained = waiting.communicate(timeout=PATIENCE_S)
    assert waiting.returncode == 0, complained
    assert "phone-1 is good" in shown

    # A question and its answer; what the line shows of them is one record.
    question = said("line", "ask", sierra, "39.9", "-121.4", "--level", "FL085")
    heard(coast, question)
    assert receipt(sierra, question) in ("not delivered", "delivered")
    assert detente("line", "answer", coast, question, "no").returncode == 0
    wait_until(lambda: receipt(sierra, question) == "closed", "the answer is here")

    # A message of the catalogue: shown first, then sent, then passed to the crews.
    outage = ("OUT", "what=path", "name=data-1", "start=+1h", "end=+2h", "alternate=phone-1")
    unsure = detente("line", "say", sierra, *outage)
    assert unsure.returncode == 2
    assert "coast.air" in unsure.stdout
    assert "not_confirmed" in unsure.stderr
    out = said("line", "say", sierra, *outage, "--yes")
    heard(coast, out)
    assert detente("line", "acknowledge", coast, out, "passed").returncode == 2, "to whom?"
    assert detente("line", "acknowledge", coast, out, "passed", "--passed-to", "tanker crews").returncode == 0
    wait_until(lambda: receipt(sierra, out) == "passed", "it was passed to the crews")
    politics = detente("line", "say", sierra, "ULTIMATUM", "text=by midnight", "--yes")
    assert politics.returncode == 2
    assert "other channel" in politics.stderr

    # The joint transcript: the same entries in the same order.
    wait_until(
        lambda: (
            [row["ref"] for row in asked("line", "log", sierra)]
            == [row["ref"] for row in asked("line", "log", coast)]
        ),
        "both read the same",
    )
    assert "QRY" in detente("line", "log", coast, "--language", "en").stdout
    arabic = detente("line", "log", coast, "--language", "ar")
    assert arabic.returncode == 2, "what is not rendered is refused, never shown in another language"
    assert "no_such_language" in arabic.stderr
    state = detente("line", "status", coast)
    assert state.returncode == 0, state.stderr
    assert "SIERRA" in state.stdout
    assert "data-1" in state.stdout

    # The on-coming watch takes the post; the off-going one stays until a check of theirs was answered.
    taken = asked("watch", "take", sierra, "--post", "sierra.air", "--languages", "en,ar")
    early = detente("watch", "hand-over", sierra, "--post", "sierra.air")
    assert early.returncode == 2
    assert "check_first" in early.stderr
    heard(coast, taken["checks"][0]["ref"])
    assert detente("line", "answer", coast, taken["checks"][0]["ref"], "--quality", 5).returncode == 0
    wait_until(
        lambda: detente("watch", "hand-over", sierra, "--post", "sierra.air").returncode == 0,
        "it is handed over",
    )
    wait_until(
        lambda: not any(post["is_relieving"] for post in asked("watch", "show", coast)["posts"]),
        "COAST knows who is on watch",
    )
