"""The rules of admission, one example each; EX-1 of the casebook."""

from __future__ import annotations

import msgspec
import pytest

from detente.airspace.levels import Level
from detente.airspace.shapes import Circle, Corridor, Point, Polygon, Shape
from detente.airspace.volumes import Volume
from detente.memorandum.model import Memorandum, NoticeKind
from detente.notices.admit import Admitted, Refused, admit
from detente.notices.ground import levels_over
from detente.notices.notice import Notice
from detente.quantities import UtcMs, parse_utc_text

NOW_MS = parse_utc_text("2030-06-01T12:00:00Z")
HOUR_MS = 3_600_000


def at(lat: float, lon: float) -> Point:
    return Point(lat_e7=round(lat * 1e7), lon_e7=round(lon * 1e7))


def circle(radius_nm: float = 5.0, lat: float = 45.0, lon: float = -30.0) -> Circle:
    return Circle(centre=at(lat, lon), radius_cm=round(radius_nm * 185_200))


def volume(shape: Shape | None = None, *, starts_in_s: int = 5 * 86_400, lasts_s: int = 3_600) -> Volume:
    start_ms = NOW_MS + starts_in_s * 1000
    return Volume(
        shape=shape or circle(),
        floor=Level(datum="palt", value=8_000),
        ceiling=Level(datum="palt", value=12_000),
        start_ms=start_ms,
        end_ms=start_ms + lasts_s * 1000,
    )


def notice(*volumes: Volume, kind: NoticeKind = "routine") -> Notice:
    return Notice(
        kind=kind,
        volumes=volumes or (volume(),),
        class_="combat",
        count_band="2-4",
        transponder="on",
        frequency_monitored_khz=(121_500,),
        hazard_kind="laser" if kind == "hazard" else None,
        movement="within",
    )


def verdict(sent: Notice, memorandum: Memorandum) -> Admitted | Refused:
    return admit(sent, memorandum, now_ms=UtcMs(NOW_MS))


@pytest.mark.parametrize(
    ("kind", "starts_in_s", "stamp", "precedence"),
    [
        ("routine", 7_200, "IN_TIME", "ROUTINE"),
        ("routine", 7_199, "LATE", "PRIORITY"),
        ("routine", 3_600, "LATE", "PRIORITY"),
        ("routine", 3_599, "LATE", "ALERT"),
        ("hazard", 259_200, "IN_TIME", "PRIORITY"),
        ("hazard", 259_199, "LATE", "PRIORITY"),
        ("hazard", 1_800, "LATE", "ALERT"),
        ("crossing", 900, "IN_TIME", "ROUTINE"),
        ("crossing", 169, "LATE", "ALERT"),
        ("sar_fire_medical", -60, "IN_TIME", "ROUTINE"),
        ("popup", 86_400, "LATE", "PRIORITY"),
        ("popup", 60, "LATE", "ALERT"),
    ],
)
def test_the_lead_gives_the_stamp_and_the_precedence(
    kind: NoticeKind, starts_in_s: int, stamp: str, precedence: str, ex_1: Memorandum
) -> None:
    found = verdict(notice(volume(starts_in_s=starts_in_s), kind=kind), ex_1)
    assert found == Admitted(stamp=stamp, precedence=precedence, lead_s=starts_in_s)


def test_the_lead_counts_to_the_earliest_start(ex_1: Memorandum) -> None:
    found = verdict(notice(volume(starts_in_s=90_000), volume(starts_in_s=8_000)), ex_1)
    assert isinstance(found, Admitted)
    assert found.lead_s == 8_000


BAD_VOLUMES: list[tuple[str, Volume]] = [
    ("ended", volume(starts_in_s=-7_200, lasts_s=7_200)),
    ("beyond_horizon", volume(starts_in_s=604_801)),
    ("window_too_short", volume(lasts_s=1_799)),
    ("window_too_long", volume(lasts_s=86_401)),
    ("outside_duration", volume(starts_in_s=-200 * 86_400)),
    ("too_small", volume(circle(1.99))),
    ("too_small", volume(Corridor(points=(at(45, -30), at(45, -29.5)), half_width_cm=300_000))),
    ("too_small", volume(Polygon(points=(at(45, -30), at(45, -29.99), at(45.01, -30))))),
    ("too_wide", volume(Corridor(points=(at(45, -30.9), at(45, -29.1)), half_width_cm=400_000))),
    ("outside_area", volume(circle(5.0, lat=45.45))),
    ("outside_area", volume(circle(5.0, lat=-45.0))),
    ("levels_too_fine", msgspec.structs.replace(volume(), floor=Level(datum="palt", value=8_500))),
    ("levels_too_fine", msgspec.structs.replace(volume(), ceiling=Level(datum="palt", value=8_000))),
    ("outside_levels", msgspec.structs.replace(volume(), ceiling=Level(datum="palt", value=61_000))),
    (
        "outside_levels",
        msgspec.structs.replace(
            volume(), floor=Level(datum="hae", value=-5_000), ceiling=Level(datum="hae", value=100_000)
        ),
    ),
    ("ceiling_below_floor", msgspec.structs.replace(volume(), ceiling=Level(datum="hae", value=100_000))),
    ("ceiling_below_floor", msgspec.structs.replace(volume(), ceiling=Level(datum="palt", value=7_000))),
    ("end_before_start", msgspec.structs.replace(volume(), end_ms=NOW_MS)),
    ("self_crossing", volume(Polygon(points=(at(45, -30), at(45.2, -29.8), at(45, -29.8), at(45.2, -30))))),
]


@pytest.mark.parametrize(("code", "bad"), BAD_VOLUMES)
def test_a_volume_outside_the_agreement_is_refused_with_its_reason(
    code: str, bad: Volume, ex_1: Memorandum
) -> None:
    found = verdict(notice(volume(), bad), ex_1)
    assert isinstance(found, Refused)
    assert found.code == code
    assert found.message.startswith("Volume 2: ")
    assert found.field is not None
    assert found.field.startswith("volumes[1].")


@pytest.mark.parametrize(
    ("code", "bad"),
    [
        ("no_volume", msgspec.structs.replace(notice(), volumes=())),
        ("too_many_volumes", msgspec.structs.replace(notice(), volumes=(volume(),) * 17)),
        ("too_many_points", notice(volume(Polygon(points=tuple(at(45, i * 1e-5) for i in range(10_000)))))),
        ("hazard_kind", msgspec.structs.replace(notice(), hazard_kind="laser")),
        ("hazard_kind", msgspec.structs.replace(notice(kind="hazard"), hazard_kind=None)),
        ("unknown_class", msgspec.structs.replace(notice(), class_="balloon")),
        ("bad_frequency", msgspec.structs.replace(notice(), frequency_monitored_khz=(121,))),
        ("bad_frequency", msgspec.structs.replace(notice(), frequency_monitored_khz=(121_500,) * 17)),
    ],
)
def test_terms_outside_the_agreement_are_refused(code: str, bad: Notice, ex_1: Memorandum) -> None:
    found = verdict(bad, ex_1)
    assert isinstance(found, Refused)
    assert found.code == code


def test_what_the_memorandum_does_not_let_be_said_is_refused_at_receipt_too(ex_1: Memorandum) -> None:
    rules = msgspec.structs.replace(
        ex_1.disclosure, allow=tuple(f for f in ex_1.disclosure.allow if f != "count_band")
    )
    strict = msgspec.structs.replace(ex_1, disclosure=rules)
    found = verdict(notice(), strict)
    assert isinstance(found, Refused)
    assert found.code == "not_disclosed"
    assert found.field == "count_band"
    assert isinstance(verdict(msgspec.structs.replace(notice(), count_band=None), strict), Admitted)


def test_the_whole_area_from_its_lower_to_its_upper_level_is_within_it(ex_1: Memorandum) -> None:
    roomy = msgspec.structs.replace(
        ex_1, notices=msgspec.structs.replace(ex_1.notices, max_radius_nm=ex_1.notices.max_radius_nm * 3)
    )
    area = Polygon(points=(at(45.5, -31), at(45.5, -29), at(44.5, -29), at(44.5, -31)))
    floor, ceiling = levels_over(area, floor="0 AMSL", ceiling="FL600", memorandum=ex_1)
    whole = msgspec.structs.replace(volume(area), floor=floor, ceiling=ceiling)
    assert isinstance(verdict(notice(whole), roomy), Admitted)


def test_levels_above_ground_use_the_sector_that_holds_the_shape(ex_1: Memorandum) -> None:
    floor, ceiling = levels_over(circle(), floor="0 AGL", ceiling="3000 AGL", memorandum=ex_1)
    sea_floor, sea_ceiling = levels_over(circle(), floor="0 AMSL", ceiling="4200 AMSL", memorandum=ex_1)
    assert (floor, ceiling) == (sea_floor, sea_ceiling)
