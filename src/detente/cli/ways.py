"""`detente notices propose|accept|refuse`: ways out of a conflict, looked for here, said by the running node."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from detente.adapters.home import Home, now_for, open_home, read_agreement, read_settings
from detente.cli.notices_held import HomeArgument, held
from detente.cli.ordering import give_order
from detente.errors import OperatorError
from detente.memorandum.model import Memorandum
from detente.runtime.offers import offers_of


def propose(
    home: HomeArgument,
    ref: Annotated[str, typer.Argument(help="A notice in conflict, or the CON: PARTY#number.")],
    send: Annotated[
        int | None, typer.Option(help="Propose this one, by its number in the list, to the other side.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Send without the question.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object for programs.")] = False,
) -> None:
    """Ways out of a notice's conflicts, for each side, cheapest first; with --send N, propose one.

    Each clears every conflict of the notice that it changes, is admitted, and meets no new boundary or special area.
    Cost is in minutes of delay: 1 a minute, 10 for 1,000 ft, 4 for a nautical mile. Exit code 1: no way out.
    """
    opened, console = open_home(home), Console(highlight=False)
    with Console(stderr=True).status("looking for ways out"):
        told = held(opened, ref)
        found = offers_of(told, _terms(opened, told["identity"]))
    if send is None:
        if as_json:
            print(json.dumps(found, indent=2))
        else:
            _show(console, found)
        raise typer.Exit(1 if found["conflicts"] and not found["offers"] else 0)
    if not 1 <= send <= len(found["offers"]):
        raise OperatorError(
            "no_such_offer",
            f"There is no way out number {send}; there are {len(found['offers'])}.",
            cure=f"Look first: detente notices propose {home} {ref}",
        )
    offer = found["offers"][send - 1]
    Console(highlight=False, stderr=as_json).print(
        Text(f"For {offer['notice']}: {offer['in_words']}"), soft_wrap=True
    )
    if not yes and not (sys.stdin.isatty() and typer.confirm("Propose it?")):
        raise OperatorError(
            "not_confirmed", "Nothing was said.", cure="Run it again and confirm, or add --yes."
        )
    _tell(give_order(opened, "propose", ref=offer["notice"], change=offer["change"]), as_json=as_json)


def accept(
    home: HomeArgument,
    ref: Annotated[str, typer.Argument(help="The proposal: PARTY#number.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object for programs.")] = False,
) -> None:
    """Accept a proposal. The notice's author amends it: its node does so at once."""
    _tell(give_order(open_home(home), "accept", ref=ref), as_json=as_json)


def refuse(
    home: HomeArgument,
    ref: Annotated[str, typer.Argument(help="The proposal or the CON: PARTY#number.")],
    reason: Annotated[str, typer.Option(help="A reason code.")] = "unable",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object for programs.")] = False,
) -> None:
    """Say that a proposal cannot be taken, or that there is no way out of a conflict on our side."""
    _tell(give_order(open_home(home), "refuse", ref=ref, reason=reason), as_json=as_json)


def _terms(home: Home, identity: str) -> Memorandum:
    settings = read_settings(home)
    agreement = read_agreement(home, settings, now_ms=now_for(settings))
    if agreement.identity != identity:
        raise OperatorError(
            "other_memorandum",
            "The node runs under another memorandum than the one in its home.",
            cure="Start the node again.",
        )
    return agreement.memorandum


def _show(console: Console, found: dict[str, Any]) -> None:
    for one, other in found["not_checked"]:
        console.print(Text(f"NOT CHECKED: {one} and {other}: only airmanship was agreed", "bold yellow"))
    if not found["conflicts"]:
        console.print(f"{found['notice']} is in no conflict that has figures.")
        return
    if found["offers"]:
        console.print(_table(found["offers"]))
    else:
        console.print(Text("NO WAY OUT was found that clears every conflict of a notice.", "bold red"))
    for row in found["none"]:
        text = f"{row['notice']}: none {row['direction'].replace('_', ' ')}: {row['message']}"
        console.print(Text(text, style="dim" if found["offers"] else ""), soft_wrap=True)


def _table(offers: Sequence[dict[str, Any]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    for heading in ("no.", "notice", "change", "cost", "stamp", "clears"):
        table.add_column(heading, overflow="fold")
    for row in offers:
        cells = (
            str(row["number"]),
            row["notice"],
            row["in_words"],
            str(row["cost"]),
            row["stamp"],
            ", ".join(row["clears"]),
        )
        table.add_row(*map(Text, cells))
    return table


def _tell(told: dict[str, Any], *, as_json: bool) -> None:
    told.pop("ok")
    print(json.dumps(told, indent=2) if as_json else f"{told['message']} It is {told['ref']}.")


COMMANDS: Mapping[str, Callable[..., None]] = {"propose": propose, "accept": accept, "refuse": refuse}
