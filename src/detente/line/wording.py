"""Every message in words, rendered from codes alone, in each language of `LANGUAGES`.

`render` is the whole message for the person on watch: a title and short lines, the most urgent first. `detail` is
its figures in one line for a list, `in_words` names its code, and `named` names any other code of the catalogue.
Free text is shown as it was written, marked with its language, and never translated. A language that is not here
gets English, and is told so; nothing here raises for want of a word.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from detente.line.bodies import (
    Acceptance,
    Acknowledgement,
    Alert,
    Answer,
    Cleared,
    ConflictStated,
    Crossing,
    Distress,
    Proposal,
    Query,
    ReadBackVerdict,
    Rejection,
    Withdrawal,
)
from detente.line.bodies_duty import FrequencyChange, KeyChange, LineState, Outage, WatchChange, WorkingGroup
from detente.line.catalogue import CATALOGUE, Body
from detente.line.facts import Fact, facts_of_flight, word
from detente.line.facts_duty import facts_of_duty
from detente.line.language import (
    LANGUAGES,
    Direction,
    Phrase,
    Value,
    bare,
    direction_of,
    plain,
    spoken,
    text_of,
)
from detente.notices.notice import Notice
from detente.notices.readback import ReadBack
from detente.record.statement import Precedence

__all__ = [
    "IN_WORDS",
    "LANGUAGES",
    "Rendered",
    "bare",
    "detail",
    "direction_of",
    "in_words",
    "named",
    "plain",
    "receipt_note",
    "render",
]


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """A message in one language: a title, its lines, and which way they run.

    What was put into a line stands between U+2068 and U+2069; `bare` takes them away where they do nothing.
    """

    title: str
    lines: tuple[str, ...]
    direction: Direction


def render(
    code: str,
    body: Body,
    *,
    language: str,
    precedence: Precedence | None = None,
    exercise: bool = False,
    written_in: str = "unknown",
) -> Rendered:
    """A message of the catalogue in a language.

    Args:
        precedence: as it was sent; None for the code's own.
        exercise: whether it is said for exercise; the words that say so stand first and last.
        written_in: the language of its free text, as its statement names it.
    """
    tongue = spoken(language)
    sent = precedence or (CATALOGUE[code].precedence if code in CATALOGUE else "ADMIN")
    title = Phrase(f"title-{code}", _of_title(body), code)
    head = text_of(Phrase("titled", {"precedence": word("precedence", sent), "title": title}), tongue)
    lines = [_line(fact, tongue) for fact in _facts(body, written_in) if fact.on != "detail"]
    if exercise:
        mark = text_of(Phrase("exercise"), tongue)
        head, lines = f"{mark} / {head}", [*lines, mark]
    if tongue != language:
        lines.append(text_of(Phrase("unknown-language", {"language": language}), tongue))
    return Rendered(title=head, lines=tuple(lines), direction=direction_of(tongue))


def detail(body: Body, language: str = "en") -> str:
    """The figures of a body in one line, with their units beside them; English for a language that is not here."""
    tongue = spoken(language)
    values = [fact.value for fact in _facts(body, "unknown") if fact.on != "lines"]
    return bare(text_of(tuple(values), tongue), tongue)


def in_words(code: str, language: str = "en") -> str:
    """A code in a few words, for a column of a list; an unknown code as it is."""
    return named("code", code, language)


def named(group: str, code: str, language: str = "en") -> str:
    """The words for a code of a group, for example `level`, `role`, `precedence`, `state`, `act` or `reason`.

    A code that has no words is shown as it is.
    """
    tongue = spoken(language)
    return bare(text_of(word(group, code), tongue), tongue)


def receipt_note(language: str = "en") -> str:
    """That a receipt is not an admission: it stands beside every receipt of an incident or a protest."""
    tongue = spoken(language)
    return bare(text_of(Phrase("receipt-note"), tongue), tongue)


def _facts(body: Body, written_in: str) -> Iterator[Fact]:
    match body:
        case (
            Notice()
            | Withdrawal()
            | ReadBack()
            | ReadBackVerdict()
            | Acknowledgement()
            | ConflictStated()
            | Proposal()
            | Acceptance()
            | Rejection()
            | Crossing()
            | Query()
            | Answer()
            | Alert()
            | Cleared()
            | Distress()
        ):
            return facts_of_flight(body)
        case _:
            return facts_of_duty(body, written_in=written_in)


def _of_title(body: Body) -> Mapping[str, Value]:
    """What a title says beside its code."""
    match body:
        case Notice():
            is_hazard = body.hazard_kind is not None
            return {"kind": word("hazard", str(body.hazard_kind)) if is_hazard else word("kind", body.kind)}
        case Alert():
            return {"what": word("what", body.what)}
        case Distress():
            return {"nature": word("nature", body.nature)}
        case Answer():
            return {"answer": word("answer", body.answer)}
        case Acknowledgement():
            return {"level": word("level", body.level)}
        case ReadBackVerdict():
            return {"verdict": word("verdict", body.verdict)}
        case LineState():
            return {"state": word("state", body.state)}
        case WatchChange():
            return {"watch": word("watch", body.what)}
        case FrequencyChange():
            return {"frequency": word("frequency", body.what)}
        case Outage():
            return {"outage": word("outage", body.what)}
        case WorkingGroup():
            return {"group": word("group", body.what)}
        case KeyChange():
            return {"renewal": word("renewal", body.reason)}
        case _:
            return {}


def _line(fact: Fact, language: str) -> str:
    if fact.label is None:
        return text_of(fact.value, language)
    return text_of(Phrase("fact", {"label": fact.label, "value": fact.value}), language)


IN_WORDS: Mapping[str, str] = {code: in_words(code) for code in CATALOGUE}
"""Every code in a few English words."""
