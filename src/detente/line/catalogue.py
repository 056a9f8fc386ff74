"""The message catalogue: one body for each code, and nothing else can be said.

Every body is rendered from codes and numbers; free text stands only where a body has a `text`, and no longer
than the memorandum allows. A statement whose code is not here, or whose body has a field or a figure that
cannot be, is refused and kept.
Source: the typed messages of nuclear risk reduction centres and the notice practice of INCSEA agreements.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple, TypeAlias

import msgspec

from detente.airspace.shapes import DEGREES_E7
from detente.errors import PeerError
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
from detente.line.bodies_duty import (
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
    Protest,
    RadioCheck,
    Resumption,
    Rung,
    Suspension,
    VoiceKept,
    WatchChange,
    WorkingGroup,
)
from detente.line.terms import LATEST_MS, Name
from detente.memorandum.model import Disclosure, Memorandum
from detente.notices.notice import Notice, parse_notice
from detente.notices.readback import ReadBack
from detente.quantities import UtcMs
from detente.record.statement import Precedence, Statement
from detente.wire import decode, encode
from detente.wire.limits import PAYLOAD_BYTES_MAX

Act = Literal["read_back", "answer", "acknowledge", "propose", "decide", "amend", "echo"]
"""What a statement asks for: the item stays open until the other side has done it."""

Body: TypeAlias = (
    Opening
    | Notice
    | Withdrawal
    | ReadBack
    | ReadBackVerdict
    | Acknowledgement
    | ConflictStated
    | Proposal
    | Acceptance
    | Rejection
    | Crossing
    | Query
    | Answer
    | Alert
    | Cleared
    | Distress
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


class Kind(NamedTuple):
    """One code of the catalogue: its body, its precedence unless it answers something, and what it asks for."""

    body: type[Body]
    precedence: Precedence
    asks: Act | None = None


CATALOGUE: Mapping[str, Kind] = {
    "OPN": Kind(Opening, "ADMIN"),
    "NTC": Kind(Notice, "ROUTINE", "read_back"),
    "HAZ": Kind(Notice, "PRIORITY", "read_back"),
    "AMD": Kind(Notice, "ROUTINE", "read_back"),
    "CNX": Kind(Withdrawal, "ROUTINE", "acknowledge"),
    "REL": Kind(Withdrawal, "ROUTINE", "acknowledge"),
    "RBK": Kind(ReadBack, "ROUTINE"),
    "RBC": Kind(ReadBackVerdict, "ROUTINE"),
    "ACK": Kind(Acknowledgement, "ROUTINE"),
    "CON": Kind(ConflictStated, "PRIORITY", "propose"),
    "PRO": Kind(Proposal, "PRIORITY", "decide"),
    "ACC": Kind(Acceptance, "PRIORITY", "amend"),
    "REJ": Kind(Rejection, "PRIORITY"),
    "XNG": Kind(Crossing, "PRIORITY", "answer"),
    "QRY": Kind(Query, "PRIORITY", "answer"),
    "ANS": Kind(Answer, "PRIORITY"),
    "ALR": Kind(Alert, "ALERT", "answer"),
    "CLR": Kind(Cleared, "ALERT"),
    "DST": Kind(Distress, "ALERT", "answer"),
    "LCK": Kind(LineCheck, "ADMIN", "echo"),
    "LCR": Kind(LineCheckReply, "ADMIN"),
    "LST": Kind(LineState, "ADMIN"),
    "WCH": Kind(WatchChange, "ADMIN", "acknowledge"),
    "RNG": Kind(Rung, "PRIORITY"),
    "RCK": Kind(RadioCheck, "ROUTINE", "acknowledge"),
    "FRQ": Kind(FrequencyChange, "PRIORITY", "acknowledge"),
    "OUT": Kind(Outage, "PRIORITY", "acknowledge"),
    "SUS": Kind(Suspension, "PRIORITY", "acknowledge"),
    "RES": Kind(Resumption, "PRIORITY", "acknowledge"),
    "INC1": Kind(IncidentReport, "PRIORITY", "acknowledge"),
    "INC2": Kind(IncidentStatement, "ROUTINE", "acknowledge"),
    "PRT": Kind(Protest, "ROUTINE", "acknowledge"),
    "WGM": Kind(WorkingGroup, "ADMIN", "acknowledge"),
    "COR": Kind(Correction, "ROUTINE", "acknowledge"),
    "KEY": Kind(KeyChange, "PRIORITY"),
    "FRK": Kind(Fork, "PRIORITY", "acknowledge"),
    "VOX": Kind(VoiceKept, "ADMIN"),
}
"""Every code. OPN, RBC, ANS, LST, RNG, KEY and FRK were added to close the set, VOX for what is said on the net."""


def encode_body(body: Body) -> msgspec.Raw:
    """The one layout of a body."""
    return msgspec.Raw(encode(body))


def parse_body(statement: Statement, disclosure: Disclosure) -> Body:
    """The typed body of a statement; raises PeerError for a code, a field or a figure outside the catalogue.

    The figures of a notice are judged at admission, which names the field.
    """
    raw, code = bytes(statement.body), statement.code
    kind = CATALOGUE.get(code)
    if kind is None:
        raise PeerError(
            "unknown_code", f"The code {code!r} is not in the catalogue.", cure="Use the other channel."
        )
    if kind.body is Notice:
        notice = parse_notice(raw, disclosure)
        if code != "AMD" and (code == "HAZ") != (notice.kind == "hazard"):
            raise PeerError("malformed", f"A {code} cannot carry a notice of kind {notice.kind}.")
        return notice
    body: Body = decode(raw, kind.body, what=f"{code} body", bytes_max=PAYLOAD_BYTES_MAX)
    for name, figure in _figures(msgspec.to_builtins(body)):
        if not _can_be(name, figure):
            raise PeerError("malformed", f"The {name} of the {code} cannot be.")
    if len(text := getattr(body, "text", "")) > disclosure.free_text_max or not _is_plain(text):
        raise PeerError(
            "free_text",
            f"The text of the {code} is longer than the {disclosure.free_text_max} characters agreed, or not plain.",
            cure="Say it by codes, or use the other channel.",
        )
    return body


def is_name(text: str) -> bool:
    """Whether a text is a `Name` of the catalogue."""
    try:
        msgspec.convert(text, Name)
    except msgspec.ValidationError:
        return False
    return True


def answer_due_ms(memorandum: Memorandum, *, code: str, precedence: Precedence, sent_ms: int) -> UtcMs | None:
    """When the substance of an answer is due by the memorandum; a code's own row wins; None where none is owed."""
    rows = {row.of: row for row in memorandum.line.answer}
    row = rows.get(code) or rows.get(precedence)
    kind = CATALOGUE.get(code)
    if row is None or kind is None or kind.asks is None:
        return None
    return UtcMs(sent_ms + row.substance_s * 1000) if row.substance_s else None


def _is_plain(text: str) -> bool:
    return all(mark.isprintable() for mark in text)


def _figures(value: object, name: str = "") -> Iterator[tuple[str, int]]:
    """Every number at any depth, with the name of its field."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _figures(inner, str(key))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _figures(inner, name)
    elif isinstance(value, int):
        yield name, value


def _can_be(name: str, figure: int) -> bool:
    """Whether a number can be what its name says; none is so large that a screen or a browser breaks on it."""
    match name:
        case "lat_e7":
            return abs(figure) <= 90 * DEGREES_E7
        case "lon_e7":
            return abs(figure) <= 180 * DEGREES_E7
        case "clock_offset_ms":
            return abs(figure) <= LATEST_MS
        case _ if name.endswith("_ms"):
            return 0 <= figure <= LATEST_MS
        case _:
            return abs(figure) < 2**53
