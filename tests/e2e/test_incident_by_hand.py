"""One incident through the command line alone: reported by both, matched, stated, counted, kept as evidence."""

from __future__ import annotations

from pathlib import Path

import pytest
from e2e_session import Runner, asked, detente, wait_until

from detente.cli.ordering import give_order
from detente.exercise.parties import Seat
from detente.quantities import parse_utc_text

FIRST, SECOND = "FIRES-2020-20200907-SIERRA-01", "FIRES-2020-20200907-COAST-01"


def said(*words: object) -> None:
    told = detente("incident", *words)
    assert told.returncode == 0, told.stderr


def incidents(home: Path) -> list[dict[str, object]]:
    return list(asked("incident", "list", home)["incidents"])


@pytest.mark.slow
def test_an_incident_from_two_reports_to_one_bundle(nodes: Runner, seats: list[Seat], tmp_path: Path) -> None:
    sierra, coast = (seat.home.folder for seat in seats)
    nodes.start(sierra)
    nodes.start(coast)
    wait_until(lambda: asked("status", sierra)["peers"][0]["paths"][0]["open"], "the line is open")

    # Each side reports what it saw.
    place = ("--at", "39.9 -121.4", "--article", "C01")
    said("open", sierra, "conduct", "--when", "2020-09-07T23:50:00Z", *place)
    near = ("--classes", "tanker,helicopter", "--lateral-m", 200, "--vertical-ft", 100)
    said("open", coast, "proximity", "--when", "2020-09-07T23:52:00Z", *place, *near)
    wait_until(lambda: len(incidents(coast)) == 2, "both reports are here")

    # The nodes propose that it is one event, and both sides accept it.
    assert "perhaps one event" in detente("incident", "list", coast).stdout
    said("match", coast, FIRST, SECOND)
    wait_until(
        lambda: asked("incident", "list", sierra)["matches"][0]["accepted_by"], "it was accepted there"
    )
    for seat in seats:  # a minute later: what was received first stands, and not a digest
        give_order(seat.home, "advance", at_ms=parse_utc_text("2020-09-08T00:01:00Z"), is_running=False)
    said("match", sierra, FIRST, SECOND)
    wait_until(lambda: [one["number"] for one in incidents(coast)] == [FIRST], "one number stands")

    # Statements, an attachment that stays at home, a protest, and the receipts that admit nothing.
    sound = tmp_path / "call.opus"
    sound.write_bytes(b"the call as it was heard")
    said("state", sierra, FIRST, "--attach", sound, "--close")
    said("protest", coast, SECOND, "C09")
    said("close", coast, FIRST)
    wait_until(lambda: incidents(sierra)[0]["state"] == "closed", "it is closed")
    shown = detente("incident", "show", sierra, SECOND).stdout
    assert "SIERRA says:" in shown
    assert "COAST says:" in shown
    assert "A receipt is not an admission." in shown

    # Both count the same bytes.
    def counts() -> set[tuple[str, bytes]]:
        found = set()
        for home in (sierra, coast):
            files = ("--csv", tmp_path / "count.csv", "--page", tmp_path / "count.html")
            told = detente("incident", "statistics", home, "--json", *files).stdout
            found.add((told, (tmp_path / "count.csv").read_bytes()))
        return found

    wait_until(lambda: len(counts()) == 1, "all is receipted, and both parties count the same bytes")
    assert FIRST in (tmp_path / "count.html").read_text()

    # The evidence verifies offline; what a side does not have is named; a changed byte is refused.
    folder = tmp_path / "bundle"
    told = detente("incident", "bundle", coast, FIRST, folder)
    assert told.returncode == 0, told.stderr
    assert "MISSING: call.opus" in told.stdout
    checked = detente("incident", "verify", folder)
    assert checked.returncode == 0, checked.stdout
    assert "MISSING: the attachment call.opus of SIERRA" in checked.stdout
    nodes.end(coast)
    whole = tmp_path / "whole"
    assert detente("incident", "bundle", coast, FIRST, whole, "--attachments", tmp_path).returncode == 0
    assert asked("incident", "verify", whole)["missing"] == []
    summary = whole / "summary.html"
    summary.write_text(summary.read_text().replace("SIERRA", "COAST", 1))
    altered = detente("incident", "verify", whole)
    assert altered.returncode == 1
    assert "summary.html" in altered.stdout
