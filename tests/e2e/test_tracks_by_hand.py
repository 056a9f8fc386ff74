"""Tracks as an operator has them: a file told apart by its content, and a node that watches a receiver."""

from __future__ import annotations

import gzip
import json
import socket
import threading
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from e2e_session import Runner, asked, detente, free_port, wait_until

from detente.adapters.home import PeerAddress
from detente.exercise.parties import make_parties, write_settings

LINES = "".join(
    f"MSG,3,1,1,ABCDEF,1,2024/07/06,12:00:{second:02}.000,2024/07/06,12:00:{second:02}.000,"
    f"T72,5000,,,{39 + second / 1000:.5f},-121.0,,,0,0,0,0\r\n"
    for second in range(30)
)
PATIENCE_S = 60.0


class Receiver:
    """SBS-1 lines of two aircraft that fly at each other, once a second, to whoever connects."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", free_port()))
        self.port: int = self._listener.getsockname()[1]
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        self._listener.settimeout(PATIENCE_S)
        connection, _ = self._listener.accept()
        # Whoever listened may hang up in the middle of a line.
        with connection, suppress(OSError):
            for step in range(600):
                when = datetime.now(UTC).strftime("%Y/%m/%d,%H:%M:%S.%f")[:-3]
                # 39.90 N and 5 NM north of it, 150 kt each: under the minima soon, and for a while.
                for address, lat_deg, track in (("A00001", 39.9, 0), ("A00002", 39.98, 180)):
                    there = lat_deg + (0.0007 if track == 0 else -0.0007) * step
                    line = f"MSG,3,1,1,{address},1,{when},{when},,8000,150,{track},{there:.5f},-121.4,0,,0,0,0,0\r\n"
                    connection.sendall(line.encode() + b"\xff not a line\r\n")
                if self._over.wait(1.0):
                    return

    def close(self) -> None:
        self._over.set()
        self._thread.join(PATIENCE_S)
        self._listener.close()


def test_a_recording_is_told_apart_and_decoded(tmp_path: Path) -> None:
    file = tmp_path / "what-is-this.gz"
    file.write_bytes(gzip.compress((LINES + "nonsense\r\n").encode()))
    told = detente("tracks", "decode", file)
    assert told.returncode == 0, told.stderr
    assert "sbs: 30 positions taken." in told.stdout
    assert "Rejected: not_a_line 1." in told.stdout
    rows = [json.loads(line) for line in detente("tracks", "decode", file, "--json").stdout.splitlines()]
    assert len(rows) == 31
    assert (rows[0]["aircraft"], rows[0]["level_palt_ft"]) == ("abcdef", 5000.0)
    assert rows[-1] == {"format": "sbs", "reports": 30, "rejected": {"not_a_line": 1}, "unused": {}}


def test_a_recording_plays_at_once_or_at_a_speed_with_the_same_end(tmp_path: Path) -> None:
    file = tmp_path / "lines"
    file.write_text(LINES)
    ends = []
    for words in ((), ("--speed", "60")):
        told = detente("tracks", "replay", file, "--json", *words)
        assert told.returncode == 0, told.stderr
        *_, track, last = (json.loads(line) for line in told.stdout.splitlines())
        ends.append((track, last))
    assert ends[0] == ends[1]
    track, last = ends[0]
    assert (track["kind"], track["call_sign"], track["reports"]) == ("track", "T72", 30)
    assert (last["accepted"], last["tracks"]) == (30, 1)
    shown = detente("tracks", "replay", file, "--speed", "60")
    assert "1 tracks" in shown.stdout


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("decode", "missing"), "no_file"),
        (("decode", "empty"), "unknown_format"),
        (("decode", "lines", "--format", "nonsense"), "unknown_format"),
        (("decode", "untimed"), "no_times"),
        (("decode", "lines", "--site", "north"), "usage"),
        (("decode", "lines", "--start", "yesterday"), "usage"),
        (("live",), "usage"),
        (("live", "--connect", "nowhere"), "feed_address"),
        (("live", "--connect", "tcp://127.0.0.1:1", "--format", "traffic"), "unknown_format"),
    ],
)
def test_what_cannot_be_done_is_said_with_what_to_do(
    tmp_path: Path, words: tuple[str, ...], code: str
) -> None:
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "lines").write_text(LINES)
    (tmp_path / "untimed").write_text("*8d40621d58c382d690c8ac2863a7;\n" * 3)
    told = detente("tracks", *words, cwd=tmp_path)
    assert told.returncode == 2, told.stdout
    assert told.stderr.startswith(code)
    assert "Do this:" in told.stderr


def test_a_live_feed_is_watched_and_counted() -> None:
    receiver = Receiver()
    try:
        told = detente(
            *("tracks", "live", "--connect", f"tcp://127.0.0.1:{receiver.port}", "--format", "sbs"),
            *("--seconds", "4", "--json"),
        )
    finally:
        receiver.close()
    assert told.returncode == 0, told.stderr
    *rows, last = (json.loads(line) for line in told.stdout.splitlines())
    assert {row["aircraft"] for row in rows} == {"a00001", "a00002"}
    assert last["accepted"] == len(rows) >= 4
    assert last["rejected"]["not_a_line"] >= 4
    assert last["sources"][0]["state"] == "connected"


@pytest.mark.slow
def test_a_node_asks_about_an_aircraft_that_its_receiver_hears(tmp_path: Path, nodes: Runner) -> None:
    """[[feed]] in config.toml, on the machine's own clock, from a socket to a question on the line."""
    receiver = Receiver()
    seat, other = make_parties(
        tmp_path / "homes",
        template_name="fires-2020",
        parties=("SIERRA", "COAST"),
        ports=(free_port(), free_port()),
        in_force_now=True,
    )
    address = PeerAddress(party=other.party, path="data-1", host="127.0.0.1", port=other.port)
    write_settings(seat, peers=[address], own_aircraft=("a00001",), conducted_from_ms=None)
    with seat.home.settings_file.open("a") as settings:
        settings.write(
            f'\n[[feed]]\nname = "roof"\nconnect = "tcp://127.0.0.1:{receiver.port}"\nformat = "sbs"\n'
            '\n[[feed]]\nconnect = "tcp://127.0.0.1:1"\nformat = "beast"\n'
        )
    try:
        nodes.start(seat.home.folder)
        wait_until(lambda: asked("status", seat.home.folder)["alerts_open"] == 1, "it asks whose that is")
        lines = detente("tracks", "live", "--home", seat.home.folder, "--seconds", "1", "--json").stdout
        *tracks, last = (json.loads(line) for line in lines.splitlines())
        assert {(one["aircraft"], one["whose"]) for one in tracks} == {
            ("a00001", "own"),
            ("a00002", "third_party"),
        }
        assert {one["name"]: one["state"] for one in last["sources"]}["roof"] == "connected"
        assert last["rejected"]["not_a_line"] > 0
        assert "2 tracks at" in detente("tracks", "live", "--home", seat.home.folder, "--seconds", "1").stdout
    finally:
        receiver.close()
    nodes.end(seat.home.folder)
