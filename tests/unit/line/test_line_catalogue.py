"""The catalogue is closed: every body survives its own bytes, and nothing else can be said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from detente.errors import PeerError
from detente.line.bodies_duty import Fork
from detente.line.catalogue import CATALOGUE, Body, answer_due_ms, encode_body, is_name, parse_body
from detente.line.wording import IN_WORDS, detail, plain, render
from detente.memorandum.model import Memorandum
from detente.quantities import Digest
from detente.record.statement import Statement
from detente.wire import encode
from detente.wire.limits import SHOWN_CHARS_MAX

NOW_MS = 1_599_523_200_000


def statement(code: str, raw: bytes) -> Statement:
    return Statement(
        v=1,
        memorandum="FIRES-2020",
        identity=Digest("0" * 64),
        origin="COAST/T/0",
        seq=1,
        sender="coast.air",
        to=("sierra.air",),
        code=code,
        precedence="ROUTINE",
        sent_ms=NOW_MS,
        answer_due_ms=None,
        reply_to=None,
        language="en",
        exercise=False,
        heads=(),
        salt="",
        body=msgspec.Raw(raw),
    )


def test_every_code_has_a_body_words_and_a_detail(bodies: Mapping[str, Body]) -> None:
    assert set(CATALOGUE) == set(bodies) == set(IN_WORDS)
    for body in bodies.values():
        assert detail(body)


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_body_survives_its_own_bytes(fires: Memorandum, bodies: Mapping[str, Body], code: str) -> None:
    body = bodies[code]
    raw = bytes(encode_body(body))
    assert parse_body(statement(code, raw), fires.disclosure) == body


@pytest.mark.parametrize("code", CATALOGUE)
def test_no_body_takes_a_field_or_a_text_more(
    fires: Memorandum, bodies: Mapping[str, Body], code: str
) -> None:
    loose = msgspec.json.decode(bytes(encode_body(bodies[code])))
    for name in ("remarks", "target", "note"):
        with pytest.raises(PeerError):
            parse_body(statement(code, encode({**loose, name: "x"})), fires.disclosure)


@pytest.mark.parametrize("code", CATALOGUE)
def test_no_body_lacks_a_field_or_takes_another_layout(
    fires: Memorandum, bodies: Mapping[str, Body], code: str
) -> None:
    raw = bytes(encode_body(bodies[code]))
    loose = msgspec.json.decode(raw)
    for name in loose:
        with pytest.raises(PeerError):
            parse_body(
                statement(code, encode({key: loose[key] for key in loose if key != name})), fires.disclosure
            )
    for other in (raw.replace(b":", b": ", 1), raw.replace(b"{", b"{ ", 1), raw + b" "):
        with pytest.raises(PeerError):
            parse_body(statement(code, other), fires.disclosure)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Any:
    """Every scalar of a body with its path."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, (*path, index))
    else:
        yield path, value


def with_leaf(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    head, *rest = path
    if isinstance(value, dict):
        return {**value, head: with_leaf(value[head], tuple(rest), new)}
    return [with_leaf(one, tuple(rest), new) if index == head else one for index, one in enumerate(value)]


@pytest.mark.parametrize("code", sorted(set(CATALOGUE) - {"NTC", "HAZ", "AMD"}))
def test_no_number_is_so_large_that_a_screen_breaks_on_it(
    fires: Memorandum, bodies: Mapping[str, Body], code: str
) -> None:
    """Whatever is taken can be shown; the figures of notices are admission's to judge, and are shown too."""
    body = bodies[code]
    loose = msgspec.json.decode(bytes(encode_body(body)))
    for path, value in leaves(loose):
        if isinstance(value, int):
            for huge in (10**400, -(10**400), 2**63, -(2**63), 2**53):
                with pytest.raises(PeerError):
                    parse_body(statement(code, encode(with_leaf(loose, path, huge))), fires.disclosure)


@pytest.mark.parametrize("code", ["NTC", "HAZ", "AMD"])
def test_a_notice_with_any_figure_can_be_shown(
    fires: Memorandum, bodies: Mapping[str, Body], code: str
) -> None:
    loose = msgspec.json.decode(bytes(encode_body(bodies[code])))
    for path, value in leaves(loose):
        if isinstance(value, int):
            for odd in (10**400, -(10**400), -1, 0, 2**53):
                raw = encode(with_leaf(loose, path, odd))
                body = parse_body(statement(code, raw), fires.disclosure)
                assert detail(body).isprintable()
                assert render(code, body, language="ar").lines


def test_a_strangers_words_move_no_cursor_and_end() -> None:
    assert plain("a\u001b[31m\r\nb\u202ec\u0000") == "a?[31m??b?c?"
    assert len(plain("x" * 10_000)) == SHOWN_CHARS_MAX
    assert detail(Fork(journal="\u001b]0;x\u0007" + "y" * 9999)).isprintable()


@pytest.mark.parametrize(
    "text", ["coast.air", "data-1", "T72", "Tanker 72", "not_your_post", "A/B", "x" * 40]
)
def test_a_name_is_a_name(text: str) -> None:
    assert is_name(text)


@pytest.mark.parametrize("text", ["", " x", "-x", "x" * 41, "a\n", "a\u001b", "ä", "a,b", "who? me!", "a;b"])
def test_a_sentence_is_no_name(text: str) -> None:
    assert not is_name(text)


@pytest.mark.parametrize(
    ("code", "precedence", "due_s"),
    [
        ("NTC", "ROUTINE", 900),
        ("NTC", "ALERT", 900),
        ("CON", "PRIORITY", 900),
        ("QRY", "ALERT", 60),
        ("ALR", "ALERT", 120),
        ("FRK", "PRIORITY", 900),
        ("LCK", "ADMIN", 60),
        ("CLR", "ALERT", None),
        ("ANS", "ALERT", None),
        ("RBC", "ROUTINE", None),
    ],
)
def test_an_answer_is_due_by_the_codes_own_row_and_else_by_the_precedence(
    fires: Memorandum, code: str, precedence: Any, due_s: int | None
) -> None:
    due_ms = answer_due_ms(fires, code=code, precedence=precedence, sent_ms=NOW_MS)
    assert due_ms == (None if due_s is None else NOW_MS + due_s * 1000)
