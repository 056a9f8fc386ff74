"""What goes wrong, with real processes: second nodes, strangers, cuts, kills, altered files, a full disk."""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e_paths import Paths
from e2e_session import (
    PATIENCE_S,
    START_MS,
    Runner,
    asked,
    detente,
    free_port,
    notice_file,
    settle,
    wait_until,
)

from detente.adapters.evidence import evidence_of
from detente.adapters.fault_proxy import Cut, Forward
from detente.adapters.home import open_home
from detente.adapters.sqlite_store import SqliteStore
from detente.adapters.store_tables import SCHEMA_VERSION
from detente.cli.ordering import give_order
from detente.cli.serve import run_node
from detente.exercise.parties import Seat, make_parties
from detente.line.evidence import verify_evidence
from detente.runtime.courier import Courier


def home_of(seat: Seat) -> Path:
    return seat.home.folder


@pytest.mark.slow
def test_a_second_node_on_one_home_says_so(seats: list[Seat], nodes: Runner) -> None:
    nodes.start(home_of(seats[0]))
    told = detente("run", home_of(seats[0]))
    assert told.returncode == 2
    assert "already_running" in told.stderr
    assert asked("status", home_of(seats[0]))["party"] == "SIERRA", "the first goes on"


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda file: file.with_name(file.name + ".sigs.json").unlink(), "unsigned"),
        (
            lambda file: file.write_bytes(
                file.read_bytes().replace(b"lateral_nm = 1.0", b"lateral_nm = 0.5")
            ),
            "altered",
        ),
        (lambda file: file.write_bytes(b"nonsense ["), "problems"),
        (lambda file: file.unlink(), "no_memorandum"),
    ],
    ids=["unsigned", "altered", "nonsense", "absent"],
)
@pytest.mark.slow
def test_a_memorandum_that_does_not_hold_starts_no_node(seats: list[Seat], spoil: object, code: str) -> None:
    spoil(home_of(seats[0]) / "memorandum.toml")  # type: ignore[operator]
    told = detente("run", home_of(seats[0]))
    assert told.returncode == 2
    assert told.stderr.startswith(code)
    assert "Do this:" in told.stderr


def test_a_courier_that_fails_by_a_fault_of_ours_takes_the_node_with_it(
    seats: list[Seat], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It once ended in silence: the node stood there, and a line was dead that nobody knew of."""

    async def fail(_: Courier, *, heartbeat_s: float) -> None:
        raise KeyError("a fault of ours")

    monkeypatch.setattr(Courier, "run", fail)
    with pytest.raises(KeyError, match="a fault of ours"):
        asyncio.run(asyncio.wait_for(run_node(home_of(seats[0])), PATIENCE_S))


def test_a_store_of_a_newer_program_is_left_alone(seats: list[Seat]) -> None:
    store = home_of(seats[0]) / "record.sqlite"
    SqliteStore(store, version=SCHEMA_VERSION + 1, migrations={}).close()
    before = store.read_bytes()
    told = detente("run", home_of(seats[0]))
    assert told.returncode == 2
    assert "store_is_newer" in told.stderr
    assert store.read_bytes() == before


@pytest.mark.slow
def test_a_stranger_is_refused_and_named(seats: list[Seat], nodes: Runner, tmp_path: Path) -> None:
    """Homes made apart: the same names and rules, other keys and certificates."""
    nodes.start(home_of(seats[0]))
    others = make_parties(
        tmp_path / "others",
        template_name="fires-2020",
        parties=("SIERRA", "COAST"),
        ports=(free_port(), free_port()),
    )
    settle(others[1], "SIERRA", seats[0].port)
    stranger = home_of(others[1])
    nodes.start(stranger)
    wait_until(lambda: asked("status", stranger)["warnings"], "the stranger sees that the line is down")
    warning = asked("status", stranger)["warnings"][0]
    assert "SIERRA over data-1" in warning
    assert "CN=SIERRA" in warning or "SIERRA" in warning
    nodes.end(stranger)
    settle(seats[1], "SIERRA", seats[0].port)
    shutil.copy(stranger / "keys/tls-certificate.pem", home_of(seats[1]) / "keys")
    shutil.copy(stranger / "keys/tls-key.pem", home_of(seats[1]) / "keys")
    nodes.start(home_of(seats[1]))
    wait_until(
        lambda: any(
            "stranger" in line["text"] and "COAST" in line["text"] for line in asked("log", home_of(seats[0]))
        ),
        "the logbook names the stranger",
    )


@pytest.fixture
def paths(seats: list[Seat]) -> Iterator[Paths]:
    laid = Paths()
    settle(seats[0], "COAST", laid.lay(seats[1].port).port)
    settle(seats[1], "SIERRA", laid.lay(seats[0].port).port)
    yield laid
    laid.close()


@pytest.mark.slow
def test_what_is_said_into_a_cut_line_is_receipted_when_it_heals(
    seats: list[Seat], paths: Paths, nodes: Runner, tmp_path: Path
) -> None:
    sierra, coast = map(home_of, seats)
    nodes.start(sierra, coast)
    for home in (sierra, coast):
        wait_until(
            lambda home=home: not asked("status", home)["peers"][0]["unreceipted"], "both are receipted"
        )  # type: ignore[misc]
    paths.switch(Cut())
    for number in range(3):
        place = [-121.4, 38.0 + number]
        assert detente("notices", "send", sierra, notice_file(tmp_path, place=place)).returncode == 0
    wait_until(lambda: asked("status", sierra)["warnings"], "the node says that the line is down")
    status = asked("status", sierra)
    assert status["peers"][0]["unreceipted"] == 3
    assert "COAST" in status["warnings"][0]
    assert "data-1" in status["warnings"][0]
    paths.switch(Forward())
    wait_until(
        lambda: not asked("status", sierra)["peers"][0]["unreceipted"], "all is receipted after the cut"
    )
    wait_until(lambda: len(asked("owed", coast)) == 3, "COAST owes three read-backs")


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_killed_node_loses_nothing_and_doubles_nothing(
    seats: list[Seat], nodes: Runner, tmp_path: Path, seed: int
) -> None:
    """kill -9 in the middle of notices under way, on either side, several times."""
    rng = random.Random(seed)
    homes = list(map(home_of, seats))
    nodes.start(*homes)
    sent = 0
    for _ in range(3):
        for _ in range(rng.randint(1, 3)):
            place = [rng.uniform(-122, -118), rng.uniform(35, 40)]
            assert detente("notices", "send", homes[0], notice_file(tmp_path, place=place)).returncode == 0
            sent += 1
        victim = rng.choice(homes)
        nodes.kill(victim)
        nodes.start(victim)
    for home in homes:
        wait_until(
            lambda home=home: not asked("status", home)["peers"][0]["unreceipted"], f"seed {seed}: receipts"
        )  # type: ignore[misc]
    for home in homes:
        nodes.end(home)
    exports = [evidence_of(seat.home) for seat in seats]
    verdicts = [verify_evidence(files) for files in exports]
    assert all(verdict.ok for verdict in verdicts), f"seed {seed}: {verdicts[0].problems}"
    assert verdicts[0].statements == verdicts[1].statements, f"seed {seed}"
    assert sum(one.code == "NTC" for one in verdicts[0].statements) == sent, f"seed {seed}"


@pytest.mark.slow
def test_on_a_full_disk_the_node_says_so_and_loses_nothing(
    seats: list[Seat], nodes: Runner, tmp_path: Path
) -> None:
    """A small tmpfs is the home of one side; an ALERT still goes, and all else follows when there is room."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if (
        os.geteuid() != 0
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(disk)], capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("a small tmpfs cannot be mounted here: the full disk of a node is not tested")
    try:
        _fill_and_free(seats, nodes, tmp_path, disk)
    finally:
        nodes.kill_all()
        subprocess.run(["umount", str(disk)], check=True)


def _fill_and_free(seats: list[Seat], nodes: Runner, tmp_path: Path, disk: Path) -> None:
    small, coast = disk / "sierra", home_of(seats[1])
    shutil.copytree(home_of(seats[0]), small)
    recording = tmp_path / "near.json"
    recording.write_text(json.dumps([record for at in range(0, 600, 20) for record in _near(at)]))
    seat = Seat(party="SIERRA", home=type(seats[0].home)(folder=small), port=seats[0].port)
    settle(seat, "COAST", seats[1].port, recording=recording, own=("aaaaaa",))
    nodes.start(small, coast)
    wait_until(lambda: not asked("status", small)["peers"][0]["unreceipted"], "both are receipted")
    with (disk / "filler").open("ab", buffering=0) as filler:
        while True:
            try:
                filler.write(b"x" * 4096)
            except OSError:
                break
    refused = detente("notices", "send", small, notice_file(tmp_path))
    tries = 0
    while refused.returncode == 0 and tries < 300:
        refused = detente("notices", "send", small, notice_file(tmp_path))
        tries += 1
    assert "disk_full" in refused.stderr
    status = asked("status", small)
    assert "DISK IS FULL" in status["warnings"][0]
    assert detente("doctor", small).returncode == 1
    assert detente("notices", "send", coast, notice_file(tmp_path)).returncode == 0
    conduct(small, 60_000)
    said = asked("status", small)["said"]
    assert said.get("QRY") == 1, f"the ALERT is committed out of the reserve: {said}"
    (disk / "filler").unlink()
    conduct(small, 90_000)
    wait_until(
        lambda: not asked("status", coast)["peers"][0]["unreceipted"], "what COAST said is receipted now"
    )
    conduct(small, 120_000)
    wait_until(lambda: not asked("status", small)["peers"][0]["unreceipted"], "what waited is receipted now")
    warnings = asked("status", small)["warnings"]
    assert not [one for one in warnings if "clock" not in one.lower()], (
        "a conductor moves one clock after the other"
    )
    nodes.end(small)
    assert verify_evidence(evidence_of(seat.home)).ok


def conduct(home: Path, later_ms: int) -> None:
    """Give a conducted node a later time, as an exercise would."""
    give_order(open_home(home), "advance", at_ms=START_MS + later_ms, is_running=False)


def _near(at_s: int) -> list[dict[str, object]]:
    record = {
        "timestamp": START_MS + 30_000 + at_s * 1000,
        "altitude": 5000,
        "groundspeed": 100,
        "track": 90,
        "vertical_rate": 0,
    }
    return [
        {**record, "icao24": icao24, "callsign": icao24, "latitude": lat, "longitude": -120 + at_s * 0.0006}
        for icao24, lat in (("aaaaaa", 39.0), ("bbbbbb", 39.005))
    ]
