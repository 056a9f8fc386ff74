"""The role matrix, every door with every role: what the table says is what happens."""

from __future__ import annotations

import json
from typing import Any

import pytest

from detente.api.door import Door
from detente.api.paper import text
from detente.api.roles import ROLES, WATCH, Role
from detente.api.table import DOORS


@pytest.fixture
def browsers(served: Any) -> dict[str, Any]:
    made = {role: served.browser() for role in ROLES}
    for role, browser in made.items():
        assert browser.login(role).status == 200
    return made


def asked(browser: Any, door: Door) -> Any:
    """A request as the table gives its example; what it means is the desk's business."""
    path = door.path.replace("{code}", "QRY").replace("{number}", "NONE")
    if door.method == "GET":
        query = "&".join(f"{name}={str(value).replace('#', '%23')}" for name, value in door.example.items())
        return browser.ask("GET", f"{path}?{query}" if query else path)
    return browser.ask("POST", path, door.example, idempotency_key=f"key-of-{browser.address}")


DOORS_ASKED = [door for door in DOORS if door.act not in ("events", "logout")]


@pytest.mark.parametrize("door", DOORS_ASKED, ids=lambda door: f"{door.method} {door.path}")
def test_every_door_opens_to_the_roles_of_its_row_and_to_no_other(
    browsers: dict[str, Any], served: Any, door: Door
) -> None:
    stranger = served.browser(address="192.0.2.9")
    if door.roles:
        refused = asked(stranger, door)
        assert (refused.status, refused.told["code"]) == (401, "login")
    for role, browser in browsers.items():
        answer = asked(browser, door)
        code = json.loads(answer.data).get("code") if answer.status >= 400 else None
        if door.roles and role not in door.roles:
            assert (answer.status, code) == (403, "role")
        else:
            assert code != "role"
            assert answer.status < 500 or door.act == "ready"
            if answer.status == 200 and door.answers:
                assert set(door.answers) <= set(answer.told), "the description promises these"


def test_an_administrator_says_nothing_on_the_line() -> None:
    assert [door.path for door in DOORS if door.is_order and not door.roles <= WATCH] == []


def test_every_order_asks_for_a_key_and_no_view_changes_anything() -> None:
    assert all(door.method == "POST" for door in DOORS if door.is_order)
    assert all(door.order is not None for door in DOORS if door.is_order)
    assert len({(door.method, door.path) for door in DOORS}) == len(DOORS)


@pytest.mark.parametrize(("role", "status"), [("watch_officer", 403), ("commander", None)])
def test_only_a_commander_suspends(browsers: dict[str, Any], role: Role, status: int | None) -> None:
    """A watch officer may say everything that the watch says; SUS binds the party beyond this watch."""
    answer = browsers[role].order("/api/say", {"code": "SUS", "body": {}}, "key-12345678")
    assert (answer.status == 403) is (status == 403)
    assert (answer.told["code"] == "role") is (status == 403)


def test_the_paper_says_what_the_table_says() -> None:
    from pathlib import Path

    paper = Path(__file__).parents[3] / "docs" / "api.md"
    assert paper.read_text() == text(), "run: python -m detente.api.paper > docs/api.md"
