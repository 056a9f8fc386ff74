"""What the page is made of: the same words in five languages, known bundles, nothing from elsewhere."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fluent.syntax import ast, parse

from detente.console import pages
from detente.line.language import LANGUAGES

OWN = sorted(file for file in pages().glob("*.js"))
LINE = Path(str(pages())).parents[1] / "line" / "locale"
USED = re.compile(r"""\bt\(\s*"([a-z][\w-]*)""")
METHOD = re.compile(r"^  (?:async )?(\w+)\([^\n]*\) \{\n(.*?)^  \}$", re.MULTILINE | re.DOTALL)
ORDERS = frozenset({"give", "actsOf", "noteAlarm"})
"""What is called by whatever draws a button that gives an order."""


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
    """But for the import map, which runs nothing and is allowed by its hash alone."""
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


def test_a_button_of_an_order_stays_with_what_it_was_drawn_for() -> None:
    """A list drawn by place hands the button under a hand, or with the focus, to whatever comes to stand there: so it
    is drawn by key (`repeat`). A list that is written out where it is drawn never changes its order."""
    files = {file.name: file.read_text() for file in OWN}
    assert sum("give(" in text for text in files.values()) >= 5
    assert {name: found for name, text in files.items() if (found := list(_drawn_by_place(text)))} == {}
    moved = (
        "  list() {\n    return rows.map((row) => this.row(row));\n  }\n\n  row(row) {\n    give(row);\n  }\n"
    )
    assert list(_drawn_by_place(moved)) == ["2: (row) => this.row(row)"]


def _drawn_by_place(text: str) -> Iterator[str]:
    methods = dict(METHOD.findall(text))
    ordering: set[str] = set(ORDERS)
    while more := {name for name, body in methods.items() if _calls(body, ordering)} - ordering:
        ordering |= more
    for found in re.finditer(r"(?<!\])\.map\(", text):
        depth, end = 1, found.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        if _calls(drawn := text[found.end() : end - 1], ordering):
            yield f"{text.count(chr(10), 0, found.start()) + 1}: {drawn[:80]}"


def _calls(body: str, names: set[str]) -> bool:
    return any(re.search(rf"(?:this\.|(?<![.\w])){name}\(", body) for name in names)
