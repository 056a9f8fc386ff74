"""Measures what a node does most, as ratios against what it stands on; machines are noisy, ratios less so.

Writes `bench.json`, `line.json`, `frequencies.json`, `console.json`, `voice.json`, and `conflicts.json` and
`encounters.json` with their pictures, into `bench-out`.
"""

from __future__ import annotations

import json
import os
import platform
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import shapely
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench import conflicts as checks
from bench import console as pages
from bench import encounters, frequencies, line, voice
from bench.cases import conflict_pairs, planar_answer, statement_world
from detente.adapters.sqlite_store import SqliteStore
from detente.conflicts.decide import Conflict, decide
from detente.ports import StoredEntry
from detente.quantities import UtcMs

OUT = Path("bench-out")
SECONDS_EACH = 2.0


def rate(act: Callable[[], object], *, count: int = 1) -> float:
    """How many a second, `act` doing `count` of them."""
    act()
    done, began = 0, time.perf_counter()
    while (spent := time.perf_counter() - began) < SECONDS_EACH:
        act()
        done += count
    return done / spent


def statements() -> dict[str, float]:
    """Said, signed twice, committed, delivered, judged, cosigned and receipted; against one ML-DSA signature."""
    world, say = statement_world()
    whole = rate(say)
    key = MLDSA44PrivateKey.generate()
    message = random.Random(1).randbytes(1024)
    alone = rate(lambda: key.sign(message))
    world.close()
    return {"ours_per_s": whole, "reference_per_s": alone}


def commits() -> dict[str, float]:
    """Durable appends through the store; against bare SQLite with synchronous=FULL on the same disk."""
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder) / "ours.sqlite")
        numbers = iter(range(10**9))

        def ours() -> None:
            seq = next(numbers)
            store.append(
                StoredEntry(
                    origin="A/M/0", seq=seq, envelope=b"x" * 4096, leaf=b"l" * 32, committed_ms=UtcMs(0)
                ),
                urgent=False,
            )

        through_store = rate(ours)
        store.close()
        return {"ours_per_s": through_store, "reference_per_s": _bare_commits(Path(folder) / "bare.sqlite")}


def conflicts() -> dict[str, float]:
    """Exact decisions between near notices; against shapely on a plane, which is neither exact nor in 4D."""
    memorandum, pairs = conflict_pairs(seed=1, count=200)
    ours = rate(lambda: [decide(a, b, memorandum) for a, b in pairs], count=len(pairs))
    planar = rate(lambda: [planar_answer(a, b) for a, b in pairs], count=len(pairs))
    found = sum(isinstance(decide(a, b, memorandum), Conflict) for a, b in pairs)
    return {"ours_per_s": ours, "reference_per_s": planar, "conflicts_in_sample": float(found)}


BENCHES: dict[str, tuple[str, Callable[[], dict[str, float]]]] = {
    "statement, said to receipted": ("ML-DSA-44 signature, cryptography", statements),
    "durable append": ("bare SQLite, WAL FULL", commits),
    "conflict decision, near pairs": (f"shapely {shapely.__version__}, planar distance", conflicts),
}


LINE_GOALS = {
    "alert_ms_p99": "at most 50 past a backlog of 10,000",
    "first_after_heal_ms_max": "at most 1,000",
    "messages_per_s": "at least 800",
    "verified_entries_per_s": "at least 4,000",
    "start_s": "at most 3 with a million entries",
    "start_memory_mb": "under 300",
}


def main() -> None:
    """Run all, or only what is named (`python -m bench conflicts`), and write them down."""
    OUT.mkdir(exist_ok=True)
    machine = {"python": platform.python_version(), "numpy": np.__version__, "cores": _cores()}
    console = Console(highlight=False)
    named = sys.argv[1:] or ["node", "line", "conflicts", "encounters", "frequencies", "console", "voice"]
    if "node" in named:
        _node(machine, console)
    if "line" in named:
        _line(machine, console)
    if "conflicts" in named:
        _checks(machine, console)
    if "encounters" in named:
        _encounters(machine, console)
    if "frequencies" in named:
        _frequencies(machine, console)
    if "console" in named:
        _console(machine, console)
    if "voice" in named:
        _voice(machine, console)


def _node(machine: dict[str, object], console: Console) -> None:
    results = {}
    for name in track(list(BENCHES), description="measuring"):
        reference, bench = BENCHES[name]
        figures = bench()
        results[name] = {
            "reference": reference,
            **{key: round(value, 1) for key, value in figures.items()},
            "ratio": round(figures["ours_per_s"] / figures["reference_per_s"], 4),
        }
    (OUT / "bench.json").write_text(json.dumps({"machine": machine, "results": results}, indent=2) + "\n")
    table = Table("what", "ours / s", "reference / s", "ratio", "reference")
    for name, row in results.items():
        table.add_row(
            name,
            f"{row['ours_per_s']:,.0f}",
            f"{row['reference_per_s']:,.0f}",
            f"{row['ratio']:.3f}",
            row["reference"],
        )
    console.print(table)


def _line(machine: dict[str, object], console: Console) -> None:
    with console.status("the line") as status:
        figures = line.measure(lambda doing: status.update(f"the line: {doing}"))
    told = {name: {"figure": figures[name], "goal": goal} for name, goal in LINE_GOALS.items()}
    (OUT / "line.json").write_text(
        json.dumps({"machine": machine, "figures": figures, "goals": told}, indent=2) + "\n"
    )
    table = Table("the line", "figure", "goal")
    for name, figure in figures.items():
        table.add_row(name.replace("_", " "), str(figure), LINE_GOALS.get(name, ""))
    console.print(table)


def _checks(machine: dict[str, object], console: Console) -> None:
    with console.status("checks of a notice against all in force") as status:
        told = checks.measure(lambda doing: status.update(doing), out=OUT, machine=machine)
    table = Table("engine", "stored", "p50 µs", "p99 µs", "inserts / s", "durable", "as ours")
    for row in told["rows"]:
        each = row["inserts_per_s"]
        table.add_row(
            row["engine"],
            f"{row['stored']:,}",
            *(("" if row[which] is None else f"{row[which]:,.1f}") for which in ("p50_us", "p99_us")),
            "cannot" if each is None else f"{each:,}",
            "yes" if row["durable"] else "no",
            f"{row['answers_as_ours']:.4f}" if "answers_as_ours" in row else "",
        )
    console.print(table)
    for name, ratio in told["ratios"].items():
        console.print(f"{name}: {ratio}")
    for name in ("full_node", "flood"):
        console.print(f"{name.replace('_', ' ')}: {told[name]}")


def _encounters(machine: dict[str, object], console: Console) -> None:
    with console.status("live tracks") as status:
        told = encounters.measure(lambda doing: status.update(doing), out=OUT, machine=machine)
    table = Table(
        "engine", "sky", "tracks", "pairs", "1 thread ms", "2 threads ms", "goal ms", "brute force ms"
    )
    for row in told["rows"]:
        goal = encounters.GOALS_MS.get(row["tracks"]) if row["engine"] == "détente" else None
        table.add_row(
            row["engine"],
            row["sky"],
            f"{row['tracks']:,}",
            f"{row['pairs']:,}",
            *(f"{row[name]:,}" if name in row else "" for name in ("ms_1_thread", "ms_2_threads")),
            "" if goal is None or row["sky"] == "drones" else f"{goal:g}",
            f"{row['brute_force_ms']:,}" if "brute_force_ms" in row else "",
        )
    console.print(table)
    for name in ("ratios", "one_report", "alerting", "feeds", "daidalus_seen"):
        for key, figure in told[name].items():
            console.print(f"{name.replace('_', ' ')}: {key.replace('_', ' ')}: {figure}")


def _frequencies(machine: dict[str, object], console: Console) -> None:
    with console.status("plans of frequencies") as status:
        told = frequencies.measure(lambda doing: status.update(f"plans of frequencies: {doing}"))
    (OUT / "frequencies.json").write_text(json.dumps({"machine": machine, "figures": told}, indent=2) + "\n")
    for name in ("check", "check_with_reuse"):
        row = told[name]
        console.print(
            f"{name.replace('_', ' ')}: {row['sectors']} sectors, {row['classes']} classes,"
            f" {row['channels']} channels: {row['s_median']} s (goal: at most 2 s)"
        )
    table = Table("sectors", "by hand", "greedy", "exact", "at least", "gap", "s (goal: at most 30)")
    for row in told["proposals"]:
        exact = row["exact"]
        table.add_row(
            f"{row['sectors']} of {row['size_deg']} deg to {row['upper']}",
            str(row["by_hand_names"]),
            str(row["greedy"]["names"]),
            str(exact["names"]),
            str(exact["at_least"]),
            f"{exact['gap']:.1%}",
            str(exact["s"]),
        )
    console.print(table)
    if "united_kingdom" in told:
        console.print(f"the United Kingdom: {told['united_kingdom']}")


def _console(machine: dict[str, object], console: Console) -> None:
    with console.status("the console") as status:
        told = pages.measure(lambda doing: status.update(f"the console: {doing}"), out=OUT, machine=machine)
    table = Table("the console", "figure", "goal")
    for name, figure in told["figures"].items():
        table.add_row(name.replace("_", " "), str(figure), told["goals"].get(name, ""))
    console.print(table)


def _voice(machine: dict[str, object], console: Console) -> None:
    with console.status("voice") as status:
        told = voice.measure(lambda doing: status.update(f"voice: {doing}"), out=OUT, machine=machine)
    table = Table("voice", "figure", "goal")
    for name, figure in told["figures"].items():
        table.add_row(name.replace("_", " "), str(figure), told["goals"].get(name, ""))
    console.print(table)
    console.print(f"the relay of the notes: {told['relay_of_the_notes']}")


def _cores() -> int:
    return len(os.sched_getaffinity(0))


def _bare_commits(path: Path) -> float:
    db = sqlite3.connect(path)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.execute("create table entry (seq integer primary key, envelope blob)")
    numbers = iter(range(10**9))

    def one() -> None:
        db.execute("insert into entry values (?, ?)", (next(numbers), b"x" * 4096))
        db.commit()

    result = rate(one)
    db.close()
    return result


main()
