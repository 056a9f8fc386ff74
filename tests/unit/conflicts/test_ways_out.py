"""Ways out on plain examples: the least in each direction, the rules that forbid one, and where there is none."""

from __future__ import annotations

import msgspec
import pytest

from detente.airspace.geodesy import destination
from detente.airspace.levels import Level
from detente.airspace.shapes import Circle, Point, Polygon
from detente.airspace.volumes import Volume
from detente.conflicts.changes import Change
from detente.conflicts.standing import standing
from detente.conflicts.ways_out import NoWay, WayOut, WaysOut, proven, ways_out
from detente.memorandum.load import read_memorandum
from detente.memorandum.model import Memorandum
from detente.memorandum.template import template
from detente.notices.notice import Notice, Transponder
from detente.quantities import METRES_PER_NM, UtcMs

NOW_MS = UtcMs(1_906_560_000_000)
HOUR_S = 3_600


def at(lat: float, lon: float) -> Point:
    return Point(lat_e7=round(lat * 1e7), lon_e7=round(lon * 1e7))


HERE = at(45.0, -30.0)


def notice(
    *,
    centre: Point = HERE,
    floor_ft: int = 8_000,
    start_s: int = 5 * HOUR_S,
    lasts_s: int = HOUR_S,
    class_: str = "combat",
    transponder: Transponder = "on",
    kind: str = "routine",
) -> Notice:
    volume = Volume(
        shape=Circle(centre=centre, radius_cm=370_400),
        floor=Level(datum="palt", value=floor_ft),
        ceiling=Level(datum="palt", value=floor_ft + 4_000),
        start_ms=NOW_MS + start_s * 1000,
        end_ms=NOW_MS + (start_s + lasts_s) * 1000,
    )
    return Notice(
        kind=kind,  # type: ignore[arg-type]  # one of the kinds
        volumes=(volume,),
        class_=class_,
        count_band=None,
        transponder=transponder,
        frequency_monitored_khz=(),
        hazard_kind=None,
        movement=None,
    )


def look(own: Notice, *others: Notice, memorandum: Memorandum, now_ms: int = NOW_MS) -> WaysOut:
    return ways_out(own, others, party="ALFA", memorandum=memorandum, now_ms=UtcMs(now_ms))


def way(found: WaysOut, direction: str) -> WayOut:
    return next(one for one in found.ways if one.direction == direction)


def why_not(found: WaysOut, direction: str) -> str:
    return next(one.code for one in found.none if one.direction == direction)


def test_the_least_in_each_direction(ex_1: Memorandum) -> None:
    """Windows 300 s apart and levels 2,000 ft apart still conflict: one second and one step more do not."""
    other = notice(start_s=5 * HOUR_S + 1_800, floor_ft=11_000)
    found = look(notice(), other, memorandum=ex_1)
    assert way(found, "later").change == Change(shift_s=HOUR_S + 1_800 + 301)
    assert way(found, "earlier").change == Change(shift_s=-(HOUR_S - 1_800 + 301))
    up, down = way(found, "up").change, way(found, "down").change
    assert (up.floor, up.ceiling) == (Level(datum="palt", value=18_000), Level(datum="palt", value=22_000))
    assert down.ceiling == Level(datum="palt", value=8_000)
    side = way(found, "side").change
    assert side.move_m is not None
    least_m = (10.0 + 4.0) * METRES_PER_NM
    assert least_m <= side.move_m < least_m + 100
    assert found.conflicts == (0,)


def test_the_cheapest_comes_first_and_the_cost_is_in_minutes_of_delay(ex_1: Memorandum) -> None:
    found = look(notice(), notice(start_s=5 * HOUR_S + 3_000), memorandum=ex_1)
    assert [(one.direction, one.cost) for one in found.ways] == [
        ("earlier", 16),
        ("side", 60),
        ("up", 70),
        ("down", 70),
        ("later", 116),
    ]


def test_all_conflicts_are_cleared_at_once(ex_1: Memorandum) -> None:
    """The first gap between the others is too short, the second is not."""
    others = [notice(start_s=seconds) for seconds in (5 * HOUR_S, 7 * HOUR_S, 10 * HOUR_S)]
    found = look(notice(), *others, memorandum=ex_1)
    assert way(found, "later").change == Change(shift_s=3 * HOUR_S + 301)
    assert found.conflicts == (0,)


def test_of_several_volumes_each_must_be_clear(ex_1: Memorandum) -> None:
    own = notice()
    late = msgspec.structs.replace(
        own.volumes[0], start_ms=NOW_MS + 8 * HOUR_S * 1000, end_ms=NOW_MS + 9 * HOUR_S * 1000
    )
    own = msgspec.structs.replace(own, volumes=(*own.volumes, late))
    found = look(own, notice(start_s=5 * HOUR_S + 1_800), notice(start_s=11 * HOUR_S), memorandum=ex_1)
    shift_s = way(found, "later").change.shift_s
    assert shift_s == 1_800 + HOUR_S + 301, "the second volume then ends before the other begins"


def test_a_change_that_would_be_announced_late_is_not_offered(ex_1: Memorandum) -> None:
    found = look(notice(start_s=2 * HOUR_S + 600), notice(start_s=2 * HOUR_S), memorandum=ex_1)
    assert why_not(found, "earlier") == "late"
    assert all(one.stamp == "IN_TIME" for one in found.ways)


def test_a_notice_that_is_late_already_may_be_changed_late(ex_1: Memorandum) -> None:
    found = look(notice(start_s=HOUR_S), notice(start_s=HOUR_S), memorandum=ex_1)
    assert way(found, "up").stamp == "LATE"
    assert way(found, "later").stamp == "IN_TIME", "two hours and more from now"


def test_the_time_of_what_has_begun_is_not_changed_any_more(ex_1: Memorandum) -> None:
    found = look(notice(start_s=-600), notice(start_s=0), memorandum=ex_1)
    assert (why_not(found, "later"), why_not(found, "earlier")) == ("begun", "begun")
    assert way(found, "up")


def test_beyond_the_horizon_there_is_no_later(ex_1: Memorandum) -> None:
    rules = msgspec.structs.replace(ex_1.notices, horizon_s=6 * HOUR_S)
    terms = msgspec.structs.replace(ex_1, notices=rules)
    found = look(notice(), notice(), memorandum=terms)
    assert why_not(found, "later") == "beyond_horizon"


def test_where_nothing_helps_it_is_said_for_each_direction(ex_1: Memorandum) -> None:
    """All levels, the whole area and the whole time that may be announced are taken."""
    edge = ((44.5, -31.0), (44.5, -29.0), (45.5, -29.0), (45.5, -31.0))
    full = Volume(
        shape=Polygon(points=tuple(at(lat, lon) for lat, lon in edge)),
        floor=Level(datum="palt", value=0),
        ceiling=Level(datum="palt", value=60_000),
        start_ms=NOW_MS,
        end_ms=NOW_MS + 8 * 86_400_000,
    )
    wall = msgspec.structs.replace(notice(), volumes=(full,))
    found = look(notice(), wall, memorandum=ex_1)
    assert not found.ways
    assert {one.direction for one in found.none} == {
        "later",
        "earlier",
        "up",
        "down",
        "side",
        "level_and_time",
    }
    assert all(one.code and one.message for one in found.none)
    assert why_not(found, "level_and_time") == "no_solution"


def test_level_and_time_together_where_neither_is_enough(ex_1: Memorandum) -> None:
    """High up all day, low down until noon and again in the evening, and no other place."""
    edge = ((44.5, -31.0), (44.5, -29.0), (45.5, -29.0), (45.5, -31.0))
    outline = Polygon(points=tuple(at(lat, lon) for lat, lon in edge))

    def block(floor_ft: int, ceiling_ft: int, start_h: float, end_h: float) -> Notice:
        volume = Volume(
            shape=outline,
            floor=Level(datum="palt", value=floor_ft),
            ceiling=Level(datum="palt", value=ceiling_ft),
            start_ms=NOW_MS + round(start_h * HOUR_S * 1000),
            end_ms=NOW_MS + round(end_h * HOUR_S * 1000),
        )
        return msgspec.structs.replace(notice(), volumes=(volume,))

    found = look(notice(), block(8_000, 60_000, 0, 190), block(0, 7_000, 0, 8), memorandum=ex_1)
    both = way(found, "level_and_time").change
    assert both.shift_s == 3 * HOUR_S + 301
    assert both.ceiling == Level(datum="palt", value=5_000)
    assert [one.direction for one in found.ways] == ["level_and_time"]


def test_pairs_without_figures_are_told_and_never_called_clear(ex_1: Memorandum) -> None:
    own = notice(class_="transport")
    only = look(own, notice(class_="transport"), memorandum=ex_1)
    assert (only.ways, only.conflicts, only.not_checked) == ((), (), (0,))
    found = look(own, notice(class_="transport"), notice(), memorandum=ex_1)
    assert (found.conflicts, found.not_checked) == ((1,), (0,))
    assert found.ways


def test_the_factor_for_a_silent_transponder_counts_in_the_move(ex_1: Memorandum) -> None:
    """Casebook `curacao-2025-transponder-off`: 15 NM x 2.0 = 30 NM."""
    tanker = notice(transponder="off")
    found = look(notice(class_="transport"), tanker, memorandum=ex_1)
    moved = [one.change.move_m or 0 for one in found.ways if one.direction == "side"]
    least_m = 34.0 * METRES_PER_NM
    assert not moved or least_m <= moved[0] < least_m + 100


def test_a_way_out_never_leads_across_or_nearer_to_the_own_boundary() -> None:
    """ALFA lies east of the line with BRAVO in its way from the east: the way out is not to the west."""
    read = read_memorandum(template("neighbours-2030"))
    assert isinstance(read, Memorandum)
    terms = msgspec.structs.replace(read, special_area=())
    own = notice(centre=at(45.0, -30.4), class_="transport")
    lat, lon = destination(45.0, -30.4, bearing_deg=90.0, distance_m=3.0 * METRES_PER_NM)
    found = look(own, notice(centre=at(lat, lon), class_="combat"), memorandum=terms)
    for one in found.ways:
        if one.direction == "side":
            circle = one.notice.volumes[0].shape
            assert isinstance(circle, Circle)
            assert circle.centre.lon_e7 >= -304_000_000, "not towards the line"


def test_what_was_offered_is_proven_once_more_before_it_is_said(ex_1: Memorandum) -> None:
    own, other = notice(), notice(start_s=5 * HOUR_S + 1_800)
    later = way(look(own, other, memorandum=ex_1), "later")

    def again(*others: Notice) -> WayOut | NoWay:
        return proven(own, later.change, others, party="ALFA", memorandum=ex_1, now_ms=NOW_MS)

    assert again(other) == later
    new = notice(start_s=5 * HOUR_S + (later.change.shift_s or 0))
    refused = again(other, new)
    assert isinstance(refused, NoWay)
    assert (refused.direction, refused.code) == ("later", "still_in_conflict")


@pytest.mark.parametrize(
    ("first", "second", "first_s", "second_s", "gives_way", "because"),
    [
        ("routine", "sar_fire_medical", 0, 100, "first", "priority"),
        ("hazard", "track", 100, 0, "second", "priority"),
        ("routine", "routine", 0, 100, "second", "announced_later"),
        ("routine", "routine", 100, 0, "first", "announced_later"),
        ("routine", "routine", 5, 5, None, "equal"),
    ],
)
def test_who_gives_way_is_told_by_kind_then_by_who_announced_first(
    ex_1: Memorandum,
    first: str,
    second: str,
    first_s: int,
    second_s: int,
    gives_way: str | None,
    because: str,
) -> None:
    found = standing(
        first,  # type: ignore[arg-type]  # one of the kinds
        second,  # type: ignore[arg-type]
        first_ms=UtcMs(NOW_MS + first_s * 1000),
        second_ms=UtcMs(NOW_MS + second_s * 1000 + 999),
        memorandum=ex_1,
    )
    assert (found.gives_way, found.because) == (gives_way, because)
