"""Sessions over a restart: kept by hash in a file of one's own, ended by age, another password, or without it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from detente.api.accounts import Accounts
from detente.api.session_file import SessionFile
from detente.api.sessions import LIMITS, SAVED_EVERY_S, Sessions

PASSWORD = "four words for nobody"


class Process:
    """One start of a node: its running clock begins anew, the wall goes on."""

    def __init__(self, folder: Path, *, wall_s: float, now_s: float = 5.0) -> None:
        self.now_s, self.wall_s = now_s, wall_s
        self.sessions = Sessions(
            Accounts(folder / "accounts.json"),
            lambda: self.now_s,
            kept=SessionFile(folder / "sessions.json"),
            wall_s=lambda: self.wall_s,
        )

    def pass_s(self, seconds: float) -> None:
        self.now_s += seconds
        self.wall_s += seconds


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Accounts(tmp_path / "accounts.json").add("anna", "watch_officer", PASSWORD)
    return tmp_path


def begun(folder: Path, process: Process) -> tuple[str, str]:
    token, session = process.sessions.begin(Accounts(folder / "accounts.json").all()["anna"])
    return token, session.csrf


def test_a_restart_logs_nobody_out_and_the_page_s_word_stays_good(folder: Path) -> None:
    first = Process(folder, wall_s=1_000_000.0, now_s=9_000.0)
    token, csrf = begun(folder, first)
    second = Process(folder, wall_s=1_000_060.0)
    session = second.sessions.of(token)
    assert session is not None
    assert (session.account, session.csrf) == ("anna", csrf)
    assert second.sessions.left_s(session) == LIMITS["watch_officer"].whole_s - 60


def test_the_file_is_one_s_own_and_holds_neither_token_nor_word(folder: Path) -> None:
    token, csrf = begun(folder, Process(folder, wall_s=1_000_000.0))
    file = folder / "sessions.json"
    assert file.stat().st_mode & 0o077 == 0
    assert token not in file.read_text()
    assert csrf not in file.read_text()


@pytest.mark.parametrize(
    "away_s", [LIMITS["watch_officer"].idle_s + 1, LIMITS["watch_officer"].whole_s + 1, -120.0]
)
def test_age_goes_on_while_the_node_is_down_and_a_clock_set_back_gives_no_life(
    folder: Path, away_s: float
) -> None:
    token, _ = begun(folder, Process(folder, wall_s=1_000_000.0))
    assert Process(folder, wall_s=1_000_000.0 + away_s).sessions.of(token) is None


def test_use_is_kept_once_a_minute(folder: Path) -> None:
    first = Process(folder, wall_s=1_000_000.0)
    token, _ = begun(folder, first)
    first.pass_s(SAVED_EVERY_S + 1)
    assert first.sessions.of(token) is not None
    after_s = first.wall_s + LIMITS["watch_officer"].idle_s - 1
    assert Process(folder, wall_s=after_s).sessions.of(token) is not None


@pytest.mark.parametrize(
    "how", ["password", "another_anna", "logout", "removed", "readable", "broken", "huge"]
)
def test_what_ends_it_before_the_restart_ends_it_after(folder: Path, how: str) -> None:
    process = Process(folder, wall_s=1_000_000.0)
    token, _ = begun(folder, process)
    file, accounts = folder / "sessions.json", folder / "accounts.json"
    match how:
        case "password":
            Accounts(accounts).set_password("anna", "another four words here")
        case "another_anna":
            accounts.unlink()
            Accounts(accounts).add("anna", "watch_officer", "another four words here")
        case "logout":
            process.sessions.end(token)
        case "removed":
            file.unlink()
        case "readable":
            file.chmod(0o644)
        case "broken":
            file.write_text(json.dumps({"v": 1, "sessions": [{"role": "god"}]}))
        case "huge":
            file.write_text(" " * 2_000_000)
    assert Process(folder, wall_s=1_000_001.0).sessions.of(token) is None


def test_a_disk_that_takes_nothing_logs_nobody_in_the_running_node_out(folder: Path) -> None:
    process = Process(folder / "gone", wall_s=1_000_000.0)
    process.sessions._accounts = Accounts(folder / "accounts.json")
    token, _ = begun(folder, process)
    assert process.sessions.of(token) is not None


def test_without_a_file_they_end_with_the_process(served: Any, make_served: Any) -> None:
    browser = served.browser()
    browser.login("observer")
    again = make_served(store=served.store, clock=served.clock).browser(cookies=dict(browser.cookies))
    assert again.ask("GET", "/api/owed").status == 401
