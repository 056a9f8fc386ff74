"""A home whose record is in PostgreSQL, as its operator meets it: made, examined, refused, run, read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from e2e_session import START_MS, Runner, Told, asked, detente, free_port

from detente.exercise.parties import Seat, write_settings
from detente.exercise.private_postgres import PASSWORD, PrivateServer


def put(seat: Seat, store: str) -> Path:
    """The seat's home with its store there."""
    write_settings(seat, peers=[], conducted_from_ms=START_MS, store=store)
    return seat.home.folder


def stored(home: Path) -> dict[str, object]:
    """What `doctor` found about the store."""
    told = detente("doctor", home, "--json")
    assert PASSWORD not in told.stdout + told.stderr
    found: dict[str, object] = next(row for row in asked_rows(told) if row["what"] == "store")
    return found


def asked_rows(told: Told) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = json.loads(told.stdout)
    return rows


def test_a_home_says_from_the_first_where_its_record_is(tmp_path: Path) -> None:
    plain = detente("init", tmp_path / "plain", "--party", "ALFA")
    assert "record.sqlite" in plain.stdout
    other = detente(
        "init", tmp_path / "other", "--party", "ALFA", "--store", "postgresql://node@db.example/record"
    )
    assert "PostgreSQL, database record on db.example:5432" in other.stdout
    assert 'store = "postgresql://node@db.example/record"' in (tmp_path / "other/config.toml").read_text()


def test_a_password_on_the_command_line_makes_no_home(tmp_path: Path) -> None:
    told = detente("init", tmp_path / "a", "--party", "ALFA", "--store", "postgresql://node:hunter2@h/record")
    assert told.returncode == 2
    assert "hunter2" not in told.stdout + told.stderr
    assert "store.password" in told.stderr
    assert not (tmp_path / "a").exists()


@pytest.mark.slow
def test_a_node_in_postgresql_is_made_examined_run_and_read(
    seats: list[Seat], nodes: Runner, postgres_server: PrivateServer
) -> None:
    url = postgres_server.url_by_port(postgres_server.emptied())
    home = put(seats[0], url)
    found = stored(home)
    assert not found["is_good"], "no password yet"
    seats[0].home.store_password_file.write_text(f"{PASSWORD}\n")
    assert "keys" in {
        row["what"] for row in asked_rows(detente("doctor", home, "--json")) if not row["is_good"]
    }
    seats[0].home.store_password_file.chmod(0o600)
    assert "none yet" in str(stored(home)["found"])
    nodes.start(home)
    assert asked("status", home)["party"] == seats[0].party
    found = stored(home)
    assert found["is_good"], "it can be examined while the node runs"
    assert "1 entries, intact" in str(found["found"])
    second = put(seats[1], url)
    seats[1].home.store_password_file.write_text(PASSWORD)
    told = detente("run", second)
    assert (told.returncode, told.stderr.split(":")[0]) == (2, "store_in_use")
    nodes.end(home)
    assert not seats[0].home.store_file.exists(), "nothing is kept in SQLite beside it"
    again = put(seats[0], f"postgresql://nobody@127.0.0.1:{free_port()}/record")
    told = detente("run", again)
    assert (told.returncode, told.stderr.split(":")[0]) == (2, "store_away")
    assert PASSWORD not in told.stderr
