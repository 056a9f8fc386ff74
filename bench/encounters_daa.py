"""Pairs a second: the volume alone, alerting with three levels, and alerting with four bands; pairs in random order.

Drawn anew from a seed, so that neither the branch predictor nor the cache learns them; compiled and warmed up before
the clock starts, and on two threads, which the kernels allow because they hold no interpreter lock. Pairs a second of
processor stand beside pairs a second, for machines that others use meanwhile.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detente.encounters.configuration import parse_configuration
from detente.encounters.guidance import Bands, empty_bands, pack_levels, pack_plan, pack_rules
from detente.kernels.alerting import alert_levels
from detente.kernels.bands import guide

PHASE_I = Path(__file__).parent / "phase_i.conf"
"""Thresholds of DO-365 phase I, en route."""

SEED = 7
ALERTING_PAIRS = 2_000_000
BANDS_PAIRS = 40_000
THREADS = 2
REPEATS = 5

Floats = NDArray[np.float64]


def measure(tell: Callable[[str], None]) -> dict[str, float | int]:
    """Figures by name; `tell` hears what is being measured."""
    configuration = parse_configuration(PHASE_I.read_text(encoding="utf-8"))
    levels, plan, rules = (
        pack_levels(configuration.levels()),
        pack_plan(configuration),
        pack_rules(configuration),
    )
    ahead_s = configuration.lookahead_s
    own, intruder = draw_pairs(ALERTING_PAIRS)
    relative, none = own - intruder, np.empty((0, 2))
    figures: dict[str, float | int] = {"pairs": ALERTING_PAIRS, "seed": SEED}
    for name, some in (("one_volume", levels[2:]), ("alerting_3_levels", levels)):
        tell(f"{name.replace('_', ' ')} of {ALERTING_PAIRS:,} pairs")
        level = np.zeros(ALERTING_PAIRS, np.int8)
        entry, leave = np.empty((ALERTING_PAIRS, len(some))), np.empty((ALERTING_PAIRS, len(some)))

        def run(part: slice, some: Floats = some, level=level, entry=entry, leave=leave) -> int:  # type: ignore[no-untyped-def]
            return alert_levels(relative[part], none, some, ahead_s, level[part], entry[part], leave[part])

        for threads in (1, THREADS):
            spent, cpu, alerts = _fastest(run, ALERTING_PAIRS, threads)
            figures[f"{name}_pairs_per_s_{threads}"] = round(ALERTING_PAIRS / spent)
            figures[f"{name}_pairs_per_cpu_s_{threads}"] = round(ALERTING_PAIRS / cpu)
        figures[f"{name}_alerts"] = alerts
        figures[f"{name}_conflicts"] = int((entry[:, -1] < leave[:, -1]).sum())
    own, intruder = own[:BANDS_PAIRS], intruder[:BANDS_PAIRS]
    tell(f"alerting and four bands of {BANDS_PAIRS:,} pairs")
    bands = empty_bands(BANDS_PAIRS)
    level, entry = np.zeros(BANDS_PAIRS, np.int8), np.empty((BANDS_PAIRS, 3))
    leave = np.empty((BANDS_PAIRS, 3))

    def both(part: slice) -> int:
        alerts = alert_levels(
            relative[:BANDS_PAIRS][part], none, levels, ahead_s, level[part], entry[part], leave[part]
        )
        guide(own[part], intruder[part], levels, plan, rules, ahead_s, Bands(*(one[part] for one in bands)))
        return alerts

    for threads in (1, THREADS):
        spent, cpu, alerts = _fastest(both, BANDS_PAIRS, threads)
        figures[f"alerting_and_bands_pairs_per_s_{threads}"] = round(BANDS_PAIRS / spent)
        figures[f"alerting_and_bands_pairs_per_cpu_s_{threads}"] = round(BANDS_PAIRS / cpu)
    figures["alerting_and_bands_alerts"] = alerts
    figures["pairs_with_a_band"] = int((bands.filled > 1).any(axis=1).sum())
    figures["pairs_with_a_recovery"] = int(np.isfinite(bands.recovery[:, :, 0]).any(axis=1).sum())
    return figures


def draw_pairs(count: int) -> tuple[Floats, Floats]:
    """Pairs as the public random ones are made: three in four meet within four minutes, half of them are level."""
    rng = np.random.default_rng(SEED)

    def moving(least_kt: float, most_kt: float) -> Floats:
        course, speed = rng.uniform(0.0, math.tau, count), rng.uniform(least_kt, most_kt, count) * 1852 / 3600
        climb = np.where(rng.random(count) < 0.5, 0.0, rng.uniform(-2_000.0, 2_000.0, count) * 0.00508)
        return np.column_stack([speed * np.sin(course), speed * np.cos(course), climb])

    own_v, other_v = moving(60.0, 500.0), moving(60.0, 600.0)
    height = rng.uniform(2_000.0, 32_000.0, count) * 0.3048
    meets = rng.random(count) < 0.75
    bearing = rng.uniform(0.0, math.tau, count)
    away = np.where(meets, rng.uniform(0.0, 2.5, count), rng.uniform(0.0, 25.0, count)) * 1852.0
    above = np.where(meets, rng.uniform(-1_500.0, 1_500.0, count), rng.uniform(-3_000.0, 3_000.0, count))
    at_s = np.where(meets, rng.uniform(0.0, 240.0, count), 0.0)[:, np.newaxis]
    gap = np.column_stack([away * np.sin(bearing), away * np.cos(bearing), above * 0.3048])
    own = np.column_stack([np.zeros((count, 2)), height, own_v])
    return own, np.column_stack([own[:, :3] + (own_v - other_v) * at_s + gap, other_v])


def _fastest(run: Callable[[slice], int], count: int, threads: int) -> tuple[float, float, int]:
    """Seconds of the fastest of some runs, seconds of processor of the thriftiest, and what their parts counted.

    Each part runs on a thread of its own.
    """
    edges = np.linspace(0, count, threads + 1).astype(int)
    parts = [slice(int(low), int(high)) for low, high in pairwise(edges)]
    run(slice(0, min(count, 1_000)))
    best, least_cpu, counted = math.inf, math.inf, 0
    with ThreadPoolExecutor(threads) as pool:
        for _ in range(REPEATS):
            began, began_cpu = time.perf_counter(), time.process_time()
            counted = sum(pool.map(run, parts))
            best = min(best, time.perf_counter() - began)
            least_cpu = min(least_cpu, time.process_time() - began_cpu)
    return best, least_cpu, counted


if __name__ == "__main__":
    for name, figure in measure(print).items():
        print(f"{name}: {figure:,}")
