"""The console's files: packed once for who takes it, whole for who does not, and not sent twice to who has them."""

from __future__ import annotations

import asyncio
import gzip
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import FileResponse, Response

from detente.api.pages import Pages

SCRIPT = "export const one = 1;\n" * 400


@pytest.fixture
def pages(tmp_path: Path) -> Pages:
    (tmp_path / "one.js").write_text(SCRIPT)
    (tmp_path / "index.html").write_text("<!doctype html><title>Détente</title>")
    (tmp_path / "one.png").write_bytes(b"\x89PNG" + bytes(2_000))
    return Pages(tmp_path)


def asked(pages: Pages, path: str, *, method: str = "GET", **headers: str) -> Response:
    scope: dict[str, Any] = {
        "type": "http",
        "method": method,
        "path": f"/{path}".removesuffix("."),
        "headers": [(name.replace("_", "-").encode(), text.encode()) for name, text in headers.items()],
    }
    return asyncio.run(pages.get_response(path, scope))


def test_a_file_is_packed_once_for_who_takes_it(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    first = asked(pages, "one.js", accept_encoding="gzip, br")
    assert first.headers["content-encoding"] == "gzip"
    assert "javascript" in first.headers["content-type"]
    assert gzip.decompress(bytes(first.body)).decode() == SCRIPT
    monkeypatch.setattr(gzip, "compress", None)
    assert asked(pages, "one.js", accept_encoding="gzip").body == first.body


def test_who_does_not_take_it_gets_it_whole_and_a_picture_is_left_as_it_is(pages: Pages) -> None:
    for path, taken in (("one.js", "br"), ("one.png", "gzip")):
        response = asked(pages, path, accept_encoding=taken)
        assert isinstance(response, FileResponse)
        assert "content-encoding" not in response.headers


def test_the_folder_is_its_page_and_who_has_it_is_not_sent_it_again(pages: Pages) -> None:
    page = asked(pages, ".", accept_encoding="gzip")
    assert "Détente" in gzip.decompress(bytes(page.body)).decode()
    again = asked(pages, ".", accept_encoding="gzip", if_none_match=page.headers["etag"])
    assert again.status_code == 304


def test_a_file_that_has_changed_is_packed_anew(pages: Pages, tmp_path: Path) -> None:
    asked(pages, "one.js", accept_encoding="gzip")
    (tmp_path / "one.js").write_text("changed")
    assert gzip.decompress(bytes(asked(pages, "one.js", accept_encoding="gzip").body)) == b"changed"


def test_only_the_head_is_asked_for(pages: Pages) -> None:
    assert isinstance(asked(pages, "one.js", method="HEAD", accept_encoding="gzip"), FileResponse)
