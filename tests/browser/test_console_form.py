"""The form of a message: what is typed is lost to nothing but its own end, and nothing is said of it unread."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from wall_page import began, stopped_page

FIELD = {"field": "at", "kind": "place", "allowed": [], "required": True, "is_many": False}
PLACE = "39.9 -121.4"


class PretendedNode:
    """Its answers for one code of one field; while it is `starting` it tells no form."""

    def __init__(self, page: Any) -> None:
        self.is_starting = False
        page.route("**/api/codes", lambda route: self._told(route, {"codes": ["ALR"]}))
        page.route("**/api/codes/*", lambda route: self._told(route, {"code": "ALR", "fields": [FIELD]}))

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
