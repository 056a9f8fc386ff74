"""Two parties as an operator has them: homes on disk, processes of the operating system, the command line."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from detente.adapters.home import PeerAddress
from detente.cli.main import main
from detente.exercise.parties import Seat, write_settings
from detente.quantities import parse_utc_text

START_MS = parse_utc_text("2020-09-08T00:00:00Z")
PATIENCE_S = 120.0
"""No test waits so long for what comes; a machine with many other things to do may."""
COMMAND_PATIENCE_S = 600.0
"""The demo is one command, and plays a week."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a command said and with which code it ended."""

    returncode: int
    stdout: str
    stderr: str


def detente(*words: object, cwd: Path | None = None) -> Told:
    """Run a command as a person would type it."""
    with TemporaryDirectory() as folder:
        out, err = Path(folder, "out.txt"), Path(folder, "err.txt")
        process = fork_detente(*words, out=out, err=err, cwd=cwd)
        process.join(COMMAND_PATIENCE_S)
        if process.exitcode is None:
            process.kill()
            pytest.fail(f"detente {words} does not end: {out.read_text()[-2000:]}{err.read_text()[-2000:]}")
        return Told(returncode=process.exitcode, stdout=out.read_text(), stderr=err.read_text())


def fork_detente(*words: object, out: Path, err: Path, cwd: Path | None = None) -> ForkServerProcess:
    """A process of its own for a command, forked from one that has read the program already.

    Reading it is nine tenths of a second, and the tests give hundreds of commands; those of the demo and
    `test_line_by_hand` begin with `python -m detente`.
    """
    process = _FORKING.Process(
        target=_be_detente, args=(list(map(str, words)), str(out), str(err), cwd), daemon=True
    )
    process.start()
    return process


def _be_detente(words: list[str], out: str, err: str, cwd: Path | None) -> None:
    for path, number in ((out, 1), (err, 2)):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(descriptor, number)
        os.close(descriptor)
    if cwd is not None:
        os.chdir(cwd)
    os.environ["COLUMNS"] = "160"
    sys.argv = ["detente", *words]
    main()


_FORKING = multiprocessing.get_context("forkserver")
_FORKING.set_forkserver_preload(
    ["detente.cli.main", "detente.cli.console_door", "detente.cli.cot_door", "typer._adapters"]
)


def asked(*words: object) -> Any:
    """The JSON answer of a command that must succeed."""
    told = detente(*words, "--json")
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)


def wait_until(is_so: Callable[[], object], what: str, *, every_s: float = 0.05) -> None:
    """Ask until it is so; fails with `what` after a while."""
    deadline = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < deadline, f"waited {PATIENCE_S} s in vain: {what}"
        time.sleep(every_s)


def free_port() -> int:
    """A port that nobody listens on, and that the kernel gives to nobody: it is below those of outgoing connections.

    A port out of those can be another connection's by the time a node starts again on it.
    """
    while True:
        port = next(_PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def _ports() -> Iterator[int]:
    """Each once; test processes begin a thousand ports apart, so that two that look at once do not find the same."""
    first, count = 12_000, 20_000
    begin = os.getpid() * 1009
    return (first + (begin + number) % count for number in range(count))


_PORTS = _ports()


@dataclass(kw_only=True)
class Running:
    """One process of a node."""

    process: ForkServerProcess
    output: Path

    def shown(self) -> str:
        """Everything that it has printed."""
        return self.output.read_text(errors="replace")


class Runner:
    """Starts nodes, and ends those that a test left running."""

    def __init__(self, folder: Path) -> None:
        self.running: dict[Path, Running] = {}
        self._folder = folder
        self._number = 0

    def start(self, *homes: Path) -> None:
        """Start nodes, all at once, and wait until each takes orders."""
        for home in homes:
            self.begin(home)
        for home in homes:
            self.wait_for(home)

    def begin(self, home: Path) -> None:
        """Start a node, and wait for nothing."""
        self._number += 1
        output = self._folder / f"output-{self._number}-{home.name}.txt"
        output.touch()
        process = fork_detente("run", home, out=output, err=output)
        self.running[home] = Running(process=process, output=output)

    def wait_for(self, home: Path) -> None:
        """Wait until a node takes orders."""
        node = self.running[home]

        def is_there() -> bool:
            assert node.process.exitcode is None, f"{home} ended: {node.process.exitcode}: {node.shown()}"
            return (home / "control.json").exists()

        wait_until(is_there, f"{home} starts")

    def end(self, home: Path) -> str:
        """Tell a node to stop, as the operating system does; what it has shown."""
        return self.end_together(home)[0]

    def end_together(self, *homes: Path) -> list[str]:
        """Tell nodes to stop, all at once; what each has shown."""
        ended = [self.running.pop(home) for home in homes]
        for node in ended:
            node.process.terminate()
        for node in ended:
            node.process.join(PATIENCE_S)
            assert node.process.exitcode == 0, node.shown()[-2000:]
        return [node.shown() for node in ended]

    def kill(self, home: Path) -> None:
        """kill -9, wherever it is."""
        node = self.running.pop(home)
        node.process.kill()
        node.process.join(PATIENCE_S)
        assert node.process.exitcode == -signal.SIGKILL, node.shown()[-2000:]
        (home / "control.json").unlink(missing_ok=True)

    def kill_all(self) -> None:
        """Whatever a test left running, or ended by itself."""
        for home in list(self.running):
            node = self.running.pop(home)
            node.process.kill()
            node.process.join(PATIENCE_S)


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
