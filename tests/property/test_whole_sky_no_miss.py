"""A whole sky through the grid gives what all pairs give, anywhere on Earth; a pair is measured as geodesics are."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from pyproj import Geod

from detente.encounters.whole_sky import Flights, Pairs, flights, near_one, near_pairs

GEOD = Geod(ellps="WGS84")
Draw = np.random.Generator
NM = 1_852.0
JETS = {"lateral_m": 5 * NM, "vertical_ft": 1_000.0, "lookahead_s": 300.0}
DRONES = {"lateral_m": 50.0, "vertical_ft": 50.0, "lookahead_s": 60.0}


def drawn(
    rng: Draw,
    count: int,
    *,
    lat: float,
    lon: float,
    side_km: float,
    speed_mps: tuple[float, float] = (60.0, 260.0),
    levels_ft: tuple[int, int] = (1_000, 40_000),
    step_ft: int = 100,
) -> Flights:
    """Aircraft evenly over a disc, half of them level, on whole steps of level."""
    away_m = 500.0 * side_km * np.sqrt(rng.random(count))
    lon_deg, lat_deg, _ = GEOD.fwd(
        np.full(count, lon), np.full(count, lat), rng.uniform(0, 360, count), away_m, radians=False
    )
    lon_deg = np.array(lon_deg)
    return flights(
        lat_deg=np.array(lat_deg),
        lon_deg=lon_deg,
        level_palt_ft=rng.integers(levels_ft[0] // step_ft, levels_ft[1] // step_ft + 1, count)
        * float(step_ft),
        track_deg=rng.uniform(0, 360, count),
        ground_speed_mps=rng.uniform(*speed_mps, count),
        climb_ftps=np.where(rng.random(count) < 0.5, 0.0, rng.uniform(-60, 60, count)),
        sides=rng.choice(np.array([-1, 0, 1, 1], dtype=np.int8), count),
    )


def globe(rng: Draw, count: int) -> Flights:
    """Everywhere, poles and antimeridian included, some of it much faster than the rest."""
    fast = rng.random(count) < 0.02
    return flights(
        lat_deg=np.degrees(np.arcsin(rng.uniform(-1, 1, count))),
        lon_deg=rng.uniform(-180, 180, count),
        level_palt_ft=rng.integers(10, 400, count) * 100.0,
        track_deg=rng.uniform(0, 360, count),
        ground_speed_mps=np.where(fast, 690.0, rng.uniform(0, 260, count)),
        climb_ftps=rng.uniform(-100, 100, count),
    )


SKIES: dict[str, tuple[Callable[[Draw, int], Flights], dict[str, float]]] = {
    "jets": (lambda rng, n: drawn(rng, n, lat=48.0, lon=9.0, side_km=600), JETS),
    "jets on whole levels": (
        lambda rng, n: drawn(rng, n, lat=20.0, lon=-60.0, side_km=600, step_ft=1_000),
        JETS,
    ),
    "antimeridian": (lambda rng, n: drawn(rng, n, lat=-17.0, lon=179.9, side_km=600), JETS),
    "north pole": (lambda rng, n: drawn(rng, n, lat=89.5, lon=30.0, side_km=600), JETS),
    "south pole": (lambda rng, n: drawn(rng, n, lat=-90.0, lon=0.0, side_km=600), JETS),
    "equator and Greenwich": (lambda rng, n: drawn(rng, n, lat=0.0, lon=0.0, side_km=600), JETS),
    "globe": (globe, {**JETS, "lateral_m": 100 * NM, "lookahead_s": 1_200.0}),
    "drones": (
        lambda rng, n: drawn(
            rng, n, lat=52.0, lon=5.0, side_km=12, speed_mps=(0.0, 30.0), levels_ft=(0, 400), step_ft=10
        ),
        DRONES,
    ),
    "one place": (
        lambda rng, n: drawn(rng, n // 4, lat=52.0, lon=5.0, side_km=0.2, speed_mps=(0.0, 10.0)),
        DRONES,
    ),
}


def by_brute_force(sky: Flights, minima: dict[str, float]) -> dict[tuple[int, int], tuple[float, ...]]:
    found: dict[tuple[int, int], tuple[float, ...]] = {}
    for one in range(len(sky)):
        found |= as_dict(near_one(sky, one, **minima))
    return found


def as_dict(pairs: Pairs) -> dict[tuple[int, int], tuple[float, ...]]:
    figures = np.stack((pairs.start_s, pairs.end_s, pairs.nearest_s, pairs.miss_m, pairs.apart_ft), axis=1)
    told = {(a, b): tuple(row) for (a, b), row in zip(pairs.numbers.tolist(), figures.tolist(), strict=True)}
    assert len(told) == len(pairs), "each pair comes once"
    return told


def compare(name: str, seed: int, count: int) -> int:
    make, minima = SKIES[name]
    sky = make(np.random.default_rng(seed), count)
    with ThreadPoolExecutor(2) as pool:
        quick = near_pairs(sky, **minima, parts=3, each=pool.map)
    alone = near_pairs(sky, **minima)
    truth = by_brute_force(sky, minima)
    assert as_dict(quick) == truth, f"sky {name!r}, seed {seed}"
    assert (quick.numbers == alone.numbers).all(), "in one part or several: one order"
    return len(truth)


@pytest.mark.parametrize("name", SKIES)
@pytest.mark.parametrize("seed", [1, 2])
def test_the_grid_gives_what_all_pairs_give(name: str, seed: int) -> None:
    assert compare(name, seed, 800) > 10, "a sky without encounters shows nothing"


@pytest.mark.slow
def test_and_so_it_does_for_twenty_skies_of_five_thousand() -> None:
    first = int(np.random.default_rng().integers(0, 2**31))
    found = [compare("jets", first + number, 5_000) for number in range(20)]
    print(f"seeds from {first}: {found} pairs")


@pytest.mark.soak
def test_and_for_a_hundred_thousand() -> None:
    rng = np.random.default_rng(7)
    sky = drawn(rng, 100_000, lat=48.0, lon=9.0, side_km=3_500)
    assert as_dict(near_pairs(sky, **JETS)) == by_brute_force(sky, JETS)


@pytest.mark.parametrize("seed", [3, 4])
def test_a_filter_that_rounds_inwards_would_be_caught(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from detente.encounters import whole_sky

    real = whole_sky._grid_over

    def inwards(*args: object) -> object:
        grid = real(*args)  # type: ignore[arg-type]
        return grid._replace(limit_m2=(5 * NM - 100.0) ** 2)

    monkeypatch.setattr(whole_sky, "_grid_over", inwards)
    sky = SKIES["jets"][0](np.random.default_rng(seed), 3_000)
    assert len(near_pairs(sky, **JETS)) < len(by_brute_force(sky, JETS))


@pytest.mark.parametrize("lat", [0.0, 35.0, 60.0, 84.0, -89.7])
def test_nearest_distances_are_those_of_geodesics_to_a_thousandth(lat: float) -> None:
    """Both fly great circles for five minutes; sampled each second with pyproj, which knows nothing of planes."""
    rng = np.random.default_rng(round(abs(lat)))
    sky_lat, sky_lon = lat, 179.5
    away_m, to_deg = rng.uniform(0, 90_000, 300), rng.uniform(0, 360, 300)
    lon_deg, lat_deg, _ = GEOD.fwd(np.full(300, sky_lon), np.full(300, sky_lat), to_deg, away_m)
    lon_deg, lat_deg = np.array(lon_deg), np.array(lat_deg)
    track, speed = rng.uniform(0, 360, 300), rng.uniform(50, 260, 300)
    sky = flights(
        lat_deg=lat_deg,
        lon_deg=lon_deg,
        level_palt_ft=np.zeros(300),
        track_deg=track,
        ground_speed_mps=speed,
        climb_ftps=np.zeros(300),
    )
    pairs = near_pairs(sky, lateral_m=20_000.0, vertical_ft=100.0, lookahead_s=300.0)
    assert len(pairs) > 500
    seconds = np.arange(0.0, 300.5, 1.0)
    for (a, b), miss_m in list(zip(pairs.numbers.tolist(), pairs.miss_m.tolist(), strict=True))[:120]:
        flown = [
            GEOD.fwd(
                np.full(len(seconds), lon_deg[k]),
                np.full(len(seconds), lat_deg[k]),
                np.full(len(seconds), track[k]),
                speed[k] * seconds,
            )
            for k in (a, b)
        ]
        apart_m = GEOD.inv(flown[0][0], flown[0][1], flown[1][0], flown[1][1])[2]
        step_m = 0.5 * (speed[a] + speed[b])
        assert abs(min(apart_m) - miss_m) < 0.001 * 20_000.0 + (step_m**2) / max(miss_m, step_m)


@pytest.mark.parametrize("lon", [24.0, 26.0, 48.0, 57.0, 3.0, 180.0, -180.0, 0.0, 179.0])
@pytest.mark.parametrize("track", [0.0, 90.0])
def test_on_a_whole_degree_nobody_is_lost(lon: float, track: float) -> None:
    """The first column begins at a whole degree, and an arc tangent can give a last bit less."""
    sky = flights(
        lat_deg=np.array([45.0, 45.0]),
        lon_deg=np.array([lon, (lon + 0.0001 + 180.0) % 360.0 - 180.0]),
        level_palt_ft=np.array([9_000.0, 9_000.0]),
        track_deg=np.array([track, track]),
        ground_speed_mps=np.array([0.0, 100.0]),
        climb_ftps=np.zeros(2),
    )
    assert len(near_pairs(sky, **DRONES)) == len(near_one(sky, 0, **DRONES)) == 1


@pytest.mark.parametrize(
    ("vertical_ft", "ahead_s", "climb_ftps"), [(50.0, 30.0, 0.0), (200.0, 300.0, 500.0), (50.0, 300.0, 100.0)]
)
def test_above_the_last_layer_nobody_is_lost(vertical_ft: float, ahead_s: float, climb_ftps: float) -> None:
    """Thin layers, or one wild climb, make more layers than are kept apart: the last one has no top."""
    sky = flights(
        lat_deg=np.array([45.0, 45.0, 45.2]),
        lon_deg=np.array([5.0, 5.0001, 5.2]),
        level_palt_ft=np.array([41_000.0, 41_000.0, 0.0]),
        track_deg=np.zeros(3),
        ground_speed_mps=np.zeros(3),
        climb_ftps=np.array([0.0, 0.0, climb_ftps]),
    )
    minima = {"lateral_m": 500.0, "vertical_ft": vertical_ft, "lookahead_s": ahead_s}
    assert near_pairs(sky, **minima).numbers.tolist() == [[0, 1]]
