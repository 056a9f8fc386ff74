"""The map in Chromium without a GPU: frames a second with ten thousand tracks, what each layer costs, what it weighs.

The tracks are made here and answered in the place of the node's, in the layout of `/api/tracks`, once a second.
Frames are those of the browser, counted by its own clock; while panning, the map is drawn in each of them.
"""

from __future__ import annotations

import gzip
import http.client
import json
import math
import os
import random
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from bench.tracks_node import PASSWORD, random_sky
from detente.api.air import TRACKS_MAX, picture_of, zipped

PAGES, PAGES_OF_SESSION, POLLED_S = 100, 5, 15.0
PAN_MS, LAYER_MS = 5_000, 1_500


def map_figures(page: Any) -> dict[str, Any]:
    """Frames a second, still and while the map is dragged; then every layer alone, panned by its own view."""
    page.route(
        "**/api/tracks*", lambda route: route.fulfill(json=_tracks(time.time(), url=route.request.url))
    )
    page.evaluate(_CENTRED)
    page.wait_for_function(f"() => document.querySelector('detente-chart').tracks.count === {TRACKS_MAX}")
    page.wait_for_timeout(1_500)
    idle = page.evaluate(_FRAMES, PAN_MS)
    box = page.locator(".chart").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    before = page.evaluate(_DRAWINGS)
    page.mouse.move(*middle)
    page.mouse.down()
    page.evaluate(
        f"() => {{ window.counted = null; ({_FRAMES})({PAN_MS}).then((fps) => {{ window.counted = fps; }}); }}"
    )
    step = 0
    while page.evaluate("() => window.counted") is None:
        step += 1
        page.mouse.move(middle[0] + 80 * math.sin(step / 8), middle[1] + 60 * math.cos(step / 8))
    page.mouse.up()
    after = page.evaluate(_DRAWINGS)
    drawings = after["count"] - before["count"]
    return {
        "page_fps_idle": round(idle, 1),
        "map_fps_panning": round((after["maps"] - before["maps"]) * 1000 / PAN_MS, 1),
        "page_fps_panning": round(page.evaluate("() => window.counted"), 1),
        "tracks_in_view": after["inView"],
        "tracks_drawings_panning": drawings,
        "tracks_ms_a_drawing": round((after["ms"] - before["ms"]) / max(1, drawings), 2),
        **_weight(),
        "layers_ms_a_frame": {
            name: page.evaluate(_LAYER, [name, LAYER_MS]) for name in page.evaluate(_LAYER_NAMES)
        },
    }


def _weight() -> dict[str, float]:
    """What a page reads each second of aircraft at random places, and what the node spends on it once for all."""
    reports = random_sky(5_000)
    began = time.perf_counter()
    picture = picture_of(reports, now_ms=5_000)
    each = zipped(picture.told(picture.mark))
    spent_ms = (time.perf_counter() - began) * 1000
    return {
        "tracks_kb_a_second": round(len(each) / 1000),
        "tracks_kb_with_names": round(len(zipped(picture.told(None))) / 1000),
        "tracks_node_ms_a_second": round(spent_ms, 1),
    }


def polling_figures() -> dict[str, float]:
    """Cores of a node with ten thousand aircraft while a hundred pages read all of them once a second."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        command = [sys.executable, "-m", "bench.tracks_node", str(port), folder]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as node:
            try:
                assert node.stdout is not None
                assert node.stdout.readline().strip() == "up"
                pollers = [_Poller(port, number) for number in range(PAGES)]
                cookies = [_session(port, number) for number in range(PAGES // PAGES_OF_SESSION)]
                for number, poller in enumerate(pollers):
                    poller.cookie = cookies[number // PAGES_OF_SESSION]
                    poller.start()
                time.sleep(3)
                before, began = _cpu_s(node.pid), time.perf_counter()
                answered = sum(one.answered for one in pollers)
                time.sleep(POLLED_S)
                cores = (_cpu_s(node.pid) - before) / (time.perf_counter() - began)
                answered = sum(one.answered for one in pollers) - answered
                for one in pollers:
                    one.is_over = True
                for one in pollers:
                    one.join()
            finally:
                node.terminate()
    late = sorted(ms for one in pollers for ms in one.late_ms)
    return {
        "polling_pages": PAGES,
        "polling_cores": round(cores, 3),
        "polling_answers_a_second": round(answered / POLLED_S, 1),
        "polling_kb_an_answer": round(pollers[0].size / 1000),
        "polling_answer_p95_ms": round(late[int(len(late) * 0.95)], 1),
        "polling_failed": sum(one.failed for one in pollers),
    }


class _Poller(threading.Thread):
    """A page's one question a second, over a connection that stays."""

    def __init__(self, port: int, number: int) -> None:
        super().__init__(daemon=True)
        self._connection = _connection(port, number)
        self.cookie = ""
        self.answered = self.failed = self.size = 0
        self.late_ms: list[float] = []
        self.is_over = False

    def run(self) -> None:
        time.sleep(random.random())
        known = ""
        while not self.is_over:
            began = time.perf_counter()
            headers = {"Cookie": self.cookie, "Accept-Encoding": "gzip"}
            self._connection.request("GET", f"/api/tracks?known={known}", headers=headers)
            answer = self._connection.getresponse()
            data = answer.read()
            if answer.status == 200:
                self.answered, self.size = self.answered + 1, len(data)
                known = known or json.loads(gzip.decompress(data))["mark"]
                self.late_ms.append((time.perf_counter() - began) * 1000)
            else:
                self.failed += 1
            time.sleep(max(0.0, 1.0 - (time.perf_counter() - began)))


def _connection(port: int, number: int) -> http.client.HTTPSConnection:
    """From one of several addresses, for one may hold only so many connections."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # our own node, a moment old
    return http.client.HTTPSConnection(
        "127.0.0.1", port, timeout=60, context=context, source_address=(f"127.0.0.{2 + number // 5}", 0)
    )


def _session(port: int, number: int) -> str:
    connection = _connection(port, number * PAGES_OF_SESSION)
    body = json.dumps({"account": "display", "password": PASSWORD})
    connection.request("POST", "/api/login", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 200, "the display may log in"
    return answer.headers["set-cookie"].split(";")[0]


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _tracks(now_s: float, *, url: str) -> dict[str, Any]:
    """Around the middle of the map, each at its own speed."""
    numbers = range(TRACKS_MAX)
    names = [[f"{one:06x}", f"T{one}", one % 2 == 0] for one in numbers]
    return {
        "mark": "bench",
        "names": None if "known=bench" in url else names,
        "now_ms": round(now_s * 1000),
        "total": TRACKS_MAX,
        "lon_e5": [
            round(1e5 * (-121.4 + (one % 100 - 50) * 0.15 + 0.0005 * (now_s % 600) * (one % 7 - 3)))
            for one in numbers
        ],
        "lat_e5": [round(1e5 * (39.9 + (one // 100 - 50) * 0.1)) for one in numbers],
        "age_s": [1] * TRACKS_MAX,
        "level_palt_ft": [5_000] * TRACKS_MAX,
        "track_deg": [one % 360 for one in numbers],
    }


_CENTRED = """() => {
  const chart = document.querySelector("detente-chart");
  const view = chart.map.getView();
  view.setCenter([-13514000, 4850000]);
  view.setZoom(6);
  window.maps = 0;
  chart.map.on("postrender", () => { window.maps += 1; });
}"""

_DRAWINGS = """() => {
  const { map, tracks } = document.querySelector("detente-chart");
  const [width, height] = map.getSize();
  let inView = 0;
  for (let place = 0; place < tracks.count; place += 1) {
    const [x, y] = tracks.place(place);
    if (x >= 0 && y >= 0 && x <= width && y <= height) inView += 1;
  }
  return { count: tracks.drawings, ms: tracks.drawingMs, maps: window.maps, inView };
}"""

_LAYER_NAMES = """() => {
  const layers = document.querySelector("detente-chart").map.getLayers().getArray();
  return layers.map((one) => one.get("name"));
}"""

_LAYER = """async ([name, ms]) => {
  const map = document.querySelector("detente-chart").map;
  const layers = map.getLayers().getArray();
  const were = layers.map((one) => one.getVisible());
  layers.forEach((one) => one.setVisible(one.get("name") === name));
  const view = map.getView();
  const [x, y] = view.getCenter();
  await new Promise((done) => setTimeout(done, 300));
  let frames = 0;
  let spent = 0;
  const begin = performance.now();
  await new Promise((done) => {
    const next = (now) => {
      const before = performance.now();
      view.setCenter([x + 80000 * Math.sin(frames / 8), y + 60000 * Math.cos(frames / 8)]);
      map.renderSync();
      spent += performance.now() - before;
      frames += 1;
      if (now - begin < ms) requestAnimationFrame(next);
      else done();
    };
    requestAnimationFrame(next);
  });
  view.setCenter([x, y]);
  layers.forEach((one, place) => one.setVisible(were[place]));
  return Math.round((spent / frames) * 100) / 100;
}"""

_FRAMES = """(ms) => new Promise((done) => {
  let count = 0;
  const begin = performance.now();
  const next = (now) => {
    count += 1;
    if (now - begin < ms) requestAnimationFrame(next);
    else done((count * 1000) / (now - begin));
  };
  requestAnimationFrame(next);
})"""
