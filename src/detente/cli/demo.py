"""`detente demo`: see two parties keep apart: a week of real fire traffic, or a synthetic day of two coalitions."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import json
import shutil
import signal
import tempfile
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from detente.errors import OperatorError

_INSIDE_TRAFFIC = Path("data/samples/firefighting/calfire.json.gz")
_FETCHED = Path(".demo-data/traffic")
CITATION = (
    "Traffic: `traffic` 2.13, X. Olive, MIT (doi 10.21105/joss.01518); positions originally collected by the "
    "OpenSky Network, Schäfer et al., IPSN 2014."
)
ENCOUNTERS_SHOWN = 30
SCENARIOS = ("fires-2020", "syria-2015")


def demo(
    scenario: Annotated[str, typer.Argument(help="Which rehearsal to play.")] = "fires-2020",
    out: Annotated[Path, typer.Option(help="Where results go; replaced if it is there.")] = Path("demo-out"),
    recording: Annotated[
        Path | None, typer.Option(help="The recorded traffic, if it lies elsewhere.")
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", envvar="KEEP", help="Leave both consoles up afterwards, until Ctrl-C.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print summary.json instead of tables.")] = False,
) -> None:
    """Two nodes and a record that anybody can verify: a week of real fire traffic, or a day of two coalitions.

    fires-2020 has real traffic and a cut line; syria-2015 is synthetic, and has every part of its memorandum.
    """
    if scenario not in SCENARIOS:
        raise OperatorError(
            "no_scenario", f"There is no rehearsal {scenario!r}.", cure=f"Play: {' or '.join(SCENARIOS)}."
        )
    if scenario == "syria-2015" and recording is not None:
        raise OperatorError(
            "usage", "syria-2015 makes its own traffic from a seed.", cure="Leave out --recording."
        )
    console = Console(highlight=False, stderr=as_json)
    found = _find(recording) if scenario == "fires-2020" else None
    _make_way(out)
    with tempfile.TemporaryDirectory(prefix="detente-demo-", ignore_cleanup_errors=True) as folder:
        _run(found, out, console, folder=Path(folder), keep=keep, as_json=as_json)


def _run(
    recording: Path | None, out: Path, console: Console, *, folder: Path, keep: bool, as_json: bool
) -> None:
    """The week on a recording or, without one, the synthetic day; then what is left of it, and the consoles."""
    # Imported here, since drawing takes longer to load than most commands to run.
    from detente.cli.demo_consoles import DemoConsoles
    from detente.exercise import demo as week
    from detente.exercise import encore, fires, syria, syria_terms

    parties = syria_terms.PARTIES if recording is None else fires.PARTIES
    consoles = DemoConsoles(parties, out=out, console=console)
    if recording is None:
        result = asyncio.run(syria.play(out, console, consoles=consoles, folder=folder))
    else:
        result = asyncio.run(week.play(recording, out, console, consoles=consoles, folder=folder))
    (out / "demo.png").write_bytes(result.picture)
    (out / "summary.json").write_text(json.dumps(result.summary, indent=2) + "\n")
    if as_json:
        print(json.dumps(result.summary, indent=2))
    elif recording is not None:
        _show(console, result.summary, out)
    else:
        _show_where(console, result.summary, out)
    consoles.sum_up()
    if keep:
        consoles.tell()
        console.print("Both nodes go on, and wait for you. [bold]Ctrl-C[/] ends them.", soft_wrap=True)
        asyncio.run(_until_told(encore.stay(result.left, result.encore, consoles)))
    if not result.summary["record_verified"]:
        raise typer.Exit(1)


async def _until_told(staying: Coroutine[Any, Any, None]) -> None:
    """Until Ctrl-C or SIGTERM, also where whoever started us has these ignored; both nodes end with it."""
    task = asyncio.create_task(staying)
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await task


def _make_way(out: Path) -> None:
    """Only a folder that an earlier demo made is replaced."""
    if out.exists() and any(out.iterdir()):
        if not (out / "summary.json").exists() and not (out / "record").exists():
            raise OperatorError(
                "folder_exists",
                f"{out} holds something that no demo made.",
                cure="Name another: --out FOLDER",
            )
        shutil.rmtree(out)
    out.mkdir(parents=True, exist_ok=True)


def _find(recording: Path | None) -> Path:
    """The recording where it was named, where `make demo` puts it, or inside an installed `traffic`."""
    candidates = [recording] if recording is not None else [_FETCHED / _INSIDE_TRAFFIC]
    spec = importlib.util.find_spec("traffic") if recording is None else None
    if spec is not None and spec.submodule_search_locations:
        candidates.append(Path(spec.submodule_search_locations[0]) / _INSIDE_TRAFFIC)
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    raise OperatorError(
        "no_recording",
        f"The recorded traffic is not at {candidates[0]}.",
        cure="make demo fetches it; or: pip install --no-deps --target .demo-data traffic==2.13",
    )


def _show_where(console: Console, summary: Mapping[str, Any], out: Path) -> None:
    """The story was told; this is where it lies."""
    console.print()
    for line in (
        f"The picture: {out / 'demo.png'}. Every step with its clock: {out / 'summary.json'}."
        f" Frequency cards: {out / 'cards'}.",
        f"Try to break the record: change any byte in {out / 'record'}, then detente record verify {out / 'record'}",
        f"{summary['seconds']:.0f} s. [yellow]{summary['note']}[/]",
    ):
        console.print(line, soft_wrap=True)


def _show(console: Console, summary: Mapping[str, Any], out: Path) -> None:
    table = Table(
        title="Encounters under 1 NM and 500 ft, between aircraft of different agencies", box=box.SIMPLE_HEAD
    )
    for heading in ("time (UTC)", "aircraft", "miss", "place", "announced"):
        table.add_column(heading, no_wrap=True)
    for one in summary["encounters"][:ENCOUNTERS_SHOWN]:
        table.add_row(
            one["time_utc"][5:-1].replace("T", " "),
            f"{one['a_call_sign']} {one['b_call_sign']}",
            f"{one['miss_nm']:.2f} NM {one['miss_ft']:3d} ft",
            f"{one['lat']:.3f} {one['lon']:.3f}",
            "yes" if one["announced"] else "no",
        )
    console.print(table)
    if len(summary["encounters"]) > ENCOUNTERS_SHOWN:
        console.print(f"... and {len(summary['encounters']) - ENCOUNTERS_SHOWN} more in summary.json")
    cut = summary["link_cuts"][0]
    verdict = "[bold green]VERIFIED[/]" if summary["record_verified"] else "[bold red]NOT VERIFIED[/]"
    alerts = " and ".join(f"{count} by {party}" for party, count in summary["alerts"].items())
    for line in (
        f"[bold]{summary['notices']}[/] notices sent; [bold]{summary['conflicts']}[/] conflicts found ahead of time.",
        f"[bold]{len(summary['encounters'])}[/] encounters; both nodes "
        f"{'agree on every one' if summary['encounters_agree'] else '[bold red]DISAGREE[/]'}.",
        f"[bold]{summary['announced']}[/] of them lay in a conflict stated before. In hindsight: the notices are"
        " drawn from where the aircraft flew.",
        f"Alerts raised and cleared: {alerts}; more than encounters, since a predicted one may pass wider.",
        f"[bold]{summary['messages']}[/] messages, [bold]{summary['receipts']}[/] receipted by the other side.",
        f"The line was cut at {cut['cut_utc']} with {cut['waited_unreceipted']} statements waiting, healed at"
        f" {cut['healed_utc']}, all receipted by {cut['all_receipted_utc']}.",
        f"Record {verdict} offline. Try to break it: change any byte in {out / 'record'}, then"
        f" detente record verify {out / 'record'}",
        f"{summary['seconds']:.0f} s. See {out / 'demo.png'} and {out / 'summary.json'}.",
        f"[dim]{CITATION}[/]",
    ):
        console.print(line, soft_wrap=True)
