"""What a watch sees of a notice: the four levels at each side, what is owed and overdue, and all that was found."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from detente.airspace.levels import Level
from detente.airspace.shapes import Circle, Point
from detente.airspace.volumes import Volume
from detente.memorandum.load import read_memorandum
from detente.memorandum.model import Memorandum
from detente.memorandum.template import template
from detente.node import views
from detente.node.events import Acknowledge, ReadBackNow, Receipted, SendNotice
from detente.notices.notice import Notice
from detente.quantities import PartyId, UtcMs
from detente.record.statement import Ref

SIERRA, COAST = PartyId("SIERRA"), PartyId("COAST")
HOUR_MS = 3_600_000


def notice(now_ms: int, *, lat: float, lon: float, class_: str, kind: str = "routine") -> Notice:
    volume = Volume(
        shape=Circle(centre=Point(lat_e7=round(lat * 1e7), lon_e7=round(lon * 1e7)), radius_cm=400_000),
        floor=Level(datum="palt", value=8_000),
        ceiling=Level(datum="palt", value=12_000),
        start_ms=now_ms + 6 * HOUR_MS,
        end_ms=now_ms + 8 * HOUR_MS,
    )
    return Notice(
        kind=kind,  # type: ignore[arg-type]  # one of the kinds
        volumes=(volume,),
        class_=class_,
        count_band=None,
        transponder="on",
        frequency_monitored_khz=(),
        hazard_kind="laser" if kind == "hazard" else None,
        movement=None,
    )


def send(table: Any, party: str, made: Notice) -> Ref:
    (reply,) = table.give(party, SendNotice(at_ms=UtcMs(table.now_ms), notice=made, plans=()))
    assert reply.ok, reply
    return next(ref for ref in reversed(table.states[PartyId(party)].notices) if ref.origin.startswith(party))


def levels(table: Any, party: str) -> dict[str, Any]:
    """The one notice's levels at COAST, as a party shows them."""
    (row,) = views.notices(table.states[PartyId(party)])
    (at_coast,) = row["levels"]
    assert isinstance(at_coast, dict)
    return at_coast


def test_a_notice_rises_level_by_level_and_both_sides_show_the_same(make_table: Any, fires: Any) -> None:
    rows = (
        *(row for row in fires.line.answer if row.of != "NTC"),
        msgspec.structs.replace(next(row for row in fires.line.answer if row.of == "NTC"), passed_s=7_200),
    )
    line = msgspec.structs.replace(fires.line, answer=rows)
    table = make_table(msgspec.structs.replace(fires, line=line), "SIERRA", "COAST")
    ref = send(table, "SIERRA", notice(table.now_ms, lat=39.9, lon=-121.4, class_="tanker"))
    for party in ("SIERRA", "COAST"):
        assert levels(table, party)["level"] is None
        assert levels(table, party)["owed"] == ["delivered", "understood", "passed"]
    receipt = Receipted(at_ms=UtcMs(table.now_ms), peer=COAST, size=1, signed_ms=UtcMs(table.now_ms))
    table.give("SIERRA", receipt)
    assert levels(table, "SIERRA")["level"] == "delivered"
    table.give("COAST", ReadBackNow(at_ms=UtcMs(table.now_ms), ref=ref))
    for party in ("SIERRA", "COAST"):
        assert levels(table, party)["level"] == "understood"
        assert levels(table, party)["owed"] == ["passed"]
    table.now_ms += 2 * HOUR_MS
    table.run(1)
    for party in ("SIERRA", "COAST"):
        assert levels(table, party)["overdue"] == ["passed"], "understood, NOT PASSED"
    for level, to in (("passed", "crews"), ("in_effect", None)):
        order = Acknowledge(at_ms=UtcMs(table.now_ms), ref=ref, level=level, passed_to=to)  # type: ignore[arg-type]
        (reply,) = table.give("COAST", order)
        assert reply.ok, reply
        for party in ("SIERRA", "COAST"):
            assert levels(table, party)["level"] == level
            assert not levels(table, party)["owed"]


def test_what_is_closed_still_says_how_far_it_came(table: Any) -> None:
    """Fires-2020 asks for no P of a routine notice: once it is understood nothing is owed."""
    ref = send(table, "SIERRA", notice(table.now_ms, lat=39.9, lon=-121.4, class_="tanker"))
    table.give("COAST", ReadBackNow(at_ms=UtcMs(table.now_ms), ref=ref))
    for party in ("SIERRA", "COAST"):
        assert not table.states[PartyId(party)].open_items
        assert (levels(table, party)["level"], levels(table, party)["owed"]) == ("understood", [])


def test_a_conflict_says_its_article_its_figures_and_who_gives_way(table: Any) -> None:
    first = send(table, "SIERRA", notice(table.now_ms, lat=39.9, lon=-121.4, class_="tanker"))
    table.now_ms += 5_000
    rescue = notice(table.now_ms, lat=39.91, lon=-121.4, class_="helicopter", kind="sar_fire_medical")
    second = send(table, "COAST", rescue)
    for party in (SIERRA, COAST):
        (row,) = views.conflicts(table.states[party])
        assert row["article"] == "separation helicopter/tanker"
        assert (row["lateral_min_m"], row["vertical_min_ft"], row["time_min_s"]) == (1_852, 500, 300)
        assert row["announced_first"] == views.short_ref(first)
        assert row["priority"] == views.short_ref(second)
        assert (row["gives_way"], row["because"]) == (views.short_ref(first), "priority")
        assert row["stated_in"] == ["SIERRA#1"]


def test_a_conflict_is_over_when_the_first_of_its_notices_and_the_agreed_time_after_it_are(
    table: Any,
) -> None:
    """It stays on view for a day, for questions; it must not ring for so long."""
    start_ms = table.now_ms
    send(table, "SIERRA", notice(start_ms, lat=39.9, lon=-121.4, class_="tanker"))
    send(table, "COAST", notice(start_ms + 10_000, lat=39.91, lon=-121.4, class_="helicopter"))
    for after_ms, is_over in ((8 * HOUR_MS + 300_000, False), (8 * HOUR_MS + 300_001, True)):
        table.now_ms = start_ms + after_ms
        for party in (SIERRA, COAST):
            state = replace(table.states[party], now_ms=UtcMs(table.now_ms))
            (row,) = views.conflicts(state)
            assert row["is_over"] is is_over


def test_who_announced_first_is_what_the_receivers_signed_not_what_a_clock_claims(table: Any) -> None:
    table.is_cut = True
    first = send(table, "SIERRA", notice(table.now_ms, lat=39.9, lon=-121.4, class_="tanker"))
    table.now_ms += 5_000
    second = send(table, "COAST", notice(table.now_ms, lat=39.9, lon=-121.4, class_="tanker"))
    for party, peer, signed_ms in (("SIERRA", COAST, 60_000), ("COAST", SIERRA, 20_000)):
        table.give(
            party,
            Receipted(
                at_ms=UtcMs(table.now_ms), peer=peer, size=1, signed_ms=UtcMs(table.now_ms + signed_ms)
            ),
        )
    table.now_ms += 90_000
    table.heal()
    (row,) = views.conflicts(table.states[SIERRA])
    assert row["announced_first"] == views.short_ref(first), (
        "here it is known when COAST signed, not when we did"
    )
    (row,) = views.conflicts(table.states[COAST])
    assert row["announced_first"] == views.short_ref(second)


@pytest.fixture(scope="module")
def neighbours() -> Memorandum:
    read = read_memorandum(template("neighbours-2030"))
    assert isinstance(read, Memorandum)
    return read


def test_findings_hold_what_was_not_checked_and_what_meets_a_border(
    make_table: Any, neighbours: Memorandum
) -> None:
    rows = tuple(
        msgspec.structs.replace(
            row,
            mode="airmanship_only",
            lateral_nm=None,
            vertical_ft=None,
            time_s=None,
            no_transponder_factor=None,
        )
        for row in neighbours.separation
    )
    terms = msgspec.structs.replace(neighbours, separation=rows)
    table = make_table(terms, "ALFA", "BRAVO", now_ms=1_906_560_000_000)
    send(table, "ALFA", notice(table.now_ms, lat=45.3, lon=-30.46, class_="transport"))
    send(table, "BRAVO", notice(table.now_ms, lat=45.3, lon=-30.8, class_="transport"))
    for party in (PartyId("ALFA"), PartyId("BRAVO")):
        found = views.findings(table.states[party])
        assert not found["conflicts"]
        (pair,) = found["not_checked"]
        assert (len(pair["own"]), len(pair["foreign"])) == (1, 1)
        assert pair["reason"] == "airmanship_only"
        assert pair["article"] == "separation transport/transport"
        crossing = [row for row in found["borders"] if row["kind"] == "crossing"]
        assert [(row["party"], row["rule"]) for row in crossing] == [("ALFA", "notice")]
        rows = views.notices(table.states[party])
        assert {row["not_checked"] for row in rows} == {1}
