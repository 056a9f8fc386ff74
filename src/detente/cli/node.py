"""Commands about one party's node: make its home, pair it, run it, ask it, examine it."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from detente.adapters.home import make_home, open_home
from detente.adapters.postgres_url import parse_postgres_url
from detente.adapters.system import SystemEntropy
from detente.cli.doctor import examine
from detente.cli.ordering import give_order
from detente.cli.pairing import next_step
from detente.cli.serve import run_node
from detente.errors import OperatorError
from detente.quantities import minute_text

HomeArgument = Annotated[Path, typer.Argument(help="The party's home folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="Plain JSON instead of a table.")]
CERTIFICATE_DAYS = 730


def init(
    home: HomeArgument,
    party: Annotated[str, typer.Option(help="The party's name, as the memorandum will spell it.")],
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port of the link.")] = 7600,
    store: Annotated[
        str | None, typer.Option(help="postgresql://USER@HOST:PORT/DATABASE instead of a SQLite file.")
    ] = None,
) -> None:
    """Make a party's home: keys, certificate, card and settings."""
    now = datetime.now(UTC)
    address = parse_postgres_url(store) if store is not None else None
    if address is not None and address.has_password_in_url:
        raise OperatorError(
            "store_url",
            "A password does not belong on the command line: others on this machine can read it.",
            cure=f"Leave it out of the URL, and write it into {home / 'keys' / 'store.password'} afterwards.",
        )
    made = make_home(
        home,
        party=party,
        listen_host=host,
        listen_port=port,
        entropy=SystemEntropy(),
        valid_from=now - timedelta(days=1),
        valid_until=now + timedelta(days=CERTIFICATE_DAYS),
        store=store,
    )
    print(f"{party} has a home in {made.folder}.")
    print(f"Its record is kept in {made.store_file if address is None else f'PostgreSQL, {address}'}.")
    print(f"Keys are in {made.folder / 'keys'}, readable by you alone. Keep a copy of them off this machine.")
    print(f"Next, meet the other party: detente pair {made.folder}")


def pair(
    home: HomeArgument,
    file: Annotated[Path | None, typer.Argument(help="The file that came from the other side.")] = None,
    out: Annotated[Path | None, typer.Option(help="Where to write the file for the other side.")] = None,
    code_is_the_same: Annotated[
        bool, typer.Option("--code-is-the-same", help="The other side read out the same code: pin its card.")
    ] = False,
) -> None:
    """Meet another party: swap cards in files, compare a short code by voice, pin."""
    opened = open_home(home)
    if file is None and code_is_the_same:
        raise OperatorError(
            "no_file", "Which code? No file was given.", cure="Name the file that came from them."
        )
    done = next_step(opened, None if file is None else _read(file))
    if done.reply is not None:
        target = out or Path(f"{done.me.lower()}-{done.reply_name}.pairing.json")
        target.write_bytes(done.reply)
        print(f"Give {target} to the other party, over any channel.")
    if done.code is not None:
        print(f"\n    {done.code}\n")
        print(f"Call {done.peer} on a number you already know and read this code to each other.")
        if not code_is_the_same and not (sys.stdin.isatty() and typer.confirm("Is it the same?")):
            raise OperatorError(
                "not_confirmed",
                "Nothing is pinned: the code was not confirmed.",
                cure="Run the same command with --code-is-the-same once both have read the same code;"
                " if they differ, somebody stands between you: begin again over another channel.",
            )
        done.pin()
        print(f"The card of {done.peer} is pinned.")
    print(done.what_next)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as why:
        raise OperatorError(
            "no_file", f"{file} cannot be read: {why.strerror}.", cure="Check the path."
        ) from why


def run(home: HomeArgument) -> None:
    """Run the node until it is told to stop."""
    asyncio.run(run_node(home))


def stop(home: HomeArgument) -> None:
    """Tell a running node to stop."""
    give_order(open_home(home), "stop")
    print("The node stops.")


def status(home: HomeArgument, as_json: AsJson = False) -> None:
    """Show a running node: warnings first, then the line to each peer, then the counts."""
    now = give_order(open_home(home), "status")
    if as_json:
        print(json.dumps(now, indent=2))
        return
    console = Console(highlight=False)
    console.print(
        f"[bold]{now['party']}[/] under {now['memorandum']} {now['identity'][:12]}   {now['now_utc']}"
    )
    for warning in now["warnings"]:
        console.print(Text(f"! {warning}", style="bold red"), soft_wrap=True)
    for note in now["notes"]:
        console.print(Text(f"! {note}", style="yellow"), soft_wrap=True)
    table = Table("peer", "path", "line", "last good check", "unreceipted", "mirrored", box=box.SIMPLE_HEAD)
    for peer in now["peers"]:
        paths = peer["paths"] or [{"path": "-", "open": None, "last_good_utc": None}]
        for path in paths:
            word = {None: "untested", True: "open", False: "DOWN"}[path["open"]]
            table.add_row(
                escape(peer["party"]),
                escape(path["path"]),
                word,
                path["last_good_utc"] or "never",
                str(peer["unreceipted"]),
                str(peer["mirrored"]),
            )
    console.print(table)
    console.print(
        f"notices {now['notices']} · conflicts {now['conflicts']} · alerts open {now['alerts_open']} · "
        f"owed by us {now['owed_by_us']} · owed to us {now['owed_to_us']}"
    )


def owed(home: HomeArgument, as_json: AsJson = False) -> None:
    """Show what is owed in both directions, the earliest due first."""
    rows = give_order(open_home(home), "owed")["owed"]
    if as_json:
        print(json.dumps(rows, indent=2))
        return
    table = Table(box=box.SIMPLE_HEAD)
    for heading in ("due", "owed by", "act", "for", "entry", "own tracks say"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        due = "-" if row["due_ms"] is None else minute_text(row["due_ms"])
        style = "bold red" if row["is_overdue"] or row["precedence"] == "ALERT" else ""
        table.add_row(
            f"OVERDUE {due}" if row["is_overdue"] else due,
            escape(row["owed_by"]),
            row["act"].replace("_", " "),
            f"{row['in_words']} ({row['precedence']})",
            escape(row["ref"]),
            row["suggestion"] or "-",
            style=style,
        )
    Console(highlight=False).print(table if rows else "Nothing is owed in either direction.")


def answer(
    home: HomeArgument,
    ref: Annotated[str, typer.Argument(help="The entry, as `detente owed` names it: PARTY#number.")],
    say: Annotated[str, typer.Argument(help="yes, no, unknown, approve, unable or standby.")],
    action: Annotated[str, typer.Option(help="What our aircraft does.")] = "none",
) -> None:
    """Answer a query or an alert."""
    print(give_order(open_home(home), "answer", ref=ref, answer=say, action=action)["message"])


def read_back(
    home: HomeArgument,
    ref: Annotated[str, typer.Argument(help="The entry, as `detente owed` names it: PARTY#number.")],
) -> None:
    """Read a notice back: range and bearing from the agreed reference points."""
    print(give_order(open_home(home), "read_back", ref=ref)["message"])


def acknowledge(
    home: HomeArgument,
    ref: Annotated[str, typer.Argument(help="The entry, as `detente owed` names it: PARTY#number.")],
    level: Annotated[str, typer.Option(help="understood, passed or in_effect.")] = "understood",
    passed_to: Annotated[str | None, typer.Option(help="For `passed`: to which post or crew.")] = None,
) -> None:
    """Acknowledge a statement at a level."""
    print(give_order(open_home(home), "acknowledge", ref=ref, level=level, passed_to=passed_to)["message"])


def log(home: HomeArgument, count: int = 20, as_json: AsJson = False) -> None:
    """Show the newest lines of the logbook, which never leaves the node."""
    lines = give_order(open_home(home), "log", count=count)["lines"]
    if as_json:
        print(json.dumps(lines, indent=2))
        return
    for line in lines:
        print(f"{line['at_utc']}  {line['kind']:10}  {line['text']}")


def doctor(home: HomeArgument, as_json: AsJson = False) -> None:
    """Examine a home without a running node: keys, agreement, store, disk; exit 1 where something is wrong."""
    findings = examine(open_home(home))
    if as_json:
        print(json.dumps([finding.as_row() for finding in findings], indent=2))
    else:
        console = Console(highlight=False)
        for finding in findings:
            mark = "[green]good[/]" if finding.is_good else "[bold red]BAD [/]"
            console.print(f"{mark}  {finding.what}: {escape(finding.found)}", soft_wrap=True)
            if finding.cure:
                console.print(f"      [bold]Do this:[/] {escape(finding.cure)}", soft_wrap=True)
    if not all(finding.is_good for finding in findings):
        raise typer.Exit(1)


COMMANDS = (init, pair, run, stop, status, owed, answer, read_back, acknowledge, log, doctor)
