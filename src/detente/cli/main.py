"""`detente`: one command, and every error says what is wrong, with whom, and what to do about it."""

from __future__ import annotations

import sys

import typer
from rich.console import Console
from rich.markup import escape

from detente import __version__
from detente.cli import (
    accounts,
    calls,
    carrying,
    demo,
    encounters,
    encounters_listed,
    encounters_predicted,
    frequencies,
    incident,
    incident_evidence,
    keys,
    line,
    memorandum,
    node,
    notices,
    notices_held,
    record,
    tracks,
    watch,
    ways,
)
from detente.errors import DamageError, DetenteError

app = typer.Typer(
    name="detente",
    help="Keeps aircraft apart when those who fly them share a sky, but no command, server or plans.\n\n"
    "Advice only: it controls no aircraft, is not certified, and is not air traffic control.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
line.app.command("export")(carrying.line_export)
line.app.command("import")(carrying.line_import)
encounters.app.command("list")(encounters_listed.listed)
encounters.app.command("predict")(encounters_predicted.predicted)
for reading in (incident_evidence.bundle, incident_evidence.verify, incident_evidence.statistics):
    incident.app.command()(reading)
for name, command in {**notices_held.COMMANDS, **ways.COMMANDS}.items():
    notices.app.command(name)(command)
app.add_typer(memorandum.app, name="memorandum")
app.add_typer(notices.app, name="notices")
app.add_typer(line.app, name="line")
app.add_typer(frequencies.app, name="frequencies")
app.add_typer(watch.app, name="watch")
app.add_typer(incident.app, name="incident")
app.add_typer(encounters.app, name="encounters")
app.add_typer(keys.app, name="keys")
app.add_typer(accounts.app, name="accounts")
app.add_typer(record.app, name="record")
app.add_typer(tracks.app, name="tracks")
app.add_typer(calls.app, name="calls")
app.command()(demo.demo)
for node_command in node.COMMANDS:
    app.command()(node_command)


@app.command()
def version() -> None:
    """Print the version."""
    print(__version__)


def main() -> None:
    """Run a command; a `DetenteError` becomes one clear message and an exit code by who must act."""
    try:
        app()
    except DetenteError as why:
        console = Console(stderr=True, highlight=False)
        console.print(f"[bold red]{why.code}[/]: {escape(why.message)}", soft_wrap=True)
        if why.cure:
            console.print(f"[bold]Do this:[/] {escape(why.cure)}", soft_wrap=True)
        sys.exit(1 if isinstance(why, DamageError) else 2)
