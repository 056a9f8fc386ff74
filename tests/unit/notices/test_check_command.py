"""`detente notices check`: a table and an exit code for people, one object for programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from detente.cli.notices import app
from detente.errors import OperatorError

EX_1 = str(Path(__file__).parent / "ex-1.toml")
AT = "2030-06-01T12:00:00Z"


def write(path: Path, *features: dict[str, Any]) -> str:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return str(path)


def feature(lon: float, **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [lon, 45.0]},
        "properties": {
            "kind": "routine",
            "class": "combat",
            "floor": "FL080",
            "ceiling": "FL120",
            "start": "2030-06-01T16:00:00Z",
            "end": "2030-06-01T17:00:00Z",
            "transponder": "on",
            "radius_nm": 2.0,
            **properties,
        },
    }


def check(tmp_path: Path, ours: dict[str, Any], theirs: dict[str, Any], *more: str) -> tuple[int, str]:
    a, b = write(tmp_path / "alfa.geojson", ours), write(tmp_path / "bravo.geojson", theirs)
    result = CliRunner().invoke(
        app, ["check", a, b, "--memorandum", EX_1, "--at", AT, *more], env={"COLUMNS": "140"}
    )
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout


def test_a_conflict_is_told_with_its_gap_and_article_and_exits_1(tmp_path: Path) -> None:
    code, text = check(tmp_path, feature(-30.0, notice="morning"), feature(-29.8))
    assert code == 1
    assert "alfa: morning" in text
    assert "separation combat/combat" in text
    assert "minimum 10.00" in text
    assert "1 conflict" in text


def test_no_conflict_says_so_and_exits_0(tmp_path: Path) -> None:
    code, text = check(tmp_path, feature(-30.8), feature(-29.2))
    assert code == 0
    assert "No conflict between 2 notices." in text


def test_airmanship_only_is_not_checked_and_never_clear(tmp_path: Path) -> None:
    ours, theirs = (feature(-30.0, **{"class": "transport"}) for _ in range(2))
    code, text = check(tmp_path, ours, theirs)
    assert code == 0
    assert "NOT CHECKED: airmanship only" in text
    assert "No conflict between" not in text


def test_a_refusal_says_why_and_exits_1(tmp_path: Path) -> None:
    code, text = check(tmp_path, feature(-30.0, radius_nm=1.0), feature(-28.0))
    assert code == 1
    assert "too_small" in text
    assert "outside_area" in text
    code, text = check(tmp_path, feature(-30.0, target="x"), feature(-28.0))
    assert code == 1
    assert "never_list" in text


def test_the_object_for_programs_holds_the_same(tmp_path: Path) -> None:
    code, text = check(tmp_path, feature(-30.0), feature(-29.8), "--json")
    told = json.loads(text)
    assert code == 1
    assert told["refused"] == told["not_checked"] == []
    assert [row["stamp"] for row in told["admitted"]] == ["IN_TIME", "IN_TIME"]
    (conflict,) = told["conflicts"]
    assert conflict["lateral_min_m"] == 18_520
    assert 8_000 < conflict["lateral_gap_m"] < 8_500
    assert conflict["from"] == "2030-06-01T16:00:00Z"


def test_text_of_a_stranger_cannot_colour_or_move_the_terminal(tmp_path: Path) -> None:
    _, text = check(tmp_path, feature(-30.0, notice="[bold]\x1b[2J"), feature(-29.8))
    assert "\x1b[2J" not in text
    assert "[bold]" in text


def test_a_wrong_path_or_time_is_our_own_mistake(tmp_path: Path) -> None:
    for arguments in (
        ["nowhere.geojson", EX_1, "--memorandum", EX_1],
        [EX_1, EX_1, "--memorandum", "nothing"],
    ):
        result = CliRunner().invoke(app, ["check", *arguments])
        assert isinstance(result.exception, OperatorError)
        assert result.exception.cure
    with pytest.raises(OperatorError):
        check(tmp_path, feature(-30.0), feature(-29.8), "--at", "noon")


def test_what_crosses_a_boundary_is_told_and_exits_1(tmp_path: Path) -> None:
    """The line of neighbours-2030 runs along 30.5 W, ALFA east of it: the last `--memorandum` counts."""
    east, west = feature(-29.3, **{"class": "transport"}), feature(-30.8, **{"class": "transport"})
    terms = ("--memorandum", "neighbours-2030")
    code, text = check(tmp_path, east, west, *terms)
    assert (code, "CROSSES" in text) == (0, False)
    code, text = check(tmp_path, west, east, *terms)
    assert code == 1
    assert "CROSSES the boundary L1 v1: alfa: feature 1 (rule: notice)" in text
    code, text = check(tmp_path, west, east, *terms, "--parties", "BRAVO", "ALFA", "--json")
    assert (code, json.loads(text)["borders"]) == (0, [])
    code, text = check(tmp_path, west, east, *terms, "--json")
    assert {row["kind"] for row in json.loads(text)["borders"]} == {"crossing"}
    with pytest.raises(OperatorError):
        check(tmp_path, west, east, *terms, "--parties", "BRAVO", "NOBODY")
