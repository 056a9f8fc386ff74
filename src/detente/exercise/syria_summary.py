"""The played day in plain figures: every step with its clock, every ALERT with its channel, and what was verified."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from detente.encounters.episodes import Episode
from detente.exercise.answered_in import AnsweredIn, answers
from detente.exercise.overheard import Row
from detente.exercise.story import Story
from detente.exercise.syria_areas import Area
from detente.exercise.syria_flights import Flight
from detente.frequencies.check import Report
from detente.line.evidence import Evidence
from detente.memorandum.model import Memorandum
from detente.quantities import UtcMs, utc_text

NOTE = (
    "Synthetic. Flights, areas, the boundary and the people are invented; about thirty flights a day of one side is"
    " the published rate. Most terms of the template are assumptions. The drifter's descent is written, not caused by"
    " the ALERT. Nobody's real procedures or flights are described."
)


@dataclass(frozen=True, kw_only=True)
class Played:
    """What the conductor knows of the day; what was said stands in the record."""

    seed: int
    flown: Sequence[Flight]
    notices: Sequence[tuple[Area, str]]
    """With the short name of each in its sender's journal."""
    plan_before: Report
    plan_after: Mapping[str, Report]
    cards: Sequence[str]
    alerts: Sequence[Row]
    episodes: Mapping[str, Sequence[Episode]]
    """What each side measured."""
    status: Mapping[str, Mapping[str, Any]]


def summarise(played: Played, evidence: Evidence, memorandum: Memorandum, story: Story) -> dict[str, Any]:
    """The content of `summary.json`, but for how long it took."""
    codes = Counter(statement.code for statement in evidence.statements)
    clocks = list(answers(evidence.statements, memorandum))
    return {
        "scenario": "syria-2015",
        "note": NOTE,
        "seed": played.seed,
        "flights": dict(Counter(flight.party for flight in played.flown)),
        "plan": {
            "signed": {"heading": played.plan_before.heading, "findings": len(played.plan_before.findings)},
            "after_radio_checks": {
                party: {"heading": report.heading, "findings": len(report.findings)}
                for party, report in played.plan_after.items()
            },
            "cards": list(played.cards),
        },
        "notices": [
            {"ref": ref, "by": area.party, "name": area.name, "kind": area.kind, "class": area.class_}
            for area, ref in played.notices
        ],
        "read_back_correct": sum(row.step == "understood" and row.code in ("NTC", "HAZ") for row in clocks),
        "not_checked": {party: told["not_checked"] for party, told in played.status.items()},
        "alerts": [_alert(row) for row in played.alerts],
        "encounters": {
            party: [_encounter(one, played.flown) for one in episodes]
            for party, episodes in played.episodes.items()
        },
        "alerts_over": {party: told["alerts_over"] for party, told in played.status.items()},
        "alerts_open": {party: told["alerts_open"] for party, told in played.status.items()},
        "steps": story.rows(),
        "clocks": [_clock(one) for one in clocks],
        "clocks_met": sum(one.is_met for one in clocks),
        "clocks_missed": sum(not one.is_met for one in clocks),
        "still_owed": {party: told["owed_by_us"] for party, told in played.status.items()},
        "messages": sum(codes.values()),
        "messages_by_code": dict(sorted(codes.items())),
        "receipts": evidence.receipted,
        "record_verified": evidence.ok,
        "identity": evidence.identity,
    }


def call_signs(flown: Sequence[Flight]) -> dict[str, str]:
    """By address."""
    return {flight.aircraft: flight.call_sign for flight in flown}


def _alert(row: Row) -> dict[str, Any]:
    body = row["body"]
    return {
        "utc": row["at_utc"],
        "position_utc": utc_text(body["at_ms"]),
        "ref": row["ref"],
        "by": row["party"],
        "lat": body["at"]["lat_e7"] / 1e7,
        "lon": body["at"]["lon_e7"] / 1e7,
        "level": body["level"],
        "asks": body["ask"],
        "call_on_khz": body["call_on_khz"],
    }


def _encounter(one: Episode, flown: Sequence[Flight]) -> dict[str, Any]:
    names = call_signs(flown)
    return {
        "utc": utc_text(one.nearest.closest_ms // 1000 * 1000),
        "own": names.get(one.a, one.a),
        "other": names.get(one.b, one.b),
        "miss_nm": round(one.nearest.miss_nm, 2),
        "miss_ft": round(one.nearest.miss_ft),
        "lat": round(one.nearest.lat_deg, 4),
        "lon": round(one.nearest.lon_deg, 4),
    }


def _clock(one: AnsweredIn) -> dict[str, Any]:
    return {
        "asked": one.code,
        "asked_by": one.asked_by,
        "asked_utc": utc_text(UtcMs(one.asked_ms // 1000 * 1000)),
        "step": one.step,
        "by": one.by,
        "took_s": round(one.took_s, 1),
        "within_s": one.within_s,
        "met": one.is_met,
    }
