"""The form of a message: what is typed is lost to nothing but its own end, and nothing is said of it unread."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from wall_page import began, stopped_page

FIELD = {"field": "at", "kind": "place", "allowed": [], "required": True, "is_many": False}
PLACE = "39.9 -121.4"
DRAFT = {"code": "ALR", "body": {"at": 1}, "to": ["COAST"], "text": {"en": "ALERT: your aircraft"}}
RAISED = {
    "message": "Raised already.",
    "raised_already": True,
    "ref": "SIERRA#7",
    "raised_ms": 0,
    "role": "commander",
    "account": "chief",
    "is_by_node": False,
}
MOVED = "() => window.told.splice(0).some((one) => one.includes('nothing was pressed'))"


class PretendedNode:
    """Its answers for one code of one field; while it is `starting` it tells no form."""

    def __init__(self, page: Any) -> None:
        self.is_starting = False
        self.said: list[dict[str, Any]] = []
        page.route("**/api/codes", lambda route: self._told(route, {"codes": ["ALR"]}))
        page.route("**/api/draft", lambda route: self._told(route, DRAFT))
        page.route("**/api/say", self._say)
        page.route("**/api/codes/*", lambda route: self._told(route, {"code": "ALR", "fields": [FIELD]}))

    def _say(self, route: Any) -> None:
        """Another's ALERT stands: the first is told of it, and what is said beside it is said."""
        self.said.append(route.request.post_data_json)
        self._told(route, {"message": "Said.", "ref": "SIERRA#8"} if "beside" in self.said[-1] else RAISED)

    def _told(self, route: Any, told: dict[str, Any]) -> None:
        if self.is_starting:
            route.fulfill(status=503, json={"code": "busy", "message": "It is starting.", "cure": ""})
        else:
            route.fulfill(json=told)


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    with stopped_page(browser) as made:
        yield made


@pytest.mark.slow
def test_a_form_whose_fields_do_not_come_is_not_forgotten(page: Any) -> None:
    """The page is loaded anew in an ALERT while the node starts; nor does a second load lose what was typed."""
    node = PretendedNode(page)
    place = page.locator("dialog.say input[name=at]")
    page.keyboard.press("Alt+a")
    place.fill(PLACE)
    node.is_starting = True
    for _ in range(2):
        page.reload()
        began(page)
        page.wait_for_function("() => window.told.some((one) => one.includes('It is starting.'))")
        page.locator("dialog.say[open]").wait_for()
    node.is_starting = False
    place.wait_for()
    assert place.input_value() == PLACE


@pytest.mark.slow
def test_enter_pressed_again_at_once_says_nothing_unread(page: Any) -> None:
    """Neither the draft nor that another has raised the same; half a second later one press is enough."""
    node = PretendedNode(page)
    page.keyboard.press("Alt+a")
    page.locator("dialog.say input[name=at]").fill(PLACE)
    for shown, said in (("dialog.say output", 0), ("dialog.say .raised", 1)):
        page.keyboard.press("Enter")
        page.locator(shown).wait_for()
        page.keyboard.press("Enter")
        page.wait_for_function(MOVED)
        assert len(node.said) == said
        page.evaluate("() => { window.nowMs += 500; }")
    page.keyboard.press("Enter")
    page.locator("dialog.say").wait_for(state="detached")
    assert [one.get("beside") for one in node.said] == [None, "SIERRA#7"]


BEGUN = """async ([account, role]) => { const { node } = await import('/node.js'); node.over();
  node.begun({ account, role, csrf: 'word', party: 'SIERRA' }); }"""


@pytest.mark.slow
def test_a_form_outlives_a_session_for_who_began_it_alone(page: Any) -> None:
    """The next who comes in at this page, or who may speak no more, finds nothing of it, nor after a reload."""
    PretendedNode(page)
    for account, role in (("chief", "watch_officer"), ("wall", "observer")):
        page.keyboard.press("Alt+a")
        page.locator("dialog.say input[name=at]").fill(PLACE)
        page.evaluate(BEGUN, ["wall", "watch_officer"])
        assert page.locator("dialog.say input[name=at]").input_value() == PLACE
        page.evaluate(BEGUN, [account, role])
        page.locator("dialog.say").wait_for(state="detached")
        assert page.evaluate("() => sessionStorage.getItem('say-draft')") is None
        page.evaluate(BEGUN, ["wall", "watch_officer"])
