"""Rules of the house about the papers at the root: what they name exists, what they promise is short."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
QUOTED = re.compile(r"`([^`\n]+)`")
LINKED = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)*/?")
FILE_SUFFIXES = (".py", ".md", ".toml", ".lock", ".json", ".png")
TARGETS = ("setup", "postgresql", "demo", "test", "check", "bench", "soak", "lock", "clean")
TEST_NAME = re.compile(r"`(tests/[\w./-]+\.py)(?:::(\w+))?`")


def paths_named_in(text: str) -> set[str]:
    """Targets of links that lead into the tree, and quoted words that look like paths of it."""
    prose = FENCED.sub("", text)
    linked = {target for target in LINKED.findall(prose) if "://" not in target}
    quoted = {
        word
        for word in QUOTED.findall(prose)
        if PATH.fullmatch(word) and ("/" in word.rstrip("/") or word.endswith(FILE_SUFFIXES))
    }
    return linked | quoted


@pytest.mark.parametrize("paper", ["README.md", "ARCHITECTURE.md"])
def test_every_path_that_a_paper_names_exists(paper: str) -> None:
    file = ROOT / paper
    assert file.exists(), f"{paper} is missing: a newcomer starts there"
    missing = sorted(name for name in paths_named_in(file.read_text()) if not (ROOT / name).exists())
    assert missing == [], f"{paper} names what does not exist"


def test_paths_are_found_in_prose_and_links_but_not_in_commands() -> None:
    text = "see `src/a.py`, [b](docs/b.md), `make all`, `GET /hello`, [c](https://c.example/d)\n```sh\n`x/y`\n```\n"
    assert paths_named_in(text) == {"src/a.py", "docs/b.md"}


def test_every_test_that_the_threat_notes_name_exists() -> None:
    """A defence that nobody tests any more must not be promised."""
    text = (ROOT / "docs" / "threats.md").read_text()
    named = TEST_NAME.findall(text)
    assert named, "docs/threats.md names no test at all"
    missing = [
        f"{path}::{test}"
        for path, test in named
        if not (ROOT / path).exists() or (test and f"def {test}(" not in (ROOT / path).read_text())
    ]
    assert missing == []


def test_every_entry_of_the_threat_notes_says_what_its_holder_can_do() -> None:
    entries = (ROOT / "docs" / "threats.md").read_text().split("\n### ")[1:]
    assert entries
    silent = [entry.splitlines()[0] for entry in entries if "can at most" not in " ".join(entry.split())]
    assert silent == []


def test_every_runtime_dependency_has_its_reason_beside_it() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    block = text.split("\ndependencies = [\n", 1)[1].split("\n]", 1)[0]
    lines = block.splitlines()
    assert len(lines) == len(tomllib.loads(text)["project"]["dependencies"])
    assert [line for line in lines if not re.search(r",\s*#\s*\w+\W+\w+", line)] == []


def test_every_dependency_is_locked_by_hash() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    locked = (ROOT / "requirements.lock").read_text().lower()
    optional = [one for extra in project["project"]["optional-dependencies"].values() for one in extra]
    wanted = project["project"]["dependencies"] + optional + project["dependency-groups"]["dev"]
    names = [re.split(r"[<>=!~ \[]", one, maxsplit=1)[0].lower() for one in wanted]
    assert [name for name in names if f"\n{name}==" not in f"\n{locked}"] == []
    assert all("--hash=" in entry for entry in re.split(r"\n(?=\w)", locked) if "==" in entry)


def test_every_target_of_the_makefile_is_one_line_without_logic() -> None:
    lines = (ROOT / "Makefile").read_text().splitlines()
    rules = [line for line in lines if line and line[0] not in "#." and ":=" not in line]
    assert [line for line in lines if line.startswith("\t") or line.endswith("\\")] == []
    assert [line for line in rules if re.search(r"\b(if|for|while|case)\b|\$\(shell", line)] == []
    assert {line.split(":", 1)[0] for line in rules} >= set(TARGETS)


@pytest.mark.parametrize(
    "script",
    [
        *("tools/setup", "tools/setup-postgresql", "tools/setup-chromium", "tools/vendor-console"),
        "tools/check-console",
        *("tools/setup-demo-data", "tools/lock", ".ci/run"),
    ],
)
def test_every_script_stops_at_its_first_error_and_can_be_run(script: str) -> None:
    file = ROOT / script
    text = file.read_text()
    assert text.startswith("#!/usr/bin/env bash\n")
    assert "\nset -euo pipefail\n" in text
    assert os.access(file, os.X_OK), f"chmod +x {script}"
