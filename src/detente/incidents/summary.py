"""A bundle in words, for whoever opens the folder: both sides' claims side by side, and the entries they rest on.

It is written from the entries of the bundle alone, and a verifier writes it again: a summary that says anything else
is refused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from detente.incidents.dossier import Dossier, Side
from detente.incidents.page import (
    Content,
    Html,
    cards,
    code,
    heading,
    marked,
    note,
    page,
    sides,
    table,
    words,
)
from detente.incidents.register import Filed
from detente.line.bodies_duty import Attachment, IncidentReport, IncidentStatement, Protest, Spoken
from detente.line.figures import channel_text, second_of
from detente.line.language import bare
from detente.line.terms import LATEST_MS
from detente.line.wording import IN_WORDS, named, receipt_note, render
from detente.quantities import PartyId, utc_text
from detente.record.statement import Ref, Statement

_CLAIMS = "Each column is what one side claims. Nothing here says who is right; the signed entries are the evidence."


def summary_page(
    dossier: Dossier,
    receipts: Mapping[Ref, Mapping[PartyId, int]],
    statements: Sequence[tuple[Ref, Statement]],
    spoken: Sequence[tuple[Statement, Spoken]],
    *,
    identity: str,
    held: Collection[str],
) -> bytes:
    """One HTML file.

    Args:
        statements: every entry of the bundle, in the order in which it is to be shown.
        spoken: each recording that one of them states.
        held: the hashes of the attachments and recordings that are in the bundle.
    """
    return page(
        title=f"Incident {dossier.number}",
        lead=f"Event {utc_text(dossier.event_ms)}; reported {utc_text(dossier.reported_ms)}; identity {identity}",
        parts=[*_parts(dossier, receipts, statements, spoken, held)],
    )


def attachments_of(dossier: Dossier) -> tuple[tuple[PartyId, Attachment], ...]:
    """Every attachment that a statement of an incident names, with its party."""
    return tuple(
        (filed.party, attachment)
        for filed in dossier.filed
        if isinstance(filed.body, IncidentStatement)
        for attachment in filed.body.attachments
    )


def _parts(
    dossier: Dossier,
    receipts: Mapping[Ref, Mapping[PartyId, int]],
    statements: Sequence[tuple[Ref, Statement]],
    spoken: Sequence[tuple[Statement, Spoken]],
    held: Collection[str],
) -> Iterator[Html]:
    yield cards(
        [
            ("numbers that are one", ", ".join((dossier.number, *dossier.also))),
            ("categories", ", ".join(named("category", name) for name in dossier.categories)),
            ("articles", ", ".join(dossier.articles)),
            ("sector", ", ".join(dossier.sectors)),
            ("state", "open" if dossier.closed_ms is None else f"closed {utc_text(dossier.closed_ms)}"),
        ]
    )
    yield note(_CLAIMS)
    yield heading("What each side says")
    yield sides([(side.party, _said(side, receipts)) for side in dossier.sides])
    yield note(receipt_note())
    yield heading("Statements that are due")
    yield table(
        ["what", "by", "due", "made"],
        [
            (
                due.what.replace("_", " "),
                due.owed_by,
                _when(due.due_ms),
                None if due.done_ms is None else utc_text(due.done_ms),
            )
            for due in dossier.dues
        ],
    )
    if dossier.calls:
        yield heading("Alerts that the statements name")
        yield table(
            ["alert", "by", "to", "said", "answer due", "answered"],
            [
                (
                    ", ".join(map(_name, case.refs)),
                    case.party,
                    case.to,
                    utc_text(case.said_ms),
                    None if case.due_ms is None else _when(case.due_ms),
                    marked("no answer in this bundle", is_good=False)
                    if case.answered_ms is None
                    else utc_text(case.answered_ms),
                )
                for case in dossier.calls
            ],
        )
    yield heading("Attachments")
    yield table(
        ["name", "by", "bytes", "SHA-256", ""],
        [
            (
                one.name,
                party,
                one.length,
                code(one.sha256),
                marked("here", is_good=True)
                if one.sha256 in held
                else marked(f"MISSING: {party} keeps it", is_good=False),
            )
            for party, one in attachments_of(dossier)
        ],
        nothing="No statement names an attachment.",
    )
    if spoken:
        yield heading("Speech that the entries state")
        yield table(
            ["entry", "post", "channel", "began (claimed)", "ms", "SHA-256", ""],
            [_heard(statement, one, held) for statement, one in spoken],
        )
    yield heading("Entries of the journals in this bundle")
    yield table(["entry", "sent (claimed)", "code", "in words", "leaf hash"], [*map(_entry, statements)])


def _said(side: Side, receipts: Mapping[Ref, Mapping[PartyId, int]]) -> list[Html]:
    every = sorted((*side.reports, *side.statements, *side.protests), key=lambda one: one.place)
    parts = [part for filed in every for part in _claim(filed, receipts)]
    return parts or [note("Nothing has been said by this side.")]


def _claim(filed: Filed, receipts: Mapping[Ref, Mapping[PartyId, int]]) -> Iterator[Html]:
    shown = render(_code_of(filed), filed.body, language="en", written_in=filed.language)
    yield note(f"{_name(filed.ref)}, sent {utc_text(filed.sent_ms)}")
    yield words([bare(shown.title, "en"), *(bare(line, "en") for line in shown.lines)])
    for party, at_ms in sorted(receipts.get(filed.ref, {}).items()):
        yield note(f"Receipt of {party}: {utc_text(at_ms)}.")


def _code_of(filed: Filed) -> str:
    match filed.body:
        case IncidentReport():
            return "INC1"
        case IncidentStatement():
            return "INC2"
        case Protest():
            return "PRT"


def _heard(statement: Statement, one: Spoken, held: Collection[str]) -> Sequence[Content]:
    where = (
        marked("here", is_good=True)
        if one.sha256 in held
        else note("not here: recordings are kept as long as agreed")
    )
    entry = f"{statement.origin.partition('/')[0]}#{statement.seq}"
    channel, began = channel_text(one.channel_khz), second_of(one.start_ms)
    return entry, one.post, channel, began, one.length_ms, code(one.sha256), where


def _entry(held: tuple[Ref, Statement]) -> Sequence[Content]:
    ref, statement = held
    in_words = IN_WORDS.get(statement.code, "?")
    return _name(ref), _when(statement.sent_ms), statement.code, in_words, code(ref.leaf)


def _when(at_ms: int) -> str:
    return utc_text(at_ms) if at_ms <= LATEST_MS else "after the year 9999"


def _name(ref: Ref) -> str:
    return f"{ref.origin.partition('/')[0]}#{ref.seq}"
