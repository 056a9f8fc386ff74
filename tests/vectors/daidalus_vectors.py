"""Where the reference's numbers lie, how its three kinds of output are read, and when two answers are the same."""

from __future__ import annotations

import csv
import gzip
import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from detente.encounters.configuration import Configuration, parse_configuration
from detente.encounters.daa_file import Step, parse_daa
from detente.encounters.evaluation import PAIR_UNITS
from detente.encounters.guidance import Band, DimensionName, Guidance

DAIDALUS = Path(__file__).resolve().parents[2] / "../shared/vectors/daidalus"
SCENARIOS = ("H0_0_120", "C0_0_120", "C1_0_120", "C1_0_120_W", "H1", "H1_SUM")
ROWS = 917
"""Steps with traffic in all six encounters together."""

EDGE = 1e-3
"""Of deg, knot, ft a minute and ft: the tolerance of a band's edge."""

_NAMES: dict[str, DimensionName] = {
    "Horizontal Direction": "hdir",
    "Horizontal Speed": "hs",
    "Vertical Speed": "vs",
    "Altitude": "alt",
}
_DIMENSION = "(Horizontal Direction|Horizontal Speed|Vertical Speed|Altitude)"


@dataclass
class Block:
    """One second of a batch file."""

    time_s: float
    level: int | None = None
    bands: dict[str, list[tuple[float, float, str]]] = field(default_factory=dict)
    ways: dict[str, dict[str, float]] = field(default_factory=dict)
    recovery: dict[str, list[float]] = field(default_factory=dict)


def need_vectors() -> None:
    if not DAIDALUS.is_dir():
        pytest.skip(f"../shared is absent: {DAIDALUS} holds the reference's numbers")


def configuration(name: str) -> Configuration:
    return parse_configuration((DAIDALUS / f"Configurations/{name}.conf").read_text(encoding="utf-8"))


def steps(scenario: str) -> tuple[Step, ...]:
    return parse_daa((DAIDALUS / f"Scenarios/{scenario}.daa").read_text(encoding="utf-8"))


def random_pairs(name: str) -> tuple[list[dict[str, Any]], NDArray[np.float64], NDArray[np.float64]]:
    with gzip.open(DAIDALUS / f"random_pairs/{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    assert len(rows) == 2_500
    return (
        rows,
        np.array([row["own"] for row in rows], dtype=np.float64) * PAIR_UNITS,
        np.array([row["int"] for row in rows], dtype=np.float64) * PAIR_UNITS,
    )


def alerting(scenario: str, name: str, kind: str) -> dict[tuple[float, str], dict[str, str]]:
    """Rows by time and traffic; `kind` is `alerting` or `alerting_nohyst`."""
    text = gzip.decompress((DAIDALUS / f"ref_outputs/{scenario}__{name}.{kind}.csv.gz").read_bytes())
    return alerting_rows(text.decode())


def alerting_rows(text: str) -> dict[tuple[float, str], dict[str, str]]:
    rows = [[cell.strip() for cell in row] for row in csv.reader(text.splitlines())]
    # Where there is no modified tau, rows end with a cell that has no name.
    told = [dict(zip(rows[0], row[: len(rows[0])], strict=True)) for row in rows[2:]]
    return {(float(row["Time"]), row["Traffic"]): row for row in told}


def batch(scenario: str, name: str) -> list[Block]:
    text = gzip.decompress((DAIDALUS / f"ref_outputs/{scenario}__{name}.batch.txt.gz").read_bytes())
    return list(blocks(text.decode()))


def blocks(text: str) -> Iterator[Block]:
    block, dimension = Block(time_s=math.nan), ""
    for line in text.splitlines():
        if line.startswith("Time: "):
            if not math.isnan(block.time_s):
                yield block
            block, dimension = Block(time_s=number(line[6:])), ""
        elif told := re.match(r"Alert Level (\d)", line):
            block.level = int(told[1])
        elif told := re.match(rf"{_DIMENSION} Bands:", line):
            dimension = _NAMES[told[1]]
            block.bands[dimension] = []
        elif told := re.match(r"\s+\[(\S+) \[\S+\], (\S+) \[\S+\]\] (\w+)", line):
            block.bands[dimension].append((number(told[1]), number(told[2]), told[3]))
        elif told := re.match(rf"{_DIMENSION} Resolution \((\w+)\): (\S+)", line):
            side = "down" if told[2] in ("left", "down") else "up"
            block.ways.setdefault(_NAMES[told[1]], {})[side] = number(told[3])
        elif told := re.match(
            r"\s+(?:Time to Recovery|Recovery (?:Horizontal Distance|Vertical Distance|N Factor)): (\S+)",
            line,
        ):
            block.recovery.setdefault(dimension, []).append(number(told[1]))
    yield block


def number(text: str) -> float:
    first = text.strip().split(" ")[0].lower()
    return {"infty": math.inf, "-infty": -math.inf, "nan": math.nan}.get(first) or float(first)


def same_bands(ours: Sequence[Band], theirs: Sequence[Sequence[Any]]) -> bool:
    return len(ours) == len(theirs) and all(
        abs(band.low - low) < EDGE and abs(band.high - high) < EDGE and band.region == region
        for band, (low, high, region) in zip(ours, theirs, strict=True)
    )


def same_way(ours: float | None, theirs: float | None) -> bool:
    if ours is None or theirs is None or math.isnan(theirs):
        return ours is None and (theirs is None or math.isnan(theirs))
    return ours == theirs or abs(ours - theirs) < EDGE


def same_recovery(ours: Guidance, theirs: Sequence[float]) -> bool:
    """Time, radius, height, and how often the cylinder shrank; NaN where nothing had to be recovered."""
    at_s, radius_nm, height_ft, shrunk = theirs
    if ours.recovery is None or math.isnan(at_s):
        return ours.recovery is None and math.isnan(at_s)
    if math.isinf(at_s):
        return math.isinf(ours.recovery.at_s)
    return (
        abs(ours.recovery.at_s - at_s) < 1e-6
        and abs(ours.recovery.radius_nm - radius_nm) < 1e-6
        and abs(ours.recovery.height_ft - height_ft) < 1e-6
        and ours.recovery.shrunk == shrunk
    )
