"""`detente frequencies`: what the commands print, their exit codes, and the files they leave."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from detente.cli.main import app
from detente.errors import OperatorError
from detente.memorandum.template import template

RUN = CliRunner()


def run(*words: object) -> Any:
    return RUN.invoke(app, ["frequencies", *map(str, words)])


def asked(*words: object, code: int = 0) -> Any:
    told = run(*words, "--json")
    assert told.exit_code == code, told.output
    return json.loads(told.stdout)


@pytest.fixture
def silent(tmp_path: Path) -> Path:
    """The template in which one class of one party listens to nothing."""
    file = tmp_path / "silent.toml"
    text = template("syria-2015").decode()
    lines = [
        line.replace('"EAST/combat", ', "") if line.startswith("monitored_by") else line
        for line in text.splitlines()
    ]
    file.write_text("\n".join(lines) + "\n")
    return file


def test_a_clean_plan_is_untested_and_says_that_it_assigns_nothing() -> None:
    told = run("check", "syria-2015")
    assert told.exit_code == 0
    assert "SYRIA-2015: UNTESTED" in told.output
    assert "the national authority assigns" in told.output
    assert asked("check", "syria-2015")["findings"] == []


def test_findings_name_sector_pair_and_cure_and_exit_with_1(silent: Path) -> None:
    told = run("check", silent)
    assert told.exit_code == 1
    assert "INVALID" in told.output
    row = asked("check", silent, code=1)
    assert row["is_valid"] is False
    first = row["findings"][0]
    assert (first["check"], first["gravity"], first["sector"]) == (3, "invalid", "NORTH")
    assert first["pair"] == ["WEST/combat", "EAST/combat"]
    assert first["cure"]


def test_what_to_call_here_comes_with_how_it_is_said() -> None:
    (row,) = asked("at", 36.1, 37.2, "FL250", "--class", "combat", "--language", "ru")
    assert row["sector"] == "NORTH"
    assert [call["role"] for call in row["calls"]] == ["primary", "secondary", "guard", "guard"]
    assert row["calls"][0]["said"] == "два пять один запятая два пять ноль"
    assert {pair["state"] for pair in row["pairs"]} == {"never"}
    assert "251.250" in run("at", 36.1, 37.2, "FL250").output


def test_outside_every_sector_the_cure_is_guard_and_a_strange_class_is_told_the_known_ones() -> None:
    for words in (("at", 10, 10, "FL250"), ("at", 36.1, 37.2, "FL250", "--class", "fighter")):
        told = run(*words)
        assert isinstance(told.exception, OperatorError)
        assert told.exception.cure.startswith(("Call on guard: 121.500, 243.000", "Classes: combat"))


def test_a_proposal_stands_beside_the_plan_made_by_hand() -> None:
    row = asked("propose", "syria-2015", "--pool", "225.000-230.000/25", "--pool", "130.000-132.000/25")
    assert (row["names"], row["at_least"], row["proven"]) == (4, 4, True)
    assert row["by_hand"] == {"names": 4, "heading": "UNTESTED", "findings": 0}
    assert row["findings"] == []
    told = run("propose", "fires-2020", "--solver", "greedy")
    assert told.exit_code == 0
    assert "proven: no plan takes fewer" in told.output


def test_a_proposal_can_be_pasted_into_the_memorandum(tmp_path: Path) -> None:
    tables = tmp_path / "channels.toml"
    pool = ("--pool", "225.000-230.000/25", "--pool", "130.000-132.000/25")
    assert run("propose", "syria-2015", *pool, "--out", tables).exit_code == 0
    text = template("syria-2015").decode()
    start, end = text.index("[[channel]]"), text.index("[line]")
    pasted = tmp_path / "pasted.toml"
    pasted.write_text(text[:start] + tables.read_text() + "\n" + text[end:])
    assert asked("check", pasted)["findings"] == []
    assert RUN.invoke(app, ["memorandum", "check", str(pasted)]).exit_code == 0


def test_a_pool_that_cannot_be_read_or_is_too_small_is_told() -> None:
    for pool, code in (
        ("130.0", "bad_pool"),
        ("500.000-500.100/25", "bad_pool"),
        ("118.000-136.000/8.33", "pool_too_large"),
        ("130.000", "pool_too_small"),
    ):
        told = run("propose", "syria-2015", "--pool", pool)
        assert isinstance(told.exception, OperatorError), told.output
        assert told.exception.code == code


def test_cards_are_written_for_each_sector_and_language(tmp_path: Path) -> None:
    row = asked("card", "syria-2015", "--out", tmp_path, "--language", "en", "--language", "ar")
    names = {Path(name).name for name in row["files"]}
    assert names == {
        f"{sector}-{language}.{kind}"
        for sector in ("NORTH", "EAST-S")
        for language in ("en", "ar")
        for kind in ("png", "pdf")
    }
    assert all((tmp_path / name).stat().st_size > 10_000 for name in names)
    told = run("card", "syria-2015", "--sector", "WEST")
    assert isinstance(told.exception, OperatorError)


def test_published_lists_are_accounted_for(tmp_path: Path) -> None:
    file = tmp_path / "airports.csv"
    file.write_text(
        '"id","airport_ref","airport_ident","type","description","frequency_mhz"\n'
        '1,2,"XXAA","TWR","Tower",118.12\n3,4,"XXBB","TWR","Tower",118.1\n'
    )
    told = asked("published", "--airports", file)["airports"]
    assert (told["rows"], told["classes"]["vhf_25"], told["classes"]["vhf_cut"]) == (2, 1, 1)
    assert told["odd"][0]["nearest_khz"] == [118_115, 118_125]
    assert "118.12" in run("published", "--airports", file).output
    assert isinstance(run("published").exception, OperatorError)
