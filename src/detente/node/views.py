"""What the faces show of a node's state: plain values, the same for a terminal, `--json` and a page."""

from __future__ import annotations

from typing import Any

from detente.line.wording import IN_WORDS
from detente.node import own_flights, views_line, views_radio
from detente.node.declared import reply_is_owed
from detente.node.duty import is_overdue
from detente.node.open_item import Level, OpenItem
from detente.node.state import State
from detente.node.views_incidents import incident, incidents, refs_of_incident, statements_due
from detente.node.views_line import line_status, short_ref, watch
from detente.node.views_notices import conflicts, findings, not_checked, notices
from detente.node.views_radio import at_place, radio_checks_due, radios
from detente.node.warned import Warned, warned
from detente.node.watch import DueCheck, due_checks
from detente.quantities import utc_text

__all__ = [
    "at_place",
    "conflicts",
    "findings",
    "incident",
    "incidents",
    "line_status",
    "notices",
    "owed",
    "radio_checks_due",
    "radios",
    "refs_of_incident",
    "short_ref",
    "status",
    "warnings",
    "watch",
]

_LEVELS: tuple[Level, ...] = ("delivered", "understood", "substance", "passed", "in_effect")


def status(state: State) -> dict[str, Any]:
    """Counts, the line to each peer, and what must not be overlooked."""
    told = coded_warnings(state)
    return {
        "party": state.me,
        "memorandum": state.memorandum.memorandum.id,
        "identity": state.identity,
        "now_utc": utc_text(state.now_ms),
        "warnings": [one.text for one in told],
        "warned": [one.row() for one in told],
        "journal_entries": state.own_size,
        "peers": [
            {
                "party": peer,
                "receipted": state.receipted.get(peer, 0),
                "unreceipted": state.own_size - state.receipted.get(peer, 0),
                "mirrored": state.heard.get(peer, 0),
                "forked": any(journal.startswith(f"{peer}/") for journal in state.forked),
                "paths": views_line.links(state, peer),
            }
            for peer in state.peers
        ],
        "notices": len(state.notices),
        "conflicts": len(state.conflicts),
        "not_checked": sum(len(ours) * len(theirs) for _, ours, theirs in not_checked(state)),
        "alerts_open": len(state.alerts),
        "alerts_over": state.alerts_over,
        "owed_by_us": sum(1 for item in state.open_items.values() if item.owed_by == state.me),
        "owed_to_us": sum(1 for item in state.open_items.values() if item.owed_by != state.me),
        "said": dict(state.said_by_code),
        "heard": dict(state.heard_by_code),
    }


def warnings(state: State) -> tuple[str, ...]:
    """What stands first on every face, in English."""
    return tuple(one.text for one in coded_warnings(state))


def coded_warnings(state: State) -> tuple[Warned, ...]:
    """The same with their codes, for a face in another language."""
    found = []
    if state.store_is_away:
        text = (
            "THE STORE DOES NOT ANSWER: nothing is signed, no ALERT either."
            " Start its server; the node goes on by itself."
        )
        found.append(warned("store-away", text))
    elif state.disk_is_full:
        text = "THE DISK IS FULL: nothing new is signed but ALERTs. Free space; the node goes on by itself."
        found.append(warned("disk-full", text))
    for journal in sorted(state.forked):
        text = f"THE JOURNAL {journal} HAS TWO PASTS. It is cosigned no more; the proof is kept."
        found.append(warned("two-pasts", text, journal=journal))
    return (*found, *own_flights.warnings(state), *views_line.warnings(state), *views_radio.warnings(state))


def owed(state: State) -> list[dict[str, Any]]:
    """What is owed in both directions, the earliest due first.

    Checks by hand that are due and statements on incidents stand among it.

    `seconds_left` is negative where it is overdue, None where no time is set or no reply is owed.
    """
    rows = [_owed_row(state, item) for item in state.open_items.values()]
    rows += [_check_row(state, check) for check in due_checks(state)]
    rows += statements_due(state)
    return sorted(rows, key=lambda row: (row["due_ms"] or row["since_ms"], row["ref"]))


def _owed_row(state: State, item: OpenItem) -> dict[str, Any]:
    is_owed = reply_is_owed(state, item)
    due_ms = item.due_ms if is_owed else None
    return {
        "ref": short_ref(item.ref),
        "leaf": item.ref.leaf,
        "code": item.code,
        "in_words": IN_WORDS[item.code],
        "act": item.act,
        "by_us": item.owed_by == state.me,
        "owed_by": item.owed_by,
        "owed_to": item.owed_to,
        "precedence": item.precedence,
        "since_ms": item.since_ms,
        "due_ms": due_ms,
        "seconds_left": None if due_ms is None else (due_ms - state.now_ms) // 1000,
        "is_overdue": is_owed and any(is_overdue(item, level, state.now_ms) for level in item.owed),
        "no_reply_owed": not is_owed,
        "levels": [_level_row(state, item, level) for level in _LEVELS],
        "times_said": item.times_said,
        "rungs": [
            {
                "by": rung.by,
                "role": rung.role,
                "why": rung.why,
                "at_utc": utc_text(rung.at_ms),
                "times": rung.times,
            }
            for rung in item.rungs
        ],
        "suggestion": item.suggestion,
    }


def _level_row(state: State, item: OpenItem, level: Level) -> dict[str, Any]:
    """One level: `is_owed` still, when it was reached, when it is due, and how many seconds are left."""
    due_ms, reached_ms = item.due_of(level), item.reached.get(level)
    is_asked = level in item.owed or (level == "delivered" and reached_ms is None and due_ms is not None)
    return {
        "level": level,
        "is_owed": is_asked,
        "reached_ms": reached_ms,
        "due_ms": due_ms,
        "seconds_left": (due_ms - state.now_ms) // 1000 if is_asked and due_ms is not None else None,
    }


def _check_row(state: State, check: DueCheck) -> dict[str, Any]:
    """A check by hand that is due: it has no statement yet, so its path stands for it."""
    by_us = check.caller == state.me
    return {
        "ref": check.path,
        "leaf": None,
        "code": "LCK",
        "in_words": IN_WORDS["LCK"],
        "act": "check",
        "by_us": by_us,
        "owed_by": check.caller,
        "owed_to": check.peer if by_us else state.me,
        "precedence": "ADMIN",
        "since_ms": check.due_ms,
        "due_ms": check.due_ms,
        "seconds_left": (check.due_ms - state.now_ms) // 1000,
        "is_overdue": check.due_ms < state.now_ms,
        "no_reply_owed": False,
        "levels": [],
        "times_said": 0,
        "rungs": [],
        "suggestion": None,
    }
