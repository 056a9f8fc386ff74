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
from detente.airspace.nearness import nearness
from detente.airspace.outline import outline_of
from detente.airspace.shapes import Circle, Corridor, Point, Polygon, Shape
from detente.airspace.volumes import Volume
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


def draw_shape(rng: np.random.Generator, lat: float, lon: float) -> Drawn:
    """A circle, a corridor of two legs or a convex polygon around a place."""
    size_m, count = float(rng.uniform(2_000, 40_000)), 300
    match rng.integers(0, 3):
        case 0:
            inside = _disc(rng, np.full(count, lat), np.full(count, lon), size_m)
            return Drawn(Circle(centre=_point(lat, lon), radius_cm=round(size_m * 100)), *inside)
        case 1:
            ends = _go(lat, lon, rng.uniform(0, 360, 2), rng.uniform(5_000, 60_000, 2))
            lats, lons = np.array([ends[0][0], lat, ends[0][1]]), np.array([ends[1][0], lon, ends[1][1]])
            leg = rng.integers(0, 2, count)
            azimuth, _, length = GEOD.inv(lons[leg], lats[leg], lons[leg + 1], lats[leg + 1])
            on_lat, on_lon = _go(lats[leg], lons[leg], azimuth, length * rng.random(count))
            inside = _disc(rng, on_lat, on_lon, size_m * 0.2)
            return Drawn(Corridor(points=_points(lats, lons), half_width_cm=round(size_m * 20)), *inside)
        case _:
            bearings = np.sort(rng.uniform(0, 360, rng.integers(3, 8)))
            lats, lons = _go(lat, lon, bearings, np.full(bearings.shape, size_m))
            edge = rng.integers(0, len(lats), count)
            after = (edge + 1) % len(lats)
            azimuth, _, length = GEOD.inv(lons[edge], lats[edge], lons[after], lats[after])
            on_lat, on_lon = _go(lats[edge], lons[edge], azimuth, length * rng.random(count))
            corner = rng.integers(0, len(lats), count)
            azimuth, _, length = GEOD.inv(on_lon, on_lat, lons[corner], lats[corner])
            share = np.where(rng.random(count) < 0.5, 0.0, rng.random(count))
            return Drawn(Polygon(points=_points(lats, lons)), *_go(on_lat, on_lon, azimuth, length * share))


def _points(lats: np.ndarray, lons: np.ndarray) -> tuple[Point, ...]:
    return tuple(_point(float(lat), float(lon)) for lat, lon in zip(lats, lons, strict=True))


@dataclass(frozen=True)
class Scene:
    """Two shapes near each other, and a notice of each."""

    shapes: tuple[Drawn, Drawn]
    notices: tuple[Notice, Notice]


def scene(seed: int) -> Scene:
    """Everything from one seed; some scenes lie on the antimeridian, some far north."""
    rng = np.random.default_rng(seed)
    bases = [(45.0, -30.0), (0.0, 179.9), (70.0, 20.0), (-33.0, 151.0), (88.5, 0.0)]
    lat, lon = bases[rng.integers(0, len(bases))]
    there = _go(lat, lon, rng.uniform(0, 360, 1), rng.uniform(0, 120_000, 1))
    shapes = (draw_shape(rng, lat, lon), draw_shape(rng, float(there[0][0]), float(there[1][0])))
    first, second = (
        notice_of(
            one.shape,
            floor_ft=int(rng.choice([0, 3_000, 4_999, 5_000, 5_001])),
            start_s=int(rng.choice([0, 1_800, 3_899, 3_900, 3_901])),
            transponder="off" if rng.random() < 0.2 else "on",
        )
        for one in shapes
    )
    return Scene(shapes=shapes, notices=(first, second))


SCENES = st.integers(0, 2**32).map(scene)


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


def true_gap_m(a: Shape, b: Shape) -> float:
    """The gap by zooming in on the nearest places of every pair of edges; for shapes that do not overlap."""
    edges_a, radius_a_m = _edges(a)
    edges_b, radius_b_m = _edges(b)
    least_m = min(_zoom_m(one, other) for one in edges_a for other in edges_b)
    return least_m - radius_a_m - radius_b_m


def _edges(shape: Shape) -> tuple[list[tuple[float, float, float, float]], float]:
    points = (shape.centre,) if isinstance(shape, Circle) else shape.points
    ends = points[1:] + points[:1] if isinstance(shape, Polygon) else points[1:]
    radius_cm = (
        shape.radius_cm
        if isinstance(shape, Circle)
        else shape.half_width_cm
        if isinstance(shape, Corridor)
        else 0
    )
    edges = []
    for start, end in zip(points, ends or points, strict=False):
        lat, lon = start.lat_e7 / 1e7, start.lon_e7 / 1e7
        azimuth, _, length = GEOD.inv(lon, lat, end.lon_e7 / 1e7, end.lat_e7 / 1e7)
        edges.append((lat, lon, azimuth, length))
    return edges, radius_cm / 100.0


def _zoom_m(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> float:
    grid = np.linspace(0.0, 1.0, 9)
    low_a, high_a, low_b, high_b, least_m = 0.0, 1.0, 0.0, 1.0, np.inf
    for _ in range(14):
        on_a, on_b = low_a + (high_a - low_a) * grid, low_b + (high_b - low_b) * grid
        lat_a, lon_a = _go(one[0], one[1], np.full(9, one[2]), one[3] * on_a)
        lat_b, lon_b = _go(other[0], other[1], np.full(9, other[2]), other[3] * on_b)
        _, _, length = GEOD.inv(
            np.repeat(lon_a, 9), np.repeat(lat_a, 9), np.tile(lon_b, 9), np.tile(lat_b, 9)
        )
        best = int(np.argmin(length))
        least_m = min(least_m, float(length[best]))
        half_a, half_b = (high_a - low_a) * 0.25, (high_b - low_b) * 0.25
        middle_a, middle_b = on_a[best // 9], on_b[best % 9]
        low_a, high_a = max(0.0, middle_a - half_a), min(1.0, middle_a + half_a)
        low_b, high_b = max(0.0, middle_b - half_b), min(1.0, middle_b + half_b)
    return least_m


@settings(max_examples=400, deadline=None)
@given(SCENES)
def test_no_pair_of_sampled_points_nearer_than_the_minima_is_missed(drawn: Scene) -> None:
    a, b = drawn.notices
    factor = 1.0 if a.transponder == b.transponder == "on" else 2.0
    volume_a, volume_b = a.volumes[0], b.volumes[0]
    vertical_ft = max(
        volume_a.floor.value - volume_b.ceiling.value, volume_b.floor.value - volume_a.ceiling.value
    )
    time_ms = max(volume_a.start_ms - volume_b.end_ms, volume_b.start_ms - volume_a.end_ms)
    sampled_m = least_sampled_m(*drawn.shapes)
    found = decide(a, b, EX_1)
    if vertical_ft > 2_000 or time_ms > 300_000:
        assert found is None
    elif sampled_m <= 18_520.0 * factor:
        assert isinstance(found, Conflict)
        assert found.lateral_gap_m <= sampled_m
        assert found.vertical_gap_ft == max(0, vertical_ft)
    elif sampled_m > 18_520.0 * factor + 15_000.0:
        assert found is None, "samples this dense come within 15 km of the nearest place"


@settings(max_examples=60, deadline=None)
@given(SCENES)
def test_the_gap_between_any_two_shapes_is_exact_to_five_centimetres_and_never_too_long(drawn: Scene) -> None:
    a, b = (one.shape for one in drawn.shapes)
    near = nearness(outline_of(a), outline_of(b), within_m=1_000_000.0)
    assert near is not None
    if near.gap_m > 0.0:
        true_m = true_gap_m(a, b)
        assert true_m - 0.05 - 0.02 * true_m**3 / (24 * 6.3e6**2) <= near.gap_m <= true_m
    else:
        assert least_sampled_m(*drawn.shapes) < 15_000.0


@settings(max_examples=150, deadline=None)
@given(SCENES)
def test_the_order_of_the_two_notices_does_not_change_a_byte(drawn: Scene) -> None:
    a, b = drawn.notices
    assert encode(decide(a, b, EX_1)) == encode(decide(b, a, EX_1))


@settings(max_examples=200, deadline=None)
@given(
    SCENES, st.integers(1, 50_000), st.sampled_from(["wider", "higher", "longer", "one more"]), st.booleans()
)
def test_growing_a_volume_never_removes_a_conflict(drawn: Scene, by: int, how: str, silent: bool) -> None:
    """Wider by a centimetre or more, higher by a foot, longer by a second, quieter, or one volume more."""
    a, b = drawn.notices
    found = decide(a, b, EX_1)
    if not isinstance(found, Conflict):
        return
    volume = b.volumes[0]
    grown = volume
    match how, volume.shape:
        case "wider", Circle() as shape:
            wider = msgspec.structs.replace(shape, radius_cm=shape.radius_cm + by)
            grown = msgspec.structs.replace(volume, shape=wider)
        case "wider", Corridor() as shape:
            wide = msgspec.structs.replace(shape, half_width_cm=shape.half_width_cm + by)
            grown = msgspec.structs.replace(volume, shape=wide)
        case "higher", _:
            higher = Level(datum="palt", value=volume.ceiling.value + by)
            grown = msgspec.structs.replace(volume, ceiling=higher)
        case "longer", _:
            grown = msgspec.structs.replace(volume, end_ms=volume.end_ms + by * 1000)
    volumes = (grown, volume) if how == "one more" else (grown,)
    more = msgspec.structs.replace(b, volumes=volumes, transponder="off" if silent else b.transponder)
    still = decide(a, more, EX_1)
    assert isinstance(still, Conflict)
    assert still.lateral_gap_m <= found.lateral_gap_m


@settings(max_examples=100, deadline=None)
@given(SCENES, st.floats(0, 40_000))
def test_two_circles_are_decided_as_their_centres_and_radii_say(drawn: Scene, extra_m: float) -> None:
    """Exact on both sides of the minimum, to four centimetres: no miss, and no false alarm worth naming."""
    centres = [
        one.shape.centre if isinstance(one.shape, Circle) else one.shape.points[0] for one in drawn.shapes
    ]
    _, _, apart_m = GEOD.inv(*(value / 1e7 for centre in centres for value in (centre.lon_e7, centre.lat_e7)))
    radius_cm = max(1, round((apart_m + extra_m - 20_000.0) * 50.0))
    circles = [Circle(centre=centre, radius_cm=radius_cm) for centre in centres]
    gap_m = apart_m - 2 * radius_cm / 100.0
    found = decide(*(notice_of(circle, floor_ft=0, start_s=0) for circle in circles), EX_1)
    if gap_m <= 18_520.0:
        assert isinstance(found, Conflict)
    elif gap_m > 18_520.04 + 0.02 * apart_m**3 / (24 * 6.3e6**2):
        assert found is None
