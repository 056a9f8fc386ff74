"""A conflict and its way out through the command line alone: looked for, proposed, accepted, gone on both sides."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from e2e_session import Runner, asked, detente, notice_file, wait_until

from detente.adapters.home import open_home
from detente.cli.ordering import give_order
from detente.exercise.parties import Seat


def told(home: Path, order: str) -> dict[str, Any]:
    """What a running node tells, without a process for each time that it is asked."""
    return give_order(open_home(home), order)


@pytest.mark.slow
def test_a_conflict_is_found_a_way_out_is_agreed_and_both_sides_are_clear(
    nodes: Runner, seats: list[Seat], tmp_path: Path
) -> None:
    sierra, coast = (seat.home.folder for seat in seats)
    nodes.start(sierra)
    nodes.start(coast)
    first = asked("notices", "send", sierra, notice_file(tmp_path))[0]["ref"]
    wait_until(lambda: told(coast, "notices")["notices"], "COAST has the notice")
    (sent,) = asked("notices", "send", coast, notice_file(tmp_path, name="later", place=[-121.4, 39.95]))
    wait_until(
        lambda: any(row["stated_in"] for row in told(coast, "conflicts")["conflicts"]), "SIERRA's CON is here"
    )
    (conflict,) = asked("notices", "conflicts", coast)
    assert (conflict["own"], conflict["foreign"]) == (sent["ref"], first)
    assert conflict["gives_way"] in (sent["ref"], None), (
        "of two of one kind the later one, where seconds differ"
    )

    # Each side's ways, the cheapest first, as a table and as JSON.
    found = asked("notices", "propose", coast, sent["ref"])
    assert {offer["notice"] for offer in found["offers"]} == {sent["ref"], first}
    assert [offer["cost"] for offer in found["offers"]] == sorted(offer["cost"] for offer in found["offers"])
    shown = detente("notices", "propose", coast, conflict["stated_in"][0])
    assert shown.returncode == 0, shown.stderr
    assert "minutes later" in shown.stdout or "seconds later" in shown.stdout
    mine = next(offer for offer in found["offers"] if offer["notice"] == sent["ref"])
    assert detente("notices", "propose", coast, sent["ref"], "--send", mine["number"]).returncode == 2
    assert detente("notices", "propose", coast, sent["ref"], "--send", 99, "--yes").returncode == 2
    proposed = asked("notices", "propose", coast, sent["ref"], "--send", mine["number"], "--yes")

    # SIERRA refuses nothing, accepts; COAST's node amends.
    wait_until(lambda: told(sierra, "findings")["proposals"], "the proposal is here")
    (row,) = asked("notices", "findings", sierra)["proposals"]
    assert (row["ref"], row["notice"]) == (proposed["ref"], sent["ref"])
    assert detente("notices", "accept", sierra, first).returncode == 2, "that is no proposal"
    assert detente("notices", "accept", sierra, proposed["ref"]).returncode == 0
    for home in (sierra, coast):
        wait_until(lambda home=home: not told(home, "conflicts")["conflicts"], "no conflict")  # type: ignore[misc]
        rows = {row["ref"]: row for row in asked("notices", "list", home)}
        amended = rows[rows[sent["ref"]]["replaced_by"]]
        assert amended["in_force"]
        assert amended["amends"] == sent["ref"]
        assert amended["read_back"] == "owed"
    assert "replaced by" in detente("notices", "list", sierra).stdout

    # What is in force, as GeoJSON, is what `check` reads: nothing is found any more.
    out = detente("notices", "list", sierra, "--geojson").stdout
    features = json.loads(out)["features"]
    assert {feature["properties"]["notice"] for feature in features} == {first, amended["ref"]}
    files = [tmp_path / "ours.geojson", tmp_path / "theirs.geojson"]
    for file, feature in zip(files, features, strict=True):
        file.write_text(json.dumps(feature))
    checked = detente(
        *("notices", "check", *files, "--memorandum", "fires-2020", "--at", "2020-09-08T00:00:00Z")
    )
    assert checked.returncode == 0, checked.stdout
