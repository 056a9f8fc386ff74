"""What tests of voice share: a page at each of two nodes that reach each other through proxies, and the button."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from browser_pair import Desk, Watched, login, opened, running
from e2e_session import Runner
from e2e_voice import Paths

PATIENCE_MS = 120_000
RHYTHM_MS = 120
PRESSES_MAX = 5
NO_CODECS = "delete globalThis.AudioEncoder; delete globalThis.AudioDecoder;"
"""What a browser without WebCodecs is to the page."""


@dataclass(kw_only=True)
class Pages:
    """A page in English at SIERRA and one in Arabic at COAST, both linked; probes need what CSP forbids."""

    sierra: Watched
    coast: Watched
    desks: list[Desk]
    nodes: Runner
    paths: Paths


def paths_of(desks: list[Desk]) -> Paths:
    """Both nodes reach each other through a proxy."""
    made = Paths([desk.seat.port for desk in desks])
    for desk, other, proxy in zip(desks, reversed(desks), reversed(made.proxies), strict=True):
        file = desk.seat.home.settings_file
        before = file.read_text()
        after = before.replace(f"port = {other.seat.port}\n", f"port = {proxy.port}\n")
        assert after != before
        file.write_text(after)
    return made


@contextmanager
def two_pages(
    browser: Any, desks: list[Desk], nodes: Runner, paths: Paths, *, before_coast: str | None = None
) -> Iterator[Pages]:
    """Both logged in and linked.

    Args:
        before_coast: JavaScript that runs in COAST's page before anything of its own.
    """
    with running(nodes, desks):
        made = Pages(
            sierra=opened(browser, desks[0], language="en", bypass_csp=True),
            coast=opened(browser, desks[1], language="ar", bypass_csp=True, before=before_coast),
            desks=desks,
            nodes=nodes,
            paths=paths,
        )
        for watched in (made.sierra, made.coast):
            watched.page.context.grant_permissions(["microphone"])
            login(watched)
        for watched in (made.sierra, made.coast):
            watched.page.locator("detente-talk .link:not(.bad)").wait_for(timeout=PATIENCE_MS)
        yield made
        for watched in (made.sierra, made.coast):
            assert watched.strayed == []
            watched.page.context.close()


def hold(watched: Watched, kind: str = ".hold") -> None:
    watched.page.locator(f"detente-talk button{kind}").hover()
    watched.page.mouse.down()


def let_go(watched: Watched) -> None:
    watched.page.mouse.up()


def shows(watched: Watched, selector: str, text: str = "") -> None:
    found = watched.page.locator(f"detente-talk {selector}")
    (found.filter(has_text=text) if text else found).first.wait_for(timeout=PATIENCE_MS)


def sounded(watched: Watched) -> str:
    told: str = watched.page.evaluate("() => document.querySelector('detente-talk').sounded ?? ''")
    return told


def talk(watched: Watched, ms: int) -> None:
    """Hold the button for so long after the floor is granted.

    A machine that starves the microphone or the socket for half a second ends what is said, and the page tells so:
    then it is pressed again, as a person would.
    """
    for _ in range(PRESSES_MAX):
        shows(watched, ".channel.chosen.free")
        hold(watched)
        shows(watched, "button.hold.talking")
        watched.page.wait_for_timeout(ms)
        told = watched.page.locator("detente-talk .outcome.bad").all_inner_texts()
        let_go(watched)
        if not told:
            return
        print(f"what was said was cut off: {told}")
    pytest.fail(f"what is said is cut off {PRESSES_MAX} times: {told}")


def hear_again(watched: Watched, sha256: str) -> None:
    """Press the button of one recording in the open list, as soon as it stands there."""
    row = watched.page.locator("detente-kept li").filter(has_text=sha256[:12])
    row.get_by_role("button").click(timeout=PATIENCE_MS)


def recordings(desk: Desk) -> list[Path]:
    """The files that a node has kept."""
    return list(desk.seat.home.voice_folder.glob("20*/*.voice"))
