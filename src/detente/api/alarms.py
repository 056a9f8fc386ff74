"""What sounds at the console, one alarm for each condition, and who has taken note of it.

Taking note silences the sound on every page and removes nothing: the alarm stays as long as its condition, and sounds
anew where that ends and comes again. There is no "all". Each is noted in the logbook by role and account, and read
again from there at a start: a node that was restarted does not sound what somebody has heard. What is owed to a peer
is not done by it: that needs the acknowledgement that goes over the line.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from detente.api.geo_meetings import encounters_of
from detente.api.house import House
from detente.api.refusals import ApiError
from detente.api.sessions import Session
from detente.quantities import utc_text

Weight: TypeAlias = Literal["alert", "warning", "caution"]
"""Danger now; what must not be overlooked; what is late."""

_ORDER: tuple[Weight, ...] = ("alert", "warning", "caution")
_FIGURES = re.compile(r"[0-9]+")
_MOVING = frozenset({"ms", "reason", "missing"})
"""Arguments of a warning that may change while it is the same one."""
RECALLED_LINES = 2_000
SETTLING_MS = 90_000
"""So long after a start a condition of before may take to be found again; its note is kept meanwhile."""
_UNANSWERED: Mapping[str, str] = {
    "delivered": "{ref} HAS NOT ARRIVED AT {peer}.",
    "understood": "{ref}: NOBODY AT {peer} HAS UNDERSTOOD IT.",
    "substance": "{ref} IS NOT ANSWERED BY {peer}.",
    "passed": "{ref}: {peer} HAS NOT PASSED IT TO ITS CREWS.",
}
"""What is owed to us and late, by the level that is."""
_TAKEN = re.compile(r"(\w+ \S+) takes note of: .* \[([0-9a-f]{16})\]", re.ASCII | re.DOTALL)
_OVER = re.compile(r"over: \[([0-9a-f]{16})\]", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class _Noted:
    who: str
    at_utc: str


class Alarms:
    """The alarms of a node as they stand, and those that were taken note of."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._noted: dict[str, _Noted] = dict(self._recalled())
        self._awaited = set(self._noted)
        self._settled_ms = house.clock.now_ms() + SETTLING_MS

    def shown(self) -> list[dict[str, Any]]:
        """Every alarm, the heaviest and soonest first."""
        rows = list(self._found())
        ids = {_key(row["id"]) for row in rows}
        self._awaited -= ids
        if self._house.clock.now_ms() >= self._settled_ms:
            self._awaited.clear()
        for key in self._noted.keys() - ids - self._awaited:
            del self._noted[key]
            self._house.note("alarm", f"over: [{key}]")
        for row in rows:
            noted = self._noted.get(_key(row["id"]))
            row["noted_by"], row["noted_utc"] = (noted.who, noted.at_utc) if noted else (None, None)
        return sorted(rows, key=_urgency)

    def note(self, caller: Session, id_: str) -> dict[str, Any]:
        """One person takes note of one alarm; raises ApiError where it is over, or another was quicker."""
        row = next((one for one in self.shown() if one["id"] == id_), None)
        if row is None:
            raise ApiError("alarm_over", "That alarm is over.", status=404)
        if row["noted_by"] is not None:
            raise ApiError(
                "done_already",
                f"{row['noted_by']} took note of it at {row['noted_utc']}.",
                status=409,
            )
        who = f"{caller.role} {caller.account}"
        self._noted[_key(id_)] = _Noted(who=who, at_utc=utc_text(self._house.clock.now_ms() // 1000 * 1000))
        self._house.note("alarm", f"{who} takes note of: {row['weight']} {row['text'] or id_} [{_key(id_)}]")
        return {"message": "Noted.", "id": id_}

    def _recalled(self) -> Iterator[tuple[str, _Noted]]:
        """Notes of before this start whose alarms had not ended, by the logbook."""
        noted: dict[str, _Noted] = {}
        for line in self._house.store.log_tail(RECALLED_LINES):
            if line.kind != "alarm":
                continue
            if (found := _TAKEN.fullmatch(line.text)) is not None:
                noted[found[2]] = _Noted(who=found[1], at_utc=utc_text(line.at_ms // 1000 * 1000))
            elif (found := _OVER.fullmatch(line.text)) is not None:
                noted.pop(found[1], None)
        yield from noted.items()

    def _found(self) -> Iterator[dict[str, Any]]:
        for row in self._house.look("owed")["owed"]:
            rung = self._rung(row)
            again = "" if rung is None else f" {rung['role']} {rung['times']}"
            is_alert = row["precedence"] == "ALERT"
            if row["by_us"] and (is_alert or row["is_overdue"]):
                late = " late" if row["is_overdue"] else ""
                found = _row(
                    f"owed {row['ref']} {row['act']}{late}{again}",
                    "alert" if is_alert else "caution",
                    ref=row["ref"],
                    code=row["code"],
                    until_ms=row["due_ms"],
                )
                yield {**found, "rung": rung}
            elif not row["by_us"] and (is_alert or rung is not None) and (late_by := _late_level(row)):
                found = _row(
                    f"unanswered {row['ref']} {row['owed_by']} {late_by}{again}",
                    "alert" if is_alert else "caution",
                    ref=row["ref"],
                    text=_UNANSWERED[late_by].format(ref=row["ref"], peer=row["owed_by"]),
                )
                args = {"ref": row["ref"], "peer": row["owed_by"]}
                yield {**found, "warning": f"unanswered-{late_by}", "args": args, "rung": rung}
        yield from self._encounters()
        for row in self._house.look("conflicts")["conflicts"]:
            if row["is_over"]:
                continue  # both notices stay on view for a day, for questions
            yield _row(
                f"conflict {row['own']} {row['foreign']}",
                "warning",
                ref=row["own"],
                other=row["foreign"],
                code="CON",
                until_ms=row["from_ms"],
            )
        status = self._house.look("status")
        coded = {one["text"]: one for one in status["warned"]}
        for text in status["warnings"]:
            of = coded.get(text, {})
            row = _row(_id_of_warning(text, of), "warning", text=text)
            yield {**row, "warning": of.get("code"), "args": of.get("args", {})}

    def _rung(self, row: Mapping[str, Any]) -> dict[str, Any] | None:
        """Whom our own machine rang last for it: each rung is another alarm, or the ladder would climb unheard."""
        state = self._house.node.state
        ours = [one for one in row["rungs"] if one["by"] == state.me]
        if not ours:
            return None
        last = max(ours, key=lambda one: (one["at_utc"], one["times"]))
        posts = [
            one.id for one in state.memorandum.post if (one.party, one.role) == (row["owed_by"], last["role"])
        ]
        steps = [step for step in state.memorandum.line.ladder if step.role == last["role"]]
        return {
            "is_ours": row["by_us"],
            "post": ", ".join(posts) or last["role"],
            "role": last["role"],
            "times": sum(one["times"] for one in ours),
            "by_radio_too": any(step.radio_prompt for step in steps),
        }

    def _encounters(self) -> Iterator[dict[str, Any]]:
        """Own aircraft that are, or will be, too near another: nothing weighs more, and no item of ours tells it."""
        for one in encounters_of(self._house):
            held = self._house.node.state.alerts.get((one["own"], one["foreign"]))
            yield _encounter_row(one, None if held is None else held.raised_ms)


def _late_level(row: Mapping[str, Any]) -> str | None:
    """What a peer's people or machine should have done by now; the lowest level, for the rest waits for it."""
    late = (
        one["level"]
        for one in row["levels"]
        if one["is_owed"] and one["seconds_left"] is not None and one["seconds_left"] < 0
    )
    return next((level for level in late if level in _UNANSWERED), None)


def _encounter_row(one: Mapping[str, Any], raised_ms: int | None) -> dict[str, Any]:
    """Its words are the names alone, for the figures move: they stand on the map."""
    names = {"own": one["own_name"], "foreign": one["foreign_name"]}
    row = _row(
        f"encounter {one['own']} {one['foreign']} {raised_ms or ''}",
        "alert",
        ref=one["ref"],
        text=f"ENCOUNTER: {names['own']} and {names['foreign']}.",
        until_ms=one["closest_ms"] // 1000 * 1000,
    )
    return {**row, "warning": "encounter", "args": names}


def _id_of_warning(text: str, of: Mapping[str, Any]) -> str:
    """What makes a warning this one: its code, of what, and since when; not the figures that move while it lasts.

    Two paths that differ by a figure are two alarms; a path that is silent anew is another one than before.
    """
    if not of:
        return f"warning {_FIGURES.sub('', text)}"
    return " ".join(("warning", of["code"], *(v for k, v in sorted(of["args"].items()) if k not in _MOVING)))


def _key(id_: str) -> str:
    """A short name of an alarm for the logbook: what stands in its words cannot be taken for the mark of another."""
    return hashlib.sha256(id_.encode()).hexdigest()[:16]


def _urgency(row: dict[str, Any]) -> tuple[int, bool, int, str]:
    """The heaviest first, then what has a time, the soonest first."""
    until_ms = row["until_ms"]
    return _ORDER.index(row["weight"]), until_ms is None, until_ms or 0, row["id"]


def _row(
    id_: str,
    weight: Weight,
    *,
    ref: str | None = None,
    other: str | None = None,
    code: str | None = None,
    text: str | None = None,
    until_ms: int | None = None,
) -> dict[str, Any]:
    return {
        "id": id_,
        "weight": weight,
        "ref": ref,
        "other": other,
        "code": code,
        "text": text,
        "until_ms": until_ms,
        "rung": None,
    }
