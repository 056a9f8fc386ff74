"""Plans of frequencies: how long the numbered checks take on a large one, and how good and how fast a proposal is.

The plan made by hand, against which a proposal stands, gives each sector two names of its own, as plans without a
computer do. The airspace of the United Kingdom is read and screened too, where its files are beside the project.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from detente.adapters import cp_sat
from detente.adapters.published_plan import plan_of
from detente.adapters.yaixm import parse_published
from detente.exercise.radio_plans import grid_plan, names
from detente.frequencies import greedy
from detente.frequencies.check import check
from detente.frequencies.proposal import channels_of, pool_of, task_of
from detente.frequencies.sky import sky_of
from detente.memorandum.channel_names import Band
from detente.memorandum.model import Memorandum
from detente.memorandum.radio_bands import bands_of

Tell = Callable[[str], None]

UK = Path(__file__).resolve().parents[2] / "shared/data/airspace_uk_pd"
SKIES = (("1.0", "FL100", 10, 6), ("1.5", "FL050", 10, 6), ("2.0", "FL100", 12, 5), ("2.0", "FL050", 15, 4))
"""Sectors of so many degrees up to a level, in columns and rows: 60 each time, crowded and wide."""

POOL = 60
LIMIT_S = 30.0
RUNS = 5


def measure(tell: Tell) -> dict[str, Any]:
    """Every figure; `tell` hears what is being done."""
    tell("a plan of 200 sectors, 20 classes, 402 channels")
    large = grid_plan(columns=20, rows=10, class_count=20)
    figures: dict[str, Any] = {"check": _checks(large)}
    tell("the same with every name used in four sectors")
    figures["check_with_reuse"] = _checks(_with_reuse(large, 50))
    figures["proposals"] = []
    for size_deg, upper, columns, rows in SKIES:
        tell(f"a proposal for {columns * rows} sectors of {size_deg} degrees up to {upper}")
        figures["proposals"].append(_proposal(size_deg, upper, columns, rows))
    if UK.exists():
        tell("the airspace of the United Kingdom")
        figures["united_kingdom"] = _published()
    return figures


def _checks(memorandum: Memorandum) -> dict[str, Any]:
    """Seconds of a check with nothing kept from the one before, the median of a few."""
    taken, found = [], 0
    for _ in range(RUNS):
        sky_of.cache_clear()
        bands_of.cache_clear()
        began = time.perf_counter()
        found = len(check(memorandum).findings)
        taken.append(time.perf_counter() - began)
    return {
        "sectors": len(memorandum.sector),
        "classes": len(memorandum.class_),
        "channels": len(memorandum.channel),
        "findings": found,
        "s_median": round(statistics.median(taken), 3),
        "s_max": round(max(taken), 3),
    }


def _with_reuse(memorandum: Memorandum, count: int) -> Memorandum:
    """The names of the first `count` sectors again in all others."""
    by_id = {one.id: one for one in memorandum.channel}
    changed = []
    for one in memorandum.channel:
        name, _, kind = one.id.partition("-")
        if one.use == "guard":
            changed.append(one)
            continue
        model = by_id[f"S{int(name[1:]) % count:03d}-{kind}"]
        changed.append(msgspec.structs.replace(one, name_khz=model.name_khz))
    return msgspec.structs.replace(memorandum, channel=tuple(changed))


def _proposal(size_deg: str, upper: str, columns: int, rows: int) -> dict[str, Any]:
    memorandum = grid_plan(columns=columns, rows=rows, size_deg=size_deg, upper=upper, stations=False)
    bands: tuple[Band, ...] = ("vhf", "uhf")
    pool = pool_of(
        memorandum, [(khz, band) for band in bands for khz in sorted(names(band, step_khz=25))[:POOL]]
    )
    began = time.perf_counter()
    task = task_of(memorandum, pool)
    asked_s = time.perf_counter() - began
    began = time.perf_counter()
    quick = greedy.propose(task)
    quick_s = time.perf_counter() - began
    began = time.perf_counter()
    exact = cp_sat.propose(task, limit_s=LIMIT_S)
    exact_s = time.perf_counter() - began
    return {
        "sectors": columns * rows,
        "size_deg": size_deg,
        "upper": upper,
        "by_hand_names": 2 * columns * rows,
        "greedy": {"names": quick.names, "gap": round(quick.gap, 4), "s": round(asked_s + quick_s, 2)},
        "exact": {
            "names": exact.names,
            "at_least": exact.at_least,
            "gap": round(exact.gap, 4),
            "s": round(asked_s + exact_s, 2),
        },
        "findings": len(check(channels_of(memorandum, task, exact.chosen)).findings),
    }


def _published() -> dict[str, Any]:
    began = time.perf_counter()
    read = parse_published((UK / "airspace.yaml").read_bytes(), (UK / "service.yaml").read_bytes())
    read_s = time.perf_counter() - began
    plan = plan_of(read).memorandum
    report = check(plan)
    return {
        "services": len(read.services),
        "sectors": len(plan.sector),
        "findings": len(report.findings),
        "read_s": round(read_s, 2),
        "whole_s": round(time.perf_counter() - began, 2),
    }
