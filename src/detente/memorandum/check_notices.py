"""Checks on what is announced and kept apart: classes, separation, notices, disclosure, tracks."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations_with_replacement
from typing import get_args

from detente.memorandum.model import Memorandum, NoticeKind
from detente.memorandum.problem import Problem

NEVER_AT_LEAST = ("purpose", "mission", "target", "weapon", "intelligence")
"""An arrangement for the safety of crews holds none of these, whoever signs it."""


def classes_are_possible(memorandum: Memorandum) -> Iterator[Problem]:
    """A class flies at some speed, keeps a stand-off, and says which radios it has."""
    for index, one in enumerate(memorandum.class_):
        if not 0 < one.max_speed_kt <= 3000:
            yield _problem(f"class[{index}].max_speed_kt", "This speed cannot be.", "Between 1 and 3000 kt.")
        if one.standoff_nm < 0:
            yield _problem(f"class[{index}].standoff_nm", "A stand-off is not below zero.", "0.0 or more.")
        if not one.radios or ("none" in one.radios and len(one.radios) > 1):
            yield _problem(
                f"class[{index}].radios",
                "Radios are missing or contradict each other.",
                'List them, or ["none"].',
            )


def every_pair_has_a_row(memorandum: Memorandum) -> Iterator[Problem]:
    """Each unordered pair of classes has one separation row: a gap would be called clear."""
    names = [one.id for one in memorandum.class_]
    rows = [frozenset(row.pair) for row in memorandum.separation]
    for pair in combinations_with_replacement(names, 2):
        count = rows.count(frozenset(pair))
        if count != 1:
            yield _problem(
                "separation",
                f"{pair[0]} and {pair[1]} have {count} rows.",
                f'Give one [[separation]] with pair = ["{pair[0]}", "{pair[1]}"].',
            )
    for index, row in enumerate(memorandum.separation):
        for name in row.pair:
            if name not in names:
                yield _problem(
                    f"separation[{index}].pair",
                    f"There is no class {name}.",
                    f"Write one of {', '.join(names)}.",
                )


def figures_fit_their_mode(memorandum: Memorandum) -> Iterator[Problem]:
    """With mode "figures" all four are there and make sense; otherwise none is: "no figure" is said plainly."""
    for index, row in enumerate(memorandum.separation):
        figures = {
            "lateral_nm": row.lateral_nm,
            "vertical_ft": row.vertical_ft,
            "time_s": row.time_s,
            "no_transponder_factor": row.no_transponder_factor,
        }
        for name, value in figures.items():
            least = 1 if name == "no_transponder_factor" else 0
            path = f"separation[{index}].{name}"
            if row.mode == "figures" and value is None:
                yield _problem(path, "This figure is missing.", 'Give it, or write mode = "airmanship_only".')
            elif row.mode != "figures" and value is not None:
                yield _problem(
                    path, f"A figure stands beside mode {row.mode}.", 'Remove it, or write mode = "figures".'
                )
            elif value is not None and value < least:
                yield _problem(path, "This figure is too small.", f"Write {least} or more.")


def lead_times_fit_the_horizon(memorandum: Memorandum) -> Iterator[Problem]:
    """A notice that must come earlier than notices may reach could never be in time."""
    rules = memorandum.notices
    for kind in get_args(NoticeKind):
        lead_s = getattr(rules.lead_s, kind)
        if lead_s < 0 or lead_s > rules.horizon_s:
            yield _problem(
                f"notices.lead_s.{kind}",
                f"{lead_s} s is not between 0 and the horizon of {rules.horizon_s} s.",
                "Shorten it, or widen horizon_s.",
            )


def some_notices_are_always_taken(memorandum: Memorandum) -> Iterator[Problem]:
    """Rescue, fire and medical flights and pop-ups need no lead."""
    for kind in ("sar_fire_medical", "popup"):
        if getattr(memorandum.notices.lead_s, kind) != 0:
            yield _problem(f"notices.lead_s.{kind}", "This kind is always accepted.", "Write 0.")


def notice_limits_are_in_order(memorandum: Memorandum) -> Iterator[Problem]:
    """Least below greatest, nothing zero that counts."""
    rules = memorandum.notices
    if not 0 < rules.min_radius_nm < rules.max_radius_nm:
        yield _problem(
            "notices.min_radius_nm",
            "Least and greatest radius are not in order.",
            "0 < min_radius_nm < max_radius_nm.",
        )
    if not 0 < rules.min_window_s < rules.max_window_s <= rules.horizon_s:
        yield _problem(
            "notices.min_window_s",
            "Windows and horizon are not in order.",
            "0 < min_window_s < max_window_s <= horizon_s.",
        )
    for name in ("level_step_ft", "max_volumes", "max_points", "max_open_per_party"):
        if getattr(rules, name) <= 0:
            yield _problem(f"notices.{name}", "This is not above zero.", "Write 1 or more.")
    for name in ("release_unused_after_s", "pass_down_before_s", "late_alert_under_s"):
        if getattr(rules, name) < 0:
            yield _problem(f"notices.{name}", "This is below zero.", "Write 0 or more seconds.")


def every_kind_has_a_priority(memorandum: Memorandum) -> Iterator[Problem]:
    """The order of priority names each kind of notice once."""
    if sorted(memorandum.notices.priority_order) != sorted(get_args(NoticeKind)):
        yield _problem(
            "notices.priority_order",
            "Not every kind of notice stands here once.",
            f"Order these: {', '.join(get_args(NoticeKind))}.",
        )


def what_is_allowed_is_not_forbidden(memorandum: Memorandum) -> Iterator[Problem]:
    """The whitelist and the never-list do not touch."""
    for name in sorted(set(memorandum.disclosure.allow) & set(memorandum.disclosure.never)):
        yield _problem(
            "disclosure.allow",
            f"{name} is both allowed and never said.",
            "Take it out of one of the two lists.",
        )


def what_must_never_be_said_is_listed(memorandum: Memorandum) -> Iterator[Problem]:
    """No intelligence and no targets: the limit of the arrangement stands in every memorandum."""
    for name in NEVER_AT_LEAST:
        if name not in memorandum.disclosure.never:
            yield _problem("disclosure.never", f"{name} is not on the never-list.", f'Add "{name}".')


def a_notice_can_be_made(memorandum: Memorandum) -> Iterator[Problem]:
    """Without where, when and how high there is no notice; texts stay short."""
    for name in ("volume", "window", "levels", "class"):
        if name not in memorandum.disclosure.allow:
            yield _problem(
                "disclosure.allow", f"{name} may not be said, so no notice can be made.", f'Add "{name}".'
            )
    if not 0 <= memorandum.disclosure.free_text_max <= 200:
        yield _problem(
            "disclosure.free_text_max", "Free text is longer than a line, or negative.", "Between 0 and 200."
        )


def tracks_are_watched_sensibly(memorandum: Memorandum) -> Iterator[Problem]:
    """Times of the track rules are positive, and an alert is not cleared before a gap could hide the aircraft."""
    rules = memorandum.tracks
    for name in ("lookahead_s", "clear_after_s", "max_gap_s", "coast_s", "identity_valid_s"):
        if getattr(rules, name) <= 0:
            yield _problem(f"tracks.{name}", "This is not above zero.", "Write seconds above 0.")
    if rules.clear_after_s < rules.max_gap_s:
        yield _problem(
            "tracks.clear_after_s",
            "An alert would be cleared inside a gap of the feed.",
            "At least max_gap_s.",
        )


def _problem(path: str, message: str, cure: str) -> Problem:
    return Problem(path=path, message=message, cure=cure)


CHECKS = (
    classes_are_possible,
    every_pair_has_a_row,
    figures_fit_their_mode,
    lead_times_fit_the_horizon,
    some_notices_are_always_taken,
    notice_limits_are_in_order,
    every_kind_has_a_priority,
    what_is_allowed_is_not_forbidden,
    what_must_never_be_said_is_listed,
    a_notice_can_be_made,
    tracks_are_watched_sensibly,
)
