"""A press is for what was looked at: a list that moves under the hand answers no other question than the one read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from e2e_session import wait_until
from wall_page import stopped_page

LONGER_THAN_A_REACTION_MS = 700
TOLD = "() => window.told.some((one) => one.includes('nothing was pressed'))"
SHOW = """(refs) => day.tell("board", { topic: "owed", data: { owed: refs.map((ref, place) => ({
  ref, code: "QRY", act: "answer", by_us: true, owed_by: "SIERRA", owed_to: "COAST", precedence: "ALERT", since_ms: 0,
  due_ms: Date.now() + 60000 * (place + 1), is_overdue: false, levels: [], suggestion: null })) } })"""


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    with stopped_page(browser) as made:
        yield made


@pytest.fixture
def answered(page: Any) -> list[str]:
    """Of which entries an answer was sent to the node."""
    refs: list[str] = []
    page.on("request", lambda one: one.url.endswith("api/answer") and refs.append(one.post_data_json["ref"]))
    return refs


@pytest.fixture
def point_at(page: Any) -> Callable[[str], None]:
    """Move the hand to the "yes" of an entry."""

    def move(ref: str) -> None:
        box = page.locator("li.owed").filter(has_text=ref).get_by_role("button", name="yes").bounding_box()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    return move


def show(page: Any, *refs: str) -> None:
    page.evaluate(SHOW, list(refs))
    page.wait_for_function(
        "(refs) => [...document.querySelectorAll('li.owed .what .code')].map((one) => one.textContent).join()"
        " === refs.join()",
        arg=list(refs),
    )


def press(page: Any) -> None:
    page.mouse.down()
    page.mouse.up()


def only(page: Any, answered: list[str], wanted: list[str]) -> None:
    """These were answered, and a moment later no other."""
    wait_until(lambda: page.wait_for_timeout(20) or len(answered) >= len(wanted), "the answer is sent")
    page.wait_for_timeout(50)
    assert answered == wanted


@pytest.mark.slow
def test_what_a_new_row_pushes_under_the_hand_is_not_pressed(
    page: Any, answered: list[str], point_at: Callable[[str], None]
) -> None:
    """What was read is one row further down. After a look the press counts, and a hand that moves decides anew."""
    show(page, "COAST#20", "COAST#30")
    point_at("COAST#30")
    show(page, "COAST#10", "COAST#20", "COAST#30")
    press(page)
    page.wait_for_function(TOLD)
    assert answered == []
    page.evaluate("(ms) => { window.nowMs += ms; }", LONGER_THAN_A_REACTION_MS)
    press(page)
    only(page, answered, ["COAST#20"])  # it was looked at

    point_at("COAST#30")
    show(page, "COAST#20", "COAST#30", "COAST#40")
    point_at("COAST#20")
    press(page)
    only(page, answered, ["COAST#20", "COAST#20"])  # the hand has moved there


@pytest.mark.slow
def test_a_hand_that_trembles_has_not_moved(
    page: Any, answered: list[str], point_at: Callable[[str], None]
) -> None:
    """Less than the width of a stroke, before or after another row has come under it, is no decision for that row."""
    show(page, "COAST#20", "COAST#30")
    point_at("COAST#30")
    box = page.locator("li.owed").filter(has_text="COAST#30").get_by_role("button", name="yes").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    show(page, "COAST#10", "COAST#20", "COAST#30")
    for shift in (1, 2, 1):
        page.mouse.move(x + shift, y)
        press(page)
    page.wait_for_function(TOLD)
    only(page, answered, [])
    page.evaluate("(ms) => { window.nowMs += ms; }", LONGER_THAN_A_REACTION_MS)
    page.mouse.move(x, y)
    press(page)
    only(page, answered, ["COAST#20"])  # it was looked at


@pytest.mark.slow
def test_a_double_press_answers_one_question(
    page: Any, answered: list[str], point_at: Callable[[str], None]
) -> None:
    """The first settles its row; the next row comes under the hand before the second, or the third."""
    show(page, "COAST#10", "COAST#20", "COAST#30")
    point_at("COAST#10")
    press(page)
    show(page, "COAST#20", "COAST#30")
    for _ in range(3):
        press(page)
        page.evaluate("() => { window.nowMs += 100; }")
    only(page, answered, ["COAST#10"])
    page.wait_for_function(TOLD)


@pytest.mark.slow
def test_a_finger_that_taps_twice_answers_one_question(page: Any, answered: list[str]) -> None:
    """A screen that is touched tells of nothing that rests; the second tap meets another button than the first."""
    show(page, "COAST#10", "COAST#20")
    box = page.locator("li.owed").first.get_by_role("button", name="yes").bounding_box()
    page.touchscreen.tap(box["x"] + 5, box["y"] + 5)
    show(page, "COAST#20")
    page.touchscreen.tap(box["x"] + 6, box["y"] + 7)
    only(page, answered, ["COAST#10"])


@pytest.mark.slow
def test_the_keyboard_is_never_held_up(page: Any, answered: list[str]) -> None:
    """The focus stays at its row, wherever that goes."""
    show(page, "COAST#20")
    page.locator("li.owed").get_by_role("button", name="yes").focus()
    show(page, "COAST#10", "COAST#20")
    page.keyboard.press("Enter")
    only(page, answered, ["COAST#20"])


MATCHES = """(pairs) => day.tell("board", { topic: "incidents", data: { incidents: [], categories: [], articles: [],
  classes: [], text_chars_max: 0, matches: pairs.map(([first, second]) =>
    ({ first, second, apart_s: 60, accepted_by: ["COAST"], waits_for_us: true })) } })"""


def show_matches(page: Any, *pairs: tuple[str, str]) -> None:
    page.evaluate(MATCHES, list(pairs))
    page.wait_for_function(
        "(pairs) => [...document.querySelectorAll('.panel div.card')].map((one) => [...one.querySelectorAll('.code')]"
        ".slice(0, 2).map((each) => each.textContent).join(' ')).join() === pairs.map((one) => one.join(' ')).join()",
        arg=list(pairs),
    )


@pytest.mark.slow
def test_a_match_that_is_accepted_is_the_one_that_was_read(page: Any) -> None:
    """A pair may come above it or leave, and neither a hand, a double press nor the focus passes on to another."""
    sent: list[str] = []
    page.on(
        "request",
        lambda one: one.url.endswith("incidents/match") and sent.append(one.post_data_json["other"]),
    )
    page.evaluate("async () => { (await import('/node.js')).node.session.role = 'commander'; }")
    page.keyboard.press("Alt+i")
    show_matches(page, ("A-05", "B-05"))
    button = page.locator(".panel div.card button.primary")
    box = button.bounding_box()
    page.mouse.move(box["x"] + 10, box["y"] + 8)
    show_matches(page, ("A-01", "B-01"), ("A-05", "B-05"))
    press(page)
    page.wait_for_function(TOLD)
    page.evaluate("(ms) => { window.nowMs += ms; }", LONGER_THAN_A_REACTION_MS)
    press(page)
    show_matches(page, ("A-05", "B-05"))
    press(page)
    only(page, sent, ["B-01"])
    button.focus()
    show_matches(page, ("A-07", "B-07"))
    page.keyboard.press("Enter")
    only(page, sent, ["B-01"])


GIVE = """async (aheadMs) => { const real = Date.now; Date.now = () => real() + aheadMs;
  try { return await (await import('/acts.js')).give('api/radio/calls', { called: 'COAST' }); }
  finally { Date.now = real; } }"""
LOST = None


@pytest.mark.slow
def test_an_order_is_sent_with_its_key_until_it_is_answered_and_no_longer(page: Any) -> None:
    """A guard that turns it away says nothing of an earlier try; hours later the same order is meant anew."""
    keys: list[str] = []
    comes: list[dict[str, Any] | None] = []

    def answer(route: Any) -> None:
        keys.append(route.request.headers["idempotency-key"])
        told = comes.pop(0)
        route.abort() if told is LOST else route.fulfill(**told)

    page.route("**/api/radio/calls", answer)
    turned_away = [
        {"status": status, "json": {"code": "x", "message": "No."}} for status in (429, 403, 408, 413)
    ]
    again = {"json": {"message": "Noted.", "ref": "R-1"}, "headers": {"idempotency-replayed": "true"}}
    comes[:] = [LOST, *turned_away, again]
    assert [page.evaluate(GIVE, 0) for _ in range(6)] == [False] * 5 + [True]
    assert len(set(keys)) == 1
    assert (
        page.evaluate("() => told.at(-1)")
        == "This was done when it was first sent; nothing was done twice. R-1"
    )

    keys.clear()
    refused = {"status": 409, "json": {"code": "x", "message": "No."}}
    comes[:] = [refused, LOST, {"json": {"message": "Noted.", "ref": "R-2"}}]
    assert [page.evaluate(GIVE, ahead) for ahead in (0, 0, 3_600_000)] == [False, False, True]
    assert len(set(keys)) == 3
    assert page.evaluate("() => told.at(-1)") == "Noted. R-2"


ASKED = """(codes) => day.tell("board", { topic: "owed", data: { owed: codes.map((code, place) => ({
  ref: `COAST#${place}`, code, act: "answer", by_us: true, owed_by: "SIERRA", owed_to: "COAST", precedence: "ALERT",
  since_ms: 0, due_ms: Date.now() + 60000, is_overdue: false, levels: [], suggestion: null })) } })"""


@pytest.mark.slow
def test_each_question_has_its_own_answers_and_an_alert_says_what_our_aircraft_does(page: Any) -> None:
    """A crossing is approved or not, and is not "yes"; what stands chosen is what is said."""
    said: list[dict[str, str]] = []
    page.on("request", lambda one: one.url.endswith("api/answer") and said.append(one.post_data_json))
    page.evaluate(ASKED, ["QRY", "ALR", "XNG", "DST"])
    rows = page.locator("li.owed")
    page.wait_for_function("() => document.querySelectorAll('li.owed').length === 4")
    assert [rows.nth(place).get_by_role("button").all_inner_texts() for place in range(4)] == [
        ["yes", "no", "unknown"],
        ["yes", "no", "unknown"],
        ["approved", "unable", "standby"],
        ["yes", "unable", "standby"],
    ]
    page.evaluate("(ms) => { window.nowMs += ms; }", LONGER_THAN_A_REACTION_MS)
    rows.nth(1).get_by_role("combobox").select_option(label="turning away")
    rows.nth(1).get_by_role("button", name="yes").press("Enter")
    rows.nth(2).get_by_role("button", name="unable").press("Enter")
    wait_until(lambda: page.wait_for_timeout(20) or len(said) == 2, "both are sent")
    assert said == [
        {"ref": "COAST#1", "answer": "yes", "action": "turn"},
        {"ref": "COAST#2", "answer": "unable"},
    ]
    page.evaluate(ASKED, [])
    page.evaluate(ASKED, ["QRY", "ALR"])
    rows.nth(1).get_by_role("combobox").wait_for()
    assert rows.nth(1).get_by_role("combobox").input_value() == "turn", "as it was left"


TWO_ORDERS = """async () => { const { give } = await import('/acts.js'); give('api/line/check', { path: 'data-1' });
  window.nowMs += 10; await give('api/answer', { ref: 'COAST#1', answer: 'yes' }); }"""


@pytest.mark.slow
def test_an_order_that_waits_hides_nothing_that_was_told_of_another(page: Any) -> None:
    """Another officer was quicker: that is read first, and then that the earlier order is not answered yet."""
    page.route("**/api/line/check", lambda _: None)
    page.route(
        "**/api/answer", lambda route: route.fulfill(status=409, json={"code": "x", "message": "Done by C."})
    )
    page.evaluate(TWO_ORDERS)
    page.wait_for_timeout(1_200)
    last = "() => document.querySelector('footer detente-told').innerText"
    assert "Done by C." in page.evaluate(last)
    page.evaluate("() => { window.nowMs += 6000; }")
    page.wait_for_function(f"() => ({last})().includes('has not answered yet')")
