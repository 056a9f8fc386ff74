"""How incidents look on a terminal: both sides in the same way; nothing of a peer's is markup."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from detente.line.wording import bare

Row = Mapping[str, Any]


def show_incidents(console: Console, told: Row) -> None:
    """Open matches first, for they wait for somebody; then every incident."""
    for one in told["matches"]:
        waits = (
            "accept it: detente incident match HOME"
            if one["waits_for_us"]
            else "the other side has to accept:"
        )
        text = f"! {one['apart_s']} s apart, perhaps one event; {waits} {one['first']} {one['second']}"
        console.print(Text(text, style="yellow"), soft_wrap=True)
    if not told["incidents"]:
        console.print("No incident has been reported.")
        return
    table = Table(box=box.SIMPLE_HEAD)
    for heading in ("number", "event", "categories", "articles", "reported by", "stated by", "state", "due"):
        table.add_column(heading, overflow="fold")
    for row in told["incidents"]:
        due = [one for one in row["due"] if one["done_utc"] is None and row["state"] == "open"]
        style = "bold red" if any(one["is_overdue"] for one in due) else ""
        cells = (
            " = ".join([row["number"], *row["also"]]),
            row["event_utc"],
            ", ".join(row["categories"]).replace("_", " "),
            ", ".join(row["articles"]),
            ", ".join(row["reported_by"]),
            ", ".join(row["stated_by"]) or "-",
            row["state"],
            "; ".join(map(_due_text, due)) or "-",
        )
        table.add_row(*map(Text, cells), style=style)
    console.print(table)


def show_incident(console: Console, told: Row) -> None:
    """The number, what is due, then each side's words; who is right is not said."""
    console.print(Text(" = ".join([told["number"], *told["also"]]), style="bold"), soft_wrap=True)
    sectors = f" in {', '.join(told['sectors'])}" if told["sectors"] else ""
    console.print(Text(f"event {told['event_utc']}{sectors}; {told['state']}"), soft_wrap=True)
    console.print(Text(f"counted under: {', '.join(told['categories']).replace('_', ' ')}"), soft_wrap=True)
    for due in told["due"]:
        done = f"made {due['done_utc']}" if due["done_utc"] else "not made"
        text = f"{_due_text(due)}: {done}"
        console.print(Text(text, style="bold red" if due["is_overdue"] else ""), soft_wrap=True)
    for call in told["calls"]:
        text = f"alert {', '.join(call['refs'])} to {call['to']}: {call['outcome'].replace('_', ' ')}"
        console.print(Text(text, style="yellow" if call["outcome"] == "overdue" else ""), soft_wrap=True)
    for side in told["sides"]:
        console.print()
        marks = {"LATE REPORT": side["report_is_late"], "closes": side["closes"]}
        console.print(
            Text(
                "  ".join([f"{side['party']} says:", *(word for word in marks if marks[word])]), style="bold"
            )
        )
        if not side["said"]:
            console.print(Text("  nothing yet"))
        for one in side["said"]:
            _show_said(console, one)
    console.print()
    console.print(Text(told["note"]))


def _show_said(console: Console, one: Row) -> None:
    counted = f", counted as {one['counted'].replace('_', ' ')}" if "counted" in one else ""
    console.print(Text(f"  {one['ref']}  {one['sent_utc']}  {one['in_words']}{counted}"), soft_wrap=True)
    for line in one["lines"]:
        console.print(Text(f"    {bare(line, 'en')}"), soft_wrap=True)
    for receipt in one["receipts"]:
        console.print(Text(f"    received by {receipt['by']} {receipt['at_utc']}"), soft_wrap=True)


def _due_text(due: Row) -> str:
    late = "OVERDUE " if due["is_overdue"] else ""
    return f"{late}{due['what'].replace('_', ' ')} by {due['owed_by']} until {due['due_utc']}"
