"""The true page of the console at an address where no node is: its files, and nothing else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
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
    file = file_of(route.request.url.removeprefix(ORIGIN))
    if file is None:
        route.fulfill(status=404, body="{}", content_type="application/json")
    else:
        route.fulfill(body=file.read_bytes(), headers=HEADERS, content_type=kind_of(file))


def file_of(path: str) -> Path | None:
    path = path.split("?")[0].split("#")[0] or "index.html"
    file = WORDS / path.removeprefix("line-words/") if path.startswith("line-words/") else pages() / path
    return file if file.is_file() else None


def kind_of(file: Path) -> str:
    return KINDS.get(file.suffix, "text/plain")


@contextmanager
def served(*, fails_once: str = "") -> Iterator[str]:
    """The same by a server, for what Chromium's audio thread asks passes no route; its address.

    Args:
        fails_once: a file whose first request is cut.
    """
    left = [fails_once]

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Not in the output of tests."""

        def do_GET(self) -> None:
            path = self.path.lstrip("/")
            if left[0] and path == left[0]:
                left[0] = ""
                self.close_connection = True
                return
            file = file_of(path)
            body = b"{}" if file is None else file.read_bytes()
            self.send_response(404 if file is None else 200)
            for name, value in ({} if file is None else HEADERS).items():
                self.send_header(name, value)
            self.send_header("content-type", "application/json" if file is None else kind_of(file))
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


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
