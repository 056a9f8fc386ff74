"""What the running node holds of notices: the list with its levels, conflicts, what was NOT CHECKED, proposals."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from detente.adapters.home import Home, open_home
from detente.cli.ordering import give_order
from detente.notices.geojson import to_geojson
from detente.notices.notice import Notice
from detente.quantities import METRES_PER_NM, minute_text

HomeArgument = Annotated[Path, typer.Argument(help="The party's home; its node must run.")]
Row = Mapping[str, Any]

_LETTERS = {"delivered": "D", "understood": "U", "passed": "P", "in_effect": "E", None: "-"}


def list_notices(
    home: HomeArgument,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON list for programs.")] = False,
    as_geojson: Annotated[
        bool,
        typer.Option("--geojson", help="The notices in force as GeoJSON, as `check` and `send` read it."),
    ] = False,
) -> None:
    """Every notice held, own and foreign: stamp, read-back, who refused it, and how far each side has come with it.

    D delivered, U understood by a read-back called correct, P passed to crews, E in effect. Only E is settled.
    """
    opened = open_home(home)
    if as_geojson:
        told = held(opened)["notices"]
        notices = [msgspec.convert(row["notice"], Notice) for row in told]
        print(to_geojson(notices, [str(row["ref"]) for row in told]).decode())
        return
    rows = give_order(opened, "notices")["notices"]
    if as_json:
        print(json.dumps(rows, indent=2))
        return
    table = _table("notice", "kind, class", "from", "until", "stamp", "read-back", "levels", "found")
    for row in rows:
        stamp = "REFUSED by " + ", ".join(row["refused_by"]) if row["refused_by"] else row["stamp"]
        cells = (
            row["ref"],
            f"{row['kind']}, {row['class']}",
            minute_text(row["start_ms"]),
            minute_text(row["end_ms"]),
            stamp,
            row["read_back"],
            "\n".join(map(_level_text, row["levels"])),
            _found_text(row),
        )
        is_overdue = any(one["overdue"] for one in row["levels"])
        table.add_row(*map(Text, cells), style="bold red" if is_overdue else "" if row["in_force"] else "dim")
    Console(highlight=False).print(table if rows else "No notice is held.")


def conflicts(
    home: HomeArgument,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON list for programs.")] = False,
) -> None:
    """Every conflict known to the node, nearest in time first; and how many pairs could NOT be checked."""
    told = give_order(open_home(home), "findings")
    rows = sorted(told["conflicts"], key=lambda row: int(row["from_ms"]))
    if as_json:
        print(json.dumps(rows, indent=2))
        return
    console = Console(highlight=False)
    console.print(_conflict_table(rows) if rows else "No conflict is known.")
    if told["not_checked"]:
        pairs = sum(len(row["own"]) * len(row["foreign"]) for row in told["not_checked"])
        console.print(
            Text(
                f"{pairs} pairs were NOT CHECKED: see `detente notices findings`.",
                "bold yellow",
            )
        )


def findings(
    home: HomeArgument,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object for programs.")] = False,
) -> None:
    """All that was found: conflicts, what is NOT CHECKED, what meets a boundary or special area, what is proposed."""
    told = give_order(open_home(home), "findings")
    if as_json:
        told.pop("ok")
        print(json.dumps(told, indent=2))
        return
    console = Console(highlight=False)
    if told["conflicts"]:
        console.print(_conflict_table(sorted(told["conflicts"], key=lambda row: int(row["from_ms"]))))
    for row in told["not_checked"]:
        why = (
            "only airmanship was agreed" if row["reason"] == "airmanship_only" else "no row for these classes"
        )
        console.print(
            Text(
                f"NOT CHECKED: ours {', '.join(row['own'])} and theirs {', '.join(row['foreign'])}: "
                f"{why} ({row['article']})",
                "bold yellow",
            ),
            soft_wrap=True,
        )
    for row in told["borders"]:
        console.print(Text(border_text(row["notice"], row), style="yellow"), soft_wrap=True)
    for row in told["proposals"]:
        answers = ", ".join(f"{party}: {word}" for party, word in row["answers"].items())
        text = f"{row['ref']} proposes for {row['notice']}: {row['change']}. {answers or 'Not answered.'}"
        console.print(Text(text), soft_wrap=True)
    if not any(told[name] for name in ("conflicts", "not_checked", "borders", "proposals")):
        console.print("Nothing was found.")


def held(home: Home, ref: str | None = None) -> dict[str, Any]:
    """Notices in force in full; for one notice or CON, those on which its ways out depend."""
    told = give_order(home, "held", ref=ref)
    while len(told["notices"]) < told["total"]:
        more = give_order(home, "held", ref=ref, skip=len(told["notices"]))["notices"]
        if not more:
            break
        told["notices"] += more
    return told


def border_text(name: str, row: Row) -> str:
    """One finding at a boundary or special area, in a sentence."""
    rule = str(row["rule"]).replace("_", " ")
    if row["kind"] == "crossing":
        return f"CROSSES the {row['article']}: {name} (rule: {rule})"
    apart = f"{_nm(row['gap_m'])} NM, agreed {_nm(row['within_m'])}"
    return f"NEAR the {row['article']}: {name}, {apart} (rule: {rule})"


def _conflict_table(rows: Sequence[Row]) -> Table:
    table = _table("ours", "theirs", "from", "until", "apart", "where", "article", "gives way", "stated by")
    for row in rows:
        cells = (
            row["own"],
            row["foreign"],
            minute_text(row["from_ms"]),
            minute_text(row["until_ms"]),
            f"{_nm(row['lateral_gap_m'])} NM {row['vertical_gap_ft']} ft",
            f"{row['lat']:.3f} {row['lon']:.3f}",
            row["article"],
            f"{row['gives_way'] or 'neither'} ({row['because'].replace('_', ' ')})",
            ", ".join(row["stated_by"]) or "nobody yet",
        )
        table.add_row(*map(Text, cells))
    return table


def _level_text(row: Row) -> str:
    overdue = ", ".join(str(level).replace("_", " ") for level in row["overdue"])
    return f"{row['party']} {_LETTERS[row['level']]}" + (f" OVERDUE: {overdue}" if overdue else "")


def _found_text(row: Row) -> str:
    if row["replaced_by"]:
        return f"replaced by {row['replaced_by']}"
    if row["over_ms"]:
        return "withdrawn"
    found = [("conflicts", "CONFLICTS"), ("not_checked", "NOT CHECKED"), ("borders", "borders")]
    return ", ".join(f"{row[name]} {words}" for name, words in found if row[name])


def _table(*headings: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def _nm(length_m: int) -> str:
    return f"{length_m / METRES_PER_NM:.2f}"


COMMANDS: Mapping[str, Callable[..., None]] = {
    "list": list_notices,
    "conflicts": conflicts,
    "findings": findings,
}
