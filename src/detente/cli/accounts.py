"""`detente accounts`: who may use the console of a home, in which role. Works whether the node runs or not."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from detente.adapters.home import open_home
from detente.api.accounts import Accounts
from detente.api.roles import ROLES
from detente.errors import OperatorError

app = typer.Typer(help="Who may use the console, in which role.", no_args_is_help=True)

HomeArgument = Annotated[Path, typer.Argument(help="The party's home folder.")]
NameArgument = Annotated[str, typer.Argument(help="The account: small letters, figures, . _ -")]
AsJson = Annotated[bool, typer.Option("--json", help="Plain JSON for programs.")]


@app.command()
def add(
    home: HomeArgument,
    name: NameArgument,
    role: Annotated[str, typer.Option(help=f"One of: {', '.join(ROLES)}.")] = "watch_officer",
) -> None:
    """Add an account; the password is asked for, or read from a pipe as one line."""
    accounts = _accounts(home)
    made = accounts.add(name, role, _password())
    print(f"{made.name} may log in as {made.role.replace('_', ' ')}.")


@app.command("list")
def list_accounts(home: HomeArgument, as_json: AsJson = False) -> None:
    """Show every account."""
    held = _accounts(home).all().values()
    if as_json:
        rows = [{"account": one.name, "role": one.role, "disabled": one.is_disabled} for one in held]
        print(json.dumps(rows, indent=2))
        return
    if not held:
        print(f"There is no account yet. Make one: detente accounts add {home} NAME --role administrator")
        return
    table = Table("account", "role", "may log in", box=box.SIMPLE_HEAD)
    for one in held:
        table.add_row(escape(one.name), one.role.replace("_", " "), "no" if one.is_disabled else "yes")
    Console(highlight=False).print(table)


@app.command()
def disable(home: HomeArgument, name: NameArgument) -> None:
    """Shut an account out at once, sessions and all; its name stays taken."""
    _accounts(home).set_disabled(name, True)
    print(f"{name} is shut out.")


@app.command()
def enable(home: HomeArgument, name: NameArgument) -> None:
    """Let an account in again."""
    _accounts(home).set_disabled(name, False)
    print(f"{name} may log in again.")


@app.command()
def role(
    home: HomeArgument,
    name: NameArgument,
    new: Annotated[str, typer.Argument(help=f"One of: {', '.join(ROLES)}.")],
) -> None:
    """Give an account another role; its sessions end."""
    made = _accounts(home).set_role(name, new)
    print(f"{name} is {made.role.replace('_', ' ')} from now on.")


@app.command()
def password(home: HomeArgument, name: NameArgument) -> None:
    """Give an account another password; its sessions end."""
    accounts = _accounts(home)
    accounts.set_password(name, _password())
    print(f"{name} has another password.")


def _accounts(home: Path) -> Accounts:
    return Accounts(open_home(home).accounts_file)


def _password() -> str:
    """Typed twice at a terminal, never shown; else the first line of what is piped in."""
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    line = sys.stdin.readline(1_024).rstrip("\n")
    if not line:
        raise OperatorError(
            "no_password", "No password was given.", cure="Type it at a terminal, or pipe one line in."
        )
    return line
