"""The picture draws whatever a week can hold, and the same week always the same."""

from __future__ import annotations

import struct

import pytest

from detente.airspace.levels import Level
from detente.airspace.shapes import Circle, Corridor, Point, Polygon, Shape
from detente.airspace.volumes import Volume
from detente.exercise.picture import Cut, Encounter, Place, draw
from detente.notices.notice import Notice
from detente.quantities import UtcMs
from detente.tracks.position import PositionReport

START_MS = 1_599_523_200_000


def notice(shape: Shape) -> Notice:
    return Notice(
        kind="routine",
        volumes=(
            Volume(
                shape=shape,
                floor=Level(datum="palt", value=0),
                ceiling=Level(datum="palt", value=5000),
                start_ms=START_MS,
                end_ms=START_MS + 3_600_000,
            ),
        ),
        class_="tanker",
        count_band="1",
        transponder="on",
        frequency_monitored_khz=(),
        hazard_kind=None,
        movement="within",
    )


def report(aircraft: str, seconds: int, lat_deg: float) -> PositionReport:
    return PositionReport(
        aircraft=aircraft,
        call_sign="T71",
        time_ms=UtcMs(START_MS + seconds * 1000),
        lat_deg=lat_deg,
        lon_deg=-119.0,
        level_palt_ft=5000.0,
        height_hae_m=None,
        ground_speed_mps=None,
        track_deg=None,
        vertical_rate_mps=None,
    )


def encounter(minute: int, *, is_announced: bool = True) -> Encounter:
    return Encounter(
        time_ms=UtcMs(START_MS + minute * 60_000),
        lat_deg=36.0 + minute % 7 / 50,
        lon_deg=-119.0,
        names=("T72", "T71"),
        miss_nm=0.3,
        miss_ft=120.0,
        is_announced=is_announced,
    )


CORNERS = tuple(
    Point(lat_e7=lat, lon_e7=lon)
    for lat, lon in (
        (360_000_000, -1_190_000_000),
        (361_000_000, -1_191_000_000),
        (362_000_000, -1_189_000_000),
    )
)


def drawn(encounters: int, *, with_notices: bool = True) -> bytes:
    shapes: tuple[Shape, ...] = (
        Polygon(points=CORNERS),
        Circle(centre=CORNERS[0], radius_cm=500_000),
        Corridor(points=CORNERS, half_width_cm=200_000),
    )
    return draw(
        title="Two agencies",
        parties=("SIERRA", "COAST"),
        reports=[report("aaaaaa", 0, 36.0), report("bbbbbb", 5, 36.2), report("aaaaaa", 60, 36.01)],
        party_of={"aaaaaa": "SIERRA", "bbbbbb": "COAST"},
        notices=[("SIERRA", notice(shape)) for shape in shapes] if with_notices else [],
        encounters=[encounter(minute, is_announced=minute % 2 == 0) for minute in range(encounters)],
        cuts=[Cut(from_ms=UtcMs(START_MS), until_ms=UtcMs(START_MS + 60_000))],
        places=[Place(name="FRESNO", lat_deg=36.1, lon_deg=-119.1)],
    )


@pytest.mark.parametrize("encounters", [0, 1, 80])
def test_it_is_a_png_of_2000_by_1300(encounters: int) -> None:
    """Every shape, no encounters, one, and more than the table holds."""
    png = drawn(encounters)
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", png[16:24]) == (2000, 1300)


def test_without_notices_and_encounters_it_still_shows_what_flew() -> None:
    assert drawn(0, with_notices=False).startswith(b"\x89PNG")


def test_the_same_week_gives_the_same_picture() -> None:
    assert drawn(3) == drawn(3)
