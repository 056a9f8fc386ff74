"""The true page of the console at an address where no node is: its files, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from detente.api.guard import HEADERS
from detente.console import pages

ORIGIN = "http://localhost:9/"
KINDS = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".json": "application/json"}
WORDS = Path(str(pages())).parents[1] / "line" / "locale"
STOPPED = (
    "window.day.role = 'watch_officer'; window.nowMs = 10_000; performance.now = () => window.nowMs;"
    " window.told = []; addEventListener('detente-tell', (event) => told.push(event.detail.text));"
)
"""The page's own clock stands, so that no slow machine makes of one moment two."""


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


@contextmanager
def stopped_page(browser: Any, *, width: int = 1440, height: int = 900) -> Iterator[Any]:
    """An officer's page with a pretended node; what it is told stands in `window.told`."""
    context = browser.new_context(viewport={"width": width, "height": height}, has_touch=True)
    page = context.new_page()
    page.add_init_script(path=Path(__file__).with_name("flat_day.js"))
    page.add_init_script(STOPPED)
    context.route("**/*", serve)
    page.goto(f"{ORIGIN}?lang=en")
    began(page)
    yield page
    context.close()


def began(page: Any) -> None:
    """The page is loaded, and the node has told it everything."""
    page.wait_for_function("() => window.day.streams.length === 1")
    page.evaluate("() => day.all()")
