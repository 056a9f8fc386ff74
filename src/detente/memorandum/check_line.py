"""Checks on the hot line and what follows from it: clocks, languages, permissions, conduct, incidents, suspension."""

from __future__ import annotations

from collections.abc import Iterator

from detente.memorandum.model import Memorandum
from detente.memorandum.problem import Problem

PRECEDENCES = ("ALERT", "PRIORITY", "ROUTINE", "ADMIN")
CODES = frozenset(
    [
        "LCK",
        "LCR",
        "WCH",
        "NTC",
        "HAZ",
        "AMD",
        "CNX",
        "REL",
        "RBK",
        "RBC",
        "ACK",
        "CON",
        "PRO",
        "ACC",
        "REJ",
        "XNG",
        "QRY",
        "ANS",
        "ALR",
        "CLR",
        "DST",
        "RCK",
        "FRQ",
        "OUT",
        "INC1",
        "INC2",
        "PRT",
        "SUS",
        "RES",
        "WGM",
        "COR",
        "OPN",
        "LST",
        "RNG",
        "KEY",
        "FRK",
        "VOX",
    ]
)
TALK_S = (30, 60)
"""The shortest and longest that one transmission may last."""
CONDUCT = frozenset(f"C{number:02d}" for number in range(1, 13))
CATEGORIES = frozenset(
    [
        "proximity",
        "boundary",
        "conduct",
        "unanswered_call",
        "late_notice",
        "no_notice",
        "wrong_notice",
        "comm_failure",
        "hazard",
        "damage",
    ]
)
TRIGGERS = frozenset({"damage", "overdue_statement", "3_overdue_answers_in_24h"})
SCOPES = frozenset({"all", "articles", "sector"})
FLOOR_AT_LEAST = ("ALR", "LCK", "DST")
DUTIES = frozenset({"guard_watch", "distress", "line_check", "alert_answer", "sar"})


def line_checks_escalate(memorandum: Memorandum) -> Iterator[Problem]:
    """Good, late, silent: each limit lies beyond the one before it."""
    line = memorandum.line
    if not 0 < line.heartbeat_s < line.heartbeat_late_s < line.heartbeat_silent_s:
        yield _problem(
            "line.heartbeat_s",
            "Heartbeat, late and silent are not in order.",
            "heartbeat_s < heartbeat_late_s < heartbeat_silent_s.",
        )
    if not 0 < line.human_late_s < line.human_silent_s < line.human_check_s:
        yield _problem(
            "line.human_check_s",
            "Human check, late and silent are not in order.",
            "human_late_s < human_silent_s < human_check_s.",
        )
    if not 0 < line.self_test_within_s <= line.other_paths_within_s:
        yield _problem(
            "line.self_test_within_s",
            "The self-test comes after the other paths.",
            "self_test_within_s <= other_paths_within_s.",
        )
    if line.clock_tolerance_ms <= 0 or line.max_open_messages_per_peer <= 0:
        yield _problem(
            "line.clock_tolerance_ms",
            "Clock tolerance or open messages are not above zero.",
            "Write 1 or more.",
        )


def answers_are_complete(memorandum: Memorandum) -> Iterator[Problem]:
    """Every precedence has its answer times once; a row is a precedence or a code of the catalogue."""
    rows = [row.of for row in memorandum.line.answer]
    for name in PRECEDENCES:
        if rows.count(name) != 1:
            yield _problem(
                "line.answer",
                f"{name} has {rows.count(name)} rows.",
                f'Give one [[line.answer]] with of = "{name}".',
            )
    for index, name in enumerate(rows):
        if name not in PRECEDENCES and name not in CODES:
            yield _problem(
                f"line.answer[{index}].of",
                f"{name} is neither a precedence nor a code.",
                "See the message catalogue.",
            )
        elif name in CODES and rows.count(name) > 1:
            yield _problem(f"line.answer[{index}].of", f"{name} has {rows.count(name)} rows.", "Keep one.")


def answers_come_in_order(memorandum: Memorandum) -> Iterator[Problem]:
    """Delivered by machine, then understood, then the substance, then passed on; 0 = none is owed."""
    for index, row in enumerate(memorandum.line.answer):
        times = [row.delivered_s, row.understood_s, row.substance_s, row.passed_s]
        owed = [time for time in times if time]
        if min(times) < 0 or row.delivered_s == 0 or owed != sorted(owed):
            yield _problem(
                f"line.answer[{index}]",
                f"The times of {row.of} do not rise.",
                "delivered_s <= understood_s <= substance_s <= passed_s; 0 = none.",
            )


def posts_speak_the_line(memorandum: Memorandum) -> Iterator[Problem]:
    """Every language of the line is spoken at some post of every party, and the one on the air is among them."""
    for language in memorandum.languages.line:
        for party in memorandum.party:
            desks = [post for post in memorandum.post if post.party == party.id]
            if desks and not any(language in post.languages for post in desks):
                yield _problem(
                    "languages.line",
                    f"No post of {party.id} speaks {language}.",
                    "Add the language to a post, or take it off the line.",
                )
    if not memorandum.languages.line or memorandum.languages.on_air not in memorandum.languages.line:
        yield _problem(
            "languages.on_air",
            "The language on the air is not one of the line.",
            "Name one of languages.line.",
        )
    if memorandum.languages.phrase_card < 1:
        yield _problem("languages.phrase_card", "There is no such phrase card.", "Write 1 or more.")


def permissions_hang_on_paths(memorandum: Memorandum) -> Iterator[Problem]:
    """A permission lapses with a path that exists, and returns after checks that exist."""
    paths = {path.id for path in memorandum.path}
    for index, one in enumerate(memorandum.permission):
        for name in one.depends_on:
            if name not in paths:
                yield _problem(
                    f"permission[{index}].depends_on",
                    f"There is no path {name}.",
                    f"Write one of {', '.join(sorted(paths))}.",
                )
        if not one.depends_on:
            yield _problem(
                f"permission[{index}].depends_on",
                f"{one.id} depends on nothing and would never lapse.",
                "Name a path.",
            )
        for name in one.restore_after:
            if name not in ("LCK", "RCK"):
                yield _problem(
                    f"permission[{index}].restore_after", f"{name} is no check.", "Write LCK or RCK."
                )


def conduct_rules_are_known(memorandum: Memorandum) -> Iterator[Problem]:
    """Rules of conduct are those of the catalogue, each once."""
    rules = memorandum.conduct.rules
    for name in rules:
        if name not in CONDUCT:
            yield _problem("conduct.rules", f"{name} is no rule.", "C01 to C12.")
    if len(set(rules)) != len(rules):
        yield _problem("conduct.rules", "A rule stands twice.", "Name each once.")


def incidents_have_deadlines(memorandum: Memorandum) -> Iterator[Problem]:
    """First report before full statement, evidence kept longer than both, categories of the catalogue."""
    rules = memorandum.incidents
    if not 0 < rules.first_report_s < rules.full_statement_s <= rules.evidence_days * 86_400:
        yield _problem(
            "incidents.first_report_s",
            "Report, statement and evidence are not in order.",
            "first_report_s < full_statement_s <= evidence_days.",
        )
    if rules.match_window_s <= 0:
        yield _problem("incidents.match_window_s", "Two reports could never match.", "Write seconds above 0.")
    for name in rules.categories:
        if name not in CATEGORIES:
            yield _problem(
                "incidents.categories",
                f"{name} is no category.",
                f"Write some of {', '.join(sorted(CATEGORIES))}.",
            )


def working_group_meets(memorandum: Memorandum) -> Iterator[Problem]:
    """An extraordinary meeting comes within a time, for reasons of the catalogue."""
    group = memorandum.working_group
    if group.extraordinary_within_s <= 0:
        yield _problem(
            "working_group.extraordinary_within_s", "It would never meet.", "Write seconds above 0."
        )
    for name in group.triggers:
        if name not in TRIGGERS:
            yield _problem(
                "working_group.triggers",
                f"{name} is no trigger.",
                f"Write some of {', '.join(sorted(TRIGGERS))}.",
            )


def suspension_keeps_the_floor(memorandum: Memorandum) -> Iterator[Problem]:
    """No suspension removes the alert, the line check and distress."""
    suspension = memorandum.suspension
    for name in FLOOR_AT_LEAST:
        if name not in suspension.floor:
            yield _problem("suspension.floor", f"{name} would fall with a suspension.", f'Add "{name}".')
    for name in suspension.floor:
        if name not in CODES:
            yield _problem("suspension.floor", f"{name} is no code.", "See the message catalogue.")
    for name in suspension.floor_duties:
        if name not in DUTIES:
            yield _problem(
                "suspension.floor_duties",
                f"{name} is no duty.",
                f"Write some of {', '.join(sorted(DUTIES))}.",
            )


def suspension_is_announced(memorandum: Memorandum) -> Iterator[Problem]:
    """It is given notice of, in scopes that exist, for coded reasons."""
    suspension = memorandum.suspension
    if suspension.notice_s <= 0 or not suspension.reason_codes:
        yield _problem(
            "suspension.notice_s",
            "It comes without notice or reason.",
            "Give seconds above 0 and reason codes.",
        )
    for name in suspension.scopes:
        if name not in SCOPES:
            yield _problem(
                "suspension.scopes", f"{name} is no scope.", f"Write some of {', '.join(sorted(SCOPES))}."
            )


def record_outlives_evidence(memorandum: Memorandum) -> Iterator[Problem]:
    """What may be asked for is still there."""
    retention = memorandum.retention
    if retention.log_days < memorandum.incidents.evidence_days:
        yield _problem(
            "retention.log_days",
            "The log is gone before the evidence is due.",
            "At least incidents.evidence_days.",
        )
    if min(retention.log_days, retention.private_plan_days, retention.voice_days) < 0:
        yield _problem(
            "retention.private_plan_days", "A time to keep is below zero.", "Write 0 or more days."
        )


def talk_ends(memorandum: Memorandum) -> Iterator[Problem]:
    """Nobody holds a channel for ever, and what is recorded is kept for a while."""
    voice = memorandum.voice
    if voice is None:
        return
    if not TALK_S[0] <= voice.talk_max_s <= TALK_S[1]:
        yield _problem(
            "voice.talk_max_s",
            f"{voice.talk_max_s} s is no length for one transmission.",
            f"Write {TALK_S[0]} to {TALK_S[1]} seconds.",
        )
    if voice.recorded and memorandum.retention.voice_days < 1:
        yield _problem(
            "retention.voice_days",
            "Speech would be recorded and kept for no day.",
            "Write 1 day or more, or voice.recorded = false.",
        )


def _problem(path: str, message: str, cure: str) -> Problem:
    return Problem(path=path, message=message, cure=cure)


CHECKS = (
    line_checks_escalate,
    answers_are_complete,
    answers_come_in_order,
    posts_speak_the_line,
    permissions_hang_on_paths,
    conduct_rules_are_known,
    incidents_have_deadlines,
    working_group_meets,
    suspension_keeps_the_floor,
    suspension_is_announced,
    record_outlives_evidence,
    talk_ends,
)
