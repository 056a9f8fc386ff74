"""Eight hours on the net at a page that listens: what the browser holds for it does not grow.

Every frame of the eight hours goes through the page's own code, as fast as its decoders take them, each as if it had
just come from the socket; the socket itself has only what the node says. Nine transmissions of ten are Opus that the
browser has encoded, one is G.711. The loudspeaker runs at its own speed and throws most of it away, as it would after
any pile.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from browser_pair import Desk
from e2e_session import Runner
from e2e_voice import Paths
from voice_pages import two_pages

MICROPHONE = True
TRANSMISSIONS = 2_880
"""As the nodes have in their eight hours: every ten seconds somebody talks for four."""
FRAMES = 200
SHARES = (1 / 8, 1 / 2, 1)
GROWTH_BYTES_MAX = 1_000_000
RSS_GROWTH_BYTES_MAX = 64_000_000
HELD = ("AudioDecoder", "EncodedAudioChunk", "AudioData", "AudioWorkletNode", "OscillatorNode", "WebSocket")

PREPARE = """async (frames) => {
  const { encodeFrame } = await import("./frame.js");
  const { net } = await import("./net.js");
  const rate = 48000;
  const opus = [];
  const encoder = new AudioEncoder({
    output: (chunk) => {
      const payload = new Uint8Array(chunk.byteLength);
      chunk.copyTo(payload);
      opus.push(payload);
    },
    error: (why) => { throw why; },
  });
  encoder.configure({ codec: "opus", sampleRate: rate, numberOfChannels: 1, bitrate: 24000,
    opus: { frameDuration: 20000, application: "voip" } });
  for (let piece = 0; piece < frames; piece += 1) {
    const data = Float32Array.from({ length: 960 }, (_, at) => {
      const second = (piece * 960 + at) / rate;
      const pitch = 200 + 150 * Math.sin(7 * second);
      return 0.4 * Math.sin(2 * Math.PI * pitch * second) * Math.abs(Math.sin(3 * second));
    });
    const sound = new AudioData({ format: "f32-planar", sampleRate: rate, numberOfFrames: 960, numberOfChannels: 1,
      timestamp: piece * 20000, data });
    encoder.encode(sound);
    sound.close();
  }
  await encoder.flush();
  encoder.close();
  opus.length = frames; // the encoder looks ahead, and gives one more at its end
  const pcmu = opus.map((_, piece) => Uint8Array.from({ length: 160 }, (_, at) => (piece * 7 + at * 3) & 255));
  const audio = document.querySelector("detente-talk").audio;
  const turn = new MessageChannel();
  const yielded = () => new Promise((done) => { turn.port1.onmessage = done; turn.port2.postMessage(0); });
  const now = () => performance.timeOrigin + performance.now();
  const heard = { played: 0, thrown: 0 };
  let sent = 0;
  const put = audio.put.bind(audio);
  audio.put = (...given) => { heard.played += 1; put(...given); };
  const gap = audio.gap;
  audio.gap = (khz, what) => { heard[what] = (heard[what] ?? 0) + 1; gap(khz, what); };
  const queued = (khz) => audio.decoders.get(khz)?.decoder?.decodeQueueSize ?? 0;
  window.transmit = async (first, last) => {
    const channels = [...net.channels.keys()].slice(0, 2);
    for (let number = first; number < last; number += 1) {
      const khz = channels[number % 2];
      const transmission = number.toString(16).padStart(16, "0");
      const holder = { party: "COAST", post: "coast.air", transmission, precedence: "normal" };
      net.told({ say: "floor", channel_khz: khz, is_known: true, holder, gone: null, why: "granted" });
      const isOpus = number % 10 !== 0;
      for (const [sequence, payload] of (isOpus ? opus : pcmu).entries()) {
        const frame = { khz, party: "COAST", post: "coast.air", transmission, sequence, capturedMs: now(),
          codec: isOpus ? "opus" : "pcmu", payload };
        net.heard(encodeFrame(frame).buffer);
        if (sequence % 25 === 0) net.told({ say: "clock", stamp_ms: now() });
        if (sequence % 10 === 0) await yielded();
        while (queued(khz) > 20) await yielded();
      }
      sent += opus.length;
      // Nobody speaks within a millisecond of another: what is decoded is taken before the channel's decoder changes.
      const untilMs = performance.now() + 5000;
      while (heard.played < sent && performance.now() < untilMs) await yielded();
      const why = number % 50 === 0 ? "link" : "released";
      net.told({ say: "floor", channel_khz: khz, is_known: true, holder: null, gone: transmission, why });
      await new Promise((done) => setTimeout(done, 0));
    }
    return { ...heard, frames: opus.length };
  };
}"""


class Scale:
    """What a page holds, after all that can go has gone."""

    def __init__(self, page: Any) -> None:
        self._cdp = page.context.new_cdp_session(page)
        self._browser = page.context.browser.new_browser_cdp_session()
        for domain in ("HeapProfiler", "Runtime", "DOM"):
            self._cdp.send(f"{domain}.enable")

    def weigh(self) -> dict[str, int]:
        for _ in range(3):
            self._cdp.send("HeapProfiler.collectGarbage")
        heap = self._cdp.send("Runtime.getHeapUsage")
        dom = self._cdp.send("Memory.getDOMCounters")
        return {
            "heap": round(heap["usedSize"]),
            "backing": round(heap.get("backingStorageSize", 0)),
            "nodes": dom["nodes"],
            "listeners": dom["jsEventListeners"],
            "rss": self._rss_bytes(),
            **{name: self._alive(name) for name in HELD},
        }

    def _alive(self, kind: str) -> int:
        """How many objects of a class there are; asking collects garbage first."""
        made = self._cdp.send("Runtime.evaluate", {"expression": f"{kind}.prototype"})
        of = self._cdp.send("Runtime.queryObjects", {"prototypeObjectId": made["result"]["objectId"]})
        asked = {
            "objectId": of["objects"]["objectId"],
            "functionDeclaration": "function () { return this.length; }",
        }
        count: int = self._cdp.send("Runtime.callFunctionOn", asked)["result"]["value"]
        for held in (made["result"], of["objects"]):
            self._cdp.send("Runtime.releaseObject", {"objectId": held["objectId"]})
        return count

    def _rss_bytes(self) -> int:
        """Of all renderers together: decoders hold memory that is in no heap of JavaScript."""
        processes = self._browser.send("SystemInfo.getProcessInfo")["processInfo"]
        return sum(_rss_of(int(one["id"])) for one in processes if one["type"] == "renderer")


def _rss_of(process: int) -> int:
    file = Path(f"/proc/{process}/status")
    lines = file.read_text().splitlines() if file.exists() else []
    return sum(int(line.split()[1]) * 1_024 for line in lines if line.startswith("VmRSS:"))


@pytest.mark.soak
def test_a_page_that_listened_for_eight_hours_holds_no_more_than_after_one(
    browser: Any, desks: list[Desk], nodes: Runner, paths: Paths
) -> None:
    with two_pages(browser, desks, nodes, paths) as pages:
        page = pages.sierra.page
        pages.coast.page.context.close()
        page.evaluate(PREPARE, FRAMES)
        scale, found, sent, told = Scale(page), [], 0, {}
        began_s = time.monotonic()
        for share in SHARES:
            until = round(TRANSMISSIONS * share)
            while sent < until:
                upto = min(sent + 60, until)
                told = page.evaluate("([first, last]) => transmit(first, last)", [sent, upto])
                sent = upto
            page.wait_for_timeout(4_000)  # what is shown for some seconds is over
            found.append(scale.weigh())
            print(f"{sent} transmissions, {time.monotonic() - began_s:.0f} s: {told} {found[-1]}", flush=True)
        first, _, last = found
        assert told["frames"] == FRAMES
        assert told["played"] == TRANSMISSIONS * FRAMES, (
            "each frame was decoded, and given to the loudspeaker"
        )
        assert last["heap"] - first["heap"] < GROWTH_BYTES_MAX
        assert last["backing"] - first["backing"] < GROWTH_BYTES_MAX
        assert last["rss"] - first["rss"] < RSS_GROWTH_BYTES_MAX
        assert last["nodes"] <= first["nodes"] + 50
        assert last["listeners"] <= first["listeners"]
        assert last["AudioDecoder"] <= 2, "one for each of the two channels"
        assert all(last[name] <= first[name] + 2 for name in HELD)
