"""The decision against an independent oracle: points sampled inside both volumes, measured by geodesics.

The oracle shares no geometry with the decision: it draws points from the recipe that made each shape (bearing
and distance from a centre, along a path) and asks `pyproj.Geod` for every pair.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import msgspec
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from detente.airspace.levels import Level
from detente.airspace.shapes import Circle, Corridor, Point, Polygon, Shape
from detente.airspace.volumes import Volume, fault_of
from detente.conflicts.decide import Conflict, decide
from detente.memorandum.model import Memorandum
from detente.notices.notice import Notice, Transponder
from detente.wire import encode

GEOD = Geod(ellps="WGS84")
START_MS = 1_906_560_000_000
EX_1 = msgspec.convert(
    tomllib.loads(
        (Path(__file__).parents[1] / "unit" / "notices" / "ex-1.toml").read_text(encoding="utf-8"),
        parse_float=Decimal,
    ),
    Memorandum,
)


@dataclass(frozen=True)
class Drawn:
    """A shape, and points that certainly lie inside it (nanometres aside)."""

    shape: Shape
    lat_deg: np.ndarray
    lon_deg: np.ndarray


def _point(lat: float, lon: float) -> Point:
    return Point(lat_e7=round(lat * 1e7), lon_e7=round(lon * 1e7))


def _go(
    lat: np.ndarray | float, lon: np.ndarray | float, bearing: np.ndarray, way_m: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    lats, lons = np.broadcast_to(lat, bearing.shape), np.broadcast_to(lon, bearing.shape)
    end_lon, end_lat, _ = GEOD.fwd(lons, lats, bearing, way_m)
    return end_lat, end_lon


def _disc(
    rng: np.random.Generator, lat: np.ndarray, lon: np.ndarray, radius_m: float
) -> tuple[np.ndarray, np.ndarray]:
    """Half of the points on the rim, half inside."""
    share = np.where(rng.random(lat.shape) < 0.5, 1.0, np.sqrt(rng.random(lat.shape)))
    return _go(lat, lon, rng.uniform(0, 360, lat.shape), radius_m * share)


@st.composite
def drawn(draw: st.DrawFn) -> Drawn:
    """A circle, a corridor or a convex polygon within 60 NM of a place, which may lie on the antimeridian."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    base_lat, base_lon = draw(st.sampled_from([(45.0, -30.0), (0.0, 179.9), (70.0, 20.0), (-33.0, 151.0)]))
    way_m = draw(st.floats(0, 110_000))
    lat, lon = (float(v) for v in _go(base_lat, base_lon, np.array(draw(st.floats(0, 360))), np.array(way_m)))
    size_m = draw(st.floats(2_000, 40_000))
    count = 300
    match draw(st.sampled_from(["circle", "corridor", "polygon"])):
        case "circle":
            inside = _disc(rng, np.full(count, lat), np.full(count, lon), size_m)
            return Drawn(Circle(centre=_point(lat, lon), radius_cm=round(size_m * 100)), *inside)
        case "corridor":
            ends = _go(lat, lon, rng.uniform(0, 360, 2), rng.uniform(5_000, 60_000, 2))
            lats, lons = np.array([ends[0][0], lat, ends[0][1]]), np.array([ends[1][0], lon, ends[1][1]])
            leg = rng.integers(0, 2, count)
            azimuth, _, length = GEOD.inv(lons[leg], lats[leg], lons[leg + 1], lats[leg + 1])
            on_lat, on_lon = _go(lats[leg], lons[leg], azimuth, length * rng.random(count))
            points = tuple(_point(float(a), float(o)) for a, o in zip(lats, lons, strict=True))
            return Drawn(
                Corridor(points=points, half_width_cm=round(size_m * 20)),
                *_disc(rng, on_lat, on_lon, size_m * 0.2),
            )
        case _:
            bearings = np.sort(rng.uniform(0, 360, draw(st.integers(3, 7))))
            lats, lons = _go(lat, lon, bearings, np.full(bearings.shape, size_m))
            points = tuple(_point(float(a), float(o)) for a, o in zip(lats, lons, strict=True))
            edge = rng.integers(0, len(points), count)
            after = (edge + 1) % len(points)
            azimuth, _, length = GEOD.inv(lons[edge], lats[edge], lons[after], lats[after])
            on_lat, on_lon = _go(lats[edge], lons[edge], azimuth, length * rng.random(count))
            first = rng.integers(0, len(points), count)
            azimuth, _, length = GEOD.inv(on_lon, on_lat, lons[first], lats[first])
            share = np.where(rng.random(count) < 0.5, 0.0, rng.random(count))
            return Drawn(Polygon(points=points), *_go(on_lat, on_lon, azimuth, length * share))


def notice_of(
    shape: Shape, *, floor_ft: int, start_s: int, transponder: Transponder = "on", lasts_s: int = 3_600
) -> Notice:
    return Notice(
        kind="routine",
        volumes=(
            Volume(
                shape=shape,
                floor=Level(datum="palt", value=floor_ft),
                ceiling=Level(datum="palt", value=floor_ft + 3_000),
                start_ms=START_MS + start_s * 1000,
                end_ms=START_MS + (start_s + lasts_s) * 1000,
            ),
        ),
        class_="combat",
        count_band=None,
        transponder=transponder,
        frequency_monitored_khz=(),
        hazard_kind=None,
        movement=None,
    )


def notices() -> st.SearchStrategy[tuple[Drawn, Notice]]:
    return st.tuples(
        drawn(),
        st.sampled_from([0, 3_000, 4_999, 5_000, 5_001, 9_000]),
        st.sampled_from([0, 1_800, 3_899, 3_900, 3_901]),
        st.sampled_from(["on", "off"]),
    ).map(lambda row: (row[0], notice_of(row[0].shape, floor_ft=row[1], start_s=row[2], transponder=row[3])))


def least_sampled_m(a: Drawn, b: Drawn) -> float:
    one, other = np.meshgrid(np.arange(len(a.lat_deg)), np.arange(len(b.lat_deg)))
    one, other = one.ravel(), other.ravel()
    # Straight lines first, so that only the nearest few hundred pairs are measured by geodesics.
    rough = _straight(a)[one] - _straight(b)[other]
    nearest = np.argsort((rough * rough).sum(axis=1))[:200]
    one, other = one[nearest], other[nearest]
    _, _, length = GEOD.inv(a.lon_deg[one], a.lat_deg[one], b.lon_deg[other], b.lat_deg[other])
    return float(length.min())


def _straight(drawn_one: Drawn) -> np.ndarray:
    lat, lon = np.radians(drawn_one.lat_deg), np.radians(drawn_one.lon_deg)
    return np.stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)), axis=1)


@settings(max_examples=400, deadline=None)
@given(notices(), notices())
def test_no_pair_of_sampled_points_nearer_than_the_minima_is_missed(
    first: tuple[Drawn, Notice], second: tuple[Drawn, Notice]
) -> None:
    (drawn_a, a), (drawn_b, b) = first, second
    if fault_of(a.volumes[0]) or fault_of(b.volumes[0]):
        return
    factor = 1.0 if a.transponder == b.transponder == "on" else 2.0
    volume_a, volume_b = a.volumes[0], b.volumes[0]
    vertical_ft = max(
        volume_a.floor.value - volume_b.ceiling.value, volume_b.floor.value - volume_a.ceiling.value
    )
    time_ms = max(volume_a.start_ms - volume_b.end_ms, volume_b.start_ms - volume_a.end_ms)
    sampled_m = least_sampled_m(drawn_a, drawn_b)
    near_m = 10.0 * 1_852.0 * factor
    found = decide(a, b, EX_1)
    if vertical_ft > 2_000 or time_ms > 300_000:
        assert found is None
    elif sampled_m <= near_m:
        assert isinstance(found, Conflict)
        assert found.lateral_gap_m <= sampled_m
        assert found.vertical_gap_ft == max(0, vertical_ft)
    elif sampled_m > near_m + 15_000.0:
        assert found is None, "samples this dense come within 15 km of the nearest place"


@settings(max_examples=150, deadline=None)
@given(notices(), notices())
def test_the_order_of_the_two_notices_does_not_change_a_byte(
    first: tuple[Drawn, Notice], second: tuple[Drawn, Notice]
) -> None:
    a, b = first[1], second[1]
    assert encode(decide(a, b, EX_1)) == encode(decide(b, a, EX_1))


@settings(max_examples=120, deadline=None)
@given(notices(), notices(), st.integers(1, 50_000), st.integers(0, 3), st.booleans())
def test_growing_a_volume_never_removes_a_conflict(
    first: tuple[Drawn, Notice], second: tuple[Drawn, Notice], by: int, how: int, silent: bool
) -> None:
    """Wider by a centimetre or more, higher by a foot, longer by a second, quieter, or one volume more."""
    a, b = first[1], second[1]
    found = decide(a, b, EX_1)
    if not isinstance(found, Conflict):
        return
    volume = b.volumes[0]
    match how, volume.shape:
        case 0, Circle() as shape:
            grown = msgspec.structs.replace(
                volume, shape=msgspec.structs.replace(shape, radius_cm=shape.radius_cm + by)
            )
        case 0, Corridor() as shape:
            grown = msgspec.structs.replace(
                volume, shape=msgspec.structs.replace(shape, half_width_cm=shape.half_width_cm + by)
            )
        case 1, _:
            grown = msgspec.structs.replace(
                volume, ceiling=Level(datum="palt", value=volume.ceiling.value + by)
            )
        case 2, _:
            grown = msgspec.structs.replace(volume, end_ms=volume.end_ms + by * 1000)
        case _:
            grown = volume
    wider = msgspec.structs.replace(
        b,
        volumes=(grown, volume) if how == 3 else (grown,),
        transponder="off" if silent else b.transponder,
    )
    still = decide(a, wider, EX_1)
    assert isinstance(still, Conflict)
    assert still.lateral_gap_m <= found.lateral_gap_m


@settings(max_examples=100, deadline=None)
@given(drawn(), drawn(), st.floats(0, 40_000))
def test_two_circles_are_decided_as_their_centres_and_radii_say(a: Drawn, b: Drawn, extra_m: float) -> None:
    """Exact on both sides of the minimum, to four centimetres: no miss, and no false alarm worth naming."""
    centres = [one.shape.centre if isinstance(one.shape, Circle) else one.shape.points[0] for one in (a, b)]
    _, _, apart_m = GEOD.inv(*(value / 1e7 for centre in centres for value in (centre.lon_e7, centre.lat_e7)))
    radius_cm = max(1, round((apart_m + extra_m - 20_000.0) * 50.0))
    circles = [Circle(centre=centre, radius_cm=radius_cm) for centre in centres]
    gap_m = apart_m - 2 * radius_cm / 100.0
    found = decide(*(notice_of(circle, floor_ft=0, start_s=0) for circle in circles), EX_1)
    if gap_m <= 18_520.0:
        assert isinstance(found, Conflict)
    elif gap_m > 18_520.04 + 0.02 * apart_m**3 / (24 * 6.3e6**2):
        assert found is None
