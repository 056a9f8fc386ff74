"""`detente frequencies propose|card`: a plan with the fewest channels, and a page of each sector for the crews."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import typer
from rich import box
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from detente.cli.frequencies_source import source_of
from detente.errors import OperatorError
from detente.frequencies import greedy
from detente.frequencies.check import Report, check
from detente.frequencies.proposal import Answer, Task, channels_of, pool_of, task_of
from detente.frequencies.renaming import without_products
from detente.line.figures import channel_text
from detente.line.language import LANGUAGES
from detente.memorandum.channel_names import Band, band_of, channel_of
from detente.memorandum.model import Memorandum
from detente.memorandum.model_talk import Channel

_RANGE = re.compile(r"(\d{2,3}\.\d{3})(?:-(\d{2,3}\.\d{3})/(8\.33|12\.5|25))?")
_POOL_MAX = 2_000
_PLAN_HELP = "A memorandum, a template, or a home whose node runs."


def propose(
    plan: Annotated[str, typer.Argument(help=_PLAN_HELP)],
    pool: Annotated[
        list[str] | None,
        typer.Option(
            help="A name (126.175) or a range (118.000-121.300/25). Repeatable; else the plan's own."
        ),
    ] = None,
    solver: Annotated[
        Literal["exact", "greedy"], typer.Option(help="exact needs detente[planning].")
    ] = "exact",
    limit_s: Annotated[float, typer.Option(help="How long the exact solver may look.")] = 30.0,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write the [[channel]] tables, to be pasted into the file.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Plain JSON for programs.")] = False,
) -> None:
    """Assign channels of a pool to every sector so that all checks hold, with the fewest names.

    The number is proven, or the gap to the best possible is said. It stands beside the plan as it was made by hand.
    """
    source = source_of(plan)
    memorandum = source.memorandum
    taken = pool_of(memorandum, _names(pool, memorandum))
    with Progress(console=Console(stderr=True), transient=True) as progress:
        doing = progress.add_task("how far apart the sectors are", total=None)
        task = task_of(memorandum, taken)
        progress.update(doing, description=f"the fewest of {len(taken)} names for {len(task.needs)} needs")
        answer = without_products(memorandum, task, _solved(task, solver, limit_s))
        progress.update(doing, description="checking the plan")
        made = channels_of(memorandum, task, answer.chosen)
        report = check(made)
    if out is not None:
        out.write_text(channel_tables(made.channel), encoding="utf-8")
    by_hand, its_report = _names_in_use(memorandum), check(memorandum)
    if as_json:
        print(json.dumps(_row(made, answer, report, by_hand, its_report), indent=2))
    else:
        _show(Console(highlight=False), made, answer, report, by_hand, its_report)
    if not report.is_valid:
        raise typer.Exit(1)


def card(
    plan: Annotated[str, typer.Argument(help=_PLAN_HELP)],
    out: Annotated[Path, typer.Option("--out", help="The folder they are written to.")] = Path("cards"),
    sector: Annotated[list[str] | None, typer.Option(help="A sector. Repeatable; else all.")] = None,
    language: Annotated[
        list[str] | None, typer.Option(help="A language. Repeatable; else the languages of the line.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Plain JSON for programs.")] = False,
) -> None:
    """One page for each sector and language, as PDF to print and PNG to show."""
    from detente.adapters.frequency_card import CardData, draw_cards  # matplotlib takes a second

    source = source_of(plan)
    memorandum = source.memorandum
    sectors = sector or [one.id for one in memorandum.sector]
    languages = language or [one for one in memorandum.languages.line if one in LANGUAGES] or ["en"]
    for name, known, what in (
        *((one, [row.id for row in memorandum.sector], "sector") for one in sectors),
        *((one, list(LANGUAGES), "language") for one in languages),
    ):
        if name not in known:
            raise OperatorError(
                "unknown_name", f"There is no {what} {name[:40]!r}.", cure=f"Write one of {', '.join(known)}."
            )
    report = check(
        memorandum, proofs=source.proofs, changes=source.changes, noticed=source.noticed, now_ms=source.now_ms
    )
    data = CardData(
        plan=source.plan,
        proofs=source.proofs or {},
        report=report,
        identity=source.identity,
        now_ms=source.now_ms,
    )
    out.mkdir(parents=True, exist_ok=True)
    written: list[str] = []
    with Progress(console=Console(stderr=True), transient=True) as progress:
        for name in progress.track(sectors, description="drawing cards"):
            for tongue in languages:
                pages = draw_cards(data, sector=name, language=tongue, file_format="png")
                for number, page in enumerate(pages, start=1):
                    suffix = f"-{number}" if len(pages) > 1 else ""
                    written.append(_write(out / f"{name}-{tongue}{suffix}.png", page))
                (paper,) = draw_cards(data, sector=name, language=tongue, file_format="pdf")
                written.append(_write(out / f"{name}-{tongue}.pdf", paper))
    if as_json:
        print(
            json.dumps({"heading": report.heading, "identity": source.identity, "files": written}, indent=2)
        )
    else:
        print(f"{len(written)} files in {out}; the plan is {report.heading}.")


def _solved(task: Task, solver: str, limit_s: float) -> Answer:
    if solver == "greedy":
        return greedy.propose(task)
    from detente.adapters import cp_sat  # an extra, and a second to import

    return cp_sat.propose(task, limit_s=limit_s)


def _names(texts: list[str] | None, memorandum: Memorandum) -> list[tuple[int, Band]]:
    if not texts:
        return [(one.name_khz, one.band) for one in memorandum.channel if one.use != "guard"]
    found: list[tuple[int, Band]] = []
    for text in texts:
        found += _of_text(text)
    if len(found) > _POOL_MAX:
        raise OperatorError(
            "pool_too_large", f"The pool has {len(found)} names.", cure=f"At most {_POOL_MAX} are taken."
        )
    return found


def _of_text(text: str) -> list[tuple[int, Band]]:
    """One name, or every name of a spacing in a range, ends included."""
    match = _RANGE.fullmatch(text)
    if match is None:
        raise OperatorError(
            "bad_pool", f"{text[:40]!r} is no name and no range.", cure="Write 126.175 or 118.000-121.300/25."
        )
    first = int(match[1].replace(".", ""))
    last = int((match[2] or match[1]).replace(".", ""))
    wanted = match[3]
    found = []
    for name_khz in range(first, min(last, first + 100_000) + 1):
        band = band_of(name_khz)
        if band is not None and (wanted is None or _spacing(name_khz, band) == wanted):
            found.append((name_khz, band))
    if not found:
        raise OperatorError(
            "bad_pool", f"{text} holds no name of a channel.", cure="Write 118.000-121.300/25."
        )
    return found


def _spacing(name_khz: int, band: Band) -> str:
    meant = channel_of(name_khz, band)
    return "" if meant is None else meant.spacing


def _names_in_use(memorandum: Memorandum) -> int:
    return len({one.name_khz for one in memorandum.channel if one.use not in ("guard", "sar")})


def channel_tables(channels: Sequence[Channel]) -> str:
    """[[channel]] tables as TOML; a JSON text and a JSON list of texts are TOML too."""
    blocks = []
    for one in channels:
        fields = msgspec.to_builtins(one, builtin_types=(Decimal,))
        lines = [
            f"{name} = {value if isinstance(value, Decimal) else json.dumps(value)}"
            for name, value in fields.items()
            if value is not None
        ]
        blocks.append("\n".join(["[[channel]]", *lines]))
    return "\n\n".join(blocks) + "\n"


def _row(
    made: Memorandum, answer: Answer, report: Report, by_hand: int, its_report: Report
) -> dict[str, Any]:
    return {
        "names": answer.names,
        "at_least": answer.at_least,
        "gap": round(answer.gap, 4),
        "proven": answer.gap == 0.0,
        "solver": answer.solver,
        "by_hand": {"names": by_hand, "heading": its_report.heading, "findings": len(its_report.findings)},
        "heading": report.heading,
        "findings": [one.message for one in report.findings],
        "note": "Screening, not an assignment: the national authority assigns.",
        "channels": [
            {
                "id": one.id,
                "name_khz": one.name_khz,
                "band": one.band,
                "spacing": one.spacing,
                "sectors": list(one.sectors),
                "monitored_by": list(one.monitored_by),
            }
            for one in made.channel
        ],
    }


def _show(
    console: Console, made: Memorandum, answer: Answer, report: Report, by_hand: int, its_report: Report
) -> None:
    table = Table(box=box.SIMPLE_HEAD)
    for heading in ("sector", "primary", "secondary", "more"):
        table.add_column(heading)
    for sector in made.sector:
        here = [one for one in made.channel if one.sectors == (sector.id,) and one.use == "contact"]
        names = [f"{channel_text(one.name_khz)} {one.band}" for one in here]
        table.add_row(sector.id, *names[:2], ", ".join(names[2:]))
    console.print(table)
    proven = (
        "proven: no plan takes fewer"
        if answer.gap == 0.0
        else f"at least {answer.at_least}, gap {answer.gap:.1%}"
    )
    console.print(Text(f"{answer.names} names ({proven}; {answer.solver}).", "bold"))
    console.print(
        f"By hand: {by_hand} names, {its_report.heading}, {len(its_report.findings)} finding(s)."
        f" Proposed: {report.heading}, {len(report.findings)} finding(s)."
    )
    for one in report.findings[:10]:
        console.print(Text(f"{one.check}. {one.message}", "yellow"), soft_wrap=True)
    console.print("Screening, not an assignment: the national authority assigns.")


def _write(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    return str(path)
