"""The demo, played whole, against the independent slow script and its own record."""

from __future__ import annotations

import gzip
import importlib.util
import json
import os
import re
import signal
import ssl
import urllib.request
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from e2e_session import detente, fork_detente, wait_until

from detente.exercise.fires import agencies
from detente.tracks.recording import read_recording

ROOT = Path(__file__).resolve().parents[2]
PLACES = (
    ROOT / ".demo-data/traffic/data/samples/firefighting/calfire.json.gz",
    ROOT / "../shared/data/adsb_traffic_mit/calfire.json.gz",
)


@pytest.fixture
def week() -> Path:
    recording = next((path for path in PLACES if path.exists()), None)
    if recording is None:
        pytest.skip("the recorded traffic is absent: tools/setup-demo-data fetches it")
    return recording


@pytest.mark.slow
def test_three_days_of_the_demo_agree_with_a_stranger_s_arithmetic(week: Path, tmp_path: Path) -> None:
    """The days around the cut of the line; `make soak` plays the week, as `make demo` does."""
    rows = json.loads(gzip.decompress(week.read_bytes()))
    days = tmp_path / "days.json.gz"
    days.write_bytes(gzip.compress(json.dumps([row for row in rows if is_of_those_days(row)]).encode()))
    assert_it_agrees(days, tmp_path / "demo-out")


@pytest.mark.soak
def test_the_whole_week_agrees_with_a_stranger_s_arithmetic(week: Path, tmp_path: Path) -> None:
    assert_it_agrees(week, tmp_path / "demo-out")


def is_of_those_days(row: dict[str, Any]) -> bool:
    return (
        "2020-09-10"
        <= datetime.fromtimestamp(row["timestamp"] / 1000, UTC).date().isoformat()
        <= "2020-09-12"
    )


def assert_it_agrees(recording: Path, out: Path) -> None:
    played(recording, out)
    summary: dict[str, Any] = json.loads((out / "summary.json").read_text())
    assert {
        "notices", "conflicts", "encounters", "messages", "receipts", "link_cuts", "record_verified", "seconds",
    } <= summary.keys()  # fmt: skip
    assert summary["record_verified"]
    assert summary["messages"] == summary["receipts"] > 0
    assert summary["link_cuts"][0]["waited_unreceipted"] > 0
    assert summary["encounters_agree"]
    assert (out / "demo.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    verified = detente("record", "verify", out / "record", "--json")
    assert json.loads(verified.stdout)["verified"]
    assert_same_encounters(summary["encounters"], recording)


def played(recording: Path, out: Path) -> None:
    """The demo with its consoles kept up: they are where it says, until Ctrl-C, and were looked at on the way."""
    told, complaints = out.with_suffix(".txt"), out.with_suffix(".err")
    told.touch()
    process = fork_detente("demo", "--recording", recording, "--out", out, "--keep", out=told, err=complaints)
    wait_until(
        lambda: process.exitcode is not None or "wait for you" in told.read_text(), "it plays to its end"
    )
    assert process.exitcode is None, told.read_text() + complaints.read_text()
    unproven = ssl._create_unverified_context()  # its fingerprint is not what is asked here
    for url in re.findall(r"https://\S+", told.read_text())[-2:]:
        wait_until(partial(answers, url, unproven), f"{url} answers")
    assert process.pid is not None
    os.kill(process.pid, signal.SIGINT)
    process.join(60)
    assert process.exitcode == 0, told.read_text() + complaints.read_text()
    if Path("/usr/bin/chromium").exists():
        for party in ("sierra", "coast"):
            assert (out / f"console-{party}-alert.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def answers(url: str, context: ssl.SSLContext) -> bool:
    """Whether a console is there."""
    with suppress(OSError), urllib.request.urlopen(f"{url}healthz", context=context, timeout=10) as answer:
        return bool(answer.status == 200)
    return False


def assert_same_encounters(found: list[dict[str, Any]], recording: Path) -> None:
    spec = importlib.util.spec_from_file_location("slow_episodes", ROOT / "tests/oracle/slow_episodes.py")
    assert spec is not None
    assert spec.loader is not None
    slow = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(slow)
    party_of = agencies(read_recording(recording.read_bytes()).reports)
    expected = [
        one for one in slow.slow_episodes(recording, 1.0, 500.0) if party_of[one["a"]] != party_of[one["b"]]
    ]
    assert len(found) == len(expected) > 0
    for one in expected:
        pair = {one["a"], one["b"]}
        near = [
            other
            for other in found
            if {other["a"], other["b"]} == pair
            and abs(datetime.fromisoformat(other["start_utc"]).timestamp() - float(one["first_s"])) <= 2
        ]
        assert len(near) == 1, one
        assert abs(near[0]["miss_nm"] - float(one["least_nm"])) <= 0.02, (one, near)
