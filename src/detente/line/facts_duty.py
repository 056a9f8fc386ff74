"""What a message says of the line itself, as labelled facts: checks, watch, radio, outages, incidents, keys."""

from __future__ import annotations

from collections.abc import Iterator

from detente.line.bodies_duty import (
    Attachment,
    Correction,
    Fork,
    FrequencyChange,
    IncidentReport,
    IncidentStatement,
    KeyChange,
    LineCheck,
    LineCheckReply,
    LineState,
    Opening,
    Outage,
    Passing,
    Protest,
    RadioCheck,
    Resumption,
    Rung,
    Spoken,
    Suspension,
    VoiceKept,
    WatchChange,
    WorkingGroup,
)
from detente.line.facts import (
    NOT_GIVEN,
    NOT_KNOWN,
    Fact,
    both,
    brief,
    counted,
    effective,
    line,
    listed,
    sentence,
    window,
    word,
)
from detente.line.figures import (
    channel_text,
    minute_of,
    number_text,
    place_text,
    ref_text,
    second_of,
    signed_text,
)
from detente.line.language import Phrase
from detente.record.statement import Ref

Duty = (
    Opening
    | LineCheck
    | LineCheckReply
    | LineState
    | WatchChange
    | Rung
    | RadioCheck
    | FrequencyChange
    | Outage
    | Suspension
    | Resumption
    | IncidentReport
    | IncidentStatement
    | Protest
    | WorkingGroup
    | Correction
    | KeyChange
    | Fork
    | VoiceKept
)
"""The bodies that speak of the line, the watch and what is kept."""

_DIGITS_OF_A_HASH = 12


def facts_of_duty(body: Duty, *, written_in: str) -> Iterator[Fact]:
    """The facts of a body about the line; `written_in` is the language of its free text."""
    match body:
        case LineCheck():
            yield both("path", body.path)
            yield both("check", word("check", body.kind))
            yield line("text_id", body.text_id)
            yield line("clock", second_of(body.clock_ms))
        case LineCheckReply():
            yield both("path", body.path)
            yield line("text_id", body.text_id)
            yield line("quality", f"{number_text(body.quality)}/5")
            yield both("offset", signed_text(body.clock_offset_ms, "ms"))
        case LineState():
            yield both("path", Phrase("path-to", {"path": body.path, "party": body.party}))
            yield both("state", word("state", body.state))
            yield from effective(body.since_ms, "since")
            yield line("cause", word("cause", body.cause))
            if body.state == "silent":
                yield sentence("lapse-note")
        case WatchChange():
            yield both("post", body.post)
            yield brief(word("watch", body.what))
            yield line("roles", listed([word("role", role) for role in body.roles]) or NOT_GIVEN)
            yield line("languages", listed([word("language", one) for one in body.languages]) or NOT_GIVEN)
            yield line("interpreter", word("interpreter", body.interpreter))
            yield Fact(None, counted("open-items", body.open_items), "both")
            if body.check is not None:
                yield line("line_check", ref_text(body.check))
        case Rung():
            yield both("post", body.post)
            yield line("role", word("role", body.role))
            yield both("reason", word("why", body.why))
            yield line("when", second_of(body.at_ms))
            if body.radio_prompt:
                yield sentence("radio-prompt")
        case RadioCheck():
            yield both("channel", channel_text(body.channel_khz))
            yield both("called", Phrase("called", {"caller": body.caller, "called": body.called}))
            figure = f"{number_text(body.readability)}/5"
            heard = Phrase("heard", {"readability": figure}) if body.readability else Phrase("not-heard")
            yield both("readability", heard)
            yield line("how", word("how", body.how))
            yield line("sector", body.sector)
            yield line("when", minute_of(body.at_ms))
        case FrequencyChange():
            yield from _of_frequency(body)
        case VoiceKept():
            yield both("spoken", _spoken(body.spoken[0]))
            for one in body.spoken[1:]:
                yield line("spoken", _spoken(one))
        case Outage():
            yield brief(word("outage", body.what))
            yield both("name", body.name)
            yield both("window", window(body.start_ms, body.end_ms))
            yield line("alternate", NOT_GIVEN if body.alternate is None else body.alternate)
        case _:
            yield from _of_record(body, written_in)


def _of_frequency(body: FrequencyChange) -> Iterator[Fact]:
    yield brief(word("frequency", body.what))
    yield both("channel", channel_text(body.channel_khz))
    if body.new_khz is not None:
        name = channel_text(body.new_khz)
        yield line("new_channel", name)
        yield brief(Phrase("new-channel", {"channel": name}))
    if body.tone_dhz is not None:
        tone = Phrase("no-tone") if not body.tone_dhz else f"{body.tone_dhz // 10}.{body.tone_dhz % 10} Hz"
        yield both("tone", tone)
    yield from effective(body.effective_ms)
    yield line("sector", body.sector)
    yield line("fall_back", NOT_GIVEN if body.fall_back_khz is None else channel_text(body.fall_back_khz))
    if body.what == "change":
        yield sentence("untested-note")


def _of_record(
    body: Opening
    | Suspension
    | Resumption
    | IncidentReport
    | IncidentStatement
    | Protest
    | WorkingGroup
    | Correction
    | KeyChange
    | Fork,
    written_in: str,
) -> Iterator[Fact]:
    """What is declared, reported and kept."""
    match body:
        case Opening():
            identity = body.identity[:_DIGITS_OF_A_HASH]
            yield line("identity", identity)
            yield brief(Phrase("under", {"identity": identity}))
            if body.cards:
                yield line("parties", listed([card.party for card in body.cards]))
            if body.previous is not None:
                yield line("previous", (body.previous.origin, counted("entries", body.previous.size)))
        case Suspension() | Resumption():
            yield both("scope", word("scope", body.scope))
            yield from effective(body.effective_ms)
            if isinstance(body, Suspension):
                yield line("reason", body.reason)
            yield sentence("floor-note" if isinstance(body, Suspension) else "resume-first")
        case IncidentReport():
            yield both("number", body.number)
            if body.same_as is not None:
                yield line("same_as", body.same_as)
            yield both("category", word("category", body.category))
            yield line("where", NOT_KNOWN if body.at is None else place_text(body.at))
            yield line("when", second_of(body.at_ms))
            if body.passing is not None:
                yield line("passing", _passing(body.passing))
            for article in body.articles:
                yield from _of_article(article)
            yield from _of_entries(body.entries)
            yield from _of_text(body.text, written_in)
            yield sentence("receipt-note")
        case IncidentStatement():
            yield both("number", body.number)
            yield from _of_entries(body.entries)
            for attachment in body.attachments:
                yield line("attachment", _attachment(attachment))
            yield from _of_text(body.text, written_in)
            if body.closes:
                yield sentence("closes-note")
            yield sentence("receipt-note")
        case Protest():
            yield both("number", body.number)
            yield from _of_article(body.article)
            yield sentence("receipt-note")
        case WorkingGroup():
            yield brief(word("group", body.what))
            yield both("when", minute_of(body.at_ms))
            if body.document is not None:
                yield line("document", _attachment(body.document))
        case Correction():
            yield both("field", body.field)
            yield from _of_text(body.value, written_in, is_brief=True)
        case KeyChange():
            yield brief(word("renewal", body.reason))
            if body.revoked:
                yield both("revoked", listed([word("key", one) for one in body.revoked]))
        case Fork():
            yield both("journal", body.journal)
            yield sentence("fork-note")


def _of_article(article: str) -> Iterator[Fact]:
    """An article by its number, with its words where the catalogue of conduct has them."""
    yield Fact(Phrase("label-article", {"number": article}), word("article", article))


def _of_entries(entries: tuple[Ref, ...]) -> Iterator[Fact]:
    if entries:
        yield line("entries", listed([ref_text(ref) for ref in entries]))


def _of_text(text: str, written_in: str, *, is_brief: bool = False) -> Iterator[Fact]:
    """A person's words as they were written, marked with their language, never translated."""
    if text:
        yield Fact(
            Phrase("label-text", {"language": word("language", written_in)}),
            text,
            "both" if is_brief else "lines",
        )


def _passing(passing: Passing) -> Phrase:
    return Phrase(
        "passing",
        {
            "own": passing.own_class,
            "other": passing.other_class,
            "lateral": number_text(passing.lateral_m, "m"),
            "vertical": number_text(passing.vertical_ft, "ft"),
        },
    )


def _spoken(one: Spoken) -> Phrase:
    return Phrase(
        "spoken",
        {
            "post": one.post,
            "channel": channel_text(one.channel_khz),
            "time": second_of(one.start_ms),
            "length": number_text(-(-one.length_ms // 1_000), "s"),
            "sha256": one.sha256[:_DIGITS_OF_A_HASH],
        },
    )


def _attachment(attachment: Attachment) -> Phrase:
    return Phrase(
        "attachment",
        {
            "name": attachment.name,
            "length": number_text(attachment.length, "B"),
            "sha256": attachment.sha256[:_DIGITS_OF_A_HASH],
        },
    )
