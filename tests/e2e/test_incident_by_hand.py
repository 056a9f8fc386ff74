"""One incident through the command line alone: reported by both, matched, stated, counted, kept as evidence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from e2e_session import Runner, asked, detente, wait_until

from detente.exercise.parties import Seat

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

    # Each side reports what it saw; what the memorandum has no word for is refused.
    place = ("--at", "39.9 -121.4", "--article", "C01")
    said("open", sierra, "conduct", "--when", "2020-09-07T23:50:00Z", *place)
    near = ("--classes", "tanker,helicopter", "--lateral-m", 200, "--vertical-ft", 100)
    said("open", coast, "proximity", "--when", "2020-09-07T23:52:00Z", *place, *near)
    refused = detente("incident", "open", sierra, "provocation")
    assert refused.returncode == 2
    assert "no agreed category" in refused.stderr
    wait_until(lambda: len(incidents(sierra)) == len(incidents(coast)) == 2, "both have both reports")

    # The nodes propose that it is one event, and both sides accept it.
    assert "perhaps one event" in detente("incident", "list", sierra).stdout
    said("match", coast, FIRST, SECOND)
    wait_until(
        lambda: asked("incident", "list", sierra)["matches"][0]["accepted_by"], "it was accepted there"
    )
    said("match", sierra, FIRST, SECOND)
    wait_until(lambda: len(incidents(coast)) == 1, "one number stands")
    assert incidents(coast)[0]["number"] == incidents(sierra)[0]["number"] == FIRST

    # Statements, an attachment that stays at home, a protest, and the receipts that admit nothing.
    sound = tmp_path / "call.opus"
    sound.write_bytes(b"the call as it was heard")
    said("state", sierra, FIRST, "--attach", sound, "--close")
    said("protest", coast, SECOND, "C09")
    said("close", coast, FIRST)
    wait_until(
        lambda: incidents(sierra)[0]["state"] == incidents(coast)[0]["state"] == "closed", "it is closed"
    )
    shown = detente("incident", "show", coast, SECOND).stdout
    assert "SIERRA says:" in shown
    assert "COAST says:" in shown
    assert "A receipt is not an admission." in shown

    # Both count the same bytes, once everything is receipted.
    def counts() -> list[tuple[str, bytes]]:
        told = [
            detente("incident", "statistics", home, "--json", "--csv", tmp_path / f"{home.name}.csv").stdout
            for home in (sierra, coast)
        ]
        return [
            (text, (tmp_path / f"{home.name}.csv").read_bytes())
            for text, home in zip(told, (sierra, coast), strict=True)
        ]

    wait_until(lambda: len(set(counts())) == 1, "both parties count the same bytes")
    assert json.loads(counts()[0][0])["incidents"] == 1
    page = tmp_path / "page.html"
    assert detente("incident", "statistics", sierra, "--page", page).returncode == 0
    assert FIRST in page.read_text()

    # The evidence verifies offline; what a side does not have is named; a changed byte is refused.
    for home, lacks in ((sierra, False), (coast, True)):
        folder = tmp_path / f"bundle-{home.name}"
        told = detente("incident", "bundle", home, FIRST, folder)
        assert told.returncode == 0, told.stderr
        assert ("MISSING: call.opus" in told.stdout) == lacks
        checked = detente("incident", "verify", folder)
        assert checked.returncode == 0, checked.stdout
        assert ("MISSING: the attachment call.opus" in checked.stdout) == lacks
    nodes.end(coast)
    whole = tmp_path / "whole"
    assert detente("incident", "bundle", coast, FIRST, whole, "--attachments", tmp_path).returncode == 0
    assert asked("incident", "verify", whole)["missing"] == []
    summary = whole / "summary.html"
    summary.write_text(summary.read_text().replace("SIERRA", "COAST", 1))
    altered = detente("incident", "verify", whole)
    assert altered.returncode == 1
    assert "summary.html" in altered.stdout
