"""Orders about ways out: what is held is told whole, and every mistake is answered in words."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from detente.airspace.levels import Level
from detente.airspace.shapes import Circle, Point
from detente.airspace.volumes import Volume
from detente.errors import OperatorError
from detente.notices.notice import Notice
from detente.runtime import desk_ways
from detente.runtime.desk import Desk

HOUR_MS = 3_600_000


@pytest.fixture
def desk(sierra: Any) -> Desk:
    return Desk(node=sierra.node, store=sierra.store, clock=sierra.clock)


def notice(now_ms: int, *, lat: float = 39.9) -> Any:
    volume = Volume(
        shape=Circle(centre=Point(lat_e7=round(lat * 1e7), lon_e7=-1_214_000_000), radius_cm=926_000),
        floor=Level(datum="palt", value=4000),
        ceiling=Level(datum="palt", value=9000),
        start_ms=now_ms + 3 * HOUR_MS,
        end_ms=now_ms + 5 * HOUR_MS,
    )
    made = Notice(
        kind="routine",
        volumes=(volume,),
        class_="tanker",
        count_band=None,
        transponder=None,
        frequency_monitored_khz=(),
        hazard_kind=None,
        movement=None,
    )
    return msgspec.to_builtins(made)


def test_what_is_in_force_is_told_in_pages(desk: Desk, sierra: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_ways, "PAGE", 2)
    sent = [desk.order("send_notice", {"notice": notice(sierra.clock.at_ms)})["ref"] for _ in range(5)]
    seen: list[str] = []
    while True:
        told = desk.order("held", {"skip": len(seen)})
        if not told["notices"]:
            break
        assert told["total"] == 5
        seen += [row["ref"] for row in told["notices"]]
    assert seen == sent


def test_only_what_can_decide_over_a_notice_is_told_for_it(desk: Desk, sierra: Any) -> None:
    """Own notices do not stand in each other's way."""
    refs = [desk.order("send_notice", {"notice": notice(sierra.clock.at_ms)})["ref"] for _ in range(3)]
    told = desk.order("held", {"ref": refs[1]})
    assert [row["ref"] for row in told["notices"]] == [refs[1]]
    assert told["notice"] == refs[1]


def test_a_notice_takes_the_place_of_one_and_its_old_name_leads_to_it(desk: Desk, sierra: Any) -> None:
    old = desk.order("send_notice", {"notice": notice(sierra.clock.at_ms)})["ref"]
    new = desk.order("send_notice", {"notice": notice(sierra.clock.at_ms, lat=40.0), "amends": old})["ref"]
    assert [row["ref"] for row in desk.order("held", {})["notices"]] == [new]
    assert desk.order("held", {"ref": old})["notice"] == new
    rows = {row["ref"]: row for row in desk.order("notices", {})["notices"]}
    assert (rows[old]["replaced_by"], rows[old]["in_force"], rows[new]["amends"]) == (new, False, old)


@pytest.mark.parametrize(
    ("order", "args", "code"),
    [
        ("held", {"ref": "SIERRA#0"}, "unknown_notice"),
        ("held", {"ref": "COAST#9"}, "unknown_entry"),
        ("propose", {"ref": "SIERRA#1", "change": {"shift_s": 60}}, "not_in_conflict"),
        ("propose", {"ref": "SIERRA#1", "change": {"shift_s": -40_000}}, "ended"),
        ("propose", {"ref": "SIERRA#1", "change": {"shift_s": "soon"}}, "malformed"),
        ("propose", {"ref": "SIERRA#1", "change": {"purpose": "x"}}, "malformed"),
        ("accept", {"ref": "SIERRA#1"}, "of_what"),
        ("refuse", {"ref": "SIERRA#1"}, "of_what"),
        ("send_notice", {"notice": None, "amends": "SIERRA#0"}, "malformed"),
    ],
)
def test_what_cannot_be_done_is_told_in_words_and_nothing_is_said(
    desk: Desk, sierra: Any, order: str, args: dict[str, Any], code: str
) -> None:
    desk.order("send_notice", {"notice": notice(sierra.clock.at_ms)})
    size = sierra.node.keeper.own.size
    with pytest.raises(OperatorError) as refused:
        desk.order(order, args)
    assert refused.value.code == code
    assert refused.value.message
    assert sierra.node.keeper.own.size == size
