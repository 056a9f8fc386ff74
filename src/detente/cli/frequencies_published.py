"""`detente frequencies published`: real airspace and airfields, read whole, every odd entry told, and screened."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from detente.adapters.airport_frequencies import CLASSES, ODD, parse_airport_frequencies
from detente.adapters.published_plan import plan_of
from detente.adapters.yaixm import parse_published
from detente.errors import OperatorError
from detente.frequencies.check import check
from detente.frequencies.finding import CHECKS
from detente.wire.limits import PUBLISHED_FILE_BYTES_MAX

_SHOWN = 20


def published(
    airspace: Annotated[Path | None, typer.Option(help="airspace.yaml (YAIXM); with --service.")] = None,
    service: Annotated[Path | None, typer.Option(help="service.yaml (YAIXM): who speaks where.")] = None,
    airports: Annotated[Path | None, typer.Option(help="airport-frequencies.csv (OurAirports).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Plain JSON for programs.")] = False,
) -> None:
    """Read published frequencies, account for every entry, and screen the services of an airspace as a plan."""
    if (airspace is None) != (service is None) or (airspace is None and airports is None):
        raise OperatorError(
            "what", "There is nothing to read.", cure="Give --airspace and --service, or --airports."
        )
    told: dict[str, Any] = {}
    with Console(stderr=True).status("reading and screening"):
        if airspace is not None and service is not None:
            told["airspace"] = _of_airspace(_read(airspace), _read(service))
        if airports is not None:
            told["airports"] = _of_airports(_read(airports))
    if as_json:
        print(json.dumps(told, indent=2))
        return
    console = Console(highlight=False)
    if "airspace" in told:
        _show_airspace(console, told["airspace"])
    if "airports" in told:
        _show_airports(console, told["airports"])


def _of_airspace(airspace: bytes, service: bytes) -> dict[str, Any]:
    read = parse_published(airspace, service)
    plan = plan_of(read)
    report = check(plan.memorandum)
    counts = Counter(one.check for one in report.findings)
    return {
        "areas": read.areas,
        "volumes": read.volume_count,
        "services": len(read.services),
        "names": len({one.name_khz for one in read.services}),
        "references": sum(len(one.controls) for one in read.services),
        "dangling": [{"service": who, "area": name} for who, name in read.dangling],
        "services_without_area": list(plan.without_area),
        "volumes_left_out": [{"area": name, "why": why} for name, why in plan.left_out],
        "sectors": len(plan.memorandum.sector),
        "findings": {str(number): counts[number] for number in sorted(counts)},
        "examples": [
            {"check": one.check, "message": one.message}
            for number in sorted(counts)
            for one in [one for one in report.findings if one.check == number][:3]
        ],
    }


def _of_airports(data: bytes) -> dict[str, Any]:
    rows = parse_airport_frequencies(data)
    counts = Counter(one.class_ for one in rows)
    odd = [one for one in rows if one.class_ in ODD]
    return {
        "rows": len(rows),
        "airfields": len({one.airport for one in rows}),
        "classes": {name: counts[name] for name in CLASSES},
        "odd": [
            {
                "line": one.line,
                "airport": one.airport,
                "type": one.kind,
                "as_written": one.text,
                "class": one.class_,
                "nearest_khz": list(one.nearest_khz),
            }
            for one in odd
        ],
    }


def _show_airspace(console: Console, told: dict[str, Any]) -> None:
    console.print(
        f"{told['areas']} areas in {told['volumes']} volumes; {told['services']} services on {told['names']} names;"
        f" {told['references']} references, {len(told['dangling'])} of them to areas that are not there."
    )
    for one in told["dangling"][:_SHOWN]:
        console.print(Text(f"  {one['service']}: {one['area']}", "yellow"))
    if told["services_without_area"]:
        console.print(f"Without any area: {', '.join(told['services_without_area'])}.")
    for one in told["volumes_left_out"]:
        console.print(Text(f"  left out: {one['area']}: {one['why']}", "yellow"))
    table = Table(box=box.SIMPLE_HEAD)
    for heading in ("no.", "check", "findings"):
        table.add_column(heading)
    for number, count in told["findings"].items():
        table.add_row(number, CHECKS[int(number)], str(count))
    console.print(f"{told['sectors']} sectors screened:")
    console.print(table)
    for one in told["examples"]:
        console.print(Text(f"{one['check']}. {one['message']}"), soft_wrap=True)


def _show_airports(console: Console, told: dict[str, Any]) -> None:
    table = Table(box=box.SIMPLE_HEAD)
    for heading in ("rows", "what they are"):
        table.add_column(heading)
    for name, words in CLASSES.items():
        table.add_row(str(told["classes"][name]), words)
    console.print(f"{told['rows']} rows of {told['airfields']} airfields:")
    console.print(table)
    for one in told["odd"][:_SHOWN]:
        near = " or ".join(map(str, one["nearest_khz"]))
        console.print(
            Text(f"  line {one['line']}: {one['airport']} {one['type']} {one['as_written']}: {near}")
        )
    if len(told["odd"]) > _SHOWN:
        console.print(f"and {len(told['odd']) - _SHOWN} more odd ones: --json has all of them")


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as opened:
            return opened.read(PUBLISHED_FILE_BYTES_MAX + 1)
    except OSError as why:
        raise OperatorError(
            "no_file", f"{path} cannot be read: {why.strerror}.", cure="Name the file."
        ) from why
