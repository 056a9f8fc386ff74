"""Commands about memoranda: check one, read it, sign it, verify the signatures, compare versions, begin a new one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markdown import Markdown

from detente.adapters.home import open_home, read_annexes, read_cards, read_root_key
from detente.crypto.card import PartyCard, parse_card
from detente.errors import OperatorError, PeerError
from detente.memorandum.check import check as cross_check
from detente.memorandum.check import is_template
from detente.memorandum.diff import differences
from detente.memorandum.identity import identity_in_force
from detente.memorandum.load import read_memorandum
from detente.memorandum.model import Memorandum
from detente.memorandum.problem import Problem
from detente.memorandum.show import describe
from detente.memorandum.signing import SIDECAR_SUFFIX, sign_memorandum, verify_memorandum
from detente.memorandum.template import fill, template, template_names
from detente.wire.limits import CARD_BYTES_MAX, MEMORANDUM_BYTES_MAX

app = typer.Typer(help="The signed rules: check, show, sign, verify, diff, new.", no_args_is_help=True)

File = Annotated[str, typer.Argument(help="Path of a memorandum, or the name of a template.")]
AsJson = Annotated[bool, typer.Option("--json", help="Plain JSON.")]
Cards = Annotated[list[Path] | None, typer.Option("--card", help="A party's card.json. Repeatable.")]
HomeOption = Annotated[
    Path | None, typer.Option("--home", help="A home: its own card and those it has pinned.")
]


@app.command()
def check(file: File, as_json: AsJson = False) -> None:
    """Every mistake at once, each with its key and its cure. Exit 1 where there is any. Takes a template too."""
    data = _read(file)
    read = read_memorandum(data)
    problems = cross_check(read, template=True) if isinstance(read, Memorandum) else read
    if as_json:
        print(json.dumps({"clean": not problems, "problems": [_row(one) for one in problems]}, indent=2))
    elif problems:
        _show_problems(file, problems)
    else:
        assert isinstance(read, Memorandum)
        kind = "a template, to be filled in" if is_template(read) else "filled in"
        print(f"Clean: {read.memorandum.id} version {read.memorandum.version}, {kind}.")
        print(f"Identity in force: {identity_in_force(data, _annexes(file, data))}")
        if read.duration.ends <= datetime.now(UTC):
            print(
                f"Note: it ended on {read.duration.ends:%Y-%m-%d}; no node runs under it. Change [duration]."
            )
    if problems:
        raise typer.Exit(1)


@app.command()
def show(
    file: File,
    plain: Annotated[bool, typer.Option("--plain", help="Markdown, for a file or a printer.")] = False,
) -> None:
    """Print it as an agreement that people can read."""
    text = describe(_memorandum(file))
    if plain:
        print(text, end="")
    else:
        Console().print(Markdown(text))


@app.command()
def sign(
    file: Annotated[Path, typer.Argument(help="The memorandum.")],
    home: Annotated[Path, typer.Option("--home", help="The home whose root key signs.")],
) -> None:
    """Sign for one party. Signatures stand in FILE.sigs.json; send both to the others."""
    opened = open_home(home)
    cards = read_cards(opened)
    card = parse_card(opened.card_file.read_bytes())
    data = _read(str(file))
    sidecar = _sidecar(file)
    before = sidecar.read_bytes() if sidecar.exists() else None
    signed = sign_memorandum(data, _annexes(str(file), data), before, card=card, root=read_root_key(opened))
    sidecar.write_bytes(signed)
    print(f"{card.party} has signed {file}. The signatures are in {sidecar}.")
    missing = verify_memorandum(data, _annexes(str(file), data), signed, cards=cards)
    for one in missing:
        print(f"Still open: {one.message}")
    if not missing:
        print(f"All parties have signed. Put both files into each home and start: detente run {home}")


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="The memorandum.")],
    card: Cards = None,
    home: HomeOption = None,
    as_json: AsJson = False,
) -> None:
    """Whether all parties have signed these very bytes, annexes included. Exit 1 where not."""
    data = _read(str(file))
    sidecar = _sidecar(file)
    problems = verify_memorandum(
        data,
        _annexes(str(file), data),
        sidecar.read_bytes() if sidecar.exists() else None,
        cards=_cards(card, home),
    )
    identity = identity_in_force(data, _annexes(str(file), data))
    if as_json:
        row = {
            "signed_by_all": not problems,
            "identity": identity,
            "problems": [_row(one) for one in problems],
        }
        print(json.dumps(row, indent=2))
    elif problems:
        _show_problems(str(file), problems)
    else:
        print(f"Signed by all parties. Identity in force: {identity}")
        if not (card or home):
            print(
                "No card was given: that these are the right parties follows only from the hashes in the file."
            )
    if problems:
        raise typer.Exit(1)


@app.command()
def diff(
    old: Annotated[str, typer.Argument(help="The version in force.")],
    new: Annotated[str, typer.Argument(help="The version proposed.")],
    as_json: AsJson = False,
) -> None:
    """What a new version changes, in words."""
    changes = differences(_memorandum(old), _memorandum(new))
    if as_json:
        print(json.dumps(list(changes), indent=2))
    else:
        print("\n".join(changes) if changes else "Nothing changes but, perhaps, comments.")


@app.command()
def new(
    out: Annotated[Path, typer.Option("--out", help="Where to write it.")] = Path("memorandum.toml"),
    from_template: Annotated[
        str, typer.Option("--from", help="Name of a template, or a file made from one.")
    ] = "fires-2020",
    card: Cards = None,
    home: HomeOption = None,
) -> None:
    """Begin a memorandum: a template with the hash of every party's root key filled in, and its text beside it.

    The names of the parties must be those of the cards: for your own names, print a template with `templates NAME`,
    edit parties, posts, area, dates and figures, check it, and begin from that file.
    """
    text_file = out.with_suffix(".md")
    for path in (out, text_file):
        if path.exists():
            raise OperatorError("file_exists", f"{path} exists already.", cure="Name another: --out FILE")
    data = _read(from_template)
    text = describe(_memorandum(from_template)).encode()
    out.write_bytes(fill(data, _cards(card, home), text=text))
    text_file.write_bytes(text)
    print(
        f"{out} is filled in; its text for people is {text_file} ({hashlib.sha256(text).hexdigest()[:12]})."
    )
    print(f"Next, each party signs: detente memorandum sign {out} --home HOME")


@app.command()
def templates(
    name: Annotated[str | None, typer.Argument(help="Print this one, to be edited into your own.")] = None,
) -> None:
    """List the templates that ship with Détente, or print one."""
    if name is not None:
        print(template(name).decode(), end="")
        return
    for name in template_names():
        print(f"{name:14} {_memorandum(name).memorandum.title}")


def _read(file: str) -> bytes:
    path = Path(file)
    if not path.exists() and file in template_names():
        return template(file)
    try:
        with path.open("rb") as opened:
            return opened.read(MEMORANDUM_BYTES_MAX + 1)
    except OSError as why:
        raise OperatorError(
            "no_file",
            f"{file} cannot be read: {why.strerror}.",
            cure=f"Name a file, or a template: {', '.join(template_names())}.",
        ) from why


def _memorandum(file: str) -> Memorandum:
    read = read_memorandum(_read(file))
    if isinstance(read, Memorandum):
        return read
    raise OperatorError(
        "problems", f"{file} has {len(read)} problem(s).", cure=f"See all: detente memorandum check {file}"
    )


def _annexes(file: str, data: bytes) -> Mapping[str, bytes]:
    return read_annexes(Path(file), data)


def _sidecar(file: Path) -> Path:
    return file.with_name(file.name + SIDECAR_SUFFIX)


def _cards(files: list[Path] | None, home: Path | None) -> dict[str, PartyCard]:
    cards = dict(read_cards(open_home(home))) if home is not None else {}
    for file in files or ():
        try:
            with file.open("rb") as opened:
                card = parse_card(opened.read(CARD_BYTES_MAX + 1))
        except (OSError, PeerError) as why:
            raise OperatorError(
                "card", f"{file} is not a party's card: {why}.", cure="Take card.json of a home."
            ) from why
        cards[card.party] = card
    return cards


def _show_problems(file: str, problems: tuple[Problem, ...]) -> None:
    console = Console(highlight=False)
    for one in problems:
        console.print(f"[bold]{one.path or file}[/]: {one.message}", soft_wrap=True)
        console.print(f"    {one.cure}", soft_wrap=True, style="green")
    console.print(f"[bold red]{len(problems)} problem(s)[/] in {file}.", soft_wrap=True)


def _row(one: Problem) -> dict[str, str]:
    return {"path": one.path, "message": one.message, "cure": one.cure}
