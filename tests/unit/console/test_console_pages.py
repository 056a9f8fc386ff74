"""What the page is made of: the same words in five languages, known bundles, nothing from elsewhere."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest
from fluent.syntax import ast, parse

from detente.console import pages
from detente.line.language import LANGUAGES

OWN = sorted(file for file in pages().glob("*.js"))
LINE = Path(str(pages())).parents[1] / "line" / "locale"
USED = re.compile(r"""\bt\(\s*"([a-z][\w-]*)""")


def messages(file: Path) -> dict[str, set[str]]:
    """By id, the names of what goes into it."""
    found = {}
    for entry in parse(file.read_text()).body:
        assert not isinstance(entry, ast.Junk), f"{file}: {entry.content}"
        if isinstance(entry, ast.Message):
            names: set[str] = set()
            _names(entry.value, names)
            found[entry.id.name] = names
    return found


def _names(node: object, names: set[str]) -> None:
    if isinstance(node, ast.VariableReference):
        names.add(node.id.name)
    for inner in vars(node).values() if isinstance(node, ast.BaseNode) else ():
        for one in inner if isinstance(inner, list) else [inner]:
            _names(one, names)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_messages_with_the_same_figures(language: str) -> None:
    own = messages(pages() / "locale" / f"{language}.ftl")
    assert own == messages(pages() / "locale" / "en.ftl")
    assert not set(own) & set(messages(LINE / language / "line.ftl")), (
        "the line's word would be shown instead"
    )


def test_every_word_that_the_page_uses_is_there() -> None:
    known = set(messages(pages() / "locale" / "en.ftl"))
    used = {id_ for file in OWN for id_ in USED.findall(file.read_text())} - {"weight-"}
    assert sorted(used - known) == []
    for weight in ("alert", "warning", "caution"):
        assert f"weight-{weight}" in known


def test_bundles_are_what_the_vendoring_script_made() -> None:
    listed = json.loads((pages() / "vendor" / "vendor.json").read_text())
    for name, of in listed["files"].items():
        data = (pages() / "vendor" / name).read_bytes()
        assert hashlib.sha256(data).hexdigest() == of["sha256"], f"{name}: run tools/vendor-console"
    licences = (pages() / "vendor" / "LICENCES.txt").read_text()
    for name, of in listed["packages"].items():
        assert f"{name} {of['version']} (" in licences
        assert of["license"] in ("MIT", "ISC", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause")


@pytest.mark.parametrize("file", OWN, ids=lambda file: file.name)
def test_no_module_of_ours_makes_markup_of_a_text_or_reaches_elsewhere(file: Path) -> None:
    text = file.read_text()
    for never in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "unsafeHTML",
        "eval(",
        "http://",
    ):
        assert never not in text
    assert "https://" not in text
    assert len(text.splitlines()) <= 400


def test_the_page_has_no_inline_script_or_style() -> None:
    """But for the import map, which has to be there, and which is allowed by its hash."""
    page = (pages() / "index.html").read_text()
    assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", page) == ['<script type="importmap">']
    assert "<style" not in page
    assert "style=" not in page


def test_every_warning_of_the_node_has_words_of_its_own() -> None:
    """Those whose code is put together are named here."""
    known = set(messages(pages() / "locale" / "en.ftl"))
    node = Path(str(pages())).parents[1] / "node"
    codes = {
        code
        for file in node.glob("views*.py")
        for code in re.findall(r'\bwarned\(\s*"([a-z_-]+)"', file.read_text())
    }
    codes |= {
        f"path-{state}" for state in ("late", "silent", "own_fault", "refused", "missed", "missed-refused")
    }
    codes |= {"channel-failure", "channel-interference"}
    assert len(codes) >= 15
    said_as_it_is = {"own-aircraft"}
    assert sorted(code for code in codes - said_as_it_is if f"warned-{code}" not in known) == []
