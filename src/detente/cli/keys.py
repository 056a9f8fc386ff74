"""`detente keys`: new working keys by a journaled statement; no memorandum is signed anew."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from detente.adapters.home import open_home, read_keys
from detente.adapters.system import SystemEntropy
from detente.cli.key_change import prepare
from detente.cli.ordering import give_order

app = typer.Typer(help="Working keys: change them by a statement in the journal.", no_args_is_help=True)
_console = Console(highlight=False)


@app.callback()
def _keys() -> None:
    """Working keys: change them by a statement in the journal."""


@app.command()
def change(
    home: Annotated[Path, typer.Argument(help="The party's home; its node must run, its root key be there.")],
    reason: Annotated[str, typer.Option(help="scheduled, lost or compromised.")] = "scheduled",
    revoke: Annotated[
        list[str] | None, typer.Option(help="An old key no longer to be trusted: statements, journal, ...")
    ] = None,
) -> None:
    """Make new statements, journal, cosigner and sealing keys, say so to all parties, and use them from then on."""
    here = open_home(home)
    give_order(here, "status")  # before anything is made: a node must run to say it
    prepare(here, read_keys(here), entropy=SystemEntropy())
    told = give_order(here, "change_keys", reason=reason, revoked=list(revoke or ()))
    _console.print(f"{told['ref']} says the new keys to all parties; they sign from the next entry on.")
    _console.print(
        "Old entries and receipts stay valid by the old ones. Move the root key off this machine again."
    )
