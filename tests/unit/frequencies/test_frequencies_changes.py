"""A change is in force only where all acknowledged it in time, and only where the plan survives it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import msgspec
import pytest

from detente.exercise.radio_plans import channel, grid_plan
from detente.frequencies.changes import (
    ChannelChange,
    PlanInForce,
    check_changes,
    plan_in_force,
    problems_of,
)
from detente.frequencies.proof import Proof, newest, pair_proof
from detente.frequencies.where import where
from detente.memorandum.model import Memorandum
from detente.memorandum.model_talk import Relay
from detente.memorandum.radio_bands import bands_of

PLAN = grid_plan(columns=2, rows=1)
WINDOW_MS = PLAN.frequencies.change_window_s * 1000
AT_MS = 10_000_000_000
OLD_KHZ = next(one.name_khz for one in PLAN.channel if one.id == "S000-V")
NEW_KHZ = 130_000
PAIR = ("ALFA/class00", "BRAVO/class00")
CHANGE = ChannelChange(
    name="ALFA#7",
    party="ALFA",
    what="change",
    channel_khz=OLD_KHZ,
    new_khz=NEW_KHZ,
    tone_dhz=None,
    sector="S000",
    effective_ms=AT_MS,
    fall_back_khz=None,
    said_ms=AT_MS - 10_000,
    understood_ms={"BRAVO": AT_MS - 5_000},
)


def status(change: ChannelChange, now_ms: int, plan: Memorandum = PLAN) -> str:
    return plan_in_force(plan, (change,), now_ms=now_ms).changes[0].status


def names_in(plan: PlanInForce, sector: str) -> set[int]:
    return {one.name_khz for one in plan.memorandum.channel if sector in one.sectors}


def test_it_takes_effect_at_its_time_and_both_channels_are_watched_for_the_window() -> None:
    assert [status(CHANGE, AT_MS + at) for at in (-1, 0, WINDOW_MS - 1, WINDOW_MS)] == [
        *("agreed", "window", "window", "in_force"),
    ]
    before, during, after = (plan_in_force(PLAN, (CHANGE,), now_ms=AT_MS + at) for at in (-1, 0, WINDOW_MS))
    assert OLD_KHZ in names_in(before, "S000")
    assert NEW_KHZ in names_in(during, "S000")
    assert OLD_KHZ not in names_in(during, "S000")
    assert during.watch_too_khz == {"S000": ((OLD_KHZ, NEW_KHZ),)}
    assert after.watch_too_khz == {}
    (here,) = where(during, lat_deg=40.2, lon_deg=-9.9, level="FL050", user=None, proofs={}, now_ms=AT_MS)
    assert here.calls[0].channel.name_khz == NEW_KHZ
    assert here.calls[0].watch_too_khz == OLD_KHZ


@pytest.mark.parametrize("understood_ms", [{}, {"BRAVO": AT_MS + 1}])
def test_without_every_acknowledgement_by_its_time_the_old_record_stands_for_ever(
    understood_ms: dict[str, int],
) -> None:
    late = replace(CHANGE, understood_ms=understood_ms)
    assert status(late, AT_MS - 1) == "waiting"
    assert status(late, AT_MS) == "lapsed"
    plan = plan_in_force(PLAN, (late,), now_ms=AT_MS + 10 * WINDOW_MS)
    assert plan.memorandum == PLAN
    (found,) = check_changes(plan.changes)
    assert found.message == "ALFA#7 is not in force: BRAVO had not acknowledged it at its time."


def test_an_observer_does_not_fly_and_need_not_acknowledge() -> None:
    watcher = msgspec.structs.replace(PLAN.party[0], id="CHARLIE", role="observer")
    assert status(CHANGE, AT_MS, msgspec.structs.replace(PLAN, party=(*PLAN.party, watcher))) == "window"


def test_a_change_that_would_cut_somebody_off_is_in_force_for_nobody() -> None:
    """The tone of 2008: all acknowledge it, and one class cannot send it."""
    tone = replace(CHANGE, new_khz=None, tone_dhz=1109)
    assert status(tone, AT_MS) == "refused"
    plan = plan_in_force(PLAN, (tone,), now_ms=AT_MS + WINDOW_MS)
    assert plan.memorandum == PLAN
    (found,) = check_changes(plan.changes)
    assert found.gravity == "invalid"
    assert found.message == (
        "ALFA#7 is in force for nobody: ALFA/class00 cannot send a tone, and S000-V has a tone of 110.9 Hz."
    )


@pytest.mark.parametrize(
    ("new_khz", "sentence"),
    [
        (130_020, "130020 is not the name of a channel (vhf)."),
        (130_010, "ALFA/class00 has no radio for 130010 (vhf 8.33)."),
        (121_550, "121550 lies within 100 kHz of guard 121500."),
    ],
)
def test_what_a_change_would_break_is_said_in_the_words_of_the_checks(new_khz: int, sentence: str) -> None:
    assert sentence in [one.message for one in problems_of(PLAN, replace(CHANGE, new_khz=new_khz))]


def test_a_change_of_nothing_or_of_what_is_not_there_is_none() -> None:
    assert problems_of(PLAN, replace(CHANGE, new_khz=None))[0].message == "The change changes nothing."
    assert "is no channel of S001" in problems_of(PLAN, replace(CHANGE, sector="S001"))[0].message


def test_a_channel_of_two_sectors_changes_in_one_and_stays_in_the_other() -> None:
    shared = channel(PLAN, "BOTH", 131_000, "vhf", ("S000", "S001"))
    both = ("S000", "S001")
    plan = msgspec.structs.replace(
        PLAN,
        channel=(*PLAN.channel, shared),
        relay=(Relay(post="alfa.air", sectors=both, channels=("BOTH", "GUARD-uhf")),),
        station=(msgspec.structs.replace(PLAN.station[0], channels=("BOTH",)),),
    )
    change = replace(CHANGE, channel_khz=131_000, new_khz=132_000)
    after = plan_in_force(plan, (change,), now_ms=AT_MS)
    assert 132_000 in names_in(after, "S000")
    assert 131_000 not in names_in(after, "S000")
    assert 131_000 in names_in(after, "S001")
    new = next(one.id for one in after.memorandum.channel if one.name_khz == 132_000)
    assert [(one.sectors, one.channels) for one in after.memorandum.relay] == [
        (("S001",), ("BOTH", "GUARD-uhf")),
        (("S000",), (new, "GUARD-uhf")),
    ]
    assert after.memorandum.station[0].channels == ("BOTH", new)


def test_changes_follow_each_other_in_the_order_of_taking_effect() -> None:
    second = replace(
        CHANGE,
        name="BRAVO#3",
        party="BRAVO",
        channel_khz=NEW_KHZ,
        new_khz=131_000,
        effective_ms=AT_MS + 5 * WINDOW_MS,
        understood_ms={"ALFA": AT_MS},
    )
    for order in ((CHANGE, second), (second, CHANGE)):
        plan = plan_in_force(PLAN, order, now_ms=AT_MS + 20 * WINDOW_MS)
        assert [one.status for one in plan.changes] == ["in_force", "in_force"]
        assert 131_000 in names_in(plan, "S000")


def test_a_proof_is_over_when_its_channel_changes_and_a_new_check_brings_it_back() -> None:
    """Also where only the tone changed, and the name is the same."""
    band = bands_of(PLAN)[0]
    can = tuple(msgspec.structs.replace(one, tones=True) for one in PLAN.class_)
    plan = msgspec.structs.replace(PLAN, class_=can)
    tone = replace(CHANGE, new_khz=None, tone_dhz=1109)
    after = plan_in_force(plan, (tone,), now_ms=AT_MS + WINDOW_MS)
    assert after.memorandum.channel[2].tone_hz == Decimal("110.9")

    def state(at_ms: int) -> str:
        proof = Proof(
            sector="S000", channel_khz=OLD_KHZ, ends=PAIR, how="air_air", readability=4, at_ms=at_ms
        )
        return pair_proof(
            after.memorandum,
            band,
            PAIR,
            newest([proof]),
            now_ms=AT_MS + WINDOW_MS,
            ended_ms=after.ended_ms,
        ).state

    assert state(AT_MS - 1) == "never"
    assert state(AT_MS) == "proven"


@pytest.mark.parametrize(("readability", "state"), [(1, "never"), (2, "never"), (3, "proven"), (5, "proven")])
def test_what_is_hardly_heard_proves_nothing(readability: int, state: str) -> None:
    proof = Proof(
        sector="S000", channel_khz=OLD_KHZ, ends=PAIR, how="air_air", readability=readability, at_ms=AT_MS
    )
    assert pair_proof(PLAN, bands_of(PLAN)[0], PAIR, newest([proof]), now_ms=AT_MS).state == state


def test_two_who_each_spoke_with_a_post_have_not_spoken_with_each_other() -> None:
    """Casebook test-proves-only-its-path-2015: relayed, until air-air is tried."""
    hops = [
        Proof(
            sector="S000",
            channel_khz=OLD_KHZ,
            ends=(user, post),
            how="air_ground",
            readability=4,
            at_ms=AT_MS,
        )
        for user, post in (("ALFA/class00", "alfa.air"), ("BRAVO/class00", "bravo.air"))
    ]
    band = bands_of(PLAN)[0]
    assert pair_proof(PLAN, band, PAIR, newest(hops[:1]), now_ms=AT_MS).state == "never"
    assert pair_proof(PLAN, band, PAIR, newest(hops), now_ms=AT_MS).state == "relayed"
    direct = replace(hops[0], ends=PAIR, how="air_air")
    assert pair_proof(PLAN, band, PAIR, newest([*hops, direct]), now_ms=AT_MS).state == "proven"


def test_a_failed_channel_sends_everybody_elsewhere_until_a_check_on_it_is_good() -> None:
    failure = replace(CHANGE, what="failure", new_khz=None, fall_back_khz=121_500, understood_ms={})
    during = plan_in_force(PLAN, (failure,), now_ms=AT_MS)
    assert during.out_khz == {"S000": {OLD_KHZ: 121_500}}
    (here,) = where(during, lat_deg=40.2, lon_deg=-9.9, level="FL050", user=None, proofs={}, now_ms=AT_MS)
    assert (here.calls[0].is_out, here.calls[0].fall_back_khz) == (True, 121_500)
    after = plan_in_force(PLAN, (failure,), now_ms=AT_MS + 2, answered_ms={("S000", OLD_KHZ): AT_MS + 1})
    assert after.out_khz == {}
