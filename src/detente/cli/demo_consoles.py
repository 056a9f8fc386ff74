"""The consoles of a rehearsal: an account for whoever plays it, where to look, and pictures of what is to be seen.

Pictures need Chromium and Playwright, which `make` installs for the tests; without them the rehearsal says so.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from detente.adapters.system import SystemEntropy
from detente.api.accounts import Accounts
from detente.exercise.parties import HOST, Seat
from detente.exercise.stage import free_port

ACCOUNT = "officer"
ROLE = "watch_officer"
CHROMIUM = Path("/usr/bin/chromium")
LANGUAGES = ("en", "ar")
"""What each party's console speaks in its picture, in turn."""
SETTLE_MS = 2_500
WAIT_MS = 20_000
SIZE = {"width": 1440, "height": 900}


class DemoConsoles:
    """`Consoles` over TLS on this machine, for one run.

    Args:
        parties: whose.
        out: where pictures go, as console-PARTY-MOMENT.png.
        console: where it is said.
    """

    def __init__(self, parties: Sequence[str], *, out: Path, console: Console) -> None:
        self.listen: Mapping[str, str] = {party: f"{HOST}:{free_port()}" for party in parties}
        self.password = SystemEntropy().draw(9).hex()
        """Of this run alone: there is none that everybody knows."""
        self._out = out
        self._console = console
        self._pictures: list[Path] = []
        self._has_refused = False

    def let_in(self, seats: Sequence[Seat]) -> None:
        for seat in seats:
            Accounts(seat.home.accounts_file).add(ACCOUNT, ROLE, self.password)
        self.tell()

    def tell(self) -> None:
        """Where the consoles are, and how to get in."""
        for party, listen in self.listen.items():
            self._console.print(f"Console of [bold]{party}[/]: https://{listen}/", soft_wrap=True)
        self._console.print(
            f"Account {ACCOUNT}, password {self.password}, for this run. The certificates are the nodes' own,"
            " so the browser asks.",
            soft_wrap=True,
            style="dim",
        )

    def sum_up(self) -> None:
        """Where the pictures are, and how to see for oneself."""
        if self._pictures:
            shown = ", ".join(str(picture) for picture in self._pictures)
            self._console.print(f"The consoles at the first ALERT: {shown}.", soft_wrap=True)
        self._console.print("Look for yourself: make demo KEEP=1, or --keep.", soft_wrap=True, style="dim")

    async def look(self, moment: str) -> None:
        try:
            from playwright.async_api import Error, async_playwright
        except ImportError:
            self._refuse("the package playwright is not installed")
            return
        if not CHROMIUM.exists():
            self._refuse(f"there is no {CHROMIUM}")
            return
        try:
            async with async_playwright() as playwright:
                flags = ["--no-sandbox"] if os.getuid() == 0 else []
                browser = await playwright.chromium.launch(executable_path=str(CHROMIUM), args=flags)
                for place, (party, listen) in enumerate(self.listen.items()):
                    language = LANGUAGES[place % len(LANGUAGES)]
                    file = self._out / f"console-{party.lower()}-{moment}.png"
                    await self._picture(browser, f"https://{listen}/?lang={language}", file)
                await browser.close()
        except Error as why:
            self._refuse(why.message.splitlines()[0])

    async def _picture(self, browser: Any, url: str, file: Path) -> None:
        context = await browser.new_context(ignore_https_errors=True, viewport=SIZE)
        page = await context.new_page()
        page.set_default_timeout(WAIT_MS)
        await page.goto(url)
        await page.locator("input[name=account]").fill(ACCOUNT)
        await page.locator("input[name=password]").fill(self.password)
        await page.locator("dialog.enter button.primary").click()
        await page.locator("dialog.enter").wait_for(state="detached")
        await page.locator(".peer").first.wait_for()
        await page.wait_for_timeout(SETTLE_MS)
        await page.screenshot(path=file)
        self._pictures.append(file)
        await context.close()

    def _refuse(self, why: str) -> None:
        if not self._has_refused:
            self._console.print(f"No pictures of the consoles: {why}. Run: make chromium", style="yellow")
        self._has_refused = True
