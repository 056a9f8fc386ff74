"""The figures of the statistics page: what both parties count alike, and what this node sees of line, radio, notices.

The first part (`counted`) is the working group's: computed from the journals alone, the same bytes at both ends. The
rest is this node's own view, and says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from detente.adapters.incident_record import Counted, IncidentRecord
from detente.api.bodies import Window
from detente.errors import OperatorError
from detente.incidents.calls import cases_of
from detente.incidents.statistics import Statistics, statistics_of
from detente.line.availability import shares_of
from detente.node.state import State
from detente.quantities import UtcMs, parse_utc_text, utc_text

ANSWERS_MAX = 500
_DAY_MS = 86_400_000


@dataclass(frozen=True, kw_only=True)
class Between:
    """A window; None: all that is held."""

    from_ms: UtcMs | None
    until_ms: UtcMs | None


def window_of(asked: Window) -> Between:
    """The window of a request; raises OperatorError `bad_time`."""
    return Between(from_ms=_time(asked.from_utc), until_ms=_time(asked.until_utc))


def counted(record: IncidentRecord, window: Between) -> Statistics:
    """What we and all other parties hold alike, counted."""
    return _statistics(record, record.counted(()), window)


def counts(record: IncidentRecord, window: Between, *, now_ms: UtcMs) -> dict[str, Any]:
    """The counts, each alert with its answer beside its clock, and how long each path was open."""
    held = record.counted(())
    from_ms, until_ms = _bounds(held, window)
    cases = [case for case in cases_of(held.register) if from_ms <= case.said_ms < until_ms]
    return {
        "counted": msgspec.to_builtins(_statistics(record, held, window)),
        "answers": [
            {
                "ref": f"{case.refs[0].origin.partition('/')[0]}#{case.refs[0].seq}",
                "by": case.party,
                "to": case.to,
                "said_utc": utc_text(case.said_ms),
                "clock_s": None if case.due_ms is None else (case.due_ms - case.said_ms) // 1000,
                "answer_s": None if case.answered_ms is None else (case.answered_ms - case.said_ms) // 1000,
                "outcome": case.outcome(until_ms),
            }
            for case in cases[-ANSWERS_MAX:]
        ],
        "line": [
            msgspec.to_builtins(one)
            for one in shares_of(
                record.path_changes(),
                from_ms=window.from_ms or 0,
                until_ms=min(now_ms, window.until_ms or now_ms),
            )
        ],
    }


def notices_by_class(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """How many notices of each class each party has given, and how many of them are in force."""
    every = list(rows)
    given = Counter((row["class"], row["party"]) for row in every)
    in_force = Counter((row["class"], row["party"]) for row in every if row["in_force"])
    return [
        {"class": class_, "party": party, "notices": count, "in_force": in_force[class_, party]}
        for (class_, party), count in sorted(given.items())
    ]


def radio_ages(state: State) -> list[dict[str, Any]]:
    """Each proof of a channel with its age in days, the oldest first, and how long one holds."""
    limit_days = state.memorandum.frequencies.proven_max_days
    proofs = sorted(state.radio_proofs.values(), key=lambda proof: proof.at_ms)
    return [
        {
            "sector": proof.sector,
            "channel_khz": proof.channel_khz,
            "ends": list(proof.ends),
            "how": proof.how,
            "readability": proof.readability,
            "age_days": round((state.now_ms - proof.at_ms) / _DAY_MS, 2),
            "holds_days": limit_days,
        }
        for proof in proofs[:ANSWERS_MAX]
    ]


def _statistics(record: IncidentRecord, held: Counted, window: Between) -> Statistics:
    from_ms, until_ms = _bounds(held, window)
    return statistics_of(
        held.register,
        record.agreement.memorandum,
        identity=record.agreement.identity,
        parties=held.parties,
        from_ms=from_ms,
        until_ms=until_ms,
    )


def _bounds(held: Counted, window: Between) -> tuple[UtcMs, UtcMs]:
    """As `detente incident statistics` has them: whole seconds."""
    from_ms = UtcMs(held.oldest_ms // 1000 * 1000) if window.from_ms is None else window.from_ms
    until_ms = UtcMs(held.newest_ms // 1000 * 1000 + 1000) if window.until_ms is None else window.until_ms
    return from_ms, until_ms


def _time(text: str | None) -> UtcMs | None:
    try:
        return None if text is None else parse_utc_text(text)
    except (ValueError, OverflowError) as why:
        raise OperatorError(
            "bad_time", f"{text!r:.40} is no time.", cure="Write it with a zone: 2030-01-01T00:00:00Z."
        ) from why
