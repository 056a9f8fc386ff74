"""The node at work: a full disk, what waits for room, and what the operator is told meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from detente.airspace.levels import Level
from detente.airspace.shapes import Circle, Point
from detente.airspace.volumes import Volume
from detente.errors import DamageError
from detente.line.bodies import Answer, Query
from detente.line.bodies_duty import LineCheck
from detente.node.effects import Say, Write
from detente.node.events import GiveAnswer, SendNotice
from detente.node.views import status
from detente.notices.notice import Notice
from detente.ports import LinkRequest
from detente.quantities import PartyId, PostId, UtcMs
from detente.record.merkle import leaf_hash
from detente.record.parcel import join_items
from detente.record.statement import Ref
from detente.tracks.position import PositionReport

SIERRA, COAST = PartyId("SIERRA"), PartyId("COAST")
HOUR_MS = 3_600_000


def parcel(envelope: bytes) -> bytes:
    return join_items([(envelope, leaf_hash(envelope))])


def notice(now_ms: int) -> Notice:
    volume = Volume(
        shape=Circle(centre=Point(lat_e7=399_000_000, lon_e7=-1_214_000_000), radius_cm=926_000),
        floor=Level(datum="palt", value=4000),
        ceiling=Level(datum="palt", value=9000),
        start_ms=now_ms + 3 * HOUR_MS,
        end_ms=now_ms + 5 * HOUR_MS,
    )
    return Notice(
        kind="routine",
        volumes=(volume,),
        class_="tanker",
        count_band=None,
        transponder=None,
        frequency_monitored_khz=(),
        hazard_kind=None,
        movement=None,
    )


def order(desked: Any) -> Any:
    now_ms = desked.clock.now_ms()
    (reply,) = desked.node.happen(SendNotice(at_ms=now_ms, notice=notice(now_ms), plans=()))
    return reply


def report(aircraft: str, at_ms: int) -> PositionReport:
    return PositionReport(
        aircraft=aircraft,
        call_sign="",
        time_ms=UtcMs(at_ms),
        lat_deg=39.9,
        lon_deg=-121.4,
        level_palt_ft=5000.0,
        height_hae_m=None,
        ground_speed_mps=50.0,
        track_deg=90.0,
        vertical_rate_mps=0.0,
    )


def codes(desked: Any) -> list[str]:
    return [entry.statement.code for entry in desked.node.ticker]


def test_on_a_full_disk_nothing_is_said_the_operator_hears_it_and_later_it_is_said(sierra: Any) -> None:
    sierra.store.is_full = True
    reply = order(sierra)
    assert (reply.ok, reply.code) == (False, "disk_full")
    assert sierra.node.state.disk_is_full
    assert (sierra.node.keeper.own.size, sierra.node.unreceipted) == (1, 2)
    assert not sierra.node.state.notices
    sierra.node.look()
    assert sierra.node.state.disk_is_full
    sierra.store.is_full = False
    sierra.node.look()
    assert not sierra.node.state.disk_is_full
    assert codes(sierra) == ["NTC"]
    assert len(sierra.node.state.notices) == 1


def test_a_store_whose_server_is_away_is_waited_for_like_a_full_disk_but_named(make_desked: Any) -> None:
    """No reserve helps an ALERT there; it is the first that is said afterwards."""
    sierra = make_desked(own_aircraft=frozenset({"aaaaaa"}))
    sierra.store.is_full, sierra.store.why = True, "store_away"
    reply = order(sierra)
    assert (reply.ok, reply.code) == (False, "store_away")
    sierra.node.see([report("aaaaaa", sierra.clock.at_ms), report("bbbbbb", sierra.clock.at_ms + 1)])
    assert status(sierra.node.state)["warnings"][0].startswith("THE STORE DOES NOT ANSWER")
    sierra.store.is_full = False
    sierra.node.look()
    assert codes(sierra) == ["QRY", "NTC"]
    assert not sierra.node.state.store_is_away
    assert [line.text for line in sierra.store.log_tail(1)] == ["The store answers again."]


def test_what_waits_is_said_in_its_order_but_alerts_first(make_desked: Any) -> None:
    sierra = make_desked(own_aircraft=frozenset({"aaaaaa"}))
    sierra.store.is_full = True
    order(sierra)
    order(sierra)
    sierra.node.see([report("aaaaaa", sierra.clock.at_ms), report("bbbbbb", sierra.clock.at_ms + 1)])
    assert codes(sierra) == []
    sierra.store.is_full = False
    sierra.node.look()
    assert codes(sierra) == ["QRY", "NTC", "NTC"]


def test_an_alert_spends_the_reserve_and_passes_what_waits(make_desked: Any) -> None:
    sierra = make_desked(own_aircraft=frozenset({"aaaaaa"}))
    sierra.store.is_full, sierra.store.urgent_left = True, 1
    order(sierra)
    sierra.node.see([report("aaaaaa", sierra.clock.at_ms), report("bbbbbb", sierra.clock.at_ms + 1)])
    assert codes(sierra) == ["QRY"]
    assert sierra.node.state.disk_is_full


def ask(sierra: Any, coast: Any) -> Ref:
    """COAST asks SIERRA about an aircraft; returns where the question stands."""
    query = Query(at=Point(lat_e7=0, lon_e7=0), at_ms=0, level=None, track_deg=None, speed_kt=None)
    say = Say(to=(PostId("sierra.air"),), code="QRY", body=query, precedence="ALERT", reply_to=None)
    entry = coast.node.keeper.say(say)
    own = coast.node.keeper.own
    for seq in range(own.size):
        target = f"/journal/{own.origin}/{seq}"
        request = LinkRequest(method="POST", target=target, body=parcel(own.envelopes[seq]))
        assert sierra.node.serve(COAST, request).status == 200
    return entry.ref


def test_an_answer_that_was_said_out_of_the_reserve_is_not_called_waiting(
    sierra: Any, make_desked: Any
) -> None:
    """The operator would give it a second time."""
    ref = ask(sierra, make_desked("COAST"))
    sierra.store.is_full, sierra.store.urgent_left = True, 1
    assert not order(sierra).ok
    given = GiveAnswer(at_ms=sierra.clock.now_ms(), ref=ref, answer=Answer(answer="no", action="none"))
    (reply,) = sierra.node.happen(given)
    assert (reply.ok, reply.code) == (True, "sent")
    assert codes(sierra)[-1] == "ANS"


def test_that_there_is_room_again_is_believed_only_after_a_write(sierra: Any) -> None:
    """Without anything waiting, the disk itself is asked."""
    sierra.store.is_full = True
    assert not sierra.node.write(Write(kind="test", text="x"))
    for _ in range(3):
        sierra.node.look()
        assert sierra.node.state.disk_is_full
    sierra.store.is_full = False
    sierra.node.look()
    assert not sierra.node.state.disk_is_full
    assert [line.text for line in sierra.store.log_tail(5)] == ["The disk has room again."]


def test_what_a_full_disk_kept_back_is_owed_after_a_crash_if_a_peer_is_waiting_for_it(
    sierra: Any, make_desked: Any
) -> None:
    """A line check of the peer came in, its echo found no room, and the node died."""
    coast = make_desked("COAST")
    check = LineCheck(path="data-1", kind="machine", text_id="t", clock_ms=sierra.clock.at_ms)
    coast.node.keeper.say(
        Say(to=(PostId("sierra.air"),), code="LCK", body=check, precedence="ADMIN", reply_to=None)
    )
    own = coast.node.keeper.own
    append = sierra.store.append

    def only_theirs(entry: Any, *, urgent: bool) -> None:
        if entry.origin.startswith("SIERRA/"):
            raise DamageError("disk_full", "The disk is full.")
        append(entry, urgent=urgent)

    sierra.store.append = only_theirs
    for seq in range(own.size):
        request = LinkRequest(
            method="POST", target=f"/journal/{own.origin}/{seq}", body=parcel(own.envelopes[seq])
        )
        sierra.node.serve(COAST, request)
    assert codes(sierra) == ["OPN", "LCK"]
    sierra.store.append = append
    again = make_desked(store=sierra.store, clock=sierra.clock)
    assert codes(again) == []
    again.node.start()
    assert codes(again) == ["LCR"]
    once_more = make_desked(store=sierra.store, clock=sierra.clock)
    once_more.node.start()
    assert codes(once_more) == []


def test_damage_that_is_no_full_disk_is_not_swallowed(sierra: Any) -> None:
    def broken(_entry: object, *, urgent: bool) -> None:
        raise DamageError("store_damaged", "The store cannot be used.")

    sierra.store.append = broken
    with pytest.raises(DamageError):
        order(sierra)


def test_a_line_of_the_logbook_is_short_and_moves_no_cursor(sierra: Any) -> None:
    sierra.node.write(Write(kind="refused", text="a\u001b[2J\nb" + "c" * 10_000))
    (line,) = sierra.store.log_tail(1)
    assert line.text.startswith("a?[2J?bccc")
    assert len(line.text) == 300
