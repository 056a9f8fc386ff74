"""Debian's Chromium, driven by Playwright; skipped loudly where it is not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser_pair import CHROMIUM, Desk, two_desks
from console_session import PICTURES
from e2e_session import Runner


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Of a module and no longer: while it is open an event loop runs in this thread, and other tests run theirs."""
    if not CHROMIUM.exists():
        pytest.skip("THE CONSOLE IS NOT TESTED IN A BROWSER: no /usr/bin/chromium. Run tools/setup-chromium.")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        flags = ["--no-sandbox"] if os.getuid() == 0 else []
        made = playwright.chromium.launch(executable_path=str(CHROMIUM), args=flags)
        yield made
        made.close()


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[Runner]:
    runner = Runner(tmp_path)
    yield runner
    runner.kill_all()


@pytest.fixture
def desks(tmp_path: Path, browser: Any) -> list[Desk]:
    return two_desks(tmp_path)


@pytest.fixture
def pictures() -> Path:
    """Where screenshots are kept for people to look at."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    return PICTURES
