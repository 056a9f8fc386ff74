"""Keys are changed while both nodes run; a restart, old receipts and the exported record know both."""

from __future__ import annotations

from pathlib import Path

import pytest
from e2e_session import Runner, asked, detente, notice_file, wait_until

from detente.exercise.parties import Seat


@pytest.mark.slow
def test_keys_are_changed_by_a_statement_and_the_record_verifies_before_and_after(
    seats: list[Seat], nodes: Runner, tmp_path: Path
) -> None:
    sierra, coast = (seat.home.folder for seat in seats)
    nodes.start(sierra, coast)

    def settled() -> bool:
        return all(not asked("status", home)["peers"][0]["unreceipted"] for home in (sierra, coast))

    wait_until(settled, "both are receipted")
    assert detente("notices", "send", sierra, notice_file(tmp_path)).returncode == 0
    told = detente("keys", "change", sierra, "--reason", "compromised", "--revoke", "statements")
    assert told.returncode == 0, told.stderr
    assert "says the new keys" in told.stdout
    assert detente("notices", "send", sierra, notice_file(tmp_path, place=[-121.4, 38.5])).returncode == 0
    wait_until(settled, "what the new keys signed is receipted")
    nodes.end(sierra)
    nodes.start(sierra)
    assert detente("notices", "send", sierra, notice_file(tmp_path, place=[-121.4, 38.0])).returncode == 0
    wait_until(settled, "after the restart too")
    for home in (sierra, coast):
        folder = tmp_path / f"evidence-{home.name}"
        assert detente("record", "export", home, folder).returncode == 0
        proven = asked("record", "verify", folder)
        assert proven["verified"], proven
        assert proven["statements_by_code"]["KEY"] == 1
