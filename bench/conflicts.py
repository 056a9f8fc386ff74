"""One check of a new notice against all that are stored, ours beside other engines, on the same data and questions.

Every engine answers the same: which stored volumes come within the minima of the one asked, by place, level and time.
Ours answers on WGS 84, exactly as the reference; the others measure on a plane, so their answers differ by
the few pairs that lie within metres of a minimum, and the share that agrees is told. The durable stores follow,
which keep notices and check nothing (`bench/stores.py`). Writes
`bench-out/conflicts.json` (`rows`: `engine`, `stored`, `p50_us`, `p99_us`, `inserts_per_s`, `durable`) and
`bench-out/conflicts.png`. A further engine is a class with the methods of `Engine`, added to `ENGINES`.
"""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

import matplotlib as mpl
import numpy as np

from bench import flood, full_node, stores
from bench.postgis import PostGis, is_installed
from bench.skies import SIDE_M, drones, minima
from bench.strtree import StrTree
from detente.airspace.atmosphere import Atmosphere
from detente.conflicts.index import VolumeIndex, warm
from detente.conflicts.packing import Packed

STORED = (10_000, 100_000, 1_000_000)
ASKED = 4_000
PASSES = 3
"""Each question counts with its best time of so many, asked in another order each time: machines are shared."""

SINGLE_INSERTS = 20_000
AIR = Atmosphere(qnh_min_hpa=960.0, qnh_max_hpa=1_050.0, isa_deviation_min_k=-40.0, isa_deviation_max_k=40.0)
Tell = Callable[[str], None]


class Engine(AbstractContextManager["Engine"], Protocol):
    """What is measured. `durable` says that an insert has reached the disk when it returns."""

    name: str
    durable: bool

    def load(self, volumes: Packed) -> float:
        """Store all; how many inserts a second that was."""

    def insert_each(self, volumes: Packed) -> float | None:
        """Insert one by one (or in the groups that the engine commits); a second, None if it cannot insert."""

    def prepare(self, asked: Packed) -> Iterator[Callable[[], set[int]]]:
        """For each question an act that answers it with the numbers of stored volumes; making it is not measured."""


class Ours:
    """The index of the product, with the reference for what the kernels leave undecided."""

    name = "détente"
    durable = False

    def __init__(self) -> None:
        self._index = VolumeIndex(AIR)
        self._number_of: dict[int, int] = {}
        self.inserts_per_cpu_s = 0.0

    def __enter__(self) -> Ours:
        warm(AIR)
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def load(self, volumes: Packed) -> float:
        began = time.perf_counter()
        handles = self._index.insert(volumes)
        spent = time.perf_counter() - began
        self._number_of = dict(zip(handles.tolist(), volumes.notices.tolist(), strict=True))
        return len(handles) / spent

    def insert_each(self, volumes: Packed) -> float:
        """Also `inserts_per_cpu_s`: on a shared machine most of the time by the clock is somebody else's."""
        ones = [
            Packed(rows=volumes.rows[row : row + 1], points=volumes.points, notices=volumes.notices[:1])
            for row in range(SINGLE_INSERTS)
        ]
        began, began_cpu = time.perf_counter(), time.process_time()
        handles = [self._index.insert(one) for one in ones]
        spent, spent_cpu = time.perf_counter() - began, time.process_time() - began_cpu
        self.inserts_per_cpu_s = max(self.inserts_per_cpu_s, len(ones) / spent_cpu)
        for handle in handles:
            self._index.cancel(int(handle[0]))
        return len(ones) / spent

    def prepare(self, asked: Packed) -> Iterator[Callable[[], set[int]]]:
        table = minima()
        for row in range(len(asked.rows)):
            yield lambda row=row: {self._number_of[one] for one in self._index.check(asked, table, row)}

    @property
    def bytes_each(self) -> float:
        """Memory of the index for each stored volume."""
        return self._index.bytes_held / len(self._index)


ENGINES: dict[str, Callable[[], Engine]] = {
    "détente": Ours,
    "shapely STRtree": StrTree,
    **({"PostGIS": PostGis} if is_installed() else {}),
}


def measure(
    tell: Tell, *, out: Path, machine: dict[str, object], sizes: tuple[int, ...] = STORED
) -> dict[str, Any]:
    """Every engine at every size, and ours at equal density; writes the figures and the picture."""
    rows: list[dict[str, Any]] = []
    for stored in sizes:
        volumes, asked = drones(stored, seed=1), drones(ASKED, seed=2)
        answers: dict[str, list[set[int]]] = {}
        for name, make in ENGINES.items():
            tell(f"{name}, {stored:,} stored")
            with make() as engine:
                row, answers[name] = _one(engine, volumes, asked)
            rows.append({"engine": name, "stored": stored, **row})
            gc.collect()
        first = answers[next(iter(ENGINES))]
        for row in rows[-len(ENGINES) :]:
            row["answers_as_ours"] = round(_agreement(first, answers[row["engine"]]), 6)
            row["conflicts"] = sum(len(found) for found in answers[row["engine"]])
    density = []
    for stored in sizes:
        tell(f"equal density, {stored:,} stored")
        side_m = SIDE_M * float(np.sqrt(stored / max(sizes)))
        with Ours() as ours:
            row, _ = _one(ours, drones(stored, seed=1, side_m=side_m), drones(ASKED, seed=2, side_m=side_m))
        density.append({"engine": "détente", "stored": stored, **row})
    told = {
        "machine": machine,
        "asked": ASKED,
        "rows": [*rows, *({"p50_us": None, "p99_us": None, **row} for row in stores.measure(tell))],
        "equal_density": density,
        "full_node": full_node.measure(tell),
        "flood": flood.measure(tell),
        "ratios": _ratios(rows, density),
    }
    out.mkdir(exist_ok=True)
    (out / "conflicts.json").write_text(json.dumps(told, indent=2) + "\n")
    _draw(rows, density, out / "conflicts.png")
    return told


def _one(engine: Engine, volumes: Packed, asked: Packed) -> tuple[dict[str, Any], list[set[int]]]:
    bulk = engine.load(volumes)
    acts = list(engine.prepare(asked))
    answers = [act() for act in acts]
    spent_us = np.full(len(acts), np.inf)
    order = np.random.default_rng(4)
    for _ in range(PASSES):
        for which in order.permutation(len(acts)).tolist():
            act = acts[which]
            began = time.perf_counter_ns()
            act()
            spent_us[which] = min(spent_us[which], (time.perf_counter_ns() - began) / 1000.0)
    more = drones(SINGLE_INSERTS, seed=3)
    rates = [engine.insert_each(more) for _ in range(PASSES)]
    each = max((rate for rate in rates if rate is not None), default=None)
    row = {
        "p50_us": round(float(np.percentile(spent_us, 50)), 1),
        "p99_us": round(float(np.percentile(spent_us, 99)), 1),
        "inserts_per_s": None if each is None else round(each),
        "durable": engine.durable,
        "bulk_inserts_per_s": round(bulk),
    }
    if isinstance(engine, Ours):
        row["inserts_per_cpu_s"] = round(engine.inserts_per_cpu_s)
        row["bytes_each"] = round(engine.bytes_each, 1)
    return row, answers


def _ratios(rows: list[dict[str, Any]], density: list[dict[str, Any]]) -> dict[str, float]:
    """How many times faster ours is at the largest size, and how cost grows at equal density."""
    largest = max(row["stored"] for row in rows)
    at_largest = [row for row in rows if row["stored"] == largest]
    ours = next(row for row in at_largest if row["engine"] == Ours.name)
    found = {
        f"{row['engine']} over ours, {which}, {largest:,} stored": round(row[which] / ours[which], 2)
        for row in at_largest
        if row is not ours
        for which in ("p50_us", "p99_us")
    }
    for which in ("p50_us", "p99_us"):
        found[f"growth at equal density, {which}, last tenfold"] = round(
            density[-1][which] / density[-2][which], 2
        )
    return found


def _agreement(ours: list[set[int]], theirs: list[set[int]]) -> float:
    """Pairs that both name, of those that either does."""
    either = sum(len(a | b) for a, b in zip(ours, theirs, strict=True))
    both = sum(len(a & b) for a, b in zip(ours, theirs, strict=True))
    return both / either if either else 1.0


def _draw(rows: list[dict[str, Any]], density: list[dict[str, Any]], file: Path) -> None:
    mpl.use("Agg")
    from matplotlib import pyplot as plt  # after the choice of a backend without a screen

    figure, axes = plt.subplots(figsize=(8, 5), layout="constrained")
    series = {
        name: [row for row in rows if row["engine"] == name]
        for name in dict.fromkeys(r["engine"] for r in rows)
    }
    series["détente, equal density"] = density
    for name, points in series.items():
        stored = [row["stored"] for row in points]
        (line,) = axes.plot(stored, [row["p50_us"] for row in points], marker="o", label=f"{name}, median")
        axes.plot(
            stored,
            [row["p99_us"] for row in points],
            marker="^",
            linestyle="--",
            color=line.get_color(),
            label=f"{name}, 99th percentile",
        )
    axes.set(
        xscale="log",
        yscale="log",
        xlabel="volumes stored",
        ylabel="microseconds a check",
        title="One notice checked against all in force",
    )
    axes.grid(which="both", alpha=0.3)
    figure.legend(fontsize="small", loc="outside lower center", ncols=2)
    figure.savefig(file, dpi=130)
    plt.close(figure)
