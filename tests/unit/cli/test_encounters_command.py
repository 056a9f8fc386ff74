"""`detente encounters evaluate` answers pairs in their own form, tells an encounter, and draws it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from drawn_parameters import DWC
from typer.testing import CliRunner

from detente.cli.encounters import app
from detente.errors import OperatorError, PeerError

PAIR = {"i": 7, "own": [0, 0, 10_000, 0, 200, 0], "int": [0, 8, 10_000, 0, -200, 0]}
FLOWN = "NAME sx sy sz vx vy vz time\n[none] [nmi] [nmi] [ft] [knot] [knot] [fpm] [s]\n" + "".join(
    f"A 0 {200 * second / 3600} 10000 0 200 0 {second}\nB 0 {8 - 200 * second / 3600} 10000 0 -200 0 {second}\n"
    for second in range(0, 60, 5)
)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "phase_i.conf"
    path.write_text(DWC)
    return path


def lines_of(file: Path, config: Path, *options: str) -> list[dict[str, object]]:
    told = CliRunner().invoke(app, ["evaluate", str(file), "--config", str(config), *options])
    assert told.exit_code == 0, told.output
    return [json.loads(line) for line in told.stdout.splitlines()]


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz"])
def test_pairs_are_answered_line_by_line_under_their_own_keys(
    tmp_path: Path, config: Path, suffix: str
) -> None:
    file = tmp_path / f"pairs{suffix}"
    text = (json.dumps(PAIR) + "\n").encode() * 3
    file.write_bytes(gzip.compress(text) if suffix.endswith("gz") else text)
    answers = lines_of(file, config)
    assert [answer["i"] for answer in answers] == [7, 7, 7]
    assert answers[0]["alert"] == 2
    assert set(answers[0]) >= {"vol", "hsep", "hdir", "hdir_res", "hs", "vs", "alt", "taumod"}


def test_what_does_not_exist_is_told_in_numbers_that_json_has(tmp_path: Path, config: Path) -> None:
    """Infinity is 1e999, as in the public pairs, and what is not a number is null."""
    file = tmp_path / "pairs.jsonl"
    file.write_text(json.dumps({**PAIR, "int": [0, 80, 10_000, 0, 200, 0]}))
    told = CliRunner().invoke(app, ["evaluate", str(file), "--config", str(config)])
    assert '"vol":[[0,1e999,-1e999,null]' in told.stdout
    assert '"tcpa":null' in told.stdout


def test_an_encounter_is_told_as_a_table_and_as_lines_and_drawn(tmp_path: Path, config: Path) -> None:
    file, picture = tmp_path / "head_on.daa", tmp_path / "head_on.png"
    file.write_text(FLOWN)
    told = CliRunner().invoke(
        app, ["evaluate", str(file), "--config", str(config), "--plot", str(picture)], env={"COLUMNS": "200"}
    )
    assert told.exit_code == 0, told.output
    assert "Highest level: warning." in told.stdout
    assert picture.read_bytes().startswith(b"\x89PNG")
    rows = lines_of(file, config, "--json")
    assert [row["time"] for row in rows] == list(range(0, 60, 5))
    assert rows[-1]["alert"] == 3


def test_what_cannot_be_read_is_refused_with_what_to_do(tmp_path: Path, config: Path) -> None:
    def asked(name: str, text: str, *options: str) -> BaseException | None:
        file = tmp_path / name
        file.write_text(text)
        return CliRunner().invoke(app, ["evaluate", str(file), "--config", str(config), *options]).exception

    refused = [
        asked("bad.jsonl", "{}"),
        asked("deep.jsonl", "[" * 100_000),
        asked("fast.jsonl", json.dumps({**PAIR, "own": [0, 0, 0, 1e9, 0, 0]})),
        asked("cut.jsonl.gz", "no gzip"),
        asked("empty.daa", ""),
        asked("drawn.jsonl", json.dumps(PAIR), "--plot", "x.png"),
    ]
    assert [type(why) for why in refused] == [
        PeerError,
        PeerError,
        PeerError,
        OperatorError,
        PeerError,
        OperatorError,
    ]
    assert all(getattr(why, "cure", "") for why in refused)
