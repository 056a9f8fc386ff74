"""Voice: from the microphone of one page to the loudspeaker of another across two nodes; fifty listeners on one node.

Writes `bench-out/voice.json`. Two real nodes, TLS between them and to the pages, Debian's Chromium with a file for
its microphone. Captured is when an onset comes out of the microphone into the page, played is when it leaves the page
for the loudspeaker (`bench/onsets.py`); devices add theirs to both, and a fake one adds what it likes. The fifty are
programs in a process of their own; only the node's processor time is counted, by the operating system.
`python -m bench.voice` runs it alone.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from websockets.asyncio.client import connect

from bench import onsets
from detente.adapters.home import PeerAddress
from detente.api.accounts import Accounts
from detente.api.client import ApiClient
from detente.exercise.parties import make_parties, write_settings
from detente.exercise.processes import NodeProcess
from detente.voice.frame import Frame, encode_frame

CHROMIUM = Path("/usr/bin/chromium")
PASSWORD = "four words for nobody"
PORTS = {"SIERRA": (7751, 7753), "COAST": (7752, 7754)}
KHZ = 123_975
HOLD_S, HOLDS = 30.0, 3
LISTENERS, LISTENED_S = 50, 20.0
GOALS = {
    "captured_to_played_p50_ms": "≤ 80",
    "captured_to_played_p95_ms": "≤ 150",
    "listeners_core_share": "50 listeners ≤ 0.10 of one core",
}
NOTES = {
    "relay_p50_ms": "49 to 64",
    "relay_p90_ms": "59 to 64",
    "relay_50_listeners_core_share": 0.05,
    "what": "the measured relay of notes/interfaces.md (d): one server, no TLS between nodes, no floor, no recording",
}
Tell = Callable[[str], None]


def measure(tell: Tell, *, out: Path, machine: dict[str, object]) -> dict[str, Any]:
    """Everything, on two nodes in a folder of their own."""
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(_on_nodes(Path(folder), tell))
    load = {"load_before": round(before, 1), "load_after": round(os.getloadavg()[0], 1)}
    told = {"machine": {**machine, **load}, "figures": figures, "goals": GOALS, "relay_of_the_notes": NOTES}
    (out / "voice.json").write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n")
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
        for account, role in (("officer", "watch_officer"), ("display", "observer")):
            Accounts(seat.home.accounts_file).add(account, role, PASSWORD)
    nodes = [await NodeProcess.start(seat.home) for seat in seats]
    urls = [f"https://127.0.0.1:{PORTS[seat.party][1]}" for seat in seats]
    certificates = [seat.home.keys_folder / "console-certificate.pem" for seat in seats]
    try:
        tell(f"{LISTENERS} listeners")
        pids = [node.process.pid for node in nodes]
        crowd = await asyncio.to_thread(_listeners, urls, certificates, pids)
        tell("two pages in Chromium")
        pages = await asyncio.to_thread(_pages, urls, folder) if CHROMIUM.exists() else {}
        return {**pages, **crowd}
    finally:
        for node in nodes:
            await node.stop()


def _listeners(urls: list[str], certificates: list[Path], pids: list[int]) -> dict[str, Any]:
    """COAST talks; SIERRA's node hands it to fifty pages. Also what the same node needs with none of them."""
    talker = ApiClient(urls[1], certificate=certificates[1])
    talker.login("officer", PASSWORD)
    _wait_until_linked(talker)

    def talk(seconds: float) -> Callable[[], None]:
        return lambda: asyncio.run(_talk(talker, urls[1], seconds))

    alone = _share(pids[0], talk(LISTENED_S / 2))
    ready, ended = multiprocessing.Event(), multiprocessing.Event()
    told: Any = multiprocessing.Queue()
    crowd = multiprocessing.Process(
        target=_crowd, args=(urls[0], str(certificates[0]), ready, ended, told), daemon=True
    )
    crowd.start()
    ready.wait(120)
    time.sleep(2)
    idle = _share(pids[0], lambda: time.sleep(LISTENED_S / 2))
    talked = _share(pids[0], talk(LISTENED_S))
    time.sleep(1)
    ended.set()
    heard = told.get(timeout=60)
    crowd.join(30)
    sent = int(LISTENED_S * 50)
    return {
        "listeners": LISTENERS,
        "listeners_core_share": round(talked, 4),
        "no_listener_core_share": round(alone, 4),
        "listeners_in_silence_core_share": round(idle, 4),
        "frames_heard_share": round(heard["frames"] / (LISTENERS * sent), 4),
        "fan_out_p50_ms": round(heard["p50_ms"], 2),
        "fan_out_p99_ms": round(heard["p99_ms"], 2),
    }


def _wait_until_linked(client: ApiClient) -> None:
    while not all(one["is_up"] for one in client.get("/api/voice/net")["links"]):
        time.sleep(0.1)


async def _talk(client: ApiClient, url: str, seconds: float) -> None:
    """Frames of sixty bytes, one each 20 ms; the payload begins with the time at which it was sent."""
    granted = asyncio.Event()

    async def read(socket: Any) -> None:
        async for message in socket:
            if isinstance(message, str) and json.loads(message)["say"] == "granted":
                granted.set()

    transmission = secrets.token_hex(8)
    press = {"say": "press", "channel_khz": KHZ, "post": "coast.air", "transmission": transmission}
    async with connect(
        url.replace("http", "ws") + "/api/voice",
        ssl=client._context,
        additional_headers=client._headers(),
        compression=None,
    ) as socket:
        reading = asyncio.ensure_future(read(socket))
        await socket.send(json.dumps(press))
        await granted.wait()
        began_s = time.monotonic()
        for sequence in range(int(seconds * 50)):
            await asyncio.sleep(max(0.0, began_s + sequence / 50 - time.monotonic()))
            now_ns = time.monotonic_ns()
            frame = Frame(
                channel_khz=KHZ,
                party="COAST",
                post="coast.air",
                transmission=transmission,
                sequence=sequence,
                captured_ms=now_ns // 1_000_000,
                codec="opus",
                payload=now_ns.to_bytes(8, "big") + bytes(52),
            )
            await socket.send(encode_frame(frame))
        await socket.send(json.dumps({"say": "release", "transmission": transmission}))
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)


def _crowd(url: str, certificate: str, ready: Any, ended: Any, told: Any) -> None:
    asyncio.run(_listen_all(url, Path(certificate), ready, ended, told))


async def _listen_all(url: str, certificate: Path, ready: Any, ended: Any, told: Any) -> None:
    late_ns: list[int] = []
    count = 0

    async def listen(headers: dict[str, str], context: Any, number: int) -> None:
        nonlocal count
        address = url.replace("http", "ws") + "/api/voice"
        async with connect(address, ssl=context, additional_headers=headers, compression=None) as socket:
            open_now.add(number)
            async for message in socket:
                if isinstance(message, bytes):
                    count += 1
                    if count % 10 == 0:
                        late_ns.append(time.monotonic_ns() - int.from_bytes(message[-60:-52], "big"))

    open_now: set[int] = set()
    tasks = []
    for first in range(0, LISTENERS, 5):
        client = ApiClient(url, certificate=certificate)
        client.login("display", PASSWORD)
        tasks += [
            asyncio.ensure_future(listen(client._headers(), client._context, number))
            for number in range(first, min(first + 5, LISTENERS))
        ]
    while len(open_now) < LISTENERS:
        await asyncio.sleep(0.1)
    ready.set()
    while not ended.is_set():
        await asyncio.sleep(0.2)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    ordered = sorted(late_ns)
    p99 = ordered[int(len(ordered) * 0.99) - 1]
    told.put({"frames": count, "p50_ms": statistics.median(ordered) / 1e6, "p99_ms": p99 / 1e6})


def _share(pid: int, act: Callable[[], None]) -> float:
    """The share of one core that a process uses while something is done."""
    before, began = _cpu_s(pid), time.monotonic()
    act()
    return (_cpu_s(pid) - before) / (time.monotonic() - began)


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _pages(urls: list[str], folder: Path) -> dict[str, Any]:
    from playwright.sync_api import sync_playwright

    file = folder / "bursts.wav"
    onsets.write_bursts(file)
    with sync_playwright() as playwright:
        flags = [*onsets.flags(file), *(["--no-sandbox"] if os.getuid() == 0 else [])]
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=flags)
        talks, hears = (_page(browser, url) for url in urls)
        onsets.attach(talks, "captured")
        onsets.attach(hears, "played")
        late: list[float] = []
        played_of = 0
        for _ in range(HOLDS):
            talks.locator("detente-talk button.hold").hover()
            talks.mouse.down()
            talks.locator("detente-talk button.hold.talking").wait_for()
            talks.wait_for_timeout(HOLD_S * 1_000)
            talks.mouse.up()
            talks.wait_for_timeout(1_500)
            captured, played = onsets.onsets(talks, "captured"), onsets.onsets(hears, "played")
            found = onsets.pairs(captured, played[played_of:], most_ms=400)
            late += [after - before for before, after in found]
            played_of = len(played)
        steps = onsets.steps(hears)
        steps["ran_dry_while_talking"] = steps.pop("ran_dry") - HOLDS  # each hold ends dry
        browser.close()
    ordered = sorted(late)
    return {
        "onsets_played": len(ordered),
        "captured_to_played_p50_ms": round(statistics.median(ordered), 1),
        "captured_to_played_p90_ms": round(ordered[int(len(ordered) * 0.90) - 1], 1),
        "captured_to_played_p95_ms": round(ordered[int(len(ordered) * 0.95) - 1], 1),
        **steps,
    }


def _page(browser: Any, url: str) -> Any:
    context = browser.new_context(
        ignore_https_errors=True,
        bypass_csp=True,
        permissions=["microphone"],
        viewport={"width": 1280, "height": 800},
    )
    page = context.new_page()
    page.goto(f"{url}/?lang=en")
    page.locator("input[name=account]").fill("officer")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("dialog.enter button.primary").click()
    page.locator("detente-talk .link:not(.bad)").wait_for(timeout=60_000)
    return page


if __name__ == "__main__":
    Path("bench-out").mkdir(exist_ok=True)
    print(json.dumps(measure(print, out=Path("bench-out"), machine={}), indent=2, ensure_ascii=False))
