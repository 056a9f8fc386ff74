"""What people read is what was agreed: every value shows, and every change is told."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec
import pytest

from detente.memorandum.diff import differences
from detente.memorandum.model import Memorandum
from detente.memorandum.show import describe
from detente.memorandum.template import template
from detente.memorandum.wording import duration_text, listed

TABLES = tomllib.loads(template("fires-2020").decode(), parse_float=Decimal)
TABLES["annex"] = [
    {
        "id": "a",
        "kind": "posts",
        "file": "a.toml",
        "sha256": "1" * 64,
        "version": 1,
        "in_force_from": TABLES["duration"]["ends"],
    }
]
TABLES["boundary"] = [
    {
        "id": "L1",
        "version": 1,
        "line": [{"lat": 40, "lon": -120}, {"lat": 39, "lon": -120}],
        "left": "SIERRA",
        "right": "COAST",
        "buffer_nm": [2, 2],
        "warn_own_s": 180,
        "crossing": "notice",
    }
]
TABLES["special_area"] = [
    {
        "id": "C1",
        "polygon": [{"lat": 40, "lon": -120}, {"lat": 40, "lon": -119}, {"lat": 39, "lon": -119}],
        "lower": "0 AMSL",
        "upper": "FL100",
        "rule": "prior_contact",
        "contact_ring_nm": 12,
        "no_entry_unheard_nm": 7,
    }
]
TABLES["permission"] = [
    {"id": "P1", "text": "Low passes", "depends_on": ["data-1"], "restore_after": ["LCK"]}
]
TABLES["channel"][0] |= {
    "tone_receive_hz": Decimal("110.9"),
    "language": "en",
    "back_up": "NORTH-2",
    "authority": "FCC",
    "licence": "L-1",
}
TABLES["frequencies"] |= {"guard_keep_out_khz": 100, "reuse_ratio": Decimal(5), "neighbour_nm": Decimal(10)}
TABLES["sector"][0] |= {"users": ["SIERRA/tanker"], "aircraft_expected": 9}
TABLES["assignment"] = [
    {"sector": "NORTH", "lower": "0 AMSL", "upper": "FL250", "primary": "NORTH-1", "secondary": "NORTH-2"}
]
TABLES["station"] = [
    {
        "id": "LOOKOUT",
        "post": "sierra.air",
        "at": {"lat": 40, "lon": -121},
        "antenna_agl_ft": 50,
        "channels": ["NORTH-1"],
    }
]
TABLES["relay"] = [{"post": "sierra.air", "sectors": ["NORTH"], "channels": ["NORTH-1", "NORTH-2"]}]
BEFORE = msgspec.convert(TABLES, Memorandum)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, (*path, index))
    else:
        yield path


def other(value: Any, path: tuple[Any, ...]) -> Any:
    """Another value of the same kind that the model still takes."""
    match value:
        case bool():
            return not value
        case int() | Decimal():
            return value + 1
        case datetime():
            return value + timedelta(days=1)
        case _:
            for choice in (
                "voluntary",
                "automatic",
                "observer",
                "relay",
                "on_call",
                "radio",
                "posts",
                "texts",
                "no_entry",
                "never",
                "airmanship_only",
                "track",
                "routine",
                "open",
                "own_list_then_call_sign",
                "fm",
                "uhf",
                "8.33",
                "contact",
                "first_party",
                "duty",
                "senior",
                "reporter",
                "hazard_kind",
                "window",
            ):
                if choice != value and fits(path, choice):
                    return choice
            return f"{value}x"


def fits(path: tuple[Any, ...], value: Any) -> bool:
    try:
        msgspec.convert(changed(path, value), Memorandum)
    except msgspec.ValidationError:
        return False
    return not fits_text(path)


@cache
def fits_text(path: tuple[Any, ...]) -> bool:
    """Whether any text at all is taken there."""
    try:
        msgspec.convert(changed(path, "any text at all"), Memorandum)
    except msgspec.ValidationError:
        return False
    return True


def changed(path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    """The tables with another value; only what lies on the way to it is copied."""

    def on_the_way(at: Any, path: tuple[Any, ...]) -> Any:
        if not path:
            return value
        made = copy.copy(at)
        made[path[0]] = on_the_way(at[path[0]], path[1:])
        return made

    tables: dict[str, Any] = on_the_way(TABLES, path)
    return tables


def mutants() -> Iterator[tuple[str, Memorandum]]:
    for path in leaves(TABLES):
        at: Any = TABLES
        for part in path:
            at = at[part]
        if path == ("area", "datum") or path == ("working_group", "statistics"):
            continue  # one value only
        yield ".".join(map(str, path)), msgspec.convert(changed(path, other(at, path)), Memorandum)


@pytest.mark.slow
def test_every_value_of_the_file_shows_in_the_text_and_every_change_is_told() -> None:
    text = describe(BEFORE)
    silent, untold = [], []
    for path, after in mutants():
        if describe(after) == text:
            silent.append(path)
        if not differences(BEFORE, after):
            untold.append(path)
    assert silent == []
    assert untold == []


def test_nothing_changed_is_nothing_told() -> None:
    assert differences(BEFORE, BEFORE) == ()


def test_changes_are_sentences() -> None:
    tables = copy.deepcopy(changed(("separation", 1, "lateral_nm"), Decimal("2.5")))
    tables["post"][5]["id"] = "coast.night"
    tables["notices"]["lead_s"]["routine"] = 3600
    assert differences(BEFORE, msgspec.convert(tables, Memorandum)) == (
        "Post coast.duty is removed",
        "Post coast.night is added",
        "Separation of air_attack and tanker: lateral: 1.0 NM -> 2.5 NM",
        "notices, lead, routine: 7200 s -> 3600 s",
    )


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, ""),
        (1, "1 second"),
        (5400, "1 hour 30 minutes"),
        (172800, "2 days"),
        (90061, "1 day 1 hour 1 minute 1 second"),
    ],
)
def test_durations_are_words(seconds: int, text: str) -> None:
    assert duration_text(seconds) == text


def test_lists_are_words() -> None:
    assert [listed(()), listed(("a",)), listed(("a", "b", "c"))] == ["nothing", "a", "a, b and c"]
