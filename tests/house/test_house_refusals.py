"""Rules of the house about refusals: whatever the page can be answered, its reader is told in his own language."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src" / "detente"
LOCALE = SRC / "console" / "pages" / "locale"
CODE = re.compile(r"[a-z][a-z_]*")

REACHED = (
    *("api/*.py", "runtime/desk*.py", "runtime/places.py", "runtime/grid_place.py", "runtime/node.py"),
    *("node/*.py", "notices/*.py", "conflicts/*.py", "airspace/*.py", "frequencies/where.py"),
    *("line/catalogue.py", "incidents/number.py", "incidents/bundle.py", "wire/codec.py"),
    *("adapters/incident_record.py", "adapters/sqlite_store.py", "adapters/postgres_errors.py"),
)
"""Where what a door of the page answers can be refused."""

NOT_BY_THE_NODE = frozenset({"api/client.py", "api/server.py"})
"""What programs say of an answer, and what keeps a console from being opened at all."""

STAYS_ENGLISH: dict[str, tuple[str, ...]] = {
    "the page asks so that it cannot be: it sends its own fields, and what it was given to choose from": (
        *("bad_change", "bad_frequency", "bad_readability", "bad_schedule", "bbox", "csrf", "key_missing"),
        *("key_reused", "layout", "may_not_stop", "method", "no_door", "no_map", "no_roles", "no_such_field"),
        *("no_such_language", "no_volume", "not_a_socket", "not_by_hand", "not_json", "nothing_changes"),
        *("origin", "precedence", "quality", "range", "refused", "too_many", "too_many_volumes"),
        *("unknown_code", "unknown_level", "unknown_order", "unknown_path", "unknown_post"),
        *("unknown_sector", "usage"),
    ),
    "nobody reads it: who asked has gone, or the page itself is refused by that name": ("gone", "host"),
    "a browser tells no page why a socket was not opened": ("sockets",),
    "accounts are kept by the command line and by programs": (
        *("account_exists", "account_role", "accounts_full", "last_administrator", "no_account"),
    ),
    "it is answered as an order that waits, which has words": ("asking_peers",),
    "the node stops or does not start: its terminal tells whoever keeps it": (
        *("no_database", "store_damaged", "store_is_newer", "store_login", "store_rights"),
    ),
    "a node that serves a console has its record, and the page names incidents and parties of that": (
        *("no_incident", "no_record", "unknown_peer"),
    ),
}
"""Codes without words of the page's, and why."""


def codes_of(text: str) -> Iterator[str]:
    """The refusal codes that a module gives: of errors, verdicts and replies, and of pairs of code and sentence."""
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Call():
                candidates = list(_of_call(node))
            case ast.Tuple(elts=[code, words]) if _is_sentence(words):
                candidates = [code]
            case _:
                continue
        for one in candidates:
            if isinstance(one, ast.Constant) and isinstance(one.value, str) and CODE.fullmatch(one.value):
                yield one.value


def _of_call(call: ast.Call) -> Iterator[ast.expr]:
    named = {one.arg: one.value for one in call.keywords}
    if isinstance(ok := named.get("ok"), ast.Constant) and ok.value is True:
        return
    if (code := named.get("code")) is not None:
        yield code
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    if name.endswith("Error") or name in ("_no", "_fault"):
        yield from call.args[:1]
    elif name == "no":
        yield from call.args[1:2]


def _is_sentence(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value=str(text)):
            return " " in text and text.endswith(".")
        case _:
            return isinstance(node, ast.JoinedStr)


def given() -> dict[str, str]:
    """Every code that the page can be answered, and a file that gives it."""
    files = {file.relative_to(SRC).as_posix(): file for pattern in REACHED for file in SRC.glob(pattern)}
    return {
        code: name
        for name, file in sorted(files.items())
        if name not in NOT_BY_THE_NODE
        for code in codes_of(file.read_text(encoding="utf-8"))
    }


def worded() -> set[str]:
    """The codes that have words; that every language has the same ones is a test of the console's."""
    return set(re.findall(r"^refusal-(\w+) =", (LOCALE / "en.ftl").read_text(encoding="utf-8"), re.MULTILINE))


def test_codes_are_found_wherever_one_is_given() -> None:
    text = """
raise ApiError("one", "No.", status=404)
return Refused(code="two", message="No.")
return no(state, "three", f"{event.post} is not ours.")
yield "four", "It is not so."
code, message = "five", f"At most {most}."
return _fault("six", "It is none.")
Reply(ok=True, code="sent", message="Done."); Say(code="ALR", body=body); pair = "a", "b c"
"""
    assert sorted(codes_of(text)) == sorted(("one", "two", "three", "four", "five", "six"))


def test_every_refusal_that_the_page_can_be_answered_has_words_in_its_languages() -> None:
    """Add `refusal-CODE` with its cure to every file of the page's locale, or the code with its reason above."""
    english = {code for codes in STAYS_ENGLISH.values() for code in codes}
    silent = {code: file for code, file in given().items() if code not in worded() | english}
    assert silent == {}


def test_no_words_are_kept_for_what_nobody_answers_and_none_are_missing_on_purpose_that_are_there() -> None:
    codes = [code for of in STAYS_ENGLISH.values() for code in of]
    assert len(codes) == len(set(codes))
    assert sorted(worded() - given().keys()) == []
    assert sorted(set(codes) - given().keys()) == []
    assert sorted(set(codes) & worded()) == []
