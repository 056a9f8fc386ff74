"""Incidents by order of a watch, in plain values: what is typed is read, and every refusal says what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from detente.errors import OperatorError
from detente.runtime.desk import Desk

NUMBER = "FIRES-2020-20200907-SIERRA-01"


@pytest.fixture
def desk(make_desked: Callable[..., Any]) -> Desk:
    made = make_desked("SIERRA")
    return Desk(node=made.node, store=made.store, clock=made.clock)


def opened(desk: Desk, **other: Any) -> dict[str, Any]:
    order = {"category": "conduct", "event": "-10m", "at": "39.9 -121.4", "articles": ["C01"]}
    return desk.order("open_incident", {**order, **other})


def test_a_report_is_typed_as_people_write_and_gets_its_number(desk: Desk) -> None:
    told = opened(desk)
    assert (told["number"], told["ref"]) == (NUMBER, "SIERRA#1")
    (row,) = desk.order("incidents", {})["incidents"]
    assert (row["event_utc"], row["sectors"]) == ("2020-09-07T23:50:00Z", ["NORTH"])
    assert row["due"][0]["owed_by"] == "SIERRA"


def test_entries_are_named_as_elsewhere(desk: Desk) -> None:
    opened(desk, entries=["SIERRA#0", "SIERRA#0"])
    shown = desk.order("incident", {"number": NUMBER})["incident"]
    lines = [line for side in shown["sides"] for said in side["said"] for line in said["lines"]]
    assert any("SIERRA#0" in line for line in lines)
    with pytest.raises(OperatorError, match="SIERRA#99"):
        opened(desk, entries=["SIERRA#99"])


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"at": "here"}, "bad_field"),
        ({"event": "yesterday"}, "bad_field"),
        ({"passing": {"own_class": "tanker"}}, "malformed"),
        ({"articles": [1]}, "malformed"),
        ({"to": ["NOBODY"]}, "unknown_post"),
    ],
)
def test_what_cannot_be_read_is_named(desk: Desk, other: dict[str, Any], code: str) -> None:
    with pytest.raises(OperatorError) as caught:
        opened(desk, **other)
    assert caught.value.code == code


def test_state_protest_and_match_tell_where_they_stand(desk: Desk) -> None:
    opened(desk)
    attachment = {"name": "call.opus", "sha256": "a" * 64, "length": 5}
    told = desk.order("state_incident", {"number": NUMBER, "attachments": [attachment]})
    assert told["ref"] == "SIERRA#2"
    assert desk.order("protest_incident", {"number": NUMBER, "article": "C01"})["ref"] == "SIERRA#3"
    with pytest.raises(OperatorError, match="another party"):
        desk.order("match_incident", {"number": NUMBER, "other": "FIRES-2020-20200907-COAST-01"})


def test_an_unknown_number_is_told_with_those_that_there_are(desk: Desk) -> None:
    opened(desk)
    with pytest.raises(OperatorError) as caught:
        desk.order("incident", {"number": "FIRES-2020-20200907-COAST-09"})
    assert caught.value.code == "unknown_number"
    assert NUMBER in caught.value.cure
