"""Coming in: no default password, guessing is slow, cookies that scripts cannot read, sessions that end."""

from __future__ import annotations

import stat
from copy import copy
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher, Type

from detente.api.accounts import Accounts
from detente.api.sessions import LIMITS
from detente.errors import OperatorError

PASSWORD = "four words for nobody"


def test_a_home_without_accounts_lets_nobody_in_by_any_password(bare: Any) -> None:
    for name in ("admin", "administrator", "root", ""):
        assert bare.browser().login(name, "admin").status == 401


def test_the_first_link_makes_one_administrator_and_is_then_used_up(bare: Any) -> None:
    word, browser = bare.api.first.draw(), bare.browser()
    wrong = browser.ask("POST", "/api/first", {"word": "guess", "account": "ada", "password": PASSWORD})
    assert (wrong.status, wrong.told["code"]) == (403, "first_link")
    made = browser.ask("POST", "/api/first", {"word": word, "account": "ada", "password": PASSWORD})
    assert (made.status, made.told["role"]) == (200, "administrator")
    again = browser.ask("POST", "/api/first", {"word": word, "account": "eve", "password": PASSWORD})
    assert again.status == 403
    assert list(bare.accounts.all()) == ["ada"]
    assert bare.api.first.draw() is None, "there is an account: no further link"


def test_the_first_link_is_good_for_an_hour(bare: Any) -> None:
    word = bare.api.first.draw()
    bare.seconds[0] += 3_601
    late = bare.browser().ask("POST", "/api/first", {"word": word, "account": "ada", "password": PASSWORD})
    assert late.status == 403


def test_the_cookie_is_out_of_reach_of_scripts_foreign_pages_and_plain_http(served: Any) -> None:
    answer = served.browser().login("observer")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-detente-sierra=")
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "secure", "samesite=strict", "path=/"} <= parts
    assert not any(part.startswith("domain") for part in parts)


def test_two_pages_of_one_browser_do_not_log_each_other_out(served: Any) -> None:
    """Both ask for a login when a session has ended; who logs in at both has one session at both."""
    first = served.browser()
    first.login("watch_officer")
    second = copy(first)
    assert second.cookies is first.cookies
    second.login("watch_officer")
    for page in (first, second):
        assert page.ask("POST", "/api/alarms/note", {"id": "x"}).told["code"] == "alarm_over"
    second.login("commander")
    assert first.ask("GET", "/api/session").told["account"] == "commander", "another account takes its place"
    assert first.ask("POST", "/api/alarms/note", {"id": "x"}).told["code"] == "csrf"


def test_a_login_takes_the_place_of_the_session_before_it(served: Any) -> None:
    """A session that a stranger has put into the browser does not become the officer's."""
    browser = served.browser()
    browser.login("observer")
    planted = dict(browser.cookies)
    browser.login("watch_officer")
    assert browser.cookies != planted
    assert served.browser(cookies=planted).ask("GET", "/api/owed").status == 401


def test_wrong_names_and_wrong_passwords_get_one_answer(served: Any) -> None:
    wrong = [
        served.browser().login(name, word) for name, word in (("observer", "wrong"), ("nobody", PASSWORD))
    ]
    assert wrong[0].status == wrong[1].status == 401
    assert wrong[0].data == wrong[1].data


def test_guessing_is_slowed_and_does_not_shut_the_watch_out(served: Any) -> None:
    """The officer at his own desk logs in while a stranger guesses at his name."""
    stranger = served.browser(address="198.51.100.1")
    statuses = [stranger.login("watch_officer", f"guess {number}").status for number in range(7)]
    assert statuses[:5] == [401] * 5
    assert statuses[5:] == [429] * 2
    refused = stranger.login("watch_officer")
    assert refused.status == 429
    assert int(refused.headers["retry-after"]) > 0
    assert served.browser().login("watch_officer").status == 200
    served.seconds[0] += 3_600
    assert stranger.login("watch_officer").status == 200
    assert sum("login refused" in line for line in served.log()) == 5


def test_a_session_ends_when_nobody_uses_it_and_in_any_case_after_a_watch(served: Any) -> None:
    limits, browser = LIMITS["watch_officer"], served.browser()
    browser.login("watch_officer")
    served.seconds[0] += limits.idle_s - 1
    assert browser.ask("GET", "/api/owed").status == 200
    served.seconds[0] += limits.idle_s + 1
    assert browser.ask("GET", "/api/owed").status == 401
    browser.login("watch_officer")
    for _ in range(int(limits.whole_s // 1_000)):
        served.seconds[0] += 1_000
        browser.ask("GET", "/api/session")
    served.seconds[0] += 1_000
    assert browser.ask("GET", "/api/owed").status == 401


@pytest.mark.parametrize("change", ["disable", "role", "password"])
def test_a_change_of_the_account_ends_its_sessions_at_once(served: Any, tmp_path: Path, change: str) -> None:
    """By another process, as `detente accounts` does it."""
    browser = served.browser()
    browser.login("watch_officer")
    elsewhere = Accounts(tmp_path / "accounts.json")
    match change:
        case "disable":
            elsewhere.set_disabled("watch_officer", True)
        case "role":
            elsewhere.set_role("watch_officer", "observer")
        case "password":
            elsewhere.set_password("watch_officer", "another four words here")
    assert browser.ask("GET", "/api/owed").status == 401
    assert (browser.login("watch_officer").status == 200) is (change == "role")


def test_logout_ends_the_session_on_the_node_too(served: Any) -> None:
    browser = served.browser()
    browser.login("observer")
    kept = dict(browser.cookies)
    assert browser.ask("POST", "/api/logout").status == 200
    assert served.browser(cookies=kept).ask("GET", "/api/owed").status == 401


def test_a_password_is_changed_by_who_knows_the_old_one(served: Any) -> None:
    browser = served.browser()
    browser.login("observer")
    wrong = browser.ask("POST", "/api/password", {"old": "wrong", "new": "a new one of words"})
    assert wrong.status == 403
    short = browser.ask("POST", "/api/password", {"old": PASSWORD, "new": "short"})
    assert (short.status, short.told["code"]) == (422, "password_short")
    assert browser.ask("POST", "/api/password", {"old": PASSWORD, "new": "a new one of words"}).status == 200
    assert browser.ask("GET", "/api/owed").status == 200, "this browser has a new session"
    assert served.browser().login("observer").status == 401
    assert served.browser().login("observer", "a new one of words").status == 200


def test_an_administrator_keeps_the_accounts_and_no_hash_is_ever_shown(served: Any) -> None:
    browser = served.browser()
    browser.csrf = browser.login("administrator").told["csrf"]
    added = browser.ask(
        "POST", "/api/accounts", {"account": "lee", "role": "watch_officer", "password": PASSWORD}
    )
    assert added.status == 200
    shown = browser.ask("GET", "/api/accounts")
    assert {"account": "lee", "role": "watch_officer", "disabled": False} in shown.told["accounts"]
    assert b"argon2" not in shown.data
    assert browser.ask("POST", "/api/accounts/change", {"account": "lee", "disabled": True}).status == 200
    assert served.browser().login("lee").status == 401
    last = browser.ask("POST", "/api/accounts/change", {"account": "administrator", "disabled": True})
    assert (last.status, last.told["code"]) == (409, "last_administrator")
    assert any("administrator administrator adds lee, watch_officer" in line for line in served.log())


def test_the_file_is_its_owners_alone_and_another_mode_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "accounts.json"
    accounts = Accounts(file)
    accounts.add("lee", "observer", PASSWORD)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert PASSWORD not in file.read_text()
    file.chmod(0o644)
    with pytest.raises(OperatorError) as caught:
        Accounts(file).all()
    assert caught.value.code == "accounts_file"
    assert "chmod 600" in caught.value.cure


def test_hashes_cost_what_the_standard_says(quick: PasswordHasher) -> None:
    """RFC 9106 section 4, second recommended option: argon2id, 64 MiB, 3 passes, 4 lanes."""
    assert quick.type is Type.ID
    assert (quick.memory_cost, quick.time_cost, quick.parallelism) == (65_536, 3, 4)


def test_a_home_without_an_administrator_can_still_change_its_accounts(tmp_path: Path) -> None:
    """Only who would take the last one away is refused."""
    accounts = Accounts(tmp_path / "accounts.json")
    accounts.add("lee", "watch_officer", PASSWORD)
    assert accounts.set_password("lee", "another four words").generation == 1
    accounts.add("ada", "administrator", PASSWORD)
    with pytest.raises(OperatorError) as caught:
        accounts.set_role("ada", "observer")
    assert caught.value.code == "last_administrator"


@pytest.mark.parametrize(
    ("name", "role", "password", "code"),
    [
        ("Lee", "observer", PASSWORD, "account_name"),
        ("lee\n", "observer", PASSWORD, "account_name"),
        ("lee orders say", "observer", PASSWORD, "account_name"),
        ("", "observer", PASSWORD, "account_name"),
        ("lee", "king", PASSWORD, "account_role"),
        ("lee", "observer", "short", "password_short"),
        ("lee", "observer", "x" * 257, "password_long"),
    ],
)
def test_what_cannot_be_an_account_is_refused_and_nothing_is_kept(
    tmp_path: Path, name: str, role: str, password: str, code: str
) -> None:
    accounts = Accounts(tmp_path / "accounts.json")
    with pytest.raises(OperatorError) as caught:
        accounts.add(name, role, password)
    assert caught.value.code == code
    assert accounts.all() == {}
