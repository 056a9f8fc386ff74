"""Rules of the house about code that linters lack. Each failure lists every place at once."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src" / "detente"
LINES_MAX = 400
VAGUE_NAMES = frozenset({"utils", "util", "helpers", "helper", "common", "manager", "misc"})

PURE_LAYERS = (
    "node",
    "incidents",
    "line",
    "alerts",
    "conflicts",
    "encounters",
    "frequencies",
    "notices",
    "tracks",
    "voice",
    "memorandum",
    "record",
    "airspace",
    "kernels",
    "crypto",
    "wire",
    "quantities.py",
    "errors.py",
)
"""Everything below `ports.py`: values in, values out. `importlib.resources` may read what the package ships."""

WORLDLY_MODULES = frozenset(
    {
        *("asyncio", "concurrent", "multiprocessing", "sched", "select", "selectors", "signal", "threading"),
        *("fcntl", "glob", "io", "os", "pathlib", "shutil", "sqlite3", "subprocess", "sys", "tempfile"),
        *("http", "smtplib", "socket", "socketserver", "ssl", "urllib"),
        *("random", "secrets", "time", "uuid"),
        *("logging", "warnings"),
        *("h11", "OpenSSL", "rich", "sqlalchemy", "typer"),
    }
)
WORLDLY_CALLS = frozenset({"open", "print", "input", "breakpoint"})
CLOCK_METHODS = frozenset({"now", "utcnow", "today"})
ERROR_CODE = re.compile(r"[a-z][a-z0-9_]*")
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
TEXT_SUFFIXES = frozenset({".py", ".md", ".toml", ".txt", ".json", ".yml", ""})


@cache
def sources() -> dict[str, ast.Module]:
    """Path under src/detente -> syntax tree."""
    return {
        file.relative_to(SRC).as_posix(): ast.parse(file.read_text(encoding="utf-8"))
        for file in sorted(SRC.rglob("*.py"))
    }


def _pure_nodes() -> Iterator[tuple[str, ast.AST]]:
    for path, tree in sources().items():
        if path.split("/")[0] in PURE_LAYERS:
            for node in ast.walk(tree):
                yield path, node


def _imported(node: ast.AST) -> tuple[str, ...]:
    if isinstance(node, ast.Import):
        return tuple(alias.name.split(".")[0] for alias in node.names)
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return (node.module.split(".")[0],)
    return ()


def test_every_pure_layer_is_there() -> None:
    """A layer renamed must be renamed here too, or nothing is checked."""
    assert [name for name in PURE_LAYERS if not (SRC / name).exists()] == []


def test_every_package_says_what_it_takes_gives_and_where_to_read_next() -> None:
    missing = [
        f"{path}: {word}"
        for path, tree in sources().items()
        if path.endswith("__init__.py") and path != "__init__.py"
        for word in ("Takes:", "Gives:", "Next:")
        if word not in (ast.get_docstring(tree) or "")
    ]
    assert missing == []


def test_no_file_has_more_lines_than_one_idea_needs() -> None:
    lengths = {path: len((SRC / path).read_text(encoding="utf-8").splitlines()) for path in sources()}
    assert {path: count for path, count in lengths.items() if count > LINES_MAX} == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    vague = [path for path in sources() if VAGUE_NAMES & set(path.removesuffix(".py").split("/"))]
    assert vague == []


def test_pure_layers_import_nothing_of_the_world() -> None:
    found = [
        f"{path}:{node.lineno} imports {name}"  # type: ignore[attr-defined]  # only import nodes give a name
        for path, node in _pure_nodes()
        for name in _imported(node)
        if name in WORLDLY_MODULES
    ]
    assert found == []


def test_pure_layers_ask_no_clock_no_chance_and_no_file() -> None:
    found = []
    for path, node in _pure_nodes():
        if isinstance(node, ast.AsyncFunctionDef | ast.Await | ast.AsyncFor | ast.AsyncWith):
            found.append(f"{path}:{node.lineno} awaits")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in WORLDLY_CALLS:
            found.append(f"{path}:{node.lineno} calls {node.func.id}")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            called = ast.unparse(node.func)
            if node.func.attr in CLOCK_METHODS and called.split(".")[-2] in ("datetime", "date"):
                found.append(f"{path}:{node.lineno} asks the clock by {called}")
            if ".random." in called or node.func.attr == "generate":
                found.append(f"{path}:{node.lineno} draws chance by {called}")
    assert found == []


def test_every_error_code_is_a_plain_snake_case_constant() -> None:
    """Codes are for programs and for the record: they never change with the case."""
    errors = {"DetenteError"}
    classes = [
        node for tree in sources().values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)
    ]
    while (
        more := {one.name for one in classes if {ast.unparse(base) for base in one.bases} & errors} - errors
    ):
        errors |= more
    found = []
    for path, tree in sources().items():
        for node in ast.walk(tree):
            if not (
                isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in errors
            ):
                continue
            keyword = next((one.value for one in node.keywords if one.arg == "code"), None)
            code = keyword or (node.args[0] if node.args else None)
            if isinstance(code, ast.JoinedStr) or (
                isinstance(code, ast.Constant) and ERROR_CODE.fullmatch(str(code.value)) is None
            ):
                found.append(f"{path}:{node.lineno} {ast.unparse(code)}")
    assert found == []


def test_nothing_is_left_for_later_in_a_comment() -> None:
    folders = [ROOT / name for name in ("src", "tests", "docs", "spec", "tools", "bench")]
    files = [file for folder in folders for file in folder.rglob("*") if file.suffix in TEXT_SUFFIXES]
    files += [file for file in ROOT.glob("[!.]*") if file.suffix in TEXT_SUFFIXES]
    found = [
        f"{file.relative_to(ROOT)}:{number}"
        for file in sorted(files)
        if file.is_file()
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        if UNFINISHED.search(line)
    ]
    assert found == []


def test_what_is_tested_alone_lies_where_make_test_looks_for_it() -> None:
    """The first run of `make test` leaves these out; one elsewhere would never be run."""
    marked = [
        file for file in (ROOT / "tests").rglob("test_*.py") if "pytest.mark.alone" in file.read_text("utf-8")
    ]
    strayed = [file for file in marked if file.parent.name != "browser" and file != Path(__file__)]
    assert strayed == []
