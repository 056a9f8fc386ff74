"""What an officer always has: the ALERT button in sight, the alarms in hearing, what is declared on the strip."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from wall_page import stopped_page

POSTS = ("sierra.air", "sierra.duty", "sierra.senior")
KEPT = """(posts) => { day.tell("board", { topic: "line", data: { party: "SIERRA", warnings: [], peers: [],
  kept: { unkept: [], posts: posts.map((post) => ({ post, party: "SIERRA", roles: ["air_desk"], languages: ["en"],
    since_utc: "2026-11-27T00:00:00Z", checked: true, is_relieving: false })) } } });
  day.tell("board", { topic: "status", data: { party: "SIERRA", memorandum: "FIRES-2020", warnings: [], warned: [],
    peers: [], is_rehearsal: true } }); }"""
UNDER_ITS_MIDDLE = """() => { const box = document.querySelector('.alertbutton').getBoundingClientRect();
  return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)?.className ?? ''; }"""


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    with stopped_page(browser) as made:
        yield made


@pytest.mark.slow
def test_the_alert_button_is_in_sight_in_a_low_window_with_all_posts_kept(page: Any) -> None:
    """A page magnified to twice its size on a small screen is so low that its header is scrolled in itself."""
    page.evaluate(KEPT, list(POSTS))
    page.locator(".posts").filter(has_text=POSTS[-1]).wait_for()
    for width, height in ((720, 450), (683, 384), (1440, 900)):
        page.set_viewport_size({"width": width, "height": height})
        for down in (0, 9_999):
            page.locator("header").evaluate("(one, down) => one.scrollTo(0, down)", down)
            assert "alertbutton" in page.evaluate(UNDER_ITS_MIDDLE), (width, height, down)


ALARM = """() => day.tell("board", { topic: "alarms", data: { alarms: [{ id: "x", weight: "alert", ref: "COAST#1",
  other: null, code: "ALR", text: null, until_ms: null, noted_by: null, noted_utc: null }] } })"""


@pytest.mark.slow
def test_an_alarm_that_comes_while_a_form_is_open_reaches_a_screen_reader(page: Any) -> None:
    """All else on the page is inert to it then, the list of alarms too."""
    page.route("**/api/codes", lambda route: route.fulfill(json={"codes": ["ALR"]}))
    page.route("**/api/codes/*", lambda route: route.fulfill(json={"code": "ALR", "fields": []}))
    page.keyboard.press("Alt+a")
    page.locator("dialog.say[open]").wait_for()
    page.evaluate(ALARM)
    page.locator("dialog.say [role=log]").filter(has_text="COAST#1").wait_for(state="attached")
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    by_id = {one["nodeId"]: one for one in tree}
    (log,) = (one for one in tree if not one["ignored"] and one["role"]["value"] == "log")
    assert {one["name"]: one["value"]["value"] for one in log["properties"]}["live"] == "assertive"
    assert "COAST#1" in by_id[log["childIds"][0]]["name"]["value"]


OUTAGES = """() => {
  const utc = (hours) => new Date(Date.now() + hours * 3600000).toISOString();
  const outage = (name, from, until, alternate) =>
    ({ what: "path", name, now: false, alternate, start_utc: utc(from), end_utc: utc(until) });
  const said = (outages) => ({ state: "in_force", suspensions: [], outages });
  const theirs = [outage("data-1", -1, 1, "phone-1"), outage("data-2", 1, 2, null), outage("data-3", -2, -1, null)];
  day.tell("board", { topic: "line", data: { party: "SIERRA", warnings: [], kept: { posts: [], unkept: [] }, peers: [
    { party: "COAST", forked: false, clock_is_off: false, permissions: [], watch: [], paths: [],
      declared: { by_us: said([]), by_them: said(theirs) } }] } });
  const minutes = (utc) => `${utc.slice(5, 10)} ${utc.slice(11, 16)}Z`;
  return theirs.map((one) => `${minutes(one.start_utc)}–${minutes(one.end_utc)}`); }"""


@pytest.mark.slow
def test_the_strip_shows_what_each_side_has_declared_not_to_serve(page: Any) -> None:
    """An outage is declared for who must not wait on that path: which one, until when, what serves instead."""
    first, second, _ = page.evaluate(OUTAGES)
    rows = page.locator(".peer .outage")
    rows.nth(1).wait_for()
    assert [" ".join(one.split()) for one in rows.all_inner_texts()] == [
        f"⚠ outage: path data-1 {first} · Instead: phone-1",
        f"outage: path data-2 {second}",
    ]
