"""The message catalogue: one body for each code, and nothing else can be said.

Every body is rendered from codes and numbers; there is no free text in this set. A statement whose code
is not here, or whose body has a field that is not here, is refused and kept.
Source: the typed messages of nuclear risk reduction centres and the notice practice of INCSEA agreements.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from detente.airspace.levels import Level
from detente.airspace.shapes import Point
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
    "OPN", "NTC", "HAZ", "RBK", "RBC", "ACK", "CON", "REJ", "QRY", "ANS", "ALR", "CLR", "LCK", "LCR"
]


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
    field: str | None


class Acknowledgement(Record, frozen=True, kw_only=True):
    """ACK: understood, passed to crews, in effect. `delivered` is the cosigned receipt and is never typed."""

    level: Literal["understood", "passed", "in_effect"]
    post: str
    at_ms: int
    passed_to: str | None


class ConflictStated(Record, frozen=True, kw_only=True):
    """CON: two notices nearer than the agreed figures; closest approach and shortfall, no plans."""

    first: Ref
    second: Ref
    conflict: Conflict


class Rejection(Record, frozen=True, kw_only=True):
    """REJ: unable, or refused at admission; the reason is a code and the field that caused it."""

    reason: str
    field: str | None


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

    path: str
    kind: Literal["machine", "human"]
    text_id: str
    clock_ms: int


class LineCheckReply(Record, frozen=True, kw_only=True):
    """LCR: the echo, with the offset of the two clocks as seen by the replying end."""

    path: str
    text_id: str
    quality: int
    clock_offset_ms: int


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
}

def encode_body(body: Body) -> msgspec.Raw:
    """The one layout of a body."""
    return msgspec.Raw(encode(body))


def parse_body(statement: Statement, disclosure: Disclosure) -> Body:
    """The typed body of a statement; raises PeerError for a code or a field outside the catalogue."""
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
    return decode(raw, type_, what=f"{statement.code} body", bytes_max=PAYLOAD_BYTES_MAX)


def answer_due_ms(memorandum: Memorandum, *, code: str, precedence: Precedence, sent_ms: int) -> UtcMs | None:
    """When the substance of an answer is due by the memorandum; a code's own row wins; None where none is owed."""
    rows = {row.of: row for row in memorandum.line.answer}
    row = rows.get(code) or rows.get(precedence)
    if row is None or code in ("OPN", "RBC", "LCR", "CLR", "ACK", "ANS", "REJ"):
        return None
    return UtcMs(sent_ms + row.substance_s * 1000) if row.substance_s else None
