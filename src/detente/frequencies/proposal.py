"""A proposed plan: from a pool of channels, one for each need so that every check holds, with few names.

A need is a channel of one kind in one sector: the kinds are chosen so that whoever may meet can talk, the first two
in unlike bands where that is possible. Needs that are too near may not have one signal, nor channels that touch,
and in one sector no third-order product may fall on guard or on the sector's other channel. Who solves it is a
value away: `greedy` here, an exact solver in an adapter. Every answer is checked again as a plan before it is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, combinations_with_replacement

import msgspec

from detente.errors import OperatorError
from detente.frequencies.screening import needed_apart_nm
from detente.frequencies.sky import Sky, sky_of
from detente.memorandum.channel_names import (
    DATA_KHZ,
    SAR_SCENE_KHZ,
    SIXTHS_PER_KHZ,
    Band,
    are_neighbours,
    are_one_signal,
    channel_of,
)
from detente.memorandum.channel_names import Channel as Meaning
from detente.memorandum.model import Memorandum, Sector
from detente.memorandum.model_talk import Channel
from detente.memorandum.radio_bands import can_tune, meaning_of, pairs_that_meet, users_of

Kind = tuple[Band, str]
"""A band and a spacing: who can tune one channel of a kind can tune them all."""

KINDS: Sequence[Kind] = (("vhf", "25"), ("uhf", "25"), ("vhf", "8.33"), ("fm", "25"), ("fm", "12.5"))
_NEEDS_MAX = 3


@dataclass(frozen=True, kw_only=True)
class Pooled:
    """A name of the pool with what it means."""

    name_khz: int
    band: Band
    meaning: Meaning

    @property
    def kind(self) -> Kind:
        return (self.band, self.meaning.spacing)


@dataclass(frozen=True, kw_only=True)
class Need:
    """A channel that a sector needs; `place` 0 is its primary, 1 its secondary."""

    sector: int
    place: int
    kind: Kind


@dataclass(frozen=True, kw_only=True)
class Task:
    """What is to be assigned. Pairs of needs, lower first: `apart` share no signal, `near` do not touch either.

    `candidates` are places in the pool by need. `barred` are pairs of (need, place in the pool) that may not be taken
    together though neither rule says so: products.
    """

    needs: tuple[Need, ...]
    pool: tuple[Pooled, ...]
    candidates: tuple[tuple[int, ...], ...]
    apart: frozenset[tuple[int, int]]
    near: frozenset[tuple[int, int]]
    barred: frozenset[tuple[tuple[int, int], tuple[int, int]]]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A place in the pool for each need, how many names that takes, and how many any plan takes at least."""

    chosen: tuple[int, ...]
    names: int
    at_least: int
    solver: str

    @property
    def gap(self) -> float:
        """By how much of its names it may be worse than the best: 0 is proven optimal."""
        return (self.names - self.at_least) / self.names if self.names else 0.0


def pool_of(memorandum: Memorandum, names_khz: Sequence[tuple[int, Band]]) -> tuple[Pooled, ...]:
    """The names that may be assigned: valid, clear of guard and of data links; twice the same carrier only once."""
    keep_khz_6 = memorandum.frequencies.guard_keep_out_khz * SIXTHS_PER_KHZ
    guards = [
        meaning.carrier_khz_6
        for one in memorandum.channel
        if one.use == "guard" and (meaning := meaning_of(one)) is not None
    ]
    found: dict[int, Pooled] = {}
    for name_khz, band in names_khz:
        meaning = channel_of(name_khz, band)
        if meaning is None or name_khz in SAR_SCENE_KHZ:
            continue
        if band == "vhf" and DATA_KHZ[0] <= name_khz <= DATA_KHZ[1]:
            continue
        if any(abs(meaning.carrier_khz_6 - guard) < keep_khz_6 for guard in guards):
            continue
        found.setdefault(meaning.carrier_khz_6, Pooled(name_khz=name_khz, band=band, meaning=meaning))
    return tuple(found[carrier] for carrier in sorted(found))


def task_of(memorandum: Memorandum, pool: Sequence[Pooled]) -> Task:
    """What is to be assigned in every sector of a memorandum.

    Raises: OperatorError `no_plan` where no kinds of channels let everybody in a sector talk, or the pool has none.
    """
    sky = sky_of(memorandum)
    kinds_here = {one.kind for one in pool}
    needs: list[Need] = []
    for index, sector in enumerate(memorandum.sector):
        kinds = kinds_for(memorandum, sector, kinds_here)
        needs += [Need(sector=index, place=place, kind=kind) for place, kind in enumerate(kinds)]
    candidates = tuple(
        tuple(place for place, one in enumerate(pool) if one.kind == need.kind) for need in needs
    )
    apart, near = _too_near(sky, needs)
    return Task(
        needs=tuple(needs),
        pool=tuple(pool),
        candidates=candidates,
        apart=apart,
        near=near,
        barred=frozenset(_products(memorandum, needs, pool, candidates)),
    )


def kinds_for(memorandum: Memorandum, sector: Sector, available: set[Kind]) -> tuple[Kind, ...]:
    """The kinds of channels a sector needs: two, in unlike bands if that serves everybody; more only if it must."""
    radios = {one.id: frozenset(one.radios) for one in memorandum.class_}
    users = [one for one in users_of(memorandum, sector) if "none" not in radios[one.partition("/")[2]]]
    pairs = list(pairs_that_meet(memorandum, sector))
    usable = [kind for kind in KINDS if kind in available]
    tunes = {
        (user, kind): can_tune(radios[user.partition("/")[2]], _like(kind))
        for user in users
        for kind in usable
    }
    for count in range(2, _NEEDS_MAX + 1):
        ways = sorted(
            combinations_with_replacement(usable, count), key=lambda way: -len({band for band, _ in way})
        )
        for way in ways:
            ordered = sorted(way, key=lambda kind: -sum(tunes[user, kind] for user in users))
            if all(any(tunes[user, kind] for kind in ordered[:2]) for user in users) and all(
                any(tunes.get((one, kind)) and tunes.get((other, kind)) for kind in way)
                for one, other in pairs
            ):
                return tuple(ordered)
    raise OperatorError(
        "no_plan",
        f"In {sector.id} no {_NEEDS_MAX} kinds of channels of the pool let every pair talk.",
        cure="Widen the pool (--pool), change [[class]] radios, or name a [[relay]] post.",
    )


def parts_of(task: Task) -> tuple[tuple[tuple[int, ...], Task], ...]:
    """The task by band, each with the places of its needs: a name is of one band, so the parts are independent.

    Where a product would tie two bands together, the task is one part.
    """
    bands = [need.kind[0] for need in task.needs]
    if any(bands[first] != bands[second] for (first, _), (second, _) in task.barred):
        return ((tuple(range(len(bands))), task),)
    found = []
    for band in dict.fromkeys(bands):
        places = tuple(index for index, one in enumerate(bands) if one == band)
        new = {old: index for index, old in enumerate(places)}
        found.append((places, _renumbered(task, places, new)))
    return tuple(found)


def free_of_each_other(pool: Sequence[Pooled], candidates: Sequence[int]) -> tuple[int, ...]:
    """Names of which no two overlap or touch, found by a walk along the band: any may stand for any other."""
    kept: list[int] = []
    for place in sorted(candidates, key=lambda one: pool[one].meaning.carrier_khz_6):
        meaning = pool[place].meaning
        if not kept or not (
            are_one_signal(pool[kept[-1]].meaning, meaning) or are_neighbours(pool[kept[-1]].meaning, meaning)
        ):
            kept.append(place)
    return tuple(kept)


def may_not_meet(task: Task, pair: tuple[int, int], one: int, other: int) -> bool:
    """Whether two needs, lower first, may not have these two places in the pool."""
    first, second = task.pool[one].meaning, task.pool[other].meaning
    if pair in task.apart and are_one_signal(first, second):
        return True
    if pair in task.near and are_neighbours(first, second):
        return True
    return ((pair[0], one), (pair[1], other)) in task.barred


def channels_of(memorandum: Memorandum, task: Task, chosen: Sequence[int]) -> Memorandum:
    """The memorandum with the answer's channels in place of all but guard; stations keep those of their sectors."""
    radios = {one.id: frozenset(one.radios) for one in memorandum.class_}
    kept = [one for one in memorandum.channel if one.use in ("guard", "sar")]
    made: list[Channel] = []
    by_sector: dict[str, list[str]] = {}
    for need, place in zip(task.needs, chosen, strict=True):
        sector, pooled = memorandum.sector[need.sector], task.pool[place]
        channel = Channel(
            id=f"{sector.id}-{need.place + 1}",
            name_khz=pooled.name_khz,
            band=pooled.band,
            spacing=pooled.meaning.spacing,
            use="contact",
            sectors=(sector.id,),
            monitored_by=(),
            tunable_by=(),
            floor_owner=memorandum.party[need.sector % 2].id,
        )
        can = tuple(
            user for user in users_of(memorandum, sector) if can_tune(radios[user.partition("/")[2]], channel)
        )
        made.append(msgspec.structs.replace(channel, monitored_by=can, tunable_by=can))
        by_sector.setdefault(sector.id, []).append(channel.id)
    was = {one.id: one.sectors for one in memorandum.channel}
    stations = tuple(
        msgspec.structs.replace(
            station,
            channels=tuple(
                dict.fromkeys(
                    [
                        name
                        for old in station.channels
                        for sector_id in was.get(old, ())
                        for name in by_sector.get(sector_id, ())
                    ]
                    + [old for old in station.channels if any(one.id == old for one in kept)]
                )
            ),
        )
        for station in memorandum.station
    )
    return msgspec.structs.replace(
        memorandum, channel=(*made, *kept), assignment=(), relay=(), station=stations
    )


def _renumbered(task: Task, places: Sequence[int], new: dict[int, int]) -> Task:
    return Task(
        needs=tuple(task.needs[old] for old in places),
        pool=task.pool,
        candidates=tuple(task.candidates[old] for old in places),
        apart=frozenset((new[one], new[other]) for one, other in task.apart if one in new and other in new),
        near=frozenset((new[one], new[other]) for one, other in task.near if one in new and other in new),
        barred=frozenset(
            ((new[first], one), (new[second], other))
            for (first, one), (second, other) in task.barred
            if first in new and second in new
        ),
    )


def _like(kind: Kind) -> Channel:
    band, spacing = kind
    return msgspec.convert(
        {
            "id": "-",
            "name_khz": 0,
            "band": band,
            "spacing": spacing,
            "use": "contact",
            "sectors": (),
            "monitored_by": (),
            "tunable_by": (),
            "floor_owner": "-",
        },
        Channel,
    )


def _too_near(
    sky: Sky, needs: Sequence[Need]
) -> tuple[frozenset[tuple[int, int]], frozenset[tuple[int, int]]]:
    by_sector: dict[int, list[int]] = {}
    for index, need in enumerate(needs):
        by_sector.setdefault(need.sector, []).append(index)
    neighbour_nm = float(sky.memorandum.frequencies.neighbour_nm)
    apart, near = set(), set()
    for one, other in combinations(sorted(by_sector), 2):
        is_apart = not sky.are_apart(one, other, needed_apart_nm(sky, one, other))
        is_near = not sky.are_apart(one, other, neighbour_nm)
        for first in by_sector[one]:
            for second in by_sector[other]:
                if needs[first].kind[0] != needs[second].kind[0]:
                    continue
                pair = (min(first, second), max(first, second))
                if is_apart:
                    apart.add(pair)
                if is_near:
                    near.add(pair)
    for here in by_sector.values():
        for first, second in combinations(here, 2):
            if needs[first].kind[0] == needs[second].kind[0]:
                apart.add((first, second))
                near.add((first, second))
    return frozenset(apart), frozenset(near)


def _products(
    memorandum: Memorandum,
    needs: Sequence[Need],
    pool: Sequence[Pooled],
    candidates: Sequence[Sequence[int]],
) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Pairs of channels in one sector whose third-order product falls on guard, or that make one with guard."""
    guards = [
        meaning
        for one in memorandum.channel
        if one.use == "guard" and (meaning := meaning_of(one)) is not None
    ]
    by_sector: dict[int, list[int]] = {}
    for index, need in enumerate(needs):
        by_sector.setdefault(need.sector, []).append(index)
    bad = {
        (one, other)
        for one, first in enumerate(pool)
        for other, second in enumerate(pool)
        if one != other and _makes_product(first.meaning, second.meaning, guards)
    }
    for here in by_sector.values():
        for first, second in combinations(here, 2):
            for one in candidates[first]:
                for other in candidates[second]:
                    if (one, other) in bad or (other, one) in bad:
                        yield (first, one), (second, other)


def _makes_product(one: Meaning, other: Meaning, guards: Sequence[Meaning]) -> bool:
    """Whether 2 f1 - f2 of any two of these falls on a third."""
    for guard in guards:
        trio = (one, other, guard)
        for first in trio:
            for second in trio:
                for victim in trio:
                    if len({id(first), id(second), id(victim)}) < 3:
                        continue
                    product = 2 * first.carrier_khz_6 - second.carrier_khz_6
                    if 2 * abs(product - victim.carrier_khz_6) < victim.step_khz_6:
                        return True
    return False
