"""A random plan that passes the pairwise check has no silent pair by brute force, and one that fails it has one."""

from __future__ import annotations

import random

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.exercise.radio_plans import grid_plan
from detente.frequencies.check import check
from detente.memorandum.check_radio import every_pair_can_talk
from detente.memorandum.model import Memorandum
from detente.memorandum.model_talk import Assignment, Relay

PLAN = grid_plan(columns=2, rows=2, stations=False)


def drawn(seed: int) -> Memorandum:
    """Who listens, who may be where, relays and bands, by chance."""
    chance = random.Random(seed)
    thin = chance.choice((0.0, 0.02, 0.1, 0.4))
    channels = tuple(
        msgspec.structs.replace(
            one, monitored_by=tuple(user for user in one.monitored_by if chance.random() >= thin)
        )
        for one in PLAN.channel
    )
    everybody = [
        f"{party.id}/{one.id}" for party in PLAN.party if party.role == "party" for one in PLAN.class_
    ]
    sectors = tuple(
        msgspec.structs.replace(
            one, users=tuple(chance.sample(everybody, chance.randint(2, 8))) if chance.random() < 0.5 else ()
        )
        for one in PLAN.sector
    )
    names = [one.id for one in channels]
    relays = tuple(
        Relay(
            post="alfa.air",
            sectors=tuple(chance.sample([one.id for one in sectors], chance.randint(1, 4))),
            channels=tuple(chance.sample(names, chance.randint(2, 3))),
        )
        for _ in range(chance.randint(0, 2))
    )
    rows = ()
    if chance.random() < 0.5:
        halves = (("0 AMSL", "FL050"), ("FL050", "FL100"))
        rows = tuple(
            Assignment(
                sector="S000",
                lower=lower,
                upper=upper,
                primary=chance.choice(("S000-V", "S000-U")),
                secondary=chance.choice(("S000-V", "S000-U", "GUARD-vhf")),
            )
            for lower, upper in halves
        )
    return msgspec.structs.replace(PLAN, channel=channels, sector=sectors, relay=relays, assignment=rows)


def silent_pairs(plan: Memorandum) -> set[tuple[str, str, str]]:
    """Every two of different parties in each band that have no channel, asked one by one."""
    found = set()
    for sector in plan.sector:
        here = [one for one in plan.channel if sector.id in one.sectors]
        rows = [one for one in plan.assignment if one.sector == sector.id]
        taken = {name for row in rows for name in (row.primary, row.secondary)}
        bands = [
            [one for one in here if one.id in (row.primary, row.secondary) or one.id not in taken]
            for row in rows
        ] or [here]
        flying = [party.id for party in plan.party if party.role == "party"]
        users = [f"{party}/{one.id}" for party in flying for one in plan.class_]
        users = [one for one in users if not sector.users or one in sector.users]
        for channels in bands:
            for one in users:
                for other in users:
                    if one.split("/")[0] >= other.split("/")[0]:
                        continue
                    hear_one = {channel.id for channel in channels if one in channel.monitored_by}
                    hear_other = {channel.id for channel in channels if other in channel.monitored_by}
                    joined = any(
                        sector.id in relay.sectors
                        and hear_one & set(relay.channels)
                        and hear_other & set(relay.channels)
                        for relay in plan.relay
                    )
                    if not hear_one & hear_other and not joined:
                        found.add((sector.id, *sorted((one, other))))
    return found


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32))
def test_the_check_finds_exactly_the_pairs_that_cannot_talk(seed: int) -> None:
    plan = drawn(seed)
    found = {(one.sector, *sorted(one.pair)) for one in every_pair_can_talk(plan)}
    assert found == silent_pairs(plan), f"seed {seed}"


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_a_plan_that_is_not_refused_has_no_silent_pair(seed: int) -> None:
    plan = drawn(seed)
    if check(plan).is_valid:
        assert silent_pairs(plan) == set(), f"seed {seed}"


def test_both_kinds_of_plan_are_drawn() -> None:
    """A property that only ever meets one kind says nothing."""
    verdicts = [bool(silent_pairs(drawn(seed))) for seed in range(60)]
    assert 5 < sum(verdicts) < 55
