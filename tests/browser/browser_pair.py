"""Two nodes on this machine's own time, each with its console, and a browser that reaches no other host."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from e2e_session import Runner, free_port

from detente.adapters.home import PeerAddress
from detente.api.accounts import Accounts
from detente.exercise.parties import Seat, make_parties, write_settings

CHROMIUM = Path("/usr/bin/chromium")
PASSWORD = "four words for nobody"
PATIENCE_MS = 120_000
"""No test waits so long for what comes; a machine with many other things to do may."""
NO_OTHER_HOST = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
"""What Chromium is told: every other name, and every other address, is unknown."""


@dataclass(kw_only=True)
class Desk:
    """One party's node and the address of its console."""

    seat: Seat
    url: str


@dataclass(kw_only=True)
class Watched:
    """A page, with every request that it tried to send elsewhere and every complaint of the browser."""

    page: Any
    strayed: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


OWN_AIRCRAFT = {"SIERRA": "a00001", "COAST": "a00002"}


def two_desks(folder: Path, *, receiver: str | None = None) -> list[Desk]:
    """SIERRA and COAST under fires-2020 from yesterday on, each with the account `officer`.

    Args:
        receiver: the address of SBS-1 lines that both watch; each then has one aircraft of its own.
    """
    seats = make_parties(
        folder / "homes",
        template_name="fires-2020",
        parties=("SIERRA", "COAST"),
        ports=(free_port(), free_port()),
        in_force_now=True,
    )
    desks = []
    for seat, other in ((seats[0], seats[1]), (seats[1], seats[0])):
        peer = PeerAddress(party=other.party, path="data-1", host="127.0.0.1", port=other.port)
        port = free_port()
        own = [OWN_AIRCRAFT[seat.party]]
        write_settings(
            seat, peers=[peer], own_aircraft=own, conducted_from_ms=None, console=f"127.0.0.1:{port}"
        )
        if receiver is not None:
            with seat.home.settings_file.open("a") as settings:
                settings.write(f'\n[[feed]]\nconnect = "{receiver}"\nformat = "sbs"\n')
        Accounts(seat.home.accounts_file).add("officer", "watch_officer", PASSWORD)
        desks.append(Desk(seat=seat, url=f"https://127.0.0.1:{port}/"))
    return desks


@contextmanager
def running(nodes: Runner, desks: list[Desk]) -> Iterator[None]:
    nodes.start(*(desk.seat.home.folder for desk in desks))
    yield
    for desk in desks:
        assert "Traceback" not in nodes.running[desk.seat.home.folder].shown()


def opened(
    browser: Any, desk: Desk, *, language: str, query: str = "", before: str | None = None, **more: Any
) -> Watched:
    """The console of a desk in a browser window of its own; whatever it asks of another origin is kept.

    None of it gets there (`NO_OTHER_HOST`). Requests are watched and not held: a request that is held waits until the
    test turns to the page again, and a test that looks at a node meanwhile would wait for ever.

    Args:
        before: JavaScript that runs before anything of the page.
    """
    context = browser.new_context(
        ignore_https_errors=True, viewport={"width": 1440, "height": 900}, locale="en-GB", **more
    )
    context.set_default_timeout(PATIENCE_MS)
    if before is not None:
        context.add_init_script(before)
    watched = Watched(page=context.new_page())

    def judge(asked: Any) -> None:
        if not asked.url.startswith((desk.url, desk.url.replace("https:", "wss:"), "blob:", "data:")):
            watched.strayed.append(asked.url)

    context.on("request", judge)
    watched.page.on("websocket", judge)
    watched.page.on("console", lambda told: told.type == "error" and watched.complaints.append(told.text))
    watched.page.on("pageerror", lambda why: watched.complaints.append(str(why)))
    watched.page.goto(f"{desk.url}?lang={language}{query}")
    return watched


def login(watched: Watched, account: str = "officer") -> None:
    """As a person does it."""
    watched.page.locator("input[name=account]").fill(account)
    watched.page.locator("input[name=password]").fill(PASSWORD)
    watched.page.locator("dialog.enter button.primary").click()
    watched.page.locator("dialog.enter").wait_for(state="detached")
