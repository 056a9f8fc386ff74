"""A day of two watches at two consoles, one reading English and one Arabic, from taking the watch to handing it over.

Source of the order: what an operator does in a day (../shared/notes/practice.md, e). Everything is pressed or typed on
the page; traffic comes from a receiver that both nodes hear.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from browser_pair import Desk, Watched, two_desks
from e2e_session import Runner, free_port, wait_until
from panels_session import PATIENCE_MS, client_of, said, serious_faults, shows, two_watches


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
                    line = f"MSG,3,1,1,{address},1,{when},{when},{sign},8000,150,{track},{there:.5f},-121.4,0,,0,0,0,0\r\n"
                    connection.sendall(line.encode())

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
                watched.page.locator(".panel .card.kept, .panel .steps").first.wait_for(timeout=PATIENCE_MS)
        shows(self.english, ".watch", "coast.air")
        shows(self.arabic, ".watch", "sierra.air")
        self._look("1-watch")

    def check_the_line(self) -> None:
        """Every check by hand is echoed by the other watch with how well it was read; then nothing of it is owed."""
        for watched, client in ((self.english, self.sierra), (self.arabic, self.coast)):
            checks = watched.page.locator("detente-owed li.owed").filter(has=watched.page.locator("[aria-label$=' 4']"))
            wait_until(lambda: checks.count() > 0, "a check waits for its echo")  # noqa: B023
            while checks.count():
                checks.first.locator("[aria-label$=' 4']").click()
                watched.page.wait_for_timeout(300)
        self._look("2-line")

    def send_a_notice_each(self) -> None: ...

    def settle_the_conflict(self) -> None: ...

    def meet_in_the_air(self) -> None:
        """Both nodes find the encounter; each watch is asked, and answers by one press what its own tracks say."""
        for watched, yes in ((self.english, "yes"), (self.arabic, "نعم")):
            watched.page.locator(".alarm.alert").first.wait_for(timeout=PATIENCE_MS)
        self._look("5-alert")
        for watched, yes in ((self.english, "yes"), (self.arabic, "نعم")):
            answer = watched.page.locator("li.owed.ALERT").get_by_role("button", name=yes, exact=True)
            answer.first.click(timeout=PATIENCE_MS)
        wait_until(lambda: said(self.sierra, "ANS") and said(self.coast, "ANS"), "both have answered")
        self._look("5-answered")

    def report_it(self) -> None:
        with self._panel(self.english, "i"):
            panel = self.english.page.locator(".panel")
            panel.locator("summary").first.click()
            panel.locator("select[name=category]").select_option("proximity")
            panel.locator("input[name=at]").fill("39.94 -121.4")
            panel.locator("textarea").fill("T72 and T73, head-on.")
            panel.locator("form button.primary").first.click()
            panel.locator("li.card").first.wait_for(timeout=PATIENCE_MS)
            panel.locator("li.card h3 button").first.click()
            shows(self.english, ".panel .side", "T72")
            with self.english.page.expect_download() as given:
                panel.locator(".acts button.primary").first.click()
            assert given.value.suggested_filename.endswith(".zip")
            self._look("6-incident")
        with self._panel(self.arabic, "i"):
            self.arabic.page.locator(".panel li.card h3 button").first.click(timeout=PATIENCE_MS)
            shows(self.arabic, ".panel .side", "T72")
            self._look("6-incident-there")

    def hand_over(self) -> None:
        with self._panel(self.english, "w"):
            panel = self.english.page.locator(".panel")
            panel.locator("form").get_by_role("button", name="Take the watch").click()
            shows(self.english, ".panel", "Stay on watch")
            over = panel.get_by_role("button", name="Hand over")
            self.check_the_line_again()
            self.english.page.wait_for_function(
                "() => [...document.querySelectorAll('.panel .card button')]"
                ".some((one) => one.textContent === 'Hand over' && !one.disabled)",
                timeout=PATIENCE_MS,
            )
            self._look("7-handed-over")
            over.click()
            over.wait_for(state="detached", timeout=PATIENCE_MS)

    def check_the_line_again(self) -> None:
        four = self.arabic.page.locator("detente-owed [aria-label$=' 4']")
        four.first.wait_for(timeout=PATIENCE_MS)
        while four.count():
            four.first.click()
            self.arabic.page.wait_for_timeout(300)

    @contextmanager
    def _panel(self, watched: Watched, key: str) -> Iterator[None]:
        watched.page.keyboard.press(f"Alt+{key}")
        watched.page.locator(".panel").wait_for(timeout=PATIENCE_MS)
        yield
        watched.page.keyboard.press("Escape")
        watched.page.locator(".panel").wait_for(state="detached")

    def _look(self, name: str) -> None:
        for watched, language in ((self.english, "en"), (self.arabic, "ar")):
            watched.page.screenshot(path=self._pictures / f"day-{name}-{language}.png")
