"""Orders in plain values: every mistake is answered in words, and nothing else happens."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from detente.airspace.levels import Level
from detente.airspace.shapes import Circle, Point
from detente.airspace.volumes import Volume
from detente.errors import OperatorError
from detente.notices.notice import Notice
from detente.runtime.desk import Desk

HOUR_MS = 3_600_000


@pytest.fixture
def desk(sierra: Any) -> Desk:
    return Desk(node=sierra.node, store=sierra.store, clock=sierra.clock)


def notice(now_ms: int) -> Any:
    volume = Volume(
        shape=Circle(centre=Point(lat_e7=399_000_000, lon_e7=-1_214_000_000), radius_cm=926_000),
        floor=Level(datum="palt", value=4000),
        ceiling=Level(datum="palt", value=9000),
        start_ms=now_ms + 3 * HOUR_MS,
        end_ms=now_ms + 5 * HOUR_MS,
    )
    return msgspec.to_builtins(
        Notice(
            kind="routine",
            volumes=(volume,),
            class_="tanker",
            count_band=None,
            transponder=None,
            frequency_monitored_khz=(),
            hazard_kind=None,
            movement=None,
        )
    )


def test_a_sent_notice_says_where_it_stands(desk: Desk, sierra: Any) -> None:
    told = desk.order("send_notice", {"notice": notice(sierra.clock.at_ms)})
    assert told["message"] == "The notice is in the journal."
    assert (told["origin"], told["seq"]) == (sierra.node.keeper.own.origin, 1)


@pytest.mark.parametrize(
    ("name", "args", "code"),
    [
        ("launch", {}, "unknown_order"),
        ("send_notice", {"notice": {"kind": "routine"}}, "malformed"),
        ("send_notice", {"notice": {"kind": "routine", "target": "x"}}, "malformed"),
        ("send_notice", {"notice": float("nan")}, "malformed"),
        ("acknowledge", {"ref": "COAST#0", "level": "approved"}, "unknown_level"),
        ("answer", {"ref": "COAST#0", "answer": "perhaps"}, "malformed"),
        ("answer", {"ref": "COAST#0", "answer": "yes"}, "unknown_entry"),
        ("read_back", {"ref": "SIERRA#0"}, "unknown_notice"),
        ("read_back", {"ref": "SIERRA#99"}, "unknown_entry"),
        ("read_back", {"ref": "SIERRA#-1"}, "unknown_entry"),
        ("read_back", {"ref": "SIERRA#"}, "unknown_entry"),
        ("read_back", {"ref": "#"}, "unknown_entry"),
        ("read_back", {"ref": "SIERRA"}, "unknown_entry"),
        ("read_back", {"ref": "SIERRA#\u0661"}, "unknown_entry"),
        ("read_back", {"ref": "NOBODY#0"}, "unknown_entry"),
    ],
)
def test_an_order_that_cannot_be_carried_out_says_why_and_says_nothing_on_the_line(
    desk: Desk, sierra: Any, name: str, args: dict[str, Any], code: str
) -> None:
    with pytest.raises(OperatorError) as caught:
        desk.order(name, args)
    assert caught.value.code == code
    assert sierra.node.keeper.own.size == 1


def test_a_refusal_of_the_node_reaches_the_operator_in_its_words(desk: Desk, sierra: Any) -> None:
    body = notice(sierra.clock.at_ms)
    body["class"] = "balloon"
    with pytest.raises(OperatorError) as caught:
        desk.order("send_notice", {"notice": body})
    assert caught.value.code == "unknown_class"
    assert desk.order("log", {})["lines"][-1]["text"].startswith("own order: unknown_class")


def test_the_ticker_shows_what_was_said_in_words_and_figures(desk: Desk, sierra: Any) -> None:
    desk.order("send_notice", {"notice": notice(sierra.clock.at_ms)})
    (row,) = desk.order("ticker", {"count": 5})["entries"]
    assert (row["party"], row["code"], row["in_words"]) == ("SIERRA", "NTC", "notice")
    assert "FL040 to FL090" in row["detail"]


def test_status_counts_what_waits(desk: Desk, sierra: Any) -> None:
    desk.order("send_notice", {"notice": notice(sierra.clock.at_ms)})
    told = desk.order("status", {})
    assert (told["party"], told["notices"], told["to_deliver"]) == ("SIERRA", 1, 2)
    assert told["warnings"] == []
