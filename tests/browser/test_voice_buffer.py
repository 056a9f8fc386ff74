"""What frames of speech wait in: no longer than the way they come makes needful, and no word is cut for it."""

from __future__ import annotations

import random
from importlib.resources import files
from typing import Any

import pytest

PAGE = "https://console.test/"
PIECE_MS = 20
PLAYED = """async (pieces) => {
  const { JitterBuffer } = await import("/jitter.js");
  const rate = 48000, turn = 480;
  const buffer = new JitterBuffer(rate);
  const told = { heldMs: [], dryMs: [], thrown: 0, loud: 0 };
  let next = 0;
  for (let nowMs = 0; next < pieces.length || nowMs < pieces.at(-1).atMs + 500; nowMs += 10) {
    for (; next < pieces.length && pieces[next].atMs <= nowMs; next += 1) {
      if (buffer.put(new Float32Array(960).fill(pieces[next].isLoud ? 0.5 : 0.001))) told.thrown += 1;
      told.heldMs.push(buffer.held / 48);
    }
    const out = new Float32Array(turn);
    if (buffer.play(out, nowMs / 1000)) told.dryMs.push(nowMs);
    told.loud += out.filter((one) => one > 0.1).length;
  }
  return told;
}"""


@pytest.fixture
def page(browser: Any) -> Any:
    made = browser.new_page()
    served = files("detente.console") / "pages" / "jitter.js"
    made.route(PAGE, lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
    made.route(
        f"{PAGE}jitter.js",
        lambda route: route.fulfill(body=served.read_text(), content_type="text/javascript"),
    )
    made.goto(PAGE)
    yield made
    made.close()


def speech(seconds: float) -> list[dict[str, Any]]:
    """Pieces as they leave a microphone: a second of speech, a fifth of a second of pause."""
    return [
        {"atMs": number * PIECE_MS, "isLoud": number * PIECE_MS % 1_200 < 1_000}
        for number in range(int(seconds * 1000 / PIECE_MS))
    ]


def test_what_was_needed_once_and_never_again_is_given_up_in_the_pauses(page: Any) -> None:
    pieces = speech(12)
    for one in pieces:
        if one["atMs"] < 1_000:
            one["atMs"] += -one["atMs"] % 80  # in fours
    told = page.evaluate(PLAYED, pieces)
    assert max(told["heldMs"][:50]) >= 80
    assert max(told["heldMs"][-100:]) <= 40
    assert told["loud"] == 960 * sum(one["isLoud"] for one in pieces), "no word is cut"


def test_after_a_stall_it_is_soon_as_near_as_before(page: Any) -> None:
    pieces = speech(20)
    for one in pieces:
        if 5_000 <= one["atMs"] < 5_150:
            one["atMs"] = 5_150
    told = page.evaluate(PLAYED, pieces)
    assert len(told["dryMs"]) == 2, "at the stall and at the end"
    assert max(told["heldMs"][430:]) <= 40, "three seconds later"
    assert told["loud"] == 960 * sum(one["isLoud"] for one in pieces)


def test_an_uneven_way_is_borne_with_what_it_needs(page: Any) -> None:
    seed = random.randrange(2**32)
    chance = random.Random(seed)
    pieces = speech(60)
    for one in pieces:
        one["atMs"] += chance.uniform(0, 30)
    pieces.sort(key=lambda one: one["atMs"])
    told = page.evaluate(PLAYED, pieces)
    assert len(told["dryMs"]) <= 12, f"seed {seed}: {told['dryMs']}"
    assert sum(told["heldMs"]) / len(told["heldMs"]) <= 80, f"seed {seed}"
    assert told["loud"] == 960 * sum(one["isLoud"] for one in pieces), f"seed {seed}"


def test_without_a_pause_nothing_is_cut_but_what_has_piled_up(page: Any) -> None:
    even = [{"atMs": number * PIECE_MS, "isLoud": True} for number in range(400)]
    told = page.evaluate(PLAYED, even)
    assert told["loud"] == 960 * 400
    assert told["thrown"] == 0
    piled = [{**one, "atMs": 0 if one["atMs"] < 600 else one["atMs"]} for one in even]
    told = page.evaluate(PLAYED, piled)
    assert told["thrown"] > 0
    assert max(told["heldMs"]) <= 40 + 160
