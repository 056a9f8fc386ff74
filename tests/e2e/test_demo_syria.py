"""The seed scenario, played whole: every part is seen, every clock is met, and the record verifies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from e2e_session import Told, detente

from detente.adapters.evidence import read_folder
from detente.exercise.syria_terms import terms_read
from detente.frequencies.changes import plan_in_force
from detente.frequencies.where import where
from detente.line.bodies import Alert
from detente.line.catalogue import parse_body
from detente.line.evidence import verify_evidence

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Told, Path]:
    """Played once; the tests below look at what it left."""
    out = tmp_path_factory.mktemp("syria") / "demo-out"
    told = detente("demo", "syria-2015", "--out", out)
    assert told.returncode == 0, told.stderr + told.stdout
    return told, out


def summary_of(out: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((out / "summary.json").read_text())
    return read


@pytest.mark.slow
def test_the_story_has_every_part_and_says_that_it_is_invented(played: tuple[Told, Path]) -> None:
    """A person who reads nothing but the terminal must meet every working part, and never take it for history."""
    told, out = played
    assert "SYNTHETIC" in told.stdout
    for part in (
        "headed UNTESTED",
        "the plan is PROVEN",
        "cards printed",
        "echoed the other side's check",
        "read-back of WEST#",
        "read-back of EAST#",
        "NOT CHECKED",
        "hazard notice",
        "is passed to crews",
        "crossing L1",
        "crosses the boundary L1",
        "is this yours?",
        "COMMON CHANNEL",
        "is over",
        "the record is VERIFIED",
    ):
        assert part in " ".join(told.stdout.split()), part
    assert (out / "demo.png").read_bytes()[:8] == PNG
    assert sorted(one.name for one in (out / "cards").glob("*.pdf")) == [
        "EAST-S-en.pdf", "EAST-S-ru.pdf", "NORTH-en.pdf", "NORTH-ru.pdf",
    ]  # fmt: skip


@pytest.mark.slow
def test_flights_are_of_the_published_rate(played: tuple[Told, Path]) -> None:
    """About thirty a day of one side was said in public; the other side's number is ours."""
    flights = summary_of(played[1])["flights"]
    assert flights == {"WEST": 21, "EAST": 30, "CIVIL": 4}


@pytest.mark.slow
def test_every_answer_lay_inside_its_clock_and_nothing_is_owed(played: tuple[Told, Path]) -> None:
    """The clocks are reckoned from the verified record, and those of the ALERT are among them."""
    summary = summary_of(played[1])
    late = [row for row in summary["clocks"] if row["took_s"] > row["within_s"] or not row["met"]]
    assert late == []
    assert summary["clocks_missed"] == 0
    assert summary["still_owed"] == {"WEST": 0, "EAST": 0}
    assert summary["alerts_open"] == {"WEST": 0, "EAST": 0}
    seen = {(row["asked"], row["step"]): row["within_s"] for row in summary["clocks"]}
    assert seen["ALR", "understood"] == 30
    assert seen["ALR", "answered"] == 120
    assert seen["ALR", "passed"] == 180
    assert seen["QRY", "answered"] == 60
    assert seen["XNG", "answered"] == 300
    assert seen["HAZ", "passed"] == 3600
    assert seen["LCK", "answered"] == 60


@pytest.mark.slow
def test_the_alert_names_the_channel_that_the_plan_has_for_its_place(played: tuple[Told, Path]) -> None:
    """Read from the record's own bytes and held against the plan as any crew would look it up."""
    memorandum = terms_read()
    evidence = verify_evidence(read_folder(played[1] / "record"))
    alerts = [
        body
        for statement in evidence.statements
        if statement.code == "ALR"
        for body in (parse_body(statement, memorandum.disclosure),)
        if isinstance(body, Alert)
    ]
    assert len(alerts) == 1
    for alert in alerts:
        assert alert.level is not None
        found = where(
            plan_in_force(memorandum, (), now_ms=alert.at_ms),
            lat_deg=alert.at.lat_e7 / 1e7,
            lon_deg=alert.at.lon_e7 / 1e7,
            level=f"{alert.level.value} PALT",
            user=None,
            proofs={},
            now_ms=alert.at_ms,
        )
        first = [call.channel.name_khz for here in found for call in here.calls if call.role == "primary"]
        assert [alert.call_on_khz] == first


@pytest.mark.slow
def test_both_sides_measured_the_one_meeting_and_no_other(played: tuple[Told, Path]) -> None:
    """The second of the two transports was kept apart: the drifter was told, and descended."""
    encounters = summary_of(played[1])["encounters"]
    pairs = {party: [{one["own"], one["other"]} for one in found] for party, found in encounters.items()}
    assert pairs == {"WEST": [{"WT03", "EU02"}], "EAST": [{"WT03", "EU02"}]}


@pytest.mark.slow
def test_the_record_verifies_and_one_changed_byte_does_not(played: tuple[Told, Path], tmp_path: Path) -> None:
    summary = summary_of(played[1])
    assert summary["messages"] == summary["receipts"] > 100
    verified = detente("record", "verify", played[1] / "record", "--json")
    assert verified.returncode == 0
    assert json.loads(verified.stdout)["verified"]
    copy = tmp_path / "record"
    for path, data in read_folder(played[1] / "record").items():
        (copy / path).parent.mkdir(parents=True, exist_ok=True)
        (copy / path).write_bytes(data)
    entries = next(one for one in sorted(copy.rglob("*")) if one.is_file() and "entries" in one.parts)
    data = bytearray(entries.read_bytes())
    data[len(data) // 2] ^= 1
    entries.write_bytes(bytes(data))
    assert detente("record", "verify", copy).returncode == 1


def test_a_day_with_its_own_traffic_takes_no_recording(tmp_path: Path) -> None:
    told = detente("demo", "syria-2015", "--recording", tmp_path / "x.json.gz", "--out", tmp_path / "out")
    assert told.returncode == 2
    assert "Leave out --recording" in told.stderr
    assert not (tmp_path / "out").exists()
