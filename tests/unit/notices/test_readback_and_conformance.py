"""Casebook `deir-ez-zor-2016-nine-km`: a place about 9 km off is caught before it leaves, or by read-back."""

from __future__ import annotations

import re

import msgspec
import pytest

from detente.airspace.levels import Level
from detente.airspace.shapes import Circle, Corridor, MovingBlock, Point, Polygon, Shape
from detente.airspace.volumes import Volume
from detente.errors import OperatorError
from detente.memorandum.model import Memorandum
from detente.notices.conformance import Conforms, Outside, Plan, PlanPoint, conformance
from detente.notices.notice import Notice
from detente.notices.readback import compare, fix_text, read_back

START_MS, END_MS = 1_906_560_000_000, 1_906_563_600_000
MEANT, TYPED = (44.999758, -29.765115), (45.080743, -29.765115)


def at(lat: float, lon: float) -> Point:
    return Point(lat_e7=round(lat * 1e7), lon_e7=round(lon * 1e7))


def notice(*shapes: Shape) -> Notice:
    return Notice(
        kind="routine",
        volumes=tuple(
            Volume(
                shape=shape,
                floor=Level(datum="palt", value=8_000),
                ceiling=Level(datum="palt", value=12_000),
                start_ms=START_MS,
                end_ms=END_MS,
            )
            for shape in shapes
        ),
        class_="combat",
        count_band="2-4",
        transponder="on",
        frequency_monitored_khz=(121_500,),
        hazard_kind=None,
        movement="within",
    )


def circle(place: tuple[float, float], radius_nm: float = 2.0) -> Circle:
    return Circle(centre=at(*place), radius_cm=round(radius_nm * 185_200))


def plan(*points: tuple[float, float, int, int]) -> Plan:
    return Plan(
        datum="palt",
        points=tuple(
            PlanPoint(lat_e7=round(lat * 1e7), lon_e7=round(lon * 1e7), time_ms=START_MS + s * 1000, level=ft)
            for lat, lon, s, ft in points
        ),
    )


def test_a_place_nine_kilometres_wrong_is_caught_before_it_leaves(ex_1: Memorandum) -> None:
    found = conformance(plan((*MEANT, 0, 10_000)), notice(circle(TYPED)), ex_1)
    assert found == Outside(field="place", message="plan 2.86 NM (5.30 km) outside")


def test_the_plan_in_the_place_that_was_meant_conforms(ex_1: Memorandum) -> None:
    assert conformance(plan((*MEANT, 0, 10_000)), notice(circle(MEANT)), ex_1) == Conforms()


def test_read_back_gives_the_casebook_ranges_and_bearings(ex_1: Memorandum) -> None:
    def spoken(place: tuple[float, float]) -> list[str]:
        return [fix_text(fix) for fix in read_back(notice(circle(place)), ex_1).volumes[0].fixes]

    assert spoken(TYPED) == ["R1 064/11.11", "R2 296/11.13"]
    assert spoken(MEANT) == ["R1 090/10.00", "R2 270/10.00"]


def test_a_read_back_of_another_place_is_negative_with_its_field(ex_1: Memorandum) -> None:
    meant, typed = notice(circle(MEANT)), notice(circle(TYPED))
    assert compare(meant, read_back(meant, ex_1), ex_1) is None
    assert compare(meant, read_back(typed, ex_1), ex_1) == "place"
    higher = msgspec.structs.replace(
        meant, volumes=(msgspec.structs.replace(meant.volumes[0], ceiling=Level(datum="palt", value=13_000)),)
    )
    later = msgspec.structs.replace(
        meant, volumes=(msgspec.structs.replace(meant.volumes[0], end_ms=END_MS + 1),)
    )
    assert compare(meant, read_back(higher, ex_1), ex_1) == "levels"
    assert compare(meant, read_back(later, ex_1), ex_1) == "window"
    assert (
        compare(meant, read_back(msgspec.structs.replace(meant, class_="transport"), ex_1), ex_1) == "class"
    )
    assert compare(meant, read_back(notice(circle(MEANT), circle(MEANT)), ex_1), ex_1) == "volumes"


def test_a_degree_and_a_hundredth_of_a_mile_of_rounding_are_allowed(ex_1: Memorandum) -> None:
    meant = notice(circle(MEANT))
    said = read_back(meant, ex_1)

    def turned(by_deg: int, by_cnm: int) -> str | None:
        fixes = tuple(
            msgspec.structs.replace(
                fix, bearing_deg=(fix.bearing_deg + by_deg - 1) % 360 + 1, range_cnm=fix.range_cnm + by_cnm
            )
            for fix in said.volumes[0].fixes
        )
        volumes = (msgspec.structs.replace(said.volumes[0], fixes=fixes),)
        return compare(meant, msgspec.structs.replace(said, volumes=volumes), ex_1)

    assert turned(1, -1) is None
    assert turned(2, 0) == "place"
    assert turned(0, 2) == "place"


def test_due_north_is_read_back_as_360(ex_1: Memorandum) -> None:
    fixes = read_back(notice(circle((45.2, -30.0))), ex_1).volumes[0].fixes
    assert fixes[0].bearing_deg == 360


def test_an_outline_of_many_points_is_read_back_by_its_four_extremes(ex_1: Memorandum) -> None:
    places = [(44.9, -30.0), (44.91, -29.9), (45.0, -29.8), (45.1, -29.9), (45.12, -30.0), (45.1, -30.1)]
    places += [(45.05, -30.15), (45.0, -30.2), (44.92, -30.1)]
    fixes = read_back(notice(Polygon(points=tuple(at(*place) for place in places))), ex_1).volumes[0].fixes
    assert sorted({fix.point for fix in fixes}) == [0, 2, 4, 7]


def test_a_flight_through_two_volumes_conforms_only_with_both(ex_1: Memorandum) -> None:
    first = Corridor(points=(at(45, -30.5), at(45, -30.0)), half_width_cm=400_000)
    second = Corridor(points=(at(45, -30.0), at(45, -29.5)), half_width_cm=400_000)
    flight = plan((45.0, -30.4, 0, 9_000), (45.0, -29.6, 900, 11_000))
    assert conformance(flight, notice(first, second), ex_1) == Conforms()
    found = conformance(flight, notice(first), ex_1)
    assert isinstance(found, Outside)
    assert found.field == "place"


def test_a_short_excursion_between_two_points_inside_is_found(ex_1: Memorandum) -> None:
    notch = Polygon(
        points=(
            at(44.8, -30.4),
            at(44.8, -29.6),
            at(45.2, -29.6),
            at(45.2, -29.99),
            at(44.9, -30),
            at(45.2, -30.01),
            at(45.2, -30.4),
        )
    )
    found = conformance(plan((45.15, -30.3, 0, 9_000), (45.15, -29.7, 900, 9_000)), notice(notch), ex_1)
    assert isinstance(found, Outside)
    assert found.field == "place"


def test_a_flight_before_its_window_or_above_its_ceiling_is_outside(ex_1: Memorandum) -> None:
    early = conformance(plan((*MEANT, -600, 9_000), (*MEANT, 60, 9_000)), notice(circle(MEANT)), ex_1)
    assert early == Outside(field="window", message="plan 600 s outside the window")
    high = conformance(plan((*MEANT, 0, 9_000), (*MEANT, 60, 12_500)), notice(circle(MEANT)), ex_1)
    assert high == Outside(field="levels", message="plan 500 ft outside the levels")


def test_no_message_of_the_check_holds_a_position(ex_1: Memorandum) -> None:
    found = conformance(plan((*MEANT, 0, 10_000)), notice(circle(TYPED)), ex_1)
    assert isinstance(found, Outside)
    assert not re.search(r"44\.|45\.|29\.|30\.", found.message)


@pytest.mark.parametrize(
    "bad",
    [
        Plan(datum="palt", points=()),
        plan((91.0, 0.0, 0, 0)),
        plan((45.0, 0.0, 10, 0), (45.0, 0.0, 5, 0)),
        plan(*((45.0, 0.0, second, 0) for second in range(2_001))),
        plan((45.0, 0.0, 0, 0), (45.0, 0.0, 3_000_000, 0)),
    ],
)
def test_a_plan_that_cannot_be_checked_is_our_own_fault_and_says_so(bad: Plan, ex_1: Memorandum) -> None:
    with pytest.raises(OperatorError) as why:
        conformance(bad, notice(circle(MEANT)), ex_1)
    assert why.value.code == "bad_plan"
    assert why.value.cure


def test_a_flight_along_a_moving_block_conforms_only_by_the_block_s_times(ex_1: Memorandum) -> None:
    """Half way at half time, give or take what it may be early or late."""
    block = MovingBlock(
        points=(at(45, -30), at(45, -29)),
        times_ms=(START_MS, START_MS + 600_000),
        half_width_cm=400_000,
        early_ms=0,
        late_ms=60_000,
    )
    moving = notice(block)
    lies = msgspec.structs.replace(moving.volumes[0], start_ms=START_MS, end_ms=START_MS + 660_000)
    moving = msgspec.structs.replace(moving, volumes=(lies,))
    assert conformance(plan((45, -30, 0, 10_000), (45, -29, 600, 10_000)), moving, ex_1) == Conforms()
    assert conformance(plan((45, -30, 60, 10_000), (45, -29, 660, 10_000)), moving, ex_1) == Conforms()
    ahead = conformance(plan((45, -29.3, 300, 10_000)), moving, ex_1)
    assert isinstance(ahead, Outside)
    assert ahead.field == "place"
    after = conformance(plan((45, -29, 661, 10_000)), moving, ex_1)
    assert after == Outside(field="window", message="plan outside the times of the moving block")
