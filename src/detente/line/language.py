"""Words from codes: one Fluent catalogue for each language, the same file for Python and for a browser.

A figure goes in as a finished text, Western digits and ICAO symbols in every language; a number goes in only to
choose a plural form. What is put into a sentence stands between the marks U+2068 and U+2069, so that a call sign or a
channel keeps its order inside Arabic. At run time nothing is ever left out: what a language lacks is said in
English, with the id of the message behind it; tests see to it that nothing lacks.
Source: Project Fluent, syntax 1.0; Unicode Standard Annex 9, isolates.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Literal, NamedTuple, TypeAlias, cast

from fluent.runtime import FluentBundle, FluentResource

from detente.wire.limits import SHOWN_CHARS_MAX

LANGUAGES = ("en", "fr", "ru", "ar", "tr")
"""Every language that a message is rendered in; English is what the others fall back to."""

CATALOGUES = ("line", "radio")
"""What the packaged words are parted into: the messages of the line, and the words of the radio."""

Direction: TypeAlias = Literal["ltr", "rtl"]

ISOLATE, END_OF_ISOLATE = "\u2068", "\u2069"


class Phrase(NamedTuple):
    """A message of the catalogue with what goes into it.

    Where a code is the peer's or the memorandum's own, `instead` is the code, shown as it is if no message has it.
    """

    id: str
    args: Mapping[str, Value | int] = {}
    instead: str | None = None


Value: TypeAlias = "str | Phrase | tuple[Value, ...]"
"""A figure or a name as it is, words from a code, or several of these."""


def plain(text: str) -> str:
    """A stranger's words for a line of ours: at most `SHOWN_CHARS_MAX`, and none that a screen acts on.

    Control, direction and invisible marks become "?"; so no text can end an isolate or turn its neighbours round.
    """
    return "".join(mark if mark.isprintable() else "?" for mark in text[:SHOWN_CHARS_MAX])


def direction_of(language: str) -> Direction:
    """Which way a language runs; English, and so "ltr", for one that is not here."""
    return "rtl" if language == "ar" else "ltr"


def spoken(language: str) -> str:
    """The language itself, or English for one that is not here."""
    return language if language in LANGUAGES else "en"


def text_of(value: Value, language: str) -> str:
    """A value in one of `LANGUAGES`; whatever is not ours is made plain. Never raises for want of a message."""
    if isinstance(value, str):
        return plain(value)
    if not isinstance(value, Phrase):
        return text_of(Phrase("comma"), language).join(isolated(text_of(one, language)) for one in value)
    args = {name: one if isinstance(one, int) else text_of(one, language) for name, one in value.args.items()}
    if (found := _formatted(language, value.id, args)) is not None:
        return found
    if (found := _formatted("en", value.id, args)) is not None:
        return f"{found} [{value.id}]"
    return plain(value.instead or value.id)


def isolated(text: str) -> str:
    """A text that keeps its own direction wherever it stands."""
    return f"{ISOLATE}{text}{END_OF_ISOLATE}"


def bare(text: str, language: str) -> str:
    """Without the marks where they change nothing: in a left-to-right language, if no text in it runs the other way.

    Terminals and logs show such a line right by themselves, and some show the marks as boxes.
    """
    if direction_of(language) == "rtl" or any(
        unicodedata.bidirectional(mark) in ("R", "AL") for mark in text
    ):
        return text
    return text.replace(ISOLATE, "").replace(END_OF_ISOLATE, "")


def source_of(language: str) -> str:
    """The catalogues of a language as they are packaged, one after the other; a page is given the same text."""
    folder = files("detente.line").joinpath("locale", language)
    return "\n".join(folder.joinpath(f"{name}.ftl").read_text(encoding="utf-8") for name in CATALOGUES)


def _formatted(language: str, message_id: str, args: Mapping[str, str | int]) -> str | None:
    """A message with everything in it; None where it is missing or something that it needs is."""
    bundle = _bundle(language)
    if not bundle.has_message(message_id):
        return None
    pattern = bundle.get_message(message_id).value
    if pattern is None:
        return None
    text, errors = bundle.format_pattern(pattern, dict(args))
    return None if errors else cast("str", text)


@lru_cache(maxsize=len(LANGUAGES))
def _bundle(language: str) -> FluentBundle:
    bundle = FluentBundle([language], use_isolating=True)
    bundle.add_resource(FluentResource(source_of(language)))
    return bundle
