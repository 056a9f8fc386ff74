"""The hot line's newest entries in the language of who reads them: codes cross the line, words do not."""

from __future__ import annotations

from typing import Any

import msgspec

from detente.api.house import House
from detente.line.catalogue import CATALOGUE
from detente.line.language import LANGUAGES
from detente.line.wording import render


def transcript(house: House, *, count: int, language: str | None) -> dict[str, Any]:
    """As the desk's, each entry with its title, lines and direction in the language; English where it has none."""
    told = house.look("transcript", count=count)
    tongue = language if language in LANGUAGES else "en"
    for row in told["entries"]:
        kind = CATALOGUE.get(row["code"])
        row["title"], row["lines"], row["direction"] = row["text"], [], "ltr"
        if kind is not None and row["body"] is not None:
            body = msgspec.convert(row["body"], type=kind.body)
            shown = render(
                row["code"],
                body,
                language=tongue,
                precedence=row["precedence"],
                exercise=row["exercise"],
            )
            row["title"], row["lines"], row["direction"] = shown.title, list(shown.lines), shown.direction
    return told
