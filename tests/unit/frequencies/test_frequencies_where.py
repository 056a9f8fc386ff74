"""Where am I, what do I call: the right band, who can tune it, and which stations hear at that level."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from detente.errors import OperatorError, PeerError
from detente.exercise.radio_plans import channel, grid_plan
from detente.frequencies.changes import plan_in_force
from detente.frequencies.where import Here, where
from detente.memorandum.check_radio import CHECKS
from detente.memorandum.model import Memorandum
from detente.memorandum.model_talk import Assignment, Relay

PLAN = grid_plan(columns=2, rows=1)


def at(
    level: str, *, lat: float = 40.2, lon: float = -9.8, user: str | None = None, plan: Memorandum = PLAN
) -> tuple[Here, ...]:
    in_force = plan_in_force(plan, (), now_ms=0)
    return where(in_force, lat_deg=lat, lon_deg=lon, level=level, user=user, proofs={}, now_ms=0)


def two_bands() -> Memorandum:
    """S000 with a channel of its own above FL050."""
    high = channel(PLAN, "HIGH", 130_000, "vhf", ("S000",))
    rows = (
        Assignment(sector="S000", lower="0 AMSL", upper="FL050", primary="S000-V", secondary="S000-U"),
        Assignment(sector="S000", lower="FL050", upper="FL100", primary="HIGH", secondary="S000-U"),
    )
    return msgspec.structs.replace(PLAN, channel=(*PLAN.channel, high), assignment=rows)


def test_what_to_call_comes_in_the_order_in_which_it_is_called() -> None:
    (here,) = at("FL050")
    assert [(call.role, call.channel.id) for call in here.calls] == [
        ("primary", "S000-V"),
        ("secondary", "S000-U"),
        ("guard", "GUARD-vhf"),
        ("guard", "GUARD-uhf"),
    ]
    assert len(here.pairs) == 16
    assert {pair.state for pair in here.pairs} == {"never"}


def test_a_class_is_told_what_it_cannot_tune_and_with_whom_it_is_proven() -> None:
    (here,) = at("FL050", user="ALFA/class02")
    assert [call.tunable for call in here.calls] == [True, False, True, False]
    assert all("ALFA/class02" in pair.pair for pair in here.pairs)
    (both,) = at("FL050", user="class00")
    assert len(both.pairs) == 7


def test_a_place_on_the_edge_gets_both_sectors_and_one_outside_none() -> None:
    assert [here.sector for here in at("FL050", lon=-9.5)] == ["S000", "S001"]
    assert at("FL050", lon=-20.0) == ()
    assert at("FL110") == ()


def test_a_level_gets_its_band_and_a_doubtful_one_both() -> None:
    """5,000 ft above the sea may be above or below FL050, by the agreed weather."""
    plan = two_bands()
    assert all(not list(one(plan)) for one in CHECKS)
    assert [here.calls[0].channel.id for here in at("FL040", plan=plan)] == ["S000-V"]
    assert [here.calls[0].channel.id for here in at("FL060", plan=plan)] == ["HIGH"]
    assert [here.calls[0].channel.id for here in at("5000 AMSL", plan=plan)] == ["S000-V", "HIGH"]


def test_a_station_hears_as_far_as_the_level_lets_it() -> None:
    far = msgspec.structs.replace(
        PLAN,
        station=tuple(msgspec.structs.replace(one, antenna_agl_ft=Decimal(0)) for one in PLAN.station),
    )
    (low,), (high,) = at("50 AGL", lat=40.45, plan=far), at("FL090", lat=40.45, plan=far)
    assert [one.is_heard for one in low.stations] == [False]
    assert [one.is_heard for one in high.stations] == [True]
    assert low.stations[0].distance_nm == high.stations[0].distance_nm == pytest.approx(12.2, abs=0.3)
    assert low.stations[0].reach_nm == 8.7


def test_a_class_that_is_not_there_is_told_which_are() -> None:
    with pytest.raises(OperatorError, match="There is no class 'fighter'"):
        at("FL050", user="fighter")
    with pytest.raises(PeerError):
        at("250")


def test_a_relay_joins_those_who_share_no_channel() -> None:
    """A cross-band pair needs a named post that hears both, always."""
    uhf_only = msgspec.structs.replace(PLAN.class_[0], radios=("uhf",))
    cut = msgspec.structs.replace(
        PLAN,
        class_=(uhf_only, *PLAN.class_[1:]),
        channel=tuple(
            msgspec.structs.replace(
                one,
                monitored_by=tuple(user for user in one.monitored_by if "class00" not in user),
                tunable_by=tuple(user for user in one.tunable_by if "class00" not in user),
            )
            if one.band == "vhf"
            else one
            for one in PLAN.channel
        ),
    )
    pairs = next(one for one in CHECKS if one.__name__ == "every_pair_can_talk")
    assert {"ALFA/class00", "BRAVO/class02"} in [set(one.pair) for one in pairs(cut)]
    joined = msgspec.structs.replace(
        cut,
        relay=(Relay(post="alfa.air", sectors=("S000", "S001"), channels=("GUARD-vhf", "GUARD-uhf")),),
    )
    assert list(pairs(joined)) == []
