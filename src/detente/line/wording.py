"""A statement in one line for a screen: what it is, and the figures that matter, rendered from codes alone."""

from __future__ import annotations

from detente.airspace.levels import Level, level_text
from detente.airspace.shapes import DEGREES_E7, Point
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
    WatchChange,
    WorkingGroup,
)
from detente.line.catalogue import Body
from detente.line.terms import LATEST_MS
from detente.notices.notice import Notice
from detente.notices.readback import ReadBack, fix_text
from detente.quantities import METRES_PER_NM, minute_text
from detente.wire.limits import SHOWN_CHARS_MAX

IN_WORDS: dict[str, str] = {
    "OPN": "opens its journal",
    "NTC": "notice",
    "HAZ": "hazard notice",
    "RBK": "read-back",
    "RBC": "read-back verdict",
    "ACK": "acknowledgement",
    "CON": "conflict found",
    "REJ": "refused",
    "QRY": "is this yours?",
    "ANS": "answer",
    "ALR": "your aircraft",
    "CLR": "over",
    "LCK": "line check",
    "LCR": "line check reply",
    "FRK": "two pasts signed",
    "AMD": "amended notice",
    "CNX": "cancelled",
    "REL": "released early",
    "PRO": "proposal",
    "ACC": "accepted",
    "XNG": "crossing",
    "DST": "distress",
    "LST": "state of a path",
    "WCH": "watch",
    "RNG": "rung",
    "RCK": "radio check",
    "FRQ": "frequency change",
    "OUT": "outage",
    "SUS": "suspended",
    "RES": "resumed",
    "INC1": "incident, first report",
    "INC2": "incident, full statement",
    "PRT": "protest",
    "WGM": "working group",
    "COR": "correction",
    "KEY": "keys changed",
}


def plain(text: str) -> str:
    """A stranger's words for a line of ours: at most `SHOWN_CHARS_MAX`, and none that a terminal acts on."""
    return "".join(mark if mark.isprintable() else "?" for mark in text[:SHOWN_CHARS_MAX])


def detail(body: Body) -> str:
    """The figures of a body in one line; units stand beside them."""
    return plain(_figures_of(body))


def _figures_of(body: Body) -> str:
    match body:
        case Notice():
            return _of_notice(body)
        case ReadBack():
            fixes = [fix_text(fix) for volume in body.volumes for fix in volume.fixes[:2]]
            return ", ".join(fixes[:2])
        case ReadBackVerdict():
            return body.verdict if body.field is None else f"{body.verdict}: {body.field}"
        case Acknowledgement():
            return body.level if body.passed_to is None else f"{body.level} to {body.passed_to}"
        case ConflictStated():
            gap = body.conflict
            return (
                f"{gap.lateral_gap_m / METRES_PER_NM:.1f} NM and {gap.vertical_gap_ft} ft apart,"
                f" {minute_text(gap.from_ms)} to {minute_text(gap.until_ms)}"
            )
        case Rejection():
            return body.reason if body.field is None else f"{body.reason}: {body.field}"
        case Query() | Alert():
            return f"{_place(body.at)} {_level(body.level)}".strip()
        case Answer():
            return body.answer if body.action == "none" else f"{body.answer}, {body.action}"
        case Cleared():
            return f"parted {minute_text(body.parted_ms)}"
        case LineCheck() | LineCheckReply():
            return body.path
        case Opening():
            return f"under {body.identity[:12]}"
        case Fork():
            return body.journal
        case _:
            return _of_duty(body)


def _of_duty(body: Body) -> str:
    """What is said of the line, the watch and the way out."""
    match body:
        case Withdrawal():
            return f"from {_minute(body.from_ms)}"
        case Proposal():
            changes = (
                f"{body.shift_s:+} s" if body.shift_s is not None else "",
                f"{_level(body.floor)} to {_level(body.ceiling)}" if body.floor or body.ceiling else "",
                f"{body.move_m} m towards {body.bearing_deg}" if body.move_m is not None else "",
            )
            return ", ".join(filter(None, changes)) or "no change"
        case Acceptance():
            return (
                "as proposed"
                if body.notice is None
                else f"as proposed, of {body.notice.origin}#{body.notice.seq}"
            )
        case Crossing():
            return (
                f"{body.boundary} at {_place(body.gate)}, {_minute(body.start_ms)} to {_minute(body.end_ms)}"
            )
        case Distress():
            where = _place(body.at) if body.at is not None else "place unknown"
            return f"{body.nature}, {where}, {_minute(body.at_ms)}"
        case LineState():
            return f"{body.path} to {body.party}: {body.state} since {_minute(body.since_ms)}"
        case WatchChange():
            return f"{body.post} {body.what.replace('_', ' ')}, {body.open_items} open"
        case Rung():
            return f"{body.post}: {body.why.replace('_', ' ')}"
        case RadioCheck():
            return f"{body.channel_khz} kHz, {body.caller} to {body.called}: {body.readability}"
        case FrequencyChange():
            return f"{body.what} of {body.channel_khz} kHz from {_minute(body.effective_ms)}"
        case Outage():
            return f"{body.what} {body.name}, {_minute(body.start_ms)} to {_minute(body.end_ms)}"
        case Suspension() | Resumption():
            return f"{body.scope} from {_minute(body.effective_ms)}"
        case IncidentReport() | IncidentStatement() | Protest():
            return body.number
        case WorkingGroup():
            return f"{body.what} {_minute(body.at_ms)}"
        case Correction():
            return f"{body.field}: {body.value}"
        case KeyChange():
            return body.reason
        case _:
            return ""


def _of_notice(notice: Notice) -> str:
    if not notice.volumes:
        return f"{notice.class_}, no volume"
    first = notice.volumes[0]
    band = f"{level_text(first.floor)} to {level_text(first.ceiling)}"
    more = f", {len(notice.volumes)} volumes" if len(notice.volumes) > 1 else ""
    return f"{notice.class_}, {_minute(first.start_ms)} to {_minute(first.end_ms)}, {band}{more}"


def _minute(when_ms: int) -> str:
    """A refused notice can name a time that cannot be written."""
    return minute_text(when_ms) if 0 <= when_ms <= LATEST_MS else "?"


def _place(point: Point) -> str:
    return f"{point.lat_e7 / DEGREES_E7:.3f} {point.lon_e7 / DEGREES_E7:.3f}"


def _level(level: Level | None) -> str:
    return "" if level is None else level_text(level)
