"""What a change makes of a notice: later, higher, elsewhere, and nothing else."""

from __future__ import annotations

from itertools import combinations

import msgspec
import pytest

from detente.airspace.geodesy import bearing_deg, distance_m
from detente.airspace.levels import Level
from detente.airspace.shapes import Circle, Corridor, Point, Polygon, Shape, points_of
from detente.airspace.volumes import Volume
from detente.conflicts.changes import Change, carried, changed
from detente.notices.admit import Refused
from detente.notices.notice import Notice

START_MS = 1_906_560_000_000


def at(lat: float, lon: float) -> Point:
    return Point(lat_e7=round(lat * 1e7), lon_e7=round(lon * 1e7))


def volume(shape: Shape, *, floor: Level | None = None, ceiling: Level | None = None) -> Volume:
    return Volume(
        shape=shape,
        floor=floor or Level(datum="palt", value=8_000),
        ceiling=ceiling or Level(datum="palt", value=12_000),
        start_ms=START_MS,
        end_ms=START_MS + 3_600_000,
    )


def notice(*volumes: Volume) -> Notice:
    return Notice(
        kind="routine",
        volumes=volumes,
        class_="combat",
        count_band="2-4",
        transponder="on",
        frequency_monitored_khz=(123975,),
        hazard_kind=None,
        movement=None,
    )


SPOT = Circle(centre=at(45.0, -30.0), radius_cm=370_400)
BOX = Polygon(points=(at(44.8, -30.2), at(44.8, -29.8), at(45.1, -29.8), at(45.2, -30.1)))
PATH = Corridor(points=(at(45.0, -30.0), at(45.2, -29.5), at(45.1, -29.2)), half_width_cm=300_000)


def test_a_shift_moves_every_window_and_nothing_else() -> None:
    after = changed(notice(volume(SPOT), volume(BOX)), Change(shift_s=-90))
    assert isinstance(after, Notice)
    for one in after.volumes:
        assert (one.start_ms, one.end_ms) == (START_MS - 90_000, START_MS + 3_510_000)
    back = changed(after, Change(shift_s=90))
    assert back == notice(volume(SPOT), volume(BOX))


def test_all_floors_rise_with_the_lowest_and_all_ceilings_with_the_highest() -> None:
    higher = volume(BOX, floor=Level(datum="palt", value=10_000), ceiling=Level(datum="palt", value=15_000))
    change = Change(floor=Level(datum="palt", value=11_000), ceiling=Level(datum="palt", value=18_000))
    after = changed(notice(volume(SPOT), higher), change)
    assert isinstance(after, Notice)
    assert [(one.floor.value, one.ceiling.value) for one in after.volumes] == [
        (11_000, 15_000),
        (13_000, 18_000),
    ]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (Change(), "nothing_changes"),
        (Change(shift_s=0, move_m=0, bearing_deg=90), "nothing_changes"),
        (Change(move_m=5_000), "bad_change"),
        (Change(move_m=5_000, bearing_deg=361), "bad_change"),
        (Change(move_m=2_000_000, bearing_deg=90), "bad_change"),
        (Change(shift_s=10**12), "bad_change"),
        (Change(floor=Level(datum="hae", value=100_000)), "two_datums"),
    ],
)
def test_what_cannot_be_made_is_refused(change: Change, code: str) -> None:
    refused = changed(notice(volume(SPOT)), change)
    assert isinstance(refused, Refused)
    assert refused.code == code


@pytest.mark.parametrize("bearing", [0, 75, 180, 290])
@pytest.mark.parametrize("move_m", [100, 30_000, 100_000, -30_000])
@pytest.mark.parametrize("base", [(45.0, -30.0), (0.0, 179.9), (70.0, 20.0), (-33.0, 151.0)])
def test_a_move_carries_all_points_together_and_keeps_their_distances(
    base: tuple[float, float], move_m: int, bearing: int
) -> None:
    """To a decimetre within 60 km, wherever it is; the middle goes as far and in the direction that was said."""
    lat, lon = base
    shape = Polygon(
        points=(
            at(lat, lon),
            at(lat + 0.2, _east(lon + 0.1)),
            at(lat + 0.3, _east(lon - 0.3)),
            at(lat - 0.1, _east(lon - 0.2)),
        )
    )
    (moved,) = carried((volume(shape),), move_m=move_m, bearing_deg=bearing)
    before, after = points_of(shape), points_of(moved.shape)
    for one, other in combinations(range(4), 2):
        assert abs(_apart(before[one], before[other]) - _apart(after[one], after[other])) < 0.1
    middle = Circle(centre=at(lat, lon), radius_cm=100)
    (spot,) = carried((volume(middle),), move_m=move_m, bearing_deg=bearing)
    assert isinstance(spot.shape, Circle)
    there = spot.shape.centre
    assert abs(_apart(middle.centre, there) - abs(move_m)) < 0.05
    towards = bearing_deg(lat, lon, there.lat_e7 / 1e7, there.lon_e7 / 1e7)
    off = (towards - bearing - (0 if move_m > 0 else 180) + 180.0) % 360.0 - 180.0
    assert abs(off) < 0.05


def _east(lon: float) -> float:
    return (lon + 180.0) % 360.0 - 180.0


def _apart(a: Point, b: Point) -> float:
    return distance_m(a.lat_e7 / 1e7, a.lon_e7 / 1e7, b.lat_e7 / 1e7, b.lon_e7 / 1e7)


def test_several_volumes_are_carried_as_one() -> None:
    volumes = (volume(SPOT), volume(BOX), volume(PATH))
    after = changed(notice(*volumes), Change(move_m=20_000, bearing_deg=45))
    assert isinstance(after, Notice)
    before = [point for one in volumes for point in points_of(one.shape)]
    moved = [point for one in after.volumes for point in points_of(one.shape)]
    for one, other in combinations(range(len(before)), 2):
        assert abs(_apart(before[one], before[other]) - _apart(moved[one], moved[other])) < 0.1
    kept = [msgspec.structs.replace(one, shape=SPOT) for one in after.volumes]
    assert kept == [msgspec.structs.replace(one, shape=SPOT) for one in volumes]
