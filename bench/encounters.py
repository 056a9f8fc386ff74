"""Live tracks: all pairs of a whole sky, one report among ten thousand aircraft, alerting and bands, feeds.

Writes `bench-out/encounters.json` and `bench-out/encounters.png`. Beside ours stand brute force over all pairs, and
BlueSky's compiled detector in an environment of its own (`tools/setup-bench`), both in the same run, and the
figures that were published or seen of DAIDALUS. Every timed sky is drawn anew in an order of no meaning, compiled
code is warm, and the number of pairs stands beside each time.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np

from bench import encounters_daa, feeds
from detente.encounters.motion import Minima
from detente.encounters.watcher import Found, Watcher
from detente.encounters.whole_sky import Flights, Pairs, flights, near_one, near_pairs
from detente.memorandum.model import Tracks
from detente.quantities import METRES_PER_FT, METRES_PER_NM, UtcMs
from detente.tracks.position import PositionReport

PEER_PYTHON = Path(".venv-bench/bin/python")
PASSES = 5
JETS = {"lateral_m": 5.0 * METRES_PER_NM, "vertical_ft": 1_000.0, "lookahead_s": 300.0}
DRONES = {"lateral_m": 50.0, "vertical_ft": 15.0 / METRES_PER_FT, "lookahead_s": 60.0}
LAT_DEG, LON_DEG = 45.0, 5.0
KM_PER_DEG = 111.2

DAIDALUS_SEEN = {
    "alerting_pairs_per_s": "230,000 to 270,000 on one thread (states and level, as its C++ 2.0.4 was seen to run)",
    "alerting_and_bands_pairs_per_s": "400 to 830 (four kinematic bands)",
}
GOALS_MS = {10_000: 6.0, 100_000: 50.0, 1_000_000: 500.0}
WATCHED, WATCHED_S = 10_000, 3
Tell = Callable[[str], None]
States = dict[str, np.ndarray]


def measure(tell: Tell, *, out: Path, machine: dict[str, object]) -> dict[str, Any]:
    """Everything; the whole sky first, then one report, then pairs and feeds where those benches stand beside."""
    skies = [
        ("airliners", 1_000, 1_000.0, JETS),
        ("airliners", 10_000, 1_000.0, JETS),
        ("airliners, 0.01 / km²", 100_000, 3_162.0, JETS),
        ("airliners, 0.01 / km²", 1_000_000, 10_000.0, JETS),
        ("drones", 100_000, 100.0, DRONES),
    ]
    rows = []
    for name, count, side_km, minima in skies:
        tell(f"{name}, {count:,} tracks")
        rows.append({"sky": name, "tracks": count, **_sky(states(count, side_km, name, seed=1), minima)})
    for count in (1_000, 5_000, 10_000):
        tell(f"BlueSky, {count:,} tracks")
        given = states(count, 1_000.0, "airliners", seed=1)
        rows += [{"sky": "airliners", "tracks": count, **row} for row in _bluesky(given)]
    tell(f"one report among {WATCHED:,} aircraft")
    told = {
        "machine": machine,
        "rows": rows,
        "ratios": _ratios(rows),
        "goals_ms": GOALS_MS,
        "one_report": _one_report(),
        "alerting": encounters_daa.measure(tell),
        "feeds": feeds.measure(tell),
        "daidalus_seen": DAIDALUS_SEEN,
    }
    out.mkdir(exist_ok=True)
    (out / "encounters.json").write_text(json.dumps(told, indent=2) + "\n")
    _draw(rows, out / "encounters.png")
    return told


def states(count: int, side_km: float, name: str, *, seed: int) -> States:
    """A square full of aircraft, half of them level; a million of them reach from 45 south to 45 north."""
    rng = np.random.default_rng(seed)
    is_drone = name == "drones"
    middle_deg = 0.0 if side_km > 5_000.0 else LAT_DEG
    lat = middle_deg + rng.uniform(-0.5, 0.5, count) * side_km / KM_PER_DEG
    lon = LON_DEG + rng.uniform(-0.5, 0.5, count) * side_km / KM_PER_DEG / np.cos(np.radians(middle_deg))
    return {
        "lat": lat,
        "lon": lon,
        "trk": rng.uniform(0.0, 360.0, count),
        "gs": rng.uniform(5.0, 30.0, count) if is_drone else rng.uniform(100.0, 250.0, count),
        "alt": rng.uniform(0.0, 120.0, count) if is_drone else rng.integers(10, 401, count) * 30.48,
        "vs": np.where(
            rng.random(count) < 0.5, 0.0, rng.uniform(-1.0, 1.0, count) * (1.0 if is_drone else 10.0)
        ),
    }


def flights_of(given: States) -> Flights:
    """From degrees and metres to what the kernels read: part of what is timed."""
    return flights(
        lat_deg=given["lat"],
        lon_deg=given["lon"],
        level_palt_ft=given["alt"] / METRES_PER_FT,
        track_deg=given["trk"],
        ground_speed_mps=given["gs"],
        climb_ftps=given["vs"] / METRES_PER_FT,
    )


def _sky(given: States, minima: dict[str, float]) -> dict[str, Any]:
    with ThreadPoolExecutor(2) as pool:

        def ours(parts: int) -> Pairs:
            return near_pairs(flights_of(given), **minima, parts=parts, each=pool.map if parts > 1 else map)

        row: dict[str, Any] = {"engine": "détente", "pairs": len(ours(1))}
        passes = PASSES if len(given["lat"]) <= 100_000 else 2
        for parts, name in ((1, "ms_1_thread"), (4, "ms_2_threads")):
            best = float("inf")
            for _ in range(passes):
                began = time.perf_counter()
                ours(parts)
                best = min(best, time.perf_counter() - began)
            row[name] = round(1_000.0 * best, 2)
    if len(given["lat"]) <= 10_000:
        sky, found = flights_of(given), set(map(tuple, ours(1).numbers.tolist()))
        near_one(sky, 0, **minima)
        began = time.perf_counter()
        truth = {
            tuple(pair) for one in range(len(sky)) for pair in near_one(sky, one, **minima).numbers.tolist()
        }
        row["brute_force_ms"] = round(1_000.0 * (time.perf_counter() - began), 1)
        row["as_brute_force"] = truth == found
    return row


def _bluesky(given: States) -> list[dict[str, Any]]:
    if not PEER_PYTHON.exists():
        return []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "states.npz"
        minima = {"rpz": JETS["lateral_m"], "hpz": 1_000.0 * METRES_PER_FT, "ahead": JETS["lookahead_s"]}
        np.savez(file, **given, **minima, passes=3)
        told = subprocess.run(
            [PEER_PYTHON, "bench/bluesky_peer.py", str(file)], capture_output=True, text=True, check=True
        )
    figures = json.loads(told.stdout)
    return [
        {
            "engine": "BlueSky 1.1.1, compiled",
            "pairs": figures["directed_pairs"] // 2,
            "ms_1_thread": round(1_000.0 * figures["seconds"], 1),
        }
    ]


def _one_report() -> dict[str, Any]:
    """Reports come evenly, 10,000 a second; how long each waits and takes until it is known whether it alarms."""
    rules = Tracks(
        own_rule="own_list",
        lookahead_s=120,
        clear_after_s=120,
        max_gap_s=90,
        coast_s=90,
        identity_valid_s=3_600,
    )
    minima = Minima(lateral_nm=1.0, vertical_ft=500.0)
    watcher = Watcher(
        is_own=lambda aircraft: aircraft.startswith("a"),
        minima_of=lambda _own, _foreign: minima,
        widest=minima,
        rules=rules,
    )
    given = states(WATCHED, 1_000.0, "airliners", seed=2)
    track = np.radians(given["trk"])
    free_s, waits_ms, spent_s, found = 0.0, [], 0.0, 0
    for second in range(2 + WATCHED_S):
        lat = given["lat"] + given["gs"] * np.cos(track) * second / (1_000.0 * KM_PER_DEG)
        lon = given["lon"] + given["gs"] * np.sin(track) * second / (
            1_000.0 * KM_PER_DEG * np.cos(np.radians(given["lat"]))
        )
        for number in range(WATCHED):
            due_s = second + number / WATCHED
            report = PositionReport(
                aircraft=f"{'a' if number % 2 else 'b'}{number:05d}",
                call_sign="",
                time_ms=UtcMs(1_600_000_000_000 + round(due_s * 1_000.0)),
                lat_deg=float(lat[number]),
                lon_deg=float(lon[number]),
                level_palt_ft=float(given["alt"][number] / METRES_PER_FT),
                height_hae_m=None,
                ground_speed_mps=float(given["gs"][number]),
                track_deg=float(given["trk"][number]),
                vertical_rate_mps=float(given["vs"][number]),
            )
            if watcher.must_warm():
                watcher.warm()
                watcher.begin_index()
            began = time.perf_counter()
            findings = watcher.see(report)
            took_s = time.perf_counter() - began
            if second >= 2:
                free_s = max(free_s, due_s) + took_s
                waits_ms.append(1_000.0 * (free_s - due_s))
                spent_s += took_s
                found += sum(isinstance(one, Found) for one in findings)
    waits_ms.sort()
    return {
        "aircraft": WATCHED,
        "reports": len(waits_ms),
        "found_meanwhile": found,
        "us_each": round(1e6 * spent_s / len(waits_ms), 1),
        "update_to_alert_ms_p50": round(waits_ms[len(waits_ms) // 2], 3),
        "update_to_alert_ms_p99": round(waits_ms[int(0.99 * len(waits_ms))], 3),
    }


def _ratios(rows: list[dict[str, Any]]) -> dict[str, float]:
    """How many times as fast ours is as the peer on the same sky, on one thread and on two."""
    found = {}
    for peer in rows:
        if peer["engine"] == "détente":
            continue
        for ours in rows:
            if ours["engine"] == "détente" and (ours["sky"], ours["tracks"]) == (peer["sky"], peer["tracks"]):
                for name in ("ms_1_thread", "ms_2_threads"):
                    key = f"{peer['engine']} over ours ({name}), {peer['tracks']:,} tracks"
                    found[key] = round(peer["ms_1_thread"] / ours[name], 1)
    return found


def _draw(rows: list[dict[str, Any]], file: Path) -> None:
    mpl.use("Agg")
    from matplotlib import pyplot as plt  # after the choice of a backend without a screen

    figure, axes = plt.subplots(figsize=(8, 5), layout="constrained")
    series = [
        ("détente, two threads", "détente", "ms_2_threads"),
        ("détente, one thread", "détente", "ms_1_thread"),
        ("brute force, one thread", "détente", "brute_force_ms"),
        ("BlueSky, compiled, one thread", "BlueSky 1.1.1, compiled", "ms_1_thread"),
    ]
    for label, engine, figure_name in series:
        points = [
            (row["tracks"], row[figure_name])
            for row in rows
            if row["engine"] == engine and figure_name in row and row["sky"] != "drones"
        ]
        if points:
            axes.plot(*zip(*sorted(points), strict=True), marker="o", label=label)
    axes.plot(list(GOALS_MS), list(GOALS_MS.values()), "k_", markersize=18, label="goal")
    axes.set(
        xscale="log",
        yscale="log",
        xlabel="tracks",
        ylabel="milliseconds an update",
        title="All pairs under 5 NM and 1,000 ft within 300 s",
    )
    axes.grid(which="both", alpha=0.3)
    axes.legend(fontsize="small")
    figure.savefig(file, dpi=130)
    plt.close(figure)
