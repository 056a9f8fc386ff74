"""When a sound began at one end and at the other: a known file for the fake microphone, and probes in both pages.

A probe is an audio worklet beside the page's own: it hears what the microphone gives, or what the loudspeaker is
given, and tells the moment of each onset by the audio clock. That clock is laid on the machine's by the least delay
of a beat each 100 ms, so that both pages have one time. What the devices themselves add is not in it.
"""

from __future__ import annotations

import math
import struct
import wave
from collections.abc import Sequence
from pathlib import Path
from typing import Any

RATE = 48_000
BURST_S = 0.06
ONSETS_S = (0.4, 1.1, 1.6, 2.5, 3.3, 3.75)
"""No two intervals alike, so that it is known which onset is which."""
FILE_S = 4.5

PROBE = """
class Probe extends AudioWorkletProcessor {
  constructor() { super(); this.quiet = 0; this.beat = 0; }
  process(inputs) {
    const heard = inputs[0]?.[0];
    if (heard) for (let at = 0; at < heard.length; at += 1) {
      if (Math.abs(heard[at]) > 0.1) {
        if (this.quiet > sampleRate * 0.2) this.port.postMessage({ onset: currentTime + at / sampleRate });
        this.quiet = 0;
      } else this.quiet += 1;
    }
    if (currentTime - this.beat > 0.1) { this.beat = currentTime; this.port.postMessage({ beat: currentTime }); }
    return true;
  }
}
registerProcessor("probe", Probe);
"""

ATTACH = """async ([which, probeModule]) => {
  const audio = document.querySelector("detente-talk").audio;
  await audio.begin();
  const context = audio.context;
  await context.audioWorklet.addModule(URL.createObjectURL(new Blob([probeModule], { type: "text/javascript" })));
  const probe = new AudioWorkletNode(context, "probe");
  const kept = { onsets: [], offset: Infinity, dry: 0 };
  (window.probes ??= {})[which] = kept;
  probe.port.onmessage = ({ data }) => {
    const now = performance.timeOrigin + performance.now();
    if (data.beat !== undefined) kept.offset = Math.min(kept.offset, now - data.beat * 1000);
    else kept.onsets.push(data.onset * 1000);
  };
  if (which === "played") {
    const gap = audio.gap;
    audio.gap = (khz, what) => { kept.dry += what === "dry" ? 1 : 0; gap(khz, what); };
    audio.speaker.connect(probe);
  } else {
    await audio.open();
    context.createMediaStreamSource(audio.stream).connect(probe);
  }
  probe.connect(context.destination);
}"""

READ = "(which) => window.probes[which].onsets.map((one) => one + window.probes[which].offset)"


def write_bursts(file: Path) -> None:
    """A file of bursts of 1 kHz at `ONSETS_S`, 48 kHz, one channel; the browser plays it round and round."""
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        samples = bytearray()
        for number in range(int(FILE_S * RATE)):
            at_s = number / RATE
            loud = any(begin <= at_s < begin + BURST_S for begin in ONSETS_S)
            level = 0.7 * math.sin(2 * math.pi * 1_000 * at_s + 1.0) if loud else 0.0
            samples += struct.pack("<h", int(32_767 * level))
        out.writeframes(bytes(samples))


def flags(file: Path) -> list[str]:
    """What Chromium is told, to take the file for its microphone and ask nobody."""
    return [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={file}",
        "--autoplay-policy=no-user-gesture-required",
    ]


def attach(page: Any, which: str) -> None:
    """Put a probe into a page that is logged in, of a context that bypasses CSP: `captured` or `played`."""
    page.evaluate(ATTACH, [which, PROBE])


def onsets(page: Any, which: str) -> list[float]:
    """Milliseconds of UTC of each onset so far."""
    found: list[float] = page.evaluate(READ, which)
    return found


def pairs(captured: Sequence[float], played: Sequence[float], *, most_ms: float) -> list[tuple[float, float]]:
    """Each played onset with the newest captured one before it, within `most_ms`."""
    found = []
    for heard in played:
        before = [one for one in captured if 0 <= heard - one <= most_ms]
        if before:
            found.append((before[-1], heard))
    return found


def in_rhythm(
    captured: Sequence[float], played: Sequence[float], *, within_ms: float
) -> list[tuple[float, float]]:
    """Each captured onset with the played one that follows it by the delay that most of them share.

    A machine with much to do plays late, and may break a sound in two; the rhythm of what was said stays.
    """

    def matched(delay_ms: float) -> list[tuple[float, float]]:
        return [
            (before, after)
            for before in captured
            for after in played
            if abs(after - before - delay_ms) <= within_ms
        ]

    delays_ms = [after - before for before in captured for after in played if after >= before]
    return max(map(matched, delays_ms), key=len, default=[])


STEPS = """() => ({
  base_ms: document.querySelector("detente-talk").audio.context.baseLatency * 1000,
  output_ms: document.querySelector("detente-talk").audio.context.outputLatency * 1000,
  dry: window.probes.played?.dry ?? 0,
})"""


def steps(hears: Any) -> dict[str, Any]:
    """What the browser says that its devices would add, and how often it had nothing to play."""
    told = hears.evaluate(STEPS)
    return {
        "listener_base_latency_ms": round(told["base_ms"], 1),
        "listener_output_latency_ms": round(told["output_ms"], 1),
        "ran_dry": told["dry"],
    }
