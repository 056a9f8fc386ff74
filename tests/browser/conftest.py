"""Debian's Chromium, driven by Playwright; skipped loudly where it is not.

Where a module has MICROPHONE its microphone is a file of bursts.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bench import onsets
from browser_pair import CHROMIUM, NO_OTHER_HOST, Desk, two_desks
from console_session import PICTURES
from e2e_session import Runner
from e2e_voice import Paths
from voice_pages import Pages, paths_of, two_pages


@pytest.fixture(scope="module")
def browser(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Of a module and no longer: while it is open an event loop runs in this thread, and other tests run theirs."""
    if not CHROMIUM.exists():
        pytest.skip("THE CONSOLE IS NOT TESTED IN A BROWSER: no /usr/bin/chromium. Run tools/setup-chromium.")
    from playwright.sync_api import sync_playwright

    flags = [NO_OTHER_HOST, *(["--no-sandbox"] if os.getuid() == 0 else [])]
    if getattr(request.module, "MICROPHONE", False):
        file = tmp_path_factory.mktemp("voice") / "bursts.wav"
        onsets.write_bursts(file)
        flags += onsets.flags(file)
    with sync_playwright() as playwright:
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


@pytest.fixture
def paths(desks: list[Desk]) -> Iterator[Paths]:
    """Of the voice pages: a link that can be cut."""
    made = paths_of(desks)
    yield made
    made.close()


@pytest.fixture
def pages(browser: Any, desks: list[Desk], nodes: Runner, paths: Paths) -> Iterator[Pages]:
    with two_pages(browser, desks, nodes, paths) as made:
        yield made
