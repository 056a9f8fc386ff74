"""Commands of the radio log: a call that was made on a frequency, and how old the proof of each channel is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from detente.adapters.home import open_home
from detente.cli.ordering import give_order
from detente.errors import OperatorError

app = typer.Typer(help="Calls on real radio, logged by hand.", no_args_is_help=True)

HomeArgument = Annotated[Path, typer.Argument(help="The party's home folder; its node must run.")]
AsJson = Annotated[bool, typer.Option("--json", help="Plain JSON for programs.")]


@app.command("log")
def log_call(
    home: HomeArgument,
    channel: Annotated[str, typer.Option(help="The channel, as 123.975 or 123975.")],
    called: Annotated[str, typer.Option(help="Who was called: a post, or PARTY/class.")],
    readability: Annotated[
        int, typer.Option(help="How the answer was read, 1 to 5; 0: nobody answered.")
    ] = 0,
    caller: Annotated[str | None, typer.Option(help="Who called; our air desk where left out.")] = None,
    at: Annotated[str, typer.Option(help="now, or a time with a zone.")] = "now",
    as_json: AsJson = False,
) -> None:
    """Log a call that was made; it stays in our own logbook."""
    told = give_order(
        open_home(home),
        "log_call",
        channel_khz=_khz(channel),
        called=called,
        readability=readability,
        caller=caller,
        at=at,
    )
    print(json.dumps(told, indent=2) if as_json else told["message"])


@app.command()
def show(
    home: HomeArgument,
    count: Annotated[int, typer.Option(min=1, max=500, help="How many calls.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Show the newest calls, and since when each channel is proven."""
    told = give_order(open_home(home), "calls", count=count)
    if as_json:
        print(json.dumps(told, indent=2))
        return
    console = Console(highlight=False)
    calls = Table("logged", "call")
    for row in told["calls"]:
        calls.add_row(row["logged_utc"], escape(row["text"]))
    console.print(calls)
    proofs = Table("channel", "proof", "newest check", "age, days")
    for row in told["proofs"]:
        age = "" if row["age_days"] is None else str(row["age_days"])
        proofs.add_row(f"{row['channel_khz'] / 1000:.3f}", row["state"], row["newest_utc"] or "", age)
    console.print(proofs)


def _khz(text: str) -> int:
    try:
        return round(float(text) * 1000) if "." in text else int(text)
    except (ValueError, OverflowError) as why:
        raise OperatorError(
            "bad_channel", f"{text[:20]!r} is no channel.", cure="Write it as 123.975 or 123975."
        ) from why
