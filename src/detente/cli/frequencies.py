"""`detente frequencies check|at`: whether a plan of frequencies lets everybody talk, and what to call at a place."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from detente.cli import frequencies_plan, frequencies_published
from detente.cli.frequencies_source import Source, source_of
from detente.errors import OperatorError
from detente.frequencies.check import Report
from detente.frequencies.check import check as check_plan
from detente.frequencies.finding import CHECKS
from detente.frequencies.where import Here, ToCall, where
from detente.line.figures import channel_text, minute_of
from detente.line.radio_words import call_text, channel_in_words, proof_text
from detente.node.views_radio import here_row

app = typer.Typer(
    help="The plan of frequencies: check, at, propose, card, published.",
    no_args_is_help=True,
)

NEGATIVE_NUMBERS = {"ignore_unknown_options": True}
"""A longitude such as -121.4 is no option."""

Plan = Annotated[
    str, typer.Argument(help="A memorandum, a template, or a home whose node runs (with its radio checks).")
]
AsJson = Annotated[bool, typer.Option("--json", help="Plain JSON for programs.")]

_STYLES = {"INVALID": "bold red", "UNTESTED": "bold yellow", "PROVEN": "bold green"}
_SHOWN = 40


@app.command()
def check(plan: Plan, as_json: AsJson = False) -> None:
    """Every numbered check of a plan, each finding with sector, pair and cure. Exit 1 where there is any.

    What is INVALID cannot be signed. The rest is screening: the national authority assigns.
    """
    source = source_of(plan)
    report = check_plan(
        source.memorandum,
        proofs=source.proofs,
        changes=source.changes,
        noticed=source.noticed,
        now_ms=source.now_ms,
    )
    if as_json:
        print(json.dumps(_report_row(source, report), indent=2))
    else:
        _show_report(Console(highlight=False), source, report)
    if report.findings:
        raise typer.Exit(1)


@app.command(context_settings=NEGATIVE_NUMBERS)
def at(
    lat: Annotated[float, typer.Argument(help="Latitude, degrees.")],
    lon: Annotated[float, typer.Argument(help="Longitude, degrees.")],
    level: Annotated[str, typer.Argument(help='FL250, "1500 AMSL", "500 AGL".')],
    plan: Annotated[
        str, typer.Option("--plan", help="A memorandum, a template, or a home whose node runs.")
    ] = "syria-2015",
    class_: Annotated[
        str | None, typer.Option("--class", help="A class, or PARTY/class; else everybody.")
    ] = None,
    language: Annotated[str, typer.Option(help="For how the channels are said.")] = "en",
    as_json: AsJson = False,
) -> None:
    """Where am I, what do I call: primary, secondary, guard; who listens; proven when; which stations hear me."""
    source = source_of(plan)
    found = where(
        source.plan,
        lat_deg=lat,
        lon_deg=lon,
        level=level,
        user=class_,
        proofs=source.proofs or {},
        now_ms=source.now_ms,
    )
    if as_json:
        print(json.dumps([here_row(one, language) for one in found], indent=2))
    elif found:
        for one in found:
            _show_here(Console(highlight=False), one, language)
    if not found:
        raise OperatorError(
            "no_sector",
            f"{lat} {lon} at {level} lies in no sector of {source.memorandum.memorandum.id}.",
            cure=f"Call on guard: {', '.join(channel_text(one) for one in source.memorandum.frequencies.guard)}.",
        )


def _report_row(source: Source, report: Report) -> dict[str, Any]:
    return {
        "memorandum": source.memorandum.memorandum.id,
        "identity": source.identity,
        "heading": report.heading,
        "is_valid": report.is_valid,
        "proofs_asked": source.proofs is not None,
        "note": "Screening, not an assignment: the national authority assigns.",
        "findings": [
            {
                "check": one.check,
                "gravity": one.gravity,
                "sector": one.sector or None,
                "pair": list(one.pair),
                "path": one.path,
                "message": one.message,
                "cure": one.cure,
            }
            for one in report.findings
        ],
    }


def _show_report(console: Console, source: Source, report: Report) -> None:
    title = f"{source.memorandum.memorandum.id}: {report.heading}"
    console.print(Text(title, _STYLES[report.heading]))
    if source.proofs is None:
        console.print("Radio checks were not asked: name a home whose node runs to see what is proven.")
    for one in report.findings[:_SHOWN]:
        colour = "red" if one.gravity == "invalid" else "yellow"
        console.print(Text.assemble((f"{one.check}. ", colour), one.message), soft_wrap=True)
        console.print(Text(f"   {one.path}: {one.cure}", "green"), soft_wrap=True)
    if len(report.findings) > _SHOWN:
        console.print(f"and {len(report.findings) - _SHOWN} more: --json has all of them")
    counts: dict[int, int] = {}
    for one in report.findings:
        counts[one.check] = counts.get(one.check, 0) + 1
    table = Table(box=box.SIMPLE_HEAD)
    for heading in ("no.", "check", "findings"):
        table.add_column(heading)
    for number, name in CHECKS.items():
        if number == 8 and source.proofs is None:
            table.add_row(str(number), name, Text("not asked", "dim"))
        elif number != 10:
            count = counts.get(number, 0)
            table.add_row(
                str(number), name, Text(str(count) if count else "none", "bold" if count else "green")
            )
    console.print(table)
    console.print("Screening, not an assignment: the national authority assigns.")


def _show_here(console: Console, here: Here, language: str) -> None:
    console.print(Text(f"{here.sector}, {here.lower} to {here.upper}", "bold"))
    table = Table(box=box.SIMPLE_HEAD)
    for heading in ("use", "channel", "say", "listens", "note"):
        table.add_column(heading, overflow="fold")
    for call in here.calls:
        table.add_row(
            call_text(call.role, language),
            Text(channel_text(call.channel.name_khz), "bold" if call.tunable else "dim"),
            channel_in_words(call.channel.name_khz, call.channel.band, language),
            ", ".join(call.listens) or "nobody",
            "; ".join(_notes(call)),
        )
    console.print(table)
    for pair in here.pairs:
        words = proof_text(pair.state, language)
        when = "" if pair.proof is None else f", {minute_of(pair.proof.at_ms)}, {pair.age_days:.1f} days ago"
        console.print(Text(f"{' and '.join(pair.pair)}: {words}{when}"))
    for station in here.stations:
        word = "hears you" if station.is_heard else "DOES NOT HEAR YOU"
        console.print(
            Text(
                f"{station.station} ({station.post}): {station.distance_nm} NM away, reaches {station.reach_nm} NM at"
                f" this level over a smooth Earth: {word}",
                "" if station.is_heard else "bold red",
            )
        )


def _notes(call: ToCall) -> list[str]:
    notes = []
    if not call.tunable:
        notes.append("you cannot tune it")
    elif not call.monitored:
        notes.append("you do not monitor it")
    if call.is_out:
        instead = "guard" if call.fall_back_khz is None else channel_text(call.fall_back_khz)
        notes.append(f"OUT OF USE: call on {instead}")
    if call.watch_too_khz is not None:
        notes.append(f"watch {channel_text(call.watch_too_khz)} too")
    if call.channel.tone_hz is not None:
        notes.append(f"tone {call.channel.tone_hz} Hz")
    return notes


app.command()(frequencies_plan.propose)
app.command()(frequencies_plan.card)
app.command()(frequencies_published.published)
