"""The message catalogue: one body for each code, and nothing else can be said.

Every body is rendered from codes and numbers; there is no free text in this set. A statement whose code
is not here, or whose body has a field or a figure that cannot be, is refused and kept.
Source: the typed messages of nuclear risk reduction centres and the notice practice of INCSEA agreements.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, TypeAlias

import msgspec

from detente.airspace.levels import Level
from detente.airspace.shapes import DEGREES_E7, Point
from detente.conflicts.decide import Conflict
from detente.errors import PeerError
from detente.memorandum.model import Disclosure, Memorandum
from detente.notices.notice import Notice, parse_notice
from detente.notices.readback import ReadBack
from detente.quantities import Digest, UtcMs
from detente.record.statement import Precedence, Ref, Statement
from detente.wire import Record, decode, encode
from detente.wire.limits import PAYLOAD_BYTES_MAX

Code = Literal[
    "OPN", "NTC", "HAZ", "RBK", "RBC", "ACK", "CON", "REJ", "QRY", "ANS", "ALR", "CLR", "LCK", "LCR", "FRK"
]

Name = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9][A-Za-z0-9 ._/-]{0,39}\Z")]
"""A post, a crew, a path or a code: a name, never a sentence."""

FieldName = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9_.\[\]]{1,80}\Z")]

LATEST_MS = 253_402_300_799_999
"""The end of the year 9999: later times have no ISO 8601 text."""


class CardName(Record, frozen=True, kw_only=True):
    """Which card a party is known by: SHA-256 over its name and root keys."""

    party: str
    root_card_sha256: Digest


class Opening(Record, frozen=True, kw_only=True):
    """OPN, entry 0 of every journal: the memorandum in force and the cards of its parties."""

    identity: Digest
    cards: tuple[CardName, ...]


class ReadBackVerdict(Record, frozen=True, kw_only=True):
    """RBC: what was read back is what was meant, or which field is not."""

    verdict: Literal["correct", "negative"]
    field: FieldName | None


class Acknowledgement(Record, frozen=True, kw_only=True):
    """ACK: understood, passed to crews, in effect. `delivered` is the cosigned receipt and is never typed."""

    level: Literal["understood", "passed", "in_effect"]
    post: Name
    at_ms: int
    passed_to: Name | None


class ConflictStated(Record, frozen=True, kw_only=True):
    """CON: two notices nearer than the agreed figures; closest approach and shortfall, no plans."""

    first: Ref
    second: Ref
    conflict: Conflict


class Rejection(Record, frozen=True, kw_only=True):
    """REJ: unable, or refused at admission; the reason is a code and the field that caused it."""

    reason: Name
    field: FieldName | None


class Query(Record, frozen=True, kw_only=True):
    """QRY, "is this yours?": where and when one aircraft is; never how it was seen."""

    at: Point
    at_ms: int
    level: Level | None
    track_deg: int | None
    speed_kt: int | None


class Answer(Record, frozen=True, kw_only=True):
    """ANS: to a query or an alert; `unknown` is an answer, silence never means `no`."""

    answer: Literal["yes", "no", "unknown", "approve", "unable", "standby"]
    action: Literal["none", "turn", "climb", "descend", "hold", "call_on_channel", "visual"]


class Alert(Record, frozen=True, kw_only=True):
    """ALR, "your aircraft": what is wrong, where and when, and the channel to call on."""

    what: Literal["approaching", "crossed", "not_answering", "unsafe_closure", "stop_activity"]
    at: Point
    at_ms: int
    level: Level | None
    track_deg: int | None
    call_on_khz: int | None
    ask: Literal["turn", "climb", "descend", "hold", "call_on_channel", "confirm_visual"]


class Cleared(Record, frozen=True, kw_only=True):
    """CLR: the alert or query that `reply_to` names is over."""

    parted_ms: int


class LineCheck(Record, frozen=True, kw_only=True):
    """LCK: a check of one path; heads of all journals stand in the statement's header."""

    path: Name
    kind: Literal["machine", "human"]
    text_id: Name
    clock_ms: int


class LineCheckReply(Record, frozen=True, kw_only=True):
    """LCR: the echo, with the offset of the two clocks as seen by the replying end."""

    path: Name
    text_id: Name
    quality: int
    clock_offset_ms: int


class Fork(Record, frozen=True, kw_only=True):
    """FRK: the author of a journal signed two pasts of it; the proof is kept, and it is cosigned no more."""

    journal: str


Body: TypeAlias = (
    Opening
    | Notice
    | ReadBack
    | ReadBackVerdict
    | Acknowledgement
    | ConflictStated
    | Rejection
    | Query
    | Answer
    | Alert
    | Cleared
    | LineCheck
    | LineCheckReply
    | Fork
)

_BODY_OF: dict[str, type[Body]] = {
    "OPN": Opening,
    "RBK": ReadBack,
    "RBC": ReadBackVerdict,
    "ACK": Acknowledgement,
    "CON": ConflictStated,
    "REJ": Rejection,
    "QRY": Query,
    "ANS": Answer,
    "ALR": Alert,
    "CLR": Cleared,
    "LCK": LineCheck,
    "LCR": LineCheckReply,
    "FRK": Fork,
}


def encode_body(body: Body) -> msgspec.Raw:
    """The one layout of a body."""
    return msgspec.Raw(encode(body))


def parse_body(statement: Statement, disclosure: Disclosure) -> Body:
    """The typed body of a statement; raises PeerError for a code, a field or a figure outside the catalogue.

    The figures of a notice are judged at admission, which names the field.
    """
    raw = bytes(statement.body)
    if statement.code in ("NTC", "HAZ"):
        notice = parse_notice(raw, disclosure)
        if (statement.code == "HAZ") != (notice.kind == "hazard"):
            raise PeerError("malformed", f"A {statement.code} cannot carry a notice of kind {notice.kind}.")
        return notice
    type_ = _BODY_OF.get(statement.code)
    if type_ is None:
        raise PeerError(
            "unknown_code",
            f"The code {statement.code!r} is not in the catalogue.",
            cure="Use the other channel.",
        )
    body = decode(raw, type_, what=f"{statement.code} body", bytes_max=PAYLOAD_BYTES_MAX)
    for name, figure in _figures(msgspec.to_builtins(body)):
        if not _can_be(name, figure):
            raise PeerError("malformed", f"The {name} of the {statement.code} cannot be.")
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
    if row is None or code in ("OPN", "RBC", "LCR", "CLR", "ACK", "ANS", "REJ"):
        return None
    return UtcMs(sent_ms + row.substance_s * 1000) if row.substance_s else None


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
