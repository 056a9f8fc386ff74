"""What an alarm sounds like goes by the heaviest that nobody has noted, and by no clock that somebody may set."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from wall_page import ORIGIN, serve

ALERT_HERTZ, WARNING_HERTZ = 880, 660
SOUND = """(() => {
  window.tones = [];
  window.AudioContext = class {
    state = "running"; currentTime = 0; destination = {};
    resume() { return Promise.resolve(); }
    createGain() { return { gain: {}, connect: (next) => next }; }
    createOscillator() {
      const tone = { frequency: {}, connect: (next) => next, stop: () => {} };
      tone.start = () => window.tones.push(tone.frequency.value);
      return tone;
    }
  };
  const real = performance.now.bind(performance);
  window.aheadMs = 0;
  performance.now = () => real() + window.aheadMs;
})()"""
STAND = """(weights) => day.tell("board", { topic: "alarms", data: { alarms: weights.map((weight) => ({
  id: weight, weight, ref: "COAST#1", other: null, code: "ALR", text: null, until_ms: null, rung: null,
  noted_by: null, noted_utc: null })) } })"""


def tones_after(page: Any, ms: int) -> list[int]:
    """What sounds at the next second, so much later."""
    told: list[int] = page.evaluate(
        "(ms) => { window.tones.length = 0; window.aheadMs += ms; dispatchEvent(new Event('detente-second'));"
        " return window.tones; }",
        ms,
    )
    return told


@pytest.mark.slow
def test_an_alert_sounds_as_one_whatever_else_is_wrong(browser: Any) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.add_init_script(path=Path(__file__).with_name("flat_day.js"))
    page.add_init_script(SOUND)
    context.route("**/*", serve)
    page.goto(f"{ORIGIN}?lang=en")
    page.wait_for_function("() => window.day.streams.length === 1")
    page.evaluate("() => day.all()")
    page.mouse.click(5, 5)
    page.evaluate(STAND, ["caution"])
    assert tones_after(page, 25_000) == [WARNING_HERTZ]
    page.evaluate(STAND, ["caution", "alert"])
    assert set(tones_after(page, 25_000)) == {ALERT_HERTZ}

    # This computer's clock is set back by an hour: it sounds as before, each two seconds.
    page.evaluate(
        "() => { const real = Date.now; Date.now = () => real() - 3_600_000; day.tell('clock', { now_ms: real() }); }"
    )
    for _ in range(3):
        assert set(tones_after(page, 2_500)) == {ALERT_HERTZ}

    # The node falls silent, which the page itself warns of: that does not make a warning of the ALERT.
    page.evaluate("() => { window.aheadMs += 60_000; dispatchEvent(new Event('detente-second')); }")
    page.locator(".alarm").filter(has_text="No word from the node").wait_for()
    assert set(tones_after(page, 2_500)) == {ALERT_HERTZ}
    context.close()
