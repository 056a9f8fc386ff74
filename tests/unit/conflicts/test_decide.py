"""The rule of conflict on plain examples: figures, factor, windows, modes, datums."""

from __future__ import annotations

import msgspec
import pytest

from detente.airspace.geodesy import destination, distance_m
from detente.airspace.levels import Level
from detente.airspace.shapes import Circle, MovingBlock, Point, Polygon, Shape
from detente.airspace.volumes import Volume, fault_of
from detente.conflicts.decide import Conflict, NotChecked, decide
from detente.memorandum.model import Memorandum
from detente.notices.ground import levels_over
from detente.notices.notice import Notice, Transponder

START_MS = 1_906_560_000_000
NM_M = 1_852.0


def at(lat: float, lon: float) -> Point:
    return Point(lat_e7=round(lat * 1e7), lon_e7=round(lon * 1e7))


def notice(
    shape: Shape,
    *,
    class_: str = "combat",
    floor: Level | int = 8_000,
    ceiling: Level | int = 12_000,
    start_s: int = 0,
    end_s: int = 3_600,
    transponder: Transponder | None = "on",
) -> Notice:
    return Notice(
        kind="routine",
        volumes=(
            Volume(
                shape=shape,
                floor=floor if isinstance(floor, Level) else Level(datum="palt", value=floor),
                ceiling=ceiling if isinstance(ceiling, Level) else Level(datum="palt", value=ceiling),
                start_ms=START_MS + start_s * 1000,
                end_ms=START_MS + end_s * 1000,
            ),
        ),
        class_=class_,
        count_band=None,
        transponder=transponder,
        frequency_monitored_khz=(),
        hazard_kind=None,
        movement=None,
    )


def circle_east(gap_nm: float) -> Circle:
    """A circle whose edge is so far from that of HERE."""
    lat, lon = destination(45.0, -30.0, bearing_deg=90.0, distance_m=(gap_nm + 4.0) * NM_M)
    return Circle(centre=at(lat, lon), radius_cm=370_400)


HERE = Circle(centre=at(45.0, -30.0), radius_cm=370_400)


def test_the_gap_at_the_lateral_minimum_is_a_conflict_and_a_hundredth_more_is_not(ex_1: Memorandum) -> None:
    assert isinstance(decide(notice(HERE), notice(circle_east(10.0)), ex_1), Conflict)
    assert decide(notice(HERE), notice(circle_east(10.01)), ex_1) is None


def test_a_conflict_says_how_near_where_when_and_by_which_article(ex_1: Memorandum) -> None:
    found = decide(
        notice(HERE),
        notice(circle_east(6.0), class_="transport", start_s=1_800, floor=13_000, ceiling=14_000),
        ex_1,
    )
    assert isinstance(found, Conflict)
    assert found.article == "separation combat/transport"
    assert 6.0 * NM_M - 1.1 <= found.lateral_gap_m <= 6.0 * NM_M
    assert (found.vertical_gap_ft, found.time_gap_s) == (1_000, 0)
    assert (found.lateral_min_m, found.vertical_min_ft, found.time_min_s) == (27_780, 2_000, 300)
    assert (found.from_ms, found.until_ms) == (START_MS + 1_800_000, START_MS + 3_600_000)
    midway_m = distance_m(45.0, -30.0, found.where.lat_e7 / 1e7, found.where.lon_e7 / 1e7)
    assert abs(midway_m - 5.0 * NM_M) < 2.0


@pytest.mark.parametrize("transponder", ["off", "intermittent", None])
@pytest.mark.parametrize("turned", [False, True])
def test_the_factor_counts_unless_both_transponders_are_stated_on(
    transponder: Transponder | None, turned: bool, ex_1: Memorandum
) -> None:
    """Casebook `curacao-2025-transponder-off`: 15 NM x 2.0 = 30 NM."""
    tanker = notice(HERE, transponder=transponder)
    airliner = notice(circle_east(29.9), class_="transport")
    pair = (airliner, tanker) if turned else (tanker, airliner)
    found = decide(*pair, ex_1)
    assert isinstance(found, Conflict)
    assert found.lateral_min_m == 55_560
    assert decide(notice(HERE), airliner, ex_1) is None


def test_both_figures_must_be_undercut(ex_1: Memorandum) -> None:
    assert isinstance(decide(notice(HERE), notice(HERE, floor=14_000, ceiling=15_000), ex_1), Conflict)
    assert decide(notice(HERE), notice(HERE, floor=14_001, ceiling=15_000), ex_1) is None


def test_windows_within_the_agreed_time_count_and_the_gap_is_told(ex_1: Memorandum) -> None:
    found = decide(notice(HERE), notice(HERE, start_s=3_900, end_s=7_200), ex_1)
    assert isinstance(found, Conflict)
    assert found.time_gap_s == 300
    assert (found.from_ms, found.until_ms) == (START_MS + 3_600_000, START_MS + 3_900_000)
    assert decide(notice(HERE), notice(HERE, start_s=3_901, end_s=7_200), ex_1) is None


def test_where_only_airmanship_was_agreed_nothing_is_called_clear(ex_1: Memorandum) -> None:
    a, b = notice(HERE, class_="transport"), notice(circle_east(500.0), class_="transport")
    found = decide(a, b, ex_1)
    assert found == NotChecked(reason="airmanship_only", article="separation transport/transport")


def test_a_pair_without_a_row_is_not_called_clear_either(ex_1: Memorandum) -> None:
    found = decide(notice(HERE, class_="transport"), notice(HERE, class_="uncrewed"), ex_1)
    assert isinstance(found, NotChecked)
    assert found.reason == "no_row"


def test_in_own_blocks_only_volumes_that_meet_conflict(ex_1: Memorandum) -> None:
    lower = notice(HERE, class_="uncrewed", floor=1_000, ceiling=7_000)
    assert decide(lower, notice(HERE), ex_1) is None
    assert isinstance(decide(lower, notice(HERE, floor=7_000), ex_1), Conflict), "a shared level is a meeting"
    assert decide(lower, notice(circle_east(0.01), floor=2_000), ex_1) is None
    assert decide(lower, notice(HERE, floor=2_000, start_s=3_601, end_s=9_000), ex_1) is None


def test_levels_of_two_datums_conflict_unless_every_weather_keeps_them_apart(ex_1: Memorandum) -> None:
    floor, ceiling = levels_over(HERE, floor="0 AMSL", ceiling="4000 AMSL", memorandum=ex_1)
    low = notice(HERE, floor=floor, ceiling=ceiling)
    near = decide(low, notice(HERE, floor=7_000), ex_1)
    assert isinstance(near, Conflict), (
        "3,000 ft in the standard atmosphere is less than 2,000 on a cold day of low pressure"
    )
    assert near.vertical_gap_ft < 2_000
    assert decide(low, notice(HERE, floor=12_000, ceiling=13_000), ex_1) is None


def test_of_many_volumes_the_nearest_pair_is_told(ex_1: Memorandum) -> None:
    a = notice(HERE)
    b = msgspec.structs.replace(
        a, volumes=tuple(notice(circle_east(gap_nm)).volumes[0] for gap_nm in (9.0, 3.0, 6.0, 20.0))
    )
    found = decide(a, b, ex_1)
    assert isinstance(found, Conflict)
    assert abs(found.lateral_gap_m - 3.0 * NM_M) < 2.0


def test_a_moving_block_conflicts_where_it_is_and_not_where_it_was(ex_1: Memorandum) -> None:
    """Its whole path passes over the circle; at any one time it is 30 km long and 10 NM from it, or not."""
    block = MovingBlock(
        points=(at(45.0, -32.0), at(45.0, -28.0)),
        times_ms=(START_MS, START_MS + 7_200_000),
        half_width_cm=1_500_000,
        early_ms=0,
        late_ms=0,
    )
    moving = notice(block, end_s=7_200)
    assert fault_of(moving.volumes[0]) is None
    found = decide(moving, notice(HERE, start_s=3_000, end_s=4_200), ex_1)
    assert isinstance(found, Conflict)
    assert (found.lateral_gap_m, found.time_gap_s) == (0, 0)
    assert decide(moving, notice(HERE, start_s=0, end_s=1_200), ex_1) is None
    assert decide(moving, notice(HERE, start_s=6_000, end_s=7_200), ex_1) is None
    assert (
        decide(moving, notice(HERE, start_s=3_000, end_s=4_200, floor=20_000, ceiling=21_000), ex_1) is None
    )


def test_the_order_of_the_two_notices_does_not_change_a_digit(ex_1: Memorandum) -> None:
    box = Polygon(points=(at(45.1, -29.9), at(45.1, -29.5), at(45.4, -29.5), at(45.4, -29.9)))
    a, b = notice(HERE), notice(box, class_="transport")
    assert isinstance(decide(a, b, ex_1), Conflict)
    assert decide(a, b, ex_1) == decide(b, a, ex_1)
