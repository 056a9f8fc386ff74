"""Boundaries, buffers, stand-off and special areas: what a notice meets, on plain examples, erring outwards."""

from __future__ import annotations

import msgspec
import pytest

from detente.airspace.geodesy import destination
from detente.airspace.levels import Level
from detente.airspace.shapes import Circle, Corridor, Point, Polygon, Shape
from detente.airspace.volumes import Volume
from detente.conflicts.borders import Border, borders, worse
from detente.memorandum.load import read_memorandum
from detente.memorandum.model import Boundary, LatLon, Memorandum
from detente.memorandum.template import template
from detente.notices.notice import Notice
from detente.quantities import METRES_PER_NM

START_MS = 1_906_560_000_000
ON_THE_LINE = (45.0, -30.5)


@pytest.fixture(scope="module")
def neighbours() -> Memorandum:
    """L1 runs south along 30.5 W, ALFA is left of it, in the east; buffers of 2 NM; crossing by notice."""
    read = read_memorandum(template("neighbours-2030"))
    assert isinstance(read, Memorandum)
    return msgspec.structs.replace(read, special_area=())


def notice(shape: Shape, *, kind: str = "routine", class_: str = "transport", floor: int = 8_000) -> Notice:
    volume = Volume(
        shape=shape,
        floor=Level(datum="palt", value=floor),
        ceiling=Level(datum="palt", value=floor + 2_000),
        start_ms=START_MS,
        end_ms=START_MS + 3_600_000,
    )
    return Notice(
        kind=kind,  # type: ignore[arg-type]  # one of the kinds
        volumes=(volume,),
        class_=class_,
        count_band=None,
        transponder="on",
        frequency_monitored_khz=(),
        hazard_kind=None,
        movement=None,
    )


def circle(gap_nm: float, *, bearing_deg: float = 90.0) -> Circle:
    """A circle of 3 NM whose edge is so far from the middle of the line."""
    lat, lon = destination(*ON_THE_LINE, bearing_deg=bearing_deg, distance_m=(gap_nm + 3.0) * METRES_PER_NM)
    return Circle(centre=Point(lat_e7=round(lat * 1e7), lon_e7=round(lon * 1e7)), radius_cm=3 * 185_200)


def met(found: tuple[Border, ...]) -> list[tuple[str, str]]:
    return [(one.kind, one.rule) for one in found]


@pytest.mark.parametrize("party", ["ALFA", "BRAVO"])
@pytest.mark.parametrize(
    ("gap_nm", "kinds"),
    [
        (-1.0, [("crossing", "notice")]),
        (0.0, [("crossing", "notice")]),
        (0.5, [("buffer", "buffer"), ("standoff", "standoff")]),
        (1.99, [("buffer", "buffer")]),
        (2.01, []),
        (20.0, []),
    ],
)
def test_the_nearer_to_the_own_side_of_a_boundary_the_more_is_found(
    neighbours: Memorandum, party: str, gap_nm: float, kinds: list[tuple[str, str]]
) -> None:
    """Transport keeps 0.54 NM off, everybody 2 NM."""
    side = 90.0 if party == "ALFA" else 270.0
    found = borders(notice(circle(gap_nm, bearing_deg=side)), party=party, memorandum=neighbours)
    assert met(found) == kinds


@pytest.mark.parametrize(("party", "side"), [("ALFA", 270.0), ("BRAVO", 90.0)])
def test_what_lies_wholly_beyond_has_crossed(neighbours: Memorandum, party: str, side: float) -> None:
    found = borders(notice(circle(10.0, bearing_deg=side)), party=party, memorandum=neighbours)
    assert met(found) == [("crossing", "notice")]


def test_a_gap_is_told_short_and_the_agreed_distance_long(neighbours: Memorandum) -> None:
    (buffer,) = borders(notice(circle(1.5)), party="ALFA", memorandum=neighbours)
    assert 1.5 * METRES_PER_NM - 1.5 <= buffer.gap_m <= 1.5 * METRES_PER_NM
    assert buffer.within_m == 3_704
    assert buffer.article == "boundary L1 v1"


def test_stand_off_is_the_classs_own(neighbours: Memorandum) -> None:
    """Combat aircraft keep 5.4 NM off, transport 0.54."""
    fighter = notice(circle(5.0), class_="combat")
    assert met(borders(fighter, party="ALFA", memorandum=neighbours)) == [("standoff", "standoff")]
    assert not borders(notice(circle(5.0)), party="ALFA", memorandum=neighbours)


@pytest.mark.parametrize(
    ("rule", "kind", "is_found"),
    [
        ("notice", "crossing", False),
        ("notice", "routine", True),
        ("call", "crossing", True),
        ("never", "crossing", True),
    ],
)
def test_a_crossing_notice_is_enough_where_a_notice_is_the_rule(
    neighbours: Memorandum, rule: str, kind: str, is_found: bool
) -> None:
    line = msgspec.structs.replace(neighbours.boundary[0], crossing=rule)
    terms = msgspec.structs.replace(neighbours, boundary=(line,))
    found = borders(notice(circle(-1.0), kind=kind), party="ALFA", memorandum=terms)
    assert met(found) == ([("crossing", rule)] if is_found else [])


def test_a_party_that_a_boundary_does_not_name_meets_it_only_by_touching(neighbours: Memorandum) -> None:
    assert not borders(notice(circle(0.5)), party="CHARLIE", memorandum=neighbours)
    assert met(borders(notice(circle(-0.5)), party="CHARLIE", memorandum=neighbours)) == [
        ("crossing", "notice")
    ]


def bent(neighbours: Memorandum, *points: tuple[str, str]) -> Memorandum:
    line = tuple(msgspec.convert({"lat": lat, "lon": lon}, LatLon, strict=False) for lat, lon in points)
    boundary: Boundary = msgspec.structs.replace(neighbours.boundary[0], line=line)
    return msgspec.structs.replace(neighbours, boundary=(boundary,))


@pytest.mark.parametrize(
    ("lat", "lon"),
    [(45.02, -30.02), (44.80, -30.30), (45.25, -30.02), (45.02, -29.75), (45.30, -29.70), (44.70, -29.98)],
)
def test_the_side_of_a_corner_is_told_by_both_of_its_edges(
    neighbours: Memorandum, lat: float, lon: float
) -> None:
    """The line goes south to 45 N 30 W, then west: its right is the quarter north-west of the corner."""
    terms = bent(neighbours, ("45.5", "-30.0"), ("45.0", "-30.0"), ("45.0", "-30.9"))
    spot = Circle(centre=Point(lat_e7=round(lat * 1e7), lon_e7=round(lon * 1e7)), radius_cm=50_000)
    is_right = lat > 45.0 and lon < -30.0
    at_home, beyond = ("BRAVO", "ALFA") if is_right else ("ALFA", "BRAVO")
    assert ("crossing", "notice") in met(borders(notice(spot), party=beyond, memorandum=terms))
    assert ("crossing", "notice") not in met(borders(notice(spot), party=at_home, memorandum=terms))


def test_every_shape_and_every_volume_counts(neighbours: Memorandum) -> None:
    across = Corridor(points=(_at(45.0, -30.3), _at(45.0, -30.7)), half_width_cm=200_000)
    around = Polygon(points=(_at(44.8, -30.7), _at(44.8, -30.2), _at(45.2, -30.2), _at(45.2, -30.7)))
    for shape in (across, around):
        assert met(borders(notice(shape), party="ALFA", memorandum=neighbours)) == [("crossing", "notice")]
    far, near = notice(circle(20.0)), notice(circle(1.0))
    both = msgspec.structs.replace(far, volumes=(*far.volumes, *near.volumes))
    (found,) = borders(both, party="ALFA", memorandum=neighbours)
    assert found.volume == 1


def _at(lat: float, lon: float) -> Point:
    return Point(lat_e7=round(lat * 1e7), lon_e7=round(lon * 1e7))


@pytest.mark.parametrize(
    ("rule", "away_nm", "found"),
    [
        ("prior_contact", -1.0, ["no_entry_unheard"]),
        ("prior_contact", 6.9, ["no_entry_unheard"]),
        ("prior_contact", 7.1, ["prior_contact"]),
        ("prior_contact", 11.9, ["prior_contact"]),
        ("prior_contact", 12.1, []),
        ("caution", 3.0, ["caution"]),
        ("no_entry", 3.0, ["no_entry"]),
    ],
)
def test_special_areas_have_two_rings(rule: str, away_nm: float, found: list[str]) -> None:
    """C1 ends at 30 W in the east; its rings are 12 and 7 NM wide."""
    read = read_memorandum(template("neighbours-2030"))
    assert isinstance(read, Memorandum)
    area = msgspec.structs.replace(read.special_area[0], rule=rule)
    terms = msgspec.structs.replace(read, special_area=(area,), boundary=())
    lat, lon = destination(45.12, -30.0, bearing_deg=90.0, distance_m=(away_nm + 3.0) * METRES_PER_NM)
    near = notice(Circle(centre=_at(lat, lon), radius_cm=555_600))
    assert [one.rule for one in borders(near, party="ALFA", memorandum=terms)] == found
    above = notice(Circle(centre=_at(lat, lon), radius_cm=555_600), floor=20_000)
    assert not borders(above, party="ALFA", memorandum=terms), "it ends at FL100"


def test_worse_is_what_was_not_there_or_is_nearer_or_stricter(neighbours: Memorandum) -> None:
    def of(gap_nm: float) -> tuple[Border, ...]:
        return borders(notice(circle(gap_nm)), party="ALFA", memorandum=neighbours)

    assert not worse(of(1.5), of(1.0))
    assert not worse(of(3.0), of(1.0))
    assert met(worse(of(1.0), of(1.5))) == [("buffer", "buffer")]
    assert met(worse(of(-1.0), of(1.5))) == [("crossing", "notice")]
