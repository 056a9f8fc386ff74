"""The five locales say the same things with the same figures, in files that a browser reads as well."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from fluent.syntax import ast, parse
from fluent.syntax.visitor import Visitor

import detente.line
from detente.adapters import frequency_card
from detente.frequencies.proof import PairState
from detente.frequencies.spoken import DECIMAL, DIGITS
from detente.line import bodies, bodies_duty, facts, facts_duty, language, wording
from detente.line.catalogue import CATALOGUE, Act, Body
from detente.line.language import LANGUAGES, Phrase, source_of, text_of
from detente.line.radio_words import PHRASES
from detente.memorandum.check_line import CATEGORIES, CONDUCT, SCOPES
from detente.memorandum.model import NoticeKind
from detente.memorandum.show_talk import CONDUCT_IN_WORDS
from detente.node.open_item import Level
from detente.notices.notice import HazardKind, Movement, Notice, Transponder
from detente.record.statement import Precedence

TRANSLATED = [language for language in LANGUAGES if language != "en"]

GROUPS: Mapping[str, frozenset[str]] = {
    "code": frozenset(CATALOGUE),
    "title": frozenset(CATALOGUE),
    "precedence": frozenset(get_args(Precedence)),
    "act": frozenset(get_args(Act)) | {"check", "state"},
    "level": frozenset(get_args(Level)),
    "role": frozenset(get_args(bodies_duty.Role)),
    "language": frozenset(LANGUAGES) | {"unknown"},
    "kind": frozenset(get_args(NoticeKind)),
    "hazard": frozenset(get_args(HazardKind)),
    "transponder": frozenset(get_args(Transponder)),
    "movement": frozenset(get_args(Movement)),
    "field": frozenset({"volumes", "place", "levels", "window", "class"}),
    "mode": frozenset({"figures", "own_block"}),
    "state": frozenset(get_args(bodies_duty.ObservedState)),
    "category": CATEGORIES,
    "article": CONDUCT,
    "scope": SCOPES,
    "digit": frozenset({*DIGITS, DECIMAL, "channel"}),
    "call": frozenset({"primary", "secondary", "guard", "other"}),
    "proof": frozenset(get_args(PairState)),
    "phrase": frozenset({*PHRASES, "listen"}),
}
"""Codes whose words stand under `group-code`, from where the codes are defined."""

OF_BODIES: Mapping[str, tuple[type[Body], str]] = {
    "what": (bodies.Alert, "what"),
    "ask": (bodies.Alert, "ask"),
    "nature": (bodies.Distress, "nature"),
    "answer": (bodies.Answer, "answer"),
    "action": (bodies.Answer, "action"),
    "verdict": (bodies.ReadBackVerdict, "verdict"),
    "check": (bodies_duty.LineCheck, "kind"),
    "cause": (bodies_duty.LineState, "cause"),
    "watch": (bodies_duty.WatchChange, "what"),
    "interpreter": (bodies_duty.WatchChange, "interpreter"),
    "why": (bodies_duty.Rung, "why"),
    "how": (bodies_duty.RadioCheck, "how"),
    "frequency": (bodies_duty.FrequencyChange, "what"),
    "outage": (bodies_duty.Outage, "what"),
    "group": (bodies_duty.WorkingGroup, "what"),
    "renewal": (bodies_duty.KeyChange, "reason"),
    "key": (bodies_duty.KeyChange, "revoked"),
}

FORMS = {
    "en": {"one", "other"},
    "fr": {"one", "other"},
    "tr": {"one", "other"},
    "ru": {"one", "few", "many", "other"},
    "ar": {"zero", "one", "two", "few", "many", "other"},
}
"""CLDR's cardinal forms for whole numbers; French `many` begins at a million, which no body counts to."""


def messages(of: str) -> dict[str, ast.Message]:
    return {entry.id.name: entry for entry in parse(source_of(of)).body if isinstance(entry, ast.Message)}


class Variables(Visitor):
    """What a message takes: what is placed, and what only chooses a form."""

    def __init__(self) -> None:
        self.placed: set[str] = set()
        self.chosen: set[str] = set()
        self.other: list[str] = []

    def visit_Placeable(self, node: ast.Placeable) -> None:
        match node.expression:
            case ast.VariableReference():
                self.placed.add(node.expression.id.name)
            case ast.SelectExpression(selector=ast.VariableReference() as selector):
                self.chosen.add(selector.id.name)
                for variant in node.expression.variants:
                    self.visit(variant.value)
            case _:
                self.other.append(type(node.expression).__name__)


def variables(message: ast.Message) -> Variables:
    found = Variables()
    assert message.value is not None
    found.visit(message.value)
    return found


def selections(message: ast.Message) -> Iterator[ast.SelectExpression]:
    assert message.value is not None
    for element in message.value.elements:
        if isinstance(element, ast.Placeable) and isinstance(element.expression, ast.SelectExpression):
            yield element.expression


@pytest.mark.parametrize("of", LANGUAGES)
def test_a_locale_is_read_whole_and_says_nothing_twice(of: str) -> None:
    entries = parse(source_of(of)).body
    assert not [entry.content for entry in entries if isinstance(entry, ast.Junk)]
    ids = [entry.id.name for entry in entries if isinstance(entry, ast.Message | ast.Term)]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("of", LANGUAGES)
def test_a_locale_holds_plain_messages_that_any_fluent_reads(of: str) -> None:
    """No terms, attributes, functions or references; the one quoted text is the comma, which ends with a space."""
    for name, message in messages(of).items():
        assert message.value is not None
        assert not message.attributes, name
        assert variables(message).other == (["StringLiteral"] if name == "comma" else []), name
    assert not [entry for entry in parse(source_of(of)).body if isinstance(entry, ast.Term)]


@pytest.mark.parametrize("of", TRANSLATED)
def test_every_locale_has_the_messages_and_variables_of_english(of: str) -> None:
    english, here = messages("en"), messages(of)
    assert list(here) == list(english), "in the same order, so that they can be read side by side"
    for name, message in here.items():
        assert variables(message).placed == variables(english[name]).placed, name
        assert variables(message).chosen == variables(english[name]).chosen, name


@pytest.mark.parametrize("of", LANGUAGES)
def test_a_number_only_chooses_a_form_and_is_never_placed(of: str) -> None:
    """So no locale's data can group digits ("1.000") or draw them in another script."""
    for name, message in messages(of).items():
        found = variables(message)
        assert found.chosen <= {"count"}, name
        assert "count" not in found.placed, name
        assert not re.search(r"[٠-٩۰-۹]", source_of(of))


@pytest.mark.parametrize("of", LANGUAGES)
def test_a_count_has_all_the_plural_forms_of_its_language(of: str) -> None:
    counted = [selection for message in messages(of).values() for selection in selections(message)]
    assert len(counted) == 6
    for selection in counted:
        forms = [
            variant.key.name for variant in selection.variants if isinstance(variant.key, ast.Identifier)
        ]
        assert set(forms) == FORMS[of]
        assert [variant.key.name for variant in selection.variants if variant.default] == ["other"]


def literals(of: Any) -> frozenset[str]:
    """The codes of a field, whichever way they are wrapped."""
    if get_origin(of) is tuple:
        return literals(get_args(of)[0])
    return frozenset(get_args(of))


def closed() -> dict[str, frozenset[str]]:
    hints = {name: get_type_hints(body)[field] for name, (body, field) in OF_BODIES.items()}
    return {**GROUPS, **{name: literals(hint) for name, hint in hints.items()}}


@pytest.mark.parametrize("group", closed())
def test_every_code_has_words_and_no_words_are_without_a_code(group: str) -> None:
    known = {name.removeprefix(f"{group}-") for name in messages("en") if name.startswith(f"{group}-")}
    assert known == closed()[group]


def test_every_message_is_used_and_every_message_used_is_there() -> None:
    sources = " ".join(
        Path(str(module.__file__)).read_text("utf-8")
        for module in (facts, facts_duty, language, wording, frequency_card)
    )
    named = set(re.findall(r"""["']([a-zA-Z_-]+)["']""", sources))
    for name in messages("en"):
        group, _, code = name.partition("-")
        if group in closed() or group == "reason":
            continue
        assert name in named or (group in ("label", "card") and code in named), name


def test_every_refusal_of_a_notice_has_words() -> None:
    """The codes as the modules that refuse write them."""
    package = Path(detente.line.__file__).parent.parent
    found: set[str] = set()
    for path in ("notices/admit.py", "notices/disclose.py", "node/notices.py"):
        text = (package / path).read_text("utf-8")
        found |= set(re.findall(r'code="([a-z_]+)"', text))
        found |= set(re.findall(r'code, message = \(?\s*"([a-z_]+)"', text))
    found |= set(
        re.findall(r'^    "([a-z_]+)",$', (package / "airspace/volumes.py").read_text("utf-8"), re.M)
    )
    assert len(found) > 20
    assert {f"reason-{code}" for code in found} <= set(messages("en"))


def test_the_articles_read_as_in_the_memorandum() -> None:
    for number, words in CONDUCT_IN_WORDS.items():
        assert text_of(Phrase(f"article-{number}"), "en") == words


@pytest.mark.parametrize(
    ("of", "id_", "said"),
    [
        (
            "ru",
            "persons",
            {
                0: "0 человек",
                1: "1 человек",
                2: "2 человека",
                5: "5 человек",
                21: "21 человек",
                111: "111 человек",
            },
        ),
        (
            "ru",
            "open-items",
            {
                1: "1 открытый вопрос",
                2: "2 открытых вопроса",
                5: "5 открытых вопросов",
                21: "21 открытый вопрос",
                111: "111 открытых вопросов",
            },
        ),
        (
            "ru",
            "volumes",
            {1: "1 объём", 2: "2 объёма", 5: "5 объёмов", 21: "21 объём", 111: "111 объёмов"},
        ),
        ("ru", "minutes", {1: "1 минуту", 2: "2 минуты", 5: "5 минут", 21: "21 минуту", 111: "111 минут"}),
        (
            "ru",
            "seconds",
            {1: "1 секунду", 2: "2 секунды", 5: "5 секунд", 21: "21 секунду", 111: "111 секунд"},
        ),
        (
            "ru",
            "entries",
            {1: "1 запись", 2: "2 записи", 5: "5 записей", 21: "21 запись", 111: "111 записей"},
        ),
        (
            "ar",
            "persons",
            {
                0: "0 أشخاص",
                1: "شخص واحد",
                2: "شخصان",
                3: "3 أشخاص",
                11: "11 شخصًا",
                100: "100 شخص",
            },
        ),
        (
            "ar",
            "volumes",
            {0: "0 أحياز", 1: "حيّز واحد", 2: "حيّزان", 3: "3 أحياز", 11: "11 حيّزًا", 100: "100 حيّز"},
        ),
        (
            "ar",
            "minutes",
            {0: "0 دقائق", 1: "دقيقة واحدة", 2: "دقيقتين", 3: "3 دقائق", 11: "11 دقيقة", 100: "100 دقيقة"},
        ),
        (
            "ar",
            "seconds",
            {0: "0 ثوانٍ", 1: "ثانية واحدة", 2: "ثانيتين", 3: "3 ثوانٍ", 11: "11 ثانية", 100: "100 ثانية"},
        ),
        (
            "ar",
            "open-items",
            {
                0: "0 بنود مفتوحة",
                1: "بند مفتوح واحد",
                2: "بندان مفتوحان",
                3: "3 بنود مفتوحة",
                11: "11 بندًا مفتوحًا",
                100: "100 بند مفتوح",
            },
        ),
        ("fr", "persons", {0: "0 personne", 1: "1 personne", 2: "2 personnes"}),
        ("tr", "persons", {1: "1 kişi", 2: "2 kişi", 1000: "1000 kişi"}),
        ("en", "persons", {0: "0 persons", 1: "1 person", 2: "2 persons", 1000: "1000 persons"}),
    ],
)
def test_a_count_reads_right(of: str, id_: str, said: Mapping[int, str]) -> None:
    marks = str.maketrans("", "", language.ISOLATE + language.END_OF_ISOLATE)
    for count, text in said.items():
        assert text_of(facts.counted(id_, count), of).translate(marks) == text


def test_the_fields_of_a_notice_that_are_codes_are_all_named() -> None:
    """A new field with codes of its own needs words; this list says which are spoken for."""
    coded = {name for name, hint in get_type_hints(Notice).items() if "Literal" in str(hint)}
    assert coded == {"kind", "count_band", "transponder", "hazard_kind", "movement"}
