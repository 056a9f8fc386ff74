"""Commands about the record: write it out as evidence, and verify such evidence offline."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from detente.adapters.evidence import evidence_of, read_folder, write_folder
from detente.adapters.home import open_home
from detente.errors import OperatorError
from detente.incidents.bundle import INCIDENT
from detente.line.evidence import Evidence, verify_evidence
from detente.line.wording import IN_WORDS
from detente.quantities import Digest, utc_text

app = typer.Typer(help="The record: export it as evidence, verify it offline.", no_args_is_help=True)

PROBLEMS_SHOWN = 30


@app.command()
def export(
    home: Annotated[Path, typer.Argument(help="The party's home; its node may be running.")],
    folder: Annotated[Path, typer.Argument(help="A folder that does not exist yet.")],
    voice: Annotated[bool, typer.Option(help="Take along the recordings that a VOX names.")] = True,
) -> None:
    """Write all journals, cards, receipts, recordings and the memorandum as files that anybody can check."""
    files = evidence_of(open_home(home), with_voice=voice)
    write_folder(folder, files)
    size = sum(len(content) for content in files.values())
    print(f"{len(files)} files, {size / 1e6:.1f} MB in {folder}. Check it: detente record verify {folder}")


@app.command()
def verify(
    folder: Annotated[Path, typer.Argument(help="An export.")],
    identity: Annotated[
        str | None, typer.Option(help="The identity in force that you know from elsewhere.")
    ] = None,
    show: Annotated[bool, typer.Option("--show", help="List every statement in the joint order.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Plain JSON.")] = False,
) -> None:
    """Check every byte and signature of an export, offline. Exit 1 names what fails, entry by entry."""
    files = read_folder(folder)
    if INCIDENT in files:
        raise OperatorError(
            "a_bundle",
            f"{folder} is the bundle of one incident, not an export of the record.",
            cure=f"Check it with: detente incident verify {folder}",
        )
    evidence = verify_evidence(files, identity=Digest(identity) if identity is not None else None)
    if as_json:
        print(json.dumps(_as_json(evidence), indent=2))
    else:
        _show(evidence, folder, with_statements=show)
    if not evidence.ok:
        raise typer.Exit(1)


def _show(evidence: Evidence, folder: Path, *, with_statements: bool) -> None:
    console = Console(highlight=False)
    if with_statements:
        table = Table("sent (claimed)", "entry", "code", "in words", "precedence", box=box.SIMPLE_HEAD)
        for one in evidence.statements:
            table.add_row(
                utc_text(one.sent_ms // 1000 * 1000),
                escape(f"{one.origin.partition('/')[0]}#{one.seq}"),
                escape(one.code),
                IN_WORDS.get(one.code, "?"),
                one.precedence,
            )
        console.print(table)
    for origin, size in evidence.sizes.items():
        console.print(f"{escape(origin)}: {size} entries", soft_wrap=True)
    if (voice := evidence.recordings) is not None and voice.stated:
        console.print(
            f"voice: {voice.stated} transmissions stated, {voice.held} recordings here match,"
            f" {voice.lacking} are not here"
        )
    if evidence.ok:
        console.print(
            f"[bold green]VERIFIED[/]: {folder} is what the parties signed, under {evidence.memorandum},"
            f" identity {evidence.identity}.",
            soft_wrap=True,
        )
        console.print(
            "Compare that identity with one you know from elsewhere; the export cannot vouch for itself.",
            soft_wrap=True,
        )
        return
    console.print(
        f"[bold red]NOT VERIFIED[/]: {len(evidence.problems)} problem(s) in {folder}:", soft_wrap=True
    )
    for problem in evidence.problems[:PROBLEMS_SHOWN]:
        entry = f" entry {problem.seq}" if problem.seq is not None else ""
        text = f"  {problem.where}{entry}: {problem.code}: {problem.message}"
        console.print(text, soft_wrap=True, markup=False)
    if len(evidence.problems) > PROBLEMS_SHOWN:
        console.print(f"  ... and {len(evidence.problems) - PROBLEMS_SHOWN} more (--json lists all).")


def _as_json(evidence: Evidence) -> dict[str, object]:
    return {
        "verified": evidence.ok,
        "memorandum": evidence.memorandum,
        "identity": evidence.identity,
        "journals": dict(evidence.sizes),
        "recordings": None
        if (voice := evidence.recordings) is None
        else {"stated": voice.stated, "held": voice.held, "lacking": voice.lacking},
        "statements_by_code": dict(sorted(Counter(one.code for one in evidence.statements).items())),
        "problems": [
            {"where": one.where, "entry": one.seq, "code": one.code, "message": one.message}
            for one in evidence.problems
        ],
    }
