"""The true page of the console at an address where no node is: its files, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from detente.api.guard import HEADERS
from detente.console import pages

ORIGIN = "http://localhost:9/"
KINDS = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".json": "application/json"}
WORDS = Path(str(pages())).parents[1] / "line" / "locale"


def serve(route: Any) -> None:
    """The page's own files, as the node gives them."""
    path = route.request.url.removeprefix(ORIGIN).split("?")[0].split("#")[0] or "index.html"
    file = WORDS / path.removeprefix("line-words/") if path.startswith("line-words/") else pages() / path
    if not file.is_file():
        route.fulfill(status=404, body="{}", content_type="application/json")
    else:
        route.fulfill(
            body=file.read_bytes(), headers=HEADERS, content_type=KINDS.get(file.suffix, "text/plain")
        )
