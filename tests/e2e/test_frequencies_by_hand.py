"""Two watches prove a channel and change it, through the command line alone; both nodes end with the same plan."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from e2e_session import Runner, asked, detente, wait_until

from detente.exercise.parties import Seat

PAIR = {"SIERRA/tanker", "COAST/tanker"}


def state_of_pair(home: Path) -> str:
    """How the two tankers stand in the northern sector, as a home has it."""
    (here,) = asked("frequencies", "at", 40.5, -121.0, "FL080", "--plan", home, "--class", "tanker")
    (found,) = [pair for pair in here["pairs"] if set(pair["pair"]) == PAIR]
    return str(found["state"])


def heard(home: Path, ref: str) -> None:
    wait_until(lambda: ref in {row["ref"] for row in asked("line", "log", home)}, f"{home.name} has {ref}")


@pytest.mark.slow
def test_a_channel_is_proven_and_changed_by_two_watches(
    nodes: Runner, seats: list[Seat], tmp_path: Path
) -> None:
    sierra, coast = (seat.home.folder for seat in seats)
    nodes.start(sierra, coast)
    wait_until(lambda: asked("status", sierra)["peers"][0]["paths"][0]["open"], "the line is open")

    # Nobody has tried: every pair stands in the list. One check, said by one side, proves it for both.
    assert state_of_pair(sierra) == "never"
    told = detente("frequencies", "check", sierra)
    assert told.returncode == 1
    assert "UNTESTED" in told.stdout
    check = ("channel=123.975", "sector=NORTH", "caller=SIERRA/tanker", "called=COAST/tanker", "how=air_air")
    strange = detente(
        "line",
        "say",
        sierra,
        "RCK",
        *check[:3],
        "called=COAST/balloon",
        *check[4:],
        "at=now",
        "readability=4",
        "--yes",
    )
    assert "is not agreed" in strange.stderr
    said = asked("line", "say", sierra, "RCK", *check, "at=now", "readability=4", "--yes")["ref"]
    heard(coast, said)
    assert (state_of_pair(sierra), state_of_pair(coast)) == ("proven", "proven")

    # A change to what is no name is not said; a good one waits for the other side, then is agreed by both.
    change = ("what=change", "channel=123.975", "sector=NORTH", "effective=+1h", "fall_back=122.925")
    bad = detente("line", "say", sierra, "FRQ", *change, "new=124.020", "--yes")
    assert "The nearest are 124015 or 124025" in bad.stderr
    ref = asked("line", "say", sierra, "FRQ", *change, "new=124.025", "--yes")["ref"]
    heard(coast, ref)
    assert nines(sierra) == [f"COAST has not acknowledged {ref} yet."]
    assert detente("line", "acknowledge", coast, ref, "understood").returncode == 0
    wait_until(lambda: nines(sierra) == [], "the change is agreed")
    assert nines(coast) == []

    # The card of what is in force now.
    drawn = asked("frequencies", "card", coast, "--sector", "NORTH", "--language", "fr", "--out", tmp_path)
    assert [Path(name).name for name in drawn["files"]] == ["NORTH-fr.png", "NORTH-fr.pdf"]


def nines(home: Path) -> list[str]:
    """What the ninth check says of changes."""
    told = detente("frequencies", "check", home, "--json")
    rows: Any = json.loads(told.stdout)["findings"]
    return [row["message"] for row in rows if row["check"] == 9]
