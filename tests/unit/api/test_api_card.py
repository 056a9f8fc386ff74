"""The frequency card by the API: heading, phrases, and the page to print."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def observer(served: Any) -> Any:
    browser = served.browser()
    browser.login("observer")
    return browser


def test_a_plan_that_nobody_has_proven_is_headed_untested(observer: Any) -> None:
    told = observer.ask("GET", "/api/card?sector=NORTH&language=fr").told
    assert told["heading"] == "UNTESTED"
    assert told["heading_text"]
    assert len(told["phrases"]) > 5
    assert all(one["said"] and one["read"] for one in told["phrases"])
    assert told["phrases"][0]["said"] != told["phrases"][0]["read"], "said on the air, read in French"


@pytest.mark.parametrize(("file_format", "begins"), [("pdf", b"%PDF"), ("png", b"\x89PNG")])
def test_the_page_to_print_is_what_it_says(observer: Any, file_format: str, begins: bytes) -> None:
    answer = observer.ask("GET", f"/api/card/page?sector=NORTH&language=ar&file_format={file_format}")
    assert answer.status == 200
    assert answer.data.startswith(begins)
    assert answer.headers["content-type"] in ("application/pdf", "image/png")


@pytest.mark.parametrize("path", ["/api/card", "/api/card/page"])
def test_a_sector_that_is_none_is_named(observer: Any, path: str) -> None:
    answer = observer.ask("GET", f"{path}?sector=NOWHERE")
    assert 400 <= answer.status < 500
    assert "NOWHERE" in answer.told["message"]
