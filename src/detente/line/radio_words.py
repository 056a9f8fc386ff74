"""The radio in words: a channel spoken digit by digit, and the phrases of a card, in every language of the line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from detente.frequencies.spoken import spoken_name, spoken_tone
from detente.line.language import Phrase, Value, bare, spoken, text_of
from detente.memorandum.channel_names import Band

PHRASES = (
    "call",
    "check",
    "read",
    "position",
    "see",
    "hold_level",
    "turn",
    "keep_clear",
    "unable",
    "say_again",
    "urgent",
    "change",
)
"""The phrases of the table on a card, in the order in which they are needed."""


def channel_in_words(name_khz: int, band: Band, language: str) -> str:
    """A channel as it is said: "one two one decimal five"; English for a language that is not here."""
    return _joined(spoken_name(name_khz, band), language)


def tone_in_words(tone_hz: Decimal, language: str) -> str:
    """A tone as it is said: "one one zero decimal nine"."""
    return _joined(spoken_tone(tone_hz), language)


def card_text(name: str, language: str, args: Mapping[str, Value] | None = None) -> str:
    """A message of the card."""
    return _said(f"card-{name}", language, args or {})


def call_text(role: str, language: str) -> str:
    """What a channel is for: primary, secondary, guard, other."""
    return _said(f"call-{role}", language, {})


def proof_text(state: str, language: str) -> str:
    """How well a pair is proven: proven, aged, relayed, never."""
    return _said(f"proof-{state}", language, {})


def phrase_text(name: str, language: str, args: Mapping[str, Value]) -> str:
    """A phrase of the table; `listen` is the rule above it."""
    return _said(f"phrase-{name}", language, args)


def _said(id_: str, language: str, args: Mapping[str, Value]) -> str:
    tongue = spoken(language)
    return bare(text_of(Phrase(id_, args), tongue), tongue)


def _joined(words: Sequence[str], language: str) -> str:
    tongue = spoken(language)
    return " ".join(text_of(Phrase(f"digit-{word}"), tongue) for word in words)
