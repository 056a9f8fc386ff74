"""A volume that cannot be judged is refused with a stable code and a sentence without positions."""

from __future__ import annotations

import re

import msgspec
import pytest

from detente.airspace.levels import Level
from detente.airspace.shapes import Circle, Corridor, MovingBlock, Point, Polygon, Shape
from detente.airspace.volumes import Fault, Volume, fault_of, shape_fault_of


def at(lat: float, lon: float) -> Point:
    return Point(lat_e7=round(lat * 1e7), lon_e7=round(lon * 1e7))


def polygon(*places: tuple[float, float]) -> Polygon:
    return Polygon(points=tuple(at(*place) for place in places))


SOUND = Volume(
    shape=polygon((45, -30), (45, -29), (46, -29), (46, -30)),
    floor=Level(datum="palt", value=8_000),
    ceiling=Level(datum="palt", value=12_000),
    start_ms=1_000,
    end_ms=2_000,
)

BLOCK = MovingBlock(
    points=(at(45, -30), at(45, -29)),
    times_ms=(1_000, 601_000),
    half_width_cm=100,
    early_ms=1_000,
    late_ms=2_000,
)

BAD_SHAPES: list[tuple[str, Shape]] = [
    ("too_few_points", polygon((45, -30), (45, -29))),
    ("too_few_points", Corridor(points=(at(45, -30),), half_width_cm=100)),
    ("too_many_points", Polygon(points=tuple(at(45 + i * 1e-5, -30) for i in range(10_000)))),
    ("bad_position", polygon((45, -30), (45, -29), (90.1, -29))),
    ("bad_position", Circle(centre=at(0, 180.1), radius_cm=100)),
    ("bad_radius", Circle(centre=at(0, 0), radius_cm=0)),
    ("bad_radius", Circle(centre=at(0, 0), radius_cm=10**12)),
    ("bad_radius", Corridor(points=(at(0, 0), at(0, 1)), half_width_cm=-1)),
    ("too_large", polygon((0, -90), (0, 30), (0, 150), (60, -90))),
    ("too_large", polygon((0, 0), (0, 60), (60, 30))),
    ("repeated_point", polygon((45, -30), (45, -30), (45, -29), (46, -29))),
    ("repeated_point", polygon((45, -30), (45, -29), (46, -29), (45, -30))),
    ("near_pole", polygon((85, 0), (85, 90), (85, 180), (85, -90))),
    ("near_pole", Circle(centre=at(-90, 0), radius_cm=100_000)),
    ("near_pole", Corridor(points=(at(80, 0), at(80, 180)), half_width_cm=100)),
    ("bad_schedule", msgspec.structs.replace(BLOCK, times_ms=(1_000,))),
    ("bad_schedule", msgspec.structs.replace(BLOCK, times_ms=(1_000, 1_000))),
    ("bad_schedule", msgspec.structs.replace(BLOCK, times_ms=(-1, 601_000))),
    ("bad_schedule", msgspec.structs.replace(BLOCK, times_ms=(1_000, 2_000))),
    ("bad_schedule", msgspec.structs.replace(BLOCK, times_ms=(0, 2**70))),
    ("bad_schedule", msgspec.structs.replace(BLOCK, early_ms=-1)),
    ("bad_schedule", msgspec.structs.replace(BLOCK, late_ms=2**70)),
    ("bad_radius", msgspec.structs.replace(BLOCK, half_width_cm=0)),
    ("repeated_point", msgspec.structs.replace(BLOCK, points=(at(45, -30), at(45, -30)))),
    ("too_few_points", msgspec.structs.replace(BLOCK, points=(at(45, -30),), times_ms=(1_000,))),
    ("self_crossing", polygon((45, -30), (46, -29), (45, -29), (46, -30))),
    ("self_crossing", polygon((0, -30), (0, -29), (0, -28))),
    ("self_crossing", polygon((45, -30), (45, -29), (46, -29), (45, -29.5), (46, -30))),
    ("self_crossing", polygon((45, -30), (45, -28), (46, -28), (46, -28.5), (46, -28), (46, -30))),
]


@pytest.mark.parametrize(("code", "shape"), BAD_SHAPES)
def test_a_shape_that_cannot_be_judged_is_named(code: str, shape: Shape) -> None:
    fault = shape_fault_of(shape)
    assert fault is not None
    assert fault.code == code
    assert fault.field == "shape"
    assert not re.search(r"\d\.\d{3}", fault.message), "a message holds no position"


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("ceiling_below_floor", {"ceiling": Level(datum="palt", value=7_999)}),
        ("bad_level", {"ceiling": Level(datum="palt", value=10**9)}),
        ("bad_level", {"floor": Level(datum="hae", value=-(10**9))}),
        ("end_before_start", {"end_ms": 1_000}),
        ("end_before_start", {"end_ms": 500}),
        ("bad_time", {"start_ms": -1}),
        ("bad_time", {"end_ms": 10**18}),
    ],
)
def test_levels_and_windows_that_cannot_be_are_named(code: str, changes: dict[str, object]) -> None:
    fault = fault_of(msgspec.structs.replace(SOUND, **changes))
    assert fault is not None
    assert fault.code == code


@pytest.mark.parametrize(
    "shape",
    [
        SOUND.shape,
        polygon((0, 179), (0, -179), (1, -179), (1, 179)),
        Corridor(points=(at(45, -30), at(45, -29), at(46, -29), at(45, -29.5)), half_width_cm=100),
        Circle(centre=at(88.9, 0), radius_cm=100_000),
        MovingBlock(
            points=(at(45, 179), at(45, -179)), times_ms=(0, 600_000), half_width_cm=1, early_ms=0, late_ms=9
        ),
        polygon((45, -31), (45, -29), (46, -29), (46, -29.9), (45.1, -30), (46, -30.1), (46, -31)),
    ],
)
def test_sound_shapes_have_no_fault_at_the_antimeridian_either(shape: Shape) -> None:
    """A corridor may cross itself: a racetrack does."""
    assert shape_fault_of(shape) is None


def test_the_window_of_a_moving_block_is_what_its_times_say() -> None:
    block = msgspec.structs.replace(SOUND, shape=BLOCK, start_ms=0, end_ms=603_000)
    assert fault_of(block) is None
    for changes in ({"start_ms": 1}, {"end_ms": 602_999}, {"end_ms": 603_001}):
        fault = fault_of(msgspec.structs.replace(block, **changes))
        assert isinstance(fault, Fault)
        assert (fault.code, fault.field) == ("bad_schedule", "start_ms")
