"""Episodes by the slowest obvious way, to hold the program's against: one sample each second, geodesics.

Imports nothing of the program. Reads the recording as the `traffic` library writes it, interpolates latitude,
longitude and pressure altitude linearly at every whole second between two positions less than 90 s apart,
measures with pyproj, and counts a second as together where the distance is under the lateral minimum and the
difference of level under the vertical one. An episode ends after more than 120 s apart.

Run: python tests/oracle/slow_episodes.py <calfire.json.gz> [lateral NM] [vertical ft] [only at or above ft]
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import defaultdict
from itertools import combinations, pairwise
from pathlib import Path

from pyproj import Geod

GEOD = Geod(ellps="WGS84")
GAP_S = 90
APART_S = 120


def positions_by_second(
    path: Path, above_ft: float = -9_999.0, gap_s: int = GAP_S
) -> dict[str, dict[int, tuple[float, float, float]]]:
    """For each aircraft, for each whole second that is covered: latitude, longitude, level in feet.

    Records without a level, or below `above_ft`, are as if they had not been received.
    """
    records = defaultdict(list)
    for row in json.loads(gzip.decompress(path.read_bytes())):
        if row["altitude"] is not None and row["altitude"] >= above_ft:
            records[row["icao24"]].append(
                (row["timestamp"] // 1000, row["latitude"], row["longitude"], row["altitude"])
            )
    seconds: dict[str, dict[int, tuple[float, float, float]]] = {}
    for aircraft, rows in records.items():
        rows.sort()
        at: dict[int, tuple[float, float, float]] = {}
        for (t0, *from_), (t1, *to) in pairwise(rows):
            if 0 < t1 - t0 < gap_s:
                for t in range(t0, t1 + 1):
                    share = (t - t0) / (t1 - t0)
                    lat, lon, level = (p + (q - p) * share for p, q in zip(from_, to, strict=True))
                    at[t] = (lat, lon, level)
        seconds[aircraft] = at
    return seconds


def together(
    seconds: dict[str, dict[int, tuple[float, float, float]]], lateral_nm: float, vertical_ft: float
) -> dict[tuple[str, str], list[tuple[int, float, float]]]:
    """For each pair that is ever under both minima: second, NM and feet, in order."""
    found: dict[tuple[str, str], list[tuple[int, float, float]]] = {}
    for a, b in combinations(sorted(seconds), 2):
        near = []
        for t in sorted(seconds[a].keys() & seconds[b].keys()):
            lat_a, lon_a, level_a = seconds[a][t]
            lat_b, lon_b, level_b = seconds[b][t]
            apart_ft = abs(level_a - level_b)
            if apart_ft < vertical_ft:
                apart_nm = GEOD.inv(lon_a, lat_a, lon_b, lat_b)[2] / 1852.0
                if apart_nm < lateral_nm:
                    near.append((t, apart_nm, apart_ft))
        if near:
            found[a, b] = near
    return found


def slow_episodes(
    path: Path, lateral_nm: float, vertical_ft: float, above_ft: float = -9_999.0
) -> list[dict[str, object]]:
    """Every episode of every pair: both aircraft, first and last second, seconds together, the closest of them.

    Closest is the least of the larger of distance by lateral minimum and difference of level by vertical one.
    """
    episodes: list[dict[str, object]] = []
    for (a, b), near in together(positions_by_second(path, above_ft), lateral_nm, vertical_ft).items():
        groups = [[near[0]]]
        for one in near[1:]:
            if one[0] - groups[-1][-1][0] > APART_S:
                groups.append([])
            groups[-1].append(one)
        for group in groups:
            closest = min(group, key=lambda one: max(one[1] / lateral_nm, one[2] / vertical_ft))
            episodes.append(
                {
                    "a": a,
                    "b": b,
                    "first_s": group[0][0],
                    "last_s": group[-1][0],
                    "seconds": len(group),
                    "closest_s": closest[0],
                    "miss_nm": closest[1],
                    "miss_ft": closest[2],
                    "least_nm": min(one[1] for one in group),
                }
            )
    return sorted(episodes, key=lambda one: (one["first_s"], one["a"], one["b"]))


if __name__ == "__main__":
    lateral, vertical = (float(one) for one in (sys.argv[2:4] or ("1", "500")))
    rows = slow_episodes(Path(sys.argv[1]), lateral, vertical, *map(float, sys.argv[4:5]))
    aircraft = {row[side] for row in rows for side in "ab"}
    print(
        json.dumps(
            {
                "lateral_nm": lateral,
                "vertical_ft": vertical,
                "pairs": len({(row["a"], row["b"]) for row in rows}),
                "aircraft": len(aircraft),
                "episodes": len(rows),
                "seconds": sum(row["seconds"] for row in rows),
                "rows": rows,
            },
            indent=1,
        )
    )
