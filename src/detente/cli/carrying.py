"""`detente line export` and `detente line import`: the line on a stick or by mail, when every path is down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from detente.adapters.home import HomeLock, now_for, open_home, read_agreement, read_keys, read_settings
from detente.adapters.stores import open_store
from detente.adapters.system import SystemClock, SystemEntropy
from detente.cli.ordering import give_order
from detente.errors import OperatorError
from detente.quantities import PartyId, utc_text
from detente.runtime.carried import pack, unpack
from detente.runtime.keeper import Keeper
from detente.runtime.node import Node
from detente.wire.limits import CARRIED_BYTES_MAX

_console = Console(highlight=False)


def line_export(
    home: Annotated[Path, typer.Argument(help="The party's home.")],
    party: Annotated[str, typer.Argument(help="For whom: a party of the memorandum.")],
    file: Annotated[Path, typer.Argument(help="The file to write, for example on a stick.")],
) -> None:
    """Write all that a party has not receipted, and our receipts for it, into one file sealed to it."""
    told = _ask(home, "line_export", party=party, file=str(file.absolute()))
    _console.print(
        f"{file}: {told['bytes']:,} bytes sealed to {party}, {told['entries']} entries it has not receipted."
    )
    _console.print(f"There: detente line import HOME {file.name}   and carry their answer back.")


def line_import(
    home: Annotated[Path, typer.Argument(help="The party's home.")],
    file: Annotated[Path, typer.Argument(help="The file that the other side made.")],
) -> None:
    """Take a carried file; taking it twice changes nothing. Then carry an export back: it holds our receipts."""
    told = _ask(home, "line_import", file=str(file.absolute()))
    for held in told["held"]:
        _console.print(f"{held['origin']}: entries 0 to {held['size'] - 1} are held here and receipted.")
    for one in told["receipts"]:
        _console.print(
            f"{told['sender']} holds our {one['origin']} up to {one['size']}, signed {one['signed_utc']}."
        )
    _console.print(f"Back: detente line export {home} {told['sender']} FILE")


def export_to(node: Node, *, party: str, file: str) -> dict[str, Any]:
    """Write the file for a party."""
    if PartyId(party) not in node.keeper.peers:
        raise OperatorError(
            "unknown_peer",
            f"{party!r} is no other party of the memorandum.",
            cure=f"One of: {', '.join(node.keeper.peers)}.",
        )
    data = pack(node.keeper, PartyId(party))
    try:
        Path(file).write_bytes(data)
    except OSError as why:
        raise OperatorError(
            "file", f"{file} cannot be written: {why.strerror}.", cure="Name another file."
        ) from why
    return {"bytes": len(data), "entries": node.keeper.unreceipted(PartyId(party))}


def import_from(node: Node, *, file: str) -> dict[str, Any]:
    """Take a file of another party."""
    try:
        with Path(file).open("rb") as source:
            data = source.read(CARRIED_BYTES_MAX + 1)
    except OSError as why:
        raise OperatorError(
            "file", f"{file} cannot be read: {why.strerror}.", cure="Name the file that came."
        ) from why
    taken = unpack(node.keeper, data, node)
    for _, receipt in taken.receipts:
        node.receipted(taken.sender, receipt)
    return {
        "sender": taken.sender,
        "held": [{"origin": origin, "size": size} for origin, size in taken.held],
        "receipts": [
            {"origin": origin, "size": one.size, "signed_utc": utc_text(one.signed_ms)}
            for origin, one in taken.receipts
        ],
    }


def _ask(folder: Path, order: str, **args: str) -> dict[str, Any]:
    """By the running node where there is one; otherwise the home is opened for the moment."""
    home = open_home(folder)
    try:
        return give_order(home, order, **args)
    except OperatorError as why:
        if why.code != "not_running":
            raise
    with quiet_node(folder) as node:
        return export_to(node, **args) if order == "line_export" else import_from(node, **args)


@contextmanager
def quiet_node(folder: Path) -> Iterator[Node]:
    """A node of a home without doors: it says nothing by itself and nobody reaches it."""
    home = open_home(folder)
    settings = read_settings(home)
    lock = HomeLock.take(home)
    store = open_store(home, settings)
    try:
        clock = SystemClock()
        keeper = Keeper(
            agreement=read_agreement(home, settings, now_ms=now_for(settings)),
            keys=read_keys(home),
            store=store,
            clock=clock,
            entropy=SystemEntropy(),
        )
        yield Node(keeper=keeper, store=store, clock=clock, own_aircraft=frozenset(settings.own_aircraft))
    finally:
        store.close()
        lock.release()
