"""`detente incident bundle`, `verify` and `statistics`: read from the record itself, whether or not the node runs."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from detente.adapters.evidence import read_folder, write_folder
from detente.adapters.home import open_home
from detente.adapters.incident_record import open_incident_record
from detente.adapters.voice_files import VoiceFiles
from detente.errors import OperatorError
from detente.incidents.bundle_verify import BundleVerdict, verify_bundle
from detente.incidents.statistics import Statistics, json_of, statistics_of
from detente.incidents.statistics_page import statistics_page
from detente.incidents.table import csv_of
from detente.quantities import Digest, UtcMs, parse_utc_text

_PROBLEMS_SHOWN = 30


def bundle(
    home: Annotated[Path, typer.Argument(help="The party's home; its node may be running.")],
    number: Annotated[str, typer.Argument(help="The number of the incident; any that leads to it.")],
    folder: Annotated[Path, typer.Argument(help="A folder that does not exist yet.")],
    attachments: Annotated[
        list[Path] | None,
        typer.Option(
            help="A folder in which the other side's attachments lie; found by hash. May be repeated."
        ),
    ] = None,
    voice: Annotated[bool, typer.Option(help="Take along the recordings that its entries state.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Plain JSON.")] = False,
) -> None:
    """Write the evidence of one incident as files that anybody can check offline."""
    opened = open_home(home)
    with open_incident_record(opened) as record:
        made = record.bundled(
            number,
            [opened.attachments_folder, *(attachments or [])],
            VoiceFiles(opened.voice_folder) if voice else None,
        )
    write_folder(folder, made.files)
    missing = [
        {"party": party, "name": one.name, "sha256": one.sha256, "length": one.length}
        for party, one in made.missing
    ]
    if as_json:
        told = {
            "number": made.number,
            "files": len(made.files),
            "left_out": list(made.left_out),
            "missing": missing,
            "unheard": [{"party": party, "sha256": one.sha256} for party, one in made.unheard],
        }
        print(json.dumps(told, indent=2))
        return
    console = Console(highlight=False)
    console.print(Text(f"{made.number}: {len(made.files)} files in {folder}; read {folder}/summary.html."))
    for ref in made.left_out:
        text = f"! {ref} is left out: nobody has cosigned it, or it is not held here."
        console.print(Text(text, style="yellow"), soft_wrap=True)
    for one in missing:
        text = (
            f"! MISSING: {one['name']} of {one['party']}. With --attachments FOLDER it is found by its hash."
        )
        console.print(Text(text, style="yellow"), soft_wrap=True)
    if made.unheard:
        text = f"! {len(made.unheard)} recordings that its entries state are not in it: not kept here, or left out."
        console.print(Text(text, style="yellow"), soft_wrap=True)
    console.print(Text(f"Check it: detente incident verify {folder}"), soft_wrap=True)


def verify(
    folder: Annotated[Path, typer.Argument(help="A bundle.")],
    identity: Annotated[
        str | None, typer.Option(help="The identity in force that you know from elsewhere.")
    ] = None,
    summary: Annotated[
        Path | None, typer.Option(help="Write the summary anew, from the entries alone, into this HTML file.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Plain JSON.")] = False,
) -> None:
    """Check every byte and signature of a bundle, offline. Exit 1 names what fails."""
    verdict = verify_bundle(read_folder(folder), identity=Digest(identity) if identity is not None else None)
    if summary is not None and verdict.summary is not None:
        _write(summary, verdict.summary)
    if as_json:
        print(json.dumps(_as_json(verdict), indent=2))
    else:
        _show(verdict, folder)
    if not verdict.ok:
        raise typer.Exit(1)


def statistics(
    home: Annotated[Path, typer.Argument(help="The party's home; its node may be running.")],
    from_: Annotated[
        str | None, typer.Option("--from", help="From when on, ISO 8601 with a zone; else all.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(help="Before when; else what both hold by now. Give it where both compare.")
    ] = None,
    with_: Annotated[
        list[str] | None, typer.Option("--with", help="Only what was said with this party. May be repeated.")
    ] = None,
    csv: Annotated[Path | None, typer.Option(help="Write a table for a spreadsheet.")] = None,
    page: Annotated[Path | None, typer.Option(help="Write one HTML file for people.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Plain JSON; both parties get the same bytes.")
    ] = False,
) -> None:
    """Count incidents, statements and alerts for the working group: by article and category, and in time."""
    with open_incident_record(open_home(home)) as record:
        counted = record.counted(with_ or [])
    terms = counted.agreement.memorandum
    since_ms = UtcMs(counted.oldest_ms // 1000 * 1000) if from_ is None else _time_of(from_)
    until_ms = UtcMs(counted.newest_ms // 1000 * 1000 + 1000) if until is None else _time_of(until)
    count = statistics_of(
        counted.register,
        terms,
        identity=counted.agreement.identity,
        parties=counted.parties,
        from_ms=since_ms,
        until_ms=until_ms,
    )
    files = ((csv, csv_of(count)), (page, statistics_page(count)))
    for file, content in files:
        if file is not None:
            _write(file, content)
    if as_json:
        print(json_of(count).decode(), end="")
        return
    written = [str(file) for file, _ in files if file is not None]
    _tell(count, written)


def _time_of(text: str) -> UtcMs:
    try:
        return parse_utc_text(text)
    except (ValueError, OverflowError) as why:
        raise OperatorError(
            "bad_time", f"{text[:40]!r} is no time.", cure="Write it with a zone: 2030-01-01T00:00:00Z."
        ) from why


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as why:
        raise OperatorError(
            "file", f"{file} cannot be written: {why.strerror}.", cure="Name another file."
        ) from why


def _tell(count: Statistics, written: list[str]) -> None:
    console = Console(highlight=False)
    console.print(
        Text(f"{', '.join(count.parties)} under {count.memorandum}, {count.from_utc} to {count.until_utc}")
    )
    text = f"{count.incidents} incidents out of {count.reports} reports: {count.open} open, {count.closed} closed."
    console.print(Text(text))
    for one in count.by_category:
        if one.incidents:
            console.print(Text(f"  {one.category.replace('_', ' ')}: {one.incidents}"))
    for alert in count.alerts:
        if alert.raised:
            text = f"  alerts of {alert.by} to {alert.to}: {alert.raised}, in time {alert.answered},"
            console.print(Text(f"{text} late {alert.answered_late}, never answered {alert.overdue}"))
    for trigger in count.triggers:
        text = f"! {trigger.trigger.replace('_', ' ')}: the working group meets until {trigger.meet_by_utc}."
        console.print(Text(text, style="bold red"))
    for name in written:
        console.print(Text(f"Written: {name}"))
    console.print(Text(f"SHA-256 of its JSON, to compare: {hashlib.sha256(json_of(count)).hexdigest()}"))


def _show(verdict: BundleVerdict, folder: Path) -> None:
    console = Console(highlight=False)
    for party, one in verdict.missing:
        text = f"MISSING: the attachment {one.name} of {party}, {one.length} bytes, SHA-256 {one.sha256}."
        console.print(Text(text, style="yellow"), soft_wrap=True)
    if (speech := verdict.recordings) is not None and speech.stated:
        text = f"voice: {speech.stated} transmissions stated, {speech.held} recordings here match,"
        console.print(Text(f"{text} {speech.lacking} are not here"), soft_wrap=True)
    if verdict.ok:
        text = f"VERIFIED: the {len(verdict.statements)} entries in {folder} are what the parties signed"
        console.print(Text(text, style="bold green"), soft_wrap=True)
        console.print(
            Text(f"of {verdict.number} under {verdict.memorandum}, identity {verdict.identity}."),
            soft_wrap=True,
        )
        console.print(
            Text("Compare that identity with one you know from elsewhere. Each side's words are claims.")
        )
        return
    if verdict.is_only_summary:
        text = "The entries are what the parties signed; only the summary is not what they give."
        console.print(Text(text, style="yellow"), soft_wrap=True)
        console.print(Text(f"Write it anew: detente incident verify {folder} --summary FILE"), soft_wrap=True)
    console.print(Text(f"NOT VERIFIED: {len(verdict.problems)} problem(s) in {folder}:", style="bold red"))
    for problem in verdict.problems[:_PROBLEMS_SHOWN]:
        entry = f" entry {problem.seq}" if problem.seq is not None else ""
        console.print(Text(f"  {problem.where}{entry}: {problem.code}: {problem.message}"), soft_wrap=True)


def _as_json(verdict: BundleVerdict) -> dict[str, object]:
    return {
        "verified": verdict.ok,
        "number": verdict.number,
        "memorandum": verdict.memorandum,
        "identity": verdict.identity,
        "entries": len(verdict.statements),
        "missing": [
            {"party": party, "name": one.name, "sha256": one.sha256, "length": one.length}
            for party, one in verdict.missing
        ],
        "recordings": None
        if (speech := verdict.recordings) is None
        else {"stated": speech.stated, "held": speech.held, "lacking": speech.lacking},
        "problems": [
            {"where": one.where, "entry": one.seq, "code": one.code, "message": one.message}
            for one in verdict.problems
        ],
    }
