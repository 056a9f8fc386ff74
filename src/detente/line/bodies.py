"""What is said of notices and of aircraft: read-back, conflict and the way out, question, alert, distress."""

from __future__ import annotations

from typing import Literal

import msgspec

from detente.airspace.levels import Level
from detente.airspace.shapes import Point
from detente.conflicts.changes import Change
from detente.conflicts.decide import Conflict
from detente.line.terms import FieldName, Name
from detente.record.statement import Ref
from detente.wire import Record


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


class Withdrawal(Record, frozen=True, kw_only=True):
    """CNX cancels and REL releases early the notice that `reply_to` names, from a moment on."""

    from_ms: int


class Proposal(Record, frozen=True, kw_only=True):
    """PRO: the way out of the conflict that `reply_to` names; what is not None is what would change of `notice`."""

    notice: Ref
    shift_s: int | None
    floor: Level | None
    ceiling: Level | None
    move_m: int | None
    bearing_deg: int | None

    @property
    def change(self) -> Change:
        """What would change of the notice, for `conflicts.changes`."""
        return Change(
            shift_s=self.shift_s,
            floor=self.floor,
            ceiling=self.ceiling,
            move_m=self.move_m,
            bearing_deg=self.bearing_deg,
        )


class Acceptance(Record, frozen=True, kw_only=True):
    """ACC: the proposal or conflict that `reply_to` names is taken; AMD of the named notice follows."""

    notice: Ref | None


class Crossing(Record, frozen=True, kw_only=True):
    """XNG: own aircraft ask to pass a boundary at a gate, inside a window and a band of levels."""

    boundary: Name
    gate: Point
    start_ms: int
    end_ms: int
    floor: Level
    ceiling: Level
    class_: Name = msgspec.field(name="class")


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


class Distress(Record, frozen=True, kw_only=True):
    """DST: an aircraft or its crew needs help; where it was last known, how many, and the channel to call on."""

    nature: Literal["emergency", "down", "missing", "search"]
    at: Point | None
    at_ms: int
    persons: int | None
    call_on_khz: int | None
