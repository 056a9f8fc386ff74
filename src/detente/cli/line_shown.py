"""How the line looks on a terminal: what must not be overlooked comes first, and nothing of a peer's is markup."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from detente.quantities import minute_text, parse_utc_text

Row = Mapping[str, Any]

_OF_STATE = {"open": "green", "untested": "yellow", "late": "bold yellow"}
_OF_PRECEDENCE = {"ALERT": "bold red", "PRIORITY": "bold"}


def show_status(console: Console, told: Row) -> None:
    """Warnings in red, then each peer: paths with both ages, what was declared, clock, watch, permissions."""
    console.print(Text(f"{told['party']} under {told['memorandum']}   {told['now_utc']}", style="bold"))
    for warning in told["warnings"]:
        console.print(Text(f"! {warning}", style="bold red"), soft_wrap=True)
    for peer in told["peers"]:
        console.print()
        _show_peer(console, peer, tolerance_ms=told["clock_tolerance_ms"])


def show_watch(console: Console, told: Row) -> None:
    """Posts that nobody keeps first, then who keeps which."""
    for post in told["unkept"]:
        console.print(Text(f"! Nobody is on watch at {post}.", style="bold red"), soft_wrap=True)
    if not told["posts"]:
        console.print("No watch has been taken.")
        return
    table = Table(box=box.SIMPLE_HEAD)
    for heading in ("post", "party", "roles", "languages", "interpreter", "since", "open", "line check"):
        table.add_column(heading, overflow="fold")
    for row in told["posts"]:
        check = "answered" if row["checked"] else "NOT ANSWERED"
        if row["is_relieving"]:
            check += "; the off-going watch stays"
        who = [row["post"], row["party"], ", ".join(row["roles"]), ", ".join(row["languages"])]
        cells = [*who, row["interpreter"], row["since_utc"], str(row["open_items"]), check]
        style = "" if row["checked"] and not row["is_relieving"] else "yellow"
        table.add_row(*(Text(cell) for cell in cells), style=style)
    console.print(table)


def show_fields(console: Console, told: Row) -> None:
    """The fields of a code: those that are needed first."""
    table = Table(box=box.SIMPLE_HEAD)
    for heading in ("field", "", "what is typed", "allowed"):
        table.add_column(heading, overflow="fold")
    for row in sorted(told["fields"], key=lambda row: not row["required"]):
        need = "needed" if row["required"] else "may be left out"
        table.add_row(*map(Text, (row["field"], need, row["type"], ", ".join(row["allowed"]))))
    console.print(table)


def show_draft(console: Console, draft: Row) -> None:
    """A message as the other side will read it, in every language of the line."""
    about = f", about {draft['reply_to']}" if draft["reply_to"] else ""
    head = f"{draft['precedence']} {draft['code']} to {', '.join(draft['to'])}{about}"
    if draft["exercise"]:
        head = f"EXERCISE EXERCISE EXERCISE   {head}"
    console.print(Text(head, style=_OF_PRECEDENCE.get(draft["precedence"], "")), soft_wrap=True)
    for language, text in draft["text"].items():
        console.print(Text(f"  {language}  {text}"), soft_wrap=True)


def transcript_line(row: Row) -> Text:
    """One line of the transcript: marks, time as claimed, entry, precedence, code, receipt, words."""
    marks = [*row["marks"], *(["EXERCISE"] if row["exercise"] else [])]
    style = _OF_PRECEDENCE.get(row["precedence"], "")
    line = Text()
    line.append(
        f"{row['at_utc'][:19]}Z  {row['ref']:<14} {row['precedence']:<8} {row['code']:<4} ", style=style
    )
    line.append(f"{row['receipt']:<13} ", style="bold red" if row["receipt"] == "not delivered" else "")
    for mark in marks:
        line.append(f"[{mark}] ", style="bold red")
    about = f"  (about {row['reply_to']})" if row["reply_to"] else ""
    return line.append(f"{row['text']}{about}", style=style)


def age_text(age_s: int | None) -> str:
    """An age as people say it; two units at most."""
    if age_s is None:
        return "never"
    if age_s < 60:
        return f"{age_s} s"
    if age_s < 3600:
        return f"{age_s // 60} min"
    if age_s < 86_400:
        return f"{age_s // 3600} h {age_s % 3600 // 60:02d} min"
    return f"{age_s // 86_400} d {age_s % 86_400 // 3600} h"


def _show_peer(console: Console, peer: Row, *, tolerance_ms: int) -> None:
    console.print(Text(peer["party"], style="bold"))
    if peer["forked"]:
        text = "ITS JOURNAL HAS TWO PASTS: what it says is DISPUTED. Call it on another channel."
        console.print(Text(f"  {text}", style="bold red"), soft_wrap=True)
    for one in peer["permissions"]:
        if not one["in_force"]:
            waits = ", ".join(one["waits_for"]) or "the path"
            text = f"  PERMISSION {one['id']} LAPSED {one['lapsed_utc']}: it waits for {waits}."
            console.print(Text(text, style="bold red"), soft_wrap=True)
    for whose, side in (("we", peer["declared"]["by_us"]), ("they", peer["declared"]["by_them"])):
        for text in _declared(whose, side):
            console.print(Text(f"  {text}", style="yellow"), soft_wrap=True)
    console.print(_paths(peer["paths"]))
    for row in peer["paths"]:
        if row["reason"]:
            console.print(Text(f"  {row['path']}: {row['reason']}", style="yellow"), soft_wrap=True)
    console.print(Text(f"  {_clock(peer, tolerance_ms)} · {peer['unreceipted']} of ours without a receipt"))
    for row in peer["watch"]:
        spoken = ", ".join(row["languages"])
        text = f"  on watch at {row['post']} since {row['since_utc']}: {spoken}; interpreter {row['interpreter']}"
        console.print(Text(text.replace("_", " ")), soft_wrap=True)
    if not peer["watch"]:
        console.print(Text("  nobody there has said that they are on watch", style="yellow"))
    in_force = [one["id"] for one in peer["permissions"] if one["in_force"]]
    if in_force:
        console.print(Text(f"  permissions in force: {', '.join(in_force)}"), soft_wrap=True)


def _paths(paths: list[Row]) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    for heading in ("path", "observed", "since", "machine check", "check by hand", "next by hand"):
        table.add_column(heading, overflow="fold")
    for row in paths:
        word = "REFUSED" if row["refused"] else row["observed"].replace("_", " ")
        word = word if word in ("open", "untested") else word.upper()
        by_hand = age_text(row["human_age_s"])
        if row["human"] in ("late", "silent"):
            by_hand += f" {row['human'].upper()}"
        machine = age_text(row["machine_age_s"]) if row["medium"] == "data" else "-"
        state = Text(word, style=_OF_STATE.get(row["observed"], "bold red"))
        table.add_row(
            Text(f"{row['path']} ({row['medium']})"),
            state,
            Text(_short(row["since_utc"])),
            Text(machine),
            Text(by_hand, style="bold red" if row["human"] in ("late", "silent") else ""),
            Text(_short(row["human_due_utc"])),
        )
    return table


def _short(utc: str | None) -> str:
    """A time that stays on one line of a narrow screen."""
    return minute_text(parse_utc_text(utc)) if utc else "-"


def _declared(whose: str, side: Row) -> list[str]:
    texts = []
    for one in side["suspensions"]:
        word = "have suspended" if one["in_effect"] else "will suspend"
        short = ", SHORT" if one["short"] else ""
        back = f", resuming {one['resumes_utc']}" if one["resumes_utc"] else ""
        texts.append(f"{whose} {word} {one['scope']} from {one['effective_utc']}{short}{back} ({one['ref']})")
    for one in side["outages"]:
        instead = f"; instead {one['alternate']}" if one["alternate"] else ""
        when = "NOW" if one["now"] else f"from {one['start_utc']}"
        texts.append(
            f"{whose} declared {one['what']} {one['name']} out {when} until {one['end_utc']}{instead}"
        )
    return texts


def _clock(peer: Row, tolerance_ms: int) -> str:
    offset_ms = peer["clock_offset_ms"]
    if offset_ms is None:
        return "their clock: not measured"
    text = f"their clock {offset_ms:+d} ms against ours"
    return f"{text}: OFF, {tolerance_ms} ms agreed" if peer["clock_is_off"] else text
