"""What stands between a foreign page and the line: host, origin, word, type, size, rate and headers."""

from __future__ import annotations

import base64
import hashlib
import re
from importlib.resources import files
from typing import Any

import pytest

from detente.api.guard import BODY_BYTES_MAX, HEADERS

TAKE = {"post": "sierra.air"}
KEY = "key-12345678"


@pytest.fixture
def officer(served: Any) -> Any:
    browser = served.browser()
    browser.login("watch_officer")
    return browser


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"x_csrf_token": ""}, 403, "csrf"),
        ({"x_csrf_token": "guess"}, 403, "csrf"),
        ({"x_csrf_token": "\u00e9"}, 403, "csrf"),
        ({"origin": "https://evil.example"}, 403, "origin"),
        ({"origin": "http://console.test"}, 403, "origin"),
        ({"origin": "null"}, 403, "origin"),
        ({"sec_fetch_site": "cross-site"}, 403, "origin"),
        ({"sec_fetch_site": "same-site"}, 403, "origin"),
        ({"content_type": "text/plain"}, 415, "not_json"),
        ({"content_type": "application/x-www-form-urlencoded"}, 415, "not_json"),
        ({"host": "evil.example"}, 400, "host"),
        ({"host": "console.test.evil.example"}, 400, "host"),
        ({"host": ""}, 400, "host"),
        ({"host": "["}, 400, "host"),
    ],
)
def test_what_a_foreign_page_can_make_a_browser_send_gives_no_order(
    served: Any, officer: Any, headers: dict[str, str], status: int, code: str
) -> None:
    before = served.node.keeper.own.size
    answer = officer.ask("POST", "/api/watch/take", TAKE, idempotency_key=KEY, **headers)
    assert (answer.status, answer.told["code"]) == (status, code)
    assert served.node.keeper.own.size == before


def test_our_own_page_gives_the_order(served: Any, officer: Any) -> None:
    before = served.node.keeper.own.size
    answer = officer.ask(
        "POST",
        "/api/watch/take",
        TAKE,
        idempotency_key=KEY,
        origin="https://console.test",
        sec_fetch_site="same-origin",
    )
    assert answer.status == 200, answer.data
    assert served.node.keeper.own.size > before


def test_a_login_from_a_foreign_page_is_refused(served: Any) -> None:
    """Else a stranger could have the officer work in the stranger's own session."""
    answer = served.browser().ask(
        "POST",
        "/api/login",
        {"account": "observer", "password": "four words for nobody"},
        origin="https://evil.example",
    )
    assert (answer.status, answer.told["code"]) == (403, "origin")


@pytest.mark.parametrize("path", ["/api/owed", "/api/none", "/healthz", "/api/openapi.json", "/api/login"])
def test_every_answer_forbids_scripts_and_frames_of_others(served: Any, path: str) -> None:
    answer = served.browser().ask("GET", path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"


def test_of_the_scripts_inside_the_page_only_the_import_map_is_allowed() -> None:
    page = (files("detente.console") / "pages" / "index.html").read_text()
    (script,) = re.findall(r"<script(?![^>]* src=)[^>]*>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'self' 'sha256-{digest}'" in HEADERS["content-security-policy"]


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"{" * 100_000, 422),
        (b"[" * 900_000, 422),
        (b"\xff\xfe", 422),
        (b'{"post": 7}', 422),
        (b'{"post": "sierra.air", "person": "lee"}', 422),
        (b'{"post": "' + b"x" * 10_240 + b'"}', 422),
        (b" " * (BODY_BYTES_MAX + 1), 413),
        (b"null", 422),
        (b"7", 422),
    ],
)
def test_a_body_that_is_not_what_the_door_takes_is_refused_in_words(
    served: Any, officer: Any, raw: bytes, status: int
) -> None:
    before = served.node.keeper.own.size
    answer = officer.ask("POST", "/api/watch/take", raw=raw, idempotency_key=KEY)
    assert answer.status == status
    assert set(answer.told) == {"code", "message", "cure"}
    assert len(answer.data) < 2_000
    assert served.node.keeper.own.size == before


def test_many_consoles_of_one_address_can_be_loaded_at_once_and_files_have_their_measure(served: Any) -> None:
    """After a cut of the power every console behind one address loads its seventy files in the same second."""
    wall = served.browser(address="198.51.100.6")
    statuses = [wall.ask("GET", f"/{number}.js").status for number in range(10 * 70)]
    assert 429 not in statuses
    assert wall.ask("GET", "/healthz").status == 200
    statuses = [wall.ask("GET", "/main.js").status for _ in range(400)]
    assert 429 in statuses


def test_who_asks_without_end_is_slowed_by_address_and_by_account(served: Any, officer: Any) -> None:
    stranger = served.browser(address="198.51.100.5")
    statuses = [stranger.ask("GET", "/healthz").status for _ in range(130)]
    assert statuses.count(429) == 10
    assert officer.ask("GET", "/api/owed").status == 200, "another address is not slowed"
    statuses = [officer.ask("GET", "/api/owed").status for _ in range(110)]
    assert 429 in statuses
    served.seconds[0] += 10
    assert officer.ask("GET", "/api/owed").status == 200


def test_a_door_that_is_not_there_answers_in_the_same_words(served: Any) -> None:
    for method, path, status in (
        ("GET", "/api/none", 404),
        ("GET", "/api/say", 405),
        ("GET", "/api/../x", 404),
    ):
        answer = served.browser().ask(method, path)
        assert answer.status == status
        assert set(answer.told) == {"code", "message", "cure"}


def test_what_the_desk_refuses_keeps_its_code_and_its_words(officer: Any) -> None:
    answer = officer.order("/api/read-back", {"ref": "COAST#99"}, KEY)
    assert (answer.status, answer.told["code"]) == (404, "unknown_entry")
    assert "COAST#99" in answer.told["message"]
    wrong = officer.order("/api/answer", {"ref": "COAST#0", "answer": "perhaps"}, KEY)
    assert wrong.status == 422


def test_counts_are_for_this_machine_or_for_who_is_logged_in(served: Any, officer: Any) -> None:
    assert served.browser(address="198.51.100.9").ask("GET", "/metrics").status == 401
    near = served.browser(address="127.0.0.1").ask("GET", "/metrics")
    assert b"detente_owed{" in near.data
    assert b"sierra.air" not in near.data
    assert officer.ask("GET", "/metrics").status == 200
    far = served.browser(address="198.51.100.9").ask("GET", "/readyz")
    assert set(far.told) == {"ready"}
    assert "checks" in served.browser(address="::1").ask("GET", "/readyz").told
