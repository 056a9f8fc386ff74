"""What is measured: a world of two parties that talk, and pairs of notices that come near each other."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence

import shapely

from detente.airspace.levels import Level
from detente.airspace.shapes import Point, Polygon
from detente.airspace.volumes import Volume
from detente.exercise.parties import agreement_from_seed
from detente.exercise.world import Weather, World
from detente.line.bodies_duty import LineCheck
from detente.memorandum.load import read_memorandum
from detente.memorandum.model import Memorandum
from detente.memorandum.template import template
from detente.node.effects import Say
from detente.notices.notice import Notice
from detente.quantities import PartyId, PostId, utc_ms_of

START = read_memorandum(template("fires-2020"))
assert isinstance(START, Memorandum)
START_MS = utc_ms_of(START.duration.in_force_from)


def statement_world() -> tuple[World, Callable[[], None]]:
    """A world, and an act that says one statement and lets it be receipted; the network takes no time."""
    agreement, keys = agreement_from_seed("fires-2020", seed=1)
    weather = Weather(delay_min_ms=0, delay_max_ms=0)
    world = World(seed=1, agreement=agreement, keys=keys, start_ms=START_MS, weather=weather)
    sierra = world.node(PartyId("SIERRA"))
    say = Say(
        to=(PostId("coast.air"),),
        code="LCK",
        body=LineCheck(path="data-1", kind="machine", text_id="t1", clock_ms=START_MS),
        precedence="ADMIN",
        reply_to=None,
    )

    def act() -> None:
        sierra.keeper.say(say)
        world.run_for(0.001)

    return world, act


def conflict_pairs(*, seed: int, count: int) -> tuple[Memorandum, Sequence[tuple[Notice, Notice]]]:
    """Pairs of eight-sided outlines, near enough that no cheap filter decides them."""
    assert isinstance(START, Memorandum)
    rng = random.Random(seed)
    return START, [(_notice(rng, 38.0, -121.0), _notice(rng, 38.0, -121.0)) for _ in range(count)]


def planar_answer(a: Notice, b: Notice) -> bool:
    """Whether the outlines are nearer than 1 NM on a plane of degrees scaled at 38 N."""
    return bool(shapely.distance(_planar(a), _planar(b)) < 1852.0)


def _planar(notice: Notice) -> shapely.Geometry:
    shape = notice.volumes[0].shape
    assert isinstance(shape, Polygon)
    return shapely.Polygon(
        [
            (p.lon_e7 / 1e7 * 111_320 * math.cos(math.radians(38)), p.lat_e7 / 1e7 * 111_000)
            for p in shape.points
        ]
    )


def _notice(rng: random.Random, lat: float, lon: float) -> Notice:
    lat += rng.uniform(-0.15, 0.15)
    lon += rng.uniform(-0.2, 0.2)
    turn = rng.uniform(0, math.tau)
    points = tuple(
        Point(
            lat_e7=round((lat + 0.08 * math.cos(turn + side * math.tau / 8)) * 1e7),
            lon_e7=round((lon + 0.1 * math.sin(turn + side * math.tau / 8)) * 1e7),
        )
        for side in range(8)
    )
    return Notice(
        kind="routine",
        volumes=(
            Volume(
                shape=Polygon(points=points),
                floor=Level(datum="palt", value=3000),
                ceiling=Level(datum="palt", value=8000),
                start_ms=START_MS + 10_000_000,
                end_ms=START_MS + 20_000_000,
            ),
        ),
        class_="tanker",
        count_band="1",
        transponder="on",
        frequency_monitored_khz=(),
        hazard_kind=None,
        movement="within",
    )
