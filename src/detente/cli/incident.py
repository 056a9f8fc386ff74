"""Commands about incidents: report, state, protest, accept a match, and see what each side says of each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from detente.adapters.attachments import keep_attachment, keep_logbook
from detente.adapters.home import now_for, open_home, read_agreement, read_settings
from detente.cli.incident_shown import show_incident, show_incidents
from detente.cli.ordering import give_order
from detente.errors import OperatorError
from detente.quantities import UtcMs, parse_utc_text

app = typer.Typer(
    help="Incidents: one number, a statement by each side; a receipt is not an admission.",
    no_args_is_help=True,
)

HomeArgument = Annotated[Path, typer.Argument(help="The party's home folder; its node must run.")]
NumberArgument = Annotated[str, typer.Argument(help="The number, as `detente incident list` names it.")]
Entries = Annotated[
    list[str] | None,
    typer.Option("--entry", help="An entry that it rests on: PARTY#number. May be repeated."),
]
Words = Annotated[str, typer.Option("--text", help="Free words, as far as the memorandum allows any.")]
AsJson = Annotated[bool, typer.Option("--json", help="Plain JSON for programs.")]


@app.callback()
def _incident() -> None:
    """Incidents: one number, a statement by each side; a receipt is not an admission."""


@app.command("list")
def list_(home: HomeArgument, as_json: AsJson = False) -> None:
    """List every incident and the matches that are open, the same on both sides."""
    told = give_order(open_home(home), "incidents")
    if as_json:
        told.pop("ok")
        print(json.dumps(told, indent=2))
        return
    show_incidents(Console(highlight=False), told)


@app.command()
def show(home: HomeArgument, number: NumberArgument, as_json: AsJson = False) -> None:
    """Show one incident: what each side claims, beside each other; any of its numbers leads to it."""
    told = give_order(open_home(home), "incident", number=number)["incident"]
    if as_json:
        print(json.dumps(told, indent=2))
        return
    show_incident(Console(highlight=False), told)


@app.command("open")
def open_(
    home: HomeArgument,
    category: Annotated[str, typer.Argument(help="A category that the memorandum has, for example conduct.")],
    at: Annotated[
        str | None, typer.Option(help='Where: LAT LON in degrees, for example "39.9 -121.4".')
    ] = None,
    when: Annotated[str, typer.Option(help="When: now, -30m, or ISO 8601 with a zone.")] = "now",
    article: Annotated[
        list[str] | None, typer.Option(help="An article that it touches, for example C01. May be repeated.")
    ] = None,
    classes: Annotated[
        str, typer.Option(help="For proximity: our class and theirs, for example tanker,helicopter.")
    ] = "",
    lateral_m: Annotated[int | None, typer.Option(help="For proximity: how near, in metres.")] = None,
    vertical_ft: Annotated[
        int | None, typer.Option(help="For proximity: how near in height, in feet.")
    ] = None,
    entry: Entries = None,
    text: Words = "",
    same_as: Annotated[
        str | None, typer.Option(help="The other side's number, where they have reported it already.")
    ] = None,
    to: Annotated[list[str] | None, typer.Option(help="A party or post; else every party.")] = None,
    as_json: AsJson = False,
) -> None:
    """Report an incident: the node numbers it and tells the other side at once."""
    told = give_order(
        open_home(home),
        "open_incident",
        category=category,
        event=when,
        at=at,
        articles=article or [],
        passing=_passing(classes, lateral_m, vertical_ft),
        entries=entry or [],
        text=text,
        same_as=same_as,
        to=to or [],
    )
    _tell(told, as_json=as_json)


@app.command()
def state(
    home: HomeArgument,
    number: NumberArgument,
    entry: Entries = None,
    attach: Annotated[
        list[Path] | None,
        typer.Option(help="A file: its hash is bound now, the file stays here. May be repeated."),
    ] = None,
    attach_log: Annotated[
        str | None,
        typer.Option(
            metavar="FROM/UNTIL", help="The own logbook's lines of that time, each ISO 8601 with a zone."
        ),
    ] = None,
    text: Words = "",
    close: Annotated[
        bool, typer.Option("--close", help="This side has nothing to add and closes the incident.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make this side's full statement, or its counter-statement, and attach what proves it."""
    opened = open_home(home)
    attachments = []
    if attach or attach_log:
        settings = read_settings(opened)
        terms = read_agreement(opened, settings, now_ms=now_for(settings)).memorandum
        attachments = [keep_attachment(opened, file, terms) for file in attach or ()]
        if attach_log is not None:
            since_ms, until_ms = _window(attach_log)
            attachments.append(
                keep_logbook(opened, settings, since_ms=since_ms, until_ms=until_ms, memorandum=terms)
            )
    told = give_order(
        opened,
        "state_incident",
        number=number,
        entries=entry or [],
        attachments=[{"name": one.name, "sha256": one.sha256, "length": one.length} for one in attachments],
        text=text,
        closes=close,
    )
    _tell(told, as_json=as_json)


@app.command()
def close(home: HomeArgument, number: NumberArgument, as_json: AsJson = False) -> None:
    """Say that this side closes the incident; it is closed when the memorandum's sides have said so."""
    _tell(give_order(open_home(home), "state_incident", number=number, closes=True), as_json=as_json)


@app.command()
def protest(
    home: HomeArgument,
    number: NumberArgument,
    article: Annotated[str, typer.Argument(help="The article that was broken, for example C01.")],
    as_json: AsJson = False,
) -> None:
    """Protest that an article was broken. It stands in the record and rings nobody."""
    told = give_order(open_home(home), "protest_incident", number=number, article=article)
    _tell(told, as_json=as_json)


@app.command()
def match(
    home: HomeArgument,
    number: NumberArgument,
    other: Annotated[str, typer.Argument(help="The number of the other side's report of the same event.")],
    as_json: AsJson = False,
) -> None:
    """Accept that two reports are of one event. Once both sides have, the number received first stands."""
    told = give_order(open_home(home), "match_incident", number=number, other=other)
    _tell(told, as_json=as_json)


def _passing(classes: str, lateral_m: int | None, vertical_ft: int | None) -> dict[str, object] | None:
    names = [one.strip() for one in classes.split(",") if one.strip()]
    if not names and lateral_m is None and vertical_ft is None:
        return None
    if len(names) != 2 or lateral_m is None or vertical_ft is None:
        raise OperatorError(
            "usage",
            "How near they came is two classes and both distances.",
            cure="For example: --classes tanker,helicopter --lateral-m 900 --vertical-ft 300",
        )
    return {
        "own_class": names[0],
        "other_class": names[1],
        "lateral_m": lateral_m,
        "vertical_ft": vertical_ft,
    }


def _window(text: str) -> tuple[UtcMs, UtcMs]:
    try:
        since, until = (parse_utc_text(one) for one in text.split("/"))
    except (ValueError, OverflowError) as why:
        raise OperatorError(
            "bad_time",
            f"{text[:60]!r} is no time from one moment to another.",
            cure="For example: --attach-log 2030-01-01T10:00:00Z/2030-01-01T11:00:00Z",
        ) from why
    return since, until


def _tell(told: dict[str, Any], *, as_json: bool) -> None:
    told.pop("ok")
    print(json.dumps(told, indent=2) if as_json else f"{told['message']} It is {told['ref']}.")
