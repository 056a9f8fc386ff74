"""The console: a hundred pages on one node; how soon a page is useful and shows what happened; what it weighs.

Writes `bench-out/console.json`. Two real nodes, TLS, Debian's Chromium without a GPU. The hundred are programs that
do what the page does: follow the event stream, and read the hot line again at each news; only the node's processor
time is counted, by the operating system. `python -m bench.console` runs it alone.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.console_map import map_figures, polling_figures
from detente.adapters.home import PeerAddress
from detente.api.accounts import Accounts
from detente.api.client import ApiClient
from detente.errors import OperatorError
from detente.exercise.parties import make_parties, write_settings
from detente.exercise.processes import NodeProcess

CHROMIUM = Path("/usr/bin/chromium")
PASSWORD = "four words for nobody"
PORTS = {"SIERRA": (7731, 7733), "COAST": (7732, 7734)}
CONSOLES, STREAMS_EACH = 100, 4
DISPLAYS = ("display", "display-2")
"""Accounts of the crowd: one account holds twenty sessions, and a session follows four streams."""
WATCHED_S, NEWS_EVERY_S = 20.0, 2.0
SHOWN = 20
GOALS = {
    "consoles_cores": "100 consoles ≤ 1 core",
    "first_useful_ms": "≤ 1,500",
    "event_to_pixel_p95_ms": "≤ 250",
    "page_kb": "≤ 700, compressed",
    "page_fps_idle": "≥ 50 with 10,000 tracks at 1 Hz",
    "map_fps_panning": "≥ 20 with 10,000 tracks at 1 Hz",
    "polling_cores": "no goal of its own; 100 pages reading 10,000 tracks each second",
}
COLD_LOADS = 7
Tell = Callable[[str], None]


def measure(tell: Tell, *, out: Path, machine: dict[str, object]) -> dict[str, Any]:
    """Everything, on two nodes in a folder of their own."""
    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(_on_nodes(Path(folder), tell))
    told = {"machine": machine, "figures": figures, "goals": GOALS}
    (out / "console.json").write_text(json.dumps(told, indent=2) + "\n")
    return told


async def _on_nodes(folder: Path, tell: Tell) -> dict[str, Any]:
    seats = make_parties(
        folder / "homes",
        template_name="fires-2020",
        parties=tuple(PORTS),
        ports=[port for port, _ in PORTS.values()],
        in_force_now=True,
    )
    for seat, other in ((seats[0], seats[1]), (seats[1], seats[0])):
        peer = PeerAddress(party=other.party, path="data-1", host="127.0.0.1", port=other.port)
        listen = f"127.0.0.1:{PORTS[seat.party][1]}"
        write_settings(seat, peers=[peer], conducted_from_ms=None, console=listen)
        Accounts(seat.home.accounts_file).add("officer", "watch_officer", PASSWORD)
        for display in DISPLAYS:
            Accounts(seat.home.accounts_file).add(display, "observer", PASSWORD)
    nodes = [await NodeProcess.start(seat.home) for seat in seats]
    try:
        url = f"https://127.0.0.1:{PORTS['SIERRA'][1]}"
        certificate = seats[0].home.keys_folder / "console-certificate.pem"
        officer = ApiClient(url, certificate=certificate)
        await asyncio.to_thread(officer.login, "officer", PASSWORD)
        tell(f"{CONSOLES} consoles")
        crowd = await asyncio.to_thread(_crowd, url, certificate, officer, nodes[0].process.pid)
        tell("a page in Chromium")
        page = await asyncio.to_thread(_page, url, officer) if CHROMIUM.exists() else {}
        tell(f"{CONSOLES} consoles with ten thousand tracks")
        return {**crowd, **page, **await asyncio.to_thread(polling_figures)}
    finally:
        for node in nodes:
            await node.stop()


class _Display(ApiClient):
    """A page's traffic from an address of its own, for one address may hold only so many connections."""

    source = "127.0.0.1"

    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPSConnection(
            self._url.hostname or "",
            self._url.port,
            timeout=60,
            context=self._context,
            source_address=(self.source, 0),
        )


@dataclass(kw_only=True)
class _Heard:
    """What the displays heard: the milliseconds from an order to each display's news of it."""

    said_s: dict[str, float] = field(default_factory=dict)
    late_ms: list[float] = field(default_factory=list)
    reads: int = 0
    refused: int = 0
    is_over: bool = False


def _crowd(url: str, certificate: Path, officer: ApiClient, pid: int) -> dict[str, Any]:
    heard = _Heard()
    threads = []
    for number in range(CONSOLES // STREAMS_EACH):
        display = _Display(url, certificate=certificate)
        display.source = f"127.0.0.{2 + number}"
        display.login(DISPLAYS[number % len(DISPLAYS)], PASSWORD)
        for _ in range(STREAMS_EACH):
            threads.append(threading.Thread(target=_follow, args=(display, heard), daemon=True))
            threads[-1].start()
    time.sleep(5)
    streams = _metric(officer, "detente_event_streams")
    if streams < CONSOLES:
        raise OperatorError("bench", f"Only {streams:.0f} of {CONSOLES} consoles follow the node.")
    idle = _cores_used(pid, lambda: time.sleep(WATCHED_S / 2))
    busy = _cores_used(pid, lambda: _speak(officer, heard))
    heard.is_over = True
    late = sorted(heard.late_ms)
    return {
        "consoles": int(streams),
        "consoles_cores": round(busy, 3),
        "consoles_idle_cores": round(idle, 3),
        "consoles_news_p95_ms": round(late[int(len(late) * 0.95)], 1) if late else None,
        "consoles_reads": heard.reads,
        "consoles_reads_refused": heard.refused,
    }


def _follow(display: ApiClient, heard: _Heard) -> None:
    for event in display.events():
        if heard.is_over:
            return
        if event.name == "news":
            said_s = heard.said_s.get(event.data["ref"])
            if said_s is not None:
                heard.late_ms.append((time.perf_counter() - said_s) * 1000)
            try:
                display.get("/api/transcript", count=80, language="ar")
                heard.reads += 1
            except OperatorError:
                heard.refused += 1


def _speak(officer: ApiClient, heard: _Heard) -> None:
    began = time.perf_counter()
    while time.perf_counter() - began < WATCHED_S:
        said_s = time.perf_counter()
        ref = officer.order("/api/line/check", path="data-1")["ref"]
        heard.said_s[ref] = said_s
        time.sleep(NEWS_EVERY_S)


def _cores_used(pid: int, act: Callable[[], None]) -> float:
    before, began = _cpu_s(pid), time.perf_counter()
    act()
    return (_cpu_s(pid) - before) / (time.perf_counter() - began)


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _metric(client: ApiClient, name: str) -> float:
    lines = client.text("/metrics").splitlines()
    return next(float(line.rpartition(" ")[2]) for line in lines if line.startswith(f"{name} "))


_WEIGHT = "() => performance.getEntriesByType('resource').reduce((sum, one) => sum + one.encodedBodySize, 0)"


def _page(url: str, officer: ApiClient) -> dict[str, Any]:
    """One page, cold and without a session; then what an order of somebody else takes to be drawn on it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        flags = ["--no-sandbox"] if os.getuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=flags)
        context = browser.new_context(ignore_https_errors=True, viewport={"width": 1280, "height": 800})
        page = context.new_page()
        page.goto(url)
        page.locator("input[name=account]").fill("officer")
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("dialog.enter button.primary").click()
        page.locator(".path").first.wait_for()
        kept = context.storage_state()
        context.close()
        first_ms = []
        for number in range(COLD_LOADS):
            cold = browser.new_context(ignore_https_errors=True, storage_state=kept)
            page = cold.new_page()
            began = time.perf_counter()
            page.goto(url)
            page.locator(".path").first.wait_for()
            first_ms.append((time.perf_counter() - began) * 1000)
            if number < COLD_LOADS - 1:
                cold.close()
        page.wait_for_timeout(3_000)
        weight = page.evaluate(_WEIGHT)
        page.evaluate(_WATCH)
        late = []
        for _ in range(SHOWN):
            said_ms = time.time() * 1000
            ref = officer.order("/api/line/check", path="data-1")["ref"]
            page.wait_for_function("ref => window.drawn[ref]", arg=ref)
            late.append(page.evaluate("ref => window.drawn[ref]", ref) - said_ms)
            page.wait_for_timeout(400)
        frames = map_figures(page)
        browser.close()
    return {
        "first_useful_ms": round(statistics.median(first_ms)),
        "first_useful_worst_ms": round(max(first_ms)),
        "page_kb": round(weight / 1000, 1),
        **frames,
        "event_to_pixel_p50_ms": round(statistics.median(late), 1),
        "event_to_pixel_p95_ms": round(sorted(late)[int(len(late) * 0.95) - 1], 1),
    }


_WATCH = """() => {
  window.drawn = {};
  const look = () => document.querySelectorAll("detente-owed .what .code").forEach((one) => {
    window.drawn[one.textContent] ??= Date.now();
  });
  look();
  const watch = () => { look(); requestAnimationFrame(watch); };
  watch();
}"""


if __name__ == "__main__":
    Path("bench-out").mkdir(exist_ok=True)
    print(json.dumps(measure(print, out=Path("bench-out"), machine={}), indent=2, ensure_ascii=False))
