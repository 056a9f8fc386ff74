"""`detente encounters evaluate`: how near it was, who should have been told what, and which ways were open.

The numbers are those of RTCA DO-365 alerting with the thresholds of the parameter set that is given. They describe
recorded or drawn encounters; nothing here steers an aircraft.
"""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from detente.encounters.configuration import Configuration, parse_configuration
from detente.errors import OperatorError
from detente.quantities import METRES_PER_FT, METRES_PER_NM
from detente.wire.limits import ENCOUNTER_BYTES_MAX, ENCOUNTER_LINES_MAX

if TYPE_CHECKING:
    from detente.encounters.daa_file import Step
    from detente.encounters.evaluation import Judged

app = typer.Typer(help="Encounters of aircraft, judged after the fact.", no_args_is_help=True)

PAIRS_AT_ONCE = 2_048
LEVEL_NAMES = ("none", "preventive", "corrective", "warning")
STYLES = ("dim", "cyan", "yellow", "bold red")


class GeometryChoice(StrEnum):
    """Which plane places are put on."""

    WGS84 = "wgs84"
    DAIDALUS = "daidalus"


@app.callback()
def _encounters() -> None:
    """Encounters of aircraft, judged after the fact."""


@app.command()
def evaluate(
    file: Annotated[
        Path,
        typer.Argument(help="An encounter (.daa, .xyz), or pairs as JSON lines (.jsonl, .jsonl.gz)."),
    ],
    config: Annotated[Path, typer.Option(help="The parameter set, for example DO_365B_no_SUM.conf.")],
    geometry: Annotated[
        GeometryChoice,
        typer.Option(help="wgs84 is ours; daidalus is the plane of the reference implementation."),
    ] = GeometryChoice.WGS84,
    as_published: Annotated[
        bool,
        typer.Option(
            "--as-published",
            help="Steady levels as the reference does, which may delay a first alert; ours never does.",
        ),
    ] = False,
    every: Annotated[
        float, typer.Option(help="Seconds between rows of the table; a change of level always shows.")
    ] = 10.0,
    plot: Annotated[
        Path | None, typer.Option(help="Draw the encounter into this PNG: plan, profile, separation, levels.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line for programs.")] = False,
) -> None:
    """Alert levels, times, separations, guidance bands and ways out, for every pair or step of a file.

    Pairs are answered as JSON lines with the same keys; an encounter as a table, or with --json as lines.
    """
    configuration = parse_configuration(_text(config, "configuration"))
    if file.name.endswith((".jsonl", ".jsonl.gz")):
        if plot is not None:
            raise OperatorError(
                "nothing_to_draw", "Pairs have no course to draw.", cure="Give --plot an encounter (.daa)."
            )
        _answer_pairs(file, configuration)
        return
    told, steps = _judge(file, configuration, geometry=geometry, as_published=as_published)
    if as_json:
        from detente.encounters.evaluation import as_line, as_mapping

        for step in steps:
            for one in step:
                names = {"time": one.time_s, "ownship": one.own, "traffic": one.traffic}
                print(as_line({**names, "raw_alert": one.raw_level, **as_mapping(one)}))
    else:
        _show(Console(highlight=False), file.name, [one for step in steps for one in step], every_s=every)
    if plot is not None:
        from detente.cli.encounter_plot import draw

        draw(
            told,
            [one for step in steps for one in step],
            configuration,
            plot,
            geometry=geometry.value,
            title=f"{file.name} judged by {config.name}, {geometry.value} plane",
        )
        if not as_json:
            print(f"Drawn into {plot}.")


def _judge(
    file: Path, configuration: Configuration, *, geometry: GeometryChoice, as_published: bool
) -> tuple[tuple[Step, ...], list[list[Judged]]]:
    with Console(stderr=True).status("compiling and judging"):
        from detente.encounters.daa_file import parse_daa
        from detente.encounters.evaluation import judge_steps

        told = parse_daa(_text(file, "encounter"))
    judged: list[list[Judged]] = []
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("judging", total=len(told))
        for step in judge_steps(told, configuration, geometry=geometry.value, as_published=as_published):
            judged.append(step)
            progress.advance(task)
    return told, judged


def _answer_pairs(file: Path, configuration: Configuration) -> None:
    with Console(stderr=True).status("compiling"):
        import numpy as np

        from detente.encounters.evaluation import as_line, as_mapping, judge_pairs, parse_pair

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("judging", total=file.stat().st_size if file.is_file() else None)
        for lines, read in _in_parts(file):
            told = [parse_pair(line) for line in lines]
            own = np.array([one[1] for one in told])
            intruder = np.array([one[2] for one in told])
            answers = judge_pairs(own, intruder, configuration)
            for (number, _, _), judged in zip(told, answers, strict=True):
                sys.stdout.write(as_line({"i": number, **as_mapping(judged)}) + "\n")
            progress.update(task, completed=read)


def _in_parts(file: Path) -> Iterator[tuple[list[str], int]]:
    """Some thousand lines at a time, and how many bytes of the file they took so far."""
    try:
        with file.open("rb") as raw:
            opened = gzip.GzipFile(fileobj=raw) if file.name.endswith(".gz") else raw
            lines: list[str] = []
            count, size = 0, 0
            for line in opened:
                count, size = count + 1, size + len(line)
                if count > ENCOUNTER_LINES_MAX or size > ENCOUNTER_BYTES_MAX:
                    raise _unreadable(file, "pairs", "is too long")
                if line.strip():
                    lines.append(line.decode("utf-8", "replace"))
                if len(lines) == PAIRS_AT_ONCE:
                    yield lines, raw.tell()
                    lines = []
            if lines:
                yield lines, raw.tell()
    except (OSError, EOFError, zlib.error) as why:
        raise _unreadable(file, "pairs", f"cannot be read: {why}") from None


def _text(file: Path, what: str) -> str:
    try:
        if file.stat().st_size > ENCOUNTER_BYTES_MAX:
            raise _unreadable(file, what, "is too long")
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError as why:
        raise _unreadable(file, what, f"cannot be read: {why.strerror}") from None


def _unreadable(file: Path, what: str, why: str) -> OperatorError:
    return OperatorError(
        "encounter_unreadable", f"The {what} in {file} {why}.", cure="Give a file that is there and shorter."
    )


def _show(console: Console, name: str, judged: Sequence[Judged], *, every_s: float) -> None:
    """One row for each change of level, and from time to time."""
    table = Table(box=box.SIMPLE, title=name, title_justify="left")
    for column in ("time s", "traffic", "level", "range nmi", "height ft", "miss nmi", "CPA s"):
        table.add_column(column, justify="left" if column in ("traffic", "level") else "right")
    table.add_column("to volumes s")
    table.add_column("what lies where: (corrective) [warning] {recovers}")
    before: dict[str, tuple[int, float]] = {}
    for one in judged:
        level, shown_s = before.get(one.traffic, (-1, -1e9))
        if one.level == level and one.time_s - shown_s < every_s:
            continue
        before[one.traffic] = (one.level, one.time_s)
        seen = one.measures
        table.add_row(
            f"{one.time_s:g}",
            Text(one.traffic),
            Text(LEVEL_NAMES[min(one.level, 3)], style=STYLES[min(one.level, 3)]),
            f"{seen.range_m / METRES_PER_NM:.2f}",
            f"{seen.height_m / METRES_PER_FT:.0f}",
            f"{seen.hmd_m / METRES_PER_NM:.2f}",
            "-" if seen.tcpa_s is None else f"{seen.tcpa_s:.0f}",
            " ".join("-" if entry == float("inf") else f"{entry:.0f}" for entry in one.entry_s),
            Text(_bands_in_words(one)),
        )
    console.print(table)
    highest = max((one.level for one in judged), default=0)
    nearest = min(judged, key=lambda one: one.measures.range_m, default=None)
    if nearest is not None:
        console.print(
            f"Highest level: {LEVEL_NAMES[min(highest, 3)]}. Nearest at {nearest.time_s:g} s: "
            f"{nearest.measures.range_m / METRES_PER_NM:.3f} nmi and "
            f"{nearest.measures.height_m / METRES_PER_FT:.0f} ft."
        )


def _bands_in_words(one: Judged) -> str:
    marks = {"FAR": "<{}>", "MID": "({})", "NEAR": "[{}]", "RECOVERY": "{{{}}}"}
    names = {"hdir": "turn", "hs": "kt", "vs": "fpm", "alt": "ft"}
    parts = []
    for name, guidance in one.guidance.items():
        said = [
            marks[band.region].format(f"{band.low:.0f}..{band.high:.0f}")
            for band in guidance.bands
            if band.region in marks
        ]
        if said:
            parts.append(f"{names[name]} {' '.join(said)}")
    return "; ".join(parts)
