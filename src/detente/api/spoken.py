"""Entries of the hot line in the language of who reads them: codes cross the line, words do not.

Beside it may stand a second language, to be read side by side; text that people wrote is shown as they wrote it in
both, marked with its language, for nothing here translates it.
"""

from __future__ import annotations

from typing import Any

import msgspec

from detente.api.house import House
from detente.conflicts.changes import Change
from detente.errors import OperatorError
from detente.line.bodies import Proposal
from detente.line.catalogue import CATALOGUE
from detente.line.language import LANGUAGES
from detente.line.wording import detail, direction_of, render
from detente.node import views
from detente.notices.readback import ReadBack, compare, read_back
from detente.quantities import PartyId
from detente.runtime.offers import NOTHING


def transcript(
    house: House, *, count: int, language: str | None, beside: str | None = None
) -> dict[str, Any]:
    """As the desk's, each entry with its title, lines and direction in the language; English where it has none."""
    told = house.look("transcript", count=count)
    for row in told["entries"]:
        speak(row, language=language, beside=beside)
    return told


def entry(house: House, ref: str, *, language: str | None, beside: str | None = None) -> dict[str, Any]:
    """One entry, in the same shape."""
    row = house.look("entry", ref=ref)
    speak(row, language=language, beside=beside)
    return row


def offers(found: dict[str, Any], language: str | None) -> dict[str, Any]:
    """Ways out, each change in words of the language."""
    for offer in found["offers"]:
        change = Proposal(notice=NOTHING, **msgspec.structs.asdict(msgspec.convert(offer["change"], Change)))
        offer["in_words"] = detail(change, _known(language))
    return found


def compared(house: House, ref: str, *, language: str | None) -> dict[str, Any]:
    """A read-back beside what was sent: both as a read-back's lines, the field that differs, and the verdict said.

    Raises: OperatorError `no_read_back` where the entry is none, or what it answers is not held here.
    """
    row, state = house.look("entry", ref=ref), house.node.state
    answered = row["reply_to"]
    held = next((one for one in state.notices.values() if views.short_ref(one.ref) == answered), None)
    if row["code"] != "RBK" or row["body"] is None or held is None:
        raise OperatorError(
            "no_read_back", f"{ref[:80]!r} reads back no notice that is held here.", cure="Name an RBK."
        )
    heard = msgspec.convert(row["body"], type=ReadBack)
    sent = read_back(held.notice, state.memorandum)
    tongue = _known(language)
    lines = [list(render("RBK", one, language=tongue).lines) for one in (sent, heard)]
    return {
        "ref": ref,
        "notice": answered,
        "sent": lines[0],
        "understood": lines[1],
        "differs": compare(held.notice, heard, state.memorandum),
        "verdict": held.read_backs.get(PartyId(row["party"])) if held.party == state.me else held.read_back,
        "direction": direction_of(tongue),
    }


def speak(row: dict[str, Any], *, language: str | None, beside: str | None = None) -> None:
    """Put a row's words into it, and where a second language is asked for, those too."""
    row |= _words(row, language)
    row["beside"] = None if beside is None else {"language": _known(beside), **_words(row, beside)}


def _known(language: str | None) -> str:
    return language if language is not None and language in LANGUAGES else "en"


def _words(row: dict[str, Any], language: str | None) -> dict[str, Any]:
    kind = CATALOGUE.get(row["code"])
    if kind is None or row["body"] is None:
        return {"title": row["text"], "lines": [], "detail": "", "direction": "ltr"}
    body = msgspec.convert(row["body"], type=kind.body)
    shown = render(
        row["code"],
        body,
        language=_known(language),
        precedence=row["precedence"],
        written_in=row["language"],
        exercise=row["exercise"],
    )
    return {
        "title": shown.title,
        "lines": list(shown.lines),
        "detail": detail(body, _known(language)),
        "direction": shown.direction,
    }
