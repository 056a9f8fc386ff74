"""A day of two watches at two consoles, one in English, one in Arabic: from taking the watch to handing it over.

Source of the order: what an operator does in a day (../shared/notes/practice.md, e). Everything is pressed or typed
on the page; traffic comes from a receiver that both nodes hear.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from browser_pair import Desk, Watched, two_desks
from console_session import client_of, said, serious_faults, shows, two_watches
from e2e_session import Runner, free_port, wait_until

from detente.api.client import ApiClient


class Receiver:
    """SBS-1 lines of two aircraft 5 NM apart, once a second to all who connect; from `fly` on they close head-on."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", free_port()))
        self.url = f"tcp://127.0.0.1:{self._listener.getsockname()[1]}"
        self.fly = threading.Event()
        self.over = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._tell, args=(connection,), daemon=True).start()

    def _tell(self, connection: socket.socket) -> None:
        step = 0
        with connection, suppress(OSError):
            while not self.over.wait(1.0):
                step += self.fly.is_set()
                when = datetime.now(UTC).strftime("%Y/%m/%d,%H:%M:%S.%f")[:-3]
                if not self.fly.is_set():
                    continue
                for address, sign, lat_deg, track, way in (
                    ("A00001", "T72", 39.9, 0, 0.0007),
                    ("A00002", "T73", 39.98, 180, -0.0007),
                ):
                    there = lat_deg + way * step
                    head = f"MSG,3,1,1,{address},1,{when},{when},{sign}"
                    connection.sendall(f"{head},8000,150,{track},{there:.5f},-121.4,0,,0,0,0,0\r\n".encode())

    def close(self) -> None:
        self.over.set()
        self._listener.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


@pytest.mark.slow
def test_a_day_from_taking_the_watch_to_handing_it_over(
    browser: Any, nodes: Runner, receiver: Receiver, tmp_path: Path, pictures: Path
) -> None:
    desks = two_desks(tmp_path, receiver=receiver.url)
    with two_watches(browser, desks, nodes) as (english, arabic):
        day = _Day(english, arabic, desks, pictures)
        day.take_the_watch()
        day.check_the_line()
        day.send_a_notice_each()
        day.settle_the_conflict()
        receiver.fly.set()
        day.meet_in_the_air()
        day.warn_of_an_aircraft()
        day.report_it()
        day.hand_over()
        for watched in (english, arabic):
            assert serious_faults(watched) == []


class _Day:
    """The chapters; each ends with a picture of both consoles."""

    def __init__(self, english: Watched, arabic: Watched, desks: list[Desk], pictures: Path) -> None:
        self.english, self.arabic = english, arabic
        self.sierra, self.coast = (client_of(desk) for desk in desks)
        self._pictures = pictures

    def take_the_watch(self) -> None:
        """Each sees at the other end: which post is kept, in which languages."""
        for watched, words in ((self.english, "Take the watch"), (self.arabic, "تسلّم المناوبة")):
            with self._panel(watched, "w"):
                watched.page.locator(".panel form").get_by_role("button", name=words).click()
                watched.page.locator(".panel .card.kept, .panel .steps").first.wait_for()
        shows(self.english, ".watch", "coast.air")
        shows(self.arabic, ".watch", "sierra.air")
        self._look("1-watch")

    def check_the_line(self) -> None:
        """Every check by hand is echoed by the other watch with how well it was read."""
        for watched in (self.english, self.arabic):
            self._echo(watched)
        self._look("2-line")

    def send_a_notice_each(self) -> None:
        """Each draws a circle, in a grid's words and in degrees; the second sees what it meets before it is sent.

        Each is read back by the other watch with one press, and the verdict on what was understood is said.
        """
        self._draw(self.english, "10SFK3677717883")
        self.english.page.locator(".draw .send").click()
        self._read_back(self.arabic, self.coast)
        self._draw(self.arabic, "39°57'00\"N 121°24'00\"W")
        shows(self.arabic, ".judged .met", "SIERRA#")
        parties = {row["party"] for row in self.sierra.get("/api/notices")["notices"]}
        assert parties == {"SIERRA"}, "nothing was sent yet"
        self._look("3-drawn")
        self.arabic.page.locator(".draw .send").click()
        self._read_back(self.english, self.sierra)
        for watched in (self.english, self.arabic):
            watched.page.locator(".draw > summary").click()

    def _draw(self, watched: Watched, place: str) -> None:
        draw = watched.page.locator(".draw")
        draw.locator("summary").first.click()
        draw.locator("select[name=class]").select_option("tanker")
        draw.locator("select[name=kind]").select_option("sar_fire_medical")
        draw.locator("select[name=shape]").select_option("circle")
        draw.locator("input[name=radius]").fill("5")
        draw.locator("textarea").fill(place)
        watched.page.locator(".judged .good").first.wait_for()

    def _read_back(self, watched: Watched, client: ApiClient) -> None:
        owed = watched.page.locator("li.owed.ROUTINE").filter(has=watched.page.locator("button.primary"))
        owed.first.get_by_role("button").first.click()
        wait_until(lambda: said(client, "RBK"), "it is read back")

    def settle_the_conflict(self) -> None:
        """Taken note of by itself; a way out proposed from its panel, accepted there; nothing meets any more."""
        for watched, words in ((self.english, "conflict found"), (self.arabic, "SIERRA#")):
            shows(watched, ".alarm.warning", words)
        with self._panel(self.english, "c"), self._panel(self.arabic, "c"):
            row = self.english.page.locator(".panel .conflict").first
            row.get_by_role("button", name="Take note").click()
            shows(self.english, ".panel .conflict", "noted by")
            row.get_by_role("button", name="Look for ways out").click()
            row.locator(".offers").first.wait_for()
            row.locator(".offers").nth(1).get_by_role("button", name="Propose").first.click()
            accept = self.arabic.page.locator(".panel .proposal button.primary")
            accept.wait_for()
            self._look("4-proposal")
            accept.click()
            for watched, words in ((self.english, "No conflict is known"), (self.arabic, "لا تعارض معروف")):
                shows(watched, ".panel", words)
        assert said(self.coast, "AMD")

    def meet_in_the_air(self) -> None:
        """Both nodes find the encounter; each watch is asked, and answers by one press what its own tracks say."""
        for watched in (self.english, self.arabic):
            watched.page.locator(".alarm.alert").first.wait_for()
        self._look("5-alert")
        for watched, yes in ((self.english, "yes"), (self.arabic, "نعم")):
            answer = watched.page.locator("li.owed.ALERT").get_by_role("button", name=yes, exact=True)
            answer.first.click()
        wait_until(lambda: said(self.sierra, "ANS") and said(self.coast, "ANS"), "both have answered")
        self._look("5-answered")

    def warn_of_an_aircraft(self) -> None:
        """ALERT by one key, filled from the place that was picked; the other reads it in its language and answers."""
        answers = len(said(self.coast, "ANS"))
        self.arabic.page.locator("detente-slider [aria-label='−10 min']").click()
        self.arabic.page.locator("detente-slider .slider.other").wait_for()
        self.english.page.locator(".chart").click(position={"x": 200, "y": 200})
        self.english.page.keyboard.press("Alt+a")
        assert self.english.page.locator("dialog.say input").first.input_value() != "", "filled from the map"
        self.english.page.locator("dialog.say button.primary").click()
        shows(self.english, "dialog.say output", "They will read")
        self.english.page.locator("dialog.say button.primary").click()
        shows(self.arabic, ".alarm.alert", "SIERRA#")
        shows(self.arabic, ".entry.ALERT", "طائرتكم")
        assert self.arabic.page.title().startswith("("), "the count stands in the tab"
        self.arabic.page.locator(
            "detente-slider .slider:not(.other)"
        ).wait_for()  # nobody looks at the past now
        self.arabic.page.keyboard.press("Alt+n")
        for watched in (self.english, self.arabic):
            assert watched.page.locator("detente-thread .newer").count() == 0, (
                "nobody has left the newest word"
            )
        self._look("5-warned")
        self.arabic.page.locator("li.owed.ALERT").get_by_role("button", name="لا", exact=True).first.click()
        self.arabic.page.keyboard.press("Alt+n")
        wait_until(lambda: len(said(self.coast, "ANS")) > answers, "it is answered")

    def report_it(self) -> None:
        with self._panel(self.english, "i"):
            panel = self.english.page.locator(".panel")
            panel.locator("summary").first.click()
            panel.locator("select[name=category]").select_option("proximity")
            panel.locator("input[name=at]").fill("39.94 -121.4")
            panel.locator("input[name=lateral_nm]").fill("0.2")
            panel.locator("input[name=vertical_ft]").fill("0")
            panel.locator("select[name=own_class]").select_option("tanker")
            panel.locator("select[name=other_class]").select_option("tanker")
            panel.locator("form button.primary").first.click()
            panel.locator("li.card").first.wait_for()
            panel.locator("li.card h3 button").first.click()
            shows(self.english, ".panel .side", "370")
            self.english.page.locator(".replay input").fill(str(int(time.time() * 1000) - 60_000))
            self.english.page.locator("detente-slider .slider.other").wait_for()
            panel.locator(".replay button").last.click()
            self.english.page.locator("detente-slider .slider:not(.other)").wait_for()
            with self.english.page.expect_download() as given:
                panel.locator(".acts button.primary").first.click()
            assert given.value.suggested_filename.endswith(".zip")
            self._look("6-incident")
        with self._panel(self.arabic, "i"):
            self.arabic.page.locator(".panel li.card h3 button").first.click()
            shows(self.arabic, ".panel .side", "370")
            self._look("6-incident-there")

    def hand_over(self) -> None:
        with self._panel(self.english, "w"):
            panel = self.english.page.locator(".panel")
            panel.locator("form").get_by_role("button", name="Take the watch").click()
            shows(self.english, ".panel", "Stay on watch")
            over = panel.get_by_role("button", name="Hand over")
            self._echo(self.arabic)
            self.english.page.wait_for_function(
                "() => [...document.querySelectorAll('.panel .card button')]"
                ".some((one) => one.textContent === 'Hand over' && !one.disabled)",
            )
            self._look("7-handed-over")
            over.click()
            over.wait_for(state="detached")

    def _echo(self, watched: Watched) -> None:
        """Every check that waits, one after the other: one that is answered has left the list."""
        four = watched.page.locator("detente-owed [aria-label$=' 4']")
        four.first.wait_for()
        while left := four.count():
            watched.page.mouse.move(0, 0)  # under a hand that stays, the next would be a double press
            four.first.click()
            wait_until(lambda: four.count() < left, "the check is answered")

    @contextmanager
    def _panel(self, watched: Watched, key: str) -> Iterator[None]:
        watched.page.keyboard.press(f"Alt+{key}")
        watched.page.locator(".panel").wait_for()
        yield
        watched.page.keyboard.press("Escape")
        watched.page.locator(".panel").wait_for(state="detached")

    def _look(self, name: str) -> None:
        for watched, language in ((self.english, "en"), (self.arabic, "ar")):
            watched.page.screenshot(path=self._pictures / f"day-{name}-{language}.png")
