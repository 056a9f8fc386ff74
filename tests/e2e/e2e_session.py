"""Two parties as an operator has them: homes on disk, processes of the operating system, the command line."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from detente.adapters.home import PeerAddress
from detente.exercise.parties import Seat, write_settings
from detente.quantities import parse_utc_text

START_MS = parse_utc_text("2020-09-08T00:00:00Z")
PATIENCE_S = 20.0


def detente(*words: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command as a person would type it."""
    return subprocess.run(
        [sys.executable, "-m", "detente", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        timeout=120,
        env={**os.environ, "COLUMNS": "160"},
    )


def asked(*words: object) -> Any:
    """The JSON answer of a command that must succeed."""
    told = detente(*words, "--json")
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)


def wait_until(is_so: Callable[[], object], what: str) -> None:
    """Ask until it is so; fails with `what` after a while."""
    deadline = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < deadline, f"waited {PATIENCE_S} s in vain: {what}"
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Runner:
    """Starts nodes, and ends those that a test left running."""

    def __init__(self) -> None:
        self.running: dict[Path, subprocess.Popen[str]] = {}

    def start(self, home: Path) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "detente", "run", str(home)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.running[home] = process
        wait_until(lambda: (home / "control.json").exists() or process.poll() is not None, f"{home} starts")
        return process

    def end(self, home: Path, how: signal.Signals = signal.SIGTERM) -> int:
        process = self.running.pop(home)
        process.send_signal(how)
        process.communicate(timeout=PATIENCE_S)
        if how == signal.SIGKILL:
            (home / "control.json").unlink(missing_ok=True)
        return process.returncode

    def end_all(self) -> None:
        for home in list(self.running):
            self.end(home, signal.SIGKILL)


def settle(
    seat: Seat, peer: str, port: int, *, recording: Path | None = None, own: tuple[str, ...] = ()
) -> None:
    """Write a seat's settings; `port` is where the peer is reached."""
    write_settings(
        seat,
        peers=[PeerAddress(party=peer, path="data-1", host="127.0.0.1", port=port)],
        own_aircraft=own,
        recording=recording,
        conducted_from_ms=START_MS,
    )


def notice_file(folder: Path, *, name: str = "notice", **changes: object) -> Path:
    """A notice that fires-2020 admits, with changes to its properties or place."""
    place = changes.pop("place", [-121.4, 39.9])
    properties: dict[str, object] = {
        "kind": "routine",
        "class": "tanker",
        "floor": "FL040",
        "ceiling": "FL090",
        "start": "2020-09-08T03:00:00Z",
        "end": "2020-09-08T05:00:00Z",
        "count_band": "2-4",
        "transponder": "on",
        "movement": "within",
        "radius_nm": 5,
        "frequency_monitored_khz": [123975],
    }
    properties.update(changes)
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": place},
        "properties": properties,
    }
    file = folder / f"{name}.geojson"
    file.write_text(json.dumps(feature))
    return file
